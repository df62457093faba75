"""Looking into the goods: what clears, what waits and for whom, what goes back."""

import pytest

from cuakhauso.core import decisions as d
from cuakhauso.core import examination_decisions as xd
from cuakhauso.core import facts as f
from cuakhauso.core.clock import whose
from cuakhauso.core.special_decisions import against_turning
from cuakhauso.core.standing import status
from cuakhauso.core.steps import StepCode
from cuakhauso.core.words import Agency, Channel, Kind, Party

from .builders import (
    CUSTOMS,
    NUMBER,
    OUT,
    PLANT,
    YARD,
    Story,
    goods,
    group,
    journey,
    moment,
    officer,
    truck,
)

KEY = NUMBER[:11]
FRUIT = group(goods("08109050"))


def in_the_yard(channel: Channel | None = None, **changes) -> Story:
    """An export that has entered, before customs' and the quarantine's words."""
    story = journey(Kind.EXPORT, before="09:10", content=truck(groups=(FRUIT,), **changes)).at("09:12")
    return story.channel(channel) if channel else story


def examined(story: Story, finding: str = "conforms", how: str = "full") -> Story:
    words = "" if finding == "conforms" else "thừa 12 kiện"
    assert not xd.against_examining(story.may(CUSTOMS), NUMBER, f.Finding(finding), words)
    data = f.Examined(customs_number=KEY, how=f.How(how), finding=f.Finding(finding))
    return story.take(data, officer(CUSTOMS), note=words)


def against_clearing(story: Story) -> list[str]:
    return [o.code for o in d.against_confirming(story.may(CUSTOMS), StepCode.CUSTOMS_CLEARED)]


def cleared(story: Story) -> bool:
    return status(StepCode.CUSTOMS_CLEARED, story.state, story.ref).done_at is not None


def quarantined(story: Story) -> bool:
    return status(StepCode.PLANT_QUARANTINED, story.state, story.ref).done_at is not None


def against_leaving(story: Story) -> list[str]:
    answer = story.asks(YARD, OUT)
    return [o.code for o in answer] if isinstance(answer, list) else []


# --- customs --------------------------------------------------------------------------------------


def test_a_red_declaration_is_not_cleared_before_the_goods_were_looked_at():
    story = in_the_yard(Channel.RED)
    assert against_clearing(story) == ["examination_missing"]
    examined(story, how="papers")
    assert against_clearing(story) == ["examination_missing"]
    examined(story)
    assert not cleared(story), "the finding is not the clearance: that is customs' own word"
    assert not against_clearing(story)
    story.confirm("customs_cleared", by=CUSTOMS)
    assert cleared(story)


def test_a_yellow_declaration_needs_its_papers_checked():
    story = in_the_yard(Channel.YELLOW)
    assert against_clearing(story) == ["papers_not_checked"]
    assert not against_clearing(examined(story, how="papers"))


def test_green_waits_too_once_customs_wants_to_look():
    story = in_the_yard(Channel.GREEN)
    assert cleared(story)
    assert not xd.against_ordering(story.may(CUSTOMS), NUMBER, "thông tin nghiệp vụ")
    story.take(f.ExaminationOrdered(customs_number=KEY, how=f.How.PARTIAL), officer(CUSTOMS), note="vì")
    assert not cleared(story)
    assert against_clearing(story) == ["examination_open"]
    examined(story, how="scanner")
    assert against_clearing(story) == ["examination_open"], "a scan is no look into the goods"
    assert cleared(examined(story))


def test_what_was_cleared_is_cleared_anew_after_customs_orders_a_look():
    story = examined(in_the_yard(Channel.RED)).confirm("customs_cleared", by=CUSTOMS)
    story.take(f.ExaminationOrdered(customs_number=KEY, how=f.How.FULL), officer(CUSTOMS), note="vì")
    examined(story)
    assert not cleared(story)
    assert cleared(story.confirm("customs_cleared", by=CUSTOMS))


def test_what_deviates_asks_for_customs_next_act():
    story = examined(in_the_yard(Channel.RED), "deviates")
    assert against_clearing(story) == ["examination_deviates"]
    assert "examination_deviates" in against_leaving(story)
    assert d.against_settling(story.may(Agency.BORDER_GUARD), "examination_deviates", "đã xem")
    assert not d.against_settling(story.may(CUSTOMS), "examination_deviates", "đã phạt, cho đi")
    story.take(f.Settled(objection="examination_deviates", subject=KEY), officer(CUSTOMS))
    assert not against_clearing(story)


def test_refused_goods_are_nobodys_to_settle():
    story = examined(in_the_yard(Channel.RED), "refused")
    assert against_clearing(story) == ["examination_refused"]
    assert d.against_settling(story.may(CUSTOMS), "examination_refused", "x")


def test_an_examination_taken_back_leaves_nothing_cleared():
    story = examined(in_the_yard(Channel.RED))
    look = story.facts[-1]
    story.confirm("customs_cleared", by=CUSTOMS)
    story.undo(look)
    assert not cleared(story)
    assert against_clearing(story) == ["examination_missing"]


def test_each_of_several_declarations_is_looked_at():
    other = group(goods("08109050"), number="10799999999", packages=3)
    story = in_the_yard(Channel.RED).at("09:13")
    story.content = truck(groups=(FRUIT, other))
    story.declares().channel(Channel.RED).channel(Channel.YELLOW, "10799999999")
    story.confirm("registration_accepted", by=CUSTOMS)
    assert against_clearing(story) == ["examination_missing", "papers_not_checked"]


@pytest.mark.parametrize(
    ("who", "number", "words", "why"),
    [
        (PLANT, NUMBER, "x", "wrong_agency"),
        (CUSTOMS, "39999999999", "x", "no_such_group"),
        (CUSTOMS, NUMBER, " ", "words_required"),
    ],
)
def test_an_order_is_customs_on_what_the_vehicle_carries_with_words(who, number, words, why):
    assert [o.code for o in xd.against_ordering(in_the_yard().may(who), number, words)] == [why]


def test_nothing_is_examined_that_has_left():
    story = journey(Kind.EXPORT)
    codes = [o.code for o in xd.against_examining(story.may(CUSTOMS), NUMBER, f.Finding.CONFORMS, "")]
    assert codes == ["crossing_ended"]


# --- quarantines ----------------------------------------------------------------------------------


def sampled(story: Story, number: str = "M-1") -> Story:
    assert not xd.against_sampling(story.may(PLANT), number)
    return story.take(f.Sampled(number=number, what="lá"), officer(PLANT))


def judged(story: Story, result: str, **more) -> Story:
    result = f.Result(result)
    against = xd.against_judging(story.may(PLANT), result, f.Of.GOODS, more.get("sample", ""), "có rệp")
    assert not against, against
    return story.take(f.Judged(result=result, **more), officer(PLANT), note="có rệp")


def test_nothing_passes_while_a_sample_is_out():
    story = sampled(in_the_yard())
    codes = [o.code for o in d.against_confirming(story.may(PLANT), "plant_quarantined")]
    assert codes == ["sample_out"]
    assert whose(story.state, story.now, story.ref).party is not Party.BUSINESS
    judged(story, "passed", sample="M-1", certificate="KD-77")
    assert quarantined(story)


def test_a_pass_of_one_sample_does_not_pass_another_that_is_out():
    story = sampled(sampled(in_the_yard()), "M-2")
    against = xd.against_judging(story.may(PLANT), f.Result.PASSED, f.Of.GOODS, "M-1", "")
    assert [(o.code, o.details["sample"]) for o in against] == [("sample_out", "M-2")]


def test_a_treatment_is_the_business_s_time_and_then_the_quarantine_s_word():
    story = judged(in_the_yard(), "treat")
    stand = status(StepCode.PLANT_QUARANTINED, story.state, story.ref)
    assert stand.waits_for == (Party.BUSINESS,)
    assert not xd.against_treating(story.may(Agency.YARD), PLANT)
    until = moment("11:00")
    story.take(f.Treated(agency=PLANT, method="hun trùng", until=until), officer(Agency.YARD))
    codes = [o.code for o in d.against_confirming(story.may(PLANT), "plant_quarantined")]
    assert codes == ["treatment_running"]
    story.at("11:00")
    assert not d.against_confirming(story.may(PLANT), "plant_quarantined")
    assert quarantined(story.confirm("plant_quarantined", by=PLANT))


def test_refused_goods_go_back_and_nowhere_else():
    story = judged(in_the_yard(), "refused")
    assert "quarantine_refused" in against_leaving(story)
    codes = [o.code for o in d.against_confirming(story.may(PLANT), "plant_quarantined")]
    assert codes == ["quarantine_refused"]
    assert not against_turning(story.may(PLANT), "rệp sáp")
    story.take(f.TurnedAround(), officer(PLANT), note="rệp sáp")
    assert "quarantine_refused" not in against_leaving(story)


def test_a_quarantine_may_ask_where_the_table_does_not():
    story = journey(Kind.EXPORT, before="09:10", content=truck(groups=(group(goods("85340090")),)))
    assert [o.code for o in xd.against_sampling(story.may(PLANT), "M-1")] == ["step_not_required"]
    assert not xd.against_requesting(story.may(PLANT), "gỗ kê")
    story.take(f.QuarantineRequested(), officer(PLANT), note="gỗ kê")
    assert status(StepCode.PLANT_QUARANTINED, story.state, story.ref).is_open
    assert [o.code for o in xd.against_requesting(story.may(PLANT), "x")] == ["already_required"]


def test_another_agency_s_sample_is_not_mine_to_judge():
    story = sampled(in_the_yard())
    against = xd.against_judging(story.may(Agency.HEALTH), f.Result.PASSED, f.Of.DRIVER, "M-1", "")
    assert [o.code for o in against] == ["no_such_sample"]


def test_goods_corrected_since_open_the_result_again():
    story = judged(in_the_yard(), "passed")
    story.content = truck(groups=(group(goods("08045020")),))
    assert not quarantined(story.declares())
