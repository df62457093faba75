"""Waits carry what is usual in the open API, and nothing where it is not known."""

import pytest

from tests.seeded import never_closed

from ..centre.returned import measured, returned
from .callers import agency, business
from .trucks import declare, yesterday


@pytest.fixture(autouse=True)
def gates(db):
    yield from never_closed()


def entered():
    truck = declare(business(), kind="empty_return", groups=[], yard="")
    guard = agency("border_guard")
    return guard.act(truck["crossing"], "confirm", step="entered", occurred_at=yesterday(9)).body


def usual_of(crossing: dict) -> dict | None:
    (wait,) = [wait for wait in crossing["waits"] if wait["party"] == "transport_licence"]
    return wait["usual"]


def test_a_wait_carries_what_is_usual_after_an_act_and_in_lists():
    returned([20] * 12 + [45] * 8)
    measured()
    crossing = entered()
    told = {"p50_minutes": 20.0, "p90_minutes": 45.0, "sample": 20}
    assert usual_of(crossing) == told
    listed = agency("transport_licence").get("/crossings?gate=CKHN&waits_for_me=true").body["items"]
    assert [usual_of(one) for one in listed] == [told]
    assert usual_of(agency("customs").get(f"/crossings/{crossing['id']}").body["crossing"]) == told


def test_what_is_not_known_is_null():
    assert usual_of(entered()) is None
