"""The devices of one lane, and how it stands with them while the node runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from . import words as w
from .contracts import Asked, Contacts, Inputs, Picture, Reader, Scale, Sign
from .health import Devices
from .notices import Notices
from .scale_health import Hindrance
from .showing import Showing
from .weighing import Rule, Weighing


@dataclass(slots=True)
class Fitted:
    """The devices of one lane, ready to be used. Names are the configuration's. `live` are cameras whose
    pictures we read ourselves."""

    contacts: Contacts
    poll_s: float = 0.05
    readers: Mapping[str, Reader] = field(default_factory=dict)
    cameras: Mapping[str, Asked] = field(default_factory=dict)
    live: Mapping[str, Picture] = field(default_factory=dict)
    scale: Scale | None = None
    rule: Rule | None = None
    sign: Sign | None = None
    view: Picture | None = None


@dataclass(slots=True)
class Work:
    """One lane while the node runs. `went_round` is the steady second at which its contacts were last heard,
    or found silent."""

    fitted: Fitted
    went_round: float | None = None
    devices: Devices = field(default_factory=Devices)
    inputs: Inputs | None = None
    heard_at: datetime | None = None
    told_at: datetime | None = None
    silent: bool = False
    green: bool | None = None
    shown: w.Show | None = None
    weighing: Weighing = field(default_factory=Weighing)
    hindrance: Hindrance = field(default_factory=Hindrance)
    showing: Showing | None = None


def work_of(code: str, fitted: Fitted, notices: Notices) -> Work:
    work = Work(fitted)
    work.devices.add("contacts", "contacts")
    for name in fitted.readers:
        work.devices.add(name, "reader")
    for name in (*fitted.cameras, *fitted.live):
        work.devices.add(name, "camera")
    for name, device in (("scale", fitted.scale), ("sign", fitted.sign), ("view", fitted.view)):
        if device is not None:
            work.devices.add(name, name)
    if fitted.view is not None:
        work.showing = Showing(
            fitted.view, well=lambda: notices.well(code, work.devices, "view"),
            faulty=lambda fault: notices.faulty(code, work.devices, "view", fault),
        )  # fmt: skip
    return work


def devices_of(fitted: Fitted) -> list[Any]:
    single = (fitted.contacts, fitted.scale, fitted.sign, fitted.view)
    return [
        *(device for device in single if device is not None),
        *fitted.readers.values(),
        *fitted.cameras.values(),
        *fitted.live.values(),
    ]
