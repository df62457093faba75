"""The Board's pages of reference data in a real browser: two people, live, three languages, two screens."""

import pytest

from cuakhauso.centre.reference import actions, preview
from cuakhauso.centre.reference.models import ReferenceChange

from ..reference.people import LAW, approved, draft, editor, in_days, proposed, rate, second
from .conftest import PHONE, TABLET, barriers, too_wide

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_proposes_and_it_appears_on_the_others_page_who_approves_it(page_of):
    other = page_of(second(), "/reference/")
    expect(other.locator("[data-live]")).to_have_text("Trực tiếp")
    expect(other.locator("#waiting")).to_contain_text("Chờ tôi duyệt: 0")
    other.evaluate("window.sameDocument = true")

    page = page_of(editor(), "/reference/topics/hours/edit/")
    page.get_by_label("Thứ hai").check()
    page.get_by_label("Mở cửa").fill("08:00")
    page.get_by_role("button", name="Lưu và xem ảnh hưởng").click()
    expect(page.locator("#id_after\\.closes-error")).to_contain_text("chưa có")
    expect(page.get_by_label("Mở cửa")).to_have_value("08:00")
    page.get_by_label("Đóng cửa").fill("18:30")
    page.get_by_label("Có hiệu lực từ ngày").fill(in_days(2).isoformat())
    page.get_by_label("Căn cứ").fill(LAW)
    page.get_by_role("button", name="Lưu và xem ảnh hưởng").click()
    expect(page.locator("#effects")).to_contain_text("Đang tính")
    change = ReferenceChange.objects.get()
    preview.preview(change.pk, change.edition)
    expect(page.locator("#effects")).to_contain_text("Đã xem")
    page.get_by_role("button", name="Gửi người thứ hai duyệt").click()

    expect(other.locator("#waiting")).to_contain_text("Chờ tôi duyệt: 1")
    assert other.evaluate("window.sameDocument")
    other.locator("#waiting a").click()
    other.get_by_role("button", name="Duyệt", exact=True).click()
    expect(other.locator(".ck-toast")).to_contain_text("Đã duyệt")
    change.refresh_from_db()
    assert change.status == "approved"
    assert [fault for fault in page.faults if "422" not in fault] == []
    assert page.strangers == other.strangers == []


def test_every_page_is_within_reach_of_everybody(page_of):
    approved("tariff", rate(850_000), begins=4)
    waiting = proposed("tariff", rate(900_000, "VT4"), begins=2)
    preview.preview(waiting.pk, waiting.edition)
    mine = actions.save(draft("tariff", rate(700_000, "VT5")), by=second())
    preview.preview(mine.pk, mine.edition)
    languages = ("vi", "zh-hans", "en")
    for number, path in enumerate((
        "/reference/", "/reference/topics/tariff/", "/reference/topics/step_places/edit/",
        "/reference/topics/closures/edit/", f"/reference/changes/{waiting.pk}/",
        f"/reference/changes/{mine.pk}/", "/reference/history/",
    )):  # fmt: skip
        page = page_of(
            second(), path, size=(TABLET, PHONE)[number % 2], language=languages[number % 3], live=False
        )
        assert barriers(page) == [], path
        assert too_wide(page) <= 0, path
        assert page.strangers == [], path
        page.context.close()
