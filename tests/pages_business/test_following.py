"""A business follows its vehicle: who has it, since when, what is its own to do, and every fact in words."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.crossings.business import journey
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.fees import actions as fees
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.shared import store
from cuakhauso.centre.watch import orders
from cuakhauso.core.clock import attribute
from cuakhauso.core.fold import fold
from cuakhauso.core.words import Kind, Order, Place

from ..centre.builders import Gate, business, declare, goods, officer, plate, receiving

pytestmark = pytest.mark.usefixtures("gate")


def page(response) -> str:
    return response.content.decode()


def shown(client: Client, made) -> str:
    return page(client.get(f"/declarations/{made.pk}/"))


def title(html: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", html, re.S)[1]


@pytest.fixture
def walk():
    """An export in the yard: accepted, entered, checked; made so long ago that every wait can be seen."""

    def made(**changes):
        truck = declare(by=business(), **changes)
        gate = Gate(truck.crossing_id)
        gate.accepted(truck.form["groups"][0]["customs_number"])
        observations.arrive(truck.crossing_id, Place.BUFFER, gate.later(5).said("border_guard"))
        gate.later(1).confirm("entered", "border_guard").confirm("entered", "customs")
        gate.confirm("health_checked", "health").confirm("licence_checked", "transport_licence")
        return truck, gate.confirm("in_yard", "yard")

    return made


def test_before_it_comes_the_page_says_what_the_registration_waits_for(browser_of):
    made = declare(by=business())
    html = shown(browser_of(business()), made)
    assert title(html) == "Chờ Hải quan: nhận đăng ký"
    assert "Hiện không có việc gì của anh chị" in html
    assert "Vào cửa khẩu: chưa được, 1 lý do" in html


def test_a_hold_is_told_with_reason_what_to_do_and_when_it_should_end(browser_of, walk):
    truck, gate = walk(groups=[goods(hs="08109092")])
    actions.hold(
        truck.crossing_id, "plant_sample", gate.said("plant_quarantine", "lấy mẫu thanh long"),
        to_do="Tài xế ở trạm KDTV, dãy B",
    )  # fmt: skip
    html = shown(browser_of(business()), truck)
    assert title(html) == "Kiểm dịch thực vật đang giữ xe"
    assert "Lấy mẫu kiểm dịch thực vật" in html
    assert "Tài xế ở trạm KDTV, dãy B" in html
    assert "Dự kiến xong" in html
    assert "is-held" in html
    assert "Plant quarantine is holding the vehicle" in shown(browser_of(business(), "en"), truck)
    assert "植物检疫正在扣留车辆" in shown(browser_of(business(), "zh-hans"), truck)


def test_what_is_owed_is_the_businesss_own_to_do_with_the_amount_and_the_place(browser_of, walk):
    truck, _gate = walk()
    html = shown(browser_of(business()), truck)
    assert title(html) == "Chờ anh chị nộp phí"
    assert "Nộp phí hạ tầng 800.000 đ" in html
    assert f"đọc số {truck.number}" in html
    assert "09/2025/NQ-HĐND" in html


def test_after_payment_the_permit_is_shown_with_its_end(browser_of, walk):
    truck, gate = walk()
    fees.pay(truck.crossing_id, Order.INFRASTRUCTURE, 800_000, gate.said("board"), method="qr", receipt="R1")
    html = shown(browser_of(business()), truck)
    assert "Rời bãi: được qua Cổng bãi" in html
    assert title(html) == "Chờ tài xế tới: Cổng bãi"


def test_the_timeline_has_every_fact_in_words_newest_first_and_what_is_next_on_top(browser_of, walk):
    truck, _gate = walk()
    html = shown(browser_of(business()), truck)
    lines = re.findall(r"<li[^>]*>(.*?)</li>", html[html.index('<ol class="ck-tl">') :], re.S)
    told = [re.sub(r"<[^>]+>|\s+", " ", line) for line in lines]
    first = next(i for i, line in enumerate(told) if "Bãi xác nhận" in line)
    assert all("Tiếp" in line for line in told[:first])
    assert "Doanh nghiệp: nộp phí" in " ".join(told[:first])
    assert any("Khai báo" in line and truck.number in line for line in told[first:])
    assert [i for i, line in enumerate(told) if "Y tế xác nhận" in line] < [
        i for i, line in enumerate(told) if "Hải quan xác nhận: Vào cửa khẩu" in line
    ]
    assert "ghi nhận" in html  # recorded long after it happened


def test_what_was_undone_stays_and_says_so(browser_of, walk):
    truck, gate = walk()
    fact = next(
        f
        for f in store.facts_of(truck.crossing_id)
        if f.kind == "confirmed" and f.data.step == "health_checked"
    )
    actions.undo(truck.crossing_id, fact.id, gate.said("health", "nhầm xe"))
    html = shown(browser_of(business()), truck)
    assert "Đã hoàn tác" in html
    assert "Y tế hoàn tác" in html
    assert "nhầm xe" in html


def test_officers_names_are_not_shown_to_businesses(browser_of, walk):
    truck, _gate = walk()
    html = shown(browser_of(business()), truck)
    track = html[html.index('id="track"') :]
    assert "Y tế xác nhận" in track
    assert track.count("Nông Văn Mẫu") == 1  # who declared, for the business itself


def test_the_six_steps_follow_the_facts(walk):
    truck, gate = walk()

    def looks():
        facts = store.facts_of(truck.crossing_id)
        return [mark.look for mark in journey.progress(fold(facts), reference("CKHN"))]

    assert looks() == ["is-done", "is-done", "is-done", "is-now", "", ""]
    fees.pay(truck.crossing_id, Order.INFRASTRUCTURE, 800_000, gate.said("board"), method="qr", receipt="R1")
    assert looks() == ["is-done"] * 4 + ["is-now", ""]
    gate.later(1).confirm("left_yard", "customs").confirm("left_yard", "border_guard")
    gate.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    assert looks() == ["is-done"] * 6


def test_a_finished_crossing_says_how_long_it_took_and_asks_nothing(browser_of, walk):
    truck, gate = walk()
    fees.pay(truck.crossing_id, Order.INFRASTRUCTURE, 800_000, gate.said("board"), method="qr", receipt="R1")
    gate.later(1).confirm("left_yard", "customs").confirm("left_yard", "border_guard")
    gate.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    html = shown(browser_of(business()), truck)
    assert title(html) == "Đã rời cửa khẩu"
    assert "Tất cả mất" in html
    assert "Không còn việc gì" in html
    client = browser_of(business())
    assert truck.number not in page(client.get("/declarations/"))
    assert truck.number in page(client.get("/declarations/?show=ended"))


def test_the_time_of_the_bar_adds_up(walk):
    truck, gate = walk()
    facts = store.facts_of(truck.crossing_id)
    spans = attribute(facts, reference("CKHN"), gate.at)
    stretches = journey.stretches(spans, runs=True)
    wall = gate.at - fold(facts).present_since
    assert timedelta(minutes=sum(s.minutes for s in stretches)) == wall
    assert stretches[-1].is_now


def test_the_part_that_changes_is_fetched_alone(browser_of):
    made = declare(by=business())
    html = page(browser_of(business()).get(f"/declarations/{made.pk}/now"))
    assert "<html" not in html
    assert "Chờ Hải quan" in html
    assert 'hx-trigger="sse:changed, poll"' in shown(browser_of(business()), made)


def test_the_sheet_to_print_has_number_plate_and_code_without_the_drivers_papers(browser_of):
    made = declare(by=business())
    for size in ("", "?size=a6"):
        html = page(browser_of(business()).get(f"/declarations/{made.pk}/print{size}"))
        assert made.number in html
        assert "ck-qr-code" in html
        assert made.form["vehicle"]["plate"] in html
        assert made.form["driver"]["paper"] not in html


def test_the_crossings_own_address_leads_to_the_same_page(browser_of):
    made = declare(by=business())
    client = browser_of(business())
    assert made.number in page(client.get(f"/crossings/{made.crossing_id}/", follow=True))


# --- the list ------------------------------------------------------------------------------------


def test_the_list_has_my_vehicles_only_with_who_has_them_and_what_is_owed(browser_of, walk):
    truck, _gate = walk()
    coming = declare(by=business())
    other = declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    html = page(browser_of(business()).get("/declarations/"))
    assert "Chờ anh chị nộp phí" in html
    assert "Trong bãi" in html
    assert "800.000 đ" in html
    assert coming.number in html
    assert html.index(truck.number) < html.index(coming.number)
    assert other.number not in html


def test_the_list_is_searched_by_plate_container_and_number(browser_of):
    made = declare(by=business(), groups=[goods(customs_number="308011112222")])
    other = declare(by=business(), groups=[goods(customs_number="308033334444")])
    client = browser_of(business())
    for wanted in (made.form["vehicle"]["plate"], made.number, "3080 1111 2222"[:13]):
        html = page(client.get("/declarations/", {"q": wanted}))
        assert made.number in html, wanted
        assert other.number not in html
    assert "Không có xe nào khớp" in page(client.get("/declarations/", {"q": "99Z"}))


def test_an_empty_list_says_what_comes_next(browser_of):
    html = page(browser_of(business()).get("/declarations/"))
    assert "Chưa có xe nào đang đi" in html
    assert "Khai báo trước khi xe tới" in html


def test_a_receiving_vehicle_shows_whom_it_takes_from(browser_of):
    made = declare(Kind.IMPORT_TRANSSHIPMENT, by=business(), receiving=[receiving()])
    child = made.receiving.get()
    html = shown(browser_of(business()), child)
    assert "Nhận hàng từ" in html
    assert made.number in html


def test_an_order_on_the_road_is_on_top_of_the_page_until_it_was_read_and_taken_back(browser_of):
    truck = declare()
    order = orders.give("CKHN", "wait", by=officer("police"), where="buffer", only=truck.crossing_id)
    client, path = browser_of(business()), f"/declarations/{truck.pk}/"
    shown = client.get(path).content.decode()
    assert "Dừng chờ tại: Bãi chờ" in shown
    assert "ck-order" in shown
    assert "Đã nhận lệnh" in shown
    assert client.post(f"{path}orders/{order.pk}").status_code == 303
    shown = client.get(path).content.decode()
    assert "Đã nhận lệnh</" not in shown
    orders.take_back(order.pk, by=officer("police"))
    assert "ck-order" not in client.get(path).content.decode()
    assert client.post(f"{path}orders/{order.pk}").status_code == 303


def test_what_another_declaration_binds_too_is_the_businesss_own_to_correct_and_names_no_other(browser_of):
    things = VehicleIn(plate=plate(), weight_class="VT6", containers=["CSQU3054383"])
    mine = declare(by=business(), vehicle=things)
    other = business("Giao nhận Sao Hôm", "4600000023")
    theirs = declare(by=other, vehicle=things.model_copy(update={"plate": plate()}))
    html = shown(browser_of(business()), mine)
    assert "Trùng với tờ khai khác: Container CSQU3054383" in html
    assert "cũng có trong một tờ khai khác chưa kết thúc" in html
    assert theirs.number not in html
    assert str(theirs.crossing_id) not in html
    assert "In another declaration too" in shown(browser_of(business(), "en"), mine)
