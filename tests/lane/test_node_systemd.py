"""A node under a service manager: a real datagram socket stands in for systemd's."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.core.words import CheckpointKind, Direction, Place
from cuakhauso.lane import identity as who
from cuakhauso.lane import node as a_node
from cuakhauso.lane import signs
from cuakhauso.lane.contracts import Inputs, Unreachable
from cuakhauso.lane.engine import Engine
from cuakhauso.lane.identity import Enrolled, Given, Identity, Key
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.node import Node
from cuakhauso.lane.pictures import Pictures
from cuakhauso.lane.systemd import Systemd
from cuakhauso.lane.works import Fitted
from tests.lane.builders import AT_REST, KEYS, NODE
from tests.lane.test_node import POST
from tests.lane.waiting import free_port, run, until

FILE = Path(__file__).parents[2] / "deploy" / "lane.toml"


class Manager:
    """What systemd hears."""

    def __init__(self, address: str) -> None:
        self.address, self.heard = address, list[dict[str, str]]()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.setblocking(False)

    def listen(self) -> list[dict[str, str]]:
        try:
            while True:
                lines = self.socket.recv(4096).decode().splitlines()
                self.heard.append(dict(line.split("=", 1) for line in lines))
        except BlockingIOError:
            return self.heard

    def has_heard(self, name: str) -> bool:
        return any(name in told for told in self.listen())


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    abstract = f"@cuakhauso-{os.getpid()}-{free_port()}"
    made = Manager(abstract if request.param == "abstract" else str(tmp_path / "notify"))
    yield made
    made.socket.close()


class Contacts:
    """They can fall silent, and they can hang as no driver should."""

    def __init__(self) -> None:
        self.fault = self.hangs = False

    async def read(self) -> Inputs:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault:
            raise Unreachable("cut")
        return Inputs(on=AT_REST)

    async def switch(self, *_: object) -> None:
        """Lights that nobody sees."""

    async def close(self) -> None:
        """Nothing is open."""


def test_a_node_is_ready_when_its_lanes_go_round_and_silent_when_one_hangs(manager, tmp_path, monkeypatch):
    monkeypatch.setattr(a_node, "HANGS_AFTER_S", 0.3)

    async def test():
        contacts = Contacts()
        engine = Engine.begin(Journal(tmp_path / "journal.sqlite"), NODE, KEYS, [POST])
        node = Node(engine, {"L": Fitted(contacts, poll_s=0.01)}, Pictures(tmp_path / "p"), say=signs.lines)
        told = asyncio.create_task(Systemd(manager.address, every_s=0.05).keep_told(node))
        await asyncio.sleep(0.2)
        assert manager.listen() == []
        going = asyncio.create_task(node.run())
        await until(lambda: manager.has_heard("WATCHDOG"))
        assert manager.heard[0] == {"READY": "1"}
        assert manager.heard[1]["STATUS"].startswith("L ")

        contacts.fault = True  # a silent device is no reason to begin anew
        await asyncio.sleep(0.5)
        manager.listen()
        assert "WATCHDOG" in manager.heard[-1]

        contacts.hangs = True
        await until(lambda: manager.listen()[-1].get("STATUS") == "hangs: L")
        manager.heard.clear()
        await asyncio.sleep(0.3)
        assert manager.listen()
        assert not manager.has_heard("WATCHDOG")
        for task in (told, going):
            task.cancel()
        await asyncio.gather(told, going, return_exceptions=True)

    run(test)


class Deaf(Contacts):
    """A library below it swallows once that it is to stop."""

    async def read(self) -> Inputs:
        if not self.hangs:
            self.hangs = True
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)
        return Inputs(on=AT_REST)


def test_a_driver_that_swallows_the_stop_does_not_keep_the_node_alive(tmp_path):
    async def test():
        engine = Engine.begin(Journal(tmp_path / "journal.sqlite"), NODE, KEYS, [POST])
        node = Node(engine, {"L": Fitted(Deaf(), poll_s=0.01)}, Pictures(tmp_path / "p"), say=signs.lines)
        going = asyncio.create_task(node.run())
        await asyncio.sleep(0.1)
        going.cancel()
        await asyncio.wait([going], timeout=5)
        assert going.done()

    run(test)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"NOTIFY_SOCKET": "vsock:2:1"}, None),
        ({"NOTIFY_SOCKET": "/run/n"}, Systemd("/run/n", 10)),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "6000000"}, Systemd("@n", 2)),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "6000000", "WATCHDOG_PID": "1"}, Systemd("@n", 10)),
        ({"NOTIFY_SOCKET": "@n", "WATCHDOG_USEC": "600000000"}, Systemd("@n", 10)),
    ],
)
def test_whoever_waits_for_word_is_found(environ, found):
    assert Systemd.here(environ) == found


def test_one_that_is_gone_does_not_stop_the_lanes(tmp_path):
    Systemd(str(tmp_path / "nobody")).say(READY="1")


def enrolled(folder: Path) -> None:
    """As `lane enrol` leaves it; the centre is away."""
    key = Ed25519PrivateKey.generate()
    lane = Given("CKHN-B1-OUT", CheckpointKind.B1, Direction.OUT, Place.GATE_AREA, 240)
    keys = [Key("k1", key.public_key().public_bytes_raw().hex())]
    told = Enrolled(UUID(int=1), "none", "CKHN", keys, [lane])
    centre = f"http://127.0.0.1:{free_port()}"
    who.save(folder, Identity(centre, key.private_bytes_raw().hex(), told))


@pytest.mark.parametrize("manager", ["path"], indirect=True)
def test_the_command_itself_says_that_it_is_ready_and_that_it_stops(manager, tmp_path):
    enrolled(tmp_path / "data")
    text = FILE.read_text().replace("/var/lib/cuakhauso-lane", str(tmp_path / "data"))
    text = text.replace("192.0.2.", "127.0.0.").replace("0.0.0.0:8100", f"127.0.0.1:{free_port()}")
    text = text.replace("0.0.0.0:8101", f"127.0.0.1:{free_port()}").partition("[[person]]")[0]
    (tmp_path / "lane.toml").write_text(text)
    environ = {**os.environ, "NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "3000000"}
    words = [Path(sys.executable).with_name("cuakhauso"), "lane", "run", tmp_path / "lane.toml"]
    node = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def test():
        await until(lambda: manager.has_heard("WATCHDOG"), seconds=40)
        assert manager.heard[0] == {"READY": "1"}
        node.send_signal(signal.SIGTERM)
        await until(lambda: manager.has_heard("STOPPING"), seconds=20)

    try:
        run(test, seconds=60)
        assert node.wait(30) == 0
    finally:
        node.kill()
        node.wait()
