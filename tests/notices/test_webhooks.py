"""Webhooks: who is told what, signed, at least once, of one vehicle in order, until it arrives or is dead."""

from datetime import timedelta

import pytest
from django.test import Client

from cuakhauso.centre.accounts.models import Organisation, User
from cuakhauso.centre.notices import delivering, fanning, rules
from cuakhauso.centre.notices.models import Delivery, Subscription
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import OutboxEvent
from cuakhauso.sim.hooks import receiving

from ..api.callers import agency, business, leader
from ..api.trucks import declare
from ..centre.builders import officer

pytestmark = pytest.mark.usefixtures("gates", "near")


@pytest.fixture
def server():
    with receiving() as found:
        yield found


def subscribed(server, by=None, **changes):
    said = (by or agency("yard")).post("/webhooks", {"url": server.url, **changes})
    assert said.status == 201, said.body
    server.secret = said.body["secret"]
    return said.body["id"]


def worked():
    """What the worker does within a second."""
    while fanning.fan_out():
        pass
    return sum(delivering.deliver(one) for one in delivering.due(store.now()))


def later(**wait):
    """As if so much time had gone by."""
    for row in Delivery.objects.filter(delivered_at=None, dead_at=None):
        row.next_at -= timedelta(**wait)
        row.save()
    Subscription.objects.update(busy_until=None)


def arrive(crossing):
    return agency("border_guard").act(crossing, "arrive", place="buffer")


def test_what_happens_is_told_signed_as_a_cloud_event(server):
    hook = subscribed(server)
    crossing = declare()["crossing"]
    arrive(crossing)
    assert worked() == 2
    assert server.kinds == ["declared", "arrived"]
    said = server.came[1]
    assert (said["specversion"], said["source"], said["subject"]) == ("1.0", "/gates/CKHN", crossing)
    assert (said["data"]["crossing"]["place"], said["data"]["kind"]) == ("buffer", "arrived")
    assert agency("yard").get("/webhooks").body[0]["arrived"] == 2
    assert worked() == 0
    assert [one["attempts"] for one in agency("yard").get(f"/webhooks/{hook}/deliveries").body] == [1, 1]


def test_nobody_is_told_of_vehicles_that_they_may_not_see(server):
    subscribed(server, agency("yard", "TT"))
    declare()
    worked()
    assert server.came == []


def test_a_business_is_told_of_its_own_vehicles_alone(server):
    subscribed(server, business("0109999994", "Vận tải Mây Sớm"))
    declare()
    worked()
    assert server.came == []
    mine = declare(business("0109999994"))
    worked()
    assert [one["subject"] for one in server.came] == [mine["crossing"]]


def test_only_what_was_wanted_is_told(server):
    subscribed(server, kinds=["arrived"], yard="VTP")
    arrive(declare(yard="VTP")["crossing"])
    arrive(declare(yard="XC")["crossing"])
    worked()
    assert server.kinds == ["arrived"]


def test_a_receiver_that_fails_is_told_again_under_the_same_id_and_in_order(server):
    subscribed(server)
    crossing, other = declare()["crossing"], declare()["crossing"]
    arrive(crossing)
    server.answers = [500]
    worked()
    assert [one["subject"] for one in server.came] == [crossing, other], "the second news of it waits"
    worked()
    assert len(server.came) == 2, "not before its time"
    later(seconds=6)
    worked()
    mine = [one for one in server.came if one["subject"] == crossing]
    assert [one["type"].rsplit(".", 1)[-1] for one in mine] == ["declared", "declared", "arrived"]
    assert mine[0]["id"] == mine[1]["id"]


def test_a_receiver_that_is_away_for_days_is_given_up_seen_and_told_by_hand(server):
    hook = subscribed(server)
    declare()
    server.answers = [503] * (len(rules.WAITS) + 1)
    for _ in range(len(rules.WAITS) + 1):
        worked()
        later(days=2)
    worked()
    yard = agency("yard")
    dead = yard.get(f"/webhooks/{hook}/deliveries?state=dead").body
    assert [(one["attempts"], one["last_status"]) for one in dead] == [(len(rules.WAITS) + 1, 503)]
    assert yard.get("/webhooks").body[0]["dead"] == 1
    assert yard.post(f"/webhooks/{hook}/deliveries/{dead[0]['id']}/send-again", {}).status == 200
    assert worked() == 1


def test_a_replay_tells_everything_again_under_the_ids_that_it_had(server):
    hook = subscribed(server)
    crossing = declare()["crossing"]
    arrive(crossing)
    worked()
    before = server.ids
    since = (store.now() - timedelta(minutes=5)).isoformat()
    said = agency("yard").post(f"/webhooks/{hook}/replay", {"since": since})
    assert said.body == {"messages": 2}
    worked()
    assert server.ids == [*before, *before]
    old = (store.now() - timedelta(days=60)).isoformat()
    assert agency("yard").post(f"/webhooks/{hook}/replay", {"since": old}).fields == {"since": "out_of_range"}


def test_it_is_tried_paused_resumed_and_ended(server):
    hook, yard = subscribed(server), agency("yard")
    yard.post(f"/webhooks/{hook}/test", {})
    assert worked() == 1
    assert server.came[0]["type"] == "vn.cuakhauso.test"
    assert yard.post(f"/webhooks/{hook}/pause", {"reason": "Đổi máy chủ"}).body["paused_for"] == "Đổi máy chủ"
    declare()
    assert worked() == 0
    assert yard.post(f"/webhooks/{hook}/resume", {}).body["waiting"] == 1
    assert worked() == 1
    assert agency("customs").post(f"/webhooks/{hook}/test", {}).status == 404
    assert yard.post(f"/webhooks/{hook}/end", {}).status == 204
    assert yard.get("/webhooks").body == []


def test_a_receiver_that_says_gone_is_left_alone(server):
    hook = subscribed(server)
    declare()
    server.answers = [410]
    worked()
    assert agency("yard").get("/webhooks").body[0]["paused_for"] == "gone"
    assert Delivery.objects.get(subscription=hook).delivered_at is None


def test_addresses_inside_are_not_told_unless_they_are_named(server, settings):
    settings.WEBHOOK_NETWORKS = []
    yard = agency("yard")
    assert yard.post("/webhooks", {"url": server.url}).fields == {"url": "url_not_https"}
    for url in ("ftp://a.example", "https://a:b@c.example", "nonsense", "https:///x", "https://a.example/#x"):
        assert yard.post("/webhooks", {"url": url}).fields == {"url": "url_form"}, url
    made = yard.post("/webhooks", {"url": "https://127.0.0.1:1/x"})
    declare()
    worked()
    row = Delivery.objects.get(subscription=made.body["id"])
    assert (row.last_error, row.attempts) == ("address_not_allowed", 1)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False), ("100.64.0.1", False), ("what", False),
    ],
)  # fmt: skip
def test_only_public_addresses_may_be_told(address, may):
    assert rules.may_go_to(address, []) is may


def test_leaders_and_unknown_kinds_do_not_subscribe(server):
    assert leader().post("/webhooks", {"url": server.url}).status == 403
    assert agency("yard").post("/webhooks", {"url": server.url, "kinds": ["x"]}).fields == {
        "kinds": "kind_unknown"
    }


def test_news_that_was_committed_late_is_not_passed_over(server):
    """A number of the outbox is missing: somebody may still commit it. What comes after waits a while."""
    subscribed(server)
    crossing = declare()["crossing"]
    row = OutboxEvent.objects.order_by("-pk").first()
    OutboxEvent.objects.filter(pk=row.pk).delete()
    OutboxEvent.objects.create(pk=row.pk + 1, name=row.name, payload=row.payload)
    assert worked() == 0
    OutboxEvent.objects.create(pk=row.pk, name=row.name, payload=row.payload)
    assert worked() == 1, "told once, though two events named the same fact"
    assert server.came[0]["subject"] == crossing


def test_the_page_shows_what_died_and_sends_it_again(server):
    client = Client()
    client.force_login(User.objects.get(pk=officer("yard").id.removeprefix("user:")))
    Organisation.objects.filter(name="yard CKHN").update(kind=Organisation.Kind.YARD)
    page = client.post("/webhooks/", {"url": server.url}).content.decode()
    server.secret = Subscription.objects.get().secret
    assert server.secret in page
    assert server.secret not in client.get("/webhooks/").content.decode()
    declare()
    worked()
    Delivery.objects.update(dead_at=store.now(), delivered_at=None, last_status=503)
    page = client.get("/webhooks/").content.decode()
    assert "bên nhận trả lời 503" in page
    assert "Khai báo" in page, "what was to be told is said in words"
    own = Delivery.objects.get()
    hook = f"/webhooks/{own.subscription_id}"
    assert client.post(f"{hook}/again/", {"delivery": own.pk}).status_code == 302
    assert worked() == 1
    for verb, form in (("test", {}), ("replay", {"hours": "1"}), ("pause", {}), ("resume", {}), ("end", {})):
        assert client.post(f"{hook}/{verb}/", form).status_code == 302
    assert not Subscription.objects.exists()
    assert client.post("/webhooks/", {"url": "nonsense"}).status_code == 422
    assert Client().get("/webhooks/").status_code == 302
