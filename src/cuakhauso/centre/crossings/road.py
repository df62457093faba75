"""Orders on the road as a vehicle's page shows them, and that somebody has read one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.permit import Objection
from cuakhauso.core.road_decisions import against_reading_order

from ..shared.store import Story
from ..watch import orders
from ..web import words
from .queries import Whole
from .said import Said, act


def read_order(crossing: UUID, order: UUID, said: Said) -> Story:
    """Driver or business has read it."""

    def judge(case: d.Case, story: Story) -> list[Objection]:
        return against_reading_order(case, order)

    with transaction.atomic():
        story = act(crossing, said, lambda story: f.RoadOrderSeen(order=order), judge)
        orders.seen(crossing, order)
    return story


@dataclass(frozen=True, slots=True)
class Shown:
    """An order that counts now: what to do, who says so, since when, and whether it was read."""

    order: UUID
    title: str
    words: str
    agency: str
    given_at: datetime
    until: datetime | None
    seen_at: datetime | None


def shown(whole: Whole) -> list[Shown]:
    found = []
    for fact in whole.state.living_orders(whole.at):
        data = fact.data
        if isinstance(data, f.RoadOrdered):
            seen = whole.state.road_seen.get(data.order)
            found.append(
                Shown(
                    data.order,
                    title(data.code, data.where),
                    fact.note,
                    words.of(words.AGENCIES, fact.actor.agency),
                    fact.occurred_at,
                    data.until,
                    seen.occurred_at if seen else None,
                )
            )
    return found


def title(code: str, where: str) -> str:
    """The coded text with its place, in the reader's language."""
    told = words.of(words.ROAD_ORDERS, code)
    return _("%(order)s: %(where)s") % {"order": told, "where": words.where_words(where)} if where else told
