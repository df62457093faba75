"""The scan field: a code, a number or four signs open one vehicle; several are listed; none says why."""

import pytest

from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations.form import VehicleIn

from ..centre.builders import declare, officer

pytestmark = pytest.mark.usefixtures("gate")


def scan(client, text):
    return client.get("/gate/CKHN/scan/", {"q": text})


def test_a_code_a_number_or_a_plate_opens_the_one_vehicle(as_):
    truck = declare(vehicle=VehicleIn(plate="98C-002.06", weight_class="VT6", containers=["TSTU1004288"]))
    client, page = as_(officer("customs")), f"/crossings/{truck.crossing_id}/"
    number = truck.form["groups"][0]["customs_number"]
    texts = (
        f"https://cua-khau.example/declarations/{truck.id}/", truck.number, truck.number.replace("-", ""),
        "98C-002.06", "98c 00206", "0206", "TSTU 100428 8", "4288", number, f"\t{number[-5:-1]}\n",
    )  # fmt: skip
    for text in texts:
        answer = scan(client, text)
        assert answer.headers.get("Content-Location") == page, text
        assert "98C-002.06" in answer.content.decode()


def test_several_hits_are_a_list_never_a_guess(as_):
    for plate in ("29C-003.18", "15C-403.18"):
        declare(vehicle=VehicleIn(plate=plate, weight_class="VT6"))
    answer = scan(as_(officer("customs")), "0318")
    assert answer.status_code == 200
    assert "29C-003.18" in answer.content.decode()
    assert "15C-403.18" in answer.content.decode()


def test_no_hit_offers_to_register_it_to_those_who_may(as_):
    guard = scan(as_(officer("border_guard")), "12C-345.67")
    assert guard.status_code == 404
    assert "/gate/CKHN/undeclared/?plate=12C-345.67" in guard.content.decode()
    health = scan(as_(officer("health")), "12C-345.67").content.decode()
    assert "undeclared" not in health
    assert "Không thấy xe nào" in health


@pytest.mark.parametrize(
    "text", ["", "1", "  ", "%%%", "x" * 100_000, "\x00\x00\x00\x00", "<script>alert(1)</script>"]
)
def test_odd_input_is_answered_and_never_run(as_, text):
    answer = scan(as_(officer("customs")), text)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


def test_a_vehicle_of_another_gate_is_named_only_to_those_who_see_it(as_):
    truck = declare(gate="TT", yard="BN")
    assert truck.form["vehicle"]["plate"] not in scan(as_(officer("customs")), truck.number).content.decode()


def test_an_undeclared_vehicle_goes_to_the_temporary_yard_and_may_be_declared_there(as_):
    client = as_(officer("border_guard"))
    answer = client.post("/gate/CKHN/undeclared/", {"plate": "30H-555.11"})
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Xe chỉ được vào bãi tạm" in page
    assert "/declarations/new?gate=CKHN&amp;plate=30H-555.11" in page
    again = client.post("/gate/CKHN/undeclared/", {"plate": "30h 55511"})
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_plate_of_no_country_is_refused_and_stays_in_its_field(as_):
    answer = as_(officer("border_guard")).post("/gate/CKHN/undeclared/", {"plate": "99X!!"})
    assert answer.status_code == 422
    assert 'value="99X!!"' in answer.content.decode()


def test_a_declared_vehicle_is_opened_instead_of_registered(as_):
    truck = declare()
    answer = as_(officer("customs")).post("/gate/CKHN/undeclared/", {"plate": truck.form["vehicle"]["plate"]})
    assert answer.headers["Location"] == f"/crossings/{truck.crossing_id}/"


def test_only_border_guard_and_customs_register_the_undeclared(as_):
    assert as_(officer("health")).get("/gate/CKHN/undeclared/").status_code == 403
    assert as_(officer("border_guard", "TT")).get("/gate/CKHN/undeclared/").status_code == 404


def test_an_undeclared_vehicle_has_a_page_that_says_so(as_):
    story = register_undeclared("CKHN", "30H-555.11", Said(by=officer("border_guard")))
    page = as_(officer("customs")).get(f"/crossings/{story.id}/").content.decode()
    assert "Chưa khai báo" in page
