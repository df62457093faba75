"""Where our own networks lie, and what is told of them. Loads none: that takes a third of a second."""

from pathlib import Path

import msgspec

from .contracts import Card

WEIGHTS = Path(__file__).parent / "weights"


class NoWeights(Exception):
    """The networks do not lie in the package: it was installed without them."""


def cards() -> tuple[Card, ...]:
    """How each was made and how good it is."""
    return msgspec.json.decode((WEIGHTS / "cards.json").read_bytes(), type=tuple[Card, ...])
