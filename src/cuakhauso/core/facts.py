"""Facts: what happened to a crossing, append-only, in a typed and versioned JSON form.

Start here, then `fold.py` (facts to state), `procedure.py` and `standing.py` (steps), `permit.py`
(may it pass), `clock.py` (whose second). A fact's `data` says its kind; `occurred_at` is when it
happened, `recorded_at` when we learned of it, both UTC.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from .binding_facts import AlsoBound as AlsoBound
from .correction_facts import CorrectionApproved as CorrectionApproved
from .correction_facts import CorrectionAsked as CorrectionAsked
from .correction_facts import CorrectionData as CorrectionData
from .correction_facts import CorrectionProposed as CorrectionProposed
from .correction_facts import CorrectionRefused as CorrectionRefused
from .correction_facts import CorrectionWithdrawn as CorrectionWithdrawn
from .correction_facts import Difference as Difference
from .correction_facts import FieldRead as FieldRead
from .data import Data as Data
from .declaration import Content, Words
from .examination_facts import ExaminationData as ExaminationData
from .examination_facts import ExaminationOrdered as ExaminationOrdered
from .examination_facts import Examined as Examined
from .examination_facts import Finding as Finding
from .examination_facts import How as How
from .examination_facts import Judged as Judged
from .examination_facts import Of as Of
from .examination_facts import QuarantineRequested as QuarantineRequested
from .examination_facts import Result as Result
from .examination_facts import Sampled as Sampled
from .examination_facts import Treated as Treated
from .fee_facts import Charged as Charged
from .fee_facts import ChargeLine as ChargeLine
from .fee_facts import Paid as Paid
from .fee_facts import RefundAsked as RefundAsked
from .fee_facts import Refunded as Refunded
from .guard_facts import BorderGuardNumbered as BorderGuardNumbered
from .guard_facts import GuardData as GuardData
from .identity_facts import Identified as Identified
from .identity_facts import Settled as Settled
from .paper_facts import DocumentsChecked as DocumentsChecked
from .paper_facts import PaperData as PaperData
from .recognised import Recognised
from .road_facts import RoadData as RoadData
from .road_facts import RoadOrdered as RoadOrdered
from .road_facts import RoadOrderEnded as RoadOrderEnded
from .road_facts import RoadOrderSeen as RoadOrderSeen
from .special_facts import CameFromGate as CameFromGate
from .special_facts import HandedOver as HandedOver
from .special_facts import Paired as Paired
from .special_facts import SealBroken as SealBroken
from .special_facts import SealChecked as SealChecked
from .special_facts import SealPut as SealPut
from .special_facts import SecondLegLeft as SecondLegLeft
from .special_facts import SpecialData as SpecialData
from .special_facts import TakenOut as TakenOut
from .special_facts import TurnAsked as TurnAsked
from .special_facts import TurnedAround as TurnedAround
from .special_facts import TurnRefused as TurnRefused
from .unloading_facts import UnloadedInPart as UnloadedInPart
from .words import ActorKind, Agency, Channel, CheckpointKind, Direction, Place, Source
from .yard_facts import BayKept as BayKept
from .yard_facts import BayLeft as BayLeft
from .yard_facts import Parked as Parked
from .yard_facts import TransferBegan as TransferBegan
from .yard_facts import TransferPlanned as TransferPlanned
from .yard_facts import YardData as YardData
from .yard_facts import YardGateSeen as YardGateSeen

FORM_VERSION = 1
FUTURE_TOLERANCE = timedelta(minutes=2)


class Actor(Words, frozen=True, kw_only=True):
    """Who acted, and for which agency or organisation. `name` is as shown to other officers."""

    kind: ActorKind
    id: str
    agency: Agency | None = None
    name: str = ""
    organisation: str = ""


PLATFORM = Actor(kind=ActorKind.PLATFORM, id="platform", name="Nền tảng")


class Declared(Data, frozen=True, kw_only=True, tag="declared"):
    """The business announced this vehicle; a later version replaces an earlier one."""

    number: str
    version: int
    content: Content


class Withdrawn(Data, frozen=True, kw_only=True, tag="withdrawn"):
    """The business withdrew its declaration."""

    number: str


class RegisteredUndeclared(Data, frozen=True, kw_only=True, tag="registered_undeclared"):
    """Stopped at B1 or B2 without a declaration (domain.md 2.7)."""

    gate: str
    country: str
    plate: str
    shown: str


class Queued(Data, frozen=True, kw_only=True, tag="queued"):
    """Joined the public queue."""


class Called(Data, frozen=True, kw_only=True, tag="called"):
    """Its turn has come."""


class Arrived(Data, frozen=True, kw_only=True, tag="arrived"):
    """Was seen to arrive at a place, without passing a checkpoint."""

    place: Place


class Confirmed(Data, frozen=True, kw_only=True, tag="confirmed"):
    """An agency states that a step happened; which agency is the actor's."""

    step: str
    result: str = ""


class ChannelSet(Data, frozen=True, kw_only=True, tag="channel_set"):
    """Customs' channel for one customs declaration (its first 11 digits)."""

    customs_number: str
    channel: Channel


class Held(Data, frozen=True, kw_only=True, tag="held"):
    """An agency stops the vehicle; the hold's identity is the fact's id."""

    reason: str
    law: str = ""
    report_to: Place | None = None
    to_do: str = ""
    minutes: int | None = None
    customs_number: str = ""


class Lifted(Data, frozen=True, kw_only=True, tag="lifted"):
    """The agency that holds releases; words are in the note."""

    hold: UUID


class Weighed(Data, frozen=True, kw_only=True, tag="weighed"):
    """A weighbridge reading. Only a stable one counts as the step done."""

    gross_kg: int
    stable: bool
    ticket: str = ""


class Passed(Data, frozen=True, kw_only=True, tag="passed"):
    """A lane or an officer observed the vehicle passing a checkpoint. `recognised`: what the lane's own
    recognition knew it by, where it looked."""

    at: CheckpointKind
    direction: Direction
    to: Place
    recognised: Recognised | None = None


class Transshipped(Data, frozen=True, kw_only=True, tag="transshipped"):
    """This vehicle gave packages of one goods group to a receiving vehicle."""

    receiving: UUID
    plate: str
    group: int
    customs_number: str
    packages: int


class Received(Data, frozen=True, kw_only=True, tag="received"):
    """This vehicle took packages from a source vehicle (the echo of `transshipped`).

    `value` is the part of these packages in the customs value of the group's dearest goods, in VND.
    """

    source: UUID
    plate: str
    group: int
    customs_number: str
    packages: int
    chapters: tuple[str, ...] = ()
    goods_class: str = "ordinary"
    value: int = 0


class Linked(Data, frozen=True, kw_only=True, tag="linked"):
    """A receiving vehicle belongs to this crossing, or this one receives from another."""

    other: UUID
    role: str
    plate: str


class ReceivingEntered(Data, frozen=True, kw_only=True, tag="receiving_entered"):
    """Echo: a linked receiving vehicle has been confirmed in by both agencies, or no longer is."""

    receiving: UUID
    entered: bool


class GoodsReleased(Data, frozen=True, kw_only=True, tag="goods_released"):
    """Echo of customs' word on goods that this receiving vehicle carries, or its withdrawal."""

    source: UUID
    group: int
    released: bool


class Disposed(Data, frozen=True, kw_only=True, tag="disposed"):
    """Customs recorded packages as stored or sent back instead of transshipped."""

    group: int
    packages: int
    how: str


class OutageBegan(Data, frozen=True, kw_only=True, tag="outage_began"):
    """A device, partner or the platform failed and blocks this vehicle's next move."""

    what: str


class OutageEnded(Data, frozen=True, kw_only=True, tag="outage_ended"):
    what: str


class OpenedAgainst(Data, frozen=True, kw_only=True, tag="opened_against"):
    """An officer opened the barrier although objections stood."""

    at: CheckpointKind
    reason: str
    objections: tuple[str, ...]
    second_person: str = ""


class StruckOff(Data, frozen=True, kw_only=True, tag="struck_off"):
    """The vehicle is taken off: the crossing ends without passing."""

    reason: str


class Undone(Data, frozen=True, kw_only=True, tag="undone"):
    """Takes back the fact named in `undoes`, with the reason in the note."""


AnyData = (
    Declared
    | Withdrawn
    | RegisteredUndeclared
    | Queued
    | Called
    | Arrived
    | Confirmed
    | ChannelSet
    | Held
    | Lifted
    | Weighed
    | Identified
    | Settled
    | Passed
    | Transshipped
    | Received
    | Linked
    | ReceivingEntered
    | GoodsReleased
    | Disposed
    | Charged
    | Paid
    | OutageBegan
    | OutageEnded
    | OpenedAgainst
    | StruckOff
    | Undone
    | SpecialData
    | CorrectionData
    | ExaminationData
    | RefundAsked
    | Refunded
    | YardData
    | PaperData
    | RoadData
    | GuardData
    | AlsoBound
)

KINDS: dict[str, type[Data]] = {str(k.__struct_config__.tag): k for k in AnyData.__args__}


class Fact(Words, frozen=True, kw_only=True):
    """One thing that happened. `id` is a UUIDv7 made by whoever observed it.

    `photos` are the SHA-256 of pictures that whoever said it took as evidence. `stated_at` is kept where the
    observer's clock was not believed. `irregular` names the objections that this fact went against when it
    was taken in.
    """

    id: UUID
    crossing: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    source: Source
    data: AnyData
    checkpoint: str = ""
    note: str = ""
    undoes: UUID | None = None
    irregular: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    stated_at: datetime | None = None
    v: int

    @property
    def kind(self) -> str:
        return str(self.data.__struct_config__.tag)


_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Fact).decode
_decode_many = msgspec.json.Decoder(list[Fact]).decode


def to_json(fact: Fact) -> bytes:
    """The canonical form: sorted keys, no spaces, UTC times. The hash chain is over these bytes."""
    return _encode(fact)


def from_json(body: bytes | str) -> Fact:
    """Raises `msgspec.ValidationError` where a body is not a fact of a known form."""
    return _decode(body)


def many_from_json(bodies: Iterable[str]) -> list[Fact]:
    return list_from_json("[" + ",".join(bodies) + "]")


def list_from_json(bodies: str) -> list[Fact]:
    """Facts as one JSON list."""
    return _decode_many(bodies)


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By when they happened, then by id: the order that gives the state."""
    return sorted(facts, key=lambda fact: (fact.occurred_at, fact.id))


def voided(facts: Iterable[Fact]) -> set[UUID]:
    """Facts that were taken back, by an undo that was not itself taken back, whatever their clocks say."""
    undos: dict[UUID, set[UUID]] = {}
    for fact in facts:
        if fact.undoes is not None:
            undos.setdefault(fact.undoes, set()).add(fact.id)

    def is_void(fact: UUID, path: frozenset[UUID]) -> bool:
        return any(not is_void(undo, path | {undo}) for undo in undos.get(fact, set()) - path)

    return {target for target in undos if is_void(target, frozenset({target}))}


def at_a_possible_time(occurred_at: datetime, recorded_at: datetime) -> datetime:
    """A clock ahead of ours by more than two minutes is not believed (procedures.md 5)."""
    moment = recorded_at if occurred_at - recorded_at > FUTURE_TOLERANCE else occurred_at
    return moment.astimezone(UTC)


def plain(value: Any) -> Any:
    """Any of these values as plain dicts, lists and strings."""
    return msgspec.to_builtins(value)
