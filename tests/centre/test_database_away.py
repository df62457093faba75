"""The database goes away in the middle: a clear page, and nothing half done."""

import psycopg
import pytest
from django.db import connection
from django.test import Client

from cuakhauso.centre.accounts.models import User


def cut() -> None:
    """End the server's side of this test's own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    told = connection.get_connection_params()
    known = {name: told[name] for name in ("host", "port", "user", "dbname", "password") if told.get(name)}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_said_and_the_next_request_is_served_again():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("thu", password=None))
    cut()

    answer = client.get("/accounts/2fa/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "chưa được ghi" in answer.content.decode()
    connection.close()
    assert client.get("/accounts/2fa/").status_code == 200
