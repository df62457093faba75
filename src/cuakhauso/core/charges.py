"""What a crossing owes (procedures.md 7, domain.md 4.1). Pure: facts and tariff in, lines out.

(A) The shares 100 %, 30 % and 130 % reproduce every recorded case; they are reference data.
(A) What fell due once is due by the tariff of the day on which it first did (`due_on`): a tariff that changes
while a vehicle is here changes nothing for it, and a correction is computed by that same day's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from . import facts as f
from .declaration import Content, GoodsItem
from .fold import State
from .reference import HANOI, Reference, Share, TariffRow
from .words import Kind, Order, Regime, WeightClass


@dataclass(frozen=True, slots=True)
class MissingRate:
    """The Board has not filled in this row: charging is refused, never guessed as zero."""

    weight_class: WeightClass
    regime: Regime
    goods_class: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Charge:
    """The whole amount of one order for one vehicle, with its lines, in VND."""

    order: Order
    amount: int
    lines: tuple[f.ChargeLine, ...]


def dearest(items: Iterable[GoodsItem]) -> GoodsItem | None:
    """Several goods on one vehicle pay the rate of the goods with the highest customs value."""
    return max(items, key=lambda item: (item.value, item.weight_kg), default=None)


def dearest_class(content: Content, ref: Reference) -> str:
    item = dearest(content.items)
    return ref.goods_class(item.hs) if item else "ordinary"


def goods_class_of(state: State, ref: Reference) -> str:
    """The class that decides the rate: of what was declared, or of what was received."""
    taken = [fact.data for fact in state.received if isinstance(fact.data, f.Received)]
    if taken:
        return max(taken, key=lambda data: data.value).goods_class
    return dearest_class(state.content, ref) if state.content else "ordinary"


def due_on(state: State, otherwise: date) -> date:
    """The day whose tariff counts, Hanoi time: that of the first charge, once there is one."""
    first = min((fact.occurred_at for fact in state.charges), default=None)
    return first.astimezone(HANOI).date() if first else otherwise


def expected_charge(content: Content, ref: Reference, on: date) -> Charge | MissingRate | None:
    """What a declaration will owe, as shown while it is typed. None where nothing is owed."""
    then = ref.fees_of(on)
    return _charge(content, dearest_class(content, then), then, on)


def charge(state: State, ref: Reference, on: date) -> Charge | MissingRate | None:
    """What this crossing owes by its facts, by the tariff of the day on which it first fell due: `on`, where
    nothing was charged yet. None for an empty vehicle or one that took nothing."""
    content = state.content
    if content is None or (content.kind is Kind.RECEIVING and not state.received):
        return None
    day = due_on(state, on)
    then = ref.fees_of(day)
    return _charge(content, goods_class_of(state, then), then, day)


def _charge(content: Content, goods_class: str, ref: Reference, on: date) -> Charge | MissingRate | None:
    share = ref.share_of(content.kind)
    if share is None:
        return None
    row = _row(content, goods_class, ref, on)
    times = 1
    if row is None and goods_class in ref.multipliers:
        row, times = _row(content, "ordinary", ref, on), ref.multipliers[goods_class]
    if row is None or row.amount is None:
        return MissingRate(content.vehicle.weight_class, content.regime, goods_class, content.kind)
    line = _line(row, share, times, ref, content)
    return Charge(share.order, line.amount, (line,))


def _row(content: Content, goods_class: str, ref: Reference, on: date) -> TariffRow | None:
    """The row in force that fits; a row for this kind of crossing comes before one for any kind."""
    fits = [
        row
        for row in ref.tariff
        if row.weight_class is content.vehicle.weight_class
        and row.regime is content.regime
        and row.goods_class == goods_class
        and row.kind in (None, content.kind)
        and row.valid_from <= on
        and (row.valid_to is None or on < row.valid_to)
    ]
    return max(fits, key=lambda row: (row.kind is not None, row.valid_from), default=None)


def _line(row: TariffRow, share: Share, times: int, ref: Reference, content: Content) -> f.ChargeLine:
    assert row.amount is not None
    amount = row.amount * times * share.percent // 100
    if ref.fee_cap is not None:
        amount = min(amount, ref.fee_cap)
    return f.ChargeLine(
        rule=f"{content.kind}:{row.goods_class if times == 1 else 'multiplied'}",
        base=row.amount * times,
        percent=share.percent,
        amount=amount,
        law=row.law,
        detail=f"{content.vehicle.plate.shown} · {row.weight_class}",
    )


def difference(state: State, due: Charge) -> f.Charged | None:
    """The charge still to be recorded: the first one whole, later ones as a difference, else none."""
    known = state.charged.get(due.order)
    if known is None:
        return f.Charged(order=due.order, amount=due.amount, lines=due.lines)
    if known == due.amount:
        return None
    step = due.amount - known
    line = f.ChargeLine(
        rule="difference", base=known, percent=100, amount=step, law=due.lines[0].law,
        detail=due.lines[0].detail,
    )  # fmt: skip
    return f.Charged(order=due.order, amount=step, lines=(line,))


def cancelled(state: State, due: Charge | None) -> Iterator[f.Charged]:
    """What was charged on an order on which nothing is due any more: taken off again, as a line."""
    for order, amount in state.charged.items():
        if amount and (due is None or order is not due.order):
            law = next((line.law for fact in state.charges for line in _lines(fact)), "")
            line = f.ChargeLine(rule="cancelled", base=amount, percent=100, amount=-amount, law=law)
            yield f.Charged(order=order, amount=-amount, lines=(line,))


def _lines(fact: f.Fact) -> tuple[f.ChargeLine, ...]:
    return fact.data.lines if isinstance(fact.data, f.Charged) else ()
