"""The measurements of the lane are taken with the programs as they are today."""

import pytest

from bench import lane, lane_box, place

pytestmark = pytest.mark.slow


def test_a_small_box_holds_the_answers_of_two_streams():
    taken = lane_box.measure(40)
    assert taken["expected"] == 40
    assert taken["vm_hwm_mb"]["second_stream"] < 150


def test_decisions_pushes_and_passages_are_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(place, "DATA", tmp_path)
    taken = lane.measure(20, 2, 50)
    assert taken["decision"]["p99_ms"] > 0
