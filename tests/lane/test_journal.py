"""What a node remembers survives being killed between any two instructions."""

import os
import signal
import subprocess
import sys
import time
from uuid import UUID

import pytest

from cuakhauso.core.words import Place
from cuakhauso.lane.journal import Item, Journal, JournalFault
from cuakhauso.lane.words import Person, Ticket

from .builders import BEGIN, WHERE, answer, crossing, sign


def item(n: int) -> Item:
    return Item(UUID(int=n), "L", BEGIN, "passage", {"crossing": str(crossing(n)), "n": n})


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "journal.sqlite")
    yield made
    made.close()


def test_items_wait_in_order_until_they_are_settled(journal):
    with journal.step() as j:
        j.write([item(1), item(2), item(3)])
    with journal.step() as j:
        j.settle([UUID(int=1)], [(UUID(int=2), "malformed")])
    assert [one.id for one in journal.waiting()] == [UUID(int=3)]
    assert journal.depth() == (1, BEGIN)


def test_the_same_item_twice_is_once(journal):
    for _ in range(2):
        with journal.step() as j:
            j.write([item(1)])
    assert len(journal.waiting()) == 1


def test_a_step_that_fails_leaves_nothing_of_itself(journal):
    def broken() -> None:
        with journal.step() as j:
            j.write([item(1)])
            raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        broken()
    assert journal.waiting() == []


def test_a_ticket_is_the_same_after_a_restart(journal, tmp_path):
    ticket = Ticket(
        id=UUID(int=9), crossing=crossing(5), facts=3, given_at=BEGIN, to=Place.GATE_AREA,
        by=Person("u1", "Hoàng Văn Mẫu"), against=("hold_live",), count=7,
    )  # fmt: skip
    with journal.step() as j:
        j.keep_ticket("L", ticket)
        j.use(*WHERE, crossing(5), 3)
        j.keep_answer(*WHERE, crossing(5), sign(answer()))
        j.know("as_of", BEGIN)
    journal.close()
    again = Journal(tmp_path / "journal.sqlite")
    assert again.ticket("L") == ticket
    assert again.used() == [(*map(str, WHERE), crossing(5), 3)]
    assert again.answers() == [sign(answer())]
    assert again.knows("as_of") == BEGIN.isoformat().replace("+00:00", "Z")
    with again.step() as j:
        j.keep_ticket("L", None)
    assert again.ticket("L") is None


def test_a_full_disk_is_a_fault_and_nothing_else(journal):
    journal._db.execute("PRAGMA max_page_count = 20")

    def write_on_and_on() -> None:
        for n in range(10_000):
            with journal.step() as j:
                j.write([item(n)])

    with pytest.raises(JournalFault):
        write_on_and_on()
    kept = len(journal.waiting(100_000))
    journal._db.execute("PRAGMA max_page_count = 100000")
    with journal.step() as j:
        j.write([item(99_999)])
    assert len(journal.waiting(100_000)) == kept + 1


WRITER = """
import sys
from pathlib import Path
from datetime import datetime, UTC
from uuid import UUID
from cuakhauso.lane.journal import Item, Journal
journal = Journal(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), 10**9):
    with journal.step() as j:
        j.write(Item(UUID(int=2 * n + k), "L", datetime.now(UTC), "passage", {"n": n}) for k in (0, 1))
    print(n, flush=True)
"""


def test_killed_at_any_moment_it_keeps_every_whole_step_and_no_half_one(tmp_path):
    """Each step writes two items and is told only once it is on disk."""
    path, told = tmp_path / "journal.sqlite", 0
    for turn in range(12):
        command = [sys.executable, "-c", WRITER, str(path), str(told + 1)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        told = int(process.stdout.readline())
        time.sleep(0.003 * turn)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        told = int(rest[-1]) if rest else told
        journal = Journal(path)
        ids = {one.id.int for one in journal.waiting(10**6)}
        journal.close()
        assert all(2 * n in ids for n in range(1, told + 1))
        assert all(one ^ 1 in ids for one in ids), "no half step"
        told = max(ids) // 2
