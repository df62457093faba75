"""From what was followed over frames to the read that a lane is told. Blocking where it makes JPEGs."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from cuakhauso.core.likely_code import likely_code

from ..contracts import Garbled, Image, Read, Revision, Subject
from ..jpeg import is_jpeg
from ..matching import identity
from ..pictures import name_of
from .tracks import Track

LEGIBLE, LEAST_SIGNS = 0.35, 4  # what is less is told as unread, with its picture
SUBJECTS = {"plate": Subject.PLATE, "code": Subject.CONTAINER}


def own_source(source: str) -> str:
    """What we read in a camera's picture is a source beside what the camera read itself."""
    return f"{source}+vision"


def read_of(track: Track, source: str, at: datetime, looks_for: Subject) -> Read:
    """Its text as all looks together have it, never repaired; a plate that is a trailer's is one. One that is
    not legible is what its camera is there to read, `looks_for`."""
    said = track.consensus
    is_legible = said.confidence >= LEGIBLE and len(said.text) >= LEAST_SIGNS
    read = Read(
        at=at, source=source, subject=_subject(track, looks_for), text=said.text if is_legible else "",
        confidence=round(said.confidence, 4), session=track.session, revision=Revision.UPDATE,
        looks=track.looks, likely=likely_code(said.chances) if is_legible and track.kind == "code" else "",
    )  # fmt: skip
    return _as_named(read)


def _subject(track: Track, looks_for: Subject) -> Subject:
    subject = SUBJECTS[track.kind]
    return looks_for if subject is Subject.PLATE and looks_for is Subject.TRAILER else subject


def _as_named(read: Read) -> Read:
    seen = identity(read) if read.subject is not Subject.CONTAINER and read.text else None
    return read if seen is None or seen.subject is read.subject else replace(read, subject=seen.subject)


def images_of(track: Track) -> tuple[Image, ...]:
    """The text cut out, and the frame of the best look. A picture that a camera pushed is kept already, with
    its own read: it goes by its name. A code is a part of the vehicle, no plate."""
    best, scene = track.best, track.scene
    made = []
    if best is not None and best.crop:
        kind = "plate" if track.kind == "plate" else "vehicle"
        made.append(Image(name=f"{track.session}.jpg", kind=kind, content=best.crop))
    if isinstance(scene, bytes):
        if is_jpeg(scene):  # what is none was read, and is not kept
            made.append(Image(name=name_of(scene), kind="scene", content=b""))
    elif scene is not None:
        with suppress(Garbled):  # the crop stays
            made.append(Image(name=f"{track.session}-scene.jpg", kind="scene", content=scene.jpeg()))
    return tuple(made)
