"""From a tap on a page to what it says: who, at which post, under which id. Common to every form of acts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, JsonResponse

from ..accounts import principal
from ..shared.errors import FieldError, Invalid, NotFound
from . import evidence, queries
from .acts import uuid_of
from .posts import chosen_post
from .said import Said


def said_for(request: HttpRequest, crossing: UUID, given: str, note: str = "") -> Said:
    """Its photos taken in. Raises `NotFound` where this person sees no such vehicle, or only looks on."""
    reader = principal.of(request)
    row = queries.visible_to(reader).filter(pk=crossing).first()
    if row is None or not reader.agencies_at(row.gate):
        raise NotFound
    post = chosen_post(request, reader, row.gate)
    return Said(
        by=reader,
        id=uuid_of(given, "id") if given else None,
        pressed_at=pressed_at(request),
        note=note,
        checkpoint=f"{row.gate}-{post}" if post and post != "desk" else "",
        photos=photos_of(request, crossing),
    )


def photos_of(request: HttpRequest, crossing: UUID) -> tuple[str, ...]:
    """A form without a chosen file sends an empty one."""
    sent = [(file.name or "", file.read()) for file in request.FILES.getlist("photos") if file.size]
    return evidence.keep(crossing, sent) if sent else ()


# --- taps that waited on their device ------------------------------------------------------------

KEPT = "X-Kept-Tap"  # sent later by kept.js, with `pressed_at` and `pressed_by`; answered in JSON


def is_kept(request: HttpRequest) -> bool:
    return KEPT in request.headers


def is_anothers(request: HttpRequest) -> bool:
    """A kept tap is never sent under the name of whoever signed in after."""
    return is_kept(request) and request.POST.get("pressed_by") != str(request.user.pk)


def pressed_at(request: HttpRequest) -> datetime | None:
    """When it was tapped, by the device's clock as the server set it: milliseconds since 1970."""
    given = request.POST.get("pressed_at", "")
    if not is_kept(request) or not given:
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > 14:
        raise Invalid([FieldError("pressed_at", "not_a_number")])
    return datetime.fromtimestamp(int(given) / 1000, UTC)


def taken(said: str) -> JsonResponse:
    return JsonResponse({"taken": True, "said": said})


def not_taken(reasons: Sequence[tuple[str, str]]) -> JsonResponse:
    """Final: the same tap again would be refused again."""
    return JsonResponse({"taken": False, "reasons": [sentence for sentence, _where in reasons]})
