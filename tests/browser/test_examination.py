"""Red channel in a real browser: customs looks into the goods, others see it live, customs clears."""

import pytest
from PIL import Image

from cuakhauso.centre.crossings import actions
from cuakhauso.core.words import Channel

from ..centre.builders import Gate, declare, officer
from .conftest import barriers, too_wide
from .test_officer import kinds

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photo(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "thung.jpg"
    Image.new("RGB", (900, 600), "brown").save(path, "JPEG")
    return path


def red_in_the_yard():
    truck, walk = declare(), None
    walk = Gate(truck.crossing_id)
    number = truck.form["groups"][0]["customs_number"]
    walk.confirm("registration_accepted", "customs")
    actions.set_channel(truck.crossing_id, number, Channel.RED, walk.said("customs"))
    walk.later(1).entered().confirm("in_yard", "yard")
    return truck


def more(page, name):
    page.get_by_role("button", name="Việc khác").click()
    page.locator("#sheets").get_by_role("button", name=name).first.click()
    return page.locator("#act-sheet form.ck-sheet-form")


def test_red_goods_are_looked_at_with_a_photo_seen_live_and_then_cleared(page_of, photo, tmp_path):
    truck = red_in_the_yard()
    address = f"/crossings/{truck.crossing_id}/"
    guard = page_of(officer("border_guard"), address)
    customs = page_of(officer("customs"), address)
    expect(customs.locator("#crossing")).to_contain_text("luồng đỏ, chưa kiểm tra")

    form = more(customs, "Ghi kết quả kiểm tra")
    assert (barriers(customs), too_wide(customs)) == ([], 0)
    form.get_by_label("Đã thấy gì").fill("Thừa 12 kiện so với tờ khai")
    (tmp_path / "phim.jpg").write_bytes(bytes(20_000_001))
    form.locator("[name=photos]").set_input_files(tmp_path / "phim.jpg")
    expect(form.get_by_text("Ảnh lớn hơn 20 MB")).to_be_visible()
    (tmp_path / "may.jpg").write_bytes(b"MZ this is no photo")
    form.locator("[name=photos]").set_input_files(tmp_path / "may.jpg")
    form.get_by_role("button", name="Sai lệch").click()
    expect(form.locator("#sheet-why")).to_contain_text("may.jpg")
    assert form.get_by_label("Đã thấy gì").input_value() == "Thừa 12 kiện so với tờ khai"
    form.locator("[name=photos]").set_input_files(photo)
    form.get_by_role("button", name="Sai lệch").click()
    expect(customs.locator(".ck-toast")).to_contain_text("sai lệch")

    expect(guard.locator("#crossing")).to_contain_text("Thừa 12 kiện so với tờ khai")
    picture = guard.locator("#crossing img[alt='Ảnh của cán bộ']")
    expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900

    settle = more(customs, "Đã xem và xử lý")
    settle.get_by_role("button", name="Đã đối chiếu giấy tờ").click()
    expect(customs.locator(".ck-toast")).to_contain_text("Đã ghi")
    customs.locator(".ck-acts").get_by_role("button", name="Kiểm tra xong").click()
    expect(customs.locator(".ck-toast")).to_contain_text("Đã xác nhận")
    assert kinds(truck)[-3:] == ["examined", "settled", "confirmed"]
    assert [fault for fault in customs.faults if "409" not in fault] == guard.faults == []


def test_a_photo_taken_without_a_network_is_kept_with_its_act_and_sent_once(page_of, photo):
    truck = red_in_the_yard()
    page = page_of(officer("customs"), f"/crossings/{truck.crossing_id}/", live=False)
    form = more(page, "Ghi kết quả kiểm tra")
    form.locator("[name=photos]").set_input_files(photo)
    page.context.set_offline(True)
    form.get_by_role("button", name="Phù hợp").click()
    expect(page.locator("[data-kept-head]")).to_contain_text("1 lần bấm chờ gửi")
    page.context.set_offline(False)
    expect(page.locator("#ck-kept li.is-taken")).to_have_count(1)
    assert kinds(truck)[-1] == "examined"
    page.reload()
    expect(page.locator("#crossing img[alt='Ảnh của cán bộ']")).to_have_count(1)
