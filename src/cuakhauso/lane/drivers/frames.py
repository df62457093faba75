"""What the protocols of scales have in common: finding frames in a stream of bytes, and reading figures.

A protocol is a pattern whose matches end where the frame ends, and `read`, which turns a match into a weight.
Bytes in, weights out: whoever owns the line feeds them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..contracts import Garbled, Weight, WeightFault

SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
NUMBER = re.compile(rb"(?P<sign>[+-]?) *(?P<digits>\d+\.?\d*|\.\d+)")
PER_KG = {"kg": Decimal(1), "t": Decimal(1000), "g": Decimal("0.001")}


class Frames(ABC):
    """A parser of one protocol. `feed` never raises: a frame that cannot be what was sent is counted as
    `garbled`, noise is skipped, and of what may still become a frame no more than the longest one is kept."""

    pattern: re.Pattern[bytes]
    longest: int
    parity: bool = False  # whether the eighth bit may be parity

    def __init__(self) -> None:
        self.good = 0
        self.garbled = 0
        self._pending = b""

    @abstractmethod
    def read(self, found: re.Match[bytes], raw: bytes) -> Weight | None:
        """The weight in a frame; none for a frame about something else. Raises `Garbled`."""

    def feed(self, data: bytes) -> Iterator[Weight]:
        """Take whatever has arrived; give the weight of every complete frame in it."""
        raw = self._pending + data
        text = raw.translate(SEVEN_BITS) if self.parity else raw
        weights: list[Weight] = []
        done = 0
        while found := self.pattern.search(text, done):
            done = self._take(found, raw[found.start() : found.end()], weights)
        self._pending = raw[max(done, len(raw) - self.longest + 1) :]
        return iter(weights)

    def _take(self, found: re.Match[bytes], raw: bytes, weights: list[Weight]) -> int:
        try:
            weight = self.read(found, raw)
        except Garbled:
            self.garbled += 1
            return found.start() + 1  # a good frame may begin within a bad one
        self.good += 1
        if weight:
            weights.append(weight)
        return found.end()

    def diagnostics(self) -> dict[str, Any]:
        return {"good": self.good, "garbled": self.garbled, "pending": len(self._pending)}


def number(text: bytes) -> Decimal | None:
    """A figure as scales print it: blanks around it, and between its sign and its digits."""
    found = NUMBER.fullmatch(text.strip())
    return Decimal(f"{found['sign'].decode()}{found['digits'].decode()}") if found else None


def in_kg(value: Decimal | None, unit: str) -> Decimal | None:
    """None where there is no figure, or its unit is not one of weight that we take."""
    return None if value is None or unit not in PER_KG else value * PER_KG[unit]


def weighed(
    kg: Decimal | None,
    *,
    stable: bool | None,
    net: bool | None,
    raw: bytes,
    fault: WeightFault | None = None,
    tare_kg: Decimal | None = None,
) -> Weight:
    """A weight with the first fault that holds: what the scale said, motion, a figure below zero."""
    if fault is None and kg is None:
        fault = WeightFault.ERROR
    if fault is None and stable is False:
        fault = WeightFault.MOTION
    if fault is None and kg is not None and kg < 0:
        fault = WeightFault.NEGATIVE
    return Weight(kg=kg, stable=stable, net=net, tare_kg=tare_kg, fault=fault, raw=raw)


def figure(text: bytes) -> Decimal:
    """A figure that must be there. Raises `Garbled`."""
    if (value := number(text)) is None:
        raise Garbled(f"no figure: {text!r}")
    return value


def xor(data: bytes) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total
