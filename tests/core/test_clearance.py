"""A clearance rests on what customs knew when it gave it: what asks for a look since asks for a new word."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core import facts as f
from cuakhauso.core.examinations import asked_anew
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Channel

from .builders import CUSTOMS, NUMBER, OUT, YARD, Story, officer
from .test_examination_properties import KEY, SAID, standing, told
from .test_examinations import against_clearing, cleared, examined, in_the_yard

CLEARED = StepCode.CUSTOMS_CLEARED


def clears(story: Story) -> Story:
    assert not against_clearing(story)
    return story.confirm("customs_cleared", by=CUSTOMS)


def later(story: Story) -> Story:
    story.now += timedelta(minutes=1)
    return story


@pytest.mark.parametrize(("channel", "how"), [(Channel.YELLOW, "papers"), (Channel.RED, "full")])
def test_a_clearance_given_before_a_stricter_channel_does_not_count_after_the_look_either(channel, how):
    story = later(clears(in_the_yard()))
    later(story.channel(channel))
    assert not cleared(story)
    later(examined(story, how=how))
    assert not cleared(story), "the look is done, the word on it is not"
    assert cleared(clears(story))


def test_a_stricter_channel_asks_for_a_new_word_also_where_the_goods_were_looked_at_before():
    story = later(clears(examined(in_the_yard(Channel.YELLOW))))
    assert not cleared(later(story.channel(Channel.RED)))
    assert cleared(clears(story))


@pytest.mark.parametrize("channel", [Channel.GREEN, Channel.YELLOW])
def test_a_channel_that_asks_for_no_more_leaves_the_clearance_as_it_is(channel):
    story = later(clears(examined(in_the_yard(Channel.YELLOW), how="papers")))
    assert cleared(story.channel(channel))


def test_a_stricter_channel_set_by_mistake_and_taken_back_gives_the_clearance_back():
    story = later(clears(in_the_yard()))
    story.channel(Channel.RED)
    red = story.last
    assert not cleared(later(story))
    assert cleared(story.undo(red))


def test_a_milder_channel_taken_back_opens_what_was_cleared_under_it():
    story = later(in_the_yard(Channel.RED))
    story.channel(Channel.GREEN)
    green = story.last
    later(clears_under_green(later(story)))
    later(story.undo(green))
    later(examined(story))
    assert not cleared(story), "cleared as green, and red again since"
    assert cleared(clears(story))


def clears_under_green(story: Story) -> Story:
    return story.confirm("customs_cleared", by=CUSTOMS)


def test_a_look_taken_back_and_done_again_needs_a_new_word():
    story = examined(in_the_yard(Channel.RED))
    look = story.last
    later(clears(later(story)))
    later(story.undo(look))
    later(examined(story))
    assert not cleared(story)
    assert cleared(clears(story))


def test_customs_own_word_on_what_deviates_taken_back_asks_for_a_new_clearance():
    story = later(examined(in_the_yard(Channel.RED), "deviates"))
    story.take(f.Settled(objection="examination_deviates", subject=KEY), officer(CUSTOMS))
    settled = story.last
    later(clears(later(story)))
    later(story.undo(settled))
    later(story.take(f.Settled(objection="examination_deviates", subject=KEY), officer(CUSTOMS)))
    assert not cleared(story)


def test_a_gate_says_since_what_customs_has_to_say_it_again():
    story = clears(in_the_yard())
    word = story.last
    later(story).channel(Channel.RED)
    since = story.last.occurred_at
    later(examined(later(story)))
    (open_step,) = [o for o in story.objections(YARD, OUT) if o.details.get("step") == CLEARED]
    assert open_step.details == {
        "step": CLEARED, "said_at": word.occurred_at, "because": "channel_set", "because_at": since,
    }  # fmt: skip
    clears(story)
    assert asked_anew(story.state, CLEARED, CUSTOMS) is None


def test_a_step_that_was_never_done_says_nothing_of_again():
    story = in_the_yard(Channel.RED)
    (open_step,) = [o for o in story.objections(YARD, OUT) if o.details.get("step") == CLEARED]
    assert open_step.details == {"step": CLEARED}


def test_no_other_agency_says_anything_again():
    story = clears(in_the_yard())
    before = set(story.state.confirmations)
    later(story).channel(Channel.RED)
    assert before - set(story.state.confirmations) == {(CLEARED, CUSTOMS)}


@settings(max_examples=200, deadline=None)
@given(st.lists(SAID, max_size=10))
def test_a_clearance_that_counts_is_younger_than_all_that_asked_for_a_look(said):
    story = told(said)
    stand = status(CLEARED, story.state, story.ref)
    word = story.state.confirmed(CLEARED, CUSTOMS)
    if stand.done_at is None or word is None:
        return
    channel: Channel | None = None
    for fact in standing(story):
        match fact.data:
            case f.ChannelSet(channel=given):
                stricter = list(Channel).index(given) > (list(Channel).index(channel) if channel else 0)
                assert not stricter or fact.occurred_at < word.occurred_at
                channel = given
            case f.ExaminationOrdered():
                assert fact.occurred_at < word.occurred_at
            case f.Examined(finding=finding) if finding is not f.Finding.CONFORMS:
                assert fact.occurred_at < word.occurred_at
    assert word.data == f.Confirmed(step=CLEARED)
    assert NUMBER.startswith(KEY)
