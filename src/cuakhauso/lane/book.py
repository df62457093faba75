"""The answers that a node holds: checked one by one, believed as a whole, each permit used once.

`Book.hear` takes the signed messages of the centre's stream (docs/lane-protocol.md). What does not verify, or
does not follow on what came before, is not believed, and says so. A new stream is gathered beside the answers
in force and replaces them with its first believed beat, so that a lost connection leaves what was known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cuakhauso.core.answer import (
    GENESIS,
    Answer,
    Beat,
    Gone,
    Message,
    Signed,
    chained,
    message_of,
    signed_bytes,
)
from cuakhauso.core.words import CheckpointKind, Direction

from .matching import Index

Where = tuple[CheckpointKind, Direction]
Keys = Mapping[str, Ed25519PublicKey]
FUTURE = timedelta(minutes=2)


class NotBelieved(Exception):
    """What came is not the centre's word, or something before it was lost: ask for a new stream."""


class Fresh(StrEnum):
    """How far a permit counts: with the centre's word, on its old word, or no longer."""

    CONNECTED = "connected"
    ALONE = "alone"
    TOO_OLD = "too_old"


CONNECTED_FOR = timedelta(seconds=10)


@dataclass(slots=True)
class Held:
    """Answers, found by what may be read of them, and as they were signed."""

    indexes: dict[Where, Index] = field(default_factory=dict)
    signed: dict[tuple[Where, UUID], Signed] = field(default_factory=dict)

    def index(self, where: Where) -> Index:
        return self.indexes.setdefault(where, Index())

    def take(self, signed: Signed, message: Answer | Gone) -> None:
        where = _where(message)
        if isinstance(message, Gone):
            self.index(where).drop(message.crossing)
            self.signed.pop((where, message.crossing), None)
        else:
            self.index(where).put(message)
            self.signed[where, message.crossing] = signed


@dataclass(slots=True)
class Gathering:
    """A stream as it comes in, not yet believed. The first answers of a new one are put in order as they come
    (`held`): with the beat only what is in force changes, and the lanes do not wait for thousands."""

    stream: UUID
    chain: bytes = GENESIS
    count: int = 0
    held: Held | None = field(default_factory=Held)
    messages: list[tuple[Signed, Answer | Gone]] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """`places` are the checkpoints and directions of the node's lanes. `as_of` is the last believed beat.
    `ahead` is how much the centre's clock is ahead of ours, at most; none until it was measured."""

    node: UUID
    keys: Keys
    places: frozenset[Where]
    held: Held = field(default_factory=Held)
    used: dict[tuple[Where, UUID], int] = field(default_factory=dict)
    as_of: datetime | None = None
    ahead: timedelta | None = None
    stream: UUID | None = None
    chain: bytes = GENESIS
    count: int = 0
    gathering: Gathering | None = None

    @property
    def indexes(self) -> Mapping[Where, Index]:
        return self.held.indexes

    @property
    def signed(self) -> Mapping[tuple[Where, UUID], Signed]:
        return self.held.signed

    def index(self, where: Where) -> Index:
        return self.held.index(where)

    def stand_at(self, places: frozenset[Where]) -> None:
        """The node's lanes are elsewhere now: what is held for another place counts no more, and what is
        being gathered was gathered for the old ones."""
        if places == self.places:
            return
        self.places, self.gathering = places, None
        self.held = Held(
            {where: index for where, index in self.indexes.items() if where in places},
            {key: signed for key, signed in self.signed.items() if key[0] in places},
        )

    # What the centre says.

    def begin(self, stream: UUID) -> None:
        self.gathering = Gathering(stream)

    def hear(self, signed: Signed, at: datetime) -> bool:
        """Whether the answers in force changed. Raises `NotBelieved`."""
        message = self.checked(signed)
        if isinstance(message, Beat):
            return self._beat(message, at)
        self._follow(signed, message)
        return False

    def checked(self, signed: Signed) -> Message:
        key = self.keys.get(signed.key)
        try:
            if key is None:
                raise NotBelieved(f"signed with the key {signed.key[:16]!r}, which is not known here")
            key.verify(bytes.fromhex(signed.signature), signed_bytes(signed.body))
            return message_of(signed.body)
        except (InvalidSignature, ValueError, msgspec.MsgspecError) as error:
            raise NotBelieved("the signature does not fit") from error

    def _follow(self, signed: Signed, message: Answer | Gone) -> None:
        if self.gathering is None:
            raise NotBelieved("an answer came before a stream began")
        self.gathering.chain = chained(self.gathering.chain, signed)
        self.gathering.count += 1
        if _where(message) not in self.places:
            return
        if self.gathering.held is not None:
            self.gathering.held.take(signed, message)
        else:
            self.gathering.messages.append((signed, message))

    def _beat(self, beat: Beat, at: datetime) -> bool:
        now = self.gathering
        if now is None:
            raise NotBelieved("a beat came before a stream began")
        if (beat.node, beat.stream, beat.count, beat.chain) != (
            self.node, now.stream, now.count, now.chain.hex(),
        ):  # fmt: skip
            raise NotBelieved("something of the stream was lost")
        if self.as_of is not None and beat.as_of < self.as_of:
            raise NotBelieved("an older word than the last one")
        self._tell_time(beat, at)
        changed = self._accept(now)
        self.as_of, self.stream, self.chain, self.count = beat.as_of, now.stream, now.chain, now.count
        return changed

    def _tell_time(self, beat: Beat, at: datetime) -> None:
        """It is at least `as_of` by the centre's clock; where ours says less, it lost time."""
        if self.ahead is None:
            return
        if beat.as_of - at - self.ahead > FUTURE:
            raise NotBelieved("it is later than the time that it told")
        self.ahead = max(self.ahead, beat.as_of - at)

    def _accept(self, now: Gathering) -> bool:
        changed = now.held is not None or bool(now.messages)
        if now.held is not None:
            self.held, now.held = now.held, None
        for signed, message in now.messages:
            self.held.take(signed, message)
        now.messages = []
        return changed

    # What a lane asks.

    def by_centre(self, at: datetime) -> datetime | None:
        """The latest that it can be by the centre's clock. None: it was never measured since this machine
        started, and a clock that shows anything at all is no reason to believe it."""
        return None if self.ahead is None else at + self.ahead

    def fresh(self, at: datetime, alone_for: timedelta) -> Fresh:
        now = self.by_centre(at)
        if now is None or self.as_of is None or now - self.as_of > alone_for:
            return Fresh.TOO_OLD
        return Fresh.CONNECTED if now - self.as_of <= CONNECTED_FOR else Fresh.ALONE

    def is_used(self, where: Where, answer: Answer) -> bool:
        """Whether the vehicle passed here on this very word of the centre, or on an earlier one."""
        return answer.facts <= self.used.get((where, answer.crossing), -1)

    def use(self, where: Where, crossing: UUID, facts: int) -> None:
        self.used[where, crossing] = facts

    # What survives a restart.

    def kept(self) -> Iterable[Signed]:
        return self.signed.values()

    def restore(self, kept: Iterable[Signed], as_of: datetime | None) -> None:
        """Answers from the node's own disk, each checked again; one that was tampered with is left out."""
        for signed in kept:
            try:
                message = self.checked(signed)
            except NotBelieved:
                continue
            if isinstance(message, Answer) and _where(message) in self.places:
                self.held.take(signed, message)
        self.as_of = as_of


def _where(message: Answer | Gone) -> Where:
    return message.checkpoint, message.direction
