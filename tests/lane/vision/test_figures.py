"""Shares, intervals, times and differing signs of an evaluation: what always holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.vision.evaluation.figures import Board, Share, Tally, percentile, wilson
from cuakhauso.lane.vision.evaluation.gallery import Gallery, Kept
from cuakhauso.lane.vision.evaluation.scoring import Judged, Miss, differing, distance


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_is_never_a_point(counted):
    low, high = wilson(*counted)
    share = counted[0] / counted[1]
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert high > low


def test_the_interval_is_wilsons():
    low, high = wilson(145, 145)
    assert (round(low, 4), round(high, 4)) == (0.9742, 1.0)
    assert [round(one, 4) for one in wilson(9, 10)] == [0.5958, 0.9821]
    assert wilson(0, 0) == (0.0, 1.0)
    assert Share(0, 0).value is None


@settings(deadline=None)
@given(st.text("AB12桂", max_size=9), st.text("AB12桂", max_size=9))
def test_signs_that_differ_are_as_few_as_can_be(text, label):
    pairs = differing(text, label)
    assert "".join(mine for mine, _ in pairs) == text
    assert "".join(theirs for _, theirs in pairs) == label
    assert distance(text, label) == distance(label, text) <= max(len(text), len(label))
    assert distance(text, label) >= abs(len(text) - len(label))
    assert (distance(text, label) == 0) == (text == label)


def test_a_percentile_is_a_time_that_was_measured():
    tally = Tally()
    assert percentile(tally.looked_ms, 0.5) is None
    tally.looked_ms.extend([5.0, 1.0, 3.0, 2.0, 4.0])
    assert [percentile(tally.looked_ms, part) for part in (0.5, 0.9, 1.0)] == [3.0, 5.0, 5.0]


def test_groups_are_added_up_by_kind():
    board = Board()
    for set_, exact in (("a", True), ("a", False), ("b", True)):
        board.add(
            Judged(file="", kind="vn", set=set_, label="12345678", opened=True, exact=exact, looked_ms=7)
        )
    ((kind, over_all),) = board.kinds
    assert (kind, over_all.labelled, over_all.exact, len(over_all.looked_ms)) == ("vn", 3, 2, 3)
    assert [tally.labelled for _, _, tally in board.groups] == [2, 1]


def test_of_many_misses_the_worst_are_kept():
    gallery = Gallery(3)
    for n, miss in enumerate([Miss.ASKED, Miss.WRONG, Miss.ASKED, Miss.WRONG, Miss.WRONG_TAKEN, Miss.WRONG]):
        gallery.add(Kept(Judged(file=str(n), kind="vn", set="", label="x", opened=True, miss=miss)))
    assert [one.judged.file for one in gallery.kept] == ["4", "1", "3"]
