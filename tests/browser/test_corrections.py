"""A correction that keeps confirmations, in a real browser: the business types, the officers tap, live."""

import os

import pytest

from cuakhauso.centre.shared import store
from cuakhauso.core.fold import fold

from ..centre.builders import Gate, business, declare, officer
from .conftest import PHONE, barriers, too_wide

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks(page, name: str) -> None:
    """`LOOKS=folder` keeps what was seen."""
    if folder := os.environ.get("LOOKS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_driver_is_corrected_online_and_nothing_but_health_is_done_again(page_of):
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    guard = page_of(officer("border_guard"), f"/crossings/{truck.crossing_id}/")
    page = page_of(business(), f"/declarations/{truck.pk}/correct", size=PHONE)
    page.locator('[name="driver.name"]').fill("Vi Văn Khác")
    page.locator('[name="driver.paper"]').fill("020085000413")
    told = page.locator("#correction")
    expect(told).to_contain_text("Cần đồng ý của: Biên phòng")
    expect(told).to_contain_text("Mở lại: Y tế")
    looks(page, "form")
    assert too_wide(page) <= 0
    page.locator('[name="why"]').fill("Đổi lái")
    page.locator("[data-send]:visible").first.click()
    expect(page.locator("#proposed")).to_contain_text("Không phải đi đâu.")
    looks(page, "business")
    assert barriers(page) == []

    proposed = guard.locator("#proposed")
    expect(proposed).to_contain_text("Đổi lái")
    looks(guard, "officer")
    assert barriers(guard) == []
    assert too_wide(guard) <= 0
    proposed.get_by_role("button", name="Đồng ý sửa").click()
    expect(guard.locator(".ck-toast")).to_contain_text("Bản mới có hiệu lực")
    expect(proposed).to_have_count(0)
    expect(page.locator("#track")).to_contain_text("xác nhận khác vẫn giữ")
    steps = {step for step, _ in fold(store.facts_of(truck.crossing_id)).confirmations}
    assert steps == {"registration_accepted", "entered", "licence_checked"}
    assert guard.faults == page.faults == []
    assert guard.strangers == page.strangers == []


def test_fields_are_asked_with_what_was_read_filled_in_with_one_tap_and_what_is_left_stays_asked(page_of):
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    customs = page_of(officer("customs"), f"/crossings/{truck.crossing_id}/")
    customs.get_by_role("button", name="Việc khác").click()
    customs.get_by_role("button", name="Yêu cầu sửa khai báo").click()
    sheet = customs.locator("#act-sheet")
    sheet.locator('[value="vehicle.containers"]').check()
    sheet.locator('[name="read.vehicle.containers"]').fill("TSTU1004288")
    sheet.locator('[value="vehicle.max_gross_kg"]').check()
    assert sheet.locator('[name="read.vehicle.weight_class"]').is_hidden()
    looks(customs, "asking")
    assert barriers(customs) == []
    sheet.get_by_role("button", name="Khác với thực tế trên xe").click()
    expect(customs.locator(".ck-asked")).to_contain_text("TSTU1004288")

    page = page_of(business(), f"/declarations/{truck.pk}/", size=PHONE)
    page.get_by_role("link", name="Sửa khai báo theo yêu cầu").click()
    field = page.locator('[name="vehicle.containers.0"]')
    expect(field).to_have_value("TSTU1004288")
    told = page.locator("#correction")
    expect(told).to_contain_text("cán bộ đọc TSTU1004288")
    expect(told).to_contain_text("Còn ô được yêu cầu mà bản này chưa sửa: Tổng trọng lượng")
    looks(page, "asked")
    assert barriers(page) == []
    assert too_wide(page) <= 0
    page.locator("[data-send]:visible").first.click()
    expect(page.locator("#proposed")).to_contain_text("TSTU1004288")
    customs.locator("#proposed").get_by_role("button", name="Đồng ý sửa").click()
    expect(page.locator("#track")).to_contain_text("Sửa nốt phần còn lại")
    assert customs.faults == page.faults == []
