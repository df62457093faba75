import asyncio
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Reader, Subject, Unreachable
from cuakhauso.lane.drivers.scanner import Lines, LineScanner, Once
from cuakhauso.sim.devices.line_scanner import SerialScanner, TcpScanner
from tests.lane.waiting import free_port, run, until

STREAM = (
    b"CK1.A7F3\r\n"  # CR and LF: one end, not two
    b"\x02CK1.B2\x03\r"  # STX and ETX around it
    b"\n\r\r"  # somebody pressed Enter
    b"  Xe 29C-123.45 \xe8\xbd\xa6\n"
    b"\xff\xfe\r"  # no text
    b"\x1b[2JCK1.C9\n"  # a terminal's command: its control character goes, its letters show
)
LINES = ["CK1.A7F3", "CK1.B2", "Xe 29C-123.45 车", "[2JCK1.C9"]


def test_lines_come_out_whatever_ends_them_without_control_characters():
    lines = Lines()
    assert list(lines.feed(STREAM)) == LINES
    assert lines.dropped == 1


@given(st.lists(st.integers(0, len(STREAM))))
@settings(deadline=None)
def test_it_does_not_matter_how_the_bytes_arrive(cuts):
    lines, edges = Lines(), [0, *sorted(cuts), len(STREAM)]
    assert [line for a, b in pairwise(edges) for line in lines.feed(STREAM[a:b])] == LINES


@given(st.lists(st.binary()))
@settings(deadline=None)
def test_no_bytes_can_crash_it_and_the_next_line_is_whole(junk):
    lines = Lines()
    for data in junk:
        for line in lines.feed(data):
            assert line.strip() == line != ""
    list(lines.feed(b"\r"))
    assert list(lines.feed(b"CK1.A7F3\r")) == ["CK1.A7F3"]


def test_what_is_too_long_is_dropped_whole_and_takes_no_room():
    lines = Lines(longest=8)
    assert list(lines.feed(b"123456789\r12345678\r")) == ["12345678"]
    for _ in range(1000):
        assert list(lines.feed(b"x" * 100)) == []
    assert lines.is_waiting
    assert len(lines._pending) == 0
    assert list(lines.feed(b"y\rCK1\r")) == ["CK1"]
    assert lines.dropped == 2


def test_a_line_without_an_end_is_ended_by_silence():
    lines = Lines()
    assert list(lines.feed(b"CK1.A7F3")) == []
    assert lines.is_waiting
    assert list(lines.end()) == ["CK1.A7F3"]
    assert list(lines.end()) == []


def test_a_code_that_is_held_there_counts_once_until_it_was_away():
    once = Once(away_s=1)
    seen = [("A", 0), ("A", 0.9), ("A", 1.8), ("B", 1.9), ("A", 2.0), ("A", 3.1)]
    assert [once.is_new(text, now) for text, now in seen] == [True, False, False, True, True, True]


@asynccontextmanager
async def listening(address, **more):
    """The scanner's reads, in a list that grows."""
    scanner: Reader = LineScanner(address, **more)
    reads = []

    async def listen():
        async for read in scanner.reads():
            reads.append(read)

    task = asyncio.create_task(listen())
    try:
        yield scanner, reads, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await scanner.close()


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b""])
def test_what_is_held_before_a_scanner_on_the_network_is_read(end):
    async def test():
        async with (
            TcpScanner(end) as scanner,
            listening(f"tcp://127.0.0.1:{scanner.port}", source="qr-1", quiet_s=0.05, away_s=60) as heard,
        ):
            driver, reads, _ = heard
            await until(lambda: scanner.is_heard)
            scanner.scan("CK1.A7F3")
            await until(lambda: bool(reads))
            scanner.scan("CK1.A7F3")
            await until(lambda: driver.diagnostics()["repeats"] == 1)
            scanner.scan("CK1.B2")
            await until(lambda: len(reads) == 2)
            assert [read.text for read in reads] == ["CK1.A7F3", "CK1.B2"]
            assert (reads[0].subject, reads[0].source) == (Subject.QR, "qr-1")
            assert reads[0].at.tzinfo is not None

    run(test)


def test_what_is_held_before_a_scanner_on_a_serial_line_is_read():
    async def test():
        with SerialScanner() as scanner:
            async with listening(f"serial://{scanner.path}?baud=115200") as (driver, reads, _):
                await until(lambda: driver.diagnostics()["wire"]["open"])
                scanner.scan("CK1.A7F3")
                await until(lambda: bool(reads))
                assert reads[0].text == "CK1.A7F3"

    run(test)


def test_a_lane_that_looks_again_triggers_it_and_hears_the_same_code_anew():
    async def test():
        async with (
            TcpScanner() as scanner,
            listening(f"tcp://127.0.0.1:{scanner.port}", trigger="\x16T\r", away_s=60) as (driver, reads, _),
        ):
            await until(lambda: scanner.is_heard)
            scanner.scan("CK1.A7F3")
            await until(lambda: len(reads) == 1)
            assert await driver.look() == ()
            await until(lambda: scanner.heard == b"\x16T\r")
            scanner.scan("CK1.A7F3")
            await until(lambda: len(reads) == 2)

    run(test)


def test_triggered_and_nothing_read_is_no_identity():
    async def test():
        async with (
            TcpScanner() as scanner,
            listening(f"tcp://127.0.0.1:{scanner.port}", no_read="NOREAD") as (_, reads, _task),
        ):
            await until(lambda: scanner.is_heard)
            scanner.scan("NOREAD")
            await until(lambda: bool(reads))
            assert reads[0].is_unread

    run(test)


def test_a_scanner_that_is_gone_is_unreachable_and_heard_again_when_it_is_back():
    async def test():
        async with TcpScanner() as scanner:
            port = scanner.port
            async with listening(f"tcp://127.0.0.1:{port}") as (driver, _reads, task):
                await until(lambda: scanner.is_heard)
                await scanner.stop()
                with pytest.raises(Unreachable):
                    await task
                await scanner.start(port)
                listener = asyncio.create_task(anext(driver.reads()))
                await until(lambda: scanner.is_heard)
                scanner.scan("CK1.A7F3")
                assert (await listener).text == "CK1.A7F3"
                assert driver.diagnostics()["read"] == 1

    run(test)


def test_a_line_that_was_cut_off_is_not_joined_to_the_next_one():
    async def test():
        async with TcpScanner() as scanner:
            port = scanner.port
            async with listening(f"tcp://127.0.0.1:{port}", quiet_s=60) as (driver, _reads, task):
                await until(lambda: scanner.is_heard)
                scanner.send(b"CK1.A7")
                await until(lambda: driver.diagnostics()["wire"]["bytes_read"] == 6)
                await scanner.stop()
                with pytest.raises(Unreachable):
                    await task
                await scanner.start(port)
                listener = asyncio.create_task(anext(driver.reads()))
                await until(lambda: scanner.is_heard)
                scanner.scan("CK1.B2")
                assert (await listener).text == "CK1.B2"

    run(test)


def test_a_check_says_one_line_or_that_nobody_is_there():
    async def test():
        async with TcpScanner() as scanner:
            driver = LineScanner(f"tcp://127.0.0.1:{scanner.port}")
            assert (await driver.check()).endswith("connected, 0 read so far")
            await driver.close()
        with pytest.raises(Unreachable):
            await LineScanner(f"tcp://127.0.0.1:{free_port()}").check()

    run(test)
