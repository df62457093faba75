"""The journey as a business follows it: six steps, every fact in words, what is expected next, whose time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cuakhauso.core import facts as f
from cuakhauso.core.behalf import declarant_of, for_whom
from cuakhauso.core.clock import Span, per_party
from cuakhauso.core.facts import Fact, in_order, voided
from cuakhauso.core.fold import State
from cuakhauso.core.procedure import next_leg, procedure_of
from cuakhauso.core.progress import waits
from cuakhauso.core.reference import Reference
from cuakhauso.core.standing import has_ended, status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import ActorKind, Party, Source

from ...declarations import correcting_told
from ...web import formats, telling, words
from .. import usual
from ..from_lanes import AtLane, Photo

LATE = timedelta(minutes=1)
NEXT_SHOWN = 4
# The six labels that declarants know (domain.md 2.2).
LABELS = (
    gettext_lazy("Vào cửa khẩu"),
    gettext_lazy("Vào bãi tập kết"),
    gettext_lazy("Xe trong bãi"),
    gettext_lazy("Thanh toán"),
    gettext_lazy("Xuất bãi tập kết"),
    gettext_lazy("Rời cửa khẩu"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the six: is-done, is-now or is-held, or nothing yet."""

    label: object
    look: str

    @property
    def is_now(self) -> bool:
        return self.look in ("is-now", "is-held")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline, as `{% timeline %}` draws it. `at` is None for what is still to come."""

    at: datetime | None
    status: str
    words: str
    detail: str = ""
    seconds: float | None = None
    id: UUID | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time bar."""

    party: str
    label: str
    minutes: float
    is_now: bool
    words: str


def progress(state: State, ref: Reference) -> list[Mark]:
    done = _done(state, ref)
    first_open = next((number for number, is_done in enumerate(done) if not is_done), None)
    here = "is-held" if state.live_holds else "is-now"
    return [
        Mark(label, "is-done" if is_done else here if number == first_open else "")
        for number, (label, is_done) in enumerate(zip(LABELS, done, strict=True))
    ]


def _done(state: State, ref: Reference) -> tuple[bool, ...]:
    ended = has_ended(state, ref) and not (state.struck_off or state.withdrawn or state.turned)
    left = state.rank >= 3 or ended
    paid = status(StepCode.PAID, state, ref).done_at is not None if procedure_of(state) else False
    checked = left or (state.rank >= 2 and _checked(state, ref))
    return (state.rank >= 1 or ended, state.rank >= 2 or ended, checked, left or paid, left, ended)


def _checked(state: State, ref: Reference) -> bool:
    """Everything that leaving the yard needs is done, but the fee."""
    leg = next_leg(state)
    needs = [status(code, state, ref) for code in leg.needs] if leg else []
    return all(not need.is_open for need in needs if need.step.code is not StepCode.PAID)


def timeline(facts: Sequence[Fact], state: State, ref: Reference, at: datetime, owner: str) -> list[Row]:
    """Newest first, with what is expected next on top; the newest runs until now, while it lives."""
    ordered, void = in_order(facts), voided(facts)
    declarant = declarant_of(ordered)
    shown = [fact for fact in ordered if not isinstance(fact.data, f.Undone) or fact.undoes]
    ends = [fact.occurred_at for fact in shown[1:]] + [None if has_ended(state, ref) else at]
    rows = [
        _row(fact, end, is_void=fact.id in void, owner=owner, declarant=declarant)
        for fact, end in zip(shown, ends, strict=True)
    ]
    return [*_expected(state, ref), *reversed(rows)]


def with_photos(rows: Sequence[Row], at_lanes: Mapping[UUID, AtLane]) -> list[Row]:
    return [
        replace(row, photos=at_lanes[row.id].photos) if row.id and row.id in at_lanes else row for row in rows
    ]


def _row(fact: Fact, end: datetime | None, *, is_void: bool, owner: str, declarant: str) -> Row:
    told = telling.fact_told(fact)
    detail = [_("Đã hoàn tác")] if is_void else []
    detail += [who for who in (_who(fact, owner, declarant),) if who]
    detail += [more] if (more := correcting_told.detail(fact.data)) else []
    detail += [fact.note] if fact.note else []
    if fact.recorded_at - fact.occurred_at >= LATE:
        late = {"time": formats.when(fact.recorded_at, words.language())}
        detail.append(_("ghi nhận %(time)s") % late)
    seconds = (end - fact.occurred_at).total_seconds() if end else 0
    look = "not_required" if is_void else told.look
    lasted = seconds if seconds >= 60 else None
    return Row(fact.occurred_at, look, told.words, " · ".join(detail), lasted, fact.id)


def _who(fact: Fact, owner: str, declarant: str) -> str:
    """Agencies are named in the sentence itself; people are named where they declared, and for whom."""
    if fact.actor.kind is ActorKind.PLATFORM:
        return words.of(words.SOURCES, "platform")
    if for_whom(fact, declarant):
        return _("%(who)s khai hộ %(company)s") % {"who": telling.who(fact), "company": owner}
    if fact.actor.agency is None:
        return telling.who(fact)
    return "" if fact.source is Source.SCREEN else words.of(words.SOURCES, fact.source)


def _expected(state: State, ref: Reference) -> Iterator[Row]:
    """What can be done now comes last, next to what happened; then the movement that waits for it."""
    if has_ended(state, ref) or procedure_of(state) is None:
        return
    leg = next_leg(state)
    if leg is not None:
        yield Row(None, "not_yet", words.of(words.STEPS, leg.states))
    open_now = [(party, step) for party, step in _open(state, ref) if leg is None or step != leg.states]
    for party, step in reversed(open_now[:NEXT_SHOWN]):
        said = {"party": words.of(words.SHORT_AGENCIES, party), "step": _lowered(words.of(words.STEPS, step))}
        if party is Party.BUSINESS:
            said["party"] = words.of(words.PARTIES, party)
        known = usual.of_clock(state.gate, state.kind or "", party, step)
        look = "mine" if party is Party.BUSINESS else "waiting"
        yield Row(None, look, _("%(party)s: %(step)s") % said, usual.in_words(known) if known else "")


def _open(state: State, ref: Reference) -> list[tuple[Party, StepCode]]:
    return list(dict.fromkeys((wait.party, wait.step) for wait in waits(state, ref)))


def stretches(spans: Sequence[Span], *, runs: bool) -> list[Stretch]:
    """Neighbours of one party are one stretch."""
    found = []
    for party, group in groupby(spans, key=lambda span: span.party):
        parts = list(group)
        seconds = sum(part.length.total_seconds() for part in parts)
        label = words.of({**words.PARTIES, **words.SHORT_AGENCIES}, party)
        said = f"{words.of(words.PARTIES, party)}: {formats.duration(seconds, words.language())}"
        found.append(Stretch(str(party), label, seconds / 60, runs and parts[-1] is spans[-1], said))
    return found


def totals(spans: Sequence[Span]) -> list[str]:
    """The same in words, party by party, the longest first."""
    return [
        f"{words.of(words.PARTIES, party)}: {formats.duration(length.total_seconds(), words.language())}"
        for party, length in per_party(spans).items()
    ]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
