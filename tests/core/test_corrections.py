"""What a correction changes, who must approve it, and what still stands: never everything anew."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cuakhauso.core import asked
from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import facts as f
from cuakhauso.core.clock import whose
from cuakhauso.core.corrections import TABLE, Subject, approvers, differences, reopened, row_of
from cuakhauso.core.declaration import Content, Document, Plate
from cuakhauso.core.fold import fold
from cuakhauso.core.progress import waits
from cuakhauso.core.words import Agency, Kind, Regime, Stay, WeightClass

from .builders import (
    BORDER_GUARD,
    BUSINESS,
    CUSTOMS,
    HEALTH,
    LICENCE,
    NUMBER,
    OUT,
    YARD,
    Story,
    goods,
    group,
    moment,
    officer,
    truck,
)

BOARD = Agency.BOARD
OTHER_PLATE = Plate(country="VN", number="29H12345", shown="29H-123.45")


def of_vehicle(content: Content, **changes: Any) -> Content:
    return replace(content, vehicle=replace(content.vehicle, **changes))


def of_goods(content: Content, **changes: Any) -> Content:
    return replace(content, groups=(replace(content.groups[0], **changes),))


CHANGES: dict[Subject, Content] = {
    Subject.GATE: replace(truck(), gate="tan_thanh"),
    Subject.KIND: replace(truck(), kind=Kind.IMPORT_INLAND),
    Subject.REGIME: replace(truck(), regime=Regime.TRANSIT),
    Subject.STAY: replace(truck(), stay=Stay.TWO_WAY),
    Subject.TRACTOR: of_vehicle(truck(), plate=OTHER_PLATE),
    Subject.TRAILER: of_vehicle(truck(), trailers=(OTHER_PLATE,)),
    Subject.CONTAINER: of_vehicle(truck(), containers=("TSTU1004288",)),
    Subject.SEAL: of_vehicle(truck(), seals=("HQ1",)),
    Subject.WEIGHT_CLASS: of_vehicle(truck(), weight_class=WeightClass.VT4),
    Subject.WEIGHT_LIMITS: of_vehicle(truck(), max_gross_kg=30_000),
    Subject.LICENCE: of_vehicle(truck(), transport_licence="GPVT-002"),
    Subject.DOCUMENTS: of_vehicle(truck(), documents=(Document(kind="inspection", number="1"),)),
    Subject.DRIVER: replace(truck(), driver="N*** B"),
    Subject.GOODS: of_goods(truck(), items=(goods("08109092"),)),
    Subject.VALUE: of_goods(truck(), items=(goods(value=1),)),
    Subject.CUSTOMS_NUMBER: of_goods(truck(), customs_number="108999999990"),
    Subject.OWNER: of_goods(truck(), owner_name="Công ty khác"),
    Subject.FIRST_LEG: of_goods(truck(), first_number="108000000001"),
    Subject.PACKAGES: of_goods(truck(), packages=9),
    Subject.PAYER: replace(truck(), payer="0100109106"),
    Subject.YARD: replace(truck(), yard="bao_nguyen"),
    Subject.REMARKS: replace(truck(), note="Ghi thêm"),
}


def test_every_class_of_field_has_its_row_with_a_law():
    assert set(TABLE) == set(Subject)
    assert all(row.law for row in TABLE.values())


def test_what_the_law_itself_decides_is_told_apart_from_what_is_assumed():
    decided = {subject for subject, row in TABLE.items() if not row.assumed}
    assert decided == {Subject.STAY, Subject.AMENDMENT, Subject.TRANSSHIPMENT, Subject.RECEIVING}


@pytest.mark.parametrize("subject", CHANGES)
def test_each_change_is_told_by_its_class_and_nothing_else_is(subject):
    assert {d.what for d in differences(truck(), CHANGES[subject])} == {subject}
    assert differences(CHANGES[subject], CHANGES[subject]) == ()


def test_both_values_are_told():
    (found,) = differences(truck(), CHANGES[Subject.TRACTOR])
    assert (found.field, found.earlier, found.new) == ("vehicle.plate", "12C-056.78", "29H-123.45")


def test_only_the_twelfth_digit_is_an_amendment_and_all_stands():
    before, after = (truck(groups=(group(number=NUMBER + digit),)) for digit in "01")
    (found,) = differences(before, after)
    assert found.what == Subject.AMENDMENT
    assert reopened([found]) == set()
    assert approvers([found], has_entered=True) == (CUSTOMS,)


def test_a_change_of_the_transshipment_needs_border_guard_and_customs():
    before = truck(Kind.IMPORT_TRANSSHIPMENT)
    found = differences(before, of_goods(before, packages=8))
    assert approvers(found, has_entered=False) == (BORDER_GUARD, CUSTOMS)


def test_who_receives_the_goods_is_asked_of_both_once_it_is_signed_and_the_signature_stands():
    story = inside(Kind.IMPORT_TRANSSHIPMENT)
    assert not cd.linking_is_asked(story.state, story.ref)
    story.confirm("transshipment_signed", by=CUSTOMS)
    assert cd.linking_is_asked(story.state, story.ref)
    found = [cd.receiving_changed(story.state, "12C-111.11")]
    assert cd.asks_of(story.state, found, changes_fee=False) == (BORDER_GUARD, CUSTOMS)
    assert reopened(found) == set()


def test_a_tractor_is_swapped_with_customs_too_once_it_has_entered():
    found = differences(truck(), CHANGES[Subject.TRACTOR])
    assert approvers(found, has_entered=False) == (BORDER_GUARD,)
    assert approvers(found, has_entered=True) == (BORDER_GUARD, CUSTOMS)


def test_whatever_changes_the_fee_is_the_boards_to_approve_too():
    found = differences(truck(), CHANGES[Subject.GOODS])
    assert approvers(found, has_entered=True) == (CUSTOMS,)
    assert approvers(found, has_entered=True, changes_fee=True) == (CUSTOMS, BOARD)


# --- a correction on its way ----------------------------------------------------------------------


def inside(kind: Kind = Kind.EXPORT) -> Story:
    """In the gate area with every agency's word given."""
    story = Story(truck(kind)).at("08:00").declares().confirm("registration_accepted", by=CUSTOMS)
    story.at("08:30").both_confirm("entered").confirm("health_checked", by=HEALTH)
    return story.confirm("licence_checked", by=LICENCE).confirm("customs_cleared", by=CUSTOMS)


def proposes(story: Story, content: Content, by: f.Actor = BUSINESS, **more: Any) -> UUID:
    state = story.state
    assert state.announced is not None
    found = differences(state.announced, content)
    data = f.CorrectionProposed(
        number="HN-1", version=state.version + 1, content=content, differences=found, **more
    )
    return story.take(data, by, note="khai nhầm").last.id


def approves(story: Story, proposal: UUID, by: Agency) -> Story:
    return story.take(f.CorrectionApproved(proposal=proposal), officer(by))


def stands(story: Story) -> set[str]:
    return {step for step, _ in story.state.confirmations}


def test_another_driver_is_looked_at_by_health_and_by_nobody_else():
    story = inside()
    proposal = proposes(story.at("09:00"), CHANGES[Subject.DRIVER])
    assert story.state.content == truck()
    approves(story.at("09:10"), proposal, BORDER_GUARD)
    assert story.state.content == CHANGES[Subject.DRIVER]
    assert stands(story) == {"registration_accepted", "entered", "licence_checked", "customs_cleared"}
    story.at("09:20").confirm("health_checked", by=HEALTH)
    assert "health_checked" in stands(story)
    assert story.state.opened_again == {}


def test_other_goods_open_customs_words_and_leave_the_vehicles():
    story = inside()
    approves(story, proposes(story.at("09:00"), CHANGES[Subject.GOODS]), CUSTOMS)
    assert stands(story) == {"entered", "health_checked", "licence_checked"}


def test_a_green_channel_says_nothing_of_other_goods():
    story = inside().channel("green")
    approves(story, proposes(story.at("09:00"), CHANGES[Subject.GOODS]), CUSTOMS)
    assert story.state.channels == {}


def test_a_signature_on_a_licence_that_opens_again_opens_too():
    story = inside(Kind.IMPORT_TRANSSHIPMENT).confirm("transshipment_signed", by=CUSTOMS)
    content = of_vehicle(truck(Kind.IMPORT_TRANSSHIPMENT), transport_licence="GPVT-9")
    approves(story, proposes(story.at("09:00"), content), LICENCE)
    assert "transshipment_signed" not in stands(story)
    assert {"entered", "customs_cleared"} <= stands(story)


def test_a_word_that_is_known_before_what_it_is_about_counts():
    story = inside()
    proposal = proposes(story.at("09:00"), CHANGES[Subject.SEAL])
    del story.facts[-1]
    kept = proposal
    approves(story.at("08:59"), kept, CUSTOMS)
    data = f.CorrectionProposed(
        number="HN-1", version=2, content=CHANGES[Subject.SEAL],
        differences=differences(truck(), CHANGES[Subject.SEAL]),
    )  # fmt: skip
    story.at("09:00").take(data, BUSINESS)
    story.facts[-1] = replace(story.facts[-1], id=kept)
    assert story.state.content == CHANGES[Subject.SEAL]


def test_an_officer_who_proposes_has_said_his_agencys_word():
    story = inside()
    proposes(story.at("09:00"), CHANGES[Subject.SEAL], by=officer(CUSTOMS))
    assert story.state.content == CHANGES[Subject.SEAL]
    swap = proposes(story.at("09:10"), of_vehicle(CHANGES[Subject.SEAL], plate=OTHER_PLATE), officer(CUSTOMS))
    assert story.state.still_to_approve == (BORDER_GUARD,)
    approves(story.at("09:20"), swap, BORDER_GUARD)
    assert story.state.content.vehicle.plate == OTHER_PLATE


def test_what_nobody_has_to_see_counts_at_once():
    story = inside()
    proposes(story.at("09:00"), CHANGES[Subject.REMARKS])
    assert story.state.content == CHANGES[Subject.REMARKS]
    assert len(stands(story)) == 5


def test_a_later_proposal_replaces_the_earlier_one_whose_approval_is_refused_clearly():
    story = inside()
    first = proposes(story.at("09:00"), CHANGES[Subject.SEAL])
    second = proposes(story.at("09:05"), CHANGES[Subject.CONTAINER])
    codes = [o.code for o in cd.against_approving(story.may(CUSTOMS), first)]
    assert codes == ["proposal_replaced"]
    approves(story.at("09:06"), first, CUSTOMS)
    assert story.state.content == truck()
    assert cd.against_approving(story.may(CUSTOMS), second) == []
    approves(story.at("09:07"), second, CUSTOMS)
    codes = [o.code for o in cd.against_approving(story.may(CUSTOMS), second)]
    assert codes == ["proposal_in_force"]


def test_only_who_is_asked_says_yes_or_no_and_no_needs_words():
    story = inside()
    proposal = proposes(story.at("09:00"), CHANGES[Subject.SEAL])
    assert [o.code for o in cd.against_approving(story.may(BORDER_GUARD), proposal)] == ["wrong_agency"]
    assert [o.code for o in cd.against_refusing(story.may(BORDER_GUARD), proposal, "x")] == ["wrong_agency"]
    assert [o.code for o in cd.against_refusing(story.may(CUSTOMS), proposal, " ")] == ["words_required"]


def test_a_correction_that_is_asked_is_the_business_then_the_agencies_then_nobodys():
    story = Story(truck()).at("08:00").declares().confirm("registration_accepted", by=CUSTOMS)
    story.both_confirm("entered").at("09:00").asks_correction(CUSTOMS, "seals")
    owner = [whose(story.state, moment("09:00"), story.ref)]
    proposal = proposes(story.at("09:10"), CHANGES[Subject.SEAL])
    owner.append(whose(story.state, moment("09:10"), story.ref))
    story.at("09:20").take(f.CorrectionRefused(proposal=proposal), officer(CUSTOMS), note="sai chì")
    owner.append(whose(story.state, moment("09:20"), story.ref))
    again = proposes(story.at("09:30"), CHANGES[Subject.SEAL])
    approves(story.at("09:40"), again, CUSTOMS)
    owner.append(whose(story.state, moment("09:40"), story.ref))
    assert [f"{who.party}:{who.why}" for who in owner[:3]] == [
        "business:correction", "customs:correction_answered", "business:correction",
    ]  # fmt: skip
    assert "correction" not in owner[3].why
    assert story.state.corrections == []


def test_a_proposal_is_the_move_of_whoever_has_not_answered_since_it_was_made():
    story = inside()
    proposal = proposes(story.at("09:00"), CHANGES[Subject.TRACTOR])
    found = {w.party: w.since for w in waits(story.state, story.ref) if w.step == "correction_answered"}
    assert found == {"border_guard": moment("09:00"), "customs": moment("09:00")}
    approves(story.at("09:05"), proposal, CUSTOMS)
    found = {w.party: w.since for w in waits(story.state, story.ref) if w.step == "correction_answered"}
    assert set(found) == {"border_guard"}


# --- asked field by field -------------------------------------------------------------------------


def asks(story: Story, *fields: str) -> f.Fact:
    return story.take(f.CorrectionAsked(fields=fields), officer(CUSTOMS), note="khác giấy tờ").last


def test_every_field_of_a_declaration_can_be_asked_for_and_is_found_where_it_differs():
    known = asked.values(truck())
    assert all(asked.is_known(field) for field in known)
    for subject, content in CHANGES.items():
        if subject is not Subject.GATE:
            assert {d.field for d in differences(truck(), content)} <= set(known), subject


def test_a_part_that_is_followed_leaves_the_rest_open_once_it_counts():
    story = inside()
    request = asks(story.at("08:50"), "vehicle.seals", "vehicle.containers")
    proposal = proposes(story.at("09:00"), CHANGES[Subject.SEAL])
    assert (story.state.corrections, story.state.answered) == ([], [request])
    approves(story.at("09:05"), proposal, CUSTOMS)
    assert story.state.corrections == [request]
    assert asked.left_of(request, story.state.followed) == ("vehicle.containers",)
    changed = of_vehicle(CHANGES[Subject.SEAL], containers=("TSTU1004288",))
    approves(story, proposes(story.at("09:10"), changed), CUSTOMS)
    assert story.state.corrections == []


def test_a_proposal_that_is_replaced_gives_its_request_back():
    story = inside()
    request = asks(story.at("08:50"), "vehicle.seals")
    proposes(story.at("09:00"), CHANGES[Subject.SEAL])
    proposes(story.at("09:05"), CHANGES[Subject.CONTAINER])
    assert (story.state.corrections, story.state.answered) == ([request], [])


ASKABLE = {"vehicle.seals": Subject.SEAL, "vehicle.containers": Subject.CONTAINER, "payer": Subject.PAYER}


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(ASKABLE)), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from([*ASKABLE.values(), Subject.REMARKS, Subject.TRAILER]), max_size=5),
)
def test_a_field_that_was_asked_is_open_until_a_version_that_counts_changes_it(
    fields: list[str], changes: list[Subject]
) -> None:
    story = inside()
    request = asks(story.at("08:50"), *fields)
    content, done = truck(), set[str]()
    for minute, subject in enumerate(changes):
        wanted = merged_vehicle(content, subject)
        found = differences(content, wanted)
        proposal = proposes(story.at(f"09:{minute:02}"), wanted)
        for agency in approvers(found, has_entered=True):
            approves(story, proposal, agency)
        content, done = wanted, done | {one.field for one in found}
        left = tuple(field for field in fields if field not in done)
        assert asked.left_of(request, story.state.followed) == left
        assert story.state.corrections == ([request] if left else [])


def merged_vehicle(content: Content, subject: Subject) -> Content:
    """As `merged`, but of the vehicle only what this change is about."""
    changed, plain = CHANGES[subject].vehicle, truck().vehicle
    names = [name for name in plain.__struct_fields__ if getattr(changed, name) != getattr(plain, name)]
    vehicle = {name: getattr(changed, name) for name in names}
    return of_vehicle(content, **vehicle) if names else merged(content, subject)


# --- what is bound together -----------------------------------------------------------------------


def test_after_a_swap_the_new_tractor_is_compared_and_the_old_reads_were_right():
    story = inside().is_read("plate", "12C05678")
    proposal = proposes(story.at("09:00"), CHANGES[Subject.TRACTOR])
    approves(approves(story.at("09:05"), proposal, CUSTOMS), proposal, BORDER_GUARD)
    assert "plate" not in story.state.read
    story.at("09:10").is_read("plate", "12C05678")
    against = story.at("09:11").codes(YARD, OUT)
    assert "identity_mismatch" in against
    story.at("09:12").is_read("plate", OTHER_PLATE.number)
    assert "identity_mismatch" not in story.codes(YARD, OUT)


def test_a_correction_is_no_way_around_a_mismatch():
    story = inside().is_read("container", "MSKU6011672")
    approves(story, proposes(story.at("09:00"), CHANGES[Subject.CONTAINER]), CUSTOMS)
    assert "container" in story.state.read
    assert "identity_mismatch" in story.at("09:01").codes(YARD, OUT)


# --- what must not change -------------------------------------------------------------------------


def against(story: Story, content: Content, version: int | None = None) -> list[str]:
    return [o.code for o in cd.against_correcting(story.state, story.ref, content, version)]


def test_goods_that_have_left_the_vehicle_keep_their_place_and_their_number():
    story, taker = inside(Kind.IMPORT_TRANSSHIPMENT), Story(truck(Kind.RECEIVING)).declares()
    story.links(taker).gives(6, taker)
    before = truck(Kind.IMPORT_TRANSSHIPMENT)
    assert against(story, of_goods(before, packages=6)) == []
    assert against(story, of_goods(before, packages=5)) == ["goods_have_moved"]
    assert against(story, of_goods(before, customs_number="108999999990")) == ["goods_have_moved"]
    assert against(story, replace(before, groups=())) == ["goods_have_moved"]
    assert "kind_cannot_change" in against(story, replace(before, kind=Kind.IMPORT_INLAND))


def test_gate_and_kind_stay_and_a_page_that_is_too_old_is_told():
    story = inside()
    assert against(story, CHANGES[Subject.GATE]) == ["gate_cannot_change"]
    assert against(story, CHANGES[Subject.KIND]) == ["kind_cannot_change"]
    assert against(story, CHANGES[Subject.SEAL], version=1) == []
    assert against(story, CHANGES[Subject.SEAL], version=7) == ["declaration_changed"]


# --- over any course of events --------------------------------------------------------------------

PROPOSED = st.sampled_from([s for s in CHANGES if s not in (Subject.GATE, Subject.KIND)])
SAYERS = st.sampled_from([BORDER_GUARD, CUSTOMS, LICENCE, HEALTH, BOARD])
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), PROPOSED, st.sampled_from([None, BORDER_GUARD, CUSTOMS])),
        st.tuples(st.just("approve"), SAYERS, st.integers(0, 5)),
        st.tuples(st.just("refuse"), SAYERS, st.integers(0, 5)),
        st.tuples(st.just("take back"), SAYERS, st.integers(0, 5)),
        st.tuples(st.just("confirm"), st.sampled_from(["health_checked", "customs_cleared"]), st.none()),
    ),
    max_size=14,
)


@dataclass
class Told:
    """The same, told naively: what counts, what stands, and who has said yes to what is proposed."""

    content: Content
    standing: set[tuple[str, Agency]]
    living: UUID | None = None
    wanted: Content | None = None
    asked: set[Agency] = field(default_factory=set)

    def propose(self, story: Story, subject: Subject, by: Agency | None) -> UUID:
        self.wanted = merged(self.content, subject)
        found = differences(self.content, self.wanted)
        self.asked = set(approvers(found, has_entered=True)) - {by}
        self.living = proposes(story, self.wanted, officer(by) if by else BUSINESS)
        return self.living

    def settle(self) -> None:
        if self.living is None or self.wanted is None or self.asked:
            return
        opened = {step for d in differences(self.content, self.wanted) for step in row_of(d).reopens}
        self.standing = {key for key in self.standing if key[0] not in opened}
        self.content, self.living = self.wanted, None


def merged(content: Content, subject: Subject) -> Content:
    """The change of this class, made to what counts now."""
    changed = CHANGES[subject]
    field_of = {n for n in Content.__struct_fields__ if getattr(changed, n) != getattr(truck(), n)}
    return replace(content, **{name: getattr(changed, name) for name in field_of})


@settings(max_examples=120, deadline=None)
@given(MOVES, st.randoms(use_true_random=False))
def test_nothing_counts_without_its_approvals_and_what_the_table_does_not_name_stands(
    moves: list[tuple[str, Any, Any]], shuffle: random.Random
) -> None:
    story, made = inside(), []
    told = Told(truck(), set(story.state.confirmations))
    for minute, (what, who, more) in enumerate(moves):
        story.at(f"09:{minute:02}")
        if what == "propose":
            made.append(told.propose(story, who, more))
        elif what == "confirm":
            by = {"health_checked": HEALTH, "customs_cleared": CUSTOMS}[who]
            story.confirm(who, by=by)
            told.standing.add((who, by))
        elif made:
            proposal = made[more % len(made)]
            say(story, told, what, who, proposal)
        told.settle()
        assert story.state.content == told.content
        assert set(story.state.confirmations) == told.standing
    in_any_order = list(story.facts)
    shuffle.shuffle(in_any_order)
    assert fold(in_any_order) == story.state


def say(story: Story, told: Told, what: str, who: Agency, proposal: UUID) -> None:
    if what == "approve":
        approves(story, proposal, who)
        if proposal == told.living:
            told.asked.discard(who)
        return
    kind = f.CorrectionRefused if what == "refuse" else f.CorrectionWithdrawn
    story.take(kind(proposal=proposal), officer(who), note="không")
    if proposal == told.living:
        told.living = None
