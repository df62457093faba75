"""Rinstrum indicators, automatic output: formats FMT_1, FMT_2 and FMT_4 of the R320 and its kin.

FMT_1 names one state only, so a moving weight does not say whether it is gross; FMT_2 leaves the unit blank
while the weight moves, beside its own letter for motion.
"""

import re
from decimal import Decimal

from ..contracts import Garbled, Manifest, Weight, WeightFault
from .frames import Frames, in_kg, number, weighed

MANIFEST = Manifest(
    name="rinstrum",
    makes=("Rinstrum",),
    protocol="automatic output FMT_1, FMT_2, FMT_4",
    tested=("cuakhauso.sim.devices.scales",),
    source="R320 reference manual p. 46 and 78; C530 p. 53",
    gives=("weight", "stable", "net", "overload", "underload"),
)
FAULTS = {b"O": WeightFault.OVERLOAD, b"U": WeightFault.UNDERLOAD, b"E": WeightFault.ERROR}
NET = {b"G": False, b"N": True}


def _value(sign: bytes, text: bytes, fault: WeightFault | None) -> Decimal | None:
    """Out of range it may show dashes; otherwise a frame without a figure is garbled."""
    value = number(text)
    if value is None and fault is None:
        raise Garbled(f"no figure: {text!r}")
    return -value if sign == b"-" and value else value


class Format1(Frames):
    """STX, sign, seven characters, one letter, ETX. The site says what unit it shows."""

    pattern = re.compile(rb"\x02([ +-])([ -~]{7})([GNUOME])\x03")
    longest = 11

    def __init__(self, unit: str = "kg") -> None:
        super().__init__()
        if in_kg(Decimal(1), unit) is None:
            raise ValueError(f"no unit of weight: {unit}")
        self.unit = unit

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        sign, text, letter = found.groups()
        fault = FAULTS.get(letter)
        kg = in_kg(_value(sign, text, fault), self.unit)
        stable = None if fault else letter != b"M"
        return weighed(kg, stable=stable, net=NET.get(letter), fault=fault, raw=raw)


class Format2(Frames):
    """STX, sign, seven characters, four letters, unit, ETX."""

    pattern = re.compile(rb"\x02([ +-])([ -~]{7})([GNUOE])([M ])[Z ][-12 ]([ -~]{3})\x03")
    longest = 17

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        sign, text, letter, motion, unit = found.groups()
        fault = FAULTS.get(letter)
        value = _value(sign, text, fault)
        kg = in_kg(value, unit.strip().decode())
        stable = motion != b"M" and bool(unit.strip())
        if fault is None and kg is None:
            fault = WeightFault.UNIT if stable else WeightFault.MOTION
        return weighed(kg, stable=stable, net=NET.get(letter), fault=fault, raw=raw)


class Format4(Frames):
    """`ST,GR, 38460,kg`: the commas are as some print them and others do not."""

    pattern = re.compile(rb"(OL|ST|US),?(GR|GS|NT),?([ +-]),?([ -+\--~]{7}),?([ A-Za-z]{2,3})[\r\n]")
    longest = 20

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        state, mode, sign, text, unit = found.groups()
        fault = self._fault(state, sign)
        kg = in_kg(_value(sign, text, fault), unit.strip().decode())
        wrong = WeightFault.UNIT if kg is None else None
        stable = None if state == b"OL" else state == b"ST"
        return weighed(kg, stable=stable, net=mode == b"NT", fault=fault or wrong, raw=raw)

    def _fault(self, state: bytes, sign: bytes) -> WeightFault | None:
        if state != b"OL":
            return None
        return WeightFault.UNDERLOAD if sign == b"-" else WeightFault.OVERLOAD
