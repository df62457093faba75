"""What all plate cameras that push have in common: how they stand, and what a text of theirs is worth.

The text of a plate is told as it was sent, without spaces and control characters. Whether it is anybody's
plate is for those who match it; `has_foreign_letters` tells them what no plate of here can hold.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ..contracts import Garbled, Heading, Manifest, Read, Subject

LONGEST = 32  # characters; the longest plate of a maker's tables has 16
OURS = ("LATIN ", "CJK UNIFIED ", "CJK COMPATIBILITY ", "DIGIT ", "FULLWIDTH LATIN ", "FULLWIDTH DIGIT ")
UNREAD = frozenset({"unknown", "<unknown>", "unlicensed", "noplate", "无牌", "无牌车"})
TURNED = {Heading.TOWARDS: Heading.AWAY, Heading.AWAY: Heading.TOWARDS, Heading.UNKNOWN: Heading.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounting:
    """What a camera does not know of itself. `zone` is for makers whose times bear no offset; without it such
    a time is not told. `from_behind`: it looks at the tails of those who travel as the lane does."""

    source: str
    subject: Subject = Subject.PLATE
    zone: tzinfo | None = None
    from_behind: bool = False

    def heading(self, seen: Heading) -> Heading:
        """`seen` is against the camera: coming to it, or going from it."""
        return TURNED[seen] if self.from_behind else seen

    def moment(self, said: str) -> datetime | None:
        """A time in ISO form, in UTC; none where nothing is said, or where no offset is known."""
        if not said:
            return None
        try:
            told = datetime.fromisoformat(said)
            zone = told.tzinfo or self.zone
            return None if zone is None else told.replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Garbled(f"no moment: {said[:40]!r}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What a maker's camera can be asked. `who` is answered with what `identity` makes a line of
    (`ValueError` for what is none); `look`, a GET, makes it read now, and is empty where the maker has none.
    It pushes what it reads then, or `answers_with_read`: in the form of a push."""

    who: str
    identity: Callable[[bytes], str]
    method: str = "GET"
    json: Mapping[str, str] | None = None
    look: str = ""
    answers_with_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How a maker pushes: what its bodies say, and what it wants to hear in return. `parse` takes a body, its
    content type, the mounting and when it was heard; a sign of life is no read. It raises `Garbled`."""

    manifest: Manifest
    parse: Callable[[bytes, str, Mounting, datetime], tuple[Read, ...]]
    answer: bytes = b""
    answer_type: str = "text/plain"
    questions: Questions | None = None


def cleaned(text: str) -> str:
    """Without spaces and control characters, the invisible ones too. Raises `Garbled` if it is no plate."""
    kept = "".join(letter for letter in text if unicodedata.category(letter)[0] not in "CZ")
    if len(kept) > LONGEST:
        raise Garbled(f"a plate of {len(kept)} characters")
    return kept


def plate_of(text: str) -> str:
    """The text of a plate; empty for what makers send when they read none."""
    kept = cleaned(text)
    nothing = kept.casefold() in UNREAD or not any(letter.isalnum() for letter in kept)
    return "" if nothing else kept


def has_foreign_letters(text: str) -> bool:
    """Letters or digits that are neither Latin nor Han: a Cyrillic А looks like ours and is none."""
    return any(letter.isalnum() and not unicodedata.name(letter, "").startswith(OURS) for letter in text)


def share(value: float, of: float) -> float:
    """A confidence between 0 and 1. Raises `Garbled`."""
    if not math.isfinite(value) or not 0 <= value <= of:
        raise Garbled(f"a confidence of {value} of {of}")
    return value / of


def country_of(said: str) -> str:
    """Letters only: numbers are makers' own, and differ between firmwares."""
    told = said.strip()
    return told.upper() if told.isascii() and told.isalpha() and len(told) <= 3 else ""
