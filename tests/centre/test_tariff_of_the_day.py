"""What fell due once is due by the tariff of that day, whatever the Board changes while a vehicle is here."""

from datetime import datetime

import pytest

from cuakhauso.centre.crossings import actions, corrections
from cuakhauso.centre.places.models import Tariff, TariffShare
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Kind, WeightClass
from tests.pages_officer.conftest import gate  # noqa: F401

from .builders import Gate, declare
from .test_corrections import corrects, says, state_of

pytestmark = pytest.mark.usefixtures("gate")


def from_today(model, changes: dict[str, int], **which) -> None:
    """The row in force ends yesterday, another one begins."""
    today = datetime.now(HANOI).date()
    row = model.objects.get(valid_to=None, **which)
    model.objects.filter(pk=row.pk).update(valid_to=today)
    row.pk, row.valid_from = None, today
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def yesterdays() -> object:
    """Entered and charged yesterday; since midnight everything costs something else."""
    truck = declare()
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    plain = {"regime": "business", "goods_class": "ordinary", "kind": ""}
    known = set(Tariff.objects.filter(**plain).values_list("weight_class", flat=True))
    for weight_class in {"VT4", "VT6"} & known:
        from_today(Tariff, {"amount": 990_000}, weight_class=weight_class, **plain)
    from_today(TariffShare, {"percent": 50}, kind=Kind.EXPORT)
    return truck


def owed(truck) -> int:
    return Crossing.objects.get(pk=truck.crossing_id).owed


def test_a_vehicle_that_was_charged_yesterday_owes_the_same_today():
    truck = yesterdays()
    assert owed(truck) == 800_000
    actions.confirm(truck.crossing_id, "health_checked", says("health"))
    assert owed(truck) == 800_000
    assert len(state_of(truck).charges) == 1


def test_its_correction_is_foretold_and_charged_by_yesterdays_tariff():
    truck = yesterdays()
    made = corrects(truck, vehicle={"weight_class": WeightClass.VT4})
    proposed = state_of(truck).proposed
    assert (proposed.fee_before, proposed.fee_after) == (800_000, 300_000)
    corrections.approve(truck.crossing_id, made.proposed_id, says("board"))
    assert owed(truck) == 300_000


def test_who_enters_today_pays_todays():
    yesterdays()
    truck = declare()
    today = Gate(truck.crossing_id)
    number = truck.form["groups"][0]["customs_number"]
    today.accepted(number)
    for agency in ("customs", "border_guard"):
        actions.confirm(truck.crossing_id, "in_yard" if agency == "customs" else "entered", says(agency))
    assert owed(truck) == 495_000
