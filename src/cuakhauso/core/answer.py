"""What a lane is told of one crossing at its checkpoint, in a form that is signed and can be checked alone.

The centre answers with `may_pass`; a lane that cannot reach the centre goes on with the answers it holds. The
protocol between the two: `docs/lane-protocol.md`. Signing is Ed25519 over `signed_bytes`.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from .declaration import Plate, Words
from .words import CheckpointKind, Direction, Kind, Party, Place

PURPOSE = b"cuakhauso lane answer v1\n"


class Because(Words, frozen=True, kw_only=True):
    """One objection, with its sentence by language, so that a lane can say it without the centre."""

    code: str
    party: Party
    place: str = ""
    law: str = ""
    words: dict[str, str] = {}


class Answer(Words, frozen=True, kw_only=True, tag="answer"):
    """May this crossing pass here, by `facts` of its facts, as of `as_of`? `against` is all that speaks
    against it; where nothing does, this is a permit.

    `ends` is when the clock alone changes this answer (opening hours, papers, stay), whatever else happens:
    up to then, not including it, a permit holds and a refusal cannot become one. None: never.
    `own_weight_kg` is the declared tare, `tares_kg` are measured ones: earlier weights of this vehicle with
    the same trailers and nothing on board, newest first. `goods_kg` is what should be on board, 0 for an
    empty vehicle. Unknown is none. Goods may be `goods_tolerance_kg` off, the vehicle `tolerance_percent`.
    """

    gate: str
    checkpoint: CheckpointKind
    direction: Direction
    leads_to: Place
    crossing: UUID
    number: str
    kind: Kind | None
    facts: int
    as_of: datetime
    plate: Plate
    trailers: tuple[Plate, ...] = ()
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    goods: str = ""
    against: tuple[Because, ...] = ()
    ends: datetime | None = None
    max_gross_kg: int | None = None
    own_weight_kg: int | None = None
    goods_kg: int | None = None
    tolerance_percent: int = 5
    goods_tolerance_kg: int = 0
    tares_kg: tuple[int, ...] = ()

    @property
    def permits(self) -> bool:
        return not self.against


class Gone(Words, frozen=True, kw_only=True, tag="gone"):
    """This crossing is not expected here any more."""

    crossing: UUID
    checkpoint: CheckpointKind
    direction: Direction
    as_of: datetime


class Beat(Words, frozen=True, kw_only=True, tag="beat"):
    """As of `as_of`, who has heard the `count` messages of this stream, whose chain is `chain`, knows all."""

    node: UUID
    stream: UUID
    count: int
    chain: str
    as_of: datetime


Message = Answer | Gone | Beat


class Signed(Words, frozen=True, kw_only=True):
    """A message as it travels: its canonical text, the id of the key, the signature in hex."""

    body: str
    key: str
    signature: str


_encode = msgspec.json.Encoder(order="sorted").encode
_decode: Callable[[bytes], Message] = msgspec.json.Decoder(Message).decode
GENESIS = hashlib.sha256(PURPOSE).digest()


def text_of(message: Message) -> str:
    """Canonical: sorted keys, no spaces, UTC times."""
    return _encode(message).decode()


def message_of(body: str) -> Message:
    """Raises `msgspec.ValidationError` for what is no message of a known form."""
    return _decode(body.encode())


def signed_bytes(body: str) -> bytes:
    """What the signature is over. The purpose keeps it from being taken for a signature of anything else."""
    return PURPOSE + body.encode()


def chained(previous: bytes, signed: Signed) -> bytes:
    """The stream's next link: with it nobody can leave out, repeat or reorder a message unnoticed."""
    return hashlib.sha256(previous + bytes.fromhex(signed.signature)).digest()
