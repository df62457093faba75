"""Codes that an officer holds before the tablet's camera, read here where its browser cannot: many a browser
shows the camera's picture and knows no code. What is sent is looked at and kept nowhere.
"""

import zxingcpp
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from ..accounts import principal
from ..shared.errors import FieldError, Invalid
from ..shared.pictures import opened
from ..web import refusals
from .answers import guarded
from .posts import gate_for

MOST_BYTES = 1_000_000  # a picture of the live view, not a photo
MOST_PIXELS = 4_000_000
FORMATS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39]
)


def code_in(content: bytes) -> str:
    """The text of a code in a picture; empty where none is seen. Raises `Invalid` for what is no picture."""
    with opened(content, "picture", most_pixels=MOST_PIXELS) as sent:
        grey = sent.convert("L")
    texts = (found.text.strip() for found in zxingcpp.read_barcodes(grey, formats=FORMATS))
    return next((text for text in texts if text), "")


@require_POST
@guarded
def seen(request: HttpRequest, gate: str) -> HttpResponse:
    """What a camera's picture shows: `{"text"}`, empty where there is no code in it; 413, 422 with why."""
    gate_for(principal.of(request), gate)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _refused(413, FieldError("picture", "photo_too_large", {"name": "?", "limit": 1}))
    try:
        return JsonResponse({"text": code_in(request.body)})
    except Invalid as error:
        return _refused(422, error.errors[0])


def _refused(status: int, why: FieldError) -> JsonResponse:
    return JsonResponse({"code": why.code, "reason": refusals.field_error_sentence(why)}, status=status)
