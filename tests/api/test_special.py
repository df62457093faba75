"""Seals, turning around, another gate, health mode, stays, open pairs: by the open API."""

import pytest

from .callers import agency, business
from .trucks import accept, declare, yesterday

pytestmark = pytest.mark.usefixtures("gates")


def test_seals_are_put_on_looked_at_and_opened():
    truck = declare(vehicle={"seals": ["CN123"]})
    crossing, customs = truck["crossing"], agency("customs")
    assert agency("yard").act(crossing, "put-seal", number="X").codes == ["wrong_agency"]
    assert customs.act(crossing, "put-seal", number="VN9", type="bolt", grade="H").status == 200
    assert customs.act(crossing, "check-seal", number="VN9", intact=True).status == 200
    assert customs.act(crossing, "break-seal", number="CN123", note="Kiểm hóa").status == 200
    old, new = agency("border_guard").get(f"/crossings/{crossing}/seals").body
    assert (old["number"], old["declared"], old["is_on"]) == ("CN123", True, False)
    assert (new["number"], new["grade"], new["intact"], new["is_on"]) == ("VN9", "H", True, True)
    assert customs.act(crossing, "check-seal", number="CN123", intact=True).codes == ["no_such_seal"]


def test_the_business_asks_and_is_refused_then_the_vehicle_is_moved():
    exporter = business()
    truck = declare(exporter)
    accept(truck)
    crossing, guard = truck["crossing"], agency("border_guard")
    assert exporter.act(crossing, "ask-turn-around", note="Khách hủy").status == 200
    assert agency("customs").act(crossing, "ask-turn-around", note="x").status == 403
    assert guard.act(crossing, "refuse-turn-around", note="Đã tới lượt").status == 200
    said = guard.act(crossing, "move-to-gate", gate="TT", note="Ùn")
    assert (said.status, said.body["stage"]) == (200, "turned_around")
    [moved] = [c for c in exporter.get("/crossings?gate=TT").body["items"] if c["number"] == truck["number"]]
    steps = exporter.get(f"/crossings/{moved['id']}").body["steps"]
    assert [s["code"] for s in steps if s["done_at"] and s["by"] and s["code"] != "declared"] == [
        "registration_accepted", "customs_cleared",
    ]  # fmt: skip


def test_a_vehicle_turns_around_by_the_word_of_both():
    truck = declare()
    accept(truck)
    crossing = truck["crossing"]
    for who in ("customs", "border_guard"):
        agency(who).act(crossing, "confirm", step="entered", occurred_at=yesterday(9))
    quarantine = agency("plant_quarantine")
    assert quarantine.act(crossing, "turn-around", note="Rệp sáp").status == 200
    answer = agency("customs").get(f"/crossings/{crossing}/permit").body
    assert [o["code"] for o in answer["objections"]] in (["unpaid"], ["unpaid", "place_closed"])


def test_the_health_mode_is_read_by_all_and_switched_by_the_board():
    board = agency("board")
    body = {"steps": ["driver_tested"], "source": "QĐ 15"}
    assert agency("health").put("/gates/CKHN/health-mode", body).status == 403
    assert board.put("/gates/CKHN/health-mode", body).body["steps"] == ["driver_tested"]
    assert business().get("/gates/CKHN/health-mode").body["source"] == "QĐ 15"
    assert board.put("/gates/CKHN/health-mode", {"steps": ["x"], "source": "QĐ"}).status == 422


def test_lists_of_stays_and_open_pairs_ask_for_a_gate():
    guard = agency("border_guard")
    assert guard.get("/stays?gate=CKHN").body == []
    assert guard.get("/open-pairs?gate=CKHN").body == []
    assert guard.get("/stays").status == 422


def test_what_waits_for_its_other_half_and_what_left_unfinished_are_lists_of_those_who_look_after_it():
    guard, board = agency("border_guard"), agency("board")
    receiving = declare(kind="receiving", groups=[])
    for who in (agency("customs"), guard):
        said = who.act(receiving["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
        assert said.status == 200
    [one] = guard.get("/unpaired?gate=CKHN").body
    assert (one["half"], one["whose"], one["until"]) == ("receiving", "business", None)
    assert guard.get("/unpaired?gate=CKHN&offset=1").body == []
    assert guard.get("/unpaired").status == 422
    assert agency("health").get("/unpaired?gate=CKHN").status == 403
    assert business().get("/unpaired?gate=CKHN").status == 403
    assert board.get("/fees/unfinished?gate=CKHN").body == []
    assert guard.get("/fees/unfinished?gate=CKHN").status == 403


def test_a_correction_is_asked_by_fields_with_what_was_read():
    truck = declare()
    accept(truck)
    customs, crossing = agency("customs"), truck["crossing"]
    said = {"note": "Khác vỏ container", "fields": ["vehicle.seals"]}
    assert customs.act(crossing, "ask-correction", **said | {"fields": ["nonsense"]}).status == 422
    read = [{"field": "driver", "value": "x"}]
    assert customs.act(crossing, "ask-correction", **said, read=read).status == 422
    read = [{"field": "vehicle.containers", "value": "TSTU1004288"}]
    assert customs.act(crossing, "ask-correction", **said, read=read).status == 200
    [asked] = customs.get(f"/crossings/{crossing}/corrections").body["requests"]
    assert [(one["field"], one["read"], one["followed"]) for one in asked["fields"]] == [
        ("vehicle.seals", "", False),
        ("vehicle.containers", "TSTU1004288", False),
    ]
    better = truck["form"] | {"vehicle": truck["form"]["vehicle"] | {"seals": ["HQ 1"]}}
    told = business().post(f"/declarations/{truck['id']}/correction-preview", better).body
    assert told["left"] == ["vehicle.containers"]
