"""The hash chain of a crossing: each link holds the one before it and a fact in its canonical form."""

import hashlib
from collections.abc import Sequence

from .facts import Fact, to_json

GENESIS = b"\0" * 32


def chained(previous: bytes, fact: Fact) -> bytes:
    """The next link: SHA-256 over the previous link and the canonical form."""
    return hashlib.sha256(previous + to_json(fact)).digest()


def chain(facts: Sequence[Fact]) -> bytes:
    """The head after these facts, in the order in which they were recorded."""
    head = GENESIS
    for fact in facts:
        head = chained(head, fact)
    return head
