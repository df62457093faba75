"""The live part of the Board's pages: what waits for this person's decision, counted as it comes."""

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ..accounts import principal
from ..accounts.principal import Principal
from ..shared.stream import Event, Touch, answer, hub
from . import shown, who
from .actions import EVENT


@login_not_required
async def reference_stream(request: HttpRequest) -> HttpResponseBase:
    """`waiting` events with the list of what waits for whoever asks."""
    reader = await sync_to_async(_reader)(request)
    if reader is None:
        return HttpResponse(status=404 if request.user.is_authenticated else 401)
    language = str(getattr(request, "LANGUAGE_CODE", "vi"))
    picture = hub.show(
        ("reference", reader.id, reader.roles, language), "waiting",
        lambda: shown.waiting(reader, language), _touched, seen=request.GET.get("seen", ""),
    )  # fmt: skip
    return answer(picture)


def _reader(request: HttpRequest) -> Principal | None:
    """The stream stays open for long; the connection that its first look took goes back at once."""
    try:
        if not request.user.is_authenticated:
            return None
        reader = principal.of(request)
        return reader if who.sees(reader) else None
    finally:
        connection.close()


def _touched(event: Event) -> Touch:
    return Touch.NOW if event.name == EVENT else Touch.NOT
