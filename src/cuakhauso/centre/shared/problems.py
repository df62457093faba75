"""Every error of the open API as an RFC 9457 problem document, in the reader's language."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse

from cuakhauso.core.permit import Objection

from ..web import refusals
from .errors import FieldError, GateError, Invalid, NoRoom, Refused, SignInRequired, Unavailable

MEDIA_TYPE = "application/problem+json"
HEADERS: Mapping[type[GateError], Mapping[str, str]] = {
    SignInRequired: {"WWW-Authenticate": "Bearer"},
    Unavailable: {"Retry-After": "5"},
    NoRoom: {"Retry-After": "60"},
}


def answer(error: GateError) -> HttpResponse:
    body = msgspec.json.encode(document(error))
    response = HttpResponse(body, status=error.status, content_type=MEDIA_TYPE)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a refusal is no event of the server's log
    for name, value in HEADERS.get(type(error), {}).items():
        response[name] = value
    return response


def document(error: GateError) -> dict[str, Any]:
    """`code` is stable and never translated; `title`, `detail` and every sentence are for people."""
    title = refusals.problem_title(error.code, error.data)
    found: dict[str, Any] = {**error.data, "detail": title}
    if isinstance(error, Refused):
        found["objections"] = [objection(one) for one in error.objections]
        found["detail"] = " ".join(one["sentence"] for one in found["objections"])
    if isinstance(error, Invalid):
        found["errors"] = [field_error(one) for one in error.errors]
        found["detail"] = " ".join(f"{one['field']}: {one['reason']}" for one in found["errors"][:5])
    return {
        "type": f"urn:cuakhauso:problem:{error.code}",
        "title": title,
        "status": error.status,
        "code": error.code,
        **found,
    }


def objection(one: Objection) -> dict[str, Any]:
    return {
        "code": one.code,
        "sentence": refusals.objection_sentence(one),
        "party": one.party,
        "place": one.place,
        "law": one.law,
        "details": one.details,
    }


def field_error(one: FieldError) -> dict[str, Any]:
    return {"field": one.field, "code": one.code, "reason": refusals.field_error_sentence(one)}
