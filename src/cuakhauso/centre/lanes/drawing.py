"""How the lanes of a gate are shown, for a request and for the live stream alike."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from ..crossings.posts import gate_name
from ..web import lane_words, words
from . import queries
from .models import Lane, OpeningReason
from .queries import Seen, Standing


def named(row: Lane | OpeningReason) -> str:
    """As the reader's language calls it."""
    names = {"zh-hans": row.name_zh, "en": row.name_en}
    return names.get(words.language()) or row.name


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    look: str
    state: str
    since: Any
    words: str


def _device(told: dict[str, Any], *, is_silent: bool) -> Device:
    """Of a node that says nothing nobody knows how its devices are."""
    state = str(told["state"])
    known = state if state in lane_words.DEVICE_STATES and not is_silent else "unknown"
    look = lane_words.DEVICE_LOOKS.get(known, "unknown")
    said = words.of(lane_words.DEVICE_STATES, known)
    since, fault = (None, "") if is_silent else (told.get("since"), str(told.get("words") or ""))
    more = words.of(lane_words.DEVICE_FAULTS, fault) if fault else ""
    return Device(str(told["name"]), look, said, since, more)


def _row(standing: Standing) -> dict[str, Any]:
    items, oldest = standing.waiting
    return {
        "standing": standing,
        "name": named(standing.lane),
        "phase": words.of(lane_words.PHASES, standing.phase),
        "look": lane_words.PHASE_LOOKS.get(standing.phase, "not_yet"),
        "devices": [_device(one, is_silent=standing.is_silent) for one in standing.devices],
        "waiting": items,
        "oldest": oldest,
    }


def _alarm(body: dict[str, Any]) -> str:
    """What the node found, where it says it; otherwise what kind of alarm it is."""
    why, kind = str(body.get("why") or ""), str(body.get("alarm") or "")
    return words.of(lane_words.WHYS, why) if why in lane_words.WHYS else words.of(lane_words.ALARMS, kind)


def alert(seen: Seen) -> dict[str, Any]:
    body = seen.item.body
    second = body.get("second") or ""
    who = " · ".join(str(one) for one in (body.get("person") or "", second) if one)
    alarm = _alarm(body) if seen.item.alert == "alarm" else ""
    return {
        "seen": seen,
        "words": words.of(lane_words.ALERTS, seen.item.alert),
        "lane": named(seen.lane),
        "gate": gate_name(seen.lane.gate),
        "why": named(seen.reason) if seen.reason else alarm,
        "note": str(body.get("words") or ""),
        "who": who,
    }


def lanes(gate: str, language: str) -> str:
    """The part of the lanes' page that changes."""
    with override(language):
        shown = {
            "rows": [_row(one) for one in queries.standings(gate)],
            "alerts": [alert(one) for one in queries.alerts([gate], queries.since_midnight())],
        }
        return render_to_string("lanes/_lanes.html", shown)
