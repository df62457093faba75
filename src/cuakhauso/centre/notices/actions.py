"""What an organisation does with its webhooks: subscribe, pause, go on, end, try, send again, replay.

(A) Businesses, yards and partners subscribe themselves; an agency by the token that its operator made, as
with tokens (`accounts/tokens.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction

from cuakhauso.core.facts import KINDS
from cuakhauso.core.words import ActorKind

from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..accounts.tokens import SELF_SERVED
from ..crossings import queries as crossings
from ..places.models import Yard
from ..shared import audit, store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound
from ..shared.models import FactRow
from . import events, queries, rules
from .delivering import allowed_networks
from .fanning import make, newest
from .models import Delivery, Reached, Subscription

MOST = 20  # addresses of one organisation
FURTHEST = timedelta(days=31)
MOST_REPLAYED = 20_000
A_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address, and what it wants to be told; empty means all that its organisation may see."""

    url: str
    kinds: tuple[str, ...] = ()
    yard: str = ""


@transaction.atomic
def subscribe(wanted: Wanted, by: Principal) -> Subscription:
    """From now on. The secret is in the answer."""
    owner = _organisation(by)
    if wrong := list(_wrong(wanted, owner)):
        raise Invalid(wrong)
    Reached.objects.first() or Reached.objects.create(outbox=newest())
    made = Subscription.objects.create(
        organisation=owner, url=wanted.url, secret=rules.new_secret(), kinds=list(wanted.kinds),
        yard=wanted.yard,
    )  # fmt: skip
    _record("webhook_subscribed", made, by, host=urlsplit(wanted.url).hostname)
    return made


def _organisation(by: Principal) -> Organisation:
    """Whose webhooks they are. A person of an agency has none to give."""
    ids = [role.organisation for role in by.roles if role.duty in queries.DUTIES]
    found = Organisation.objects.in_bulk(ids)
    own = [found[own_id] for own_id in ids if own_id in found]
    if by.kind is ActorKind.PERSON:
        own = [one for one in own if one.kind in SELF_SERVED]
    if not own:
        raise NotAllowed
    return own[0]


def _wrong(wanted: Wanted, owner: Organisation) -> Iterable[FieldError]:
    if code := rules.against_url(wanted.url, allowed_networks()):
        yield FieldError("url", code)
    if unknown := [kind for kind in wanted.kinds if kind not in KINDS]:
        yield FieldError("kinds", "kind_unknown", {"value": unknown[0]})
    if wanted.yard and not Yard.objects.filter(pk=wanted.yard).exists():
        yield FieldError("yard", "not_a_choice")
    if owner.subscriptions.count() >= MOST:
        yield FieldError("url", "too_many")


def pause(one: Subscription, why: str, by: Principal) -> None:
    """Messages are made and wait; with no words it goes on."""
    one.paused_for = why.strip()[:200]
    one.save(update_fields=["paused_for"])
    _record("webhook_paused" if one.paused_for else "webhook_resumed", one, by)


def end(one: Subscription, by: Principal) -> None:
    """Nothing more is told; what was not sent is gone."""
    _record("webhook_ended", one, by, host=urlsplit(one.url).hostname)
    one.delete()


def send_test(one: Subscription, by: Principal) -> Delivery:
    """A message that is about no vehicle."""
    now, message = store.now(), f"evt_{uuid7.uuid7().hex}"
    body = events.a_test(message, now)
    return Delivery.objects.create(subscription=one, event=message, kind="test", body=body, next_at=now)


def send_again(one: Subscription, delivery: int, by: Principal) -> Delivery:
    """A message by hand: once more now, with all its attempts before it."""
    row = one.deliveries.filter(pk=delivery).first()
    if row is None:
        raise NotFound
    row.attempts, row.next_at, row.dead_at, row.delivered_at = 0, store.now(), None, None
    row.save(update_fields=["attempts", "next_at", "dead_at", "delivered_at"])
    _record("webhook_sent_again", one, by, event=row.event)
    return row


def replay(one: Subscription, since: datetime, by: Principal) -> int:
    """Everything since a moment once more, in its order; a receiver knows by `webhook-id` what it has."""
    now = store.now()
    if not now - FURTHEST <= since <= now:
        raise Invalid([FieldError("since", "out_of_range")])
    told = _told_since(one, since)
    if len(told) > MOST_REPLAYED:
        raise Invalid([FieldError("since", "too_much_to_replay")])
    known = [events.event_id(fact) for fact in told]
    with transaction.atomic():
        one.deliveries.filter(event__in=known).delete()
        for begin in range(0, len(told), A_BATCH):
            make([one], told[begin : begin + A_BATCH], now)
        _record("webhook_replayed", one, by, since=since.isoformat(), events=len(told))
    return one.deliveries.filter(event__in=known).count()


def _told_since(one: Subscription, since: datetime) -> list[UUID]:
    """The last fact of each act, as live news has it: facts of one act are recorded at one moment."""
    visible = crossings.visible_to(queries.reader_of(one.organisation)).values("pk")
    rows = FactRow.objects.filter(recorded_at__gte=since, crossing__in=visible)
    last = {
        (crossing, at): fact
        for crossing, at, fact in rows.order_by("recorded_at", "crossing", "seq").values_list(
            "crossing", "recorded_at", "id"
        )[: MOST_REPLAYED * 4]
    }
    return list(last.values())


def _record(verb: str, one: Subscription, by: Principal, **said: object) -> None:
    audit.record(verb, f"subscription:{one.pk}", actor=by.actor(), **said)
