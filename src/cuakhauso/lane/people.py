"""Persons who may act at this node, with the centre away: an id, a name and a PIN, from its own file.

`hashed` makes what the file keeps of a PIN (`cuakhauso lane person`). `Persons.recognise` is the one place
that compares a PIN; after some wrong ones it answers nobody for a while, per person and per address.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import argon2

from .words import Person

LEAST_DIGITS, MOST_SIGNS = 6, 64
MOST_WRONG = 5
LOCKED_FOR = timedelta(minutes=5)
MOST_REMEMBERED = 1000
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class WeakPin(ValueError):
    """A PIN that somebody who looks over a shoulder, or tries a few, would have."""


class Unrecognised(StrEnum):
    """Why nobody was recognised. Wrong id and wrong PIN are one answer, so that nobody learns who exists."""

    WRONG = "pin_wrong"
    LOCKED = "pin_locked"


@dataclass(frozen=True, slots=True)
class Officer:
    """A line of the node's file; `pin` is the argon2 hash."""

    id: str
    name: str
    pin: str = field(repr=False)

    @property
    def person(self) -> Person:
        return Person(self.id, self.name)

    @property
    def seal(self) -> str:
        """Changes with the PIN: a session that began with the old one ends."""
        return hashlib.sha256(self.pin.encode()).hexdigest()[:16]


def hashed(pin: str) -> str:
    """What is kept of a PIN. Raises `WeakPin`."""
    if not pin.isascii() or not pin.isdigit() or not LEAST_DIGITS <= len(pin) <= MOST_SIGNS:
        raise WeakPin(f"a PIN has at least {LEAST_DIGITS} digits, and only digits")
    if len(set(pin)) < 3 or pin in "01234567890123456789" or pin in "98765432109876543210":
        raise WeakPin("these digits would be tried first")
    return argon2.PasswordHasher().hash(pin)


@dataclass(slots=True)
class Tries:
    """When somebody, or some address, last tried and failed."""

    at: dict[str, list[datetime]] = field(default_factory=dict)

    def is_locked(self, key: str, now: datetime) -> bool:
        return len(self._recent(key, now)) >= MOST_WRONG

    def count(self, key: str, now: datetime) -> None:
        self.at[key] = [*self._recent(key, now), now]
        while len(self.at) > MOST_REMEMBERED:
            del self.at[next(iter(self.at))]

    def take_back(self, key: str, tried: datetime) -> None:
        tries = self.at.get(key, [])
        if tried in tries:
            tries.remove(tried)

    def forget(self, key: str) -> None:
        self.at.pop(key, None)

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [tried for tried in self.at.get(key, ()) if now - tried < LOCKED_FOR]


@dataclass(slots=True)
class Persons:
    """Those of the node's file. Their tries are forgotten when the node starts again."""

    officers: dict[str, Officer]
    by_id: Tries = field(default_factory=Tries)
    by_address: Tries = field(default_factory=Tries)

    @classmethod
    def of(cls, officers: Iterable[Officer]) -> "Persons":
        """Raises `ValueError` with every line that is no person, or one twice."""
        officers = tuple(officers)
        if wrong := list(_wrong(officers)):
            raise ValueError("; ".join(wrong))
        return cls({officer.id.lower(): officer for officer in officers})

    def get(self, id: str) -> Officer | None:
        """However the letters of the id were typed."""
        return self.officers.get(id.strip().lower())

    async def recognise(self, id: str, pin: str, address: str, at: datetime) -> Officer | Unrecognised:
        """A try counts before it is looked at: a hundred at once are a hundred."""
        officer = self.get(id)
        if self._is_locked(officer, address, at):
            return Unrecognised.LOCKED
        self._count(officer, address, at)
        if not await self._fits(officer, pin) or officer is None:
            return Unrecognised.WRONG
        self.by_id.forget(officer.id)
        self.by_address.take_back(address, at)
        return officer

    def _is_locked(self, officer: Officer | None, address: str, at: datetime) -> bool:
        by_id = officer is not None and self.by_id.is_locked(officer.id, at)
        return by_id or self.by_address.is_locked(address, at)

    def _count(self, officer: Officer | None, address: str, at: datetime) -> None:
        if officer is not None:
            self.by_id.count(officer.id, at)
        self.by_address.count(address, at)

    async def _fits(self, officer: Officer | None, pin: str) -> bool:
        """Off the loop that runs the lanes. A stranger costs as long as anybody: another's hash is tried."""
        tried = officer or next(iter(self.officers.values()), None)
        if tried is None or len(pin) > MOST_SIGNS:
            return False
        return await asyncio.to_thread(_verified, tried.pin, pin)


def _verified(kept: str, pin: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(kept, pin)
    except argon2.exceptions.VerifyMismatchError:
        return False


def _wrong(officers: tuple[Officer, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for officer in officers:
        if not ID.fullmatch(officer.id):
            yield f"{officer.id!r} is no id: letters, digits, . _ -"
        if officer.id.lower() in seen:
            yield f"{officer.id!r} is there twice"
        if not officer.name.strip():
            yield f"{officer.id!r} has no name"
        if not _is_hash(officer.pin):
            yield f"the PIN of {officer.id!r} is not as `cuakhauso lane person` makes it"
        seen.add(officer.id.lower())


def _is_hash(pin: str) -> bool:
    try:
        argon2.extract_parameters(pin)
    except argon2.exceptions.InvalidHashError:
        return False
    return True
