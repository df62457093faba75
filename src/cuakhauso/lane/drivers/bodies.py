"""JSON bodies of cameras, and the pictures in them."""

import base64
import binascii
from typing import TypeVar

import msgspec

from ..contracts import Garbled, Image

T = TypeVar("T")


def decoded(body: bytes | str, kind: type[T]) -> T:
    """JSON of that form; firmwares differ in what they put in quotes. Raises `Garbled`, which says where."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Garbled(f"no JSON of the form: {error}") from error


def images_of(name: str, kind: str, content: str) -> tuple[Image, ...]:
    """The picture, or none where there is no JPEG: the plate beside it is worth more than a refusal."""
    try:
        told = base64.b64decode(content.encode("ascii", "replace"))
    except binascii.Error:
        return ()
    return (Image(name=name, kind=kind, content=told),) if told.startswith(b"\xff\xd8") else ()
