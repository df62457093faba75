"""How the lanes of a gate are shown, for a request and for the live stream alike."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cuakhauso.core.words import Agency

from ..accounts.principal import Principal
from ..crossings.posts import gate_name
from ..shared.errors import FieldError
from ..web import lane_words, refusals, words
from . import photos, queries, rules
from .items import Act, ItemKind
from .models import Lane, OpeningReason
from .queries import Seen, Standing
from .reading_well import accuracy
from .rules import Alert


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
    return Device(_called(told), look, said, since, more)


def _called(told: dict[str, Any]) -> str:
    """What there is once a lane by its word; of several also the name that the lane's file gives it."""
    kind, name = str(told.get("kind") or ""), str(told["name"]).rpartition("/")[2]
    if kind not in lane_words.DEVICES:
        return name
    word = words.of(lane_words.DEVICES, kind)
    return word if kind in lane_words.ONCE_A_LANE else f"{word} {name}"


def _row(standing: Standing) -> dict[str, Any]:
    items, oldest = standing.waiting
    return {
        "standing": standing,
        "name": named(standing.lane),
        "phase": words.of(lane_words.PHASES, standing.phase),
        "look": lane_words.PHASE_LOOKS.get(standing.phase, "not_yet"),
        "worse": [one for one in accuracy(standing.accuracy) if one.drift and not standing.is_silent],
        "devices": [_device(one, is_silent=standing.is_silent) for one in standing.devices],
        "waiting": items,
        "oldest": oldest,
    }


def _alarm(body: dict[str, Any]) -> str:
    """What the node found, where it says it; otherwise what kind of alarm it is."""
    why, kind = str(body.get("why") or ""), str(body.get("alarm") or "")
    return words.of(lane_words.WHYS, why) if why in lane_words.WHYS else words.of(lane_words.ALARMS, kind)


def _standing_nodes(gate: str) -> list[dict[str, Any]]:
    return [
        {
            "node": node, "is_silent": queries.is_silent(node),
            "lanes": [named(lane) for lane in node.lanes.all()],
        }
        for node in queries.nodes(gate)
    ]  # fmt: skip


def alert(seen: Seen, agencies: Collection[Agency] = ()) -> dict[str, Any]:
    """One item as people read it, and whether these agencies may answer it."""
    body = seen.item.body
    kind = Alert(seen.item.alert) if seen.item.alert else None
    theirs = rules.concerned(kind, seen.vehicle.held_by if seen.vehicle else ()) if kind else frozenset()
    may = bool(theirs & set(agencies))
    return {
        "seen": seen,
        "words": words.of(lane_words.ALERTS, kind) if kind else "",
        "is_unknown": kind in rules.NOBODY_KNOWN,
        "lane": named(seen.lane),
        "gate": gate_name(seen.lane.gate),
        "why": _why(seen),
        "note": str((_opened(seen) or body).get("words") or ""),
        "who": _who(seen),
        "may_acknowledge": may and seen.acknowledged is None,
        "may_attach": seen.is_nobodys and bool(rules.STOPPERS & set(agencies)),
        "page": photos.page_of(seen.item),
    }


def _why(seen: Seen) -> str:
    match seen.item.alert:
        case Alert.REFUSED:
            told = seen.item.body.get("items") or ()
            count = ngettext("%(n)s mục", "%(n)s mục", len(told)) % {"n": len(told)}
            whys = dict.fromkeys(_refused(str(one["why"])) for one in told)
            return f"{count}. {' '.join(list(whys)[:3])}"
        case Alert.ALARM:
            return _alarm(seen.item.body)
    return named(seen.reason) if seen.reason else ""


def _refused(why: str) -> str:
    if why in refusals.PROBLEMS:
        return refusals.problem_title(why)
    return refusals.field_error_sentence(FieldError("", why))


def _opened(seen: Seen) -> dict[str, Any] | None:
    """The person's opening that a passage names."""
    opened = seen.item.body.get("opened_by")
    return opened if isinstance(opened, dict) else None


def _who(seen: Seen) -> str:
    told = _opened(seen) or seen.item.body
    return " · ".join(str(one) for one in (told.get("person") or "", told.get("second") or "") if one)


# --- the history of a lane -------------------------------------------------------------------------


def decided(seen: Seen) -> tuple[str, str]:
    """How it came that the vehicle passed: a look, and words."""
    body = seen.item.body
    codes = ", ".join(words.of(lane_words.AGAINST, str(code)) for code in body.get("irregular") or ())
    if _opened(seen) is not None:
        told = _("Người mở dù còn: %(codes)s") % {"codes": codes} if codes else _("Người mở")
        return "irregular", told
    if body.get("opened_by") == "nobody":
        return "irregular", _("Không ai mở barie") + (f": {codes}" if codes else "")
    if seen.item.alert in rules.NOBODY_KNOWN:
        return "unknown", _("Làn không nhận ra xe")
    if codes:
        return "irregular", _("Chưa được phép: %(codes)s") % {"codes": codes}
    if seen.item.alert == Alert.CONFLICT:
        return "irregular", _("Mở theo giấy phép mà làn có lúc đó")
    return "done", _("Có giấy phép")


def _happened(seen: Seen) -> tuple[str, str]:
    body = seen.item.body
    match seen.item.kind:
        case ItemKind.PASSAGE:
            return decided(seen)
        case ItemKind.ACT:
            act = str(body.get("act") or "")
            look = "irregular" if act == Act.OPEN_AGAINST else "waiting"
            return look, words.of(lane_words.ACTS, act)
        case ItemKind.ALARM:
            return "irregular", _alarm(body)
    return "unknown", words.of(lane_words.ALERTS, seen.item.alert)


def history_row(seen: Seen, agencies: Collection[Agency]) -> dict[str, Any]:
    look, said = _happened(seen)
    weight = seen.item.body.get("weight") or {}
    return {
        **alert(seen, agencies),
        "look": look,
        "said": said,
        "says_alert": seen.item.alert in (Alert.CONFLICT, Alert.TOO_LATE, Alert.UNKNOWN_CROSSING),
        "kg": weight.get("kg") if not weight.get("net") and not weight.get("fault") else None,
    }


# --- the parts of pages that change ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at the lanes of a gate: pages with an equal look show the same."""

    gate: str
    agencies: tuple[Agency, ...]
    language: str


def look_of(reader: Principal, gate: str, language: str) -> Look:
    return Look(gate, tuple(sorted(set(reader.agencies_at(gate)))), language)


def lanes(look: Look) -> str:
    """The part of the lanes' page that changes."""
    with override(look.language):
        today = queries.alerts([look.gate], queries.since_midnight())
        shown = {
            "gate": look.gate,
            "rows": [_row(one) for one in queries.standings(look.gate)],
            "nodes": _standing_nodes(look.gate),
            "is_board": Agency.BOARD in look.agencies,
            "open_count": queries.count_open(look.gate),
            "lane_alerts": queries.count_open(look.gate, look.agencies),
            "alerts": [alert(one, look.agencies) for one in queries.waiting(look.gate)],
            "answered": [alert(one) for one in today if one.acknowledged],
        }
        return render_to_string("lanes/_lanes.html", shown)


def unknown(gate: str) -> str:
    """Passages of nobody known that still wait, for the desk of the undeclared."""
    waiting = [one for one in queries.waiting(gate) if one.is_nobodys]
    shown = {"gate": gate, "alerts": [alert(one, tuple(rules.STOPPERS)) for one in waiting]}
    return render_to_string("lanes/_unknown.html", shown)
