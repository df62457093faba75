"""The live picture for whoever looks: one follower of the camera, fresh or nothing."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from cuakhauso.lane import showing
from cuakhauso.lane.contracts import Unreachable
from cuakhauso.lane.drivers.frame import WIDE, Frame, decoded, encoded, reformatted
from cuakhauso.lane.health import Health
from cuakhauso.lane.notices import Notices
from cuakhauso.lane.showing import Showing
from cuakhauso.lane.works import Fitted, work_of
from cuakhauso.sim.devices import scene

from .live import until
from .waiting import run


class Shot:
    def __init__(self, number, heard=None):
        self.heard, self.number = heard or time.monotonic(), number

    def slight(self) -> bytes:
        return str(self.number).encode()


class Camera:
    """Shows a picture every hundredth of a second, unless it is away."""

    manifest = None

    def __init__(self):
        self.followers = self.opened = 0
        self.is_away, self.age = False, 0.0

    async def frames(self):
        self.followers, self.opened = self.followers + 1, self.opened + 1
        try:
            number = 0
            while True:
                if self.is_away:
                    raise Unreachable("cut")
                number += 1
                yield Shot(number, time.monotonic() - self.age)
                await asyncio.sleep(0.01)
        finally:
            self.followers -= 1


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name, seconds in (("EVERY_S", 0.01), ("WITHIN_S", 0.2), ("REST_AFTER_S", 0.1), ("AGAIN_S", 0.02)):
        monkeypatch.setattr(showing, name, seconds)


@asynccontextmanager
async def shown(camera, faults=None):
    one = Showing(camera, well=lambda: None, faulty=(faults if faults is not None else []).append)
    yield one
    await one.close()


def test_many_who_look_share_one_follower_and_each_sees_what_is_newer():
    async def story():
        camera = Camera()
        async with shown(camera) as showing:
            first = await asyncio.gather(*(showing.after(0) for _ in range(5)))
            assert camera.opened == 1
            then = await asyncio.gather(*(showing.after(one.number) for one in first))
            assert all(b.number > a.number for a, b in zip(first, then, strict=True))
            assert all(one.age_s < 1 for one in then)

    run(story)


def test_nobody_looks_and_the_camera_is_let_be_until_somebody_does():
    async def story():
        camera = Camera()
        async with shown(camera) as showing:
            last = await showing.after(0)
            async with asyncio.timeout(5):
                while camera.followers:
                    await asyncio.sleep(0.02)
            again = await showing.after(last.number)
            again = await showing.after(again.number)
            assert again.number > last.number, "counts on, though the camera counts anew"
            assert camera.opened == 2

    run(story)


def test_a_camera_that_is_away_gives_nothing_and_its_fault_is_told_until_it_is_back(monkeypatch):
    monkeypatch.setattr(showing, "STALE_S", 0.05)
    monkeypatch.setattr(showing, "REST_AFTER_S", 60)

    async def story():
        camera, faults = Camera(), []
        async with shown(camera, faults) as view:
            seen = await view.after(0)
            camera.is_away = True
            await asyncio.sleep(0.1)
            assert await view.after(seen.number) is None, "an old picture is none"
            assert isinstance(faults[0], Unreachable)
            camera.is_away = False
            assert (await view.after(seen.number)).number > seen.number

    run(story)


def test_a_camera_that_goes_and_comes_back_is_written_down_once_each_time(monkeypatch):
    monkeypatch.setattr(showing, "REST_AFTER_S", 60)

    async def story():
        camera, written = Camera(), []
        notices = Notices(lambda _lane, note: written.append(note.body), lambda: datetime.now(UTC))
        work = work_of("L", Fitted(contacts=None, view=camera), notices)
        seen = await work.showing.after(0)
        camera.is_away = True
        await until(lambda: written)
        await asyncio.sleep(0.1)  # it is tried again and again meanwhile
        camera.is_away = False
        assert (await work.showing.after(seen.number)).number > seen.number
        assert [(one["device"], one["state"], one["why"]) for one in written] == [
            ("view", Health.FAULTY, "device_unreachable"),
            ("view", Health.WELL, ""),
        ]
        await work.showing.close()

    run(story)


def test_a_picture_that_is_old_when_it_comes_is_not_shown(monkeypatch):
    monkeypatch.setattr(showing, "STALE_S", 0.05)

    async def story():
        camera = Camera()
        camera.age = 1.0
        async with shown(camera) as view:
            assert await view.after(0) is None

    run(story)


def test_what_is_looked_at_is_small_and_what_a_camera_made_small_stays_as_it_is():
    wide = reformatted(scene.picture(90), width=1921, height=1083)
    slight = Frame(at=None, heard=0, number=1, content=wide).slight()
    picture = decoded(slight)
    assert (picture.width, picture.height) == (WIDE, 540)
    own = encoded(scene.picture(90))
    assert Frame(at=None, heard=0, number=1, content=own).slight() is own
