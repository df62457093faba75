"""A truck without a declaration in real browsers: stopped, declared with help in under two minutes, goes on;
and one that the police looks for, live on two screens."""

import os
import time

import pytest

from cuakhauso.centre.crossings import observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.centre.watch import alerts
from cuakhauso.core.words import Place

from ..centre.builders import business, declare, officer, plate
from ..centre.test_alerts import alert, colleague
from .conftest import PHONE, barriers, too_wide

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TWO_MINUTES = 120


def looks(page, name: str) -> None:
    """A picture for whoever wants to look, in the folder that LOOKS names."""
    if folder := os.environ.get("LOOKS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_an_undeclared_truck_is_declared_at_the_desk_in_under_two_minutes_and_goes_on(page_of):
    earlier = declare()
    declarations.withdraw(earlier.pk, by=business())
    number = earlier.form["vehicle"]["plate"]
    page = page_of(officer("border_guard"), "/gate/CKHN/undeclared/")
    began = time.monotonic()
    page.locator('[name="plate"]').fill(number)
    page.get_by_role("button", name="Ghi và đưa vào bãi tạm").click()
    looks(page, "undeclared")
    assert barriers(page) == []
    page.locator(".ck-done-card").get_by_role("link", name="Nông sản Mây Chiều").click()
    assert page.locator('[name="groups.0.items.0.name"]').input_value() == "Linh kiện nhựa"
    assert page.locator('[name="driver.name"]').input_value() == ""
    page.locator('[name="driver.name"]').fill("Vi Văn Mẫu")
    page.locator('[name="driver.paper"]').fill("020085000413")
    page.locator('[name="driver.phone"]').fill("0912000318")
    looks(page, "quick")
    page.locator("[data-send]:visible").first.click()
    page.get_by_role("link", name="Mở trang xe của cán bộ").click()
    expect(page.locator("#crossing")).to_contain_text("khai hộ")
    assert time.monotonic() - began < TWO_MINUTES
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Cấp số Biên phòng").click()
    page.get_by_role("button", name="Cấp số", exact=True).click()
    expect(page.locator("#crossing")).to_contain_text("Số Biên phòng")
    assert page.faults == page.strangers == []
    assert Crossing.objects.filter(ended_at=None).count() == 1


def test_a_truck_that_is_looked_for_is_on_two_screens_the_moment_it_arrives(page_of):
    number = plate()
    made = alert(number)
    alerts.approve(made.pk, by=colleague())
    police = page_of(officer("police"), "/police/CKHN/", size=PHONE)
    guard = page_of(officer("border_guard"), "/gate/CKHN/")
    truck = declare(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    expect(police.locator("#police-matches")).to_contain_text("vừa khai báo")
    expect(guard.locator("#worklist")).to_contain_text("Nghi chở hàng cấm")
    observations.arrive(truck.crossing_id, Place.BUFFER, Said(by=officer("customs")))
    expect(police.locator("#police-matches")).to_contain_text("vừa tới")
    for page, name in ((police, "police-phone"), (guard, "guard")):
        looks(page, name)
        assert too_wide(page) <= 0
        assert barriers(page) == []
    guard.get_by_role("button", name="Đã nhận").first.click()
    expect(guard.locator(".ck-match")).to_have_count(0)
    assert police.faults == guard.faults == []


def test_papers_are_looked_at_one_by_one_on_a_tablet(page_of):
    truck = declare(
        vehicle=VehicleIn(
            plate=plate(), weight_class="VT6",
            documents=[{"kind": "registration", "number": "12-7"}, {"kind": "insurance", "number": "BH-1"}],
        )
    )  # fmt: skip
    page = page_of(officer("transport_licence"), f"/crossings/{truck.crossing_id}/")
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Xem giấy tờ").click()
    page.locator('[name="found.insurance"]').select_option("not_valid")
    looks(page, "papers-sheet")
    page.get_by_role("button", name="Ghi giấy tờ đã xem").click()
    shown = page.locator("#crossing")
    expect(shown).to_contain_text("Không hợp lệ")
    expect(shown).to_contain_text("Bảo hiểm chưa đạt")
    looks(page, "papers")
    assert barriers(page) == []
    assert page.faults == page.strangers == []
