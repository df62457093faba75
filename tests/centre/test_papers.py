"""Papers on the real database: looked at by officers, kept for the vehicle, told before they end."""

from datetime import date, timedelta

import pytest

from cuakhauso.centre.crossings import papers as looking
from cuakhauso.centre.declarations import prefill
from cuakhauso.centre.declarations.form import DocumentIn, DriverIn, VehicleIn
from cuakhauso.centre.places.models import DocumentRule
from cuakhauso.centre.registry import documents
from cuakhauso.centre.registry.models import VehicleDocument
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, Refused
from cuakhauso.core.fold import fold
from cuakhauso.core.paper_facts import Look, Seen

from .builders import Gate, business, declare, officer, plate

pytestmark = pytest.mark.django_db
TODAY = store.now().date()


def vehicle(*papers: DocumentIn, number: str = "") -> VehicleIn:
    return VehicleIn(plate=number or plate(), weight_class="VT6", documents=list(papers))


def insurance(days: int, number: str = "BH-1") -> DocumentIn:
    return DocumentIn(kind="insurance", number=number, valid_to=TODAY + timedelta(days=days))


def valid(document: str, **read: object) -> Look:
    return Look(document=document, found=Seen.VALID, **read)


def test_a_paper_that_the_board_makes_binding_keeps_a_truck_until_it_was_shown():
    DocumentRule.objects.filter(document="registration").update(stops=True)
    truck = declare()
    walk = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    with pytest.raises(Refused) as error:
        walk.confirm("licence_checked", "transport_licence")
    assert [o.code for o in error.value.objections] == ["document_missing"]
    looking.look_at(truck.crossing_id, [valid("registration", number="12-1")], walk.said("transport_licence"))
    walk.later(1).confirm("licence_checked", "transport_licence")


def test_what_is_not_in_order_is_refused_of_a_stranger_and_kept_of_an_officer():
    truck = declare()
    with pytest.raises(Refused):
        looking.look_at(truck.crossing_id, [valid("registration")], Gate(truck.crossing_id).said("customs"))


def test_the_next_declaration_is_filled_with_papers_that_are_still_valid():
    number = plate()
    declare(vehicle=vehicle(insurance(20), DocumentIn(kind="registration", number="12-7"), number=number))
    known = prefill.of_vehicle(owner(), number, with_driver=True)
    kinds = {value for name, value in known.items() if name.endswith(".kind")}
    assert kinds == {"insurance", "registration"}
    VehicleDocument.objects.filter(kind="insurance").update(valid_to=TODAY - timedelta(days=1))
    known = prefill.of_vehicle(owner(), number, with_driver=True)
    assert [value for name, value in known.items() if name.endswith(".kind")] == ["registration"]


def owner():
    from cuakhauso.centre.accounts.models import Organisation

    return Organisation.objects.get(pk=business().businesses[0])


def test_what_an_officer_read_on_a_paper_is_known_the_next_time():
    truck = declare(vehicle=vehicle(insurance(5)))
    last = TODAY + timedelta(days=365)
    said = Gate(truck.crossing_id).said("transport_licence")
    looking.look_at(truck.crossing_id, [valid("insurance", valid_to=last)], said)
    assert VehicleDocument.objects.get(kind="insurance").valid_to == last


def test_a_drivers_own_papers_become_no_fact_in_full_and_are_not_kept_for_the_vehicle():
    paper = DocumentIn(kind="driving_licence", number="020012345678")
    truck = declare(vehicle=vehicle(paper))
    bodies = "".join(str(fact) for fact in store.facts_of(truck.crossing_id))
    assert "020012345678" not in bodies
    assert "5678" in bodies
    assert not VehicleDocument.objects.exists()
    said = Gate(truck.crossing_id).said("border_guard")
    looking.look_at(truck.crossing_id, [valid("driving_licence", number="020012345679")], said)
    assert "020012345679" not in str(store.facts_of(truck.crossing_id))
    state = fold(store.facts_of(truck.crossing_id))
    assert state.looked["driving_licence"].look.number.endswith("5679")


def test_business_and_officers_are_told_before_papers_end():
    truck = declare(
        vehicle=vehicle(insurance(12), DocumentIn(kind="inspection", number="DK", valid_to=date(2099, 1, 1)))
    )
    assert [one.kind for one in documents.ending(business(), TODAY)] == ["insurance"]
    (found,) = looking.ending_soon(officer("transport_licence"), "CKHN")
    assert (found.crossing.pk, [s.kind for s in found.papers]) == (truck.crossing_id, ["insurance"])
    other = business("Giao nhận Sao Hôm", "4600000023")
    assert not documents.ending(other, TODAY).exists()


def test_a_chinese_truck_is_not_declared_with_a_vietnamese_driver():
    driver = DriverIn(name="Nông Văn Mẫu", paper="020085000412", phone="0912000318")
    with pytest.raises(Invalid) as error:
        declare(vehicle=VehicleIn(plate=plate("CN"), weight_class="VT4"), driver=driver)
    assert [(e.field, e.code) for e in error.value.errors] == [("driver.paper", "driver_must_be_chinese")]
