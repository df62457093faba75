"""Declaring for a business that stands before the desk: who acted for whom is recorded and seen."""

import pytest

from cuakhauso.centre.accounts.models import Duty, Organisation, Role, User
from cuakhauso.centre.accounts.principal import by_user
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.crossings.undeclared import register_undeclared
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import AuditEntry, Crossing

from ..centre.builders import business, leader, officer, plate
from .as_typed import typed, value_of

pytestmark = pytest.mark.usefixtures("gate")
HELP = "/declarations/help"


def page(response) -> str:
    return response.content.decode()


@pytest.fixture
def support():
    organisation, _ = Organisation.objects.get_or_create(
        name="Hỗ trợ kê khai", defaults={"kind": Organisation.Kind.AGENCY}
    )
    user = User.objects.create(username="hotro", full_name="Tô Thị Mẫu")
    Role.objects.create(user=user, organisation=organisation, duty=Duty.SUPPORT)
    return by_user(user)


def test_a_known_business_is_found_by_its_tax_code(browser_of, support):
    owner = business().businesses[0]
    answer = browser_of(support).post(HELP, {"tax_code": "4600000016", "plate": "14C-111.11"})
    assert answer.headers["Location"] == f"/declarations/new?for={owner}&plate=14C-111.11"
    form = page(browser_of(support).get(answer.headers["Location"]))
    assert value_of(form, "vehicle.plate") == "14C-111.11"
    assert "Khai hộ:" in form


def test_a_wrong_tax_code_is_said_at_its_field(browser_of, support):
    answer = browser_of(support).post(HELP, {"tax_code": "4600000017"})
    assert answer.status_code == 422
    assert "phải là 6" in page(answer)


def test_a_business_that_is_new_is_opened_with_a_name_and_the_act_is_kept(browser_of, support):
    client = browser_of(support)
    asked = page(client.post(HELP, {"tax_code": "4600000023"}))
    assert "chưa có trên nền tảng" in asked
    assert not Organisation.objects.filter(tax_code="4600000023").exists()
    refused = client.post(HELP, {"tax_code": "4600000023", "is_new": "1", "name": " . "})
    assert refused.status_code == 422
    opened = client.post(HELP, {"tax_code": "4600000023", "is_new": "1", "name": "Giao nhận Sao Hôm"})
    made = Organisation.objects.get(tax_code="4600000023")
    assert opened.headers["Location"] == f"/declarations/new?for={made.id}"
    assert AuditEntry.objects.get(verb="business_opened").actor == f"person:{support.id}"


def test_an_undeclared_vehicle_declared_with_help_goes_on_with_its_own_crossing(browser_of):
    guard, owner = officer("border_guard"), business()
    number = plate()
    story = register_undeclared("CKHN", number, Said(by=guard))
    form = typed(vehicle__plate=number) | {"for": str(owner.businesses[0])}
    sent = browser_of(guard).post("/declarations/new", form, follow=True)
    assert sent.redirect_chain, page(sent)
    made = Declaration.objects.get()
    assert made.crossing_id == story.id
    assert Crossing.objects.filter(ended_at=None).count() == 1
    declared = next(f for f in store.facts_of(story.id) if f.kind == "declared")
    assert declared.actor.id == guard.id
    assert declared.data.content.declarant == str(owner.businesses[0])
    for reader in (guard, owner):
        shown = page(browser_of(reader).get(f"/declarations/{made.pk}/"))
        assert "khai hộ Nông sản Mây Chiều" in shown
        assert "Xe chưa khai báo, đưa vào bãi tạm" in shown
    assert made.number in page(browser_of(owner).get("/declarations/"))
    assert made.number in page(browser_of(owner).get(f"/crossings/{story.id}/", follow=True))


def test_an_officer_helps_at_the_own_gate_and_loses_nothing_at_another(browser_of):
    guard, owner = officer("border_guard"), business()
    client = browser_of(guard)
    assert value_of(page(client.get(f"/declarations/new?for={owner.businesses[0]}")), "gate") == "CKHN"
    form = typed(gate="TT", yard="BN") | {"for": str(owner.businesses[0])}
    answer = client.post("/declarations/new", form)
    assert answer.status_code == 403
    assert value_of(page(answer), "driver.name") == "Vi Đức Thử"
    assert not Declaration.objects.exists()


def test_support_sees_what_to_do_on_its_first_page(browser_of, support):
    shown = page(browser_of(support).get("/", follow=True))
    assert "Khai hộ doanh nghiệp" in shown


def test_who_neither_declares_nor_helps_is_refused(browser_of):
    client = browser_of(leader())
    for path in (HELP, "/declarations/new", "/declarations/"):
        assert client.get(path).status_code == 403, path
    assert browser_of(business()).get(HELP).status_code == 403
