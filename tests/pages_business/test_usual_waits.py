"""A business is told what is usual beside how long its vehicle has waited; what is not known is not told."""

import re
from datetime import timedelta

import pytest

from cuakhauso.centre.shared import store
from cuakhauso.core.words import Kind
from tests.seeded import never_closed

from ..centre.builders import Gate, business, declare
from ..centre.returned import measured, returned


@pytest.fixture(autouse=True)
def gate(db):
    yield from never_closed()


@pytest.fixture
def known():
    returned([20] * 12 + [45] * 8)
    measured()


def entered(minutes_ago: float):
    truck = declare(Kind.EMPTY_RETURN, by=business(), yard="")
    walk = Gate(truck.crossing_id)
    walk.at = store.now() - timedelta(minutes=minutes_ago)
    walk.confirm("entered", "border_guard")
    return truck


def now_of(browser_of, truck, language: str = "vi") -> str:
    html = browser_of(business(), language).get(f"/declarations/{truck.pk}/now").content.decode()
    return re.search(r'<section class="ck-now".*?</section>', html, re.S)[0]


def test_the_page_says_how_long_half_and_nine_of_ten_take(browser_of, known):
    now = now_of(browser_of, entered(30))
    assert "nửa số xe: 20 phút" in now
    assert "9/10 xe: 45 phút" in now
    assert "is-over" not in now
    assert "half: 20 min" in now_of(browser_of, entered(30), "en")
    assert "半数车辆：20 分钟" in now_of(browser_of, entered(30), "zh-hans")


def test_beyond_nine_of_ten_it_says_that_it_takes_too_long(browser_of, known):
    now = now_of(browser_of, entered(50))
    assert 'class="ck-since is-over"' in now
    assert 'class="ck-gauge is-over"' in now
    assert "quá lâu" in now


def test_what_is_not_known_is_not_told(browser_of):
    now = now_of(browser_of, entered(600))
    assert "data-since" in now
    assert "ck-gauge" not in now
    assert "is-over" not in now


def test_the_list_of_vehicles_marks_it_too(browser_of, known):
    late, early = entered(50), entered(30)
    html = browser_of(business()).get("/declarations/").content.decode()
    lines = {made: re.search(rf"/declarations/{made.pk}/.*?</li>", html, re.S)[0] for made in (late, early)}
    assert "is-over" in lines[late]
    assert "is-over" not in lines[early]


def test_what_comes_next_carries_what_is_usual(browser_of, known):
    html = browser_of(business()).get(f"/declarations/{entered(5).pk}/").content.decode()
    timeline = html[html.index('<ol class="ck-tl">') :]
    assert "thường 20–45 phút" in timeline
