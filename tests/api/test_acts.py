"""A truck through the gate by the open API alone."""

import hashlib

import pytest

from .callers import Caller, agency, business, device, leader, new_id
from .trucks import accept, declare, form, goods, plate, yesterday

pytestmark = pytest.mark.usefixtures("gates")


def test_an_export_goes_from_declaration_to_the_other_side():
    exporter = business()
    truck = declare(exporter)
    crossing = truck["crossing"]
    assert accept(truck).body["stage"] == "coming"

    guard, customs, board = agency("border_guard"), agency("customs"), agency("board")
    steps = [
        (customs, "entered", 9, 0), (guard, "entered", 9, 1), (agency("health"), "health_checked", 9, 2),
        (agency("transport_licence"), "licence_checked", 9, 3), (agency("yard"), "in_yard", 9, 30),
    ]  # fmt: skip
    for who, step, hour, minute in steps:
        said = who.act(crossing, "confirm", step=step, occurred_at=yesterday(hour, minute))
        assert said.status == 200, said.body
    assert (said.body["stage"], said.body["owed"]) == ("in_yard", 800_000)

    refused = customs.act(crossing, "confirm", step="left_yard", occurred_at=yesterday(10))
    assert (refused.status, refused.codes) == (409, ["unpaid"])
    paid = board.act(
        crossing, "pay", order="infrastructure", amount=800_000, method="qr", occurred_at=yesterday(10, 1)
    )
    assert paid.body["owed"] == 0
    for who, step in ((customs, "left_yard"), (guard, "left_yard")):
        assert who.act(crossing, "confirm", step=step, occurred_at=yesterday(10, 5)).status == 200
    for who, step in ((guard, "left_to_other_side"), (customs, "left_to_other_side")):
        said = who.act(crossing, "confirm", step=step, occurred_at=yesterday(10, 30))
    assert (said.body["stage"], said.body["place"]) == ("ended", "other_side")

    whole = exporter.get(f"/crossings/{crossing}").body
    assert whole["orders"] == [{"order": "infrastructure", "charged": 800_000, "paid": 800_000, "owed": 0}]
    assert {step["code"]: bool(step["done_at"]) for step in whole["steps"] if step["required"]} == {
        step["code"]: True for step in whole["steps"] if step["required"]
    }
    assert sum(whole["seconds"].values()) == 90 * 60


def test_a_hold_stops_it_and_only_the_agency_that_holds_lifts_it():
    truck = declare()
    crossing = truck["crossing"]
    accept(truck)
    customs, health = agency("customs"), agency("health")
    held = customs.act(crossing, "hold", reason="customs_file", note="Thiếu hóa đơn", report_to="yard")
    assert held.body["held_by"] == ["customs"]

    hold = health.get(f"/crossings/{crossing}").body["holds"][0]
    assert (hold["reason"], hold["words"], hold["report_to"]) == ("customs_file", "Thiếu hóa đơn", "yard")
    assert health.act(crossing, "lift", hold=hold["id"], note="x").codes == ["not_your_hold"]
    assert customs.act(crossing, "lift", hold=hold["id"]).codes == ["words_required"]
    assert customs.act(crossing, "lift", hold=hold["id"], note="Đã bổ sung").body["held_by"] == []


def test_an_undo_opens_the_step_again():
    truck = declare()
    crossing = truck["crossing"]
    own_id = new_id()
    customs = agency("customs")
    customs.post(f"/crossings/{crossing}/confirm", {"id": own_id, "step": "registration_accepted"})
    assert agency("health").act(crossing, "undo", fact=own_id, note="x").codes == ["not_your_fact"]
    said = customs.act(crossing, "undo", fact=own_id, note="Nhầm tờ")
    assert said.status == 200
    assert "registration_accepted" in [wait["step"] for wait in said.body["waits"]]
    facts = customs.get(f"/crossings/{crossing}/facts").body
    assert [fact["taken_back"] for fact in facts if fact["id"] == own_id] == [True]


def test_the_permit_is_given_or_refused_with_every_reason():
    truck = declare()
    crossing = truck["crossing"]
    asked = f"/crossings/{crossing}/permit?checkpoint=B1&direction=out&at={yesterday(9).replace('+', '%2B')}"
    refused = business().get(asked).body
    assert (refused["permitted"], refused["permit"]) == (False, None)
    assert [(o["code"], o["party"]) for o in refused["objections"]] == [("step_open", "customs")]

    accept(truck)
    given = agency("border_guard").get(asked).body
    assert given["objections"] == []
    assert given["permit"]["plate"] == truck["form"]["vehicle"]["plate"].replace("-", "").replace(".", "")


def test_observations_are_always_taken_in():
    truck = declare()
    crossing, camera = truck["crossing"], device()
    assert camera.act(crossing, "identify", subject="plate", value="15C 999.99", confidence=71).status == 200
    assert camera.act(crossing, "weigh", gross_kg=43_000, stable=True, ticket="C-1").status == 200
    passed = camera.act(crossing, "pass", at="B1", direction="out", to="gate_area")
    assert passed.body["place"] == "gate_area"
    facts = agency("border_guard").get(f"/crossings/{crossing}/facts").body
    irregular = next(fact["irregular"] for fact in facts if fact["kind"] == "passed")
    assert {"identity_mismatch", "step_open"} <= set(irregular)
    assert business().act(crossing, "weigh", gross_kg=1, stable=True).status == 403


def test_a_chinese_plate_is_read_and_told_with_its_province():
    vehicle = {"plate": "桂F·10007", "weight_class": "VT4", "transport_licence": "G26KQ00123"}
    load = goods(customs_number="108000700010", type_code="A11")
    taker = {
        "id": new_id(),
        "vehicle": {"plate": "98C-700.01", "weight_class": "VT4"},
        "driver": form()["driver"],
    }
    truck = declare(kind="import_transshipment", yard="XC", vehicle=vehicle, groups=[load], receiving=[taker])
    assert device().act(truck["crossing"], "identify", subject="plate", value="桂F10007").status == 200
    whole = agency("border_guard").get(f"/crossings/{truck['crossing']}").body
    assert "identity_mismatch" not in [o["code"] for o in whole["answer"]["objections"]]
    assert device().act(truck["crossing"], "identify", subject="plate", value="粤F10007").status == 200
    whole = agency("border_guard").get(f"/crossings/{truck['crossing']}").body
    [said] = [o for o in whole["answer"]["objections"] if o["code"] == "identity_mismatch"]
    assert (said["details"]["read"], said["details"]["declared"]) == ("粤F10007", "桂F10007")


def test_a_plate_read_in_another_spelling_is_the_same_plate():
    truck = declare(vehicle={"plate": "15C-777.77"})
    said = device().act(truck["crossing"], "identify", subject="plate", value="15c 77777")
    assert said.status == 200
    whole = agency("border_guard").get(f"/crossings/{truck['crossing']}").body
    assert "identity_mismatch" not in [o["code"] for o in whole["answer"]["objections"]]


def test_an_undeclared_truck_is_stopped_and_sent_to_the_temporary_yard():
    guard = agency("border_guard")
    said = guard.post("/undeclared", {"id": new_id(), "gate": "CKHN", "plate": "12C-900.01"})
    assert (said.status, said.body["stage"]) == (201, "undeclared")
    again = guard.post("/undeclared", {"id": new_id(), "gate": "CKHN", "plate": "12C 90001"})
    assert again.body["id"] == said.body["id"]
    answer = guard.get(f"/crossings/{said.body['id']}/permit").body
    assert answer["permit"]["checkpoint"] == "temporary_yard"
    assert (
        agency("health").post("/undeclared", {"id": new_id(), "gate": "CKHN", "plate": "12C-900.02"}).status
        == 403
    )


def test_the_yards_own_system_sees_who_comes_and_lets_in():
    truck = declare()
    accept(truck)
    yard = agency("yard")
    assert [c["id"] for c in yard.get("/yards/VTP/expected").body] == [truck["crossing"]]
    agency("customs").act(truck["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
    body = {"id": new_id(), "plate": truck["form"]["vehicle"]["plate"], "occurred_at": yesterday(9, 20)}
    assert yard.post("/yards/VTP/gate-in", body).body["stage"] == "in_yard"
    assert [c["id"] for c in yard.get("/yards/VTP/here").body] == [truck["crossing"]]
    assert yard.get("/yards/XC/here").body == []


def test_pages_of_a_list_join_without_gap_or_overlap():
    exporter = business()
    made = {declare(exporter)["crossing"] for _ in range(5)}
    for listed in ("/crossings?limit=2", "/crossings?gate=CKHN&waits_for_me=true&limit=2"):
        by = exporter if "waits" not in listed else agency("customs")
        found, cursor = [], ""
        while True:
            page = by.get(f"{listed}&cursor={cursor}").body
            found += [one["id"] for one in page["items"]]
            if (cursor := page["next"]) is None:
                break
        assert len(found) == len(set(found)) == 5
        assert set(found) == made


def test_the_fee_to_expect_is_itemised_and_a_missing_rate_is_never_zero():
    exporter = business()
    transshipment = form(
        kind="import_transshipment", yard="XC", vehicle={"plate": "桂F·10001", "weight_class": "VT4"},
        groups=[goods(customs_number="108000000010", type_code="A11")],
        receiving=[{"vehicle": {"weight_class": "VT4"}}, {"vehicle": {"weight_class": "VT4"}}],
    )  # fmt: skip
    quoted = exporter.post("/fees/quote", transshipment).body
    assert quoted["total"] == 90_000 + 2 * 300_000
    assert [(one["order"], one["amount"]) for one in quoted["vehicles"]] == [
        ("transshipment", 90_000), ("infrastructure", 300_000), ("infrastructure", 300_000),
    ]  # fmt: skip
    unknown = exporter.post("/fees/quote", form(vehicle={"weight_class": "VT2"})).body
    assert unknown["total"] is None
    assert unknown["vehicles"][0]["missing"]["weight_class"] == "VT2"


def test_charging_with_a_missing_rate_is_a_clear_error():
    truck = declare(vehicle={"weight_class": "VT2"})
    said = agency("board").act(truck["crossing"], "charge")
    assert (said.status, said.body["code"], said.body["weight_class"]) == (409, "tariff_missing", "VT2")


def test_anybody_can_check_the_chain_with_a_few_lines():
    truck = declare()
    accept(truck)
    told = business().get(f"/crossings/{truck['crossing']}/chain").body
    head = bytes.fromhex(told["genesis"])
    for link in told["links"]:
        head = hashlib.sha256(head + link["body"].encode()).digest()
        assert head.hex() == link["hash"]
    assert head.hex() == told["head"]
    assert len(told["links"]) == 3


def test_leaders_see_today_and_others_do_not():
    declare()
    rows = leader().get("/board/today").body["rows"]
    assert [(r["gate"], r["direction"], r["stages"]["coming"]) for r in rows if r["stages"]["coming"]] == [
        ("CKHN", "export", 1)
    ]
    assert business().get("/board/today").status == 403


def test_reference_data_is_there_for_everybody_who_signed_in():
    caller = business()
    assert [gate["code"] for gate in caller.get("/gates").body] == ["CKHN", "TT"]
    for path in ("/type-codes", "/customs-offices", "/hold-reasons", "/tariff"):
        assert caller.get(path).body


def test_who_am_i():
    me = agency("customs").get("/whoami").body
    assert [(role["agency"], role["gate"], role["duty"]) for role in me["roles"]] == [
        ("customs", "CKHN", "officer")
    ]
    assert Caller().get("/whoami").status == 401


class TestCorrecting:
    def test_who_must_approve_is_told_before_it_is_sent_and_the_agencies_answer_one_by_one(self):
        truck = declare()
        accept(truck)
        customs, guard, exporter = agency("customs"), agency("border_guard"), business()
        path, crossing = f"/declarations/{truck['id']}", f"/crossings/{truck['crossing']}"
        vehicle = truck["form"]["vehicle"] | {"plate": plate(), "seals": ["HQ 12"]}
        better = truck["form"] | {"vehicle": vehicle}
        told = exporter.post(f"{path}/correction-preview", better).body
        assert (told["at_once"], told["approve"]) == (False, ["border_guard", "customs"])
        assert {one["what"] for one in told["differences"]} == {"tractor", "seal"}
        made = exporter.call("PUT", f"{path}?version=1&why=Nham", better).body
        assert (made["version"], made["proposed_form"]["vehicle"]["seals"]) == (1, ["HQ 12"])
        proposal = made["proposed"]
        assert customs.act(truck["crossing"], "approve-correction", proposal=proposal).status == 200
        assert customs.act(truck["crossing"], "approve-correction", proposal=proposal).codes == [
            "already_approved"
        ]
        waits = guard.get(f"{crossing}/corrections").body["proposed"]
        assert (waits["approved_by"], waits["waits_for"]) == (["customs"], ["border_guard"])
        assert guard.act(truck["crossing"], "approve-correction", proposal=proposal).status == 200
        assert exporter.get(path).body["version"] == 2
        late = exporter.call("PUT", f"{path}?version=1", better | {"note": "x"})
        assert late.codes == ["declaration_changed"]

    def test_what_is_refused_or_taken_back_is_gone_and_the_form_stays(self):
        truck = declare()
        accept(truck)
        customs, exporter = agency("customs"), business()
        path = f"/declarations/{truck['id']}"
        better = truck["form"] | {"vehicle": truck["form"]["vehicle"] | {"seals": ["HQ 1"]}}
        proposal = exporter.call("PUT", path, better).body["proposed"]
        assert customs.act(truck["crossing"], "refuse-correction", proposal=proposal).codes == [
            "words_required"
        ]
        said = customs.act(truck["crossing"], "refuse-correction", proposal=proposal, note="Không khớp")
        assert said.status == 200
        proposal = exporter.call("PUT", path, better).body["proposed"]
        gone = exporter.post(f"{path}/take-back-correction", {"proposal": proposal}).body
        assert (gone["version"], gone["proposed"]) == (1, None)
        again = exporter.post(f"{path}/take-back-correction", {"proposal": proposal})
        assert again.codes == ["no_such_proposal"]
