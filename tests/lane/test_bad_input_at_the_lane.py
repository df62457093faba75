"""Whatever comes from where cameras push: it is written down, told in words, opens nothing, and the permitted
vehicle passes as soon as it is read well. Scales, barriers and disks: the two files beside this one."""

import asyncio
import gzip
import shutil
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from cuakhauso.lane import serving
from cuakhauso.lane.cameras import Outcome
from cuakhauso.lane.spool import Spool
from cuakhauso.lane.words import Phase
from cuakhauso.sim.devices.cameras import Body, Sighting, hikvision_body, hikvision_xml, multipart

from .builders import answer, crossing
from .fitted import FRONT, OTHER, PLATE, SIDE, play
from .live import until

HOUR = timedelta(hours=1)
XML = "text/xml"


def xml(before: bytes = b"", inside: bytes = b"", **seen) -> Body:
    """The camera's own alert with something put before its root and into its plate."""
    whole = hikvision_xml(Sighting(plate=PLATE, pictures=False, **seen))
    head, root = whole.split(b"?>", 1)
    plate = b"<licensePlate>" + (inside or PLATE.encode()) + b"</licensePlate>"
    return Body(
        head + b"?>" + before + root.replace(f"<licensePlate>{PLATE}</licensePlate>".encode(), plate), XML
    )


def bomb() -> Body:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return xml(f'<!DOCTYPE x [<!ENTITY l0 "{PLATE}">{levels}]>'.encode(), b"&l9;")


WHOLE = hikvision_body(Sighting(plate=PLATE))
GARBLED = {
    "cut off": Body(WHOLE.content[: len(WHOLE.content) // 2], WHOLE.content_type),
    "another boundary": Body(WHOLE.content, "multipart/form-data; boundary=another"),
    "no boundary": Body(WHOLE.content, "multipart/form-data"),
    "a bomb of entities": bomb(),
    "an entity of a file": xml(b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>', b"&f;"),
    "an entity from elsewhere": xml(b'<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]>', b"&f;"),
    "a document type": xml(b"<!DOCTYPE EventNotificationAlert>"),
    "another kind of document": Body(b"<a xmlns='urn:somebody'/>", XML),
    "a plate as long as a book": xml(b"", b"12C-100.05" * 1000),
    "nothing": Body(b"", ""),
}


def test_what_is_not_understood_is_set_apart_with_why_and_opens_nothing(tmp_path):
    async def story(lane):
        truck = await lane.traffic.arrive()
        for n, body in enumerate(GARBLED.values(), 1):
            assert await lane.push(body) == 200
            await until(lambda n=n: lane.running.spool.status().quarantined == n)
        zeros = gzip.compress(b"\0" * 10_000_000)
        for content in (zeros, gzip.compress(WHOLE.content)):
            assert await lane.push(Body(content, WHOLE.content_type), **{"Content-Encoding": "gzip"}) == 200
        await until(lambda: lane.running.spool.status().quarantined == len(GARBLED) + 2)
        await lane.told("push_garbled")
        assert lane.state_of("L/front") == ("degraded", "push_garbled")
        assert lane.presses == 0
        await lane.sees()
        await lane.goes_through(truck)
        await until(lambda: lane.state_of("L/front") == ("ok", ""))
        assert lane.items("device")[0] | {"offset_ms": 0} == {
            "device": "L/front", "state": "ok", "why": "", "words": "", "offset_ms": 0,
        }  # fmt: skip

    play(story, tmp_path / "data")


def test_another_namespace_or_none_is_the_same_alert(tmp_path):
    async def story(lane):
        lane.expects(answer(), answer(OTHER, 6))
        for plate, namespace in ((PLATE, "urn:somebody:else"), (OTHER, "")):
            truck = await lane.traffic.arrive()
            seen = Sighting(plate=plate, pictures=False)
            await lane.push(Body(hikvision_xml(seen, namespace=namespace), XML))
            await lane.goes_through(truck)

    play(story, tmp_path / "data")


def test_what_makers_say_of_a_plate_they_did_not_read_is_no_plate(tmp_path):
    async def story(lane):
        truck = await lane.traffic.arrive()
        for said in (b"unknown", b"UNLICENSED", b"--", b" ", "无牌车".encode()):
            await lane.push(xml(b"", said))
        await lane.until(Phase.ATTEND)
        assert (lane.items("decision")[0]["why"], lane.presses) == ("unread", 0)
        assert [one["code"] for one in lane.view()["verdict"]["reasons"]] == ["unread"]
        await lane.sees()
        await lane.goes_through(truck)

    play(story, tmp_path / "data", identify=0.8)


@pytest.mark.parametrize(
    ("lookalike", "why"), [("12\u0421-100.05", "near_match"), ("\u0661\u0662\u03f9-100.05", "unread")]
)
def test_letters_that_only_look_like_ours_ask_a_person(lookalike, why, tmp_path):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await lane.sees(lookalike)
        await lane.until(Phase.ATTEND)
        assert (lane.items("decision")[0]["why"], lane.presses) == (why, 0)
        assert [one["code"] for one in lane.view("zh-Hans")["verdict"]["reasons"]] == [why]
        assert [(one["text"], one["state"]) for one in lane.view()["reads"]] == [(lookalike, "illegible")]
        await lane.sees()
        await lane.goes_through(truck)

    play(story, tmp_path / "data", identify=0.8)


def test_forty_megabytes_and_senders_that_never_end_are_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.4)

    async def forty_megabytes():
        for _ in range(40):
            yield b"\xff" * 2**20

    async def trickle():
        while True:
            yield WHOLE.content[:20]
            await asyncio.sleep(0.05)

    async def story(lane):
        truck = await lane.traffic.arrive()
        address = f"{lane.push_at}/push/{FRONT}"
        picture = b"\xff\xd8" + b"\0" * 40 * 2**20 + b"\xff\xd9"
        body = multipart([("anpr.xml", XML, xml().content), ("plate.jpg", "image/jpeg", picture)])
        assert await lane.push(body) == 413
        assert (await lane.client.post(address, content=forty_megabytes())).status_code == 413
        await lane.told("push_too_large")
        monkeypatch.setattr(lane.running.receiver, "_body_seconds", 0.3)
        with pytest.raises((httpx.HTTPError, AssertionError)):
            assert (await lane.client.post(address, content=trickle())).status_code != 408
        await lane.told("push_too_slow")
        await _breaks_off(lane)
        await lane.told("push_broken_off")
        mute, line = await _mute(lane)
        assert await asyncio.wait_for(mute.read(), 10) == b""
        line.close()
        await lane.told("push_never_ended")
        assert lane.presses == 0
        monkeypatch.setattr(lane.running.receiver, "_body_seconds", 30)
        await lane.sees()
        await lane.goes_through(truck)

    play(story, tmp_path / "data")


async def _breaks_off(lane):
    _, line = await _asked(
        lane, f"POST /push/{FRONT} HTTP/1.1\r\nHost: n\r\nContent-Length: 5000\r\n\r\nhalf"
    )
    await asyncio.sleep(0.1)
    line.close()


async def _mute(lane):
    """Begins to ask and never finishes."""
    return await _asked(lane, f"POST /push/{FRONT} HTTP/1.1\r\nHost: n\r\nX-And-So-On:")


async def _asked(lane, said):
    host, _, port = lane.running.config.node.push.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(said.encode())
    await writer.drain()
    return reader, writer


def test_the_same_push_fifty_times_opens_once_and_never_for_the_next_vehicle(tmp_path):
    async def story(lane):
        truck, same = await lane.traffic.arrive(), lane.seen()
        nameless = Body(
            same.content.replace(b"<UUID>", b"<No>").replace(b"</UUID>", b"</No>"), same.content_type
        )
        answers = await asyncio.gather(
            *(lane.push(same) for _ in range(25)), *(lane.push(nameless) for _ in range(25))
        )
        assert set(answers) == {200}
        await lane.goes_through(truck)
        await lane.told("push_repeated")
        await until(lambda: lane.running.spool.status().depth == 0)
        counts = lane.running.receiver.cameras["L/front"].counts
        assert (counts[Outcome.HANDED_ON], counts[Outcome.REPEATED]) == (2, 48)
        lane.expects(answer(facts=4), answer(OTHER, 6))
        another = await lane.traffic.arrive()
        for body in (same, nameless):
            await lane.push(body)
        await lane.until(Phase.ATTEND)
        assert (lane.items("decision")[0]["why"], lane.presses) == ("unread", 1)
        await lane.sees(OTHER)
        await lane.goes_through(another)

    play(story, tmp_path / "data", identify=0.8)


def test_pushes_in_reversed_order_let_the_vehicle_through_that_stands_there(tmp_path):
    async def story(lane):
        lane.expects(answer(), answer(OTHER, 6))
        now = lane.node.now()
        before = [lane.seen(at=now - timedelta(seconds=n)) for n in range(5, 15)]
        truck = await lane.traffic.arrive()
        await lane.sees(OTHER, at=now)
        for body in before:
            await lane.push(body)
        await lane.goes_through(truck)
        await lane.told("push_late")
        assert lane.items("passage")[0]["crossing"] == str(crossing(6))

    play(story, tmp_path / "data")


def test_a_push_that_comes_after_its_vehicle_has_gone_opens_for_nobody_else(tmp_path):
    """Sent again by the camera when its line is back; and kept by a node that was away meanwhile."""
    data = tmp_path / "data"
    kept = Spool(data / "spool", now=lambda: datetime.now(UTC) - timedelta(minutes=5)).open("L/front", XML)
    kept.write(xml().content)
    kept.commit()

    async def story(lane):
        await lane.told("push_late")
        stranger = await lane.traffic.arrive()
        await lane.sees(resent=True)
        await until(lambda: lane.running.spool.status().depth == 0)
        await lane.until(Phase.ATTEND)
        assert (lane.items("decision")[0]["why"], lane.presses) == ("unread", 0)
        await lane.traffic.back_out(stranger)
        await lane.until(Phase.IDLE)
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.goes_through(truck)

    play(story, data, identify=0.8)


def test_a_wrong_secret_none_and_another_cameras_let_nobody_in(tmp_path):
    async def story(lane):
        truck = await lane.traffic.arrive()
        assert await lane.push(lane.seen(), "0000000000000000") == 404
        await lane.told("push_stranger")
        for _ in range(3):
            unsaid = await lane.client.post(f"{lane.push_at}/push", content=lane.seen().content)
            assert unsaid.status_code == 401
        await lane.told("push_anonymous")
        assert await lane.push(lane.seen(), SIDE) == 200  # a Hikvision body with the Dahua camera's secret
        await until(lambda: lane.state_of("L/side") == ("degraded", "push_garbled"))
        await lane.told("push_garbled")
        assert lane.presses == 0
        await lane.sees()
        await lane.goes_through(truck)

    play(story, tmp_path / "data")


class Ahead(datetime):
    """The wall clock, set an hour on."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + HOUR


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_camera_whose_clock_is_an_hour_off_is_told_of_and_read_by_the_nodes_own(off, tmp_path):
    async def story(lane):
        truck = await lane.traffic.arrive()
        await lane.sees(at=lane.node.now() + off)
        await lane.goes_through(truck)
        await lane.told("camera_clock_off")
        lane.expects(answer(OTHER, 6))
        again = await lane.traffic.arrive()
        await lane.sees(OTHER, at=max(lane.node.now(), lane.node.now() + off + timedelta(minutes=1)))
        await lane.goes_through(again)

    play(story, tmp_path / "data")


def test_a_wall_clock_that_jumps_an_hour_moves_nothing_at_the_lane(tmp_path, monkeypatch):
    async def story(lane):
        before = lane.node.now()
        lane.expects(answer(ends=before + HOUR), answer(OTHER, 6, ends=before + timedelta(seconds=1)))
        for module in ("node", "cameras", "spool", "link"):
            monkeypatch.setattr(f"cuakhauso.lane.{module}.datetime", Ahead)
        assert lane.node.now() - before < timedelta(minutes=1)
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.goes_through(truck)
        await until(lambda: lane.node.now() - before > timedelta(seconds=1))
        late = await lane.traffic.arrive()
        await lane.sees(OTHER)
        await lane.until(Phase.ATTEND)
        assert (lane.items("decision")[0]["against"], lane.presses) == (["place_closed"], 1)
        lane.expects(answer(OTHER, 6, facts=4))
        await lane.goes_through(late)

    play(story, tmp_path / "data")


def test_a_picture_that_cannot_be_kept_costs_the_picture_alone(tmp_path):
    async def story(lane):
        folder = lane.node.pictures.folder
        shutil.rmtree(folder)
        folder.touch()
        truck = await lane.traffic.arrive()
        await lane.sees(pictures=True)
        await lane.goes_through(truck)
        await lane.told("picture_not_kept")
        folder.unlink()
        folder.mkdir()
        await lane.sees(pictures=True)
        await until(lambda: lane.state_of("L/front") == ("ok", ""))

    play(story, tmp_path / "data")
