"""A camera asked by ONVIF what it is, and cameras found on the network: against a simulator of our own."""

import asyncio
import socket
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import DeviceFault, Garbled, Refused, Unauthorized, Unreachable
from cuakhauso.lane.drivers.discovery import discover, matches, new_id, probe
from cuakhauso.lane.drivers.onvif import OnvifCamera, at_host
from cuakhauso.sim.devices.onvif import ENVELOPE, MATCH, Announcer, OnvifServer
from cuakhauso.sim.devices.server import Mode

from .live import live

SECRET = "p@ss:w/ö%1"
ASKED = "urn:uuid:00000000-0000-4000-8000-000000000001"


def asking(server, **wishes):
    return OnvifCamera("127.0.0.1", server.port, timeout_s=20, **wishes)


def test_a_camera_says_what_it_is_and_where_its_pictures_are():
    async def story():
        async with OnvifServer(user="lane", password=SECRET) as server:
            camera = asking(server, user="lane", password=SECRET)
            about = await camera.about()
            assert (about.maker, about.model, about.serial) == ("Nobody", "SIM-1", "SN-0042")
            main, sub = about.profiles
            assert (main.token, main.encoding, main.width, main.height) == ("main", "H264", 1920, 1080)
            assert sub.stream == "rtsp://127.0.0.1:554/streams/sub?x=1&y=2"
            assert sub.snapshot == f"http://127.0.0.1:{server.port}/stills/sub.jpg"
            assert "SIM-1 1.2.3: main H264 1920×1080" in await camera.check()
            assert SECRET not in str(camera.diagnostics())

    live(story())


def test_an_old_camera_is_asked_in_the_old_way():
    async def story():
        async with OnvifServer(is_old=True) as server:
            assert len((await asking(server).about()).profiles) == 2
            assert "GetCapabilities" in server.asked

    live(story())


def test_a_camera_without_stills_has_streams_alone():
    async def story():
        async with OnvifServer(gives_stills=False) as server:
            about = await asking(server).about()
            assert [bool(profile.stream) for profile in about.profiles] == [True, True]
            assert [profile.snapshot for profile in about.profiles] == ["", ""]

    live(story())


@pytest.mark.parametrize("hours", [-7, 5])
def test_a_camera_whose_clock_is_wrong_is_signed_to_by_its_own_clock(hours):
    async def story():
        async with OnvifServer(user="lane", password=SECRET, clock=timedelta(hours=hours)) as server:
            about = await asking(server, user="lane", password=SECRET).about()
            assert about.model == "SIM-1"
            assert server.wrong == 0

    live(story())


def test_a_wrong_password_is_sent_once_a_question():
    async def story():
        async with OnvifServer(user="lane", password=SECRET) as server:
            camera = asking(server, user="lane", password="other")
            with pytest.raises(Unauthorized) as told:
                await camera.about()
            assert told.value.__cause__
            assert server.wrong == 1
            assert camera.diagnostics()["fault"].startswith("device_refused")

    live(story())


@pytest.mark.parametrize(
    ("mode", "kind"), [(Mode.GARBLED, Garbled), (Mode.REFUSED, Refused), (Mode.SILENT, Unreachable)]
)
def test_each_failure_has_its_kind_and_is_not_the_end(mode, kind):
    async def story():
        async with OnvifServer() as server:
            camera = OnvifCamera("127.0.0.1", server.port, timeout_s=0.4 if kind is Unreachable else 20)
            server.mode = mode
            with pytest.raises(kind):
                await camera.about()
            server.mode = Mode.GOOD
            assert (await asking(server).about()).model == "SIM-1"

    live(story())


def test_a_host_where_nothing_answers_is_unreachable():
    async def story():
        async with OnvifServer() as server:
            port = server.port
        with pytest.raises(Unreachable):
            await OnvifCamera("127.0.0.1", port).about()

    live(story())


def test_nothing_is_downloaded_and_no_address_that_a_camera_tells_is_followed(monkeypatch):
    import onvif.client

    hosts, connect = set(), socket.socket.connect

    def watched(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            hosts.add(address[0])
        return connect(self, address)

    async def story():
        monkeypatch.setattr(socket.socket, "connect", watched)
        async with OnvifServer(claims="192.0.2.64") as server:
            await asking(server).about()

    onvif.client._DOCUMENT_CACHE.clear()
    live(story())
    assert hosts == {"127.0.0.1"}


class Talker(OnvifServer):
    """Answers everything with the same bytes."""

    said = b""

    async def serve(self, request, writer):
        self.say(writer, request, "200 OK", {"Content-Type": "application/soap+xml"}, self.said)


soap = st.sampled_from(["", "<x/>", "<tds:GetServicesResponse/>", "<tds:GetDeviceInformationResponse/>"])


@given(st.one_of(st.binary(max_size=60), soap.map(lambda body: ENVELOPE.format(head="", body=body).encode())))
@settings(max_examples=25, deadline=None)
def test_whatever_is_answered_raises_nothing_but_faults(said):
    async def story():
        async with Talker() as server:
            server.said = said
            with pytest.raises(DeviceFault):
                await asking(server).about()

    live(story())


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("http://10.0.0.5/onvif/media", "http://10.0.0.5/onvif/media"),
        ("http://10.0.0.5:8899/onvif/media", "http://10.0.0.5:8899/onvif/media"),
        ("http://192.168.1.64/onvif/media?a=1", "http://10.0.0.5:8080/onvif/media?a=1"),
        ("rtsp://192.168.1.64:554/1", "rtsp://10.0.0.5:554/1"),
        ("rtsp://192.168.1.64/1", "rtsp://10.0.0.5/1"),
        ("rtsp://admin:12345@10.0.0.5:554/1", "rtsp://10.0.0.5:554/1"),
        ("http://[fe80::1]/x", "http://10.0.0.5:8080/x"),
        ("", ""),
    ],
)
def test_an_address_is_told_as_it_works_from_here(said, ours):
    assert at_host(said, "10.0.0.5", 8080) == ours


def test_an_address_at_a_host_of_version_six_keeps_its_brackets():
    assert at_host("rtsp://192.168.1.64:554/1", "fe80::2", 80) == "rtsp://[fe80::2]:554/1"


@given(st.text(max_size=60))
def test_what_is_no_address_is_garbled_and_every_other_is_at_the_host_that_was_asked(said):
    for url in (said, f"rtsp://{said}", f"http://user:word@192.0.2.1{said}"):
        try:
            ours = at_host(url, "10.0.0.5", 8080)
        except Garbled:
            continue
        assert not url or ours.split("://", 1)[1].startswith("10.0.0.5")


# --- discovery -----------------------------------------------------------------------------------


def answer(asked=ASKED, addresses="http://192.0.2.64:8080/onvif/device_service"):
    return MATCH.format(asked=asked, id="urn:uuid:4f5a-sim-0001", addresses=addresses).encode()


def test_an_answer_tells_name_and_port_and_the_sender_is_the_host():
    (found,) = matches(answer(), ASKED, "10.0.0.5")
    assert (found.host, found.port, found.id) == ("10.0.0.5", 8080, "urn:uuid:4f5a-sim-0001")
    assert (found.name, found.hardware, found.location) == ("Gate camera", "SIM-1", "lane 2")


@pytest.mark.parametrize(
    ("addresses", "port"),
    [
        ("http://192.0.2.64/a", 80),
        ("https://192.0.2.64/a", 443),
        ("http://192.0.2.64:81/a http://10.0.0.5:82/a", 82),
        ("http://[fe80::1]:83/a", 83),
    ],
)
def test_the_port_is_of_the_address_that_answered(addresses, port):
    assert matches(answer(addresses=addresses), ASKED, "10.0.0.5")[0].port == port


def test_an_answer_to_somebody_else_is_left_to_them():
    assert matches(answer(asked=new_id()), ASKED, "10.0.0.5") == ()


def test_an_answer_that_would_grow_without_end_is_garbled():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(Garbled):
        matches(bomb, ASKED, "10.0.0.5")


@pytest.mark.parametrize("addresses", ["", "http://[", "http://192.0.2.64:99999/"])
def test_an_answer_without_a_usable_address_is_garbled(addresses):
    with pytest.raises(Garbled):
        matches(answer(addresses=addresses), ASKED, "10.0.0.5")


@given(st.one_of(st.binary(max_size=200), st.integers(0, len(answer())).map(lambda at: answer()[:at])))
def test_no_datagram_raises_anything_but_garbled(datagram):
    try:
        matches(datagram, ASKED, "10.0.0.5")
    except Garbled:
        return


def test_each_probe_is_its_own():
    assert probe(new_id()) != probe(new_id())


@pytest.mark.parametrize("group", ["", "239.255.255.250"], ids=["one host", "everybody"])
def test_cameras_are_found(group):
    async def story():
        async with Announcer("http://192.0.2.64:8080/onvif/device_service", group=group) as camera:
            to = (group or "127.0.0.1", camera.port)
            found = await discover(wait_s=0.3, to=to, interface="127.0.0.1")
            assert [(one.host, one.port, one.name) for one in found] == [("127.0.0.1", 8080, "Gate camera")]
            assert camera.heard == 2

    live(story())


@pytest.mark.parametrize("mode", [Mode.SILENT, Mode.GARBLED])
def test_who_answers_nothing_or_nonsense_is_not_found(mode):
    async def story():
        async with Announcer("http://127.0.0.1/") as camera:
            camera.mode = mode
            assert await discover(wait_s=0.1, to=("127.0.0.1", camera.port)) == ()

    live(story())


def test_a_network_that_the_node_is_not_in_is_unreachable():
    with pytest.raises(Unreachable):
        asyncio.run(discover(wait_s=0.1, interface="192.0.2.1"))
