"""Taps without a network, in a real browser: kept over a closed tab, sent in their order and once."""

import pytest

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said

from ..centre.builders import officer
from .test_officer import kinds, row, waiting

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_taps_without_a_network_wait_over_a_closed_tab_and_are_sent_once(page_of, server):
    first, second = waiting("12C-000.61"), waiting("12C-000.62")
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)
    page.context.set_offline(True)
    for truck in (first, second):
        row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    expect(page.locator("[data-kept-head]")).to_contain_text("2 lần bấm chờ gửi")
    expect(row(page, first).get_by_role("button", name="Xác nhận vào")).to_be_disabled()
    assert kinds(first).count("confirmed") == 1
    actions.hold(second.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))

    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(f"{server}/gate/CKHN/")
    expect(again.locator("[data-kept-head]")).to_have_text("Các lần bấm chờ mạng đã gửi xong")
    again.locator("#ck-kept summary").click()
    expect(again.locator("#ck-kept li.is-taken")).to_contain_text("12C-000.61")
    expect(again.locator("#ck-kept li.is-refused")).to_contain_text("Công an đang giữ xe")
    assert (kinds(first).count("confirmed"), kinds(second).count("confirmed")) == (2, 1)
    again.locator("[data-kept-close]").click()
    expect(again.locator("#ck-kept")).to_be_hidden()


def test_a_tap_whose_answer_was_lost_is_one_confirmation(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)

    def lose_the_answer(route):
        if "x-kept-tap" in route.request.headers:
            route.continue_()
        else:
            route.fetch()
            route.abort()

    page.route("**/confirm/", lose_the_answer)
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    expect(page.locator("#ck-kept li.is-taken")).to_have_count(1)
    assert kinds(truck).count("confirmed") == 2


def test_a_tap_after_the_session_ended_waits_for_the_same_person(page_of):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)
    page.context.clear_cookies(name="sessionid")
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    expect(page.locator("[data-kept-head]")).to_contain_text("đăng nhập lại")
    assert kinds(truck).count("confirmed") == 1
