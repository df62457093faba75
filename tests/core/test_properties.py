"""What must never break, over arbitrary histories of arbitrary vehicles.

`CORE_EXAMPLES=5000 pytest tests/core/test_properties.py` searches longer.
"""

import dataclasses
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import count, pairwise
from uuid import UUID

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cuakhauso.core import facts as f
from cuakhauso.core.clock import attribute, per_party, whose
from cuakhauso.core.decisions import Case, against_confirming
from cuakhauso.core.echoes import echoes
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import is_open_at, open_at_customs
from cuakhauso.core.facts import Actor, Fact, from_json, to_json
from cuakhauso.core.fold import fold, walk
from cuakhauso.core.permit import Permit, Question, may_pass
from cuakhauso.core.procedure import next_leg
from cuakhauso.core.progress import summary
from cuakhauso.core.standing import has_ended, statuses
from cuakhauso.core.steps import STEPS, StepCode
from cuakhauso.core.words import (
    ActorKind,
    Agency,
    CheckpointKind,
    Direction,
    Kind,
    Order,
    Party,
    Place,
    Source,
)

from .builders import GATE, TEMPORARY_YARD, moment, new_id, officer
from .histories import History, Naive, histories

EXAMPLES = int(os.environ.get("CORE_EXAMPLES", "80"))
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
EVERYWHERE = [(at, direction) for at in CheckpointKind for direction in Direction]


def asked(history: History, at: CheckpointKind, direction: Direction) -> bool:
    question = Question(fold(history.facts), at, direction, history.at, history.ref, GATE)
    answer = may_pass(question)
    assert isinstance(answer, Permit) or answer, "neither a permit nor a reason against it"
    return isinstance(answer, Permit)


# --- the permit ------------------------------------------------------------------------------------


@bounded
@given(histories())
def test_a_permit_is_given_exactly_when_the_law_told_naively_has_nothing_against_it(history):
    law = Naive(history)
    for at, direction in EVERYWHERE:
        assert asked(history, at, direction) is law.permits(at, direction), (at, direction)


HOSTILE = (
    f.Held(reason="suspicion"),
    f.Held(reason="papers", report_to=Place.BUFFER),
    f.Identified(subject="plate", value="12H09999"),
    f.Identified(subject="seal", value="S9"),
    f.Weighed(gross_kg=90_000, stable=True),
    f.Withdrawn(number="HN-1"),
    f.StruckOff(reason="turned_around"),
)


def one_thing_against(history: History, at: CheckpointKind) -> Iterator[Fact]:
    """Facts of which each alone must take away a permit that this history has at this checkpoint."""
    now = max(history.at, *(fact.occurred_at for fact in history.facts))
    numbers = count(0x7FFF << 64)

    def fact(data: f.AnyData, undoes: UUID | None = None, actor: Actor | None = None) -> Fact:
        return Fact(
            id=UUID(int=next(numbers)), crossing=new_id(), occurred_at=now, recorded_at=now,
            actor=actor or officer(Agency.BOARD), source=Source.SCREEN, data=data, v=1, undoes=undoes,
        )  # fmt: skip

    yield from map(fact, HOSTILE)
    state = fold(history.facts)
    owes_here = at is not CheckpointKind.B1 and state.kind is not Kind.EMPTY_RETURN
    if owes_here and state.rank > 0 and at in (CheckpointKind.YARD, CheckpointKind.B2):
        yield fact(f.Charged(order=Order.TRANSSHIPMENT, amount=10_000_000, lines=()))
        for word in (state.confirmed("entered", a) for a in (Agency.BORDER_GUARD, Agency.CUSTOMS)):
            assert word is not None
            every = [x for x in history.facts if x.data == word.data and x.actor.agency is word.actor.agency]
            if len(every) == 1:
                yield fact(f.Undone(), word.id, word.actor)


@bounded
@given(histories())
def test_one_thing_against_it_takes_any_permit_away(history):
    assume(fold(history.facts).content is not None)
    for at, direction in EVERYWHERE:
        if not asked(history, at, direction):
            continue
        for fact in one_thing_against(history, at):
            worse = dataclasses.replace(history, facts=[*history.facts, fact])
            if isinstance(fact.data, f.Charged) and Naive(worse).looked_empty:
                continue
            assert not asked(worse, at, direction), (at, fact.data)


@bounded
@given(histories(declared=False))
def test_an_undeclared_vehicle_never_gets_beyond_the_temporary_yard(history):
    for at, direction in EVERYWHERE:
        assert not asked(history, at, direction) or at is TEMPORARY_YARD


def test_the_histories_do_reach_permits_of_every_kind():
    """Without this the first property could be true of nothing."""
    reached: set[tuple[Kind, CheckpointKind, Direction]] = set()

    @settings(max_examples=250, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(histories())
    def search(history):
        kind = fold(history.facts).kind
        reached.update((kind, at, way) for at, way in EVERYWHERE if asked(history, at, way))

    search()
    assert {kind for kind, _, _ in reached} >= set(Kind)
    assert len(reached) >= 10


# --- the fold ----------------------------------------------------------------------------------------


@bounded
@given(histories(), st.randoms(use_true_random=False))
def test_the_state_depends_neither_on_the_order_of_arrival_nor_on_doubles(history, chance):
    facts = [*history.facts, *chance.sample(history.facts, len(history.facts) // 2)]
    chance.shuffle(facts)
    assert fold(facts) == fold(history.facts)


@bounded
@given(histories())
def test_the_last_state_of_the_walk_is_the_fold(history):
    assume(history.facts)
    *_, (_, following, state) = walk(history.facts)
    assert following is None
    assert state == fold(history.facts)


# --- the clock ---------------------------------------------------------------------------------------


def lived(history: History, until: datetime) -> tuple[datetime, datetime] | None:
    """From the presence that stands to the first moment since which every prefix of the facts has ended."""
    begins = fold(history.facts).present_since
    if begins is None:
        return None
    ends = max([until, *(fact.occurred_at for fact in history.facts)])
    for moment_ in sorted({fact.occurred_at for fact in history.facts}, reverse=True):
        known = fold(fact for fact in history.facts if fact.occurred_at <= moment_)
        if not has_ended(known, history.ref):
            break
        ends = moment_
    return (begins, max(begins, ends))


@bounded
@given(histories(), st.integers(0, 3))
def test_every_second_belongs_to_exactly_one_party(history, days):
    until = moment("21:00", days)
    spans = attribute(history.facts, history.ref, until)
    life = lived(history, until)
    if life is None or life[0] == life[1]:
        assert spans == []
        return
    assert (spans[0].begins, spans[-1].ends) == life
    for one, other in pairwise(spans):
        assert one.ends == other.begins
        assert (one.party, one.why) != (other.party, other.why)
    assert all(span.length > timedelta() and span.party is not Party.UNATTRIBUTED for span in spans)
    assert sum(per_party(spans).values(), timedelta()) == life[1] - life[0]


@bounded
@given(histories())
def test_no_second_is_the_drivers_while_an_agency_has_something_to_do(history):
    state = fold(history.facts)
    leg = next_leg(state)
    if leg is None or whose(state, history.at, history.ref).party is not Party.DRIVER:
        return
    answer = may_pass(Question(state, leg.at, leg.direction, history.at, history.ref, GATE))
    against = [] if isinstance(answer, Permit) else [o.code for o in answer]
    assert not {"step_open", "hold_live", "unpaid", "goods_remaining", "place_closed"} & set(against)


# --- the form ----------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
MOMENTS = st.integers(0, 2**32).flatmap(
    lambda second: st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=8))]).map(
        lambda zone: datetime.fromtimestamp(second, zone)
    )
)


@bounded
@given(histories(), TEXT, TEXT, MOMENTS)
def test_every_fact_survives_json_and_its_bytes_are_canonical(history, note, name, when):
    for fact in history.facts[-3:]:
        actor = Actor(kind=ActorKind.PERSON, id=name, name=note, agency=fact.actor.agency)
        fact = replace(fact, note=note, actor=actor, stated_at=when, irregular=(name,))
        body = to_json(fact)
        assert from_json(body) == fact
        assert to_json(from_json(body)) == body
        decoded = json.loads(body)
        again = json.dumps(decoded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == body


# --- decisions and waiting -----------------------------------------------------------------------------


@bounded
@given(histories())
def test_a_confirmation_that_nothing_speaks_against_takes_effect(history):
    state = fold(history.facts)
    at = max([history.at, *(fact.occurred_at for fact in history.facts)])
    for code, step in STEPS.items():
        for agency in {*step.agencies, Agency.POLICE}:
            if against_confirming(Case(state, officer(agency), at, history.ref), code):
                continue
            assert agency in step.agencies
            fact = Fact(
                id=UUID(int=0x7FFF << 64 | 1), crossing=new_id(), occurred_at=at, recorded_at=at,
                actor=officer(agency), source=Source.SCREEN, data=f.Confirmed(step=code), v=1,
            )  # fmt: skip
            assert fold([*history.facts, fact]).confirmed(code, agency) == fact


def _was_overtaken(state, step, agency):
    """By what customs ordered, found or decided of the channel since; by what a look is out for."""
    if agency is Agency.CUSTOMS:
        return step is StepCode.CUSTOMS_CLEARED and next(open_at_customs(state), None) is not None
    return step in LOOKS.values() and is_open_at(state, agency)


@bounded
@given(histories())
def test_whoever_is_waited_for_has_not_yet_spoken_and_nothing_open_is_nobodys(history):
    state = fold(history.facts)
    seen = summary(state, history.ref)
    if seen.ended_at is not None:
        assert seen.waits == ()
        return
    for wait in seen.waits:
        spoke = wait.party in set(Agency) and state.confirmed(wait.step, Agency(wait.party))
        assert not spoke or _was_overtaken(state, wait.step, Agency(wait.party))
        assert wait.keys
    for stand in statuses(state, history.ref):
        assert not stand.is_open or stand.waits_for, stand.step.code


@bounded
@given(histories())
def test_what_the_next_permit_needs_is_on_somebodys_list(history):
    state = fold(history.facts)
    leg = next_leg(state)
    if state.present_since is None or state.content is None or has_ended(state, history.ref):
        return
    listed = {wait.step for wait in summary(state, history.ref).waits}
    needed = leg.needs if leg else StepCode
    after_goods = {StepCode.PAID, StepCode.GOODS_RELEASED}
    for stand in statuses(state, history.ref):
        waits_for_goods = state.kind is Kind.RECEIVING and not state.received
        if stand.is_open and stand.step.code in needed:
            assert stand.step.code in listed or (waits_for_goods and stand.step.code in after_goods)
    assert listed or leg, "a vehicle that has gone and whose leaving nobody is asked to confirm"


# --- echoes --------------------------------------------------------------------------------------------


@bounded
@given(histories())
def test_echoes_are_the_same_every_time_and_hearing_them_twice_is_once(history):
    ordered = sorted(history.facts, key=lambda fact: fact.recorded_at)
    for index, trigger in enumerate(ordered):
        before, after = fold(ordered[:index]), fold(ordered[: index + 1])
        heard = list(echoes(trigger, before, after, history.ref))
        assert heard == list(echoes(trigger, before, after, history.ref))
        assert len({fact.id for fact in heard}) == len(heard)
        assert fold([*heard, *heard]) == fold(heard)
        for fact in heard:
            assert from_json(to_json(fact)) == fact
