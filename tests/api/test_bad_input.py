"""What people and systems really send: each gets a clear answer, and nothing accepted is lost."""

import pytest

from cuakhauso.centre.shared.models import Crossing

from .callers import agency, business
from .trucks import declare, form, goods

pytestmark = pytest.mark.usefixtures("gates")

NBSP, TAB = "\u00a0", "\t"
FIELDS = [
    ("vehicle.plate", "ABC", "plate_unknown_form"),
    ("vehicle.plate", "京A·D12345678", "plate_unknown_form"),
    ("vehicle.plate", "12С-345.67", "plate_lookalike_letter"),
    ("vehicle.plate", "", "blank"),
    ("vehicle.trailers", ["12C-345.67"], "plate_not_trailer"),
    ("vehicle.containers", ["TSTU1004289"], "container_check_digit"),
    ("vehicle.containers", ["TSTU100428"], "container_length"),
    ("vehicle.weight_class", "VT9", "not_a_choice"),
    ("vehicle.own_weight_kg", -5, "out_of_range"),
    ("vehicle.max_gross_kg", 150_000, "absurd_weight"),
    ("vehicle.documents", [{"kind": "inspection", "valid_to": "9999-12-31"}], "out_of_range"),
    ("driver.name", ".", "required"),
    ("driver.name", "Nông Văn Mẫu 0912000318", "name_has_digits"),
    ("driver.paper", "1", "person_id_length"),
    ("driver.phone", "Nông Văn Mẫu 0912", "phone_unknown_form"),
    ("groups.0.customs_number", "30800012345", "customs_number_length"),
    ("groups.0.customs_number", "108000123450", "customs_number_other_direction"),
    ("groups.0.owner_tax_code", "4600000017", "tax_code_check_digit"),
    ("groups.0.type_code", "Z99", "type_code_unknown"),
    ("groups.0.items.0.hs", "9401", "hs_code_length"),
    ("groups.0.items.0.hs", "00160000", "hs_code_chapter"),
    ("groups.0.items.0.weight_kg", -1, "out_of_range"),
    ("groups.0.items.0.weight_kg", 0, "must_be_positive"),
    ("groups.0.items.0.weight_kg", "9000000", "absurd_weight"),
    ("groups.0.items.0.weight_kg", False, "not_a_number"),
    ("groups.0.items.0.value", 1e300, "out_of_range"),
    ("groups.0.items.0.quantity", "1.23456", "out_of_range"),
    ("groups.0.items.0.origin", "Việt Nam", "origin_form"),
    ("groups.0.items.0.name", "NULL", "required"),
    ("groups.0.items.0.name", "x" * 2001, "too_long"),
    ("groups", [], "goods_required"),
    ("gate", "XYZ", "gate_unknown"),
    ("yard", "BN", "yard_not_of_this_gate"),
    ("expected_at", "2025-01-01T00:00:00Z", "in_the_past"),
    ("expected_at", "2199-01-01T00:00:00Z", "too_far_ahead"),
    ("declared_at", "2025-01-01T00:00:00Z", "too_long_ago"),
    ("note", "a\0b", "control_character"),
]


@pytest.mark.parametrize(("path", "value", "code"), FIELDS, ids=lambda value: str(value)[:24])
def test_a_wrong_field_is_named_with_the_reason(path, value, code):
    sent = form()
    _put(sent, path, value)
    said = business().post("/declarations", sent)
    assert said.status == 422, said.body
    found = {field: told for field, told in said.fields.items() if field.startswith(path)}
    assert code in found.values(), said.body["errors"]
    assert all(one["reason"] not in ("", one["code"]) for one in said.body["errors"])
    assert not Crossing.objects.exists()


def _put(tree, path, value):
    *way, last = path.split(".")
    for part in way:
        tree = tree[int(part)] if part.isdigit() else tree[part]
    tree[last] = value


def test_all_that_is_wrong_is_told_at_once():
    sent = form(gate="XYZ", vehicle={"plate": "?"}, driver={"phone": "1"}, groups=[goods(hs="1")])
    said = business().post("/declarations", sent)
    assert {"gate", "vehicle.plate", "driver.phone", "groups.0.items.0.hs"} <= set(said.fields)


def test_pasted_tabs_and_hard_spaces_are_made_plain():
    sent = form(
        vehicle={"plate": f"{TAB}15C-888.88{NBSP}"},
        driver={"name": f"Nông{NBSP}{NBSP}Văn{TAB}Mẫu", "phone": f"0912{NBSP}000 318"},
        groups=[goods(customs_number=f"{NBSP}308 000 888 880{TAB}", owner_tax_code=f"46000{NBSP}00016")],
    )
    said = business().post("/declarations", sent)
    assert said.status == 201, said.body
    facts = business().get(f"/crossings/{said.body['crossing']}/facts").body
    content = facts[0]["data"]["content"]
    assert content["vehicle"]["plate"]["number"] == "15C88888"
    assert content["groups"][0]["customs_number"] == "308000888880"
    assert content["driver"] == "N. V. Mẫu"


def test_no_personal_data_of_the_driver_is_in_the_facts():
    truck = declare()
    told = str(business().get(f"/crossings/{truck['crossing']}/facts").body)
    for secret in ("Nông Văn Mẫu", "020085000412", "0912000318", "+84912000318"):
        assert secret not in told


def test_one_plate_twice_in_one_declaration_is_told():
    driver = form()["driver"]
    receiving = [
        {"vehicle": {"plate": plate, "weight_class": "VT4"}, "driver": driver}
        for plate in ("98C-700.01", "98C 70001")
    ]
    sent = form(
        kind="import_transshipment", yard="XC", receiving=receiving,
        vehicle={"plate": "桂F·70001", "weight_class": "VT4", "transport_licence": "G26KQ00123"},
        groups=[goods(customs_number="108000700010", type_code="A11")],
    )  # fmt: skip
    assert business().post("/declarations", sent).fields == {"receiving.1.vehicle.plate": "plate_twice"}


def test_a_vehicle_of_somebody_else_is_refused_without_telling_whose():
    truck = declare()
    stranger = business("4600000023", "Giao nhận Sao Hôm")
    said = stranger.post("/declarations", form(vehicle={"plate": truck["form"]["vehicle"]["plate"]}))
    assert said.fields == {"vehicle.plate": "plate_declared_by_another"}
    assert truck["number"] not in str(said.body)


def test_one_vehicle_has_one_declaration_at_a_time_and_a_new_one_after():
    exporter, truck = business(), declare()
    plate = truck["form"]["vehicle"]["plate"]
    again = exporter.post("/declarations", form(vehicle={"plate": plate}))
    assert again.fields == {"vehicle.plate": "plate_already_declared"}
    assert truck["number"] in again.body["errors"][0]["reason"]
    assert exporter.post(f"/declarations/{truck['id']}/withdraw", {"note": "Đổi xe"}).status == 200
    assert exporter.post("/declarations", form(vehicle={"plate": plate})).status == 201


def test_a_withdrawn_declaration_is_not_corrected_back_to_life():
    exporter, truck = business(), declare()
    exporter.post(f"/declarations/{truck['id']}/withdraw", {})
    said = exporter.call("PUT", f"/declarations/{truck['id']}", truck["form"] | {"note": "x"})
    assert (said.status, said.body["code"]) == (409, "refused")


def test_a_business_declares_for_itself_alone():
    mine = business().get("/whoami").body["roles"][0]["organisation"]
    stranger = business("4600000023", "Giao nhận Sao Hôm")
    assert stranger.post(f"/declarations?organisation={mine}", form()).status == 403
    helper = agency("border_guard")
    assert helper.post(f"/declarations?organisation={mine}", form()).status == 201
    assert agency("border_guard", gate="TT").post(f"/declarations?organisation={mine}", form()).status == 403
    assert helper.post("/declarations", form()).fields == {"organisation": "required"}
