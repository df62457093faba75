"""What may stand against a decision, and the case that is decided: common to all `…decisions.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .facts import Actor
from .fold import State
from .permit import Objection
from .reference import Reference
from .standing import has_ended
from .steps import PLATFORM_RULE
from .words import Party


class Against(StrEnum):
    """Reasons against a decision, beside those of the permit. Stable for ever."""

    WRONG_AGENCY = "wrong_agency"
    WRONG_POST = "wrong_post"
    NO_SUCH_STEP = "no_such_step"
    STEP_NOT_REQUIRED = "step_not_required"
    NOT_BY_HAND = "not_by_hand"
    ALREADY_DONE = "already_done"
    CROSSING_ENDED = "crossing_ended"
    NOT_DECLARED = "not_declared"
    NEED_OPEN = "need_open"
    NO_RECEIVING_VEHICLE = "no_receiving_vehicle"
    LICENCE_NOT_REGISTERED = "licence_not_registered"
    REASON_REQUIRED = "reason_required"
    WORDS_REQUIRED = "words_required"
    NO_SUCH_HOLD = "no_such_hold"
    NOT_YOUR_HOLD = "not_your_hold"
    NO_SUCH_FACT = "no_such_fact"
    NOT_YOUR_FACT = "not_your_fact"
    ALREADY_UNDONE = "already_undone"
    NOT_UNDOABLE = "not_undoable"
    NOT_SIGNED = "not_signed"
    NO_SUCH_GROUP = "no_such_group"
    TOO_MANY_PACKAGES = "too_many_packages"
    NOT_LINKED = "not_linked"
    NOTHING_OWED = "nothing_owed"
    WRONG_AMOUNT = "wrong_amount"
    NOT_ENTERED = "not_entered"
    TWO_WAY_NOT_IN_FORCE = "two_way_not_in_force"
    TWO_WAY_SEVERAL_OWNERS = "two_way_several_owners"
    TWO_WAY_SEVERAL_KINDS = "two_way_several_kinds"
    TWO_WAY_COMBINED = "two_way_combined"
    SEAL_ALREADY_ON = "seal_already_on"
    NO_SUCH_SEAL = "no_such_seal"
    ALREADY_TURNED = "already_turned"
    ALREADY_ASKED = "already_asked"
    NOT_ASKED = "not_asked"
    SAME_GATE = "same_gate"
    HEALTH_MODE_OFF = "health_mode_off"
    NOTHING_STORED = "nothing_stored"
    DECLARATION_CHANGED = "declaration_changed"
    KIND_CANNOT_CHANGE = "kind_cannot_change"
    GOODS_HAVE_MOVED = "goods_have_moved"
    ALREADY_APPROVED = "already_approved"
    NO_SUCH_PROPOSAL = "no_such_proposal"
    PROPOSAL_REPLACED = "proposal_replaced"
    PROPOSAL_IN_FORCE = "proposal_in_force"
    NOTHING_CHANGES = "nothing_changes"
    EXAMINATION_OPEN = "examination_open"
    EXAMINATION_MISSING = "examination_missing"
    PAPERS_NOT_CHECKED = "papers_not_checked"
    SAMPLE_OUT = "sample_out"
    SAMPLE_TWICE = "sample_twice"
    NO_SUCH_SAMPLE = "no_such_sample"
    TREATMENT_OPEN = "treatment_open"
    TREATMENT_RUNNING = "treatment_running"
    NOTHING_TO_TREAT = "nothing_to_treat"
    ALREADY_REQUIRED = "already_required"
    NOTHING_OVERPAID = "nothing_overpaid"
    NO_SUCH_REFUND = "no_such_refund"
    REFUND_IS_YOUR_OWN = "refund_is_your_own"
    REFUND_CHANGED = "refund_changed"
    NOTHING_LOOKED_AT = "nothing_looked_at"
    NO_SUCH_ORDER = "no_such_order"
    ALREADY_NUMBERED = "already_numbered"
    NOT_IN_YARD = "not_in_yard"
    BAY_CLOSED = "bay_closed"
    BAY_TAKEN = "bay_taken"
    ALREADY_IN_BAY = "already_in_bay"
    NOT_IN_A_BAY = "not_in_a_bay"
    SHARE_TWICE = "share_twice"
    LESS_THAN_MOVED = "less_than_moved"
    TRANSFER_UNDERWAY = "transfer_underway"
    PLATE_UNDER_WAY = "plate_under_way"
    NOTHING_LEFT = "nothing_left"
    RESTS_ON_IT = "rests_on_it"


@dataclass(frozen=True, slots=True)
class Case:
    """Who asks, about which crossing, at which moment. Empty `posts` means anywhere at the gate."""

    state: State
    actor: Actor
    at: datetime
    ref: Reference
    posts: tuple[str, ...] = ()


def _objection(code: Against, party: Party, law: str = PLATFORM_RULE, **details: object) -> Objection:
    return Objection(code, party, "", law, details)


def _mine(case: Case) -> Party:
    return Party(case.actor.agency) if case.actor.agency else Party.SYSTEM


def _alive(case: Case) -> Iterator[Objection]:
    """Nothing is decided about a crossing that is over."""
    if has_ended(case.state, case.ref):
        yield _objection(Against.CROSSING_ENDED, _mine(case))
