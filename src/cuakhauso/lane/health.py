"""How each device is: known only from what it said last, and when."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .contracts import DeviceFault


class Health(StrEnum):
    """`unknown` until it has spoken; `degraded`: it speaks, and what it says cannot be used."""

    UNKNOWN = "unknown"
    WELL = "ok"
    DEGRADED = "degraded"
    FAULTY = "down"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """`words` is the code of what is wrong, or what the device last told of itself."""

    name: str
    kind: str
    state: Health
    since: datetime | None
    words: str = ""


@dataclass(slots=True)
class Devices:
    """The devices of one lane, by name."""

    states: dict[str, DeviceState] = field(default_factory=dict)

    def add(self, name: str, kind: str) -> None:
        self.states[name] = DeviceState(name, kind, Health.UNKNOWN, None)

    # Each says whether this is news.

    def well(self, name: str, at: datetime, words: str = "") -> bool:
        return self._becomes(name, Health.WELL, at, words)

    def degraded(self, name: str, at: datetime, why: str) -> bool:
        return self._becomes(name, Health.DEGRADED, at, why)

    def faulty(self, name: str, at: datetime, fault: DeviceFault) -> bool:
        return self._becomes(name, Health.FAULTY, at, fault.code)

    def _becomes(self, name: str, state: Health, at: datetime, words: str) -> bool:
        known = self.states[name]
        changed = (known.state, known.words) != (state, words)
        if changed:
            since = at if known.state is not state else known.since
            self.states[name] = DeviceState(name, known.kind, state, since, words)
        return changed
