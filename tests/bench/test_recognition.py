"""The bench's other side: lines that a packaged engine reads are put together into plates and codes."""

import json

import pytest

from bench import recognition
from bench.packaged import Packaged, as_code, codes, further_right, plates
from cuakhauso.lane.vision.evaluation.figures import Board
from cuakhauso.lane.vision.evaluation.labelled import Labelled
from cuakhauso.lane.vision.evaluation.scoring import Judged


def line(text: str, x: float = 0, y: float = 0, wide: float = 100, high: float = 20) -> dict:
    corners = [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]]
    return {"text": text, "score": 0.97, "corners": corners}


def texts(sightings) -> list[str]:
    return [one.text for one in sightings if not one.why_not]


def test_a_plate_in_one_line_is_found_among_other_writing():
    found = texts(plates([line("MAX GROSS 30480"), line("桂F·12345", y=100), line("51F-708.04", y=200)]))
    assert found == ["桂F12345", "51F70804"]


def test_a_plate_in_two_lines_is_joined():
    assert "51F70804" in texts(plates([line("51-F", y=0), line("708.04", y=22)]))
    assert "桂F12345" in texts(plates([line("桂F", y=0), line("12345", y=22)]))


def test_lines_that_stand_apart_are_no_plate():
    assert texts(plates([line("51-F", y=0), line("708.04", y=300)])) == []


def test_a_code_is_joined_of_owner_number_and_check_digit():
    apart = [line("TSTU"), line("100428", x=120), line("8", x=240), line("45G1", y=30)]
    assert texts(codes(apart)) == ["TSTU1004288"]
    assert texts(codes([line("TSTU 100428 8")])) == ["TSTU1004288"]


def test_a_size_and_type_code_is_no_check_digit():
    assert list(codes([line("TSTU"), line("100428", x=120), line("45G1", y=30)])) == []


def test_a_wrong_check_digit_is_told_and_never_repaired():
    (found,) = codes([line("TSTU 100428 7")])
    assert found.text == "TSTU1004287"
    assert [why.value for why in found.why_not] == ["check_digit"]


def test_letters_stand_where_letters_stand():
    assert as_code("T5TU1OO4288") == "TSTU1004288"
    assert as_code("1234567") == ""


def test_a_strip_reaches_further_right_along_its_line():
    reached = further_right([[0, 0], [100, 10], [98, 30], [-2, 20]], by=1)
    assert reached[0] == [0, 0]
    assert reached[1][0] > 115
    assert reached[1][1] > 11


class Answers:
    """A process that answers what was prepared."""

    def __init__(self, *answers: dict) -> None:
        self.stdin = self
        self.stdout = self
        self.asked: list[dict] = []
        self._answers = list(answers)

    def write(self, text: str) -> None:
        self.asked.append(json.loads(text))

    def flush(self) -> None: ...

    def readline(self) -> str:
        return json.dumps(self._answers.pop(0))


def test_a_check_digit_that_was_not_found_is_looked_for_once_more(tmp_path):
    process = Answers(
        {"lines": [line("TSTU"), line("100428", x=120)], "ms": 500.0},
        {"lines": [{"text": "100428 8", "score": 0.9, "corners": []}], "ms": 20.0},
    )
    photo = Labelled(path=tmp_path, file="a", kind="container", set="", label="TSTU1004288")
    seen = Packaged(process).look(photo)
    assert texts(seen.sightings) == ["TSTU1004288"]
    assert seen.looked_ms == 520
    assert [one["op"] for one in process.asked] == ["lines", "strip"]
    assert {one["engine"] for one in process.asked} == {"v6_containers"}


@pytest.mark.parametrize(
    ("set_", "label", "apart"),
    [
        ("ccby_valid", "", True), ("ccby_valid", "TSTU1004288", True), ("ccby_train", "TSTU1004288", False),
        ("frame_easypr", "桂F12345", False), ("frame_easypr", "桂F12347", False), ("crop", "29H12349", True),
    ],
)  # fmt: skip
def test_what_is_held_apart_is_so_by_its_set_or_by_the_hash_of_its_label(set_, label, apart):
    assert recognition.is_apart(set_, label) is apart


def test_without_photos_it_is_skipped_and_says_so(monkeypatch, capsys):
    monkeypatch.delenv("PHOTOS", raising=False)
    assert "skipped" in recognition.measure(None)
    assert "PHOTOS names no folder" in capsys.readouterr().out


def test_the_table_says_what_rests_on_drawings_and_on_how_many_photos():
    ours, theirs = Board(), Board()
    for board, exact in ((ours, True), (theirs, False)):
        for set_, kind in (("ccby_valid", "container"), ("cn_yellow2", "cn")):
            board.add(
                Judged(
                    file="",
                    kind=kind,
                    set=set_,
                    label="x",
                    opened=True,
                    exact=exact,
                    accepted=True,
                    looked_ms=9,
                )
            )
    rows = list(recognition.table(ours, theirs, {"ccby_valid": 4.0}))
    assert [(row["what"], row["packaged"], row["ours"], row["photos"]) for row in rows] == [
        ("container photo, exact as read", "0.0%", "100.0%", 1),
        ("container photo, exact as read or asked", "0.0%", "100.0%", 1),
        ("container photo, accepted / wrong", "100.0% / 1 of 1", "100.0% / 0 of 1", 1),
        ("container photo, median", "9 ms", "9 ms", 1),
        ("Chinese two-line yellow (rendered)", "0.0%", "100.0%", 1),
    ]
    assert "| Chinese two-line yellow (rendered) | 0.0% | 100.0% | 20.7% to 100.0% |" in "\n".join(
        recognition.as_markdown(rows)
    )
