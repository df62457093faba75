"""A correction from the business's form to the agencies' yes, on the real database; its pages beside it."""

import uuid

import pytest

from cuakhauso.centre.accounts.models import User
from cuakhauso.centre.crossings import actions, corrections
from cuakhauso.centre.crossings.said import Said
from cuakhauso.centre.declarations import actions as declarations
from cuakhauso.centre.declarations import correcting, correcting_told, linking
from cuakhauso.centre.declarations.models import Declaration
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, Refused
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.core.fold import State, fold
from cuakhauso.core.words import Kind, WeightClass
from tests.pages_officer.conftest import gate  # noqa: F401

from .builders import Gate, business, declare, form, goods, officer, plate, receiving

pytestmark = pytest.mark.usefixtures("gate")


def state_of(truck: Declaration) -> State:
    return fold(store.facts_of(truck.crossing_id))


def stands(truck: Declaration) -> set[str]:
    return {step for step, _ in state_of(truck).confirmations}


def inside(kind: Kind = Kind.EXPORT) -> Declaration:
    """In the gate with everybody's word given so far."""
    truck = declare(kind)
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    return truck


def corrects(truck: Declaration, by=None, version=None, **changes) -> Declaration:
    told = form().model_validate(truck.form)
    vehicle, driver = changes.pop("vehicle", {}), changes.pop("driver", {})
    told = told.model_copy(
        update={
            **changes,
            "vehicle": told.vehicle.model_copy(update=vehicle),
            "driver": told.driver.model_copy(update=driver),
        }
    )
    return correcting.correct(truck.pk, told, by=by or business(), words="Khai nhầm", version=version)


def says(agency: str, note: str = "") -> Said:
    return Said(by=officer(agency), note=note, id=uuid.uuid4())


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [objection.code for objection in refused.value.objections]


def test_another_driver_waits_for_border_guard_and_only_health_looks_again():
    truck = inside()
    made = corrects(truck, driver={"name": "Vi Văn Khác", "paper": "020085000413"})
    assert made.version == 1
    assert made.proposed_form["driver"]["name"] == "Vi Văn Khác"
    waits = {(party, step) for party, step, *_ in Crossing.objects.get(pk=truck.crossing_id).waits}
    assert ("border_guard", "correction_answered") in waits
    corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    made.refresh_from_db()
    assert (made.version, made.proposed_id, made.form["driver"]["name"]) == (2, None, "Vi Văn Khác")
    assert stands(truck) == {"registration_accepted", "entered", "licence_checked"}
    actions.confirm(truck.crossing_id, "health_checked", says("health"))
    assert "health_checked" in stands(truck)


def test_a_driver_who_looks_the_same_by_name_is_told_apart_by_the_paper():
    made = corrects(inside(), driver={"paper": "020085000413"})
    assert [d.what for d in state_of(made).proposed.differences] == ["driver"]


def test_a_tractor_is_swapped_inside_by_border_guard_and_customs_and_is_found_by_its_new_plate():
    truck, new = inside(), plate()
    made = corrects(truck, vehicle={"plate": new})
    corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    assert Crossing.objects.get(pk=truck.crossing_id).plate_shown != new
    corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    assert Crossing.objects.get(pk=truck.crossing_id).plate_shown == new
    assert stands(truck) == {"registration_accepted", "entered", "health_checked"}


def test_a_tractor_that_is_under_way_elsewhere_is_not_taken_also_not_while_it_waits():
    truck, other = inside(), declare(by=business("Giao nhận Sao Hôm", "4600000023"))
    with pytest.raises(Invalid) as invalid:
        corrects(truck, vehicle={"plate": other.form["vehicle"]["plate"]})
    assert [e.field for e in invalid.value.errors] == ["vehicle.plate"]
    new = plate()
    made = corrects(truck, vehicle={"plate": new})
    stranger = business("Giao nhận Sao Hôm", "4600000023")
    told = form()
    declare(by=stranger, vehicle=told.vehicle.model_copy(update={"plate": new}))
    with pytest.raises(Invalid):
        corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))


def test_fruit_that_pays_another_fee_is_customs_and_the_boards_and_the_fee_follows():
    truck = inside()
    owed = Crossing.objects.get(pk=truck.crossing_id).owed
    made = corrects(truck, vehicle={"weight_class": WeightClass.VT4})
    assert state_of(truck).still_to_approve == ("board",)
    with pytest.raises(Refused) as refused:
        corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    assert codes(refused) == ["wrong_agency"]
    corrections.approve(truck.crossing_id, made.proposed_id, says("board"))
    assert Crossing.objects.get(pk=truck.crossing_id).owed != owed
    assert stands(truck) == {"registration_accepted", "entered", "health_checked", "licence_checked"}


def test_packages_of_a_transshipment_need_border_guard_and_customs():
    truck = declare(Kind.IMPORT_TRANSSHIPMENT)
    Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered()
    group = form().model_validate(truck.form).groups[0].model_copy(update={"packages": 90})
    made = corrects(truck, groups=[group])
    assert state_of(truck).still_to_approve == ("border_guard", "customs")
    corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    assert state_of(truck).content.groups[0].packages == 100
    corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    assert state_of(truck).content.groups[0].packages == 90


def test_what_is_refused_leaves_the_declaration_and_gives_the_move_back():
    truck = inside()
    corrections.ask(truck.crossing_id, ["vehicle"], says("customs", "Thiếu số chì"))
    made = corrects(truck, vehicle={"seals": ["HQ 1"]})
    assert state_of(truck).corrections == []
    with pytest.raises(Refused) as refused:
        corrections.refuse(truck.crossing_id, made.proposed_id, says("customs"))
    assert codes(refused) == ["words_required"]
    corrections.refuse(truck.crossing_id, made.proposed_id, says("customs", "Chì không đúng"))
    made.refresh_from_db()
    assert (made.version, made.proposed_form) == (1, None)
    assert [fact.note for fact in state_of(truck).corrections] == ["Thiếu số chì"]


def test_a_proposal_that_was_replaced_is_not_approved_and_a_page_that_is_too_old_is_told():
    truck = inside()
    first = corrects(truck, vehicle={"seals": ["HQ 1"]}).proposed_id
    second = corrects(truck, vehicle={"seals": ["HQ 2"]}).proposed_id
    with pytest.raises(Refused) as refused:
        corrections.approve(truck.crossing_id, first, says("customs"))
    assert codes(refused) == ["proposal_replaced"]
    said = says("customs")
    for _ in range(2):  # a tablet sends its tap twice
        corrections.approve(truck.crossing_id, second, said)
    assert state_of(truck).content.vehicle.seals == ("HQ 2",)
    with pytest.raises(Refused) as refused:
        corrects(truck, version=1, vehicle={"seals": ["HQ 3"]})
    assert codes(refused) == ["declaration_changed"]


def test_an_officer_who_corrects_on_the_spot_has_given_her_agencys_word_and_is_named():
    truck = inside()
    made = corrects(truck, by=officer("customs"), vehicle={"seals": ["HQ 7"]})
    assert made.version == 2
    (fact,) = [x for x in store.facts_of(truck.crossing_id) if x.kind == "correction_proposed"]
    assert (fact.actor.agency, fact.data.content.declarant) == ("customs", str(truck.organisation_id))


def test_the_twelfth_digit_is_amended_and_everything_stands():
    truck = inside()
    number = truck.form["groups"][0]["customs_number"]
    group = form().model_validate(truck.form).groups[0]
    last = "8" if number.endswith("9") else "9"
    made = corrects(truck, groups=[group.model_copy(update={"customs_number": number[:11] + last})])
    before = stands(truck)
    corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    assert stands(truck) == before
    assert state_of(truck).content.groups[0].customs_number.endswith(last)


def test_other_goods_are_cleared_anew_and_the_same_form_sent_again_changes_nothing():
    truck = inside()
    group = goods(hs="08109092", customs_number=truck.form["groups"][0]["customs_number"])
    made = corrects(truck, groups=[group])
    count = len(store.facts_of(truck.crossing_id))
    corrects(truck, groups=[group])
    assert len(store.facts_of(truck.crossing_id)) == count
    for agency in state_of(truck).still_to_approve:
        corrections.approve(truck.crossing_id, made.proposed_id, says(agency))
    assert stands(truck) == {"entered", "health_checked", "licence_checked"}
    assert state_of(truck).channels == {}


# --- who receives the goods -----------------------------------------------------------------------


def signed() -> Declaration:
    """A transshipment that customs has signed, with one receiving vehicle in the gate."""
    truck = declare(Kind.IMPORT_TRANSSHIPMENT, receiving=[receiving()])
    Gate(truck.receiving.get().crossing_id).entered()
    people = Gate(truck.crossing_id).accepted(truck.form["groups"][0]["customs_number"]).entered().checked()
    people.confirm("transshipment_signed", "customs")
    return truck


def taker() -> Declaration:
    return declare(Kind.RECEIVING)


def links(truck: Declaration) -> set[uuid.UUID]:
    return set(state_of(truck).links)


def test_before_the_signature_a_receiving_vehicle_is_linked_by_the_business_alone():
    truck, other = declare(Kind.IMPORT_TRANSSHIPMENT), taker()
    linking.link(truck.pk, other.pk, by=business())
    assert (links(truck), links(other)) == ({other.crossing_id}, {truck.crossing_id})


def test_after_the_signature_both_border_guard_and_customs_agree_before_it_is_linked():
    truck, other = signed(), taker()
    made = linking.link(truck.pk, other.pk, by=business())
    again = linking.link(truck.pk, other.pk, by=business())
    assert made.proposed_id == again.proposed_id
    assert state_of(truck).still_to_approve == ("border_guard", "customs")
    corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    assert other.crossing_id not in links(truck)
    corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    assert other.crossing_id in links(truck)
    assert truck.crossing_id in links(other)
    assert "transshipment_signed" in stands(truck)
    made.refresh_from_db()
    assert (made.version, made.proposed_id) == (2, None)


def test_a_second_vehicle_and_a_correction_join_what_waits_already():
    truck, first, second = signed(), taker(), taker()
    linking.link(truck.pk, first.pk, by=business())
    linking.link(truck.pk, second.pk, by=business())
    made = corrects(truck, vehicle={"max_gross_kg": 30_000})
    assert set(state_of(truck).proposed.links) == {first.crossing_id, second.crossing_id}
    for agency in state_of(truck).still_to_approve:
        corrections.approve(truck.crossing_id, made.proposed_id, says(agency))
    assert {first.crossing_id, second.crossing_id} <= links(truck)
    assert state_of(truck).content.vehicle.max_gross_kg == 30_000


def test_a_link_that_is_refused_is_no_link_and_one_that_became_one_meanwhile_is_told():
    truck, other = signed(), taker()
    made = linking.link(truck.pk, other.pk, by=business())
    corrections.refuse(truck.crossing_id, made.proposed_id, says("border_guard", "Xe chưa rõ"))
    assert other.crossing_id not in links(truck)
    made = linking.link(truck.pk, other.pk, by=business())
    declarations.withdraw(other.pk, by=business())
    with pytest.raises(Refused) as refused:
        corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    assert codes(refused) == ["not_a_receiving_vehicle"]


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_page_says_whose_yes_a_link_needs_and_the_officers_see_both_lists(client, language):
    truck, other = signed(), taker()
    _signs_in(client, business(), language)
    address = f"/declarations/{truck.pk}/link"
    assert "ck-note-wait" in client.get(address).content.decode()
    client.post(address, {"receiving": str(other.pk)})
    _signs_in(client, officer("border_guard"), language)
    page = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert "approve-correction" in page
    assert state_of(other).announced.vehicle.plate.shown in page


# --- asked field by field -------------------------------------------------------------------------


def asks(truck: Declaration, *fields: str, by: str = "customs", **read: str) -> None:
    seen = {name.replace("__", "."): value for name, value in read.items()}
    corrections.ask(truck.crossing_id, fields, says(by, "Khác với giấy tờ"), read=seen)


def test_what_was_asked_and_not_corrected_stays_asked_and_the_agencies_know_before_they_agree():
    truck = inside()
    asks(truck, "vehicle.seals", vehicle__containers="TSTU1004288")
    made = corrects(truck, vehicle={"seals": ["HQ 1"]})
    state = state_of(truck)
    assert (state.corrections, len(state.answered)) == ([], 1)
    corrections.approve(truck.crossing_id, made.proposed_id, says("customs"))
    (left,) = correcting_told.requests(state_of(truck))
    assert [(one.field, one.read, one.is_followed) for one in left.fields] == [
        ("vehicle.seals", "", True),
        ("vehicle.containers", "TSTU1004288", False),
    ]
    corrections.approve(
        truck.crossing_id,
        corrects(made, vehicle={"seals": ["HQ 1"], "containers": ["TSTU1004288"]}).proposed_id,
        says("customs"),
    )
    assert state_of(truck).corrections == []


def test_a_request_that_a_correction_does_not_touch_is_still_the_business_s():
    truck = inside()
    asks(truck, "vehicle.seals")
    made = corrects(truck, vehicle={"max_gross_kg": 30_000})
    assert len(state_of(truck).corrections) == 1
    (proposed,) = [x for x in store.facts_of(truck.crossing_id) if x.kind == "correction_proposed"]
    assert (proposed.data.answers, made.proposed_id) == ((), proposed.id)


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        (["nonsense"], {}),
        (["groups.0.items.0.colour"], {}),
        ([], {"driver": "Nông Văn Mẫu"}),
        ([], {"vehicle.weight_class": "VT99"}),
        ([], {"vehicle.plate": " "}),
    ],
)
def test_only_fields_of_a_declaration_are_asked_and_nothing_personal_is_said_of_the_driver(fields, read):
    truck = inside()
    with pytest.raises(Invalid):
        corrections.ask(truck.crossing_id, fields, says("customs", "Sai"), read=read)
    assert state_of(truck).corrections == []


def test_who_asked_takes_it_back():
    truck = inside()
    asks(truck, "vehicle.seals")
    asked = state_of(truck).corrections[0]
    actions.undo(truck.crossing_id, asked.id, says("customs", "Đọc nhầm"))
    assert state_of(truck).corrections == []


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_officer_sees_both_values_and_says_yes_in_one_tap(client, language):
    truck = inside()
    made = corrects(truck, driver={"name": "Vi Văn Khác", "paper": "020085000413"})
    address = f"/crossings/{truck.crossing_id}/"
    _signs_in(client, officer("border_guard"), language)
    page = client.get(address).content.decode()
    assert "V*" in page or "Vi" in page
    assert 'action="' + address + 'approve-correction/"' in page
    sheet = client.get(address + f"sheet/refuse-correction/?proposal={made.proposed_id}", headers=HTMX)
    assert sheet.status_code == 200
    sent = {"id": str(uuid.uuid4()), "proposal": str(made.proposed_id)}
    assert client.post(address + "approve-correction/", sent, headers=HTMX).status_code == 200
    assert state_of(truck).version == 2


def test_another_agency_sees_it_and_has_nothing_to_tap(client):
    truck = inside()
    corrects(truck, driver={"name": "Vi Văn Khác", "paper": "020085000413"})
    _signs_in(client, officer("customs"))
    page = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert "Xin sửa khai báo" in page
    assert "approve-correction" not in page


def test_the_business_sees_who_must_approve_takes_it_back_and_sees_what_stands(client):
    truck, me = inside(), business()
    made = corrects(truck, driver={"name": "Vi Văn Khác", "paper": "020085000413"})
    _signs_in(client, me)
    page = client.get(f"/declarations/{truck.pk}/").content.decode()
    assert "Bản sửa đang chờ đồng ý" in page
    assert "Không phải đi đâu." in page
    client.post(f"/declarations/{truck.pk}/take-back", {"proposal": str(made.proposed_id)})
    assert state_of(truck).proposal is None
    made = corrects(truck, driver={"name": "Vi Văn Khác", "paper": "020085000414"})
    corrections.approve(truck.crossing_id, made.proposed_id, says("border_guard"))
    page = client.get(f"/declarations/{truck.pk}/").content.decode()
    assert "xác nhận khác vẫn giữ" in page


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_officer_ticks_fields_beside_what_stands_in_them_and_writes_what_was_read(client, language):
    truck = inside()
    address = f"/crossings/{truck.crossing_id}/"
    _signs_in(client, officer("customs"), language)
    sheet = client.get(address + "sheet/correction/", headers=HTMX).content.decode()
    assert 'value="vehicle.plate"' in sheet
    assert truck.form["vehicle"]["plate"] in sheet
    assert 'name="read.driver"' not in sheet
    assert "packages" not in sheet, "an export's form has no such field"
    sent = {"id": str(uuid.uuid4()), "fields": ["vehicle.seals"], "read.vehicle.containers": "TSTU1004288"}
    said = sent | {"words": "Số trên vỏ khác"}
    assert client.post(address + "correction/", said, headers=HTMX).status_code == 200
    (asked,) = state_of(truck).corrections
    assert asked.data.fields == ("vehicle.seals", "vehicle.containers")
    assert "TSTU1004288" in client.get(address).content.decode()


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_business_opens_the_form_at_what_is_asked_and_fills_in_what_was_read_with_one_tap(
    client, language
):
    truck, me = inside(), business()
    asks(truck, "vehicle.max_gross_kg", vehicle__containers="TSTU1004288, MSKU6011672")
    _signs_in(client, me, language)
    page = client.get(f"/declarations/{truck.pk}/").content.decode()
    (asked,) = state_of(truck).corrections
    assert f"/declarations/{truck.pk}/correct?fill={asked.id}#asked" in page
    form = client.get(f"/declarations/{truck.pk}/correct").content.decode()
    assert form.count("ck-asked-of") == 2
    assert 'value="TSTU1004288"' not in form
    filled = client.get(f"/declarations/{truck.pk}/correct?fill={asked.id}").content.decode()
    assert 'value="TSTU1004288"' in filled
    assert 'name="vehicle.containers.1"' in filled
    typed = {"act": f"fill:{asked.id}", "vehicle.plate": "12C-99", "kind": "export", "version": "1"}
    kept = client.post(f"/declarations/{truck.pk}/correct", typed).content.decode()
    assert 'value="12C-99"' in kept
    assert 'value="MSKU6011672"' in kept


def test_who_agrees_sees_what_the_officer_read_and_what_is_left_of_the_request(client):
    truck = inside()
    asks(truck, "vehicle.max_gross_kg", vehicle__seals="HQ 2")
    corrects(truck, vehicle={"seals": ["HQ 1"]})
    _signs_in(client, officer("customs"))
    page = client.get(f"/crossings/{truck.crossing_id}/").content.decode()
    assert "cán bộ đọc HQ 2" in page
    assert "Còn ô được yêu cầu mà bản này chưa sửa" in page


HTMX = {"HX-Request": "true"}


def _signs_in(client, who, language="vi") -> None:
    client.force_login(User.objects.get(pk=who.id.removeprefix("user:")))
    client.cookies["django_language"] = language
