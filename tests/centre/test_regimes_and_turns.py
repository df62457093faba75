"""Regimes, turning around, another gate, health mode, stays, stores: by the actions, on the database."""

import uuid
from datetime import date, timedelta
from itertools import count

import pytest

from cuakhauso.centre.crossings import actions, queries, special, stays
from cuakhauso.centre.crossings.rebuild import rebuild
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.declarations import correcting, linking
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.centre.places.actions import switch_health_mode
from cuakhauso.centre.places.models import HealthStep, Tariff
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, Refused
from cuakhauso.centre.shared.models import AuditEntry, Crossing
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.fold import fold
from cuakhauso.core.seals import seals_on
from cuakhauso.core.words import CheckpointKind, Direction, Kind, Regime, Stay

from .builders import Gate, business, declare, form, goods, officer, opened_at, receiving

pytestmark = pytest.mark.usefixtures("gate")


_serial = count(1)


def codes(refused) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def state_of(crossing):
    return fold(store.facts_of(crossing))


def row_of(crossing) -> Crossing:
    return Crossing.objects.get(pk=crossing)


def rates(amount: int = 500_000) -> None:
    """The Board has filled in what no public text says."""
    Tariff.objects.filter(amount=None).update(amount=amount)


def in_the_yard(truck) -> Gate:
    numbers = [group["customs_number"] for group in truck.form["groups"]]
    walk = Gate(truck.crossing_id).confirm("registration_accepted", "customs")
    walk.entered().checked().confirm("in_yard", "yard").confirm("customs_cleared", "customs")
    assert numbers
    return walk


# --- both legs of a regime -------------------------------------------------------------------------


def brought(packages: int = 100, *, regime=Regime.TEMPORARY_IMPORT):
    group = goods(customs_number=f"10899{next(_serial):06}0", type_code="G11", packages=packages)
    return declare(Kind.IMPORT_INLAND, regime=regime, groups=[group])


def takes(first, packages: int, *, regime=Regime.TEMPORARY_IMPORT):
    number = first.form["groups"][0]["customs_number"]
    group = goods(type_code="G21", packages=packages, first_number=number)
    return declare(regime=regime, groups=[group])


def at_the_yard(truck):
    yard, out = CheckpointKind.YARD, Direction.OUT
    answer = queries.may_pass_at(
        officer("customs"), truck.crossing_id, checkpoint=yard, direction=out, at=None
    )
    return answer.objections


def test_goods_that_came_for_a_time_are_sealed_and_go_out_again_in_parts_until_nothing_is_left():
    rates()
    first = brought(100)
    walk = in_the_yard(first)
    with pytest.raises(Refused) as refused:
        walk.pays(650_000).leaves_yard()
    assert codes(refused) == ["step_open"]
    special.put_seal(first.crossing_id, "HQ 001", walk.said("customs"))
    walk.later(1).leaves_yard().confirm("left_zone", "border_guard")
    due = row_of(first.crossing_id).due_at
    assert due == opened_at(hour=9) + timedelta(days=60, minutes=1)
    assert [row.pk for row in stays.open_pairs(officer("customs"), "CKHN")] == [first.crossing_id]

    for packages, still_open in ((60, True), (40, False)):
        out = takes(first, packages)
        walk = in_the_yard(out).later(200)
        special.put_seal(out.crossing_id, f"HQ {packages}", walk.said("customs"))
        walk.pays(500_000).leaves_yard()
        walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
        assert row_of(out.crossing_id).stage == "ended"
        assert (row_of(first.crossing_id).due_at is not None) is still_open
    assert list(rebuild(write=False)) == []


def test_more_packages_than_came_are_an_objection_with_both_values():
    first = brought(100)
    in_the_yard(first)
    takes(first, 60)
    too_many = takes(first, 50)
    [objection] = [o for o in at_the_yard(too_many) if o.code == "pair_quantity"]
    assert (objection.details["packages"], objection.details["left"]) == (50, 40)


def test_a_second_leg_that_is_withdrawn_gives_its_packages_back():
    exporter = business()
    first = brought(100)
    in_the_yard(first)
    gone = takes(first, 60)
    declarations.withdraw(gone.id, by=exporter)
    other = takes(first, 100)
    assert "pair_quantity" not in [o.code for o in at_the_yard(other)]


def test_a_second_leg_declared_before_the_first_has_entered_learns_it_when_it_does():
    first = brought(100)
    out = takes(first, 100)
    waits = {wait[1] for wait in row_of(out.crossing_id).waits}
    assert "first_leg_matched" in waits
    in_the_yard(first)
    assert "first_leg_matched" not in {wait[1] for wait in row_of(out.crossing_id).waits}


def test_a_correction_that_names_another_first_leg_lets_the_former_one_go():
    exporter, one, two = business(), brought(100), brought(90)
    for first in (one, two):
        in_the_yard(first)
    out = takes(one, 80)
    told = form().model_validate(out.form)
    number = two.form["groups"][0]["customs_number"]
    group = told.groups[0].model_copy(update={"first_number": number})
    correcting.correct(out.id, told.model_copy(update={"groups": [group]}), by=exporter)
    assert {pair.other for pair in state_of(out.crossing_id).pairs.values()} == {two.crossing_id}
    assert state_of(one.crossing_id).pairs == {}
    assert [pair.packages for pair in state_of(two.crossing_id).pairs.values()] == [80]


def test_goods_that_go_back_must_name_the_declaration_by_which_they_came():
    with pytest.raises(Invalid) as invalid:
        declare(regime=Regime.TEMPORARY_IMPORT)
    assert [(e.field, e.code) for e in invalid.value.errors] == [
        ("groups.0.first_number", "first_number_required")
    ]
    with pytest.raises(Invalid) as invalid:
        declare(groups=[goods(first_number="108000000001")])
    assert invalid.value.errors[0].code == "first_number_without_second_leg"
    assert declare(regime=Regime.TRANSIT)


def test_a_regime_without_a_rate_waits_for_the_board_until_it_has_filled_it_in():
    truck = declare(Kind.IMPORT_INLAND, regime=Regime.TRANSIT)
    walk = in_the_yard(truck)
    assert ["board", "paid"] in [wait[:2] for wait in row_of(truck.crossing_id).waits]
    rates(200_000)
    special.put_seal(truck.crossing_id, "HQ 7", walk.said("customs"))
    assert row_of(truck.crossing_id).owed == 260_000


# --- turning around, another gate ------------------------------------------------------------------


def test_the_business_asks_border_guard_answers_and_the_vehicle_goes_back():
    exporter = business()
    truck = declare(by=exporter)
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    special.ask_to_turn(truck.crossing_id, Said(by=exporter, note="Khách hủy đơn", occurred_at=walk.at))
    assert [c.pk for c in queries.waiting_for(officer("board"), "CKHN")] == [truck.crossing_id]
    walk.later(5)
    special.turn_around(truck.crossing_id, walk.said("border_guard", "Đồng ý"))
    with pytest.raises(Refused) as refused:
        walk.later(1).confirm("turned_back", "border_guard")
    assert codes(refused) == ["unpaid"]
    walk.pays(800_000).confirm("turned_back", "customs").confirm("turned_back", "border_guard")
    row = row_of(truck.crossing_id)
    assert (row.stage, row.place, row.ended_at is not None) == ("turned_around", "road", True)


def test_an_officer_decides_and_does_not_ask():
    truck = declare()
    with pytest.raises(NotAllowed):
        special.ask_to_turn(truck.crossing_id, Said(by=officer("customs"), note="x"))


def test_quarantine_sends_fruit_back():
    truck = declare(
        Kind.IMPORT_INLAND, groups=[goods(hs="08109092", customs_number="108000077711", type_code="A11")]
    )
    walk = Gate(truck.crossing_id).confirm("registration_accepted", "customs").entered()
    special.turn_around(truck.crossing_id, walk.said("plant_quarantine", "Nhiễm rệp sáp"))
    walk.later(30)
    walk.pays(row_of(truck.crossing_id).owed).confirm("turned_back", "customs")
    assert row_of(truck.crossing_id).stage != "turned_around"
    walk.confirm("turned_back", "border_guard")
    assert (row_of(truck.crossing_id).stage, row_of(truck.crossing_id).place) == (
        "turned_around",
        "other_side",
    )


def test_a_vehicle_moved_to_another_gate_keeps_its_declaration_and_customs_word_and_nothing_else():
    exporter = business()
    truck = declare(by=exporter)
    number = truck.form["groups"][0]["customs_number"]
    walk = Gate(truck.crossing_id).accepted(number).confirm("health_checked", "health")
    said = walk.said("border_guard", "Hữu Nghị ùn")
    special.move_to_gate(truck.crossing_id, "TT", said)
    old, kept = row_of(truck.crossing_id), Declaration.objects.get(pk=truck.pk)
    new = row_of(kept.crossing_id)
    assert (old.stage, new.gate, new.number, new.yard) == ("turned_around", "TT", old.number, "BN")
    state = state_of(new.pk)
    assert [step for step, _agency in state.confirmations] == ["registration_accepted"]
    assert state.channels
    assert state.came_from.other == old.pk
    assert (kept.version, kept.form["gate"]) == (2, "TT")
    special.move_to_gate(truck.crossing_id, "TT", said)
    assert Crossing.objects.filter(plate=new.plate).count() == 2

    Gate(new.pk, "TT").later(60).entered()
    assert row_of(new.pk).stage == "entered"
    assert list(rebuild(write=False)) == []


def test_a_vehicle_that_had_entered_leaves_the_first_gate_while_the_other_waits_for_it():
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    special.move_to_gate(truck.crossing_id, "TT", walk.said("board", "Đóng đường"))
    moved = Declaration.objects.get(pk=truck.pk).crossing_id
    assert (row_of(truck.crossing_id).ended_at, row_of(moved).stage) == (None, "coming")
    walk.later(2).pays(800_000).confirm("turned_back", "customs").confirm("turned_back", "border_guard")
    assert row_of(truck.crossing_id).stage == "turned_around"


def test_a_move_is_refused_with_every_reason_and_the_refusal_is_kept():
    truck = declare()
    with pytest.raises(Refused) as refused:
        special.move_to_gate(truck.crossing_id, "CKHN", Said(by=officer("yard")))
    assert codes(refused) == ["wrong_agency", "words_required", "same_gate"]
    assert AuditEntry.objects.filter(subject=f"crossing:{truck.crossing_id}", verb="refused").count() == 1
    with pytest.raises(Invalid):
        special.move_to_gate(truck.crossing_id, "XX", Said(by=officer("board"), note="x"))


def test_the_driver_who_shows_the_first_gates_code_is_found_at_the_other(client):
    truck = declare()
    special.move_to_gate(truck.crossing_id, "TT", Said(by=officer("board"), note="Ùn"))
    moved = Declaration.objects.get(pk=truck.pk).crossing_id
    there = officer("border_guard", "TT")
    assert [row.pk for row in queries.found_by_code(there, truck.crossing_id, "TT")] == [moved]


# --- health mode -----------------------------------------------------------------------------------

STEPS = ("driver_tested", "vehicle_disinfected", "handed_over")


def test_the_board_switches_the_health_mode_on_and_off_without_a_release():
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    board = officer("board")
    switch_health_mode("CKHN", STEPS, "QĐ 15/2026 (mẫu)", board)
    with pytest.raises(Refused) as refused:
        walk.confirm("entered", "border_guard")
    assert codes(refused) == ["step_open"] * 3
    walk.confirm("driver_tested", "health").confirm("vehicle_disinfected", "health")
    over = special.hand_over(truck.crossing_id, "Lý Văn Mẫu", "12C-777.77", walk.said("border_guard"))
    assert over.state.handed_over.data.driver == "L. V. Mẫu"
    assert "12C77777" in row_of(truck.crossing_id).identifiers
    walk.later(1).entered()

    other = declare()
    switch_health_mode("CKHN", (), "QĐ 16/2026 (mẫu)", board)
    Gate(other.crossing_id).accepted(other.form["groups"][0]["customs_number"]).later(90).entered()
    assert reference("TT").health_steps == frozenset()
    assert HealthStep.objects.filter(valid_to=None).count() == 0
    assert AuditEntry.objects.filter(verb="health_mode").count() == 2


def test_the_health_mode_is_the_boards_and_rests_on_a_decision():
    with pytest.raises(NotAllowed):
        switch_health_mode("CKHN", STEPS, "x", officer("health"))
    with pytest.raises(Invalid) as invalid:
        switch_health_mode("CKHN", ("dance",), " ", officer("board"))
    assert [e.field for e in invalid.value.errors] == ["steps", "source"]


# --- stays -----------------------------------------------------------------------------------------


def foreign(**changes):
    truck = form(Kind.IMPORT_TRANSSHIPMENT).vehicle
    group = goods(customs_number=f"1080000{changes.pop('n', 1):05}", type_code="A11")
    return declare(Kind.IMPORT_INLAND, vehicle=truck, groups=[group], **changes)


def test_who_must_leave_soon_is_warned_of_before_and_stopped_after():
    truck = foreign()
    walk = Gate(truck.crossing_id).confirm("registration_accepted", "customs").entered()
    guard = officer("border_guard")
    began = opened_at(hour=9) + timedelta(minutes=1)

    def at(**since):
        return stays.leaving_soon(guard, "CKHN", began + timedelta(**since))

    assert at(hours=20) == []
    assert [one.within_hours for one in (*at(hours=22), *at(hours=23, minutes=30))] == [3, 1]
    assert [one.stay.is_over for one in at(hours=25)] == [True]
    assert walk.crossing == truck.crossing_id


def test_two_way_transport_is_registered_by_both_first_and_may_stay_longer():
    truck = foreign(stay=Stay.TWO_WAY, n=2)
    walk = Gate(truck.crossing_id).confirm("registration_accepted", "customs")
    with pytest.raises(Refused) as refused:
        walk.confirm("entered", "customs")
    assert codes(refused) == ["step_open", "step_open"]
    walk.confirm("two_way_registered", "border_guard").confirm("two_way_registered", "customs").entered()
    soon = stays.leaving_soon(officer("transport_licence"), "CKHN", walk.at + timedelta(hours=35, minutes=30))
    assert [(one.stay.hours, one.within_hours) for one in soon] == [(36, 1)]


def test_the_pilot_is_in_force_on_its_days_only():
    in_force = {
        day: reference("CKHN", day).two_way_stay_hours for day in (date(2026, 12, 9), date(2026, 12, 10))
    }
    assert in_force == {date(2026, 12, 9): 36, date(2026, 12, 10): None}


def test_goods_of_two_owners_are_not_declared_for_the_pilot():
    groups = [
        goods(customs_number="108000000311", type_code="A11", owner_tax_code="4600000016"),
        goods(customs_number="108000000322", type_code="A11", owner_tax_code="4600000023"),
    ]
    with pytest.raises(Invalid) as invalid:
        declare(Kind.IMPORT_INLAND, stay=Stay.TWO_WAY, groups=groups)
    assert [(e.field, e.code) for e in invalid.value.errors] == [("stay", "two_way_several_owners")]


# --- stores, seals ---------------------------------------------------------------------------------


def test_stored_goods_go_inland_on_a_later_vehicle_long_after_the_one_that_brought_them_left():
    source = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving()])
    [first] = [child.crossing_id for child in source.receiving.all()]
    walk = Gate(source.crossing_id).accepted(source.form["groups"][0]["customs_number"]).entered().checked()
    walk.confirm("in_yard", "yard")
    Gate(first).later(20).entered()
    walk.later(40).confirm("transshipment_signed", "customs")
    actions.transship(source.crossing_id, Transfer(0, 70, first), walk.said("yard"))
    actions.dispose(source.crossing_id, 0, 30, "stored", walk.said("customs"))
    walk.later(1).pays(90_000, "transshipment").leaves_yard()
    walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    assert row_of(source.crossing_id).stage == "ended"

    later = declare(Kind.RECEIVING)
    linking.link(source.id, later.id, by=business())
    taker = Gate(later.crossing_id).later(300).entered()
    said = Said(by=officer("customs"), occurred_at=taker.at)
    special.take_out(source.crossing_id, Transfer(0, 30, later.crossing_id), said)
    assert state_of(source.crossing_id).stored(0) == 0
    taker.later(1).confirm("health_checked", "health").pays(300_000).leaves_yard()
    taker.confirm("left_zone", "border_guard")
    assert row_of(later.crossing_id).stage == "ended"


def test_seals_change_and_what_is_read_is_held_against_those_that_are_on():
    truck = declare(vehicle=form().vehicle.model_copy(update={"seals": ["CN123"]}))
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    with pytest.raises(Refused) as refused:
        special.break_seal(truck.crossing_id, "CN123", walk.said("customs"))
    assert codes(refused) == ["words_required"]
    special.break_seal(truck.crossing_id, "CN123", walk.said("customs", "Kiểm hóa"))
    said = walk.later(1).said("customs")
    for _ in range(2):
        special.put_seal(truck.crossing_id, "vn-9", said)
    assert seals_on(state_of(truck.crossing_id)) == ("vn-9",)
    special.check_seal(truck.crossing_id, "vn-9", False, walk.later(1).said("customs"))
    answer = queries.whole(officer("customs"), truck.crossing_id).answer
    assert "seal_not_intact" in [o.code for o in answer.objections]
    actions.settle(
        truck.crossing_id, "seal_not_intact", "vn-9", walk.later(1).said("customs", "Trầy khi vận chuyển")
    )
    answer = queries.whole(officer("customs"), truck.crossing_id).answer
    assert "seal_not_intact" not in [o.code for o in answer.objections]


# --- late, twice, by mistake, at once, again the same day --------------------------------------------


def test_a_vehicle_that_comes_back_the_same_day_is_another_crossing():
    told = form()
    first = declare(vehicle=told.vehicle)
    walk = Gate(first.crossing_id).accepted(first.form["groups"][0]["customs_number"]).entered().checked()
    walk.confirm("in_yard", "yard").pays(800_000).leaves_yard()
    walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
    back = declare(Kind.EMPTY_RETURN, vehicle=told.vehicle)
    home = Gate(back.crossing_id).later(300).confirm("entered", "border_guard")
    home.confirm("licence_checked", "transport_licence").confirm("left_zone", "border_guard")
    again = declare(vehicle=told.vehicle)
    assert len({first.crossing_id, back.crossing_id, again.crossing_id}) == 3
    assert [row_of(one.crossing_id).stage for one in (first, back, again)] == ["ended", "ended", "coming"]


def test_a_word_given_late_stands_where_it_happened_and_one_given_twice_counts_once():
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    walk.later(30).confirm("entered", "customs")
    late = Said(
        by=officer("border_guard"),
        occurred_at=walk.at - timedelta(minutes=10),
        id=uuid.uuid4(),
    )
    for _ in range(2):
        actions.confirm(truck.crossing_id, "entered", late)
    state = state_of(truck.crossing_id)
    assert state.place_since == late.occurred_at
    assert [x.data.step for x in store.facts_of(truck.crossing_id) if x.kind == "confirmed"].count(
        "entered"
    ) == 2
    with pytest.raises(Refused) as refused:
        actions.confirm(truck.crossing_id, "entered", walk.said("border_guard"))
    assert codes(refused) == ["already_done"]


def test_a_word_given_by_mistake_is_taken_back_and_given_again():
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    said = walk.said("health")
    actions.confirm(truck.crossing_id, "health_checked", said)
    actions.undo(truck.crossing_id, said.id, walk.later(1).said("health", "Nhầm xe"))
    walk.later(1).confirm("health_checked", "health")
    assert "health_checked" not in {wait[1] for wait in row_of(truck.crossing_id).waits}
