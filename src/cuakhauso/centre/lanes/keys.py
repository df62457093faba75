"""The platform's own signature. The private key is made once and lies in the data folder, for its owner's
eyes; its public half is listed under its id, so that nodes know the answers of every machine that serves."""

import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cuakhauso.core.answer import Message, Signed, signed_bytes, text_of
from cuakhauso.runtime import folder

from ..shared import store
from .models import SigningKey

FILE = "lane_signing_key"


@dataclass(frozen=True, slots=True)
class OwnKey:
    id: str
    public: str
    private: Ed25519PrivateKey


@cache
def own() -> OwnKey:
    """This machine's key."""
    secret = folder.kept_secret(FILE, lambda: Ed25519PrivateKey.generate().private_bytes_raw().hex())
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    public = private.public_key().public_bytes_raw().hex()
    return OwnKey(hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16], public, private)


def listed() -> list[SigningKey]:
    """The public keys of all machines, this one's among them."""
    mine = own()
    SigningKey.objects.get_or_create(pk=mine.id, defaults={"public_key": mine.public, "since": store.now()})
    return list(SigningKey.objects.order_by("since", "pk"))


def sign(message: Message) -> Signed:
    body, mine = text_of(message), own()
    return Signed(body=body, key=mine.id, signature=mine.private.sign(signed_bytes(body)).hex())


def is_signed_by(public_key: str, signature: str, body: bytes) -> bool:
    """Whether a node with this public key signed exactly these bytes."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True
