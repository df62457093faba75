"""Not everything was unloaded: what is left, beside what the platform computes, and what becomes of it."""

from decimal import Decimal
from uuid import UUID

import pytest

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.special_decisions import against_taking_out
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.transfers import lines
from cuakhauso.core.unloading import Count, left_on, lines_of, standing_report
from cuakhauso.core.unloading_decisions import against_unloading_in_part
from cuakhauso.core.unloading_facts import Rest, WhyLeft
from cuakhauso.core.words import Agency, Kind

from .builders import BORDER_GUARD, CUSTOMS, NUMBER, OUT, SOURCE, YARD, Story, journey, officer

KEY = NUMBER[:11]


def unloading(moved: int = 6) -> Story:
    """A source with ten packages that has given some of them away."""
    story = journey(Kind.IMPORT_TRANSSHIPMENT, before="09:55").at("09:55")
    story.take(f.Linked(other=SOURCE, role="receiving", plate="12H-012.34"), officer(CUSTOMS))
    given = f.Transshipped(
        receiving=SOURCE, plate="12H-012.34", group=0, customs_number=NUMBER, packages=moved
    )
    return story.take(given, officer(Agency.YARD)).at("10:10")


def says(
    story: Story, packages: int, rest: Rest, by: Agency = CUSTOMS, why=WhyLeft.NO_ROOM, words="đã đếm"
) -> Story:
    counted = lines_of(story.state, [Count(0, packages)])
    against = against_unloading_in_part(story.may(by), counted, why, words)
    assert not against, [str(one.code) for one in against]
    data = f.UnloadedInPart(lines=counted, why=why, rest=rest)
    story.take(data, officer(by), note=words)
    return story.at(f"10:{story.now.minute + 1:02}")


def against_leaving(story: Story) -> list[str]:
    answer = story.asks(YARD, OUT)
    return [str(one.code) for one in answer] if isinstance(answer, list) else []


def is_transshipped(story: Story) -> bool:
    return status(StepCode.TRANSSHIPPED, story.state, story.ref).done_at is not None


def test_what_is_left_is_computed_and_confirmed():
    story = says(unloading(moved=6), 4, Rest.LATER)
    line = left_on(story.state, 0)
    assert line is not None
    assert (line.packages, line.computed, line.differs) == (4, 4, False)
    assert "goods_remaining" in against_leaving(story)


def test_what_customs_sends_back_or_stores_is_so_by_that_word_alone():
    for rest, stored in ((Rest.SENT_BACK, 0), (Rest.STORED, 4)):
        story = says(unloading(), 4, rest)
        assert story.state.remaining(0) == 0
        assert story.state.stored(0) == stored
        assert is_transshipped(story)
        assert "goods_remaining" not in against_leaving(story)
        assert lines(story.state)[0].disposed == 4
        assert story.state.is_empty is (rest is Rest.STORED)


def test_what_the_yard_reports_decides_nothing():
    story = says(unloading(), 4, Rest.STORED, by=Agency.YARD)
    assert (story.state.remaining(0), story.state.stored(0)) == (4, 0)
    assert "goods_remaining" in against_leaving(story)
    says(story, 4, Rest.STORED)
    assert (story.state.remaining(0), story.state.stored(0)) == (0, 4)


def test_another_number_than_the_computed_one_is_an_objection_with_both_until_customs_settles_it():
    story = says(unloading(), 3, Rest.SENT_BACK)
    [differs] = [o for o in story.objections(YARD, OUT) if str(o.code) == "unloading_differs"]
    assert differs.details == {"subject": KEY, "packages": 3, "left": 4}
    assert story.state.remaining(0) == 1, "the one that nobody found is still to be told of"
    assert d.against_settling(story.may(BORDER_GUARD), "unloading_differs", "x")
    assert not d.against_settling(story.may(CUSTOMS), "unloading_differs", "khai thừa một kiện")
    story.settle("unloading_differs", KEY, by=CUSTOMS)
    assert "unloading_differs" not in against_leaving(story)


def test_more_than_there_should_be_is_told_and_no_more_is_disposed_of_than_there_is():
    story = says(unloading(), 7, Rest.STORED)
    assert (story.state.remaining(0), story.state.stored(0)) == (0, 4)
    assert "unloading_differs" in against_leaving(story)


def test_counting_again_is_a_new_question():
    story = says(unloading(), 3, Rest.LATER)
    story.settle("unloading_differs", KEY, by=CUSTOMS)
    story.at("10:20")
    says(story, 2, Rest.LATER)
    assert "unloading_differs" in against_leaving(story)
    says(story, 4, Rest.LATER)
    assert "unloading_differs" not in against_leaving(story)


def test_goods_unloaded_later_end_the_report():
    story = says(unloading(), 3, Rest.LATER)
    given = f.Transshipped(receiving=SOURCE, plate="12H-012.34", group=0, customs_number=NUMBER, packages=4)
    story.take(given, officer(Agency.YARD))
    assert standing_report(story.state) is None
    assert "unloading_differs" not in against_leaving(story)


def test_it_is_taken_back_and_all_is_as_before():
    story = unloading()
    before = story.state
    says(story, 4, Rest.STORED)
    report = story.last
    assert not d.against_undoing(story.may(CUSTOMS), story.facts, report.id, "đếm nhầm")
    story.undo(report)
    assert (story.state.remaining(0), story.state.stored(0)) == (4, 0)
    assert story.state.unloading is None
    assert story.state.disposed == before.disposed


def test_it_is_not_taken_back_once_stored_goods_went_on():
    story = says(unloading(), 4, Rest.STORED)
    report = story.last
    other = UUID(int=9)
    story.take(f.Linked(other=other, role="receiving", plate="12H-099.99"), officer(CUSTOMS))
    story.take(f.ReceivingEntered(receiving=other, entered=True), f.PLATFORM)
    assert not against_taking_out(story.may(Agency.YARD), d.Transfer(0, 2, other))
    out = f.TakenOut(receiving=other, plate="12H-099.99", group=0, customs_number=NUMBER, packages=2)
    story.take(out, officer(Agency.YARD))
    against = d.against_undoing(story.may(CUSTOMS), story.facts, report.id, "đếm nhầm")
    assert [str(one.code) for one in against] == ["rests_on_it"]


def test_nor_once_the_vehicle_has_left_the_yard():
    story = says(unloading(), 4, Rest.SENT_BACK)
    report = story.last
    story.both_confirm("left_yard")
    codes = [str(o.code) for o in d.against_undoing(story.may(CUSTOMS), story.facts, report.id, "x")]
    assert codes == ["rests_on_it"]


@pytest.mark.parametrize(
    ("by", "packages", "why", "words", "codes"),
    [
        (BORDER_GUARD, 4, WhyLeft.NO_ROOM, "", ["wrong_agency"]),
        (CUSTOMS, 0, WhyLeft.NO_ROOM, "x", ["nothing_left"]),
        (CUSTOMS, 4, WhyLeft.OTHER, "", ["words_required"]),
        (CUSTOMS, 3, WhyLeft.NO_ROOM, " ", ["words_required"]),
        (Agency.YARD, 4, WhyLeft.NO_ROOM, "", []),
    ],
)
def test_who_says_it_and_when_words_are_needed(by, packages, why, words, codes):
    story = unloading()
    counted = lines_of(story.state, [Count(0, packages)])
    found = against_unloading_in_part(story.may(by), counted, why, words)
    assert [str(one.code) for one in found] == codes


def test_only_of_a_vehicle_that_is_inside_and_of_goods_that_it_carries():
    outside = journey(Kind.IMPORT_TRANSSHIPMENT, before="08:30")
    counted = lines_of(outside.state, [Count(3, 1, Decimal(120))])
    found = against_unloading_in_part(outside.may(CUSTOMS), counted, WhyLeft.NO_ROOM, "x")
    assert [str(one.code) for one in found] == ["not_in_yard", "no_such_group"]


def test_kilos_alone_say_that_something_is_left():
    story = unloading()
    counted = lines_of(story.state, [Count(0, 0, Decimal(120))])
    assert not against_unloading_in_part(story.may(CUSTOMS), counted, WhyLeft.DAMAGED, "đổ vỡ")
