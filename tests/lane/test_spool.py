import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cuakhauso.lane.kept import Full, Limit
from cuakhauso.lane.remembered import Remembered
from cuakhauso.lane.spool import Apart, Limits, Spool

NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
SMALL = Limits(largest=1000, total=5000, free=0, oldest=timedelta(hours=1), tries=3, quarantine=2500)
PROGRAM = Path(__file__).with_name("spool_killed.py")


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def in_memory(tmp_path):
    """A folder where syncing costs nothing: a killed process leaves the same on every disk."""
    folder = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=folder if folder.is_dir() else tmp_path) as made:
        yield Path(made)


@pytest.fixture
def make(tmp_path, clock):
    return lambda limits=SMALL: Spool(tmp_path, limits, now=clock)


def push(spool: Spool, body: bytes = b"body", source: str = "in-1"):
    incoming = spool.open(source, "text/plain")
    incoming.write(body)
    return incoming.commit()


def waiting(spool: Spool) -> list[bytes]:
    bodies = []
    while entry := spool.oldest():
        bodies.append(spool.load(entry).body)
        spool.done(entry)
    return bodies


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "waiting").iterdir())


# --- whole or not at all ---------------------------------------------------------------------------


def test_a_push_is_kept_byte_for_byte_with_where_and_when_it_came(make, clock):
    body = bytes(range(256)) + b"\n\r\n{}\n"
    spool = make()
    pushed = make().load(push(spool, body))
    assert (pushed.body, pushed.source, pushed.content_type) == (body, "in-1", "text/plain")
    assert pushed.received_at == NOON + timedelta(seconds=1)


def test_file_and_folder_are_on_disk_in_that_order_before_it_counts(make, monkeypatch):
    spool, steps = make(), []
    sync, rename = os.fsync, Path.rename
    monkeypatch.setattr(
        os, "fsync", lambda handle: steps.append(os.readlink(f"/proc/self/fd/{handle}")) or sync(handle)
    )
    monkeypatch.setattr(
        Path, "rename", lambda path, to: steps.append(f"rename {path.suffix}") or rename(path, to)
    )
    monkeypatch.setattr(spool, "keep", lambda entry: steps.append("counts"))
    push(spool)
    assert [step.rpartition("/")[2] for step in steps][1:] == ["rename .part", "waiting", "counts"]
    assert steps[0].endswith(".part")


def test_what_is_not_committed_does_not_count_and_leaves_nothing(make, tmp_path):
    spool = make()
    incoming = spool.open("in-1", "")
    incoming.write(b"half")
    assert spool.oldest() is None
    incoming.abort()
    incoming.abort()
    assert (files(tmp_path), spool.status().size) == ([], 0)


def test_abort_after_commit_changes_nothing(make):
    spool = make()
    incoming = spool.open("in-1", "")
    incoming.write(b"body")
    incoming.commit()
    incoming.abort()
    assert waiting(spool) == [b"body"]


def test_halves_are_removed_at_start_and_counted(make, tmp_path):
    incoming = make().open("in-1", "")
    incoming.write(b"half")
    again = make()
    assert (files(tmp_path), again.status().cleaned, again.status().depth) == ([], 1, 0)


def test_files_that_are_not_ours_are_left_alone(make, tmp_path):
    make()
    (tmp_path / "waiting" / "README").write_text("mine")
    again = make()
    assert again.oldest() is None
    assert files(tmp_path) == ["README"]


# --- in order, over a restart ----------------------------------------------------------------------


def test_pushes_are_taken_up_in_order_of_receipt_whatever_their_files_say(make, tmp_path):
    spool = make()
    for number in range(5):
        push(spool, b"%d" % number)
    for place, path in enumerate(sorted((tmp_path / "waiting").iterdir(), reverse=True)):
        os.utime(path, (place, place))
    again = make()
    assert (again.status().survived, again.status().oldest) == (5, NOON + timedelta(seconds=1))
    assert waiting(again) == [b"0", b"1", b"2", b"3", b"4"]


def test_one_that_came_first_and_was_whole_last_is_taken_up_first(make):
    spool = make()
    slow = spool.open("in-1", "")
    push(spool, b"fast")
    slow.write(b"slow")
    slow.commit()
    assert waiting(spool) == [b"slow", b"fast"]


def test_what_was_done_does_not_come_back(make, tmp_path):
    spool = make()
    push(spool, b"one")
    push(spool, b"two")
    spool.done(spool.oldest())
    assert waiting(make()) == [b"two"]
    assert make().status().size == 0


def test_how_often_it_was_tried_is_known_after_a_restart(make):
    spool = make()
    push(spool)
    spool.tried(spool.oldest(), 2)
    assert make().oldest().tries == 2


def test_a_file_that_is_not_as_it_was_written_is_no_push(make, tmp_path):
    entry = push(make())
    (tmp_path / "waiting" / entry.name).write_bytes(b"")
    assert make().load(make().oldest()) is None


# --- limits ----------------------------------------------------------------------------------------


def test_a_body_that_is_too_large_is_refused_as_declared_and_as_it_comes(make, tmp_path):
    spool = make()
    with pytest.raises(Full, match="1000") as declared:
        spool.open("in-1", "", declared=1001)
    incoming = spool.open("in-1", "")
    incoming.write(b"x" * 1000)
    with pytest.raises(Full) as coming:
        incoming.write(b"x")
    assert declared.value.code is coming.value.code is Limit.TOO_LARGE
    assert spool.status().refused == {"too_large": 2}
    assert (files(tmp_path), spool.status().size) == ([], 0)


def test_when_too_much_waits_more_is_refused_until_there_is_room(make):
    spool = make()
    for _ in range(4):
        push(spool, b"x" * 900)
    incoming = spool.open("in-1", "")
    with pytest.raises(Full) as refused:
        incoming.write(b"x" * 999)
    assert refused.value.code is Limit.SPOOL_FULL
    spool.done(spool.oldest())
    push(spool, b"x" * 900)


def test_what_waits_counts_after_a_restart_too(make):
    spool = make()
    for _ in range(4):
        push(spool, b"x" * 900)
    assert make().status().size == spool.status().size > 3600


def test_below_the_floor_of_free_space_pushes_are_refused(make, monkeypatch):
    spool = make(Limits(free=10_000))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 9_999))
    with pytest.raises(Full) as refused:
        spool.open("in-1", "")
    assert refused.value.code is Limit.DISK_FULL
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10_000))
    push(spool)


def test_one_that_waited_too_long_is_told(make, clock):
    spool = make()
    entry = push(spool)
    assert not spool.is_too_old(entry)
    clock.at += timedelta(hours=2)
    assert spool.is_too_old(entry)


# --- a disk that fails -----------------------------------------------------------------------------


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "place", ["pathlib.Path.open", "os.fsync", "pathlib.Path.rename", "cuakhauso.lane.kept.sync_folder"]
)
def test_a_disk_that_fails_refuses_the_push_and_keeps_nothing_of_it(make, tmp_path, monkeypatch, place):
    spool = make()
    push(spool, b"before")
    with monkeypatch.context() as patched:
        patched.setattr(place, no_space)
        with pytest.raises(Full) as refused:
            push(spool, b"refused")
    assert refused.value.code is Limit.DISK_FAILS
    assert len(files(tmp_path)) == 1
    assert waiting(spool) == [b"before"]
    assert spool.status().size == 0
    push(spool, b"after")
    assert waiting(make()) == [b"after"]


def test_a_disk_that_is_full_in_the_middle_of_a_body_refuses_it(tmp_path):
    """The real error: a process that may write no more than 100 kB into a file."""
    program = (
        "import resource, signal, sys, pathlib\n"
        "from cuakhauso.lane.spool import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "spool = Spool(pathlib.Path(sys.argv[1]), Limits(free=0))\n"
        "incoming = spool.open('in-1', '')\n"
        "try:\n"
        "    for _ in range(20): incoming.write(b'x' * 9_000)\n"
        "    incoming.commit()\n"
        "except Full as error: print(error.code, spool.status().size, spool.oldest())\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout.split() == ["disk_fails", "0", "None"]
    assert files(tmp_path) == []


def test_a_full_disk_does_not_keep_handed_on_pushes_nor_a_start(make, monkeypatch):
    spool = make()
    push(spool)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_space)
        spool.done(spool.oldest(), [("in-1", "a")])
        assert spool.is_known("in-1", "a")
        assert make().oldest() is None
    assert (spool.status().depth, spool.status().troubles) == (0, 2)


# --- set apart -------------------------------------------------------------------------------------


def test_what_is_set_apart_is_kept_whole_with_the_reason(make):
    spool = make()
    entry = spool.tried(push(spool, b"nonsense"), 3)
    spool.set_apart(entry, Apart.GARBLED, "no XML")
    (path,) = make().quarantined()
    why = json.loads(path.with_name(f"{path.name}.why").read_text())
    assert path.read_bytes().endswith(b"\nnonsense")
    assert (why["why"], why["told"], why["tries"]) == ("garbled", "no XML", 3)
    assert (spool.status().depth, spool.status().quarantined, spool.status().size) == (0, 1, 0)
    assert spool.status().set_apart == {"garbled": 1}


def test_the_quarantine_keeps_the_newest(make, tmp_path):
    spool = make()
    for number in range(5):
        push(spool, b"%d" % number * 900)
        spool.set_apart(spool.oldest(), Apart.GARBLED, "why")
    assert [path.read_bytes()[-1:] for path in spool.quarantined()] == [b"3", b"4"]
    assert len(list((tmp_path / "quarantine").iterdir())) == 4


# --- what was handed on is remembered --------------------------------------------------------------


def test_what_was_handed_on_is_known_by_source_and_id_after_a_restart_too(make):
    spool = make()
    push(spool)
    spool.done(spool.oldest(), [("in-1", "a"), ("in-1", "")])
    for each in (spool, make()):
        assert each.is_known("in-1", "a")
        assert not each.is_known("in-2", "a")
        assert not each.is_known("in-1", "")


def test_the_window_is_bounded_in_number_and_in_time(tmp_path):
    path, long = tmp_path / "remembered", timedelta(hours=1)
    known = Remembered(path, 3, long)
    for number in range(50):
        known.add([("in-1", str(number))], NOON + timedelta(minutes=number))
    assert [str(number) for number in range(50) if ("in-1", str(number)) in known] == ["47", "48", "49"]
    assert len(path.read_text().splitlines()) <= 8
    known.add([("in-1", "later")], NOON + timedelta(hours=9))
    for each in (known, Remembered(path, 3, long)):
        assert len(each) == 1
        assert ("in-1", "later") in each


def test_a_torn_line_costs_itself_alone(tmp_path):
    path = tmp_path / "remembered"
    known = Remembered(path, 9, timedelta(days=1))
    known.add([("in-1", "a")], NOON)
    with path.open("ab") as file:
        file.write(b"\n[17723304")
    again = Remembered(path, 9, timedelta(days=1))
    again.add([("in-1", "b")], NOON)
    last = Remembered(path, 9, timedelta(days=1))
    assert ("in-1", "a") in last
    assert ("in-1", "b") in last
    assert len(last) == 2


def test_a_file_full_of_junk_is_no_memory_and_no_danger(tmp_path):
    path = tmp_path / "remembered"
    path.write_bytes(os.urandom(3000) + b'\n[]\n[1]\n{"a":1}\n["x","y","z"]\n[null,"a","b"]')
    assert len(Remembered(path, 9, timedelta(days=1))) == 0


# --- many at once, and killed ----------------------------------------------------------------------


def test_many_at_once_are_all_kept(make):
    spool = make(Limits(free=0))
    together = [
        threading.Thread(target=lambda each=each: [push(spool, b"%d-%d" % (each, n)) for n in range(10)])
        for each in range(8)
    ]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join(30)
    assert sorted(waiting(make(Limits(free=0)))) == sorted(
        b"%d-%d" % (each, n) for each in range(8) for n in range(10)
    )


def test_a_process_killed_at_any_line_breaks_no_promise(in_memory):
    """Every seventh line here; every single one in the slow part."""
    killed_at_lines(in_memory, 7)


@pytest.mark.slow
def test_a_process_killed_at_every_single_line_breaks_no_promise(in_memory):
    killed_at_lines(in_memory, 1)


def killed_at_lines(folder: Path, step: int) -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM, "lines", folder, str(step)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


def test_a_process_killed_at_any_moment_breaks_no_promise(tmp_path):
    kills = random.Random(4)  # noqa: S311
    promised: dict[str, str] = {}
    for _ in range(8):
        with subprocess.Popen([sys.executable, PROGRAM, "loop", tmp_path], stdout=subprocess.PIPE) as process:
            promised |= [json.loads(process.stdout.readline())]
            time.sleep(kills.uniform(0, 0.03))
            process.kill()
            # The last line may be torn: then it was promised to nobody.
            promised |= [json.loads(line) for line in process.stdout if line.endswith(b"\n")]
    spool = Spool(tmp_path, Limits(free=0))
    kept = {}
    while entry := spool.oldest():
        kept[entry.key] = hashlib.sha256(spool.load(entry).body).hexdigest()
        spool.done(entry)
    assert kept.items() >= promised.items()
    assert len(promised) >= 8
    assert files(tmp_path) == []
