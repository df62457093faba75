"""Border guard's own number on a crossing (domain.md 3.1). A kind of `facts.py`, where one begins."""

from .data import Data


class BorderGuardNumbered(Data, frozen=True, kw_only=True, tag="border_guard_numbered"):
    """Border guard's own number: DDMMYYYY and the serial of that day."""

    number: str


GuardData = BorderGuardNumbered
