"""Whole journeys in real browsers: each agency at its own screen, the business at its own, none reloads."""

import re

import pytest

from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing

from ..centre.builders import business, declare, goods, officer
from .conftest import PHONE

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAFF = (
    "customs", "border_guard", "health", "transport_licence", "yard", "plant_quarantine",
)  # fmt: skip
LIVE_MS = 15_000  # a busy machine; what it takes is measured by `make bench`


class Screens:
    """The vehicle's page on the screen of each of these agencies. None may be loaded a second time."""

    def __init__(self, page_of, truck, *agencies: str):
        address = f"/crossings/{truck.crossing_id}/"
        self.pages = {agency: page_of(officer(agency), address) for agency in agencies}
        for page in self.pages.values():
            expect(page.locator("[data-live]")).to_have_text("Trực tiếp", timeout=LIVE_MS)
            page.evaluate("window.sameDocument = true")

    def __getitem__(self, agency: str):
        return self.pages[agency]

    def confirms(self, agency: str, button: str, told: str):
        """One tap by one agency; every other screen says so by itself."""
        page = self.pages[agency]
        page.locator(".ck-acts").get_by_role("button", name=button).click(timeout=LIVE_MS)
        expect(page.locator(".ck-toast").last).to_contain_text("Đã xác nhận")
        self.all_say(told)

    def more(self, agency: str, act: str):
        """A sheet behind "Việc khác"."""
        page = self.pages[agency]
        page.get_by_role("button", name="Việc khác").click()
        page.locator("#act-sheet").get_by_role("button", name=act).click()
        return page.locator("#act-sheet")

    def all_say(self, told: str):
        for page in self.pages.values():
            expect(page.locator(".ck-facts")).to_contain_text(told, timeout=LIVE_MS)

    def are_sound(self):
        for agency, page in self.pages.items():
            assert page.evaluate("window.sameDocument"), agency
            assert (page.faults, page.strangers) == ([], []), agency


def test_fruit_goes_out_and_every_screen_follows_without_a_reload(page_of):
    durian = goods(hs="08106000", name="Sầu riêng", weight_kg=18_000)
    truck = declare(groups=[durian])
    at = Screens(page_of, truck, *STAFF)
    mine = page_of(business(), f"/declarations/{truck.pk}/", size=PHONE)
    mine.evaluate("window.sameDocument = true")

    at.confirms("customs", "Nhận đăng ký", "Hải quan xác nhận: Nhận đăng ký")
    at.more("customs", "Phân luồng").get_by_role("button", name="Xanh").click()
    at.all_say("phân luồng xanh")
    at.confirms("border_guard", "Xác nhận vào", "Biên phòng xác nhận: Vào cửa khẩu")
    at.confirms("customs", "Xác nhận vào", "Hải quan xác nhận: Vào cửa khẩu")
    at.confirms("health", "Y tế đạt", "Y tế xác nhận")
    at.confirms("transport_licence", "Giấy phép hợp lệ", "Kiểm tra giấy phép vận tải")
    at.confirms("yard", "Xe đã vào bãi", "Vào bãi")
    at.confirms("plant_quarantine", "Kiểm dịch đạt", "Kiểm dịch thực vật")
    sheet = at.more("yard", "Ghi số cân")
    sheet.get_by_label("Tổng trọng lượng, kg").fill("31500")
    sheet.get_by_role("button", name="Ghi số cân").click()
    at.all_say("31.500 kg")

    out = at["customs"].locator(".ck-acts").get_by_role("button", name="Xác nhận rời bãi")
    expect(at["customs"].locator(".ck-acts")).to_contain_text("Chưa nộp phí hạ tầng", timeout=LIVE_MS)
    expect(out).to_have_attribute("aria-disabled", "true")
    desk = page_of(officer("board"), f"/desk/CKHN/{truck.crossing_id}/")
    desk.get_by_role("button", name=re.compile("^Thu ")).first.click()
    desk.locator("#act-sheet").get_by_role("button", name="Tiền mặt").click()
    expect(out).not_to_have_attribute("aria-disabled", "true", timeout=LIVE_MS)

    at.confirms("customs", "Xác nhận rời bãi", "Hải quan xác nhận: Rời bãi")
    at.confirms("border_guard", "Xác nhận rời bãi", "Biên phòng xác nhận: Rời bãi")
    at.confirms("customs", "Xác nhận sang bên kia", "Hải quan xác nhận: Sang bên kia")
    at.confirms("border_guard", "Xác nhận sang bên kia", "Biên phòng xác nhận: Sang bên kia")

    for page in at.pages.values():
        expect(page.locator("main").first).to_contain_text("Lượt xe đã kết thúc", timeout=LIVE_MS)
    expect(mine.locator("main").first).to_contain_text("Đã rời cửa khẩu", timeout=LIVE_MS)
    assert mine.evaluate("window.sameDocument")
    at.are_sound()
    crossing = Crossing.objects.get(pk=truck.crossing_id)
    assert (crossing.stage, crossing.owed) == ("ended", 0)


def test_two_agencies_hold_and_the_vehicle_goes_on_when_both_have_lifted(page_of):
    truck = declare()
    at = Screens(page_of, truck, "customs", "border_guard", "health")
    at.confirms("customs", "Nhận đăng ký", "Hải quan xác nhận: Nhận đăng ký")
    entry = at["customs"].locator(".ck-acts").get_by_role("button", name="Xác nhận vào")
    expect(entry).to_be_visible(timeout=LIVE_MS)

    for agency, name, reason in (
        ("customs", "Hải quan", "Kiểm tra thực tế hàng hóa"), ("health", "Y tế", None),
    ):  # fmt: skip
        at[agency].get_by_role("button", name="Giữ xe").click()
        reasons = at[agency].locator("#act-sheet .ck-reasons")
        (
            reasons.get_by_role("button", name=reason) if reason else reasons.get_by_role("button").first
        ).click()
        for page in at.pages.values():
            expect(page.locator(".ck-strip")).to_contain_text(
                re.compile(f"{name}.*Đang giữ", re.S), timeout=LIVE_MS
            )

    guard = at["border_guard"]
    for name in ("Hải quan", "Y tế"):
        expect(guard.locator("main").first).to_contain_text(f"{name} đang giữ xe")
    expect(guard.get_by_role("button", name="Bỏ giữ")).to_have_attribute("aria-disabled", "true")

    for agency, left in (("customs", ["Y tế"]), ("health", [])):
        at[agency].get_by_role("button", name="Bỏ giữ").click()
        sheet = at[agency].locator("#act-sheet")
        sheet.locator("textarea").fill("Đã xem, đúng khai báo")
        sheet.get_by_role("button", name="Bỏ giữ với lời ghi này").click()
        for page in at.pages.values():
            expect(page.locator(".ck-strip .is-held")).to_have_count(len(left), timeout=LIVE_MS)

    at.confirms("border_guard", "Xác nhận vào", "Biên phòng xác nhận: Vào cửa khẩu")
    at.are_sound()
    kinds = [fact.kind for fact in store.facts_of(truck.crossing_id)]
    assert (kinds.count("held"), kinds.count("lifted")) == (2, 2)
