"""Passages as a model of cameras and readers has them: no pictures, and no proof of how real ones are read.

It is for what pictures cannot show by the ten thousand: unexpected vehicles, twins that differ in one sign, a
tractor that was exchanged before a declared trailer, mud on one sign through a whole burst. The reader of the
model is wrong more often than a good one, and surer of it than it should be. What it assumes:

* a fleet as at a gate: few provinces, numbers that follow each other, so that expected twins are common;
* each camera has a quality for the whole passage, which its frames share, and each frame a little of its own;
* each sign has, by `MUD`, a cover that all frames of the burst see alike and that makes it look like another;
* signs are taken for those that they look like (`ALIKE`), and the reader is too sure by `TOO_SURE`.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from stdnum import iso6346

from cuakhauso.core.answer import Answer
from cuakhauso.core.declaration import Plate
from cuakhauso.core.identifiers import parse_plate
from cuakhauso.core.looks import Chances, Sort, Track
from cuakhauso.core.words import CheckpointKind, Direction, Kind, Place

FRAMES = 5
MUD, TOO_SURE, UNREADABLE = 0.01, 1.3, 0.1
DIGITS, LETTERS = "0123456789", "ABCDEFGHKLMNPSTUVXYZ"
ALIKE = {
    "0": "8D6O", "1": "7IL4", "2": "Z7", "3": "895", "4": "1A", "5": "S63", "6": "85G0", "7": "12T",
    "8": "B360", "9": "83", "A": "4R", "B": "8R", "C": "G0", "D": "0O", "E": "FB", "F": "EP", "G": "C6",
    "H": "NM", "K": "XH", "M": "NH", "N": "MH", "P": "FR", "R": "PB", "S": "5", "U": "V", "Z": "2",
    "桂": "粤", "粤": "桂", "豫": "鄂", "鄂": "豫",
}  # fmt: skip


class What(StrEnum):
    """Who comes: expected; of nobody; a twin of somebody expected; another tractor with a known trailer."""

    EXPECTED = "expected"
    STRANGER = "stranger"
    TWIN = "twin"
    EXCHANGED = "exchanged"


SHARES = {What.EXPECTED: 0.85, What.STRANGER: 0.07, What.TWIN: 0.04, What.EXCHANGED: 0.04}


@dataclass(frozen=True, slots=True)
class Passage:
    """`truth`: the crossing that it is, none where it is expected by nobody."""

    what: What
    truth: UUID | None
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Vehicle:
    plate: str
    trailer: str
    container: str


# --- a fleet -----------------------------------------------------------------------------------------


def fleet(many: int, rng: random.Random) -> list[Vehicle]:
    """No plate twice. Every tenth has the number after its neighbour's."""
    found: dict[str, Vehicle] = {}
    last = ""
    while len(found) < many:
        plate = _next(last) if last and rng.random() < 0.1 else _plate(rng)
        if plate not in found:
            found[plate] = Vehicle(plate, _trailer(plate, rng), _container(rng) if rng.random() < 0.6 else "")
        last = plate
    return list(found.values())


def _plate(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return f"{rng.choice('桂桂桂桂粤豫鄂')}{rng.choice('AFKL')}{_digits(rng, 5)}"
    return f"{rng.choice((12, 12, 12, 11, 15, 29, 30, 51, 98, 99))}{rng.choice('CCHE')}{_digits(rng, 5)}"


def _trailer(plate: str, rng: random.Random) -> str:
    return f"{plate[:2]}{_digits(rng, 4)}挂" if plate[0] > "9" else f"{plate[:2]}R{_digits(rng, 5)}"


def _container(rng: random.Random) -> str:
    number = f"{''.join(rng.choices(LETTERS, k=3))}U{_digits(rng, 6)}"
    return number + str(iso6346.calc_check_digit(number))


def _digits(rng: random.Random, many: int) -> str:
    return "".join(rng.choices(DIGITS, k=many))


def _next(plate: str) -> str:
    return plate[:-1] + DIGITS[(int(plate[-1]) + 1) % 10] if plate[-1].isdigit() else plate


def twin(text: str, rng: random.Random) -> str:
    """Another plate of the same form: one of its last digits is another that looks like it."""
    at = rng.choice([n for n, sign in enumerate(text) if n >= 3 and sign.isdigit()])
    others = [sign for sign in ALIKE[text[at]] if sign.isdigit()]
    return text[:at] + rng.choice(others) + text[at + 1 :]


def declared(vehicle: Vehicle, n: int, rng: random.Random) -> Answer:
    """One Chinese plate in five was typed without its province."""
    bare = vehicle.plate[0] > "9" and rng.random() < 0.2
    return Answer(
        gate="CKHN", checkpoint=CheckpointKind.B1, direction=Direction.OUT, leads_to=Place.GATE_AREA,
        crossing=UUID(int=n + 1), number=f"20260504-{n:05}-0", kind=Kind.EXPORT, facts=1,
        as_of=datetime(2026, 5, 4, tzinfo=UTC), plate=_read(vehicle.plate[1:] if bare else vehicle.plate),
        trailers=(_read(vehicle.trailer),), containers=(vehicle.container,) if vehicle.container else (),
    )  # fmt: skip


def _read(text: str) -> Plate:
    plate = parse_plate(text)
    return Plate(country=plate.country, number=plate.normalised, shown=plate.shown, province=plate.province)


# --- what cameras see of it ----------------------------------------------------------------------------


def passages(many: int, vehicles: list[Vehicle], rng: random.Random) -> Iterator[Passage]:
    """`vehicles` are expected, in the order of their crossings."""
    known = {vehicle.plate for vehicle in vehicles}
    for _ in range(many):
        at = rng.randrange(len(vehicles))
        what = rng.choices(list(SHARES), list(SHARES.values()))[0]
        comes = _comes(what, vehicles[at], known, rng)
        truth = UUID(int=at + 1) if what is What.EXPECTED else None
        yield Passage(what, truth, tuple(seen(comes, rng)))


def _comes(what: What, expected: Vehicle, known: set[str], rng: random.Random) -> Vehicle:
    if what is What.EXPECTED:
        return expected
    if what is What.STRANGER:
        plate = next(p for p in iter(lambda: _plate(rng), "") if p not in known)
        return Vehicle(plate, _trailer(plate, rng), _container(rng))
    plate = next((p for _ in range(50) if (p := twin(expected.plate, rng)) not in known), "")
    other = replace(expected, plate=plate or f"99Z{_digits(rng, 5)}")
    return other if what is What.EXCHANGED else replace(other, trailer=_trailer(plate, rng), container="")


def seen(vehicle: Vehicle, rng: random.Random) -> Iterator[Track]:
    """In one passage of ten there is a text that nobody could read."""
    texts = [("front", Sort.PLATE, vehicle.plate), ("rear", Sort.PLATE, vehicle.trailer)]
    if vehicle.container:
        texts.append(("side", Sort.CODE, vehicle.container))
    hidden = rng.randrange(len(texts)) if rng.random() < UNREADABLE else None
    for n, (source, sort, text) in enumerate(texts):
        quality = rng.gauss(6.5, 1.5) if n != hidden else rng.gauss(0.5, 0.5)
        yield Track(source, sort, burst(text, quality, rng))


def burst(text: str, quality: float, rng: random.Random) -> tuple[Chances, ...]:
    """Neighbouring frames: what hides a sign hides it in all of them."""
    covers = [rng.uniform(3, 9) if rng.random() < MUD else 0.0 for _ in text]
    leans = [rng.choice(ALIKE.get(sign, DIGITS)) for sign in text]
    frames = []
    for _ in range(FRAMES):
        frame = quality + rng.gauss(0, 0.8)
        frames.append(tuple(map(lambda s, c, n: _place(s, n, frame - c, rng), text, covers, leans)))
    return tuple(frames)


def _place(sign: str, lean: str, clear: float, rng: random.Random) -> dict[str, float]:
    """The sign itself is clearer than all others by `clear`; what it looks like comes next."""
    logits = {other: rng.gauss(-2, 0.7) for other in rng.choices(DIGITS + LETTERS, k=6)}
    logits |= {other: rng.gauss(-0.5, 0.8) for other in ALIKE.get(sign, "")}
    logits |= {lean: rng.gauss(0.3, 0.8), sign: clear + rng.gauss(0, 0.7)}
    highest = max(logits.values())
    weights = {one: math.exp(TOO_SURE * (value - highest)) for one, value in logits.items()}
    total = sum(weights.values())
    return {one: weight / total for one, weight in weights.items() if weight / total > 0.002}
