"""A node's time: steady, and the same over restarts of its process until the machine itself restarts.

What it shows may be wrong by hours; how far it is from the centre's is measured (`Engine.measured`). As it
never jumps, what was measured once holds until the machine restarts, whatever anybody does to the wall clock.
"""

import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .journal import Journal, JournalFault

OFF = timedelta(minutes=2)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """`began` is what it showed when `steady` was 0; left out, the wall clock's time now. `goes_on`: it is
    that of the node's last run."""

    def __init__(self, began: datetime | None = None, *, goes_on: bool = False) -> None:
        self.began = began or datetime.now(UTC) - timedelta(seconds=steady())
        self.goes_on = goes_on

    def now(self) -> datetime:
        return self.began + timedelta(seconds=steady())


def steady() -> float:
    """Seconds since the machine started; where it can be told, those asleep too."""
    sleeps_too = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if sleeps_too is None else time.clock_gettime(sleeps_too)


def boot() -> str:
    """Another one after each start of the machine; empty where nobody tells. A unit that hides the file from
    the node tells it by the environment."""
    try:
        return os.environ.get("CUAKHAUSO_BOOT_ID") or BOOT_ID.read_text().strip()
    except OSError:
        return ""


def kept(journal: Journal) -> Clock:
    """The clock of the node's last run, or where the machine has restarted since, another one. That begins no
    earlier than the centre's last word: a clock whose battery is empty may begin in another decade."""
    known, this = journal.knows("clock"), boot()
    if known and known["boot"] == this != "":
        return Clock(datetime.fromisoformat(known["began"]), goes_on=True)
    wall = Clock()
    as_of = journal.knows("as_of")
    behind = datetime.fromisoformat(as_of) - wall.now() if as_of else timedelta()
    clock = Clock(wall.began + max(behind, timedelta()))
    with suppress(JournalFault), journal.step() as step:  # on a full disk this run goes on by itself
        step.begin_clock({"boot": this, "began": clock.began})
    return clock


# --- how far it is from the centre's ---------------------------------------------------------------


def offset_ms(before: datetime, told: datetime, after: datetime) -> int:
    """How much the other clock is ahead of ours, taking its answer to have been half way (RFC 5905)."""
    middle = before + (after - before) / 2
    return round((told - middle) / timedelta(milliseconds=1))


def ceil_ms(time: timedelta) -> int:
    return -(-time // timedelta(milliseconds=1))


def is_off(offset_ms: int) -> bool:
    """More than the platform takes for a clock that is a little fast (`core.facts.FUTURE_TOLERANCE`)."""
    return abs(offset_ms) > OFF / timedelta(milliseconds=1)
