"""Reference data, where a test that empties the tables has taken it away.

Seeding takes a second, which each test that commits would pay. So what the first seeding wrote is kept in a
schema of its own, which nothing empties, and copied back.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from cuakhauso.centre.crossings import usual
from cuakhauso.centre.lanes import seeding as lanes
from cuakhauso.centre.places import reference
from cuakhauso.centre.places import seeding as places
from cuakhauso.centre.places.models import Checkpoint, ReferenceVersion

APPS = ("places_", "lanes_")


def seeded() -> None:
    if ReferenceVersion.objects.exists():
        return
    with transaction.atomic():
        if tables := _kept():
            _copy_back(tables)
            return
        places.seed()
        lanes.seed()


def keep_what_was_seeded() -> None:
    """Once for each test database, before the first test."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept")
        for table in connection.introspection.table_names(cursor):
            if table.startswith(APPS):
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')


def _kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
        return [table for (table,) in cursor.fetchall()]


def _copy_back(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"')  # noqa: S608


def never_closed() -> Iterator[None]:
    """No checkpoint keeps hours, so that a wait is long at any hour; and nothing is known to be usual yet."""
    seeded()
    Checkpoint.objects.update(keeps_hours=False)
    reference._read.cache_clear()
    usual.forget()
    yield
    usual.forget()
    reference._read.cache_clear()
