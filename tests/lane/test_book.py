"""The answers that a node holds: checked one by one, believed as a whole, and still there after a restart."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core.answer import Gone, Signed
from cuakhauso.lane.book import Book, Fresh, NotBelieved

from .builders import ALONE, BEGIN, HELD, KEYS, NODE, WHERE, Stream, answer, book, crossing, sign


def empty() -> Book:
    return Book(NODE, KEYS, frozenset({WHERE}), ahead=timedelta())


def expected(made: Book) -> set[str]:
    return {one.number for one in made.index(WHERE).by_crossing.values()}


def test_a_stream_is_believed_with_its_first_beat_and_not_before():
    made, stream = empty(), Stream()
    made.begin(stream.id)
    made.hear(stream.says(answer()), BEGIN)
    assert expected(made) == set()
    assert made.hear(stream.beats(BEGIN), BEGIN)
    assert expected(made) == {answer().number}


def test_the_answers_of_a_new_stream_are_in_order_before_its_beat_so_that_no_lane_waits_for_it():
    made, stream = book(answer()), Stream(2)
    made.begin(stream.id)
    made.hear(stream.says(answer("29C-067.89", 6)), BEGIN)
    ready = made.gathering.held.index(WHERE)
    assert expected(made) == {answer().number}
    assert made.hear(stream.beats(BEGIN), BEGIN)
    assert made.index(WHERE) is ready
    made.hear(stream.says(answer("29C-067.89", 7)), BEGIN)
    assert len(ready.by_crossing) == 1  # what changes later waits for its beat
    assert made.hear(stream.beats(BEGIN), BEGIN)
    assert expected(made) == {answer(n=6).number, answer(n=7).number}


def test_a_forged_answer_is_not_believed():
    made, stream = empty(), Stream()
    made.begin(stream.id)
    with pytest.raises(NotBelieved):
        made.hear(sign(answer(), Ed25519PrivateKey.generate()), BEGIN)


def test_an_answer_that_was_changed_on_the_way_is_not_believed():
    made, true = empty(), sign(answer(against=(HELD,)))
    made.begin(Stream().id)
    lie = Signed(body=true.body.replace("hold_live", "hold_dead"), key=true.key, signature=true.signature)
    with pytest.raises(NotBelieved):
        made.hear(lie, BEGIN)


@given(st.data())
def test_whatever_is_left_out_repeated_or_put_in_another_order_is_noticed(data):
    stream = Stream()
    told = [stream.says(answer(f"12C-100.{n:02}", n)) for n in range(5)]
    heard = data.draw(st.permutations(told)) + data.draw(st.lists(st.sampled_from(told), max_size=2))
    heard = heard[: data.draw(st.integers(0, len(heard)))]
    made = empty()
    made.begin(stream.id)
    for one in heard:
        made.hear(one, BEGIN)
    if heard == told:
        assert made.hear(stream.beats(BEGIN), BEGIN)
    else:
        with pytest.raises(NotBelieved):
            made.hear(stream.beats(BEGIN), BEGIN)
        assert expected(made) == set()


def test_what_was_known_stays_while_a_new_stream_comes_in():
    made, again = book(answer()), Stream(2)
    made.begin(again.id)
    made.hear(again.says(answer("12C-100.09", 9)), BEGIN)
    assert expected(made) == {answer().number}
    made.hear(again.beats(BEGIN), BEGIN)
    assert expected(made) == {answer("12C-100.09", 9).number}


def test_an_older_word_of_the_centre_is_not_believed_after_a_newer_one():
    made, old = book(answer(), at=BEGIN + timedelta(minutes=5)), Stream(2)
    made.begin(old.id)
    with pytest.raises(NotBelieved):
        made.hear(old.beats(BEGIN), BEGIN + timedelta(minutes=6))


def test_one_that_is_gone_is_not_expected_any_more():
    made, stream = empty(), Stream()
    made.begin(stream.id)
    made.hear(stream.says(answer()), BEGIN)
    gone = Gone(crossing=crossing(5), checkpoint=WHERE[0], direction=WHERE[1], as_of=BEGIN)
    made.hear(stream.says(gone), BEGIN)
    made.hear(stream.beats(BEGIN), BEGIN)
    assert expected(made) == set()
    assert list(made.kept()) == []


def test_a_changed_plate_is_not_found_by_the_old_one():
    made = book(answer())
    made.index(WHERE).put(answer("98C-111.11"))
    index = made.index(WHERE)
    assert {key[1] for key in index.by_key} == {"98C11111", str(crossing(5)), answer().number}


def test_how_far_a_permit_counts():
    made = book(answer())
    assert made.fresh(BEGIN + timedelta(seconds=9), ALONE) is Fresh.CONNECTED
    assert made.fresh(BEGIN + timedelta(hours=3), ALONE) is Fresh.ALONE
    assert made.fresh(BEGIN + timedelta(hours=5), ALONE) is Fresh.TOO_OLD
    assert empty().fresh(BEGIN, ALONE) is Fresh.TOO_OLD


def test_after_a_restart_answers_are_checked_again_and_a_changed_one_is_left_out():
    true, other = sign(answer()), sign(answer("12C-100.09", 9))
    lie = Signed(body=other.body.replace("100.09", "100.08"), key=other.key, signature=other.signature)
    made = empty()
    made.restore([true, lie], BEGIN)
    assert expected(made) == {answer().number}
    assert made.fresh(BEGIN, ALONE) is Fresh.CONNECTED
