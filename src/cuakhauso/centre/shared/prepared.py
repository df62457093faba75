"""The few statements that every act executes, prepared: PostgreSQL plans them once per connection.

Django sends each statement as a new text, and PostgreSQL plans it anew: for these few, a third of its work.
Everything else belongs to Django's own cursor, which is what tests and tools can watch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

Parameters = Sequence[Any] | Mapping[str, Any]


def rows(query: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return _executed(query, parameters, fetch=True)


def execute(query: str, parameters: Parameters) -> None:
    _executed(query, parameters, fetch=False)


def _executed(query: str, parameters: Parameters, *, fetch: bool) -> list[tuple[Any, ...]]:
    """On Django's connection, inside its transaction, with its exceptions. Parameters travel beside the
    text: one whose type PostgreSQL cannot see from its place in it needs a cast."""
    ours = connections[DEFAULT_DB_ALIAS]
    ours.ensure_connection()
    ours.validate_no_broken_transaction()
    with ours.wrap_database_errors, psycopg.Cursor(ours.connection) as cursor:
        cursor.execute(query, parameters, prepare=True)
        return cursor.fetchall() if fetch else []
