"""A change of reference data, from the draft to the day when it is in force: who, when, what it writes."""

from datetime import datetime, timedelta

import pytest
from django.db import Error, transaction

from cuakhauso.centre.crossings.sheets import hold_reasons
from cuakhauso.centre.places.models import GateClosure, HoldReason, OpeningHours, Setting, Tariff, Yard
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.places.seeding import seed
from cuakhauso.centre.reference import actions, queries
from cuakhauso.centre.reference.checks import MAY_BE_MISSING
from cuakhauso.centre.reference.models import ReferenceChange
from cuakhauso.centre.reference.topics import TOPICS
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import IdReused, Invalid, NotAllowed, NotFound, Refused
from cuakhauso.centre.shared.models import AuditEntry, OutboxEvent
from cuakhauso.core.charges import Charge, expected_charge
from cuakhauso.core.reference import HANOI
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Regime, WeightClass

from ..centre.builders import leader, officer
from ..core.builders import truck
from .people import (
    approved,
    closing,
    draft,
    editor,
    in_days,
    new_id,
    proposed,
    rate,
    second,
    today,
)

pytestmark = pytest.mark.usefixtures("gate")
EIGHT_TO_SIX = ({"gate": "CKHN", "weekday": "0"}, {"opens": "08:00", "closes": "18:00"})
NAMED = {"name": "a", "name_zh": "b", "name_en": "c", "law": "d"}
TIMBER = ({"chapter": "47", "agency": "plant_quarantine"}, {})


def amounts(days: int) -> list[int | None]:
    rows = [
        row
        for row in reference("CKHN", in_days(days)).tariff
        if (row.weight_class, row.regime) == (WeightClass.VT6, Regime.BUSINESS)
        and row.goods_class == "ordinary"
        and row.valid_from <= in_days(days)
        and (row.valid_to is None or in_days(days) < row.valid_to)
    ]
    return [row.amount for row in rows]


def codes(refused) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def fields(invalid) -> dict[str, str]:
    return {error.field: error.code for error in invalid.value.errors}


# --- four eyes -----------------------------------------------------------------------------------


def test_nothing_is_in_force_until_a_second_person_approves_and_then_from_its_day():
    change = proposed("tariff", rate(850_000), begins=3)
    assert amounts(5) == [800_000]
    actions.approve(change.pk, "Đúng nghị quyết", by=second())
    assert (amounts(2), amounts(3), amounts(400)) == ([800_000], [850_000], [850_000])
    change.refresh_from_db()
    assert (change.status, change.decided_by_name, change.took_effect_at) == (
        "approved",
        "Lăng Văn Mẫu",
        None,
    )


def test_whoever_proposed_does_not_approve():
    change = proposed("tariff", rate(850_000))
    with pytest.raises(Refused) as refused:
        actions.approve(change.pk, by=editor())
    assert codes(refused) == ["change_is_your_own"]
    assert amounts(5) == [800_000]


def test_only_the_boards_editors_change_anything_and_at_their_gate():
    for stranger in (officer("board"), officer("customs"), leader()):
        with pytest.raises(NotAllowed):
            actions.save(draft("tariff", rate(1)), by=stranger)
    at_hn = editor("Một Mẫu", "CKHN")
    actions.save(draft("hours", EIGHT_TO_SIX), by=at_hn)
    elsewhere = ({"gate": "TT", "weekday": "0"}, {"opens": "08:00", "closes": "18:00"})
    for rows in ((elsewhere,), (EIGHT_TO_SIX, elsewhere)):
        with pytest.raises(NotAllowed):
            actions.save(draft("hours", *rows), by=at_hn)
    with pytest.raises(NotAllowed):
        actions.save(draft("tariff", rate(1)), by=at_hn)
    with pytest.raises(NotAllowed):
        actions.approve(proposed("tariff", rate(850_000)).pk, by=at_hn)


def test_a_draft_is_seen_by_its_maker_alone_a_proposal_by_the_board():
    change = actions.save(draft("tariff", rate(850_000)), by=editor())
    with pytest.raises(NotFound):
        queries.change(second(), change.pk)
    actions.propose(change.pk, by=editor())
    assert queries.to_decide(second()) == [change]
    assert queries.to_decide(editor()) == []
    assert queries.change(officer("board"), change.pk) == change
    assert queries.to_decide(officer("board")) == []
    with pytest.raises(NotFound):
        queries.change(officer("customs"), change.pk)


def test_a_refusal_needs_words_and_ends_it():
    change = proposed("tariff", rate(850_000))
    with pytest.raises(Refused) as refused:
        actions.refuse(change.pk, " ", by=second())
    assert codes(refused) == ["words_required"]
    actions.refuse(change.pk, "Sai mức", by=second())
    with pytest.raises(Refused) as refused:
        actions.approve(change.pk, by=second())
    assert codes(refused) == ["change_not_proposed"]


def test_its_maker_takes_it_back_works_on_it_and_sends_it_again():
    change = proposed("tariff", rate(850_000))
    with pytest.raises(Refused) as refused:
        actions.save(draft("tariff", rate(860_000)), by=editor(), id=change.pk)
    assert codes(refused) == ["change_not_a_draft"]
    with pytest.raises(Refused):
        actions.reopen(change.pk, by=second())
    actions.reopen(change.pk, by=editor())
    actions.save(draft("tariff", rate(860_000)), by=editor(), id=change.pk)
    actions.propose(change.pk, by=editor())
    actions.approve(change.pk, by=second())
    assert amounts(2) == [860_000]


def test_what_changed_meanwhile_is_not_approved_unseen():
    one, other = proposed("tariff", rate(850_000)), proposed("tariff", rate(900_000))
    actions.approve(one.pk, by=second())
    with pytest.raises(Refused) as refused:
        actions.approve(other.pk, by=second())
    assert codes(refused) == ["change_overtaken"]
    actions.reopen(other.pk, by=editor())
    actions.propose(other.pk, by=editor())
    assert ReferenceChange.objects.get(pk=other.pk).rows[0]["before"] == {"amount": 850_000}
    actions.approve(other.pk, by=second())
    assert amounts(2) == [900_000]


def test_every_act_is_in_the_record_and_told_to_live_pages():
    change = approved("tariff", rate(850_000))
    verbs = AuditEntry.objects.filter(subject=f"reference:tariff:{change.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["reference_drafted", "reference_proposed", "reference_approved"]
    assert OutboxEvent.objects.filter(name="reference.changed").count() == 3
    with pytest.raises(Error), transaction.atomic():
        change.delete()


def test_a_repeated_request_takes_effect_once_and_an_id_is_used_for_one_thing():
    own = new_id()
    first = actions.save(draft("tariff", rate(850_000)), by=editor(), id=own)
    again = actions.save(draft("tariff", rate(850_000)), by=editor(), id=own)
    assert (first.pk, first.edition) == (again.pk, again.edition)
    assert AuditEntry.objects.filter(subject__endswith=str(own)).count() == 1
    with pytest.raises(IdReused):
        actions.save(draft("tariff", rate(850_000)), by=second(), id=own)
    with pytest.raises(IdReused):
        actions.save(draft("hours", EIGHT_TO_SIX), by=editor(), id=own)


# --- what is wrong -------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(Invalid) as invalid:
        actions.save(
            draft("hours", ({"gate": "XX", "weekday": "7"}, {"opens": "25:00"}), begins=-1, source=" "),
            by=editor(),
        )
    assert fields(invalid) == {
        "valid_from": "day_past", "source": "required", "rows.0.key.gate": "not_a_choice",
        "rows.0.key.weekday": "not_a_choice", "rows.0.after.opens": "not_a_clock",
        "rows.0.after.closes": "required",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "row", "wrong"),
    [
        ("hours", (EIGHT_TO_SIX[0], {"opens": "18:00", "closes": "08:00"}), "closes_before_opening"),
        ("step_places", ({"gate": "CKHN", "step": "health_checked"}, {"at": ["B2"]}), "step_out_of_reach"),
        ("step_places", ({"gate": "CKHN", "step": "entered"}, {"at": ["B1"]}), "not_a_choice"),
        ("quarantine", ({"chapter": "8", "agency": "plant_quarantine"}, {}), "hs_form"),
        ("quarantine", ({"chapter": "08", "agency": "customs"}, {}), "not_a_choice"),
        ("tariff", ({**rate(1)[0], "speed": "1"}, {"amount": 1}), "unknown_field"),
        ("tariff", rate("nhiều"), "not_a_number"),
        ("tariff", rate(True), "not_a_number"),
        ("tariff", rate(-5), "out_of_range"),
        ("settings", ({"gate": "", "name": "weight_tolerance_percent"}, {"value": 500}), "out_of_range"),
        ("hold_reasons", ({"code": "lý do"}, NAMED), "code_form"),
        ("hold_reasons", ({"code": "papers"}, None), "cannot_end"),
        ("yards", ({"code": "NOWHERE"}, {"name": "a"}), "not_a_choice"),
        ("tariff", ({**rate(1)[0], "weight_class": "VT9"}, {"amount": 1}), "not_a_choice"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused_with_its_reason(topic, row, wrong):
    with pytest.raises(Invalid) as invalid:
        actions.save(draft(topic, row), by=editor())
    assert wrong in fields(invalid).values()


def test_the_same_row_twice_an_empty_change_and_one_that_changes_nothing():
    with pytest.raises(Invalid) as invalid:
        actions.save(draft("tariff", rate(1), rate(2)), by=editor())
    assert fields(invalid) == {"rows.1.key": "row_twice"}
    with pytest.raises(Invalid) as invalid:
        actions.save(draft("tariff"), by=editor())
    assert fields(invalid) == {"rows": "required"}
    change = actions.save(draft("tariff", rate(800_000)), by=editor())
    with pytest.raises(Refused) as refused:
        actions.propose(change.pk, by=editor())
    assert codes(refused) == ["change_changes_nothing"]


def test_a_day_that_passed_while_it_lay_is_not_approved():
    change = proposed("tariff", rate(850_000), begins=0)
    ReferenceChange.objects.filter(pk=change.pk).update(valid_from=in_days(-1))
    with pytest.raises(Refused) as refused:
        actions.approve(change.pk, by=second())
    assert "change_day_passed" in codes(refused)


# --- dates ---------------------------------------------------------------------------------------


def test_the_past_keeps_what_it_said():
    before = {days: amounts(days) for days in (-300, -30, -1)}
    approved("tariff", rate(850_000), begins=0)
    assert {days: amounts(days) for days in before} == before
    assert amounts(0) == [850_000]
    row = Tariff.objects.get(amount=800_000, weight_class="VT6", goods_class="ordinary")
    assert row.valid_to == today()


def test_a_change_with_a_last_day_gives_back_what_was_before():
    approved("hours", EIGHT_TO_SIX, begins=2, valid_to=in_days(9))
    monday = next(day for day in range(2, 9) if in_days(day).weekday() == 0)
    seen = {
        days: [h.opens.hour for h in reference("CKHN", in_days(days)).calendar.hours if h.weekday == 0]
        for days in (1, monday, 9)
    }
    assert seen == {1: [0], monday: [8], 9: [0]}
    assert [
        row.source for row in OpeningHours.objects.filter(gate="CKHN", weekday=0, valid_from=in_days(9))
    ] == [OpeningHours.objects.filter(gate="CKHN", weekday=1).get().source]


def test_what_was_to_come_is_overtaken_by_what_is_approved_later_and_begins_earlier():
    approved("tariff", rate(850_000), begins=10)
    change = proposed("tariff", rate(900_000), begins=5)
    actions.approve(change.pk, by=second())
    assert (amounts(4), amounts(5), amounts(10)) == ([800_000], [900_000], [900_000])


def test_no_two_rows_of_one_key_are_ever_in_force_on_a_day():
    approved("tariff", rate(850_000), begins=10)
    for model, row in (
        (Tariff, {"weight_class": "VT6", "regime": "business", "goods_class": "ordinary", "amount": 1}),
        (Setting, {"name": "fee_cap", "value": 1}),
        (OpeningHours, {"gate_id": "TT", "weekday": 3, "opens": "01:00", "closes": "02:00"}),
    ):
        with pytest.raises(Error, match="conflicting key value"), transaction.atomic():
            model.objects.create(**row, valid_from=in_days(11), valid_to=in_days(12), source="x")


def test_every_number_that_the_platform_starts_with_can_be_changed():
    names = set(Setting.objects.values_list("name", flat=True))
    may_be_set = {code for code, _words in TOPICS["settings"].field("name").options()}
    assert names <= may_be_set
    assert may_be_set - names <= MAY_BE_MISSING


def test_a_setting_of_one_gate_is_beside_the_one_for_all():
    approved("settings", ({"gate": "TT", "name": "stay_hours"}, {"value": 36}), begins=0)
    assert (reference("TT").stay_hours, reference("CKHN").stay_hours) == (36, 24)
    approved("settings", ({"gate": "TT", "name": "stay_hours"}, None), begins=0)
    assert reference("TT").stay_hours == 24


def test_goods_may_differ_by_what_their_gate_allows():
    approved(
        "weight_tolerances", ({"gate": "TT", "prefix": "08"}, {"percent": 12, "least_kg": 500}), begins=0
    )
    assert reference("TT").tolerance("08109092").percent == 12
    assert reference("CKHN").tolerance("08109092").percent == 8
    assert {row.key["gate"] for row in queries.listed(TOPICS["weight_tolerances"], today(), "TT")} == {
        "",
        "TT",
    }
    seed()


def test_a_rate_that_was_never_filled_in_is_filled_in_and_charged_from_its_day():
    assert any("VT5" in gap for gap in queries.gaps(TOPICS["tariff"], today()))
    approved("tariff", rate(600_000, "VT5"), begins=0)
    assert not any("Kinh doanh" in gap and "VT5" in gap for gap in queries.gaps(TOPICS["tariff"], today()))
    content = truck(weight_class=WeightClass.VT5)
    due = expected_charge(content, reference("CKHN"), today())
    assert isinstance(due, Charge)
    assert due.amount == 600_000
    assert due.lines[0].law == "Quyết định 12/QĐ-BQL (01/11/2026)"


def test_a_row_that_ends_with_nothing_after_it_and_a_day_without_hours_are_shown_as_gaps():
    approved("hours", ({"gate": "TT", "weekday": "6"}, None), begins=0)
    assert any("Tân Thanh" in gap and "Chủ nhật" in gap for gap in queries.gaps(TOPICS["hours"], today()))
    approved(
        "tariff_multipliers", ({"goods_class": "farm_produce"}, {"times": 2}), begins=1, valid_to=in_days(20)
    )
    assert any("nông sản" in gap for gap in queries.gaps(TOPICS["tariff_multipliers"], in_days(2)))


def test_where_a_step_is_done_is_what_the_rules_get():
    approved("step_places", ({"gate": "CKHN", "step": "health_checked"}, {"at": ["yard"]}), begins=0)
    assert reference("CKHN").step_places == {StepCode.HEALTH_CHECKED: ("yard",)}
    assert reference("TT").step_places == {}
    approved("step_places", ({"gate": "CKHN", "step": "health_checked"}, None), begins=0)
    assert reference("CKHN").step_places == {}


def test_starting_the_platform_again_leaves_the_boards_rows_alone():
    approved("quarantine", TIMBER, ({"chapter": "08", "agency": "plant_quarantine"}, None), begins=0)
    approved("settings", ({"gate": "", "name": "stay_hours"}, {"value": 30}), begins=0)
    seed()
    assert reference("CKHN").stay_hours == 30
    assert "08" not in reference("CKHN").quarantine
    assert reference("CKHN").quarantine["47"] == {"plant_quarantine"}


# --- rows without dates --------------------------------------------------------------------------


def test_a_row_without_dates_changes_when_its_day_has_come():
    row = ({"code": "XC"}, {"name": "Bãi Xuân Cương", "operator": "", "capacity": 180, "has_scale": True})
    change = approved("yards", row, begins=2)
    assert Yard.objects.get(pk="XC").capacity is None
    assert actions.take_effect() == []
    assert actions.take_effect(store.now() + timedelta(days=2)) == [change]
    assert Yard.objects.get(pk="XC").capacity == 180
    assert Yard.objects.get(pk="XC").source == change.source
    assert actions.take_effect(store.now() + timedelta(days=2)) == []


def test_what_was_approved_last_counts_whenever_its_day_is():
    def capacity(number):
        return (
            {"code": "XC"},
            {"name": "Bãi Xuân Cương", "operator": "", "capacity": number, "has_scale": False},
        )

    approved("yards", capacity(100), begins=5)
    approved("yards", capacity(200), begins=3)
    for days in (3, 5):
        actions.take_effect(store.now() + timedelta(days=days))
        assert Yard.objects.get(pk="XC").capacity == 200


def test_a_reason_is_added_and_retired_and_keeps_its_name():
    words = {
        "name": "Chờ kết quả",
        "name_zh": "等待结果",
        "name_en": "Awaiting a result",
        "law": "Luật 41/2013/QH13",
    }
    approved(
        "hold_reasons",
        ({"code": "await_result"}, {**words, "agency": "health", "minutes": 30, "offered": True}),
        begins=0,
    )
    assert HoldReason.objects.get(pk="await_result").minutes == 30
    assert "await_result" in {chosen.value for chosen in hold_reasons(("health",))}
    approved(
        "hold_reasons",
        ({"code": "await_result"}, {**words, "agency": "health", "minutes": 30, "offered": False}),
        begins=0,
    )
    assert "await_result" not in {chosen.value for chosen in hold_reasons(("health",))}
    assert HoldReason.objects.get(pk="await_result").name == "Chờ kết quả"


# --- closures ------------------------------------------------------------------------------------


def test_one_person_closes_the_gate_at_once_and_another_looks_afterwards():
    change = actions.close_at_once(closing(), by=editor())
    assert not reference("CKHN").calendar.is_open(store.now())
    assert change.took_effect_at is not None
    assert queries.to_decide(second()) == [change]
    assert queries.to_decide(editor()) == []
    with pytest.raises(Refused) as refused:
        actions.look(change.pk, by=editor())
    assert codes(refused) == ["change_is_your_own"]
    actions.look(change.pk, by=second())
    assert queries.to_decide(second()) == []
    with pytest.raises(Refused):
        actions.look(change.pk, by=second())


def test_opening_again_earlier_takes_two_and_the_closed_hours_stay_recorded():
    change = actions.close_at_once(closing(), by=editor())
    row = change.rows[0]
    now = datetime.now(HANOI).replace(microsecond=0) + timedelta(seconds=1)
    sooner = (row["key"], {**row["after"], "ends": now.isoformat()})
    with pytest.raises(Refused) as refused:
        actions.close_at_once(draft("closures", sooner, begins=None), by=editor())
    assert codes(refused) == ["change_not_urgent"]
    approved("closures", sooner, begins=None)
    assert GateClosure.objects.get(gate="CKHN").ends == now
    with pytest.raises(Invalid) as invalid:
        actions.save(draft("closures", (row["key"], None), begins=None), by=editor())
    assert fields(invalid) == {"rows.0.after.ends": "already_closed"}


def test_at_once_is_for_a_day_at_most_from_now_and_for_closing_only():
    with pytest.raises(Refused) as refused:
        actions.close_at_once(closing(lasting=25 * 60), by=editor())
    assert codes(refused) == ["change_not_urgent"]
    with pytest.raises(Invalid) as invalid:
        actions.close_at_once(closing(minutes=-60), by=editor())
    assert fields(invalid) == {"rows.0.key.begins": "moment_past"}
    with pytest.raises(Invalid):
        actions.close_at_once(draft("hours", EIGHT_TO_SIX), by=editor())
    with pytest.raises(NotAllowed):
        actions.close_at_once(closing(), by=officer("board"))


def test_a_closure_to_come_may_be_called_off():
    approved("closures", (lambda r: (r.key, r.after))(closing(minutes=600).rows[0]), begins=None)
    row = GateClosure.objects.get()
    key = TOPICS["closures"].key_of(row)
    approved("closures", (key, None), begins=None)
    assert not GateClosure.objects.exists()
