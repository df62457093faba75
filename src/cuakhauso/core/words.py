"""The closed sets everybody shares: agencies, places, checkpoints, kinds of crossing.

Values are stable for ever and never translated; their sentences live beside the pages.
"""

from enum import StrEnum


class Agency(StrEnum):
    """Who confirms and holds at a gate (domain.md 1.1)."""

    BORDER_GUARD = "border_guard"
    CUSTOMS = "customs"
    HEALTH = "health"
    PLANT_QUARANTINE = "plant_quarantine"
    ANIMAL_QUARANTINE = "animal_quarantine"
    TRANSPORT_LICENCE = "transport_licence"
    BOARD = "board"
    TAX = "tax"
    POLICE = "police"
    YARD = "yard"


class Party(StrEnum):
    """Who a second of waiting belongs to (procedures.md 6). Agencies keep their own values."""

    BORDER_GUARD = "border_guard"
    CUSTOMS = "customs"
    HEALTH = "health"
    PLANT_QUARANTINE = "plant_quarantine"
    ANIMAL_QUARANTINE = "animal_quarantine"
    TRANSPORT_LICENCE = "transport_licence"
    BOARD = "board"
    TAX = "tax"
    POLICE = "police"
    YARD = "yard"
    BUSINESS = "business"
    DRIVER = "driver"
    QUEUE = "queue"
    OTHER_SIDE = "other_side"
    CLOSED_HOURS = "closed_hours"
    DEVICE = "device"
    SYSTEM = "system"
    UNATTRIBUTED = "unattributed"


class Place(StrEnum):
    """Where a vehicle is: exactly one, in the order export meets them (procedures.md 1)."""

    UNKNOWN = "unknown"
    ROAD = "road"
    BUFFER = "buffer"
    TEMPORARY_YARD = "temporary_yard"
    GATE_AREA = "gate_area"
    YARD = "yard"
    NON_TARIFF_ZONE = "non_tariff_zone"
    BORDER_LINE = "border_line"
    OTHER_SIDE = "other_side"


class CheckpointKind(StrEnum):
    """The points where a permit is asked for."""

    B1 = "B1"
    YARD = "yard"
    BORDER_LINE = "border_line"
    B2 = "B2"
    TEMPORARY_YARD = "temporary_yard"


class Direction(StrEnum):
    """Seen from Vietnam's inland: `out` goes towards the other side, `in` comes from it."""

    IN = "in"
    OUT = "out"


class Kind(StrEnum):
    """Kinds of crossing, each with its procedure (procedures.md 2)."""

    EXPORT = "export"
    IMPORT_TRANSSHIPMENT = "import_transshipment"
    IMPORT_INLAND = "import_inland"
    RECEIVING = "receiving"
    EMPTY_RETURN = "empty_return"


class Regime(StrEnum):
    """The regime of a declaration; it sits on top of the kind (domain.md 0, scope)."""

    BUSINESS = "business"
    TEMPORARY_IMPORT = "temporary_import"
    TEMPORARY_EXPORT = "temporary_export"
    MERCHANTING = "merchanting"
    TRANSIT = "transit"


class Channel(StrEnum):
    """Customs' channel for one customs declaration (domain.md 7.5)."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Stay(StrEnum):
    """The kind of stay of a foreign vehicle (domain.md 2.8, 4.6)."""

    ORDINARY = "ordinary"
    TWO_WAY = "two_way"


class SealType(StrEnum):
    """How a seal closes (devices.md 2.5)."""

    BOLT = "bolt"
    CABLE = "cable"
    ELECTRONIC = "electronic"
    OTHER = "other"


class SealGrade(StrEnum):
    """Classes of ISO 17712: indicative, security, high security."""

    I = "I"  # noqa: E741
    S = "S"
    H = "H"


class BayKind(StrEnum):
    """What a bay of a yard is for."""

    TRUCK = "truck"
    TRANSSHIPMENT = "transshipment"
    COLD = "cold"
    DANGEROUS = "dangerous"


class WeightClass(StrEnum):
    """Vehicle classes of the tariff (domain.md 4.1; VT1 to VT3 and VT5 by inference)."""

    VT1 = "VT1"
    VT2 = "VT2"
    VT3 = "VT3"
    VT4 = "VT4"
    VT5 = "VT5"
    VT6 = "VT6"


class ActorKind(StrEnum):
    PERSON = "person"
    DEVICE = "device"
    PARTNER = "partner"
    PLATFORM = "platform"


class Source(StrEnum):
    """By which way a fact reached us."""

    SCREEN = "screen"
    API = "api"
    LANE = "lane"
    CAMERA = "camera"
    SCALE = "scale"
    YARD_SYSTEM = "yard_system"
    PARTNER = "partner"
    PLATFORM = "platform"


class Order(StrEnum):
    """The two fee orders of a declaration (domain.md 3.5)."""

    INFRASTRUCTURE = "infrastructure"
    TRANSSHIPMENT = "transshipment"
