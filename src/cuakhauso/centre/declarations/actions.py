"""Changes of a declaration: submit, withdraw, link. Each is one transaction. Correct: `correcting.py`."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import connection, transaction

from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.declaration import Content, Plate
from cuakhauso.core.facts import Fact, at_a_possible_time
from cuakhauso.core.identifiers import make_number
from cuakhauso.core.reference import HANOI

from ..accounts.models import Organisation
from ..accounts.principal import Principal
from ..places import models as places
from ..places.reference import references
from ..registry import documents
from ..registry.models import Driver, Vehicle
from ..shared import store
from ..shared.errors import FieldError, IdReused, Invalid, NotAllowed, NotFound, Refused
from ..shared.locks import lock_ids, lock_plates
from ..shared.models import Crossing
from ..watch import matching, orders
from ..watch.rules import How
from . import behalf, binding, pairing, rules
from .form import DeclarationIn
from .guards import against_withdrawing
from .models import Declaration
from .queries import HELPERS, visible_to
from .rules import Checked


def known(now: datetime) -> rules.Known:
    """What a form is checked against."""
    return rules.Known(
        gates=frozenset(places.Gate.objects.values_list("code", flat=True)),
        yards=dict(places.Yard.objects.filter(temporary=False).values_list("code", "gate_id")),
        type_codes=dict(places.TypeCode.objects.values_list("code", "direction")),
        now=now,
        two_way=places.is_set("two_way_stay_hours", now.astimezone(HANOI).date()),
    )


@transaction.atomic
def submit(form: DeclarationIn, *, by: Principal, organisation: UUID) -> Declaration:
    """Announce a vehicle, and its receiving vehicles with it. Sending the same id again changes nothing.

    Raises `Invalid` with every field error, `NotAllowed`, `IdReused`.
    """
    owner = _declares_for(by, organisation, form.gate)
    form = form.model_copy(update={"id": form.id or uuid7.uuid7()})
    lock_ids([form.id])
    if (earlier := _sent_before(form, owner)) is not None:
        return earlier
    now = store.now()
    checked, errors = rules.check_all(form, known(now), str(owner.id))
    lock_plates(one.content.vehicle.plate.number for one in checked)
    errors += [error for path, one in _paths(checked) for error in _vehicle_is_free(one, path)]
    if errors:
        raise Invalid(errors)
    forms = [form, *(rules.receiving_form(form, one) for one in form.receiving)]
    made = [_declaration(one, part, owner, by, now) for one, part in zip(checked, forms, strict=True)]
    for child in made[1:]:
        child.parent = made[0]
    Declaration.objects.bulk_create(made)
    _open_crossings(made, checked, by, at_a_possible_time(form.declared_at or now, now), now)
    remember(owner, made, checked)
    for one in made:
        behalf.keep(one, by, "declared")
    return made[0]


def _declares_for(by: Principal, organisation: UUID, gate: str) -> Organisation:
    """A business declares for itself; support staff and the gate's officers help, visibly (domain.md 2.7)."""
    helps = any(role.duty in HELPERS for role in by.roles_at(gate))
    if organisation not in by.businesses and not helps:
        raise NotAllowed
    owner = Organisation.objects.filter(pk=organisation, kind=Organisation.Kind.BUSINESS).first()
    if owner is None:
        raise NotFound
    behalf.refuse_unwanted(owner.pk, by)
    return owner


def _sent_before(form: DeclarationIn, owner: Organisation) -> Declaration | None:
    earlier = Declaration.objects.filter(pk=form.id).first() if form.id else None
    if earlier is None:
        return None
    if earlier.organisation_id != owner.id or earlier.form != _plain(form):
        raise IdReused
    return earlier


def _plain(form: DeclarationIn) -> dict[str, Any]:
    return form.model_dump(mode="json")


def _paths(checked: Sequence[Checked]) -> list[tuple[str, Checked]]:
    prefixes = ["", *(f"receiving.{i}." for i in range(len(checked) - 1))]
    return list(zip(prefixes, checked, strict=True)) if checked else []


def _vehicle_is_free(one: Checked, prefix: str) -> list[FieldError]:
    """A vehicle is in one crossing at a time; its plate is locked by now."""
    content = one.content
    return taken(f"{prefix}vehicle.plate", content.vehicle.plate, content.gate, content.declarant)


def taken(field: str, plate: Plate | ids.Plate, gate: str, declarant: str) -> list[FieldError]:
    number = plate.number if isinstance(plate, Plate) else plate.normalised
    other = _live(number).first()
    if other is None or _stopped_undeclared(other, gate):
        return []
    mine = other.declarant == declarant
    code = "plate_already_declared" if mine or not other.number else "plate_declared_by_another"
    return [FieldError(field, code, {"value": plate.shown, "number": other.number if mine else ""})]


def taken_vehicles(form: DeclarationIn, declarant: str) -> list[FieldError]:
    """While a form is still being typed: its vehicles that are under way already. `submit` asks again."""
    typed = [("", form.vehicle), *((f"receiving.{i}.", one.vehicle) for i, one in enumerate(form.receiving))]
    found = []
    for prefix, vehicle in typed:
        try:
            plate = ids.parse_plate(vehicle.plate, vehicle.country or None)
        except ids.Invalid:
            continue
        found += taken(f"{prefix}vehicle.plate", plate, form.gate, declarant)
    return found


def _live(plate: str) -> Any:
    return Crossing.objects.filter(plate=plate, ended_at=None)


def _stopped_undeclared(crossing: Crossing, gate: str) -> bool:
    return not crossing.number and crossing.gate == gate


def _declaration(
    one: Checked, form: DeclarationIn, owner: Organisation, by: Principal, now: datetime
) -> Declaration:
    own_id = form.id or uuid7.uuid7()
    stopped = _live(one.content.vehicle.plate.number).first()
    return Declaration(
        id=own_id,
        number=_next_number(now),
        organisation=owner,
        crossing_id=stopped.id if stopped else own_id,
        form=_plain(form),
        submitted_at=now,
        submitted_by=by.id,
    )


NEXT_SERIAL = """
INSERT INTO declarations_dailyserial (day, last) VALUES (%s, 1)
ON CONFLICT (day) DO UPDATE SET last = declarations_dailyserial.last + 1 RETURNING last
"""


def _next_number(now: datetime) -> str:
    """YYYYMMDD + 5-digit daily serial + check digit (domain.md 3.1, 7.7)."""
    day = now.astimezone(HANOI).date()
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SERIAL, [day])
        row = cursor.fetchone()
    assert row is not None
    return make_number(day, row[0])


def _open_crossings(
    made: list[Declaration], checked: list[Checked], by: Principal, at: datetime, now: datetime
) -> None:
    main = made[0].crossing_id
    facts: dict[UUID, list[Fact]] = {}
    for declaration, one in zip(made, checked, strict=True):
        content = one.content
        links: list[f.AnyData] = []
        if declaration.parent is not None:
            content = _received_from(content, main)
            links = [f.Linked(other=main, role="source", plate=checked[0].content.vehicle.plate.shown)]
        elif len(made) > 1:
            links = [
                f.Linked(other=d.crossing_id, role="receiving", plate=c.content.vehicle.plate.shown)
                for d, c in zip(made[1:], checked[1:], strict=True)
            ]
        said = f.Declared(number=declaration.number, version=1, content=content)
        facts[declaration.crossing_id] = [
            fact_of(declaration.crossing_id, data, by, at, now) for data in (said, *links)
        ]
    _write(facts, [one.content for one in checked])


def _received_from(content: Content, source: UUID | str) -> Content:
    return Content(
        **{**{n: getattr(content, n) for n in content.__struct_fields__}, "receives_from": str(source)}
    )


def _write(facts: dict[UUID, list[Fact]], contents: Sequence[Content]) -> None:
    """New crossings are opened; a vehicle that was stopped undeclared goes on with its own."""
    reader = references()
    shared = binding.others(contents)
    locked = store.lock(*facts, *pairing.first_legs(contents), *shared)
    stories = {crossing: store.Story.unwritten(crossing) for crossing in facts} | locked
    store.write(stories, [fact for many in facts.values() for fact in many], reader)
    for crossing, content in zip(facts, contents, strict=True):
        pairing.settle(stories, crossing, content, reader)
        binding.settle(stories, crossing, reader)
    made = [stories[crossing] for crossing in facts]
    matching.meet(made, How.DECLARED, reader)
    orders.follow(made, reader)


def fact_of(crossing: UUID, data: f.AnyData, by: Principal, at: datetime, now: datetime) -> Fact:
    return Fact(
        id=uuid.UUID(str(uuid7.uuid7())), crossing=crossing, occurred_at=at, recorded_at=now,
        actor=by.actor(), source=by.source, data=data, v=f.FORM_VERSION,
    )  # fmt: skip


def remember(owner: Organisation, made: list[Declaration], checked: list[Checked]) -> None:
    """Keep vehicle and driver, so that the next form knows them."""
    for declaration, one in zip(made, checked, strict=True):
        vehicle = one.content.vehicle
        Vehicle.objects.update_or_create(
            organisation=owner,
            plate=vehicle.plate.number,
            defaults={
                "country": vehicle.plate.country,
                "plate_shown": vehicle.plate.shown,
                "weight_class": vehicle.weight_class,
                "form": declaration.form["vehicle"],
            },
        )
        documents.keep(owner.pk, vehicle.plate.number, vehicle.documents)
        if one.driver is not None:
            driver, _ = Driver.objects.update_or_create(
                organisation=owner,
                paper=one.driver.paper,
                defaults={
                    "name": one.driver.name,
                    "paper_kind": one.driver.paper_kind,
                    "phone": one.driver.phone,
                },
            )
            Declaration.objects.filter(pk=declaration.pk).update(driver=driver)


def own(by: Principal, declaration: UUID) -> Declaration:
    """A declaration that this principal may act on; `NotFound` for anybody else's."""
    found = visible_to(by).filter(pk=declaration).first()
    if found is None:
        raise NotFound
    return found


def own_locked(by: Principal, declaration: UUID) -> Declaration:
    """The same, with nobody else changing it meanwhile."""
    Declaration.objects.select_for_update().filter(pk=declaration).first()
    found = own(by, declaration)
    behalf.refuse_unwanted(found.organisation_id, by)
    return found


@transaction.atomic
def withdraw(declaration: UUID, *, by: Principal, words: str = "") -> Declaration:
    """Take back a declaration of a vehicle that has not arrived."""
    now = store.now()
    current = own_locked(by, declaration)

    def taken_back(story: store.Story) -> list[Fact]:
        if story.state.withdrawn:
            return []
        if against := against_withdrawing(story.state):
            raise Refused(against)
        fact = fact_of(story.id, f.Withdrawn(number=current.number), by, now, now)
        return [fact if not words else _with_note(fact, words)]

    store.act(current.crossing_id, taken_back, references())
    current.withdrawn_at, current.proposed_id, current.proposed_form = now, None, None
    current.save(update_fields=["withdrawn_at", "proposed_id", "proposed_form"])
    behalf.keep(current, by, "withdrawn")
    return current


def _with_note(fact: Fact, words: str) -> Fact:
    return Fact(**{**{n: getattr(fact, n) for n in fact.__struct_fields__}, "note": words})
