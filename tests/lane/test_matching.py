"""Who is it: exactly, or a person is asked."""

from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Read, Subject
from cuakhauso.lane.matching import Index, Outcome, match
from cuakhauso.lane.words import Settings

from .builders import BEGIN, answer

ALL = Settings(reads=frozenset(Subject))
VN_PLATES = st.from_regex(r"[2-9][0-9][A-H][0-9]{5}", fullmatch=True)


def index(*answers) -> Index:
    made = Index()
    for one in answers:
        made.put(one)
    return made


def read(text: str, subject: Subject = Subject.PLATE) -> Read:
    return Read(at=BEGIN, source="cam", subject=subject, text=text, confidence=0.99)


@given(st.lists(VN_PLATES, unique=True, min_size=1, max_size=30), VN_PLATES)
def test_only_the_very_plate_agrees(expected, seen):
    made = index(*(answer(text, n) for n, text in enumerate(expected)))
    found = match([read(seen)], made, ALL)
    if seen in expected:
        assert found.outcome is Outcome.AGREES
        assert found.answer is not None
        assert found.answer.plate.number == seen
    else:
        assert found.outcome in (Outcome.NEAR, Outcome.NOBODY)
        assert found.answer is None


def test_what_is_printed_as_a_code_takes_no_room_for_misreading():
    made = index(answer("12C-100.05"))
    assert set(made.by_hole) == {"12C10005", *("12C10005"[:n] + "12C10005"[n + 1 :] for n in range(8))}
    made.drop(answer().crossing)
    assert (made.by_hole, made.by_key) == ({}, {})


@given(VN_PLATES, st.integers(0, 7), st.sampled_from("0123456789ABCDEFGH"))
def test_one_sign_read_for_another_is_shown_and_never_agrees(declared, place, sign):
    seen = declared[:place] + sign + declared[place + 1 :]
    found = match([read(seen)], index(answer(declared)), ALL)
    assert (found.outcome is Outcome.AGREES) == (seen == declared)
    if seen != declared:
        assert [a.plate.number for a in found.near] == [declared]


def test_a_chinese_plate_is_known_with_or_without_its_province_and_not_in_another():
    made = index(answer("桂F12345"))
    assert match([read("桂F12345")], made, ALL).outcome is Outcome.AGREES
    assert match([read("F12345")], made, ALL).outcome is Outcome.AGREES
    assert match([read("粤F12345")], made, ALL).outcome is not Outcome.AGREES


def test_one_plate_that_two_may_have_asks_a_person():
    made = index(answer("桂F12345", 1), answer("粤F12345", 2))
    found = match([read("F12345")], made, ALL)
    assert (found.outcome, len(found.near)) == (Outcome.NEAR, 2)
    assert match([read("桂F12345")], made, ALL).outcome is Outcome.AGREES


def test_two_plates_on_one_vehicle_never_agree():
    made = index(answer("12C-100.05", 5), answer("12C-200.06", 6))
    found = match([read("12C-100.05"), read("12C-200.06")], made, ALL)
    assert found.outcome is Outcome.NEAR
    stranger = match([read("12C-100.05"), read("98H-123.45")], made, ALL)
    assert stranger.outcome is Outcome.DIFFERS


def test_a_trailer_read_where_none_was_declared_differs():
    found = match([read("12C-100.05"), read("12R-000.88", Subject.TRAILER)], index(answer()), ALL)
    assert found.outcome is Outcome.DIFFERS


def test_a_wrong_check_digit_is_no_identity():
    made = index(answer(containers=("CSQU3054383",)))
    found = match([read("12C-100.05"), read("CSQU3054384", Subject.CONTAINER)], made, ALL)
    assert (found.outcome, found.unread) == (Outcome.PART, (Subject.CONTAINER,))


@given(st.lists(st.builds(read, st.text(max_size=40), st.sampled_from(Subject)), max_size=8))
def test_no_text_can_break_it(reads):
    match(reads, index(answer()), ALL)
