"""A lane whose cameras we read ourselves: a film in a file and pushed pictures, eyes that know shades."""

import asyncio
import base64
import json
import os
import signal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from PIL import Image

from cuakhauso.lane.commands import lane as lane_command
from cuakhauso.lane.contracts import Subject
from cuakhauso.lane.vision.workers import Limits
from cuakhauso.lane.words import Act, Phase, Told
from cuakhauso.sim.devices import scene
from cuakhauso.sim.devices.cameras import Body

from . import vision_eyes as eyes
from .builders import OFFICER, answer
from .fitted import PLATE, SIDE, play
from .live import until

LIVE = """
[[lane.camera]]
name = "eye"
driver = "live"
address = "file://{film}"
recognise = true
fps = 8
"""
OWN = "L/eye+vision"
QUICK = Limits(hangs_after=2.0, starts_within=20, first_pause=0.1, longest_pause=1.0)


@pytest.fixture
def at_a_lane(tmp_path, monkeypatch):
    """Plays a story at a lane with a film of one shade: `at_a_lane(story, eyes.PLATE)`."""

    def run(story, shade=eyes.PLATE, *, word="", own="", **told):
        monkeypatch.setenv("EYES", word)
        film = scene.film(tmp_path / "film.mp4", [scene.picture(shade)] * 20)

        def before(running):
            running.recognising.vision.workers.command, running.recognising.vision.workers.limits = (
                eyes.COMMAND,
                QUICK,
            )

        def file(text):
            text = text.replace(f'name = "{own}"', f'name = "{own}"\nrecognise = true') if own else text
            return text + LIVE.format(film=film)

        data = tmp_path / "data"
        play(story, data, file=file, before=before, **told)

    return run


def own_reads(lane):
    return [read for read in lane.node.engine.lanes["L"].reads if read.source.endswith("+vision")]


async def looks(lane):
    """Its process has begun."""
    await until(lambda: lane.running.recognising.vision.workers.alive == 1)


def vision_is(lane):
    return lane.state_of("vision")


def test_a_truck_that_only_our_own_eyes_read_goes_through_on_its_permit(at_a_lane):
    async def story(lane):
        await looks(lane)
        truck = await lane.traffic.arrive()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)
        [passage] = lane.items("passage")
        [read] = passage["reads"]
        assert (read["source"], read["text"]) == (OWN, eyes.TEXT)
        kinds = {picture["kind"]: picture["sha256"] for picture in passage["pictures"]}
        assert set(kinds) == {"plate", "scene"}
        assert all(lane.node.picture(name) for name in kinds.values())

    at_a_lane(story)


def test_nobody_stands_there_and_nothing_is_computed(at_a_lane):
    async def story(lane):
        await looks(lane)
        await asyncio.sleep(0.5)  # until the loop was asked for the first time, nobody knows
        before = lane.running.recognising.vision.workers.counts["looked"]
        await asyncio.sleep(1.5)
        assert lane.running.recognising.vision.workers.counts["looked"] == before
        truck = await lane.traffic.arrive()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)
        looked = lane.running.recognising.vision.workers.counts["looked"]
        await asyncio.sleep(1)
        assert lane.running.recognising.vision.workers.counts["looked"] == looked > before

    at_a_lane(story)


def test_several_frames_of_one_truck_are_one_read_with_their_looks(at_a_lane):
    """It is not expected: it stays, and what is told of it becomes more, never twice."""

    async def story(lane):
        await looks(lane)
        await lane.traffic.arrive()
        await until(lambda: own_reads(lane) and len(own_reads(lane)[0].looks) >= 3)
        [read] = own_reads(lane)
        assert (read.subject, read.text) == (Subject.PLATE, eyes.MISREAD)
        assert read.confidence > 0.9
        assert [image.kind for image in read.images] == ["plate", "scene"]
        assert lane.presses == 0

    at_a_lane(story, eyes.OTHER)


def test_a_blurred_plate_is_told_as_unread_with_its_picture(at_a_lane):
    async def story(lane):
        await looks(lane)
        await lane.traffic.arrive()
        await until(lambda: own_reads(lane))
        [read] = own_reads(lane)
        assert read.is_unread
        assert read.images[0].kind == "plate"
        await lane.until(Phase.ATTEND)
        [row] = [row for row in lane.view()["reads"] if row["source"] == "eye (tự nhận dạng)"]
        assert (row["state"], bool(row["picture"])) == ("unread", True)

    at_a_lane(story, eyes.BLURRED, identify=1)


def test_what_a_person_corrected_is_not_contradicted_by_the_camera_any_more(at_a_lane):
    async def story(lane):
        await looks(lane)
        truck = await lane.traffic.arrive()
        await until(lambda: own_reads(lane))
        await lane.until(Phase.ATTEND)
        told = Told(
            lane.node.now(), Act.CORRECT, OFFICER, reason="misread", subject=Subject.PLATE, text=PLATE
        )
        assert await lane.node.tell("L", told) is None
        await lane.until(Phase.OPENING, Phase.OPEN)
        assert own_reads(lane) == []
        await lane.goes_through(truck)

    at_a_lane(story, eyes.OTHER, identify=1)


def test_a_pushed_picture_is_read_beside_what_its_camera_read(at_a_lane):
    """The camera misread it: two sources that differ, and a person is asked."""

    async def story(lane):
        await looks(lane)
        await lane.traffic.arrive()
        assert await lane.push(pushed(lane, eyes.MISREAD, scene.jpeg(eyes.PLATE, "a code")), SIDE) == 200
        await until(lambda: own_reads(lane))
        [read] = own_reads(lane)
        assert (read.source, read.text) == ("L/side+vision", eyes.TEXT)
        [camera] = [r for r in lane.node.engine.lanes["L"].reads if r.source == "L/side"]
        assert camera.text == eyes.MISREAD
        assert read.images[-1].name == camera.images[0].name, "the same picture, kept once"

    at_a_lane(story, eyes.NOBODY, own="side")


def test_a_pushed_picture_that_shows_nothing_is_the_cameras_matter_and_holds_up_nobody(at_a_lane):
    """A covered lens: the camera's own read counts, and the booth says what came with it."""

    async def story(lane):
        await looks(lane)
        truck = await lane.traffic.arrive()
        assert await lane.push(pushed(lane, PLATE, black()), SIDE) == 200
        await lane.told("picture_blank")
        assert lane.state_of("L/side") == ("degraded", "picture_blank")
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)

    at_a_lane(story, eyes.NOBODY, own="side")


def black():
    made = BytesIO()
    Image.new("RGB", (640, 360)).save(made, "JPEG")
    return made.getvalue()


def pushed(lane, plate, picture):
    """As a Dahua camera does, with a picture of its own."""
    at = lane.node.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    told = {
        "Plate": {"PlateNumber": plate, "Confidence": 97, "UploadNum": 1},
        "SnapInfo": {"AccurateTime": at, "Direction": "Obverse", "DeviceID": "d"},
        "NormalPic": {"PicName": "a.jpg", "Content": base64.b64encode(picture).decode()},
    }
    return Body(json.dumps({"Picture": told}).encode(), "application/json")


@pytest.mark.parametrize(
    ("word", "code"), [("no_weights", "vision_no_weights"), ("broken", "vision_cannot_start")]
)
def test_without_weights_or_libraries_the_lane_goes_on_as_it_did(at_a_lane, word, code):
    async def story(lane):
        await lane.told(code)
        assert vision_is(lane) == ("down", code)
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)

    at_a_lane(story, word=word)


@pytest.mark.parametrize(("shade", "code"), [(eyes.DIES, "vision_ended"), (eyes.HANGS, "vision_hangs")])
def test_a_truck_on_which_the_recognition_dies_or_hangs_goes_through_by_its_camera(at_a_lane, shade, code):
    async def story(lane):
        await looks(lane)
        truck = await lane.traffic.arrive()
        await lane.told(code)
        await lane.sees()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)

    at_a_lane(story, shade)


def test_a_recognition_that_was_killed_reads_the_next_truck(at_a_lane):
    async def story(lane):
        await looks(lane)
        os.kill(lane.running.recognising.vision.workers.slots[0].pid, signal.SIGKILL)
        await lane.told("vision_ended")
        await until(lambda: vision_is(lane) == ("ok", ""))
        truck = await lane.traffic.arrive()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)

    at_a_lane(story)


def test_two_trucks_one_after_the_other_have_looks_of_their_own(at_a_lane):
    async def story(lane):
        lane.expects(answer(), answer("12C-100.06", n=6))
        await looks(lane)
        truck = await lane.traffic.arrive()
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)
        [first] = lane.items("passage")
        await lane.traffic.arrive()
        await until(lambda: own_reads(lane))
        [second] = own_reads(lane)
        assert second.session not in {read["session"] for read in first["reads"]}

    at_a_lane(story)


def test_a_plate_that_we_misread_is_kept_with_its_answer_and_counts_against_the_camera(at_a_lane, tmp_path):
    async def story(lane):
        await looks(lane)
        truck = await lane.traffic.arrive()
        await lane.until(Phase.ATTEND)
        await until(lambda: own_reads(lane))
        seen = {"reason": "misread", "subject": Subject.PLATE, "text": PLATE}
        assert await lane.node.tell("L", Told(lane.node.now(), Act.CORRECT, OFFICER, **seen)) is None
        await lane.until(Phase.OPENING, Phase.OPEN)
        await lane.goes_through(truck)
        kept = lane.running.recognising.corrections
        await until(lambda: list(kept.all()))
        label = next(iter(kept.all()))[1]
        assert (label.kind, label.label, label.read, label.source) == ("vn", eyes.TEXT, eyes.MISREAD, OWN)
        [told] = [one for one in lane.node.status()["lanes"][0]["accuracy"] if one["source"] == OWN]
        assert (told["week"]["wrong"], told["week"]["right"]) == (1, 0)

    at_a_lane(story, eyes.OTHER, identify=1)
    listed = CliRunner().invoke(lane_command, ["corrections", str(tmp_path / "lane.toml")])
    assert f"{OWN} vn: {eyes.MISREAD} -> {eyes.TEXT}" in listed.output
    out = tmp_path / "out"
    CliRunner().invoke(lane_command, ["corrections", str(tmp_path / "lane.toml"), "--export", str(out)])
    rows = (out / "labels.csv").read_text().splitlines()
    assert all(f",vn,corrected,{eyes.TEXT}," in row for row in rows[1:])
    assert len(rows) == len(list(out.glob("*.jpg"))) + 1 > 1
