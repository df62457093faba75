"""Everything that the booth's page shows of one lane, in one language. Pure: start at `view`.

What was thought about the vehicle is in `Lane.judged` and `Lane.why`; this puts it into words. The vehicle:
`sight.py`; may it pass: `verdict.py`; what a person may do: `offers.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from .book import Fresh
from .contracts import Signal, Subject
from .engine import Engine
from .journal import Item
from .offers import offers, seen
from .sentences import ACTS, CHECKPOINTS, DIRECTIONS, OPENING, PHASES, PLACES, SIGNS, WHYS
from .sight import Sight, near, plate, reads, weight
from .state import SIGNS as BY_PHASE
from .telling import Teller, language_of
from .verdict import sentence, verdict
from .words import Act, Message, NoteKind, Phase, Why

MOST_SHOWN = 10
BY_ACT = {Act.REFUSE: Message.TURN_BACK, Act.TEMPORARY_YARD: Message.TEMPORARY_YARD}
WITH_PLATE = frozenset({Message.GO, Message.WAIT})


class Condition(StrEnum):
    """How a device is. A driver's fault is named by its code (`contracts.DeviceFault`)."""

    WORKS = "works"
    UNKNOWN = "unknown"
    UNREACHABLE = "device_unreachable"
    REFUSED = "device_refused"
    GARBLED = "device_garbled"
    FAULT = "device_fault"


class Kind(StrEnum):
    CONTACTS = "contacts"
    CAMERA = "camera"
    SCANNER = "scanner"
    SCALE = "scale"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device of a lane, since when it is so. `words` is what it says of itself, as it says it."""

    name: str
    kind: Kind
    state: Condition
    since: datetime | None = None
    words: str = ""


def view(
    engine: Engine, code: str, at: datetime, devices: Sequence[DeviceState], language: str
) -> dict[str, Any]:
    """Plain values only, so that it goes to a page as JSON or into a template."""
    tell = Teller(language_of(language), at)
    see = Sight(engine.posts[code], engine.lanes[code], engine.judges[code], at, tell)
    recent = engine.journal.recent(code, [NoteKind.PASSAGE, NoteKind.ACT], MOST_SHOWN)
    return {
        "code": code,
        "language": str(tell.language),
        "title": tell.label("lane", code=code),
        "place": _place(see),
        "phase": _phase(see),
        "centre": _centre(engine, see),
        "fault": tell.label("journal_fault_so", fault=engine.fault) if engine.fault else "",
        "plate": plate(see),
        "reads": reads(see),
        "weight": weight(see),
        "verdict": verdict(see),
        "near": near(see),
        "sign": _sign(engine, see),
        "devices": [*_contacts(see), *_devices(see, devices)],
        "history": [_happened(see, item) for item in recent],
        "acts": offers(see),
        "seen": seen(see),
    }


def _place(see: Sight) -> str:
    post, say = see.post, see.tell.say
    parts = CHECKPOINTS[post.checkpoint], DIRECTIONS[post.direction], PLACES[post.settings.leads_to]
    return " · ".join(say(part) for part in parts)


def _phase(see: Sight) -> dict[str, str]:
    lane, tell = see.lane, see.tell
    since = lane.since
    return {
        "code": lane.phase, "words": tell.say(PHASES[lane.phase]), "why": tell.say(WHYS[lane.why]),
        "since": tell.label("since", since=tell.clock(since), long=tell.for_long(since)) if since else "",
    }  # fmt: skip


# --- the centre ----------------------------------------------------------------------------------


def _centre(engine: Engine, see: Sight) -> dict[str, Any]:
    """Connected; alone, until when permits count; or alone for too long. Never "connected" unheard."""
    tell, book = see.tell, engine.book
    fresh, (waiting, _) = book.fresh(see.at, see.post.alone_for), engine.journal.depth()
    connected = fresh is Fresh.CONNECTED
    waits = tell.label("waiting", n=waiting) if waiting else ""
    told: dict[str, Any] = {"state": fresh, "waiting": waiting, "head": "", "words": waits}
    told["short"] = tell.label("connected" if connected else "alone")
    if connected:
        return told
    told["head"] = (
        tell.label("away_since", since=tell.clock(book.as_of)) if book.as_of else tell.label("never_heard")
    )
    return told | {"words": " ".join(part for part in (_how_far(see, fresh), waits) if part)}


def _how_far(see: Sight, fresh: Fresh) -> str:
    as_of = see.judge.book.as_of
    if fresh is Fresh.ALONE and as_of is not None:
        return see.tell.label("alone_until", until=see.tell.clock(as_of + see.post.alone_for))
    return see.tell.label("too_old")


# --- the sign ------------------------------------------------------------------------------------


def _sign(engine: Engine, see: Sight) -> dict[str, Any]:
    """What it was last told to show: two lines as they stand there, or that nobody knows."""
    message = _shown(engine, see)
    if message is None:
        return {"message": "", "lines": [], "words": see.tell.label("sign_unknown")}
    vi, zh = SIGNS[message]
    shown = see.answer.plate.shown if see.answer and message in WITH_PLATE else ""
    return {"message": message, "lines": [f"{shown} · {vi}" if shown else vi, zh], "words": ""}


def _shown(engine: Engine, see: Sight) -> Message | None:
    """A person's word after the phase began, else the phase's; some phases leave standing what was there."""
    since, phase = see.lane.since, see.lane.phase
    if since is None:
        return None
    told = engine.journal.recent(see.post.code, [NoteKind.ACT, NoteKind.TRANSITION])
    by_person = next((BY_ACT[Act(i.body["act"])] for i in told if i.at >= since and _turns(i)), None)
    if by_person or phase in BY_PHASE:
        return by_person or BY_PHASE[phase]
    left = (Phase(i.body["to"]) for i in told if i.kind == NoteKind.TRANSITION)
    return next((BY_PHASE[one] for one in left if one in BY_PHASE), None)


def _turns(item: Item) -> bool:
    return item.kind == NoteKind.ACT and item.body["act"] in BY_ACT and item.body["refused"] is None


# --- devices -------------------------------------------------------------------------------------


def _cell(name: str, icon: str, tone: str, words: str, more: str = "") -> dict[str, str]:
    return {"name": name, "icon": icon, "tone": tone, "words": words, "more": more}


def _contacts(see: Sight) -> list[dict[str, str]]:
    """Boom and loops as they are sensed; the lights as they were told, which is all that is known of them."""
    tell, lane = see.tell, see.lane
    boom, loops = _boom(see), _loops(see)
    green = lane.phase is Phase.OPEN
    told = "unknown" if lane.inputs is None else "green" if green else "red"
    tone = "unknown" if lane.inputs is None else "done" if green else "held"
    return [
        _cell(
            tell.label("boom"), "barrier-block", "unknown" if boom == "unknown" else "done", tell.label(boom)
        ),
        _cell(tell.label("loops"), "road", "unknown" if loops == "unknown" else "act", tell.label(loops)),
        _cell(tell.label("lights"), "traffic-lights", tone, tell.label(told)),
    ]


def _boom(see: Sight) -> str:
    down, up = see.lane.on(Signal.BOOM_DOWN), see.lane.on(Signal.BOOM_UP)
    if down is None or (down and up):
        return "unknown"
    if down:
        return "boom_down"
    return "boom_moving" if up is False else "boom_up"


def _loops(see: Sight) -> str:
    before, under = see.lane.on(Signal.LOOP_BEFORE), see.lane.on(Signal.LOOP_UNDER)
    if under:
        return "loop_under"
    if before:
        return "loop_before"
    return "unknown" if None in (before, under) else "loop_free"


ICONS = {
    Kind.CONTACTS: "antenna-bars-5", Kind.CAMERA: "camera", Kind.SCANNER: "qrcode", Kind.SCALE: "weight",
    Kind.SIGN: "info-circle",
}  # fmt: skip


def _devices(see: Sight, devices: Sequence[DeviceState]) -> list[dict[str, str]]:
    """Those of a kind that work share a cell; each that does not has its own."""
    by_kind = sorted(devices, key=lambda one: (list(Kind).index(one.kind), one.state is not Condition.WORKS))
    cells = []
    for (kind, works), group in groupby(by_kind, key=lambda one: (one.kind, one.state is Condition.WORKS)):
        together = list(group)
        if works:
            names = ", ".join(one.name for one in together)
            cells.append(_cell(names, ICONS[kind], "done", see.tell.label("works")))
        else:
            cells += [_troubled(see, one) for one in together]
    return cells


def _troubled(see: Sight, one: DeviceState) -> dict[str, str]:
    words = see.tell.label(one.state)
    if one.since is not None:
        words = f"{words}, {see.tell.for_long(one.since)}"
    silent = one.state in (Condition.UNKNOWN, Condition.UNREACHABLE)
    icon = "help-hexagon" if silent else "alert-triangle"
    return _cell(one.name, icon, "unknown" if silent else "held", words, one.words)


# --- what happened lately --------------------------------------------------------------------------


def _happened(see: Sight, item: Item) -> dict[str, str]:
    head, more, tone = (_passage if item.kind == NoteKind.PASSAGE else _act)(see, item.body)
    return {"at": see.tell.clock(item.at), "words": head, "more": " · ".join(more), "tone": tone}


def _passage(see: Sight, body: dict[str, Any]) -> tuple[str, list[str], str]:
    tell = see.tell
    plates = (read["text"] for read in body["reads"] if read["subject"] == Subject.PLATE and read["text"])
    who = next(plates, None) or tell.label("somebody")
    names = _names(body.get("opened_by"), body.get("second"))
    irregular = [sentence(see, code) for code in body["irregular"]]
    more = [tell.label("by", names=names)] if names else []
    more += [tell.label("irregular", why=" ".join(irregular))] if irregular else []
    return tell.label("passed", who=who), more, "irregular" if irregular else "done"


def _act(see: Sight, body: dict[str, Any]) -> tuple[str, list[str], str]:
    tell, refused = see.tell, body["refused"]
    head = f"{_names(body['person'], body['second'])}: {tell.say(ACTS[Act(body['act'])])}"
    coded = OPENING.get(body["reason"])
    said = [tell.say(coded) if coded else "", body["text"], body["words"]]
    more = [text for text in said if text]
    more += [tell.label("refused", why=tell.say(WHYS[Why(refused)]))] if refused else []
    return head, more, "refused" if refused else "act"


def _names(*persons: dict[str, str] | None) -> str:
    return ", ".join(one["name"] for one in persons if one)
