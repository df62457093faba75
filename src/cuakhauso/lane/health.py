"""How each device is: known only from what it said last, and when."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .contracts import DeviceFault


class Health(StrEnum):
    """`unknown` until it has spoken."""

    UNKNOWN = "unknown"
    WELL = "ok"
    FAULTY = "down"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """`words` is the fault's code, or what the device last told of itself."""

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

    def well(self, name: str, at: datetime, words: str = "") -> None:
        self._becomes(name, Health.WELL, at, words)

    def faulty(self, name: str, at: datetime, fault: DeviceFault) -> bool:
        """Whether this is news."""
        return self._becomes(name, Health.FAULTY, at, fault.code)

    def _becomes(self, name: str, state: Health, at: datetime, words: str) -> bool:
        known = self.states[name]
        changed = (known.state, known.words) != (state, words)
        if changed:
            since = at if known.state is not state else known.since
            self.states[name] = DeviceState(name, known.kind, state, since, words)
        return changed
