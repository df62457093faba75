"""From what a page shows to its HTML, for a request and for the live stream alike: no request needed."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from cuakhauso.core.words import Agency

from ..accounts.principal import Principal
from ..shared import store
from ..shared.models import Crossing
from ..watch import shown as alerts
from ..web import formats, words
from . import correction_pages, dossier, from_lanes, queries, stays
from .offers import Reader
from .worklist import Listing, Row, View, listing, rows

ROWS_KEPT = 5_000
LEAVING_SHOWN = 10


@lru_cache(maxsize=ROWS_KEPT)
def row_html(row: Row, template: str, language: str) -> SafeString:
    """Equal rows are drawn once; the page counts the minutes on by itself."""
    return render_to_string(template, {"row": row})


TEMPLATES = {"mine": "crossings/_row.html", "coming": "crossings/_row_coming.html"}


def worklist(reader: Principal, view: View) -> str:
    """The part of the list's page that changes: tabs with counts, and rows."""
    with override(view.language):
        found = listing(reader, view)
        context = {
            **_list_context(found),
            "leaving": leaving(reader, view),
            "matches": alerts.open_at(view.gate, view.agencies),
        }
        return render_to_string("crossings/_worklist.html", context)


WARNED = frozenset({Agency.BORDER_GUARD, Agency.TRANSPORT_LICENCE})


def leaving(reader: Principal, view: View) -> list[stays.Leaving]:
    """For those who look after stays, on the first page of their own list."""
    if view.tab != "mine" or view.page != 1 or not WARNED & set(view.agencies):
        return []
    return stays.leaving_soon(reader, view.gate)[:LEAVING_SHOWN]


def _list_context(found: Listing) -> dict[str, Any]:
    view = found.view
    template = TEMPLATES.get(view.tab, "crossings/_row_quiet.html")
    return {
        "view": view,
        "counts": found.counts,
        "rows": [row_html(row, template, view.language) for row in found.rows],
        "below": [row_html(row, "crossings/_row_quiet.html", view.language) for row in found.below],
        "next_coming": found.next_coming,
        "pages": found.pages,
        "lane_alerts": from_lanes.told().open_alerts(view.gate, view.agencies) if view.agencies else 0,
        "before": view.page - 1,
        "after": view.page + 1 if view.page < found.pages else 0,
        "who": ", ".join(words.of(words.AGENCIES, agency) for agency in view.agencies),
        "where": words.of(words.CHECKPOINTS, view.post) if view.post else "",
    }


def now_words() -> str:
    """The second at which something was answered."""
    now = store.now()
    return f"{formats.clock(now)}:{now.second:02}"


def reader_at(reader: Principal, gate: str, language: str) -> Reader:
    """What of a person decides how a crossing's page looks."""
    posts: dict[Any, tuple[str, ...]] = {}
    for agency in dict.fromkeys(reader.agencies_at(gate)):
        roles = [role for role in reader.roles_at(gate) if role.agency is agency]
        anywhere = any(not role.posts for role in roles)
        posts[agency] = () if anywhere else tuple(sorted({p for role in roles for p in role.posts}))
    return Reader(tuple(posts.items()), language)


def crossing(principal: Principal, crossing_id: UUID, reader: Reader) -> str:
    """The part of a crossing's page that changes. Raises `NotFound` for what the reader may not see."""
    with override(reader.language):
        whole = queries.whole(principal, crossing_id)
        proposed = correction_pages.proposed(whole, reader)
        asked = correction_pages.requests(whole)
        shown = {**dossier.shown(whole, reader), "proposed": proposed, "asked": asked}
        return render_to_string("crossings/_crossing.html", shown)


def quiet_rows(view: View, found: list[Crossing]) -> list[SafeString]:
    """Rows without buttons: each leads to its crossing."""
    return [row_html(row, "crossings/_row_quiet.html", view.language) for row in rows(view, found)]
