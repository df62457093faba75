"""Every step an agency can be asked to do: who, where, by which law. Static; predicates are in
`standing.py`."""

from dataclasses import dataclass
from enum import StrEnum

from .words import Agency, CheckpointKind, Party, Place

CUSTOMS_LAW = "Luật Hải quan 54/2014/QH13"
BORDER_LAW = "Nghị định 112/2014/NĐ-CP, sửa bởi 34/2023/NĐ-CP"
HEALTH_LAW = "Nghị định 89/2018/NĐ-CP"
PLANT_LAW = "Luật 41/2013/QH13"
ANIMAL_LAW = "Luật Thú y 79/2015/QH13"
TRANSPORT_LAW = "Nghị định 119/2021/NĐ-CP"
FEE_LAW = "Nghị quyết 09/2025/NQ-HĐND"
TRADE_LAW = "Luật Quản lý ngoại thương 05/2017/QH14, Nghị định 69/2018/NĐ-CP"
TWO_WAY_PILOT = "Thí điểm vận chuyển hàng hóa hai chiều 10/12/2025–09/12/2026"
PLATFORM_RULE = "Công văn 57/UBND-KGVX (13/01/2022)"


LOOK_LAWS = {
    Agency.HEALTH: HEALTH_LAW,
    Agency.PLANT_QUARANTINE: PLANT_LAW,
    Agency.ANIMAL_QUARANTINE: ANIMAL_LAW,
}


class StepCode(StrEnum):
    DECLARED = "declared"
    REGISTRATION_ACCEPTED = "registration_accepted"
    ENTERED = "entered"
    HEALTH_CHECKED = "health_checked"
    LICENCE_CHECKED = "licence_checked"
    IN_YARD = "in_yard"
    PLANT_QUARANTINED = "plant_quarantined"
    ANIMAL_QUARANTINED = "animal_quarantined"
    CUSTOMS_CLEARED = "customs_cleared"
    WEIGHED = "weighed"
    TRANSSHIPMENT_SIGNED = "transshipment_signed"
    TRANSSHIPPED = "transshipped"
    RECEIVED_GOODS = "received_goods"
    LOOKED_EMPTY = "looked_empty"
    GOODS_RELEASED = "goods_released"
    PAID = "paid"
    BOARD_FINISHED = "board_finished"
    BORDER_GUARD_COMPLETED = "border_guard_completed"
    LEFT_YARD = "left_yard"
    LEFT_TO_OTHER_SIDE = "left_to_other_side"
    LEFT_ZONE = "left_zone"
    TWO_WAY_REGISTERED = "two_way_registered"
    DRIVER_TESTED = "driver_tested"
    VEHICLE_DISINFECTED = "vehicle_disinfected"
    HANDED_OVER = "handed_over"
    FIRST_LEG_MATCHED = "first_leg_matched"
    SEAL_PUT_ON = "seal_put_on"
    SEAL_CHECKED = "seal_checked"
    ESCORTED = "escorted"
    TURN_ANSWERED = "turn_answered"
    TURNED_BACK = "turned_back"
    CORRECTION_ANSWERED = "correction_answered"


BG, HQ = Agency.BORDER_GUARD, Agency.CUSTOMS
B1, YARD, LINE, B2 = (
    CheckpointKind.B1,
    CheckpointKind.YARD,
    CheckpointKind.BORDER_LINE,
    CheckpointKind.B2,
)


@dataclass(frozen=True, slots=True)
class Step:
    """`agencies` confirm separately, in any order; `at` is where they stand, empty means at a desk.

    `moves_to` is the place that a confirmation of this step states. `party` is whose move it is when
    no agency confirms by hand (a payment, a declaration, a weight). With `any_agency` the first of the
    agencies to confirm suffices; otherwise each must. `rests_on` names steps without which a signature
    does not stand.
    """

    code: StepCode
    agencies: tuple[Agency, ...]
    at: tuple[CheckpointKind, ...]
    law: str
    party: Party | None = None
    moves_to: Place | None = None
    by_hand: bool = True
    rests_on: tuple[StepCode, ...] = ()
    any_agency: bool = False

    @property
    def parties(self) -> tuple[Party, ...]:
        return (self.party,) if self.party else tuple(Party(a) for a in self.agencies)


_ALL = (
    Step(StepCode.DECLARED, (), (), PLATFORM_RULE, party=Party.BUSINESS, by_hand=False),
    Step(StepCode.REGISTRATION_ACCEPTED, (HQ,), (), CUSTOMS_LAW),
    Step(StepCode.ENTERED, (BG, HQ), (B1, LINE), BORDER_LAW, moves_to=Place.GATE_AREA),
    Step(StepCode.HEALTH_CHECKED, (Agency.HEALTH,), (B1, LINE, YARD), HEALTH_LAW),
    Step(StepCode.LICENCE_CHECKED, (Agency.TRANSPORT_LICENCE,), (B1, LINE, YARD), TRANSPORT_LAW),
    Step(
        StepCode.IN_YARD,
        (HQ, Agency.YARD),
        (YARD,),
        CUSTOMS_LAW,
        moves_to=Place.YARD,
        any_agency=True,
    ),
    Step(StepCode.PLANT_QUARANTINED, (Agency.PLANT_QUARANTINE,), (YARD,), PLANT_LAW),
    Step(StepCode.ANIMAL_QUARANTINED, (Agency.ANIMAL_QUARANTINE,), (YARD,), ANIMAL_LAW),
    Step(StepCode.CUSTOMS_CLEARED, (HQ,), (YARD,), CUSTOMS_LAW),
    Step(StepCode.WEIGHED, (), (B1, YARD), BORDER_LAW, party=Party.DEVICE, by_hand=False),
    # (A) Who signs a transshipment is not shown by the records (domain.md 1.3): customs, as keeper of goods.
    Step(
        StepCode.TRANSSHIPMENT_SIGNED,
        (HQ,),
        (YARD,),
        CUSTOMS_LAW,
        rests_on=(StepCode.LICENCE_CHECKED, StepCode.ENTERED),
    ),
    Step(StepCode.TRANSSHIPPED, (), (YARD,), CUSTOMS_LAW, party=Party.YARD, by_hand=False),
    Step(StepCode.RECEIVED_GOODS, (), (YARD,), CUSTOMS_LAW, party=Party.YARD, by_hand=False),
    Step(StepCode.LOOKED_EMPTY, (BG,), (YARD, B2), BORDER_LAW),
    Step(StepCode.GOODS_RELEASED, (), (YARD,), CUSTOMS_LAW, party=Party.CUSTOMS, by_hand=False),
    Step(StepCode.PAID, (), (), FEE_LAW, party=Party.BUSINESS, by_hand=False),
    # (A) Tax collected before the Board did: either of them finishes a declaration (`finishing.py`).
    Step(StepCode.BOARD_FINISHED, (Agency.BOARD, Agency.TAX), (), PLATFORM_RULE, any_agency=True),
    Step(StepCode.BORDER_GUARD_COMPLETED, (BG,), (), BORDER_LAW),
    Step(StepCode.LEFT_YARD, (HQ, BG), (YARD,), CUSTOMS_LAW, moves_to=Place.NON_TARIFF_ZONE),
    Step(StepCode.LEFT_TO_OTHER_SIDE, (BG, HQ), (LINE,), BORDER_LAW, moves_to=Place.OTHER_SIDE),
    Step(StepCode.LEFT_ZONE, (BG,), (B2,), BORDER_LAW, moves_to=Place.ROAD),
    Step(StepCode.TWO_WAY_REGISTERED, (BG, HQ), (), TWO_WAY_PILOT),
    # Who tests and disinfects, and that it is done before the gate, is (A): no public text says it.
    Step(StepCode.DRIVER_TESTED, (Agency.HEALTH,), (B1, LINE), HEALTH_LAW),
    Step(StepCode.VEHICLE_DISINFECTED, (Agency.HEALTH,), (B1, LINE), HEALTH_LAW),
    Step(StepCode.HANDED_OVER, (BG,), (B1, LINE), HEALTH_LAW, by_hand=False),
    Step(StepCode.FIRST_LEG_MATCHED, (HQ,), (), TRADE_LAW),
    Step(StepCode.SEAL_PUT_ON, (HQ,), (YARD,), CUSTOMS_LAW, by_hand=False),
    Step(StepCode.SEAL_CHECKED, (HQ,), (YARD,), CUSTOMS_LAW, by_hand=False),
    Step(StepCode.ESCORTED, (HQ,), (YARD,), CUSTOMS_LAW),
    Step(StepCode.TURN_ANSWERED, (BG, Agency.BOARD), (), BORDER_LAW, by_hand=False, any_agency=True),
    Step(StepCode.TURNED_BACK, (BG, HQ), (B1, B2, LINE), BORDER_LAW, moves_to=Place.ROAD),
    # Who of them is asked says the rule table (`corrections.py`).
    Step(
        StepCode.CORRECTION_ANSWERED,
        (BG, HQ, Agency.TRANSPORT_LICENCE, Agency.BOARD),
        (),
        PLATFORM_RULE,
        by_hand=False,
    ),
)

STEPS: dict[StepCode, Step] = {step.code: step for step in _ALL}
DESK_STEPS = frozenset(step.code for step in _ALL if not step.at)
