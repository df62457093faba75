"""What waits for its other half, and what is left to finish: over any course of events."""

from datetime import timedelta

from hypothesis import given
from msgspec.structs import replace

from cuakhauso.core import finishing
from cuakhauso.core.fold import fold
from cuakhauso.core.standing import ended_at
from cuakhauso.core.unpaired import Half, unpaired
from cuakhauso.core.words import Kind, Stay

from .builders import CUSTOMS, Story, gate, journey, truck
from .histories import histories
from .test_properties import bounded

LONG_AFTER = {Half.FIRST_LEG, Half.INLAND}


@bounded
@given(histories())
def test_nothing_waits_before_it_is_here_and_only_goods_and_vehicles_inland_after_it_has_left(history):
    state, ref = fold(history.facts), history.ref
    left = ended_at(state, ref)
    for one in unpaired(state, ref):
        assert state.last_at is not None
        assert one.since <= state.last_at
        assert one.until is None or one.half is Half.TWO_WAY or one.until > one.since
        assert left is None or one.half in LONG_AFTER
        assert one.half is not Half.INLAND or left is not None


@bounded
@given(histories())
def test_only_what_has_left_is_unfinished_and_never_once_it_was_finished(history):
    state, ref = fold(history.facts), history.ref
    since = finishing.unfinished_since(state, ref)
    if since is None:
        return
    assert since == ended_at(state, ref)
    assert not any(step == finishing.FINISHED for step, _ in state.confirmations)
    assert (state.turned, state.struck_off, state.withdrawn) == (None, None, False)


def test_one_vehicle_waits_for_both_its_return_and_its_goods():
    story = journey(Kind.IMPORT_INLAND)
    assert [one.half for one in unpaired(story.state, story.ref)] == [Half.INLAND]


def test_a_two_way_vehicle_that_delivered_waits_for_its_load_home_until_its_longer_stay_ends():
    ref = gate(two_way_stay_hours=36)
    content = replace(truck(Kind.IMPORT_TRANSSHIPMENT), stay=Stay.TWO_WAY)
    story = Story(content, ref).at("08:00").declares()
    story.both_confirm("two_way_registered").both_confirm("entered")
    entered = story.now
    story.at("09:00").stores(10)
    [one] = unpaired(story.state, story.ref)
    assert (one.half, one.since, one.until) == (Half.TWO_WAY, story.now, entered + timedelta(hours=36))
    assert one.whose(one.until + timedelta(minutes=1)) == "border_guard"


def test_goods_given_away_wait_for_nobody():
    story = Story(truck(Kind.IMPORT_TRANSSHIPMENT)).at("08:00").declares()
    assert unpaired(story.state, story.ref) == []
    story.both_confirm("entered").confirm("registration_accepted", by=CUSTOMS)
    [one] = unpaired(story.state, story.ref)
    assert (one.half, one.mover) == (Half.SOURCE, "business")
    assert one.whose(one.until) == "business"
    story.stores(10)
    assert unpaired(story.state, story.ref) == []
    story.struck_off()
    assert finishing.unfinished_since(story.state, story.ref) is None
