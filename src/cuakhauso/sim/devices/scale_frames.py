"""How each indicator puts what it shows into bytes. Written from the manuals, apart from the parsers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stands on the display, in whole kilograms."""

    kg: int
    moving: bool = False
    over: bool = False
    under: bool = False
    zeroed: bool = True
    tare_kg: int = 0


def toledo(shown: Shown) -> bytes:
    """With SWA for "no decimals, division 2", and the checksum."""
    body = toledo_plain(shown)
    return body + bytes([(128 - sum(body) % 128) % 128])


def toledo_plain(shown: Shown) -> bytes:
    bits = {1: shown.kg < 0, 2: shown.over or shown.under, 3: shown.moving, 6: not shown.zeroed}
    status = 0x30 + sum(1 << bit for bit, on in bits.items() if on)
    digits = f"{min(abs(shown.kg), 999999):06d}{shown.tare_kg:06d}"
    return bytes([0x02, 0x32, status, 0x20]) + digits.encode() + b"\r"


def mtsics(shown: Shown) -> bytes:
    if shown.over or shown.under or not shown.zeroed:
        return b"S " + (b"+" if shown.over else b"-" if shown.under else b"I") + b"\r\n"
    return f"S {'D' if shown.moving else 'S'} {shown.kg:10d} kg\r\n".encode()


def _hexes(body: bytes) -> bytes:
    return f"{reduce(xor, body, 0):02X}".encode()


def _signed(kg: int) -> bytes:
    return f"{kg:+07d}0".encode()


def yaohua(shown: Shown) -> bytes:
    body = _signed(shown.kg)
    return b"\x02" + body + _hexes(body) + b"\x03"


def yaohua_forward(shown: Shown) -> bytes:
    return f"={'-' if shown.kg < 0 else '0'}{abs(shown.kg):07d}".encode()


def yaohua_reversed(shown: Shown) -> bytes:
    backwards = "".join(reversed(f"{abs(shown.kg):07d}"))
    return f"={backwards}{'-' if shown.kg < 0 else '0'}".encode()


def yaohua_a12(shown: Shown) -> bytes:
    if shown.over or shown.under:
        body = b" " * 9 + (b"OL" if shown.over else b"LO")
    else:
        body = f"WG{shown.kg:06d} kg".encode()
    return body + _hexes(body) + b"\r\n"


def yaohua_answer(letter: str, shown: Shown) -> bytes:
    """A: here I am; B: gross; C: tare; D: net."""
    figures = {"B": shown.kg, "C": shown.tare_kg, "D": shown.kg - shown.tare_kg}
    body = b"A" + letter.encode() + (_signed(figures[letter]) if letter in figures else b"")
    return b"\x02" + body + _hexes(body) + b"\x03"


def _letter(shown: Shown) -> str:
    return "O" if shown.over else "U" if shown.under else "G" if shown.zeroed else "E"


def rinstrum_1(shown: Shown) -> bytes:
    letter = "M" if shown.moving and _letter(shown) == "G" else _letter(shown)
    return f"\x02{'-' if shown.kg < 0 else ' '}{abs(shown.kg):7d}{letter}\x03".encode()


def rinstrum_2(shown: Shown) -> bytes:
    sign, motion = "-" if shown.kg < 0 else " ", "M" if shown.moving else " "
    zero, unit = "Z" if shown.kg == 0 else " ", "   " if shown.moving else " kg"
    return f"\x02{sign}{abs(shown.kg):7d}{_letter(shown)}{motion}{zero}-{unit}\x03".encode()


def rinstrum_4(shown: Shown) -> bytes:
    state = "OL" if shown.over or shown.under or not shown.zeroed else "US" if shown.moving else "ST"
    return f"{state},GR,{'-' if shown.kg < 0 else ' '}{abs(shown.kg):7d},kg\r\n".encode()


SPEAKS: Mapping[str, Callable[[Shown], bytes]] = {
    "toledo": toledo,
    "toledo-plain": toledo_plain,
    "yaohua": yaohua,
    "yaohua-reversed": yaohua_reversed,
    "yaohua-forward": yaohua_forward,
    "yaohua-a12": yaohua_a12,
    "rinstrum-1": rinstrum_1,
    "rinstrum-2": rinstrum_2,
    "rinstrum-4": rinstrum_4,
}
"""Those that speak by themselves. `mtsics` and `yaohua-asked` answer only."""

ANSWERS = ("mtsics", "yaohua-asked")
