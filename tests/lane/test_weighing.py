"""When a weight counts. Builders speak of frames heard at moments; the rule is asked, never imitated."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Inputs, Signal, Weight, WeightFault
from cuakhauso.lane.weighing import Accepted, NotYet, Rule, Weighing, heard

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLEAR = {Signal.LOOP_BEFORE: False, Signal.LOOP_AFTER: False}
RULE = Rule(most_kg=Decimal(80000), frames=5, stands=CLEAR)
STEP = timedelta(milliseconds=250)


def frame(kg, *, stable=True, fault=None, net=False, raw=b""):
    if stable is False and fault is None:
        fault = WeightFault.MOTION
    kg = None if kg is None else Decimal(kg)
    return Weight(kg=kg, stable=stable, net=net, fault=fault, raw=raw or repr((kg, stable)).encode())


@dataclass
class Bridge:
    """A scale that is listened to: remembers the state, the moment and the last finding."""

    rule: Rule = RULE
    state: Weighing = field(default_factory=Weighing)
    at: datetime = START
    on: dict | None = None

    def hear(self, *weights, step=STEP):
        found = []
        for weight in weights:
            self.at += step
            on = CLEAR if self.on is None else self.on
            self.state, finding = heard(self.state, weight, at=self.at, inputs=Inputs(on=on), rule=self.rule)
            found.append(finding)
        return found

    def empty(self):
        assert self.hear(*[frame(0)] * 8)[-1] is NotYet.EMPTY
        return self


def accepted(findings):
    return [finding for finding in findings if isinstance(finding, Accepted)]


def test_a_truck_that_stands_still_is_weighed_once():
    bridge = Bridge().empty()
    drives_on = [frame(kg, stable=False) for kg in (4000, 19000, 38000)]
    findings = bridge.hear(*drives_on, *[frame(38460)] * 12)
    (weight,) = accepted(findings)
    assert weight.kg == 38460
    assert weight.told_stable
    assert findings[:3] == [NotYet.MOTION] * 3
    assert findings[-1] is NotYet.TAKEN


def test_it_rests_on_the_raw_frames_it_names():
    frames = [frame(38460, raw=bytes([n])) for n in range(5)]
    (weight,) = accepted(Bridge().empty().hear(*frames))
    assert weight.frames == tuple(sha256(bytes([n])).hexdigest() for n in range(5))
    assert (weight.since, weight.at) == (START + 9 * STEP, START + 13 * STEP)
    assert weight.weight is frames[-1]


def test_the_next_truck_is_weighed_after_zero_and_not_before():
    bridge = Bridge().empty()
    assert accepted(bridge.hear(*[frame(38460)] * 8))
    assert not accepted(bridge.hear(*[frame(12000)] * 20))
    assert accepted(bridge.empty().hear(*[frame(12000)] * 8))


def test_what_stands_there_at_the_start_is_not_weighed():
    assert set(Bridge().hear(*[frame(38460)] * 20)) == {NotYet.NO_ZERO_SEEN}


def test_zero_by_chance_is_no_zero():
    bridge = Bridge()
    findings = bridge.hear(*[frame(38460)] * 3, frame(0), *[frame(38460)] * 10)
    assert not accepted(findings)


def test_an_empty_scale_may_drift_a_little_below_zero():
    drift = frame(-20, fault=WeightFault.NEGATIVE)
    bridge = Bridge()
    assert set(bridge.hear(*[drift] * 8)) == {NotYet.EMPTY}
    assert bridge.hear(frame(-40, fault=WeightFault.NEGATIVE)) == [NotYet.NEGATIVE]
    assert accepted(bridge.hear(*[frame(38460)] * 8))


@pytest.mark.parametrize("fault", WeightFault)
def test_every_fault_begins_the_count_anew(fault):
    bridge = Bridge().empty()
    findings = bridge.hear(*[frame(38460)] * 4, frame(38460, fault=fault), *[frame(38460)] * 4)
    assert not accepted(findings)
    assert findings[4] == fault.value


@pytest.mark.parametrize("fault", [WeightFault.NOT_ZEROED, WeightFault.ERROR, WeightFault.UNIT])
def test_a_scale_that_may_have_lost_its_zero_has_to_show_it_again(fault):
    bridge = Bridge().empty()
    findings = bridge.hear(frame(None, fault=fault), *[frame(38460)] * 12)
    assert findings[-1] is NotYet.NO_ZERO_SEEN


def test_a_frame_without_a_figure_is_an_error_even_if_nobody_says_so():
    assert Bridge().hear(frame(None)) == [NotYet.ERROR]


def test_frames_that_differ_by_more_than_a_division_do_not_agree():
    bridge = Bridge().empty()
    assert not accepted(bridge.hear(*[frame(kg) for kg in range(38000, 38900, 30)]))
    assert accepted(bridge.hear(*[frame(38460), frame(38480)] * 4))


def test_a_slow_creep_within_each_division_does_not_agree():
    creep = [frame(38000 + 6 * n) for n in range(40)]
    bridge = Bridge(replace(RULE, frames=5)).empty()
    assert not accepted(bridge.hear(*creep))


def test_agreeing_frames_have_to_span_the_time_that_is_asked():
    bridge = Bridge().empty()
    quick = bridge.hear(*[frame(38460)] * 12, step=timedelta(milliseconds=40))
    assert not accepted(quick)
    assert accepted(bridge.hear(*[frame(38460)] * 3))


def test_a_scale_that_does_not_say_whether_it_is_stable_has_to_agree_for_longer():
    bridge = Bridge()
    bridge.hear(*[frame(0, stable=None)] * 14)
    findings = bridge.hear(*[frame(38460, stable=None)] * 12)
    assert set(findings) == {NotYet.SETTLING}
    (weight,) = accepted(bridge.hear(*[frame(38460, stable=None)] * 3))
    assert not weight.told_stable


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ({Signal.LOOP_BEFORE: True, Signal.LOOP_AFTER: False}, NotYet.NOT_WHOLLY_ON),
        ({Signal.LOOP_BEFORE: False, Signal.LOOP_AFTER: True}, NotYet.NOT_WHOLLY_ON),
        ({Signal.LOOP_BEFORE: False}, NotYet.CONTACTS_UNKNOWN),
        ({}, NotYet.CONTACTS_UNKNOWN),
    ],
)
def test_a_truck_has_to_stand_wholly_on_the_scale_all_the_while(on, why):
    bridge = Bridge().empty()
    bridge.hear(*[frame(38460)] * 4)
    bridge.on = on
    assert bridge.hear(*[frame(38460)] * 9) == [why] * 9
    bridge.on = None
    assert not accepted(bridge.hear(*[frame(38460)] * 4))
    assert accepted(bridge.hear(frame(38460)))


def test_contacts_that_do_not_answer_are_not_clear():
    bridge = Bridge().empty()
    _, finding = heard(bridge.state, frame(38460), at=bridge.at + STEP, inputs=None, rule=RULE)
    assert finding is NotYet.CONTACTS_UNKNOWN
    free = replace(RULE, stands={})
    _, finding = heard(bridge.state, frame(38460), at=bridge.at + STEP, inputs=None, rule=free)
    assert finding is NotYet.SETTLING


@pytest.mark.parametrize(("kg", "why"), [(300, NotYet.TOO_LIGHT), (80020, NotYet.TOO_HEAVY)])
def test_a_weight_outside_the_range_is_none(kg, why):
    assert Bridge().empty().hear(*[frame(kg)] * 12)[-1] is why


def test_net_weight_is_not_taken_for_gross():
    assert Bridge().empty().hear(*[frame(24000, net=True)] * 12)[-1] is NotYet.SHOWS_NET


def test_frames_with_a_pause_between_them_do_not_follow_one_another():
    bridge = Bridge().empty()
    bridge.hear(*[frame(38460)] * 4)
    bridge.at += timedelta(seconds=5)
    assert bridge.hear(*[frame(38460)] * 4) == [NotYet.SETTLING] * 4
    assert accepted(bridge.hear(frame(38460)))


@pytest.mark.parametrize("jump", [timedelta(minutes=1), -timedelta(seconds=1)])
def test_after_a_long_silence_or_a_clock_set_back_zero_has_to_be_seen_again(jump):
    bridge = Bridge().empty()
    bridge.at += jump
    assert bridge.hear(*[frame(38460)] * 12)[-1] is NotYet.NO_ZERO_SEEN


@pytest.mark.parametrize(
    "wrong",
    [{"frames": 0}, {"zero_kg": Decimal(490)}, {"most_kg": Decimal(400)}, {"division_kg": Decimal(-1)}],
)
def test_a_rule_that_cannot_work_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a rule|what agrees"):
        replace(RULE, **wrong)


# --- properties ----------------------------------------------------------------------------------

FRAMES = st.builds(
    frame,
    st.sampled_from([0, 0, 10, -20, 300, 12000, 12020, 38460, 38460, 38480, 90000]),
    stable=st.sampled_from([True, True, True, None, False]),
    fault=st.sampled_from([None] * 12 + list(WeightFault)),
    net=st.sampled_from([False] * 6 + [None, True]),
)
RUNS = st.lists(st.tuples(FRAMES, st.integers(1, 12)), max_size=30).map(
    lambda runs: [weight for weight, times in runs for _ in range(times)]
)
STEPS = st.sampled_from([0.1, 0.25, 0.5, 0.5, 3, 30])


def scene(draw_steps, weights):
    """Each finding with the frames up to it and the moment."""
    bridge = Bridge()
    steps = draw_steps or [0.25]
    for n, weight in enumerate(weights):
        (finding,) = bridge.hear(weight, step=timedelta(seconds=steps[n % len(steps)]))
        yield n, finding


@given(st.lists(STEPS, max_size=9), RUNS)
def test_it_never_accepts_while_one_of_the_last_frames_has_a_fault_or_moves(steps, weights):
    for n, finding in scene(steps, weights):
        if isinstance(finding, Accepted):
            last = weights[n + 1 - RULE.frames : n + 1]
            assert len(last) == RULE.frames
            assert all(weight.fault is None and weight.stable is not False for weight in last)
            assert max(w.kg for w in last) - min(w.kg for w in last) <= RULE.division_kg
            assert all(RULE.least_kg <= weight.kg <= RULE.most_kg and not weight.net for weight in last)
            assert finding.frames == tuple(sha256(weight.raw).hexdigest() for weight in last)


@given(st.lists(STEPS, max_size=9), RUNS)
def test_between_two_acceptances_the_scale_was_at_zero(steps, weights):
    since = [None]
    for n, finding in scene(steps, weights):
        since.append(weights[n])
        if isinstance(finding, Accepted):
            zeros = [weight for weight in since[1:] if abs(weight.kg or 0) <= RULE.zero_kg]
            assert len(zeros) >= RULE.frames
            since = [None]


@given(RUNS)
def test_the_same_frames_give_the_same_findings(weights):
    assert list(scene([], weights)) == list(scene([], weights))


@given(st.integers(500, 80000))
def test_every_weight_in_the_range_is_accepted_as_it_was_shown(kg):
    (weight,) = accepted(Bridge().empty().hear(*[frame(kg)] * 8))
    assert weight.kg == kg
