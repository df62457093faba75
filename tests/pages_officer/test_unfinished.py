"""Declarations that the Board, or tax, finishes after the vehicle has left: one, or several at once."""

import uuid

import pytest

from cuakhauso.centre.crossings import actions, observations, rebuild, struck
from cuakhauso.centre.fees import queries
from cuakhauso.centre.places.reference import references
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Refused
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core import facts as f
from cuakhauso.core.fold import fold
from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..centre.builders import Gate, declare, officer

pytestmark = pytest.mark.usefixtures("gate")
LIST = "/desk/CKHN/unfinished/"


def gone(*, paid: bool = True):
    """Out of the country, by everybody's word; or it drove off, and lanes saw it."""
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    walk.confirm("in_yard", "yard")
    if paid:
        walk.pays(800_000).leaves_yard()
        walk.confirm("left_to_other_side", "border_guard").confirm("left_to_other_side", "customs")
        return truck, walk
    for at, to in ((CheckpointKind.YARD, Place.BORDER_LINE), (CheckpointKind.BORDER_LINE, Place.OTHER_SIDE)):
        observations.observe_passage(truck.crossing_id, at, Direction.OUT, to, walk.said("border_guard"))
        walk.later(1)
    for agency in ("border_guard", "customs"):
        for step in ("left_yard", "left_to_other_side"):
            confirm_anyhow(truck, step, agency, walk)
    return truck, walk


def confirm_anyhow(truck, step: str, agency: str, walk: Gate) -> None:
    """What the lane saw is written down by the agencies, whatever was owed."""
    fact = f.Fact(
        id=uuid.uuid4(), crossing=truck.crossing_id, occurred_at=walk.at, recorded_at=store.now(),
        actor=officer(agency).actor("CKHN"), source="screen", data=f.Confirmed(step=step), v=1,
    )  # fmt: skip
    store.act(truck.crossing_id, lambda story: [fact], references())


def listed() -> list[uuid.UUID]:
    return [row.pk for row in queries.unfinished(officer("board"), "CKHN")]


def last(truck):
    return store.facts_of(truck.crossing_id)[-1]


def test_what_left_unfinished_is_finished_later_and_is_not_irregular_once_it_was_paid():
    truck, walk = gone()
    assert listed() == [truck.crossing_id]
    actions.confirm(truck.crossing_id, "board_finished", walk.later(60).said("board"))
    assert last(truck).irregular == ()
    assert listed() == []


def test_tax_may_too_and_it_is_said_once():
    truck, walk = gone()
    actions.confirm(truck.crossing_id, "board_finished", walk.later(60).said("tax"))
    with pytest.raises(Refused) as refused:
        actions.confirm(truck.crossing_id, "board_finished", walk.later(1).said("board"))
    assert [o.code for o in refused.value.objections] == ["already_done"]


def test_nothing_else_is_confirmed_after_it_has_left():
    truck, walk = gone()
    for step, agency in (("border_guard_completed", "border_guard"), ("health_checked", "health")):
        with pytest.raises(Refused) as refused:
            actions.confirm(truck.crossing_id, step, walk.later(1).said(agency))
        assert "crossing_ended" in [o.code for o in refused.value.objections]
    other = declare()
    struck.strike_off(other.crossing_id, walk.said("border_guard", "Chủ xe xin rút"))
    with pytest.raises(Refused):
        actions.confirm(other.crossing_id, "board_finished", walk.said("board"))
    assert listed() == [truck.crossing_id]


def test_finishing_what_left_without_paying_is_irregular_and_says_so(as_):
    truck, walk = gone(paid=False)
    assert "trái quy định" in as_(officer("board"), LIST).get(LIST).content.decode()
    actions.confirm(truck.crossing_id, "board_finished", walk.later(60).said("board"))
    assert last(truck).irregular == ("unpaid",)


def test_a_mistaken_last_word_is_taken_back_and_the_vehicle_is_listed_again():
    truck, walk = gone()
    actions.confirm(truck.crossing_id, "board_finished", walk.later(60).said("board"))
    actions.undo(truck.crossing_id, last(truck).id, walk.later(1).said("board", "Nhầm xe"))
    assert listed() == [truck.crossing_id]
    row = Crossing.objects.get(pk=truck.crossing_id)
    assert row.ended_at == row.unfinished_since


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
@pytest.mark.parametrize("agency", ["board", "tax"])
def test_several_that_left_are_finished_with_one_tap(as_, agency, language):
    trucks = [gone()[0] for _ in range(2)]
    client = as_(officer(agency), LIST)
    client.cookies["django_language"] = language
    page = client.get(LIST).content.decode()
    picks = [f"{truck.crossing_id} board_finished" for truck in trucks]
    assert all(f'value="{pick}"' in page for pick in picks)
    client.post("/gate/CKHN/confirm/", {"pick": [f"{pick} {uuid.uuid4()}" for pick in picks]})
    assert listed() == []
    assert all(not fold(store.facts_of(t.crossing_id)).holds for t in trucks)


def test_others_do_not_read_it(as_):
    gone()
    assert as_(officer("health")).get(LIST).status_code == 403
    assert as_(officer("board", "TT")).get(LIST).status_code == 404


def test_rebuilding_finds_the_same():
    gone()
    assert list(rebuild.rebuild()) == []
