"""The officers' list: who sees which vehicle, one tap, and what a tap that is refused says."""

import uuid

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.crossings import actions, observations
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Place

from ..centre.builders import Gate, business, declare, leader, officer

pytestmark = pytest.mark.usefixtures("gate")


def arrived(truck, channel: bool = True):
    """A truck that stands before B1 with its registration accepted."""
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    observations.arrive(truck.crossing_id, Place.BUFFER, walk.said("border_guard"))
    return walk.later(1)


def tap(client: Client, truck, step: str, fact: uuid.UUID | None = None):
    return client.post(
        f"/crossings/{truck.crossing_id}/confirm/", {"step": step, "id": str(fact or uuid.uuid4())}
    )


def confirmations(truck) -> int:
    return sum(fact.kind == "confirmed" for fact in store.facts_of(truck.crossing_id))


@pytest.mark.parametrize(
    ("who", "where"),
    [
        (lambda: officer("customs"), "/gate/CKHN/"),
        (lambda: officer("yard"), "/gate/CKHN/"),
        (lambda: officer("board"), "/desk/CKHN/"),
        (business, "/declarations/"),
        (leader, "/board/"),
    ],
)
def test_everybody_begins_where_their_work_is(as_, who, where):
    assert as_(who()).get("/").headers["Location"] == where


def test_somebody_without_a_role_is_told_whom_to_ask(db):
    client = Client()
    client.force_login(User.objects.create_user("moi", full_name="Người Mới"))
    page = client.get("/").content.decode()
    assert "chưa được giao nhiệm vụ" in page
    assert "Ban Quản lý cửa khẩu" in page


def test_a_truck_waits_for_both_who_confirm_the_entry_and_for_nobody_elsewhere(as_):
    truck = declare()
    arrived(truck)
    plate = truck.form["vehicle"]["plate"]
    for agency in ("border_guard", "customs"):
        page = as_(officer(agency)).get("/gate/CKHN/").content.decode()
        assert plate in page
        assert f"/crossings/{truck.crossing_id}/confirm/" in page
    assert plate not in as_(officer("customs", "TT")).get("/gate/TT/").content.decode()
    assert as_(officer("customs", "TT")).get("/gate/CKHN/").status_code == 404
    assert as_(business()).get("/gate/CKHN/").status_code == 404
    assert Client().get("/gate/CKHN/").status_code == 302


def test_a_post_narrows_the_list_to_what_is_done_there(as_):
    arrived(declare())
    client = as_(officer("border_guard"))
    client.post("/gate/", {"gate": "CKHN", "post": "B2"})
    page = client.get("/gate/CKHN/").content.decode()
    assert "Không có xe nào chờ Biên phòng ở Chốt B2" in page
    client.post("/gate/", {"gate": "CKHN", "post": "B1"})
    assert "Xác nhận vào" in client.get("/gate/CKHN/").content.decode()


def test_a_post_that_is_not_mine_cannot_be_chosen(as_):
    client = as_(officer("customs", posts=("B1",)))
    client.post("/gate/", {"gate": "CKHN", "post": "B2"})
    assert client.session["posts"] == {"CKHN": ""}


def test_one_tap_confirms_and_says_so_with_an_undo(as_):
    truck = declare()
    arrived(truck)
    answer = tap(as_(officer("customs")), truck, "entered")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã xác nhận" in page
    assert f"/crossings/{truck.crossing_id}/sheet/undo/" in page


def test_a_double_tap_confirms_once(as_):
    truck = declare()
    arrived(truck)
    client, fact, before = as_(officer("customs")), uuid.uuid4(), confirmations(truck)
    assert [tap(client, truck, "entered", fact).status_code for _ in range(3)] == [200, 200, 200]
    assert confirmations(truck) == before + 1


def test_a_second_officer_sees_that_the_first_was_there(as_):
    truck = declare()
    arrived(truck)
    assert tap(as_(officer("customs")), truck, "entered").status_code == 200
    answer = tap(as_(officer("customs")), truck, "entered")
    assert answer.status_code == 409
    assert "đã xong lúc" in answer.content.decode()
    assert f'hx-swap-oob="innerHTML:#why-{truck.crossing_id}"' in answer.content.decode()


def test_an_officer_of_another_agency_or_gate_cannot(as_):
    truck = declare()
    arrived(truck)
    before = confirmations(truck)
    answer = tap(as_(officer("health")), truck, "entered")
    assert answer.status_code == 409
    assert "Việc này của Biên phòng." in answer.content.decode()
    assert tap(as_(officer("customs", "TT")), truck, "entered").status_code == 404
    assert tap(as_(leader()), truck, "entered").status_code == 404
    assert tap(as_(business()), truck, "entered").status_code == 404
    assert confirmations(truck) == before


def test_a_refusal_tells_every_reason_at_once(as_):
    truck = declare()
    walk = arrived(truck)
    walk.entered()
    actions.hold(truck.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    page = tap(
        as_(officer("customs"), f"/crossings/{truck.crossing_id}/"), truck, "left_yard"
    ).content.decode()
    for reason in (
        "Kiểm tra y tế",
        "Kiểm tra giấy phép vận tải",
        "Công an đang giữ xe",
        "Chưa nộp phí hạ tầng",
    ):
        assert reason in page


def test_a_mismatch_takes_the_one_tap_away_and_shows_both_values(as_):
    truck = declare()
    arrived(truck)
    observations.identify(truck.crossing_id, "plate", "12C99999", 88, Said(by=officer("border_guard")))
    page = as_(officer("customs")).get("/gate/CKHN/").content.decode()
    assert "Biển số khác khai báo" in page
    assert "12C99999" in page
    assert "Xem rồi quyết" in page
    assert f"/crossings/{truck.crossing_id}/confirm/" not in page


def test_what_is_coming_can_be_marked_as_arrived(as_):
    truck = declare()
    client = as_(officer("border_guard"), "/gate/CKHN/?tab=coming")
    assert "Xe đã tới" in client.get("/gate/CKHN/?tab=coming").content.decode()
    answer = client.post(f"/crossings/{truck.crossing_id}/arrive/", {"place": "buffer"})
    assert "Đã ghi xe" in answer.content.decode()
    assert store.facts_of(truck.crossing_id)[-1].kind == "arrived"


def test_an_undo_needs_a_reason(as_):
    truck = declare()
    arrived(truck)
    client, fact = as_(officer("customs")), uuid.uuid4()
    tap(client, truck, "entered", fact)
    sheet = client.get(f"/crossings/{truck.crossing_id}/sheet/undo/?fact={fact}").content.decode()
    assert sheet.count('name="quick"') == 3

    address = f"/crossings/{truck.crossing_id}/undo/"
    without = client.post(address, {"fact": fact, "sheet": "1"})
    assert without.status_code == 409
    assert "Hãy ghi vài chữ lý do." in without.content.decode()
    done = client.post(address, {"fact": fact, "sheet": "1", "quick": "Bấm nhầm xe"})
    assert (done.status_code, done.headers["HX-Retarget"]) == (200, "#worklist")
    assert store.facts_of(truck.crossing_id)[-1].note == "Bấm nhầm xe"


def test_another_agency_cannot_undo_what_was_not_its_own(as_):
    truck = declare()
    arrived(truck)
    fact = uuid.uuid4()
    tap(as_(officer("customs")), truck, "entered", fact)
    answer = as_(officer("border_guard")).post(
        f"/crossings/{truck.crossing_id}/undo/", {"fact": fact, "words": "thử"}
    )
    assert answer.status_code == 409
    assert "(Hải quan)" in answer.content.decode()


@pytest.mark.parametrize("language", ["vi", "zh-hans", "en"])
@pytest.mark.parametrize("tab", ["mine", "others", "held", "coming", "nonsense"])
def test_every_tab_is_drawn_in_every_language(as_, language, tab):
    arrived(declare())
    client = as_(officer("customs"))
    client.cookies["django_language"] = language
    assert client.get(f"/gate/CKHN/?tab={tab}&page=9999").status_code == 200
