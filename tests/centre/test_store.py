"""What the facts store promises: one way in, nothing twice, nothing lost, nothing changed."""

import uuid
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from cuakhauso.centre.crossings import actions, rebuild
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import IdReused, Refused
from cuakhauso.centre.shared.models import AuditEntry, Crossing, FactRow, OutboxEvent
from tests.seeded import seeded

from .builders import Gate, declare, officer

pytestmark = pytest.mark.usefixtures("gate")


def test_a_confirmation_is_recorded_chained_projected_and_announced():
    truck = declare()
    Gate(truck.crossing_id).confirm("registration_accepted", "customs")

    row = Crossing.objects.get(pk=truck.crossing_id)
    facts = list(FactRow.objects.filter(crossing=row).order_by("seq"))
    assert [fact.kind for fact in facts] == ["declared", "confirmed"]
    assert row.facts == 2
    assert bytes(row.head) == bytes(facts[-1].hash)
    event = OutboxEvent.objects.latest("id")
    assert event.payload["crossing"] == str(row.id)
    assert "customs@desk" in event.payload["touches"]


def test_the_same_fact_sent_twice_takes_effect_once():
    truck = declare()
    said = Said(by=officer("customs"), id=uuid.uuid4())
    actions.confirm(truck.crossing_id, "registration_accepted", said)
    actions.confirm(truck.crossing_id, "registration_accepted", said)

    assert FactRow.objects.filter(crossing_id=truck.crossing_id).count() == 2


def test_an_id_used_on_another_crossing_is_refused_and_nothing_is_written():
    first, second = declare(), declare()
    said = Said(by=officer("customs"), id=uuid.uuid4())
    actions.confirm(first.crossing_id, "registration_accepted", said)

    with pytest.raises(IdReused), transaction.atomic():
        actions.confirm(second.crossing_id, "registration_accepted", said)
    assert Crossing.objects.get(pk=second.crossing_id).facts == 1


def test_a_refusal_carries_every_reason_and_is_kept_in_the_audit_trail():
    truck = declare()
    with pytest.raises(Refused) as refused:
        actions.confirm(truck.crossing_id, "entered", Said(by=officer("health")))

    assert [objection.code for objection in refused.value.objections] == ["wrong_agency"]
    assert AuditEntry.objects.get().data["why"] == ["wrong_agency"]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_itself_refuses_to_change_a_fact(act):
    declare()
    facts = FactRow.objects.all()
    with pytest.raises(DatabaseError, match="append_only"):
        facts.update(kind="other") if act == "update" else facts.delete()


def test_a_fact_that_was_tampered_with_breaks_the_chain():
    truck = declare()
    Gate(truck.crossing_id).confirm("registration_accepted", "customs")
    assert list(rebuild.verify()) == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE shared_factrow DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE shared_factrow SET body = jsonb_set(body, '{note}', '\"sửa trộm\"')"
            " WHERE crossing_id = %s AND seq = 2",
            [truck.crossing_id],
        )
        cursor.execute("ALTER TABLE shared_factrow ENABLE TRIGGER USER")
    assert [(broken.crossing, broken.seq) for broken in rebuild.verify()] == [(truck.crossing_id, 2)]


def test_rebuild_changes_nothing_after_a_whole_journey():
    truck = declare()
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    walk.confirm("in_yard", "yard").pays(800_000).leaves_yard()
    walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")

    assert Crossing.objects.get(pk=truck.crossing_id).stage == "ended"
    assert list(rebuild.rebuild(write=False)) == []


def test_rebuild_sets_right_what_was_wrong():
    truck = declare()
    Crossing.objects.filter(pk=truck.crossing_id).update(stage="ended", owed=7)

    assert {d.column for d in rebuild.rebuild()} == {"stage", "owed"}
    assert Crossing.objects.get(pk=truck.crossing_id).stage == "coming"
    assert list(rebuild.rebuild()) == []


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_one_confirms_and_the_other_learns_of_it():
    seeded()
    truck = declare()
    one = officer("customs")
    ready, outcomes = Barrier(2), []

    def confirm() -> None:
        ready.wait()
        try:
            actions.confirm(truck.crossing_id, "registration_accepted", Said(by=one))
            outcomes.append("confirmed")
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["already_done", "confirmed"]
    assert store.facts_of(truck.crossing_id)[-1].kind == "confirmed"
