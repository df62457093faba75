"""The same contract against an RTSP server that we did not write: GStreamer's, from Debian.

`apt install gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly`
"""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from cuakhauso.lane.contracts import Unauthorized, Unreachable
from cuakhauso.lane.drivers.frame import decoded
from cuakhauso.lane.drivers.rtsp import Stream, Timing

from .live import answer_of, fault_of, live

PYTHON = "/usr/bin/python3"
ASK = """
import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ("x264enc", "rtph264pay", "jpegenc", "rtpjpegpay")))
"""
CALM = Timing(stale_after_s=10, late_after_s=10, timeout_s=15, retry_s=0.1, retry_most_s=0.5)
SECRET = "s3cret:w/%1"


def has_gstreamer() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", ASK], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def gstreamer():
    if not has_gstreamer():
        pytest.skip("GStreamer's RTSP server is not installed for the system's Python")


@contextmanager
def camera(codec, *who, **environment):
    command = [PYTHON, str(Path(__file__).with_name("gst_camera.py")), codec, *who]
    environ = {**os.environ, **environment}
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)
    try:
        yield f"rtsp://127.0.0.1:{int(running.stdout.readline())}/live"
    finally:
        running.stdin.close()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(10)
        running.stdout.close()


@pytest.mark.parametrize("codec", ["h264", "jpeg"])
def test_its_picture_is_shown_and_goes_on(codec):
    async def story():
        with camera(codec) as url:
            stream = Stream(url, timing=CALM)
            picture = decoded(await answer_of(stream.snapshot, despite=Unreachable))
            assert (picture.width, picture.height) == (320, 240)
            frames = stream.frames()
            numbers = [(await anext(frames)).number for _ in range(30)]
            assert numbers == sorted(set(numbers))
            assert stream.diagnostics()["late"] == 0
            assert stream.diagnostics()["garbled"] == 0
            await stream.close()

    live(story())


def test_it_is_signed_in_to_by_digest_and_a_wrong_password_is_unauthorized():
    async def story():
        with camera("h264", "lane", SECRET) as url:
            stream = Stream(url, user="lane", password=SECRET, timing=CALM)
            assert "320×240" in await answer_of(stream.check, despite=Unreachable)
            await stream.close()
            stream = Stream(url, user="lane", password="other", timing=CALM)
            await fault_of(stream.snapshot, Unauthorized)
            await stream.close()

    live(story())


def test_a_camera_that_ends_is_unreachable():
    async def story():
        timing = Timing(stale_after_s=1, timeout_s=5, retry_s=0.1, retry_most_s=0.5)
        with camera("h264") as url:
            stream = Stream(url, timing=timing)
            await answer_of(stream.snapshot, despite=Unreachable)
        await fault_of(stream.snapshot, Unreachable)
        await stream.close()

    live(story())
