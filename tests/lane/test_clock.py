"""A node whose clock is wrong: it goes by the centre's time where that was told, opens nothing by a time that
nobody vouches for, and dates what happened rightly once it knows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.core.answer import Answer
from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import clock
from cuakhauso.lane import words as w
from cuakhauso.lane.book import Fresh, NotBelieved
from cuakhauso.lane.contracts import Inputs, Output, Read, Signal, Subject
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.journal import Item, Journal, JournalFault
from cuakhauso.lane.outgoing import as_sent
from cuakhauso.lane.words import Phase, Settings, Why

from .builders import ALONE, AT_REST, BEGIN, KEYS, NODE, OFFICER, Stream, answer, book

POST = Post("L", CheckpointKind.B1, Direction.OUT, Settings(code="L", leads_to=Place.GATE_AREA), ALONE)
HOUR = timedelta(hours=1)
WRONG = [HOUR, -HOUR, timedelta(days=-4000)]


class Node:
    """An engine whose clock shows `off` more than the centre's. The story's moments are the centre's."""

    def __init__(self, folder, off: timedelta) -> None:
        self.path, self.off, self.now = folder / "journal.sqlite", off, BEGIN
        self.journal, self.stream = Journal(self.path), Stream()
        self.begin()

    def begin(self) -> None:
        self.engine = Engine.begin(self.journal, NODE, KEYS, [POST])
        self.senses()

    def process_restarts(self) -> None:
        self.journal.close()
        self.journal = Journal(self.path)
        self.begin()

    def machine_restarts(self, off: timedelta) -> None:
        self.off = off
        with self.journal.step() as step:
            step.begin_clock({})
        self.process_restarts()

    @property
    def shown(self) -> datetime:
        return self.now + self.off

    def hears_the_time(self, trip: float = 0.0) -> None:
        self.engine.measured(self.shown, self.now, self.shown + timedelta(seconds=trip))

    def hears(self, *answers: Answer) -> None:
        self.stream = Stream(self.stream.id.int + 1)
        self.hears_the_time()
        self.engine.begin_stream(self.stream.id)
        for one in answers:
            self.engine.hear_centre(self.stream.says(one), self.shown)
        self.engine.hear_centre(self.stream.beats(self.now), self.shown)

    def senses(self, **on: bool) -> list[w.Effect]:
        told = AT_REST | {Signal(name): value for name, value in on.items()}
        return self.engine.hear("L", w.Sensed(self.shown, Inputs(on=told)))

    def comes(self) -> bool:
        """Whether the vehicle is let through by itself."""
        effects = self.senses(loop_before=True)
        read = Read(at=self.shown, source="cam", subject=Subject.PLATE, text="12C-100.05", confidence=0.97)
        effects += self.engine.hear("L", w.Heard(self.shown, read))
        return any(isinstance(one, w.Pulse) and one.output is Output.OPEN for one in effects)

    @property
    def against(self) -> tuple[str, ...]:
        judged = self.engine.lanes["L"].judged
        return judged.against if judged else ()

    def items(self, kind: str) -> list[Item]:
        return [item for item in self.journal.waiting() if item.kind == kind]


@pytest.fixture
def node(tmp_path):
    made = []

    def a_node(off: timedelta) -> Node:
        made.append(Node(tmp_path, off))
        return made[-1]

    yield a_node
    for one in made:
        one.journal.close()


# --- permits are judged by the centre's time -------------------------------------------------------


@pytest.mark.parametrize("off", WRONG)
def test_a_clock_that_is_off_lets_a_permitted_vehicle_through(node, off):
    lane = node(off)
    lane.hears(answer(ends=BEGIN + HOUR))
    lane.now += timedelta(minutes=59)
    assert lane.comes()


@pytest.mark.parametrize("off", WRONG)
def test_a_permit_that_has_ended_by_the_centres_clock_opens_nothing_whatever_ours_shows(node, off):
    lane = node(off)
    lane.hears(answer(ends=BEGIN + timedelta(minutes=30)))
    lane.now += timedelta(minutes=30)
    assert not lane.comes()
    assert lane.against == ("place_closed",)


@pytest.mark.parametrize("off", WRONG)
def test_the_age_of_the_centres_word_is_counted_rightly(node, off):
    lane = node(off)
    lane.hears(answer())
    lane.now += ALONE + timedelta(seconds=1)
    assert not lane.comes()
    assert lane.against == (Why.PERMITS_TOO_OLD,)


A_WAY = st.timedeltas(timedelta(), timedelta(seconds=30))


@given(st.timedeltas(-10 * HOUR, 10 * HOUR), A_WAY, A_WAY, st.timedeltas(timedelta(), 2 * HOUR))
def test_it_is_never_taken_to_be_earlier_than_it_is(off, there, back, later):
    """However long the question and the answer were under way."""
    made, sent, told = book(at=BEGIN), BEGIN + off, BEGIN + there
    made.ahead = told - sent
    now = made.by_centre(sent + there + back + later)
    assert now is not None
    assert timedelta() <= now - (told + back + later) <= there + back


def test_a_beat_that_is_later_than_ours_says_puts_it_right_and_one_much_later_is_not_believed(node):
    lane = node(timedelta())
    lane.hears(answer())
    lane.engine.hear_centre(lane.stream.beats(BEGIN + timedelta(seconds=90)), BEGIN)
    assert lane.engine.book.by_centre(BEGIN) == BEGIN + timedelta(seconds=90)
    with pytest.raises(NotBelieved):
        lane.engine.hear_centre(lane.stream.beats(BEGIN + timedelta(days=900)), BEGIN)


# --- starts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", WRONG)
def test_a_node_whose_process_died_goes_on_alone_for_its_clock_did_too(node, off):
    lane = node(off)
    lane.hears(answer(ends=BEGIN + HOUR))
    lane.process_restarts()
    assert lane.comes()


@pytest.mark.parametrize("off", [timedelta(), *WRONG])
def test_a_machine_that_started_without_a_network_opens_nothing_by_its_own_clock(node, off):
    """It may have been off for a minute or a day: the clock says, and nobody vouches for it."""
    lane = node(timedelta())
    lane.hears(answer(ends=BEGIN + HOUR))
    lane.machine_restarts(off)
    lane.now += timedelta(minutes=90)
    assert not lane.comes()
    assert lane.against == (Why.CLOCK_UNKNOWN,)
    assert lane.engine.book.fresh(lane.shown, ALONE) is Fresh.TOO_OLD
    told = w.Told(lane.shown, w.Act.OPEN, OFFICER, reason="centre_away")
    lane.engine.hear("L", told)
    assert lane.engine.lanes["L"].phase is Phase.OPENING, "people go on"


def test_it_comes_back_by_itself_once_the_centre_tells_the_time(node):
    lane = node(timedelta())
    lane.hears(answer())
    lane.machine_restarts(-HOUR)
    assert not lane.comes()
    lane.hears_the_time()
    assert any(isinstance(one, w.Pulse) for one in lane.senses(loop_before=True))


def test_the_clock_goes_on_over_a_restart_of_the_process_and_begins_anew_with_the_machine(
    tmp_path, monkeypatch
):
    journal = Journal(tmp_path / "journal.sqlite")
    monkeypatch.setattr(clock, "boot", lambda: "first")
    first = clock.kept(journal)
    assert not first.goes_on
    assert abs(first.now() - datetime.now(UTC)) < timedelta(seconds=5)
    monkeypatch.setattr(clock, "datetime", Jumped)
    assert clock.kept(journal).goes_on
    assert clock.kept(journal).began == first.began, "somebody has set the wall clock: ours does not jump"
    monkeypatch.setattr(clock, "boot", lambda: "second")
    assert clock.kept(journal).began < first.began - HOUR / 2
    monkeypatch.setattr(clock, "boot", lambda: "")
    with journal.step() as step:
        step.know("offset", {"offset_ms": 1, "at_most_ms": 1})
    clock.kept(journal)
    assert journal.knows("offset") is None, "where nobody tells, each start may have been the machine's"
    journal.close()


def test_the_environment_tells_which_start_of_the_machine_it_is_where_proc_is_hidden(monkeypatch, tmp_path):
    monkeypatch.setattr(clock, "BOOT_ID", tmp_path / "hidden")
    monkeypatch.delenv("CUAKHAUSO_BOOT_ID", raising=False)
    assert clock.boot() == ""
    monkeypatch.setenv("CUAKHAUSO_BOOT_ID", "b1")
    assert clock.boot() == "b1"


def test_a_machine_that_starts_with_a_full_disk_believes_no_offset_of_its_last_clock(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "journal.sqlite")
    with journal.step() as step:
        step.know("offset", {"offset_ms": 0, "at_most_ms": 0})
    monkeypatch.setattr(journal, "step", full)
    begun = clock.kept(journal)
    assert not begun.goes_on
    engine = Engine.begin(journal, NODE, KEYS, [POST], same_clock=begun.goes_on)
    assert engine.book.by_centre(BEGIN) is None
    journal.close()


def full():
    raise JournalFault("database or disk is full")


class Jumped(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - HOUR


def test_a_clock_with_an_empty_battery_begins_with_the_centres_last_word(tmp_path, monkeypatch):
    journal, later = Journal(tmp_path / "journal.sqlite"), datetime.now(UTC) + timedelta(days=3000)
    with journal.step() as step:
        step.know("as_of", later)
    assert abs(clock.kept(journal).now() - later) < timedelta(seconds=5)
    journal.close()


# --- what is sent up -------------------------------------------------------------------------------


def test_what_happened_before_the_time_was_known_is_dated_once_it_is(node):
    lane = node(-HOUR)
    lane.senses(loop_before=True)
    lane.process_restarts()
    lane.senses(loop_before=True)
    assert {item.body["offset_ms"] for item in lane.journal.waiting()} == {None}
    lane.hears_the_time()
    lane.senses()
    assert {item.body["offset_ms"] for item in lane.journal.waiting()} == {3_600_000}


def test_what_another_clock_dated_is_left_as_it_is(node):
    lane = node(-HOUR)
    lane.senses(loop_before=True)
    many = len(lane.journal.waiting())
    lane.machine_restarts(timedelta())
    lane.hears_the_time()
    assert [item.body["offset_ms"] for item in lane.journal.waiting()[:many]] == [None] * many


def test_a_clock_that_is_off_is_told_once_to_people_and_to_the_platform(node):
    lane = node(-HOUR)
    for _ in range(3):
        lane.hears_the_time()
    lane.process_restarts()
    lane.hears_the_time()
    [alarm] = lane.items("alarm")
    assert (alarm.body["alarm"], alarm.body["off_by_ms"]) == (Why.CLOCK_OFF, -3_600_000)
    lane.machine_restarts(timedelta(seconds=30))
    lane.hears_the_time()
    assert len(lane.items("alarm")) == 1


@given(st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
def test_the_platform_gets_the_right_moment_however_far_the_clock_is_off(off):
    offset = -off // timedelta(milliseconds=1)
    shown = BEGIN - timedelta(milliseconds=offset)
    item = Item(NODE, "L", shown, "transition", {"offset_ms": offset})
    sent = as_sent(item)
    assert sent["at"] + timedelta(milliseconds=sent["body"]["offset_ms"]) == BEGIN
    assert abs(sent["body"]["offset_ms"]) <= 24 * 3_600_000, "more than a week is refused there"
