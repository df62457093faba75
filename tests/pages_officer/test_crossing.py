"""A crossing's page: one answer for all, buttons drawn by the rules that guard the acts, and the sheets."""

import uuid

import pytest

from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.sheets import NAMES
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, business, declare, leader, officer, receiving
from .test_worklist import arrived

pytestmark = pytest.mark.usefixtures("gate")


def page_of(as_, who, truck) -> str:
    answer = as_(who, f"/crossings/{truck.crossing_id}/").get(f"/crossings/{truck.crossing_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def post(as_, who, truck, verb, **form):
    client = as_(who, f"/crossings/{truck.crossing_id}/")
    return client.post(f"/crossings/{truck.crossing_id}/{verb}/", {"id": str(uuid.uuid4()), **form})


def last(truck):
    return store.facts_of(truck.crossing_id)[-1]


def test_strangers_find_nothing_and_the_business_its_own_page(as_):
    truck = declare()
    address = f"/crossings/{truck.crossing_id}/"
    assert as_(officer("customs", "TT")).get(address).status_code == 404
    assert as_(business("Giao nhận Sao Hôm", "4600000023")).get(address).status_code == 404
    assert as_(business()).get(address).headers["Location"] == f"/declarations/{truck.crossing_id}/"
    assert as_(leader()).get(address).status_code == 200


def test_a_leader_sees_the_page_without_acts(as_):
    truck = declare()
    arrived(truck)
    assert "ck-acts" not in page_of(as_, leader(), truck)


def test_the_page_says_why_it_may_not_pass_and_what_is_mine(as_):
    truck = declare()
    arrived(truck).entered()
    page = page_of(as_, officer("health"), truck)
    assert "Chưa được rời bãi" in page
    assert "Việc của tôi" in page
    assert "Y tế đạt" in page
    assert "Chưa nộp phí hạ tầng" in page


def test_a_truck_that_may_pass_says_where_and_until_when(as_):
    truck = declare()
    arrived(truck)
    page = page_of(as_, officer("border_guard"), truck)
    assert "Chốt B1: được qua" in page


def test_a_truck_past_its_last_checkpoint_is_not_told_to_be_at_a_wrong_one(as_):
    """Border guard has confirmed that it left, customs has not yet."""
    truck = declare()
    arrived(truck).entered().checked().pays(800_000).leaves_yard().confirm(
        "left_to_other_side", "border_guard"
    )
    page = page_of(as_, officer("customs"), truck)
    assert "Xe không đi qua chỗ này theo chiều này" not in page
    assert "Chốt B1" not in page.partition("Việc đã xảy ra")[0]


def test_holding_takes_a_reason_and_only_the_holder_lifts(as_):
    truck = declare()
    arrived(truck)
    sheet = as_(officer("customs")).get(f"/crossings/{truck.crossing_id}/sheet/hold/").content.decode()
    assert 'value="goods_check"' in sheet
    assert 'value="plant_sample"' not in sheet

    assert post(as_, officer("customs"), truck, "hold").status_code == 409
    assert post(as_, officer("customs"), truck, "hold", reason="nonsense").status_code == 409
    held = post(as_, officer("customs"), truck, "hold", reason="goods_check", minutes="45", report_to="yard")
    assert held.status_code == 200
    fact = last(truck)
    assert (fact.kind, fact.data.minutes, fact.data.report_to) == ("held", 45, "yard")

    others = page_of(as_, officer("border_guard"), truck)
    assert "Chỉ Hải quan bỏ được lệnh giữ này." in others
    refused = post(as_, officer("border_guard"), truck, "lift", hold=fact.id, words="thử")
    assert refused.status_code == 409
    assert post(as_, officer("customs"), truck, "lift", hold=fact.id).status_code == 409
    lifted = post(as_, officer("customs"), truck, "lift", hold=fact.id, quick="Đã kiểm tra, đạt")
    assert lifted.status_code == 200
    assert last(truck).kind == "lifted"


def test_a_button_that_may_not_be_used_stays_and_says_why(as_):
    truck = declare()
    arrived(truck).entered().checked()
    page = page_of(as_, officer("border_guard"), truck)
    at = page.index("Xác nhận rời bãi")
    assert 'aria-disabled="true"' in page[at - 300 : at]
    assert "Chưa nộp phí hạ tầng" in page[at : at + 200]


def test_what_was_not_read_is_settled_by_one_look(as_):
    truck = declare(vehicle=vehicle_with_seal())
    arrived(truck)
    assert "Đã nhìn, đúng" in page_of(as_, officer("customs"), truck)
    done = post(
        as_,
        officer("customs"),
        truck,
        "settle",
        objection="identity_mismatch",
        subject="seal",
        words="Đã nhìn",
    )
    assert done.status_code == 200
    assert last(truck).data.subject == "seal"
    refused = post(
        as_,
        officer("health"),
        truck,
        "settle",
        objection="identity_mismatch",
        subject="seal",
        words="Đã nhìn",
    )
    assert refused.status_code == 409


def vehicle_with_seal():
    from cuakhauso.centre.declarations.form import VehicleIn

    return VehicleIn(plate="98C-002.06", weight_class="VT6", seals=["HQ-0004127"])


def test_customs_sets_the_channel_of_a_declaration_and_nobody_else(as_):
    truck = declare()
    number = truck.form["groups"][0]["customs_number"]
    done = post(as_, officer("customs"), truck, "channel", customs_number=number, channel="red")
    assert done.status_code == 200
    assert last(truck).data.channel == "red"
    assert (
        post(as_, officer("customs"), truck, "channel", customs_number=number, channel="blue").status_code
        == 409
    )
    assert (
        post(as_, officer("health"), truck, "channel", customs_number=number, channel="red").status_code
        == 409
    )


def test_a_weight_is_typed_where_no_scale_is_and_absurd_ones_are_refused(as_):
    truck = declare()
    arrived(truck)
    for typed in ("", "abc", "0", "-5", "999999999", "12e3"):
        answer = post(as_, officer("yard"), truck, "weigh", gross_kg=typed)
        assert answer.status_code == 409, typed
    assert post(as_, officer("yard"), truck, "weigh", gross_kg="41.200").status_code == 200
    assert last(truck).data.gross_kg == 41_200


def test_what_an_officer_reads_is_compared_with_the_declaration(as_):
    truck = declare()
    arrived(truck)
    plate = truck.form["vehicle"]["plate"].lower()
    assert post(as_, officer("customs"), truck, "identify", subject="plate", value=plate).status_code == 200
    assert "Khớp" in page_of(as_, officer("customs"), truck)
    wrong = post(as_, officer("customs"), truck, "identify", subject="container", value="TSTU1004289")
    assert wrong.status_code == 409
    assert "Số kiểm tra của container" in wrong.content.decode()


def test_a_correction_is_asked_with_words(as_):
    truck = declare()
    assert post(as_, officer("customs"), truck, "correction", fields="goods").status_code == 409
    done = post(as_, officer("customs"), truck, "correction", fields=["goods", "nonsense"], words="Sai mã HS")
    assert done.status_code == 200
    assert last(truck).data.fields == ("goods",)


def test_goods_move_to_the_receiving_vehicle_by_packages(as_):
    source = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving()])
    taker = source.receiving.get()
    walk = Gate(source.crossing_id)
    walk.accepted(source.form["groups"][0]["customs_number"]).entered().checked().confirm("in_yard", "yard")
    Gate(taker.crossing_id).later(20).entered()
    walk.later(30).confirm("transshipment_signed", "customs")
    form = {"group": "0", "receiving": taker.crossing_id}
    assert post(as_, officer("yard"), source, "transship", packages="101", **form).status_code == 409
    done = post(as_, officer("yard"), source, "transship", packages="60", **form)
    assert "còn 40" in done.content.decode()
    assert post(as_, officer("health"), source, "transship", packages="1", **form).status_code == 409
    assert (
        post(as_, officer("yard"), source, "dispose", group="0", packages="40", how="stored").status_code
        == 409
    )
    stored = post(as_, officer("customs"), source, "dispose", group="0", packages="40", how="stored")
    assert stored.status_code == 200
    assert "Còn 0 trong 100 kiện" in page_of(as_, officer("yard"), source)


def test_striking_off_takes_words_and_ends_the_crossing(as_):
    truck = declare()
    assert post(as_, officer("health"), truck, "strike", words="thử").status_code == 409
    assert post(as_, officer("customs"), truck, "strike").status_code == 409
    assert post(as_, officer("customs"), truck, "strike", quick="Khai trùng").status_code == 200
    assert "Lượt xe đã kết thúc" in page_of(as_, officer("customs"), truck)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("language", ["vi", "zh-hans", "en"])
def test_every_sheet_is_drawn_for_any_vehicle(as_, name, language):
    truck = declare()
    arrived(truck)
    undeclared = register_undeclared("CKHN", "30H-555.11", Said(by=officer("border_guard")))
    client = as_(officer("customs"))
    client.cookies["django_language"] = language
    for crossing in (truck.crossing_id, undeclared.id):
        answer = client.get(f"/crossings/{crossing}/sheet/{name}/?fact=x&hold=y")
        assert answer.status_code == 200
        assert "<dialog" in answer.content.decode()


@pytest.mark.parametrize("words", ["x" * 501, "x" * 1_000_000])
def test_words_too_long_are_refused_and_not_cut(as_, words):
    truck = declare()
    answer = post(as_, officer("customs"), truck, "hold", reason="papers", words=words)
    assert answer.status_code == 409
    assert "Quá dài" in answer.content.decode()


def test_an_act_without_the_script_answers_with_a_page(as_):
    truck = declare()
    arrived(truck)
    client = as_(officer("customs"))
    client.defaults.pop("HTTP_HX_REQUEST")
    address = f"/crossings/{truck.crossing_id}/"
    done = client.post(f"{address}confirm/", {"step": "entered"})
    assert done.headers["Location"] == address
    refused = client.post(f"{address}confirm/", {"step": "entered"})
    assert refused.status_code == 409
    assert "<html" in refused.content.decode()


def test_nonsense_verbs_and_ids_are_answered(as_):
    truck = declare()
    assert post(as_, officer("customs"), truck, "explode").status_code == 404
    assert post(as_, officer("customs"), truck, "confirm", step="nonsense").status_code == 409
    assert post(as_, officer("customs"), truck, "undo", fact="nonsense", words="x").status_code == 409
    client = as_(officer("customs"), f"/crossings/{truck.crossing_id}/")
    answer = client.post(f"/crossings/{truck.crossing_id}/confirm/", {"step": "entered", "id": "nonsense"})
    assert answer.status_code == 409
