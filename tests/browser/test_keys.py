"""An officer with a keyboard and a hand scanner, and no mouse."""

import re

import pytest

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said

from ..centre.builders import officer
from .conftest import barriers
from .test_officer import kinds, row, waiting

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_whole_visit_to_two_vehicles_without_a_mouse(page_of):
    trucks = {str(one.crossing_id): one for one in (waiting("12C-000.61"), waiting("12C-000.62"))}
    page = page_of(officer("customs"), "/gate/CKHN/")
    listed = page.locator("#worklist [data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")
    first, second = (trucks[one] for one in listed)  # both have waited equally long
    plates = [one.form["vehicle"]["plate"] for one in (first, second)]
    keys = page.keyboard
    keys.press("ArrowDown")
    expect(row(page, first).locator(".ck-open")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    actions.confirm(second.crossing_id, "entered", Said(by=officer("border_guard")))
    expect(row(page, second)).to_contain_text(re.compile(r"Biên phòng \d\d:\d\d"))
    expect(row(page, first).locator(".ck-open")).to_be_focused()  # though the list was drawn anew
    keys.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/gate/')[0]}/crossings/{first.crossing_id}/")
    keys.press("F2")
    expect(page.locator(".ck-toast")).to_contain_text(f"Đã xác nhận {plates[0]}")

    for sign in plates[1][-6:]:  # as a scanner types it, nothing has the focus
        keys.press(sign)
    expect(page.locator("[data-typed] input")).to_have_value(plates[1][-6:])
    keys.press("Enter")
    expect(page.locator(".ck-top")).to_contain_text(plates[1])
    keys.press("F4")
    expect(page.locator("#act-sheet")).to_be_visible()
    keys.press("1")
    expect(page.locator(".ck-toast")).to_contain_text("Đã giữ xe")
    keys.press("Escape")
    expect(page.locator("#worklist")).to_be_visible()
    assert (kinds(first).count("confirmed"), kinds(second).count("held")) == (2, 1)
    assert page.faults == []


def test_no_key_acts_on_a_vehicle_that_nobody_chose(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/")
    page.keyboard.press("F2")
    page.wait_for_timeout(300)
    assert kinds(truck).count("confirmed") == 1, "the registration"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    expect(page.locator(".ck-toast")).to_contain_text("Đã xác nhận")
    assert kinds(truck).count("confirmed") == 2


def test_what_a_key_may_not_do_it_does_not(page_of):
    truck = waiting()
    page = page_of(officer("customs"), f"/crossings/{truck.crossing_id}/", live=False)
    actions.hold(truck.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    page.reload()
    page.keyboard.press("F8")  # the police's hold is the police's
    page.wait_for_timeout(300)
    expect(page.locator("#act-sheet")).to_have_count(0)


def test_the_keys_are_told_in_a_sheet_and_a_question_mark_within_a_text_is_a_sign(page_of):
    page = page_of(officer("customs"), "/gate/CKHN/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("[data-scan]").fill("12C")
    page.keyboard.press("?")
    expect(page.locator("[data-scan]")).to_have_value("12C?")
    expect(page.locator("#keys")).to_be_hidden()
