"""What nodes report: signed, item by item, taken in once; what it becomes on the crossing's timeline."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.lanes.models import Lane, LaneItem
from cuakhauso.centre.lanes.taking import fact_id
from cuakhauso.centre.shared import store
from cuakhauso.core.fold import fold
from cuakhauso.core.words import ActorKind, Place, Source

from ..centre.builders import Gate, declare, officer
from .nodes import enrolled, item, opening, passage


def ready():
    """A truck that may enter at B1."""
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    return truck


def facts(truck, kind=""):
    return [fact for fact in store.facts_of(truck.crossing_id) if kind in ("", fact.kind)]


def kept(sent):
    return LaneItem.objects.get(pk=sent["id"])


def hold(truck, **said):
    actions.hold(truck.crossing_id, "papers", Said(by=officer("customs"), note="thiếu giấy", **said))


def test_a_permitted_passage_stands_on_the_crossing_with_what_was_read_and_weighed(gate):
    truck, node = ready(), enrolled()
    plate = truck.form["vehicle"]["plate"]
    sent = passage(
        truck.crossing_id,
        reads=[
            {"subject": "plate", "text": plate, "confidence": 0.97},
            {"subject": "container", "text": ""},
            {"subject": "qr", "text": "https://example.invalid/1"},
        ],
        weight={"kg": "21450.4", "stable": True, "alibi": "A-17"},
        pictures=[{"sha256": "ab" * 32, "kind": "plate"}],
        opened_by="permit",
    )
    said = node.sends(sent)
    assert said.body["accepted"] == [sent["id"]]
    (passed,) = facts(truck, "passed")
    assert (passed.id, passed.irregular) == (fact_id(uuid.UUID(sent["id"]), "passed"), ())
    assert (passed.actor.kind, passed.source) == (ActorKind.DEVICE, Source.LANE)
    assert passed.checkpoint == "CKHN-B1-OUT"
    (read,) = facts(truck, "identified")
    assert (read.data.subject, read.data.confidence) == ("plate", 97)
    (weighed,) = facts(truck, "weighed")
    assert (weighed.data.gross_kg, weighed.data.ticket) == (21450, "A-17")
    assert fold(facts(truck)).place is Place.GATE_AREA
    row = kept(sent)
    assert (row.alert, row.crossing, row.pictures) == ("", truck.crossing_id, ["ab" * 32])


def test_a_net_weight_and_a_frame_with_a_fault_are_no_weights_of_the_vehicle(gate):
    truck, node = ready(), enrolled()
    node.sends(
        passage(truck.crossing_id, weight={"kg": 9000, "stable": True, "net": True}),
        passage(truck.crossing_id, weight={"kg": 9000, "stable": False, "fault": "motion"}),
    )
    assert facts(truck, "weighed") == []
    assert len(facts(truck, "passed")) == 2


def test_the_same_batch_again_changes_nothing(gate):
    truck, node = ready(), enrolled()
    sent = [
        passage(truck.crossing_id, reads=[{"subject": "plate", "text": "12C-999.99"}]),
        item("command", {}),
    ]
    first = node.sends(*sent)
    before = (facts(truck), LaneItem.objects.count())
    again = node.sends(*sent)
    assert again.body["accepted"] == first.body["accepted"] == [one["id"] for one in sent]
    assert (facts(truck), LaneItem.objects.count()) == before


def test_an_id_that_was_used_for_something_else_is_refused(gate):
    truck, node = ready(), enrolled()
    sent = passage(truck.crossing_id)
    node.sends(sent)
    said = node.sends({**sent, "kind": "command"})
    assert said.body["refused"][0]["why"] == "id_reused"
    assert said.body["refused"][0]["sentence"]


def test_a_batch_that_was_not_signed_by_the_node_is_refused_whole(gate):
    truck, node = ready(), enrolled()
    sent = passage(truck.crossing_id)
    for said in (node.sends(sent, key=Ed25519PrivateKey.generate()), node.sends(sent, spoilt=True)):
        assert (said.status, said.body["code"]) == (403, "bad_signature")
    unsigned = node.caller.post("/lanes/facts", {"sent_at": "2026-11-26T08:00:00+07:00", "items": [sent]})
    assert unsigned.status == 403
    assert not LaneItem.objects.exists()
    assert facts(truck, "passed") == []


def test_one_bad_item_never_blocks_the_others(gate):
    truck, node = ready(), enrolled()
    good = [passage(truck.crossing_id), item("transition", {"from": "idle", "to": "approach"})]
    bad = [
        {**passage(None), "id": "no-id"},
        {**passage(None), "at": "yesterday"},
        {**passage(None), "kind": "dream"},
        passage(None, lane="TT-B1-OUT"),
        passage(None, to="the moon"),
        item("alarm", {"words": "no code"}),
        item("transition", {"why": "half \0 of it"}),
        item("transition", {"why": "offset", "offset_ms": 10**12}),
        "not an item",
        7,
    ]
    said = node.sends(good[0], *bad, good[1])
    assert said.status == 200
    assert said.body["accepted"] == [one["id"] for one in good]
    whys = [(one["why"], one["field"]) for one in said.body["refused"]]
    assert len(whys) == len(bad)
    assert whys[:6] == [
        ("not_an_id", "id"), ("not_a_date", "at"), ("not_a_choice", "kind"), ("not_a_choice", "lane"),
        ("not_a_choice", "body.to"), ("required", "body.alarm"),
    ]  # fmt: skip
    assert all(one["sentence"] for one in said.body["refused"])


def test_more_than_five_hundred_items_are_too_many(gate):
    said = enrolled().sends(*[item("command", {}) for _ in range(501)])
    assert said.fields == {"items": "too_many"}


def test_a_passage_of_a_refused_vehicle_is_taken_in_with_what_stood_against_it(gate):
    truck, node = declare(), enrolled()
    sent = passage(truck.crossing_id, irregular=["step_open"], opened_by="nobody")
    assert node.sends(sent).body["accepted"] == [sent["id"]]
    (passed,) = facts(truck, "passed")
    assert passed.irregular == ("step_open",)
    assert kept(sent).alert == "irregular"


def test_an_unknown_vehicle_is_kept_and_seen(gate):
    node = enrolled()
    nobody, stranger, elsewhere = passage(None), passage(uuid.uuid4()), declare(gate="TT", yard="BN")
    other_gate = passage(elsewhere.crossing_id)
    node.sends(nobody, stranger, other_gate)
    assert [kept(one).alert for one in (nobody, stranger, other_gate)] == [
        "unknown_vehicle", "unknown_crossing", "unknown_crossing",
    ]  # fmt: skip
    assert kept(other_gate).crossing is None
    assert facts(elsewhere, "passed") == []


def test_a_hold_placed_while_the_lane_was_alone_makes_a_conflict(gate):
    truck, node = ready(), enrolled()
    hold(truck, occurred_at=datetime.now(UTC) - timedelta(minutes=10))
    sent = passage(truck.crossing_id, at=datetime.now(UTC) - timedelta(minutes=5))
    node.sends(sent)
    assert facts(truck, "passed")[0].irregular == ("hold_live",)
    assert kept(sent).alert == "conflict"


def test_what_was_said_after_the_passage_does_not_stand_against_it(gate):
    truck, node = ready(), enrolled()
    hold(truck)
    sent = passage(truck.crossing_id, at=datetime.now(UTC) - timedelta(minutes=5))
    node.sends(sent)
    assert facts(truck, "passed")[0].irregular == ()
    assert kept(sent).alert == ""


def test_the_nodes_clock_is_set_right_by_what_it_lacks_to_ours(gate):
    truck, node = ready(), enrolled()
    wrong = datetime.now(UTC) - timedelta(hours=3)
    sent = passage(truck.crossing_id, at=wrong, offset_ms=2 * 3600 * 1000)
    node.sends(sent)
    assert facts(truck, "passed")[0].occurred_at == wrong + timedelta(hours=2)
    assert (kept(sent).at, kept(sent).offset_ms) == (wrong + timedelta(hours=2), 7_200_000)


def test_since_when_a_lane_stands_is_told_by_our_clock(gate):
    node, now = enrolled(), datetime.now(UTC)
    behind = now - timedelta(hours=1)
    lane = {"code": "CKHN-B1-OUT", "phase": "idle", "since": (behind - timedelta(minutes=5)).isoformat()}
    waiting = {"items": 1, "oldest": (behind - timedelta(minutes=9)).isoformat()}
    node.stands(sent_at=behind.isoformat(), lanes=[lane], waiting=waiting)
    status = node.row.status
    since, oldest = status["lanes"][0]["since"], status["waiting"]["oldest"]
    told = [now - datetime.fromisoformat(one) for one in (since, oldest)]
    assert [round(one / timedelta(minutes=1)) for one in told] == [5, 9]


def test_what_comes_after_more_than_a_week_is_kept_and_seen_but_no_fact(gate):
    truck, node = ready(), enrolled()
    sent = passage(truck.crossing_id, at=datetime.now(UTC) - timedelta(days=8))
    assert node.sends(sent).body["accepted"] == [sent["id"]]
    assert kept(sent).alert == "too_late"
    assert facts(truck, "passed") == []


def test_opening_against_objections_stands_on_the_crossing_with_who_and_why(gate):
    truck, node = declare(), enrolled()
    act = opening(truck.crossing_id)
    through = passage(
        truck.crossing_id, irregular=["step_open"],
        opened_by={"act": act["id"], "person": "Vi Văn Mẫu", "reason": "misread", "words": "đã nhìn tận nơi"},
    )  # fmt: skip
    node.sends(act, through)
    (opened,) = facts(truck, "opened_against")
    assert (opened.actor.kind, opened.actor.name) == (ActorKind.PERSON, "Vi Văn Mẫu")
    assert (opened.data.reason, opened.data.objections, opened.note) == (
        "misread", ("step_open",), "đã nhìn tận nơi",
    )  # fmt: skip
    assert facts(truck, "passed")[0].irregular == ("step_open",)
    assert [kept(one).alert for one in (act, through)] == ["opened_against", ""]


def test_the_passage_alone_says_too_who_opened(gate):
    truck, node = declare(), enrolled()
    act = opening(truck.crossing_id)
    through = passage(
        truck.crossing_id, opened_by={"act": act["id"], "person": "Vi Văn Mẫu", "reason": "misread"}
    )
    node.sends(through)
    assert len(facts(truck, "opened_against")) == 1
    assert kept(through).alert == "opened_against"
    node.sends(act)
    assert len(facts(truck, "opened_against")) == 1


def test_an_opening_without_a_coded_reason_is_refused(gate):
    truck, node = declare(), enrolled()
    said = node.sends(
        opening(truck.crossing_id, reason=""), opening(truck.crossing_id, reason="because"),
        opening(truck.crossing_id, person=""),
    )  # fmt: skip
    assert [(one["why"], one["field"]) for one in said.body["refused"]] == [
        ("required", "body.reason"), ("reason_unknown", "body.reason"), ("required", "body.person"),
    ]  # fmt: skip
    assert facts(truck, "opened_against") == []


def test_where_the_lane_says_so_a_second_person_must_have_agreed(gate):
    truck, node = declare(), enrolled()
    Lane.objects.filter(pk="CKHN-B1-OUT").update(second_person=True)
    alone, himself = opening(truck.crossing_id), opening(truck.crossing_id, second="vi văn mẫu ")
    both = opening(truck.crossing_id, second="Chu Thị Mẫu")
    said = node.sends(alone, himself, both)
    assert [one["why"] for one in said.body["refused"]] == ["second_person_required", "same_person"]
    (opened,) = facts(truck, "opened_against")
    assert opened.data.second_person == "Chu Thị Mẫu"


def test_an_opening_from_before_a_second_person_was_asked_for_counts_when_it_comes_afterwards(gate):
    truck, node = declare(), enrolled()
    Lane.objects.filter(pk="CKHN-B1-OUT").update(second_person=True)
    said = node.sends(opening(truck.crossing_id, needs_second=False))
    assert said.body["refused"] == []
    assert len(facts(truck, "opened_against")) == 1
    Lane.objects.filter(pk="CKHN-B1-OUT").update(second_person=False)
    said = node.sends(opening(truck.crossing_id, needs_second=True))
    assert [one["why"] for one in said.body["refused"]] == ["second_person_required"]


def test_alarms_and_tailgates_are_kept_and_seen(gate):
    node = enrolled()
    tailgate, forced = (
        item("alarm", {"alarm": "tailgate"}),
        item("alarm", {"alarm": "forced", "words": "cần gãy"}),
    )
    node.sends(tailgate, forced, item("act", {"act": "refuse", "person": "Vi Văn Mẫu"}))
    assert (kept(tailgate).alert, kept(forced).alert) == ("tailgate", "alarm")
    assert LaneItem.objects.exclude(alert="").count() == 2


def test_what_a_node_reported_cannot_be_changed(gate):
    node = enrolled()
    node.sends(item("command", {"command": "open"}))
    for change in (lambda: LaneItem.objects.update(kind="x"), lambda: LaneItem.objects.all().delete()):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_a_picture_is_kept_once_under_its_content(gate):
    node = enrolled()
    first, again = node.sends_picture(), node.sends_picture()
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert node.sends_picture(name="ab" * 32).fields == {"sha256": "not_a_picture"}
    assert node.sends_picture(b"GIF89a").fields == {"sha256": "not_a_picture"}
    assert node.sends_picture(b"\xff\xd8\xff" + bytes(4_000_000)).status == 413
    assert node.sends_picture(b"\xff\xd8\xff" + bytes(3_000_000)).status == 200
    assert node.sends_picture(name="../../x").status in (404, 422)


def test_a_status_is_kept_and_a_new_configuration_is_dated(gate):
    node = enrolled()
    assert node.row.config_seen_at is None
    said = node.stands()
    assert set(said.body) == {"at"}
    first = node.row.config_seen_at
    node.stands()
    assert node.row.config_seen_at == first
    node.stands(config={"sha256": "cd" * 32, "summary": "3 camera"})
    row = node.row
    assert row.config_seen_at > first
    assert row.config_summary == "3 camera"
    assert row.status["lanes"][0]["phase"] == "idle"


def test_what_happened_stands_where_the_lane_was_then_whatever_the_board_made_of_it_since(gate):
    truck, node = ready(), enrolled()
    hold(truck)
    then = {"checkpoint": "B1", "direction": "out"}
    act = opening(truck.crossing_id, **then)
    opened_by = {"act": act["id"], "person": "Vi Văn Mẫu", "reason": "misread"}
    Lane.objects.filter(pk="CKHN-B1-OUT").update(checkpoint="B2", direction="in", leads_to="road")
    said = node.sends(act, passage(truck.crossing_id, opened_by=opened_by, **then))
    assert len(said.body["accepted"]) == 2
    [opened], [passed] = facts(truck, "opened_against"), facts(truck, "passed")
    assert (opened.data.at, passed.data.at, passed.data.direction) == ("B1", "B1", "out")
    assert opened.data.objections == ("hold_live",)
