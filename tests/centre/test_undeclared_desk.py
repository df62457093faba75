"""The desk for undeclared vehicles: filled in as last declared, without the driver; border guard's number."""

import re

import pytest

from cuakhauso.centre.crossings import guard, queries
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations import behalf, prefill
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Refused
from cuakhauso.core import identifiers as ids

from .builders import business, declare, officer

pytestmark = pytest.mark.django_db


def number_of(crossing) -> str:
    story = guard.give_number(crossing, Said(by=officer("border_guard")))
    return story.state.guard_number


def test_border_guard_gives_its_own_number_once_and_finds_the_vehicle_by_it():
    one, other = declare(), declare()
    first, second = number_of(one.crossing_id), number_of(other.crossing_id)
    assert ids.parse_border_guard_number(first) == first
    assert int(second[8:]) == int(first[8:]) + 1
    with pytest.raises(Refused) as error:
        number_of(one.crossing_id)
    assert error.value.objections[0].details["number"] == first
    found = queries.found_by(officer("border_guard"), first, "CKHN")
    assert [row.pk for row in found] == [one.crossing_id]


def test_nobody_else_gives_border_guards_number():
    with pytest.raises(Refused):
        guard.give_number(declare().crossing_id, Said(by=officer("customs")))


def test_a_stopped_vehicle_is_filled_in_as_it_was_declared_last_but_for_the_driver():
    owner = business()
    made = declare()
    plate = made.form["vehicle"]["plate"]
    (found,) = prefill.businesses_of(ids.parse_plate(plate).normalised)
    assert found.pk == owner.businesses[0]
    page = prefill.of_stopped(found, plate, store.now(), "vi")
    assert page.values["groups.0.items.0.name"] == "Linh kiện nhựa"
    assert not [name for name in page.values if name.startswith("driver.")]
    assert prefill.of_stopped(found, "99A-999.99", store.now(), "vi") is None
    assert not behalf.refusal_of(found.pk)
    assert re.fullmatch(r"[0-9A-Z]+", ids.parse_plate(plate).normalised)
