"""What I did today: my own acts, found again by a part of the plate, and taken back from there."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from cuakhauso.centre.crossings import my_day
from cuakhauso.centre.shared import store

from ..centre.builders import declare, officer
from .test_worklist import arrived, tap

pytestmark = pytest.mark.usefixtures("gate")


def confirmed(client, fact: uuid.UUID | None = None):
    truck = declare()
    arrived(truck)
    tap(client, truck, "entered", fact)
    return truck


def test_my_acts_are_listed_and_nobody_elses(as_):
    me, other = officer("customs"), officer("border_guard")
    mine, others = uuid.uuid4(), uuid.uuid4()
    confirmed(as_(me), mine)
    confirmed(as_(other), others)
    page = as_(me).get("/gate/CKHN/my-day/").content.decode()
    assert f'data-row="{mine}"' in page
    assert f'data-row="{others}"' not in page


def test_an_act_is_taken_back_from_the_list_with_a_reason_and_stays_in_it(as_):
    me, fact = officer("customs"), uuid.uuid4()
    client = as_(me, "/gate/CKHN/my-day/")
    truck = confirmed(client, fact)
    page = client.get("/gate/CKHN/my-day/").content.decode()
    assert f"/crossings/{truck.crossing_id}/sheet/undo/?fact={fact}" in page
    answer = client.post(
        f"/crossings/{truck.crossing_id}/undo/", {"fact": fact, "sheet": "1", "quick": "Bấm nhầm xe"}
    )
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "changed")
    page = client.get("/gate/CKHN/my-day/").content.decode()
    assert "đã hoàn tác" in page
    assert f"?fact={fact}" not in page
    assert store.facts_of(truck.crossing_id)[-1].kind == "undone"


def test_a_part_of_the_plate_finds_it_again(as_):
    client = as_(officer("customs"))
    first, second = confirmed(client), confirmed(client)
    part = first.form["vehicle"]["plate"][-6:]
    page = client.get("/gate/CKHN/my-day/", {"plate": part}).content.decode()
    assert f"/crossings/{first.crossing_id}/" in page
    assert f"/crossings/{second.crossing_id}/" not in page
    assert client.get("/gate/CKHN/my-day/?plate=%00%25&page=0").status_code == 200


def test_a_night_shift_sees_what_it_did_before_midnight():
    after_midnight = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)  # 01:30 in Hanoi
    assert my_day.begin_of_day(after_midnight) == after_midnight - timedelta(hours=12)
    evening = datetime(2026, 11, 26, 14, tzinfo=UTC)  # 21:00 in Hanoi
    assert my_day.begin_of_day(evening) == datetime(2026, 11, 25, 17, tzinfo=UTC)


def test_it_is_read_by_its_index(as_):
    rows = my_day.mine(officer("customs"), "", datetime.now(UTC)).query
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = rows.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "fact_said_by" in str(cursor.fetchall())
