"""A yard's own software does by the open API what its people do on the page."""

import pytest

from .callers import agency, business, device, new_id
from .test_goods import transshipment
from .trucks import accept, declare, yesterday

pytestmark = pytest.mark.usefixtures("gates")


def entered(**changes):
    declaration = declare(yard="XC", **changes)
    accept(declaration)
    for who in ("customs", "border_guard"):
        agency(who).act(declaration["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
    return declaration["crossing"], declaration["form"]["vehicle"]["plate"]


def bay(code):
    plan = agency("yard").get("/yards/XC/plan").body
    return next(one for one in plan["bays"] if one["code"] == code)


def test_a_vehicle_comes_in_with_its_bay_moves_and_leaves():
    yard = agency("yard")
    crossing, plate = entered()
    assert [one["id"] for one in yard.get("/yards/XC/expected").body] == [crossing]
    body = {"id": new_id(), "plate": plate, "bay": "XC-A01"}
    for _ in range(2):
        said = yard.post("/yards/XC/gate-in", body)
        assert (said.status, said.body["place"], said.body["bay"]) == (200, "yard", "XC-A01")
    assert bay("XC-A01")["standing"][0]["crossing"] == crossing
    assert yard.act(crossing, "park", bay="XC-A02").body["bay"] == "XC-A02"
    assert bay("XC-A01")["look"] == "free"
    out = yard.post("/yards/XC/gate-out", {"id": new_id(), "crossing": crossing})
    assert (out.status, out.body["bay"], out.body["place"]) == (200, "", "yard")
    seen = yard.get(f"/crossings/{crossing}/facts").body[-1]
    assert (seen["kind"], seen["irregular"]) == ("yard_gate_seen", ["need_open"])


def test_what_is_asked_is_refused_and_what_was_seen_is_taken_in():
    yard, (first, plate), (second, _) = agency("yard"), entered(), entered()
    yard.post("/yards/XC/gate-in", {"id": new_id(), "plate": plate, "bay": "XC-A01"})
    yard.post("/yards/XC/gate-in", {"id": new_id(), "crossing": second})
    refused = yard.act(second, "park", bay="XC-A01")
    assert (refused.status, refused.codes) == (409, ["bay_taken"])
    assert yard.act(second, "see-in-bay", bay="XC-A01").body["bay"] == "XC-A01"
    assert [one["crossing"] for one in bay("XC-A01")["standing"]] == [first, second]
    assert yard.act(second, "park", bay="XC-Z99").fields == {"bay": "bay_unknown"}
    assert yard.act(second, "leave-bay").body["bay"] == ""
    assert yard.act(second, "leave-bay").codes == ["not_in_a_bay"]


def test_a_plan_is_given_closed_in_parts_and_opened():
    yard = agency("yard")
    assert yard.get("/yards/XC/plan").body["assumed"]
    bays = [{"label": "K1", "kind": "cold", "places": 3}, {"label": "K2", "row": 2}]
    given = yard.put("/yards/XC/plan", {"source": "Đơn vị khai thác", "bays": bays})
    assert (given.status, given.body["assumed"]) == (200, False)
    assert [(one["code"], one["free"]) for one in given.body["bays"]] == [("XC-K1", 3), ("XC-K2", 1)]
    assert yard.post("/bays/XC-K1/close", {"reason": "Mất điện"}).body["bays"][0]["look"] == "closed"
    assert yard.post("/bays/XC-K1/close", {"reason": ""}).status == 422
    assert yard.post("/bays/XC-K1/open", {}).body["bays"][0]["look"] == "free"
    assert yard.post("/bays/XC-K9/open", {}).status == 404
    wrong = yard.put("/yards/XC/plan", {"source": "", "bays": [{"label": "A-1"}, {"label": "B", "row": 0}]})
    assert wrong.status == 422


def test_a_yards_bays_are_not_everybodys():
    crossing, _ = entered()
    assert business().get("/yards/XC/plan").status == 403
    assert business().act(crossing, "park", bay="XC-A01").status in (404, 409)
    assert device().act(crossing, "see-in-bay", bay="XC-A01").status == 403
    assert agency("yard", "TT").act(crossing, "park", bay="XC-A01").status == 404
    assert agency("yard", "TT").put("/yards/XC/plan", {"source": "x", "bays": [{"label": "A"}]}).status == 404
    assert agency("customs").put("/yards/XC/plan", {"source": "x", "bays": [{"label": "A"}]}).status == 403


def test_goods_are_planned_begun_and_done_and_the_answer_says_what_remains():
    source, taker, number = transshipment()
    yard = agency("yard")
    assert [one["id"] for one in yard.get("/yards/XC/receiving").body] == [taker]
    share = {"receiving": taker, "group": 0, "packages": 41}
    assert yard.act(source, "plan-transfers", shares=[share]).codes == ["too_many_packages"]
    assert yard.act(source, "plan-transfers", shares=[{**share, "packages": 40}]).status == 200
    assert yard.act(source, "begin-transfer", receiving=taker, group=0).status == 200
    assert yard.act(source, "begin-transfer", receiving=taker, group=0).codes == ["transfer_underway"]
    yard.act(source, "transship", receiving=taker, group=0, packages=30)
    told = yard.get(f"/crossings/{source}/transfers").body
    line = told["lines"][0]
    assert (line["moved"], line["remaining"], line["unassigned"]) == (30, 10, 0)
    assert line["shares"][0]["underway_since"] is None
    assert told["takers"][0]["customs_numbers"] == [number]
    assert told["signed_at"] is not None
