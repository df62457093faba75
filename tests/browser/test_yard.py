"""Import with transshipment to three vehicles in a real browser: yard and customs, live, without reload."""

import re

import pytest

from cuakhauso.centre.crossings import queries
from cuakhauso.centre.shared.models import Crossing

from ..centre.builders import officer
from ..pages_officer.test_transfers import signed, takers_of, url
from .conftest import PHONE, TABLET, barriers, too_wide

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def line(page, taker):
    plate = Crossing.objects.get(pk=taker).plate_shown
    return page.locator(".ck-pair li", has_text=plate)


def test_goods_go_to_three_vehicles_and_customs_sees_it_live(page_of):
    source = signed(packages=(91,))
    takers = takers_of(source)
    yard = page_of(officer("yard"), url(source))
    customs = page_of(officer("customs"), url(source))
    customs.evaluate("window.sameDocument = true")

    yard.locator(".ck-suggested a").first.click()
    yard.get_by_role("button", name="Đỗ vào đây").click()
    expect(yard.locator(".ck-bay.is-taken")).to_have_count(1)
    yard.goto(yard.url.split("/yard/")[0] + url(source))
    yard.get_by_role("link", name="Chia đều phần còn lại").click()
    expect(line(yard, takers[0]).locator("input").first).to_have_value("31")
    yard.get_by_role("button", name="Lưu chia hàng").click()
    for taker in takers:
        line(yard, taker).get_by_role("button", name="Bắt đầu").click()
        expect(line(yard, taker)).to_contain_text("đang sang")
        line(yard, taker).get_by_role("button", name="Xong").click()
    remains = customs.locator(".ck-pair .is-main dd")
    expect(remains).to_have_text("0")
    expect(customs.locator(".ck-takers li").first).to_contain_text(re.compile(r"31 / 31 kiện"))
    assert customs.evaluate("window.sameDocument")
    state = queries.whole(officer("customs"), source.crossing_id).state
    assert state.is_empty
    assert yard.faults == customs.faults == yard.strangers == []


def test_plan_and_pairing_fit_and_leave_nobody_out(page_of):
    source = signed()
    plan = "/yard/CKHN/plan/XC/"
    page = page_of(officer("yard"), url(source), size=PHONE, language="zh-hans", live=False)
    base = page.url.split("/yard/")[0]
    for path in (url(source), f"{plan}?bay=XC-B01", f"{plan}edit/", "/webhooks/"):
        page.goto(base + path)
        for size in (TABLET, PHONE):
            page.set_viewport_size(size)
            assert too_wide(page) <= 0, (path, size)
        assert barriers(page) == [], path
    assert page.strangers == []
