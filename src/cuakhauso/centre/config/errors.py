"""What a page answers when it cannot."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request, server_error
from psycopg_pool import PoolTimeout

from ..shared import problems
from ..shared.errors import Malformed, Unavailable, Unexpected

OUTAGES = (OperationalError, InterfaceError, PoolTimeout)
RETRY_AFTER_S = "5"


def failed(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`. A database out of reach is told apart: nothing was changed, try again."""
    away = isinstance(sys.exc_info()[1], OUTAGES)
    if request.path.startswith("/api/"):
        return problems.answer(Unavailable() if away else Unexpected())
    if away:
        page = HttpResponse(render_to_string("503.html"), status=503)
        page.headers["Retry-After"] = RETRY_AFTER_S
        return page
    return server_error(request)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`: a request whose head already makes no sense."""
    if request.path.startswith("/api/"):
        return problems.answer(Malformed())
    return bad_request(request, exception)
