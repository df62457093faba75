"""Stills by HTTP behind digest sign-in, against a simulator that checks the sign-in by itself."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from cuakhauso.lane.contracts import DeviceFault, Garbled, Refused, Unauthorized, Unreachable
from cuakhauso.lane.drivers.still import Still
from cuakhauso.sim.devices.digest import Guard, response
from cuakhauso.sim.devices.server import Mode
from cuakhauso.sim.devices.video import StillServer

from .live import live

SECRET = "p@ss:w/ö%1"


@asynccontextmanager
async def photographing(server, timeout_s=10.0, **who):
    async with server:
        still = Still(server.url, timeout_s=timeout_s, every_s=0.01, **who)
        try:
            yield still
        finally:
            await still.close()


def test_the_simulator_signs_as_the_standard_says():
    """RFC 2617 §3.5: the one published example."""
    said = {
        "uri": "/dir/index.html",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "nc": "00000001",
        "cnonce": "0a4f113b",
        "qop": "auth",
    }
    signed = response(who="Mufasa:testrealm@host.com", password="Circle Of Life", method="GET", said=said)
    assert signed == "6629fae49393a05397450978507c4ef1"


def test_a_still_is_given_byte_for_byte():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server, user="lane", password=SECRET) as still:
            assert [await still.snapshot() for _ in range(3)] == [server.jpeg] * 3
            assert server.guard.wrong == 0
            assert f"{len(server.jpeg)} bytes" in await still.check()
            assert SECRET not in str(still.diagnostics())

    live(story())


def test_a_camera_without_sign_in_is_asked_without():
    async def story():
        async with photographing(server := StillServer()) as still:
            assert await still.snapshot() == server.jpeg

    live(story())


def test_a_wrong_password_is_sent_twice_and_never_again():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server, user="lane", password="other") as still:
            for _ in range(5):
                with pytest.raises(Refused, match="wrong name or password"):
                    await still.snapshot()
            assert server.guard.wrong == 2
            asked = len(server.requests)
            with pytest.raises(Refused):
                await still.check()
            assert len(server.requests) == asked

    live(story())


def test_many_who_ask_at_once_do_not_send_a_wrong_password_more_often():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server, user="lane", password="other") as still:
            faults = await asyncio.gather(*(still.snapshot() for _ in range(8)), return_exceptions=True)
            assert {type(fault) for fault in faults} == {Unauthorized}
            assert server.guard.wrong == 2

    live(story())


def test_a_password_that_was_changed_at_the_camera_is_not_sent_more_than_twice():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server, user="lane", password=SECRET) as still:
            await still.snapshot()
            server.guard.password = "new"
            for _ in range(4):
                with pytest.raises(Refused):
                    await still.snapshot()
            assert server.guard.wrong == 2

    live(story())


def test_an_account_that_does_not_exist_any_more_stops_it_too():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server) as still:
            for _ in range(5):
                with pytest.raises(Refused):
                    await still.snapshot()
            assert len(server.requests) == 2

    live(story())


def test_a_nonce_that_the_camera_renewed_is_no_wrong_password():
    async def story():
        server = StillServer(guard=Guard("lane", SECRET))
        async with photographing(server, user="lane", password=SECRET) as still:
            for _ in range(5):
                assert await still.snapshot() == server.jpeg
                server.guard.renew()
            assert still.diagnostics()["rejections"] == 0

    live(story())


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(Mode.SILENT, Unreachable), (Mode.GARBLED, Garbled), (Mode.REFUSED, Refused)],
)
def test_each_failure_has_its_kind_and_is_not_the_end(mode, kind):
    async def story():
        async with photographing(server := StillServer(), timeout_s=0.5) as still:
            server.mode = mode
            with pytest.raises(kind):
                await still.snapshot()
            assert kind.code in still.diagnostics()["fault"]
            server.mode = Mode.GOOD
            assert await still.snapshot() == server.jpeg
            assert still.diagnostics()["fault"] == ""

    live(story())


def test_a_camera_that_is_off_is_unreachable_until_it_is_back():
    async def story():
        async with photographing(server := StillServer()) as still:
            await still.snapshot()
            await server.stop()
            with pytest.raises(Unreachable) as told:
                await still.snapshot()
            assert told.value.__cause__
            await server.start()
            assert await still.snapshot() == server.jpeg

    live(story())


def test_a_picture_without_end_is_garbled(monkeypatch):
    async def story():
        monkeypatch.setattr("cuakhauso.lane.drivers.still.LARGEST", 1000)
        async with photographing(StillServer()) as still:
            with pytest.raises(Garbled, match="without end"):
                await still.snapshot()

    live(story())


def test_readers_get_one_still_after_the_other():
    async def story():
        async with photographing(server := StillServer()) as still:
            frames = still.frames()
            assert [(await anext(frames)).number for _ in range(3)] == [1, 2, 3]
            server.mode = Mode.REFUSED
            with pytest.raises(DeviceFault):
                await anext(frames)

    live(story())


def test_an_address_holds_no_password():
    with pytest.raises(ValueError, match="beside the address"):
        Still("http://lane:secret@127.0.0.1/picture")
