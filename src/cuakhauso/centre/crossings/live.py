"""The live streams: an officer's list, a crossing's page, and a bare sign that something changed.

Who may look is asked when a page opens its stream, and again whenever it comes back.
"""

from collections.abc import Callable, Hashable
from functools import partial
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ..accounts import principal
from ..accounts.principal import Principal
from ..shared.errors import NotFound
from ..shared.stream import Draw, Event, Touch, Touched, answer, hub
from ..watch.rules import WATCHERS
from . import drawing, from_lanes, queries
from .posts import gate_for
from .worklist import View, view_of

Looked = tuple[Hashable, str, Draw, Touched]


def _touches_view(view: View, event: Event) -> Touch:
    """Now, where this list's own steps are touched; soon, where another vehicle at the gate changed."""
    told = event.payload
    if told.get("watch_of") == view.gate:
        return Touch.NOW if set(WATCHERS) & set(view.agencies) else Touch.NOT
    if from_lanes.touches(view.gate, event):
        return Touch.SOON
    if told.get("gate") != view.gate:
        return Touch.NOT
    return Touch.NOW if set(view.keys) & set(told.get("touches", ())) else Touch.SOON


def _touches_gate(gate: str, event: Event) -> Touch:
    here = gate in (event.payload.get("gate"), event.payload.get("watch_of")) or from_lanes.touches(
        gate, event
    )
    return Touch.NOW if here else Touch.NOT


def _touches_crossing(crossing: str, event: Event) -> Touch:
    return Touch.NOW if event.payload.get("crossing") == crossing else Touch.NOT


class _Counter:
    """A picture that only says that something changed: a number that grows."""

    def __init__(self, touches: Callable[[Event], Touch]) -> None:
        self.touches, self.last = touches, 0

    def draw(self) -> str:
        return str(self.last)

    def touched(self, event: Event) -> Touch:
        touch = self.touches(event)
        self.last = max(self.last, event.id) if touch else self.last
        return touch


def _gate(request: HttpRequest, gate: str) -> Looked:
    reader = _reader(request)
    gate_for(reader, gate)
    if request.GET.get("show") != "list":
        counter = _Counter(partial(_touches_gate, gate))
        return ("gate", gate), "changed", counter.draw, counter.touched
    given = request.GET
    page = int(given["page"]) if given.get("page", "").isdigit() else 1
    view = view_of(
        reader,
        gate,
        tab=given.get("tab", ""),
        post=given.get("post", ""),
        language=_language(request),
        page=page,
    )
    return view, "worklist", partial(drawing.worklist, reader, view), partial(_touches_view, view)


def _crossing(request: HttpRequest, crossing: UUID) -> Looked:
    reader = _reader(request)
    row = queries.visible_to(reader).filter(pk=crossing).first()
    if row is None:
        raise NotFound
    touches = partial(_touches_crossing, str(crossing))
    if request.GET.get("show") != "page":
        counter = _Counter(touches)
        return ("crossing", crossing), "changed", counter.draw, counter.touched
    looks = drawing.reader_at(reader, row.gate, _language(request))
    return (crossing, looks), "crossing", partial(drawing.crossing, reader, crossing, looks), touches


def _reader(request: HttpRequest) -> Principal:
    if not request.user.is_authenticated:
        raise NotFound
    return principal.of(request)


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "vi"))


def _briefly(look: Callable[[], Looked]) -> Looked:
    """The page stays open for long; the connection that its first look took goes back to the pool at once."""
    try:
        return look()
    finally:
        connection.close()


async def _stream(request: HttpRequest, look: Callable[[], Looked]) -> HttpResponseBase:
    try:
        key, name, draw, touched = await sync_to_async(_briefly)(look)
    except NotFound:
        return HttpResponse(status=404 if request.user.is_authenticated else 401)
    return answer(hub.show(key, name, draw, touched, seen=request.GET.get("seen", "")))


@login_not_required
async def gate_stream(request: HttpRequest, gate: str) -> HttpResponseBase:
    """`worklist` events with the whole list (`?show=list`), or `changed` for pages that fetch it."""
    return await _stream(request, partial(_gate, request, gate))


@login_not_required
async def crossing_stream(request: HttpRequest, crossing: UUID) -> HttpResponseBase:
    """`crossing` events with the officer's page (`?show=page`), or `changed` for any other page of it."""
    return await _stream(request, partial(_crossing, request, crossing))
