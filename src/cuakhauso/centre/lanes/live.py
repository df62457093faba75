"""The streams of lanes: answers down to a node."""

from functools import partial

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from ..accounts.principal import by_token
from ..shared import problems
from ..shared.errors import NotAllowed, SignInRequired
from ..shared.stream import answer
from . import keys, queries
from .models import Node
from .stream import Listener, answers_down, listener_of


@login_not_required
@require_GET
async def answers_stream(request: HttpRequest) -> HttpResponseBase:
    """Everything that the asking node has to know, signed; see `docs/lane-protocol.md`."""
    found = await sync_to_async(partial(_listener, request.headers.get("Authorization", "")))()
    return answer(answers_down(found)) if isinstance(found, Listener) else problems.answer(found)


def _listener(authorization: str) -> Listener | SignInRequired | NotAllowed:
    try:
        kind, _, secret = authorization.partition(" ")
        asker = by_token(secret) if kind.lower() == "bearer" else None
        if asker is None:
            return SignInRequired()
        node = queries.node_by_token(asker)
        keys.listed()  # this machine signs from now on: its key must be known
        listener = listener_of(Node.objects.filter(pk=node.pk)) if node else None
        return listener or NotAllowed()
    finally:
        connection.close()
