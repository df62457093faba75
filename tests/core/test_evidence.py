"""Who is it, by all frames? Likelihood opens nothing by itself, and a burst of one picture proves nothing."""

import random
import time
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cuakhauso.core.answer import Answer
from cuakhauso.core.evidence import Doubt, Expected, Painted, Thresholds, Verdict, judge
from cuakhauso.core.looks import Sort, Track, consensus, likeliest, says, summed, told, weighted

from ..lane.builders import answer, crossing

quietly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
LIMITS = Thresholds()
SIGNS = "0123456789ABCDEFGH"
PLATES = st.from_regex(r"[2-9][0-9][A-H][0-9]{5}", fullmatch=True)
LISTS = st.lists(PLATES, unique=True, min_size=1, max_size=12)
CLEAR = st.floats(0.6, 1.0)
CODE, OTHER_CODE = "CSQU3054383", "TSTU1004288"
TRUCK = answer("12C-100.05", 5, trailers=("12R-000.88",), containers=(CODE,))


def look(text, clear=0.99, other="X", **places):
    """A frame that reads `text`, each sign with this chance; `places` (p0, p1, …) are less clear, or read
    otherwise."""
    chances = [{sign: clear, other: round(1 - clear, 6)} for sign in text]
    for place, shown in places.items():
        chances[int(place[1:])] = shown
    return tuple(chances)


def frames(text, many=3, clear=0.99, **places):
    """Neighbouring frames, never the same to the last digit."""
    return tuple(look(text, clear - n / 10_000, **places) for n in range(many))


def front(*looks):
    return Track("front", Sort.PLATE, looks)


def side(*looks):
    return Track("side", Sort.CODE, looks)


def judged(tracks, *expected: Answer, limits=LIMITS):
    return judge(Expected.of(expected or (TRUCK,)), tracks, limits)


def chance(found, n=5):
    return next((one.posterior for one in found.candidates if one.crossing == crossing(n)), 0.0)


def crossings(plates):
    return [answer(plate, n) for n, plate in enumerate(plates)]


# --- what is accepted ------------------------------------------------------------------------------


def test_a_plate_that_several_frames_read_clearly_is_accepted():
    found = judged([front(*frames("12C10005"))])
    assert (found.verdict, found.accepted, found.doubts) == (Verdict.ACCEPT, crossing(5), ())
    [seen] = found.seen
    assert (seen.subject, seen.text, seen.declared) == (Painted.PLATE, "12C10005", "12C-100.05")
    assert (seen.frames, seen.cameras) == (3, 1)
    assert seen.least > 0.95


def test_plate_trailer_and_container_speak_together():
    tracks = [front(*frames("12C10005")), Track("rear", Sort.PLATE, frames("12R00088")), side(*frames(CODE))]
    found = judged(tracks)
    assert found.verdict is Verdict.ACCEPT
    assert {one.subject for one in found.seen} == set(Painted)


def test_two_cameras_with_a_frame_each_are_two_frames():
    one = [front(look("12C10005", 0.999))]
    assert Doubt.FEW_FRAMES in judged(one).doubts
    both = [*one, Track("other", Sort.PLATE, (look("12C10005", 0.998),))]
    assert judged(both).verdict is Verdict.ACCEPT


@quietly
@given(LISTS, st.data())
def test_what_is_accepted_was_read_sign_for_sign_by_two_frames(plates, data):
    texts = data.draw(st.lists(st.sampled_from(plates) | PLATES, min_size=1, max_size=5))
    looks = [look(text, data.draw(CLEAR), data.draw(st.sampled_from(SIGNS))) for text in texts]
    found = judged([front(*looks)], *crossings(plates))
    if found.verdict is Verdict.ACCEPT:
        [seen] = found.seen
        declared = plates[found.accepted.int & 0xFFFF]
        assert seen.text == declared
        assert sum(likeliest(one) == declared for one in looks) >= 2


@quietly
@given(LISTS, st.integers(0, 7), st.sampled_from(SIGNS), st.integers(2, 8))
def test_one_sign_that_differs_is_never_accepted_however_likely(plates, place, sign, many):
    read = plates[0][:place] + sign + plates[0][place + 1 :]
    assume(read not in plates)
    found = judged([front(*frames(read, many, 0.999))], *crossings(plates))
    assert found.verdict is not Verdict.ACCEPT


def test_a_text_that_differs_goes_to_a_person_though_nobody_else_is_likely():
    found = judged([front(*frames("12C10006"))])
    assert chance(found) > LIMITS.accept
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.TEXT_DIFFERS,))


@quietly
@given(LISTS, PLATES, st.integers(1, 6))
def test_whom_nobody_expects_is_never_accepted(plates, stranger, many):
    assume(stranger not in plates)
    assert judged([front(*frames(stranger, many))], *crossings(plates)).verdict is not Verdict.ACCEPT


def test_nobody_at_all_is_expected():
    found = judge(Expected.of([]), [front(*frames("12C10005"))], LIMITS)
    assert (found.verdict, found.candidates, found.nobody) == (Verdict.UNKNOWN, (), 1.0)


def test_nothing_was_seen():
    assert judged([]).verdict is Verdict.UNKNOWN
    assert judged([front()]).verdict is Verdict.UNKNOWN
    assert judged([front((), ({}, {}))]).verdict is Verdict.UNKNOWN


# --- twins -----------------------------------------------------------------------------------------


def test_expected_twins_that_a_frame_cannot_tell_apart_are_both_shown():
    twins = crossings(["12C10005", "12C10006"])
    unclear = {"5": 0.55, "6": 0.45}
    found = judged([front(*frames("12C10005", p7=unclear))], *twins)
    assert (found.verdict, len(found.candidates)) == (Verdict.ASK, 2)
    assert {Doubt.SEVERAL, Doubt.UNLIKELY, Doubt.SIGN_UNSURE} <= set(found.doubts)


@quietly
@given(LISTS, st.integers(3, 7), st.sampled_from("0123456789"), st.floats(0.5, 0.8))
def test_twins_are_never_confused_silently(plates, place, sign, share):
    twin = plates[0][:place] + sign + plates[0][place + 1 :]
    assume(twin not in plates)
    unclear = {plates[0][place]: share, sign: 1 - share}
    looks = frames(plates[0], 2, **{f"p{place}": unclear})
    assert judged([front(*looks)], *crossings([*plates, twin])).verdict is not Verdict.ACCEPT


def test_one_plate_in_two_crossings_asks():
    found = judged([front(*frames("12C10005"))], answer("12C-100.05", 1), answer("12C-100.05", 2))
    assert (found.verdict, [round(c.posterior, 2) for c in found.candidates]) == (Verdict.ASK, [0.5, 0.5])


def test_another_crossings_trailer_behind_this_tractor_asks():
    other = answer("98H-123.45", 6, trailers=("98R-001.23",))
    rear = Track("rear", Sort.PLATE, frames("98R00123"))
    found = judged([front(*frames("12C10005")), rear], TRUCK, other)
    assert found.verdict is Verdict.ASK
    assert len(found.candidates) == 2


# --- how much frames count ---------------------------------------------------------------------------


@quietly
@given(LISTS, st.data())
def test_the_order_of_looks_says_nothing(plates, data):
    one = st.builds(look, st.sampled_from(plates) | PLATES, CLEAR, st.sampled_from(SIGNS))
    tracks = data.draw(
        st.lists(
            st.builds(Track, st.sampled_from(["a", "b"]), st.just(Sort.PLATE),
                      st.lists(one, max_size=5).map(tuple), st.booleans()),
            max_size=4,
        )
    )  # fmt: skip
    mixed = [replace(t, looks=tuple(data.draw(st.permutations(t.looks)))) for t in tracks]
    mixed = data.draw(st.permutations(mixed))
    expected = crossings(plates)
    one, other = judged(tracks, *expected), judged(mixed, *expected)
    assert (one.verdict, one.doubts) == (other.verdict, other.doubts)
    assert [c.posterior for c in one.candidates] == pytest.approx([c.posterior for c in other.candidates])


@quietly
@given(LISTS, CLEAR, CLEAR, st.integers(1, 6))
def test_another_camera_that_reads_the_same_never_makes_it_less_likely(plates, clear, more, many):
    before = [front(*frames(plates[0], many, clear))]
    after = [*before, Track("other", Sort.PLATE, (look(plates[0], more),))]
    expected = crossings(plates)
    assert chance(judged(after, *expected), 0) >= chance(judged(before, *expected), 0) - 1e-9


@quietly
@given(LISTS, st.lists(CLEAR, min_size=1, max_size=6))
def test_one_more_frame_as_clear_as_the_others_never_makes_it_less_likely(plates, clear):
    looks = [look(plates[0], one) for one in clear]
    expected = crossings(plates)
    before = judged([front(*looks)], *expected)
    after = judged([front(*looks, look(plates[0], max(clear) * 0.999999))], *expected)
    assert chance(after, 0) >= chance(before, 0) - 1e-6


@quietly
@given(st.floats(0.3, 1.0), st.integers(2, 30))
def test_the_same_frame_again_changes_nothing(clear, many):
    once = judged([front(look("12C10005", clear))])
    again = judged([front(*[look("12C10005", clear)] * many)])
    assert again == once
    assert again.verdict is not Verdict.ACCEPT
    broken = judged([front(look("12C10005", clear)), front(look("12C10005", clear))])
    assert broken.verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("many", [10, 100])
def test_a_burst_of_blurred_frames_never_makes_certainty(many):
    blurred = frames("12C10005", many, 0.6)
    found = judged([front(*blurred)])
    assert found.verdict is not Verdict.ACCEPT
    assert found.seen[0].least < 0.75
    pieces = [front(one) for one in blurred]
    assert judged(pieces).verdict is not Verdict.ACCEPT, "nor one that a tracker broke into pieces"


def test_the_clearest_frames_count_and_blurred_ones_beside_them_take_nothing_away():
    clear = frames("12C10005", 4)
    blurred = frames("12C10008", 10, 0.4)
    assert judged([front(*clear, *blurred)]) == judged([front(*clear)])


# --- what else stands in the picture ---------------------------------------------------------------


def test_a_stranger_behind_that_is_read_surely_asks_and_an_illegible_one_does_not():
    mine = front(*frames("12C10005"))
    stranger = Track("rear", Sort.PLATE, frames("98H12345"))
    found = judged([mine, stranger])
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.TEXT_DIFFERS,))
    assert judged([mine, Track("rear", Sort.PLATE, frames("98H12345", clear=0.4))]).verdict is Verdict.ACCEPT
    poster = Track("rear", Sort.PLATE, frames("HOTLINE0"))
    assert judged([mine, poster]).verdict is Verdict.ACCEPT


def test_another_plate_that_is_half_legible_beside_the_declared_one_asks():
    """The vehicle's own, beside one that somebody holds before the camera."""
    shown = front(*frames("12C10005"))
    found = judged([shown, Track("front", Sort.PLATE, (look("98H12345", 0.79),))])
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.SIGN_UNSURE,))
    dirt = Track("front", Sort.PLATE, (look("98H12345", 0.4),))
    assert judged([shown, dirt]).verdict is Verdict.ACCEPT


def test_a_declared_text_that_nobody_could_read_is_unsure_and_not_another():
    rear = Track("rear", Sort.PLATE, frames("12R00086", 4, 0.45, p7={"6": 0.4, "8": 0.35}))
    found = judged([front(*frames("12C10005")), rear])
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.SIGN_UNSURE,))


def test_a_container_where_none_was_declared_speaks_for_nobody_and_asks():
    bare = answer("12C-100.05", 5)
    found = judged([front(*frames("12C10005")), side(*frames(CODE))], bare)
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.TEXT_DIFFERS,))
    only_code = judged([side(*frames(CODE))], bare)
    assert only_code.verdict is not Verdict.ACCEPT


def test_a_wrong_check_digit_never_supports_an_acceptance():
    found = judged([front(*frames("12C10005")), side(*frames("CSQU3054384"))])
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.CHECK_DIGIT,))


def test_a_container_alone_names_a_crossing_to_a_person():
    found = judged([side(*frames(OTHER_CODE))], TRUCK, answer("98H-123.45", 6, containers=(OTHER_CODE,)))
    assert found.candidates[0].crossing == crossing(6)


def test_a_declared_trailer_and_container_behind_a_tractor_that_nobody_read_ask():
    rear = Track("rear", Sort.PLATE, frames("12R00088"))
    found = judged([rear, side(*frames(CODE))])
    assert chance(found) > LIMITS.accept
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.PLATE_UNREAD,))
    blurred = front(*frames("12C10006", 4, 0.3))
    assert judged([rear, side(*frames(CODE)), blurred]).verdict is Verdict.ASK


def test_one_frame_of_a_container_is_not_enough_beside_a_plate():
    found = judged([front(*frames("12C10005")), side(look(CODE, 0.999))])
    assert (found.verdict, Doubt.FEW_FRAMES in found.doubts) == (Verdict.ASK, True)


def test_two_containers_seen_by_one_camera_are_both_held_against_theirs():
    both = answer("12C-100.05", 5, containers=(CODE, OTHER_CODE))
    tracks = [front(*frames("12C10005")), side(*frames(CODE)), side(*frames(OTHER_CODE))]
    found = judged(tracks, both)
    assert found.verdict is Verdict.ACCEPT
    assert [one.text for one in found.seen] == ["12C10005", CODE, OTHER_CODE]


# --- provinces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["桂F12345", "F12345"])
@pytest.mark.parametrize("declared", ["桂F12345", "F12345"])
def test_a_chinese_plate_is_known_with_its_province_or_without(read, declared):
    assert judged([front(*frames(read))], answer(declared)).verdict is Verdict.ACCEPT


def test_a_chinese_plate_of_another_province_is_another_plate():
    found = judged([front(*frames("粤F12345"))], answer("桂F12345"))
    assert (found.verdict, found.doubts) == (Verdict.ASK, (Doubt.TEXT_DIFFERS,))
    twins = [answer("桂F12345", 1), answer("粤F12345", 2)]
    assert judged([front(*frames("桂F12345"))], *twins).accepted == crossing(1)
    assert judged([front(*frames("F12345"))], *twins).verdict is Verdict.ASK


def test_an_unclear_province_matters_only_where_it_was_declared():
    looks = frames("桂F12345", p0={"桂": 0.5, "粤": 0.4})
    assert judged([front(*looks)], answer("F12345")).verdict is Verdict.ACCEPT
    assert judged([front(*looks)], answer("桂F12345")).doubts == (Doubt.SIGN_UNSURE,)


def test_a_camera_that_gives_no_province_agrees_with_one_that_does():
    tracks = [front(*frames("桂F12345")), told("maker", Sort.PLATE, "F12345", 0.95)]
    found = judged(tracks, answer("桂F12345"))
    assert (found.verdict, found.seen[0].text, found.seen[0].cameras) == (Verdict.ACCEPT, "桂F12345", 2)


# --- other makers' texts -----------------------------------------------------------------------------


def test_another_makers_text_counts_as_the_frames_that_it_compared():
    assert judged([told("maker", Sort.PLATE, "12C10005", 0.95)]).verdict is Verdict.ACCEPT
    assert judged([told("maker", Sort.PLATE, "12C10005", None)]).verdict is Verdict.ACCEPT
    assert judged([told("maker", Sort.PLATE, "12C10005", 0.2)]).verdict is not Verdict.ACCEPT


def test_a_camera_that_tells_its_vehicle_again_and_again_is_one_camera():
    many = [told("maker", Sort.PLATE, "12C10005", 0.5 + n / 100) for n in range(20)]
    assert judged(many).seen[0].least < judged(many[-2:]).seen[0].least + 0.01


def test_two_that_contradict_each_other_ask():
    tracks = [front(*frames("12C10005")), told("maker", Sort.PLATE, "12C10006", 0.97)]
    assert judged(tracks).verdict is Verdict.ASK


# --- odds and ends -----------------------------------------------------------------------------------


NO_CHANCES = st.floats(allow_nan=True, allow_infinity=True)
ANYTHING = st.dictionaries(st.text(max_size=2), NO_CHANCES, max_size=4)


@quietly
@given(st.lists(st.lists(ANYTHING, max_size=15).map(tuple), max_size=4).map(tuple), st.sampled_from(Sort))
def test_nothing_that_a_reader_says_can_break_it_or_open(looks, sort):
    found = judged([Track("front", sort, looks)])
    assert found.verdict is not Verdict.ACCEPT or likeliest(looks[0]) == "12C10005"
    assert 0 <= found.nobody <= 1


@quietly
@given(LISTS, st.data())
def test_the_chances_of_all_and_of_nobody_are_never_more_than_one(plates, data):
    looks = data.draw(st.lists(st.builds(look, st.sampled_from(plates), CLEAR), max_size=4))
    found = judged([front(*looks)], *crossings(plates))
    assert sum(one.posterior for one in found.candidates) + found.nobody <= 1 + 1e-9


def test_what_frames_say_together_is_the_likeliest_sign_of_each_place():
    looks = (look("12C10005", p7={"5": 0.6, "6": 0.4}), look("12C10006", p7={"5": 0.3, "6": 0.7}))
    found = consensus([summed(one) for one in weighted([front(*looks)])])
    assert found.text == "12C10006"
    assert found.least == pytest.approx(0.55, abs=0.02)
    assert says("桂F12345", ("?F12345", "F12345"))
    assert not says("1F12345", ("?F12345", "F12345"))


def test_two_thousand_expected_take_milliseconds():
    rng = random.Random(1)  # noqa: S311  no secret
    many = [
        answer(f"{rng.randint(11, 99)}C{rng.randint(10_000, 99_999)}", n, trailers=(f"12R{10_000 + n}",))
        for n in range(2_000)
    ]
    expected = Expected.of(many)
    tracks = [front(*frames(many[7].plate.number, 5)), Track("rear", Sort.PLATE, frames("12R10007", 5))]
    took = []
    for _ in range(5):
        began = time.process_time()
        found = judge(expected, tracks, LIMITS)
        took.append(time.process_time() - began)
    assert found.accepted == UUID(int=crossing(7).int)
    assert min(took) < 0.05
