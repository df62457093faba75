"""The page and the API tell the same fee for the same form, however little of it is typed."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from cuakhauso.centre.declarations.nested import flat
from cuakhauso.centre.places.models import Setting, TariffShare
from cuakhauso.centre.web import refusals

from ..api import callers
from ..api.trucks import form
from ..centre.builders import business, declare

pytestmark = pytest.mark.usefixtures("gate")
CODE = "groups.0.items.0.hs"


@dataclass(frozen=True)
class Told:
    """Of each vehicle that pays, its plate and the amount, or the sentence on the rate that is missing."""

    total: int | None
    rows: tuple[tuple[str, int | str], ...] = ()
    lacks: frozenset[str] = frozenset()


def by_api(form: dict[str, Any]) -> Told:
    said = callers.business().post("/fees/quote", form)
    if said.status == 422:
        return Told(None, lacks=frozenset(said.fields))
    paying = [one for one in said.body["vehicles"] if one["order"] or one["missing"]]
    return Told(said.body["total"], tuple((one["vehicle"], _amount(one)) for one in paying))


def _amount(one: dict[str, Any]) -> int | str:
    return refusals.problem_title("tariff_missing", one["missing"]) if one["missing"] else one["amount"]


def by_page(browser, form: dict[str, Any]) -> Told:
    """What stands in the fee's card, and in the bar under the form."""
    html = unescape(browser.post("/declarations/check", dict(flat(form))).content.decode())
    card = re.search(r'<section class="ck-card ck-fee">.*?</section>', html, re.S)[0]
    vehicle = r'<tr><td>(?:Xe (.*?), )?VT\d.*?(?:<b>([\d.]+)</b>|ck-missing">(.*?)</td>)'
    rows = [(plate, no_rate or _dong(sum_)) for plate, sum_, no_rate in re.findall(vehicle, card, re.S)]
    total = re.search(r"Phí tạm tính</span><b>(.*?)</b>", html)[1]
    lacks = re.findall(r'data-to-field="(.*?)"', card)
    return Told(None if total == "Chưa rõ" else _dong(total), tuple(rows), frozenset(lacks))


def by_page_of_the_sent(browser, form: dict[str, Any]) -> int:
    sent = callers.business().post("/declarations", form)
    assert sent.status == 201, sent.body
    html = browser.get(f"/declarations/{sent.body['id']}/").content.decode()
    return _dong(re.search(r'<b class="ck-fee-total">(.*?)</b>', html)[1])


def _dong(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


# --- forms ---------------------------------------------------------------------------------------


def line(hs: str, value: int = 0, weight_kg: int = 1000) -> dict[str, str]:
    return {
        "name": "Hàng thử", "hs": hs, "origin": "VN", "quantity": "10", "unit": "PCE",
        "weight_kg": str(weight_kg), "value": str(value),
    }  # fmt: skip


def export(*lines: dict[str, str], **vehicle: str) -> dict[str, Any]:
    return form(yard="XC", vehicle=vehicle, groups=[{"items": list(lines or [line("94016900")])}])


def transshipment(*receiving: str, **changes: Any) -> dict[str, Any]:
    """`receiving`: the weight class of each receiving vehicle."""
    driver = {"name": "Lê Văn Thử", "paper": "020085000412", "phone": "0912000318"}
    return form(
        kind="import_transshipment", yard="XC", vehicle={"plate": "桂F·10001", "weight_class": "VT4"},
        groups=[{"packages": 40, "items": [line("84821000", 400_000_000)]}],
        receiving=[
            {"vehicle": {"plate": f"15C-77{i}.0{i}", "weight_class": weight}, "driver": driver}
            for i, weight in enumerate(receiving)
        ],
    ) | changes  # fmt: skip


FRESH, ORE, WOODEN = "08109092", "26011100", "94016900"
PER_RECEIVER = 300_000
COMPLETE = {
    "an export": (lambda: export(), 800_000),
    "an export of fruit": (lambda: export(line(FRESH), weight_class="VT1"), 100_000),
    "a transshipment to two vehicles": (lambda: transshipment("VT4", "VT4"), 90_000 + 2 * PER_RECEIVER),
    "a transshipment to nobody yet": (lambda: transshipment(), 90_000),
    "an import to inland": (
        lambda: export(line(WOODEN), weight_class="VT4") | {"kind": "import_inland"},
        390_000,
    ),
    "the dearest goods are ore": (
        lambda: export(line(WOODEN, 1), line(ORE, 9), weight_class="VT4"),
        5 * 300_000,
    ),
    "the dearest goods are not the ore": (
        lambda: export(line(WOODEN, 9), line(ORE, 1), weight_class="VT4"),
        300_000,
    ),
    "of equal value, the heavier": (
        lambda: export(line(WOODEN, 5, 900), line(ORE, 5, 1000), weight_class="VT4"),
        5 * 300_000,
    ),
    "a code written with dots": (lambda: export(line("2601.11.00"), weight_class="VT4"), 5 * 300_000),
}  # fmt: skip
UNKNOWN_RATE = {
    "a rate that the Board has not set": lambda: export(weight_class="VT5"),
    "a rate that is missing for one receiving vehicle": lambda: transshipment("VT4", "VT5"),
    "a regime without rates": lambda: export() | {"regime": "transit"},
}
HALF_TYPED = {
    "no weight class": (lambda: export(weight_class=""), {"vehicle.weight_class"}),
    "no weight class of one receiving vehicle": (
        lambda: transshipment("VT4", ""), {"receiving.1.vehicle.weight_class"},
    ),
    "no code": (lambda: export(line("")), {CODE}),
    "a code that is half typed": (lambda: export(line("2601")), {CODE}),
    "no code of the dearest goods": (lambda: export(line(WOODEN, 1), line("26", 9)), {"groups.0.items.1.hs"}),
    "no goods": (lambda: export() | {"groups": []}, {CODE}),
    "no gate": (lambda: export() | {"gate": ""}, {"gate"}),
    "a gate that does not exist": (lambda: export() | {"gate": "XX"}, {"gate"}),
    "no kind": (lambda: export() | {"kind": ""}, {"kind"}),
    "nothing but the kind": (lambda: {"kind": "export"}, {"gate", "vehicle.weight_class", CODE}),
    "nothing": (lambda: {}, {"gate", "kind"}),
}  # fmt: skip
ODD = {
    "no code of goods that are not the dearest": (lambda: export(line(WOODEN, 9), line("26", 1)), 800_000),
    "a plate that is half typed": (lambda: export(plate="14C-1"), 800_000),
    "a plate without marks": (lambda: export(plate="14c12345"), 800_000),
    "a plate of another country than chosen": (lambda: export(plate="14C-123.45", country="CN"), 800_000),
    "receiving vehicles of an export": (
        lambda: transshipment("VT4", kind="export", vehicle={"weight_class": "VT6"}), 800_000,
    ),
    "a receiving vehicle on its own": (lambda: export() | {"kind": "receiving", "groups": []}, None),
    "a receiving vehicle without a class": (
        lambda: export(weight_class="") | {"kind": "receiving", "groups": []}, None,
    ),
    "an empty vehicle": (lambda: export(weight_class="") | {"kind": "empty_return", "groups": []}, 0),
}  # fmt: skip


# --- the promise ---------------------------------------------------------------------------------


def both(browser_of, form: dict[str, Any]) -> Told:
    page, api = by_page(browser_of(business()), form), by_api(form)
    assert page == api
    return api


@pytest.mark.parametrize("name", COMPLETE)
def test_the_page_and_the_api_tell_the_same_fee_for_the_same_form(browser_of, name):
    make, total = COMPLETE[name]
    form = make()
    told = both(browser_of, form)
    assert told.total == total == sum(amount for _, amount in told.rows)
    assert len(told.rows) == 1 + len(form.get("receiving", []))
    assert by_page_of_the_sent(browser_of(business()), form) == total


@pytest.mark.parametrize("name", UNKNOWN_RATE)
def test_the_page_and_the_api_name_the_same_missing_rate_and_no_total(browser_of, name):
    told = both(browser_of, UNKNOWN_RATE[name]())
    assert told.total is None
    assert [said for _, said in told.rows if isinstance(said, str)]


@pytest.mark.parametrize("name", HALF_TYPED)
def test_the_page_and_the_api_lack_the_same_of_a_form_that_is_half_typed(browser_of, name):
    make, lacks = HALF_TYPED[name]
    told = both(browser_of, make())
    assert (told.total, told.rows, told.lacks) == (None, (), lacks)


@pytest.mark.parametrize("name", ODD)
def test_the_page_and_the_api_read_an_odd_form_alike(browser_of, name):
    make, total = ODD[name]
    assert both(browser_of, make()).total == total


def test_a_gates_own_limit_of_the_fee_counts_on_both(browser_of):
    Setting.objects.create(gate_id="TT", name="fee_cap", value=500_000, valid_from="2025-01-01", source="thử")
    assert both(browser_of, export() | {"gate": "TT"}).total == 500_000
    assert both(browser_of, export()).total == 800_000


def test_a_fee_that_the_board_sets_for_empty_vehicles_is_told_by_both(browser_of):
    TariffShare.objects.create(
        kind="empty_return", order="infrastructure", percent=10, valid_from="2025-01-01", source="thử"
    )
    empty = {"kind": "empty_return", "groups": []}
    assert both(browser_of, export(weight_class="VT4") | empty).total == 30_000
    assert both(browser_of, export(weight_class="") | empty).lacks == {"vehicle.weight_class"}


def test_a_form_kept_under_an_earlier_schema_still_tells_its_fee(browser_of):
    kept = declare()
    kept.form |= {"field_of_old": 1, "note": "x" * 9000}
    kept.save()
    html = browser_of(business()).get(f"/declarations/{kept.pk}/").content.decode()
    assert "800.000 đ" in html
