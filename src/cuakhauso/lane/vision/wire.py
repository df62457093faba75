"""What a lane and a process that looks at pictures for it say to each other.

A picture lies in memory that both see; all else goes through pipes, as messages with their length before
them. Nothing here needs numpy: the lane itself never computes with pictures.
"""

import mmap
import os
import struct
import tempfile
import threading
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

HEAD = struct.Struct("<I")
LARGEST = 4 * 1024 * 1024  # a message with its crops; the picture itself does not travel in it
MOST_PIXELS = 25_000_000
MOST_SEEN = 8  # texts told of one picture, the likeliest first

Share = Annotated[float, Meta(ge=0, le=1)]
Region = tuple[tuple[Share, Share], ...]
Corners = tuple[tuple[float, float], ...]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Look at the first `size` bytes of the memory: a JPEG, or `height` rows of `width` pixels, red first."""

    id: int
    form: Literal["jpeg", "rgb"]
    size: int
    width: int = 0
    height: int = 0
    region: Region = ()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One text of a picture (`seeing.Sighting`) with a JPEG of the place where it stands."""

    kind: str
    text: str
    confidence: float
    corners: Corners
    chances: tuple[dict[str, float], ...]
    why_not: tuple[str, ...] = ()
    crop: bytes = b""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`fault` is a code: of a picture that is none, or why the process cannot begin. The first answer is
    about no picture: its `id` is 0."""

    id: int
    seen: tuple[Seen, ...] = ()
    width: int = 0
    height: int = 0
    ms: float = 0.0
    memory_mb: float = 0.0
    fault: str = ""


def packed(message: Job | Answer) -> bytes:
    body = msgspec.msgpack.encode(message)
    return HEAD.pack(len(body)) + body


def length(head: bytes) -> int:
    """Raises `ValueError` for what cannot be the beginning of a message."""
    (told,) = HEAD.unpack(head)
    if not 0 < told <= LARGEST:
        raise ValueError(f"a message of {told} bytes")
    return int(told)


class Room:
    """Memory that two processes share, by a file descriptor that one inherits of the other. It grows with the
    largest picture, within `MOST_PIXELS`; who reads looks at its size anew."""

    def __init__(self, handle: int | None = None) -> None:
        self.handle = _made() if handle is None else handle
        self._map: mmap.mmap | None = None
        self._lock, self._closed = threading.Lock(), False

    def write(self, content: bytes | memoryview) -> int:
        """Raises `ValueError` for more than any picture, or once it is closed, as it may be while a thread
        still brings one; `OSError` where there is no memory."""
        size = memoryview(content).nbytes
        with self._lock:
            if self._closed or not 0 < size <= 3 * MOST_PIXELS:
                raise ValueError(f"a picture of {size} bytes")
            if os.fstat(self.handle).st_size < size:
                self._forget()
                os.ftruncate(self.handle, size)
            self._mapped()[:size] = content
        return size

    def read(self, size: int) -> memoryview:
        """What lies there, not copied: it changes with the next picture."""
        if self._map is not None and len(self._map) < size:
            self._map = None  # an array may still look at the old one
        return memoryview(self._mapped())[:size]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._forget()
            os.close(self.handle)

    def _mapped(self) -> mmap.mmap:
        if self._map is None:
            self._map = mmap.mmap(self.handle, os.fstat(self.handle).st_size)
        return self._map

    def _forget(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None


def _made() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("cuakhauso-vision")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
