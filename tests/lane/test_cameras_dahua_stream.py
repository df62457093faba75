"""The event stream over a real line: digest, heartbeats, and everything that a line can do."""

import asyncio
import shutil
from contextlib import aclosing, asynccontextmanager

import pytest

from cuakhauso.lane.contracts import Read, Refused, Unauthorized, Unreachable
from cuakhauso.lane.drivers.dahua_stream import DahuaStream
from cuakhauso.sim.devices.asked_cameras import AskedDahua
from cuakhauso.sim.devices.dahua_server import PASSWORD, EventServer
from cuakhauso.sim.devices.digest import Guard
from cuakhauso.sim.devices.faults import Fault

from .cameras_seen import EYE, TAKEN, seen, until


@asynccontextmanager
async def listening(camera: EventServer, **told):
    """A driver that listens, and what it has heard."""
    options = {"password": PASSWORD, "silence": 5, "settle": 0.1, "first_pause": 0.02} | told
    driver, heard = DahuaStream(camera.address, EYE, user="gate", **options), []

    async def listen() -> None:
        async with aclosing(driver.reads()) as reads:
            async for read in reads:
                heard.append(read)

    task = asyncio.create_task(listen())
    try:
        yield driver, heard, task
    finally:
        task.cancel()
        await asyncio.wait([task])
        await driver.close()


async def connected(camera: EventServer, times: int = 1) -> None:
    await until(lambda: len(camera.asked) >= times)


def texts(heard: list[Read]) -> list[str]:
    return [read.text for read in heard]


def test_what_passes_is_told_with_its_pictures_without_waiting_for_the_next():
    async def run():
        async with EventServer(heartbeat=30) as camera, listening(camera, settle=0.5) as (driver, heard, _):
            await connected(camera)
            await camera.see(seen(pictures=True, lane=2))
            await until(lambda: heard)
            assert "snapManager" in camera.asked[0]
            assert "connected; 1 signs of life" in await driver.check()
        assert [(read.text, read.lane, len(read.images)) for read in heard] == [("29C-067.89", "2", 2)]
        assert heard[0].said_at == TAKEN

    asyncio.run(run())


def test_without_pictures_the_other_stream_is_asked():
    async def run():
        async with EventServer() as camera, listening(camera, pictures=False) as (_, heard, _):
            await connected(camera)
            await camera.see(seen())
            await camera.see(seen(""))
            await until(lambda: len(heard) == 2)
            assert "eventManager" in camera.asked[0]
        assert texts(heard) == ["29C-067.89", ""]

    asyncio.run(run())


def test_a_line_that_breaks_is_connected_again():
    async def run():
        async with EventServer() as camera, listening(camera) as (driver, heard, _):
            for number in range(3):
                await connected(camera, number + 1)
                await camera.see(seen(f"29C-{number}"))
                await until(lambda number=number: len(heard) == number + 1)
                await camera.drop()
            await connected(camera, 4)
            assert driver.diagnostics()["connected"] >= 3
        assert texts(heard) == ["29C-0", "29C-1", "29C-2"]

    asyncio.run(run())


def test_a_read_that_waits_for_pictures_when_the_line_breaks_is_told():
    async def run():
        async with EventServer(heartbeat=30) as camera, listening(camera, settle=60) as (driver, heard, _):
            await until(lambda: driver.diagnostics()["alive"])
            before = driver.diagnostics()["heard_at"]
            await camera.see(seen())
            await until(lambda: driver.diagnostics()["heard_at"] != before)
            assert heard == []
            await camera.drop()
            await until(lambda: heard)
        assert texts(heard) == ["29C-067.89"]

    asyncio.run(run())


def test_a_camera_that_falls_silent_is_unreachable_and_tried_again():
    async def run():
        async with EventServer() as camera, listening(camera, silence=0.3) as (driver, _, _):
            camera.fault = Fault.SILENT
            await connected(camera, 2)
            with pytest.raises(Unreachable, match="ReadTimeout"):
                await failing(driver)
            camera.fault = Fault.NONE
            await until(lambda: driver.diagnostics()["alive"])
            assert "connected" in await driver.check()

    async def failing(driver):
        for _ in range(2000):
            await driver.check()
            await asyncio.sleep(0.005)

    asyncio.run(run())


def test_a_camera_that_is_not_there_is_unreachable():
    async def run():
        async with EventServer() as camera:
            pass
        async with listening(camera) as (driver, _, task):
            await until(lambda: "ConnectError" in driver.diagnostics()["fault"])
            with pytest.raises(Unreachable):
                await driver.check()
            assert not task.done()

    asyncio.run(run())


def test_a_garbled_stream_is_counted_and_what_is_good_in_it_heard():
    async def run():
        async with EventServer() as camera, listening(camera) as (driver, heard, _):
            camera.fault = Fault.GARBLED
            await connected(camera)
            await camera.see(seen("29C-1"))
            await camera.see(seen("29C-2"))
            await until(lambda: len(heard) == 2)
            told = driver.diagnostics()
            assert told["garbled"] > 0
            assert told["last_garbled"]
            assert told["connected"] == 1
        assert texts(heard) == ["29C-1", "29C-2"]

    asyncio.run(run())


def test_a_slow_line_changes_nothing():
    async def run():
        async with EventServer() as camera, listening(camera, settle=60) as (_, heard, _):
            camera.fault = Fault.SLOW
            await connected(camera)
            await camera.see(seen(pictures=True))
            await until(lambda: heard)
        assert [(read.text, len(read.images)) for read in heard] == [("29C-067.89", 2)]

    asyncio.run(run())


def test_a_node_that_listens_again_and_again_sends_a_wrong_password_twice():
    async def run():
        async with EventServer() as camera, listening(camera, password="wrong") as (driver, _, task):
            await asyncio.wait([task], timeout=10)
            for ask in [lambda: anext(driver.reads()), driver.look] * 3:
                with pytest.raises(Unauthorized):
                    await ask()
            assert camera.refused == 2

    asyncio.run(run())


def test_it_is_told_to_look_and_answers_nothing_as_it_tells_in_the_stream():
    async def run():
        async with AskedDahua(guard=Guard("gate", PASSWORD)) as camera:
            driver = DahuaStream(camera.address, EYE, user="gate", password=PASSWORD)
            assert await driver.look() == ()
            assert camera.looks == 1
            await driver.close()

    asyncio.run(run())


def test_a_wrong_password_is_tried_once_and_not_again():
    async def run():
        async with EventServer() as camera, listening(camera, password="wrong") as (driver, _, task):
            with pytest.raises(Refused, match="401"):
                await asyncio.wait_for(task, 10)
            assert camera.refused == 1
            with pytest.raises(Refused):
                await driver.check()

    asyncio.run(run())


def test_what_is_shown_holds_no_password():
    driver = DahuaStream("http://127.0.0.1:9", EYE, user="gate", password=PASSWORD)
    assert PASSWORD not in str(driver.diagnostics())
    asyncio.run(driver.close())


def test_curl_hears_the_stream_of_the_camera_that_is_not_there():
    if not (curl := shutil.which("curl")):
        pytest.skip("curl is not installed")

    async def run():
        async with EventServer() as camera:
            address = f"{camera.address}/cgi-bin/eventManager.cgi?action=attach"
            command = (curl, "-sN", "-m", "20", "--noproxy", "*", "--digest", "-u", f"gate:{PASSWORD}")
            process = await asyncio.create_subprocess_exec(*command, address, stdout=asyncio.subprocess.PIPE)
            await connected(camera)
            await camera.see(seen())
            told = await asyncio.wait_for(process.stdout.readuntil(b"29C-067.89"), 20)
            assert told.startswith(b"--myboundary\r\nContent-Type: text/plain\r\n")
            await camera.drop()
            await process.wait()

    asyncio.run(run())
