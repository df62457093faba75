"""What cameras pushed, on its way to the lanes: which lane it is for, what is too late to open anything, and
what became of what could not be used."""

from collections.abc import Iterable
from datetime import timedelta

from .cameras import Camera, Outcome
from .contracts import Read
from .health import Health
from .journal import JournalFault
from .node import Node
from .troubles import CLOCK_OFF, DOOR, LATE, SHOWS_NOTHING, of_push

CLOCKS_AGREE = timedelta(minutes=5)
AHEAD = timedelta(seconds=1)
NO_TROUBLE = frozenset({Outcome.REPEATED})


class Arrivals:
    def __init__(self, node: Node, cameras: Iterable[tuple[str, Camera]]) -> None:
        self._node = node
        self._lane_of = {camera.mounting.source: code for code, camera in cameras}

    async def take(self, read: Read) -> None:
        """A read that says that it is late, was overtaken, or waited while the node was away or its disk
        failed is written down and told to no lane: whoever stands there now may be somebody else. Raises
        `JournalFault` while the lane can use nothing: the read is told again."""
        node, code = self._node, self._lane_of[read.source]
        if self._is_late(code, read):
            node.notices.remark(code, read.source, LATE, read.text)
            return
        unkept = await node.take(code, read, read.at)
        if node.engine.fault:
            raise JournalFault(node.engine.fault)
        self._is_there(code, read, unkept)

    def notice(self, source: str, outcome: Outcome, told: str) -> None:
        """What no camera of ours sent is told at every lane: whose camera was set up wrongly is not known."""
        notices, code = self._node.notices, self._lane_of.get(source)
        if code is None:
            self.at_the_door(of_push(outcome), told)
        elif outcome in NO_TROUBLE:
            notices.remark(code, source, of_push(outcome), told)
        else:
            notices.degraded(code, self._node.works[code].devices, source, of_push(outcome), told)

    def at_the_door(self, why: str, told: str = "") -> None:
        for code in self._node.lanes:
            self._node.notices.remark(code, DOOR, why, told)

    def _is_late(self, code: str, read: Read) -> bool:
        age = self._node.now() - read.at
        return read.resent or not -AHEAD <= age <= self._node.engine.posts[code].settings.read_age

    def _is_there(self, code: str, read: Read, unkept: str) -> None:
        devices, notices = self._node.works[code].devices, self._node.notices
        is_off = read.said_at is not None and abs(read.said_at - read.at) > CLOCKS_AGREE
        if why := unkept or (CLOCK_OFF if is_off else ""):
            notices.degraded(code, devices, read.source, why, f"{read.said_at}" if is_off else "")
        elif (was := devices.states[read.source]).state is not Health.WELL and was.words not in SHOWS_NOTHING:
            notices.well(code, devices, read.source)
