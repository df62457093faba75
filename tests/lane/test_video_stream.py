"""Live pictures, against simulators that speak RTSP with H.264 and MJPEG over HTTP, and against a film."""

import asyncio
import gc
import threading
import traceback
from contextlib import asynccontextmanager

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import DeviceFault, Refused, Unreachable
from cuakhauso.lane.drivers.footage import Address, Lateness, Pace
from cuakhauso.lane.drivers.frame import decoded
from cuakhauso.lane.drivers.rtsp import Stream, Timing
from cuakhauso.lane.jpeg import is_jpeg
from cuakhauso.sim.devices import scene
from cuakhauso.sim.devices.digest import Guard
from cuakhauso.sim.devices.rtsp import RtspServer
from cuakhauso.sim.devices.server import Mode
from cuakhauso.sim.devices.video import MjpegServer

from .live import answer_of, fault_of, live, until

SECRET = "p@ss:w/ö%1"
QUICK = Timing(
    stale_after_s=0.5, late_after_s=0.4, timeout_s=1.0, patience_s=0.6, retry_s=0.05, retry_most_s=0.2
)  # for cameras that fail; under load a good one may be stale by this, which is then not the end
CALM = Timing(stale_after_s=10, late_after_s=10, timeout_s=10)
SERVERS = [RtspServer, MjpegServer]


@asynccontextmanager
async def watching(server, timing=CALM, **who):
    async with server:
        stream = Stream(server.url, timing=timing, **who)
        try:
            yield stream
        finally:
            server.mode = Mode.GOOD
            await stream.close()


def each(story):
    """Each kind of camera, at the same time: most of what they do is wait."""

    async def all_at_once():
        await asyncio.gather(*map(story, SERVERS))

    live(all_at_once())


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    shown = (scene.picture(50 + 10 * number) for number in range(6))
    return scene.film(tmp_path_factory.mktemp("film") / "lane.mp4", shown, fps=20)


async def shows(stream):
    assert is_jpeg(content := await stream.snapshot())
    assert decoded(content).width == scene.WIDTH
    assert stream.address.url in await stream.check()
    numbers = []
    async for frame in stream.frames():
        numbers.append(frame.number)
        if len(numbers) == 8:
            break
    assert numbers == sorted(set(numbers))
    assert stream.diagnostics()["frames"] >= 8


def test_a_camera_shows_its_picture_and_goes_on_showing():
    async def story(kind):
        async with watching(kind()) as stream:
            await shows(stream)

    each(story)


def test_a_film_stands_in_for_a_camera_and_begins_again_at_its_end(film):
    async def story():
        stream = Stream(film.as_uri(), timing=CALM)
        await shows(stream)
        await until(lambda: stream.diagnostics()["connections"] > 1)
        await stream.close()

    live(story())


def test_a_film_is_played_as_fast_as_it_was_taken_wherever_it_begins():
    pace = Pace()
    assert pace.ahead(3600.0) == 0
    assert 0.9 < pace.ahead(3601.0) <= 1


def test_the_camera_s_own_jpeg_is_given_byte_for_byte():
    async def story():
        async with watching(server := MjpegServer()) as stream:
            assert await stream.snapshot() in server.jpegs

    live(story())


def test_a_slow_reader_misses_pictures_and_none_pile_up():
    async def story():
        async with watching(MjpegServer(fps=50)) as stream:
            frames = stream.frames()
            first = await anext(frames)
            await until(lambda: stream.diagnostics()["frames"] > first.number + 20)
            second = await anext(frames)
            assert second.number > first.number + 20
            assert len([o for o in gc.get_objects() if isinstance(o, type(first))]) <= 4

    live(story())


def test_two_readers_and_a_snapshot_have_the_same_picture_at_once():
    async def story():
        async with watching(RtspServer()) as stream:
            one, two = stream.frames(), stream.frames()
            found = await asyncio.gather(anext(one), anext(two), stream.snapshot())
            assert abs(found[0].heard - found[1].heard) < 5
            assert is_jpeg(found[2])
            await asyncio.gather(one.aclose(), two.aclose())

    live(story())


def test_a_password_may_hold_anything_and_is_told_to_nobody():
    async def story(kind):
        server = kind(guard=Guard("lane", SECRET))
        async with watching(server, QUICK, user="lane", password=SECRET) as stream:
            await answer_of(stream.snapshot, despite=Unreachable)
            assert server.guard.wrong == 0
            await server.stop()
            fault = await fault_of(stream.snapshot, Unreachable)
            told = f"{stream.diagnostics()} {''.join(traceback.format_exception(fault))}"
            assert fault.__cause__.__context__ is None
            assert "p@ss" not in told
            assert "p%40ss" not in told
            await server.start()

    each(story)


def test_a_wrong_password_is_tried_twice_and_never_again():
    async def story(kind):
        server = kind(guard=Guard("lane", SECRET))
        async with watching(server, QUICK, user="lane", password="other") as stream:
            await until(lambda: server.guard.wrong == 2 or stream._start())
            for _ in range(3):
                with pytest.raises(Refused):
                    await stream.snapshot()
                await asyncio.sleep(0.1)
            assert server.guard.wrong == 2

    each(story)


def test_a_camera_that_falls_silent_is_unreachable_and_its_old_picture_is_not_given():
    async def story(kind):
        async with watching(server := kind(), QUICK) as stream:
            await answer_of(stream.snapshot, despite=Unreachable)
            server.mode = Mode.SILENT
            assert (await fault_of(stream.snapshot, DeviceFault)).code == "device_unreachable"
            server.mode = Mode.GOOD
            await answer_of(stream.snapshot, despite=DeviceFault)

    each(story)


def test_a_camera_that_was_off_is_found_again():
    async def story(kind):
        async with watching(server := kind(), QUICK) as stream:
            await answer_of(stream.snapshot, despite=Unreachable)
            await server.stop()
            assert await fault_of(stream.snapshot, Unreachable)
            await server.start()
            await answer_of(stream.snapshot, despite=Unreachable)
            assert stream.diagnostics()["connections"] >= 2
            assert stream.diagnostics()["fault"] == ""

    each(story)


def test_what_is_no_picture_is_counted_and_good_ones_after_it_are_found():
    async def story(kind):
        async with watching(server := kind(), QUICK) as stream:
            await answer_of(stream.snapshot, despite=Unreachable)
            server.mode = Mode.GARBLED
            await until(lambda: stream.diagnostics()["garbled"] > 3)
            await fault_of(stream.snapshot, Unreachable)
            server.mode = Mode.GOOD
            await answer_of(stream.snapshot, despite=DeviceFault)

    each(story)


def test_a_camera_that_will_not_is_refused_and_asked_ever_more_seldom():
    async def story(kind):
        server = kind()
        server.mode = Mode.REFUSED
        async with watching(server, QUICK) as stream:
            fault = await fault_of(stream.snapshot, DeviceFault)
            assert fault.code == "device_refused"
            before = len(server.requests)
            await asyncio.sleep(0.5)
            assert len(server.requests) - before <= 8  # RTSP asks twice each time
            server.mode = Mode.GOOD
            await answer_of(stream.snapshot, despite=DeviceFault)

    each(story)


def test_a_reader_hears_that_nothing_comes_any_more():
    async def story():
        async with watching(server := MjpegServer(), Timing(stale_after_s=0.3, timeout_s=0.5)) as stream:
            frames = stream.frames()
            await anext(frames)
            server.mode = Mode.SILENT
            with pytest.raises(Unreachable):
                async for _ in frames:
                    pass

    live(story())


def test_pictures_that_come_too_late_are_dropped_and_counted_and_the_camera_is_asked_anew():
    async def story():
        async with watching(server := RtspServer(), QUICK) as stream:
            await answer_of(stream.snapshot, despite=Unreachable)
            server.lag_s = 5
            await until(lambda: stream.diagnostics()["late"] > 5)
            fault = await fault_of(stream.snapshot, Unreachable)
            assert "no picture" in str(fault)
            await until(lambda: stream.diagnostics()["connections"] >= 2)
            await answer_of(stream.snapshot, despite=Unreachable)

    live(story())


def test_closing_ends_the_thread_whatever_the_camera_does():
    async def story(kind, mode):
        server = kind()
        server.mode = mode
        async with server:
            stream = Stream(server.url, timing=Timing(timeout_s=0.5, retry_s=60))
            asking = asyncio.create_task(stream.snapshot())
            await asyncio.sleep(0.1)
            await stream.close()
            await asyncio.gather(asking, return_exceptions=True)
            assert not [t for t in threading.enumerate() if server.url in t.name]
            with pytest.raises(Unreachable, match="closed"):
                await stream.snapshot()

    async def all_at_once():
        modes = (Mode.GOOD, Mode.SILENT, Mode.GARBLED, Mode.REFUSED)
        await asyncio.gather(*(story(kind, mode) for kind in SERVERS for mode in modes))

    live(all_at_once())


def test_a_file_that_is_not_there_is_refused(tmp_path):
    async def story():
        stream = Stream((tmp_path / "none.mp4").as_uri(), timing=QUICK)
        with pytest.raises(Refused):
            await stream.snapshot()
        await stream.close()

    live(story())


def test_an_answer_that_is_a_playlist_opens_nothing_else(film):
    """A camera in foreign hands could otherwise have the node read files of its own."""

    async def story():
        server = MjpegServer()
        server.jpegs = [f"#EXTM3U\n#EXTINF:1,\n{film.as_uri()}\n".encode()]
        async with watching(server, Timing(timeout_s=0.4)) as stream:
            with pytest.raises(DeviceFault):
                await stream.snapshot()

    live(story())


@pytest.mark.parametrize("url", ["rtsp://lane:secret@127.0.0.1/", "udp://127.0.0.1:5000", "lane.mp4", ""])
def test_an_address_is_of_a_known_kind_and_holds_no_password(url):
    with pytest.raises(ValueError, match=r"cannot play|stand beside"):
        Address(url)


ppm = st.integers(-500, 500).map(lambda parts: 1 + parts / 1_000_000)


@given(rate=ppm, jitter=st.lists(st.floats(0, 0.2), min_size=50, max_size=200), each_s=st.floats(0.04, 600))
def test_clocks_that_drift_apart_make_no_picture_late(rate, jitter, each_s):
    lateness, camera = Lateness(), 1000.0
    for number, wait in enumerate(jitter):
        assert lateness.of(camera + number * each_s, number * each_s * rate + wait) <= 0.2 + 1e-6


@given(st.floats(1.01, 2), st.integers(200, 400))
def test_falling_behind_is_noticed_however_slowly(slower, pictures):
    lateness = Lateness()
    late = [lateness.of(number / 10, number / 10 * slower) for number in range(pictures)]
    assert late == sorted(late)
    assert late[-1] > 0.1


def test_h264_is_read_as_it_was_sent():
    """The simulator's own packets, put together by libav."""

    async def story():
        async with watching(RtspServer()) as stream:
            shades = set()
            async for frame in stream.frames():
                shades.add(scene.shade_of(frame.decoded()))
                if shades >= {60, 100}:
                    break
            assert shades == {60, 100}
            assert isinstance(frame.content, av.VideoFrame)

    live(story())
