"""A business in a real browser: declaring while typing, following live, three languages, two screens."""

import re
from typing import Any

import pytest

from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.core.words import Kind, Place

from ..centre.builders import Gate, business, declare, goods, plate, receiving
from .conftest import PHONE, barriers, too_wide

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESKTOP = {"width": 1280, "height": 900}
NEW = "/declarations/new"
LINE = "groups.0.items.0."


def at(page: Any, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def error(page: Any, name: str) -> Any:
    return page.locator(f'[id="id_{name}-error"]')


def send(page: Any) -> Any:
    return page.locator("[data-send]:visible")


class Typist:
    """Counts what somebody really has to do."""

    def __init__(self, page: Any) -> None:
        self.page, self.fields, self.keys = page, 0, 0

    def types(self, name: str, text: str) -> "Typist":
        at(self.page, name).fill(text)
        self.fields, self.keys = self.fields + 1, self.keys + len(text)
        return self

    def chooses(self, name: str, value: str) -> "Typist":
        at(self.page, name).select_option(value)
        self.fields += 1
        return self


def an_export(page: Any, number: str) -> Typist:
    by = Typist(page).chooses("gate", "CKHN").chooses("yard", "XC").types("vehicle.plate", number)
    by.chooses("vehicle.weight_class", "VT6").types("driver.name", "Vi Đức Thử")
    by.types("driver.paper", "020085000412").types("driver.phone", "0912000318")
    by.types(f"{LINE}name", "Thanh long").types(f"{LINE}hs", "08109092").types(f"{LINE}origin", "VN")
    by.types(f"{LINE}quantity", "1050").types(f"{LINE}unit", "CT").types(f"{LINE}weight_kg", "21000")
    return by.types(f"{LINE}value", "620.000.000")


def settled(page: Any) -> None:
    """The server has answered about everything typed so far."""
    at(page, "note").focus()
    page.evaluate("""() => new Promise(done => {
      document.getElementById("answer").addEventListener("htmx:afterSwap", done, { once: true });
      htmx.trigger("#answer", "again"); // takes the place of what is asked now
    })""")


def test_a_first_export_takes_fourteen_fields_and_the_next_one_takes_one(page_of):
    me = business()
    page = page_of(me, NEW, size=DESKTOP)
    by = an_export(page, plate())
    expect(page.locator(".ck-ready li")).to_have_text(re.compile("Đủ, không xung đột"))
    send(page).click()
    expect(page.locator("h1")).to_have_text("Chờ Hải quan: nhận đăng ký")
    assert by.fields == 14
    assert by.keys < 120  # well under a minute at any pace

    page.goto(page.url.replace(page.url[page.url.index("/declarations") :], f"{NEW}?copy=last"))
    again = Typist(page).types("vehicle.plate", plate())
    expect(page.locator(".ck-ready li")).to_have_text(re.compile("Đủ, không xung đột"))
    send(page).click()
    expect(page.locator(".ck-number").first).to_be_visible()
    assert again.fields == 1
    assert Declaration.objects.count() == 2
    assert page.faults == page.strangers == []


def test_a_wrong_container_says_the_right_digit_at_the_field_and_goes_quiet_when_right(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    container = at(page, "vehicle.containers.0")
    container.fill("TSTU 100428 7")
    expect(error(page, "vehicle.containers.0")).to_contain_text("phải là 8")
    expect(error(page, "vehicle.containers.0")).to_have_attribute("role", "alert")
    expect(container).to_have_attribute("aria-invalid", "true")
    expect(container).to_have_attribute("aria-describedby", re.compile("-error"))
    expect(page.locator("[role=alert]:visible")).to_have_count(1)  # the empty fields are quiet
    container.fill("TSTU 100428 8")
    expect(error(page, "vehicle.containers.0")).to_have_count(0)
    expect(container).not_to_have_attribute("aria-invalid", "true")


def test_the_fee_comes_while_typing_and_follows_the_class(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    expect(page.locator(".ck-fee")).to_contain_text("Phí hiện ra khi có")
    at(page, "gate").select_option("CKHN")
    at(page, "vehicle.weight_class").select_option("VT6")
    at(page, f"{LINE}hs").fill("08109092")
    expect(page.locator("[data-fee]")).to_have_text(re.compile(r"800\.000\s*đ"))
    expect(page.locator("#quarantine")).to_contain_text("Sẽ cần: Kiểm dịch thực vật")
    at(page, "vehicle.weight_class").select_option("VT5")
    expect(page.locator(".ck-fee")).to_contain_text("Biểu phí chưa có mức cho VT5")


def test_an_unfinished_form_leads_to_what_is_missing_and_is_not_sent(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    settled(page)
    expect(send(page)).to_contain_text("còn")
    send(page).click()
    expect(at(page, "gate")).to_be_focused()
    expect(error(page, "gate")).to_contain_text("Hãy điền")
    assert page.url.endswith(NEW)
    page.locator(".ck-ready a", has_text="Biển số xe").click()
    expect(at(page, "vehicle.plate")).to_be_focused()


def test_blocks_come_and_go_and_keep_what_was_typed(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    at(page, f"{LINE}name").fill("Thanh long")
    page.locator('[data-repeat-add="groups.0.items"]').click()
    at(page, "groups.0.items.1.name").fill("Xoài")
    page.locator('[data-repeat-add="groups"]').click()
    at(page, "groups.1.items.0.name").fill("Ớt")
    page.locator('[data-repeat-add="groups.1.items"]').click()
    at(page, "groups.1.items.1.hs").fill("0810")
    expect(error(page, "groups.1.items.1.hs")).to_contain_text("8 số")
    page.locator('[data-repeat="groups.0.items"] [data-repeat-remove]').first.click()
    assert at(page, f"{LINE}name").input_value() == "Xoài"
    page.locator('[data-repeat="groups"] > fieldset > header [data-repeat-remove]').first.click()
    assert at(page, f"{LINE}name").input_value() == "Ớt"
    assert at(page, "groups.0.items.1.hs").input_value() == "0810"
    assert page.url.endswith(NEW)
    assert page.faults == []


def test_each_direction_shows_only_its_own_fields_and_forgets_nothing(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    at(page, f"{LINE}name").fill("Thanh long")
    expect(at(page, "receiving.0.vehicle.plate")).to_be_hidden()
    expect(at(page, "groups.0.packages")).to_be_hidden()
    at(page, "kind").select_option("import_transshipment")
    expect(at(page, "receiving.0.vehicle.plate")).to_be_visible()
    page.locator('[data-repeat-add="groups"]').click()
    expect(at(page, "groups.1.packages")).to_be_visible()
    at(page, "kind").select_option("empty_return")
    expect(at(page, f"{LINE}name")).to_be_hidden()
    expect(at(page, "yard")).to_be_hidden()
    at(page, "kind").select_option("export")
    assert at(page, f"{LINE}name").input_value() == "Thanh long"


def test_a_gate_offers_its_own_yards(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    at(page, "gate").select_option("CKHN")
    at(page, "yard").select_option("XC")
    at(page, "gate").select_option("TT")
    assert at(page, "yard").input_value() == ""
    assert at(page, "yard").locator("option:not([hidden])").evaluate_all("all => all.map(o => o.value)") == [
        "",
        "BN",
    ]


def test_a_vehicle_declared_before_fills_what_is_empty_and_says_where_from(page_of):
    known = declare(by=business())
    page = page_of(business(), NEW, size=DESKTOP)
    at(page, "driver.phone").fill("0987654321")
    at(page, "vehicle.plate").press_sequentially(known.form["vehicle"]["plate"])
    at(page, "vehicle.plate").blur()
    expect(at(page, "vehicle.weight_class")).to_have_value("VT6")
    expect(at(page, "driver.name")).to_have_value("Nông Văn Mẫu")
    expect(page.locator('[id="id_driver.name-hint"]')).to_have_text("Xe và tài xế đã khai")
    expect(at(page, "driver.name")).to_have_class(re.compile("is-known"))
    expect(at(page, "driver.phone")).to_have_value("0987654321")
    at(page, "driver.name").fill("Người khác")
    expect(at(page, "driver.name")).not_to_have_class(re.compile("is-known"))


def test_what_the_server_refuses_comes_back_as_typed_with_the_focus_on_it(page_of):
    page, number = page_of(business(), NEW, size=DESKTOP), plate()
    an_export(page, number)
    expect(page.locator(".ck-ready li")).to_have_text(re.compile("Đủ"))
    taken = declare(by=business(), vehicle=VehicleIn(plate=number, weight_class="VT6"))  # meanwhile
    send(page).click()
    expect(error(page, "vehicle.plate")).to_contain_text(taken.number)
    expect(at(page, "vehicle.plate")).to_be_focused()
    assert at(page, f"{LINE}value").input_value() == "620.000.000"


def test_an_impatient_double_click_declares_once(page_of):
    page = page_of(business(), NEW, size=DESKTOP)
    an_export(page, plate())
    expect(page.locator(".ck-ready li")).to_have_text(re.compile("Đủ"))
    send(page).evaluate("button => { button.click(); button.click(); }")
    expect(page.locator(".ck-number").first).to_be_visible()
    assert Declaration.objects.count() == 1


def test_the_page_of_a_vehicle_changes_without_reload_when_somebody_acts(page_of):
    made = declare(by=business())
    page = page_of(business(), f"/declarations/{made.pk}/", size=PHONE)
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h1")).to_have_text("Chờ Hải quan: nhận đăng ký")
    expect(page.locator("[data-live]")).to_have_text("Trực tiếp", use_inner_text=False)
    Gate(made.crossing_id).confirm("registration_accepted", "customs")
    expect(page.locator("h1")).to_have_text("Xe chưa tới cửa khẩu")
    assert page.evaluate("window.sameDocument")
    assert page.faults == []


def test_withdrawing_asks_first(page_of):
    made = declare(by=business())
    page = page_of(business(), f"/declarations/{made.pk}/", size=DESKTOP)
    page.get_by_role("button", name="Rút tờ khai").click()
    expect(page.locator("#ck-confirm")).to_contain_text("Rút tờ khai này?")
    page.locator("#ck-confirm").get_by_role("button", name="Thôi").click()
    made.refresh_from_db()
    assert made.withdrawn_at is None
    page.get_by_role("button", name="Rút tờ khai").click()
    page.locator("#ck-confirm").get_by_role("button", name="Đồng ý").click()
    expect(page.locator("h1")).to_have_text("Tờ khai đã rút")


def held() -> Declaration:
    truck = declare(by=business(), groups=[goods(hs="08109092")])
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    observations.arrive(truck.crossing_id, Place.BUFFER, walk.later(5).said("border_guard"))
    walk.later(2).confirm("entered", "border_guard").confirm("entered", "customs").confirm("in_yard", "yard")
    actions.hold(truck.crossing_id, "plant_sample", walk.said("plant_quarantine", "lấy mẫu"), to_do="Dãy B")
    return truck


@pytest.mark.parametrize(
    ("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "vi")], ids=["desktop", "phone"]
)
def test_pages_fit_and_keep_nobody_out_also_with_faults_in_the_form(page_of, size, language):
    truck = held()
    declare(Kind.IMPORT_TRANSSHIPMENT, by=business(), receiving=[receiving()])
    paths = (NEW, f"{NEW}?copy={truck.pk}", "/declarations/", f"/declarations/{truck.pk}/", "/company/")
    page = page_of(business(), paths[0], size=size, language=language)
    for path in paths:
        page.goto(page.url[: page.url.index("/", 8)] + path)
        page.wait_for_timeout(700)
        if path == NEW:
            at(page, "vehicle.containers.0").fill("TSTU 100428 7")
            at(page, "kind").select_option("import_transshipment")
            expect(error(page, "vehicle.containers.0")).to_be_visible()
        assert too_wide(page) <= 0, path
        assert barriers(page) == [], path
    assert page.faults == page.strangers == []


def test_without_a_script_the_form_is_sent_and_answered(browser, server, gate, page_of):
    signed_in = page_of(business(), NEW, size=DESKTOP).context.cookies()
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(f"{server}{NEW}")
    an_export(page, plate())
    page.locator('[data-repeat-add="groups.0.items"]').click()
    at(page, "groups.0.items.1.name").fill("Xoài")
    page.locator(".ck-ready [data-send]").click()
    expect(error(page, "groups.0.items.1.hs")).to_contain_text("Hãy điền")
    at(page, "groups.0.items.1.name").fill("")
    page.locator(".ck-ready [data-send]").click()
    expect(page.locator(".ck-number").first).to_be_visible()
    context.close()
