"""Scanners that are a keyboard: keys in, codes out, through a pipe that carries the kernel's own events."""

import asyncio
import fcntl
import os
import re
import string
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.config import parse
from cuakhauso.lane.contracts import Subject, Unreachable
from cuakhauso.lane.drivers import hid
from cuakhauso.lane.drivers.hid import HidScanner, Typed
from cuakhauso.lane.fitting import fitted
from cuakhauso.sim.devices.keyboard_scanner import (
    DROPPED,
    KEY,
    REPORT,
    SYN,
    KeyboardScanner,
    event,
    press,
    typed,
)
from tests.lane.waiting import run, until

CODE = "CK1.a7F3-9_Zq~{x}"
PRINTED = string.ascii_letters + string.digits + string.punctuation
HEADER = Path("/usr/include/linux/input-event-codes.h")
NAMES = {
    "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", ";": "SEMICOLON", "'": "APOSTROPHE",
    "`": "GRAVE", "\\": "BACKSLASH", ",": "COMMA", ".": "DOT", "/": "SLASH", " ": "SPACE", "\t": "TAB",
}  # fmt: skip


def codes_of(*streams: bytes) -> list[str]:
    text = Typed()
    return [line for stream in streams for line in text.feed(stream)]


@given(st.text(PRINTED, min_size=1, max_size=40), st.lists(st.integers(0, 4000), max_size=12))
@settings(deadline=None)
def test_what_was_printed_is_read_however_the_events_arrive(code, cuts):
    stream = typed(f"{code}\r{CODE}\r")
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    assert codes_of(*(stream[a:b] for a, b in pairwise(edges))) == [code, CODE]


HELD = st.builds(event, st.just(KEY), st.sampled_from((29, 42, 56, 30, 28)), st.integers(0, 2))
EVENTS = HELD | st.builds(event, st.integers(0, 5), st.integers(0, 255), st.integers(0, 2))


@given(st.lists(EVENTS | st.binary(min_size=24, max_size=24)))
@settings(deadline=None)
def test_no_events_can_crash_it_and_after_a_silence_the_next_code_is_whole(junk):
    text = Typed()
    for events in junk:
        for line in text.feed(events):
            assert line.isprintable()
    list(text.end())
    assert list(text.feed(typed(f"{CODE}\r"))) == [CODE]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(event(KEY, 59, 1), id="F1"),
        pytest.param(event(KEY, 58, 1), id="CapsLock"),
        pytest.param(press("alt") + typed("1") + press("alt", False), id="Alt and a number"),
        pytest.param(event(SYN, DROPPED, 0) + press("a") + event(SYN, REPORT, 0), id="the kernel lost some"),
    ],
)
def test_a_key_that_is_no_letter_spoils_its_code_and_no_other(between):
    text = Typed()
    assert list(text.feed(typed("CK1.") + between + typed(f"A7\r{CODE}\r"))) == [CODE]
    assert text.dropped == 1


def test_the_end_of_shift_that_the_kernel_lost_does_not_make_the_next_code_shout():
    lost = press("shift") + event(SYN, DROPPED, 0) + event(SYN, REPORT, 0)
    assert codes_of(lost + typed("\rck1\r")) == ["ck1"]


def test_what_the_kernel_repeats_while_a_key_is_down_is_not_typed_again():
    held = press("c") + event(KEY, 46, 2) * 3 + press("c", False)
    assert codes_of(held + typed("k1\r")) == ["ck1"]


def test_control_characters_around_a_code_go_as_with_any_scanner():
    stx = press("ctrl") + typed("b") + press("ctrl", False)
    assert codes_of(stx + typed("CK1\t\r")) == ["CK1"]


def test_half_a_code_is_dropped_and_not_joined_to_the_next():
    text = Typed()
    assert list(text.feed(typed("CK1.A7"))) == []
    assert text.is_waiting
    assert list(text.end()) == []
    assert text.dropped == 1
    assert list(text.feed(typed("CK1.B2\r"))) == ["CK1.B2"]


@pytest.mark.skipif(not HEADER.exists(), reason="the kernel's header is not here")
def test_the_codes_are_those_of_the_kernel():
    said = dict(re.findall(r"#define\s+KEY_(\w+)\s+(\d+)", HEADER.read_text()))
    theirs = {name: int(number) for name, number in said.items()}
    assert {theirs[NAMES.get(letter, letter.upper())]: letter for letter in hid.PLAIN.values()} == hid.PLAIN
    assert {theirs["ENTER"], theirs["KPENTER"]} == hid.ENTERS
    assert {theirs["LEFTSHIFT"], theirs["RIGHTSHIFT"]} == hid.SHIFTS
    assert {theirs["LEFTCTRL"], theirs["RIGHTCTRL"]} == hid.CTRLS
    assert {theirs[name] for name in ("LEFTALT", "RIGHTALT", "LEFTMETA", "RIGHTMETA")} == hid.OTHERS


@asynccontextmanager
async def listening(scanner, **more):
    driver, reads = HidScanner(scanner.address, source="qr-1", exclusive=False, **more), []

    async def listen():
        async for read in driver.reads():
            reads.append(read)

    task = asyncio.create_task(listen())
    try:
        await until(lambda: driver.diagnostics()["wire"]["open"])
        yield driver, reads, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


def test_what_is_held_before_it_is_read_and_counts_once(tmp_path):
    async def test():
        with KeyboardScanner(tmp_path) as scanner:
            async with listening(scanner, away_s=60) as (driver, reads, _):
                scanner.scan(CODE)
                scanner.scan(CODE)
                scanner.scan("CK1.B2")
                await until(lambda: len(reads) == 2)
                assert [read.text for read in reads] == [CODE, "CK1.B2"]
                assert (reads[0].subject, reads[0].source) == (Subject.QR, "qr-1")
                assert driver.diagnostics()["repeats"] == 1

    run(test)


def test_a_code_without_enter_is_given_up_and_seen_in_the_diagnostics(tmp_path):
    async def test():
        with KeyboardScanner(tmp_path, end="") as scanner:
            async with listening(scanner, quiet_s=0.05) as (driver, reads, _):
                scanner.scan("CK1.A7")
                await until(lambda: driver.diagnostics()["dropped"] == 1)
                assert reads == []

    run(test)


def test_one_that_was_pulled_out_is_unreachable_and_heard_again_when_it_is_back(tmp_path):
    async def test():
        with KeyboardScanner(tmp_path) as scanner:
            async with listening(scanner) as (driver, _reads, task):
                scanner.send(typed("CK1.A7"))
                scanner.unplug()
                with pytest.raises(Unreachable):
                    await task
                with pytest.raises(Unreachable):
                    await driver.check()
                scanner.plug_in()
                listener = asyncio.create_task(anext(driver.reads()))
                await until(lambda: driver.diagnostics()["wire"]["open"])
                scanner.scan("CK1.B2")
                assert (await listener).text == "CK1.B2"

    run(test)


def test_it_is_taken_for_us_alone_or_not_at_all(tmp_path, monkeypatch):
    """A pipe cannot be taken: the request itself is seen, and what follows from a refusal."""
    asked = []

    def ioctl(fd, request, value):
        asked.append((os.readlink(f"/proc/self/fd/{fd}"), request, value))
        if len(asked) > 1:
            raise OSError(16, "Device or resource busy")

    async def test():
        with KeyboardScanner(tmp_path) as scanner:
            driver = HidScanner(scanner.address)
            assert "connected" in await driver.check()
            assert asked == [(str(scanner.path), 0x40044590, 1)]
            with pytest.raises(Unreachable, match="busy"):
                await driver.check()
            await driver.close()

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    run(test)


def test_a_file_names_it_by_its_driver():
    line = 'address = "tcp://192.0.2.13:4001"'
    keyboard = 'driver = "hid"\naddress = "hid:///dev/input/by-id/usb-event-kbd"'
    text = (Path(__file__).parents[2] / "deploy" / "lane.toml").read_text()
    lane = parse(text.replace(line, keyboard)).lane[0]
    assert isinstance(fitted(lane).readers["codes"], HidScanner)
    with pytest.raises(ValueError, match="no address of a keyboard"):
        HidScanner("tcp://127.0.0.1:4001")
