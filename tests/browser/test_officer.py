"""The officers' pages in a real browser: two people at once, sheets, three languages, two screens."""

import re
import time

import pytest

from cuakhauso.centre.crossings import actions, observations, struck
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Place

from ..centre.builders import Gate, declare, officer

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def waiting(plate="12C-000.58", **changes):
    vehicle = VehicleIn(plate=plate, weight_class="VT6", trailers=[f"{plate[:2]}R{plate[3:]}"], **changes)
    truck = declare(vehicle=vehicle)
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    observations.arrive(truck.crossing_id, Place.BUFFER, walk.said("border_guard"))
    return truck


def row(page, truck):
    return page.locator(f'[data-row="{truck.crossing_id}"]')


def kinds(truck):
    return [fact.kind for fact in store.facts_of(truck.crossing_id)]


def test_one_confirms_and_the_others_page_changes_without_reload(page_of):
    truck = waiting()
    guard = page_of(officer("border_guard"), "/gate/CKHN/")
    customs = page_of(officer("customs"), "/gate/CKHN/")
    customs.evaluate("window.sameDocument = true")
    expect(customs.locator("[data-live]")).to_have_text("Trực tiếp")
    expect(row(customs, truck).locator(".ck-who")).not_to_contain_text("Biên phòng 1")

    began = time.monotonic()
    row(guard, truck).get_by_role("button", name="Xác nhận vào").click()
    expect(row(customs, truck)).to_contain_text(re.compile(r"Biên phòng \d\d:\d\d"))
    assert time.monotonic() - began < 3
    assert customs.evaluate("window.sameDocument")
    expect(guard.locator(".ck-toast")).to_contain_text("Đã xác nhận 12C-000.58")
    assert guard.faults == customs.faults == []


def test_a_double_tap_is_one_confirmation(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/")
    row(page, truck).locator("form button").evaluate("button => { button.click(); button.click(); }")
    expect(page.locator(".ck-toast")).to_be_visible()
    assert kinds(truck).count("confirmed") == 2  # the registration, and the entry


def test_the_answer_is_shown_also_when_the_stream_was_faster(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/")
    expect(page.locator("[data-live]")).to_have_text("Trực tiếp")
    page.route("**/confirm/", lambda route: (page.wait_for_timeout(900), route.continue_()))
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    actions.confirm(truck.crossing_id, "entered", Said(by=officer("border_guard")))
    expect(page.locator(".ck-toast")).to_contain_text("Đã xác nhận")
    assert page.faults == []


def test_a_refusal_on_a_vehicles_page_stays_until_it_is_closed(page_of):
    truck = waiting()
    page = page_of(officer("customs"), f"/crossings/{truck.crossing_id}/", live=False)
    actions.hold(truck.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    page.locator(".ck-acts form button").click()
    expect(page.locator("#refusal")).to_contain_text("Công an đang giữ xe")
    page.locator("#refusal [data-dismiss-why]").click()
    expect(page.locator("#refusal .ck-note")).to_have_count(0)


def test_undo_asks_why_and_takes_it_back(page_of):
    truck = waiting()
    page = page_of(officer("customs", posts=("B1",)), "/gate/CKHN/")
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    page.locator(".ck-toast").get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("#act-sheet")).to_be_visible()
    page.get_by_role("button", name="Bấm nhầm xe").click()
    expect(page.locator("#act-sheet")).to_have_count(0)
    expect(page.locator(".ck-toast")).to_contain_text("Đã hoàn tác")
    expect(row(page, truck).get_by_role("button", name="Xác nhận vào")).to_be_visible()
    assert kinds(truck)[-1] == "undone"


def test_a_refusal_stays_beside_its_row_while_the_list_goes_on(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)  # so that it does not hear of the hold
    actions.hold(truck.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    actions.hold(truck.crossing_id, "safety", Said(by=officer("border_guard")))
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    note = row(page, truck).locator(".ck-note-held")
    expect(note).to_contain_text("Chưa ghi được xác nhận")
    expect(note).to_contain_text("Công an đang giữ xe")
    expect(note).to_contain_text("Biên phòng đang giữ xe")

    renew = (
        "htmx.ajax('GET', location.href, {target: '#worklist', select: '#worklist > *', swap: 'innerHTML'})"
    )
    page.evaluate(renew)
    expect(row(page, truck).get_by_role("link", name="Xem lý do")).to_be_visible()
    expect(note).to_contain_text("Công an đang giữ xe")
    actions.confirm(truck.crossing_id, "health_checked", Said(by=officer("health")))
    struck.strike_off(truck.crossing_id, Said(by=officer("border_guard"), note="Xe quay lại"))
    page.evaluate(renew)
    expect(row(page, truck)).to_have_count(0)
    expect(page.locator("#refusal")).to_contain_text("Công an đang giữ xe")
    page.locator("#refusal [data-dismiss-why]").click()
    expect(page.locator("#refusal .ck-note")).to_have_count(0)


def test_holding_takes_two_taps_and_the_holder_lifts_with_words(page_of):
    truck = waiting()
    address = f"/crossings/{truck.crossing_id}/"
    customs = page_of(officer("customs"), address)
    guard = page_of(officer("border_guard"), address)
    customs.get_by_role("button", name="Giữ xe").click()
    customs.get_by_role("button", name="Kiểm tra thực tế hàng hóa").click()
    expect(customs.locator(".ck-toast")).to_contain_text("Đã giữ xe")
    expect(guard.locator(".ck-strip .is-held")).to_contain_text("Hải quan")
    expect(guard.get_by_role("button", name="Bỏ giữ")).to_have_attribute("aria-disabled", "true")
    expect(guard.locator(".ck-acts")).to_contain_text("Chỉ Hải quan bỏ được lệnh giữ này.")

    customs.get_by_role("button", name="Bỏ giữ").click()
    customs.locator("#act-sheet").get_by_role("button", name="Bỏ giữ với lời ghi này").click()
    expect(customs.locator("#sheet-why")).to_contain_text("Hãy ghi vài chữ lý do.")
    customs.locator("#act-sheet textarea").fill("Đã xem, đúng khai báo")
    customs.locator("#act-sheet").get_by_role("button", name="Bỏ giữ với lời ghi này").click()
    expect(customs.locator(".ck-toast")).to_contain_text("Đã bỏ giữ")
    expect(guard.locator(".ck-strip .is-held")).to_have_count(0)


def test_what_is_typed_stays_when_the_page_changes_underneath(page_of):
    truck = waiting()
    page = page_of(officer("customs"), f"/crossings/{truck.crossing_id}/")
    page.get_by_role("button", name="Giữ xe").click()
    page.locator("#act-sheet .ck-more-fields > summary").last.click()
    page.locator("#act-sheet textarea").fill("Đang viết dở")
    actions.confirm(truck.crossing_id, "entered", Said(by=officer("border_guard")))
    expect(page.locator(".ck-facts")).to_contain_text("Biên phòng xác nhận: Vào cửa khẩu")
    assert page.locator("#act-sheet textarea").input_value() == "Đang viết dở"
    expect(page.locator("#act-sheet")).to_be_visible()


def test_a_scanner_opens_the_vehicle_and_the_field_has_the_focus_again(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/")
    expect(page.locator("[data-scan]")).to_be_focused()
    page.keyboard.type(truck.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/crossings/{truck.crossing_id}/")
    page.go_back()
    expect(page.locator("[data-scan]")).to_be_focused()


def test_a_row_does_not_move_under_a_finger(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/")
    expect(page.locator("[data-live]")).to_have_text("Trực tiếp")
    box = row(page, truck).bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.down()
    actions.confirm(truck.crossing_id, "entered", Said(by=officer("border_guard")))
    page.wait_for_timeout(900)
    assert not re.search(r"Biên phòng \d\d:\d\d", row(page, truck).inner_text())
    page.mouse.move(box["x"] + 400, box["y"] + 600)
    page.mouse.up()
    expect(row(page, truck)).to_contain_text(re.compile(r"Biên phòng \d\d:\d\d"))


def test_the_desk_takes_money_and_the_page_follows(page_of):
    truck = waiting()
    Gate(truck.crossing_id).later(60).entered()
    desk = page_of(officer("board"), f"/desk/CKHN/{truck.crossing_id}/")
    desk.get_by_role("button", name="Thu 800.000").click()
    desk.locator("#act-sheet").get_by_role("button", name="Tiền mặt").click()
    expect(desk.locator(".ck-toast")).to_contain_text("Đã thu 800.000")
    expect(desk.locator("#account")).to_contain_text("Đã nộp đủ")
    desk.get_by_role("link", name="In biên nhận").click()
    expect(desk.locator(".ck-print")).to_contain_text("800.000")
    assert desk.faults == []


def test_several_rows_are_chosen_by_a_tap_anywhere_and_confirmed_at_once(page_of):
    first, second = waiting("12C-000.51"), waiting("12C-000.52")
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)
    page.get_by_role("button", name="Chọn nhiều xe").click()
    row(page, first).locator(".ck-open").click()
    expect(page.locator("[data-chosen-count]")).to_have_text("Đã chọn 1")
    page.get_by_role("button", name="Chọn mọi xe sẵn sàng").click()
    actions.hold(second.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    page.get_by_role("button", name="Xác nhận 2 xe").click()
    expect(page.locator(".ck-toast")).to_contain_text("Đã xác nhận 1 xe.")
    expect(page.locator("#refusal")).to_contain_text("12C-000.52")
    expect(page.locator("#refusal")).to_contain_text("Công an đang giữ xe")
    assert (kinds(first).count("confirmed"), kinds(second).count("confirmed")) == (2, 1)
