"""Made-up histories for load tests: what happens to a vehicle of each kind, told once by the real rules.

`PLOTS` are the stories; `told` gives the facts of one, charges and echoes included, with marks where a
vehicle's own values go (its number, plate, ids, clock times). `filling.py` fills in the marks,
`load.py` a million times.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID, uuid5

from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.store import References, Story
from cuakhauso.core import facts as f
from cuakhauso.core.declaration import Content, GoodsGroup, GoodsItem, Plate, Vehicle
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.steps import StepCode as S
from cuakhauso.core.words import ActorKind, Agency, Channel, Kind, Order, Place, Source, WeightClass

BG, HQ, HEALTH, PLANT = Agency.BORDER_GUARD, Agency.CUSTOMS, Agency.HEALTH, Agency.PLANT_QUARANTINE
LICENCE, YARD = Agency.TRANSPORT_LICENCE, Agency.YARD
NAMES = {
    BG: "Hoàng Văn Mẫu",
    HQ: "Trần Minh Mẫu",
    HEALTH: "Nông Thị Mẫu",
    PLANT: "Chu Thị Mẫu",
    LICENCE: "Đinh Quang Mẫu",
    YARD: "Phùng Văn Mẫu",
}
YARDS = {"CKHN": "XC", "TT": "BN"}

# The marks: values that stand nowhere else in a fact. `filling.py` replaces them as texts.
CLOCK = datetime(2026, 1, 5, 1, tzinfo=UTC)  # the gates are open, the tariff is in force
DECLARANT = UUID(int=0xDECA << 100)
EXPECTED = datetime(2026, 1, 5, 6, tzinfo=UTC)


def moment(index: int) -> datetime:
    return CLOCK + timedelta(seconds=index)


def crossing_mark(vehicle: int) -> UUID:
    return UUID(int=(0xC0 << 100) + vehicle)


def fact_mark(index: int) -> UUID:
    return UUID(int=(0xFAC7 << 100) + index)


def plate_mark(vehicle: int) -> Plate:
    return Plate(country="VN", number=f"@P{vehicle}@", shown=f"@S{vehicle}@", province="29")


def number_mark(vehicle: int) -> str:
    return f"@N{vehicle}@"


CUSTOMS_MARK = "@CUSTOMS98@@"  # 12 signs, as long as a real one: only the first 11 are compared


# --- the plots -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens to one of the vehicles, so many minutes after the one before."""

    minutes: int
    agency: Agency | None
    data: f.AnyData
    vehicle: int = 0


@dataclass(frozen=True, slots=True)
class Plot:
    """`weight`: how many of 100 histories go like this."""

    name: str
    weight: int
    contents: tuple[Content, ...]
    moves: tuple[Move, ...]


def _goods(name: str, hs: str, value: int) -> GoodsGroup:
    item = GoodsItem(
        name=name, hs=hs, origin="VN", quantity=Decimal(1200), unit="thùng",
        weight_kg=Decimal(18400), value=Decimal(value),
    )  # fmt: skip
    return GoodsGroup(
        items=(item,), customs_number=CUSTOMS_MARK, type_code="B11", office_code="15BB",
        owner_tax_code="4600000016", owner_name="Công ty TNHH Nông sản Mây Chiều", packages=1200,
    )  # fmt: skip


def _content(kind: Kind, vehicle: int, *groups: GoodsGroup, weight: WeightClass = WeightClass.VT6) -> Content:
    return Content(
        gate="", kind=kind, expected_at=EXPECTED, driver="N. V. M.", groups=groups,
        declarant=str(DECLARANT), payer=str(DECLARANT),
        vehicle=Vehicle(
            plate=plate_mark(vehicle), weight_class=weight, max_gross_kg=40_000, transport_licence="GP-0001"
        ),
    )  # fmt: skip


def _confirm(minutes: int, step: S, *agencies: Agency, vehicle: int = 0) -> tuple[Move, ...]:
    """Each agency confirms, the later ones a few minutes after the first."""
    confirmed = f.Confirmed(step=step)
    return tuple(
        Move(minutes if first else 4, agency, confirmed, vehicle)
        for first, agency in zip((True, False, False), agencies, strict=False)
    )


def _paid(minutes: int, order: Order, amount: int, vehicle: int = 0) -> Move:
    paid = f.Paid(order=order, amount=amount, method="qr", receipt="BL-0001")
    return Move(minutes, Agency.BOARD, paid, vehicle)


GREEN = f.ChannelSet(customs_number=CUSTOMS_MARK[:11], channel=Channel.GREEN)
YELLOW = f.ChannelSet(customs_number=CUSTOMS_MARK[:11], channel=Channel.YELLOW)
PAPERS = f.Examined(customs_number=CUSTOMS_MARK[:11], how=f.How.PAPERS, finding=f.Finding.CONFORMS)
ARRIVED = f.Arrived(place=Place.ROAD)
AT_THE_LINE = f.Arrived(place=Place.BORDER_LINE)

EXPORT = Plot(
    "export", 38, (_content(Kind.EXPORT, 0, _goods("Thanh long tươi", "08109020", 690_000_000)),),
    (
        *_confirm(45, S.REGISTRATION_ACCEPTED, HQ), Move(12, HQ, YELLOW), Move(190, None, ARRIVED),
        *_confirm(22, S.ENTERED, BG, HQ), *_confirm(9, S.HEALTH_CHECKED, HEALTH),
        *_confirm(11, S.LICENCE_CHECKED, LICENCE), *_confirm(16, S.IN_YARD, YARD),
        *_confirm(41, S.PLANT_QUARANTINED, PLANT), Move(33, HQ, PAPERS), *_confirm(5, S.CUSTOMS_CLEARED, HQ),
        _paid(20, Order.INFRASTRUCTURE, 800_000), *_confirm(33, S.LEFT_YARD, HQ, BG),
        *_confirm(18, S.LEFT_TO_OTHER_SIDE, BG, HQ),
    ),
)  # fmt: skip
INLAND = Plot(
    "import_inland", 6,
    (_content(Kind.IMPORT_INLAND, 0, _goods("Linh kiện điện tử", "85340090", 2_400_000_000)),),
    (
        *_confirm(60, S.REGISTRATION_ACCEPTED, HQ), Move(7, HQ, GREEN), Move(150, None, AT_THE_LINE),
        *_confirm(15, S.ENTERED, BG, HQ), *_confirm(9, S.HEALTH_CHECKED, HEALTH),
        *_confirm(8, S.LICENCE_CHECKED, LICENCE), *_confirm(21, S.IN_YARD, YARD),
        _paid(35, Order.INFRASTRUCTURE, 1_040_000), *_confirm(12, S.LEFT_YARD, HQ, BG),
        *_confirm(25, S.LEFT_ZONE, BG),
    ),
)  # fmt: skip
RETURN = Plot(
    "empty_return", 50, (_content(Kind.EMPTY_RETURN, 0),),
    (
        Move(95, None, AT_THE_LINE), *_confirm(6, S.ENTERED, BG), *_confirm(9, S.LICENCE_CHECKED, LICENCE),
        *_confirm(40, S.LEFT_ZONE, BG),
    ),
)  # fmt: skip
_SOURCE = _content(Kind.IMPORT_TRANSSHIPMENT, 0, _goods("Nho tươi", "08061000", 510_000_000))
TRANSSHIPMENT = Plot(
    "transshipment", 6, (_SOURCE, _content(Kind.RECEIVING, 1, weight=WeightClass.VT4)),
    (
        Move(1, None, f.Linked(other=crossing_mark(1), role="receiving", plate="@S1@")),
        Move(0, None, f.Linked(other=crossing_mark(0), role="source", plate="@S0@"), 1),
        *_confirm(45, S.REGISTRATION_ACCEPTED, HQ), Move(12, HQ, YELLOW), Move(120, None, AT_THE_LINE),
        *_confirm(15, S.ENTERED, BG, HQ), Move(5, None, ARRIVED, 1),
        *_confirm(14, S.ENTERED, BG, HQ, vehicle=1), *_confirm(9, S.HEALTH_CHECKED, HEALTH),
        *_confirm(8, S.LICENCE_CHECKED, LICENCE), *_confirm(16, S.IN_YARD, YARD),
        *_confirm(41, S.PLANT_QUARANTINED, PLANT), Move(33, HQ, PAPERS), *_confirm(5, S.CUSTOMS_CLEARED, HQ),
        *_confirm(11, S.TRANSSHIPMENT_SIGNED, HQ),
        Move(
            95, YARD,
            f.Transshipped(
                receiving=crossing_mark(1), plate="@S1@", group=0, customs_number=CUSTOMS_MARK, packages=1200
            ),
        ),
        *_confirm(10, S.HEALTH_CHECKED, HEALTH, vehicle=1),
        *_confirm(7, S.PLANT_QUARANTINED, PLANT, vehicle=1),
        _paid(20, Order.TRANSSHIPMENT, 240_000), _paid(3, Order.INFRASTRUCTURE, 300_000, 1),
        *_confirm(20, S.LEFT_YARD, HQ, BG), *_confirm(2, S.LEFT_YARD, HQ, BG, vehicle=1),
        *_confirm(22, S.LEFT_TO_OTHER_SIDE, BG, HQ), *_confirm(9, S.LEFT_ZONE, BG, vehicle=1),
    ),
)  # fmt: skip
PLOTS = (EXPORT, INLAND, RETURN, TRANSSHIPMENT)


# --- told by the rules ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A plot's facts in the order in which they are recorded. `derived` says which fact follows from
    which other and under which name: their ids are computed, as the platform does."""

    plot: Plot
    gate: str
    facts: tuple[Fact, ...]
    derived: dict[int, tuple[int, str]]
    minutes: tuple[int, ...]


def told(plot: Plot, gate: str, references: References) -> Told:
    """The whole story at a gate, with everything that follows by the rules."""
    stories = {crossing_mark(v): Story.unwritten(crossing_mark(v)) for v in range(len(plot.contents))}
    minutes: list[int] = []
    facts: list[Fact] = []
    derived: dict[int, tuple[int, str]] = {}
    for move in (*_declared(plot, gate), *plot.moves):
        index = len(facts)
        before = {crossing: len(story.facts) for crossing, story in stories.items()}
        said = _fact(move, gate, fact_mark(index), moment(len(minutes)))
        store.append(stories, [said], references)
        new = [fact for c, story in stories.items() for fact in story.facts[before[c] :]]
        facts += [said, *(fact for fact in new if fact.id != said.id)]
        for follower in range(index + 1, len(facts)):
            derived[follower] = _origin(facts, follower, range(index, follower))
        minutes.append(move.minutes)
    return Told(plot, gate, tuple(facts), derived, tuple(minutes))


def _declared(plot: Plot, gate: str) -> Iterator[Move]:
    for vehicle, content in enumerate(plot.contents):
        fields = {name: getattr(content, name) for name in content.__struct_fields__}
        receives = str(crossing_mark(0)) if content.kind is Kind.RECEIVING else ""
        here = Content(**{**fields, "gate": gate, "yard": YARDS[gate], "receives_from": receives})
        yield Move(0, None, f.Declared(number=number_mark(vehicle), version=1, content=here), vehicle)


def _fact(move: Move, gate: str, own_id: UUID, at: datetime) -> Fact:
    if move.agency is None:
        actor = Actor(kind=ActorKind.PERSON, id="user:0", name="Lý Thị Mẫu", organisation=str(DECLARANT))
    else:
        actor = Actor(
            kind=ActorKind.PERSON, id=f"user:{gate}.{move.agency}", agency=move.agency,
            name=NAMES.get(move.agency, "Mai Thị Mẫu"),
        )  # fmt: skip
    return Fact(
        id=own_id, crossing=crossing_mark(move.vehicle), occurred_at=at, recorded_at=at, actor=actor,
        source=Source.SCREEN, data=move.data, v=f.FORM_VERSION,
    )  # fmt: skip


def _origin(facts: list[Fact], follower: int, triggers: Iterable[int]) -> tuple[int, str]:
    """From which fact's id, and under which name, the rules derive this one's."""
    fact = facts[follower]
    charges = [f"charged:{order}" for order in Order]
    echoes = [f"{fact.crossing}:{name}" for name in ("received", "entered", "released:0")]
    for trigger, name in product(triggers, (*charges, *echoes)):
        if fact.id == uuid5(facts[trigger].id, name):
            return trigger, name
    raise AssertionError(f"nothing says why {fact.kind} follows")
