"""Who this node is: its own key, and what the centre gave it when it enrolled. One file, its own to read."""

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cuakhauso.core.words import CheckpointKind, Direction, Place

FILE = "identity.json"


class CannotEnrol(Exception):
    """The centre refused, or did not answer; nothing was changed."""


class Given(msgspec.Struct, frozen=True):
    """One lane as the platform has it."""

    code: str
    checkpoint: CheckpointKind
    direction: Direction
    leads_to: Place
    offline_minutes: int
    second_person: bool = False
    weighs: bool = False


class Key(msgspec.Struct, frozen=True):
    id: str
    public_key: str


class Reason(msgspec.Struct, frozen=True):
    """A coded reason for opening against objections, with its words by language."""

    code: str
    words: dict[str, str]


class Mine(msgspec.Struct, frozen=True):
    """What the centre knows of this node, as it tells whenever it is asked."""

    node: UUID
    gate: str
    keys: list[Key]
    lanes: list[Given]
    reasons: list[Reason] = []


class Enrolled(msgspec.Struct, frozen=True):
    """The centre's answer to an enrolment (docs/lane-protocol.md)."""

    node: UUID
    token: str
    gate: str
    keys: list[Key]
    lanes: list[Given]
    reasons: list[Reason] = []

    def renewed(self, mine: Mine) -> "Enrolled":
        return Enrolled(self.node, self.token, mine.gate, mine.keys, mine.lanes, mine.reasons)


class Identity(msgspec.Struct, frozen=True):
    centre: str
    private_key: str
    enrolled: Enrolled

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.private_key))

    def renewed(self, mine: Mine) -> "Identity":
        """The same node, with the keys, lanes and reasons that the centre has for it now."""
        return Identity(self.centre, self.private_key, self.enrolled.renewed(mine))

    @property
    def centre_keys(self) -> Mapping[str, Ed25519PublicKey]:
        return {
            key.id: Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))
            for key in self.enrolled.keys
        }

    def lane(self, code: str) -> Given | None:
        return next((lane for lane in self.enrolled.lanes if lane.code == code), None)


def load(data: Path) -> Identity | None:
    """None before the enrolment. Raises `msgspec.MsgspecError` for a damaged file."""
    path = data / FILE
    return msgspec.json.decode(path.read_bytes(), type=Identity) if path.exists() else None


def save(data: Path, identity: Identity) -> None:
    """Whole or not at all, and for nobody else to read."""
    data.mkdir(parents=True, exist_ok=True)
    draft = data / f"{FILE}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(identity))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data / FILE)


def enrol(client: httpx.Client, centre: str, code: str, name: str, software: str) -> Identity:
    """Makes the node's key and shows the centre its public half. Raises `CannotEnrol`."""
    key = Ed25519PrivateKey.generate()
    told = {
        "code": code, "name": name, "software": software,
        "public_key": key.public_key().public_bytes_raw().hex(),
    }  # fmt: skip
    try:
        answer = client.post(f"{centre}/api/v1/lanes/enrol", json=told)
    except httpx.HTTPError as error:
        raise CannotEnrol(f"{centre} does not answer: {error}") from error
    if answer.status_code != 201:
        raise CannotEnrol(_why(answer))
    try:
        enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    except msgspec.MsgspecError as error:
        raise CannotEnrol(f"{centre} answered what is no enrolment: {error}") from error
    return Identity(centre, key.private_bytes_raw().hex(), enrolled)


def _why(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    return str(told.get("detail") or told.get("title") or f"the centre answered {answer.status_code}")
