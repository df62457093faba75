"""The yard's plan: what stands where, a tap parks, moves, keeps and closes."""

import json
import uuid

import pytest

from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.centre.yards import actions

from ..centre.builders import business, declare, officer
from .test_worklist import arrived

pytestmark = pytest.mark.usefixtures("gate")
PLAN = "/yard/CKHN/plan/XC/"


def here(**changes):
    truck = declare(yard="XC", **changes)
    arrived(truck).entered().confirm("in_yard", "yard")
    return truck


def tap(client, verb, bay, truck=None, **form):
    vehicle = {"vehicle": str(truck.crossing_id), "id": str(uuid.uuid4())} if truck else {}
    return client.post(f"{PLAN}{verb}/", {"bay": bay, **vehicle, **form})


def bay_of(truck):
    return Crossing.objects.get(pk=truck.crossing_id).bay


def test_a_tap_parks_a_vehicle_and_another_moves_it(as_):
    truck, client = here(), as_(officer("yard"), PLAN)
    plate = truck.form["vehicle"]["plate"]
    page = client.get(PLAN, {"bay": "XC-A03"}).content.decode()
    assert "Trong bãi, chưa rõ chỗ: 1 xe" in page
    assert tap(client, "park", "XC-A03", truck).status_code == 302
    assert bay_of(truck) == "XC-A03"
    page = client.get(PLAN, {"vehicle": truck.crossing_id, "bay": "XC-A04"}).content.decode()
    assert f"A03, chỗ đỗ xe, Có xe, {plate}" in page
    assert "Đỗ vào đây" in page
    tap(client, "park", "XC-A04", truck)
    assert bay_of(truck) == "XC-A04"
    tap(client, "leave", "XC-A04", truck)
    assert bay_of(truck) == ""


def test_what_is_refused_stays_on_the_page_with_its_reason(as_):
    first, second, client = here(), here(), as_(officer("yard"), PLAN)
    tap(client, "park", "XC-A03", first)
    refused = tap(client, "park", "XC-A03", second)
    assert refused.status_code == 409
    assert "Chỗ A03 đã có xe hoặc đã giữ" in refused.content.decode()
    assert bay_of(second) == ""


def test_a_bay_is_kept_for_one_who_comes_and_closed_with_a_reason(as_):
    coming, client = declare(yard="XC"), as_(officer("yard"), PLAN)
    tap(client, "keep", "XC-B01", coming)
    assert "B01, chỗ sang tải, Giữ chỗ" in client.get(PLAN).content.decode()
    assert tap(client, "close", "XC-A01").status_code == 409
    tap(client, "close", "XC-A01", words="Sụt nền")
    assert "A01, chỗ đỗ xe, Đã đóng, Sụt nền" in client.get(PLAN).content.decode()
    tap(client, "open", "XC-A01")
    assert "Sụt nền" not in client.get(PLAN).content.decode()


def test_bays_of_one_look_stand_out_and_two_seen_in_one_bay_are_shown(as_):
    first, second, client = here(), here(), as_(officer("yard"), PLAN)
    for truck in (first, second):
        actions.see_in_bay(truck.crossing_id, "XC-A03", Said(by=officer("yard")))
    page = client.get(PLAN, {"show": "taken"}).content.decode()
    assert "is-taken for-truck is-over" in page
    assert "2 / 1" in page
    assert page.count("is-dim") == 59


def test_its_bay_is_told_on_the_vehicles_page_and_to_its_business(as_):
    truck = here()
    actions.park(truck.crossing_id, "XC-A07", Said(by=officer("yard")))
    assert "XC-A07 từ" in as_(officer("customs")).get(f"/crossings/{truck.crossing_id}/").content.decode()
    told = as_(business()).get(f"/declarations/{truck.pk}/").content.decode()
    assert "Bãi Xuân Cương · A07" in told


def test_border_guard_looks_and_gives_out_nothing(as_):
    truck, client = here(), as_(officer("border_guard"), PLAN)
    page = client.get(PLAN, {"bay": "XC-A01"}).content.decode()
    assert "/park/" not in page
    assert tap(client, "park", "XC-A01", truck).status_code == 409
    assert client.get(f"{PLAN}edit/").status_code == 403
    assert as_(officer("health")).get(PLAN).status_code == 403
    assert as_(officer("yard")).get("/yard/CKHN/plan/BN/").status_code == 404


def test_the_plan_is_given_anew_as_json(as_):
    client = as_(officer("yard"), PLAN)
    assert '"label": "A01"' in client.get(f"{PLAN}edit/").content.decode().replace("&quot;", '"')
    bays = [{"label": "K1", "shape": [[0, 0], [4, 0], [4, 20], [0, 20]]}, {"label": "K2", "kind": "cold"}]
    said = {"plan": json.dumps({"bays": bays}), "source": "Đơn vị khai thác bãi"}
    assert client.post(f"{PLAN}edit/", said).status_code == 302
    page = client.get(PLAN).content.decode()
    assert "K1, chỗ đỗ xe, Chỗ trống" in page
    assert "Sơ đồ tạm" not in page
    for wrong in ("[]", "{", '{"bays": [{"label": "A-1"}]}', '{"bays": 3}'):
        refused = client.post(f"{PLAN}edit/", {**said, "plan": wrong})
        assert refused.status_code == 422
        assert "<li>" in refused.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_plan_is_drawn_in_every_language(as_, language):
    truck, client = here(), as_(officer("yard"), PLAN)
    actions.park(truck.crossing_id, "XC-A01", Said(by=officer("yard")))
    client.cookies["django_language"] = language
    page = client.get(PLAN, {"bay": "XC-A01"}).content.decode()
    assert "Khu A" not in page
    assert client.get(f"{PLAN}edit/").status_code == 200
