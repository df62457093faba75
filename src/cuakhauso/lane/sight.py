"""The vehicle before the barrier as the booth shows it: plate, every read, weight, who it might be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from cuakhauso.core import identifiers as ids
from cuakhauso.core.answer import Answer
from cuakhauso.core.permit import Code
from cuakhauso.core.recognised import Recognised

from .contracts import Image, Read, Subject, Weight
from .engine import Post
from .judging import Knowledge, against_weight, expected_kg, measured_tare
from .matching import Match, Outcome, declared, identity, is_declared
from .proving import likely, of_text
from .sentences import SUBJECTS, Said
from .state import Judged, Lane, proof
from .telling import Teller

ORDER = tuple(Subject)
KINDS = ("plate", "vehicle", "scene")


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

    @property
    def proof(self) -> Recognised | None:
        """What its ticket was given on; until there is one, what the frames say now."""
        ticket = self.lane.ticket
        return ticket.recognised if ticket else proof(self.judged, self.post.settings)

    def has_vehicle(self) -> bool:
        return self.lane.before or self.lane.under or bool(self.lane.reads) or self.lane.ticket is not None


# --- the plate -----------------------------------------------------------------------------------


def plate(see: Sight) -> dict[str, Any]:
    """The one that the centre knows, where it agrees; otherwise what was read, which is less."""
    if answer := see.answer:
        return {"text": answer.plate.shown, "country": answer.plate.country, "state": "known"}
    if (read := _plate_read(see)) is not None:
        return {"text": _shown(read), "country": _country(read.text), "state": "read"}
    words = see.tell.label("no_plate" if see.has_vehicle() else "no_vehicle")
    return {"text": words, "country": "", "state": "none"}


def _plate_read(see: Sight) -> Read | None:
    return next((r for r in reversed(see.lane.reads) if r.subject is Subject.PLATE and r.text), None)


def crop(see: Sight) -> dict[str, str] | None:
    """The camera's own picture of the plate, to hold against the text: of the newest read that has one."""
    for read in reversed(see.lane.reads):
        if read.subject is Subject.PLATE and (image := _best(read.images)):
            return {"name": image.name, "kind": image.kind, "words": _taken(see, read)}
    return None


def _taken(see: Sight, read: Read) -> str:
    """A person who corrects keeps the camera's pictures, not its moment."""
    if read.source.startswith("person:"):
        return see.tell.label("camera_picture")
    return see.tell.label("taken_at", at=see.tell.second(read.at))


def _best(images: Iterable[Image]) -> Image | None:
    """The nearest look there is: the plate cut out, or else the vehicle."""
    by_kind = {image.kind: image for image in images}
    return next((by_kind[kind] for kind in KINDS if kind in by_kind), None)


def _shown(read: Read) -> str:
    seen = identity(read)
    return seen.shown if seen else read.text


def _country(text: str) -> str:
    try:
        return str(ids.parse_plate(text).country)
    except ids.Invalid:
        return ""


# --- what was read -------------------------------------------------------------------------------


def reads(see: Sight) -> list[dict[str, Any]]:
    """The latest word of each source on each subject, and what was declared and nobody has read yet."""
    rows = [_read(see, read) for read in _latest(see)] + list(_missing(see))
    return sorted(rows, key=lambda row: ORDER.index(row["subject"]))


def _latest(see: Sight) -> list[Read]:
    return list({(r.source, r.subject): r for r in see.lane.reads}.values())


def _read(see: Sight, read: Read) -> dict[str, Any]:
    seen, image = identity(read), _best(read.images)
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
        "proof": of_text(see.tell, see.proof, seen) if seen and read.looks else "",
        "likely": _likely(see, read),
        "at": see.tell.second(read.at),
        "picture": image.name if image else "",
    }


def _likely(see: Sight, read: Read) -> dict[str, Any] | None:
    """The code that a camera most likely saw where what it read is none, for a person to look at. In pieces,
    each told whether it was read so."""
    if not read.likely:
        return None
    code = ids.shown_container(read.likely)
    return {
        "code": code, "words": see.tell.label("likely_code", code=code),
        "pieces": compared(read.likely, read.text), "read": compared(read.text, read.likely),
    }  # fmt: skip


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
    """A device's name without its lane's, which is the page's title; told apart what we read ourselves in its
    pictures."""
    camera, _, own = source.removeprefix(f"{see.post.code}/").partition("+")
    return see.tell.label("own_reading", camera=camera) if own else camera


def _missing(see: Sight) -> Iterator[dict[str, Any]]:
    for subject in see.match.unread if see.match else ():
        yield {
            "subject": subject, "name": see.tell.say(SUBJECTS[subject]), "source": "", "confidence": None,
            "text": ", ".join(declared(see.answer, subject) if see.answer else ()), "state": "missing",
            "state_words": see.tell.label("missing"), "declared": "", "proof": "", "at": "", "picture": "",
            "likely": None,
        }  # fmt: skip


def pictures(see: Sight) -> list[dict[str, str]]:
    """All that the cameras sent of this vehicle with what they read last, the plates first."""
    found = [(read, image) for read in _latest(see) for image in read.images if image.kind in KINDS]
    found.sort(key=lambda one: KINDS.index(one[1].kind))
    return [
        {
            "name": image.name, "kind": image.kind, "words": see.tell.label(f"picture_{image.kind}"),
            "text": _shown(read), "source": _source(see, read), "taken": _taken(see, read),
        }
        for read, image in found
    ]  # fmt: skip


def is_unlike(see: Sight, one: Answer) -> bool:
    """Something was read, surely or not, that it does not declare."""
    return any(not is_declared(one, seen) for seen in map(identity, _latest(see)) if seen)


def readers(see: Sight, text: str) -> str:
    """Who reads this."""
    return ", ".join(_source(see, read) for read in _latest(see) if _shown(read) == text)


def near(see: Sight) -> list[dict[str, Any]]:
    """Whom it might be, for a person to look at; never more than that. Both plates come in pieces, each told
    whether it is the same in the other."""
    found = see.match.near if see.match and see.match.outcome in (Outcome.NEAR, Outcome.UNSURE) else ()
    return [_near(see, one) for one in found]


def _near(see: Sight, one: Answer) -> dict[str, Any]:
    subject, read, said = _nearest(see, one)
    words = see.tell.label("near_one", plate=one.plate.shown)
    return {
        "plate": one.plate.shown, "country": one.plate.country, "number": one.number,
        "words": words, "subject": see.tell.say(SUBJECTS[subject]),
        "read": compared(read, said), "declared": compared(said, read),
        "likely": likely(see.tell, see.judged.evidence if see.judged else None, one.crossing),
    }  # fmt: skip


def _nearest(see: Sight, one: Answer) -> tuple[Subject, str, str]:
    """What made it look like this one: the plate, or else what is behind it. Where nothing differs, the plate
    as it was read, though not surely."""
    seen_texts = [seen for seen in map(identity, _latest(see)) if seen]
    pairs = [
        (seen.subject, seen.shown, said)
        for seen in seen_texts
        for said in declared(one, seen.subject)
        if said != seen.shown
    ]
    is_read = any(seen.shown == one.plate.shown for seen in seen_texts)
    none = (Subject.PLATE, one.plate.shown if is_read else "", one.plate.shown)
    return max(pairs, key=lambda pair: SequenceMatcher(None, pair[1], pair[2]).ratio(), default=none)


def compared(text: str, other: str) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it stands in `other` too."""
    pieces, done = [], 0
    for block in SequenceMatcher(None, text, other, autojunk=False).get_matching_blocks():
        pieces += [(text[done : block.a], False), (text[block.a : block.a + block.size], True)]
        done = block.a + block.size
    return [piece for piece in pieces if piece[0]]


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
