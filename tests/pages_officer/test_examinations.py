"""Sheets and pages of examinations, samples, results and treatments."""

import uuid

import pytest

from cuakhauso.centre.crossings import actions, examinations
from cuakhauso.centre.crossings.examination_sheets import EXAMINATION_NAMES
from cuakhauso.centre.shared import store
from cuakhauso.core import facts as f
from cuakhauso.core.fold import fold
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, Channel

from ..centre.builders import Gate, business, declare, goods, officer
from .test_crossing import last, page_of, post

pytestmark = pytest.mark.usefixtures("gate")


def in_the_yard(channel: Channel = Channel.RED):
    """Fruit that has entered, with this channel; its declaration and customs number."""
    truck = declare(groups=[goods(name="Thanh long tươi", hs="08109020")])
    number, people = truck.form["groups"][0]["customs_number"], Gate(truck.crossing_id)
    people.confirm("registration_accepted", "customs")
    actions.set_channel(truck.crossing_id, number, channel, people.said("customs"))
    people.later(1).entered()
    return truck, number


def sheet(as_, who, truck, name) -> str:
    answer = as_(who, f"/crossings/{truck.crossing_id}/").get(f"/crossings/{truck.crossing_id}/sheet/{name}/")
    assert answer.status_code == 200, name
    return answer.content.decode()


def state_of(truck):
    return fold(store.facts_of(truck.crossing_id))


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_every_sheet_opens_in_every_language(as_, language):
    truck, _ = in_the_yard()
    for name in EXAMINATION_NAMES:
        client = as_(officer("plant_quarantine" if name in ("sample", "judge", "treat") else "customs"))
        client.cookies["django_language"] = language
        assert client.get(f"/crossings/{truck.crossing_id}/sheet/{name}/").status_code == 200


def test_customs_looks_into_red_goods_and_then_clears(as_):
    truck, number = in_the_yard()
    customs = officer("customs")
    assert "luồng đỏ" in sheet(as_, customs, truck, "more")
    form = {"customs_number": number[:11], "how": "full", "finding": "conforms", "id": str(uuid.uuid4())}
    assert post(as_, customs, truck, "confirm", step="customs_cleared").status_code == 409
    assert post(as_, customs, truck, "examine", **form).status_code == 200
    assert last(truck).data == f.Examined(customs_number=number[:11], how="full", finding="conforms")
    assert post(as_, customs, truck, "confirm", step="customs_cleared").status_code == 200
    assert "toàn bộ hàng" in page_of(as_, officer("border_guard"), truck)


def test_findings_that_deviate_need_words_and_customs_settles_them(as_):
    truck, number = in_the_yard()
    customs, form = officer("customs"), {"customs_number": number[:11], "how": "partial", "share": "30"}
    refused = post(as_, customs, truck, "examine", **form, finding="deviates")
    assert (refused.status_code, "Hãy ghi vài chữ" in refused.content.decode()) == (409, True)
    assert (
        post(as_, customs, truck, "examine", **form, finding="deviates", words="Thừa 12 kiện").status_code
        == 200
    )
    assert "sai lệch" in page_of(as_, officer("border_guard"), truck)
    settled = {"objection": "examination_deviates", "subject": number[:11], "words": "Đã sửa tờ khai"}
    assert post(as_, officer("border_guard"), truck, "settle", **settled).status_code == 409
    assert post(as_, customs, truck, "settle", **settled).status_code == 200
    assert post(as_, customs, truck, "confirm", step="customs_cleared").status_code == 200


def test_a_sample_is_out_until_its_result_and_a_treatment_comes_between(as_):
    truck, _ = in_the_yard(Channel.GREEN)
    plant = officer("plant_quarantine")
    page = page_of(as_, plant, truck)
    assert "08 (Thanh long tươi)" in page
    assert post(as_, plant, truck, "sample", number="M-1", what="Lá").status_code == 200
    assert post(as_, plant, truck, "confirm", step="plant_quarantined").status_code == 409
    assert "M-1" in sheet(as_, plant, truck, "judge")
    assert post(as_, plant, truck, "judge", result="treat", sample="M-1", words="Rệp sáp").status_code == 200
    treated = {"agency": "plant_quarantine", "of": "goods", "method": "Hun trùng", "hours": "3"}
    assert post(as_, officer("yard"), truck, "treat", **treated).status_code == 200
    assert "đang xử lý đến" in page_of(as_, plant, truck)
    running = post(as_, plant, truck, "judge", result="passed")
    assert (running.status_code, "Đang xử lý đến" in running.content.decode()) == (409, True)


def test_health_speaks_of_the_driver_and_of_the_vehicle(as_):
    truck, _ = in_the_yard(Channel.GREEN)
    health = officer("health")
    assert (
        post(as_, health, truck, "judge", result="treat", of="vehicle", words="Khử khuẩn lại").status_code
        == 200
    )
    driver = post(as_, health, truck, "judge", result="passed", of="driver")
    assert driver.status_code == 409, "the vehicle is still to be treated"
    treated = {"agency": "health", "of": "vehicle", "method": "Khử trùng"}
    assert post(as_, health, truck, "treat", **treated).status_code == 200
    assert post(as_, health, truck, "confirm", step="health_checked").status_code == 200


def test_what_was_said_before_is_taken_back_with_words(as_):
    truck, number = in_the_yard()
    people = Gate(truck.crossing_id)
    examinations.examine(truck.crossing_id, number, f.How.FULL, f.Finding.CONFORMS, people.said("customs"))
    fact = last(truck)
    customs = officer("customs")
    assert post(as_, customs, truck, "undo", fact=str(fact.id), quick="Bấm nhầm xe").status_code == 200
    assert number[:11] not in state_of(truck).examined
    answer = post(as_, customs, truck, "confirm", step="customs_cleared")
    assert "luồng đỏ" in answer.content.decode()


def test_wherever_clearance_is_told_it_is_customs_alone(as_):
    truck, _ = in_the_yard()
    told = "quyết định của riêng Hải quan"
    assert told in page_of(as_, officer("border_guard"), truck)
    refused = post(as_, officer("customs"), truck, "confirm", step="customs_cleared")
    assert told in refused.content.decode()
    seen = as_(business()).get(f"/declarations/{truck.crossing_id}/")
    assert told in seen.content.decode()


def test_what_is_out_is_listed_for_its_agency_until_it_is_done(as_):
    truck, number = in_the_yard(Channel.GREEN)
    plant, customs = officer("plant_quarantine"), officer("customs")
    post(as_, plant, truck, "sample", number="M-1", what="Lá")
    ordered = {"customs_number": number[:11], "how": "full", "words": "Thông tin nghiệp vụ"}
    post(as_, customs, truck, "order-examination", **ordered)
    mine, theirs = (as_(who).get("/gate/CKHN/looks/").content.decode() for who in (plant, customs))
    assert ("M-1" in mine, "M-1" in theirs) == (True, False)
    assert ("chờ kiểm tra" in mine, "chờ kiểm tra" in theirs) == (False, True)
    post(as_, plant, truck, "judge", result="treat", sample="M-1", words="Rệp sáp")
    assert "chờ doanh nghiệp xử lý" in as_(plant).get("/gate/CKHN/looks/").content.decode()
    post(as_, plant, truck, "treat", agency="plant_quarantine", of="goods", method="Hun trùng")
    assert "chờ xem lại" in as_(plant).get("/gate/CKHN/looks/").content.decode()
    post(as_, plant, truck, "judge", result="passed")
    assert "Không có mẫu" in as_(plant).get("/gate/CKHN/looks/").content.decode()
    assert as_(officer("border_guard")).get("/gate/CKHN/looks/").status_code == 403


def test_the_business_is_told_what_it_must_treat(as_):
    truck, _ = in_the_yard(Channel.GREEN)
    walk = Gate(truck.crossing_id).later(60)
    walk.confirm("health_checked", "health").confirm("licence_checked", "transport_licence")
    walk.confirm("in_yard", "yard")
    post(as_, officer("plant_quarantine"), truck, "judge", result="treat", words="Rệp sáp, hun trùng")
    seen = as_(business()).get(f"/declarations/{truck.crossing_id}/").content.decode()
    assert "Chờ anh chị xử lý theo yêu cầu của Kiểm dịch thực vật" in seen
    assert seen.count("Rệp sáp, hun trùng") >= 2


def test_a_clearance_before_a_stricter_channel_is_asked_for_again_and_the_page_says_since_what(as_):
    truck, number = in_the_yard(Channel.YELLOW)
    customs = officer("customs")
    look = {"customs_number": number[:11], "how": "papers", "finding": "conforms"}
    assert post(as_, customs, truck, "examine", id=str(uuid.uuid4()), **look).status_code == 200
    assert post(as_, customs, truck, "confirm", step="customs_cleared").status_code == 200
    assert post(as_, customs, truck, "channel", customs_number=number[:11], channel="red").status_code == 200
    page = page_of(as_, customs, truck)
    assert "không còn tính" in page
    assert "phải xác nhận lại" in page
    look |= {"how": "full"}
    assert post(as_, customs, truck, "examine", id=str(uuid.uuid4()), **look).status_code == 200
    assert (StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS) not in state_of(truck).confirmations
    leaving = post(as_, customs, truck, "confirm", step="left_yard")
    assert "phải xác nhận lại" in leaving.content.decode()
    assert post(as_, customs, truck, "confirm", step="customs_cleared").status_code == 200
    assert "không còn tính" not in page_of(as_, customs, truck)
