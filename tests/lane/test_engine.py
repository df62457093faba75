"""A node's thinking with its journal: nothing is done that was not written, and nothing is forgotten."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import words as w
from cuakhauso.lane.book import NotBelieved
from cuakhauso.lane.contracts import Inputs, Output, Read, Subject
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.journal import Item, Journal, JournalFault
from cuakhauso.lane.words import Phase, Settings

from .builders import ALONE, AT_REST, BEGIN, DOWN, HELD, KEYS, NODE, UP, Signal, Stream, answer, crossing

POST = Post("L", CheckpointKind.B1, Direction.OUT, Settings(code="L", leads_to=Place.GATE_AREA), ALONE)
PLATE = "12C-100.05"


class Node:
    """An engine, and a clock that goes on with each event."""

    def __init__(self, folder: Path) -> None:
        self.path, self.at = folder / "journal.sqlite", BEGIN
        self.start()

    def start(self) -> None:
        self.engine = Engine.begin(Journal(self.path), NODE, KEYS, [POST])

    def restart(self) -> None:
        self.engine.journal.close()
        self.start()

    def expects(self, *answers, stream: int = 1) -> None:
        told = Stream(stream)
        self.engine.begin_stream(told.id)
        for one in answers:
            self.engine.hear_centre(told.says(one), self.at)
        self.engine.hear_centre(told.beats(self.at), self.at)

    def senses(self, after: float = 0.1, **changes: bool) -> list[w.Effect]:
        self.at += timedelta(seconds=after)
        on = AT_REST | {Signal(name): value for name, value in changes.items()}
        return self.engine.hear("L", w.Sensed(self.at, Inputs(on=on)))

    def reads(self, text: str = PLATE) -> list[w.Effect]:
        read = Read(at=self.at, source="cam", subject=Subject.PLATE, text=text, confidence=0.97)
        return self.engine.hear("L", w.Heard(self.at, read))

    @property
    def phase(self) -> Phase:
        return self.engine.lanes["L"].phase

    def goes_through(self) -> None:
        up = {str(s): v for s, v in UP.items()}
        self.senses(loop_before=True, **up)
        self.senses(loop_under=True, **up)
        self.senses(**up)
        self.senses(2, **up)
        self.senses(1, **{str(s): v for s, v in DOWN.items()})


@pytest.fixture
def node(tmp_path):
    made = Node(tmp_path)
    made.senses()
    yield made
    made.engine.journal.close()


def opens(effects) -> bool:
    return any(isinstance(one, w.Pulse) and one.output is Output.OPEN for one in effects)


def fill(journal: Journal) -> None:
    """Until nothing more can be written of what a lane writes, be it ever so small."""
    journal._db.execute("PRAGMA max_page_count = 1")  # no less than there are already

    def write_on(size: int) -> None:
        for _ in range(10_000):
            with journal.step():
                journal.write([Item(uuid4(), "L", BEGIN, "transition", {"x": "x" * size})])

    for size in (10_000, 500, 20, 0):
        with pytest.raises(JournalFault):
            write_on(size)


def test_a_permit_that_was_used_stays_used_after_a_restart(node):
    node.expects(answer())
    node.senses(loop_before=True)
    assert opens(node.reads())
    node.goes_through()
    assert node.phase is Phase.IDLE
    node.restart()
    node.senses()
    node.senses(30, loop_before=True)
    assert not opens(node.reads())
    assert node.phase is Phase.ATTEND
    node.expects(answer(facts=9), stream=2)  # the centre says something newer
    assert node.phase is Phase.OPENING


def test_answers_are_still_there_after_a_restart_with_the_centre_away(node):
    node.expects(answer(), answer("12C-100.06", 6, against=(HELD,)))
    node.restart()
    node.senses()
    node.senses(loop_before=True)
    assert opens(node.reads())


def test_with_a_full_disk_nothing_opens_and_the_lane_comes_back_by_itself(node):
    node.expects(answer())
    fill(node.engine.journal)
    node.senses(loop_before=True)
    assert not opens(node.reads())
    assert node.phase is Phase.UNKNOWN
    assert "full" in node.engine.fault
    node.engine.journal._db.execute("PRAGMA max_page_count = 1000000")
    node.senses(loop_before=True)
    assert opens(node.reads())
    assert node.engine.fault == ""


def test_a_lost_message_is_noticed_and_what_was_known_stays(node):
    node.expects(answer())
    told = Stream(2)
    node.engine.begin_stream(told.id)
    told.says(answer(facts=9, against=(HELD,)))  # never arrives
    with pytest.raises(NotBelieved):
        node.engine.hear_centre(told.beats(node.at), node.at)
    node.senses(loop_before=True)
    assert opens(node.reads())


def test_each_item_says_by_how_much_the_clocks_differ(node):
    node.engine.offset_ms = 3_600_000
    node.senses(loop_before=True)
    assert {item.body["offset_ms"] for item in node.engine.journal.waiting()} == {None, 3_600_000}


def test_a_passage_names_its_direction_and_crossing(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.reads()
    node.goes_through()
    [passage] = [item for item in node.engine.journal.waiting() if item.kind == "passage"]
    assert (passage.body["direction"], passage.body["crossing"]) == ("out", str(crossing(5)))
