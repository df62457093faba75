"""Several looks at one text: what they say together, and how sure that is."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Subject
from cuakhauso.lane.vision.reads import read_of
from cuakhauso.lane.vision.region import is_inside, stands_in
from cuakhauso.lane.vision.tracks import MOST_GLANCES, MOST_TRACKS, Memory
from cuakhauso.lane.vision.voting import consensus
from cuakhauso.lane.vision.wire import Answer, Seen

from .builders import BEGIN

SIGNS = "0123456789ABC"
LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def look(text, sure=0.9, places=10):
    """Each sign with the chance `sure`, the rest on one unlike it; nothing behind the last."""
    found = [{sign: sure, SIGNS[(SIGNS.index(sign) + 6) % len(SIGNS)]: 1 - sure} for sign in text]
    return tuple(found + [{"": 1.0}] * (places - len(text)))


chances = st.dictionaries(st.sampled_from([*SIGNS, ""]), st.floats(0, 1), min_size=1, max_size=4)
looks = st.lists(st.lists(chances, min_size=1, max_size=11).map(tuple), min_size=1, max_size=6)


def test_one_look_says_what_it_says():
    said = consensus([look("12C10005", 0.9)])
    assert said.text == "12C10005"
    assert round(said.confidence, 2) == 0.9


def test_a_sign_that_two_frames_read_better_outvotes_the_one_that_misread_it():
    misread = look("12C10006", 0.7)
    said = consensus([misread, look("12C10005", 0.95), look("12C10005", 0.9)])
    assert said.text == "12C10005"
    assert said.confidence > 0.7


def test_frames_that_contradict_each_other_are_not_sure():
    assert consensus([look("12C10005"), look("12C10006")]).confidence < 0.6


def test_what_no_frame_showed_is_not_sure_though_each_thought_it_possible():
    five, six = ({"5": 0.8, "8": 0.2},), ({"6": 0.8, "8": 0.2},)
    assert consensus([five, six]).confidence <= 0.2


def test_a_truck_that_rolls_past_is_read_more_surely_than_in_one_frame():
    frames = [look("12C10005", sure) for sure in (0.75, 0.9, 0.6, 0.99)]
    assert consensus(frames).confidence > consensus(frames[:1]).confidence


@given(looks)
def test_the_order_of_looks_does_not_matter(found):
    assert consensus(found) == consensus(found[::-1])


@given(st.lists(chances, min_size=1, max_size=11).map(tuple), st.integers(2, 8))
def test_the_same_blurred_frame_again_is_no_surer_than_it_alone(one, times):
    alone, again = consensus([one]), consensus([one] * times)
    assert again.text == alone.text
    assert again.confidence <= alone.confidence + 1e-9
    for place, once in zip(again.chances, alone.chances, strict=True):
        assert all(abs(place[sign] - once[sign]) < 1e-6 for sign in once)


@given(looks)
def test_chances_stay_chances(found):
    said = consensus(found)
    assert 0 <= said.confidence <= 1
    assert all(abs(sum(place.values()) - 1) < 1e-9 for place in said.chances)


def test_nothing_seen_says_nothing():
    assert consensus([]).text == ""
    assert consensus([()]).confidence == 0


# --- the region of a lane ------------------------------------------------------------------------


def test_the_truck_in_the_next_lane_is_not_ours():
    ours, theirs = (
        ((100, 500), (200, 500), (200, 540), (100, 540)),
        ((900, 500), (990, 500), (990, 540), (900, 540)),
    )
    assert stands_in(LEFT, ours, 1000, 1000)
    assert not stands_in(LEFT, theirs, 1000, 1000)
    assert stands_in((), theirs, 1000, 1000), "without a region all of the picture is the lane's"


@given(st.floats(0.01, 0.49), st.floats(0.01, 0.99))
def test_a_region_has_an_inside_and_an_outside(x, y):
    assert is_inside(LEFT, (x, y))
    assert not is_inside(LEFT, (x + 0.5, y))


# --- what is kept of a vehicle -------------------------------------------------------------------


def seen(text="12C10005", x=100.0, sure=0.9, tall=30.0, kind="plate", **more):
    corners = ((x, 50.0), (x + 4 * tall, 50.0), (x + 4 * tall, 50.0 + tall), (x, 50.0 + tall))
    given = {"crop": f"{text} at {x}".encode()} | more
    return Seen(kind=kind, text=text, confidence=sure, corners=corners, chances=look(text, sure), **given)


def remembers(*frames, step=0.25):
    memory = Memory("m")
    for number, texts in enumerate(frames):
        memory.learn(Answer(id=1, seen=texts, width=1000, height=1000), f"frame {number}", step * number)
    return memory


def test_one_plate_over_many_frames_is_one_track_and_few_looks():
    [track] = remembers(*[(seen(x=100 + n),) for n in range(40)]).tracks
    assert len(track.looks) == MOST_GLANCES
    assert track.consensus.text == "12C10005"


def test_a_plate_and_a_code_at_one_place_and_two_codes_apart_are_three_tracks():
    codes = seen(x=110, kind="code"), seen(x=800, kind="code")
    memory = remembers(*[(seen(), *codes)] * 3)
    assert [(track.kind, len(track.looks)) for track in memory.tracks] == [
        ("plate", 3),
        ("code", 3),
        ("code", 3),
    ]
    assert len({track.session for track in memory.tracks}) == 3


def test_a_look_that_differs_is_kept_among_a_hundred_that_are_alike():
    """Else a mistake that repeats would silence what contradicts it."""
    frames = [(seen(),) for _ in range(10)] + [(seen("12C10006", sure=0.6),)] + [(seen(),) for _ in range(60)]
    [track] = remembers(*frames, step=0.02).tracks
    assert "12C10006" in {one.text for one in track.glances}


def test_looks_of_long_ago_do_not_vote():
    memory = remembers((seen("12C10006"),), (seen(),), step=90)
    assert [one.text for track in memory.tracks for one in track.glances] == ["12C10005"]


def test_a_wall_of_posters_is_no_reason_for_a_thousand_reads():
    wall = tuple(seen(x=1000.0 * n) for n in range(30))
    assert len(remembers(wall).tracks) == MOST_TRACKS


def test_plates_of_a_truck_and_its_trailer_beside_each_other_are_not_mixed():
    """Whichever of the two a frame shows better."""
    frames = [(seen(sure=0.9 - n % 2 / 10), seen("12C10006", x=240, sure=0.85)) for n in range(8)]
    tracks = remembers(*frames).tracks
    assert [{one.text for one in track.glances} for track in tracks] == [{"12C10005"}, {"12C10006"}]


def test_what_was_seen_far_off_keeps_nobody_from_reading_what_stands_there_now():
    """A truck that rolls in faster than its plate is followed leaves tracks behind it."""
    rolling = [(seen(x=1000.0 * n),) for n in range(MOST_TRACKS)]
    memory = remembers(*rolling, (seen("12C10006", x=9000.0),), step=3.0)
    assert len(memory.tracks) == MOST_TRACKS
    assert memory.tracks[-1].consensus.text == "12C10006"
    assert len({track.session for track in memory.tracks}) == MOST_TRACKS


def test_the_picture_that_is_shown_changes_only_for_a_better_one():
    [track] = remembers((seen(sure=0.9),), (seen(sure=0.91),), (seen(sure=0.5),)).tracks
    assert track.scene == "frame 0"
    [track] = remembers((seen(sure=0.5),), (seen(sure=0.91),)).tracks
    assert track.scene == "frame 1"


def test_a_plate_that_is_cut_off_is_worth_less_than_a_whole_one():
    [track] = remembers((seen(sure=0.9, why_not=("cut_off",)),), (seen(sure=0.8, x=110.0),)).tracks
    assert track.scene == "frame 1"


def test_what_was_told_is_told_again_only_when_it_is_seen_again():
    memory = remembers((seen(),))
    [track] = memory.news(frozenset())
    track.tell()
    assert list(memory.news(frozenset({track.session}))) == []
    assert list(memory.news(frozenset())) == [], "it was not seen since"
    memory.learn(Answer(id=2, seen=(seen(x=104),)), "later", 1.0)
    assert list(memory.news(frozenset({track.session}))) == [track]
    assert list(memory.news(frozenset())) == [track]


def test_what_is_not_seen_any_more_is_not_told_as_if_it_stood_there():
    """A motorcycle that passed before the camera: its looks are forgotten one by one, which is no news."""
    memory = remembers((seen(),), (seen(x=104),), step=5.0)
    [gone] = memory.news(frozenset())
    gone.tell()
    for at in (20.0, 62.0):
        memory.learn(Answer(id=9, seen=(seen("51C70804", x=900.0),)), "later", at)
        assert [track.consensus.text for track in memory.news(frozenset())] == ["51C70804"]
    assert len(gone.looks) == 1


def test_an_illegible_plate_is_what_its_camera_is_there_to_read():
    """Else the crop of a trailer's plate would be kept with the number of its tractor."""
    [track] = remembers((seen(sure=0.2),)).tracks
    assert read_of(track, "L/rear", BEGIN, Subject.TRAILER).subject is Subject.TRAILER
    assert read_of(track, "L/front", BEGIN, Subject.CONTAINER).subject is Subject.PLATE
    [track] = remembers((seen(sure=0.95),)).tracks
    assert read_of(track, "L/rear", BEGIN, Subject.TRAILER).subject is Subject.PLATE, "by its grammar"


def test_a_code_that_all_frames_misread_alike_is_told_as_read_with_the_one_that_a_person_is_asked_about():
    """`CSQU 305438 3`, with mud on its 5; whose frames all read a plate has none to ask about."""
    places = [{sign: 0.97} for sign in "CSQU3064383"]
    places[6] = {"6": 0.9, "5": 0.1}
    muddy = msgspec.structs.replace(seen(kind="code"), text="CSQU3064383", chances=tuple(places))
    [track] = remembers((muddy,), (muddy,)).tracks
    read = read_of(track, "L/side", BEGIN, Subject.CONTAINER)
    assert (read.subject, read.text, read.likely) == (Subject.CONTAINER, "CSQU3064383", "CSQU3054383")
    [track] = remembers((seen(),)).tracks
    assert read_of(track, "L/front", BEGIN, Subject.PLATE).likely == ""
