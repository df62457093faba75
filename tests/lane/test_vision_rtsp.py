"""A lane that reads a real RTSP stream with the real networks: GStreamer's server, drawn vehicles."""

import random

import pytest

from cuakhauso.lane.vision.cards import WEIGHTS
from cuakhauso.lane.words import Phase
from cuakhauso.sim.devices import vehicles_drawn as drawn
from cuakhauso.sim.devices.vehicles_drawn import Painted

from .builders import answer
from .fitted import PLATE, play
from .live import until
from .test_video_gstreamer import camera, has_gstreamer
from .waiting import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (WEIGHTS / "locate.onnx").exists(), reason="no weights in this package"),
]


@pytest.fixture(autouse=True)
def gstreamer():
    if not has_gstreamer():
        pytest.skip("GStreamer's RTSP server is not installed for the system's Python")


SECOND = "12C-200.06"
LIVE = """
[[lane.camera]]
name = "eye"
driver = "live"
address = "rtsp://127.0.0.1:{port}/live"
recognise = true
fps = 4
"""


def filmed(folder, plate):
    folder.mkdir()
    chance, scene = random.Random(1), drawn.front(Painted(plate))  # noqa: S311
    for n in range(8):
        (folder / f"{n}.jpg").write_bytes(drawn.jpeg(drawn.photographed(scene, chance)))
    return f"{folder}/%d.jpg"


def test_trucks_pass_on_what_is_read_in_the_stream_also_after_it_was_gone(tmp_path):
    port = free_port()
    first, second = filmed(tmp_path / "first", PLATE), filmed(tmp_path / "second", SECOND)

    async def story(lane):
        lane.expects(answer(), answer(SECOND, n=6))
        await until(lambda: lane.running.recognising.vision.workers.alive == 1)
        with camera("h264", PICTURES=first, PORT=str(port)):
            truck = await lane.traffic.arrive()
            await lane.until(Phase.OPENING, Phase.OPEN)
            assert [read.source for read in lane.node.engine.lanes["L"].reads] == ["L/eye+vision"]
            await lane.goes_through(truck)
        truck = await lane.traffic.arrive()
        await until(lambda: lane.state_of("L/eye")[0] == "down")
        await lane.until(Phase.ATTEND)
        assert lane.presses == 1, "nothing is read while there is no picture"
        with camera("h264", PICTURES=second, PORT=str(port)):
            await lane.until(Phase.OPENING, Phase.OPEN)
            assert lane.state_of("L/eye")[0] == "ok"
            await lane.goes_through(truck)

    play(story, tmp_path / "data", file=lambda text: text + LIVE.format(port=port), identify=2)
