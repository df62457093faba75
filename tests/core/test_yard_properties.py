"""What must never break in a yard: no two in one bay, no plan that gives away what is not there."""

from dataclasses import replace
from itertools import count
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core import facts as f
from cuakhauso.core import yard_decisions as yd
from cuakhauso.core.bays import Bay, Occupant, beside
from cuakhauso.core.decisions import Case, Transfer, against_disposing, against_transshipping
from cuakhauso.core.facts import Fact
from cuakhauso.core.fold import fold
from cuakhauso.core.transfers import evenly, lines, movable, totals
from cuakhauso.core.unloading import Count, lines_of
from cuakhauso.core.unloading_decisions import against_unloading_in_part
from cuakhauso.core.unloading_facts import Rest, WhyLeft
from cuakhauso.core.words import Agency, BayKind, Direction, Kind, Place, Source
from cuakhauso.core.yard_facts import Share

from .builders import gate, group, moment, officer, truck

quick = settings(max_examples=60, deadline=None)
REF, YARD, AT = gate(), officer(Agency.YARD), moment("09:00")
VEHICLES = [UUID(int=n) for n in range(1, 6)]
BAYS = [Bay(code=f"Y-{n}", yard="Y", position=n, places=1 + n // 3) for n in range(1, 5)]
_ids = count(1000)


def fact(crossing, data, actor=YARD):
    return Fact(
        id=UUID(int=next(_ids)), crossing=crossing, occurred_at=AT, recorded_at=AT, actor=actor,
        source=Source.SCREEN, data=data, v=1,
    )  # fmt: skip


def declared(crossing, content):
    return fact(crossing, f.Declared(number=f"20250512-{crossing.int:05}", version=1, content=content))


# --- bays ----------------------------------------------------------------------------------------

tries = st.lists(
    st.tuples(
        st.sampled_from(("park", "keep", "leave", "out")),
        st.sampled_from(VEHICLES),
        st.sampled_from(range(len(BAYS))),
    ),
    max_size=40,
)


@quick
@given(tries)
def test_no_decision_puts_more_into_a_bay_than_it_has_places(asked):
    stories = {v: [declared(v, truck()), fact(v, f.Arrived(place=Place.YARD))] for v in VEHICLES}
    for verb, vehicle, index in asked:
        states = {v: fold(told) for v, told in stories.items()}
        bay = as_it_stands(BAYS[index], states)
        case = Case(states[vehicle], YARD, AT, REF)
        if verb == "park" and not yd.against_parking(case, vehicle, bay):
            stories[vehicle].append(fact(vehicle, f.Parked(bay=bay.code)))
        elif verb == "keep" and not yd.against_keeping(case, vehicle, bay):
            stories[vehicle].append(fact(vehicle, f.BayKept(bay=bay.code)))
        elif verb == "leave" and not yd.against_leaving_bay(case):
            stories[vehicle].append(fact(vehicle, f.BayLeft(bay=case.state.bay or case.state.bay_kept)))
        elif verb == "out":
            stories[vehicle].append(fact(vehicle, f.YardGateSeen(yard="Y", direction=Direction.OUT)))
        states = {v: fold(told) for v, told in stories.items()}
        for one in BAYS:
            there = [v for v, state in states.items() if state.bay == one.code]
            kept = [v for v, state in states.items() if state.bay_kept == one.code]
            assert len({*there, *kept}) <= one.places


def as_it_stands(bay, states):
    def those(name):
        return tuple(Occupant(v, str(v.int)) for v, s in states.items() if getattr(s, name) == bay.code)

    return replace(bay, standing=those("bay"), kept_for=those("bay_kept"))


@quick
@given(st.permutations(range(3)))
def test_the_bay_is_the_last_one_in_whatever_order_the_news_came(order):
    told = [
        fact(VEHICLES[0], f.Parked(bay="Y-1")),
        fact(VEHICLES[0], f.Parked(bay="Y-2", before="Y-1")),
        fact(VEHICLES[0], f.BayLeft(bay="Y-1")),
    ]
    assert fold(told[i] for i in order).bay == "Y-2"


def test_bays_for_a_pairing_lie_beside_each_other():
    free = [
        Bay(code=f"Y-{block}{n}", yard="Y", block=block, position=n, kind=BayKind.TRANSSHIPMENT)
        for block, numbers in (("A", (1, 5, 9)), ("B", (2, 3, 4, 9)))
        for n in numbers
    ]
    parking = Bay(code="Y-C1", yard="Y", block="C")
    assert [bay.code for bay in beside([*free, parking], 3)] in (
        ["Y-B2", "Y-B3", "Y-B4"], ["Y-B3", "Y-B2", "Y-B4"], ["Y-B4", "Y-B3", "Y-B2"],
    )  # fmt: skip
    assert [bay.code for bay in beside(free, 2, free[1])] == ["Y-A5", "Y-A1"]
    assert beside([parking], 2) == ()


# --- transfers -----------------------------------------------------------------------------------

packages = st.integers(0, 12)
shares = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), packages), max_size=6)


@st.composite
def deeds(draw):
    kinds = st.sampled_from(("plan", "give", "store", "customs", "yard"))
    return draw(st.lists(st.tuples(kinds, shares), max_size=15))


@quick
@given(deeds())
def test_no_package_is_planned_moved_or_stored_that_is_not_there(done):
    source, takers = UUID(int=77), VEHICLES[:3]
    groups = (group(number="10712345671", packages=10), group(number="10712345682", packages=7))
    told = [declared(source, truck(Kind.IMPORT_TRANSSHIPMENT, groups=groups))]
    for taker in takers:
        told.append(fact(source, f.Linked(other=taker, role="receiving", plate=str(taker.int))))
        told.append(fact(source, f.ReceivingEntered(receiving=taker, entered=True)))
    for step, agency in (
        ("entered", Agency.CUSTOMS), ("entered", Agency.BORDER_GUARD),
        ("licence_checked", Agency.TRANSPORT_LICENCE), ("transshipment_signed", Agency.CUSTOMS),
    ):  # fmt: skip
        told.append(fact(source, f.Confirmed(step=step), officer(agency)))
    for verb, wanted in done:
        state = fold(told)
        case = Case(state, YARD, AT, REF)
        for taker, index, number in wanted[:1] if verb != "plan" else ():
            transfer = Transfer(index, number, takers[taker])
            if verb == "give" and not against_transshipping(case, transfer):
                told.append(fact(source, given_away(transfer)))
            keeper = Case(state, officer(Agency.CUSTOMS), AT, REF)
            if verb == "store" and not against_disposing(keeper, index, number):
                told.append(fact(source, f.Disposed(group=index, packages=number, how="stored")))
        for teller in (Agency.CUSTOMS, Agency.YARD) if verb in ("customs", "yard") else ():
            case = Case(fold(told), officer(teller), AT, REF)
            counts = {index: Count(index, number) for _, index, number in wanted}
            counted = lines_of(case.state, counts.values())
            rest = list(Rest)[len(wanted) % 3]
            if not against_unloading_in_part(case, counted, WhyLeft.NO_ROOM, "đếm"):
                said = f.UnloadedInPart(lines=counted, why=WhyLeft.NO_ROOM, rest=rest)
                told.append(fact(source, said, officer(teller)))
        plan = tuple(
            Share(receiving=takers[taker], plate="", group=index, packages=number)
            for taker, index, number in wanted
        )
        if verb == "plan" and not yd.against_planning(case, plan):
            told.append(fact(source, f.TransferPlanned(shares=plan)))
            planned = fold(told)
            for index in range(2):
                assert sum(s.packages for s in plan if s.group == index) <= movable(planned, index)
        adds_up(fold(told))


def given_away(transfer):
    return f.Transshipped(
        receiving=transfer.receiving, plate="", group=transfer.group, customs_number="",
        packages=transfer.packages,
    )  # fmt: skip


def adds_up(state):
    for line in lines(state):
        assert line.moved + line.disposed + line.remaining == line.group.packages
        assert line.remaining >= 0
        assert line.moved == sum(cell.moved for cell in line.cells)
    assert sum(t.moved for t in totals(state)) == sum(line.moved for line in lines(state))
    shared, plans = evenly(state), lines(state)
    for line in plans:
        got = sum(n for (_, index), n in shared.items() if index == line.index)
        if line.unassigned >= 0:
            assert got - line.moved == line.remaining, "an even share gives away all that is left"
