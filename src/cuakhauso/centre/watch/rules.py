"""What an alert asks for, who may make one, what is near. Pure.

(A) No public text decides who may have a plate looked for, nor that stopping for it takes two persons.
"""

from collections.abc import Iterator
from enum import StrEnum

from cuakhauso.core.permit import Objection
from cuakhauso.core.words import Agency, Party

WATCHERS = (Agency.POLICE, Agency.BORDER_GUARD, Agency.CUSTOMS)
ORDERERS = (Agency.POLICE, Agency.BORDER_GUARD, Agency.BOARD)
TELLS_TOO = Agency.BORDER_GUARD  # whoever is looked for, border guard stands where it comes


class Subject(StrEnum):
    PLATE = "plate"
    TRAILER = "trailer"
    CONTAINER = "container"


class ToDo(StrEnum):
    """`stop` holds a vehicle that meets it exactly, and takes two persons of the agency."""

    STOP = "stop"
    INFORM = "inform"
    OBSERVE = "observe"


class How(StrEnum):
    """By which way a vehicle met an alert."""

    DECLARED = "declared"
    STOPPED = "stopped"
    ARRIVED = "arrived"
    READ = "read"
    ALERT = "alert"


class Against(StrEnum):
    """Reasons against an act on an alert or an order. Stable for ever."""

    NOT_YOURS = "alert_not_yours"
    OWN_ALERT = "alert_is_your_own"
    ALREADY_COUNTS = "alert_counts_already"
    ENDED = "alert_has_ended"
    WORDS_REQUIRED = "words_required"
    PERSON_REQUIRED = "change_needs_a_person"


def is_near(one: str, other: str) -> bool:
    """They differ by one sign: another, or one more. Never the same: that is a match."""
    return one != other and abs(len(one) - len(other)) < 2 and bool(_without_one(one) & _without_one(other))


def _without_one(text: str) -> set[str]:
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


def against_approving(*, is_person: bool, is_own: bool, counts: bool, ended: bool) -> Iterator[Objection]:
    """Another person of the same agency than the one who made it."""
    wrong = [
        (not is_person, Against.PERSON_REQUIRED),
        (is_own, Against.OWN_ALERT),
        (counts, Against.ALREADY_COUNTS),
        (ended, Against.ENDED),
    ]
    yield from (Objection(code, Party.POLICE) for there, code in wrong if there)


def against_ending(*, ended: bool, words: str) -> Iterator[Objection]:
    wrong = [(ended, Against.ENDED), (not words.strip(), Against.WORDS_REQUIRED)]
    yield from (Objection(code, Party.POLICE) for there, code in wrong if there)
