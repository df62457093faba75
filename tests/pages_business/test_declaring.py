"""A business declares on the page: errors at their field, nothing typed is lost, and once is once."""

import re
import threading
import uuid
from datetime import date

import pytest
from django.db import connection

from cuakhauso.centre.crossings import corrections
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.centre.places.models import Tariff
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.identifiers import parse_number
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, business, declare, officer, plate
from .as_typed import error_at, field, soon, typed, value_of

pytestmark = pytest.mark.usefixtures("gate")
NEW = "/declarations/new"


def page(response) -> str:
    return response.content.decode()


# --- sending -------------------------------------------------------------------------------------


def test_a_complete_form_becomes_a_declaration_with_its_own_page(browser_of):
    sent = browser_of(business()).post(NEW, typed(), follow=True)
    made = Declaration.objects.get()
    assert sent.redirect_chain == [(f"/declarations/{made.pk}/", 303)]
    assert made.number in page(sent)
    assert parse_number(made.number)
    assert "svg" in page(sent)
    assert Crossing.objects.get(pk=made.crossing_id).stage == "coming"


def test_the_same_form_sent_twice_is_one_declaration(browser_of):
    client, form = browser_of(business()), typed()
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Declaration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_declaration(browser_of):
    client, form, answers = browser_of(business()), typed(), []

    def send():
        answers.append(client.post(NEW, form).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert answers == [303, 303]
    assert Declaration.objects.count() == 1


def test_sent_then_changed_and_sent_again_leads_to_the_first_and_keeps_what_was_typed(browser_of):
    client, form = browser_of(business()), typed()
    client.post(NEW, form)
    again = client.post(NEW, form | {"note": "khác", "vehicle.plate": plate()})
    made = Declaration.objects.get()
    assert again.status_code == 409
    assert made.number in page(again)
    assert value_of(page(again), "note") == "khác"
    assert re.search(r'name="id" value="([^"]+)"', page(again))[1] != form["id"]


def test_a_transshipment_gives_each_receiving_vehicle_its_number_and_code(browser_of):
    receiving = {
        f"receiving.{n}.{name}": value
        for n in range(2)
        for name, value in {
            "vehicle.plate": plate(), "vehicle.weight_class": "VT4", "driver.name": "Lê Văn Thử",
            "driver.paper": "020085000412", "driver.phone": "0912000318",
        }.items()
    }  # fmt: skip
    form = typed(
        kind="import_transshipment", vehicle__plate=plate("CN"), vehicle__trailers__0="",
        groups__0__packages="400", groups__0__items__0__hs="84821000",
    )  # fmt: skip
    shown = page(browser_of(business()).post(NEW, form | receiving, follow=True))
    assert Declaration.objects.count() == 3
    for child in Declaration.objects.exclude(parent=None):
        assert child.number in shown
    assert shown.count("ck-qr-code") == 3
    assert "840.000 đ" in shown  # 30 % of 800,000 and twice 300,000


# --- what is wrong is said at its field ----------------------------------------------------------

WRONG = [
    ("vehicle.containers.0", "TSTU 100428 7", "phải là 8", "it must be 8", "应为 8"),
    ("vehicle.plate", "AB", "không phải biển số", "is not a Vietnamese plate", "不是越南车牌"),
    ("vehicle.plate", "", "Hãy điền", "Please fill it in", "请填写"),
    ("vehicle.trailers.0", "12C-345.67", "không phải biển rơ moóc", "not a trailer's plate", "不是挂车号牌"),
    ("vehicle.weight_class", "", "Hãy điền", "Please fill it in", "请填写"),
    ("vehicle.own_weight_kg", "900000", "ngoài mức", "outside the permitted range", "超出允许范围"),
    ("driver.paper", ".", "Hãy điền", "Please fill it in", "请填写"),
    ("driver.paper", "012345678", "đã hết giá trị", "no longer valid", "已失效"),
    (
        "driver.phone",
        "123",
        "Không phải số điện thoại",
        "Not a Vietnamese or Chinese phone",
        "不是越南或中国的电话",
    ),
    ("driver.name", "Vi 0912", "có chữ số", "digits in the name", "姓名中有数字"),
    ("expected_at", "2020-01-01T08:00", "đã qua", "has passed", "已过"),
    ("expected_at", "mai", "Không phải ngày giờ", "Not a date", "不是日期"),
    ("gate", "XX", "Không có cửa khẩu này", "no such gate", "没有此口岸"),
    ("yard", "BN", "không thuộc cửa khẩu", "does not belong", "不属于"),
    ("kind", "smuggling", "không có trong danh sách", "not in the list", "不在列表"),
    ("groups.0.customs_number", "108012345670", "không đúng chiều", "other direction", "方向不符"),
    ("groups.0.customs_number", "30801", "12 số", "12 digits", "12 位"),
    ("groups.0.type_code", "Z99", "Không có mã loại hình", "no type code", "没有贸易类型"),
    ("groups.0.owner_tax_code", "4600000017", "phải là 6", "it must be 6", "应为 6"),
    ("groups.0.items.0.hs", "0810", "8 số", "8 digits", "8 位"),
    ("groups.0.items.0.origin", "Việt", "hai chữ cái", "two letters", "两个字母"),
    ("groups.0.items.0.quantity", "0", "lớn hơn 0", "more than 0", "大于 0"),
    ("groups.0.items.0.weight_kg", "21.000", "21.0 hoặc 21000", "21.0 or as 21000", "21.0 或 21000"),
    ("groups.0.items.0.weight_kg", "nhiều", "Không phải số", "Not a number", "不是数字"),
    (
        "groups.0.items.0.weight_kg",
        "9000000",
        "không thể có trên một xe",
        "No vehicle carries",
        "不可能有此重量",
    ),
    ("groups.0.items.0.name", "x" * 2100, "Quá dài", "Too long", "过长"),
    ("payer_tax_code", "123", "10, 12 hoặc 13", "10, 12 or 13", "10、12 或 13"),
]


@pytest.mark.parametrize("at", range(len(WRONG)), ids=[f"{name}={value[:12]}" for name, value, *_ in WRONG])
def test_a_wrong_field_says_so_at_the_field_in_three_languages_and_keeps_what_was_typed(browser_of, at):
    name, value, *sentences = WRONG[at]
    who = business()
    form = typed() | {name: value}
    for language, sentence in zip(("vi", "en", "zh-hans"), sentences, strict=True):
        answer = browser_of(who, language).post(NEW, form)
        assert answer.status_code == 422
        assert sentence in error_at(page(answer), name), (language, error_at(page(answer), name))
        for typed_name, typed_value in form.items():
            if typed_name != "id" and not (
                typed_name == name and field(page(answer), name).startswith("<select")
            ):
                assert value_of(page(answer), typed_name) == typed_value, typed_name
    assert not Declaration.objects.exists()


def test_all_errors_are_said_at_once_whoever_finds_them(browser_of):
    form = typed(
        groups__0__items__0__weight_kg="nhiều", driver__phone="1", vehicle__containers__0="TSTU 100428 7"
    )
    shown = page(browser_of(business()).post(NEW, form))
    assert error_at(shown, "groups.0.items.0.weight_kg")  # the schema
    assert error_at(shown, "driver.phone")  # the rules
    assert error_at(shown, "vehicle.containers.0")
    assert "Còn 3 chỗ chưa đúng" in shown


def test_the_first_wrong_field_has_the_focus(browser_of):
    shown = page(browser_of(business()).post(NEW, typed(driver__phone="1", vehicle__containers__0="TSTU")))
    assert "autofocus" in field(shown, "vehicle.containers.0")
    assert shown.count("autofocus") == 1


def test_errors_of_a_later_block_are_said_in_it(browser_of):
    form = typed() | {"groups.2.items.5.name": "Xoài", "groups.2.items.5.hs": "99999999"}
    shown = page(browser_of(business()).post(NEW, form))
    assert "chương HS" in error_at(shown, "groups.2.items.5.hs")
    assert value_of(shown, "groups.2.items.5.name") == "Xoài"


def test_a_vehicle_that_is_declared_already_names_that_declaration(browser_of):
    other = declare(by=business())
    shown = page(browser_of(business()).post(NEW, typed(vehicle__plate=other.form["vehicle"]["plate"])))
    assert other.number in error_at(shown, "vehicle.plate")


def test_of_somebody_elses_vehicle_only_that_it_is_under_way_is_said(browser_of):
    other = declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    shown = page(browser_of(business()).post(NEW, typed(vehicle__plate=other.form["vehicle"]["plate"])))
    assert "đơn vị khác" in error_at(shown, "vehicle.plate")
    assert other.number not in shown


def test_a_megabyte_in_a_field_is_answered_and_not_taken(browser_of):
    answer = browser_of(business()).post(NEW, typed(note="x" * 1_000_000))
    assert answer.status_code == 422
    assert "Quá dài" in error_at(page(answer), "note")


@pytest.mark.parametrize(
    "odd",
    [{"groups": "x"}, {"groups.a.items": "x"}, {"vehicle": "x"}, {"kind.x": "export"}, {"receiving.0": "x"},
     {"groups.0.items.0": "x"}, {"vehicle.trailers.0.x": "y"}, {"groups.__i__.items.0.hs": "1"}, {"id": "x"},
     {"groups.0.items.0.weight_kg": "NaN"}, {"groups.0.items.0.value": "1e999"}, {"note": "\0"}],
)  # fmt: skip
def test_whatever_is_posted_is_answered(browser_of, odd):
    client = browser_of(business())
    form = {
        name: text for name, text in typed().items() if not any(name.startswith(o.split(".")[0]) for o in odd)
    }
    for path in (NEW, "/declarations/check"):
        assert client.post(path, form | odd).status_code in (200, 303, 422)
    assert client.post(NEW, {}).status_code == 422


def test_pasted_tabs_and_hard_spaces_do_no_harm(browser_of):
    form = typed(vehicle__containers__0="\tTSTU\u00a0100428\u00a08 ", groups__0__items__0__name="Xoài\t tươi")
    assert browser_of(business()).post(NEW, form).status_code == 303
    content = store.facts_of(Declaration.objects.get().crossing_id)[0].data.content
    assert content.vehicle.containers == ("TSTU1004288",)
    assert content.items[0].name == "Xoài tươi"


# --- while it is typed ---------------------------------------------------------------------------


def check(client, form, touched=""):
    return page(client.post("/declarations/check", form | {"touched": touched}))


def spoken(html: str) -> dict[str, str]:
    return dict(re.findall(r'<p data-field="([^"]+)">(.*?)</p>', html))


def test_while_typing_conflicts_speak_and_empty_fields_are_only_counted(browser_of):
    client = browser_of(business())
    form = typed(vehicle__containers__0="TSTU 100428 7", driver__phone="", driver__name="")
    said = check(client, form)
    assert list(spoken(said)) == ["vehicle.containers.0"]
    assert "2 ô phải điền" in said
    assert "1 chỗ phải sửa" in said
    assert 'data-left="3"' in said
    assert set(spoken(check(client, form, "driver.phone"))) == {"vehicle.containers.0", "driver.phone"}


def test_a_vehicle_under_way_is_told_while_typing(browser_of):
    mine, other = declare(by=business()), declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    client = browser_of(business())
    for made, told in ((mine, mine.number), (other, "đơn vị khác")):
        assert (
            told
            in spoken(check(client, typed(vehicle__plate=made.form["vehicle"]["plate"])))["vehicle.plate"]
        )


def test_the_fee_comes_while_typing_with_its_law(browser_of):
    said = check(browser_of(business()), typed())
    assert "800.000" in said
    assert "09/2025/NQ-HĐND" in said
    assert "(A)" not in said


def test_a_fee_that_the_board_has_not_set_names_the_row_and_is_never_zero(browser_of):
    said = check(browser_of(business()), typed(vehicle__weight_class="VT5"))
    assert "Biểu phí chưa có mức cho VT5 · Kinh doanh · rau quả tươi" in said
    assert "data-fee" not in said
    assert not re.search(r">0\s*(<small>)?đ", said)


def test_without_class_or_code_the_fee_says_what_it_needs(browser_of):
    said = check(browser_of(business()), typed(vehicle__weight_class="", groups__0__items__0__hs=""))
    assert "Phí hiện ra khi có" in said
    assert 'data-to-field="vehicle.weight_class"' in said
    assert 'data-to-field="groups.0.items.0.hs"' in said


def test_each_receiving_vehicle_has_its_own_fee(browser_of):
    form = typed(kind="import_transshipment", groups__0__items__0__hs="84821000") | {
        "receiving.0.vehicle.plate": "29C-111.22", "receiving.0.vehicle.weight_class": "VT4",
        "receiving.1.vehicle.plate": "29C-111.23", "receiving.1.vehicle.weight_class": "VT4",
    }  # fmt: skip
    assert "840.000" in check(browser_of(business()), form)


def test_what_the_fee_lacks_of_a_later_block_is_named_as_it_stands_on_the_page(browser_of):
    form = typed(kind="import_transshipment") | {"receiving.2.vehicle.plate": "29C-111.22"}
    said = check(browser_of(business()), form)
    assert 'data-to-field="receiving.2.vehicle.weight_class">Xe nhận 3: Nhóm tải trọng</a>.' in said


def test_the_quarantine_is_told_from_the_codes(browser_of):
    client = browser_of(business())
    assert "Sẽ cần: Kiểm dịch thực vật" in check(client, typed())
    assert "Sẽ cần: Kiểm dịch động vật" in check(client, typed(groups__0__items__0__hs="03061100"))
    none = check(client, typed(groups__0__items__0__hs="84821000"))
    assert "Sẽ cần" not in none
    assert "Không cần: Kiểm dịch thực vật" in none


def test_the_tariff_of_today_counts(browser_of):
    Tariff.objects.filter(weight_class="VT6", goods_class="fresh_produce", regime="business").update(
        valid_to=date(2025, 6, 1)
    )
    assert "Biểu phí chưa có mức" in check(browser_of(business()), typed())


# --- what is known already -----------------------------------------------------------------------


def test_the_next_form_knows_direction_gate_and_yard(browser_of):
    client = browser_of(business())
    client.post(NEW, typed(gate="TT", yard="BN"))
    shown = page(client.get(NEW))
    assert value_of(shown, "gate") == "TT"
    assert "Như lần trước" in field(shown, "gate")
    assert "is-known" in field(shown, "gate")
    assert value_of(shown, "vehicle.plate") == ""
    assert value_of(shown, "expected_at") > soon(30)


def test_a_copy_takes_everything_but_what_belongs_to_one_trip(browser_of):
    client = browser_of(business())
    client.post(NEW, typed(vehicle__seals__0="HQ-1", note="gấp", groups__0__customs_number="308012345670",
                           groups__0__type_code="B11", groups__0__office_code="15BB",
                           groups__0__owner_tax_code="4600000016"))  # fmt: skip
    made = Declaration.objects.get()
    for address in (f"{NEW}?copy={made.pk}", f"{NEW}?copy=last"):
        shown = page(client.get(address))
        assert value_of(shown, "groups.0.items.0.hs") == "08109092"
        assert value_of(shown, "groups.0.items.0.weight_kg") == "21000"
        assert "Đã chép" in field(shown, "groups.0.items.0.hs")
        for own in ("vehicle.seals.0", "note", "groups.0.customs_number"):
            assert value_of(shown, own) == ""
        assert str(made.pk) not in re.search(r'name="id" value="([^"]+)"', shown)[1]


def test_a_copy_of_a_vehicle_under_way_leaves_its_plate_to_be_typed(browser_of):
    client = browser_of(business())
    client.post(NEW, typed())
    shown = page(client.get(f"{NEW}?copy=last"))
    assert value_of(shown, "vehicle.plate") == ""
    assert value_of(shown, "vehicle.weight_class") == "VT6"


def test_a_known_vehicle_fills_the_form_for_its_own_business_only(browser_of):
    form = typed()
    browser_of(business()).post(NEW, form)
    asked = {"plate": form["vehicle.plate"].replace("-", " ")}
    told = browser_of(business()).get("/declarations/known", asked).json()["fields"]
    assert told["vehicle.weight_class"] == "VT6"
    assert told["vehicle.trailers.0"] == "12R-000.88"
    assert told["driver.phone"].endswith("000 318")
    other = browser_of(business("Giao nhận Sao Hôm", "4600000023"))
    assert other.get("/declarations/known", asked).json()["fields"] == {}


def test_a_helper_gets_the_vehicle_but_no_drivers_papers(browser_of):
    form, owner = typed(), business()
    browser_of(owner).post(NEW, form)
    asked = {"plate": form["vehicle.plate"], "for": str(owner.businesses[0])}
    told = browser_of(officer("border_guard")).get("/declarations/known", asked).json()["fields"]
    assert told["vehicle.weight_class"] == "VT6"
    assert not any(name.startswith("driver") for name in told)


def test_without_a_script_blocks_are_added_and_dropped_by_the_server(browser_of):
    client = browser_of(business())
    more = page(client.post(NEW, typed(act="add:groups.0.items")))
    assert field(more, "groups.0.items.1.hs")
    assert value_of(more, "groups.0.items.0.hs") == "08109092"
    texts = page(client.post(NEW, typed(act="add:vehicle.trailers")))
    assert value_of(texts, "vehicle.trailers.1") == ""
    two = typed() | {"groups.1.items.0.name": "Xoài"}
    fewer = page(client.post(NEW, two | {"act": "drop:groups.0"}))
    assert "Thanh long" not in fewer
    assert value_of(fewer, "groups.1.items.0.name") == "Xoài"
    assert not Declaration.objects.exists()


# --- who may -------------------------------------------------------------------------------------


def test_nobody_declares_without_signing_in(client):
    assert client.get(NEW).status_code == 302


def test_an_officer_first_says_for_which_business(browser_of):
    answer = browser_of(officer("border_guard")).get(f"{NEW}?plate=14C-111.11")
    assert answer.headers["Location"] == "/declarations/help?plate=14C-111.11"


def test_a_business_declares_for_nobody_else(browser_of):
    other = business("Giao nhận Sao Hôm", "4600000023")
    client = browser_of(business())
    assert client.post(NEW, typed() | {"for": str(other.businesses[0])}).status_code == 404
    assert client.get(f"{NEW}?for={uuid.uuid4()}").status_code == 404
    assert not Declaration.objects.exists()


def test_somebody_elses_declaration_is_not_there(browser_of):
    made = declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    client = browser_of(business())
    for path in ("", "now", "print", "correct", "link"):
        assert client.get(f"/declarations/{made.pk}/{path}").status_code == 404, path
    assert client.post(f"/declarations/{made.pk}/withdraw").status_code == 404
    assert client.get(f"{NEW}?copy={made.pk}").status_code == 404


# --- afterwards ----------------------------------------------------------------------------------


def as_posted(html: str) -> dict[str, str]:
    """The form of a page, as the browser would send it."""
    names = [name for name in re.findall(r'id="id_([a-z_.0-9]+)"', html) if "__i__" not in name]
    return {name: value_of(html, name) for name in names} | {"id": str(uuid.uuid4())}


def test_a_declaration_is_corrected_until_customs_accepts_it(browser_of):
    client = browser_of(business())
    client.post(NEW, typed())
    made = Declaration.objects.get()
    form = as_posted(page(client.get(f"/declarations/{made.pk}/correct")))
    assert form["vehicle.containers.0"] == "TSTU 100428 8"
    answer = client.post(
        f"/declarations/{made.pk}/correct", form | {"vehicle.seals.0": "HQ-0004190"}, follow=True
    )
    assert answer.redirect_chain[0][1] == 303
    assert "Sửa khai báo, bản 2" in page(answer)
    made.refresh_from_db()
    assert made.version == 2
    assert made.form["vehicle"]["seals"] == ["HQ-0004190"]


def preview(client, form: dict[str, str], made: Declaration) -> str:
    return page(client.post("/declarations/check", form | {"declaration": str(made.pk)}))


def test_after_acceptance_the_form_says_who_must_approve_and_what_opens_again_before_it_is_sent(browser_of):
    client = browser_of(business())
    client.post(NEW, typed())
    made = Declaration.objects.get()
    form = as_posted(page(client.get(f"/declarations/{made.pk}/correct")))
    assert "Chưa đổi ô nào." in preview(client, form, made)
    Gate(made.crossing_id).confirm("registration_accepted", "customs")
    better = form | {"groups.0.items.0.name": "Hàng khác", "version": "1", "why": "Khai nhầm"}
    said = preview(client, better, made)
    assert "Cần đồng ý của:" in said
    assert "Hải quan" in said
    assert "Mở lại:" in said
    answer = client.post(f"/declarations/{made.pk}/correct", better, follow=True)
    assert "Bản sửa đang chờ đồng ý" in page(answer)
    made.refresh_from_db()
    assert (made.version, made.proposed_id is not None) == (1, True)


def test_a_correction_that_was_asked_opens_the_form_again(browser_of):
    client = browser_of(business())
    made = declare(by=business())  # two days ago: the arrival that was declared has passed, and may stand
    walk = Gate(made.crossing_id)
    walk.confirm("registration_accepted", "customs")
    corrections.ask(made.crossing_id, ["vehicle.seals"], walk.said("customs", "Thiếu số chì"))
    shown = page(client.get(f"/declarations/{made.pk}/"))
    assert "Sửa khai báo theo yêu cầu" in shown
    assert "Thiếu số chì" in shown
    form = as_posted(page(client.get(f"/declarations/{made.pk}/correct")))
    assert (
        client.post(f"/declarations/{made.pk}/correct", form | {"vehicle.seals.0": "HQ-1"}).status_code == 303
    )


def test_the_plate_of_a_sent_declaration_is_corrected_unless_that_vehicle_is_under_way(browser_of):
    client = browser_of(business())
    client.post(NEW, typed())
    made = Declaration.objects.get()
    other = declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    form = as_posted(page(client.get(f"/declarations/{made.pk}/correct")))
    taken = other.form["vehicle"]["plate"]
    answer = client.post(f"/declarations/{made.pk}/correct", form | {"vehicle.plate": taken})
    assert answer.status_code == 422
    assert value_of(page(answer), "vehicle.plate") == taken
    answer = client.post(f"/declarations/{made.pk}/correct", form | {"vehicle.plate": "15C-999.99"})
    assert answer.status_code == 303


def test_a_declaration_is_withdrawn_before_it_arrives_and_not_after(browser_of):
    client = browser_of(business())
    client.post(NEW, typed())
    made = Declaration.objects.get()
    shown = page(client.post(f"/declarations/{made.pk}/withdraw", follow=True))
    assert "Tờ khai đã rút" in shown
    assert client.get(f"/declarations/{made.pk}/correct").status_code == 409
    here = declare(by=business())
    Gate(here.crossing_id).accepted(here.form["groups"][0]["customs_number"])
    Gate(here.crossing_id).later(3).confirm("entered", "border_guard")
    shown = page(client.post(f"/declarations/{here.pk}/withdraw", follow=True))
    assert "không rút tờ khai được nữa" in shown
    here.refresh_from_db()
    assert here.withdrawn_at is None


def test_a_receiving_vehicle_declared_on_its_own_is_linked(browser_of):
    me = business()
    source, taker = declare(Kind.IMPORT_TRANSSHIPMENT, by=me), declare(Kind.RECEIVING, by=me)
    declare(Kind.RECEIVING, by=business("Giao nhận Sao Hôm", "4600000023"))
    client = browser_of(me)
    shown = page(client.get(f"/declarations/{source.pk}/link"))
    assert shown.count('name="receiving"') == 1
    answer = page(client.post(f"/declarations/{source.pk}/link", {"receiving": str(taker.pk)}, follow=True))
    assert taker.number in answer
    assert client.post(f"/declarations/{source.pk}/link", {"receiving": str(taker.pk)}).status_code == 409
