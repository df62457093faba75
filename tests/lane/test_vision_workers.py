"""The processes that look at pictures: what waits, what is too old, what becomes of one that hangs."""

import asyncio
import os
import signal
import subprocess
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest
from PIL import ExifTags, Image

from cuakhauso.lane.drivers.frame import Frame
from cuakhauso.lane.vision.wire import HEAD, MOST_PIXELS, Job, Room, length, packed
from cuakhauso.lane.vision.workers import Limits, Workers
from cuakhauso.sim.devices import scene

from . import vision_eyes as eyes
from .live import until

QUICK = Limits(
    most_waiting=4, hangs_after=3.0, starts_within=20, first_pause=0.05, longest_pause=0.4, memory_mb=150,
    behind=3, behind_s=2.0,
)  # fmt: skip
SOON = 20.0


def jpeg(shade):
    """With something in it: a picture of one colour is told as such and not looked at."""
    return scene.jpeg(shade, "a code")


def frame(shade):
    return Frame(at=None, heard=time.monotonic(), number=1, content=scene.picture(shade))


@asynccontextmanager
async def at_work(number=1, limits=QUICK, **more):
    told = []
    workers = Workers(number, limits, eyes.COMMAND, told=lambda *said: told.append(said), **more)
    task = asyncio.create_task(workers.run())
    try:
        yield workers, told
    finally:
        pids = [slot.pid for slot in workers.slots if slot.pid]
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert not any(map(lives, pids)), "no process of ours is left"


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def play(story, **more):
    async def told():
        async with asyncio.timeout(90), at_work(**more) as (workers, told):
            await story(workers, told)

    asyncio.run(told())


def texts(answer):
    return [seen.text for seen in answer.seen]


@pytest.mark.parametrize("picture", [jpeg, frame])
def test_a_plate_is_read_in_a_pushed_jpeg_and_in_a_frame_of_a_stream(picture):
    async def story(workers, told):
        answer = await workers.look(picture(eyes.PLATE), lasts_s=SOON)
        assert texts(answer) == [eyes.TEXT]
        assert (answer.width, answer.height) == (scene.WIDTH, scene.HEIGHT)
        [seen] = answer.seen
        assert seen.crop.startswith(b"\xff\xd8")
        assert texts(await workers.look(picture(eyes.NOBODY), lasts_s=SOON)) == []
        assert told == [("", 1)]
        assert workers.counts["looked"] == 2

    play(story)


def test_of_two_trucks_in_one_picture_only_the_one_in_the_region_counts():
    async def story(workers, told):
        left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
        assert texts(await workers.look(jpeg(eyes.BOTH), lasts_s=SOON)) == [eyes.TEXT, eyes.MISREAD]
        assert texts(await workers.look(jpeg(eyes.BOTH), lasts_s=SOON, region=left)) == [eyes.TEXT]

    play(story)


def drawn(mode="RGB", shade=eyes.PLATE, size=(640, 360), form="JPEG", **how):
    """A picture of a shade with a bright spot below on the left, as some camera sends it."""
    deep = 257 if mode == "I;16" else 1
    grounds = {"CMYK": (0, 0, 0, 255 - shade), "RGB": (shade,) * 3}
    picture = Image.new(mode, size, grounds.get(mode, shade * deep))
    bright = {"CMYK": (0, 0, 0, 0), "RGB": (235,) * 3}.get(mode, 235 * deep)
    picture.paste(bright, (0, 3 * size[1] // 4, size[0] // 2, size[1]))
    made = BytesIO()
    picture.save(made, form, **how)
    return made.getvalue()


def black():
    """A covered lens."""
    made = BytesIO()
    Image.new("RGB", (640, 360)).save(made, "JPEG")
    return made.getvalue()


def noisy():
    noise = Image.effect_noise((800, 600), 90)
    made = BytesIO()
    noise.save(made, "JPEG")
    return made.getvalue()


NO_PICTURES = [
    (b"no picture", "not_a_picture"), (b"\xff\xd8\xff cut off", "not_a_picture"),
    (b"\xff\xd8\xff" + b"\0" * 999, "not_a_picture"), (noisy()[:9000], "truncated"),
    (black(), "blank"), (drawn(size=(90, 6)), "picture_too_small"),
    (drawn(mode="L", size=(12_000, 9_000), progressive=True), "too_large"),
    (drawn(shade=eyes.STUMBLES), "unlooked"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "fault"), NO_PICTURES, ids=range(len(NO_PICTURES)))
def test_what_shows_nothing_is_told_by_a_code_and_ends_nothing(content, fault):
    async def story(workers, told):
        answer = await workers.look(content, lasts_s=SOON)
        assert (answer.fault, answer.seen) == (fault, ())
        assert workers.counts["no_picture"] == 1
        assert texts(await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)) == [eyes.TEXT]
        assert workers.counts["started"] == 1

    play(story)


LYING = Image.Exif()
LYING[ExifTags.Base.Orientation] = 6
UNUSUAL = [
    ("four colours of print", drawn("CMYK"), (640, 360)),
    ("grey", drawn("L"), (640, 360)),
    ("16 bits", drawn("I;16", form="PNG"), (640, 360)),
    ("lying, by its EXIF", drawn(exif=LYING), (360, 640)),
    ("a hundred million pixels", drawn("L", size=(12_000, 9_000)), (3_000, 2_250)),
]  # fmt: skip


@pytest.mark.parametrize(("_", "content", "size"), UNUSUAL, ids=[name for name, *_ in UNUSUAL])
def test_an_unusual_picture_is_read_upright_in_plain_colours_and_not_too_large(_, content, size):
    async def story(workers, told):
        answer = await workers.look(content, lasts_s=SOON)
        assert (texts(answer), answer.width, answer.height) == ([eyes.TEXT], *size)

    play(story, limits=replace(QUICK, hangs_after=30))


@pytest.mark.parametrize(
    ("shade", "why"),
    [(eyes.DIES, "vision_ended"), (eyes.HANGS, "vision_hangs"), (eyes.GROWS, "vision_memory")],
)
def test_a_process_that_dies_hangs_or_grows_is_started_anew_and_this_is_told(shade, why):
    async def story(workers, told):
        assert texts(await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)) == [eyes.TEXT]
        before = workers.slots[0].pid
        await workers.look(jpeg(shade), lasts_s=SOON)
        assert texts(await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)) == [eyes.TEXT]
        assert told == [("", 1), (why, 0), ("", 1)]
        assert workers.counts[why] == 1
        assert workers.slots[0].pid != before
        assert not lives(before)

    play(story)


def test_one_that_is_killed_while_it_has_nothing_to_do_is_noticed():
    async def story(workers, told):
        await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)
        os.kill(workers.slots[0].pid, signal.SIGKILL)
        await until(lambda: told[-1] == ("", 1) and len(told) == 3)
        assert told[1] == ("vision_ended", 0)

    play(story)


def test_pauses_grow_while_it_dies_again_and_again(tmp_path, monkeypatch):
    monkeypatch.setenv("EYES", "broken")

    async def story(workers, told):
        await until(lambda: workers.counts["vision_cannot_start"] >= 3)
        assert 3 * QUICK.first_pause < workers.slots[0].pause <= QUICK.longest_pause
        assert told == [("vision_cannot_start", 0)], "said once"

    play(story)


def test_without_weights_nobody_looks_and_whoever_asks_waits_no_longer_than_a_picture_lasts(monkeypatch):
    monkeypatch.setenv("EYES", "no_weights")

    async def story(workers, told):
        await until(lambda: told == [("vision_no_weights", 0)])
        began = time.monotonic()
        for _ in range(12):
            assert await workers.look(jpeg(eyes.PLATE), lasts_s=0.1) is None
        assert time.monotonic() - began < 12 * QUICK.hangs_after / 2
        assert workers.counts == {"late": 12, "vision_no_weights": workers.counts["vision_no_weights"]}

    play(story)


def test_one_that_never_begins_is_ended(monkeypatch):
    monkeypatch.setenv("EYES", "never")

    async def story(workers, told):
        await until(lambda: workers.counts["vision_cannot_start"] >= 1)

    play(story, limits=Limits(starts_within=1.0, first_pause=0.05))


def test_the_other_process_goes_on_while_one_hangs():
    async def story(workers, told):
        await until(lambda: workers.alive == 2)
        hanging = asyncio.create_task(workers.look(jpeg(eyes.HANGS), lasts_s=SOON))
        await asyncio.sleep(0.1)
        assert texts(await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)) == [eyes.TEXT]
        assert not hanging.done()
        assert await hanging is None
        await until(lambda: ("vision_hangs", 1) in told)

    play(story, number=2)


def test_what_waits_is_bounded_and_what_is_too_old_is_not_looked_at():
    async def story(workers, told):
        await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)
        slow = [asyncio.create_task(workers.look(jpeg(eyes.SLOW), lasts_s=0.5)) for _ in range(12)]
        answers = await asyncio.gather(*slow)
        read = sum(answer is not None for answer in answers)
        assert workers.counts["crowded"] >= 7
        assert workers.counts["late"] >= 1
        assert read + workers.counts["crowded"] + workers.counts["late"] == 12
        await until(lambda: ("vision_behind", 1) in told)
        await asyncio.sleep(QUICK.behind_s)
        await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)
        assert told[-1] == ("", 1), "and it is over once nothing is left out any more"

    play(story)


def test_where_too_many_wait_it_is_the_oldest_that_goes(monkeypatch):
    monkeypatch.setenv("EYES", "no_weights")

    async def story(workers, told):
        picture = jpeg(eyes.PLATE)
        many = range(QUICK.most_waiting + 1)
        oldest, *rest = [asyncio.create_task(workers.look(picture, lasts_s=SOON)) for _ in many]
        await until(lambda: workers.counts["crowded"])
        await until(oldest.done)
        assert not any(look.done() for look in rest)
        for look in rest:
            look.cancel()

    play(story)


@pytest.mark.parametrize("shade", [eyes.HANGS, eyes.PLATE])
def test_a_process_whose_node_is_gone_ends_by_itself(shade):
    room, within = Room(), 1.0
    size = room.write(jpeg(shade))
    told = [*eyes.COMMAND, str(room.handle), str(within)]
    with subprocess.Popen(told, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, pass_fds=(room.handle,)) as process:
        begun = process.stdout.read(HEAD.size)
        process.stdout.read(length(begun))
        process.stdin.write(packed(Job(id=1, form="jpeg", size=size)))
        process.stdin.close()
        process.stdout.close()
        process.wait(SOON)
    assert not lives(process.pid)
    room.close()


def test_the_loop_of_the_node_goes_round_while_pictures_are_looked_at():
    async def story(workers, told):
        longest = 0.0
        await workers.look(jpeg(eyes.PLATE), lasts_s=SOON)

        async def beats():
            nonlocal longest
            while True:
                began = time.monotonic()
                await asyncio.sleep(0.005)
                longest = max(longest, time.monotonic() - began)

        beating = asyncio.create_task(beats())
        for shade in (eyes.PLATE, eyes.HANGS, eyes.PLATE, eyes.DIES, eyes.PLATE):
            await workers.look(frame(shade), lasts_s=SOON)
        beating.cancel()
        assert longest < 0.5, "a machine under load, and no more"

    play(story)


def test_a_picture_larger_than_any_camera_has_is_refused_and_a_closed_memory_too():
    room = Room()
    assert room.write(b"abc") == 3
    assert bytes(room.read(3)) == b"abc"
    with pytest.raises(ValueError, match="bytes"):
        room.write(bytes(3 * MOST_PIXELS + 1))
    room.close()
    with pytest.raises(ValueError, match="bytes"):
        room.write(b"abc")
