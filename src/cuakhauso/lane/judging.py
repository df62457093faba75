"""What a lane knows, put together for one vehicle: who it is, and what speaks against opening for it now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from operator import is_
from typing import NamedTuple
from uuid import UUID

import uuid_utils.compat as uuid7

from cuakhauso.core.answer import Answer
from cuakhauso.core.evidence import Evidence, Expected
from cuakhauso.core.permit import Code
from cuakhauso.core.weights import is_over, tolerance_kg, usual_tare

from .book import Book, Fresh, Where
from .contracts import Read, Weight
from .matching import Index, Outcome, identity, is_declared, match
from .proof import proven, weigh
from .state import Judged
from .words import Settings, Why


def new_id() -> UUID:
    return UUID(str(uuid7.uuid7()))


class Weighed(NamedTuple):
    """The last evidence, and what it was worked out from."""

    reads: tuple[Read, ...]
    expected: Expected | None
    evidence: Evidence | None


def _same(some: tuple[Read, ...], others: tuple[Read, ...]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


@dataclass(slots=True)
class Knowledge:
    """The judge of one lane (`state.Judge`): the node's book, seen from this lane's place."""

    book: Book
    where: Where
    settings: Settings
    alone_for: timedelta
    new_ticket: Callable[[], UUID] = field(default=new_id)
    _weighed: Weighed | None = field(default=None, init=False, repr=False)

    def judge(self, reads: tuple[Read, ...], weight: Weight | None, at: datetime) -> Judged:
        index = self.book.index(self.where)
        evidence = self._evidence(reads, index)
        found = proven(match(reads, index, self.settings), evidence, index)
        answer = found.answer
        if answer is None:
            return Judged(found, evidence=evidence)
        now = self.book.by_centre(at)
        has_permit = answer.permits and _still_holds(answer, now)
        against = tuple(self._against(answer, weight, at)) if found.outcome is Outcome.AGREES else ()
        return Judged(found, against, has_permit, evidence)

    def _evidence(self, reads: tuple[Read, ...], index: Index) -> Evidence | None:
        """A lane asks with every word of its sensors; frames and expected crossings are the same for long."""
        known, expected = self._weighed, index.compete
        if known is None or known.expected is not expected or not _same(known.reads, reads):
            evidence = weigh(reads, index, self.settings)
            known = self._weighed = Weighed(reads, index.compete, evidence)
        return known.evidence

    def names(self, crossing: UUID, read: Read) -> bool:
        answer, seen = self.book.index(self.where).by_crossing.get(crossing), identity(read)
        return answer is not None and seen is not None and is_declared(answer, seen)

    def _against(self, answer: Answer, weight: Weight | None, at: datetime) -> Iterator[str]:
        """The centre's objections first, then what only this lane knows."""
        yield from (because.code for because in answer.against)
        now = self.book.by_centre(at)
        if now is None:
            yield Why.CLOCK_UNKNOWN
        elif answer.permits and not _still_holds(answer, now):
            yield "place_closed"
        if now is not None and self.book.fresh(at, self.alone_for) is Fresh.TOO_OLD:
            yield Why.PERMITS_TOO_OLD
        if self.book.is_used(self.where, answer):
            yield Why.ALREADY_PASSED
        if weight is not None:
            yield from (Why.NO_WEIGHT,) if weight.kg is None else against_weight(answer, weight.kg)


def _still_holds(permit: Answer, now: datetime | None) -> bool:
    """`now` is by the centre's clock, as `ends` is. Where nobody knows the time, what ends may have ended."""
    return permit.ends is None or (now is not None and now < permit.ends)


def against_weight(answer: Answer, gross_kg: Decimal) -> Iterator[str]:
    """Heavier than permitted; not what was declared; not what this vehicle, as measured when empty, and these
    goods weigh together. Declared and measured tare are held apart: who declares a wrong one is found by the
    other."""
    if answer.max_gross_kg is not None and is_over(gross_kg, answer.max_gross_kg, answer.tolerance_percent):
        yield Code.OVERWEIGHT
    tares = ((answer.own_weight_kg, Why.WEIGHT_DIFFERS), (measured_tare(answer), Why.TARE_DIFFERS))
    yield from (why for tare, why in tares if tare is not None and _is_apart(answer, tare, gross_kg))


def _is_apart(answer: Answer, tare_kg: int, gross_kg: Decimal) -> bool:
    """Where it is not known what should be on board, no vehicle weighs less than empty."""
    expected = expected_kg(answer, tare_kg)
    if expected is None:
        return gross_kg < tare_kg - tolerance_kg(tare_kg, answer.tolerance_percent, 0)
    return abs(gross_kg - expected) > allowed_kg(answer, tare_kg)


def measured_tare(answer: Answer) -> int | None:
    return usual_tare(answer.tares_kg, answer.tolerance_percent)


def expected_kg(answer: Answer, tare_kg: int | None) -> int | None:
    """With what should be on board; none where that, or the tare, is not known."""
    return None if tare_kg is None or answer.goods_kg is None else tare_kg + answer.goods_kg


def allowed_kg(answer: Answer, tare_kg: int) -> int:
    return tolerance_kg(tare_kg, answer.tolerance_percent, answer.goods_tolerance_kg)
