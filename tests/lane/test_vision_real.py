"""The real weights in a real process: what a lane gets of them, and how much memory that takes."""

import asyncio
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from cuakhauso.lane.vision.cards import WEIGHTS
from cuakhauso.lane.vision.workers import Limits, Workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (WEIGHTS / "locate.onnx").exists(), reason="no weights in this package"),
]
MEMORY_MB = 400


def black(wide, high):
    made = BytesIO()
    Image.new("RGB", (wide, high)).save(made, "JPEG")
    return made.getvalue()


def test_the_real_eyes_begin_look_at_large_pictures_and_stay_within_a_small_box():
    async def story():
        workers = Workers(1, Limits(memory_mb=10_000))
        working = asyncio.create_task(workers.run())
        answers = [await workers.look(black(*size), lasts_s=60) for size in [(1920, 1080), (3840, 2160)] * 4]
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        assert [answer.seen for answer in answers] == [()] * 8, "nothing stands there, and nothing is read"
        assert max(answer.memory_mb for answer in answers) < MEMORY_MB
        assert workers.counts["started"] == 1

    asyncio.run(story())
