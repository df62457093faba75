"""A node's configuration: one TOML file, checked as a whole, each fault with its line and key.

The form is documented by `docs/lane.md` and the example `deploy/lane.toml`. What the platform decides (which
checkpoint a lane is, how long its permits count alone) comes with the enrolment and is not repeated here.
"""

import hashlib
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cuakhauso.core.evidence import USUAL, Thresholds

from .contracts import Output, Signal, Subject
from .words import Settings

Seconds = Annotated[float, Meta(gt=0, le=3600)]
Share = Annotated[float, Meta(ge=0, le=1)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Address = Annotated[str, Meta(pattern=r"^(tcp|serial|hid|http|https|rtsp|file|mqtt|mqtts)://.+")]


LIVE = "live"  # the driver of a camera that only shows


class ConfigFault(Exception):
    """Everything that is wrong with the file, a line each: `lane.toml:12: lane[0].contacts.driver: …`."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt key is a fault, not a default."""


class Node(Strict, frozen=True, kw_only=True):
    """`booth` and `push` are where its pages and its cameras' pushes are served, host:port."""

    name: Name
    data: str
    booth: str = "127.0.0.1:8100"
    push: str = "127.0.0.1:8101"
    keep_days: Annotated[int, Meta(ge=1, le=365)] = 30
    pictures_mb: Annotated[int, Meta(ge=10)] = 20_000


class Waits(Strict, frozen=True, kw_only=True):
    """How long a lane waits, in seconds. See `words.Settings`."""

    read_age: Seconds = 20
    identify: Seconds = 8
    weigh: Seconds = 25
    opens: Seconds = 8
    closes: Seconds = 12
    back_out: Seconds = 2
    stands: Seconds = 90
    stuck: Seconds = 90
    clear: Seconds = 1
    settle: Seconds = 5


class Evidence(Strict, frozen=True, kw_only=True):
    """When frames of our own recognition are enough: `core.evidence.Thresholds`. Nobody may ask for so little
    that a single frame opens."""

    accept: Annotated[float, Meta(ge=0.9, lt=1)] = USUAL.accept
    ask: Annotated[float, Meta(ge=0.001, le=0.5)] = USUAL.ask
    unknown: Annotated[float, Meta(ge=0.001, le=0.9)] = USUAL.unknown
    least_sign: Annotated[float, Meta(ge=0.5, lt=1)] = USUAL.least_sign
    frames: Annotated[int, Meta(ge=2, le=10)] = USUAL.frames


class Contacts(Strict, frozen=True, kw_only=True):
    """Barrier, loops and lights. `driver` is modbus or mqtt; `inputs` and `outputs` are the driver's own
    words for each contact, `options` whatever else it takes."""

    driver: str
    address: Address
    inputs: dict[Signal, Any]
    outputs: dict[Output, Any]
    profile: str = ""
    counters: dict[Signal, Any] = {}
    poll_ms: Annotated[int, Meta(ge=10, le=1000)] = 50
    options: dict[str, Any] = {}


class Camera(Strict, frozen=True, kw_only=True):
    """A camera that pushes plates (hikvision, dahua, axis), or is listened to (dahua-stream). Of one that
    pushes, the address is for asking it: who it is, and to look now. One that is `live` reads nothing itself:
    its address is that of its picture.

    `recognise`: our own recognition reads its pictures too. `region`: the part of the picture, as corners of
    a polygon from 0 to 1, in which this lane's vehicles stand; `fps`: how many pictures of a live one are
    looked at each second while a vehicle stands there."""

    name: Name
    driver: str
    secret: Annotated[str, Meta(min_length=16)] = ""
    address: Address | None = None
    subject: Subject = Subject.PLATE
    recognise: bool = False
    region: tuple[tuple[Share, Share], ...] = ()
    fps: Annotated[float, Meta(ge=0.1, le=15)] = 4
    options: dict[str, Any] = {}


class Scanner(Strict, frozen=True, kw_only=True):
    """A source of codes: a scanner on a line, one that is a keyboard, or a camera that looks for them."""

    name: Name
    address: Address
    driver: str = "line"
    options: dict[str, Any] = {}


class Scale(Strict, frozen=True, kw_only=True):
    name: Name
    driver: str
    address: Address
    most_kg: Annotated[int, Meta(gt=0)]
    options: dict[str, Any] = {}


class Sign(Strict, frozen=True, kw_only=True):
    name: Name
    address: Address
    driver: str = "text"
    options: dict[str, Any] = {}


class View(Strict, frozen=True, kw_only=True):
    """A live picture for the booth."""

    name: Name
    address: Address
    options: dict[str, Any] = {}


class Lane(Strict, frozen=True, kw_only=True):
    code: Name
    contacts: Contacts
    reads: tuple[Subject, ...] = (Subject.PLATE,)
    least_confidence: Annotated[float, Meta(ge=0, le=1)] = 0.8
    evidence: Evidence = Evidence()
    temporary_yard_ahead: bool = False
    wait: Waits = Waits()
    camera: list[Camera] = []
    scanner: list[Scanner] = []
    scale: Scale | None = None
    sign: Sign | None = None
    view: View | None = None


class Person(Strict, frozen=True, kw_only=True):
    """Who may act in the booth; `pin` as `cuakhauso lane person` prints it."""

    id: Name
    name: str
    pin: str


class Vision(Strict, frozen=True, kw_only=True):
    """Our own recognition. `processes`: 0 is one for each processor but one. What was read
    wrongly is kept as for `corrections_days`, of `corrections_mb` at most, unless `corrections` is off."""

    processes: Annotated[int, Meta(ge=0, le=32)] = 0
    memory_mb: Annotated[int, Meta(ge=100)] = 400
    corrections: bool = True
    corrections_days: Annotated[int, Meta(ge=1, le=365)] = 90
    corrections_mb: Annotated[int, Meta(ge=1)] = 500


class Config(Strict, frozen=True, kw_only=True):
    node: Node
    lane: Annotated[list[Lane], Meta(min_length=1)]
    person: list[Person] = []
    vision: Vision = Vision()

    @property
    def recognises(self) -> bool:
        return any(camera.recognise for lane in self.lane for camera in lane.camera)


def read(path: Path) -> Config:
    """Raises `ConfigFault`, which names file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault(f"{path}: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str = "lane.toml") -> Config:
    try:
        config = msgspec.convert(tomllib.loads(text), Config)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFault(_syntax(name, str(error))) from error
    except msgspec.ValidationError as error:
        raise ConfigFault(_fault(name, text, str(error))) from error
    if faults := list(_together(config)):
        raise ConfigFault("\n".join(f"{name}:{line_of(text, key)}: {key}: {why}" for key, why in faults))
    return config


_AT = re.compile(r"^(?P<why>.*?)(?: \(at line (?P<line>\d+), column \d+\))?$")
_PATH = re.compile(r"^(?P<why>.*?) - at (?:`key` in )?`\$\.?(?P<path>.*?)`$", re.DOTALL)
_FIELD = re.compile(r"(?:unknown|required) field `(?P<field>[^`]+)`")


def _syntax(name: str, said: str) -> str:
    found = _AT.match(said)
    line = found["line"] if found and found["line"] else "1"
    return f"{name}:{line}: {found['why'] if found else said}"


def _fault(name: str, text: str, said: str) -> str:
    found = _PATH.match(said)
    path, why = (found["path"], found["why"]) if found else ("", said)
    field = _FIELD.search(why)
    key = f"{path}.{field['field']}".strip(".") if field and "unknown" in why else path
    return f"{name}:{line_of(text, key)}: {key or 'the whole'}: {why}"


def line_of(text: str, key: str) -> int:
    """The line where `lane[1].camera[0].driver` stands, or else where the nearest table around it begins."""
    best, counts, table = 1, dict[str, int](), ""
    wanted = key.replace("...", "")
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.split("#", 1)[0].strip()
        if stripped.startswith("["):
            table = _table(stripped, counts)
            here = table
        else:
            name = stripped.split("=", 1)[0].strip().strip('"')
            here = f"{table}.{name}".strip(".") if "=" in stripped else ""
        if here and (wanted == here or wanted.startswith((f"{here}.", f"{here}["))):
            best = number
    return best


def _table(header: str, counts: dict[str, int]) -> str:
    """`[[lane]]` for the second time is `lane[1]`; tables below it carry the number on."""
    many = header.startswith("[[")
    parts = header.strip("[] ").split(".")
    path = ""
    for place, part in enumerate(parts):
        path = f"{path}.{part}".strip(".")
        if place == len(parts) - 1 and many:
            counts[path] = counts.get(path, -1) + 1
            for below in [known for known in counts if known.startswith(f"{path}[{counts[path]}]")]:
                del counts[below]
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _together(config: Config) -> Any:
    """What each key allows and all together do not."""
    codes = [lane.code for lane in config.lane]
    for n, lane in enumerate(config.lane):
        if codes.index(lane.code) != n:
            yield f"lane[{n}].code", f"{lane.code} stands here twice"
        missing = {Signal.LOOP_BEFORE, Signal.LOOP_UNDER, Signal.BOOM_DOWN} - set(lane.contacts.inputs)
        if missing:
            yield f"lane[{n}].contacts.inputs", f"{', '.join(sorted(missing))} must be wired"
        if Output.OPEN not in lane.contacts.outputs:
            yield f"lane[{n}].contacts.outputs", "open must be wired"
        if Subject.PLATE not in lane.reads:
            yield f"lane[{n}].reads", "a lane reads plates at least"
        yield from _of_cameras(n, lane)
    secrets = [c.secret for lane in config.lane for c in lane.camera if c.secret]
    if len(secrets) != len(set(secrets)):
        yield "lane[0].camera[0].secret", "each camera has a secret of its own"


def _of_cameras(n: int, lane: Lane) -> Any:
    for m, camera in enumerate(lane.camera):
        key = f"lane[{n}].camera[{m}]"
        if camera.region and len(camera.region) < 3:
            yield f"{key}.region", "a region has three corners at least"
        if camera.driver == LIVE and camera.address is None:
            yield f"{key}.driver", "a live camera needs an address"
        if camera.driver == LIVE and not camera.recognise:
            yield f"{key}.driver", "a live camera reads nothing without recognise = true"


def settings(lane: Lane, **given: Any) -> Settings:
    """What the machine needs; `given` is what the platform decides."""
    waits: dict[str, Any] = {n: timedelta(seconds=getattr(lane.wait, n)) for n in Waits.__struct_fields__}
    return Settings(
        code=lane.code, reads=frozenset(lane.reads), least_confidence=lane.least_confidence,
        evidence=Thresholds(**msgspec.structs.asdict(lane.evidence)),
        temporary_yard_ahead=lane.temporary_yard_ahead, **waits, **given,
    )  # fmt: skip


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def summary(config: Config) -> str:
    """For the platform's page: what there is, without secrets and PINs."""
    return "; ".join(_lane_summary(lane) for lane in config.lane)[:400]


def _lane_summary(lane: Lane) -> str:
    cameras = [f"{camera.name} ({camera.driver})" for camera in lane.camera]
    others = [one.driver for one in (lane.scale, lane.sign) if one]
    return f"{lane.code}: {', '.join([lane.contacts.driver, *cameras, *others])}"
