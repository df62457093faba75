"""Border guard's own number: given once, at a tap, by the serial of the day (A: one serial for all gates)."""

from uuid import UUID

from django.db import connection, transaction

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.identifiers import make_border_guard_number
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import HANOI
from cuakhauso.core.road_decisions import against_numbering
from cuakhauso.core.words import Agency

from ..shared import store
from ..shared.store import Story
from .said import Said, act, refusals_kept

NEXT_SERIAL = """
INSERT INTO crossings_guardserial (day, last) VALUES (%s, 1)
ON CONFLICT (day) DO UPDATE SET last = crossings_guardserial.last + 1 RETURNING last
"""
BORDER_GUARD = (Agency.BORDER_GUARD,)


def give_number(crossing: UUID, said: Said) -> Story:
    """Raises `Refused` where it has one already, with that number."""

    def data(story: Story) -> f.BorderGuardNumbered:
        return f.BorderGuardNumbered(number=story.state.guard_number or _next())

    def judge(case: d.Case, story: Story) -> list[Objection]:
        return against_numbering(case)

    with refusals_kept(crossing, said, BORDER_GUARD), transaction.atomic():
        return act(crossing, said, data, judge, prefer=BORDER_GUARD)


def _next() -> str:
    day = store.now().astimezone(HANOI).date()
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SERIAL, [day])
        row = cursor.fetchone()
    assert row is not None
    return make_border_guard_number(day, row[0])
