"""Walks through a procedure: from any state, do what somebody is asked to do until the vehicle is gone.

`follow` does at each turn what the lists ask for, through the guards that officers meet; where nobody is
asked, it takes the first reason against the next passage to whoever may settle it. A state from which this
does not lead to the end is a dead end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import decisions as d
from cuakhauso.core import examination_decisions as xd
from cuakhauso.core import facts as f
from cuakhauso.core import special_decisions as sd
from cuakhauso.core.clock import whose
from cuakhauso.core.corrections import differences
from cuakhauso.core.declaration import Content, Plate
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.examinations import open_at_customs, results, samples_out, to_treat
from cuakhauso.core.facts import Fact
from cuakhauso.core.fold import State
from cuakhauso.core.permit import Code, Objection, Permit, Question, may_pass
from cuakhauso.core.procedure import HEALTH_MODE, Procedure, next_leg, procedure_for, procedure_of
from cuakhauso.core.progress import Wait, waits
from cuakhauso.core.reference import Reference, RegimeRule
from cuakhauso.core.regimes import RegimeLeg, leg_of
from cuakhauso.core.seals import seals_on
from cuakhauso.core.standing import has_ended, status, statuses
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, Kind, Order, Party, Regime, Stay

from .builders import (
    BORDER_GUARD,
    BUSINESS,
    CUSTOMS,
    NUMBER,
    Story,
    gate_with_a_scale,
    goods,
    group,
    new_id,
    officer,
    tariff_row,
    truck,
)
from .builders import TARIFF as KNOWN

S = StepCode
RECEIVER = new_id()
DEDICATED = Plate(country="VN", number="12C77777", shown="12C-777.77")
MOST = 80


@dataclass(frozen=True)
class Case:
    """One procedure as it is walked: a kind under a regime, with or without the health mode and the pilot."""

    kind: Kind
    regime: Regime = Regime.BUSINESS
    health: bool = False
    stay: Stay = Stay.ORDINARY
    country: str = ""

    def __str__(self) -> str:
        more = [self.country, "health" if self.health else "", self.stay if self.stay != "ordinary" else ""]
        return ":".join([self.kind, self.regime, *filter(None, more)])

    @property
    def content(self) -> Content:
        country = self.country or {Kind.EXPORT: "VN", Kind.RECEIVING: "VN"}.get(self.kind)
        first = "10811111111" if leg_of(truck(self.kind, regime=self.regime)) is RegimeLeg.SECOND else ""
        loaded = self.kind not in (Kind.RECEIVING, Kind.EMPTY_RETURN)
        lines = ("08109050",) if self.stay is Stay.TWO_WAY else ("08109050", "03021100")
        fish_and_fruit = structs.replace(group(*map(goods, lines)), first_number=first)
        told = truck(
            self.kind, country=country, regime=self.regime, groups=(fish_and_fruit,) if loaded else None
        )
        return structs.replace(told, stay=self.stay)

    @property
    def ref(self) -> Reference:
        rows = [
            tariff_row(w, 300_000, regime=r, goods_class=c)
            for r in Regime
            for w in {row.weight_class for row in KNOWN}
            for c in ("ordinary", "fresh_fruit", "farm")
        ]
        escorted = {regime: RegimeRule(days=60, escort=True) for regime in Regime}
        return gate_with_a_scale(
            tariff=tuple(rows), regimes=escorted, two_way_stay_hours=36,
            health_steps=frozenset(HEALTH_MODE) if self.health else frozenset(),
        )  # fmt: skip

    @property
    def procedure(self) -> Procedure:
        found = procedure_for(self.content)
        assert found is not None
        return found

    def begins(self) -> Story:
        story = Story(self.content, self.ref).at("09:00").declares()
        if self.kind is Kind.IMPORT_TRANSSHIPMENT:
            story.take(f.Linked(other=RECEIVER, role="receiving", plate="12H-012.34"), BUSINESS)
            story.take(f.ReceivingEntered(receiving=RECEIVER, entered=True), f.PLATFORM)
        return story


REGIMES = {
    Kind.EXPORT: tuple(Regime),
    Kind.IMPORT_TRANSSHIPMENT: tuple(Regime),
    Kind.IMPORT_INLAND: tuple(Regime),
    Kind.RECEIVING: tuple(Regime),
    Kind.EMPTY_RETURN: (Regime.BUSINESS,),
}
CASES = [
    *(Case(kind, regime, health) for kind in Kind for regime in REGIMES[kind] for health in (False, True)),
    Case(Kind.EMPTY_RETURN, country="CN"),
    *(Case(kind, stay=Stay.TWO_WAY) for kind in (Kind.EXPORT, Kind.IMPORT_INLAND, Kind.IMPORT_TRANSSHIPMENT)),
]


# --- what somebody does ----------------------------------------------------------------------------


def guarded(story: Story, by: Agency, data: f.AnyData, against: list[Objection]) -> bool:
    if not against:
        story.take(data, officer(by), note="lời ghi")
    return not against


def confirms(story: Story, step: str, by: Agency) -> bool:
    return guarded(story, by, f.Confirmed(step=step), d.against_confirming(story.may(by), step))


def pays(story: Story) -> bool:
    if not story.state.charges:
        story.is_charged()
    for order in Order:
        if (owed := story.state.owes(order)) > 0:
            assert not d.against_paying(story.may(Agency.BOARD), order, owed)
    story.pays()
    return True


def gives_all(story: Story) -> bool:
    packages = story.state.remaining(0)
    against = d.against_transshipping(story.may(Agency.YARD), d.Transfer(0, packages, RECEIVER))
    data = f.Transshipped(receiving=RECEIVER, plate="12H", group=0, customs_number="", packages=packages)
    return guarded(story, Agency.YARD, data, against)


def seals(story: Story) -> bool:
    number = f"VN{len(story.facts)}"
    return guarded(
        story, CUSTOMS, f.SealPut(number=number), sd.against_putting_seal(story.may(CUSTOMS), number)
    )


def checks_seals(story: Story) -> bool:
    """Each seal that is on; where none is, customs puts its own on."""
    on = seals_on(story.state)
    for number in on:
        data = f.SealChecked(number=number, intact=True)
        guarded(story, CUSTOMS, data, sd.against_checking_seal(story.may(CUSTOMS), number))
    return bool(on) or seals(story)


def hands_over(story: Story) -> bool:
    data = f.HandedOver(driver="N. V. M.", plate=DEDICATED)
    return guarded(story, BORDER_GUARD, data, sd.against_handing_over(story.may(BORDER_GUARD)))


def refuses_to_turn(story: Story) -> bool:
    against = sd.against_refusing_to_turn(story.may(BORDER_GUARD), "không")
    return guarded(story, BORDER_GUARD, f.TurnRefused(), against)


def approves_correction(story: Story) -> bool:
    """Whoever is asked first says yes."""
    state, asked = story.state, story.state.still_to_approve
    assert state.proposal is not None
    against = cd.against_approving(story.may(asked[0]), state.proposal.id)
    return guarded(story, asked[0], f.CorrectionApproved(proposal=state.proposal.id), against)


def _corrects(story: Story, change: Callable[[Content], Content]) -> None:
    """The business proposes another version, whatever was confirmed."""
    before = story.state.content
    if before is None or cd.against_correcting(story.state, story.ref, change(before)):
        return
    data = f.CorrectionProposed(
        number="HN-1", version=story.state.version + 1, content=change(before),
        differences=differences(before, change(before)),
    )  # fmt: skip
    story.take(data, BUSINESS)
    story.content = change(before)


def _other_vehicle(before: Content) -> Content:
    vehicle = structs.replace(before.vehicle, transport_licence="GPVT-7", seals=(), max_gross_kg=41_000)
    return structs.replace(before, vehicle=vehicle, driver="N*** B")


def _other_goods(before: Content) -> Content:
    others = tuple(structs.replace(each, items=(goods(value=1),)) for each in before.groups)
    return structs.replace(before, groups=others)


def clears(story: Story) -> bool:
    """Customs does what it has ordered or must look at, then clears."""
    for _code, number in open_at_customs(story.state):
        against = xd.against_examining(story.may(CUSTOMS), number, f.Finding.CONFORMS, "")
        for how in (f.How.PAPERS, f.How.FULL):
            guarded(story, CUSTOMS, f.Examined(customs_number=number, how=how, finding="conforms"), against)
    return has_cleared(story) or confirms(story, S.CUSTOMS_CLEARED, CUSTOMS)


def has_cleared(story: Story) -> bool:
    return status(S.CUSTOMS_CLEARED, story.state, story.ref).done_at is not None


def passes(step: StepCode) -> Callable[[Story], bool]:
    """What is out comes back, what is to be treated is treated; then the agency's word."""
    agency = next(agency for agency, code in LOOKS.items() if code is step)

    def passed(story: Story) -> bool:
        for fact in (*samples_out(story.state, agency), *results(story.state, agency, f.Result.REFUSED)):
            data = f.Judged(result=f.Result.PASSED, of=fact.data.of, sample=getattr(fact.data, "number", ""))
            against = xd.against_judging(story.may(agency), data.result, data.of, data.sample, "")
            guarded(story, agency, data, against)
        for fact in to_treat(story.state, agency):
            treated = f.Treated(agency=agency, of=fact.data.of, method="hun trùng")
            guarded(story, Agency.YARD, treated, xd.against_treating(story.may(Agency.YARD), agency))
        done = status(step, story.state, story.ref).done_at is not None
        return done or confirms(story, step, agency)

    return passed


def is_weighed(story: Story) -> bool:
    return bool(story.weighs(20_000))


ACTS: dict[str, Callable[[Story], bool]] = {
    S.DECLARED: lambda story: bool(story.declares()),
    S.WEIGHED: is_weighed,
    S.PAID: pays,
    S.CUSTOMS_CLEARED: clears,
    **{code: passes(code) for code in LOOKS.values()},
    S.TRANSSHIPPED: gives_all,
    S.RECEIVED_GOODS: lambda story: bool(story.receives(10, hs="08")),
    S.GOODS_RELEASED: lambda story: bool(story.goods_are_released()),
    S.SEAL_PUT_ON: seals,
    S.SEAL_CHECKED: checks_seals,
    S.HANDED_OVER: hands_over,
    S.TURN_ANSWERED: refuses_to_turn,
    S.CORRECTION_ANSWERED: approves_correction,
}


def settles(by: Agency) -> Callable[[Story, Objection], bool]:
    def settled(story: Story, objection: Objection) -> bool:
        data = f.Settled(objection=objection.code, subject=str(objection.details.get("subject", "")))
        return guarded(story, by, data, d.against_settling(story.may(by), objection.code, "đã xem"))

    return settled


def lifts(story: Story, objection: Objection) -> bool:
    by, hold = Agency(objection.party), objection.details["hold"]
    return guarded(story, by, f.Lifted(hold=hold), d.against_lifting(story.may(by), hold, "xong"))


# Whose move a reason is, and what that party does about it.
REMEDIES: dict[str, Callable[[Story, Objection], bool]] = {
    Code.HOLD_LIVE: lifts,
    Code.IDENTITY_MISMATCH: settles(BORDER_GUARD),
    Code.OVERWEIGHT: settles(BORDER_GUARD),
    Code.OVERSTAY: settles(BORDER_GUARD),
    Code.SEAL_NOT_INTACT: settles(CUSTOMS),
    Code.PAIR_QUANTITY: settles(CUSTOMS),
    Code.PAIR_OVERDUE: settles(CUSTOMS),
    Code.EXAMINATION_DEVIATES: settles(CUSTOMS),
    Code.EXAMINATION_REFUSED: lambda story, objection: _turns(story, CUSTOMS),
    Code.QUARANTINE_REFUSED: lambda story, objection: _turns(story, Agency(objection.party)),
    Code.UNPAID: lambda story, objection: pays(story),
    Code.GOODS_REMAINING: lambda story, objection: gives_all(story),
}


# --- the walk --------------------------------------------------------------------------------------


def does(story: Story, wait: Wait) -> bool:
    """What a list asks a party for, done by that party; False where the rules refuse it now."""
    if wait.step in ACTS:
        return ACTS[wait.step](story)
    return confirms(story, wait.step, Agency(wait.party))


def objections(story: Story, state: State) -> list[Objection]:
    """Why it may not pass next; once it has passed, why the last word on that cannot be given."""
    procedure = procedure_of(state)
    leg = next_leg(state) or (procedure.legs[-1] if procedure else None)
    if leg is None:
        return []
    answer = may_pass(Question(state, leg.at, leg.direction, story.now, story.ref, state.gate))
    return [] if isinstance(answer, Permit) else answer


def moves(story: Story, state: State) -> Iterator[Callable[[], bool]]:
    if state.present_since is None:
        yield lambda: bool(story.arrives(_where(story)))
    for wait in waits(state, story.ref):
        yield lambda wait=wait: does(story, wait)
    for objection in objections(story, state):
        if remedy := REMEDIES.get(objection.code):
            yield lambda remedy=remedy, objection=objection: remedy(story, objection)


def _where(story: Story):
    from cuakhauso.core.words import Place

    inward = story.content is not None and story.content.kind not in (Kind.EXPORT, Kind.RECEIVING)
    return Place.BORDER_LINE if inward else Place.BUFFER


Known = set[object]


def key(story: Story, state: State) -> object:
    """All that the next moves depend on."""
    asked = tuple((wait.party, wait.step) for wait in waits(state, story.ref))
    asked += (
        tuple(open_at_customs(state)),
        tuple((a, *(x.kind for x in samples_out(state, a))) for a in LOOKS),
    )
    against = tuple((o.code, o.party, str(o.details.get("step", ""))) for o in objections(story, state))
    done = tuple((stand.step.code, stand.done_at is None) for stand in statuses(state, story.ref))
    return asked, against, done, state.present_since is None, state.rank, seals_on(state) == ()


def follow(story: Story, known: Known) -> list[str]:
    """The steps done on the way to the end. Fails on a dead end, and where nobody's move it is."""
    seen: list[object] = []
    done: set[str] = set()
    for _ in range(MOST):
        state = story.state
        if has_ended(state, story.ref):
            break
        assert (
            state.present_since is None or whose(state, story.now, story.ref).party is not Party.UNATTRIBUTED
        )
        at = key(story, state)
        if at in known:
            break
        seen.append(at)
        assert any(move() for move in moves(story, state)), f"dead end: {told(story)}"
        done |= {stand.step.code for stand in statuses(story.state, story.ref) if stand.done_at}
    else:
        raise AssertionError(f"no end in sight: {told(story)}")
    known.update(seen)
    return sorted(done)


def told(story: Story) -> str:
    state = story.state
    asked = [f"{w.step} by {w.party}" for w in waits(state, story.ref)]
    against = [f"{o.code} {o.details}" for o in objections(story, state)]
    return f"{[x.data for x in story.facts[-6:]]}\nwaits {asked}\nagainst {against}"


# --- what officers can cause -----------------------------------------------------------------------


def disturbances(story: Story) -> Iterator[Callable[[Story], object]]:
    """Everything that an officer, a device or the business may do besides what the lists ask for."""
    yield from looks(story)
    for agency in Agency:
        yield lambda s, a=agency: s.hold(a)
        yield lambda s, a=agency: _turns(s, a)
    for fact in story.facts:
        if fact.actor.agency is not None and isinstance(fact.data, d.UNDOABLE):
            yield lambda s, fact=fact: _undoes(s, fact)
    yield lambda s: s.hold(CUSTOMS).hold(Agency.PLANT_QUARANTINE).hold(CUSTOMS)
    yield lambda s: s.asks_correction(CUSTOMS, "goods")
    yield lambda s: _corrects(s, _other_vehicle)
    yield lambda s: _corrects(s, _other_goods)
    yield lambda s: s.weighs(90_000)
    for subject in ("plate", "trailer", "container", "seal"):
        yield lambda s, subject=subject: s.is_read(subject, "TSTU1004288")
    yield lambda s: _breaks_seal(s)
    yield lambda s: _finds_seal_broken(s)
    yield lambda s: _asks_to_turn(s)
    yield lambda s: s.struck_off() if not has_ended(s.state, s.ref) else None
    yield lambda s: s.channel("red")
    yield lambda s: s.at("08:00", 3)
    yield lambda s: s.queues().is_called()
    yield lambda s: setattr(
        s, "ref", replace(s.ref, health_steps=frozenset(HEALTH_MODE) - s.ref.health_steps)
    )


def _switches_the_health_mode(story: Story) -> None:
    story.ref = replace(story.ref, health_steps=frozenset(HEALTH_MODE) - story.ref.health_steps)


def looks(story: Story) -> Iterator[Callable[[Story], object]]:
    """What is found in the goods. Regimes and the health mode change nothing about it."""
    if story.content and (story.content.regime is not Regime.BUSINESS or story.ref.health_steps):
        return
    yield lambda s: _orders_examination(s)
    yield lambda s: _finds(s, f.Finding.DEVIATES)
    yield lambda s: _finds(s, f.Finding.REFUSED)
    for agency in LOOKS:
        yield lambda s, a=agency: _samples(s, a)
        yield lambda s, a=agency: _judges(s, a, f.Result.TREAT)
        yield lambda s, a=agency: _judges(s, a, f.Result.REFUSED)
    yield lambda s: _requests(s, Agency.PLANT_QUARANTINE)


def _orders_examination(story: Story) -> None:
    data = f.ExaminationOrdered(customs_number=NUMBER[:11], how=f.How.FULL)
    guarded(story, CUSTOMS, data, xd.against_ordering(story.may(CUSTOMS), NUMBER, "nghi ngờ"))


def _finds(story: Story, finding: f.Finding) -> None:
    data = f.Examined(customs_number=NUMBER[:11], how=f.How.PARTIAL, finding=finding)
    guarded(story, CUSTOMS, data, xd.against_examining(story.may(CUSTOMS), NUMBER, finding, "thừa 12 kiện"))


def _samples(story: Story, by: Agency) -> None:
    data = f.Sampled(number="M-1", what="lá")
    guarded(story, by, data, xd.against_sampling(story.may(by), "M-1"))


def _judges(story: Story, by: Agency, result: f.Result) -> None:
    against = xd.against_judging(story.may(by), result, f.Of.GOODS, "", "có rệp")
    guarded(story, by, f.Judged(result=result), against)


def _requests(story: Story, by: Agency) -> None:
    guarded(story, by, f.QuarantineRequested(), xd.against_requesting(story.may(by), "gỗ kê"))


def _turns(story: Story, by: Agency) -> bool:
    return guarded(story, by, f.TurnedAround(), sd.against_turning(story.may(by), "quay đầu"))


def _undoes(story: Story, fact: Fact) -> None:
    if not d.against_undoing(story.may(fact.actor.agency), story.facts, fact.id, "nhầm"):  # type: ignore[arg-type]
        story.undo(fact)


def _breaks_seal(story: Story) -> None:
    for number in seals_on(story.state):
        against = sd.against_breaking_seal(story.may(CUSTOMS), number, "kiểm tra")
        guarded(story, CUSTOMS, f.SealBroken(number=number), against)


def _finds_seal_broken(story: Story) -> None:
    for number in seals_on(story.state):
        against = sd.against_checking_seal(story.may(CUSTOMS), number)
        guarded(story, CUSTOMS, f.SealChecked(number=number, intact=False), against)


def _asks_to_turn(story: Story) -> None:
    if not sd.against_asking_to_turn(story.may(CUSTOMS), "xin quay đầu"):
        story.take(f.TurnAsked(), BUSINESS, note="xin quay đầu")


def copy(story: Story) -> Story:
    other = Story(story.content, story.ref)
    other.crossing, other.facts, other.now = story.crossing, list(story.facts), story.now
    other.version = story.version
    return other
