"""The vehicle before the barrier as the booth shows it: plate, every read, weight, who it might be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cuakhauso.core import identifiers as ids
from cuakhauso.core.answer import Answer
from cuakhauso.core.permit import Code

from .contracts import Read, Subject, Weight
from .engine import Post
from .judging import Knowledge, against_weight, expected_kg, measured_tare
from .matching import Match, Outcome, declared, identity, is_declared
from .sentences import SUBJECTS, Said
from .state import Judged, Lane
from .telling import Teller

ORDER = tuple(Subject)


@dataclass(frozen=True, slots=True)
class Sight:
    """One lane at one moment, and the teller who puts it into words."""

    post: Post
    lane: Lane
    judge: Knowledge
    at: datetime
    tell: Teller
    reasons: Mapping[str, Said]

    @property
    def judged(self) -> Judged | None:
        return self.lane.judged

    @property
    def match(self) -> Match | None:
        return self.judged.match if self.judged else None

    @property
    def answer(self) -> Answer | None:
        return self.match.answer if self.match else None

    def has_vehicle(self) -> bool:
        return self.lane.before or self.lane.under or bool(self.lane.reads) or self.lane.ticket is not None


# --- the plate -----------------------------------------------------------------------------------


def plate(see: Sight) -> dict[str, Any]:
    """The one that the centre knows, where it agrees; otherwise what was read, which is less."""
    if answer := see.answer:
        return {"text": answer.plate.shown, "country": answer.plate.country, "state": "known"}
    read = next((r for r in reversed(see.lane.reads) if r.subject is Subject.PLATE and r.text), None)
    if read is not None:
        return {"text": read.text, "country": _country(read.text), "state": "read"}
    words = see.tell.label("no_plate" if see.has_vehicle() else "no_vehicle")
    return {"text": words, "country": "", "state": "none"}


def _country(text: str) -> str:
    try:
        return str(ids.parse_plate(text).country)
    except ids.Invalid:
        return ""


# --- what was read -------------------------------------------------------------------------------


def reads(see: Sight) -> list[dict[str, Any]]:
    """The latest word of each source on each subject, and what was declared and nobody has read yet."""
    latest = {(r.source, r.subject): r for r in see.lane.reads}
    rows = [_read(see, read) for read in latest.values()] + list(_missing(see))
    return sorted(rows, key=lambda row: ORDER.index(row["subject"]))


def _read(see: Sight, read: Read) -> dict[str, Any]:
    seen = identity(read)
    subject = seen.subject if seen else read.subject
    state = _state(see, read)
    said = declared(see.answer, subject) if see.answer and state == "differs" else ()
    return {
        "subject": subject,
        "name": see.tell.say(SUBJECTS[subject]),
        "text": seen.shown if seen else read.text,
        "source": _source(see, read),
        "confidence": None if read.confidence is None else round(read.confidence * 100),
        "state": state,
        "state_words": see.tell.label(state),
        "declared": see.tell.label("declared", declared=", ".join(said)) if said else "",
    }


def _state(see: Sight, read: Read) -> str:
    if read.is_unread:
        return "unread"
    seen = identity(read)
    if seen is None:
        return "illegible"
    if read.confidence is not None and read.confidence < see.post.settings.least_confidence:
        return "unsure"
    if see.answer is not None:
        return "agrees" if is_declared(see.answer, seen) else "differs"
    return "unexpected" if see.match is not None else "unknown"


def _source(see: Sight, read: Read) -> str:
    kind, _, who = read.source.partition(":")
    return see.tell.label("read_by_person", name=who) if kind == "person" else on_this_lane(see, read.source)


def on_this_lane(see: Sight, source: str) -> str:
    """A device's name without its lane's, which is the page's title."""
    return source.removeprefix(f"{see.post.code}/")


def _missing(see: Sight) -> Iterator[dict[str, Any]]:
    for subject in see.match.unread if see.match else ():
        yield {
            "subject": subject, "name": see.tell.say(SUBJECTS[subject]), "source": "", "confidence": None,
            "text": ", ".join(declared(see.answer, subject) if see.answer else ()), "state": "missing",
            "state_words": see.tell.label("missing"), "declared": "",
        }  # fmt: skip


def near(see: Sight) -> list[dict[str, str]]:
    """Whom it might be, for a person to look at; never more than that."""
    found = see.match.near if see.match and see.match.outcome is Outcome.NEAR else ()
    return [
        {
            "plate": one.plate.shown, "country": one.plate.country, "number": one.number,
            "words": see.tell.label("near_one", plate=one.plate.shown),
        }
        for one in found
    ]  # fmt: skip


# --- weight --------------------------------------------------------------------------------------


def weight(see: Sight) -> dict[str, Any] | None:
    """None where this lane has no scale and nothing was weighed."""
    weighed, answer = see.lane.weight, see.answer
    if weighed is None and not see.post.settings.weighs:
        return None
    kg = weighed.kg if weighed else None
    state = _weight_state(weighed, answer)
    return {
        "text": see.tell.label("not_weighed") if kg is None else see.tell.kg(kg),
        "state": state,
        "state_words": see.tell.label("within" if state == "agrees" else state),
        "compared": _compared_with(see, answer),
        "alibi": weighed.alibi if weighed else "",
    }


def _weight_state(weighed: Weight | None, answer: Answer | None) -> str:
    if weighed is None or weighed.kg is None:
        return "unknown"
    if answer is None or not _is_comparable(answer):
        return "not_compared"
    against = set(against_weight(answer, weighed.kg))
    if Code.OVERWEIGHT in against:
        return "overweight"
    return "differs" if against else "agrees"


def _is_comparable(answer: Answer) -> bool:
    known = (answer.max_gross_kg, answer.own_weight_kg, measured_tare(answer))
    return any(kg is not None for kg in known)


def _compared_with(see: Sight, answer: Answer | None) -> str:
    if answer is None:
        return ""
    declared, limit = expected_kg(answer, answer.own_weight_kg), answer.max_gross_kg
    tare = measured_tare(answer)
    said = []
    if declared is not None:
        said.append(see.tell.label("declared", declared=see.tell.kg(declared)))
    if tare is not None:
        said.append(see.tell.label("usual_tare", kg=see.tell.kg(tare)))
    if limit is not None:
        said.append(see.tell.label("limit", kg=see.tell.kg(limit)))
    return " · ".join(said)
