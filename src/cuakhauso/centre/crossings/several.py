"""Several vehicles confirmed with one tap, or by one request. Each is judged, written or refused by itself:
what stands against one vehicle keeps no other back. An item sent again under its id changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ..shared.errors import GateError
from ..shared.store import Story
from . import actions
from .said import Said

MOST = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One vehicle, one step, and who says so under which id."""

    crossing: UUID
    step: str
    said: Said
    result: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: the story after it, or why it was refused. Never both, never neither."""

    crossing: UUID
    story: Story | None = None
    error: GateError | None = None


def confirm_several(items: Iterable[Item]) -> list[Outcome]:
    """One outcome for each item, in their order; each in a transaction of its own."""
    return [confirm_one(item) for item in items]


def confirm_one(item: Item) -> Outcome:
    try:
        story = actions.confirm(item.crossing, item.step, item.said, result=item.result)
    except GateError as error:
        return Outcome(item.crossing, error=error)
    return Outcome(item.crossing, story)
