"""What two declarations bind: whom it stops, told by facts that name nobody."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core import facts as f
from cuakhauso.core.binding import bound_elsewhere, claim, is_inward, pair_of
from cuakhauso.core.binding_facts import Thing
from cuakhauso.core.words import Kind, Place

from .builders import B1, GATE, OUT, YARD, Story, journey, moment, truck

BOX = "CSQU3054383"
THING = Thing(subject="container", value=BOX)
UUIDS = st.uuids()


def export(before: str = "08:30") -> Story:
    return journey(Kind.EXPORT, before=before, content=truck(containers=(BOX,)))


def hears(story: Story, *things: Thing, recorded_at=None, **more) -> Story:
    pair = more.pop("pair", None) or pair_of(story.crossing, uuid4())
    more = {"inward": False, "here": False} | more
    extra = {"recorded_at": recorded_at} if recorded_at else {}
    return story.take(f.AlsoBound(pair=pair, things=things, **more), f.PLATFORM, **extra)


def stops(story: Story) -> bool:
    answer = story.asks(*((B1, OUT) if story.state.rank == 0 else (YARD, OUT)))
    return isinstance(answer, list) and "bound_elsewhere" in [str(o.code) for o in answer]


@given(UUIDS, UUIDS)
def test_a_pair_is_one_name_for_both_and_hides_both(one, other):
    assert pair_of(one, other) == pair_of(other, one)
    assert pair_of(one, other) not in (one, other)


def test_a_thing_of_another_kind_of_journey_stops_once_both_are_here():
    story = hears(export(), THING, inward=True, here=True)
    assert not stops(story)
    assert stops(story.arrives(Place.BUFFER))


def test_a_vehicle_that_is_in_is_stopped_by_one_that_is_here_and_not_by_a_paper():
    assert stops(hears(export(), THING))
    assert not stops(hears(export("09:30"), THING))
    assert stops(hears(export("09:30"), THING, here=True))


def test_a_vehicle_that_was_turned_around_goes_home_with_what_it_has():
    story = hears(export("09:30"), THING, here=True)
    story.take(f.TurnedAround(), journey(Kind.EXPORT, before="08:05").last.actor)
    assert not [o for o in story.objections(B1, OUT) if str(o.code) == "bound_elsewhere"]


def test_older_news_that_comes_in_late_changes_nothing():
    story, pair = export(), uuid4()
    hears(story.at("08:40"), pair=pair, recorded_at=moment("08:40"))
    hears(story.at("08:41"), THING, pair=pair, recorded_at=moment("08:31"))
    assert not stops(story)


def test_what_this_vehicle_does_not_carry_any_more_is_no_objection():
    story = hears(export(), THING)
    story.declares(truck(containers=()))
    assert not list(bound_elsewhere(story.state))


def test_linked_vehicles_do_not_collide_whichever_came_first():
    source = Story(truck(Kind.IMPORT_TRANSSHIPMENT, containers=(BOX,))).at("08:00").declares()
    taker = Story(truck(Kind.RECEIVING, containers=(BOX,))).at("08:01").declares()
    pair = pair_of(source.crossing, taker.crossing)
    for one in (source, taker):
        hears(one, THING, pair=pair, inward=True, here=True)
        assert list(bound_elsewhere(one.state)) == [(THING, pair)]
    source.links(taker)
    assert not list(bound_elsewhere(source.state))
    assert not list(bound_elsewhere(taker.state))


def test_nothing_is_claimed_by_who_withdrew_turned_around_or_left():
    living = export()
    assert claim(living.state, living.ref, uuid4(), [THING]).things == (THING,)
    turned = export("09:30").take(f.TurnedAround(), living.last.actor)
    for gone in (export().withdraws(), export().struck_off(), turned, export("23:58")):
        assert claim(gone.state, gone.ref, uuid4(), [THING]).things == ()


def test_which_way_a_journey_brings_its_things():
    inward = {kind for kind in Kind if is_inward(truck(kind))}
    assert inward == {Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND, Kind.RECEIVING, Kind.EMPTY_RETURN}
    assert not is_inward(truck(Kind.EMPTY_RETURN, country="CN")), "it came in with goods and goes home"
    assert GATE
