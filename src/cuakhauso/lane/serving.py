"""`cuakhauso lane run`: one node from its configuration, with its web pages, until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from cuakhauso.core.words import CheckpointKind, Direction

from . import config as c
from . import identity as who
from .arrivals import Arrivals
from .clock import kept
from .config import ConfigFault
from .doorkeeper import HEAD_SECONDS, MOST_LINES, keep_door
from .engine import Engine, Post
from .fitting import fitted, pushing, source_of
from .identity import Given, Identity
from .journal import Journal
from .link import Link
from .node import Node, reasons_of
from .people import Officer, Persons
from .pictures import Limits, Pictures
from .receiver import Receiver
from .recognising import Recognising, recognising
from .signs import lines
from .spool import Spool
from .systemd import Systemd
from .troubles import NEVER_ENDED

log = logging.getLogger(__name__)

SOFTWARE = f"cuakhauso {version('cuakhauso')}"


class NotEnrolled(Exception):
    """The centre does not know this node yet: `cuakhauso lane enrol`."""


def posts(config: c.Config, identity: Identity) -> list[Post]:
    """What the platform says of each lane, with what the file says. Raises `ConfigFault` for a lane that this
    node was not enrolled for."""
    known = ", ".join(one.code for one in identity.enrolled.lanes)
    for lane in config.lane:
        if identity.lane(lane.code) is None:
            raise ConfigFault(f"lane {lane.code} is not one that this node was enrolled for: {known}")
    return list(given_posts(config, identity))


def given_posts(config: c.Config, identity: Identity) -> Iterator[Post]:
    """Of those lanes of the file that the platform gives to this node now."""
    for lane in config.lane:
        given = identity.lane(lane.code)
        if given is not None:
            yield Post(
                lane.code, given.checkpoint, given.direction, settings_of(lane, given),
                timedelta(minutes=given.offline_minutes),
            )  # fmt: skip


def settings_of(lane: c.Lane, given: Given) -> Any:
    """Out of the non-tariff zone nobody passes without a permit, whoever asks (procedures.md 1, 4). A lane
    that weighs and has no scale here asks a person for everybody: no weight is not a good one."""
    leaves_zone = given.checkpoint is CheckpointKind.B2 and given.direction is Direction.IN
    return c.settings(
        lane, leads_to=given.leads_to, weighs=given.weighs, second_person=given.second_person,
        permit_always=leaves_zone,
    )  # fmt: skip


@dataclass(slots=True)
class Running:
    """All parts of one node, put together and not yet started."""

    config: c.Config
    node: Node
    link: Link
    spool: Spool
    receiver: Receiver
    arrivals: Arrivals
    journal: Journal
    recognising: Recognising


def assemble(path: Path) -> Running:
    """Raises `ConfigFault`, `NotEnrolled`, `JournalFault` or `OSError` (the disk lets nothing begin)."""
    config = c.read(path)
    data = Path(config.node.data)
    identity = _identity(data)
    if identity is None:
        raise NotEnrolled(f"{data} holds no identity: run `cuakhauso lane enrol {path} --centre … --code …`")
    journal = Journal(data / "journal.sqlite")
    clock = kept(journal)
    engine = Engine.begin(
        journal, identity.enrolled.node, identity.centre_keys, posts(config, identity),
        same_clock=clock.goes_on,
    )  # fmt: skip
    engine.reasons = reasons_of(identity) or engine.reasons
    limits = Limits(age=timedelta(days=config.node.keep_days), size=config.node.pictures_mb * 1024**2)
    pictures = Pictures(data / "pictures", limits=limits)
    node = Node(
        engine, {lane.code: fitted(lane) for lane in config.lane}, pictures,
        say=lines, persons=_persons(config), keep_for=limits.age, clock=clock.now,
    )  # fmt: skip
    node.keep = lambda renewed: who.save(data, renewed)
    node.posts_of = lambda renewed: given_posts(config, renewed)
    node.link = Link(
        identity, journal, node, clock.now, lambda: status(node, spool, config, path),
        Link.client_for(identity), node.picture,
    )  # fmt: skip
    spool = Spool(data / "spool", now=clock.now)
    node.is_known = spool.is_known
    arrivals = Arrivals(node, pushing(config))
    receiver = _receiver(config, spool, node, arrivals)
    made = recognising(config, node)
    return Running(config, node, node.link, spool, receiver, arrivals, journal, made)


def _identity(data: Path) -> Identity | None:
    try:
        return who.load(data)
    except msgspec.MsgspecError as error:
        raise NotEnrolled(
            f"{data / who.FILE} is damaged ({error}): move it away and enrol this node anew"
        ) from error


def _persons(config: c.Config) -> Persons:
    try:
        return Persons.of(Officer(one.id, one.name, one.pin) for one in config.person)
    except ValueError as error:
        raise ConfigFault(str(error)) from error


def _receiver(config: c.Config, spool: Spool, node: Node, arrivals: Arrivals) -> Receiver:
    for lane in config.lane:
        for camera in lane.camera:
            node.works[lane.code].devices.add(source_of(lane.code, camera.name), "camera")
    cameras = [camera for _, camera in pushing(config)]
    return Receiver(cameras, spool, arrivals.take, notice=arrivals.notice)


def status(node: Node, spool: Spool, config: c.Config, path: Path) -> dict[str, Any]:
    kept = spool.status()
    told = {"sha256": c.digest(path.read_text(encoding="utf-8")), "summary": c.summary(config)}
    return {**node.status(), "spool": {"items": kept.depth, "oldest": kept.oldest}, "config": told}


async def serve(running: Running, *apps: tuple[Any, str]) -> None:
    """Everything at once, until SIGTERM or Ctrl-C; then devices are let go in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for order in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(order, stop.set)
    servers = [_server(app, at) for app, at in ((running.receiver.app, running.config.node.push), *apps)]
    systemd = Systemd.here()
    working = [
        asyncio.create_task(running.node.run()),
        asyncio.create_task(running.receiver.run()),
        asyncio.create_task(running.recognising.run()),
        asyncio.create_task(
            keep_door(servers[0], lambda: running.arrivals.at_the_door(NEVER_ENDED), HEAD_SECONDS)
        ),
    ]
    if systemd is not None:
        working.append(asyncio.create_task(systemd.keep_told(running.node)))
    tasks = [*working, *(asyncio.create_task(server.serve()) for server in servers)]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    if systemd is not None:
        systemd.say(STOPPING="1")
    for server in servers:
        server.should_exit = True
    await _end(working)
    await running.node.close()
    await running.link.client.aclose()
    running.journal.close()
    for task in done - {stopping}:
        task.result()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def _server(app: Any, at: str) -> uvicorn.Server:
    host, _, port = at.rpartition(":")
    config = uvicorn.Config(
        app, host=host, port=int(port), lifespan="off", log_level="warning", access_log=False,
        server_header=False, ws="none", timeout_graceful_shutdown=1, limit_concurrency=MOST_LINES,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the node's own are set
    return server
