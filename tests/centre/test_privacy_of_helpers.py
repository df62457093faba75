"""What helpers see of drivers: nothing that is filled in, and every full look at a declaration is kept."""

import pytest

from cuakhauso.centre.declarations import prefill, queries
from cuakhauso.centre.declarations.form import DocumentIn, VehicleIn
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import AuditEntry

from .builders import declare, officer, plate

pytestmark = pytest.mark.django_db


def test_a_copy_for_a_helper_holds_no_driver_and_none_of_the_drivers_papers():
    licence = DocumentIn(kind="driving_licence", number="020012345678")
    registration = DocumentIn(kind="registration", number="12-7")
    made = declare(vehicle=VehicleIn(plate=plate(), weight_class="VT6", documents=[licence, registration]))
    copy = prefill.copied(made, store.now(), "vi", with_driver=False).values
    assert not [name for name in copy if name.startswith("driver.")]
    assert "020012345678" not in copy.values()
    assert "12-7" in copy.values()
    own = prefill.copied(made, store.now(), "vi").values
    assert own["driver.name"] == "Nông Văn Mẫu"
    assert "020012345678" in own.values()


def test_an_officers_full_look_at_a_declaration_is_kept():
    made = declare()
    queries.one(officer("border_guard"), made.pk)
    entry = AuditEntry.objects.get(verb="read_declaration")
    assert (entry.subject, entry.agency) == (f"declaration:{made.pk}", "border_guard")
