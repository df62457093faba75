"""What an answer says beside the permit: what the vehicle should weigh, and who nobody declared."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from cuakhauso.centre.crossings import observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.lanes import answers
from cuakhauso.centre.places.models import WeightTolerance
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.answer import message_of
from cuakhauso.core.words import CheckpointKind, Direction, Kind
from cuakhauso.lane.judging import against_weight
from cuakhauso.lane.words import Why

from ..centre.builders import declare, goods, officer, opened_at

pytestmark = pytest.mark.usefixtures("gate")
B1 = (CheckpointKind.B1, Direction.OUT)


def told(crossing, at=B1):
    answers._kept._values.clear()
    found = answers.told("CKHN", [crossing])[crossing]
    return {(one.point.checkpoint, one.point.direction): message_of(one.signed.body) for one in found}[at]


def vehicle(plate: str, own: int | None = None, **more) -> VehicleIn:
    return VehicleIn(plate=plate, weight_class="VT4", own_weight_kg=own, **more)


def weighed_empty(plate: str, *weights: int, **more) -> None:
    """Earlier crossings of a vehicle that came empty, was weighed, and whose declaration has ended since."""
    for hour, kg in enumerate(weights, 7):
        truck = declare(Kind.RECEIVING, vehicle=vehicle(plate, **more))
        said = Said(by=officer("border_guard"), occurred_at=opened_at(hour=hour))
        observations.weigh(truck.crossing_id, kg, True, said)
        Crossing.objects.filter(pk=truck.crossing_id).update(ended_at=opened_at(hour=hour, minute=30))


def test_what_goods_may_differ_by_is_the_boards_table_of_the_day():
    WeightTolerance.objects.filter(prefix="08").update(valid_to=date(2024, 1, 1))
    now = {"valid_from": date(2024, 1, 1), "source": "x"}
    WeightTolerance.objects.create(prefix="08", percent=10, least_kg=500, **now)
    WeightTolerance.objects.create(prefix="0805", percent=1, **now)
    WeightTolerance.objects.create(gate_id="CKHN", prefix="0805", percent=20, **now)
    fruit = declare(vehicle=vehicle("12C-777.01", 15_000), groups=[goods(hs="08109020", weight_kg=20_000)])
    citrus = declare(vehicle=vehicle("12C-777.02", 15_000), groups=[goods(hs="08051000", weight_kg=20_000)])
    answer = told(fruit.crossing_id)
    assert (answer.own_weight_kg, answer.goods_kg, answer.goods_tolerance_kg) == (15_000, 20_000, 2_000)
    assert told(citrus.crossing_id).goods_tolerance_kg == 4_000, "the gate's own row"


def test_seeded_tolerances_say_that_the_board_has_to_confirm_them():
    assert {row.source for row in WeightTolerance.objects.all()} == {"(A): Ban Quản lý xác nhận"}


def test_a_lane_judges_by_what_the_platform_tells_it():
    truck = declare(vehicle=vehicle("12C-777.03", 15_000), groups=[goods(hs="84713020", weight_kg=20_000)])
    answer = told(truck.crossing_id)
    assert list(against_weight(answer, Decimal(36_350))) == []
    assert list(against_weight(answer, Decimal(36_351))) == [Why.WEIGHT_DIFFERS]


def test_earlier_weights_of_the_same_vehicle_when_empty_go_with_the_answer():
    weighed_empty("12C-777.04", 12_000, 12_200, 12_100)
    truck = declare(vehicle=vehicle("12C-777.04", 15_000), groups=[goods(hs="84713020", weight_kg=20_000)])
    answer = told(truck.crossing_id)
    assert answer.tares_kg == (12_100, 12_200, 12_000), "the newest first"
    assert answer.own_weight_kg == 15_000, "what was declared is another thing"
    assert list(against_weight(answer, Decimal(35_000))) == [Why.TARE_DIFFERS]


def test_with_another_trailer_it_is_another_vehicle_to_a_scale():
    weighed_empty("12C-777.05", 12_000, 12_200, 12_100)
    truck = declare(vehicle=vehicle("12C-777.05", trailers=["12R-000.88"]))
    assert told(truck.crossing_id).tares_kg == ()


def test_no_more_tares_are_sent_than_are_looked_at_and_an_index_finds_them():
    weighed_empty("12C-777.06", *(12_000 + n for n in range(7)))
    truck = declare(vehicle=vehicle("12C-777.06"))
    assert told(truck.crossing_id).tares_kg == (12_006, 12_005, 12_004, 12_003, 12_002)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {answers.TARES}", [["12C77706/0"], 5])
        assert "crossing_tares" in "\n".join(row[0] for row in cursor.fetchall())


def test_a_vehicle_that_nobody_declared_is_refused_by_name_wherever_it_tries():
    stopped = register_undeclared("CKHN", "30H-555.11", Said(by=officer("border_guard")))
    for at in ((CheckpointKind.BORDER_LINE, Direction.IN), (CheckpointKind.B2, Direction.IN), B1):
        answer = told(stopped.id, at)
        assert (answer.plate.shown, answer.number) == ("30H-555.11", "")
        assert not answer.permits
        assert answer.against[0].code == "undeclared"
        assert "bãi tạm" in answer.against[0].words["vi"]


def test_once_it_is_declared_it_is_told_as_any_other():
    stopped = register_undeclared("CKHN", "30H-555.12", Said(by=officer("border_guard")))
    truck = declare(vehicle=vehicle("30H-555.12"))
    assert truck.crossing_id == stopped.id
    answer = told(stopped.id)
    assert answer.number == truck.number
    assert "undeclared" not in [one.code for one in answer.against]
    assert len(answers.told("CKHN", [stopped.id])[stopped.id]) == 3, "where its way leads, and nowhere else"
