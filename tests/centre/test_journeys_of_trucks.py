"""Trucks through the gate by the actions themselves: what goes on, what is stopped, and by whom."""

import uuid

import pytest

from cuakhauso.centre.crossings import actions, queries
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.places.models import Yard
from cuakhauso.centre.shared.errors import Invalid, NotFound, Refused
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.words import Kind, Order, WeightClass

from .builders import Gate, business, declare, form, goods, leader, officer, plate, receiving

pytestmark = pytest.mark.usefixtures("gate")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def test_a_declared_truck_goes_out():
    truck = declare()
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"]).entered().checked().confirm("in_yard", "yard")
    with pytest.raises(Refused) as refused:
        walk.confirm("left_yard", "customs")
    assert codes(refused) == ["unpaid"]

    walk.pays(800_000).leaves_yard()
    walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    assert Crossing.objects.get(pk=truck.crossing_id).stage == "ended"


def test_a_transshipment_goes_to_two_trucks_and_every_package_is_accounted_for():
    source = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving(), receiving()])
    first, second = (child.crossing_id for child in source.receiving.order_by("number"))
    number = source.form["groups"][0]["customs_number"]
    walk = Gate(source.crossing_id)
    walk.accepted(number).entered().checked().confirm("in_yard", "yard")
    with pytest.raises(Refused) as refused:
        walk.confirm("transshipment_signed", "customs")
    assert codes(refused) == ["no_receiving_vehicle"]

    for truck in (first, second):
        Gate(truck).later(20).entered()
    walk.later(40).confirm("transshipment_signed", "customs")
    yard = officer("yard")
    for truck, packages in ((first, 60), (second, 30)):
        actions.transship(
            source.crossing_id, Transfer(0, packages, truck), Said(by=yard, occurred_at=walk.at)
        )
    walk.pays(90_000, Order.TRANSSHIPMENT)
    with pytest.raises(Refused) as refused:
        walk.confirm("left_yard", "customs")
    assert codes(refused) == ["goods_remaining"]

    actions.dispose(source.crossing_id, 0, 10, "stored", walk.said("customs"))
    walk.later(1).leaves_yard()
    for truck in (first, second):
        taker = Gate(truck).later(90).confirm("health_checked", "health").pays(300_000)
        taker.leaves_yard().confirm("left_zone", "border_guard")
        assert Crossing.objects.get(pk=truck).stage == "ended"


def test_an_officer_of_another_gate_finds_no_such_vehicle():
    truck = declare()
    with pytest.raises(NotFound):
        actions.confirm(truck.crossing_id, "registration_accepted", Said(by=officer("customs", "TT")))
    with pytest.raises(NotFound):
        queries.whole(officer("customs", "TT"), truck.crossing_id)


def test_another_business_finds_no_such_vehicle():
    truck = declare()
    stranger = business("Giao nhận Sao Hôm", "4600000023")
    with pytest.raises(NotFound):
        queries.whole(stranger, truck.crossing_id)
    with pytest.raises(NotFound):
        declarations.withdraw(truck.id, by=stranger)


def test_an_undeclared_truck_has_one_way_and_goes_on_once_declared():
    number = plate()
    guard = officer("border_guard")
    story = register_undeclared("CKHN", number, Said(by=guard, checkpoint="CKHN-B1"))
    answer = queries.whole(guard, story.id).answer
    assert answer.permit is not None
    assert answer.permit.checkpoint == "temporary_yard"
    with pytest.raises(Refused) as refused:
        actions.confirm(story.id, "left_zone", Said(by=guard))
    assert codes(refused) == ["not_declared"]

    helper = officer("border_guard")
    owner = business().businesses[0]
    told = form(declared_at=None, expected_at=None)
    told = told.model_copy(
        update={"expected_at": _soon(), "vehicle": told.vehicle.model_copy(update={"plate": number})}
    )
    declared = declarations.submit(told, by=helper, organisation=owner)
    assert declared.crossing_id == story.id
    assert Crossing.objects.get(pk=story.id).stage == "arrived"


def _soon():
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(minutes=30)


def test_one_plate_is_declared_once_at_a_time():
    truck = form()
    declare(vehicle=truck.vehicle)
    with pytest.raises(Invalid) as invalid:
        declare(vehicle=truck.vehicle)
    assert [(e.field, e.code) for e in invalid.value.errors] == [("vehicle.plate", "plate_already_declared")]
    with pytest.raises(Invalid) as invalid:
        declare(by=business("Giao nhận Sao Hôm", "4600000023"), vehicle=truck.vehicle)
    assert invalid.value.errors[0].code == "plate_declared_by_another"
    assert invalid.value.errors[0].params["number"] == ""


def test_a_declaration_sent_twice_is_one():
    told, exporter = form(), business()
    first = declarations.submit(told, by=exporter, organisation=exporter.businesses[0])
    second = declarations.submit(told, by=exporter, organisation=exporter.businesses[0])
    assert first.number == second.number


def test_a_hold_stops_the_truck_until_its_own_agency_lifts_it():
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    actions.hold(truck.crossing_id, "plant_sample", walk.said("plant_quarantine", "Lấy mẫu"))
    with pytest.raises(Refused) as refused:
        walk.later(1).confirm("entered", "customs")
    assert codes(refused) == ["hold_live"]

    hold = queries.whole(leader(), truck.crossing_id).state.live_holds[0].id
    with pytest.raises(Refused) as refused:
        actions.lift(truck.crossing_id, hold, walk.said("customs", "Xong"))
    assert codes(refused) == ["not_your_hold"]
    actions.lift(truck.crossing_id, hold, walk.said("plant_quarantine", "Mẫu đạt"))
    walk.later(1).entered()


def test_a_confirmation_is_undone_by_its_own_agency_with_words():
    truck = declare()
    said = Said(by=officer("customs"), id=uuid.uuid4())
    actions.confirm(truck.crossing_id, "registration_accepted", said)
    with pytest.raises(Refused) as refused:
        actions.undo(truck.crossing_id, said.id, Said(by=officer("health")))
    assert codes(refused) == ["not_your_fact", "words_required"]

    actions.undo(truck.crossing_id, said.id, Said(by=officer("customs"), note="Nhầm xe"))
    row = Crossing.objects.get(pk=truck.crossing_id)
    assert row.wait_keys == ["customs@desk"]


def test_a_rate_that_the_board_has_not_filled_in_is_never_zero():
    truck = form(vehicle=form().vehicle.model_copy(update={"weight_class": WeightClass.VT5}))
    declared = declare(vehicle=truck.vehicle)
    walk = (
        Gate(declared.crossing_id).accepted(declared.form["groups"][0]["customs_number"]).entered().checked()
    )
    walk.confirm("in_yard", "yard")
    answer = queries.whole(officer("board"), declared.crossing_id).answer
    assert [(o.code, o.party, o.details["step"]) for o in answer.objections] == [
        ("step_open", "board", "paid")
    ]


def test_a_worklist_shows_what_waits_for_me_at_my_post():
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).confirm("entered", "customs")

    assert [c.id for c in queries.waiting_for(officer("border_guard"), "CKHN")] == [truck.crossing_id]
    assert [c.id for c in queries.waiting_for(officer("border_guard", posts=("B2",)), "CKHN")] == []
    assert [c.id for c in queries.waiting_for(officer("border_guard", "TT"), "TT")] == []


def test_fruit_waits_for_plant_quarantine_and_plastic_does_not():
    fruit = declare(groups=[goods(hs="08109092", name="Thanh long")])
    plastic = declare()
    for truck in (fruit, plastic):
        Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    waiting = queries.waiting_for(officer("plant_quarantine"), "CKHN")
    assert [c.id for c in waiting] == [fruit.crossing_id]


def test_a_full_yard_lets_nobody_in_until_a_truck_has_left():
    Yard.objects.filter(pk="XC").update(capacity=1)
    inside, outside = declare(), declare()
    for truck in (inside, outside):
        Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    Gate(inside.crossing_id).later(5).entered().confirm("in_yard", "yard")
    with pytest.raises(Refused) as refused:
        Gate(outside.crossing_id).later(20).confirm("entered", "customs")
    assert codes(refused) == ["yard_full"]

    Yard.objects.filter(pk="XC").update(capacity=2)
    Gate(outside.crossing_id).later(20).entered()
