"""The open API: what the pages can do, for other people's programs. Routes: each slice's `api.py`.

`/api/openapi.json` describes it, `/api/docs` shows it. Every error is a problem document.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from psycopg_pool import PoolTimeout

from cuakhauso import __version__

from ..accounts.api import router as accounts
from ..accounts.http import WAYS_IN
from ..board.api import router as board
from ..crossings.api import router as crossings
from ..crossings.examination_api import router as examinations
from ..crossings.paper_api import router as papers
from ..crossings.special_api import router as special
from ..crossings.unloading_api import router as unloading
from ..declarations.api import router as declarations
from ..fees.api import router as fees
from ..lanes.alerts_api import router as lane_alerts
from ..lanes.api import PICTURE_LIMIT
from ..lanes.api import router as lanes
from ..notices.api import router as notices
from ..places.api import router as places
from ..police.api import router as police
from ..reference.api import router as reference
from ..shared import problems
from ..shared.api import Problem
from ..shared.errors import (
    FieldError,
    GateError,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    SignInRequired,
    TooLarge,
    Unavailable,
    Unexpected,
)
from ..shared.field_errors import field_errors
from ..shared.pictures import MOST_BYTES as PHOTO_LIMIT
from ..yards.api import router as yards
from ..yards.bay_api import router as bays

log = logging.getLogger(__name__)
BODY_LIMIT = 1_000_000
PHOTOS = re.compile(r"/api/v1/crossings/[^/]+/photos")
DESCRIPTION = """
Everything that the pages of Cửa khẩu số can do. Send `Authorization: Bearer <token>`; a signed-in person's
session works too. Every act carries an `id` (UUIDv7) made by the caller: sending it again changes nothing,
so a request without an answer is simply sent again. The last word on goods is customs' alone: a permit says
that a vehicle may pass a checkpoint, the platform records customs' release of goods and never replaces it.
Times carry their time zone. Every error is a problem document (RFC 9457) with a stable `code` and sentences
in the language of `Accept-Language` (vi, en, zh-Hans).
"""


class Json(BaseRenderer):
    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return msgspec.json.encode(data, enc_hook=NinjaJSONEncoder().default)


class Docs(DocsBase):
    """The description as a page, from our own files: gates are offline."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        described_at = self.get_openapi_url(api, kwargs)
        return render(request, "web/api_docs.html", {"schema": described_at, "csrf": get_token(request)})


class OpenApi(NinjaAPI):
    """NinjaAPI, with a problem document for whatever else could be answered."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        routes = super()._get_urls()
        for route in routes:
            if isinstance(route, URLPattern):
                route.callback = guarded(route.callback)
        return [*routes, path("<path:unknown>", guarded(_nothing_here))]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, *args: Any, **options: Any) -> Any:
        schema = super().get_openapi_schema(*args, **options)
        schema["components"]["schemas"] |= problem_schemas()
        schema["components"]["responses"] = PROBLEM_COMPONENTS
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"] |= PROBLEM_RESPONSES
        return schema


PROBLEM_STATUSES = {
    400: "Not JSON",
    401: "Sign-in required",
    403: "Not allowed here",
    404: "Not found, or not for you",
    409: "Refused, with every reason; or the id was used for something else",
    413: "Larger than 1 MB",
    422: "Fields to correct, with every reason",
    503: "Cannot answer now; nothing was changed",
}
PROBLEM_RESPONSES = {s: {"$ref": f"#/components/responses/Problem{s}"} for s in PROBLEM_STATUSES}
PROBLEM_CONTENT = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEM_COMPONENTS = {
    f"Problem{status}": {"description": words, "content": PROBLEM_CONTENT}
    for status, words in PROBLEM_STATUSES.items()
}


def problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    return {**schema.pop("$defs"), "Problem": schema}


# --- whatever happens, a problem document ---------------------------------------------------------


def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
    """Before a route: what no route can read. After it: no answer that is not of the documented form."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            refuse_unreadable(request)
            response: HttpResponseBase = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  every fault gets its document
            return answer(request, error)
        if response.status_code == MethodNotAllowed.status:
            said = problems.answer(MethodNotAllowed())
            said["Allow"] = response.headers["Allow"]
            return said
        return response

    guard.csrf_exempt = True  # type: ignore[attr-defined]  # `accounts.http.Session` checks it
    return guard


PICTURES = "/api/v1/lanes/pictures/"


def refuse_unreadable(request: HttpRequest) -> None:
    most = PICTURE_LIMIT if request.path.startswith(PICTURES) else BODY_LIMIT
    most = PHOTO_LIMIT if PHOTOS.fullmatch(request.path) else most
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise TooLarge
    if "\0" in request.path:
        raise NotFound
    spoilt = [name for name, values in request.GET.lists() if any("\0" in text for text in (name, *values))]
    if spoilt:
        raise Invalid(FieldError(name.replace("\0", "?"), "control_character") for name in spoilt)


def answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    known = as_gate_error(error)
    if isinstance(known, Unexpected):
        log.error(
            "%s %s", request.method, request.path, exc_info=error if isinstance(error, Exception) else None
        )
    elif isinstance(known, Unavailable):
        log.warning("%s %s: %s", request.method, request.path, error)
    return problems.answer(known)


def as_gate_error(error: object) -> GateError:
    match error:
        case GateError():
            return error
        case AuthenticationError():
            return SignInRequired()
        case ValidationError():
            return Invalid(field_errors({**row, "loc": row["loc"][1:]} for row in error.errors))
        case Http404():
            return NotFound()
        case RequestDataTooBig():
            return TooLarge()
        case UnreadablePostError():
            return Malformed()
        case OperationalError() | InterfaceError() | PoolTimeout():
            return Unavailable()
        case DatabaseError() if "connection" in str(error).lower():
            return Unavailable()
    return Unexpected()


def _nothing_here(request: HttpRequest, unknown: str) -> HttpResponse:
    raise NotFound


api = OpenApi(
    title="Cửa khẩu số",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    auth=WAYS_IN,
    renderer=Json(),
    docs=Docs(),
    openapi_url="/openapi.json",
    docs_url="/docs",
)
for kind in (Exception, AuthenticationError, ValidationError, Http404):
    api.add_exception_handler(kind, answer)

for router, tag in (
    (declarations, "Declarations"),
    (crossings, "Crossings"),
    (special, "Crossings"),
    (unloading, "Crossings"),
    (examinations, "Crossings"),
    (papers, "Crossings"),
    (yards, "Yards"),
    (bays, "Yards"),
    (fees, "Fees"),
    (lanes, "Lanes"),
    (lane_alerts, "Lanes"),
    (notices, "Webhooks"),
    (police, "Police"),
    (board, "Board"),
    (places, "Reference data"),
    (reference, "Reference data"),
    (accounts, "Accounts"),
):
    api.add_router("/v1", router, tags=[tag])
