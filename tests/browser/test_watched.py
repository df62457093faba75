"""What counts as a fault of a page in these tests: a tap that is lost does, a question that a newer one of
the same form takes the place of does not."""

import pytest

from ..centre.builders import business, officer
from .test_officer import row, waiting

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHECK = "**/declarations/check"


class Held:
    """Requests that the network holds back until the test lets them go."""

    def __init__(self, page, pattern):
        self.routes = []
        page.route(pattern, lambda route: self.routes.append(route))

    def until(self, page, number):
        for _ in range(200):
            if len(self.routes) >= number:
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.routes)} of {number} requests")


def test_a_check_that_a_newer_one_takes_the_place_of_is_no_fault_and_the_newest_is_answered(page_of):
    page = page_of(business(), "/declarations/new")
    held = Held(page, CHECK)
    for number, letter in enumerate("AB", start=1):
        page.locator('[name="vehicle.plate"]').fill(letter)
        held.until(page, number)
    page.wait_for_timeout(200)
    assert page.faults == []
    assert held.routes[0].request.failure == "net::ERR_ABORTED"
    held.routes[-1].continue_()
    expect(page.locator("#answer")).to_contain_text("Biển số")
    assert page.faults == []


def test_a_check_that_nothing_newer_follows_is_a_fault(page_of):
    page = page_of(business(), "/declarations/new")
    held = Held(page, CHECK)
    page.locator('[name="vehicle.plate"]').fill("A")
    held.until(page, 1)
    page.evaluate("htmx.trigger('#answer', 'htmx:abort')")
    page.wait_for_timeout(200)
    assert page.faults == ["lost: post /declarations/check"]


@pytest.mark.parametrize("replaced", [False, True], ids=["as it stands", "replaced by the stream meanwhile"])
def test_a_tap_that_is_broken_off_is_a_fault(page_of, replaced):
    truck = waiting()
    page = page_of(officer("customs"), "/gate/CKHN/", live=False)
    held = Held(page, "**/confirm/")
    row(page, truck).get_by_role("button", name="Xác nhận vào").click()
    held.until(page, 1)
    page.evaluate(
        """replaced => {
            const form = document.querySelector("form[aria-busy]");
            if (replaced) form.remove();
            form["htmx-internal-data"].xhr.abort();
        }""",
        replaced,
    )
    page.wait_for_timeout(200)
    lost = [fault for fault in page.faults if fault.startswith("lost")]
    assert lost == [f"lost: post /crossings/{truck.crossing_id}/confirm/"]
