"""What stands in the journal, in the form in which the centre takes it in (docs/lane-protocol.md). Pure."""

from datetime import datetime, timedelta
from typing import Any

from .journal import Item
from .words import Act, NoteKind, Why

MOST_READS = 24
MOST_OFFSET = timedelta(days=1)
ALARMS = {
    Why.FOLLOWED: "tailgate",
    Why.TWO_MAY_HAVE_PASSED: "tailgate",
    Why.FORCED: "forced",
    Why.UNDER_WITHOUT_TICKET: "forced",
    Why.BOOM_MOVED_BY_NOBODY: "forced",
    Why.STUCK_UNDER_BOOM: "stuck",
    Why.EMERGENCY: "emergency",
    Why.CONTACTS_SILENT: "device",
    Why.DID_NOT_OPEN: "device",
    Why.DID_NOT_CLOSE: "device",
    Why.CANNOT_WRITE: "device",
    Why.JOURNAL_LOST: "device",
}


def as_sent(item: Item) -> dict[str, Any]:
    body = {name: value for name, value in item.body.items() if value is not None}
    match item.kind:
        case NoteKind.PASSAGE:
            body |= _passage(item.body)
        case NoteKind.ACT:
            body |= _act(item.body)
        case NoteKind.ALARM:
            body |= {"alarm": ALARMS.get(item.body["alarm"], item.body["alarm"]), "why": item.body["alarm"]}
        case _:
            pass
    if "pictures" in body:
        body["pictures"] = [_picture(one) for one in body["pictures"]]
    at, body = _dated(item.body.get("passed_at") or item.at, body)
    return {"id": item.id, "lane": item.lane, "at": at, "kind": item.kind, "body": body}


def _dated(at: Any, body: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A clock whose battery is empty is off by decades: then the moment itself is sent, and beside it what
    the clock showed. Anything less stays as it is, with its offset."""
    offset = timedelta(milliseconds=body.get("offset_ms", 0))
    if abs(offset) <= MOST_OFFSET:
        return at, body
    shown = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return shown + offset, {**body, "offset_ms": 0, "clock_showed": shown}


def _passage(body: dict[str, Any]) -> dict[str, Any]:
    by = body.get("opened_by")
    opened_by: Any = "permit" if body.get("ticket") else "nobody"
    if by is not None and body.get("act"):
        opened_by = {
            "act": body["act"], "person": by["name"], "second": _name(body.get("second")),
            "reason": body.get("reason") or "", "words": body.get("words") or "",
        }  # fmt: skip
    return {
        "opened_by": opened_by,
        "ticket": body.get("ticket") or "",
        "second": _name(body.get("second")),
        "reads": [_read(one) for one in body.get("reads", ())][-MOST_READS:],
    }


def _act(body: dict[str, Any]) -> dict[str, Any]:
    """An opening counts as one against objections where it was let happen, and any stood."""
    act = body["act"]
    if act == Act.OPEN and body.get("refused") is None and body.get("against"):
        act = "open_against"
    return {
        "act": act, "person": body["person"]["name"], "person_id": body["person"]["id"],
        "second": _name(body.get("second")),
    }  # fmt: skip


def _name(person: dict[str, str] | None) -> str:
    return person["name"] if person else ""


def _read(read: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in read.items() if value is not None}


def _picture(one: Any) -> dict[str, str]:
    return {"sha256": one["sha256"], "kind": one.get("kind") or "scene"}
