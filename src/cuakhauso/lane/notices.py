"""What becomes of a lane's devices, and what came from them that could not be used: known live, and written
down once for each change. The same again is written only after a while: neither a loose contact nor a
stranger at the door fills the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .contracts import DeviceFault
from .health import Devices, Health
from .journal import JournalFault
from .words import Note, NoteKind

SAME_AGAIN = timedelta(minutes=10)
UNWELL = frozenset({Health.FAULTY, Health.DEGRADED})

Written = tuple[str, str, str, str]


@dataclass(slots=True)
class Notices:
    """`write` takes a note of a lane and raises `JournalFault`."""

    write: Callable[[str, Note], None]
    now: Callable[[], datetime]
    _written: dict[Written, datetime] = field(default_factory=dict)

    def well(self, lane: str, devices: Devices, name: str) -> None:
        was = devices.states[name].state
        if devices.well(name, self.now()) and was in UNWELL:
            self._note(lane, name, Health.WELL, "", "")

    def faulty(self, lane: str, devices: Devices, name: str, fault: DeviceFault) -> bool:
        """It does not do what it should. Whether this is news."""
        news = devices.faulty(name, self.now(), fault)
        if news:
            self._note(lane, name, Health.FAULTY, fault.code, str(fault))
        return news

    def degraded(self, lane: str, devices: Devices, name: str, why: str, words: str = "") -> None:
        """It is there, and what it sends cannot be used."""
        devices.degraded(name, self.now(), why)
        self._note(lane, name, Health.DEGRADED, why, words)

    def remark(self, lane: str, name: str, why: str, words: str = "") -> None:
        """Something came that was not used, and says nothing of how a device is."""
        self._note(lane, name, "", why, words)

    def _note(self, lane: str, name: str, state: str, why: str, words: str) -> None:
        key, at = (lane, name, state, why), self.now()
        if key in self._written and at - self._written[key] < SAME_AGAIN:
            return
        told = {"device": name, "state": state, "why": why, "words": words[:200]}
        try:
            self.write(lane, Note(NoteKind.DEVICE, at, told))
        except JournalFault:
            return  # it stands beside the device, and is written when it happens again
        self._written[key] = at
