"""Arbitrary histories of vehicles: a journey from which facts are missing, to which others come, late,
doubled, out of order and taken back; and the law of the permit once more, naively, to check against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from msgspec.structs import replace

from cuakhauso.core import facts as f
from cuakhauso.core.declaration import Content, Document
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.steps import STEPS, StepCode
from cuakhauso.core.words import Agency, Channel, CheckpointKind, Direction, Kind, Order, Place, Source

from .builders import (
    ANIMAL,
    B1,
    B2,
    BORDER_GUARD,
    CUSTOMS,
    GATE,
    HEALTH,
    IN,
    LANE,
    LICENCE,
    LINE,
    MONDAY,
    NUMBER,
    OUT,
    PLANT,
    SOURCE,
    TEMPORARY_YARD,
    YARD,
    gate,
    gate_with_a_scale,
    goods,
    group,
    journey,
    moment,
    officer,
    truck,
)

ELSEWHERE = {
    StepCode.HEALTH_CHECKED: (YARD,), StepCode.LICENCE_CHECKED: (), StepCode.PLANT_QUARANTINED: (B1, LINE),
    StepCode.REGISTRATION_ACCEPTED: (B1, LINE), StepCode.CUSTOMS_CLEARED: (YARD, B1, LINE),
}  # fmt: skip
REFERENCES = (gate(), gate_with_a_scale(), gate(yards=frozenset()), gate(step_places=ELSEWHERE))
OTHER = UUID(int=8)
EXPIRED = (Document(kind="inspection", valid_to=MONDAY - timedelta(days=1)),)
AGENCIES = st.sampled_from(list(Agency))
STEP_NAMES = st.sampled_from([str(code) for code in STEPS])


@cache
def contents(kind: Kind) -> tuple[Content, ...]:
    """Plain; vegetables; two groups; a paper expired; seen as a foreign vehicle."""
    empty = kind in (Kind.RECEIVING, Kind.EMPTY_RETURN)
    fruit = () if empty else (group(goods("07099990")),)
    two = () if empty else (group(goods("02011000")), group(number="10799999999", packages=3))
    return (
        truck(kind),
        truck(kind, groups=fruit),
        truck(kind, groups=two),
        truck(kind, documents=EXPIRED),
        truck(kind, country="CN"),
    )


@cache
def base(kind: Kind, content: int, ref: int) -> tuple[Fact, ...]:
    """A whole journey, weighed where there is a scale and quarantined where the goods ask for it."""
    story = journey(kind, content=contents(kind)[content], ref=REFERENCES[ref])
    if ref == 1:
        story.at("09:25").weighs(20_000)
    if content in (1, 2):
        story.at("09:35").confirm("plant_quarantined", by=PLANT).confirm("animal_quarantined", by=ANIMAL)
    return tuple(sorted(story.facts, key=lambda fact: (fact.occurred_at, fact.id)))


@dataclass(frozen=True)
class History:
    facts: list[Fact]
    ref: Reference
    at: datetime

    def __repr__(self) -> str:
        lines = (
            f"{x.occurred_at.astimezone(HANOI):%d %H:%M} {x.id.int & 0xFFFF} {x.actor.agency} {x.data}"
            f" {x.undoes}"
            for x in sorted(self.facts, key=lambda x: (x.occurred_at, x.id))
        )
        return "\n".join([f"asked {self.at.astimezone(HANOI):%d %H:%M}", *lines])


def _data(kind: Kind) -> st.SearchStrategy[f.AnyData]:
    """One more thing that may have been said of a vehicle of this kind."""
    said = contents(kind)
    flag, numbers = st.booleans(), st.sampled_from([NUMBER, "10799999999"])
    orders, groups, packages = st.sampled_from(list(Order)), st.integers(0, 2), st.integers(1, 12)
    places, sources = st.sampled_from(list(Place)), st.sampled_from([SOURCE, OTHER])
    report = st.sampled_from([None, *Place])
    plates = st.sampled_from([c.vehicle.plate.number for c in said] + ["12H09999"])
    settled = st.sampled_from([("overweight", ""), ("overstay", ""), ("identity_mismatch", "plate")])
    outages = st.sampled_from(["scale", "platform"])
    return st.one_of(
        st.builds(f.Confirmed, step=STEP_NAMES),
        st.builds(f.Confirmed, step=STEP_NAMES),
        st.builds(f.Held, reason=st.just("suspicion"), report_to=report),
        st.builds(f.Weighed, gross_kg=st.sampled_from([20_000, 42_001]), stable=flag),
        st.builds(f.Identified, subject=st.just("plate"), value=plates),
        settled.map(lambda s: f.Settled(objection=s[0], subject=s[1])),
        st.builds(
            f.Passed,
            at=st.sampled_from(list(CheckpointKind)),
            direction=st.sampled_from(list(Direction)),
            to=places,
        ),
        st.builds(f.Arrived, place=places),
        st.sampled_from([f.Queued(), f.Called()]),
        st.builds(
            f.Charged,
            order=orders,
            amount=st.sampled_from([0, 90_000, -90_000, 300_000]),
            lines=st.just(()),
        ),
        st.builds(
            f.Paid,
            order=orders,
            amount=st.sampled_from([90_000, 300_000]),
            method=st.just("qr"),
            receipt=st.just("R"),
        ),
        st.builds(f.ChannelSet, customs_number=numbers, channel=st.sampled_from(list(Channel))),
        st.builds(
            f.Transshipped,
            receiving=sources,
            plate=st.just("12H"),
            group=groups,
            customs_number=numbers,
            packages=packages,
        ),
        st.builds(f.Disposed, group=groups, packages=packages, how=st.just("stored")),
        st.builds(
            f.Received,
            source=sources,
            plate=st.just("桂F"),
            group=groups,
            customs_number=st.sampled_from([NUMBER, ""]),
            packages=packages,
            chapters=st.sampled_from([(), ("08",), ("85",)]),
        ),
        st.builds(f.GoodsReleased, source=sources, group=groups, released=flag),
        st.builds(f.ReceivingEntered, receiving=sources, entered=flag),
        st.builds(f.Linked, other=sources, role=st.just("source"), plate=st.just("桂F")),
        st.builds(
            f.Declared, number=st.just("HN-1"), version=st.integers(1, 3), content=st.sampled_from(said)
        ),
        st.builds(f.Withdrawn, number=st.sampled_from(["HN-1", "HN-0"])),
        st.builds(
            f.RegisteredUndeclared,
            gate=st.just(GATE),
            country=st.just("VN"),
            plate=plates,
            shown=st.just("12H"),
        ),
        st.just(f.CorrectionAsked(fields=("weight",))),
        st.builds(f.OutageBegan, what=outages),
        st.builds(f.OutageEnded, what=outages),
        st.just(f.OpenedAgainst(at=B1, reason="ambulance", objections=("unpaid",))),
        st.just(f.StruckOff(reason="turned_around")),
    )


NOISE = {kind: _data(kind) for kind in Kind}
FITTING = {
    str(code): st.sampled_from([*step.agencies, *step.agencies, Agency.POLICE])
    for code, step in STEPS.items()
}


def _minutes(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Every ten minutes: coarse, so that some facts happen at one moment."""
    start = moment(first)
    return st.integers(0, int((moment(last) - start).total_seconds() // 600)).map(
        lambda tens: start + timedelta(minutes=10 * tens)
    )


@st.composite
def histories(draw: st.DrawFn, *, declared: bool = True) -> History:
    """Half a journey or a whole one, with some facts missing, shifted, added and taken back."""
    kind = draw(st.sampled_from(list(Kind)))
    content, ref = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4])), draw(st.sampled_from([0, 1, 2, 3]))
    whole = base(kind, content, ref) if declared else ()
    facts = list(whole[: draw(st.sampled_from(range(1, len(whole) + 1)))]) if whole else []
    ids = count(1 << 40)
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3, 5, 8]))):
        index = draw(st.integers(0, max(0, len(facts) - 1)))
        match draw(st.sampled_from(["add", "add", "add", "miss", "shift", "undo"])):
            case "miss" if facts:
                del facts[index]
            case "shift" if facts:
                facts[index] = replace(facts[index], occurred_at=draw(_minutes("07:30", "20:30")))
            case "undo" if facts:
                undo = _fact(draw, next(ids), f.Undone(), actor=facts[index].actor, undoes=facts[index].id)
                facts.append(undo)
            case _:
                data = draw(NOISE[kind])
                if declared or not isinstance(data, f.Declared):
                    facts.append(_fact(draw, next(ids), data))
    for hold in [x for x in facts if isinstance(x.data, f.Held)]:
        if draw(st.booleans()):
            facts.append(_fact(draw, next(ids), f.Lifted(hold=hold.id), actor=hold.actor))
    asked = draw(st.one_of(st.just(moment("12:00")), _minutes("07:30", "20:30")))
    return History(facts, REFERENCES[ref], asked + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 2]))))


def _fact(draw: st.DrawFn, number: int, data: f.AnyData, **more: Any) -> Fact:
    agency = draw(FITTING.get(data.step, AGENCIES)) if isinstance(data, f.Confirmed) else draw(AGENCIES)
    actor: Actor = more.pop("actor", None) or (LANE if isinstance(data, f.Passed) else officer(agency))
    when = draw(_minutes("07:30", "20:30"))
    return Fact(
        id=UUID(int=number | 0x7000 << 64), crossing=OTHER, occurred_at=when, recorded_at=when, actor=actor,
        source=Source.SCREEN, data=data, v=1, **more,
    )  # fmt: skip


# --- the law once more ------------------------------------------------------------------------------

_CHECKED = "entered health_checked licence_checked"
_QUARANTINED = "plant_quarantined animal_quarantined customs_cleared weighed"
_AT_THE_YARD = {
    Kind.EXPORT: f"registration_accepted {_CHECKED} {_QUARANTINED} paid",
    Kind.IMPORT_TRANSSHIPMENT: f"registration_accepted {_CHECKED} in_yard {_QUARANTINED} "
    "transshipment_signed transshipped paid",
    Kind.IMPORT_INLAND: f"registration_accepted {_CHECKED} in_yard {_QUARANTINED} paid",
    Kind.RECEIVING: "entered received_goods health_checked plant_quarantined animal_quarantined "
    "goods_released paid",
}
_WAYS = {
    Kind.EXPORT: ((B1, OUT), (YARD, OUT), (LINE, OUT)),
    Kind.IMPORT_TRANSSHIPMENT: ((LINE, IN), (YARD, OUT), (LINE, OUT)),
    Kind.IMPORT_INLAND: ((LINE, IN), (YARD, IN), (B2, IN)),
    Kind.RECEIVING: ((B1, OUT), (YARD, IN), (B2, IN)),
}
RANK = {"entered": 1, "in_yard": 2, "left_yard": 3, "left_to_other_side": 4, "left_zone": 4}


class Naive:
    """procedures.md 2 to 5 restated over the bare list of facts, slowly and without `core`'s functions."""

    def __init__(self, history: History) -> None:
        self.ref, self.at = history.ref, history.at
        self.all = {fact.id: fact for fact in history.facts}
        self.facts = sorted(
            (fact for fact in self.all.values() if self._stands(fact)), key=lambda x: (x.occurred_at, x.id)
        )

    def _stands(self, fact: Fact) -> bool:
        return not any(undo.undoes == fact.id and self._stands(undo) for undo in self.all.values())

    def of(self, kind: type[Any]) -> Iterator[Fact]:
        return (fact for fact in self.facts if isinstance(fact.data, kind))

    @cached_property
    def announced(self) -> Content | None:
        said, version = None, 0
        for fact in self.of(f.Declared):
            if fact.data.version >= version:
                said, version = fact.data.content, fact.data.version
        return said

    @cached_property
    def content(self) -> Content | None:
        """Withdrawn is what was announced, until it is announced anew."""
        version, withdrawn = 0, False
        for fact in self.facts:
            data = fact.data
            if isinstance(data, f.Declared) and data.version >= version:
                version, withdrawn = data.version, False
            elif isinstance(data, f.Withdrawn) and data.number == "HN-1":
                withdrawn = True
        return None if withdrawn else self.announced

    def says(self, step: str, *agencies: Agency) -> list[Fact]:
        return [
            fact
            for fact in self.of(f.Confirmed)
            if fact.data.step == step and fact.actor.agency in agencies and not self._opened_again(fact)
        ]

    @cached_property
    def corrected(self) -> list[tuple[Fact, Content, Content]]:
        """Each version that replaced another one."""
        found, said, version = [], None, 0
        for fact in self.of(f.Declared):
            if fact.data.version >= version:
                if said is not None:
                    found.append((fact, said, fact.data.content))
                said, version = fact.data.content, fact.data.version
        return found

    def _opened_again(self, word: Fact) -> bool:
        """Papers of the vehicle open the licence, goods open customs' and the quarantines' words; what is
        signed on an open licence, or on other packages, is not signed."""
        later = [x for x in self.corrected if (x[0].occurred_at, x[0].id) > (word.occurred_at, word.id)]
        papers = any(
            old.vehicle.documents != new.vehicle.documents
            or old.vehicle.plate.country != new.vehicle.plate.country
            for _, old, new in later
        )
        goods = any(old.groups != new.groups for _, old, new in later)
        packages = any(
            [g.packages for g in old.groups] != [g.packages for g in new.groups] for _, old, new in later
        )
        match word.data.step:
            case "licence_checked":
                return papers
            case "registration_accepted" | "customs_cleared" | "plant_quarantined" | "animal_quarantined":
                return goods
            case "transshipment_signed":
                sources = any(Kind.IMPORT_TRANSSHIPMENT in (old.kind, new.kind) for _, old, new in later)
                return papers or (packages and sources)
        return False

    def both(self, step: str) -> bool:
        return all(self.says(step, agency) for agency in (BORDER_GUARD, CUSTOMS))

    @property
    def ways(self) -> tuple[tuple[CheckpointKind, Direction], ...]:
        if self.announced is None:
            return ()
        if self.announced.kind is Kind.EMPTY_RETURN:
            vietnamese = self.announced.vehicle.plate.country == "VN"
            return ((LINE, IN), (B2, IN)) if vietnamese else ((B1, OUT), (LINE, OUT))
        return _WAYS[self.announced.kind]

    def needs(self, way: int) -> list[str]:
        kind = self.content.kind if self.content else None
        if kind is Kind.EMPTY_RETURN:
            return ["", "entered licence_checked"][way].split()
        entry = "" if kind is Kind.RECEIVING else "registration_accepted"
        assert kind is not None
        return [entry, _AT_THE_YARD[kind], _AT_THE_YARD[kind] + " left_yard"][way].split()

    @property
    def looked_empty(self) -> bool:
        assert self.content is not None
        receiving = self.content.kind is Kind.RECEIVING
        return receiving and not list(self.of(f.Received)) and bool(self.says("looked_empty", BORDER_GUARD))

    def chapters(self) -> set[str]:
        assert self.content is not None
        taken = {chapter for fact in self.of(f.Received) for chapter in fact.data.chapters}
        return taken | {item.hs[:2] for each in self.content.groups for item in each.items}

    def is_done(self, step: str) -> bool:
        content = self.content
        assert content is not None
        if step in ("entered", "left_yard"):
            alone = content.kind is Kind.EMPTY_RETURN
            return bool(self.says(step, BORDER_GUARD)) if alone else self.both(step)
        match step:
            case "registration_accepted":
                return bool(self.says(step, CUSTOMS))
            case "health_checked":
                return self.looked_empty or bool(self.says(step, HEALTH))
            case "licence_checked":
                return bool(self.says(step, LICENCE))
            case "in_yard":
                return not self.ref.yards or bool(self.says(step, CUSTOMS, Agency.YARD))
            case "plant_quarantined":
                return not self.chapters() & {"06", "07", "08"} or bool(self.says(step, PLANT))
            case "animal_quarantined":
                return not self.chapters() & {"02", "03"} or bool(self.says(step, ANIMAL))
            case "customs_cleared":
                return self._nothing_to_look_at() and (bool(self.says(step, CUSTOMS)) or self._all_green())
            case "weighed":
                return not self.ref.scales or any(fact.data.stable for fact in self.of(f.Weighed))
            case "transshipment_signed":
                return any(self._signature_stands(fact) for fact in self.says(step, CUSTOMS))
            case "transshipped":
                return bool(content.groups) and all(self._gone(i) for i in range(len(content.groups)))
            case "received_goods":
                return self.looked_empty or any(self.of(f.Received))
            case "goods_released":
                return self.looked_empty or self._released()
            case "paid":
                return self.looked_empty or (any(self.of(f.Charged)) and self._settled_up())
        raise AssertionError(step)

    def _nothing_to_look_at(self) -> bool:
        """No examination is in these histories: what is red or yellow is not cleared."""
        carried = {each.customs_number for each in self.content.groups} if self.content else set()
        return not any(self._channels().get(number) in (Channel.RED, Channel.YELLOW) for number in carried)

    def _all_green(self) -> bool:
        channel = self._channels()
        groups = self.content.groups if self.content else ()
        green = groups and all(channel.get(each.customs_number) is Channel.GREEN for each in groups)
        return bool(green and self.says("registration_accepted", CUSTOMS))

    def _channels(self) -> dict[str, Channel]:
        changed = [x for x, old, new in self.corrected if old.groups != new.groups]
        last = max(((x.occurred_at, x.id) for x in changed), default=None)
        return {
            fact.data.customs_number: fact.data.channel
            for fact in self.of(f.ChannelSet)
            if last is None or (fact.occurred_at, fact.id) > last
        }

    def _signature_stands(self, signature: Fact) -> bool:
        place = (signature.occurred_at, signature.id)
        inside: set[UUID] = set()
        for fact in self.facts:
            after = (fact.occurred_at, fact.id) > place
            undone = self.all.get(fact.undoes) if fact.undoes else None
            word = undone.data.step if undone and isinstance(undone.data, f.Confirmed) else ""
            if after and word in ("entered", "licence_checked"):
                return False
            if isinstance(fact.data, f.ReceivingEntered) and self._is_news(
                fact, data_of=lambda d: d.receiving
            ):
                (inside.add if fact.data.entered else inside.discard)(fact.data.receiving)
                if after and not inside:
                    return False
        return True

    def _is_news(self, echo: Fact, *, data_of: Callable[[Any], Any]) -> bool:
        """Nothing that happened before it, on the same thing, was recorded after it."""
        mine = data_of(echo.data)
        before = self.facts[: self.facts.index(echo)]
        same = [x for x in before if type(x.data) is type(echo.data) and data_of(x.data) == mine]
        return all(x.recorded_at <= echo.recorded_at for x in same)

    def _gone(self, index: int) -> bool:
        assert self.content is not None
        given = [
            fact.data.packages
            for fact in self.facts
            if isinstance(fact.data, f.Transshipped | f.Disposed) and fact.data.group == index
        ]
        return sum(given) >= self.content.groups[index].packages

    def _released(self) -> bool:
        word = {
            (fact.data.source, fact.data.group): fact.data.released
            for fact in self.of(f.GoodsReleased)
            if self._is_news(fact, data_of=lambda d: (d.source, d.group))
        }
        taken = [fact.data for fact in self.of(f.Received)]
        return bool(taken) and all(d.customs_number and word.get((d.source, d.group)) for d in taken)

    def _settled_up(self) -> bool:
        owed = dict.fromkeys(Order, 0)
        for fact in self.facts:
            if isinstance(fact.data, f.Charged | f.Paid):
                owed[fact.data.order] += fact.data.amount * (1 if isinstance(fact.data, f.Charged) else -1)
        return all(amount <= 0 for amount in owed.values())

    def holds(self) -> list[f.Held]:
        lifted = {fact.data.hold for fact in self.of(f.Lifted)}
        return [fact.data for fact in self.of(f.Held) if fact.id not in lifted]

    def held(self, at: CheckpointKind, way: int) -> bool:
        """A hold binds except towards its place: entering leads to the gate area and on to the yard."""
        assert self.content is not None
        to_the_border = self.content.kind in (Kind.EXPORT, Kind.IMPORT_TRANSSHIPMENT)
        to = {
            B2: {Place.ROAD},
            LINE: {Place.OTHER_SIDE},
            YARD: {Place.BORDER_LINE if to_the_border else Place.NON_TARIFF_ZONE},
        }.get(at, set())
        if way == 0:
            home = self.content.kind is Kind.EMPTY_RETURN and at is LINE
            to = {Place.NON_TARIFF_ZONE} if home else {Place.GATE_AREA, Place.YARD}
        return any(hold.report_to not in to for hold in self.holds())

    def mismatched(self) -> bool:
        wrong = False
        for fact in self.facts:
            if isinstance(fact.data, f.Identified):
                assert self.content is not None
                wrong = fact.data.value != self.content.vehicle.plate.number
            elif isinstance(fact.data, f.Settled) and fact.data.objection == "identity_mismatch":
                wrong = False
        return wrong

    def overweight(self) -> bool:
        over = False
        for fact in self.facts:
            if isinstance(fact.data, f.Weighed) and fact.data.stable:
                over = fact.data.gross_kg > 42_000
            elif isinstance(fact.data, f.Settled) and fact.data.objection == "overweight":
                over = False
        return over

    def overstayed(self) -> bool:
        assert self.content is not None
        settled = any(fact.data.objection == "overstay" for fact in self.of(f.Settled))
        if self.content.vehicle.plate.country == "VN" or settled:
            return False
        entered = [fact.occurred_at for fact in self.says("entered", BORDER_GUARD, CUSTOMS)]
        return bool(entered) and self.at - min(entered) > timedelta(hours=24)

    def rank(self) -> int:
        rank = 0
        for fact in self.facts:
            data = fact.data
            if isinstance(data, f.Confirmed) and data.step in RANK:
                if fact.actor.agency in STEPS[data.step].agencies:
                    rank = max(rank, RANK[data.step])
            elif isinstance(data, f.Passed):
                rank = self._rank_after(data)
        return rank

    @staticmethod
    def _rank_after(data: f.Passed) -> int:
        at_once = {Place.YARD: 2, Place.TEMPORARY_YARD: 0, Place.BUFFER: 0}
        if data.to in at_once:
            return at_once[data.to]
        if (data.at, data.to) == (CheckpointKind.B1, Place.ROAD):
            return 0
        if data.at is YARD:
            return 3
        return 4 if data.to in (Place.OTHER_SIDE, Place.ROAD) else 1

    def waits_in_line(self) -> bool:
        moves = [fact.data for fact in self.facts if isinstance(fact.data, f.Queued | f.Called)]
        return bool(moves) and isinstance(moves[-1], f.Queued) and self.rank() == 0

    def ended(self) -> bool:
        if self.announced is None or any(self.of(f.StruckOff)):
            return any(self.of(f.StruckOff))
        if self.ways[-1][0] is B2:
            return bool(self.says("left_zone", BORDER_GUARD))
        if self.announced.kind is Kind.EMPTY_RETURN:
            return bool(self.says("left_to_other_side", BORDER_GUARD))
        return self.both("left_to_other_side")

    def closed(self, at: CheckpointKind) -> bool:
        return at in (B1, B2, LINE) and not 7 <= self.at.astimezone(HANOI).hour < 20

    def permits(self, at: CheckpointKind, direction: Direction) -> bool:
        if at is TEMPORARY_YARD:
            held = any(hold.report_to is not Place.TEMPORARY_YARD for hold in self.holds())
            known = any(self.of(f.RegisteredUndeclared))
            return self.content is None and known and not held and not self.ended()
        if self.content is None or (at, direction) not in self.ways:
            return False
        way = self.ways.index((at, direction))
        against = (
            not all(self.is_done(step) for step in self.needs(way)),
            "paid" in self.needs(way) and not self.looked_empty and not self._settled_up(),
            self.held(at, way),
            self.mismatched(),
            bool(self.content.vehicle.documents),
            way > 0 and self.overstayed(),
            self.overweight(),
            self.closed(at),
            self.waits_in_line(),
            self.ended(),
        )
        return not any(against)
