"""A vehicle that comes back the same day, vehicles that share goods, goods of several owners: on pages."""

import pytest

from cuakhauso.centre.crossings import struck
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.words import Kind

from ..centre.builders import business, declare, goods, officer, plate, receiving
from .test_crossing import last, page_of, post

pytestmark = pytest.mark.usefixtures("gate")


def page(as_, who, path: str) -> str:
    return as_(who, path).get(path).content.decode()


def test_a_truck_that_comes_back_the_same_day_shows_its_earlier_crossing_and_keeps_apart(as_):
    number = plate()
    first = declare(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    struck.strike_off(first.crossing_id, Said(by=officer("border_guard"), note="Chủ xe xin rút"))
    second = declare(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    shown = page(as_, officer("customs"), f"/crossings/{second.crossing_id}/")
    assert "Lượt trước, 24 giờ qua" in shown
    assert f"/crossings/{first.crossing_id}/" in shown
    living = Crossing.objects.filter(ended_at=None).values_list("pk", flat=True)
    assert list(living) == [second.crossing_id]
    found = as_(officer("customs")).get(f"/gate/CKHN/scan/?q={number[-6:]}")
    assert str(second.crossing_id) in (found.content.decode())


def test_vehicles_that_share_goods_are_one_tap_apart_both_ways(as_):
    source = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving()])
    taker = source.receiving.get()
    guard = officer("border_guard")
    assert f"/crossings/{taker.crossing_id}/" in page(as_, guard, f"/crossings/{source.crossing_id}/")
    shown = page(as_, guard, f"/crossings/{taker.crossing_id}/")
    assert "Nhận hàng từ" in shown
    assert f"/crossings/{source.crossing_id}/" in shown


def test_owners_of_goods_are_told_to_who_declared_them_and_to_nobody_else(as_):
    two = {"customs_number": "308000999910", "owner_tax_code": "4600000023", "owner_name": "Công ty Hai"}
    groups = [goods(owner_name="Công ty Một"), goods(**two)]
    truck = declare(groups=groups)
    path = f"/declarations/{truck.pk}/"
    shown = page(as_, business(), path)
    assert "Công ty Một" in shown
    assert "Công ty Hai" in shown
    assert as_(business("Giao nhận Sao Hôm", "4600000023"), path).get(path).status_code == 404


def test_a_strike_off_by_mistake_is_taken_back_on_the_page_by_the_agency_that_said_it(as_):
    truck = declare()
    guard, customs = officer("border_guard"), officer("customs")
    assert post(as_, guard, truck, "strike", words="Khai trùng").status_code == 200
    mistake = last(truck).id
    shown = page_of(as_, guard, truck)
    assert f"sheet/undo/?fact={mistake}" in shown
    assert f"fact={mistake}" not in page_of(as_, customs, truck)
    assert post(as_, guard, truck, "undo", fact=mistake, words="Bấm nhầm xe").status_code == 200
    shown = page_of(as_, guard, truck)
    assert "Bấm nhầm xe" in shown
    assert "gạch tên xe" in shown
    assert Crossing.objects.get(pk=truck.crossing_id).ended_at is None
