"""A lane node as the platform meets it: its own key, its token, and what it reports."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uuid_utils.compat as uuid7
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.centre.lanes import actions
from cuakhauso.centre.lanes.models import Lane, Node

from ..api.callers import Caller, Said
from ..centre.builders import officer

JPEG = b"\xff\xd8\xff\xe0" + b"a made-up picture" * 20 + b"\xff\xd9"


def board(gate: str = "CKHN"):
    return officer("board", gate)


def a_code(gate: str = "CKHN", *lanes: str) -> str:
    chosen = lanes or tuple(Lane.objects.filter(gate=gate).values_list("pk", flat=True))
    return actions.make_code(gate, chosen, by=board(gate))


def new_id() -> str:
    return str(uuid.UUID(str(uuid7.uuid7())))


def item(kind: str, body: dict[str, Any], lane: str = "CKHN-B1-OUT", at: datetime | None = None) -> dict:
    moment = at or datetime.now(UTC)
    return {"id": new_id(), "lane": lane, "at": moment.isoformat(), "kind": kind, "body": body}


def passage(crossing: object, lane: str = "CKHN-B1-OUT", at: datetime | None = None, **more: Any) -> dict:
    body = {"crossing": str(crossing) if crossing else None, "direction": "out", "to": "gate_area"} | more
    return item("passage", body, lane, at)


def opening(crossing: object, lane: str = "CKHN-B1-OUT", **more: Any) -> dict:
    body = {"act": "open_against", "person": "Vi Văn Mẫu", "reason": "misread", "words": "đã nhìn tận nơi"}
    named = {"crossing": str(crossing)} if crossing else {}
    return item("act", body | named | more, lane)


@dataclass
class FakeNode:
    key: Ed25519PrivateKey
    told: dict[str, Any]

    @property
    def caller(self) -> Caller:
        return Caller(self.told["token"])

    @property
    def row(self) -> Node:
        return Node.objects.get(pk=self.told["node"])

    def sends(self, *items: dict, key: Ed25519PrivateKey | None = None, spoilt: bool = False) -> Said:
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "items": list(items)}).encode()
        signature = (key or self.key).sign(body).hex()
        caller = self.caller
        caller.headers["X-Node-Signature"] = signature
        return caller.post("/lanes/facts", body + b" " if spoilt else body)

    def sends_picture(self, content: bytes = JPEG, name: str = "") -> Said:
        sha256 = name or hashlib.sha256(content).hexdigest()
        return self.caller.call("PUT", f"/lanes/pictures/{sha256}", content)

    def stands(self, **changes: Any) -> Said:
        now = datetime.now(UTC).isoformat()
        devices = [{"name": "camera", "state": "ok", "since": now, "words": ""}]
        status = {
            "sent_at": now,
            "lanes": [{"code": "CKHN-B1-OUT", "phase": "idle", "since": now, "devices": devices}],
            "waiting": {"items": 0, "oldest": None}, "spool": {"items": 0, "oldest": None},
            "answers": {"count": 3, "as_of": now}, "config": {"sha256": "ab" * 32, "summary": "2 camera"},
        }  # fmt: skip
        return self.caller.post("/lanes/status", status | changes)


def enrolled(gate: str = "CKHN", *lanes: str, name: str = "Nút B1") -> FakeNode:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    asked = {"code": a_code(gate, *lanes), "name": name, "public_key": public, "software": "test 1"}
    said = Caller().post("/lanes/enrol", asked)
    assert said.status == 201, said.body
    return FakeNode(key, said.body)
