"""A line to a device: its address, its silence, its failures and how soon it is back."""

import asyncio
import os
import socket
import tty
from contextlib import asynccontextmanager

import pytest

from cuakhauso.lane.contracts import Unreachable
from cuakhauso.lane.drivers.wire import Serial, Tcp, Wire, parsed


@asynccontextmanager
async def answering(handle):
    """A device on a free port; `handle(reader, writer)` is what it does on each connection."""
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(20):
            yield f"tcp://127.0.0.1:{port}"
    finally:
        server.close()


async def echo(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


async def hang_up(reader, writer):
    writer.close()


async def nothing(reader, writer):
    await reader.read()
    writer.close()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("tcp://127.0.0.1:4001", Tcp("127.0.0.1", 4001)),
        ("tcp://[::1]:4001", Tcp("::1", 4001)),
        ("serial:///dev/ttyS0", Serial("/dev/ttyS0", 9600, 8, "N", 1)),
        (
            "serial:///dev/ttyS0?baud=4800&bytes=7&parity=even&stop=2",
            Serial("/dev/ttyS0", 4800, 7, "E", 2),
        ),
    ],
)
def test_an_address_names_a_line(address, target):
    assert parsed(address) == target


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:4001",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:99999",
        "tcp://127.0.0.1:4001?baud=9600",
        "serial://ttyS0",
        "serial:///dev/ttyS0?bauds=9600",
        "serial:///dev/ttyS0?baud=fast",
        "serial:///dev/ttyS0?bytes=9",
        "serial:///dev/ttyS0?parity=",
        "http://127.0.0.1:80",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_opened(address):
    with pytest.raises(ValueError):  # noqa: PT011
        Wire(address)


def test_what_is_written_and_what_comes_back():
    async def run():
        async with answering(echo) as address:
            wire = Wire(address)
            await wire.write(b"SI\r\n")
            assert await wire.read() == b"SI\r\n"
            told = wire.diagnostics()
            assert (told["bytes_read"], told["bytes_written"], told["opened"], told["failed"]) == (4, 4, 1, 0)
            await wire.close()
            assert wire.diagnostics()["open"] is False
            await wire.write(b"again")
            assert await wire.read() == b"again"
            await wire.close()

    asyncio.run(run())


def test_silence_is_unreachable_and_closes_the_line():
    async def run():
        async with answering(nothing) as address:
            wire = Wire(address, timeout_s=0.05)
            with pytest.raises(Unreachable, match=address) as raised:
                await wire.read()
            assert isinstance(raised.value.__cause__, TimeoutError)
            assert not wire.is_open

    asyncio.run(run())


def test_a_device_that_may_be_silent_is_waited_for():
    async def speaks_late(reader, writer):
        await asyncio.sleep(0.2)
        writer.write(b"late")
        await nothing(reader, writer)

    async def run():
        async with answering(speaks_late) as address:
            wire = Wire(address, timeout_s=None)
            assert await wire.read() == b"late"
            await wire.close()

    asyncio.run(run())


def test_nobody_there_is_unreachable_with_its_cause():
    async def run():
        wire = Wire(f"tcp://127.0.0.1:{free_port()}", first_wait_s=0)
        with pytest.raises(Unreachable) as raised:
            await wire.open()
        assert isinstance(raised.value.__cause__, ConnectionRefusedError)
        assert "ConnectionRefusedError" in wire.diagnostics()["last_fault"]

    asyncio.run(run())


def test_a_serial_port_that_is_not_there_is_unreachable():
    async def run():
        with pytest.raises(Unreachable, match="/dev/no-such-port"):
            await Wire("serial:///dev/no-such-port").write(b"SI\r\n")

    asyncio.run(run())


def test_it_waits_longer_after_each_failure_and_no_longer_than_told():
    async def run():
        naps, sleep = [], asyncio.sleep

        async def note(seconds):
            naps.append(round(max(seconds, 0), 1))
            await sleep(0)

        wire = Wire(f"tcp://127.0.0.1:{free_port()}", first_wait_s=10, longest_wait_s=60)
        asyncio.sleep = note
        try:
            for _ in range(5):
                with pytest.raises(Unreachable):
                    await wire.read()
        finally:
            asyncio.sleep = sleep
        assert naps == pytest.approx([0, 10, 20, 40, 60], abs=4)

    asyncio.run(run())


def test_a_line_that_opens_and_hangs_up_is_not_hammered():
    async def run():
        async with answering(hang_up) as address:
            wire = Wire(address, first_wait_s=0.01, longest_wait_s=0.04)
            for _ in range(3):
                with pytest.raises(Unreachable, match="closed the line"):
                    await wire.read()
            assert wire._wait_s == 0.04
            assert wire.diagnostics()["opened"] == 3

    asyncio.run(run())


def test_what_arrives_ends_the_longer_waits():
    async def run():
        async with answering(echo) as address:
            wire = Wire(address, first_wait_s=0.01)
            wire._wait_s = 5
            await wire.write(b"x")
            await wire.read()
            assert wire._wait_s == 0.01
            await wire.close()

    asyncio.run(run())


def test_two_who_ask_at_once_open_one_line():
    async def run():
        async with answering(echo) as address:
            wire = Wire(address)
            await asyncio.gather(wire.write(b"a"), wire.write(b"b"), wire.open())
            assert wire.diagnostics()["opened"] == 1
            await wire.close()

    asyncio.run(run())


def test_a_pty_is_a_serial_line_and_pulling_it_out_is_unreachable():
    async def run():
        master, slave = os.openpty()
        tty.setraw(slave)
        wire = Wire(f"serial://{os.ttyname(slave)}?baud=4800&stop=2", timeout_s=5)
        os.close(slave)
        await wire.open()
        await wire.write(b"SI\r\n")
        assert os.read(master, 10) == b"SI\r\n"
        os.write(master, b"S S 1 kg\r\n")
        assert await wire.read() == b"S S 1 kg\r\n"
        os.close(master)
        with pytest.raises(Unreachable):
            await wire.read()
        assert not wire.is_open

    asyncio.run(run())


def test_a_port_that_cannot_be_set_as_told_is_unreachable():
    async def run():
        read_end, write_end = os.pipe()  # no terminal: it has no speed
        wire = Wire(f"serial:///dev/fd/{write_end}")
        with pytest.raises(Unreachable):
            await wire.open()
        os.close(read_end)
        os.close(write_end)

    asyncio.run(run())


def test_one_serial_port_serves_one_line_only():
    async def run():
        master, slave = os.openpty()
        tty.setraw(slave)
        address = f"serial://{os.ttyname(slave)}"
        first, second = Wire(address), Wire(address)
        await first.open()
        with pytest.raises(Unreachable):
            await second.open()
        await first.close()
        os.close(master)
        os.close(slave)

    asyncio.run(run())
