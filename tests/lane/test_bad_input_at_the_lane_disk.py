"""A disk that is full or read-only, a journal that is damaged: nothing is decided, it is told in words, and
the lane goes on by itself when it can write again; after a loss of memory, when a person has looked."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from cuakhauso.lane import identity as who
from cuakhauso.lane.commands import lane as command
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.words import Act, Phase, Told, Why

from .builders import OFFICER, answer
from .fitted import OTHER, play
from .live import until

ROOM = "1g"  # of memory, and only as much of it as is written


class SmallDisk:
    """A file system of its own, which can be full at once, and is well again at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fails(self, lane) -> None:
        self._has(str(shutil.disk_usage(self.folder).used))

    def is_well(self, lane) -> None:
        self._has(ROOM)

    def _has(self, room: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={room}", str(self.folder)], check=True)


class ReadOnly:
    """As a disk that the kernel no longer writes to: SQLite may only read, and the spool can make no file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fails(self, lane) -> None:
        said(lane, "query_only = ON")
        self._spool.rename(self._spool.with_name("elsewhere"))

    def is_well(self, lane) -> None:
        said(lane, "query_only = OFF")
        self._spool.with_name("elsewhere").rename(self._spool)

    @property
    def _spool(self) -> Path:
        return self.folder / "data" / "spool" / "waiting"


def said(lane, pragma: str) -> None:
    lane.running.journal._db.execute(f"PRAGMA {pragma}")


@pytest.fixture
def full_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            yield SmallDisk(folder)
            subprocess.run(["umount", "-l", str(folder)], check=True)
            return
    yield ReadOnly(folder)  # where nothing may be mounted


@pytest.fixture(params=["full", "read only"])
def disk(request, tmp_path):
    return request.getfixturevalue("full_disk") if request.param == "full" else ReadOnly(tmp_path)


def test_without_a_written_decision_there_is_no_pulse(disk):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await lane.until(Phase.IDENTIFY)
        disk.fails(lane)
        assert await lane.sees() == 503
        await until(lambda: lane.state_of("L/front")[1] in ("push_disk_full", "push_disk_fails"))
        told = Told(lane.node.now(), Act.OPEN, OFFICER, reason="other", words="…")
        assert await lane.node.tell("L", told) is Why.CANNOT_WRITE
        await lane.until(Phase.UNKNOWN)
        view = lane.view()
        assert view["phase"]["why"] == lane.words_of("cannot_write")[0]
        assert view["fault"]
        page = await lane.client.get(f"{lane.booth_at}/sign-in")
        assert page.status_code == 200
        assert lane.presses == 0
        disk.is_well(lane)
        await lane.until(Phase.IDENTIFY, Phase.ATTEND)
        await lane.told("cannot_write")
        assert lane.view()["fault"] == ""
        assert await lane.sees() == 200
        await lane.goes_through(truck)

    play(story, disk.folder / "data")


def test_a_disk_that_fills_between_decision_and_passage_loses_neither(full_disk):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.until(Phase.OPEN)
        full_disk.fails(lane)
        await lane.traffic.drive_through(truck)
        await lane.until(Phase.UNKNOWN)
        full_disk.is_well(lane)
        await until(lambda: lane.items("passage"))
        await lane.until(Phase.IDLE, Phase.UNKNOWN, Phase.CLOSING)
        assert (len(lane.items("passage")), lane.presses) == (1, 1)

    play(story, full_disk.folder / "data")


# --- a journal that is damaged ---------------------------------------------------------------------


def emptied(path):
    path.write_bytes(b"")


def overwritten(path):
    path.write_bytes(b"no journal at all" * 1000)


def torn(path):
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def test_a_node_that_lost_its_memory_opens_nothing_until_a_person_has_looked(tmp_path):
    data = tmp_path / "data"

    async def before(lane):
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.goes_through(truck)

    async def after(lane):
        await lane.told("journal_lost")
        assert lane.view()["phase"]["why"] == lane.words_of("journal_lost")[0]
        await lane.traffic.arrive()
        lane.expects(answer())
        await lane.sees()
        await until(lambda: lane.node.engine.lanes["L"].reads)
        assert (lane.phase, lane.presses) == (Phase.UNKNOWN, 0)

    async def looked_at(lane):
        await lane.told("journal_lost")
        assert (lane.phase, lane.presses) == (Phase.UNKNOWN, 0)
        assert await lane.node.tell("L", Told(lane.node.now(), Act.ATTEND, OFFICER)) is None
        lane.expects(answer(OTHER, 6))
        await lane.until(Phase.IDLE)
        truck = await lane.traffic.arrive()
        await lane.sees(OTHER)
        await lane.goes_through(truck)

    play(before, data)
    torn(data / "journal.sqlite")
    play(after, data, expected=False)
    [kept] = [path for path in data.glob("journal.sqlite.damaged-*") if path.suffix != ".shm"]
    assert kept.stat().st_size > 4096
    play(looked_at, data, expected=False)


def test_a_journal_that_was_deleted_is_not_the_first_start(tmp_path):
    path = tmp_path / "journal.sqlite"
    journal = Journal(path)
    assert journal.lost == "", "the first start"
    journal.close()
    for part in tmp_path.glob("journal.sqlite*"):
        if part.suffix != ".begun":
            part.unlink()
    assert Journal(path).lost == "journal.sqlite"
    assert Journal(path).lost == "", "the engine keeps the doubt"


@pytest.mark.parametrize("spoil", [emptied, overwritten, torn])
def test_a_damaged_journal_is_put_aside_whole_and_never_taken_for_an_empty_one(spoil, tmp_path):
    path = tmp_path / "journal.sqlite"
    Journal(path).close()
    spoil(path)
    spoiled = path.read_bytes()
    journal = Journal(path)
    assert (tmp_path / journal.lost).read_bytes() == spoiled
    assert (journal.waiting(), Journal(path).lost) == ([], "")


def test_a_node_whose_disk_or_identity_does_not_let_it_begin_says_why(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "lane.toml").write_text(
        f'[node]\nname = "n"\ndata = "{data}"\n[[lane]]\ncode = "L"\n[lane.contacts]\ndriver = "modbus"\n'
        'address = "tcp://127.0.0.1:1"\ninputs = { loop_before = 0, loop_under = 1, boom_down = 2 }\n'
        "outputs = { open = 0 }\n"
    )
    (data / who.FILE).write_text("{")
    begun = CliRunner().invoke(command, ["run", str(tmp_path / "lane.toml")])
    assert (begun.exit_code, "is damaged" in begun.output) == (1, True)
    (data / who.FILE).unlink()
    begun = CliRunner().invoke(command, ["run", str(tmp_path / "lane.toml")])
    assert "holds no identity" in begun.output
