"""Where a step of a crossing stands: is it required, done and when, or waiting and for whom.

`REQUIRED` and `DONE` are the rules of single steps; `status` asks them, and the agencies' confirmations where
a step has no rule of its own. When all this has come to an end: `ended_at`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from . import facts as f
from .examination_fold import LOOKS
from .examinations import is_open_at, open_at_customs, to_treat
from .facts import Fact
from .fold import State
from .pairing import all_known
from .procedure import HEALTH_MODE, procedure_for, procedure_of, step_of
from .reference import Reference
from .seals import checked_at, sealed_at
from .special_fold import goes_back_abroad
from .stays import misfits
from .steps import STEPS, Step, StepCode
from .words import Agency, Channel, CheckpointKind, Kind, Order, Party

S = StepCode


# --- is a step required --------------------------------------------------------------------------


def _always(state: State, ref: Reference) -> bool:
    return True


def chapters(state: State) -> set[str]:
    """HS chapters of the goods on board: declared, or received from another vehicle."""
    declared = {item.hs[:2] for item in state.content.items} if state.content else set()
    taken = (fact.data for fact in state.received)
    return declared | {c for data in taken if isinstance(data, f.Received) for c in data.chapters}


def _quarantined_by(agency: Agency) -> Callable[[State, Reference], bool]:
    def required(state: State, ref: Reference) -> bool:
        return agency in ref.quarantined_by(chapters(state)) or agency in state.requested

    return required


def _has_scale(state: State, ref: Reference) -> bool:
    """The place has a scale: the yard it goes to, or the gate's B1."""
    yard = state.content.yard if state.content else ""
    return yard in ref.scales or CheckpointKind.B1 in ref.scales


def _goes_to_a_yard(state: State, ref: Reference) -> bool:
    return bool(ref.yards)


def left_empty(state: State) -> bool:
    """A receiving vehicle that got nothing and was looked at by an officer (A)."""
    looked = state.confirmed(S.LOOKED_EMPTY, Agency.BORDER_GUARD)
    return not state.received and looked is not None


def _not_left_empty(state: State, ref: Reference) -> bool:
    return state.kind is not Kind.RECEIVING or not left_empty(state)


def _owed_for(state: State, ref: Reference) -> bool:
    """A vehicle that turned around owes what was charged before, or nothing, as the Board has it."""
    if state.turned is None:
        return _not_left_empty(state, ref)
    return ref.charged_on_turning and bool(state.charges)


def _in_health_mode(code: StepCode) -> Callable[[State, Reference], bool]:
    """While the health mode is on, of those who have not yet passed; switched off, it falls away."""

    def required(state: State, ref: Reference) -> bool:
        return code in ref.health_steps and state.rank == 0

    return required


def _may_be_two_way(state: State, ref: Reference) -> bool:
    """Asked for and allowed: what the pilot does not allow goes as any other, with the ordinary stay."""
    content = state.content
    return ref.two_way_stay_hours is not None and content is not None and not any(misfits(content))


def _is_escorted(state: State, ref: Reference) -> bool:
    content = state.content
    escorted = content is not None and ref.regime_rule(content.regime).escort
    return escorted and _not_left_empty(state, ref)


def _never(state: State, ref: Reference) -> bool:
    return False


REQUIRED: dict[StepCode, Callable[[State, Reference], bool]] = {
    S.PLANT_QUARANTINED: _quarantined_by(Agency.PLANT_QUARANTINE),
    S.ANIMAL_QUARANTINED: _quarantined_by(Agency.ANIMAL_QUARANTINE),
    S.WEIGHED: _has_scale,
    S.IN_YARD: _goes_to_a_yard,
    S.RECEIVED_GOODS: _not_left_empty,
    S.HEALTH_CHECKED: _not_left_empty,
    S.GOODS_RELEASED: _not_left_empty,
    S.PAID: _owed_for,
    S.LOOKED_EMPTY: _never,
    S.SEAL_PUT_ON: _not_left_empty,
    S.ESCORTED: _is_escorted,
    S.TWO_WAY_REGISTERED: _may_be_two_way,
    **{code: _in_health_mode(code) for code in HEALTH_MODE},
}


# --- is a step done ------------------------------------------------------------------------------


class Done(NamedTuple):
    """When a step was done, and by which fact where one fact did it."""

    at: datetime
    fact: Fact | None


def _by_declaration(state: State, ref: Reference) -> Done | None:
    return Done(state.declared.occurred_at, state.declared) if state.content and state.declared else None


def _by_weight(state: State, ref: Reference) -> Done | None:
    return Done(state.weighed.occurred_at, state.weighed) if state.weighed else None


def channels(state: State) -> list[Channel | None]:
    """Customs' channel of each declaration on board; unknown is `None`."""
    groups = state.content.groups if state.content else ()
    return [state.channels.get(group.key) if group.key else None for group in groups]


def _by_customs(state: State, ref: Reference) -> Done | None:
    """Customs' own word, while nothing that customs has ordered or found speaks against it. Green counts as
    done with the registration (A); yellow, red and unknown wait for customs."""
    if next(open_at_customs(state), None) is not None:
        return None
    cleared = state.confirmed(S.CUSTOMS_CLEARED, Agency.CUSTOMS)
    if cleared is not None:
        return Done(cleared.occurred_at, cleared)
    accepted = state.confirmed(S.REGISTRATION_ACCEPTED, Agency.CUSTOMS)
    known = channels(state)
    all_green = bool(known) and all(channel is Channel.GREEN for channel in known)
    return Done(accepted.occurred_at, accepted) if accepted and all_green else None


def _by_looking(agency: Agency) -> Callable[[State, Reference], Done | None]:
    def done(state: State, ref: Reference) -> Done | None:
        word = state.confirmed(LOOKS[agency], agency)
        return Done(word.occurred_at, word) if word and not is_open_at(state, agency) else None

    return done


def _by_transshipment(state: State, ref: Reference) -> Done | None:
    """Every declared package transshipped, stored or sent back; nothing declared is nothing done."""
    groups = state.content.groups if state.content else ()
    given = [*state.transshipped, *state.disposed]
    counted = bool(groups) and all(group.packages > 0 for group in groups)
    if not counted or not given or any(state.remaining(i) > 0 for i in range(len(groups))):
        return None
    last = max(given, key=lambda fact: (fact.occurred_at, fact.id))
    return Done(last.occurred_at, last)


def _by_receiving(state: State, ref: Reference) -> Done | None:
    return Done(state.received[-1].occurred_at, state.received[-1]) if state.received else None


def _by_release(state: State, ref: Reference) -> Done | None:
    """Customs' word on every goods group received, each of them under a customs declaration."""
    taken = [fact.data for fact in state.received if isinstance(fact.data, f.Received)]
    said = all(d.customs_number and state.released.get((d.source, d.group)) for d in taken)
    return Done(state.received[-1].occurred_at, None) if taken and said else None


def _by_payment(state: State, ref: Reference) -> Done | None:
    """Charged, and nothing owed on any order; not yet charged is not paid."""
    if not state.charges or any(state.owes(order) > 0 for order in Order):
        return None
    last = [*state.charges, *state.payments][-1]
    return Done(last.occurred_at, last)


def _by_hand_over(state: State, ref: Reference) -> Done | None:
    return Done(state.handed_over.occurred_at, state.handed_over) if state.handed_over else None


def _by_pairing(state: State, ref: Reference) -> Done | None:
    """Known by the platform, or customs' word that the file was compared."""
    word = state.confirmed(S.FIRST_LEG_MATCHED, Agency.CUSTOMS)
    if word is not None:
        return Done(word.occurred_at, word)
    known = [pair.at for pair in state.pairs.values() if pair.at]
    return Done(max(known), None) if known and all_known(state) else None


def _by_sealing(state: State, ref: Reference) -> Done | None:
    at = sealed_at(state)
    return Done(at, _last_seal_fact(state)) if at else None


def _by_seals_whole(state: State, ref: Reference) -> Done | None:
    at = checked_at(state)
    return Done(at, _last_seal_fact(state)) if at else None


def _last_seal_fact(state: State) -> Fact | None:
    return state.seal_facts[-1] if state.seal_facts else None


def _not_yet(state: State, ref: Reference) -> Done | None:
    """Answering ends the question, and with it the step."""
    return None


DONE: dict[StepCode, Callable[[State, Reference], Done | None]] = {
    S.DECLARED: _by_declaration,
    S.WEIGHED: _by_weight,
    S.CUSTOMS_CLEARED: _by_customs,
    **{code: _by_looking(agency) for agency, code in LOOKS.items()},
    S.TRANSSHIPPED: _by_transshipment,
    S.RECEIVED_GOODS: _by_receiving,
    S.GOODS_RELEASED: _by_release,
    S.PAID: _by_payment,
    S.HANDED_OVER: _by_hand_over,
    S.FIRST_LEG_MATCHED: _by_pairing,
    S.SEAL_PUT_ON: _by_sealing,
    S.SEAL_CHECKED: _by_seals_whole,
    S.TURN_ANSWERED: _not_yet,
    S.CORRECTION_ANSWERED: _not_yet,
}


@dataclass(frozen=True, slots=True)
class StepStatus:
    """Three states, never a flag: not required, waiting (for `waits_for`), or done at `done_at`."""

    step: Step
    required: bool
    done_at: datetime | None
    facts: tuple[Fact, ...]
    waits_for: tuple[Party, ...]

    @property
    def is_open(self) -> bool:
        return self.required and self.done_at is None


PARTIES = {agency: Party(agency) for agency in Agency}


def status(code: StepCode, state: State, ref: Reference) -> StepStatus:
    """Where a step of this crossing stands."""
    step = step_of(code, state, ref)
    required = is_required(code, state, ref)
    if code is S.CORRECTION_ANSWERED:
        return _proposal(step, state)
    if code in DONE:
        done = DONE[code](state, ref)
        facts = (done.fact,) if done and done.fact else ()
        waits = () if done else _movers(code, state)
        return StepStatus(step, required, done.at if done else None, facts, waits)
    words = [(agency, state.confirmed(code, agency)) for agency in step.agencies]
    given = tuple(fact for _, fact in words if fact is not None)
    missing = tuple(PARTIES[agency] for agency, fact in words if fact is None)
    complete = bool(given) if step.any_agency else not missing
    done_at = max(fact.occurred_at for fact in given) if complete else None
    return StepStatus(step, required, done_at, given, () if complete else missing)


def _proposal(step: Step, state: State) -> StepStatus:
    """A proposed correction waits for each whose word it still needs."""
    said = (state.proposal,) if state.proposal else ()
    return StepStatus(step, bool(said), None, said, tuple(PARTIES[a] for a in state.still_to_approve))


def _movers(code: StepCode, state: State) -> tuple[Party, ...]:
    """A fee that nobody has computed yet is the Board's move, not the business's. A treatment that was asked
    for is the business's: it orders and pays it (A)."""
    if any(code is step and to_treat(state, agency) for agency, step in LOOKS.items()):
        return (Party.BUSINESS,)
    uncharged = code is StepCode.PAID and not state.charges
    return (Party.BOARD,) if uncharged else STEPS[code].parties


def is_required(code: StepCode, state: State, ref: Reference) -> bool:
    procedure = procedure_of(state)
    if procedure is None or code not in procedure.steps or code in procedure.optional:
        return False
    return REQUIRED.get(code, _always)(state, ref)


def statuses(state: State, ref: Reference) -> Iterator[StepStatus]:
    """Every step of the crossing's procedure, in its order."""
    procedure = procedure_of(state)
    for code in procedure.steps if procedure else ():
        yield status(code, state, ref)


def has_ended(state: State, ref: Reference) -> bool:
    return ended_at(state, ref) is not None


def ended_at(state: State, ref: Reference) -> datetime | None:
    """When it left, also if the declaration was withdrawn since, or was struck off. A withdrawn declaration
    ends a crossing that never arrived; turning around one that has not entered yet, where it need not pass
    the border line to go back."""
    if state.turned is not None and state.struck_off is None:
        return _turned_at(state, state.turned, ref)
    if state.struck_off is not None:
        return state.struck_off.occurred_at
    if state.withdrawn and state.present_since is None:
        return state.withdrawn_at
    procedure = procedure_for(state.announced)
    return status(procedure.ends_with, state, ref).done_at if procedure else None


def _turned_at(state: State, turned: Fact, ref: Reference) -> datetime | None:
    is_outside = state.rank == 0 and not (state.present_since and goes_back_abroad(state.announced))
    return turned.occurred_at if is_outside else status(S.TURNED_BACK, state, ref).done_at
