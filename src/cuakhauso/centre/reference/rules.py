"""What must hold of a change, and what it does to rows with dates. Pure; `actions.py` asks and writes.

A change never edits the past: rows that have been in force keep what they said, and end. `carved` is the
whole of it. Four eyes: whoever proposed does not approve.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from cuakhauso.core.permit import Objection
from cuakhauso.core.words import Party

from ..shared.errors import FieldError
from .fields import Value

Said = Mapping[str, Value]

LONGEST_URGENT = timedelta(hours=24)  # (A) longer than a day is no emergency any more: two persons decide
LATE = timedelta(minutes=5)  # (A) a closure may begin at a moment that passed while it was typed
FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Span:
    """What one row says, from `begins` up to, not including, `ends`; `row` is its id, none for a new one."""

    begins: date
    ends: date | None
    says: Said
    source: str
    row: int | None = None

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Carved:
    """What is to be done to the rows of one key: never were, end earlier, are new."""

    gone: tuple[Span, ...]
    ended: tuple[Span, ...]
    new: tuple[Span, ...]


def carved(rows: Sequence[Span], new: Span, says: Said | None, today: date) -> Carved:
    """Rows of one key so that from `new.begins` to `new.ends` it says `says`, or nothing at all where that is
    none, and before and after what it said already.

    Raises ValueError for a change that would begin before today: the past never changes.
    """
    if new.begins < today:
        raise ValueError("the past never changes")
    gone, ended, fresh = [], [], []
    for row in rows:
        if not _overlap(row, new):
            continue
        if row.begins > today and row.begins >= new.begins:
            gone.append(row)  # it has never been in force
        else:
            ended.append(replace(row, ends=new.begins))
        if new.ends is not None and (row.ends is None or row.ends > new.ends):
            fresh.append(Span(new.ends, row.ends, row.says, row.source))
    if says is not None:
        fresh.append(replace(new, says=says))
    return Carved(tuple(gone), tuple(ended), tuple(fresh))


def says_already(rows: Sequence[Span], new: Span, says: Said | None) -> bool:
    """Whether a change would change nothing, now or later."""
    there = [row for row in rows if _overlap(row, new)]
    if says is None or len(there) != 1:
        return says is None and not there
    (row,) = there
    lasts = row.ends is None or (new.ends is not None and row.ends >= new.ends)
    return row.begins <= new.begins and lasts and row.says == says


def _overlap(row: Span, new: Span) -> bool:
    begins_in_time = new.ends is None or row.begins < new.ends
    lasts_until = row.ends is None or row.ends > new.begins
    return begins_in_time and lasts_until and row.begins != row.ends


# --- dates and sources -----------------------------------------------------------------------------


def against_dates(
    valid_from: date | None, valid_to: date | None, *, dated: bool, today: date
) -> Iterator[FieldError]:
    """From today on; rows without dates of their own have no last day."""
    if valid_from is None:
        yield FieldError("valid_from", "required")
        return
    if valid_from < today:
        yield FieldError("valid_from", "day_past")
    if valid_from > today + FURTHEST:
        yield FieldError("valid_from", "out_of_range")
    if valid_to is not None and not dated:
        yield FieldError("valid_to", "no_last_day")
    elif valid_to is not None and valid_to <= valid_from:
        yield FieldError("valid_to", "ends_before_beginning")


def against_closing(
    key: Said, before: Said | None, after: Said | None, now: datetime
) -> Iterator[FieldError]:
    """What has been closed stays recorded as closed: only what lies ahead can change."""
    begins = datetime.fromisoformat(str(key["begins"]))
    if before is None and begins < now - LATE:
        yield FieldError("begins", "moment_past")
    if after is None and begins <= now:
        yield FieldError("ends", "already_closed")
    if after is not None and datetime.fromisoformat(str(after["ends"])) < now - LATE:
        yield FieldError("ends", "moment_past")


def may_be_urgent(key: Said, before: Said | None, after: Said | None) -> bool:
    """One person alone may close, or close for longer, for a day at most. Opening again takes two (A)."""
    if after is None:
        return False
    begins, ends = (datetime.fromisoformat(str(moment)) for moment in (key["begins"], after["ends"]))
    longer = before is None or ends > datetime.fromisoformat(str(before["ends"]))
    return longer and ends - begins <= LONGEST_URGENT


# --- who may do what now ---------------------------------------------------------------------------


class Against(StrEnum):
    """Reasons against an act on a change. Stable for ever."""

    NOT_A_DRAFT = "change_not_a_draft"
    NOT_PROPOSED = "change_not_proposed"
    NOT_YOURS = "change_not_yours"
    OWN_CHANGE = "change_is_your_own"
    PERSON_REQUIRED = "change_needs_a_person"
    CHANGED_MEANWHILE = "change_overtaken"
    WORDS_REQUIRED = "words_required"
    EMPTY = "change_is_empty"
    NOTHING_CHANGES = "change_changes_nothing"
    DAY_PASSED = "change_day_passed"
    NOT_URGENT = "change_not_urgent"
    NOTHING_TO_LOOK_AT = "change_looked_at"


@dataclass(frozen=True, slots=True)
class Stand:
    """How a change stands, to whoever asks: what the rules below need to know."""

    status: str
    is_mine: bool
    is_person: bool
    urgent: bool = False
    looked_at: bool = False
    rows: int = 0
    changing: bool = True
    overtaken: bool = False
    day_passed: bool = False


def objection(code: Against) -> Objection:
    return Objection(code, Party.BOARD)


def against_editing(stand: Stand) -> list[Objection]:
    """Only its maker works on a draft."""
    wrong = [(stand.status != "draft", Against.NOT_A_DRAFT), (not stand.is_mine, Against.NOT_YOURS)]
    return [objection(code) for there, code in wrong if there]


def against_proposing(stand: Stand) -> list[Objection]:
    """A draft with rows that change something, from a day that is still to come or today."""
    wrong = [
        (stand.rows == 0, Against.EMPTY),
        (stand.rows > 0 and not stand.changing, Against.NOTHING_CHANGES),
        (stand.day_passed, Against.DAY_PASSED),
    ]
    return [*against_editing(stand), *(objection(code) for there, code in wrong if there)]


def against_reopening(stand: Stand) -> list[Objection]:
    """Its maker takes a proposal back to work on it, as long as nobody has decided."""
    wrong = [(stand.status != "proposed", Against.NOT_PROPOSED), (not stand.is_mine, Against.NOT_YOURS)]
    return [objection(code) for there, code in wrong if there]


def against_withdrawing(stand: Stand) -> list[Objection]:
    wrong = [
        (stand.status not in ("draft", "proposed"), Against.NOT_PROPOSED),
        (not stand.is_mine, Against.NOT_YOURS),
    ]
    return [objection(code) for there, code in wrong if there]


def against_deciding(stand: Stand) -> list[Objection]:
    """Another person than the one who proposed; never a system."""
    wrong = [
        (stand.status != "proposed", Against.NOT_PROPOSED),
        (stand.is_mine, Against.OWN_CHANGE),
        (not stand.is_person, Against.PERSON_REQUIRED),
    ]
    return [objection(code) for there, code in wrong if there]


def against_approving(stand: Stand) -> list[Objection]:
    """What is approved is what was proposed: nothing may have changed beneath it, and its day is not over."""
    wrong = [(stand.overtaken, Against.CHANGED_MEANWHILE), (stand.day_passed, Against.DAY_PASSED)]
    return [*against_deciding(stand), *(objection(code) for there, code in wrong if there)]


def against_refusing(stand: Stand, words: str) -> list[Objection]:
    unsaid = [] if words.strip() else [objection(Against.WORDS_REQUIRED)]
    return [*against_deciding(stand), *unsaid]


def against_looking(stand: Stand) -> list[Objection]:
    """The look afterwards at what one person did alone."""
    wrong = [
        (not stand.urgent or stand.looked_at, Against.NOTHING_TO_LOOK_AT),
        (stand.is_mine, Against.OWN_CHANGE),
        (not stand.is_person, Against.PERSON_REQUIRED),
    ]
    return [objection(code) for there, code in wrong if there]
