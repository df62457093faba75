"""What the lane hears from a device and asks of it, whoever made it.

A driver translates a maker's protocol into these words and these faults, and nothing else: it knows no
trucks and decides nothing. Not knowing is a state of its own, never "closed", "no vehicle" or "zero". What a
device answers to a command is `accepted`; that it was done is *observed*, by limit switches and loops.

Moments are aware UTC; `at` is when the node heard it, `said_at` what the device's own clock claimed.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol


class DeviceFault(Exception):
    """A device could not do what was asked, or said what cannot be. `code` is stable and told in words."""

    code = "device_fault"


class Unreachable(DeviceFault):
    """No answer: the line is cut, the device is off, or it took too long."""

    code = "device_unreachable"


class Refused(DeviceFault):
    """The device answered, and will not: locked, wrong key, no such output."""

    code = "device_refused"


class Unauthorized(Refused):
    """Wrong name or password: not to be tried again and again, cameras lock the account."""


class Garbled(DeviceFault):
    """What came is not of the protocol. The driver stays usable: the next message may be good."""

    code = "device_garbled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a driver speaks: told by `lane check` and on the platform. `tested`: what it was tried with."""

    name: str
    makes: tuple[str, ...]
    protocol: str
    tested: tuple[str, ...]
    source: str
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


# --- what devices say ----------------------------------------------------------------------------


class Subject(StrEnum):
    """What an identity is painted on, or printed as."""

    PLATE = "plate"
    TRAILER = "trailer"
    CONTAINER = "container"
    QR = "qr"


class Revision(StrEnum):
    """Some cameras tell one vehicle several times: first seen, seen better, gone."""

    NEW = "new"
    UPDATE = "update"
    LOST = "lost"


class Heading(StrEnum):
    """Against the lane's own direction of travel: towards the barrier, or away from it."""

    TOWARDS = "towards"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that came with a read. `name` is the maker's; `kind` one of plate, vehicle, scene."""

    name: str
    kind: str
    content: bytes = field(repr=False)


Chances = tuple[Mapping[str, float], ...]
"""For each place of a text the chance of each sign, 0 to 1; the sign "" is that nothing stands there. Signs
with hardly a chance are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An identity as a camera or a scanner read it. `text` is as it was sent, trimmed; empty means that a
    vehicle was seen and nothing could be read, which is never an identity. `session` tells revisions of one
    vehicle apart from the next one; `id` is the maker's own, for finding what was sent twice; `resent` is the
    device's own word that it sends late, after it could not. `confidence` is between 0 and 1. `looks`: what
    each frame showed that the text was read from, where our own recognition read it; `likely` the code of a
    container that they most likely show where the text is none: for a person to look at, never compared."""

    at: datetime
    source: str
    subject: Subject
    text: str
    confidence: float | None = None
    id: str = ""
    session: str = ""
    revision: Revision = Revision.NEW
    heading: Heading = Heading.UNKNOWN
    country: str = ""
    said_at: datetime | None = None
    images: tuple[Image, ...] = ()
    lane: str = ""
    resent: bool = False
    looks: tuple[Chances, ...] = ()
    likely: str = ""

    @property
    def is_unread(self) -> bool:
        return not self.text


class WeightFault(StrEnum):
    """Why a frame of a scale is no weight."""

    MOTION = "motion"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NEGATIVE = "negative"
    NOT_ZEROED = "not_zeroed"
    UNIT = "unit"  # it shows pounds or pieces: set up otherwise than the lane believes
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One frame of a scale, in kg. `fault` says why it does not count; `alibi` is the scale's own record
    number, where it has a verified memory; `raw` is the frame as it came.

    `kg` is none where the scale sent no figure, which is always a fault. `stable` and `net` are none where
    its protocol does not say: only frames that agree tell of stability then, and the site keeps tare off."""

    kg: Decimal | None
    stable: bool | None
    net: bool | None = False
    tare_kg: Decimal | None = None
    fault: WeightFault | None = None
    alibi: str = ""
    raw: bytes = b""

    @property
    def counts(self) -> bool:
        return self.stable is True and self.fault is None


class Signal(StrEnum):
    """What contacts say. A loop that is on has a vehicle on it; limit switches tell where the boom is."""

    LOOP_BEFORE = "loop_before"
    LOOP_UNDER = "loop_under"
    LOOP_AFTER = "loop_after"
    BOOM_UP = "boom_up"
    BOOM_DOWN = "boom_down"
    KEY_MANUAL = "key_manual"
    EMERGENCY = "emergency"
    FORCED = "forced"


# Vehicles that may have passed while nobody looked. More are no count: a module that began anew at 0.
MOST_UNSEEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All contacts at one moment; one that is not wired is missing. `counts` are how often each has closed
    since the module was built in, where it counts by itself: what passed while nobody looked. `ends`: how
    many values such a counter has before it begins again at 0, 65,536 in a register of 16 bits."""

    on: Mapping[Signal, bool]
    counts: Mapping[Signal, int] = field(default_factory=dict)
    ends: Mapping[Signal, int] = field(default_factory=dict)

    def closed_since(self, signal: Signal, before: int) -> int | None:
        """How often it has closed since it had counted to `before`. None where that cannot be told: nothing
        counts it, or the module lost its count, which leaves a number that is too large or too small."""
        if (now := self.counts.get(signal)) is None:
            return None
        end = self.ends.get(signal)
        closed = (now - before) % end if end else now - before
        return closed if 0 <= closed <= MOST_UNSEEN else None


class Output(StrEnum):
    """Contacts that a lane can close: pulses for the barrier, levels for the lights."""

    OPEN = "open"
    CLOSE = "close"
    GREEN = "green"
    RED = "red"
    ALARM = "alarm"

    @property
    def is_pulsed(self) -> bool:
        """A barrier is asked by a pulse. Held, "open" outlives whoever asked, and "close" defies a loop."""
        return self in (Output.OPEN, Output.CLOSE)


# --- what is asked of devices --------------------------------------------------------------------


class Device(Protocol):
    """What every driver has. `diagnostics` is what a person at the maker's support would ask for first; it
    holds no secret."""

    @property
    def manifest(self) -> Manifest: ...

    async def check(self) -> str:
        """One line that says what answers, without moving anything. Raises `DeviceFault`."""

    def diagnostics(self) -> dict[str, Any]: ...

    async def close(self) -> None: ...


class Contacts(Device, Protocol):
    """Inputs and outputs of the barrier, its loops and its lights."""

    async def read(self) -> Inputs:
        """All inputs at once. Raises `DeviceFault`."""

    async def pulse(self, output: Output) -> None:
        """Close a contact briefly. Returning means accepted. Raises `DeviceFault`."""

    async def switch(self, output: Output, on: bool) -> None: ...


class Reader(Device, Protocol):
    """A camera or a scanner that we listen to."""

    def reads(self) -> AsyncIterator[Read]: ...

    async def look(self) -> tuple[Read, ...]:
        """Read now, what was read before too; as far as its maker lets us. What it answers at once; the rest
        comes among `reads`. Raises `DeviceFault`."""


class Asked(Device, Protocol):
    """A camera that pushes, and can be asked: what it reads comes by itself, or is answered."""

    async def look(self) -> tuple[Read, ...]: ...


class Scale(Device, Protocol):
    def weights(self) -> AsyncIterator[Weight]: ...


class Sign(Device, Protocol):
    async def show(self, lines: tuple[str, ...]) -> None: ...


class Shot(Protocol):
    """One picture of a stream; `heard` is the monotonic second it came. `slight` is a JPEG small enough to be
    sent several times a second. Raises `Garbled`."""

    @property
    def heard(self) -> float: ...

    def slight(self) -> bytes: ...


class Picture(Device, Protocol):
    """A live picture: `snapshot` is one JPEG, the newest there is; `frames` each newer one as it comes."""

    async def snapshot(self) -> bytes: ...

    def frames(self) -> AsyncGenerator[Shot, None]: ...
