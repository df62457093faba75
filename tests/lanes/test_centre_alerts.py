"""What officers do with alerts: seen once, with words where it matters; whose passage nobody knew."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.lanes import alerts, queries
from cuakhauso.centre.lanes.models import Acknowledgement, Attachment, LaneItem
from cuakhauso.centre.lanes.rules import CONCERNED, Alert
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import NotFound, Refused
from cuakhauso.centre.shared.models import AuditEntry, Crossing
from cuakhauso.core.words import Agency

from ..api.callers import agency
from ..centre.builders import Gate, business, declare, leader, officer
from ..pages_officer.conftest import opened_all_day
from ..pages_officer.test_live import Page, cookies_of, in_thread
from .nodes import board, enrolled, item, new_id, passage

PLATE = "12C-345.67"
HTMX = {"HX-Request": "true"}


def tailgate(node):
    sent = item("alarm", {"alarm": "tailgate"})
    node.sends(sent)
    return sent["id"]


def strange(node, plate=PLATE, **more):
    """A vehicle passes that nobody knows."""
    reads = [{"subject": "plate", "text": plate, "confidence": 0.9}] if plate else []
    sent = passage(None, reads=reads, opened_by="nobody", **more)
    node.sends(sent)
    return sent["id"]


def in_conflict(node):
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    health = Said(by=officer("health"), note="thiếu giấy", occurred_at=long_ago)
    actions.hold(truck.crossing_id, "papers", health)
    sent = passage(truck.crossing_id, at=datetime.now(UTC) - timedelta(minutes=5))
    node.sends(sent)
    assert LaneItem.objects.get(pk=sent["id"]).alert == "conflict"
    return sent["id"]


def says(who, words="", **more):
    return alerts.Saying(by=who, words=words, **more)


def codes(refused):
    return {objection.code for objection in refused.value.objections}


# --- seen ------------------------------------------------------------------------------------------


def test_every_alert_concerns_somebody():
    assert set(CONCERNED) == set(Alert)
    assert all(CONCERNED.values())


def test_an_officer_acknowledges_an_alert_once_with_words_and_it_stays_in_the_history(gate):
    node = enrolled()
    alert = tailgate(node)
    guard = officer("border_guard")
    assert queries.count_open("CKHN", [Agency.BORDER_GUARD]) == 1
    with pytest.raises(Refused) as without:
        alerts.acknowledge(alert, says(guard))
    assert codes(without) == {"words_required"}
    saying = says(guard, "hai xe cùng đoàn, đã cho xe sau quay lại", id=uuid.uuid4())
    first, again = alerts.acknowledge(alert, saying), alerts.acknowledge(alert, saying)
    assert first == again
    assert (first.by_name, first.agency) == ("Nông Văn Mẫu", "border_guard")
    assert queries.count_open("CKHN", [Agency.BORDER_GUARD]) == queries.count_open("CKHN") == 0
    assert LaneItem.objects.get(pk=alert).alert == "tailgate"
    assert AuditEntry.objects.filter(verb="alert_acknowledged").count() == 1


def test_a_second_officer_is_told_who_was_first_and_both_reasons_at_once(gate):
    alert = tailgate(enrolled())
    alerts.acknowledge(alert, says(officer("border_guard"), "đã xem"))
    with pytest.raises(Refused) as late:
        alerts.acknowledge(alert, says(officer("customs")))
    assert codes(late) == {"already_acknowledged", "words_required"}
    assert Acknowledgement.objects.count() == 1
    assert AuditEntry.objects.filter(verb="refused", subject=f"lane_item:{alert}").count() == 1


def test_whom_it_does_not_concern_is_refused_and_strangers_find_nothing(gate):
    alert = tailgate(enrolled())
    with pytest.raises(Refused) as other:
        alerts.acknowledge(alert, says(officer("health"), "đã xem"))
    assert codes(other) == {"wrong_agency"}
    with pytest.raises(Refused):
        alerts.acknowledge(alert, says(leader(), "đã xem"))
    for stranger in (officer("customs", "TT"), business()):
        with pytest.raises(NotFound):
            alerts.acknowledge(alert, says(stranger, "đã xem"))


def test_a_conflict_is_also_the_alert_of_whoever_holds_the_vehicle(gate):
    alert = in_conflict(enrolled())
    assert queries.count_open("CKHN", [Agency.HEALTH]) == 1
    assert queries.count_open("CKHN", [Agency.TRANSPORT_LICENCE]) == 0
    alerts.acknowledge(alert, says(officer("health"), "xe đã về bãi, lấy mẫu lại"))
    assert Acknowledgement.objects.get().agency == "health"


def test_what_is_no_alert_cannot_be_acknowledged(gate):
    node = enrolled()
    sent = item("transition", {"from": "idle", "to": "approach"})
    node.sends(sent)
    with pytest.raises(NotFound):
        alerts.acknowledge(sent["id"], says(officer("customs"), "x"))


def test_an_acknowledgement_is_never_changed(gate):
    made = alerts.acknowledge(tailgate(enrolled()), says(officer("customs"), "đã xem"))
    for change in (lambda: made.delete(), lambda: Acknowledgement.objects.update(words="khác")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_items_that_were_refused_are_one_alert_of_the_board(gate):
    node = enrolled()
    bad = [item("alarm", {"words": "no code"}), {**passage(None), "id": "no-id"}]
    node.sends(*bad)
    node.sends(*bad)
    row = LaneItem.objects.get(alert="refused")
    assert {one["why"] for one in row.body["items"]} == {"required", "not_an_id"}
    assert queries.count_open("CKHN", [Agency.BOARD]) == 1
    assert queries.count_open("CKHN", [Agency.CUSTOMS]) == 0


def test_what_waits_is_what_nobody_has_acknowledged(gate):
    node = enrolled()
    seen, attached, waits = tailgate(node), strange(node), tailgate(node)
    node.sends(item("command", {}), item("alarm", {"words": "refused"}))
    alerts.acknowledge(seen, says(officer("customs"), "đã xem"))
    alerts.attach(attached, declare().crossing_id, says(officer("customs")))
    unanswered = LaneItem.objects.exclude(alert="").filter(acknowledgement=None)
    assert set(queries.open_alerts("CKHN")) == set(unanswered)
    assert uuid.UUID(waits) in {row.pk for row in unanswered}
    assert len(unanswered) == 2


def test_the_api_does_the_same(gate):
    node, guard = enrolled(), agency("border_guard")
    alert = tailgate(node)
    (listed,) = guard.get("/lanes/alerts?gate=CKHN").body["items"]
    assert (listed["id"], listed["alert"], listed["acknowledged"]) == (alert, "tailgate", None)
    path, own = f"/lanes/alerts/{alert}/acknowledge", new_id()
    assert guard.post(path, {"id": own}).codes == ["words_required"]
    said = guard.post(path, {"id": own, "words": "đã xem"})
    assert said.status == 200
    assert said.body["acknowledged"]["words"] == "đã xem"
    assert guard.post(path, {"id": own, "words": "đã xem"}).body == said.body
    assert guard.post(path, {"id": own, "words": "khác"}).body["code"] == "id_reused"
    assert guard.get("/lanes/alerts?gate=CKHN").body["items"] == []
    (kept,) = guard.get("/lanes/alerts?gate=CKHN&open=false").body["items"]
    assert kept == said.body
    assert agency("customs", "TT").post(path, {"id": new_id(), "words": "x"}).status == 404
    assert node.caller.get("/lanes/alerts").body["items"] == [], "a node answers no alerts"


def test_the_api_lists_alerts_page_by_page(gate):
    node, guard = enrolled(), agency("border_guard")
    sent = [tailgate(node) for _ in range(3)]
    first = guard.get("/lanes/alerts?limit=2").body
    rest = guard.get(f"/lanes/alerts?limit=2&cursor={first['next']}").body
    assert [one["id"] for one in (*first["items"], *rest["items"])] == sent[::-1]
    assert rest["next"] is None
    assert guard.get("/lanes/alerts?cursor=eHh8eHg").status == 422


# --- whose passage it was --------------------------------------------------------------------------


def passed(crossing):
    return [fact for fact in store.facts_of(crossing) if fact.kind == "passed"]


def test_a_passage_of_nobody_known_becomes_facts_of_the_crossing_once_and_irregular(gate):
    truck, node = declare(), enrolled()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"])
    weight = {"kg": 21450, "stable": True}
    alert = strange(node, truck.form["vehicle"]["plate"], weight=weight)
    guard = officer("border_guard")
    saying = says(guard, id=uuid.uuid4())
    first, again = (alerts.attach(alert, truck.crossing_id, saying) for _ in range(2))
    assert first == again
    (fact,) = passed(truck.crossing_id)
    assert fact.irregular == ("not_recognised",), "it had a permit, and no lane knew it"
    assert (fact.actor.id, fact.checkpoint) == (guard.id, "CKHN-B1-OUT")
    (weighed,) = [f for f in store.facts_of(truck.crossing_id) if f.kind == "weighed"]
    assert weighed.actor.name == "Nút B1"
    assert Acknowledgement.objects.get().item_id == uuid.UUID(alert)
    with pytest.raises(Refused) as other:
        alerts.attach(alert, declare().crossing_id, says(officer("customs")))
    assert codes(other) == {"already_attached"}
    assert Attachment.objects.count() == 1


def test_a_passage_that_was_only_seen_may_be_attached_later(gate):
    truck, alert = declare(), strange(enrolled(), plate="")
    alerts.acknowledge(alert, says(officer("customs")))
    alerts.attach(alert, truck.crossing_id, says(officer("border_guard")))
    (fact,) = passed(truck.crossing_id)
    assert fact.irregular == ("step_open", "not_recognised")
    assert Acknowledgement.objects.count() == 1


def test_only_border_guard_and_customs_say_whose_passage_it_was(gate):
    truck, alert = declare(), strange(enrolled())
    with pytest.raises(Refused) as refused:
        alerts.attach(alert, truck.crossing_id, says(board()))
    assert codes(refused) == {"wrong_agency"}
    elsewhere = declare(gate="TT", yard="BN")
    with pytest.raises(NotFound):
        alerts.attach(alert, elsewhere.crossing_id, says(officer("border_guard")))
    with pytest.raises(NotFound):
        alerts.attach(tailgate(enrolled(name="Nút 2")), truck.crossing_id, says(officer("border_guard")))
    assert passed(truck.crossing_id) == []


def test_a_vehicle_that_nobody_declared_is_registered_and_gets_its_passage(gate, browser_of):
    alert = strange(enrolled())
    client = browser_of(officer("border_guard"))
    address = f"/lanes/CKHN/alerts/{alert}/"
    sheet = client.get(address, headers=HTMX).content.decode()
    assert f"Ghi {PLATE} là xe chưa khai báo" in sheet
    form = {"id": new_id(), "plate": PLATE, "crossing": ""}
    for _ in range(2):
        assert client.post(f"{address}attach/", form, headers=HTMX).status_code == 200
    crossing = Crossing.objects.get()
    assert (crossing.plate_shown, crossing.stage) == (PLATE, "undeclared")
    assert len(passed(crossing.pk)) == 1
    assert crossing.place == "temporary_yard"
    bad = client.post(f"{address}attach/", {"id": new_id(), "plate": "?"}, headers=HTMX)
    assert bad.status_code == 409


def test_the_desk_of_the_undeclared_shows_them_with_plate_and_picture(gate, browser_of):
    node = enrolled()
    sha = node.sends_picture().body["sha256"]
    alert = strange(node, pictures=[{"sha256": sha}])
    client = browser_of(officer("border_guard"))
    page = client.get("/gate/CKHN/undeclared/").content.decode()
    assert PLATE in page
    assert f"/lanes/CKHN/pictures/{sha}.jpg" in page
    assert f"/lanes/CKHN/alerts/{alert}/" in page
    truck = declare()
    alerts.attach(alert, truck.crossing_id, says(officer("border_guard")))
    assert "/lanes/CKHN/alerts/" not in client.get("/gate/CKHN/undeclared/").content.decode()
    timeline = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert f"/crossings/{truck.crossing_id}/pictures/{sha}.jpg" in timeline
    assert client.get(f"/crossings/{truck.crossing_id}/pictures/{sha}.jpg").status_code == 200


def test_what_passed_more_than_a_week_ago_becomes_no_fact(gate):
    truck = declare()
    node = enrolled()
    sent = passage(None, at=datetime.now(UTC) - timedelta(days=8))
    node.sends(sent)
    guard = agency("border_guard")
    said = guard.post(
        f"/lanes/alerts/{sent['id']}/attach", {"id": new_id(), "crossing": str(truck.crossing_id)}
    )
    assert said.fields == {"occurred_at": "too_long_ago"}
    assert not Attachment.objects.exists()
    assert guard.post(f"/lanes/alerts/{sent['id']}/attach", {"id": new_id()}).fields == {
        "crossing": "required"
    }


# --- on the pages ----------------------------------------------------------------------------------


def test_the_sheet_says_why_it_cannot_be_so_and_answers_with_a_strip(gate, browser_of):
    alert = tailgate(enrolled())
    client = browser_of(officer("customs"))
    address = f"/lanes/CKHN/alerts/{alert}/"
    assert "Đã làm gì" in client.get(address, headers=HTMX).content.decode()
    wordless = client.post(f"{address}acknowledge/", {"id": new_id()}, headers=HTMX)
    assert wordless.status_code == 409
    assert "Hãy ghi vài chữ" in wordless.content.decode()
    done = client.post(f"{address}acknowledge/", {"id": new_id(), "words": "đã xem"}, headers=HTMX)
    assert "Đã nhận cảnh báo" in done.content.decode()
    page = client.get("/lanes/CKHN/").content.decode()
    assert "“đã xem”" in page
    assert "Cảnh báo chờ xem: 0" in page
    assert browser_of(officer("customs", "TT")).get(address, headers=HTMX).status_code == 404


def test_open_alerts_are_counted_where_the_agencies_work(gate, browser_of):
    tailgate(enrolled())
    for who, counted in (("customs", True), ("border_guard", True), ("health", False)):
        page = browser_of(officer(who)).get("/gate/CKHN/").content.decode()
        assert ("1 cảnh báo tại làn chờ xem" in page) is counted, who
        assert ('title="Cảnh báo chờ xem">1</b>' in page) is counted, who


@pytest.fixture
def committed(transactional_db):
    yield from opened_all_day()


@pytest.mark.clock
@pytest.mark.django_db(transaction=True)
def test_the_list_and_the_lanes_page_hear_of_an_alert_and_that_it_was_seen(committed):
    node, guard = enrolled(), officer("border_guard")
    cookies = cookies_of(guard)

    async def story():
        async with (
            Page("/live/gate/CKHN/?show=list&tab=mine", cookies) as work,
            Page("/live/lanes/CKHN/", cookies) as lanes,
        ):
            await work.until(lambda: "event: beat" in work.text and "event: worklist" in work.text)
            await lanes.until(lambda: "event: beat" in lanes.text and "event: lanes" in lanes.text)
            alert = await in_thread(tailgate, node)
            await work.until(lambda: "1 cảnh báo tại làn chờ xem" in work.text)
            await lanes.until(lambda: "Cảnh báo chờ xem: 1" in lanes.text)
            before = (work.text.count("event: worklist"), lanes.text.count("event: lanes"))
            await in_thread(alerts.acknowledge, uuid.UUID(alert), says(guard, "đã xem"))
            await work.until(lambda: work.text.count("event: worklist") > before[0])
            await lanes.until(lambda: "“đã xem”" in lanes.text)
            return work.text.rsplit("event: worklist", 1)[1]

    assert "cảnh báo tại làn" not in asyncio.run(story())
