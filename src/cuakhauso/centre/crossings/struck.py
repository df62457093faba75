"""A vehicle is struck off: it will not pass. By mistake, that is taken back; it goes on where it stood."""

from uuid import UUID

from django.db import transaction

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.fold import State, fold
from cuakhauso.core.permit import Objection, plate_of

from ..declarations import binding, pairing
from ..places.reference import references
from ..shared import store
from ..shared.locks import lock_plates
from ..shared.models import Crossing, FactRow
from ..shared.store import Story
from ..watch import matching, orders
from ..watch.rules import How
from .said import Said, act, refusals_kept


def strike_off(crossing: UUID, said: Said) -> Story:
    """Take a vehicle off: it will not pass. Border guard and customs, with words."""
    return act(
        crossing,
        said,
        lambda story: f.StruckOff(reason=said.note.strip()),
        lambda case, story: d.against_striking_off(case, said.note),
        prefer=d.STOPPERS,
    )


def is_strike_off(fact: UUID) -> bool:
    return FactRow.objects.filter(pk=fact, kind="struck_off").exists()


def take_back(crossing: UUID, fact: UUID, said: Said) -> Story:
    """It was struck off by mistake: it goes on, with words, unless its plate is under way elsewhere by now.

    Meanwhile nobody could look for it, order it anywhere or reckon with its goods: that is made up for.
    """

    def judge(case: d.Case, story: Story) -> list[Objection]:
        against = d.against_undoing(case, story.facts, fact, said.note)
        return [*against, *d.against_living_again(case, _under_way(crossing, story.state))]

    with refusals_kept(crossing, said, d.STOPPERS), transaction.atomic():
        lock_plates(_plates(fold(store.facts_of(crossing))))
        story = act(crossing, said, lambda story: f.Undone(), judge, prefer=d.STOPPERS, undoes=fact)
        return _is_named_again(story)


def _is_named_again(story: Story) -> Story:
    """As when it was declared."""
    reader, content = references(), story.state.content
    contents = [content] if content else []
    shared = binding.others(contents)
    stories = store.lock(story.id, *pairing.first_legs(contents), *shared)
    again = stories[story.id]
    if content is not None:
        pairing.settle(stories, story.id, content, reader)
        binding.settle(stories, story.id, reader)
    matching.meet([again], How.DECLARED, reader)
    orders.follow([again], reader)
    again.row = again.row or story.row
    return again


def _under_way(crossing: UUID, state: State) -> list[d.Other]:
    others = Crossing.objects.filter(plate__in=_plates(state), ended_at=None).exclude(pk=crossing)
    return [d.Other(other.plate_shown, other.number) for other in others]


def _plates(state: State) -> set[str]:
    """Its own tractor's, and that of the one that took over."""
    content = state.announced
    if content is None:
        return {state.undeclared.plate} if state.undeclared else set()
    return {content.vehicle.plate.number, plate_of(state, content).number}
