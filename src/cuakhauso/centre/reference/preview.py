"""What a change would change, before anybody decides: for living crossings and for recent past ones.

The change is written and taken back in one transaction, so that what is previewed is what approval writes.
Bounded: the newest `MOST` of each; a batch at a time, so that the page can say how far it is.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from cuakhauso.core.effects import Both, Effects, compare
from cuakhauso.core.reference import HANOI, Reference

from ..places.models import Gate
from ..places.reference import reference
from ..shared import store
from ..shared.models import Crossing
from . import rows
from .models import ReferenceChange
from .topics import CLOSURES

DAYS = 30
MOST = 2_000
BATCH = 50


def preview(change: UUID, edition: int) -> dict[str, Any] | None:
    """The effects of this edition, written beside it; none where it has been said anew meanwhile."""
    row = ReferenceChange.objects.filter(pk=change, edition=edition).first()
    if row is None:
        return None
    now = store.now()
    moment = judged_at(row, now)
    both = {gate: Both(*pair, moment) for gate, pair in _references(row, now).items()}
    living, past = _living(list(both)), _past(row, list(both), now)
    told: dict[str, Any] = {
        "of": len(living) + len(past), "done": 0, "days": DAYS, "most": MOST, "at": now.isoformat(),
        "expected": _expected(row),
    }  # fmt: skip
    for part, crossings in (("living", living), ("past", past)):
        effects = Effects()
        for batch in _batches(crossings):
            effects += _compared(batch, both)
            told |= {"done": told["done"] + len(batch), part: as_json(effects)}
            if not _keep(row, told):
                return None
        told[part] = as_json(effects)
    told["finished"] = True
    return told if _keep(row, told) else None


def judged_at(row: ReferenceChange, now: datetime) -> datetime:
    """To which moment living crossings are judged: now, or noon of the day on which it begins."""
    if row.topic == CLOSURES.code:
        return max([now, *(datetime.fromisoformat(str(key["begins"])) for key, _b, _a in rows.asked(row))])
    today = now.astimezone(HANOI).date()
    begins = row.valid_from or today
    return now if begins <= today else datetime.combine(begins, time(12), tzinfo=HANOI).astimezone(UTC)


class _TakenBack(Exception):
    pass


def _references(row: ReferenceChange, now: datetime) -> dict[str, tuple[Reference, Reference]]:
    """The rules of each gate without and with the change, on its first day."""
    today = now.astimezone(HANOI).date()
    day = max(today, row.valid_from or today)
    gates = row.gates if "" not in row.gates else list(Gate.objects.values_list("pk", flat=True))
    found: dict[str, tuple[Reference, Reference]] = {}
    try:
        with transaction.atomic():
            before = {gate: reference(gate, day) for gate in gates}
            _write(row, today)
            found = {gate: (before[gate], reference(gate, day)) for gate in gates}
            raise _TakenBack
    except _TakenBack:
        return found


def _write(row: ReferenceChange, today: date) -> None:
    if row.valid_from is not None and row.valid_from < today:
        row.valid_from = today  # its day has passed: it can only be said anew, and is shown as if from today
    rows.write(row, today)


def _living(gates: Sequence[str]) -> list[tuple[UUID, str]]:
    found = Crossing.objects.filter(gate__in=gates, ended_at=None).exclude(kind="")
    return list(found.order_by("-last_at").values_list("pk", "gate")[:MOST])


def _past(row: ReferenceChange, gates: Sequence[str], now: datetime) -> list[tuple[UUID, str]]:
    """None for a closure: it begins when all of them have passed."""
    if row.topic == CLOSURES.code:
        return []
    found = Crossing.objects.filter(
        gate__in=gates, ended_at__gt=now - timedelta(days=DAYS), ended_at__lte=now
    ).exclude(kind="")
    return list(found.order_by("-ended_at").values_list("pk", "gate")[:MOST])


def _expected(row: ReferenceChange) -> int | None:
    """How many vehicles said that they come while the gate will be closed."""
    if row.topic != CLOSURES.code:
        return None
    count = 0
    for key, _before, after in rows.asked(row):
        if after is not None:
            count += Crossing.objects.filter(
                gate=key["gate"], ended_at=None, present_since=None,
                expected_at__gte=key["begins"], expected_at__lt=after["ends"],
            ).count()  # fmt: skip
    return count


def _batches(crossings: list[tuple[UUID, str]]) -> Iterator[list[tuple[UUID, str]]]:
    for start in range(0, len(crossings), BATCH):
        yield crossings[start : start + BATCH]


def _compared(batch: list[tuple[UUID, str]], both: dict[str, Both]) -> Effects:
    facts = store.facts_of_many([crossing for crossing, _gate in batch])
    effects = Effects()
    for gate in dict.fromkeys(gate for _crossing, gate in batch):
        mine = [(c, facts[c]) for c, of in batch if of == gate and c in facts]
        effects += compare(mine, both[gate])
    return effects


def _keep(row: ReferenceChange, told: dict[str, Any]) -> bool:
    here = ReferenceChange.objects.filter(pk=row.pk, edition=row.edition)
    return here.update(effects=told) == 1


def as_json(effects: Effects) -> dict[str, Any]:
    return {
        "looked_at": effects.looked_at,
        "touched": effects.touched,
        "fees": {
            "changed": effects.fees.changed, "before": effects.fees.before, "after": effects.fees.after,
            "unknown_before": effects.fees.unknown_before, "unknown_after": effects.fees.unknown_after,
        },
        "newly_required": dict(effects.newly_required),
        "no_longer": dict(effects.no_longer),
        "elsewhere": dict(effects.elsewhere),
        "refused": effects.refused,
        "permitted": effects.permitted,
        "weights": {
            "wider": effects.weights.wider, "narrower": effects.weights.narrower,
            "off": effects.weights.off, "right": effects.weights.right,
        },
        "examples": {kind: [str(one) for one in ones] for kind, ones in effects.examples.items()},
    }  # fmt: skip
