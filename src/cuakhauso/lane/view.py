"""Everything that the booth's page shows of one lane, in one language. Pure: start at `view`.

What was thought about the vehicle is in `Lane.judged` and `Lane.why`; this puts it into words. The vehicle:
`sight.py`; may it pass: `verdict.py`; what a person may do: `offers.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .book import Fresh
from .contracts import DeviceFault, Signal, Subject, Unreachable
from .engine import Engine
from .health import DeviceState, Health
from .journal import Item, JournalFault
from .labels import LABELS
from .offers import offers, seen
from .reading_well import accurate, worse
from .reckoning import Figure
from .sentences import ACTS, CHECKPOINTS, DIRECTIONS, PHASES, PLACES, WHYS
from .sight import Sight, crop, near, on_this_lane, pictures, plate, reads, weight
from .signs import lines
from .telling import Teller, language_of
from .troubles import DOOR, TROUBLES
from .verdict import sentence, verdict
from .words import Act, NoteKind, Phase, Show, Why

MOST_SHOWN, MOST_TROUBLES = 10, 6
ALARM_FOR = timedelta(minutes=10)


def view(
    engine: Engine,
    code: str,
    at: datetime,
    devices: Sequence[DeviceState],
    language: str,
    *,
    shown: Show | None = None,
    accuracy: Sequence[Figure] = (),
) -> dict[str, Any]:
    """Plain values only, so that it goes to a page as JSON or into a template. `shown` is what the sign was
    last told, none where that is not known; `accuracy` how well its cameras read."""
    tell = Teller(language_of(language), at)
    see = Sight(engine.posts[code], engine.lanes[code], engine.judges[code], at, tell, engine.reasons)
    recent = _recent(engine, code)
    return {
        "code": code,
        "language": str(tell.language),
        "title": tell.label("lane", code=code),
        "place": _place(see),
        "phase": _phase(see),
        "centre": _centre(engine, see),
        "alarm": _alarm(see, recent),
        "fault": tell.label("journal_fault_so", fault=engine.fault) if engine.fault else "",
        "plate": plate(see),
        "crop": crop(see),
        "reads": reads(see),
        "pictures": pictures(see),
        "has_view": any(one.kind == "view" for one in devices),
        "weight": weight(see),
        "verdict": verdict(see),
        "near": near(see),
        "sign": _sign(see, shown) if any(one.kind == "sign" for one in devices) else None,
        "devices": [*_contacts(see), *_devices(see, devices), *worse(see, accuracy)],
        "accuracy": [accurate(see, one) for one in accuracy],
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
    fresh, waiting = book.fresh(see.at, see.post.alone_for), _waiting(engine)
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


def _waiting(engine: Engine) -> int:
    """None that is known of, while the disk does not say: the page tells of the journal above."""
    try:
        return engine.journal.depth()[0]
    except JournalFault:
        return 0


def _how_far(see: Sight, fresh: Fresh) -> str:
    as_of = see.judge.book.as_of
    if fresh is Fresh.ALONE and as_of is not None:
        return see.tell.label("alone_until", until=see.tell.clock(as_of + see.post.alone_for))
    return see.tell.label("too_old")


# --- the sign ------------------------------------------------------------------------------------


def _sign(see: Sight, shown: Show | None) -> dict[str, Any]:
    """What it was last told to show, line by line as it stands there; or that nobody knows."""
    if shown is None:
        return {"message": "", "lines": [], "words": see.tell.label("sign_unknown")}
    return {"message": shown.message, "lines": list(lines(shown)), "words": ""}


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


SEEING = frozenset({"camera", "reader", "view", "vision"})


def _devices(see: Sight, devices: Sequence[DeviceState]) -> list[dict[str, str]]:
    """Those that are well share a cell, what sees and the rest; each that is not has its own."""
    cells = []
    for sees, icon in ((True, "camera"), (False, "antenna-bars-5")):
        of_kind = [one for one in devices if (one.kind in SEEING) is sees]
        well = ", ".join(_name(see, one) for one in of_kind if one.state is Health.WELL)
        if well:
            cells.append(_cell(well, icon, "done", see.tell.label("well")))
        cells += [_troubled(see, one) for one in of_kind if one.state is not Health.WELL]
    return cells


def _name(see: Sight, one: DeviceState) -> str:
    """The only one of its kind is called by its kind."""
    if one.name == one.kind and one.name in LABELS:
        return see.tell.label(one.name)
    return on_this_lane(see, one.name)


def _troubled(see: Sight, one: DeviceState) -> dict[str, str]:
    """No answer is not knowing; a device that answers and is not well is a fault."""
    silent = one.state is Health.UNKNOWN or one.words == Unreachable.code
    coded = one.words in LABELS or one.words in TROUBLES
    words = _trouble(see, one.words if coded else "unknown" if silent else DeviceFault.code)
    if one.since is not None:
        words = f"{words}, {see.tell.for_long(one.since)}"
    icon, tone = ("help-hexagon", "unknown") if silent else ("alert-triangle", "held")
    return _cell(_name(see, one), icon, tone, words, "" if coded else one.words)


# --- what happened lately --------------------------------------------------------------------------


def _recent(engine: Engine, code: str) -> list[Item]:
    """What passed, what persons did and what alarmed, newest first; among it what went wrong with devices,
    never so much that it hides the rest."""
    try:
        seen = engine.journal.recent(code, [NoteKind.PASSAGE, NoteKind.ACT, NoteKind.ALARM], MOST_SHOWN)
        wrong = engine.journal.recent(code, [NoteKind.DEVICE], MOST_TROUBLES)
    except JournalFault:
        return []
    return sorted([*seen, *wrong], key=lambda item: item.at, reverse=True)


def _alarm(see: Sight, recent: Sequence[Item]) -> str:
    """The last one for a while, though the lane goes on: whoever looked away must not miss it."""
    for item in recent:
        why = str(item.body.get("alarm", ""))
        if item.kind == NoteKind.ALARM and why != see.lane.why and see.at - item.at < ALARM_FOR:
            return f"{see.tell.clock(item.at)} · {see.tell.say(WHYS[Why(why)])}"
    return ""


def _happened(see: Sight, item: Item) -> dict[str, str]:
    head, more, tone = TELLERS[NoteKind(item.kind)](see, item.body)
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
    coded = see.reasons.get(body["reason"])
    said = [tell.say(coded) if coded else "", body["text"], body["words"]]
    more = [text for text in said if text]
    more += [tell.label("refused", why=tell.say(WHYS[Why(refused)]))] if refused else []
    return head, more, "refused" if refused else "act"


def _alarmed(see: Sight, body: dict[str, Any]) -> tuple[str, list[str], str]:
    return see.tell.say(WHYS[Why(body["alarm"])]), [], "irregular"


def _device(see: Sight, body: dict[str, Any]) -> tuple[str, list[str], str]:
    name, why = body["device"], body["why"]
    called = see.tell.label(name) if name in (DOOR, "contacts", "scale", "sign", "view", "vision") else name
    tone = DEVICE_TONES.get(body["state"], "unknown")
    return f"{on_this_lane(see, called)}: {_trouble(see, why or 'well')}", [], tone


def _trouble(see: Sight, code: str) -> str:
    return see.tell.say(TROUBLES[code]) if code in TROUBLES else see.tell.label(code)


DEVICE_TONES = {Health.WELL: "done", Health.DEGRADED: "held", Health.FAULTY: "held"}
TELLERS: Mapping[NoteKind, Callable[[Sight, dict[str, Any]], tuple[str, list[str], str]]] = {
    NoteKind.PASSAGE: _passage, NoteKind.ACT: _act, NoteKind.ALARM: _alarmed, NoteKind.DEVICE: _device,
}  # fmt: skip


def _names(*persons: dict[str, str] | None) -> str:
    return ", ".join(one["name"] for one in persons if one)
