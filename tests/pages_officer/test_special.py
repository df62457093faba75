"""Sheets and pages of seals, turning around, another gate, health mode, stays."""

import uuid
from datetime import timedelta

import pytest

from cuakhauso.centre.crossings import special
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.special_sheets import SPECIAL_NAMES
from cuakhauso.centre.places.models import HealthStep
from cuakhauso.centre.shared import store
from cuakhauso.core.fold import fold
from cuakhauso.core.seals import seals_on
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, business, declare, form, goods, officer
from .test_crossing import last, page_of, post

pytestmark = pytest.mark.usefixtures("gate")


def sealed():
    truck = declare(vehicle=form().vehicle.model_copy(update={"seals": ["CN123"]}))
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    return truck


def sheet(as_, who, truck, name) -> str:
    answer = as_(who, f"/crossings/{truck.crossing_id}/").get(f"/crossings/{truck.crossing_id}/sheet/{name}/")
    assert answer.status_code == 200, name
    return answer.content.decode()


def on(truck) -> tuple[str, ...]:
    return seals_on(fold(store.facts_of(truck.crossing_id)))


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
@pytest.mark.parametrize("name", SPECIAL_NAMES)
def test_every_sheet_opens_in_every_language(as_, name, language):
    client = as_(officer("customs"))
    client.cookies["django_language"] = language
    answer = client.get(f"/crossings/{sealed().crossing_id}/sheet/{name}/")
    assert answer.status_code == 200


def test_customs_opens_a_seal_puts_another_on_and_looks_at_it(as_):
    truck, customs = sealed(), officer("customs")
    assert "CN123" in sheet(as_, customs, truck, "break-seal")
    assert post(as_, customs, truck, "break-seal", number="CN123").status_code == 409
    assert post(as_, customs, truck, "break-seal", number="CN123", quick="Sang tải").status_code == 200
    answer = post(as_, customs, truck, "seal", number=" VN 9 ", type="bolt", grade="H", applied_by="Đội 00")
    assert answer.status_code == 200
    assert on(truck) == ("VN 9",)
    assert post(as_, customs, truck, "check-seal", number="VN 9", intact="no").status_code == 200
    page = page_of(as_, customs, truck)
    assert "Chì VN 9 không còn nguyên vẹn." in page
    assert "H · an toàn cao · lắp" in page


def test_only_customs_is_offered_seals_and_who_may_turn_is_offered_that(as_):
    truck = sealed()
    offered = {who: sheet(as_, officer(who), truck, "more") for who in ("customs", "border_guard", "yard")}
    assert {who for who, html in offered.items() if "Mở chì" in html} == {"customs"}
    assert {who for who, html in offered.items() if "Cho quay đầu" in html} == {"customs", "border_guard"}


def test_what_the_business_asks_waits_for_border_guard_who_refuses_or_moves_it(as_):
    truck, exporter, guard = sealed(), business(), officer("border_guard")
    address = f"/declarations/{truck.pk}/turn"
    client = as_(exporter, address)
    assert "Sang Tân Thanh" in client.get(address).content.decode()
    assert client.post(address, {"gate": "TT", "words": " "}).status_code == 409
    assert (
        client.post(address, {"id": str(uuid.uuid4()), "gate": "TT", "words": "Hết chỗ lạnh"}).status_code
        == 302
    )
    listed = as_(guard).get("/gate/CKHN/").content.decode()
    assert "Trả lời xin quay đầu" in listed
    assert "Hết chỗ lạnh" in sheet(as_, guard, truck, "refuse-turn")
    post(as_, guard, truck, "refuse-turn", quick="Xe đã xong thủ tục")
    assert last(truck).kind == "turn_refused"
    answer = post(as_, guard, truck, "move", gate="TT", quick="Cửa khẩu này ùn tắc")
    assert "chuyển sang cửa khẩu Tân Thanh" in answer.content.decode()
    assert "Đi tiếp ở cửa khẩu" in page_of(as_, guard, truck)


def test_a_vehicle_sent_back_before_it_entered_is_over_and_offers_no_undo(as_):
    truck = declare()
    answer = post(as_, officer("border_guard"), truck, "turn", quick="Phía bên kia không nhận")
    assert "quay đầu" in answer.content.decode()
    assert "Xe đã quay đầu" in as_(business()).get(f"/declarations/{truck.pk}/").content.decode()
    assert "undo" not in answer.content.decode().split("ck-toast")[-1]


def test_who_must_leave_soon_stands_above_the_list_of_those_who_watch_it(as_):
    vehicle = form(Kind.IMPORT_TRANSSHIPMENT).vehicle
    group = goods(customs_number="108000044411", type_code="A11")
    truck = declare(Kind.IMPORT_INLAND, vehicle=vehicle, groups=[group])
    walk = Gate(truck.crossing_id)
    walk.at = store.now() - timedelta(hours=22, minutes=5)
    walk.confirm("registration_accepted", "customs").entered()
    for who, told in (("border_guard", True), ("transport_licence", True), ("health", False)):
        listed = as_(officer(who)).get("/gate/CKHN/").content.decode()
        assert ("còn dưới 3 giờ" in listed) is told, who
    page = as_(business(), f"/declarations/{truck.pk}/").get(f"/declarations/{truck.pk}/").content.decode()
    assert "Sắp hết hạn lưu lại." in page
    assert "24 giờ, đến" in page_of(as_, officer("border_guard"), truck)


def test_the_board_switches_the_health_mode_on_its_page_and_others_only_read(as_):
    board, address = as_(officer("board")), "/gate/CKHN/health/"
    wrong = board.post(address, {"steps": ["driver_tested"], "source": ""})
    assert wrong.status_code == 422
    assert "Ô này chưa có" in wrong.content.decode()
    assert board.post(address, {"steps": ["handed_over"], "source": "QĐ 15"}).status_code == 302
    assert "Đang bật" in board.get(address).content.decode()
    reader = as_(officer("health"))
    assert '<form method="post" class="ck-forms"' not in reader.get(address).content.decode()
    assert reader.post(address, {"steps": [], "source": "x"}).status_code == 403
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    guard = officer("border_guard")
    assert "Giao lái xe chuyên trách" in sheet(as_, guard, truck, "more")
    assert post(as_, guard, truck, "hand-over", driver="Lý Văn Mẫu", plate="12C-777.77").status_code == 200
    assert "12C-777.77" in page_of(as_, guard, truck)
    assert HealthStep.objects.filter(valid_to=None).count() == 1


def test_a_move_is_told_with_the_name_of_the_gate(as_):
    truck = declare()
    special.move_to_gate(truck.crossing_id, "TT", Said(by=officer("board"), note="Ùn"))
    assert "chuyển xe sang cửa khẩu Tân Thanh" in page_of(as_, officer("customs"), truck)
