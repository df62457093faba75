"""What the tests of cameras say over and over."""

from datetime import UTC, datetime, timedelta, timezone

from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.sim.devices.cameras import Sighting

HEARD = datetime(2026, 3, 1, 2, 0, 5, tzinfo=UTC)
TAKEN = datetime(2026, 3, 1, 2, 0, 3, 250000, tzinfo=UTC)
HANOI = timezone(timedelta(hours=7))
EYE = Mounting(source="in-1-front", zone=HANOI)


def seen(plate: str = "29C-067.89", **told: object) -> Sighting:
    return Sighting(**({"plate": plate, "at": TAKEN, "pictures": False} | told))
