"""What was charged, paid and given back at a gate in a period: summed over the facts, and vehicle by vehicle.

A fact counts on the day on which it happened, Hanoi time; what was taken back counts nowhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from cuakhauso.core.fold import State
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency, Order

from ..accounts.duties import Duty
from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..crossings import queries as crossings
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound
from ..shared.models import Crossing, FactRow

MONEY = ("charged", "paid", "refunded")
MOST_DAYS = 31
READERS = (Agency.BOARD, Agency.TAX)
PAGE = 100


@dataclass(frozen=True, slots=True)
class Period:
    """Days at one gate, both ends included. Raises `Invalid` for none, or too many."""

    gate: str
    begins: date
    ends: date

    def __post_init__(self) -> None:
        if not 0 <= (self.ends - self.begins).days < MOST_DAYS:
            raise Invalid([FieldError("ends", "period_too_long", {"days": MOST_DAYS})])

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first, up to not including the second."""
        midnight = time(tzinfo=HANOI)
        following = datetime.combine(self.ends + timedelta(days=1), midnight)
        return datetime.combine(self.begins, midnight), following


def may_read(reader: Principal, gate: str) -> None:
    """The Board, its desk and tax at this gate, and leaders. To strangers the gate does not exist."""
    roles = reader.roles_at(gate)
    if not roles:
        raise NotFound
    if not any(role.duty in (Duty.DESK, Duty.LEADER) or role.agency in READERS for role in roles):
        raise NotAllowed


def facts(reader: Principal, period: Period) -> QuerySet[FactRow]:
    """Facts about money of this period that still stand."""
    may_read(reader, period.gate)
    begins, ends = period.moments
    seen = crossings.visible_to(reader).filter(gate=period.gate)
    undone = FactRow.objects.filter(crossing=OuterRef("crossing"), kind="undone")
    taken_back = undone.alias(fact=KT("body__undoes")).filter(fact=Cast(OuterRef("pk"), CharField()))
    rows = FactRow.objects.filter(kind__in=MONEY, occurred_at__gte=begins, occurred_at__lt=ends)
    return rows.filter(~Exists(taken_back), crossing__in=seen)


@dataclass(slots=True)
class Sums:
    """One order in the period, in VND. `methods`: what was paid by each."""

    order: Order
    charged: int = 0
    paid: int = 0
    refunded: int = 0
    methods: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        return self.paid - self.refunded


def sums(reader: Principal, period: Period) -> list[Sums]:
    """Computed by the database over the facts, not over what pages show."""
    found = {order: Sums(order) for order in Order}
    amount = Cast(KT("body__data__amount"), BigIntegerField())
    rows = facts(reader, period).annotate(order=KT("body__data__order"), method=KT("body__data__method"))
    for kind, order, method, total in rows.values_list("kind", "order", "method").annotate(t=Sum(amount)):
        one = found[Order(order)]
        setattr(one, kind, getattr(one, kind) + total)
        if kind == "paid":
            one.methods[method] = one.methods.get(method, 0) + total
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact about money, with the vehicle it belongs to."""

    fact: UUID
    crossing: UUID
    number: str
    plate: str
    kind: str
    order: str
    amount: int
    method: str
    receipt: str
    payer: str
    by: str
    at: datetime


def entries(reader: Principal, period: Period) -> list[Entry]:
    """Every fact of the period, as it happened."""
    return _entries(list(facts(reader, period).select_related("crossing").order_by("occurred_at", "pk")))


def _entries(rows: Sequence[FactRow]) -> list[Entry]:
    payers = payers_of({row.crossing_id: row.crossing for row in rows}.values())
    return [_entry(row, payers.get(row.crossing_id, "")) for row in rows]


def _entry(row: FactRow, payer: str) -> Entry:
    said, who = row.body["data"], row.body["actor"]
    return Entry(
        fact=row.pk, crossing=row.crossing_id, number=row.crossing.number, plate=row.crossing.plate_shown,
        kind=row.kind, order=said["order"], amount=said["amount"], method=said.get("method", ""),
        receipt=said.get("receipt", ""), payer=payer, by=who.get("name", ""), at=row.occurred_at,
    )  # fmt: skip


def payers_of(rows: Iterable[Crossing]) -> dict[UUID, str]:
    """Who pays by the declaration: the payer that it names, or who declared."""
    rows = list(rows)
    states = crossings.states(rows)
    codes = {
        pk: state.announced.payer for pk, state in states.items() if state.announced and state.announced.payer
    }
    declarants = {row.declarant for row in rows if row.declarant}
    known = Organisation.objects.filter(Q(tax_code__in=codes.values()) | Q(pk__in=declarants))
    names = {key: one.name for one in known for key in (one.tax_code, str(one.pk)) if key}
    return {row.pk: names.get(codes.get(row.pk, ""), names.get(row.declarant, "")) for row in rows}


# --- vehicle by vehicle ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """One vehicle in the period: what its facts of these days come to, and how it stands now."""

    crossing: Crossing
    payer: str
    charged: int
    paid: int
    refunded: int
    receipts: tuple[str, ...]
    corrected: bool
    open: int
    overpaid: int


def accounts(reader: Principal, period: Period, page: int) -> tuple[list[Account], int]:
    """A page of vehicles, the newest fact first; and how many there are."""
    rows = facts(reader, period)
    of_page = Crossing.objects.filter(pk__in=rows.values("crossing")).order_by("-last_at", "pk")
    begin = (page - 1) * PAGE
    found = list(of_page[begin : begin + PAGE])
    entered: dict[UUID, list[Entry]] = {one.pk: [] for one in found}
    mine = rows.filter(crossing__in=entered).select_related("crossing").order_by("occurred_at", "pk")
    for one in _entries(list(mine)):
        entered[one.crossing].append(one)
    states = crossings.states(found)
    return [_account(one, entered[one.pk], states[one.pk]) for one in found], of_page.count()


def _account(row: Crossing, rows: Sequence[Entry], state: State) -> Account:
    total = {kind: sum(one.amount for one in rows if one.kind == kind) for kind in MONEY}
    owed = [state.owes(order) for order in Order]
    receipts = tuple(one.receipt for one in rows if one.receipt)
    return Account(
        crossing=row, payer=rows[0].payer if rows else "", receipts=receipts,
        corrected=len([r for r in rows if r.kind == "charged"]) > 1, **total,
        open=sum(max(0, one) for one in owed), overpaid=sum(max(0, -one) for one in owed),
    )  # fmt: skip
