"""Orders to vehicles on the road: to one, to all expected, to those declared later; read, taken back."""

from datetime import timedelta

import pytest

from cuakhauso.centre.crossings import queries, road
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, Refused
from cuakhauso.centre.watch import orders
from cuakhauso.centre.watch.queries import orders as given_at

from .builders import business, declare, officer

pytestmark = pytest.mark.django_db


def coming(hours: int = 3):
    now = store.now()
    return declare(declared_at=now, expected_at=now + timedelta(hours=hours))


def give(**changes):
    now = store.now()
    asked = {"where": "buffer", "words": "đường đông", "begins": now, "ends": now + timedelta(hours=6)}
    return orders.give("CKHN", "wait", by=officer("police"), **(asked | changes))


def living(truck) -> list[str]:
    return [one.title for one in road.shown(queries.whole(business(), truck.crossing_id))]


def test_all_that_are_expected_get_it_and_those_declared_later_too():
    soon, late = coming(3), coming(9)
    give()
    assert living(soon) == ["Dừng chờ tại: Bãi chờ"]
    assert living(late) == []
    after = coming(4)
    assert living(after) == ["Dừng chờ tại: Bãi chờ"]


def test_an_order_to_one_truck_goes_to_it_alone_and_is_read_and_taken_back():
    one, other = coming(), coming()
    order = give(only=one.crossing_id, begins=None, ends=None)
    assert (len(living(one)), living(other)) == (1, [])
    road.read_order(one.crossing_id, order.pk, Said(by=business()))
    assert road.shown(queries.whole(business(), one.crossing_id))[0].seen_at
    (line,) = given_at(officer("border_guard"), "CKHN")
    assert (line.went_to, line.read_by) == (1, 1)
    with pytest.raises(Refused):
        orders.take_back(order.pk, by=officer("border_guard"))
    orders.take_back(order.pk, by=officer("police"))
    assert living(one) == []
    with pytest.raises(Refused) as error:
        road.read_order(one.crossing_id, order.pk, Said(by=business()))
    assert [o.code for o in error.value.objections] == ["no_such_order"]


def test_the_same_order_sent_again_changes_nothing():
    truck = coming()
    first = give()
    again = give(id=first.pk)
    assert again.pk == first.pk
    assert len(living(truck)) == 1


def test_who_may_not_order_and_what_is_no_order_is_refused():
    with pytest.raises(NotAllowed):
        orders.give("CKHN", "slow_down", by=officer("health"))
    with pytest.raises(Invalid) as error:
        give(where="", begins=None, ends=None)
    assert {e.field for e in error.value.errors} == {"where", "ends"}
