"""The few statements that every act executes, prepared: PostgreSQL plans them once per connection.

Django sends each statement as a new text, and PostgreSQL plans it anew: for these few, a third of its work.
Everything else belongs to Django's own cursor, which is what tests and tools can watch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def rows(query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Executes on Django's connection, inside its transaction, with its exceptions. Parameters travel
    beside the text, so one whose type PostgreSQL cannot see from its place in it needs a cast."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(query, parameters, prepare=True)
        return cursor.fetchall() if cursor.description else []
