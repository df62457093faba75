"""The Board's desk and the yard's page."""

import uuid

import pytest

from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.places.models import Yard
from cuakhauso.centre.shared import store
from cuakhauso.core.words import Kind

from ..centre.builders import Gate, declare, officer, receiving
from .test_worklist import arrived

pytestmark = pytest.mark.usefixtures("gate")


def owing(**changes):
    truck = declare(**changes)
    arrived(truck).entered()
    return truck


def pay(client, truck, **form):
    given = {"order": "infrastructure", "amount": "800000", "method": "cash", "receipt": "PT-7", **form}
    return client.post(
        f"/desk/CKHN/{truck.crossing_id}/pay/", {"id": str(uuid.uuid4()), "sheet": "1", **given}
    )


def test_the_desk_lists_who_owes_and_finds_them_by_plate(as_):
    truck = owing()
    client = as_(officer("board"), "/desk/CKHN/")
    page = client.get("/desk/CKHN/").content.decode()
    assert truck.number in page
    assert "800.000" in page
    found = client.get("/desk/CKHN/", {"q": truck.form["vehicle"]["plate"]}).content.decode()
    assert "Nghị quyết 09/2025/NQ-HĐND" in found


def test_only_the_board_and_tax_sit_at_the_desk(as_):
    assert as_(officer("health")).get("/desk/CKHN/").status_code == 403
    assert as_(officer("board", "TT")).get("/desk/CKHN/").status_code == 404
    assert as_(officer("tax")).get("/desk/CKHN/").status_code == 200


def test_money_is_taken_once_exactly_and_a_receipt_is_printed(as_):
    truck = owing()
    client = as_(officer("board"), f"/desk/CKHN/{truck.crossing_id}/")
    sheet = client.get(f"/desk/CKHN/{truck.crossing_id}/sheet/?order=infrastructure").content.decode()
    assert 'name="amount" value="800000"' in sheet
    assert pay(client, truck, amount="1").status_code == 409
    assert pay(client, truck, receipt="").status_code == 409
    assert pay(client, truck, method="shells").status_code == 409
    fact = str(uuid.uuid4())
    done = pay(client, truck, id=fact)
    assert done.headers["HX-Trigger"] == "changed"
    assert "Đã thu 800.000" in done.content.decode()
    assert pay(client, truck, id=fact).status_code == 200
    assert sum(f.kind == "paid" for f in store.facts_of(truck.crossing_id)) == 1
    receipt = client.get(f"/desk/CKHN/{truck.crossing_id}/receipt/{fact}/").content.decode()
    for said in ("PT-7", "800.000", "4600000016", truck.number):
        assert said in receipt


def test_a_receipt_that_is_none_is_not_found(as_):
    truck = owing()
    client = as_(officer("board"))
    assert client.get(f"/desk/CKHN/{truck.crossing_id}/receipt/{uuid.uuid4()}/").status_code == 404


def test_a_missing_tariff_row_is_named_and_nothing_is_charged(as_):
    truck = owing(vehicle=VehicleIn(plate="12C-000.77", weight_class="VT5"))
    client = as_(officer("board"), f"/desk/CKHN/{truck.crossing_id}/")
    page = client.get(f"/desk/CKHN/{truck.crossing_id}/").content.decode()
    assert "Biểu phí chưa có mức cho VT5" in page
    refused = client.post(f"/desk/CKHN/{truck.crossing_id}/compute/")
    assert refused.status_code == 409
    assert "VT5" in refused.content.decode()
    assert not [f for f in store.facts_of(truck.crossing_id) if f.kind == "charged"]


def test_a_payment_is_taken_back_with_a_reason_and_its_receipt_says_so(as_):
    truck = owing()
    client, fact = as_(officer("board"), f"/desk/CKHN/{truck.crossing_id}/"), str(uuid.uuid4())
    pay(client, truck, id=fact)
    client.post(f"/crossings/{truck.crossing_id}/undo/", {"fact": fact, "words": "Thu nhầm xe"})
    receipt = client.get(f"/desk/CKHN/{truck.crossing_id}/receipt/{fact}/").content.decode()
    assert "Biên nhận không còn giá trị" in receipt


def test_the_yard_says_who_is_here_who_comes_and_that_its_size_is_unknown(as_):
    coming = declare()
    here = declare()
    arrived(here).entered().confirm("in_yard", "yard")
    page = as_(officer("yard")).get("/yard/CKHN/").content.decode()
    assert "Chưa rõ" in page
    assert coming.form["vehicle"]["plate"] in page
    assert here.form["vehicle"]["plate"] in page
    Yard.objects.filter(pk="XC").update(capacity=4)
    assert "đầy 25 %, còn 3 chỗ" in as_(officer("yard")).get("/yard/CKHN/").content.decode()


def test_the_yard_takes_a_vehicle_in_by_one_tap(as_):
    truck = declare()
    arrived(truck).entered()
    client = as_(officer("yard"), "/yard/CKHN/")
    assert f"/crossings/{truck.crossing_id}/confirm/" in client.get("/yard/CKHN/").content.decode()
    done = client.post(f"/crossings/{truck.crossing_id}/confirm/", {"step": "in_yard"})
    assert done.headers["HX-Trigger"] == "changed"
    assert "Đã xác nhận" in done.content.decode()


def test_the_yard_sees_transshipments_with_what_is_left_and_who_takes(as_):
    source = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving()])
    walk = Gate(source.crossing_id)
    walk.accepted(source.form["groups"][0]["customs_number"]).entered().checked().confirm("in_yard", "yard")
    page = as_(officer("yard")).get("/yard/CKHN/").content.decode()
    assert "Chưa ký sang tải" in page
    assert source.receiving.get().form["vehicle"]["plate"] in page


def test_agencies_without_work_in_yards_have_no_yard_page(as_):
    assert as_(officer("health")).get("/yard/CKHN/").status_code == 403
    assert as_(officer("yard", "TT")).get("/yard/CKHN/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_desk_and_yard_are_drawn_in_every_language(as_, language):
    truck = owing()
    register_undeclared("CKHN", "30H-555.11", Said(by=officer("border_guard")))
    for who, page in (
        (officer("board"), "/desk/CKHN/"),
        (officer("board"), f"/desk/CKHN/{truck.crossing_id}/"),
        (officer("yard"), "/yard/CKHN/"),
        (officer("border_guard"), "/gate/CKHN/undeclared/"),
        (officer("border_guard"), "/gate/"),
    ):
        client = as_(who)
        client.cookies["django_language"] = language
        assert client.get(page).status_code == 200
