"""QR codes before a camera: told once while they are held, and again after they were gone."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuakhauso.lane.contracts import Subject, Unreachable
from cuakhauso.lane.drivers.frame import Frame
from cuakhauso.lane.drivers.qrcam import MOST_TEXTS, Held, QrCamera, codes_in
from cuakhauso.lane.drivers.rtsp import Stream, Timing
from cuakhauso.lane.drivers.still import Still
from cuakhauso.lane.jpeg import is_jpeg
from cuakhauso.sim.devices import scene
from cuakhauso.sim.devices.rtsp import RtspServer
from cuakhauso.sim.devices.server import Mode
from cuakhauso.sim.devices.video import MjpegServer, StillServer

from .live import live, until

CODE, OTHER = "CK-2026-000042", "https://cuakhau.example/x/8f2Ậ"
CALM = Timing(stale_after_s=10, late_after_s=10, timeout_s=10)


def frame(content) -> Frame:
    return Frame(at=datetime.now(UTC), heard=0.0, number=1, content=content)


@pytest.mark.parametrize("text", [CODE, OTHER, "桂F12345", "x" * 200])
def test_a_code_is_read_from_a_jpeg_and_from_a_decoded_picture(text):
    assert codes_in(frame(scene.jpeg(128, text))) == [text]
    assert codes_in(frame(scene.picture(128, text))) == [text]


def test_a_large_picture_is_made_smaller_before_it_is_read():
    large = scene.picture(128, CODE).reformat(width=4 * scene.WIDTH, height=4 * scene.HEIGHT)
    assert codes_in(frame(large)) == [CODE]


@pytest.mark.parametrize("text", [" ", "\t"])
def test_a_code_without_text_is_no_identity(text):
    assert codes_in(frame(scene.picture(128, text))) == []


def test_no_code_is_read_where_there_is_none():
    assert codes_in(frame(scene.picture())) == []


def reading(camera, **wishes):
    return QrCamera(camera, source="qr-1", fps=50, **wishes)


async def first_reads(reader, number):
    found = []
    async for read in reader.reads():
        found.append(read)
        if len(found) == number:
            return found


@pytest.mark.parametrize("kind", [MjpegServer, RtspServer])
def test_codes_are_read_from_a_live_picture(kind):
    async def story():
        async with kind() as server:
            if isinstance(server, RtspServer):
                server.pictures = scene.units([scene.picture(90, CODE)] * 20, fps=server.fps)
            else:
                server.jpegs = [scene.jpeg(90, CODE)]
            reader = reading(Stream(server.url, timing=CALM))
            (read,) = await first_reads(reader, 1)
            assert (read.subject, read.text, read.source) == (Subject.QR, CODE, "qr-1")
            assert read.at.tzinfo is UTC
            assert [(image.kind, is_jpeg(image.content)) for image in read.images] == [("scene", True)]
            assert "read 1 codes" in await reader.check()
            await reader.close()

    live(story())


def test_codes_are_read_from_stills():
    async def story():
        async with StillServer() as server:
            server.jpeg = scene.jpeg(90, CODE)
            reader = reading(Still(server.url, every_s=0.01))
            assert [read.text for read in await first_reads(reader, 1)] == [CODE]
            await reader.close()

    live(story())


def test_a_lane_that_looks_again_is_told_a_code_that_is_still_held():
    async def story():
        async with StillServer() as server:
            server.jpeg = scene.jpeg(90, CODE)
            reader = reading(Still(server.url, every_s=0.01), gone_after_s=60)
            reads = reader.reads()
            assert (await anext(reads)).text == CODE
            waiting = asyncio.ensure_future(anext(reads))
            await until(lambda: reader.diagnostics()["looked"] > 3)
            assert not waiting.done()
            assert await reader.look() == ()
            assert (await waiting).text == CODE
            await reader.close()

    live(story())


def test_a_code_that_is_held_is_told_once_and_again_after_it_was_gone():
    async def story():
        async with MjpegServer(fps=50) as server:
            held, nothing = [scene.jpeg(90, CODE)], [scene.jpeg(90)]
            server.jpegs = held
            reader = reading(Stream(server.url, timing=CALM), gone_after_s=0.3)
            found = []

            async def listen():
                async for read in reader.reads():
                    found.append(read.text)

            listening = asyncio.create_task(listen())
            looked = lambda: reader.diagnostics()["looked"]  # noqa: E731
            await until(lambda: found and looked() > 12)
            assert found == [CODE]
            server.jpegs = nothing
            await asyncio.sleep(0.5)
            server.jpegs = [scene.jpeg(90, OTHER)]
            await until(lambda: len(found) == 2)
            server.jpegs = held
            await until(lambda: len(found) == 3)
            assert found == [CODE, OTHER, CODE]
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await reader.close()

    live(story())


def test_no_more_pictures_are_looked_at_than_allowed():
    async def story():
        async with MjpegServer(fps=100) as server:
            reader = QrCamera(Stream(server.url, timing=CALM), fps=10)
            server.jpegs = [scene.jpeg(90)]
            began = time.monotonic()
            listening = asyncio.create_task(first_reads(reader, 1))
            await until(lambda: reader.diagnostics()["looked"] >= 5)
            assert time.monotonic() - began >= 0.4
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await reader.close()

    live(story())


def test_pictures_that_cannot_be_decoded_are_counted_and_the_next_code_is_read():
    async def story():
        async with MjpegServer() as server:
            good = scene.jpeg(90, CODE)
            server.jpegs = [good[:20] + bytes(200) + good[-2:]] * 4 + [good]
            reader = reading(Stream(server.url, timing=CALM))
            assert [read.text for read in await first_reads(reader, 1)] == [CODE]
            await until(lambda: reader.diagnostics()["garbled"] or reader.diagnostics()["looked"])
            await reader.close()

    live(story())


def test_a_camera_that_is_away_is_told_to_whoever_listens():
    async def story():
        async with MjpegServer() as server:
            server.mode = Mode.SILENT
            reader = reading(Stream(server.url, timing=Timing(timeout_s=0.3)))
            with pytest.raises(Unreachable):
                await first_reads(reader, 1)
            await reader.close()

    live(story())


texts = st.lists(st.sampled_from("abcd"), max_size=6)


@given(st.lists(st.tuples(st.floats(0, 4), texts), max_size=40))
def test_each_code_is_told_when_it_comes_and_only_then(seen):
    """Against the plain definition: told, unless the same code was seen less than 5 s before."""
    held, now, history = Held(5.0), 100.0, []
    for wait, shown in seen:
        now += wait
        before = {text for at, earlier in history for text in earlier if now - at < 5.0}
        assert held.new(shown, now) == [text for text in dict.fromkeys(shown) if text not in before]
        history.append((now, shown))


def test_somebody_who_plays_fills_no_memory():
    held = Held(5.0)
    for second in range(50):
        held.new((f"{second}-{number}" for number in range(1000)), float(second))
    assert len(held._last) <= 6 * MOST_TEXTS
