"""A node's thinking with its journal: nothing is done that was not written, and nothing is forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import words as w
from cuakhauso.lane.book import NotBelieved
from cuakhauso.lane.contracts import Inputs, Output, Read, Subject, Weight
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.journal import Item, Journal, JournalFault
from cuakhauso.lane.words import Phase, Settings, Why

from .builders import (
    ALONE,
    AT_REST,
    BEGIN,
    DOWN,
    HELD,
    KEYS,
    NODE,
    OFFICER,
    UP,
    WHERE,
    Signal,
    Stream,
    answer,
    crossing,
)

POST = Post("L", CheckpointKind.B1, Direction.OUT, Settings(code="L", leads_to=Place.GATE_AREA), ALONE)
PLATE = "12C-100.05"


class Node:
    """An engine, and a clock that goes on with each event."""

    count: int | None = None

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
        self.engine.measured(self.at, self.at, self.at)
        self.engine.begin_stream(told.id)
        for one in answers:
            self.engine.hear_centre(told.says(one), self.at)
        self.engine.hear_centre(told.beats(self.at), self.at)

    def senses(self, after: float = 0.1, **changes: bool) -> list[w.Effect]:
        self.at += timedelta(seconds=after)
        on = AT_REST | {Signal(name): value for name, value in changes.items()}
        counts = {} if self.count is None else {Signal.LOOP_UNDER: self.count}
        return self.engine.hear("L", w.Sensed(self.at, Inputs(on=on, counts=counts)))

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


def test_a_node_that_dies_under_the_boom_still_tells_what_was_read(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.reads()
    up = {str(s): v for s, v in UP.items()}
    node.senses(loop_under=True, **up)
    node.restart()
    node.senses(loop_under=True, **up)
    node.senses(**up)
    node.senses(2, **up)
    [passage] = [item.body for item in node.engine.journal.waiting() if item.kind == "passage"]
    assert [read["text"] for read in passage["reads"]] == [PLATE]
    assert passage["irregular"] == []


def test_after_a_start_what_was_read_of_one_vehicle_opens_for_no_other(node):
    """Its ticket was not used; whoever stands there now is to be read anew."""
    node.expects(answer())
    node.count = 0
    node.senses(loop_before=True)
    assert opens(node.reads())
    node.restart()
    node.senses(loop_before=True)
    assert node.engine.lanes["L"].ticket is None
    assert node.phase is Phase.IDENTIFY
    assert node.engine.lanes["L"].reads == ()


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


def test_a_passage_names_its_direction_and_crossing(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.reads()
    node.goes_through()
    [passage] = [item for item in node.engine.journal.waiting() if item.kind == "passage"]
    assert (passage.body["direction"], passage.body["crossing"]) == ("out", str(crossing(5)))


# --- the platform makes another lane of it ---------------------------------------------------------

YARD = replace(POST, checkpoint=CheckpointKind.YARD)
On = dict[str, bool]
SENSED: dict[str, Callable[[On], On]] = {
    "stands": lambda on: on | {"loop_before": True},
    "up": lambda on: on | {"boom_up": True, "boom_down": False},
    "under": lambda on: on | {"loop_under": True},
    "free": lambda on: on | {"loop_under": False, "loop_before": False},
    "down": lambda on: on | {"boom_up": False, "boom_down": True},
}


def passages(node: Node) -> list[tuple[str, str]]:
    items = [item for item in node.engine.journal.waiting() if item.kind == "passage"]
    return [(item.body["checkpoint"], item.body["direction"]) for item in items]


def test_answers_held_for_another_checkpoint_open_nothing(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.engine.stand([YARD])
    node.reads()
    node.senses(loop_before=True)
    assert node.phase is Phase.IDENTIFY
    node.expects(answer(checkpoint=CheckpointKind.YARD), stream=2)
    assert node.phase is Phase.OPENING


def test_a_vehicle_that_is_let_through_passes_where_its_lane_was_and_the_next_where_it_is(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.reads()
    assert node.phase is Phase.OPENING
    node.engine.stand([YARD])
    node.goes_through()
    node.expects(answer("12C-100.09", 9, checkpoint=CheckpointKind.YARD), stream=2)
    node.senses(loop_before=True)
    node.reads("12C-100.09")
    assert node.phase is Phase.OPENING
    node.goes_through()
    assert passages(node) == [("B1", "out"), ("yard", "out")]
    used = {(where, found) for where, *_, found, _ in node.engine.journal.used()}
    assert used == {("B1", crossing(5)), ("yard", crossing(9))}


def test_a_ticket_remembers_over_a_restart_what_its_lane_was(node):
    node.expects(answer())
    node.senses(loop_before=True)
    node.reads()
    node.engine.journal.close()
    node.engine = Engine.begin(Journal(node.path), NODE, KEYS, [YARD])
    up = {str(s): v for s, v in UP.items()}
    node.senses(loop_under=True, **up)
    node.senses(**up)
    node.senses(3, **up)
    assert passages(node) == [("B1", "out")]


def test_a_second_person_that_is_asked_for_now_is_needed_by_whoever_stands_there_already(node):
    node.expects(answer(against=(HELD,)))
    node.senses(loop_before=True)
    node.reads()
    assert node.phase is Phase.ATTEND
    node.engine.stand([replace(POST, settings=replace(POST.settings, second_person=True))])
    node.engine.hear("L", w.Told(node.at, w.Act.OPEN, OFFICER, reason="emergency"))
    assert (node.engine.refusal, node.phase) == (Why.SECOND_PERSON_NEEDED, Phase.ATTEND)


def test_permits_that_count_for_a_shorter_time_are_too_old_at_once(node):
    node.expects(answer())
    node.senses(600)
    node.engine.stand([replace(POST, alone_for=timedelta(minutes=5))])
    node.senses(loop_before=True)
    node.reads()
    assert (node.phase, node.engine.lanes["L"].judged.against) == (Phase.ATTEND, (Why.PERMITS_TOO_OLD,))


def test_a_lane_that_is_the_nodes_no_more_opens_by_persons_alone(node):
    node.expects(answer())
    node.engine.stand([])
    node.senses(loop_before=True)
    node.reads()
    assert node.phase is Phase.ATTEND
    node.engine.hear("L", w.Told(node.at, w.Act.OPEN, OFFICER, reason="order"))
    assert node.phase is Phase.OPENING


def test_a_lane_that_weighs_now_weighs_whoever_stands_there(node):
    node.expects(answer(against=(HELD,)))
    node.senses(loop_before=True)
    node.reads()
    node.engine.stand([replace(POST, settings=replace(POST.settings, weighs=True))])
    node.expects(answer(), stream=2)
    assert node.phase is Phase.ATTEND
    node.engine.hear("L", w.Weighed(node.at, Weight(kg=Decimal(20_000), stable=True)))
    assert node.phase is Phase.OPENING


@given(
    st.lists(
        st.sampled_from(["stands", "reads", "up", "under", "free", "down", "B1", "yard", "lift", "hold"]),
        max_size=30,
    )
)
@settings(max_examples=40, deadline=None)
def test_whenever_the_lane_becomes_another_it_opens_only_for_what_it_is(acts):
    """The vehicle is permitted at B1 alone; the platform's own stream follows each change."""
    with TemporaryDirectory() as folder:
        node, place, streams, on = Node(Path(folder)), CheckpointKind.B1, count(1), {}
        permitted = {CheckpointKind.B1: (), CheckpointKind.YARD: (HELD,)}

        def tell() -> None:
            node.expects(answer(checkpoint=place, against=permitted[place]), stream=next(streams))

        tell()
        for act in acts:
            before = node.phase
            if act in ("B1", "yard"):
                place = CheckpointKind(act)
                node.engine.stand([replace(POST, checkpoint=place)])
                assert node.engine.lanes["L"].phase is before, "nothing moves by it"
                tell()
            elif act in ("hold", "lift"):
                permitted[CheckpointKind.B1] = (HELD,) if act == "hold" else ()
                tell()
            elif act == "reads":
                node.reads()
            else:
                on = SENSED[act](on)
                node.senses(**on)
            if node.phase is Phase.OPENING and before is not Phase.OPENING:
                assert place is CheckpointKind.B1
                assert node.engine.lanes["L"].ticket.where == WHERE
        assert {at for at, _ in passages(node)} <= {"B1", "yard"}
        node.engine.journal.close()
