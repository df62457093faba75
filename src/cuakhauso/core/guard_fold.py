"""From border guard's number to the part of a state that it fills. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .data import Data
from .facts import Fact
from .guard_facts import BorderGuardNumbered
from .road_fold import OnTheRoad


@dataclass(slots=True)
class Numbered(OnTheRoad):
    guard_number: str = ""


def _numbered(state: Any, fact: Fact, data: BorderGuardNumbered) -> None:
    state.guard_number = state.guard_number or data.number


GUARD_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {BorderGuardNumbered: _numbered}
