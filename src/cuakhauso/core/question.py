"""The question that every barrier asks, and the two kinds of answer to it. Who answers: `permit.py`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .fold import State
from .procedure import Leg, procedure_of
from .reference import Reference
from .words import CheckpointKind, Direction, Party


class Code(StrEnum):
    """Why not. Stable for ever; each has a sentence in three languages."""

    UNDECLARED = "undeclared"
    DECLARATION_WITHDRAWN = "declaration_withdrawn"
    IDENTITY_MISMATCH = "identity_mismatch"
    NOT_EXPECTED_HERE = "not_expected_here"
    STEP_OPEN = "step_open"
    GOODS_REMAINING = "goods_remaining"
    HOLD_LIVE = "hold_live"
    UNPAID = "unpaid"
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_NOT_YET = "document_not_yet"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_NOT_SEEN = "document_not_seen"
    DOCUMENT_REFUSED = "document_refused"
    OVERSTAY = "overstay"
    OVERWEIGHT = "overweight"
    PLACE_CLOSED = "place_closed"
    YARD_FULL = "yard_full"
    CALLED_OTHERS_FIRST = "called_others_first"
    UNKNOWN_STATE = "unknown_state"
    STRUCK_OFF = "struck_off"
    CROSSING_ENDED = "crossing_ended"
    SEAL_NOT_INTACT = "seal_not_intact"
    PAIR_QUANTITY = "pair_quantity"
    PAIR_OVERDUE = "pair_overdue"
    EXAMINATION_DEVIATES = "examination_deviates"
    EXAMINATION_REFUSED = "examination_refused"
    QUARANTINE_REFUSED = "quarantine_refused"
    BOUND_ELSEWHERE = "bound_elsewhere"
    UNLOADING_DIFFERS = "unloading_differs"


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against a passage or a decision: whose move it is, where, and by which law."""

    code: str
    party: Party
    place: str = ""
    law: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Permit:
    """This vehicle may pass this checkpoint in this direction, from now until `until`."""

    plate: str
    trailers: tuple[str, ...]
    containers: tuple[str, ...]
    checkpoint: CheckpointKind
    direction: Direction
    valid_from: datetime
    until: datetime
    facts: int


@dataclass(frozen=True, slots=True)
class Question:
    """May this vehicle pass this checkpoint, this way, at this moment?"""

    state: State
    checkpoint: CheckpointKind
    direction: Direction
    at: datetime
    ref: Reference
    gate: str

    @property
    def leg(self) -> Leg | None:
        procedure = procedure_of(self.state)
        return procedure.leg(self.checkpoint, self.direction) if procedure else None
