"""What the service manager of the box is told: that the node is ready, how its lanes are, and that they live.

sd_notify(3): lines in a datagram to the socket that systemd names. A node in which a lane hangs says nothing
more, and is started anew (`WatchdogSec` in deploy/cuakhauso-lane.service).
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)

EVERY_S = 10.0
STARTING_S = 0.2


class Living(Protocol):
    """The node, as far as its life is concerned."""

    def hanging(self) -> list[str]:
        """The lanes whose loop stands still; those that have not begun, too."""

    def in_short(self) -> str:
        """How it is, in a line for whoever looks at the box."""


@dataclass(frozen=True, slots=True)
class Systemd:
    """`every_s` is how often it wants a sign of life, three times within the time it waits."""

    address: str
    every_s: float = EVERY_S

    @classmethod
    def here(cls, environ: Mapping[str, str] = os.environ) -> "Systemd | None":
        """None where nobody waits for word."""
        address, limit = environ.get("NOTIFY_SOCKET", ""), environ.get("WATCHDOG_USEC", "")
        if not address.startswith(("/", "@")):
            return None
        is_for_us = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        seconds = int(limit) / 3_000_000 if limit.isdigit() and is_for_us else EVERY_S
        return cls(address, min(seconds, EVERY_S))

    def say(self, **told: str) -> None:
        """One that does not hear must not stop the lanes."""
        text = "\n".join(f"{name}={value}" for name, value in told.items())
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.sendto(text.encode(), address)
        except OSError as error:
            log.warning("the service manager does not hear: %s", error)

    async def keep_told(self, node: Living) -> None:
        """For ever: ready once every lane goes round, then alive as long as every lane does."""
        while node.hanging():
            await asyncio.sleep(min(STARTING_S, self.every_s))
        self.say(READY="1")
        while True:
            if hanging := node.hanging():
                self.say(STATUS=f"hangs: {', '.join(hanging)}")
            else:
                self.say(STATUS=node.in_short(), WATCHDOG="1")
            await asyncio.sleep(self.every_s)
