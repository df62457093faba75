"""The lane's own words: its phases, what reaches it, what it wants done. Plain values for `machine.py`.

Moments are aware UTC and come with the events: nothing here looks at a clock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cuakhauso.core.evidence import USUAL, Thresholds
from cuakhauso.core.recognised import Recognised
from cuakhauso.core.words import CheckpointKind, Direction, Place

from .contracts import Inputs, Output, Read, Subject, Weight


class Phase(StrEnum):
    """Where a lane is with the vehicle before it (devices.md 2.2)."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    APPROACH = "approach"
    IDENTIFY = "identify"
    WEIGH = "weigh"
    ATTEND = "attend"
    OPENING = "opening"
    OPEN = "open"
    PASSING = "passing"
    STUCK = "stuck"
    CLOSING = "closing"
    TAILGATE = "tailgate"
    FAULT = "fault"
    MANUAL = "manual"
    EMERGENCY = "emergency"


class Why(StrEnum):
    """Why a lane changed its phase, asks a person, or raises an alarm. Stable; told in words by the pages."""

    STARTED = "started"
    SENSORS_AGREE = "sensors_agree"
    VEHICLE_SEEN = "vehicle_seen"
    VEHICLE_STANDS = "vehicle_stands"
    VEHICLE_LEFT = "vehicle_left"
    AGREES = "agrees"
    PERMITTED = "permitted"
    BY_PERSON = "by_person"
    OBJECTIONS = "objections"
    UNREAD = "unread"
    NOBODY_EXPECTED = "nobody_expected"
    NEAR_MATCH = "near_match"
    DIFFERS = "differs"
    NOT_ALL_READ = "not_all_read"
    NOT_SURE = "not_sure"
    NO_WEIGHT = "no_weight"
    WEIGHT_DIFFERS = "weight_differs"
    TARE_DIFFERS = "tare_differs"
    PERMITS_TOO_OLD = "permits_too_old"
    CLOCK_UNKNOWN = "clock_unknown"
    CLOCK_OFF = "clock_off"
    ALREADY_PASSED = "already_passed"
    BOOM_UP = "boom_up"
    UNDER_BOOM = "under_boom"
    CLEARED = "cleared"
    BOOM_DOWN = "boom_down"
    BACKED_OUT = "backed_out"
    STANDS_TOO_LONG = "stands_too_long"
    STUCK_UNDER_BOOM = "stuck_under_boom"
    FOLLOWED = "followed"
    TWO_MAY_HAVE_PASSED = "two_may_have_passed"
    DID_NOT_OPEN = "did_not_open"
    DID_NOT_CLOSE = "did_not_close"
    BOOM_MOVED_BY_NOBODY = "boom_moved_by_nobody"
    UNDER_WITHOUT_TICKET = "under_without_ticket"
    CONTACTS_SILENT = "contacts_silent"
    CANNOT_WRITE = "cannot_write"
    JOURNAL_LOST = "journal_lost"
    FORCED = "forced"
    KEY = "key"
    EMERGENCY = "emergency"
    RESUMED = "resumed"
    PASSED_UNSEEN = "passed_unseen"
    PASSAGE_UNKNOWN = "passage_unknown"
    PERMIT_NEEDED = "permit_needed"
    REASON_NEEDED = "reason_needed"
    SECOND_PERSON_NEEDED = "second_person_needed"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a lane is and how long it waits. `reads` are the subjects that its readers can read; `evidence`:
    when frames of our own recognition are enough."""

    code: str = ""
    leads_to: Place = Place.UNKNOWN
    reads: frozenset[Subject] = frozenset({Subject.PLATE})
    weighs: bool = False
    second_person: bool = False
    permit_always: bool = False
    temporary_yard_ahead: bool = False
    least_confidence: float = 0.8
    evidence: Thresholds = USUAL
    read_age: timedelta = timedelta(seconds=20)
    identify: timedelta = timedelta(seconds=8)
    weigh: timedelta = timedelta(seconds=25)
    opens: timedelta = timedelta(seconds=8)
    closes: timedelta = timedelta(seconds=12)
    back_out: timedelta = timedelta(seconds=2)
    stands: timedelta = timedelta(seconds=90)
    stuck: timedelta = timedelta(seconds=90)
    clear: timedelta = timedelta(seconds=1)
    settle: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Person:
    """Who decided at the lane, by the name that the node's sign-in knows."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """One opening for one vehicle: by a permit, or by a named person. `count` is how often the loop under the
    boom had closed when it was given, where the module counts; `act` is the note of the person's act; `where`
    is what its lane was then: a vehicle that has its ticket is through on that. `reads` and `weight` are of
    the vehicle that it was given to, `recognised` is what its frames proved."""

    id: UUID
    crossing: UUID | None
    facts: int
    given_at: datetime
    to: Place
    by: Person | None = None
    second: Person | None = None
    reason: str = ""
    words: str = ""
    against: tuple[str, ...] = ()
    count: int | None = None
    act: UUID | None = None
    where: tuple[CheckpointKind, Direction] | None = None
    reads: tuple[Read, ...] = ()
    weight: Weight | None = None
    recognised: Recognised | None = None


# --- what reaches a lane -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sensed:
    at: datetime
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class Silent:
    """The contacts do not answer."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    at: datetime
    read: Read


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weight that was accepted (`weighing.py`)."""

    at: datetime
    weight: Weight


@dataclass(frozen=True, slots=True)
class Changed:
    """The centre said something new; what was refused may be permitted now."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    at: datetime


class Act(StrEnum):
    """What an officer in the booth can do."""

    OPEN = "open"
    REFUSE = "refuse"
    TEMPORARY_YARD = "temporary_yard"
    CORRECT = "correct"
    ATTEND = "attend"


@dataclass(frozen=True, slots=True)
class Told:
    """`reason` is coded, `words` free. `subject` and `text` are a correction's."""

    at: datetime
    act: Act
    by: Person
    second: Person | None = None
    reason: str = ""
    words: str = ""
    subject: Subject | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a pulse: accepted, or why not. Whether the boom moved is sensed, not answered."""

    at: datetime
    output: Output
    fault: str = ""


Event = Sensed | Silent | Heard | Weighed | Changed | Tick | Told | Answered


# --- what a lane wants done ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pulse:
    output: Output
    ticket: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lights:
    green: bool


class Message(StrEnum):
    """What the sign says to the driver; its sentences in two languages are the sign's."""

    WAIT = "wait"
    GO = "go"
    STOP = "stop"
    ATTEND = "attend"
    TEMPORARY_YARD = "temporary_yard"
    TURN_BACK = "turn_back"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Show:
    message: Message
    plate: str = ""


@dataclass(frozen=True, slots=True)
class TakePicture:
    why: Why


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Cameras are asked to read the vehicle that stands there: they told it to nobody, or not at all."""


class NoteKind(StrEnum):
    """Kinds of what is written down, as docs/lane-protocol.md has them."""

    TRANSITION = "transition"
    COMMAND = "command"
    DECISION = "decision"
    PASSAGE = "passage"
    ACT = "act"
    ALARM = "alarm"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Note:
    """To be written down before anything else is done."""

    kind: NoteKind
    at: datetime
    body: dict[str, Any] = field(default_factory=dict)
    id: UUID | None = None


Effect = Pulse | Lights | Show | TakePicture | LookAgain | Note
