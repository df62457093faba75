"""Struck off by mistake, and taken back: the vehicle goes on where it stood."""

import uuid
from datetime import timedelta

import pytest

from cuakhauso.centre.crossings import actions, queries, struck
from cuakhauso.centre.crossings.rebuild import rebuild
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.lanes import answers
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import IdReused, Refused
from cuakhauso.centre.shared.models import AuditEntry, Crossing, OutboxEvent
from cuakhauso.core.fold import fold

from .builders import Gate, business, declare, officer, plate
from .test_alerts import stop
from .test_regimes_and_turns import brought, takes
from .test_regimes_and_turns import in_the_yard as at_yard

pytestmark = pytest.mark.usefixtures("gate")
KEPT = ("stage", "place", "waits", "wait_keys", "owed", "ended_at", "present_since", "bay", "held_by")


def in_the_yard(**changes) -> tuple[uuid.UUID, Gate]:
    truck = declare(**changes)
    people = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    people.entered().checked().confirm("in_yard", "yard")
    return truck.crossing_id, people.later(5)


def row(crossing) -> dict:
    return Crossing.objects.filter(pk=crossing).values(*KEPT).get()


def off(crossing, people: Gate, by: str = "border_guard") -> uuid.UUID:
    said = people.said(by, note="Khai trùng")
    struck.strike_off(crossing, said)
    people.later(30)
    return said.id


def codes(refused) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def test_a_vehicle_struck_off_by_mistake_stands_where_it_stood():
    crossing, people = in_the_yard()
    before = row(crossing)
    mistake = off(crossing, people)
    assert row(crossing)["stage"] == "struck_off"
    actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert row(crossing) == before
    kinds = [fact.kind for fact in store.facts_of(crossing)]
    assert kinds[-2:] == ["struck_off", "undone"], "the timeline keeps both"
    assert list(rebuild(write=False)) == []


def test_its_clock_runs_on_and_the_time_between_is_the_agencys_that_struck_it_off():
    crossing, people = in_the_yard()
    at = people.at
    mistake = off(crossing, people)
    actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    spans = queries.whole(officer("customs"), crossing, people.at + timedelta(minutes=10)).spans
    assert sum((span.length for span in spans), timedelta()) == spans[-1].ends - spans[0].begins
    assert spans[-1].ends == people.at + timedelta(minutes=10)
    between = [s for s in spans if s.begins < people.at and s.ends > at]
    assert [(str(s.party), s.why, s.begins, s.ends) for s in between] == [
        ("border_guard", "struck_off", at, people.at)
    ]


def test_the_lanes_get_an_answer_again():
    crossing, people = in_the_yard()
    before = {one.point: one.permits for one in answers.told("CKHN", [crossing])[crossing]}
    mistake = off(crossing, people)
    assert crossing not in answers.told("CKHN", [crossing])
    assert crossing not in answers.living("CKHN")
    seen = OutboxEvent.objects.count()
    actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert crossing in answers.living("CKHN")
    assert {one.point: one.permits for one in answers.told("CKHN", [crossing])[crossing]} == before
    told = OutboxEvent.objects.order_by("pk")[seen].payload
    assert (told["crossing"], told["stage"]) == (str(crossing), "in_yard")


def test_only_the_agency_that_struck_it_off_takes_it_back_with_words_and_once():
    crossing, people = in_the_yard()
    mistake = off(crossing, people, by="customs")
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, people.said("border_guard", note="x"))
    assert codes(refused) == ["not_your_fact"]
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, people.said("customs"))
    assert codes(refused) == ["words_required"]
    said = people.said("customs", note="Nhầm xe")
    for _ in range(2):
        actions.undo(crossing, mistake, said)
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, people.said("customs", note="Nhầm xe"))
    assert "already_undone" in codes(refused)
    kept = AuditEntry.objects.filter(verb="refused", subject=f"crossing:{crossing}")
    assert kept.count() == 3
    with pytest.raises(IdReused):
        actions.undo(crossing, mistake, Said(by=said.by, id=said.id, note="Khác"))


def test_a_vehicle_that_was_declared_again_meanwhile_stays_struck_off():
    number = plate()
    crossing, people = in_the_yard(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    mistake = off(crossing, people)
    again = declare(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert codes(refused) == ["plate_under_way"]
    assert refused.value.objections[0].details["number"] == again.number
    struck.strike_off(again.crossing_id, people.said("border_guard", note="Khai trùng"))
    actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert row(crossing)["ended_at"] is None


def test_one_that_was_stopped_undeclared_meanwhile_too():
    number = plate()
    crossing, people = in_the_yard(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    mistake = off(crossing, people)
    register_undeclared("CKHN", number, people.said("border_guard"))
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert codes(refused) == ["plate_under_way"]


def test_nothing_is_struck_off_twice():
    crossing, people = in_the_yard()
    off(crossing, people)
    with pytest.raises(Refused) as refused:
        off(crossing, people)
    assert codes(refused) == ["crossing_ended"]


def test_who_was_looked_for_meanwhile_is_held_once_it_lives_again():
    number = plate()
    crossing, people = in_the_yard(vehicle=VehicleIn(plate=number, weight_class="VT6"))
    mistake = off(crossing, people)
    stop(number)
    actions.undo(crossing, mistake, people.said("border_guard", note="Nhầm xe"))
    assert [hold.data.reason for hold in fold(store.facts_of(crossing)).live_holds] == ["wanted"]


def test_a_business_takes_nothing_back():
    crossing, people = in_the_yard()
    mistake = off(crossing, people)
    with pytest.raises(Refused) as refused:
        actions.undo(crossing, mistake, Said(by=business(), note="x"))
    assert codes(refused) == ["not_your_fact"]


def test_a_second_leg_takes_its_part_of_the_goods_again():
    first = brought(100)
    at_yard(first)
    out = takes(first, 80)
    people = Gate(out.crossing_id)
    mistake = off(out.crossing_id, people)
    assert taken_from(first) == []
    other = takes(first, 50)
    actions.undo(out.crossing_id, mistake, people.said("border_guard", note="Nhầm xe"))
    assert sorted(taken_from(first)) == [50, 80]
    (known,) = fold(store.facts_of(out.crossing_id)).pairs.values()
    assert known.left == 50, "the other one has been declared meanwhile"
    struck.strike_off(other.crossing_id, people.said("border_guard", note="Khai trùng"))
    assert taken_from(first) == [80]
    assert list(rebuild(write=False)) == []


def taken_from(first) -> list[int]:
    return [pair.packages for pair in fold(store.facts_of(first.crossing_id)).pairs.values()]
