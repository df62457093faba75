"""A process that looks at pictures for the lanes of a node: one thread, one picture at a time.

It is started by `workers.py` and ends when its pipe does. It computes behind everything else on the machine,
is the first to go where memory is short, and ends itself should one picture take for ever: the barrier does
not wait for any of this.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

import msgspec
import numpy as np
from PIL import Image

from .cards import NoWeights
from .contracts import Picture
from .opening import NotOpened, Unopened, is_blank, opened
from .region import stands_in
from .seeing import Sighting
from .wire import HEAD, MOST_SEEN, Answer, Job, Room, Seen, length, packed

NO_WEIGHTS, CANNOT_START, UNLOOKED = "vision_no_weights", "vision_cannot_start", "unlooked"
HARDLY = 0.0005  # chances below are left out
AROUND = 0.35  # of a text's height, cut out with it
WIDEST_CROP = 480
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Look(Protocol):
    """`seeing.Eyes`, or what stands in for them in a test."""

    def look(self, picture: Picture) -> tuple[Sighting, ...]: ...


class CannotLook(Exception):
    """Why this process cannot begin; `args[0]` is the code."""


def packaged() -> Look:
    """The eyes of this package. Raises `CannotLook`."""
    from .engine import eyes

    try:
        return eyes(threads=1)
    except NoWeights as error:
        raise CannotLook(NO_WEIGHTS) from error


def main(make: Callable[[], Look] = packaged) -> None:
    """Looks until nobody asks any more. `argv`: the shared memory's descriptor, and after how many seconds a
    picture has taken too long."""
    room, longest = Room(int(sys.argv[1])), float(sys.argv[2])
    asked, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _stand_back()
    try:
        eyes = make()
    except CannotLook as error:
        return _tell(told, Answer(id=0, fault=str(error.args[0])))
    except (ImportError, OSError, MemoryError, RuntimeError) as error:
        sys.stderr.write(f"cannot look at pictures: {error!r}\n")
        return _tell(told, Answer(id=0, fault=CANNOT_START))
    _tell(told, Answer(id=0, memory_mb=_memory_mb()))
    while (job := _next(asked)) is not None:
        _within(2 * longest)
        _tell(told, answered(eyes, job, room))
        _within(0)


def _stand_back() -> None:
    """Behind everything else, and first to be ended. Where the system forbids it, it goes on as it is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the node, which ends this
    with suppress(OSError):
        os.nice(10)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")


def _within(seconds: float) -> None:
    """A process that the node cannot end any more, as the node is gone, ends so."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _next(asked: IO[bytes]) -> Job | None:
    head = asked.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    return msgspec.msgpack.decode(asked.read(length(head)), type=Job)


def _tell(told: IO[bytes], answer: Answer) -> None:
    told.write(packed(answer))
    told.flush()


def answered(eyes: Look, job: Job, room: Room) -> Answer:
    """What one picture makes the eyes stumble over says nothing of the next: this process goes on."""
    began = time.monotonic()
    try:
        seen, (high, wide) = _seen(eyes, job, room)
    except NotOpened as fault:
        return Answer(id=job.id, fault=str(fault.why), memory_mb=_memory_mb())
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 what eyes raise nobody knows
        sys.stderr.write(f"cannot look at a picture: {error!r}\n")
        return Answer(id=job.id, fault=UNLOOKED, memory_mb=_memory_mb())
    ms = round((time.monotonic() - began) * 1000, 1)
    return Answer(id=job.id, seen=seen, width=wide, height=high, ms=ms, memory_mb=_memory_mb())


def _seen(eyes: Look, job: Job, room: Room) -> tuple[tuple[Seen, ...], tuple[int, int]]:
    """The picture ends with this: what is measured afterwards is what the process keeps."""
    picture = _picture(job, room)
    high, wide = picture.shape[:2]
    seen = [
        one for one in eyes.look(picture)
        if stands_in(job.region, one.found.corners, wide, high)
    ][:MOST_SEEN]  # fmt: skip
    return tuple(_told(one, picture) for one in seen), (high, wide)


def _picture(job: Job, room: Room) -> Picture:
    """Raises `NotOpened`. What a camera pushes is opened with the care that any file is."""
    content = room.read(job.size)
    if job.form == "jpeg":
        return opened(bytes(content))
    picture = np.frombuffer(content, np.uint8).reshape(job.height, job.width, 3)
    if is_blank(picture):
        raise NotOpened(Unopened.BLANK)
    return picture


def _told(one: Sighting, picture: Picture) -> Seen:
    return Seen(
        kind=one.found.kind, text=one.text, confidence=one.confidence,
        corners=tuple((float(x), float(y)) for x, y in one.found.corners),
        chances=tuple(
            {sign: round(float(chance), 4) for sign, chance in place.items() if chance >= HARDLY}
            for place in one.chances
        ),
        why_not=one.why_not, crop=_crop(one, picture),
    )  # fmt: skip


def _crop(one: Sighting, picture: Picture) -> bytes:
    """What a person looks at, and a later training learns from: upright as it stands, with some ground."""
    corners = np.array(one.found.corners)
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    around = AROUND * float(sides.min())
    high, wide = picture.shape[:2]
    left, top = np.maximum(corners.min(axis=0) - around, 0).astype(int)
    right, foot = np.ceil(np.minimum(corners.max(axis=0) + around, (wide, high))).astype(int)
    if right - left < 2 or foot - top < 2:
        return b""
    cut = Image.fromarray(np.ascontiguousarray(picture[top:foot, left:right]))
    cut.thumbnail((WIDEST_CROP, WIDEST_CROP))
    made = BytesIO()
    cut.save(made, "JPEG", quality=90)
    return made.getvalue()


def _memory_mb() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1024**2
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()
