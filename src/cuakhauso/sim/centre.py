"""The centre as one node meets it, in memory: it signs, chains and takes items in as the platform does.

What crossings it expects is told by `answer_of`; `sim/soak.py` lets it die.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.core.answer import (
    GENESIS,
    Answer,
    Beat,
    Gone,
    Message,
    Signed,
    chained,
    signed_bytes,
    text_of,
)
from cuakhauso.core.declaration import Plate
from cuakhauso.core.words import CheckpointKind, Direction, Kind, Place
from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Subject
from cuakhauso.lane.engine import Post
from cuakhauso.lane.journal import Item
from cuakhauso.lane.outgoing import as_sent

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"soak").digest())
BEGIN = datetime(2026, 5, 4, 1, tzinfo=UTC)
NODE = UUID(int=0xA0DE)
POST = Post(
    "B1-1", CheckpointKind.B1, Direction.OUT,
    w.Settings(code="B1-1", leads_to=Place.GATE_AREA, reads=frozenset(Subject)), timedelta(hours=4),
)  # fmt: skip


def crossing_of(n: int) -> UUID:
    return UUID(int=0xC0 << 100 | n)


def plate_of(n: int) -> Plate:
    number = f"{12 + n // 90_000}C{10_000 + n % 90_000}"
    return Plate(country="VN", number=number, shown=f"{number[:3]}-{number[3:6]}.{number[6:]}", province="12")


def answer_of(n: int, at: datetime, *, ends: datetime | None = None) -> Answer:
    return Answer(
        gate="CKHN", checkpoint=POST.checkpoint, direction=POST.direction, leads_to=Place.GATE_AREA,
        crossing=crossing_of(n), number=f"20260504-{n:05}-0", kind=Kind.EXPORT, facts=3, as_of=at,
        plate=plate_of(n), ends=ends,
    )  # fmt: skip


@dataclass
class Centre:
    """What the platform is to a node. What it has taken in survives; who is connected does not."""

    expected: dict[UUID, Answer]
    key: Ed25519PrivateKey = KEY
    items: dict[UUID, Item] = field(default_factory=dict)
    stream: UUID | None = None
    chain: bytes = GENESIS
    count: int = 0
    outgoing: list[Message] = field(default_factory=list)

    def connect(self, stream: UUID) -> None:
        self.stream, self.chain, self.count = stream, GENESIS, 0
        self.outgoing = list(self.expected.values())

    def die(self) -> None:
        self.stream, self.chain, self.count, self.outgoing = None, GENESIS, 0, []

    def tell(self, at: datetime) -> Iterator[Signed]:
        """What has changed since, then a beat."""
        assert self.stream is not None
        for message in self.outgoing:
            signed = self.sign(message)
            self.chain, self.count = chained(self.chain, signed), self.count + 1
            yield signed
        self.outgoing = []
        beat = Beat(node=NODE, stream=self.stream, count=self.count, chain=self.chain.hex(), as_of=at)
        yield self.sign(beat)

    def sign(self, message: Message) -> Signed:
        body = text_of(message)
        return Signed(body=body, key="k1", signature=self.key.sign(signed_bytes(body)).hex())

    def take(self, batch: list[Item], at: datetime) -> list[UUID]:
        for item in batch:
            if item.id in self.items:
                continue
            self.items[item.id] = item
            if item.kind == "passage" and item.body["crossing"]:
                self._passed(UUID(item.body["crossing"]), at)
        return [item.id for item in batch]

    def _passed(self, crossing: UUID, at: datetime) -> None:
        if self.expected.pop(crossing, None):
            gone = Gone(crossing=crossing, checkpoint=POST.checkpoint, direction=POST.direction, as_of=at)
            self.outgoing.append(gone)

    @property
    def passages(self) -> list[Item]:
        return [item for item in self.items.values() if item.kind == "passage"]


def moment_of(item: Item) -> datetime:
    """When it happened by the centre's clock, as the platform works it out of what is sent."""
    sent: dict[str, Any] = as_sent(item)
    at = sent["at"] if isinstance(sent["at"], datetime) else datetime.fromisoformat(sent["at"])
    return at + timedelta(milliseconds=sent["body"].get("offset_ms", 0))
