"""Taps that waited on their device: taken once, with both times, under the name of who made them alone."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cuakhauso.centre.crossings import actions
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared import store

from ..centre.builders import declare, officer
from .test_worklist import arrived, confirmations, tap

pytestmark = pytest.mark.usefixtures("gate")
KEPT = {"X-Kept-Tap": "1"}


@pytest.fixture
def truck():
    found = declare()
    arrived(found)
    return found


def later(client, truck, fact, pressed: datetime, by: str):
    form = {
        "step": "entered",
        "id": str(fact),
        "pressed_at": str(int(pressed.timestamp() * 1000)),
        "pressed_by": by.removeprefix("user:"),
    }
    return client.post(f"/crossings/{truck.crossing_id}/confirm/", form, headers=KEPT)


def test_a_kept_tap_happened_when_it_was_pressed_and_says_when_it_came(as_, truck):
    me, pressed = officer("customs"), store.now() - timedelta(seconds=20)
    answer = later(as_(me), truck, uuid.uuid4(), pressed, me.id)
    assert answer.json()["taken"] is True
    fact = store.facts_of(truck.crossing_id)[-1]
    assert abs(fact.occurred_at - pressed) < timedelta(milliseconds=2)
    assert fact.recorded_at > fact.occurred_at + timedelta(seconds=15)


def test_a_tap_whose_answer_was_lost_is_taken_once_and_keeps_its_first_time(as_, truck):
    me, fact, before = officer("customs"), uuid.uuid4(), confirmations(truck)
    client = as_(me)
    assert tap(client, truck, "entered", fact).status_code == 200
    first = store.facts_of(truck.crossing_id)[-1].occurred_at
    for _ in range(2):
        sent = later(client, truck, fact, datetime.now(UTC) - timedelta(minutes=3), me.id)
        assert sent.json()["taken"] is True
    assert confirmations(truck) == before + 1
    assert store.facts_of(truck.crossing_id)[-1].occurred_at == first


def test_it_is_never_sent_under_the_name_of_who_signed_in_after(as_, truck):
    me, next_shift, before = officer("customs"), officer("border_guard"), confirmations(truck)
    assert later(as_(next_shift), truck, uuid.uuid4(), store.now(), me.id).status_code == 403
    assert later(as_(next_shift), truck, uuid.uuid4(), store.now(), "").status_code == 403
    assert confirmations(truck) == before


def test_a_session_that_ended_is_told_as_such_and_not_with_a_page(truck):
    assert later(Client(), truck, uuid.uuid4(), store.now(), "1").status_code == 401
    assert Client(headers={"HX-Request": "true"}).get("/gate/CKHN/").status_code == 401
    assert Client().get("/gate/CKHN/").status_code == 302


def test_what_is_refused_later_says_every_reason_and_is_final(as_, truck):
    me = officer("customs")
    actions.hold(truck.crossing_id, "papers", Said(by=officer("police"), note="Thiếu phù hiệu"))
    said = later(as_(me), truck, uuid.uuid4(), store.now(), me.id).json()
    assert said["taken"] is False
    assert any("Công an" in reason for reason in said["reasons"])
    too_old = later(as_(me), truck, uuid.uuid4(), store.now() - timedelta(days=8), me.id).json()
    assert too_old["taken"] is False


@pytest.mark.parametrize("given", ["x", "-1", "9" * 15, "²"])
def test_a_time_that_is_none_is_refused(as_, truck, given):
    me = officer("customs")
    form = {"step": "entered", "id": str(uuid.uuid4()), "pressed_at": given, "pressed_by": me.id[5:]}
    answer = as_(me).post(f"/crossings/{truck.crossing_id}/confirm/", form, headers=KEPT)
    assert answer.json()["taken"] is False
