"""Pushes over the real server, from the cameras that are not there and from curl."""

import asyncio
import logging
import shutil
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.cameras import MAKES, Camera, Outcome
from cuakhauso.lane.contracts import Garbled, Read, Revision, Unreachable
from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.lane.receiver import Receiver
from cuakhauso.lane.spool import Limits, Spool
from cuakhauso.sim.devices.cameras import (
    AxisCamera,
    DahuaCamera,
    HikvisionCamera,
    Sighting,
    hikvision_body,
    hikvision_xml,
    multipart,
)
from cuakhauso.sim.devices.faults import Fault

from .cameras_seen import HANOI, TAKEN, seen, serving, until

SECRETS = {make: f"{make}Secret0123456789" for make in MAKES}
LIMITS = Limits(largest=1_000_000, total=4_000_000, free=0)
FIXED = "/NotificationInfo/TollgateInfo"
logging.getLogger("cuakhauso.lane.handing").setLevel(logging.CRITICAL)
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def camera(make: str, **told: object) -> Camera:
    return Camera(mounting=Mounting(source=make, zone=HANOI), push=MAKES[make], secret=SECRETS[make], **told)


class Node:
    """A receiver, whoever takes its reads, and the spool between them."""

    def __init__(self, folder: Path, limits: Limits = LIMITS, *, body_seconds: float = 20, **told) -> None:
        self.spool = Spool(folder, limits)
        self.taken: list[Read] = []
        cameras = [camera(make, **told) for make in MAKES]
        self.receiver = Receiver(cameras, self.spool, self.take, body_seconds=body_seconds)
        self.refuses = 0

    async def take(self, read: Read) -> None:
        if self.refuses:
            self.refuses -= 1
            raise RuntimeError("not now")
        self.taken.append(read)

    def counts(self, make: str = "hikvision") -> dict[str, int]:
        return {str(outcome): count for outcome, count in self.receiver.cameras[make].counts.items()}

    def handed_on(self, reads: int) -> bool:
        """So many were taken, and the spool knows it."""
        return len(self.taken) == reads and self.spool.status().depth == 0

    @property
    def texts(self) -> list[str]:
        return [read.text for read in self.taken]


@asynccontextmanager
async def at(node: Node):
    """The node at its address, handing on."""
    async with serving(node.receiver.app) as address:
        handing = asyncio.create_task(node.receiver.run())
        try:
            yield address
        finally:
            handing.cancel()


@asynccontextmanager
async def hikvision(address: str, **told):
    sim = HikvisionCamera(f"{address}/push/{SECRETS['hikvision']}", **told)
    try:
        yield sim
    finally:
        await sim.close()


def posted(node: Node, *bodies: tuple[str, bytes, str]) -> list[httpx.Response]:
    """Each (path, body, content type) posted, then all that waits handed on: without a socket."""

    async def run() -> list[httpx.Response]:
        transport = httpx.ASGITransport(node.receiver.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            answers = [
                await client.post(path, content=body, headers={"Content-Type": kind})
                for path, body, kind in bodies
            ]
        await node.receiver.drain()
        return answers

    return asyncio.run(run())


def push(sighting: Sighting, make: str = "hikvision") -> tuple[str, bytes, str]:
    body = hikvision_body(sighting)
    return f"/push/{SECRETS[make]}", body.content, body.content_type


# --- three makes -----------------------------------------------------------------------------------


def test_a_hikvision_push_is_answered_with_nothing_and_handed_on_with_its_pictures(tmp_path):
    async def run():
        node = Node(tmp_path)
        async with at(node) as address, hikvision(address) as sim:
            answer = await sim.push(seen(pictures=True))
            assert (answer.status_code, answer.content) == (200, b"")
            await sim.push(seen(""))
            await until(lambda: node.handed_on(2))
        assert node.texts == ["29C-067.89", ""]
        assert [image.kind for image in node.taken[0].images] == ["plate", "vehicle"]
        assert node.taken[0].said_at == TAKEN
        assert node.counts() == {"spooled": 2, "handed_on": 1, "unread": 1}
        assert node.spool.status().depth == 0

    asyncio.run(run())


def test_a_dahua_camera_appends_its_path_hears_that_it_is_true_and_stops_sending(tmp_path):
    async def run():
        node = Node(tmp_path)
        async with at(node) as address:
            sim = DahuaCamera(f"{address}/push/{SECRETS['dahua']}")
            assert (await sim.keep_alive()).json() == {"result": "true"}
            assert (await sim.push(seen(pictures=True))).json() == {"result": "true"}
            await until(lambda: node.handed_on(1))
            await sim.close()
        assert node.texts == ["29C-067.89"]
        assert node.counts("dahua") == {"alive": 1, "spooled": 1, "handed_on": 1}

    asyncio.run(run())


def test_an_axis_camera_tells_one_vehicle_several_times(tmp_path):
    async def run():
        node = Node(tmp_path)
        async with at(node) as address:
            sim = AxisCamera(f"{address}/push/{SECRETS['axis']}")
            await sim.push(seen("29C-067.B9", pictures=True), "29C-067.89")
            await until(lambda: node.handed_on(3))
            await sim.close()
        assert node.texts == ["29C-067.B9", "29C-067.89", "29C-067.89"]
        assert [read.revision for read in node.taken] == [Revision.NEW, Revision.UPDATE, Revision.LOST]
        assert len({read.session for read in node.taken}) == 1

    asyncio.run(run())


def test_curl_composes_a_body_that_is_understood(tmp_path):
    if not (curl := shutil.which("curl")):
        pytest.skip("curl is not installed")

    async def run():
        node = Node(tmp_path)
        (tmp_path / "anpr.xml").write_bytes(hikvision_xml(seen()))
        (tmp_path / "vehicle.jpg").write_bytes(b"\xff\xd8\xff\xd9")
        async with at(node) as address:
            for where in ("/push", FIXED):
                command = (
                    *(curl, "-s", "-m", "20", "-w", "%{http_code}", "--noproxy", "*"),
                    *("-F", f"anpr.xml=@{tmp_path}/anpr.xml;type=text/xml"),
                    *("-F", f"vehiclePicture.jpg=@{tmp_path}/vehicle.jpg;type=image/jpeg"),
                    *("--digest", "-u", f"{SECRETS['hikvision']}:anything", address + where),
                )
                process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
                assert (await process.communicate())[0] == b"200"
            await until(lambda: node.counts().get("repeated"))
        assert [(read.text, len(read.images)) for read in node.taken] == [("29C-067.89", 1)]
        assert node.receiver.unknown == {Outcome.ANONYMOUS: 2}

    asyncio.run(run())


# --- secrets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/push/wrong", f"/push/wrong{FIXED}", "/push?secret=wrong", "/push/é"])
def test_a_wrong_secret_finds_nothing_and_is_counted(tmp_path, path):
    node = Node(tmp_path)
    (answer,) = posted(node, (path, b"body", ""))
    assert answer.status_code == 404
    assert node.receiver.unknown == {Outcome.STRANGER: 1}
    assert node.spool.status().depth == 0


@pytest.mark.parametrize(
    "request_with",
    [
        {"params": {"secret": SECRETS["dahua"]}},
        {"headers": {"X-Camera-Secret": SECRETS["dahua"]}},
        {"auth": httpx.BasicAuth(SECRETS["dahua"], "anything")},
        {"auth": httpx.DigestAuth(SECRETS["dahua"], "anything")},
    ],
)
def test_where_the_path_is_fixed_the_secret_may_stand_elsewhere(tmp_path, request_with):
    async def run():
        node = Node(tmp_path)
        async with at(node) as address, httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(address + FIXED, json={"Picture": {"Plate": {}}}, **request_with)
            assert answer.json() == {"result": "true"}
            await until(lambda: node.handed_on(1))

    asyncio.run(run())


@pytest.mark.parametrize("said", ["Digest", 'Digest username=""', "Basic !", "Basic /w==", "Bearer x", ""])
def test_who_says_no_secret_is_asked_for_one(tmp_path, said):
    async def run():
        node = Node(tmp_path)
        transport = httpx.ASGITransport(node.receiver.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            answer = await client.post(FIXED, content=b"body", headers={"Authorization": said})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Digest ")
        assert node.receiver.unknown == {Outcome.ANONYMOUS: 1}

    asyncio.run(run())


@pytest.mark.parametrize("secret", ["short", "not-only-letters-and-digits", "ghiÃ0123456789abcdef"])
def test_a_poor_secret_is_not_accepted(secret):
    with pytest.raises(ValueError, match="letters or digits"):
        replace(camera("axis"), secret=secret)


def test_two_cameras_with_one_secret_or_one_name_are_not_accepted(tmp_path):
    one = camera("axis")
    for other in (replace(camera("dahua"), secret=one.secret), replace(one, secret="a" * 20)):
        with pytest.raises(ValueError, match="one secret"):
            Receiver([one, other], Spool(tmp_path), None)


def test_no_secret_is_shown():
    assert SECRETS["axis"] not in repr(camera("axis"))


# --- on disk first ---------------------------------------------------------------------------------


def test_what_was_answered_is_handed_on_after_a_restart_in_order(tmp_path):
    async def before():
        node = Node(tmp_path)
        async with serving(node.receiver.app) as address, hikvision(address) as sim:
            for number in range(5):
                assert (await sim.push(seen(f"29C-000.0{number}"))).status_code == 200
        assert node.taken == []

    asyncio.run(before())
    again = Node(tmp_path)
    asyncio.run(again.receiver.drain())
    assert again.texts == [f"29C-000.0{number}" for number in range(5)]
    assert again.spool.status().survived == 5


def test_one_that_is_sent_again_is_handed_on_once_over_a_restart_too(tmp_path):
    sighting = seen()
    node = Node(tmp_path)
    posted(node, push(sighting), push(replace(sighting, resent=True)))
    assert node.counts() == {"spooled": 2, "handed_on": 1, "repeated": 1}
    again = Node(tmp_path)
    posted(again, push(replace(sighting, resent=True)), push(seen()))
    assert again.counts() == {"spooled": 2, "handed_on": 1, "repeated": 1}


def test_pushes_out_of_order_are_handed_on_and_counted(tmp_path):
    node = Node(tmp_path)
    at_seconds = [3, 1, 2, 5]
    posted(node, *(push(seen(f"29C-{n}", at=TAKEN + timedelta(seconds=n))) for n in at_seconds))
    assert node.texts == ["29C-3", "29C-1", "29C-2", "29C-5"]
    assert node.counts() == {"spooled": 4, "handed_on": 4, "out_of_order": 2}


def test_a_read_that_is_not_taken_is_told_again_before_those_behind_it(tmp_path):
    node = Node(tmp_path)
    node.refuses = 2
    posted(node, push(seen("29C-1")), push(seen("29C-2")))
    assert node.texts == ["29C-1", "29C-2"]
    assert node.counts() == {"spooled": 2, "not_taken": 2, "handed_on": 2}


def test_a_node_that_is_stopped_while_nobody_takes_forgets_nothing(tmp_path):
    async def once():
        node = Node(tmp_path)
        node.refuses = 1000
        async with at(node) as address, hikvision(address) as sim:
            await sim.push(seen("29C-1", unique="1"))
            await until(lambda: node.counts().get("not_taken"))

    for _ in range(5):
        asyncio.run(once())
    node = Node(tmp_path)
    asyncio.run(node.receiver.drain())
    assert node.texts == ["29C-1"]
    assert node.counts() == {"handed_on": 1, "repeated": 4}


# --- bad bodies: each is answered, counted and set apart -------------------------------------------

BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><EventNotificationAlert/>'
WHOLE = hikvision_body(seen())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", ""),
        (b"junk", "multipart/form-data; boundary=boundary"),
        (WHOLE.content[: len(WHOLE.content) // 2], WHOLE.content_type),
        (WHOLE.content, "multipart/form-data; boundary=another"),
        (WHOLE.content, "multipart/form-data"),
        (BOMB, "text/xml"),
        (multipart([("anpr.xml", "text/xml", BOMB)]).content, WHOLE.content_type),
        (b"<a xmlns='urn:wrong'/>", "text/xml"),
        (b"\x00" * 100_000, "text/xml"),
    ],
)
def test_a_body_that_is_not_understood_is_answered_counted_and_set_apart(tmp_path, content, kind):
    node = Node(tmp_path)
    answers = posted(node, (f"/push/{SECRETS['hikvision']}", content, kind), push(seen()))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert node.texts == ["29C-067.89"]
    assert node.counts() == {"spooled": 2, "garbled": 3, "handed_on": 1}
    assert node.spool.status().set_apart == {"garbled": 1}
    (path,) = node.spool.quarantined()
    assert path.read_bytes().endswith(b"\n" + content)


def test_an_event_of_another_kind_is_nothing(tmp_path):
    node = Node(tmp_path)
    xml = hikvision_xml(seen()).replace(b"<eventType>ANPR", b"<eventType>videoloss")
    posted(node, (f"/push/{SECRETS['hikvision']}", xml, "text/xml"))
    assert node.counts() == {"spooled": 1, "nothing": 1}


def test_a_mistake_in_a_driver_stops_nobody(tmp_path):
    node = Node(tmp_path)
    device = node.receiver.cameras["axis"]
    device.camera = replace(device.camera, push=replace(device.camera.push, parse=lambda *_: 1 / 0))
    posted(node, (f"/push/{SECRETS['axis']}", b"{}", ""), push(seen()))
    assert node.texts == ["29C-067.89"]
    assert node.counts("axis") == {"spooled": 1, "garbled": 3}
    assert "ZeroDivisionError" in device.diagnostics()["last_trouble"]


def test_a_push_that_ends_the_process_each_time_is_set_apart(tmp_path):
    class Ends(BaseException):
        pass

    def ends(*_: object):
        raise Ends

    for tries in range(4):
        node = Node(tmp_path)
        device = node.receiver.cameras["hikvision"]
        device.camera = replace(device.camera, push=replace(device.camera.push, parse=ends))
        bodies = [push(seen())] if tries == 0 else []
        if tries < 3:
            with pytest.raises(Ends):
                posted(node, *bodies)
    posted(node)
    assert node.spool.status().set_apart == {"garbled": 1}


def test_pushes_that_wait_too_long_come_from_nobody_or_are_damaged_are_set_apart(tmp_path):
    first = Node(tmp_path)
    waiting = tmp_path / "waiting"
    for source, change in (("axis", None), ("nobody", None), ("axis", b"\n")):
        entry = (incoming := first.spool.open(source, "")).commit()
        if change:
            (waiting / entry.name).write_bytes(change)
    (waiting / f"{1:020d}-00000000.0").write_bytes(b"old")
    node = Node(tmp_path)
    posted(node)
    assert incoming
    assert node.spool.status().set_apart == {"too_old": 1, "garbled": 1, "unknown_source": 1, "damaged": 1}


def test_a_file_that_vanished_stops_nobody(tmp_path):
    node = Node(tmp_path)
    entry = node.spool.open("hikvision", "").commit()
    (tmp_path / "waiting" / entry.name).unlink()
    posted(node, push(seen()))
    assert node.texts == ["29C-067.89"]
    assert node.spool.status().set_apart == {"damaged": 1}


# --- the line --------------------------------------------------------------------------------------


async def half_a_push(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    head = f"POST /push/{SECRETS['hikvision']} HTTP/1.1\r\nHost: node\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode() + b"half")
    return reader, writer


@pytest.mark.parametrize("declared", [True, False])
def test_forty_megabytes_are_refused_and_the_camera_hears_it(tmp_path, declared):
    async def pieces():
        for _ in range(40):
            yield bytes(1_000_000)

    async def run():
        node = Node(tmp_path, Limits(largest=10_000_000, free=0))
        async with at(node) as address, httpx.AsyncClient(trust_env=False, timeout=30) as client:
            body = bytes(40_000_000) if declared else pieces()
            answer = await client.post(f"{address}/push/{SECRETS['hikvision']}", content=body)
            assert answer.status_code == 413
        assert node.counts() == {"too_large": 1}
        assert list((tmp_path / "waiting").iterdir()) == []

    asyncio.run(run())


def test_a_body_that_comes_too_slowly_is_given_up(tmp_path):
    async def run():
        node = Node(tmp_path, body_seconds=0.3)
        async with at(node) as address, hikvision(address, pause=0.2) as sim:
            reader, writer = await half_a_push(address)
            assert b" 408 " in await reader.readline()
            writer.close()
            sim.fault = Fault.SLOW
            # It goes on sending to whoever does not listen any more, and may hear nothing but that.
            with suppress(httpx.HTTPError):
                assert (await sim.push(seen(pictures=True))).status_code == 408
        assert node.counts() == {"too_slow": 2}
        assert list((tmp_path / "waiting").iterdir()) == []

    asyncio.run(run())


def test_a_body_that_breaks_off_counts_for_nothing(tmp_path):
    async def run():
        node = Node(tmp_path)
        async with at(node) as address:
            _, writer = await half_a_push(address)
            await until(lambda: list((tmp_path / "waiting").iterdir()))
            writer.transport.abort()
            await until(lambda: node.counts())
        assert node.counts() == {"broken_off": 1}
        assert list((tmp_path / "waiting").iterdir()) == []

    asyncio.run(run())


def test_a_full_spool_is_told_and_a_dahua_camera_sends_again(tmp_path):
    async def run():
        node = Node(tmp_path, Limits(total=3000, free=0))
        async with serving(node.receiver.app) as address:
            sim = DahuaCamera(f"{address}/push/{SECRETS['dahua']}")
            answers = [await sim.push(seen()) for _ in range(10)]
            await sim.close()
        assert answers[0].status_code == 200
        assert answers[-1].status_code == 503
        counts = node.counts("dahua")
        assert counts["spool_full"] % 3 == 0
        assert counts["spooled"] == node.spool.status().depth > 0
        assert node.spool.status().refused == {"spool_full": counts["spool_full"]}

    asyncio.run(run())


def test_many_cameras_at_once_lose_nothing(tmp_path):
    async def run():
        node = Node(tmp_path, Limits(free=0))
        async with at(node) as address:
            sims = [HikvisionCamera(f"{address}/push/{SECRETS['hikvision']}") for _ in range(6)]
            pushes = [sim.push(seen(f"29C-{n}-{m}")) for n, sim in enumerate(sims) for m in range(4)]
            answers = await asyncio.gather(*pushes)
            assert {answer.status_code for answer in answers} == {200}
            await until(lambda: node.handed_on(24))
            for sim in sims:
                await sim.close()
        assert len(set(node.texts)) == 24

    asyncio.run(run())


@given(st.binary(max_size=300), st.text("abcdefghij/=;:, \"'-", max_size=50), st.sampled_from(list(MAKES)))
@settings(max_examples=60, deadline=None)
def test_no_body_crashes_anything(tmp_path_factory, body, kind, make):
    node = Node(tmp_path_factory.mktemp("spool"))
    (answer,) = posted(node, (f"/push/{SECRETS[make]}", body, kind))
    assert answer.status_code == 200
    assert node.spool.status().depth == 0
    assert node.counts(make)["spooled"] == 1


# --- the device that people look at ----------------------------------------------------------------


def test_a_camera_that_was_never_heard_or_is_silent_is_unreachable(tmp_path):
    node = Node(tmp_path, silent_after=timedelta(seconds=0))
    device = node.receiver.cameras["hikvision"]
    with pytest.raises(Unreachable, match="nothing heard"):
        asyncio.run(device.check())
    posted(node, push(seen()))
    with pytest.raises(Unreachable, match="nothing heard"):
        asyncio.run(device.check())


def test_a_camera_that_was_heard_says_so_in_one_line_and_shows_no_secret(tmp_path):
    node = Node(tmp_path)
    device = node.receiver.cameras["hikvision"]
    posted(node, push(seen()))
    assert "1 plates since start" in asyncio.run(device.check())
    assert SECRETS["hikvision"] not in str(device.diagnostics())
    assert device.diagnostics()["handed_on"] == 1
    assert device.manifest.name == "hikvision"
    asyncio.run(device.close())


@pytest.mark.parametrize("make", list(MAKES))
def test_every_make_raises_garbled_for_nothing(make):
    with pytest.raises(Garbled):
        MAKES[make].parse(b"", "", camera(make).mounting, TAKEN)
