"""Cameras that push and are asked: who they are, and to look now. A wrong password is sent twice at most."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from cuakhauso.lane import signs
from cuakhauso.lane import words as w
from cuakhauso.lane.cameras import MAKES
from cuakhauso.lane.config import parse
from cuakhauso.lane.contracts import Garbled, Refused, Unauthorized, Unreachable
from cuakhauso.lane.drivers.asked import AskedCamera
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.fitting import fitted
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.node import Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.words import Phase
from cuakhauso.lane.works import Fitted
from cuakhauso.sim.devices.asked_cameras import AskedAxis, AskedDahua, AskedHikvision
from cuakhauso.sim.devices.cameras import Sighting
from cuakhauso.sim.devices.digest import Guard
from cuakhauso.sim.devices.server import Mode

from .builders import KEYS, NODE, answer, crossing
from .cameras_seen import EYE
from .live import live
from .test_config import GOOD
from .test_node import POST, a_gate

SECRET = "p@ss:w/ö%1"
SIMULATORS = {"hikvision": AskedHikvision, "dahua": AskedDahua, "axis": AskedAxis}


@asynccontextmanager
async def asked(make, *, password=SECRET, seeing=None, **more):
    server = SIMULATORS[make](guard=Guard("lane", SECRET), sees=seeing)
    async with server:
        camera = AskedCamera(
            server.address, MAKES[make], EYE, user="lane", password=password, **{"timeout_s": 10.0} | more
        )
        try:
            yield server, camera
        finally:
            await camera.close()


@pytest.mark.parametrize(
    ("make", "who"),
    [
        ("hikvision", "SIM-TCG-1 SIM0001, firmware V5.2.0"),
        ("dahua", "SIM-ITC-1 SIM0002"),
        ("axis", "AXIS SIM-1 SIM0003, firmware 11.11.1"),
    ],
)
def test_each_says_who_it_is_and_nothing_moves(make, who):
    async def story():
        async with asked(make) as (server, camera):
            assert await camera.check() == f"{server.address}: {who}"
            assert server.looks == 0
            assert SECRET not in str(camera.diagnostics())

    live(story())


def test_hikvision_answers_with_what_it_sees():
    async def story():
        async with asked("hikvision", seeing=Sighting(plate="12C-100.05", unique="u-1")) as (server, camera):
            [read] = await camera.look()
            assert (read.text, read.source, len(read.images)) == ("12C-100.05", EYE.source, 2)
            assert read.id.endswith("/u-1")
            server.sees = Sighting(plate="")
            [read] = await camera.look()
            assert read.is_unread

    live(story())


def test_dahua_is_told_to_look_and_answers_nothing_as_it_pushes():
    async def story():
        async with asked("dahua") as (server, camera):
            assert await camera.look() == ()
            assert server.looks == 1

    live(story())


def test_axis_has_no_way_to_be_told_and_is_not_bothered():
    async def story():
        async with asked("axis") as (server, camera):
            assert await camera.look() == ()
            assert server.requests == []

    live(story())


def test_a_wrong_password_is_sent_twice_and_never_again_whatever_is_asked():
    async def story():
        async with asked("hikvision", password="other") as (server, camera):
            asks = [camera.look, camera.check] * 3
            for ask in asks:
                with pytest.raises(Unauthorized):
                    await ask()
            assert server.guard.wrong == 2
            await asyncio.gather(*(ask() for ask in asks), return_exceptions=True)
            assert server.guard.wrong == 2

    live(story())


@pytest.mark.parametrize(
    ("mode", "kind"), [(Mode.SILENT, Unreachable), (Mode.GARBLED, Unreachable), (Mode.REFUSED, Refused)]
)
def test_each_failure_has_its_kind_and_is_not_the_end(mode, kind):
    async def story():
        async with asked("hikvision", timeout_s=0.5) as (server, camera):
            server.mode = mode
            with pytest.raises(kind):
                await camera.look()
            server.mode = Mode.GOOD
            assert len(await camera.look()) == 1

    live(story())


@pytest.mark.parametrize("make", SIMULATORS)
@pytest.mark.parametrize("content", [b"", b"<html/>", b"{}", b"\xff\xfe", b"<a", b'{"data": 1}'])
def test_whoever_does_not_say_who_it_is_is_not_taken_for_one(make, content):
    with pytest.raises(ValueError, match=r"\w"):
        MAKES[make].questions.identity(content)


def test_a_model_with_another_path_is_asked_there():
    async def story():
        async with asked("hikvision", look="/ISAPI/Other") as (server, camera):
            with pytest.raises(Refused, match="404"):
                await camera.look()
            assert server.requests[-1].target == "/ISAPI/Other"

    live(story())


def test_what_is_no_answer_of_its_kind_is_garbled():
    async def story():
        async with asked("hikvision", look="/ISAPI/System/deviceInfo") as (_, camera):
            with pytest.raises(Garbled, match="another kind"):
                await camera.look()

    live(story())


@pytest.mark.parametrize("make", ["hikvision", "dahua"])
def test_a_truck_that_nobody_read_is_looked_at_again_and_goes_through(tmp_path, make):
    async def story():
        async with (
            asked(make, seeing=Sighting(plate="12C-100.05")) as (server, camera),
            a_gate(tmp_path, make, camera) as gate,
        ):
            server.camera = gate.camera
            gate.expects(answer())
            await gate.until(Phase.IDLE)
            truck = await gate.traffic.arrive()
            await gate.until(Phase.OPENING, Phase.OPEN)
            await gate.traffic.drive_through(truck)
            await gate.until(Phase.IDLE)
            assert server.looks == 1
            assert [passage["crossing"] for passage in gate.items("passage")] == [str(crossing(5))]

    live(story())


def test_a_lane_that_reads_nothing_looks_again_and_leaves_out_what_was_told_before(tmp_path):
    """The effect, done by a node: what a camera answers is heard; what it had pushed already is not."""

    async def story():
        async with asked("hikvision", seeing=Sighting(plate="12C-100.05", unique="u-1")) as (server, camera):
            engine = Engine.begin(Journal(tmp_path / "journal.sqlite"), NODE, KEYS, [POST])
            fit = Fitted(contacts=None, cameras={EYE.source: camera})
            node = Node(engine, {"L": fit}, Pictures(tmp_path / "pictures"), say=signs.lines)
            node._do("L", w.LookAgain())
            await asyncio.gather(*node._doing)
            assert [read.text for read in engine.lanes["L"].reads] == ["12C-100.05"]
            assert node.picture(engine.lanes["L"].reads[0].images[0].name)

            server.sees = Sighting(plate="29C-067.89", unique="u-2")
            node.is_known = lambda source, own_id: own_id.endswith("/u-2")
            node._do("L", w.LookAgain())
            await asyncio.gather(*node._doing)
            assert [read.text for read in engine.lanes["L"].reads] == ["12C-100.05"]

            await server.stop()
            node._do("L", w.LookAgain())
            await asyncio.gather(*node._doing)
            assert [(one.name, one.words) for one in node.devices("L") if one.kind == "camera"] == [
                (EYE.source, "device_unreachable")
            ]
            engine.journal.close()

    live(story())


def test_a_file_may_name_the_address_of_a_camera_that_pushes():
    login = 'address = "http://127.0.0.1:9"\noptions = { user = "lane", password = "p", look = "/x" }\n'
    text = GOOD.replace('address = "tcp', 'profile = "ADAM-6060"\naddress = "tcp')
    text = text.replace("16, close = 17, green = 18, red = 19", "0, close = 1, green = 2, red = 3")
    lane = parse(text.replace('driver = "hikvision"\n', f'driver = "hikvision"\n{login}')).lane[0]
    assert list(fitted(lane).cameras) == ["B1-1/front"]
    assert list(fitted(parse(text).lane[0]).cameras) == []
