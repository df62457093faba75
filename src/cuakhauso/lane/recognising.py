"""What a node has for reading its cameras' pictures itself, and for knowing how well all of them read. Put
together from its file; the lanes work without any of it."""

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from . import config as c
from .contracts import Subject
from .corrections import Corrections, Crops, wrongs
from .fitting import source_of
from .journal import JournalFault
from .node import Node
from .pictures import Limits
from .reckoning import Judgement, Reckoning

if TYPE_CHECKING:
    from .vision.watching import Vision

log = logging.getLogger(__name__)

TIDY_EVERY_S = 3600.0
OWN = "+vision"  # `vision.reads.own_source`


@dataclass(slots=True)
class Recognising:
    node: Node
    reckoning: Reckoning
    corrections: Corrections
    vision: "Vision | None"
    keeps: bool = True
    _keeping: set[asyncio.Task[int]] = field(default_factory=set)

    def judged(self, code: str, at: datetime, found: tuple[Judgement, ...]) -> None:
        """What was not read right is kept with its answer; written beside, no lane waits for it."""
        if not self.keeps:
            return
        crops: Crops = self.vision.crops(code) if self.vision is not None else {}
        made = list(wrongs(found, crops, at))
        if made:
            keeping = asyncio.to_thread(self.corrections.keep, made, self.node.picture)
            task = asyncio.get_running_loop().create_task(keeping)
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    async def run(self) -> None:
        """Until cancelled: looks, where there is anything to look at, and forgets in time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tidy())
            if self.vision is not None:
                group.create_task(self.vision.run())

    async def _tidy(self) -> None:
        while True:
            with suppress(JournalFault):
                self.reckoning.forget(self.node.now())
            with suppress(OSError):  # also where nothing more is kept: what was before is personal data
                await asyncio.to_thread(self.corrections.tidy, self.node.now())
            await asyncio.sleep(TIDY_EVERY_S)


def recognising(config: c.Config, node: Node) -> Recognising:
    """The vehicle that passed is judged before what was seen of it is forgotten: so they listen in turn."""
    reckoning = Reckoning(node.engine, expected(config))
    node.accuracy = lambda code: reckoning.figures(code, node.now())
    vision = _vision(config, node) if config.recognises else None
    made = Recognising(node, reckoning, corrections_of(config), vision, config.vision.corrections)
    reckoning.heard = made.judged
    return made


def expected(config: c.Config) -> dict[str, tuple[tuple[str, Subject], ...]]:
    """What each camera of a lane is there to read, as another maker's camera does and as we do."""
    return {
        lane.code: tuple(
            (source, camera.subject)
            for camera in lane.camera
            for own in [source_of(lane.code, camera.name)]
            for source in ((own,) if camera.driver != c.LIVE else ()) + ((own + OWN,) * camera.recognise)
        )
        for lane in config.lane
    }


def corrections_of(config: c.Config) -> Corrections:
    told = config.vision
    limits = Limits(age=timedelta(days=told.corrections_days), size=told.corrections_mb * 1024**2)
    return Corrections(Path(config.node.data) / "corrections", limits)


def _vision(config: c.Config, node: Node) -> "Vision":
    """Loaded only where pictures are read."""
    from .vision.watching import Seer, Vision
    from .vision.workers import Limits as Bounds
    from .vision.workers import Workers

    seers = [
        Seer(
            code=lane.code, source=source, subject=camera.subject, region=camera.region, fps=camera.fps,
            live=node.works[lane.code].fitted.live.get(source),
        )
        for lane in config.lane for camera in lane.camera if camera.recognise
        for source in [source_of(lane.code, camera.name)]
    ]  # fmt: skip
    number = config.vision.processes or max(1, processors() - 1)
    vision = Vision(node, seers, Workers(number, Bounds(memory_mb=config.vision.memory_mb)))
    node.pictured = vision.pictured
    return vision


def processors() -> int:
    """Those that this process may use, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
