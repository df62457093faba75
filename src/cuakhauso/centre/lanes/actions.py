"""Nodes let in and shut out, and what they report of themselves and of their lanes."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DataError, transaction

from cuakhauso.core.facts import Actor
from cuakhauso.core.words import ActorKind, Agency

from ..accounts import tokens
from ..accounts.duties import Duty
from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..places.models import Gate
from ..shared import audit, store
from ..shared.errors import CodeNotValid, FieldError, GateError, Invalid, NotAllowed, NotFound
from ..shared.models import OutboxEvent
from .items import ItemIn, Unreadable
from .models import EnrolmentCode, Lane, LaneItem, Node
from .rules import Alert
from .stream import REVOKED
from .taking import take

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is mistaken for another when read aloud
CODE_LASTS = timedelta(hours=1)
REPORTED, STOOD = "lane.items", "lane.status"
REFUSED = "refused"  # no kind that a node could name: what of its items was not taken in


# --- nodes in and out ------------------------------------------------------------------------------


def is_board(by: Principal, gate: str) -> bool:
    return Agency.BOARD in by.agencies_at(gate)


@transaction.atomic
def make_code(gate: str, lanes: Sequence[str], *, by: Principal) -> str:
    """A code that lets one node in for these lanes, once, within the hour. Nobody can read it again."""
    if not is_board(by, gate):
        raise NotAllowed
    found = list(Lane.objects.filter(gate=gate, pk__in=lanes))
    if not found or len(found) != len(set(lanes)):
        raise Invalid([FieldError("lanes", "required" if not lanes else "not_a_choice")])
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    now = store.now()
    made = EnrolmentCode.objects.create(
        digest=digest_of(code), gate_id=gate, made_at=now, made_by=by.id, expires_at=now + CODE_LASTS
    )
    made.lanes.set(found)
    actor = by.actor(gate, (Agency.BOARD,))
    audit.record("enrolment_code_made", f"gate:{gate}", actor=actor, lanes=[lane.code for lane in found])
    return code


def digest_of(code: str) -> str:
    """However it was typed: without dashes and spaces, in capitals."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a node says of itself when it comes."""

    code: str
    name: str
    public_key: str
    software: str = ""


@transaction.atomic
def enrol(coming: Enrolment) -> tuple[Node, str]:
    """Lets a node in, and the secret of its token, which is told this once. The code is used up."""
    now = store.now()
    code = EnrolmentCode.objects.select_for_update().filter(pk=digest_of(coming.code)).first()
    if code is None or code.used_at is not None or code.expires_at <= now:
        raise CodeNotValid
    _check_key(coming.public_key)
    gate = Gate.objects.get(pk=code.gate_id)
    owner, _ = Organisation.objects.get_or_create(
        name=f"Làn {gate.name}", kind=Organisation.Kind.PARTNER, defaults={"tax_code": ""}
    )
    token, secret = tokens.issue(owner, coming.name, [tokens.Power(gate.code, Duty.DEVICE)])
    node = Node.objects.create(
        gate=gate, name=coming.name, public_key=coming.public_key.lower(), software=coming.software,
        token=token, enrolled_at=now,
    )  # fmt: skip
    node.lanes.set(code.lanes.all())
    code.used_at = now
    code.save(update_fields=["used_at"])
    actor = Actor(kind=ActorKind.DEVICE, id=f"node:{node.pk}", name=node.name)
    audit.record("node_enrolled", f"node:{node.pk}", actor=actor, gate=gate.code, code_by=code.made_by)
    announce(STOOD, gate.code)
    return node, secret


def _check_key(public_key: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as bad:
        raise Invalid([FieldError("public_key", "not_a_key")]) from bad


@transaction.atomic
def revoke(node_id: UUID, *, by: Principal) -> Node:
    """From now on this node is answered 401, and its stream ends. Revoking it again changes nothing."""
    node = Node.objects.select_for_update().filter(pk=node_id).first()
    if node is None or not by.roles_at(node.gate_id):
        raise NotFound
    if not is_board(by, node.gate_id):
        raise NotAllowed
    if node.revoked_at is None:
        node.revoked_at = store.now()
        node.save(update_fields=["revoked_at"])
        tokens.end(node.token)
        actor = by.actor(node.gate_id, (Agency.BOARD,))
        audit.record("node_revoked", f"node:{node.pk}", actor=actor, name=node.name)
        announce(REVOKED, node.gate_id, node=str(node.pk))
    return node


def announce(name: str, gate: str, **more: Any) -> None:
    """For pages of lanes alone: lists of vehicles look at `gate`, and nothing of theirs has changed."""
    OutboxEvent.objects.create(name=name, payload={"lanes_of": gate, **more})


# --- what a node reports ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item that was not taken in; `field` is empty where it is refused as a whole."""

    id: str
    why: str
    field: str
    error: GateError


@dataclass(frozen=True, slots=True)
class Taken:
    accepted: tuple[UUID, ...]
    refused: tuple[Refusal, ...]


def take_in(node: Node, items: Sequence[ItemIn | Unreadable], *, by: Principal) -> Taken:
    """Item by item: one that is refused keeps no other from being taken in, and what is taken stays."""
    lanes = {lane.code: lane for lane in node.lanes.all()}
    accepted, refused, alerts = [], [], 0
    for item in items:
        try:
            kept = _take(node, lanes, item, by)
        except GateError as error:
            refused.append(_refusal(str(item.id), error))
            continue
        accepted.append(UUID(str(item.id)))
        alerts += bool(kept and kept.alert)
    for one in refused:
        actor = by.actor(node.gate_id)
        audit.record("lane_item_refused", f"node:{node.pk}", actor=actor, item=one.id, why=one.why)
    alerts += _show_refused(node, list(lanes.values()), refused)
    announce(REPORTED, node.gate_id, alerts=alerts)
    return Taken(tuple(accepted), tuple(refused))


def _show_refused(node: Node, lanes: Sequence[Lane], refused: Sequence[Refusal]) -> bool:
    """One alert for what was refused of a batch: the node does not send it again. Told twice, shown once."""
    if not refused or not lanes:
        return False
    told = [{"id": one.id, "why": one.why, "field": one.field} for one in refused]
    now = store.now()
    _, is_new = LaneItem.objects.get_or_create(
        pk=uuid.uuid5(node.pk, "".join(sorted(f"{one.id} {one.why}\n" for one in refused))),
        defaults={
            "node": node, "lane": lanes[0], "at": now, "kind": REFUSED, "body": {"items": told},
            "received_at": now, "alert": Alert.REFUSED,
        },
    )  # fmt: skip
    return is_new


def _take(node: Node, lanes: dict[str, Lane], item: ItemIn | Unreadable, by: Principal) -> LaneItem | None:
    if isinstance(item, Unreadable):
        raise Invalid([item.error])
    try:
        return take(node, lanes, item, by=by)
    except DataError as unwritable:  # a NUL, half a character, a number without end: nothing keeps that
        raise Invalid([FieldError("body", "control_character")]) from unwritable


def _refusal(own_id: str, error: GateError) -> Refusal:
    if isinstance(error, Invalid) and error.errors:
        return Refusal(own_id, error.errors[0].code, error.errors[0].field, error)
    return Refusal(own_id, error.code, "", error)


@transaction.atomic
def stand(node: Node, status: dict[str, Any]) -> None:
    """How the node's lanes stand, as it says. A configuration that differs from the last is dated."""
    now = store.now()
    config = status.get("config") or {}
    if config.get("sha256", "") != node.config_sha256:
        node.config_seen_at = now
    node.config_sha256 = config.get("sha256", "")
    node.config_summary = config.get("summary", "")[:400]
    node.status, node.status_at = by_our_clock(status, now - datetime.fromisoformat(status["sent_at"])), now
    node.save(update_fields=["status", "status_at", "config_sha256", "config_summary", "config_seen_at"])
    announce(STOOD, node.gate_id)


def by_our_clock(told: Any, ahead: timedelta) -> Any:
    """Since when things are as they are. What is `as_of` is a word of our own, by our clock already."""
    if isinstance(told, list):
        return [by_our_clock(one, ahead) for one in told]
    if not isinstance(told, dict):
        return told
    shifted = {name: by_our_clock(one, ahead) for name, one in told.items()}
    moments = {name: told[name] for name in ("since", "oldest") if told.get(name)}
    return shifted | {
        name: (datetime.fromisoformat(one) + ahead).isoformat() for name, one in moments.items()
    }
