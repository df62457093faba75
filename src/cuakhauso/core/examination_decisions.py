"""May this agency look into the goods now, and say what it found? As in `decisions.py`, each returns every
reason against it. What customs finds is customs' word alone; a quarantine speaks for its own step.
"""

from collections.abc import Iterator

from .against import Against, Case, _alive, _mine, _objection
from .examination_facts import Finding, Of, Result
from .examination_fold import LOOKS
from .examinations import keys, open_at_customs, results, samples_out, to_treat, treated_until
from .facts import Fact, Sampled
from .permit import Code, Objection
from .procedure import step_of
from .standing import is_required
from .steps import CUSTOMS_LAW, LOOK_LAWS, PLANT_LAW, StepCode
from .words import Agency, Party

QUARANTINES = (Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE)
# (A) Who may record that a treatment was done: the agency that asked for it, or the yard where it was done.
TREATERS = (*LOOKS, Agency.YARD)
LOOKED_INTO = frozenset({StepCode.CUSTOMS_CLEARED, *LOOKS.values()})


# --- the word on a step ---------------------------------------------------------------------------


def looked_at(case: Case, code: StepCode) -> Iterator[Objection]:
    """Customs clears once its own examinations are done and conform; a quarantine passes nothing of which a
    sample is out or a treatment open. What it has refused it takes back or judges anew."""
    if code is StepCode.CUSTOMS_CLEARED:
        for reason, number in open_at_customs(case.state):
            yield Objection(reason, Party.CUSTOMS, "", CUSTOMS_LAW, {"subject": number})
    agency = case.actor.agency
    if agency in LOOKS and LOOKS[agency] is code:
        yield from _unfinished(case, agency, *Of)
        for fact in results(case.state, agency, Result.REFUSED):
            details = {"since": fact.occurred_at, "words": fact.note}
            yield Objection(Code.QUARANTINE_REFUSED, Party(agency), "", LOOK_LAWS[agency], details)


def _unfinished(case: Case, agency: Agency, *of: Of) -> Iterator[Objection]:
    """What this agency still waits for before it can say that all is well."""
    party, law, until = Party(agency), LOOK_LAWS[agency], treated_until(case.state, agency)
    for sample in samples_out(case.state, agency):
        if isinstance(sample.data, Sampled) and sample.data.of in of:
            number, since = sample.data.number, sample.occurred_at
            yield _objection(Against.SAMPLE_OUT, party, law, sample=number, since=since)
    if any(fact.data.of in of for fact in to_treat(case.state, agency)):  # type: ignore[union-attr]
        yield _objection(Against.TREATMENT_OPEN, Party.BUSINESS, law)
    if until is not None and case.at < until:
        yield _objection(Against.TREATMENT_RUNNING, Party.BUSINESS, law, until=until)


# --- customs --------------------------------------------------------------------------------------


def against_ordering(case: Case, customs_number: str, words: str) -> list[Objection]:
    """Customs wants goods looked at that this vehicle carries, and says why."""
    return [*_by_customs(case, customs_number), *_with_words(case, words)]


def against_examining(case: Case, customs_number: str, finding: Finding, words: str) -> list[Objection]:
    """Customs looked, where it stands; what does not conform it puts into words."""
    found = [*_by_customs(case, customs_number), *_at_post(case, StepCode.CUSTOMS_CLEARED)]
    return found if finding is Finding.CONFORMS else [*found, *_with_words(case, words)]


def _by_customs(case: Case, customs_number: str) -> Iterator[Objection]:
    yield from _of_a_declared_vehicle(case)
    if case.actor.agency is not Agency.CUSTOMS:
        yield _objection(Against.WRONG_AGENCY, Party.CUSTOMS, CUSTOMS_LAW)
    if case.state.content is not None and customs_number[:11] not in keys(case.state):
        yield _objection(Against.NO_SUCH_GROUP, Party.BUSINESS, CUSTOMS_LAW, group=customs_number)


def _of_a_declared_vehicle(case: Case) -> Iterator[Objection]:
    yield from _alive(case)
    if case.state.content is None:
        yield _objection(Against.NOT_DECLARED, Party.BUSINESS)


def _with_words(case: Case, words: str) -> Iterator[Objection]:
    if not words.strip():
        yield _objection(Against.WORDS_REQUIRED, _mine(case))


def _at_post(case: Case, code: StepCode) -> Iterator[Objection]:
    step = step_of(code, case.state, case.ref)
    if case.posts and not set(step.at or ("desk",)) & set(case.posts):
        yield _objection(Against.WRONG_POST, _mine(case), step.law, step=code, at=", ".join(step.at))


# --- quarantines, health --------------------------------------------------------------------------


def against_requesting(case: Case, words: str) -> list[Objection]:
    """A quarantine may ask for a look that the table of HS chapters does not ask for, with words."""
    found = [*_of_a_declared_vehicle(case), *_with_words(case, words)]
    agency = case.actor.agency
    if agency not in QUARANTINES:
        found.append(_objection(Against.WRONG_AGENCY, Party(QUARANTINES[0]), PLANT_LAW))
    elif is_required(LOOKS[agency], case.state, case.ref):
        found.append(_objection(Against.ALREADY_REQUIRED, _mine(case), LOOK_LAWS[agency], step=LOOKS[agency]))
    return found


def against_sampling(case: Case, number: str) -> list[Objection]:
    """A sample is taken where the step is done; one that is out is not taken again under its number."""
    found = list(_by_looker(case))
    if any(isinstance(s.data, Sampled) and s.data.number == number for s in _mine_out(case)):
        found.append(_objection(Against.SAMPLE_TWICE, _mine(case), sample=number))
    return found


def against_judging(case: Case, result: Result, of: Of, sample: str, words: str) -> list[Objection]:
    """The result of a look. Nothing passes while another sample is out or a treatment is open."""
    found = list(_by_looker(case))
    out = _mine_out(case)
    if sample and not any(isinstance(s.data, Sampled) and s.data.number == sample for s in out):
        found.append(_objection(Against.NO_SUCH_SAMPLE, _mine(case), sample=sample))
    if result is not Result.PASSED:
        return [*found, *_with_words(case, words)]
    agency = case.actor.agency
    waits = list(_unfinished(case, agency, *Of)) if agency in LOOKS else []
    return [*found, *(o for o in waits if not sample or o.details.get("sample") != sample)]


def against_treating(case: Case, agency: Agency) -> list[Objection]:
    """Only what was to be treated is treated."""
    found = list(_of_a_declared_vehicle(case))
    if case.actor.agency not in TREATERS or (case.actor.agency in LOOKS and case.actor.agency is not agency):
        found.append(_objection(Against.WRONG_AGENCY, Party(agency), LOOK_LAWS.get(agency, PLANT_LAW)))
    if not to_treat(case.state, agency):
        found.append(_objection(Against.NOTHING_TO_TREAT, _mine(case)))
    return found


def _by_looker(case: Case) -> Iterator[Objection]:
    """A quarantine or health, whose step this vehicle needs, where that step is done."""
    yield from _of_a_declared_vehicle(case)
    agency = case.actor.agency
    if agency not in LOOKS:
        yield _objection(Against.WRONG_AGENCY, Party(QUARANTINES[0]), PLANT_LAW)
        return
    step = LOOKS[agency]
    if case.state.content is not None and not is_required(step, case.state, case.ref):
        yield _objection(Against.STEP_NOT_REQUIRED, _mine(case), LOOK_LAWS[agency], step=step)
    yield from _at_post(case, step)


def _mine_out(case: Case) -> list[Fact]:
    return samples_out(case.state, case.actor.agency) if case.actor.agency in LOOKS else []
