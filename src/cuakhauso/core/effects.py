"""What other reference data would change: the same facts, judged by the rules as they are and would be.

`compare` looks at crossings, living or past, under both. Fees and required steps are judged by what is known
of a crossing; permits where it stands next, and for what it has passed at the moment when it passed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from .charges import Charge, charge
from .facts import Fact
from .fold import State, fold, walk
from .permit import Permit, Question, may_pass
from .procedure import next_leg, posts, procedure_of, step_of
from .reference import HANOI, Reference
from .standing import has_ended, is_required, status
from .steps import StepCode
from .weights import goods_tolerance_kg, is_off

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Fees:
    """How many would owe something else, and what those owe before and after, in VND. `unknown`: how many
    could not be charged, since the Board's row is empty."""

    changed: int = 0
    before: int = 0
    after: int = 0
    unknown_before: int = 0
    unknown_after: int = 0

    def __add__(self, other: "Fees") -> "Fees":
        return Fees(
            self.changed + other.changed,
            self.before + other.before,
            self.after + other.after,
            self.unknown_before + other.unknown_before,
            self.unknown_after + other.unknown_after,
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """How many may be further from their declared weight, or less; and of those that were weighed, how many
    would be off now, and how many no longer."""

    wider: int = 0
    narrower: int = 0
    off: int = 0
    right: int = 0

    def __add__(self, other: "Weights") -> "Weights":
        return Weights(
            self.wider + other.wider,
            self.narrower + other.narrower,
            self.off + other.off,
            self.right + other.right,
        )


@dataclass(frozen=True, slots=True)
class Effects:
    """Counts of crossings. `examples` names some of each kind: fee, step, place, weight, refused,
    permitted."""

    looked_at: int = 0
    touched: int = 0
    fees: Fees = Fees()
    newly_required: Counter[StepCode] = field(default_factory=Counter)
    no_longer: Counter[StepCode] = field(default_factory=Counter)
    elsewhere: Counter[StepCode] = field(default_factory=Counter)
    refused: int = 0
    permitted: int = 0
    weights: Weights = Weights()
    examples: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)

    def __add__(self, other: "Effects") -> "Effects":
        kinds = dict.fromkeys([*self.examples, *other.examples])
        return Effects(
            self.looked_at + other.looked_at,
            self.touched + other.touched,
            self.fees + other.fees,
            self.newly_required + other.newly_required,
            self.no_longer + other.no_longer,
            self.elsewhere + other.elsewhere,
            self.refused + other.refused,
            self.permitted + other.permitted,
            self.weights + other.weights,
            {k: (*self.examples.get(k, ()), *other.examples.get(k, ()))[:EXAMPLES] for k in kinds},
        )


@dataclass(frozen=True, slots=True)
class Both:
    """The rules as they are and would be; `at` is the moment to which a living crossing is judged."""

    before: Reference
    after: Reference
    at: datetime


Stories = Iterable[tuple[UUID, Sequence[Fact]]]


def compare(stories: Stories, both: Both) -> Effects:
    """What would be different for these crossings. The order of the stories changes examples alone."""
    return sum((_one(crossing, facts, both) for crossing, facts in stories), start=Effects())


def _one(crossing: UUID, facts: Sequence[Fact], both: Both) -> Effects:
    state = fold(facts)
    ended = has_ended(state, both.before)
    fees = _fees(state, both, ended)
    more, fewer = _required(state, both)
    moved = Counter[StepCode]() if ended else _moved(state, both)
    verdicts = list(_passed(facts, both) if ended else _next(state, both))
    refused, permitted = (True, False) in verdicts, (False, True) in verdicts
    weights = _weights(state, both)
    found = {
        "fee": fees.changed,
        "step": more or fewer,
        "place": moved,
        "weight": weights != Weights(),
        "refused": refused,
        "permitted": permitted,
    }
    examples = {kind: (crossing,) for kind, there in found.items() if there}
    return Effects(
        1, int(bool(examples)), fees, more, fewer, moved, int(refused), int(permitted), weights, examples
    )  # fmt: skip


def _weights(state: State, both: Both) -> Weights:
    """What lanes go by when they compare a weight with the declared one (`weights.py`)."""
    goods = state.content is not None and not state.is_empty
    if state.content is None or not goods:
        return Weights()
    was, will = (goods_tolerance_kg(state.content, ref) for ref in (both.before, both.after))
    before, after = (is_off(state, ref) for ref in (both.before, both.after))
    return Weights(
        int(will > was), int(will < was), int((before, after) == (False, True)),
        int((before, after) == (True, False)),
    )  # fmt: skip


def _fees(state: State, both: Both, ended: bool) -> Fees:
    """At one day for both, so that nothing but the change shows. What is due of a vehicle that is here stays;
    a past one is asked what it would have owed if it came on that day."""
    on = both.at.astimezone(HANOI).date()
    asked = replace(state, charges=[]) if ended else state
    before, after = (charge(asked, ref, on) for ref in (both.before, both.after))
    if before == after:
        return Fees()
    amounts = [one.amount if isinstance(one, Charge) else 0 for one in (before, after)]
    unknown = [int(one is not None and not isinstance(one, Charge)) for one in (before, after)]
    changed = amounts[0] != amounts[1] or unknown[0] != unknown[1]
    return Fees(1, *amounts, *unknown) if changed else Fees()


def _required(state: State, both: Both) -> tuple[Counter[StepCode], Counter[StepCode]]:
    procedure = procedure_of(state)
    steps = procedure.steps if procedure else ()
    was, will = ({s for s in steps if is_required(s, state, ref)} for ref in (both.before, both.after))
    return Counter(will - was), Counter(was - will)


def _moved(state: State, both: Both) -> Counter[StepCode]:
    """Open steps that would wait at another place."""
    procedure = procedure_of(state)
    if procedure is None or both.before.step_places == both.after.step_places:
        return Counter()
    return Counter(
        code
        for code in procedure.steps
        if status(code, state, both.after).is_open
        and posts(step_of(code, state, both.before), state) != posts(step_of(code, state, both.after), state)
    )


Verdict = tuple[bool, bool]


def _next(state: State, both: Both) -> Iterator[Verdict]:
    """May it pass where it stands or goes next, before and after."""
    yield from _asked(state, both, both.at)


def _passed(facts: Sequence[Fact], both: Both) -> Iterator[Verdict]:
    """Whether it might have passed, each time that it did."""
    ranks = [(begins, state.rank) for begins, _, state in walk(facts)]
    moves = {moment for (_, was), (moment, rank) in pairwise(ranks) if rank > was}
    for _begins, following, state in walk(facts):
        if following in moves and following is not None:
            yield from _asked(state, both, following)


def _asked(state: State, both: Both, at: datetime) -> Iterator[Verdict]:
    leg = next_leg(state)
    if leg is None:
        return
    answers = [
        may_pass(Question(state, leg.at, leg.direction, at, ref, state.gate))
        for ref in (both.before, both.after)
    ]
    yield (isinstance(answers[0], Permit), isinstance(answers[1], Permit))
