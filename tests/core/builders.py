"""Words to tell a truck's story with: `truck(...)`, a `gate(...)` with its rules, and `Story`.

    story = Story(truck(Kind.EXPORT)).at("08:00").declares().confirm("registration_accepted", by=CUSTOMS)
    story.at("09:00").permit(B1, OUT)

Clocks are Hanoi time on Monday 12 May 2025. Stories that are linked tell each other their echoes, as the
platform does.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Self
from uuid import UUID

from cuakhauso.core import facts as f
from cuakhauso.core.charges import Charge, charge, difference
from cuakhauso.core.clock import Span, attribute
from cuakhauso.core.decisions import Case
from cuakhauso.core.declaration import Content, Document, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.echoes import echoes
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.fold import State, fold
from cuakhauso.core.permit import Objection, Permit, Question, may_pass
from cuakhauso.core.procedure import procedure_of
from cuakhauso.core.progress import Summary, summary
from cuakhauso.core.reference import HANOI, Calendar, Hours, Reference, Share, TariffRow
from cuakhauso.core.words import (
    ActorKind,
    Agency,
    Channel,
    CheckpointKind,
    Direction,
    Kind,
    Order,
    Party,
    Place,
    Regime,
    Source,
    WeightClass,
)

BORDER_GUARD, CUSTOMS, HEALTH = Agency.BORDER_GUARD, Agency.CUSTOMS, Agency.HEALTH
LICENCE, PLANT, ANIMAL = Agency.TRANSPORT_LICENCE, Agency.PLANT_QUARANTINE, Agency.ANIMAL_QUARANTINE
B1, B2 = CheckpointKind.B1, CheckpointKind.B2
YARD, LINE, TEMPORARY_YARD = CheckpointKind.YARD, CheckpointKind.BORDER_LINE, CheckpointKind.TEMPORARY_YARD
IN, OUT = Direction.IN, Direction.OUT

MONDAY = date(2025, 5, 12)
GATE, YARD_NAME = "huu_nghi", "xuan_cuong"
LAW = "Nghị quyết 09/2025/NQ-HĐND"
IN_FORCE = date(2025, 5, 8)
NUMBER = "10712345678"


def moment(clock: str, day: int = 0) -> datetime:
    hour, minute, *second = (int(part) for part in clock.split(":"))
    local = datetime.combine(MONDAY, time(hour, minute, *second), tzinfo=HANOI)
    return (local + timedelta(days=day)).astimezone(UTC)


# --- the gate ------------------------------------------------------------------------------------


def tariff_row(
    weight_class: WeightClass,
    amount: int | None,
    *,
    goods_class: str = "ordinary",
    kind: Kind | None = None,
    regime: Regime = Regime.BUSINESS,
    valid_from: date = IN_FORCE,
    valid_to: date | None = None,
) -> TariffRow:
    return TariffRow(weight_class, regime, goods_class, kind, amount, LAW, valid_from, valid_to)


TARIFF = (
    tariff_row(WeightClass.VT6, 800_000, kind=Kind.EXPORT),
    tariff_row(WeightClass.VT4, 300_000),
    tariff_row(WeightClass.VT5, None),
    tariff_row(WeightClass.VT1, 100_000, goods_class="fresh_fruit", kind=Kind.EXPORT),
    tariff_row(WeightClass.VT6, 4_000_000, goods_class="farm", regime=Regime.TEMPORARY_IMPORT),
)
SHARES = (
    Share(Kind.EXPORT, Order.INFRASTRUCTURE, 100, LAW),
    Share(Kind.IMPORT_TRANSSHIPMENT, Order.TRANSSHIPMENT, 30, LAW),
    Share(Kind.RECEIVING, Order.INFRASTRUCTURE, 100, LAW),
    Share(Kind.IMPORT_INLAND, Order.INFRASTRUCTURE, 130, LAW),
)


def hours(opens: int = 7, closes: int = 20) -> tuple[Hours, ...]:
    return tuple(Hours(weekday, time(opens), time(closes)) for weekday in range(7))


def gate(**changes: Any) -> Reference:
    """Hữu Nghị as the seeds have it: 7 to 20 o'clock daily, a yard with a scale, the known tariff rows."""
    plain = Reference(
        gate=GATE,
        calendar=Calendar(hours()),
        yards=frozenset({YARD_NAME}),
        quarantine={
            **dict.fromkeys(("06", "07", "08"), frozenset({PLANT})),
            **dict.fromkeys(("02", "03"), frozenset({ANIMAL})),
        },
        goods_classes=(("26", "ore"), ("0810", "fresh_fruit"), ("1006", "farm")),
        tariff=TARIFF,
        shares=SHARES,
        multipliers={"ore": 5},
        fee_cap=5_000_000,
        fee_law=LAW,
    )
    return replace(plain, **changes)


def gate_with_a_scale(**changes: Any) -> Reference:
    return gate(scales=frozenset({YARD_NAME}), **changes)


# --- the truck -----------------------------------------------------------------------------------

PLATES = {
    Kind.EXPORT: ("VN", "12C05678", "12C-056.78"),
    Kind.IMPORT_TRANSSHIPMENT: ("CN", "桂F12345", "桂F·12345"),
    Kind.IMPORT_INLAND: ("CN", "桂F67890", "桂F·67890"),
    Kind.RECEIVING: ("VN", "12H01234", "12H-012.34"),
    Kind.EMPTY_RETURN: ("VN", "12C05678", "12C-056.78"),
}


def goods(hs: str = "85423100", *, value: int = 100_000_000, weight: int = 5_000) -> GoodsItem:
    return GoodsItem(
        name="Hàng hóa", hs=hs, origin="VN", quantity=Decimal(100), unit="PCE",
        weight_kg=Decimal(weight), value=Decimal(value),
    )  # fmt: skip


def group(*items: GoodsItem, number: str = NUMBER, packages: int = 10) -> GoodsGroup:
    return GoodsGroup(items=items or (goods(),), customs_number=number, packages=packages)


def truck(
    kind: Kind = Kind.EXPORT,
    *,
    country: str | None = None,
    weight_class: WeightClass | None = None,
    groups: tuple[GoodsGroup, ...] | None = None,
    documents: tuple[Document, ...] = (),
    max_gross_kg: int | None = 40_000,
    licence: str = "GPVT-001",
    containers: tuple[str, ...] = (),
    seals: tuple[str, ...] = (),
    regime: Regime = Regime.BUSINESS,
    yard: str = YARD_NAME,
) -> Content:
    """What a business announces: a 40-foot truck of electronics where an export, a mid-size one otherwise."""
    plate_country, number, shown = PLATES[kind]
    empty = kind in (Kind.RECEIVING, Kind.EMPTY_RETURN)
    default_class = WeightClass.VT6 if kind is Kind.EXPORT else WeightClass.VT4
    return Content(
        gate=GATE,
        kind=kind,
        vehicle=Vehicle(
            plate=Plate(country=country or plate_country, number=number, shown=shown),
            weight_class=weight_class or default_class,
            containers=containers,
            seals=seals,
            max_gross_kg=max_gross_kg,
            transport_licence=licence,
            documents=documents,
        ),
        regime=regime,
        yard=yard,
        groups=groups if groups is not None else () if empty else (group(),),
    )


# --- who acts ------------------------------------------------------------------------------------


def officer(agency: Agency, name: str = "") -> Actor:
    return Actor(
        kind=ActorKind.PERSON, id=f"officer:{agency}", agency=agency, name=name or f"{agency} officer"
    )


BUSINESS = Actor(kind=ActorKind.PERSON, id="business:1", name="Công ty", organisation="0100109106")
LANE = Actor(kind=ActorKind.DEVICE, id="lane:b1", name="Làn 1")
SCALE = Actor(kind=ActorKind.DEVICE, id="scale:1", name="Cân 1")
BANK = Actor(kind=ActorKind.PARTNER, id="bank", name="Ngân hàng")

_ids = count(1)


def new_id() -> UUID:
    """Ids in the order in which facts were observed, as UUIDv7 are."""
    return UUID(int=(0x7000 << 64) | (0x8 << 60) | next(_ids))


# --- the story -----------------------------------------------------------------------------------


class Story:
    """One crossing, told fact by fact. Every verb appends one fact at the story's clock and returns it."""

    def __init__(self, content: Content | None = None, ref: Reference | None = None) -> None:
        self.content = content
        self.ref = ref or gate()
        self.crossing = new_id()
        self.facts: list[Fact] = []
        self.now = moment("06:00")
        self.linked: dict[UUID, Story] = {}
        self.version = 0

    def at(self, clock: str, day: int = 0) -> Self:
        self.now = moment(clock, day)
        return self

    # What is told.

    def take(self, data: f.AnyData, by: Actor, **more: Any) -> Self:
        fact = Fact(
            id=new_id(), crossing=self.crossing, occurred_at=self.now,
            recorded_at=more.pop("recorded_at", self.now), actor=by,
            source=more.pop("source", Source.SCREEN), data=data, v=f.FORM_VERSION, **more,
        )  # fmt: skip
        return self.append(fact)

    def append(self, fact: Fact) -> Self:
        before = self.state
        self.facts.append(fact)
        for echo in echoes(fact, before, self.state, self.ref):
            if echo.crossing in self.linked:
                self.linked[echo.crossing].facts.append(echo)
        return self

    def again(self, fact: Fact | None = None) -> Self:
        """The same fact arrives once more."""
        self.facts.append(fact or self.last)
        return self

    def declares(self, content: Content | None = None, number: str = "HN-1") -> Self:
        self.version += 1
        self.content = content or self.content
        assert self.content is not None
        return self.take(f.Declared(number=number, version=self.version, content=self.content), BUSINESS)

    def withdraws(self, number: str = "HN-1") -> Self:
        return self.take(f.Withdrawn(number=number), BUSINESS)

    def stopped_undeclared(self, plate: str = "12C99999") -> Self:
        data = f.RegisteredUndeclared(gate=self.ref.gate, country="VN", plate=plate, shown=plate)
        return self.take(data, officer(BORDER_GUARD))

    def queues(self) -> Self:
        return self.take(f.Queued(), f.PLATFORM)

    def is_called(self) -> Self:
        return self.take(f.Called(), f.PLATFORM)

    def arrives(self, place: Place) -> Self:
        return self.take(f.Arrived(place=place), LANE)

    def confirm(self, step: str, *agencies: Agency, by: Agency | None = None) -> Self:
        for agency in (*agencies, *([by] if by else [])):
            self.take(f.Confirmed(step=step), officer(agency))
        return self

    def both_confirm(self, step: str) -> Self:
        return self.confirm(step, BORDER_GUARD, CUSTOMS)

    def channel(self, channel: Channel, number: str = NUMBER) -> Self:
        return self.take(f.ChannelSet(customs_number=number, channel=channel), officer(CUSTOMS))

    def hold(self, by: Agency, reason: str = "suspicion", report_to: Place | None = None) -> Self:
        return self.take(f.Held(reason=reason, report_to=report_to), officer(by), note="giải thích")

    def lift(self, by: Agency, hold: Fact | None = None) -> Self:
        """Lifts the hold given, or the agency's first live one."""
        mine = [h for h in self.state.live_holds if h.actor.agency is by]
        return self.take(f.Lifted(hold=(hold or mine[0]).id), officer(by), note="đã kiểm tra")

    def weighs(self, gross_kg: int, *, stable: bool = True) -> Self:
        return self.take(f.Weighed(gross_kg=gross_kg, stable=stable), SCALE, source=Source.SCALE)

    def is_read(self, subject: str, value: str, province: str = "") -> Self:
        read = f.Identified(subject=subject, value=value, province=province)
        return self.take(read, LANE, source=Source.CAMERA)

    def settle(self, objection: str, subject: str = "", by: Agency = BORDER_GUARD) -> Self:
        return self.take(f.Settled(objection=objection, subject=subject), officer(by), note="đã xem")

    def passes(self, at: CheckpointKind, direction: Direction, to: Place) -> Self:
        return self.take(f.Passed(at=at, direction=direction, to=to), LANE, source=Source.LANE)

    def is_charged(self, amount: int | None = None, order: Order = Order.INFRASTRUCTURE) -> Self:
        """What the tariff says, or what the test says."""
        if amount is not None:
            return self.take(f.Charged(order=order, amount=amount, lines=()), f.PLATFORM)
        due = charge(self.state, self.ref, self.now.astimezone(HANOI).date())
        assert isinstance(due, Charge), due
        data = difference(self.state, due)
        return self.take(data, f.PLATFORM) if data else self

    def pays(self, amount: int | None = None, order: Order | None = None) -> Self:
        """All that is owed, or part of it."""
        for o in [order] if order else [o for o in Order if self.state.owes(o)]:
            due = self.state.owes(o) if amount is None else amount
            self.take(f.Paid(order=o, amount=due, method="qr", receipt="R1"), BANK, source=Source.PARTNER)
        return self

    def links(self, receiving: "Story") -> Self:
        """This foreign vehicle shall give goods to that receiving one; both know."""
        self.linked[receiving.crossing], receiving.linked[self.crossing] = receiving, self
        receiving.now = self.now
        receiving.take(f.Linked(other=self.crossing, role="source", plate=self.plate), BUSINESS)
        return self.take(
            f.Linked(other=receiving.crossing, role="receiving", plate=receiving.plate), BUSINESS
        )

    def gives(self, packages: int, to: "Story", group: int = 0) -> Self:
        assert self.content is not None
        number = self.content.groups[group].customs_number
        data = f.Transshipped(
            receiving=to.crossing, plate=to.plate, group=group, customs_number=number, packages=packages
        )
        return self.take(data, officer(Agency.YARD))

    def receives(self, packages: int, source: UUID | None = None, *, hs: str = "85", group: int = 0) -> Self:
        """The echo of goods given, for stories told without their source."""
        data = f.Received(
            source=source or SOURCE, plate="桂F·12345", group=group, customs_number=NUMBER,
            packages=packages, chapters=(hs,),
        )  # fmt: skip
        return self.take(data, f.PLATFORM)

    def goods_are_released(self, released: bool = True, *, group: int = 0) -> Self:
        return self.take(f.GoodsReleased(source=SOURCE, group=group, released=released), f.PLATFORM)

    def stores(self, packages: int, group: int = 0) -> Self:
        return self.take(f.Disposed(group=group, packages=packages, how="stored"), officer(CUSTOMS))

    def asks_correction(self, by: Agency, *fields: str) -> Self:
        return self.take(f.CorrectionAsked(fields=fields), officer(by), note="sửa")

    def outage(self, what: str) -> Self:
        return self.take(f.OutageBegan(what=what), f.PLATFORM)

    def outage_over(self, what: str) -> Self:
        return self.take(f.OutageEnded(what=what), f.PLATFORM)

    def struck_off(self) -> Self:
        return self.take(f.StruckOff(reason="turned_around"), officer(BORDER_GUARD))

    def undo(self, fact: Fact | None = None) -> Self:
        target = fact or self.last
        return self.take(f.Undone(), target.actor, undoes=target.id, note="nhầm xe")

    # What can be seen.

    @property
    def last(self) -> Fact:
        return self.facts[-1]

    @property
    def plate(self) -> str:
        return self.content.vehicle.plate.shown if self.content else ""

    @property
    def state(self) -> State:
        return fold(self.facts)

    @property
    def summary(self) -> Summary:
        return summary(self.state, self.ref)

    def found(self, step: str, agency: Agency) -> Fact:
        fact = self.state.confirmed(step, agency)
        assert fact is not None
        return fact

    def asks(self, at: CheckpointKind, direction: Direction) -> Permit | list[Objection]:
        return may_pass(Question(self.state, at, direction, self.now, self.ref, self.ref.gate))

    def permit(self, at: CheckpointKind, direction: Direction) -> Permit:
        answer = self.asks(at, direction)
        assert isinstance(answer, Permit), [(o.code, o.party, o.details) for o in answer]
        return answer

    def objections(self, at: CheckpointKind, direction: Direction) -> list[Objection]:
        answer = self.asks(at, direction)
        assert not isinstance(answer, Permit), "a permit was given"
        return answer

    def codes(self, at: CheckpointKind, direction: Direction) -> list[str]:
        return [str(o.code) for o in self.objections(at, direction)]

    def lacks(self, at: CheckpointKind, direction: Direction) -> list[str]:
        """Each objection as one word: the step and who must do it, or the code."""
        return [
            f"{o.details['step']} by {o.party}" if "step" in o.details else str(o.code)
            for o in self.objections(at, direction)
        ]

    def may(self, by: Agency) -> Case:
        return Case(self.state, officer(by), self.now, self.ref)

    def spans(self, until: str | None = None, day: int = 0) -> list[Span]:
        return attribute(self.facts, self.ref, moment(until, day) if until else self.now)

    def owners(self, until: str | None = None) -> list[tuple[str, str, str]]:
        """From when each party had the seconds, and what for."""
        return [
            (f"{span.begins.astimezone(HANOI):%H:%M}", str(span.party), str(span.why))
            for span in self.spans(until)
        ]

    def waiting(self) -> set[tuple[Party, str]]:
        return {(wait.party, str(wait.step)) for wait in self.summary.waits}


SOURCE = UUID(int=7)
Act = tuple[str, Callable[[Story], object]]

# Each kind from the declaration to the end, as a truck with nothing against it lives it.
_ENTERS: tuple[Act, ...] = (
    ("08:00", lambda s: s.declares()),
    ("08:10", lambda s: s.confirm("registration_accepted", by=CUSTOMS)),
    ("09:00", lambda s: s.confirm("entered", by=BORDER_GUARD)),
    ("09:01", lambda s: s.confirm("entered", by=CUSTOMS)),
    ("09:10", lambda s: s.confirm("health_checked", by=HEALTH)),
    ("09:20", lambda s: s.confirm("licence_checked", by=LICENCE)),
    ("09:30", lambda s: s.confirm("in_yard", by=CUSTOMS)),
    ("09:40", lambda s: s.confirm("customs_cleared", by=CUSTOMS)),
)
_PAYS: tuple[Act, ...] = (
    ("10:00", lambda s: s.is_charged()),
    ("10:07", lambda s: s.pays()),
)
_LEAVES_THE_YARD: tuple[Act, ...] = (
    ("11:00", lambda s: s.confirm("left_yard", by=CUSTOMS)),
    ("11:01", lambda s: s.confirm("left_yard", by=BORDER_GUARD)),
)
_TO_THE_OTHER_SIDE: tuple[Act, ...] = (
    ("11:30", lambda s: s.confirm("left_to_other_side", by=BORDER_GUARD)),
    ("11:31", lambda s: s.confirm("left_to_other_side", by=CUSTOMS)),
)
_INLAND: tuple[Act, ...] = (("11:30", lambda s: s.confirm("left_zone", by=BORDER_GUARD)),)
_GIVES_ITS_GOODS: tuple[Act, ...] = (
    ("09:45", lambda s: s.take(f.ReceivingEntered(receiving=SOURCE, entered=True), f.PLATFORM)),
    ("09:50", lambda s: s.confirm("transshipment_signed", by=CUSTOMS)),
    (
        "09:55",
        lambda s: s.take(
            f.Transshipped(receiving=SOURCE, plate="12H-012.34", group=0, customs_number=NUMBER, packages=10),
            officer(Agency.YARD),
        ),
    ),
)
_RECEIVES: tuple[Act, ...] = (
    ("08:00", lambda s: s.declares()),
    ("09:00", lambda s: s.confirm("entered", by=BORDER_GUARD)),
    ("09:01", lambda s: s.confirm("entered", by=CUSTOMS)),
    ("09:30", lambda s: s.receives(10)),
    ("09:40", lambda s: s.goods_are_released()),
    ("09:50", lambda s: s.confirm("health_checked", by=HEALTH)),
)
_RETURNS: tuple[Act, ...] = (
    ("08:00", lambda s: s.declares()),
    ("09:00", lambda s: s.confirm("entered", by=BORDER_GUARD)),
    ("09:20", lambda s: s.confirm("licence_checked", by=LICENCE)),
)

JOURNEYS: dict[Kind, tuple[Act, ...]] = {
    Kind.EXPORT: (*_ENTERS, *_PAYS, *_LEAVES_THE_YARD, *_TO_THE_OTHER_SIDE),
    Kind.IMPORT_TRANSSHIPMENT: (
        *_ENTERS, *_GIVES_ITS_GOODS, *_PAYS, *_LEAVES_THE_YARD, *_TO_THE_OTHER_SIDE,
    ),
    Kind.IMPORT_INLAND: (*_ENTERS, *_PAYS, *_LEAVES_THE_YARD, *_INLAND),
    Kind.RECEIVING: (*_RECEIVES, *_PAYS, *_LEAVES_THE_YARD, *_INLAND),
    Kind.EMPTY_RETURN: (*_RETURNS, *_INLAND),
}  # fmt: skip


def journey(
    kind: Kind, *, before: str = "23:59", content: Content | None = None, ref: Reference | None = None
) -> Story:
    """The journey of a kind, up to (not including) a time of day."""
    story = Story(content or truck(kind), ref)
    for clock, act in JOURNEYS[kind]:
        if clock < before:
            act(story.at(clock))
    return story.at(before) if before != "23:59" else story


def legs(story: Story) -> list[tuple[CheckpointKind, Direction]]:
    procedure = procedure_of(story.state)
    return [(leg.at, leg.direction) for leg in procedure.legs] if procedure else []
