"""What may differ between gates and days: set by the Board, dated, handed to the rules as one value.

The rules never look anything up; whoever calls them passes the `Reference` in force at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .steps import StepCode
from .words import Agency, CheckpointKind, Kind, Order, Regime, WeightClass

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one weekday (Monday is 0), Hanoi time."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Closure:
    """A gate closed by the hour, whoever closed it (domain.md 2.8)."""

    begins: datetime
    ends: datetime
    reason: str = ""
    other_side: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    hours: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()

    def closure_at(self, moment: datetime) -> Closure | None:
        return next((c for c in self.closures if c.begins <= moment < c.ends), None)

    def is_open(self, moment: datetime) -> bool:
        """False where no hours are set: unknown is not open."""
        local = moment.astimezone(HANOI)
        return self.closure_at(moment) is None and any(
            h.weekday == local.weekday() and h.opens <= local.time() < h.closes for h in self.hours
        )

    def opens_next(self, moment: datetime) -> datetime | None:
        """The next moment at which the gate is open, within 30 days."""
        for days in (1, 30):
            starts = sorted(self.edges(moment, moment + timedelta(days=days)))
            if found := next((edge for edge in starts if self.is_open(edge)), None):
                return found
        return None

    def edges(self, begin: datetime, end: datetime) -> Iterable[datetime]:
        """Every moment strictly between, at which the gate may open or close."""
        for closure in self.closures:
            yield from (edge for edge in (closure.begins, closure.ends) if begin < edge < end)
        day = begin.astimezone(HANOI).date()
        while day <= end.astimezone(HANOI).date():
            for h in self.hours:
                if h.weekday == day.weekday():
                    moments = (_hanoi(day, h.opens), _hanoi(day, h.closes))
                    yield from (edge for edge in moments if begin < edge < end)
            day += timedelta(days=1)


def _hanoi(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=HANOI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A base amount in VND, or `None` where the Board has not yet filled it in (domain.md 4.1)."""

    weight_class: WeightClass
    regime: Regime
    goods_class: str
    kind: Kind | None
    amount: int | None
    law: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the base a kind of crossing pays, and on which order (procedures.md 7)."""

    kind: Kind
    order: Order
    percent: int
    law: str


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far goods of an HS prefix may be from their declared weight: a share, and `least_kg` at least."""

    prefix: str
    percent: int
    least_kg: int = 0


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """Within how many days from its entry the goods of a first leg must leave again (none: no limit of its
    own, customs' file alone says), and whether customs escorts them inland."""

    days: int | None = None
    escort: bool = False


@dataclass(frozen=True, slots=True)
class PaperRule:
    """A paper that vehicles must have: of which nationality (empty: any), drawing a trailer (`tractor`) or
    not (`truck`; empty: any). Where it `stops`, one that is missing or unseen is an objection."""

    document: str
    country: str = ""
    vehicle: str = ""
    stops: bool = False
    law: str = ""


@dataclass(frozen=True, slots=True)
class FeeRules:
    """All that decides a fee besides the tariff's rows, from a day on: until the next of these."""

    valid_from: date
    goods_classes: tuple[tuple[str, str], ...] = ()
    shares: tuple[Share, ...] = ()
    multipliers: dict[str, int] = field(default_factory=dict)
    fee_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything the rules need to know about one gate at one moment."""

    gate: str
    known: bool = True  # False where there is no such gate
    calendar: Calendar = field(default_factory=Calendar)
    scales: frozenset[str] = frozenset()
    yards: frozenset[str] = frozenset()
    places_with_hours: frozenset[CheckpointKind] = frozenset(
        {CheckpointKind.B1, CheckpointKind.B2, CheckpointKind.BORDER_LINE}
    )
    quarantine: dict[str, frozenset[Agency]] = field(default_factory=dict)
    goods_classes: tuple[tuple[str, str], ...] = ()
    tariff: tuple[TariffRow, ...] = ()
    shares: tuple[Share, ...] = ()
    multipliers: dict[str, int] = field(default_factory=dict)
    fee_cap: int | None = None
    fee_law: str = ""
    fee_rules: tuple[FeeRules, ...] = ()  # by day, for what fell due earlier; empty: only today's are known
    stay_hours: int = 24
    two_way_stay_hours: int | None = None  # None where the two-way pilot is not in force
    health_steps: frozenset[str] = frozenset()  # what the health mode adds; empty: it is off
    regimes: dict[Regime, RegimeRule] = field(default_factory=dict)
    charged_on_turning: bool = True  # (A) what was charged before a turn-around stays owed
    weight_tolerance_percent: int = 5
    tolerances: tuple[Tolerance, ...] = ()
    capacity: dict[str, int] = field(default_factory=dict)
    free_bays: dict[str, int] = field(default_factory=dict)
    step_places: dict[StepCode, tuple[CheckpointKind, ...]] = field(default_factory=dict)
    papers: tuple[PaperRule, ...] = ()
    version: int = 0

    def regime_rule(self, regime: Regime) -> RegimeRule:
        return self.regimes.get(regime, RegimeRule())

    def fees_of(self, day: date) -> "Reference":
        """With the fee rules of that day; with today's where none of that day are known."""
        fits = [rules for rules in self.fee_rules if rules.valid_from <= day]
        if not fits:
            return self
        rules = max(fits, key=lambda one: one.valid_from)
        return replace(
            self, goods_classes=rules.goods_classes, shares=rules.shares, multipliers=rules.multipliers,
            fee_cap=rules.fee_cap,
        )  # fmt: skip

    def share_of(self, kind: Kind) -> Share | None:
        """What this kind of crossing pays; None where it pays nothing."""
        return next((share for share in self.shares if share.kind is kind), None)

    def goods_class(self, hs: str) -> str:
        """The tariff's class of a goods line: the longest HS prefix in the Board's table wins."""
        fits = [row for row in self.goods_classes if hs.startswith(row[0])]
        return max(fits, key=lambda row: len(row[0]))[1] if fits else "ordinary"

    def tolerance(self, hs: str) -> Tolerance:
        """Of a goods line: the longest HS prefix in the Board's table wins; the rest has the gate's share."""
        fits = (row for row in self.tolerances if hs.startswith(row.prefix))
        default = Tolerance("", self.weight_tolerance_percent)
        return max(fits, key=lambda row: len(row.prefix), default=default)

    def quarantined_by(self, chapters: Iterable[str]) -> frozenset[Agency]:
        """Which quarantines must look at goods of these HS chapters."""
        return frozenset().union(*(self.quarantine.get(c, frozenset()) for c in chapters))
