"""A trailer, container or seal in two living declarations stops both, until one of them lets it go."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from cuakhauso.centre.crossings import (
    actions,
    corrections,
    elsewhere,
    observations,
    queries,
    special,
    struck,
)
from cuakhauso.centre.crossings.rebuild import rebuild
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.declarations import binding, correcting, linking
from cuakhauso.centre.declarations.form import ReceivingIn, VehicleIn
from cuakhauso.centre.lanes import answers
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Refused
from cuakhauso.centre.shared.models import BoundThing, Crossing
from cuakhauso.core.facts import to_json
from cuakhauso.core.fold import fold
from cuakhauso.core.words import Kind, Place

from .builders import Gate, business, declare, driver_of, form, officer, plate

pytestmark = pytest.mark.usefixtures("gate")
BOX, OTHER_BOX, TRAILER = "CSQU3054383", "MSKU6011672", "12R-001.23"


def other_business():
    return business("Giao nhận Sao Hôm", "4600000023")


def carries(country: str = "VN", **things) -> VehicleIn:
    return VehicleIn(
        plate=plate(country), weight_class="VT6", transport_licence="1200000001 / GPLV", **things
    )


def export(by=None, **things):
    return declare(by=by, vehicle=carries(**things))


def collisions(truck, reader=None) -> list[dict]:
    found = queries.whole(reader or officer("customs"), truck.crossing_id).answer.objections
    return [one.details for one in found if one.code == "bound_elsewhere"]


def codes(refused) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def corrected(truck, by=None, **things) -> None:
    told = form().model_validate(truck.form)
    vehicle = told.vehicle.model_copy(update=things)
    correcting.correct(truck.id, told.model_copy(update={"vehicle": vehicle}), by=by or business())


@pytest.mark.parametrize(
    ("subject", "things", "value"),
    [
        ("container", {"containers": [BOX]}, BOX),
        ("trailer", {"trailers": [TRAILER]}, "12R00123"),
        ("seal", {"seals": ["HQ 778899"]}, "HQ 778899"),
    ],
)
def test_what_two_living_declarations_bind_stops_both_with_both_values(subject, things, value):
    one, two = export(**things), export(**things)
    for mine, other in ((one, two), (two, one)):
        [details] = collisions(mine)
        assert (details["subject"], details["value"]) == (subject, value)
        assert details["number"] == other.number
    assert list(rebuild(write=False)) == []


def test_it_stands_at_every_checkpoint_and_confirming_the_entry_is_refused():
    one = export(containers=[BOX])
    people = Gate(one.crossing_id).accepted(one.form["groups"][0]["customs_number"])
    export(containers=[BOX])
    with pytest.raises(Refused) as refused:
        people.entered()
    assert codes(refused) == ["bound_elsewhere"]
    told = answers.told("CKHN", [one.crossing_id])[one.crossing_id]
    assert told
    assert all("bound_elsewhere" in said.signed.body for said in told)


def test_what_differs_is_no_objection():
    one = export(containers=[BOX], trailers=[TRAILER])
    two = export(containers=[OTHER_BOX], trailers=["12R-001.24"])
    assert collisions(one) == collisions(two) == []


def test_another_business_learns_only_that_there_is_another_declaration():
    mine = export(containers=[BOX])
    theirs = export(by=other_business(), containers=[BOX])
    [details] = collisions(mine, business())
    assert set(details) == {"subject", "value", "pair"}
    told = b"".join(to_json(fact) for fact in store.facts_of(mine.crossing_id)).decode()
    secrets = (theirs.number, theirs.crossing_id, theirs.form["vehicle"]["plate"], theirs.organisation_id)
    assert not [secret for secret in secrets if str(secret) in told]
    row = Crossing.objects.get(pk=mine.crossing_id)
    assert theirs.crossing_id not in row.links
    again = export(containers=[BOX])
    assert {d.get("number") for d in collisions(mine, business())} == {None, again.number}


@pytest.mark.parametrize("ends", ["withdrawn", "struck off", "corrected", "turned around"])
def test_the_lanes_have_another_answer_once_the_other_one_lets_it_go(ends):
    one = export(containers=[BOX])
    before = marks(one)
    two = export(containers=[BOX])
    assert marks(one) != before
    let_go(two, ends)
    assert collisions(one) == []
    assert against(one) == set()
    if ends == "corrected":
        corrected(two, containers=[BOX])
        assert len(collisions(one)) == 1


def let_go(truck, how: str) -> None:
    people = Gate(truck.crossing_id)
    match how:
        case "withdrawn":
            declarations.withdraw(truck.id, by=business())
        case "struck off":
            struck.strike_off(truck.crossing_id, people.said("border_guard", note="Tráo lốt xe"))
        case "corrected":
            corrected(truck, containers=[OTHER_BOX])
        case "turned around":
            special.turn_around(truck.crossing_id, people.said("border_guard", note="Tráo lốt xe"))


def marks(truck) -> set[bytes]:
    return {one.mark for one in answers.told("CKHN", [truck.crossing_id]).get(truck.crossing_id, ())}


def against(truck) -> set[str]:
    told = answers.told("CKHN", [truck.crossing_id])[truck.crossing_id]
    return {"bound_elsewhere" for one in told if "bound_elsewhere" in one.signed.body}


def test_one_that_left_lets_the_trailer_go_and_it_may_come_again_the_same_day():
    first = export(trailers=[TRAILER])
    people = Gate(first.crossing_id).accepted(first.form["groups"][0]["customs_number"])
    people.entered().checked().confirm("in_yard", "yard").pays(800_000).leaves_yard()
    second = export(trailers=[TRAILER])
    assert len(collisions(second)) == 1
    assert collisions(first) == [], "it was let in, and a paper does not stop it"
    people.confirm("left_to_other_side", "customs").confirm("left_to_other_side", "border_guard")
    assert collisions(second) == []
    assert collisions(export(trailers=[TRAILER], by=other_business())) != []


def test_one_that_was_let_in_is_stopped_once_the_other_one_is_here_too():
    first = export(containers=[BOX])
    Gate(first.crossing_id).accepted(first.form["groups"][0]["customs_number"]).entered()
    second = export(containers=[BOX], by=other_business())
    assert (len(collisions(first)), len(collisions(second))) == (0, 1)
    observations.arrive(second.crossing_id, Place.BUFFER, Gate(second.crossing_id).said("border_guard"))
    assert (len(collisions(first)), len(collisions(second))) == (1, 1)


def test_a_strike_off_taken_back_finds_what_was_declared_meanwhile():
    one = export(containers=[BOX])
    people = Gate(one.crossing_id)
    said = people.said("border_guard", note="Khai trùng")
    struck.strike_off(one.crossing_id, said)
    two = export(containers=[BOX])
    assert collisions(two) == []
    actions.undo(one.crossing_id, said.id, people.later(5).said("border_guard", note="Nhầm xe"))
    assert len(collisions(one)) == len(collisions(two)) == 1


def test_a_journey_that_comes_back_with_the_trailer_is_declared_ahead_and_stops_nobody_yet():
    going = export(trailers=[TRAILER])
    coming = declare(Kind.IMPORT_TRANSSHIPMENT, vehicle=carries("CN", trailers=[TRAILER]))
    assert collisions(going) == collisions(coming) == []
    observations.arrive(going.crossing_id, Place.BUFFER, Gate(going.crossing_id).said("border_guard"))
    assert collisions(going) == []
    observations.arrive(coming.crossing_id, Place.BORDER_LINE, Gate(coming.crossing_id).said("border_guard"))
    assert len(collisions(going)) == len(collisions(coming)) == 1, "it cannot be with both"


def test_a_receiving_vehicle_takes_over_the_container_of_its_source():
    vehicle = carries(containers=[BOX])
    taker = ReceivingIn(id=uuid.uuid4(), vehicle=vehicle, driver=driver_of(vehicle.plate))
    source = declare(Kind.IMPORT_TRANSSHIPMENT, vehicle=carries("CN", containers=[BOX]), receiving=[taker])
    assert collisions(source) == collisions(source.receiving.get()) == []


def test_two_receiving_vehicles_of_one_transshipment_share_a_trailer():
    takers = []
    for _ in range(2):
        vehicle = carries(trailers=[TRAILER])
        takers.append(ReceivingIn(id=uuid.uuid4(), vehicle=vehicle, driver=driver_of(vehicle.plate)))
    source = declare(Kind.IMPORT_TRANSSHIPMENT, vehicle=carries("CN"), receiving=takers)
    assert [collisions(one) for one in source.receiving.all()] == [[], []]


def test_one_that_was_declared_on_its_own_collides_until_it_is_linked():
    source = declare(Kind.IMPORT_TRANSSHIPMENT, vehicle=carries("CN", containers=[BOX]))
    taker = declare(Kind.RECEIVING, vehicle=carries(containers=[BOX]))
    assert len(collisions(source)) == len(collisions(taker)) == 1
    linking.link(source.id, taker.id, by=business())
    assert collisions(source) == collisions(taker) == []
    assert fold(store.facts_of(source.crossing_id)).links


def test_a_vehicle_that_goes_on_at_another_gate_does_not_collide_with_itself():
    one, two = export(containers=[BOX]), export(containers=[BOX], by=other_business())
    special.move_to_gate(one.crossing_id, "TT", Gate(one.crossing_id).said("border_guard", note="Ùn tắc"))
    [there] = Crossing.objects.filter(gate="TT")
    found = queries.whole(officer("customs", "TT"), there.pk).answer.objections
    [own] = [o.details for o in found if o.code == "bound_elsewhere"]
    assert own["number"] == two.number, "the other one, at the other gate, and not itself"
    assert len(collisions(two)) == 1


def test_border_guard_or_customs_settles_it_with_words_for_the_vehicle_that_they_saw():
    one, two = export(containers=[BOX]), export(containers=[BOX], by=other_business())
    people = Gate(one.crossing_id)
    with pytest.raises(Refused) as refused:
        actions.settle(one.crossing_id, "bound_elsewhere", "container", people.said("customs"))
    assert codes(refused) == ["words_required"]
    with pytest.raises(Refused):
        actions.settle(one.crossing_id, "bound_elsewhere", "container", people.said("health", note="x"))
    said = Said(by=officer("customs"), note="Container đúng ở xe này")
    actions.settle(one.crossing_id, "bound_elsewhere", "container", said)
    assert (len(collisions(one)), len(collisions(two))) == (0, 1)
    export(containers=[BOX], by=other_business())
    assert len(collisions(one)) == 2, "a third one is news, and the word is about what was known"


def test_a_correction_that_takes_effect_by_approval_collides_then_and_not_before():
    one = export(containers=[BOX])
    two = export(containers=[OTHER_BOX])
    people = Gate(two.crossing_id).accepted(two.form["groups"][0]["customs_number"])
    corrected(two, containers=[BOX])
    assert collisions(one) == []
    proposal = fold(store.facts_of(two.crossing_id)).proposal
    corrections.approve(two.crossing_id, proposal.id, people.said("customs"))
    assert len(collisions(one)) == len(collisions(two)) == 1


def test_a_seal_that_customs_opened_binds_nothing_any_more():
    one, two = export(seals=["HQ 1"]), export(seals=["HQ 1"])
    assert len(collisions(one)) == 1
    special.break_seal(two.crossing_id, "HQ 1", Gate(two.crossing_id).said("customs", note="Kiểm tra"))
    assert collisions(one) == collisions(two) == []


def test_who_is_meant_is_found_for_many_vehicles_in_one_look(django_assert_num_queries):
    one = export(containers=[BOX])
    for _ in range(3):
        export(containers=[BOX])
    rows = list(Crossing.objects.all())
    with django_assert_num_queries(1):
        assert len(elsewhere.of([row.pk for row in rows])) == 4
    assert len(collisions(one)) == 3


def test_an_undeclared_vehicle_that_declares_meets_it_too():
    one = export(containers=[BOX])
    number = plate()
    register_undeclared("CKHN", number, Said(by=officer("border_guard")))
    two = declare(vehicle=VehicleIn(plate=number, weight_class="VT6", containers=[BOX]))
    assert two.crossing_id != two.id
    assert len(collisions(one)) == len(collisions(two)) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_that_are_corrected_at_once_each_learns_of_the_other(gate, monkeypatch):
    owner, both_look = business(), Barrier(2)
    looking = binding.others

    def looked(contents):
        """Each waits until the other has looked too, if it can."""
        found = looking(contents)
        with suppress(BrokenBarrierError):
            both_look.wait(1)
        return found

    trucks = [export(by=owner) for _ in range(2)]
    monkeypatch.setattr(binding, "others", looked)

    def correct(truck):
        try:
            corrected(truck, owner, containers=[BOX])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(correct, trucks))
    assert [len(collisions(truck)) for truck in trucks] == [1, 1]


def test_what_living_declarations_bind_already_is_found_when_the_platform_is_renewed():
    export(containers=[BOX], trailers=[TRAILER], seals=["HQ 1"])
    gone = export(containers=[OTHER_BOX])
    struck.strike_off(gone.crossing_id, Said(by=officer("border_guard"), note="Khai trùng"))
    known = set(BoundThing.objects.filter(crossing__ended_at=None).values_list("name", "crossing_id"))
    BoundThing.objects.all().delete()
    renewed = import_module("cuakhauso.centre.shared.migrations.0008_bound")
    with connection.cursor() as cursor:
        cursor.execute(renewed.LIVING)
    assert set(BoundThing.objects.values_list("name", "crossing_id")) == known
    assert len(known) == 3
