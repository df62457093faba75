"""Yaohua XK3190: the indicator of most truck scales on both sides of the border, in its many output forms.

None of them says whether the weight is stable; the site sets which form the indicator sends, and whether it
shows kg or t. What one model calls format 1 (digits reversed), another calls 2: a form is named here by what
it looks like, and a test weight on site proves which it is. `3.000` reversed is `000.3`, a weight as well.
"""

import re
from decimal import Decimal

from ..contracts import Garbled, Manifest, Weight, WeightFault
from .frames import Frames, figure, in_kg, weighed, xor

MANIFEST = Manifest(
    name="yaohua",
    makes=("Yaohua",),
    protocol="XK3190: tF=0, formats 1 to 3, command mode, A12(E)",
    tested=("cuakhauso.sim.devices.scales", "checksums published in the manuals"),
    source="XK3190-A12(E) p. 13; XK3190-A23p pp. 23-26; XK3190-A26 pp. 12-13",
    gives=("weight", "tare", "net", "overload", "underload"),
)


def checked(body: bytes) -> bytes:
    """The checksum as two characters: XOR, in capital hexadecimal."""
    return b"%02X" % xor(body)


def command(letter: bytes, address: bytes = b"A") -> bytes:
    """A: are you there; B: gross; C: tare; D: net."""
    body = address + letter
    return b"\x02" + body + checked(body) + b"\x03"


SHAKE, GROSS, TARE, NET = (command(letter) for letter in (b"A", b"B", b"C", b"D"))


def _placed(sign: bytes, digits: bytes, decimals: bytes) -> Decimal:
    value = Decimal(digits.decode()).scaleb(-int(decimals))
    return -value if sign == b"-" and value else value


class _SetUp(Frames):
    """Forms that leave out the unit: the site says what the indicator shows."""

    def __init__(self, unit: str = "kg") -> None:
        super().__init__()
        if in_kg(Decimal(1), unit) is None:
            raise ValueError(f"no unit of weight: {unit}")
        self.unit = unit

    def _untold(
        self, value: Decimal, raw: bytes, *, net: bool | None = None, tare_kg: Decimal | None = None
    ) -> Weight:
        return weighed(in_kg(value, self.unit), stable=None, net=net, raw=raw, tare_kg=tare_kg)


class Continuous(_SetUp):
    """tF=0: twelve bytes with sign, six digits, the place of the point, and a checksum."""

    pattern = re.compile(rb"\x02(([+-])([0-9]{6})([0-4]))([0-9A-F]{2})\x03")
    longest = 12

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        if checked(found[1]) != found[5]:
            raise Garbled("checksum")
        return self._untold(_placed(found[2], found[3], found[4]), raw)


class Reversed(_SetUp):
    """Nine bytes, last digit first, the sign behind: `=00.1000-` is -1.00. No checksum."""

    pattern = re.compile(rb"=([0-9.]{7})([0-])")
    longest = 9

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        value = figure(found[1][::-1])
        return self._untold(-value if found[2] == b"-" and value else value, raw)


class Forward(_SetUp):
    """Nine bytes, first digit first: `=-0001.00` is -1.00. Prices, which some models add, are noise here."""

    pattern = re.compile(rb"=([0-])([0-9.]{7})")
    longest = 9

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        value = figure(found[2])
        return self._untold(-value if found[1] == b"-" and value else value, raw)


class Answers(_SetUp):
    """What it answers in command mode. The last tare it told is given with the weights after it."""

    pattern = re.compile(rb"\x02(([A-Z])(?:A|([BCD])([+-])([0-9]{6})([0-4])))([0-9A-F]{2})\x03")
    longest = 14

    def __init__(self, unit: str = "kg", address: str = "A") -> None:
        super().__init__(unit)
        self.address = address.encode()
        self.tare_kg: Decimal | None = None

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight | None:
        if checked(found[1]) != found[7]:
            raise Garbled("checksum")
        if found[2] != self.address or found[3] is None:
            return None  # another indicator on the line, or a handshake
        value = _placed(found[4], found[5], found[6])
        if found[3] == b"C":
            self.tare_kg = in_kg(value, self.unit)
            return None
        return self._untold(value, raw, net=found[3] == b"D", tare_kg=self.tare_kg)


class A12(Frames):
    """A12 and A12(E): `WG004.139kg3D`, gross or net, unit, checksum; a line of its own for out of range."""

    pattern = re.compile(
        rb"((?:W(?P<mode>[GN])(?P<value>[ 0-9.-]{7})kg)|(?: {9}(?P<fault>OL|LO)))(?P<sum>[0-9A-F]{2})\r\n"
    )
    longest = 15

    def read(self, found: re.Match[bytes], raw: bytes) -> Weight:
        if checked(found[1]) != found["sum"]:
            raise Garbled("checksum")
        if found["fault"]:
            fault = WeightFault.OVERLOAD if found["fault"] == b"OL" else WeightFault.UNDERLOAD
            return weighed(None, stable=None, net=None, fault=fault, raw=raw)
        return weighed(figure(found["value"]), stable=None, net=found["mode"] == b"N", raw=raw)
