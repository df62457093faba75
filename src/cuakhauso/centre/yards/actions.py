"""What a yard changes of a vehicle: bays kept, taken and left, its gate, how goods change vehicles.

Decisions are judged by `core.yard_decisions`; what the yard's own software saw is always taken in, marked
irregular where it contradicts what is known. A bay is locked before any vehicle, so that two who want it at
once come one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID, uuid5

from django.db import transaction
from msgspec import structs

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import yard_decisions as yd
from cuakhauso.core.bays import Bay
from cuakhauso.core.facts import Fact
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Direction
from cuakhauso.core.yard_facts import Share

from ..crossings import actions as crossings
from ..crossings.said import Said, act, actor_of, fact_of, moment_of, refusals_kept, said_before
from ..places.reference import references
from ..shared import store
from ..shared.errors import NotAllowed
from ..shared.locks import lock_work
from ..shared.store import Story
from .bays import bay_for_rules, yard_of

Against = Callable[[d.Case, UUID, Bay], list[Objection]]


# --- bays ----------------------------------------------------------------------------------------


def park(crossing: UUID, bay: str, said: Said) -> Story:
    """The vehicle takes a bay; one that stands in another moves."""
    with _bay_locked(crossing, bay, said):
        return _judged(crossing, bay, said, _parked(bay), yd.against_parking)


def keep_bay(crossing: UUID, bay: str, said: Said) -> Story:
    """The bay is kept for the vehicle until it stands somewhere."""
    with _bay_locked(crossing, bay, said):
        return _judged(crossing, bay, said, lambda story: f.BayKept(bay=bay), yd.against_keeping)


def leave_bay(crossing: UUID, said: Said) -> Story:
    """Its bay is free again, or no longer kept for it."""
    return act(
        crossing,
        said,
        lambda story: f.BayLeft(bay=_bay_of(story, said)),
        lambda case, story: yd.against_leaving_bay(case),
        prefer=yd.YARD_MASTERS,
    )


def _bay_of(story: Story, said: Said) -> str:
    known = next((x.data for x in story.facts if x.id == said.id), None)
    return known.bay if isinstance(known, f.BayLeft) else story.state.bay or story.state.bay_kept


def _parked(bay: str) -> Callable[[Story], f.AnyData]:
    def data(story: Story) -> f.AnyData:
        before = story.state.bay if story.state.bay != bay else ""
        return f.Parked(bay=bay, before=before)

    return data


@contextmanager
def _bay_locked(crossing: UUID, bay: str, said: Said) -> Iterator[None]:
    with refusals_kept(crossing, said, yd.YARD_MASTERS), transaction.atomic():
        lock_work(f"bay:{bay}")
        yield


def _judged(
    crossing: UUID, bay: str, said: Said, data: Callable[[Story], f.AnyData], against: Against
) -> Story:
    def judge(case: d.Case, story: Story) -> list[Objection]:
        return against(case, crossing, bay_for_rules(story.gate, bay))

    return act(crossing, said, _as_said(said, data), judge, prefer=yd.YARD_MASTERS)


def _as_said(said: Said, data: Callable[[Story], f.AnyData]) -> Callable[[Story], f.AnyData]:
    """Said again, a move names the bay that it came from then, and not the one where it stands by now."""

    def of(story: Story) -> f.AnyData:
        made = data(story)
        known = next((x.data for x in story.facts if x.id == said.id), None)
        if isinstance(known, f.Parked) and isinstance(made, f.Parked) and known.bay == made.bay:
            return known
        return made

    return of


# --- what the yard's own software saw ------------------------------------------------------------


def see_in_bay(crossing: UUID, bay: str, said: Said) -> Story:
    """It was seen to stand there: always taken in, with what speaks against it."""

    def irregular(case: d.Case) -> list[Objection]:
        return yd.stands_against(case, crossing, bay_for_rules(case.ref.gate, bay))

    with transaction.atomic():
        lock_work(f"bay:{bay}")
        return _seen(crossing, said, _as_said(said, _parked(bay)), irregular)


def gate_in(crossing: UUID, said: Said, *, bay: str = "") -> Story:
    """The yard has the vehicle in: its confirmation, and with `bay` where it stands. Both, or nothing."""
    with refusals_kept(crossing, said, yd.YARD_MASTERS), transaction.atomic():
        if bay:
            lock_work(f"bay:{bay}")
        story = crossings.confirm(crossing, StepCode.IN_YARD, said)
        if not bay:
            return story
        return _judged(crossing, bay, _beside(said, "bay"), _parked(bay), yd.against_parking)


def _beside(said: Said, what: str) -> Said:
    """The second fact of one act has an id of its own, made from the first one's."""
    return replace(said, id=uuid5(said.id, what) if said.id else None)


def gate_out(crossing: UUID, yard: str, said: Said) -> Story:
    """The yard's gate saw it leave: its bay is free. Customs' and border guard's word is their own."""
    seen = f.YardGateSeen(yard=yard_of(yard).code, direction=Direction.OUT)
    return _seen(crossing, said, lambda story: seen, yd.left_unconfirmed)


def _seen(
    crossing: UUID,
    said: Said,
    data: Callable[[Story], f.AnyData],
    irregular: Callable[[d.Case], list[Objection]],
) -> Story:
    now, reader = store.now(), references()
    moment = moment_of(said.occurred_at, now)

    def decide(story: Story) -> list[Fact]:
        actor = actor_of(said.by, story, yd.YARD_MASTERS)
        if actor.agency is None:
            raise NotAllowed
        if said_before(story, said, actor, data):
            return []
        against = irregular(d.Case(story.state, actor, moment, reader(story.gate)))
        fact = fact_of(story.id, data(story), said, actor, moment, now, None)
        return [structs.replace(fact, irregular=tuple(dict.fromkeys(str(o.code) for o in against)))]

    return store.act(crossing, decide, reader)


# --- transfers of goods --------------------------------------------------------------------------


def plan_transfers(crossing: UUID, shares: Sequence[tuple[UUID, int, int]], said: Said) -> Story:
    """Which receiving vehicle shall take how much: (receiving, group, packages). Replaces the plan before."""

    def data(story: Story) -> f.TransferPlanned:
        return f.TransferPlanned(shares=_shares(story, shares))

    return act(
        crossing,
        said,
        data,
        lambda case, story: yd.against_planning(case, _shares(story, shares)),
        prefer=yd.YARD_MASTERS,
    )


def _shares(story: Story, shares: Sequence[tuple[UUID, int, int]]) -> tuple[Share, ...]:
    links = story.state.links
    return tuple(
        Share(receiving=to, plate=links[to].plate if to in links else "", group=group, packages=packages)
        for to, group, packages in shares
        if packages
    )


def begin_transfer(crossing: UUID, receiving: UUID, group: int, said: Said) -> Story:
    """Goods of a group begin to change vehicles. Done: `crossings.actions.transship`."""

    def data(story: Story) -> f.TransferBegan:
        link = story.state.links.get(receiving)
        return f.TransferBegan(receiving=receiving, plate=link.plate if link else "", group=group)

    return act(
        crossing,
        said,
        data,
        lambda case, story: yd.against_beginning(case, receiving, group),
        prefer=yd.YARD_MASTERS,
    )
