"""The journeys as lived: accepted fact by fact, ending as recorded, whatever the order of arrival, and with
no permit at any moment at which somebody still had something to do."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from cuakhauso.centre.crossings import rebuild
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.centre.shared.projection import columns
from cuakhauso.core import facts as f
from cuakhauso.core.clock import attribute
from cuakhauso.core.facts import Fact
from cuakhauso.core.fold import fold
from cuakhauso.core.identifiers import parse_container, parse_customs_number, parse_plate
from cuakhauso.core.permit import Permit, Question, may_pass
from cuakhauso.core.reference import Reference
from cuakhauso.core.words import CheckpointKind, Direction
from cuakhauso.sim.journeys import identifiers, read, variation

from .conftest import FOLDER, NAMES
from .needs import NEEDS, open_needs

pytestmark = pytest.mark.parametrize("name", NAMES)

DECIDED = (f.Confirmed, f.Paid)


def test_it_is_accepted_fact_by_fact_and_ends_as_recorded(tell, name):
    lived = tell(name)
    assert [(one.call.line.when, one.answer) for one in lived.told if not one.accepted] == []
    assert len(lived.told) == len(lived.journey.lines)
    endings = lived.teller.endings(lived.journey, {n: str(own) for n, own in lived.crossings.items()})
    assert [ending.differs for ending in endings] == [()] * len(lived.journey.ends)


def test_told_again_it_changes_nothing(tell, name):
    lived = tell(name)
    before = {own: store.facts_of(own) for own in lived.crossings.values()}
    again = list(lived.teller.tell(lived.journey, 0, lived.begin))
    assert all(one.accepted for one in again)
    assert {own: store.facts_of(own) for own in lived.crossings.values()} == before


def test_what_each_one_paid_and_was_charged_is_the_records_amount(tell, name):
    lived = tell(name)
    for crossing, end in ((lived.crossings[n], end) for n, end in lived.journey.ends.items()):
        state = fold(store.facts_of(crossing))
        assert {str(order): amount for order, amount in state.charged.items()} == end.paid
        assert {str(order): amount for order, amount in state.paid.items()} == end.paid


def test_shuffled_and_doubled_the_facts_give_the_same_columns(tell, name):
    lived = tell(name)
    chance = random.Random(7)  # noqa: S311  no secret
    for crossing in lived.crossings.values():
        facts = store.facts_of(crossing)
        told = columns(fold(facts), reference("CKHN"))
        for _ in range(20):
            mixed = facts * 2
            chance.shuffle(mixed)
            assert columns(fold(mixed), reference("CKHN")) == told


def test_taken_in_by_the_store_in_any_order_the_columns_are_the_same(tell, name):
    """The same facts of all its vehicles arrive shuffled and doubled, as after an outage; what follows from
    them (charges, goods received, customs' word) is made anew. When that was learned (`last_at`) differs."""
    lived = tell(name)
    twins = {own: UUID(int=own.int ^ 0xFFFF) for own in lived.crossings.values()}
    said = [fact for own in twins for fact in store.facts_of(own) if fact.source != "platform"]
    moved = [_moved(fact, twins) for fact in said]
    first = [fact for fact in moved if isinstance(fact.data, f.Declared | f.Linked)]
    later = [fact for fact in moved if fact not in first] * 2
    random.Random(11).shuffle(later)  # noqa: S311  no secret

    def refs(gate: str) -> Reference:
        return reference("CKHN")

    store.begin({twin: [fact for fact in first if fact.crossing == twin] for twin in twins.values()}, refs)
    for fact in later:
        store.act(fact.crossing, lambda story, fact=fact: [fact], refs)

    for own, twin in twins.items():
        assert _told_of(twin) == _told_of(own)
    assert list(rebuild.rebuild(write=False)) == []
    assert list(rebuild.verify()) == []


NOT_COMPARED = ("id", "links", "head", "facts", "last_at")


def _told_of(crossing: UUID) -> dict[str, object]:
    row = Crossing.objects.filter(pk=crossing).values().get()
    state = fold(store.facts_of(crossing))
    return {column: value for column, value in row.items() if column not in NOT_COMPARED} | {
        "charged": state.charged,
        "paid": state.paid,
        "goods": sorted((fact.data.group, fact.data.packages) for fact in state.received),
        "released": sorted(state.released.values()),
        "confirmed": sorted(
            (step, agency, fact.occurred_at) for (step, agency), fact in state.confirmations.items()
        ),
    }


def _moved(fact: Fact, twins: dict[UUID, UUID]) -> Fact:
    """The same fact of a twin crossing, under an id of its own."""
    data = fact.data
    values = {name: getattr(data, name) for name in data.__struct_fields__}
    for name in ("other", "receiving", "source"):
        if values.get(name) in twins:
            values[name] = twins[values[name]]
    moved = {name: getattr(fact, name) for name in fact.__struct_fields__}
    return Fact(
        **moved
        | {
            "id": UUID(int=fact.id.int ^ 0xFFFF),
            "crossing": twins[fact.crossing],
            "data": type(data)(**values),
        }
    )


def test_rebuild_finds_nothing_to_change_and_every_chain_is_whole(tell, name):
    tell(name)
    assert list(rebuild.rebuild(write=False)) == []
    assert list(rebuild.verify()) == []


def test_at_every_moment_no_permit_is_given_while_anybody_has_something_to_do(tell, name):
    lived = tell(name)
    checked = given = 0
    for crossing in lived.crossings.values():
        facts = f.in_order(store.facts_of(crossing))
        for count in range(len(facts) + 1):
            prefix = facts[:count]
            at = prefix[-1].occurred_at if prefix else lived.told[0].call.at
            for checkpoint, direction in ((c, d) for c in CheckpointKind for d in Direction):
                needs = open_needs(prefix, checkpoint, direction)
                permitted = _permitted(prefix, checkpoint, direction, at)
                assert not (permitted and needs), (count, checkpoint, direction, needs)
                checked, given = checked + 1, given + permitted
    assert given > 0
    assert checked > given


def _permitted(
    prefix: Sequence[Fact], checkpoint: CheckpointKind, direction: Direction, at: datetime
) -> bool:
    return isinstance(
        may_pass(Question(fold(prefix), checkpoint, direction, at, reference("CKHN"), "CKHN")), Permit
    )


def test_the_needs_are_those_of_a_kind_that_we_know(tell, name):
    lived = tell(name)
    kinds = {store.facts_of(own)[0].data.content.kind for own in lived.crossings.values()}
    assert kinds <= set(NEEDS)


def test_each_decision_taken_back_stops_the_truck_again(tell, name):
    """With any one agency's word or payment missing, the last gate stays shut."""
    lived = tell(name)
    for crossing in lived.crossings.values():
        facts = f.in_order(store.facts_of(crossing))
        last = facts[-1] if isinstance(facts[-1].data, f.Confirmed) else None
        words = [fact for fact in facts if isinstance(fact.data, DECIDED) and fact.data is not None]
        for missing in words[:-1]:
            rest = [fact for fact in facts if fact.id != missing.id]
            for checkpoint, direction in ((c, d) for c in CheckpointKind for d in Direction):
                if open_needs(rest, checkpoint, direction):
                    at = (last or facts[-1]).occurred_at
                    assert not _permitted(rest, checkpoint, direction, at)


def test_its_time_belongs_to_somebody_without_gap_or_overlap(tell, name):
    lived = tell(name)
    for crossing in lived.crossings.values():
        row = Crossing.objects.get(pk=crossing)
        spans = attribute(store.facts_of(crossing), reference("CKHN"), datetime.now(UTC))
        assert sum((span.length for span in spans), timedelta()) == row.ended_at - row.present_since
        assert all(one.ends == other.begins for one, other in pairwise(spans))
        assert "unattributed" not in {span.party for span in spans}


def test_another_run_has_other_plates_and_numbers_with_right_check_digits(name):
    journey = read(FOLDER / f"{name}.json")
    declared = [line.what for line in journey.lines if line.does == "declare"]
    known = [text for form in declared for text in identifiers(form)]
    for run in range(1, 40):
        other = variation(journey, run)
        assert set(other) == set(known)
        assert set(other.values()).isdisjoint(known)
        for form in declared:
            for vehicle in (form["vehicle"], *(one["vehicle"] for one in form.get("receiving", []))):
                parse_plate(other[vehicle["plate"]])
                for container in vehicle.get("containers", []):
                    parse_container(other[container])
            for group in form["groups"]:
                parse_customs_number(other[group["customs_number"]])


def test_what_was_added_to_the_record_says_why(name):
    journey = read(FOLDER / f"{name}.json")
    assert all(bool(line.because) == line.added for line in journey.lines)
