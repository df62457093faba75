"""When a scale that gives no weight is in trouble, and not merely on its way to one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .health import Devices, Health
from .notices import Notices
from .troubles import of_scale
from .weighing import Finding, NotYet

PATIENCE = timedelta(seconds=3)
USUAL = frozenset(
    {NotYet.EMPTY, NotYet.TAKEN, NotYet.SETTLING, NotYet.NOT_WHOLLY_ON, NotYet.CONTACTS_UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why there is no weight, and since when this alone; none where all is as usual."""

    why: NotYet | None = None
    since: datetime | None = None

    def after(self, found: Finding, at: datetime) -> "Hindrance":
        why = found if isinstance(found, NotYet) and found not in USUAL else None
        return self if why is self.why else Hindrance(why, at)

    def code(self, at: datetime, moves_for: timedelta) -> str:
        """The trouble, once it has lasted; vehicles that drive on are in motion for a while (`moves_for`)."""
        if self.why is None or self.since is None:
            return ""
        lasts = moves_for if self.why is NotYet.MOTION else min(PATIENCE, moves_for)
        return of_scale(self.why) if at - self.since >= lasts else ""


def told(notices: Notices, lane: str, devices: Devices, hindrance: Hindrance, moves_for: timedelta) -> None:
    """A scale that has spoken is there; in trouble only once the same keeps it from weighing for long."""
    if why := hindrance.code(notices.now(), moves_for):
        notices.degraded(lane, devices, "scale", why)
    elif hindrance.why is None or devices.states["scale"].state is not Health.DEGRADED:
        notices.well(lane, devices, "scale")
