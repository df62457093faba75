"""The floor that `make bench` compares with executes what a request executes, and it has the same effect."""

import os
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from bench import capture, floor, ready
from bench.floor import Numbered
from cuakhauso.centre.shared.models import Crossing, FactRow, OutboxEvent
from tests.seeded import seeded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="reads the log of the embedded PostgreSQL"),
]
LOG = Path(os.environ["CUAKHAUSO_DATA"]) / "postgres.log"


@pytest.fixture
def captured(tmp_path):
    """A confirmation's statements, the crossings, and pgbench's script made of them."""
    seeded()
    connection.ensure_connection()
    made = ready.make(12, connection.connection)
    crossings = [Numbered(made["first"], k) for k in range(12)]
    _log_statements("all")
    try:
        statements = _confirm(made["token"], crossings[-2:])
    finally:
        _log_statements("none")
    number = Crossing.objects.get(pk=crossings[-1].id).number
    path = tmp_path / "floor.sql"
    path.write_text(floor.script(statements, crossings[-1], number))
    return statements, crossings, path, number


def test_it_is_made_of_every_statement_of_a_confirmation(captured):
    """Sign-in, the version of the rules, lock, facts, the record with its columns and announcement."""
    statements, *_ = captured
    said = [" ".join(one.sql.split()) for one in statements]
    parts = (
        "accounts_token",
        "places_referenceversion",
        "BEGIN",
        "FOR UPDATE",
        "string_agg",
        "INSERT",
        "COMMIT",
    )
    assert [part for one in said for part in parts if part in one] == list(parts)
    assert len(said) == len(parts)


def test_both_have_their_statements_prepared(captured):
    statements, *_ = captured
    assert {one.sql for one in statements if not one.is_prepared} == {"BEGIN", "COMMIT"}


def test_it_changes_what_a_confirmation_changes(captured):
    _statements, crossings, path, number = captured
    facts, events = FactRow.objects.count(), OutboxEvent.objects.count()
    floor.run(_address(), path, number=number, base=0, each=1, clients=8)
    assert FactRow.objects.count() == facts + 8
    assert OutboxEvent.objects.count() == events + 8
    by_request = _told(crossings[-1])
    for crossing in crossings[:8]:
        assert _told(crossing) == by_request


def _told(crossing):
    """What a crossing's columns and last fact say, without what is its own."""
    row = Crossing.objects.values().get(pk=crossing.id)
    fact = FactRow.objects.values("seq", "kind").filter(crossing=crossing.id).order_by("-seq")[0]
    own = ("id", "number", "plate", "plate_shown", "identifiers", "head")
    assert str(10_000 + crossing.k) in row["plate"]
    assert str(10_000 + crossing.k) in row["number"]
    assert any(str(floor.SERIAL_IN_DIGITS + crossing.k) in one for one in row["identifiers"])
    return {name: value for name, value in row.items() if name not in own} | fact


def _confirm(token, crossings):
    from cuakhauso.centre.config.wsgi import application

    seen = 0
    for crossing in crossings:
        seen = LOG.stat().st_size
        capture.confirmation(application, token, crossing.id, capture.fact_of(crossing.id), ready.STEP)
    with LOG.open("rb") as file:
        file.seek(seen)
        statements = capture.statements(file.read().decode())
    # Said once by each new connection; tests have no pool that keeps them.
    return [one for one in statements if "set_config" not in one.sql]


def _log_statements(which):
    """For connections that begin from now on."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE \"{name}\" SET log_statement = '{which}'")
    connection.close()


def _address():
    told = connection.settings_dict
    return make_conninfo(dbname=told["NAME"], user=told["USER"], host=told["HOST"])
