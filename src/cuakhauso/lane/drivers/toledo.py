"""METTLER TOLEDO continuous output: STX, three status words, six digits of weight, six of tare, CR, checksum.

The digits have neither point nor sign: the status words say where they belong. Makers who imitate the format
disagree on which bits of them are constant (Fairbanks, Liden), so no constant is ever asserted; what differs
beyond that is a dialect, chosen by the site.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from ..contracts import Garbled, Manifest, Weight, WeightFault
from .frames import Frames, number, weighed

MANIFEST = Manifest(
    name="toledo",
    makes=("METTLER TOLEDO", "KERN", "Rice Lake", "Liden", "Fairbanks"),
    protocol="Toledo continuous, 17 or 18 bytes",
    tested=("cuakhauso.sim.devices.scales", "frames published in manuals"),
    source="Wildcat technical manual 6-4 and 6-5; Rockwell 57C428 D-1; KERN FTC p. 42; MT IND445 p. 50",
    gives=("weight", "tare", "stable", "net", "overload", "underload", "not zeroed"),
)
FRAME = rb"\x02([\x00-\x7f])([\x00-\x7f])([\x00-\x7f])([0-9 ]{6})([0-9 ]{6})\r"

CHECKED = FRAME + rb"[\x00-\x7f]"

# SWA bits 0 to 2: the power of ten of the last digit. The first two are zeros that only the display adds.
POWERS = {0: 2, 1: 1, 2: 0, 3: -1, 4: -2, 5: -3, 6: -4, 7: -5}
NET, NEGATIVE, OUT_OF_RANGE, MOTION, KG, POWER_UP = 0x01, 0x02, 0x04, 0x08, 0x10, 0x40  # SWB
GRAMS = 0x01  # SWC; pounds in Liden's dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`dummy_zeros`: the digits leave out the zeros that SWA tells of (to be proven on site with a test
    weight). `says_unit`: the bits for kg and grams mean what the maker's manual says."""

    checksum: bool = True
    dummy_zeros: bool = True
    says_unit: bool = True


class Toledo(Frames):
    longest = 18
    parity = True  # seven data bits and parity are common, and some send the eighth bit along

    def __init__(self, dialect: Dialect | None = None) -> None:
        super().__init__()
        self.dialect = dialect or Dialect()
        self.pattern = re.compile(CHECKED if self.dialect.checksum else FRAME)

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        if self.dialect.checksum and sum(found[0]) & 0x7F:
            raise Garbled("checksum")
        a, b, c = found[1][0], found[2][0], found[3][0]
        fault = self._fault(b, c)
        kg = self._kg(found[4], a) if fault is not WeightFault.UNIT else None
        if kg is None and fault is None:
            raise Garbled("no figure, and no fault that explains it")
        return weighed(
            -kg if kg and b & NEGATIVE else kg,
            stable=not b & MOTION,
            net=bool(b & NET),
            fault=fault,
            tare_kg=self._kg(found[5], a) if kg is not None else None,
            raw=raw,
        )

    def _kg(self, digits: bytes, a: int) -> Decimal | None:
        power = POWERS[a & 7] if self.dialect.dummy_zeros else min(POWERS[a & 7], 0)
        value = number(digits)
        return None if value is None else value * Decimal(10) ** power

    def _fault(self, b: int, c: int) -> WeightFault | None:
        if b & POWER_UP:
            return WeightFault.NOT_ZEROED
        if self.dialect.says_unit and (not b & KG or c & GRAMS):
            return WeightFault.UNIT
        if b & OUT_OF_RANGE:
            return WeightFault.UNDERLOAD if b & NEGATIVE else WeightFault.OVERLOAD
        return None
