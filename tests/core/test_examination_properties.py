"""Whatever agencies say of the goods, in whatever order: nothing is cleared or passed too early."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact, voided
from cuakhauso.core.fold import fold
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Channel, Kind

from .builders import CUSTOMS, NUMBER, PLANT, Story, goods, group, journey, officer, truck

KEY = NUMBER[:11]
NUMBERS = st.sampled_from(["M-1", "M-2"])
SAID = st.one_of(
    st.builds(f.ChannelSet, customs_number=st.just(KEY), channel=st.sampled_from(list(Channel))),
    st.builds(f.ExaminationOrdered, customs_number=st.just(KEY), how=st.sampled_from(list(f.How))),
    st.builds(
        f.Examined,
        customs_number=st.just(KEY),
        how=st.sampled_from(list(f.How)),
        finding=st.sampled_from(list(f.Finding)),
    ),
    st.just(f.Settled(objection="examination_deviates", subject=KEY)),
    st.just(f.Confirmed(step="customs_cleared")),
    st.builds(f.Sampled, number=NUMBERS, what=st.just("lá")),
    st.builds(f.Judged, result=st.sampled_from(list(f.Result)), sample=st.one_of(st.just(""), NUMBERS)),
    st.just(f.Treated(agency=PLANT, method="hun trùng")),
    st.just(f.Confirmed(step="plant_quarantined")),
    st.just(f.Undone()),
)
QUARANTINES = (f.Sampled, f.Judged, f.Treated)


def told(said: list[f.AnyData]) -> Story:
    """One after the other, each by the agency whose word it is; an undo takes back what came before it."""
    story = journey(Kind.EXPORT, before="09:10", content=truck(groups=(group(goods("08109050")),))).at(
        "09:12"
    )
    for data in said:
        plant = isinstance(data, QUARANTINES) or getattr(data, "step", "") == "plant_quarantined"
        undoes = story.facts[-1].id if isinstance(data, f.Undone) else None
        story.take(data, officer(PLANT if plant else CUSTOMS), undoes=undoes)
        story.now += timedelta(minutes=1)
    return story


def standing(story: Story) -> list[Fact]:
    void = voided(story.facts)
    return [fact for fact in story.facts if fact.id not in void]


def is_done(story: Story, step: StepCode) -> bool:
    return status(step, story.state, story.ref).done_at is not None


@settings(max_examples=150, deadline=None)
@given(st.lists(SAID, max_size=9))
def test_what_is_cleared_was_looked_at_as_its_channel_asks_and_nothing_bad_stands(said):
    story = told(said)
    if not is_done(story, StepCode.CUSTOMS_CLEARED):
        return
    facts = [fact.data for fact in standing(story)]
    looks = [x for x in facts if isinstance(x, f.Examined)]
    channel = next((x.channel for x in reversed(facts) if isinstance(x, f.ChannelSet)), None)
    if channel is Channel.RED:
        assert any(look.how is not f.How.PAPERS for look in looks)
    if channel is Channel.YELLOW:
        assert looks
    if channel is not Channel.GREEN:
        assert f.Confirmed(step="customs_cleared") in facts
    after = [x for x in facts if isinstance(x, f.Examined | f.ExaminationOrdered)]
    assert not after or isinstance(after[-1], f.Examined)
    assert not looks or looks[-1].finding is not f.Finding.REFUSED


@settings(max_examples=150, deadline=None)
@given(st.lists(SAID, max_size=9))
def test_what_is_quarantined_has_no_sample_out_and_its_last_result_is_a_pass(said):
    story = told(said)
    if not is_done(story, StepCode.PLANT_QUARANTINED):
        return
    facts = [fact.data for fact in standing(story)]
    judged = [x for x in facts if isinstance(x, f.Judged)]
    if judged and judged[-1].result is not f.Result.PASSED:
        last = facts.index(f.Confirmed(step="plant_quarantined"), len(facts) - facts[::-1].index(judged[-1]))
        assert judged[-1].result is f.Result.TREAT
        assert any(isinstance(x, f.Treated) for x in facts[:last])
    out: set[str] = set()
    for data in facts:
        if isinstance(data, f.Sampled):
            out.add(data.number)
        if isinstance(data, f.Judged):
            out -= {data.sample} if data.sample else set(out)
    assert not out


@settings(max_examples=60, deadline=None)
@given(st.lists(SAID, max_size=9), st.randoms(use_true_random=False))
def test_the_order_in_which_it_comes_in_changes_nothing(said, shuffle: Random):
    story = told(said)
    mixed = list(story.facts)
    shuffle.shuffle(mixed)
    assert fold(mixed) == fold(story.facts)
