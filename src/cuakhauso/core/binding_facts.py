"""Who else binds the trailers, containers and seals of a declaration. A kind of `facts.py`."""

from uuid import UUID

from .data import Data
from .declaration import Words


class Thing(Words, frozen=True, kw_only=True):
    """A trailer, container or seal as declared."""

    subject: str
    value: str


class AlsoBound(Data, frozen=True, kw_only=True, tag="also_bound"):
    """Which of its things another living declaration binds too; none: it does not any more.

    `pair` is the same on both vehicles and names neither: businesses read facts, and must not learn from them
    whose the other declaration is. `inward`: the other brings its things in from abroad; `here`: it has come.
    """

    pair: UUID
    things: tuple[Thing, ...] = ()
    inward: bool = False
    here: bool = False
