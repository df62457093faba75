"""What a vehicle may weigh. One rule: the platform's permit judges by it, and so does a lane that goes on
alone with nothing but its answer.

How far a weight may be from the declared one is worked out line by line: each line of goods may differ by
the share of its own kind, the vehicle by the gate's. The widest share for the whole load would let a few
baskets of fruit cover tonnes of machines; the narrowest would stop every mixed load.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median_low

from .declaration import Content, Vehicle
from .facts import Weighed
from .fold import State
from .reference import Reference

Kilograms = Decimal | int
LEAST_TARES = 3


def is_over(gross_kg: Kilograms, limit_kg: int, percent: int) -> bool:
    """Heavier than the permitted gross weight by more than the gate's share."""
    return gross_kg * 100 > limit_kg * (100 + percent)


def goods_kg(state: State) -> int | None:
    """What should be on board, as declared; unknown once a part of the goods has changed vehicles."""
    if state.is_empty:
        return 0
    if state.content is None or state.transshipped or state.received or state.disposed:
        return None
    return _whole(state.content.goods_weight_kg)


def goods_tolerance_kg(content: Content, ref: Reference) -> int:
    """How far the goods may be from their declared weight: the sum of what each line allows, or what the kind
    that is allowed most is allowed at least, whichever is more."""
    lines = [(item.weight_kg, ref.tolerance(item.hs)) for item in content.items]
    share = sum((kg * allowed.percent / 100 for kg, allowed in lines), Decimal(0))
    return max(_whole(share), *(allowed.least_kg for _, allowed in lines), 0)


def tolerance_kg(own_kg: int, percent: int, goods_tolerance_kg: int) -> int:
    """Of the whole: the gate's share of the vehicle's own weight, and what its goods allow."""
    return _whole(Decimal(own_kg * percent) / 100) + goods_tolerance_kg


def allowed_kg(state: State, ref: Reference) -> int | None:
    """How far this vehicle's weight may be from what was declared; unknown without its own weight."""
    own = state.content.vehicle.own_weight_kg if state.content else None
    if state.content is None or own is None:
        return None
    goods = 0 if state.is_empty else goods_tolerance_kg(state.content, ref)
    return tolerance_kg(own, ref.weight_tolerance_percent, goods)


def is_off(state: State, ref: Reference) -> bool | None:
    """Whether what was measured is further from what was declared; none where either is not known."""
    allowed, goods = allowed_kg(state, ref), goods_kg(state)
    data = state.weighed.data if state.weighed else None
    if allowed is None or goods is None or state.content is None or not isinstance(data, Weighed):
        return None
    declared = (state.content.vehicle.own_weight_kg or 0) + goods
    return abs(data.gross_kg - declared) > allowed


def usual_tare(tares_kg: Sequence[int], percent: int) -> int | None:
    """What this vehicle weighs empty, as measured: the middle of three weights or more. Weights that do not
    agree with each other say nothing."""
    if len(tares_kg) < LEAST_TARES:
        return None
    usual = median_low(tares_kg)
    agree = all(abs(kg - usual) * 100 <= usual * percent for kg in tares_kg)
    return usual if agree else None


def rig_of(vehicle: Vehicle) -> str:
    """What a tare is the tare of: with another trailer, or a container on it, a tractor weighs otherwise."""
    plates = [vehicle.plate.number, *sorted(trailer.number for trailer in vehicle.trailers)]
    return f"{'+'.join(plates)}/{len(vehicle.containers)}"


def _whole(kg: Decimal) -> int:
    return int(kg.quantize(Decimal(1), rounding=ROUND_HALF_UP))
