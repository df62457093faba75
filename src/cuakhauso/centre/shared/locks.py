"""Locks on things that are no rows yet."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def lock_plates(plates: Iterable[str]) -> None:
    """Until the transaction ends nobody else begins a crossing of these plates.

    Taken in one order, so that two that name the same plates never wait for each other.
    """
    _lock(f"plate:{plate}" for plate in plates)


def lock_ids(ids: Iterable[UUID | None]) -> None:
    """Until the transaction ends nobody else takes in what was sent under these ids: the same request,
    sent twice at once, is done once and answered twice."""
    _lock(f"id:{one}" for one in ids)


def lock_work(name: str) -> None:
    """Until the transaction ends nobody else does this work: what two would write is written one after the
    other."""
    _lock([f"work:{name}"])


def lock_things(names: Iterable[str]) -> None:
    """Until the transaction ends nobody else declares these trailers, containers or seals. Taken after plates
    and before crossings."""
    _lock(f"thing:{name}" for name in names)


def _lock(names: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
