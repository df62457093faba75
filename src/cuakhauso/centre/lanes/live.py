"""The streams of lanes: answers down to a node, and the lanes' page."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from ..accounts import principal
from ..accounts.principal import by_token
from ..crossings.posts import gate_for
from ..shared import problems
from ..shared.errors import NotAllowed, NotFound, SignInRequired
from ..shared.stream import Event, Touch, answer, hub
from . import drawing, keys, queries
from .models import Node
from .stream import Listener, answers_down, listener_of

ASK_AGAIN_S = 10.0  # a node that falls silent makes no event
Result = TypeVar("Result")


def _briefly(look: Callable[[], Result]) -> Result:
    """The stream stays open for long; the connection that its first look took goes back at once."""
    try:
        return look()
    finally:
        connection.close()


@login_not_required
@require_GET
async def answers_stream(request: HttpRequest) -> HttpResponseBase:
    """Everything that the asking node has to know, signed; see `docs/lane-protocol.md`."""
    look = partial(_listener, request.headers.get("Authorization", ""))
    found = await sync_to_async(_briefly)(look)
    return answer(answers_down(found)) if isinstance(found, Listener) else problems.answer(found)


def _listener(authorization: str) -> Listener | SignInRequired | NotAllowed:
    kind, _, secret = authorization.partition(" ")
    asker = by_token(secret) if kind.lower() == "bearer" else None
    if asker is None:
        return SignInRequired()
    node = queries.node_by_token(asker)
    keys.listed()  # this machine signs from now on: its key must be known
    listener = listener_of(Node.objects.filter(pk=node.pk)) if node else None
    return listener or NotAllowed()


@login_not_required
@require_GET
async def lanes_stream(request: HttpRequest, gate: str) -> HttpResponseBase:
    """`lanes` events with how the gate's lanes stand, for whoever works at that gate."""
    try:
        look = await sync_to_async(_briefly)(partial(_look, request, gate))
    except NotFound:
        return HttpResponse(status=404 if request.user.is_authenticated else 401)
    shown = hub.show(
        ("lanes", look), "lanes", partial(drawing.lanes, look), partial(_touches, gate),
        seen=request.GET.get("seen", ""), by_the_clock_s=ASK_AGAIN_S,
    )  # fmt: skip
    return answer(shown)


def _look(request: HttpRequest, gate: str) -> drawing.Look:
    if not request.user.is_authenticated:
        raise NotFound
    reader = principal.of(request)
    gate_for(reader, gate)
    return drawing.look_of(reader, gate, str(getattr(request, "LANGUAGE_CODE", "vi")))


def _touches(gate: str, event: Event) -> Touch:
    return Touch.NOW if event.payload.get("lanes_of") == gate else Touch.NOT
