"""From the configuration to devices ready to be used. The one place that knows all drivers by name."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from . import config as c
from .cameras import MAKES
from .cameras import Camera as PushCamera
from .config import ConfigFault
from .contracts import Asked, Contacts, Picture, Reader, Sign, Signal
from .drivers.asked import AskedCamera
from .drivers.dahua_stream import DahuaStream
from .drivers.hid import HidScanner
from .drivers.led import TextSign
from .drivers.modbus import ModbusContacts
from .drivers.modbus_modules import MODULES, Counter
from .drivers.mqtt import MqttContacts, Tls
from .drivers.mqtt_topics import Command, Count, State, Topics
from .drivers.plates import Mounting
from .drivers.scale import WiredScale
from .drivers.scanner import LineScanner
from .drivers.wire import Wire
from .weighing import Rule
from .works import Fitted

if TYPE_CHECKING:
    from .drivers.rtsp import Stream
    from .drivers.still import Still

T = TypeVar("T")
Fit = Callable[[c.Contacts], Contacts]


def fitted(lane: c.Lane) -> Fitted:
    """All devices of one lane. Raises `ConfigFault` for what a driver cannot be given."""
    try:
        return Fitted(
            contacts=CONTACTS[_known(lane.contacts.driver, CONTACTS)](lane.contacts),
            poll_s=lane.contacts.poll_ms / 1000,
            readers=dict(_readers(lane)),
            cameras=dict(_asked(lane)),
            live=dict(_shown(lane)),
            scale=WiredScale(Wire(lane.scale.address), lane.scale.driver, options=lane.scale.options)
            if lane.scale
            else None,
            rule=Rule(most_kg=Decimal(lane.scale.most_kg)) if lane.scale else None,
            sign=_sign(lane.sign) if lane.sign else None,
            view=_view(lane.view) if lane.view else None,
        )
    except (ValueError, TypeError, KeyError, msgspec.ValidationError) as error:
        raise ConfigFault(f"lane {lane.code}: {error}") from error


def _known(name: str, table: dict[str, Any]) -> str:
    if name not in table:
        raise ConfigFault(f"there is no driver {name!r}; there are: {', '.join(sorted(table))}")
    return name


def _modbus(told: c.Contacts) -> Contacts:
    """Channels count from 0, as makers print them on the case."""
    module = MODULES[_known(told.profile, MODULES)]
    options = dict(told.options)
    inverted = frozenset(Signal(name) for name in options.pop("inverted", ()))
    host, port = _host(told.address, 502)
    counters = {
        signal: module.counter(one) if isinstance(one, int) else _table(one, Counter)
        for signal, one in told.counters.items()
    }
    wiring = module.wired(told.inputs, told.outputs, inverted=inverted, counters=counters)
    return ModbusContacts(host, port, wiring=wiring, **options)


def _mqtt(told: c.Contacts) -> Contacts:
    """Each contact is a topic, or a table as `drivers.mqtt_topics` has it."""
    options = dict(told.options)
    tls = options.pop("tls", None)
    secure = told.address.startswith("mqtts:")
    if secure and tls is None:
        raise ValueError("mqtts needs options.tls with ca, and certificate and key of this node")
    host, port = _host(told.address, 8883 if secure else 1883)
    topics = Topics(
        inputs={signal: _topic(one, State) for signal, one in told.inputs.items()},
        outputs={output: _topic(one, Command) for output, one in told.outputs.items()},
        counters={signal: _topic(one, Count) for signal, one in told.counters.items()},
        availability=_topic(options.pop("availability"), State) if "availability" in options else None,
        beat=options.pop("beat", ""), node=options.pop("node", ""),
    )  # fmt: skip
    name = options.pop("name", f"cuakhauso-{host}")
    secured = _table(tls, Tls) if tls else None
    return MqttContacts(host, port, topics=topics, name=name, tls=secured, **options)


def _topic(told: Any, kind: Any) -> Any:
    return kind(topic=told) if isinstance(told, str) else _table(told, kind)


def _table(told: Any, kind: type[T]) -> T:
    """A misspelt key is a fault here too."""
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if isinstance(told, dict) and (unknown := told.keys() - known):
        raise ValueError(
            f"{kind.__name__} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}"
        )
    return msgspec.convert(told, kind)


CONTACTS: dict[str, Fit] = {"modbus": _modbus, "mqtt": _mqtt}
SCANNERS = {"line": LineScanner, "hid": HidScanner}


def _host(address: str, port: int) -> tuple[str, int]:
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError(f"{address} names no host")
    return parts.hostname, parts.port or port


def _readers(lane: c.Lane) -> Iterator[tuple[str, Reader]]:
    """Cameras that we listen to; those that push are the receiver's (`pushing`)."""
    for camera in lane.camera:
        if camera.driver == "dahua-stream":
            if camera.address is None:
                raise ValueError(f"camera {camera.name} needs an address")
            yield camera.name, DahuaStream(camera.address, _mounting(lane, camera), **_login(camera.options))
    for scanner in lane.scanner:
        if scanner.driver == "camera":
            from .drivers.qrcam import QrCamera

            yield scanner.name, QrCamera(_live(scanner.address, scanner.options), source=scanner.name)
        else:
            made = SCANNERS[_known(scanner.driver, {**SCANNERS, "camera": None})]
            yield scanner.name, made(scanner.address, source=scanner.name, **scanner.options)


def _login(options: dict[str, Any]) -> dict[str, Any]:
    return {"user": options.get("user", ""), "password": options.get("password", "")}


def source_of(code: str, camera: str) -> str:
    """A camera's name among all of a node's."""
    return f"{code}/{camera}"


def _mounting(lane: c.Lane, camera: c.Camera) -> Mounting:
    zone = camera.options.get("zone")
    return Mounting(
        source=source_of(lane.code, camera.name), subject=camera.subject,
        zone=ZoneInfo(zone) if zone else None, from_behind=bool(camera.options.get("from_behind")),
    )  # fmt: skip


def _asked(lane: c.Lane) -> Iterator[tuple[str, Asked]]:
    """Cameras that push, and whose address is told: it is for asking them."""
    for camera in lane.camera:
        push = MAKES.get(camera.driver)
        if push is not None and camera.address is not None:
            login, look = _login(camera.options), camera.options.get("look", "")
            made = AskedCamera(camera.address, push, _mounting(lane, camera), **login, look=look)
            yield source_of(lane.code, camera.name), made


def _shown(lane: c.Lane) -> "Iterator[tuple[str, Stream | Still]]":
    """Cameras that only show, for our own recognition."""
    for camera in lane.camera:
        if camera.driver == c.LIVE and camera.address is not None:
            yield source_of(lane.code, camera.name), _live(camera.address, camera.options)


def pushing(config: c.Config) -> Iterator[tuple[str, PushCamera]]:
    """Each camera that pushes, with its lane."""
    for lane in config.lane:
        for camera in lane.camera:
            if camera.driver not in ("dahua-stream", c.LIVE):
                push = MAKES[_known(camera.driver, {**MAKES, "dahua-stream": None, c.LIVE: None})]
                mounting = _mounting(lane, camera)
                yield lane.code, PushCamera(mounting=mounting, push=push, secret=camera.secret)


def _sign(sign: c.Sign) -> Sign:
    _known(sign.driver, {"text": None})
    return TextSign(sign.address, **sign.options)


def _view(view: c.View) -> Picture:
    return _live(view.address, view.options)


def _live(address: str, options: dict[str, Any]) -> "Stream | Still":
    """A stream, or single pictures where `still = true`. What decodes pictures takes 18 MB: it is loaded only
    where there are any."""
    from .drivers.rtsp import Stream
    from .drivers.still import Still

    if options.get("still"):
        return Still(address, **_login(options))
    return Stream(address, **_login(options))
