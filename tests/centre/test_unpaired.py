"""What waits for its other half: whom it waits for, until when, and that it is gone once that has come."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from cuakhauso.centre.crossings import actions, unpaired
from cuakhauso.centre.crossings.rebuild import rebuild
from cuakhauso.centre.declarations import linking
from cuakhauso.centre.declarations.form import VehicleIn
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.decisions import Transfer
from cuakhauso.core.words import Kind, Regime
from tests.pages_officer.conftest import as_, client_of, gate  # noqa: F401

from .builders import Gate, business, declare, form, goods, officer, opened_at, plate, receiving
from .test_regimes_and_turns import brought, in_the_yard, rates, takes

pytestmark = pytest.mark.usefixtures("gate")
GATE = "CKHN"


def waiting(at=None) -> dict[uuid.UUID, tuple[str, str]]:
    """Of each vehicle: which half is here, and whose move it is."""
    now = at or store.now()
    rows = list(unpaired.open_at(officer("board"), GATE, now))
    found = unpaired.lines(rows, GATE)
    return {one.crossing.pk: (str(one.waits.half), str(one.waits.whose(now))) for one in found}


def source(*children) -> object:
    truck = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=list(children))
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    return truck


def test_goods_wait_for_a_vehicle_then_for_customs_then_for_the_yard_until_nothing_is_left():
    giver, taker = source(), declare(Kind.RECEIVING)
    at = opened_at(hour=10)  # while its stay still runs
    assert waiting(at) == {giver.crossing_id: ("source", "business")}
    linking.link(giver.pk, taker.pk, by=business())
    Gate(taker.crossing_id).entered()
    assert waiting(at)[giver.crossing_id] == ("source", "customs")
    assert waiting(at)[taker.crossing_id] == ("receiving", "yard")
    Gate(giver.crossing_id).later(20).confirm("transshipment_signed", "customs")
    assert waiting(at)[giver.crossing_id] == ("source", "yard")
    said = Gate(giver.crossing_id).later(30).said("yard")
    actions.transship(giver.crossing_id, Transfer(0, 100, taker.crossing_id), said)
    assert waiting(at) == {}


def test_a_vehicle_that_came_to_take_goods_and_is_linked_with_none_is_the_business_s():
    taker = declare(Kind.RECEIVING)
    assert waiting() == {}, "nothing waits before it is here"
    Gate(taker.crossing_id).entered()
    assert waiting() == {taker.crossing_id: ("receiving", "business")}


def test_after_its_stay_a_source_is_border_guards_to_look_after():
    giver = source(receiving())
    row = Crossing.objects.get(pk=giver.crossing_id)
    assert row.half_until == row.half_since + timedelta(hours=24)
    assert waiting(row.half_until + timedelta(minutes=1))[giver.crossing_id] == ("source", "border_guard")


def inland() -> object:
    rates()
    told = form(Kind.IMPORT_INLAND)
    vehicle = told.vehicle.model_copy(update={"plate": plate("CN")})
    truck = declare(Kind.IMPORT_INLAND, vehicle=vehicle)
    walk = in_the_yard(truck).pays(390_000).leaves_yard()
    walk.confirm("left_zone", "border_guard")
    return truck


def test_a_foreign_vehicle_that_went_inland_is_waited_for_until_its_plate_has_gone_back():
    truck = inland()
    assert waiting(opened_at(hour=10)) == {truck.crossing_id: ("inland", "business")}
    late = Crossing.objects.get(pk=truck.crossing_id).half_until + timedelta(minutes=1)
    assert waiting(late)[truck.crossing_id] == ("inland", "border_guard")
    back = declare(Kind.EMPTY_RETURN, vehicle=VehicleIn(**truck.form["vehicle"]))
    assert truck.crossing_id in waiting()
    walk = Gate(back.crossing_id).later(400)
    walk.confirm("entered", "border_guard").confirm("licence_checked", "transport_licence")
    walk.confirm("left_to_other_side", "border_guard")
    assert waiting() == {}


def test_both_legs_of_a_regime_wait_for_each_other():
    rates()
    lonely = goods(type_code="G21", first_number="108990000010")
    second = declare(regime=Regime.TEMPORARY_IMPORT, groups=[lonely])
    assert waiting() == {second.crossing_id: ("second_leg", "customs")}
    first = brought(100)
    in_the_yard(first)
    assert waiting()[first.crossing_id] == ("first_leg", "business")
    due = Crossing.objects.get(pk=first.crossing_id).half_until
    assert waiting(due + timedelta(minutes=1))[first.crossing_id] == ("first_leg", "customs")
    out = takes(first, 100)
    assert out.crossing_id not in waiting(), "its first leg is known and has entered"
    assert list(rebuild(write=False)) == []


def test_the_list_is_read_by_its_index():
    source()
    rows = unpaired.open_at(officer("board"), GATE, store.now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "crossing_half" in rows.explain()


PAGE = "/gate/CKHN/unpaired/"


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
@pytest.mark.parametrize("agency", ["board", "customs", "border_guard"])
def test_the_page_shows_it_to_those_who_look_after_it_and_nobody_else(as_, agency, language):  # noqa: F811
    giver = source()
    client = as_(officer(agency), PAGE)
    client.cookies["django_language"] = language
    shown = client.get(PAGE).content.decode()
    assert giver.number in shown
    assert f'href="{PAGE}"' in shown
    assert giver.number in client.get(PAGE, {"half": "source"}).content.decode()
    assert client.get(PAGE, {"half": "nonsense", "page": "x"}).status_code == 200
    assert as_(officer("health")).get(PAGE).status_code == 403
    assert as_(officer(agency, "TT")).get(PAGE).status_code == 404


def test_a_page_holds_so_many_and_the_next_one_the_rest(as_, monkeypatch):  # noqa: F811
    monkeypatch.setattr(unpaired, "PAGE", 2)
    trucks = [source() for _ in range(3)]
    client = as_(officer("customs"), PAGE)
    first, second = (client.get(PAGE, {"page": str(n)}).content.decode() for n in (1, 2))
    assert [sum(truck.number in page for truck in trucks) for page in (first, second)] == [2, 1]
