"""Several confirmations in one request, and what one stated oneself."""

import pytest

from .callers import agency, business, new_id
from .trucks import accept, declare, yesterday

pytestmark = pytest.mark.usefixtures("gates")


def test_each_confirmation_has_its_own_outcome_and_is_made_once():
    customs = agency("customs")
    ready, early = declare(), declare()
    accept(ready)
    items = [
        {"id": new_id(), "crossing": ready["crossing"], "step": "entered", "occurred_at": yesterday(9)},
        {"id": new_id(), "crossing": early["crossing"], "step": "left_yard"},
        {"id": new_id(), "crossing": new_id(), "step": "entered"},
    ]
    first, again = (customs.post("/confirmations", {"items": items}) for _ in range(2))
    assert first.status == again.status == 200
    assert [one["id"] for one in first.body["items"]] == [one["id"] for one in items]
    assert [one["confirmed"] for one in first.body["items"]] == [True, False, False]
    assert first.body == again.body
    done, refused, unknown = first.body["items"]
    assert done["crossing_now"]["id"] == ready["crossing"]
    assert refused["problem"]["code"] == "refused"
    assert len(refused["problem"]["objections"]) > 1
    assert unknown["problem"]["code"] == "not_found"


def test_a_request_that_is_no_such_thing_confirms_nothing():
    customs = agency("customs")
    assert customs.post("/confirmations", {"items": []}).status == 422
    said = customs.post("/confirmations", {"items": [{"id": new_id(), "step": "entered"}]})
    assert said.fields == {"items.0.crossing": "required"}


def test_what_one_stated_is_listed_for_oneself_alone():
    truck, customs = declare(), agency("customs")
    own_id = new_id()
    customs.post(f"/crossings/{truck['crossing']}/confirm", {"id": own_id, "step": "registration_accepted"})
    customs.act(truck["crossing"], "undo", fact=own_id, note="Nhầm tờ")
    listed = customs.get("/acts?gate=CKHN").body
    assert [(one["kind"], one["taken_back"]) for one in listed] == [("undone", False), ("confirmed", True)]
    assert agency("health").get("/acts").body == []
    assert "confirmed" not in [one["kind"] for one in business().get("/acts").body]
