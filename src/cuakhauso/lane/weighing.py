"""When a weight counts: frames of a scale in, one accepted weight for each vehicle out, or why not yet.

Pure. `heard` takes the state, a frame and what the contacts say at that moment, and gives the next state with
a finding. A weight is accepted when as many frames as the rule asks for, one after the other and over long
enough a time, agree within one division: none of them with a fault or in motion, the vehicle wholly on the
scale throughout, gross, within the range, and the scale seen at zero since the vehicle before. After whatever
nobody saw (a start, a long silence, a scale that lost its zero) zero has to be seen again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from .contracts import Inputs, Signal, Weight, WeightFault

# Other faults (switched on with a load on it, set up anew, broken) may have moved the zero itself.
ZERO_STAYS_KNOWN = (None, WeightFault.MOTION, WeightFault.NEGATIVE, WeightFault.OVERLOAD)


class NotYet(StrEnum):
    """Why there is no weight. The first eight are the scale's own words."""

    MOTION = "motion"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NEGATIVE = "negative"
    NOT_ZEROED = "not_zeroed"
    UNIT = "unit"
    ERROR = "error"
    SHOWS_NET = "shows_net"
    EMPTY = "empty"
    TAKEN = "taken"
    NO_ZERO_SEEN = "no_zero_seen"
    CONTACTS_UNKNOWN = "contacts_unknown"
    NOT_WHOLLY_ON = "not_wholly_on"
    TOO_LIGHT = "too_light"
    TOO_HEAVY = "too_heavy"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a site asks of a weight. `stands` is how the contacts must be while a vehicle stands wholly on the
    scale; one that is not known is not as it must be. `division_kg` is the scale's e. A scale that does not
    say whether it is stable has to agree with itself for `untold_for`. `pause` is how far apart frames may be
    and still follow one another; `blind` is how long a silence may be and leave the zero before it known."""

    most_kg: Decimal
    least_kg: Decimal = Decimal(500)
    division_kg: Decimal = Decimal(20)
    zero_kg: Decimal = Decimal(20)
    frames: int = 5
    steady_for: timedelta = timedelta(seconds=1)
    untold_for: timedelta = timedelta(seconds=3)
    pause: timedelta = timedelta(seconds=2)
    blind: timedelta = timedelta(seconds=20)
    stands: Mapping[Signal, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.frames < 1 or self.zero_kg < 0 or self.division_kg < 0:
            raise ValueError("a rule needs a frame, a zero and a division")
        if not self.zero_kg + self.division_kg < self.least_kg < self.most_kg:
            raise ValueError("what agrees with zero is no weight, and the least is below the most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """`weight` is the frame it was accepted with; `frames` are the SHA-256 of the raw frames it rests on,
    oldest first. `told_stable`: the scale itself said so in each of them."""

    weight: Weight
    kg: Decimal
    at: datetime
    since: datetime
    frames: tuple[str, ...]
    told_stable: bool


Finding = Accepted | NotYet


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Frames that agree, one after the other: how long, how far apart, and the hashes of the newest."""

    since: datetime
    last: datetime
    low: Decimal
    high: Decimal
    count: int
    told: bool
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """All that is remembered between frames."""

    run: Run | None = None
    heard_at: datetime | None = None
    zero_seen: bool = False
    accepted: Accepted | None = None


def heard(
    state: Weighing, weight: Weight, *, at: datetime, inputs: Inputs | None, rule: Rule
) -> tuple[Weighing, Finding]:
    """The next state, and the accepted weight (once for each vehicle) or why there is none yet."""
    state = replace(_after_silence(state, at, rule), heard_at=at)
    if (fault := _fault(weight, rule)) is not None:
        knows_zero = state.zero_seen and weight.fault in ZERO_STAYS_KNOWN
        return replace(state, run=None, zero_seen=knows_zero), fault
    assert weight.kg is not None  # a frame without a figure has a fault
    is_zero = abs(weight.kg) <= rule.zero_kg
    if not is_zero and (missing := _placed(inputs, rule)) is not None:
        return replace(state, run=None), missing
    state = replace(state, run=_joined(state.run, weight, weight.kg, at, rule))
    return _at_zero(state, rule) if is_zero else _loaded(state, weight, weight.kg, rule)


def _after_silence(state: Weighing, at: datetime, rule: Rule) -> Weighing:
    if state.heard_at is None:
        return state
    silence = at - state.heard_at
    if timedelta(0) <= silence <= rule.pause:
        return state
    # A clock that was set back is a silence of unknown length.
    knows_zero = state.zero_seen and timedelta(0) <= silence <= rule.blind
    return replace(state, run=None, zero_seen=knows_zero)


def _fault(weight: Weight, rule: Rule) -> NotYet | None:
    if weight.kg is None:
        return NotYet(weight.fault or WeightFault.ERROR)
    if weight.fault is not None and not _is_drift(weight, weight.kg, rule):
        return NotYet(weight.fault)
    if weight.stable is False:
        return NotYet.MOTION
    return NotYet.SHOWS_NET if weight.net else None


def _is_drift(weight: Weight, kg: Decimal, rule: Rule) -> bool:
    """An empty scale drifts a little below zero; that is zero as well."""
    return weight.fault is WeightFault.NEGATIVE and -rule.zero_kg <= kg < 0


def _placed(inputs: Inputs | None, rule: Rule) -> NotYet | None:
    if not rule.stands:
        return None
    if inputs is None or not rule.stands.keys() <= inputs.on.keys():
        return NotYet.CONTACTS_UNKNOWN
    as_it_must = all(inputs.on[signal] is must for signal, must in rule.stands.items())
    return None if as_it_must else NotYet.NOT_WHOLLY_ON


def _joined(run: Run | None, weight: Weight, kg: Decimal, at: datetime, rule: Rule) -> Run:
    """The run with this frame, or a new one where it does not agree with all before."""
    digest = sha256(weight.raw).hexdigest()
    told = weight.stable is True
    if run is None or max(run.high, kg) - min(run.low, kg) > rule.division_kg:
        return Run(since=at, last=at, low=kg, high=kg, count=1, told=told, hashes=(digest,))
    return Run(
        since=run.since,
        last=at,
        low=min(run.low, kg),
        high=max(run.high, kg),
        count=run.count + 1,
        told=run.told and told,
        hashes=(*run.hashes, digest)[-rule.frames :],
    )


def _is_steady(run: Run, rule: Rule) -> bool:
    long_enough = rule.steady_for if run.told else rule.untold_for
    return run.count >= rule.frames and run.last - run.since >= long_enough


def _at_zero(state: Weighing, rule: Rule) -> tuple[Weighing, Finding]:
    """Zero is seen as strictly as a weight: one frame that reads zero by chance lets nobody through."""
    if state.run is not None and _is_steady(state.run, rule):
        return replace(state, zero_seen=True, accepted=None), NotYet.EMPTY
    return state, NotYet.EMPTY


def _loaded(state: Weighing, weight: Weight, kg: Decimal, rule: Rule) -> tuple[Weighing, Finding]:
    if (why := _against(state, kg, rule)) is not None:
        return state, why
    assert state.run is not None  # this frame is in it
    accepted = Accepted(
        weight=weight,
        kg=kg,
        at=state.run.last,
        since=state.run.since,
        frames=state.run.hashes,
        told_stable=state.run.told,
    )
    return replace(state, accepted=accepted, zero_seen=False), accepted


def _against(state: Weighing, kg: Decimal, rule: Rule) -> NotYet | None:
    if state.accepted is not None:
        return NotYet.TAKEN
    if not state.zero_seen:
        return NotYet.NO_ZERO_SEEN
    if kg < rule.least_kg:
        return NotYet.TOO_LIGHT
    if kg > rule.most_kg:
        return NotYet.TOO_HEAVY
    return None if state.run is not None and _is_steady(state.run, rule) else NotYet.SETTLING
