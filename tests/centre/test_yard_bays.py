"""Bays of a yard: kept, taken, left; what is asked is judged, what was seen is recorded."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.places.models import Bay
from cuakhauso.centre.places.reference import bays_of, reference
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, Refused
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.centre.yards import actions, plan
from cuakhauso.centre.yards.bays import bay_for_rules
from cuakhauso.centre.yards.plan import Planned, give_plan, set_closed

from .builders import Gate, declare, officer

pytestmark = pytest.mark.usefixtures("gate")


def in_the_yard(**changes):
    truck = declare(**{"yard": "XC", **changes})
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().confirm(
        "in_yard", "yard"
    )
    return truck.crossing_id


def by(agency="yard", **more):
    return Said(by=officer(agency), **more)


def codes(refused):
    return [objection.code for objection in refused.value.objections]


def row(crossing):
    return Crossing.objects.get(pk=crossing)


def test_a_vehicle_takes_a_bay_moves_and_leaves_it():
    truck = in_the_yard()
    actions.park(truck, "XC-A01", by())
    assert (row(truck).bay, row(truck).bay_since is not None) == ("XC-A01", True)
    moved = actions.park(truck, "XC-A02", by()).facts[-1].data
    assert (moved.before, moved.bay) == ("XC-A01", "XC-A02")
    assert bay_for_rules("CKHN", "XC-A01").look == "free"
    actions.leave_bay(truck, by())
    assert row(truck).bay == ""


def test_no_two_vehicles_are_given_one_bay():
    first, second = in_the_yard(), in_the_yard()
    actions.park(first, "XC-A01", by())
    with pytest.raises(Refused) as refused:
        actions.park(second, "XC-A01", by())
    assert codes(refused) == ["bay_taken"]
    with pytest.raises(Refused) as refused:
        actions.keep_bay(second, "XC-A01", by())
    assert codes(refused) == ["bay_taken"]


def test_an_area_takes_as_many_as_it_has_places():
    Bay.objects.filter(code="XC-A01").update(places=2)
    trucks = [in_the_yard() for _ in range(3)]
    for truck in trucks[:2]:
        actions.park(truck, "XC-A01", by())
    with pytest.raises(Refused) as refused:
        actions.park(trucks[2], "XC-A01", by())
    assert codes(refused) == ["bay_taken"]


def test_a_bay_is_kept_for_a_vehicle_on_its_way_and_for_no_other():
    coming, here = declare(yard="XC").crossing_id, in_the_yard()
    actions.keep_bay(coming, "XC-B03", by())
    with pytest.raises(Refused) as refused:
        actions.park(here, "XC-B03", by())
    assert codes(refused) == ["bay_taken"]
    with pytest.raises(Refused) as refused:
        actions.park(coming, "XC-B03", by())
    assert codes(refused) == ["not_in_yard"]


def test_who_leaves_the_yard_leaves_its_bay():
    truck = in_the_yard()
    actions.park(truck, "XC-A01", by())
    actions.gate_out(truck, "XC", by())
    assert row(truck).bay == ""
    assert row(truck).place == "yard", "only customs and border guard say that it has left"
    assert store.facts_of(truck)[-1].irregular == ("need_open",)


def test_what_was_seen_is_recorded_also_where_it_contradicts():
    first, second = in_the_yard(), in_the_yard()
    actions.park(first, "XC-A01", by())
    story = actions.see_in_bay(second, "XC-A01", by())
    assert story.facts[-1].irregular == ("bay_taken",)
    assert row(second).bay == "XC-A01"


def test_only_the_yard_and_customs_give_out_bays_and_unknown_ones_are_named():
    truck = in_the_yard()
    with pytest.raises(Refused) as refused:
        actions.park(truck, "XC-A01", by("border_guard"))
    assert codes(refused) == ["wrong_agency"]
    with pytest.raises(Invalid):
        actions.park(truck, "XC-Z99", by())
    with pytest.raises(Invalid):
        actions.park(truck, "BN-A01", by())


def test_parking_said_twice_takes_effect_once_also_after_a_move():
    truck, own = in_the_yard(), uuid.uuid4()
    actions.park(truck, "XC-A01", by())
    actions.park(truck, "XC-A02", by(id=own))
    actions.park(truck, "XC-A03", by())
    assert actions.park(truck, "XC-A02", by(id=own)).state.bay == "XC-A03"
    assert sum(fact.kind == "parked" for fact in store.facts_of(truck)) == 3


def test_gate_in_with_a_bay_is_both_or_nothing():
    first = in_the_yard()
    actions.park(first, "XC-A01", by())
    coming = declare(yard="XC")
    Gate(coming.crossing_id).accepted(coming.form["groups"][0]["customs_number"]).entered()
    with pytest.raises(Refused):
        actions.gate_in(coming.crossing_id, by(), bay="XC-A01")
    assert row(coming.crossing_id).place == "gate_area"
    actions.gate_in(coming.crossing_id, by(id=uuid.uuid4()), bay="XC-A02")
    assert (row(coming.crossing_id).place, row(coming.crossing_id).bay) == ("yard", "XC-A02")


def test_a_closed_bay_takes_nobody_and_says_why():
    truck = in_the_yard()
    set_closed("XC-A01", "Sụt nền", officer("yard"))
    with pytest.raises(Refused) as refused:
        actions.park(truck, "XC-A01", by())
    assert codes(refused) == ["bay_closed"]
    set_closed("XC-A01", "", officer("board"))
    actions.park(truck, "XC-A01", by())
    with pytest.raises(NotAllowed):
        set_closed("XC-A01", "x", officer("customs"))


def test_a_given_plan_says_how_full_the_yard_is_and_an_assumed_one_does_not():
    assert "XC" not in reference("CKHN").capacity
    here = in_the_yard()
    give_plan(
        "XC", [Planned(label=f"K{n}", places=2) for n in range(1, 4)], "Đơn vị khai thác", officer("yard")
    )
    found = reference("CKHN")
    assert (found.capacity["XC"], found.free_bays["XC"]) == (6, 5)
    set_closed("XC-K1", "Sửa chữa", officer("yard"))
    assert reference("CKHN").capacity["XC"] == 4
    assert row(here).place == "yard"


def test_a_plan_that_is_given_anew_keeps_what_was_and_loses_no_vehicle():
    truck = in_the_yard()
    actions.park(truck, "XC-A01", by())
    with pytest.raises(Invalid) as wrong:
        give_plan("XC", [Planned(label="B1"), Planned(label="B1")], "", officer("yard"))
    assert {(e.field, e.code) for e in wrong.value.errors} == {
        ("source", "required"), ("bays", "bay_twice"), ("bays", "bay_occupied"),
    }  # fmt: skip
    give_plan("XC", [Planned(label="A01"), Planned(label="B1")], "Bãi", officer("yard"))
    assert [bay.code for bay in bays_of("XC")] == ["XC-A01", "XC-B1"]
    assert Bay.objects.filter(code="XC-A02").exclude(valid_to=None).exists(), "what was is on record"
    give_plan("XC", [Planned(label="A01"), Planned(label="B2")], "Bãi", officer("yard"))
    assert [bay.code for bay in bays_of("XC")] == ["XC-A01", "XC-B2"]
    with pytest.raises(NotAllowed):
        give_plan("XC", [Planned(label="A01")], "x", officer("border_guard"))
    assert plan.may_plan(officer("board"), "CKHN")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_one_bay_at_once_one_gets_it(gate, monkeypatch):
    trucks, both_look = [in_the_yard(), in_the_yard()], Barrier(2)

    def looked(gate, bay):
        """Each waits until the other has looked too, if it can."""
        found = bay_for_rules(gate, bay)
        with suppress(BrokenBarrierError):
            both_look.wait(1)
        return found

    monkeypatch.setattr(actions, "bay_for_rules", looked)

    def take(truck):
        try:
            actions.park(truck, "XC-A01", by())
        except Refused as refused:
            return ", ".join(str(o.code) for o in refused.objections)
        finally:
            connection.close()
        return "parked"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, trucks))
    assert sorted(answers) == ["bay_taken", "parked"]
