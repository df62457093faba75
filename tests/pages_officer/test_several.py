"""Several vehicles with one tap: each is judged by itself, once, and the answer tells them apart."""

import uuid

import pytest

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said

from ..centre.builders import declare, leader, officer
from .test_worklist import arrived, confirmations

pytestmark = pytest.mark.usefixtures("gate")


def pick(truck, step: str = "entered", fact: uuid.UUID | None = None) -> str:
    return f"{truck.crossing_id} {step} {fact or uuid.uuid4()}"


def trucks(count: int):
    found = [declare() for _ in range(count)]
    for truck in found:
        arrived(truck)
    return found


def test_one_tap_confirms_all_that_may_and_says_why_not_the_others(as_):
    first, held, last = trucks(3)
    actions.hold(held.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    before = [confirmations(truck) for truck in (first, held, last)]
    picks = [pick(truck) for truck in (first, held, last)]
    answer = as_(officer("customs")).post("/gate/CKHN/confirm/", {"pick": picks})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã xác nhận 2 xe." in page
    assert "Chưa xác nhận 1 xe" in page
    assert held.form["vehicle"]["plate"] in page
    assert "Công an đang giữ xe" in page
    assert [confirmations(truck) for truck in (first, held, last)] == [
        before[0] + 1,
        before[1],
        before[2] + 1,
    ]


def test_the_same_request_again_confirms_nothing_twice(as_):
    found = trucks(2)
    picks, client = [pick(truck) for truck in found], as_(officer("customs"))
    before = [confirmations(truck) for truck in found]
    for _ in range(2):
        page = client.post("/gate/CKHN/confirm/", {"pick": [*picks, picks[0]]}).content.decode()
        assert "Đã xác nhận 2 xe." in page
    assert [confirmations(truck) for truck in found] == [count + 1 for count in before]


def test_a_vehicle_that_cannot_be_seen_keeps_the_others_not_back(as_):
    truck = trucks(1)[0]
    picks = [pick(truck), f"{uuid.uuid4()} entered {uuid.uuid4()}"]
    page = as_(officer("customs")).post("/gate/CKHN/confirm/", {"pick": picks}).content.decode()
    assert "Đã xác nhận 1 xe." in page
    assert "Chưa xác nhận 1 xe" in page


def test_who_only_looks_on_confirms_nothing(as_):
    truck = trucks(1)[0]
    before = confirmations(truck)
    page = as_(leader()).post("/gate/CKHN/confirm/", {"pick": [pick(truck)]}).content.decode()
    assert "Chưa xác nhận 1 xe" in page
    assert as_(officer("customs", "TT")).post("/gate/CKHN/confirm/", {"pick": []}).status_code == 404
    assert confirmations(truck) == before


NOBODY = uuid.UUID(int=7)


@pytest.mark.parametrize("given", ["", "x", "x y z", f"{NOBODY} entered x", f"{NOBODY}"])
def test_a_tick_that_no_page_sends_is_refused_whole(as_, given):
    assert as_(officer("customs")).post("/gate/CKHN/confirm/", {"pick": [given]}).status_code == 400


def test_only_rows_with_a_one_tap_step_can_be_ticked(as_):
    ready, held = trucks(2)
    actions.hold(held.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    page = as_(officer("customs")).get("/gate/CKHN/").content.decode()
    assert f'value="{ready.crossing_id} entered"' in page
    assert f'value="{held.crossing_id} entered"' not in page
    assert 'id="several"' not in as_(leader()).get("/gate/CKHN/").content.decode()
