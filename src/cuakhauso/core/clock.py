"""Whose second is it: the time of a crossing, attributed without gap or overlap (procedures.md 6).

`attribute(facts, ...)` cuts the time from first presence to the end into spans, each of exactly one
party, by the first line of `LINES` that fits. The table has a version that reports name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from . import facts as f
from .examination_fold import LOOKS
from .examinations import treated_until
from .facts import Fact
from .fold import State, fold, walk
from .pairing import pairs
from .papers import edges as paper_edges
from .papers import is_out_of_time
from .permit import Permit, Question, may_pass
from .procedure import next_leg, posts, procedure_of
from .reference import Reference
from .standing import StepStatus, has_ended, status, statuses
from .stays import stay_ends
from .steps import StepCode
from .words import Party

TABLE_VERSION = 5
SHORTEST = timedelta(microseconds=1)


class Whose(NamedTuple):
    """Who has the second, and what for: a step, a reason or an order, as a stable code."""

    party: Party
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """Time of one party. Half open: from `begins` up to, not including, `ends`."""

    party: Party
    why: str
    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


@dataclass(frozen=True)
class Moment:
    state: State
    at: datetime
    ref: Reference

    @cached_property
    def open_here(self) -> list[StepStatus]:
        """Open steps that the next checkpoint needs and that can be done where the vehicle is or was."""
        leg = next_leg(self.state)
        stands = (status(code, self.state, self.ref) for code in leg.needs) if leg else ()
        return [s for s in stands if s.is_open and (not s.step.at or posts(s.step, self.state))]


Line = Callable[[Moment], Whose | None]


def outage(m: Moment) -> Whose | None:
    """A live outage that blocks the next move belongs to the system."""
    first = min(m.state.outages.values(), key=lambda fact: (fact.occurred_at, fact.id), default=None)
    if first is None or not isinstance(first.data, f.OutageBegan):
        return None
    return Whose(Party.SYSTEM, first.data.what)


def live_hold(m: Moment) -> Whose | None:
    """A live hold belongs to the agency whose hold was placed first."""
    for fact in m.state.live_holds:
        if isinstance(fact.data, f.Held) and fact.actor.agency is not None:
            return Whose(Party(fact.actor.agency), f"hold:{fact.data.reason}")
    return None


def closed(m: Moment) -> Whose | None:
    """Outside opening hours, or closed by the other side, when the next checkpoint keeps hours."""
    leg = next_leg(m.state)
    if leg is None or leg.at not in m.ref.places_with_hours or m.ref.calendar.is_open(m.at):
        return None
    closure = m.ref.calendar.closure_at(m.at)
    if closure is not None and closure.other_side:
        return Whose(Party.OTHER_SIDE, "closure")
    return Whose(Party.CLOSED_HOURS, "closure" if closure else "hours")


def queued(m: Moment) -> Whose | None:
    """In the queue and not yet called."""
    waits = m.state.queued_since is not None and m.state.called_at is None and m.state.rank == 0
    return Whose(Party.QUEUE, "queued") if waits else None


def only_unpaid(m: Moment) -> Whose | None:
    """Nothing open but the payment."""
    if m.open_here and all(s.step.code is StepCode.PAID for s in m.open_here):
        return Whose(
            Party.BUSINESS if m.state.charges else Party.BOARD,
            "paid" if m.state.charges else "charge",
        )
    return None


def correction_or_declaration(m: Moment) -> Whose | None:
    """A correction is asked of the business, a declaration is missing, or a paper has run out."""
    if m.state.corrections:
        return Whose(Party.BUSINESS, "correction")
    if m.state.content is None:
        return Whose(Party.BUSINESS, "declaration")
    return Whose(Party.BUSINESS, "document") if is_out_of_time(m.state, m.ref, m.at) else None


def proposed_correction(m: Moment) -> Whose | None:
    """A correction is proposed: the agency that has yet to say yes or no."""
    asked = m.state.still_to_approve
    return Whose(Party(asked[0]), StepCode.CORRECTION_ANSWERED) if asked else None


def first_open_step(m: Moment) -> Whose | None:
    """The first open required step that can be done where the vehicle is."""
    for stand in m.open_here:
        if stand.step.code is not StepCode.PAID and stand.waits_for:
            party = Party.BUSINESS if _is_being_treated(m, stand) else stand.waits_for[0]
            return Whose(party, stand.step.code)
    return None


def _is_being_treated(m: Moment, stand: StepStatus) -> bool:
    """(A) While a treatment takes its time, it is the business's, as while it was asked for; waiting for a
    laboratory is the time of the agency that took the sample."""
    agency = next((agency for agency, code in LOOKS.items() if code is stand.step.code), None)
    until = treated_until(m.state, agency) if agency else None
    return until is not None and m.at < until


def refused(m: Moment) -> Whose | None:
    """Something else stands against the next passage: whoever must look at it, not the driver."""
    leg = next_leg(m.state)
    if leg is None:
        return None
    answer = may_pass(Question(m.state, leg.at, leg.direction, m.at, m.ref, m.state.gate))
    return None if isinstance(answer, Permit) else Whose(answer[0].party, answer[0].code)


def on_its_way(m: Moment) -> Whose | None:
    """All is done for the next checkpoint: the driver's time until the passage."""
    return Whose(Party.DRIVER, "on_its_way") if next_leg(m.state) is not None else None


def last_confirmation(m: Moment) -> Whose | None:
    """The vehicle has gone, and an agency has not yet confirmed its leaving."""
    procedure = procedure_of(m.state)
    if procedure is None:
        return None
    for stand in statuses(m.state, m.ref):
        if stand.is_open and stand.waits_for:
            return Whose(stand.waits_for[0], stand.step.code)
    return None


LINES: tuple[Line, ...] = (
    outage,
    live_hold,
    closed,
    queued,
    only_unpaid,
    correction_or_declaration,
    proposed_correction,
    first_open_step,
    refused,
    on_its_way,
    last_confirmation,
)


def whose(state: State, at: datetime, ref: Reference) -> Whose:
    """The one party that this second belongs to. `unattributed` must never come out of here."""
    moment = Moment(state, at, ref)
    found = (line(moment) for line in LINES)
    return next((w for w in found if w is not None), Whose(Party.UNATTRIBUTED, ""))


def attribute(facts: Iterable[Fact], ref: Reference, until: datetime) -> list[Span]:
    """The spans of a crossing from its first presence to its end, or to `until` while it lives.

    Their lengths sum to the wall time; neighbours with the same party and reason are one span.
    """
    spans: list[Span] = []
    for (begins, who), (ends, _) in pairwise(_moments(facts, ref, until)):
        _extend(spans, Span(who.party, who.why, begins, ends))
    return spans


def _moments(facts: Iterable[Fact], ref: Reference, until: datetime) -> Iterator[tuple[datetime, Whose]]:
    """Every moment at which the owner may change: a fact, an opening, a closing, an expiry, the end."""
    facts = list(facts)
    present = fold(facts).present_since
    ended: tuple[datetime, Whose] | None = None
    for at, following, state in walk(facts):
        end = following or max(until, at)
        if present is None or at < present:
            continue
        if has_ended(state, ref):
            ended = ended or (at, _who_took_it_for_ended(state))
            continue
        if ended is not None:
            yield ended
            ended = None
        for edge in (at, *sorted(set(_edges(state, at, end, ref)))):
            yield edge, whose(state, edge, ref)
        if following is None:
            yield end, Whose(Party.UNATTRIBUTED, "until")
    if ended is not None:
        yield ended[0], Whose(Party.UNATTRIBUTED, "ended")


def _who_took_it_for_ended(state: State) -> Whose:
    """Of a crossing that was over and lives again: who struck it off by mistake has that time (A)."""
    agency = state.struck_off.actor.agency if state.struck_off else None
    return Whose(Party(agency), "struck_off") if agency else Whose(Party.SYSTEM, "taken_for_ended")


def _edges(state: State, begin: datetime, end: datetime, ref: Reference) -> Iterator[datetime]:
    leg = next_leg(state)
    if leg is not None and leg.at in ref.places_with_hours:
        yield from ref.calendar.edges(begin, end)
    runs_out = (stay_ends(state, ref), *(pair.due for pair in pairs(state, ref)))
    over = [limit + SHORTEST for limit in runs_out if limit]
    over += [until for agency in LOOKS if (until := treated_until(state, agency))]
    for edge in (*over, *paper_edges(state, ref)):
        if begin < edge < end:
            yield edge


def _extend(spans: list[Span], span: Span) -> None:
    last = spans[-1] if spans else None
    if last and (last.party, last.why, last.ends) == (span.party, span.why, span.begins):
        spans[-1] = Span(last.party, last.why, last.begins, span.ends)
    elif span.ends > span.begins:
        spans.append(span)


def per_party(spans: Iterable[Span]) -> dict[Party, timedelta]:
    """Time per party, longest first."""
    total: dict[Party, timedelta] = {}
    for span in spans:
        total[span.party] = total.get(span.party, timedelta()) + span.length
    return dict(sorted(total.items(), key=lambda item: -item[1]))
