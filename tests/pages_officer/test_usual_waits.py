"""A wait beyond what is usual is red and says so, on the list and on the vehicle's page; others are not."""

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cuakhauso.centre.crossings import actions, observations, usual
from cuakhauso.centre.places.models import Checkpoint, GateClosure, OpeningHours
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Agency, Kind, Place
from tests.seeded import never_closed

from ..centre.builders import Gate, declare, officer
from ..centre.returned import measured, record, returned, told

LIMIT = 46  # the first whole minute beyond p90


@pytest.fixture(autouse=True)
def gate(db):
    yield from never_closed()


@pytest.fixture
def known():
    """Half of the licence checks within 20 minutes, nine of ten within 45, at Hữu Nghị."""
    returned([20] * 12 + [45] * 8)
    returned([1] * 20, gate="TT")
    measured()


def entered(minutes_ago: float, gate: str = "CKHN"):
    """An empty vehicle on its way home that has waited so long for its licence to be looked at."""
    truck = declare(Kind.EMPTY_RETURN, gate=gate, yard="")
    walk = Gate(truck.crossing_id, gate)
    walk.at = store.now() - timedelta(minutes=minutes_ago)
    walk.confirm("entered", "border_guard")
    return truck


def usual_hold(minutes: float) -> None:
    stories = []
    for _ in range(20):
        story = told(5)
        end, gone = story.now, story.facts.pop()
        story.now = gone.occurred_at - timedelta(minutes=minutes + 1)
        story.hold(Agency.POLICE, "papers")
        story.now += timedelta(minutes=minutes)
        story.lift(Agency.POLICE)
        story.now = end
        story.confirm("left_zone", by=Agency.BORDER_GUARD)
        stories.append(story)
    record(stories)
    measured()


def row_of(as_, truck, gate: str = "CKHN", tab: str = "mine") -> str:
    page = as_(officer("transport_licence", gate)).get(f"/gate/{gate}/?tab={tab}").content.decode()
    return re.search(rf'<li data-row="{truck.crossing_id}".*?</li>', page, re.S)[0]


def is_marked(row: str) -> bool:
    return 'class="ck-since is-over"' in row


def test_a_wait_beyond_nine_of_ten_is_marked_on_the_list_and_one_within_is_not(as_, known):
    late, early = entered(47), entered(44)
    row = row_of(as_, late)
    assert is_marked(row)
    assert "icons.svg#alert-triangle" in row
    assert "quá lâu" in row
    assert not is_marked(row_of(as_, early))
    assert f'data-usual="{LIMIT}"' in row_of(as_, early), "the page marks it when its time has come"


def test_without_enough_waits_nothing_is_said(as_):
    returned([5] * 19)
    measured()
    row = row_of(as_, entered(600))
    assert not is_marked(row)
    assert "data-usual" not in row


def test_another_gates_waits_do_not_count(as_, known):
    row = row_of(as_, entered(5, gate="TT"), gate="TT")
    assert is_marked(row)
    assert not is_marked(row_of(as_, entered(5)))


def test_a_wait_is_held_against_what_lists_counted_not_against_the_clock(as_, known):
    """The clock gave the ten minutes before each entry to the driver; border guard's list counted them."""
    truck = declare(Kind.EMPTY_RETURN, yard="")
    walk = Gate(truck.crossing_id)
    walk.at = store.now() - timedelta(minutes=12)
    observations.arrive(truck.crossing_id, Place.BORDER_LINE, walk.said("border_guard"))
    page = as_(officer("border_guard")).get("/gate/CKHN/").content.decode()
    row = re.search(rf'<li data-row="{truck.crossing_id}".*?</li>', page, re.S)[0]
    assert 'data-usual="11"' in row
    assert is_marked(row)


def test_all_the_time_since_it_came_is_no_wait_for_somebody(as_, known):
    """So the lists of others' work count it and hold it against nothing."""
    truck = entered(47)
    page = as_(officer("border_guard")).get("/gate/CKHN/?tab=others").content.decode()
    row = re.search(rf'<li data-row="{truck.crossing_id}".*?</li>', page, re.S)[0]
    assert "data-since" in row
    assert "data-usual" not in row


def test_a_wait_while_the_gate_was_closed_is_late_by_nature(as_, known):
    truck = entered(90)
    assert is_marked(row_of(as_, truck))
    Checkpoint.objects.update(keeps_hours=True)
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59, 59, 999999))
    begins = store.now() - timedelta(minutes=60)
    GateClosure.objects.create(gate_id="CKHN", begins=begins, ends=begins + timedelta(minutes=5))
    assert "data-usual" not in row_of(as_, truck)


def test_a_list_of_many_asks_for_the_figures_once(as_, known, monkeypatch):
    monkeypatch.setattr(usual, "monotonic", lambda: 0.0)
    reader = as_(officer("transport_licence"))
    for _ in range(6):
        entered(47)
    usual.forget()
    with CaptureQueriesContext(connection) as first:
        reader.get("/gate/CKHN/")
    assert sum("usualwait" in query["sql"] for query in first) == 1
    with CaptureQueriesContext(connection) as again:
        reader.get("/gate/CKHN/")
    assert not any("usualwait" in query["sql"] for query in again)


def test_the_vehicles_page_says_what_is_usual_beside_whose_clock_runs(as_, known):
    truck = entered(30)
    client = as_(officer("customs"))
    page = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    clock = re.search(r'<section class="ck-clk".*?</section>', page, re.S)[0]
    assert "(kiểm tra, thường 20–45 phút)" in clock
    assert not is_marked(clock)
    for language, words in (("en", "usually 20–45 min"), ("zh-hans", "通常 20–45 分钟")):
        client.cookies["django_language"] = language
        assert words in client.get(f"/crossings/{truck.crossing_id}/").content.decode()


def test_the_vehicles_page_marks_a_clock_that_runs_too_long(as_, known):
    truck = entered(50)
    page = as_(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert is_marked(re.search(r'<section class="ck-clk".*?</section>', page, re.S)[0])


def test_the_vehicles_page_says_nothing_of_what_it_does_not_know(as_):
    truck = entered(500)
    page = as_(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    clock = re.search(r'<section class="ck-clk".*?</section>', page, re.S)[0]
    assert "(kiểm tra)" in clock
    assert "thường" not in clock
    assert not is_marked(clock)


def test_the_clock_counts_what_it_is_for_now_not_what_the_same_party_did_before(as_):
    """Its number, its reason and what is usual are of one and the same span."""
    truck = declare()
    walk = Gate(truck.crossing_id)
    walk.accepted(truck.form["groups"][0]["customs_number"])
    walk.at = store.now() - timedelta(minutes=60)
    walk.entered().checked()
    walk.at = store.now() - timedelta(minutes=20)
    actions.hold(truck.crossing_id, "customs_file", walk.said("customs", "thiếu hóa đơn"))
    page = as_(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    clock = re.search(r'<section class="ck-clk".*?</section>', page, re.S)[0]
    assert f'data-since="{walk.at.isoformat()}"' in clock


def test_a_hold_that_is_longer_than_usual_is_marked_among_the_held(as_):
    usual_hold(minutes=30)
    truck = entered(100)
    walk = Gate(truck.crossing_id)
    walk.at = store.now() - timedelta(minutes=40)
    actions.hold(truck.crossing_id, "papers", walk.said("police", "thiếu phù hiệu"))
    row = row_of(as_, truck, tab="held")
    assert is_marked(row)
    assert "quá lâu" in row
