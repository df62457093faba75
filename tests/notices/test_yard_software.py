"""A yard's own software does its day by API and webhooks alone, each thing once, whatever comes twice."""

import random
from uuid import UUID

import httpx
import pytest
from django.test import Client

from cuakhauso.centre.accounts import tokens
from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing, FactRow
from cuakhauso.core.words import Agency
from cuakhauso.sim.hooks import receiving
from cuakhauso.sim.yard_software import YardSoftware

from ..api.callers import agency
from ..api.test_goods import transshipment
from ..api.trucks import accept, declare, yesterday
from .test_webhooks import later, worked

pytestmark = pytest.mark.usefixtures("gates", "near")


@pytest.fixture
def client():
    """The platform over HTTP's forms, in this test's own transaction."""
    power = tokens.Power("CKHN", Duty.OFFICER)
    _, secret = tokens.issue(tokens.organisation_of(Agency.YARD), "phần mềm bãi", [power])
    platform = Client(raise_request_exception=False)

    def answered(asked: httpx.Request) -> httpx.Response:
        said = platform.generic(
            asked.method, asked.url.raw_path.decode(), asked.read(), content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        return httpx.Response(said.status_code, content=said.content)

    with httpx.Client(transport=httpx.MockTransport(answered), base_url="http://localhost") as opened:
        yield opened


@pytest.fixture
def server():
    with receiving() as found:
        yield found


@pytest.fixture
def software(client, server):
    made = YardSoftware(client, "XC")
    server.take = made.take
    _, server.secret = made.subscribe(server.url)
    return made


def an_hour(software):
    """News goes out, the software works, its own doings come back as news: until nothing is left."""
    for _ in range(20):
        later(seconds=90)
        if not worked() + software.work() and not software.waiting:
            return
    raise AssertionError("it never comes to rest")


def test_exports_come_in_find_a_bay_each_and_leave(software, server):
    trucks = [declare(yard="XC") for _ in range(3)]
    for truck in trucks:
        accept(truck)
        for who in ("customs", "border_guard"):
            agency(who).act(truck["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
    server.answers = [500, 204, 503, 204, 500]
    an_hour(software)
    rows = Crossing.objects.filter(pk__in=[truck["crossing"] for truck in trucks])
    assert {row.place for row in rows} == {"yard"}
    assert len({row.bay for row in rows} - {""}) == 3
    assert software.inside == {str(row.pk): row.bay for row in rows}
    assert software.repeats >= 3, "answers that were lost brought the same message again"
    leaves(trucks[0]["crossing"])
    an_hour(software)
    seen = store.facts_of(UUID(trucks[0]["crossing"]))
    # Customs and border guard have not said that it may leave: the yard says what it saw, and no more.
    assert [fact.irregular for fact in seen if fact.kind == "yard_gate_seen"] == [("need_open",)]
    assert len(software.inside) == 2


def leaves(crossing):
    said = agency("customs").act(crossing, "pass", at="yard", direction="out", to="border_line")
    assert said.status == 200, said.body


def test_goods_are_moved_once_customs_has_signed(software, server):
    source, taker, _ = transshipment()
    an_hour(software)
    told = agency("yard").get(f"/crossings/{source}/transfers").body
    assert (told["lines"][0]["remaining"], told["takers"][0]["moved"]) == (0, 40)
    kinds = [fact.kind for fact in store.facts_of(UUID(source))]
    assert (kinds.count("transfer_planned"), kinds.count("transfer_began"), kinds.count("transshipped")) == (
        1, 1, 1,
    )  # fmt: skip
    assert taker in software.rows


def test_all_news_again_in_any_order_changes_nothing(software, server):
    transshipment()
    accept(declare(yard="XC"))
    an_hour(software)
    before = FactRow.objects.count()
    again = server.came * 2
    random.Random(3).shuffle(again)  # noqa: S311  an order, not a secret
    for said in again:
        software.take(said["id"], said)
    assert software.work() == 0
    # One that was restarted and remembers nothing says the same under the same ids.
    fresh = YardSoftware(software.client, "XC")
    fresh.look()
    for said in again:
        fresh.take(said["id"], said)
    fresh.work()
    assert FactRow.objects.count() == before
