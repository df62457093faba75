"""From facts to the cached columns of a crossing. Pure: live writing and `rebuild` both use it."""

from typing import Any
from uuid import UUID

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact
from cuakhauso.core.finishing import unfinished_since
from cuakhauso.core.fold import State
from cuakhauso.core.pairing import open_until
from cuakhauso.core.progress import Summary, summary
from cuakhauso.core.reference import Reference
from cuakhauso.core.unpaired import unpaired
from cuakhauso.core.weights import rig_of


def columns(state: State, ref: Reference) -> dict[str, Any]:
    """Every cached column, as plain JSON values (`jsonb_populate_record` reads them)."""
    found = summary(state, ref)
    return {
        **_identity(state),
        **_tare(state),
        "place": state.place,
        "stage": found.stage,
        "waits": [[wait.party, wait.step, list(wait.at), wait.since.timestamp()] for wait in found.waits],
        "wait_keys": wait_keys(found),
        "held_by": list(found.held_by),
        "owed": sum(max(0, state.owes(order)) for order in state.charged),
        "links": sorted(str(other) for other in _others(state)),
        "declared_at": _iso(state.declared),
        "present_since": found.since.isoformat() if found.since else None,
        "last_at": state.last_at.isoformat() if state.last_at else None,
        "ended_at": found.ended_at.isoformat() if found.ended_at else None,
        "bay": state.bay,
        "bay_since": state.bay_since.isoformat() if state.bay_since else None,
        "bay_kept": state.bay_kept,
        **_half(state, ref),
        "unfinished_since": left.isoformat() if (left := unfinished_since(state, ref)) else None,
        "due_at": due.isoformat() if (due := open_until(state, ref)) else None,
    }


def _half(state: State, ref: Reference) -> dict[str, Any]:
    """What of it waits for another vehicle, the first of several; until when the first of them may."""
    halves = unpaired(state, ref)
    if not halves:
        return {"half": "", "half_since": None, "half_until": None}
    until = min((one.until for one in halves if one.until), default=None)
    return {
        "half": halves[0].half,
        "half_since": halves[0].since.isoformat(),
        "half_until": until.isoformat() if until else None,
    }


def _others(state: State) -> set[UUID]:
    """Crossings that belong to this one: those that give or take goods, other legs, whose journey it is."""
    came_from = {state.came_from.other} if state.came_from else set()
    return {*state.links, *(other for other, _ in state.pairs), *came_from}


def wait_keys(found: Summary) -> list[str]:
    return sorted({key for wait in found.waits for key in wait.keys})


def _iso(fact: Fact | None) -> str | None:
    return fact.occurred_at.isoformat() if fact else None


def _identity(state: State) -> dict[str, Any]:
    data = state.declared.data if state.declared else None
    if not isinstance(data, f.Declared):
        return _undeclared(state.undeclared)
    content = data.content
    vehicle = content.vehicle
    keys = [
        data.number.replace("-", ""),
        vehicle.plate.number,
        *_dedicated(state),
        *(trailer.number for trailer in vehicle.trailers),
        *vehicle.containers,
        *(group.key for group in content.groups if group.key),
        *([state.guard_number] if state.guard_number else []),
    ]
    return {
        "gate": content.gate,
        "kind": content.kind,
        "regime": content.regime,
        "number": data.number,
        "declarant": content.declarant,
        "plate": vehicle.plate.number,
        "plate_shown": vehicle.plate.shown,
        "country": vehicle.plate.country,
        "trailers": [trailer.shown for trailer in vehicle.trailers],
        "identifiers": keys,
        "goods": _goods(state),
        "weight_kg": int(content.goods_weight_kg) or None,
        "yard": content.yard,
        "expected_at": content.expected_at.isoformat() if content.expected_at else None,
    }


def _tare(state: State) -> dict[str, Any]:
    """What it weighed when nothing was on it, the last time that it was weighed so."""
    fact, content = state.weighed_empty, state.announced
    if fact is None or content is None or not isinstance(fact.data, f.Weighed):
        return {"tare_of": "", "tare_kg": None, "tare_at": None}
    return {"tare_of": rig_of(content.vehicle), "tare_kg": fact.data.gross_kg, "tare_at": _iso(fact)}


def _dedicated(state: State) -> list[str]:
    """The tractor that took over in the health mode: the vehicle is found by it too."""
    over = state.handed_over.data if state.handed_over else None
    return [over.plate.number] if isinstance(over, f.HandedOver) else []


def _undeclared(stopped: f.RegisteredUndeclared | None) -> dict[str, Any]:
    return {
        "gate": stopped.gate if stopped else "",
        "kind": "",
        "regime": "",
        "number": "",
        "declarant": "",
        "plate": stopped.plate if stopped else "",
        "plate_shown": stopped.shown if stopped else "",
        "country": stopped.country if stopped else "",
        "trailers": [],
        "identifiers": [stopped.plate] if stopped else [],
        "goods": "",
        "weight_kg": None,
        "yard": "",
        "expected_at": None,
    }


def _goods(state: State) -> str:
    content = state.content
    names = [item.name for item in content.items] if content else []
    return "; ".join(dict.fromkeys(names))[:200]
