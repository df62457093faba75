"""Customs' examinations, samples, results and treatments: by the open API."""

from io import BytesIO

import pytest
from PIL import Image

from .callers import agency, business
from .trucks import declare, goods, yesterday

pytestmark = pytest.mark.usefixtures("gates")
FRUIT = {"name": "Thanh long tươi", "hs": "08109020"}


def in_the_yard(channel: str = "red", **changes) -> tuple[str, str]:
    """An export that has entered, with this channel: its crossing and customs number."""
    truck = declare(groups=[goods(**changes)])
    crossing, number = truck["crossing"], truck["form"]["groups"][0]["customs_number"]
    customs = agency("customs")
    customs.act(crossing, "channel", customs_number=number, channel=channel, occurred_at=yesterday(8))
    customs.act(crossing, "confirm", step="registration_accepted", occurred_at=yesterday(8, 1))
    for who in ("customs", "border_guard"):
        assert agency(who).act(crossing, "confirm", step="entered", occurred_at=yesterday(9)).status == 200
    return crossing, number


def codes(crossing: str) -> set[str]:
    answer = business().get(f"/crossings/{crossing}/permit").body
    return {one["code"] for one in answer["objections"]}


def test_red_is_examined_before_customs_clears_and_no_system_settles_a_deviation():
    crossing, number = in_the_yard()
    customs = agency("customs")
    assert customs.act(crossing, "confirm", step="customs_cleared").codes == ["examination_missing"]
    look = {"customs_number": number, "how": "partial", "share": 30}
    assert agency("border_guard").act(crossing, "examine", finding="conforms", **look).codes == [
        "wrong_agency"
    ]
    assert customs.act(crossing, "examine", finding="deviates", **look).codes == ["words_required"]
    assert customs.act(crossing, "examine", finding="deviates", note="Thừa 12 kiện", **look).status == 200
    assert "examination_deviates" in codes(crossing)
    settled = {"objection": "examination_deviates", "subject": number[:11], "note": "Đã sửa tờ khai"}
    assert customs.act(crossing, "settle", **settled).codes == ["wrong_agency"]
    assert customs.act(crossing, "examine", **{**look, "how": "full"}, finding="conforms").status == 200
    cleared = customs.act(crossing, "confirm", step="customs_cleared")
    assert "customs_cleared" not in {wait["step"] for wait in cleared.body["waits"]}


def test_an_order_stands_until_a_look_as_deep_as_it_asks():
    crossing, number = in_the_yard("green")
    customs = agency("customs")
    order = {"customs_number": number, "how": "full", "place": "Khu B", "note": "Thông tin"}
    assert customs.act(crossing, "order-examination", **order).status == 200
    told = business().get(f"/crossings/{crossing}/looks").body
    assert told["open_at_customs"] == [{"customs_number": number[:11], "why": "examination_open"}]
    customs.act(crossing, "examine", customs_number=number, how="full", finding="conforms")
    told = business().get(f"/crossings/{crossing}/looks").body
    assert (told["open_at_customs"], told["examined"][0]["data"]["how"]) == ([], "full")


def test_a_sample_its_treatment_and_the_pass():
    crossing, _ = in_the_yard("green", **FRUIT)
    plant = agency("plant_quarantine")
    sample = {"number": "M-1", "what": "Lá", "laboratory": "Phòng 1"}
    assert agency("customs").act(crossing, "take-sample", **sample).codes == ["wrong_agency"]
    assert plant.act(crossing, "take-sample", **sample).status == 200
    assert plant.act(crossing, "take-sample", **sample).codes == ["sample_twice"]
    assert plant.act(crossing, "confirm", step="plant_quarantined").codes == ["sample_out"]
    assert plant.act(crossing, "judge", result="passed", sample="M-9").codes == [
        "no_such_sample",
        "sample_out",
    ]
    asked = plant.act(crossing, "judge", result="treat", sample="M-1", note="Rệp sáp")
    waits = {wait["step"]: wait["party"] for wait in asked.body["waits"]}
    assert waits["plant_quarantined"] == "business"
    treated = {"agency": "plant_quarantine", "method": "Hun trùng"}
    assert agency("health").act(crossing, "treat", **treated).codes == ["wrong_agency"]
    assert agency("yard").act(crossing, "treat", **treated).status == 200
    passed = plant.act(crossing, "judge", result="passed", certificate="KD-1", valid_to="2027-01-31")
    assert "plant_quarantined" not in {wait["step"] for wait in passed.body["waits"]}


def test_what_a_quarantine_refused_goes_back_only():
    crossing, _ = in_the_yard("green", **FRUIT)
    plant = agency("plant_quarantine")
    assert plant.act(crossing, "judge", result="refused", note="Rệp sáp").status == 200
    assert "quarantine_refused" in codes(crossing)
    assert plant.act(crossing, "turn-around", note="Rệp sáp").status == 200
    assert "quarantine_refused" not in codes(crossing)


def test_what_is_out_of_order_from_elsewhere_or_nonsense_is_told_in_full():
    crossing, number = in_the_yard("green")
    look = {"customs_number": number, "how": "full", "finding": "conforms"}
    assert agency("customs", "TT").act(crossing, "examine", **look).status == 404
    assert agency("customs").act(crossing, "examine", **{**look, "how": "sniffed"}).status == 422
    assert agency("customs").act(crossing, "examine", **{**look, "share": 0}).status == 422
    strange = agency("customs").act(crossing, "examine", **{**look, "customs_number": "399999999990"})
    assert strange.codes == ["no_such_group"]
    assert agency("plant_quarantine").act(crossing, "take-sample", number="M", what="x").codes == [
        "step_not_required"
    ]
    assert agency("health").act(crossing, "treat", agency="customs", method="x").status == 422


def test_a_photo_is_sent_first_and_then_named_by_the_act(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    crossing, number = in_the_yard()
    customs, content = agency("customs"), BytesIO()
    Image.new("RGB", (60, 40), "red").save(content, "PNG")
    look = {"customs_number": number, "how": "full", "finding": "conforms"}
    unknown = customs.act(crossing, "examine", photos=["0" * 64], **look)
    assert (unknown.status, unknown.fields) == (422, {"photos": "photo_unknown"})
    assert business().call("PUT", f"/crossings/{crossing}/photos", content.getvalue()).status == 404
    assert customs.call("PUT", f"/crossings/{crossing}/photos", b"no photo").fields == {
        "photos": "not_a_photo"
    }
    sent = customs.call("PUT", f"/crossings/{crossing}/photos", content.getvalue())
    assert customs.act(crossing, "examine", photos=[sent.body["sha256"]], **look).status == 200
    facts = customs.get(f"/crossings/{crossing}/facts").body
    assert [fact["photos"] for fact in facts if fact["kind"] == "examined"] == [[sent.body["sha256"]]]


def test_the_ledger_is_read_by_its_own_and_a_refund_takes_two():
    crossing, _ = in_the_yard("green")
    board = agency("board")
    assert board.act(crossing, "ask-refund", order="infrastructure", note="x").codes == ["nothing_overpaid"]
    assert board.act(crossing, "refund", asked=crossing, method="cash").codes == ["no_such_refund"]
    today = yesterday(9)[:10]
    wanted = f"/fees/ledger?gate=CKHN&begins={today}&ends={today}"
    assert agency("health").get(wanted).status == 403
    assert agency("tax").get(f"/fees/ledger?gate=CKHN&begins={today}&ends=2020-01-01").status == 422
    told = agency("tax").get(wanted).body
    charged = [row["amount"] for row in told["items"] if row["kind"] == "charged"]
    assert sum(charged) == sum(one["charged"] for one in told["sums"]) > 0
