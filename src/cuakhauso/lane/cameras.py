"""Cameras that push: how one is set up, what became of its pushes, and the device that people look at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from .contracts import Manifest, Unreachable
from .drivers import axis, dahua, hikvision
from .drivers.plates import Mounting, Push

MAKES = {push.manifest.name: push for push in (hikvision.PUSH, dahua.PUSH, axis.PUSH)}
SHORTEST_SECRET = 16
SET_BACK = timedelta(minutes=5)


class Outcome(StrEnum):
    """What became of a push: first at the door, then when it was taken up. Each is counted."""

    SPOOLED = "spooled"
    ALIVE = "alive"
    STRANGER = "stranger"  # a secret that is no camera's
    ANONYMOUS = "anonymous"  # none at all
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BROKEN_OFF = "broken_off"
    SPOOL_FULL = "spool_full"
    DISK_FULL = "disk_full"
    DISK_FAILS = "disk_fails"

    HANDED_ON = "handed_on"
    UNREAD = "unread"  # handed on as well: a vehicle, and no plate
    NOTHING = "nothing"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"  # handed on as sent late, after one that says it is younger
    NOT_TAKEN = "not_taken"
    GARBLED = "garbled"
    TOO_OLD = "too_old"
    DAMAGED = "damaged"
    UNKNOWN_SOURCE = "unknown_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera that pushes. `silent_after` is for those that send signs of life: longer without any is a
    fault. Without it a camera that is quiet may merely have seen nobody."""

    mounting: Mounting
    push: Push
    secret: str = field(repr=False)
    silent_after: timedelta | None = None

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST_SECRET or not self.secret.isalnum() or not self.secret.isascii():
            raise ValueError(
                f"the secret of {self.mounting.source} needs {SHORTEST_SECRET} letters or digits"
            )


Notice = Callable[[str, Outcome, str], None]
"""Source, what went wrong or was not used, and details."""


def unnoticed(source: str, outcome: Outcome, why: str) -> None:
    """For who keeps counts only."""


class PushedCamera:
    """The camera as a device. It is only listened to: nothing is ever asked of it."""

    def __init__(
        self, camera: Camera, now: Callable[[], datetime] | None = None, notice: Notice = unnoticed
    ) -> None:
        self.camera = camera
        self._notice = notice
        self._now = now or (lambda: datetime.now(UTC))
        self._since = self._now()
        self._heard_at: datetime | None = None
        self._said_at: datetime | None = None
        self._why = ""
        self.counts: Counter[Outcome] = Counter()

    @property
    def manifest(self) -> Manifest:
        return self.camera.push.manifest

    def heard(self, outcome: Outcome) -> None:
        self._heard_at = self._now()
        self.counts[outcome] += 1

    def went_wrong(self, outcome: Outcome, why: str) -> None:
        self._why = f"{outcome}: {why}"[:300]
        self.noted(outcome, why)

    def noted(self, outcome: Outcome, why: str = "") -> None:
        """Counted, and told to whoever writes it down."""
        self.counts[outcome] += 1
        self._notice(self.camera.mounting.source, outcome, why)

    def is_in_order(self, said_at: datetime | None) -> bool:
        """Is it younger than what was handed on before? What says no moment is; and so is what is older by
        far: then the camera's clock was set back."""
        before, self._said_at = self._said_at, said_at or self._said_at
        if said_at is None or before is None or before - said_at > SET_BACK:
            return True
        self._said_at = max(before, said_at)
        return said_at >= before

    async def check(self) -> str:
        quiet = self._now() - (self._heard_at or self._since)
        limit = self.camera.silent_after
        if self._heard_at is None or (limit is not None and quiet > limit):
            raise Unreachable(f"nothing heard for {quiet.total_seconds():.0f} s")
        return f"heard {quiet.total_seconds():.0f} s ago; {self.counts[Outcome.HANDED_ON]} plates since start"

    def diagnostics(self) -> dict[str, Any]:
        return {
            "make": self.manifest.name,
            "source": self.camera.mounting.source,
            "heard_at": self._heard_at and self._heard_at.isoformat(),
            "said_at": self._said_at and self._said_at.isoformat(),
            "last_trouble": self._why,
            **{str(outcome): count for outcome, count in sorted(self.counts.items())},
        }

    async def close(self) -> None:
        """There is nothing to close: the camera calls us."""
