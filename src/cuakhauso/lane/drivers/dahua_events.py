"""Dahua's event stream: the bytes of `snapManager.cgi` and `eventManager.cgi`, whichever answers.

Parts between `--myboundary`: `Heartbeat`; lines such as `Events[0].TrafficCar.PlateNumber=…` with the
pictures of the event in the parts after it; or `Code=TrafficJunction;action=Pulse;index=0;data={…}` without
pictures. How many will follow is not said: they end with the next text, or with a pause (`settle`).
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..contracts import Garbled, Image, Read, Revision
from .bodies import decoded
from .dahua import confidence_of, heading_of
from .multipart import MOST_PARTS, Part, PartStream
from .plates import Mounting, plate_of

# Other traffic events tell the same passage once more: an offence, a parked car.
CODES = frozenset({"TrafficJunction", "TrafficManualSnap"})
LINE = re.compile(r"Events\[(\d{1,2})\]\.([^=]{1,120})=(.*)")
DEEPEST = 4
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Fields = Mapping[str, str]


class EventStream:
    """Bytes in, reads out. `alive` counts signs of life, `garbled` what was not of the protocol, and `why` is
    the last reason."""

    def __init__(self, mounting: Mounting, boundary: bytes = b"myboundary") -> None:
        self._mounting = mounting
        self._parts = PartStream(boundary)
        self._held: tuple[Read, ...] = ()
        self._pictures: list[Image] = []
        self._not_told = 0
        self._why = ""
        self.alive = 0

    @property
    def garbled(self) -> int:
        return self._parts.garbled + self._not_told

    @property
    def why(self) -> str:
        return self._why or self._parts.why

    @property
    def ended(self) -> bool:
        return self._parts.ended

    @property
    def holds(self) -> bool:
        """A read waits for its pictures."""
        return bool(self._held)

    def feed(self, data: bytes, at: datetime) -> Iterator[Read]:
        for part in self._parts.feed(data):
            if part.media_type.startswith("image/"):
                self._picture(part)
            else:
                yield from self.settle()
                yield from self._text(part, at)

    def settle(self) -> Iterator[Read]:
        """No more pictures come: what was held."""
        held, images = self._held, tuple(self._pictures)
        self._held, self._pictures = (), []
        for read in held:
            yield replace(read, images=images)

    def _picture(self, part: Part) -> None:
        if self._held and part.content.startswith(b"\xff\xd8") and len(self._pictures) < MOST_PARTS:
            # The first is the scene, those after it are cut out of it; nothing says of what.
            kind = "vehicle" if self._pictures else "scene"
            self._pictures.append(Image(name=part.name, kind=kind, content=part.content))

    def _text(self, part: Part, at: datetime) -> Iterator[Read]:
        try:
            text = part.content.decode().strip()
            if text.startswith("Heartbeat"):
                self.alive += 1
            elif text.startswith("Code="):
                yield from self._reads([_coded(text)], at)
            else:
                self._held = tuple(self._reads(_listed(text), at))
        except (Garbled, UnicodeError) as error:
            self._not_told, self._why = self._not_told + 1, str(error)

    def _reads(self, events: list[Fields], at: datetime) -> list[Read]:
        return [_read(event, self._mounting, at) for event in events if _is_passage(event)]


def _coded(text: str) -> Fields:
    head, found, data = text.partition(";data=")
    told = dict(pair.partition("=")[::2] for pair in head.split(";"))
    fields = {"Code": told["Code"], "Action": told.get("action", "")}
    return fields | (dict(_flat(decoded(data, dict[str, Any]))) if found else {})


def _listed(text: str) -> list[Fields]:
    events: dict[int, dict[str, str]] = {}
    for line in text.splitlines():
        if found := LINE.fullmatch(line.strip()):
            events.setdefault(int(found[1]), {})[found[2].removeprefix("EventBaseInfo.")] = found[3].strip()
    if not events:
        raise Garbled(f"neither an event nor a sign of life: {text[:80]!r}")
    return [events[index] for index in sorted(events)]


def _flat(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """`{"TrafficCar": {"Lane": 1}}` as the lines have it: `TrafficCar.Lane`, `1`."""
    for name, value in told.items():
        if isinstance(value, Mapping) and before.count(".") < DEEPEST:
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, str | int | float):
            yield f"{before}{name}", str(value)


def _is_passage(event: Fields) -> bool:
    return event.get("Code") in CODES and event.get("Action", "") in ("", "Pulse", "Start")


def _read(event: Fields, mounting: Mounting, at: datetime) -> Read:
    text = plate_of(event.get("TrafficCar.PlateNumber") or _object(event))
    group = event.get("GroupID") or event.get("TrafficCar.GroupID", "")
    return Read(
        at=at,
        source=mounting.source,
        subject=mounting.subject,
        text=text,
        confidence=_confidence(event) if text else None,
        id=_identity(event),
        session=group,
        revision=Revision.UPDATE if group and _number(event, "IndexInGroup", 1) > 1 else Revision.NEW,
        heading=mounting.heading(
            heading_of(event.get("VehicleDirection") or event.get("JunctionDirection", ""))
        ),
        said_at=_moment(event),
        lane=event.get("Lane") or event.get("TrafficCar.Lane", ""),
    )


def _object(event: Fields) -> str:
    """Older firmwares tell the plate as the object that was seen."""
    return event.get("Object.Text", "") if event.get("Object.ObjectType") == "Plate" else ""


def _confidence(event: Fields) -> float | None:
    said = _number(event, "TrafficCar.Confidence", -1)
    return None if said < 0 else confidence_of(said)


def _number(event: Fields, name: str, missing: float) -> float:
    said = event.get(name)
    if said is None:
        return missing
    try:
        told = float(said)
    except ValueError as error:
        raise Garbled(f"{name} is no number: {said[:40]!r}") from error
    if not math.isfinite(told):
        raise Garbled(f"{name} is no number: {said[:40]!r}")
    return told


def _identity(event: Fields) -> str:
    """Only with a time: event numbers begin anew with the camera."""
    parts = [event.get(name, "") for name in ("UTC", "UTCMS", "EventID", "GroupID", "IndexInGroup")]
    return "/".join(parts) if parts[0] else ""


def _moment(event: Fields) -> datetime | None:
    """The field is called UTC; some firmwares put the camera's local time there. It is what it claims."""
    seconds = _number(event, "UTC", 0)
    if not seconds:
        return None
    try:
        return EPOCH + timedelta(seconds=seconds, milliseconds=_number(event, "UTCMS", 0))
    except OverflowError as error:
        raise Garbled(f"no moment: {seconds}") from error
