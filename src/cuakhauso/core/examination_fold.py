"""From examinations, samples, results and treatments to their part of a state. `fold.py` alone calls this."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from . import examination_facts as e
from .facts import Data, Fact
from .special_fold import Special
from .steps import StepCode
from .words import Agency

# The step that rests on an agency's look. (A) Health's result is its word on the ordinary health check.
LOOKS: dict[Agency, StepCode] = {
    Agency.HEALTH: StepCode.HEALTH_CHECKED,
    Agency.PLANT_QUARANTINE: StepCode.PLANT_QUARANTINED,
    Agency.ANIMAL_QUARANTINE: StepCode.ANIMAL_QUARANTINED,
}
# (A) What was ordered is done by a look at least as deep: to open the goods answers a scan, not the reverse.
DEPTH = {how: depth for depth, how in enumerate(e.How)}


@dataclass(slots=True)
class Looked(Special):
    """What is ordered and was found, by customs declaration; what is out, said and treated, by agency.

    `looked_at` is the last examination of the goods themselves, `examined` the last of any depth. `asks_anew`
    is what made an agency say a word again, by the id of that word.
    """

    ordered: dict[str, Fact] = field(default_factory=dict)
    examined: dict[str, Fact] = field(default_factory=dict)
    looked_at: dict[str, Fact] = field(default_factory=dict)
    requested: dict[Agency, Fact] = field(default_factory=dict)
    samples: dict[tuple[Agency, str], Fact] = field(default_factory=dict)
    results: dict[tuple[Agency, e.Of], Fact] = field(default_factory=dict)
    treated: dict[tuple[Agency, e.Of], Fact] = field(default_factory=dict)
    present_since: datetime | None = None
    asks_anew: dict[UUID, Fact] = field(default_factory=dict)


def say_again(state: Looked, step: StepCode, agency: Agency, cause: Fact) -> None:
    """What was confirmed before it is asked for anew: the agency itself has opened the question again."""
    if (word := state.confirmations.pop((step, agency), None)) is not None:
        state.opened_again[step, agency] = word
        state.asks_anew[word.id] = cause


def _is_here(state: Looked, fact: Fact) -> None:
    if state.present_since is None:
        state.present_since = fact.occurred_at


def _ordered(state: Looked, fact: Fact, data: e.ExaminationOrdered) -> None:
    state.ordered[data.customs_number] = fact
    say_again(state, StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS, fact)


def _examined(state: Looked, fact: Fact, data: e.Examined) -> None:
    key = data.customs_number
    state.examined[key] = fact
    if data.how is not e.How.PAPERS:
        state.looked_at[key] = fact
        _is_here(state, fact)
    order = state.ordered[key].data if key in state.ordered else None
    if isinstance(order, e.ExaminationOrdered) and DEPTH[data.how] >= DEPTH[order.how]:
        del state.ordered[key]
    state.settled.discard(("examination_deviates", key))
    if data.finding is not e.Finding.CONFORMS:
        say_again(state, StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS, fact)


def _requested(state: Looked, fact: Fact, data: e.QuarantineRequested) -> None:
    if fact.actor.agency in LOOKS:
        state.requested.setdefault(fact.actor.agency, fact)


def _sampled(state: Looked, fact: Fact, data: e.Sampled) -> None:
    agency = fact.actor.agency
    if agency in LOOKS:
        state.samples[agency, data.number] = fact
        say_again(state, LOOKS[agency], agency, fact)
        _is_here(state, fact)


def _judged(state: Looked, fact: Fact, data: e.Judged) -> None:
    agency = fact.actor.agency
    if agency not in LOOKS:
        return
    known = [key for key, sample in state.samples.items() if key[0] is agency and _answers(data, sample)]
    for key in known:
        del state.samples[key]
    state.results[agency, data.of] = fact
    state.treated.pop((agency, data.of), None)
    if data.result is e.Result.PASSED:
        state.confirmations.setdefault((LOOKS[agency], agency), fact)
        state.opened_again.pop((LOOKS[agency], agency), None)
    else:
        say_again(state, LOOKS[agency], agency, fact)
    _is_here(state, fact)


def all_well(state: Looked, step: str, agency: Agency) -> None:
    """The plain confirmation of a step says that what had to be treated is well now."""
    if LOOKS.get(agency) == step:
        asked = [
            key
            for key in state.treated
            if key[0] is agency and key in state.results and _asked_to_treat(state.results[key])
        ]
        for key in asked:
            del state.results[key], state.treated[key]


def _asked_to_treat(fact: Fact) -> bool:
    return isinstance(fact.data, e.Judged) and fact.data.result is e.Result.TREAT


def _answers(judged: e.Judged, sample: Fact) -> bool:
    taken = sample.data
    assert isinstance(taken, e.Sampled)
    return judged.sample in ("", taken.number) and judged.of is taken.of


def _treated(state: Looked, fact: Fact, data: e.Treated) -> None:
    state.treated[data.agency, data.of] = fact


EXAMINATION_HANDLERS: dict[type[Data], Callable[[Any, Fact, Any], None]] = {
    e.ExaminationOrdered: _ordered,
    e.Examined: _examined,
    e.QuarantineRequested: _requested,
    e.Sampled: _sampled,
    e.Judged: _judged,
    e.Treated: _treated,
}
