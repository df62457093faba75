"""What most vehicles never have: seals, turning around, health mode, stays, two legs of a regime, stores."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from cuakhauso.core import facts as f
from cuakhauso.core import special_decisions as sd
from cuakhauso.core.charges import charge
from cuakhauso.core.decisions import Transfer, against_confirming, against_settling, against_undoing
from cuakhauso.core.declaration import Plate
from cuakhauso.core.edges import SHORTEST, ends
from cuakhauso.core.pairing import open_until, still_here, untaken
from cuakhauso.core.permit import Permit, Question, may_pass, plate_of
from cuakhauso.core.progress import Stage
from cuakhauso.core.reference import RegimeRule
from cuakhauso.core.seals import seals, seals_on
from cuakhauso.core.standing import has_ended
from cuakhauso.core.stays import stay_of
from cuakhauso.core.words import Agency, Kind, Order, Party, Place, Regime, SealGrade, Stay, WeightClass

from .builders import (
    B1,
    B2,
    BORDER_GUARD,
    BUSINESS,
    CUSTOMS,
    GATE,
    HEALTH,
    IN,
    LINE,
    MONDAY,
    OUT,
    PLANT,
    YARD,
    Story,
    gate,
    goods,
    group,
    journey,
    moment,
    new_id,
    officer,
    tariff_row,
    truck,
)

FIRST = "10899999999"
DAYS = {Regime.TEMPORARY_IMPORT: RegimeRule(days=60), Regime.TRANSIT: RegimeRule(days=30, escort=True)}
RATES = tuple(tariff_row(w, 100_000, regime=r) for w in WeightClass for r in Regime)
UNDER_REGIMES = gate(regimes=DAYS, tariff=RATES)


def codes(objections):
    return [str(o.code) for o in objections]


def puts(story, number, **more):
    return story.take(f.SealPut(number=number, **more), officer(CUSTOMS, "Trần An"))


def opens(story, number):
    return story.take(f.SealBroken(number=number), officer(CUSTOMS, "Trần An"), note="kiểm hóa")


def looks(story, number, *, intact=True):
    return story.take(f.SealChecked(number=number, intact=intact), officer(CUSTOMS))


def turns(story, by=BORDER_GUARD, gate=""):
    return story.take(f.TurnedAround(gate=gate), officer(by), note="quả không đạt")


# --- seals -----------------------------------------------------------------------------------------


def test_a_seal_read_is_held_against_those_that_are_on_now_not_against_those_once_declared():
    story = journey(Kind.EXPORT, before="11:00", content=truck(seals=("OLD1",)))
    story.is_read("seal", "OLD1").permit(YARD, OUT)
    opens(story, "OLD1").permit(YARD, OUT)
    puts(story, "NEW1").is_read("seal", "OLD1")
    [objection] = story.objections(YARD, OUT)
    assert (objection.code, objection.details["declared"]) == ("identity_mismatch", "NEW1")
    story.is_read("seal", "NEW1").permit(YARD, OUT)


def test_the_history_of_seals_says_who_put_on_and_opened_what_and_when():
    story = journey(Kind.EXPORT, before="10:30", content=truck(seals=("OLD1",)))
    opens(story, "OLD1")
    puts(story.at("10:40"), "NEW1", grade=SealGrade.H, applied_by="Đội 00")
    looks(story.at("10:50"), "NEW1")
    old, new = seals(story.state)
    assert (old.declared, old.broken_by, old.broken_at) == (True, "Trần An", moment("10:30"))
    assert (new.grade, new.applied_by, new.applied_at, new.intact) == ("H", "Đội 00", moment("10:40"), True)
    assert seals_on(story.state) == ("NEW1",)


def test_a_seal_taken_off_by_mistake_is_on_again_once_that_is_undone():
    story = opens(journey(Kind.EXPORT, before="10:30", content=truck(seals=("OLD1",))), "OLD1")
    assert seals_on(story.state) == ()
    assert against_undoing(story.may(CUSTOMS), story.facts, story.last.id, "nhầm") == []
    assert seals_on(story.undo().state) == ("OLD1",)


def test_a_damaged_seal_stops_the_vehicle_until_customs_settles_it_or_puts_on_another():
    story = looks(journey(Kind.EXPORT, before="11:00", content=truck(seals=("S1",))), "S1", intact=False)
    assert story.codes(YARD, OUT) == ["seal_not_intact"]
    settling = [against_settling(story.may(a), "seal_not_intact", "x") for a in (CUSTOMS, BORDER_GUARD)]
    assert [codes(found) for found in settling] == [[], ["wrong_agency"]]
    settled = story.settle("seal_not_intact", "S1", by=CUSTOMS)
    settled.permit(YARD, OUT)
    looks(settled, "S1", intact=False)
    puts(opens(settled, "S1"), "S2").permit(YARD, OUT)


@pytest.mark.parametrize("agency", [BORDER_GUARD, Agency.YARD, PLANT])
def test_seals_are_customs_own(agency):
    story = journey(Kind.EXPORT, before="10:30", content=truck(seals=("S1",)))
    case = story.may(agency)
    for found in (
        sd.against_putting_seal(case, "S2"),
        sd.against_checking_seal(case, "S1"),
        sd.against_breaking_seal(case, "S1", "x"),
    ):
        assert codes(found) == ["wrong_agency"]


def test_a_seal_is_put_on_once_and_only_one_that_is_on_is_looked_at_or_opened_with_words():
    case = journey(Kind.EXPORT, before="10:30", content=truck(seals=("S1",))).may(CUSTOMS)
    assert codes(sd.against_putting_seal(case, "S1")) == ["seal_already_on"]
    assert codes(sd.against_checking_seal(case, "S9")) == ["no_such_seal"]
    assert codes(sd.against_breaking_seal(case, "S1", " ")) == ["words_required"]


# --- regimes ---------------------------------------------------------------------------------------


def second_leg(kind=Kind.EXPORT, regime=Regime.TEMPORARY_IMPORT, *, packages=10, seals=("S1",)):
    content = truck(
        kind,
        regime=regime,
        seals=seals,
        groups=(structs.replace(group(packages=packages), first_number=FIRST),),
    )
    return journey(kind, before="11:00", content=content, ref=UNDER_REGIMES)


def knows_first_leg(story, *, packages=10, left=10, days_ago=2):
    data = f.Paired(
        other=new_id(), role="first", group=0, customs_number=FIRST, packages=packages, left=left,
        at=moment("09:00", -days_ago),
    )  # fmt: skip
    return story.take(data, f.PLATFORM)


@pytest.mark.parametrize(
    ("kind", "regime", "added"),
    [
        (Kind.IMPORT_INLAND, Regime.TEMPORARY_IMPORT, ["seal_put_on by customs"]),
        (Kind.IMPORT_INLAND, Regime.TRANSIT, ["seal_put_on by customs", "escorted by customs"]),
        (Kind.EXPORT, Regime.TEMPORARY_EXPORT, ["seal_put_on by customs"]),
        (Kind.EXPORT, Regime.MERCHANTING, ["first_leg_matched by customs", "seal_checked by customs"]),
        (Kind.IMPORT_INLAND, Regime.TEMPORARY_EXPORT,
         ["first_leg_matched by customs", "seal_checked by customs"]),
        (Kind.EXPORT, Regime.BUSINESS, []),
    ],
)  # fmt: skip
def test_a_regime_adds_seals_at_its_first_leg_and_a_look_at_them_and_at_the_pair_at_its_second(
    kind, regime, added
):
    story = journey(kind, before="11:00", content=truck(kind, regime=regime), ref=UNDER_REGIMES)
    where = (YARD, OUT if kind is Kind.EXPORT else IN)
    assert (story.lacks(*where) if added else story.permit(*where) and []) == added


def test_what_carries_goods_of_a_regime_inland_is_sealed_not_the_vehicle_that_brought_them():
    kind, empty_kind = Kind.IMPORT_TRANSSHIPMENT, Kind.RECEIVING
    transit = {"regime": Regime.TRANSIT}
    source = journey(kind, before="11:00", content=truck(kind, **transit), ref=UNDER_REGIMES)
    source.permit(YARD, OUT)
    empty = journey(empty_kind, before="09:30", content=truck(empty_kind, **transit), ref=UNDER_REGIMES)
    assert ("customs", "seal_put_on") not in empty.waiting()
    loaded = empty.receives(10)
    assert ("customs", "seal_put_on") in loaded.waiting()
    assert not [one for one in puts(loaded, "V1").lacks(YARD, IN) if "seal" in one]


def test_a_second_leg_whose_first_is_known_is_matched_by_itself_and_goods_are_compared():
    story = knows_first_leg(looks(second_leg(), "S1"))
    story.permit(YARD, OUT)
    more = knows_first_leg(looks(second_leg(packages=12), "S1"))
    [objection] = [o for o in more.objections(YARD, OUT) if o.code == "pair_quantity"]
    assert (objection.details["packages"], objection.details["left"]) == (12, 10)
    more.settle("pair_quantity", FIRST, by=CUSTOMS)
    more.permit(YARD, OUT)


def test_a_first_leg_that_the_platform_does_not_know_is_customs_to_match():
    story = looks(second_leg(), "S1")
    assert "first_leg_matched by customs" in story.lacks(YARD, OUT)
    story.confirm("first_leg_matched", by=CUSTOMS)
    story.permit(YARD, OUT)


def test_a_second_leg_beyond_its_regimes_days_is_late_and_the_lane_knows_from_when():
    story = knows_first_leg(looks(second_leg(), "S1"), days_ago=60).at("08:00")
    q = Question(story.state, YARD, OUT, story.now, story.ref, GATE)
    assert isinstance(may_pass(q), Permit)
    assert ends(q) == moment("09:00") + SHORTEST
    assert codes(may_pass(replace(q, at=moment("09:01")))) == ["pair_overdue"]
    story.at("09:01").settle("pair_overdue", FIRST, by=CUSTOMS)
    story.permit(YARD, OUT)


def test_a_first_leg_is_open_until_all_its_goods_have_left_in_parts():
    content = truck(Kind.IMPORT_INLAND, regime=Regime.TEMPORARY_IMPORT, groups=(group(number=FIRST),))
    first = journey(Kind.IMPORT_INLAND, content=content, ref=UNDER_REGIMES)
    due = moment("09:00") + timedelta(days=60)
    assert (open_until(first.state, first.ref), still_here(first.state, FIRST)) == (due, 10)
    one, two = new_id(), new_id()
    for other, packages in ((one, 4), (two, 6)):
        said = f.Paired(other=other, role="second", group=0, customs_number=FIRST, packages=packages)
        first.take(said, f.PLATFORM)
    assert (untaken(first.state, FIRST), untaken(first.state, FIRST, besides=two)) == (0, 6)
    first.take(f.SecondLegLeft(other=one, customs_number=FIRST, packages=4), f.PLATFORM)
    assert (open_until(first.state, first.ref), still_here(first.state, FIRST)) == (due, 6)
    first.take(f.SecondLegLeft(other=two, customs_number=FIRST, packages=6), f.PLATFORM)
    assert open_until(first.state, first.ref) is None


def test_the_second_leg_tells_the_first_when_it_has_left_and_not_when_it_turned_around():
    for turned in (False, True):
        first, second = Story(), knows_first_leg(looks(second_leg(), "S1"))
        pair = second.last.data
        first.crossing, second.linked = pair.other, {pair.other: first}
        if turned:
            turns(second).both_confirm("turned_back")
        else:
            second.both_confirm("left_yard").both_confirm("left_to_other_side")
        assert has_ended(second.state, second.ref)
        told = [(x.kind, x.data.packages) for x in first.facts]
        assert told == ([("paired", 0)] if turned else [("second_leg_left", 10)])


@pytest.mark.parametrize("regime", [r for r in Regime if r is not Regime.BUSINESS])
@pytest.mark.parametrize("kind", [Kind.EXPORT, Kind.IMPORT_INLAND])
def test_a_regime_whose_rate_the_board_has_not_filled_in_is_the_boards_move_until_it_is(kind, regime):
    story = journey(kind, before="10:00", content=truck(kind, regime=regime))
    assert "paid by board" in story.lacks(YARD, OUT if kind is Kind.EXPORT else IN)
    assert (Party.BOARD, "paid") in story.waiting()


# --- turning around --------------------------------------------------------------------------------


def test_a_vehicle_that_has_not_entered_is_gone_when_it_is_sent_back():
    story = journey(Kind.EXPORT, before="09:00").arrives(Place.BUFFER)
    turns(story)
    assert has_ended(story.state, story.ref)
    assert (story.summary.stage, story.summary.waits) == (Stage.TURNED_AROUND, ())


def test_a_vehicle_that_has_entered_leaves_by_where_it_came_from_and_nowhere_else():
    export = turns(journey(Kind.EXPORT, before="09:30"))
    assert export.codes(LINE, OUT) == ["not_expected_here"]
    for at in (B1, B2):
        export.permit(at, IN)
    inland = turns(journey(Kind.IMPORT_INLAND, before="09:30"))
    inland.permit(LINE, OUT)
    assert inland.codes(B2, IN) == ["not_expected_here"]
    for story in (export, inland):
        assert {step for _, step in story.waiting()} == {"turned_back"}
        story.confirm("turned_back", by=CUSTOMS).confirm("turned_back", by=BORDER_GUARD)
        assert story.summary.stage is Stage.TURNED_AROUND
    assert (export.state.place, inland.state.place) == (Place.ROAD, Place.OTHER_SIDE)


def test_a_foreign_vehicle_waiting_at_the_line_goes_back_over_it():
    story = turns(journey(Kind.IMPORT_INLAND, before="09:00").arrives(Place.BORDER_LINE))
    assert not has_ended(story.state, story.ref)
    story.permit(LINE, OUT)


def test_a_hold_stops_also_the_way_back():
    story = turns(journey(Kind.EXPORT, before="09:30").hold(PLANT), by=PLANT)
    assert story.codes(B2, IN) == ["hold_live"]
    story.lift(PLANT).permit(B2, IN)


def test_what_was_charged_before_stays_owed_and_nothing_more_is_charged():
    story = turns(journey(Kind.EXPORT, before="10:00").is_charged())
    assert story.codes(B2, IN) == ["unpaid"]
    kind = replace(story.ref, charged_on_turning=False)
    assert isinstance(may_pass(Question(story.state, B2, IN, story.now, kind, GATE)), Permit)
    assert story.state.charged == {Order.INFRASTRUCTURE: 800_000}
    uncharged = turns(journey(Kind.EXPORT, before="10:00"))
    uncharged.permit(B2, IN)


def test_who_may_send_back_who_may_ask_and_who_answers():
    story = journey(Kind.EXPORT, before="09:30")
    refused = {a: codes(sd.against_turning(story.may(a), "x")) for a in Agency}
    assert {a for a, why in refused.items() if why} == {
        Agency.TRANSPORT_LICENCE, Agency.TAX, Agency.POLICE, Agency.YARD,
    }  # fmt: skip
    assert codes(sd.against_turning(story.may(BORDER_GUARD), " ", GATE)) == ["words_required", "same_gate"]
    story.take(f.TurnAsked(), BUSINESS, note="hết chỗ lạnh")
    assert {(Party.BORDER_GUARD, "turn_answered"), (Party.BOARD, "turn_answered")} <= story.waiting()
    assert codes(sd.against_refusing_to_turn(story.may(CUSTOMS), "x")) == ["wrong_agency"]
    story.take(f.TurnRefused(), officer(BORDER_GUARD), note="đã tới lượt")
    assert not {step for _, step in story.waiting()} & {"turn_answered"}
    assert codes(sd.against_refusing_to_turn(story.may(BORDER_GUARD), "x")) == ["not_asked"]


def test_turning_around_is_undone_while_the_vehicle_is_here_but_not_once_it_goes_on_elsewhere():
    story = turns(journey(Kind.EXPORT, before="09:30"))
    assert against_undoing(story.may(BORDER_GUARD), story.facts, story.last.id, "nhầm") == []
    assert {"left_yard by customs"} <= set(story.undo().lacks(LINE, OUT))
    moved = turns(journey(Kind.EXPORT, before="09:30"), gate="tan_thanh")
    found = against_undoing(moved.may(BORDER_GUARD), moved.facts, moved.last.id, "nhầm")
    assert codes(found) == ["not_undoable"]


# --- health mode -----------------------------------------------------------------------------------

HEALTH_MODE = frozenset({"driver_tested", "vehicle_disinfected", "handed_over"})
DEDICATED = Plate(country="VN", number="12C77777", shown="12C-777.77")


def test_the_health_mode_is_asked_of_those_who_have_not_passed_and_falls_away_when_switched_off():
    on, off = gate(health_steps=HEALTH_MODE), gate()
    waiting, inside = (journey(Kind.EXPORT, before=clock, ref=on) for clock in ("09:00", "11:00"))
    assert waiting.lacks(B1, OUT) == [
        "driver_tested by health", "vehicle_disinfected by health", "handed_over by border_guard",
    ]  # fmt: skip
    inside.permit(YARD, OUT)
    waiting.confirm("driver_tested", by=HEALTH)
    waiting.ref = off
    waiting.permit(B1, OUT)
    waiting.ref = on
    assert waiting.lacks(B1, OUT) == ["vehicle_disinfected by health", "handed_over by border_guard"]


def test_the_dedicated_tractor_is_the_one_to_be_read_from_then_on():
    story = journey(Kind.EXPORT, before="09:00", ref=gate(health_steps=frozenset({"handed_over"})))
    story.is_read("plate", "12C05678")
    assert sd.against_handing_over(story.may(BORDER_GUARD)) == []
    story.take(f.HandedOver(driver="N. V. M.", plate=DEDICATED), officer(BORDER_GUARD))
    assert story.permit(B1, OUT).plate == "12C77777"
    assert plate_of(story.state, story.content) == DEDICATED
    assert "identity_mismatch" in story.is_read("plate", "12C05678").codes(B1, OUT)
    story.is_read("plate", "12C77777").permit(B1, OUT)


def test_nobody_hands_over_where_the_health_mode_is_off():
    story = journey(Kind.EXPORT, before="09:00")
    assert codes(sd.against_handing_over(story.may(BORDER_GUARD))) == ["health_mode_off"]
    assert codes(against_confirming(story.may(HEALTH), "driver_tested")) == ["step_not_required"]


# --- stays -----------------------------------------------------------------------------------------


def two_way(ref=None, **changes):
    content = structs.replace(truck(Kind.IMPORT_INLAND, **changes), stay=Stay.TWO_WAY)
    return Story(content, ref or gate(two_way_stay_hours=36)).at("08:00").declares()


def test_thirty_six_hours_are_for_those_whose_need_both_have_registered_before():
    story = two_way().confirm("registration_accepted", by=CUSTOMS)
    assert story.lacks(LINE, IN) == ["two_way_registered by border_guard", "two_way_registered by customs"]
    story.confirm("two_way_registered", BORDER_GUARD, CUSTOMS).at("09:00").both_confirm("entered")
    staying = stay_of(story.state, story.ref, moment("20:00", 1))
    assert (staying.kind, staying.hours, staying.left) == (Stay.TWO_WAY, 36, timedelta(hours=1))
    ordinary = journey(Kind.IMPORT_INLAND, before="11:00")
    assert stay_of(ordinary.state, ordinary.ref, moment("10:00")).hours == 24


def test_warnings_come_three_hours_and_one_hour_before_and_the_objection_after():
    story = journey(Kind.IMPORT_INLAND, before="11:30")
    at = {
        clock: stay_of(story.state, story.ref, moment(clock, day))
        for clock, day in (("11:00", 0), ("06:30", 1), ("08:10", 1), ("09:30", 1))
    }
    warned = {clock: staying.warned for clock, staying in at.items()}
    assert warned == {
        "11:00": None, "06:30": timedelta(hours=3), "08:10": timedelta(hours=1), "09:30": None,
    }  # fmt: skip
    assert at["09:30"].is_over
    assert "overstay" in story.at("09:30", 1).codes(B2, IN)


def test_when_the_pilot_is_over_it_is_not_registered_any_more_and_all_stay_as_others():
    story = two_way(ref=gate()).confirm("registration_accepted", by=CUSTOMS)
    story.permit(LINE, IN)
    found = against_confirming(story.may(CUSTOMS), "two_way_registered")
    assert "step_not_required" in codes(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": (group(goods("08109050"), goods("07099990")),)},
        {"groups": (structs.replace(group(), owner_tax_code="1"),
                    structs.replace(group(number="10799999999"), owner_tax_code="2"))},
    ],
)  # fmt: skip
def test_farm_goods_of_two_kinds_and_goods_of_two_owners_do_not_go_by_the_pilot(changes):
    story = two_way(**changes).confirm("registration_accepted", by=CUSTOMS)
    assert "step_not_required" in codes(against_confirming(story.may(CUSTOMS), "two_way_registered"))
    story.confirm("two_way_registered", BORDER_GUARD, CUSTOMS).both_confirm("entered")
    assert stay_of(story.state, story.ref, story.now).hours == 24


def test_one_of_ours_has_no_stay():
    story = journey(Kind.EXPORT, before="11:00")
    assert stay_of(story.state, story.ref, story.now) is None


def test_the_clock_gives_an_overstay_to_who_must_look_at_it():
    story = journey(Kind.IMPORT_INLAND, before="11:30").at("10:00", 1)
    assert (str(story.spans()[-1].party), story.spans()[-1].why) == ("border_guard", "overstay")


# --- goods in store --------------------------------------------------------------------------------


def stored_goods():
    foreign = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:50").stores(10).is_charged()
    foreign.pays().both_confirm("left_yard").both_confirm("left_to_other_side")
    later = Story(truck(Kind.RECEIVING)).at("09:00", 3).declares()
    foreign.at("10:00", 3).links(later)
    return foreign, later


def test_stored_goods_are_taken_out_onto_a_later_vehicle_long_after_their_own_has_gone():
    foreign, later = stored_goods()
    assert has_ended(foreign.state, foreign.ref)
    take = Transfer(0, 4, later.crossing)
    assert codes(sd.against_taking_out(foreign.may(CUSTOMS), take)) == ["not_entered"]
    later.at("10:10", 3).both_confirm("entered")
    assert sd.against_taking_out(foreign.may(CUSTOMS), take) == []
    out = f.TakenOut(receiving=later.crossing, plate=later.plate, group=0, customs_number="", packages=4)
    foreign.at("10:20", 3).take(out, officer(CUSTOMS))
    assert (foreign.state.stored(0), [x.data.packages for x in later.state.received]) == (6, [4])
    more = Transfer(0, 7, later.crossing)
    assert codes(sd.against_taking_out(foreign.may(Agency.YARD), more)) == ["too_many_packages"]
    assert codes(sd.against_taking_out(foreign.may(BORDER_GUARD), take)) == ["wrong_agency"]
    assert charge(later.state, later.ref, MONDAY).amount == 300_000


def test_goods_taken_out_by_mistake_go_back_although_their_vehicle_has_gone():
    foreign, later = stored_goods()
    later.at("10:10", 3).both_confirm("entered")
    out = f.TakenOut(receiving=later.crossing, plate=later.plate, group=0, customs_number="", packages=4)
    foreign.at("10:20", 3).take(out, officer(CUSTOMS))
    assert against_undoing(foreign.may(CUSTOMS), foreign.facts, foreign.last.id, "nhầm xe") == []
    foreign.undo()
    assert (foreign.state.stored(0), later.state.received) == (10, [])
