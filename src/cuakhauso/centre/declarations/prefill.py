"""What a new form already knows, each value with where it comes from: the last declaration, one that is
copied, and the vehicles and drivers that this organisation declared before."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cuakhauso.core import identifiers as ids
from cuakhauso.core.papers import OF_THE_DRIVER
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.words import Kind

from ..accounts.models import Organisation
from ..places.reference import reference
from ..registry import documents
from ..registry.models import Driver, Vehicle
from ..shared.models import Crossing
from .models import Declaration
from .nested import flat
from .page import FormPage, Source

USUALLY_AHEAD = timedelta(minutes=60)
ROUNDED_TO = timedelta(minutes=5)
SUGGESTED = 40
# A new trip has its own: never taken over from an earlier one.
OF_ONE_TRIP = frozenset({"id", "expected_at", "declared_at", "customs_number", "seals", "note"})
FROM_THE_LAST = ("kind", "regime", "gate", "yard", "payer_tax_code", "officer_name", "officer_phone")


def last_of(organisation: Organisation) -> Declaration | None:
    """The newest declaration that still has its form; those of receiving vehicles came with another."""
    mine = Declaration.objects.filter(organisation=organisation, parent=None).exclude(form={})
    return mine.order_by("-submitted_at").first()


def fresh(organisation: Organisation, now: datetime, language: str) -> FormPage:
    """A form for a new trip: direction, gate and yard as last time."""
    last = last_of(organisation)
    page = FormPage(language=language)
    if last is not None:
        known = dict(flat(last.form))
        _fill(page, ((n, known.get(n, "")) for n in FROM_THE_LAST), Source(_("Như lần trước"), "history"))
    page.values.setdefault("kind", Kind.EXPORT)
    page.values.setdefault("regime", "business")
    _arrival(page, now)
    return page


def copied(declaration: Declaration, now: datetime, language: str, *, with_driver: bool = True) -> FormPage:
    """Everything of an earlier declaration that a new trip may share. A helper gets no driver: that is
    personal data, and who drives today stands before the desk."""
    page = FormPage(language=language)
    source = Source(_("Đã chép"), "copy")
    kept = _with_valid_papers(declaration.form)
    _fill(page, flat(kept if with_driver else _without_driver(kept)), source)
    for number, child in enumerate(declaration.receiving.order_by("number")):
        kept = _with_valid_papers(child.form)
        kept = kept if with_driver else _without_driver(kept)
        form = {name: kept[name] for name in ("vehicle", "driver") if name in kept}
        _fill(page, flat(form, f"receiving.{number}"), source)
    if _is_under_way(page.values.get("vehicle.plate", "")):
        del page.values["vehicle.plate"], page.sources["vehicle.plate"]
    _arrival(page, now)
    return page


def _is_under_way(typed: str) -> bool:
    """A vehicle on its way cannot be declared again: a copy leaves its plate to be typed."""
    try:
        plate = ids.parse_plate(typed).normalised
    except ids.Invalid:
        return False
    return Crossing.objects.filter(plate=plate, ended_at=None).exists()


def current(declaration: Declaration, language: str) -> FormPage:
    """The form as it was last sent, for correcting it."""
    page = FormPage(language=language)
    page.values = {name: text for name, text in flat(declaration.form) if not name.startswith("receiving")}
    page.values["expected_at"] = local(declaration.form.get("expected_at"))
    for name in [n for n in page.values if n.endswith(".valid_to")]:
        page.values[name] = page.values[name][:10]
    for unsent in ("id", "declared_at"):
        page.values.pop(unsent, None)
    return page


def _fill(page: FormPage, known: Iterable[tuple[str, str]], source: Source) -> None:
    for name, text in known:
        if OF_ONE_TRIP.isdisjoint(name.split(".")) and text:
            page.values[name] = text[:10] if name.endswith((".valid_from", ".valid_to")) else text
            page.sources[name] = source


def _arrival(page: FormPage, now: datetime) -> None:
    ref = reference(page.values.get("gate", ""))
    page.values["expected_at"] = usual_arrival(now, ref).astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")


def usual_arrival(now: datetime, ref: Reference) -> datetime:
    """An hour from now; where the gate is closed then, when it opens next."""
    soon = now + USUALLY_AHEAD
    past = timedelta(seconds=soon.timestamp() % ROUNDED_TO.total_seconds())
    soon += ROUNDED_TO - past if past else timedelta()
    return soon if ref.calendar.is_open(soon) else ref.calendar.opens_next(soon) or soon


def local(moment: Any) -> str:
    """A kept time as the page's own control wants it: Hanoi time, to the minute where it is a whole one."""
    try:
        there = datetime.fromisoformat(str(moment)).astimezone(HANOI)
        return there.strftime("%Y-%m-%dT%H:%M:%S" if there.second else "%Y-%m-%dT%H:%M")
    except ValueError:
        return ""


# --- while it is typed ---------------------------------------------------------------------------


def of_vehicle(organisation: Organisation, typed: str, *, with_driver: bool) -> dict[str, str]:
    """What this organisation last declared of a vehicle, and who drove it, by the names within a vehicle's
    part of the form. Nothing for a plate that it never declared."""
    try:
        plate = ids.parse_plate(typed).normalised
    except ids.Invalid:
        return {}
    found = Vehicle.objects.filter(organisation=organisation, plate=plate).first()
    if found is None:
        return {}
    last = _last_with(organisation, plate) if with_driver else None
    papers = [*documents.valid(organisation.pk, plate, _today()), *(_of_driver(last) if last else ())]
    known = dict(_of_every_trip(flat({**found.form, "documents": papers}, "vehicle")))
    return {**known, **dict(flat(last.form.get("driver", {}), "driver"))} if last else known


def _today() -> date:
    return datetime.now(HANOI).date()


def _of_driver(last: Declaration) -> list[dict[str, Any]]:
    """A driver's own papers come with the driver."""
    own = [p for p in last.form["vehicle"].get("documents", []) if p.get("kind") in OF_THE_DRIVER]
    return [paper for paper in own if not _has_run_out(paper)]


def _has_run_out(paper: Mapping[str, Any]) -> bool:
    return bool(paper.get("valid_to")) and str(paper["valid_to"])[:10] < _today().isoformat()


def _without_driver(form: dict[str, Any]) -> dict[str, Any]:
    vehicle = form.get("vehicle") or {}
    papers = [paper for paper in vehicle.get("documents", []) if paper.get("kind") not in OF_THE_DRIVER]
    return {**form, "driver": {}, "vehicle": {**vehicle, "documents": papers}}


def _with_valid_papers(form: dict[str, Any]) -> dict[str, Any]:
    vehicle = form.get("vehicle") or {}
    papers = [paper for paper in vehicle.get("documents", []) if not _has_run_out(paper)]
    return {**form, "vehicle": {**vehicle, "documents": papers}}


def _of_every_trip(known: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, text in known:
        if text and OF_ONE_TRIP.isdisjoint(name.split(".")) and not name.startswith("vehicle.plate"):
            yield name, text[:10] if name.endswith((".valid_from", ".valid_to")) else text


def of_stopped(organisation: Organisation, typed: str, now: datetime, language: str) -> FormPage | None:
    """For a vehicle that stands undeclared before the desk: as this business last declared it, without the
    driver; none where it never did."""
    try:
        plate = ids.parse_plate(typed).normalised
    except ids.Invalid:
        return None
    last = _last_with(organisation, plate)
    return copied(last, now, language, with_driver=False) if last else None


def businesses_of(plate: str) -> list[Organisation]:
    """Who declared this vehicle before, the last one first: offered at the desk, never taken for granted."""
    rows = Vehicle.objects.filter(plate=plate).select_related("organisation").order_by("-seen_at")
    return [row.organisation for row in rows[:3]]


def _last_with(organisation: Organisation, plate: str) -> Declaration | None:
    crossings = Crossing.objects.filter(plate=plate, declarant=str(organisation.id)).values("id")
    mine = Declaration.objects.filter(organisation=organisation, crossing_id__in=crossings)
    return mine.exclude(form={}).order_by("-submitted_at").first()


def of_driver(organisation: Organisation, name: str) -> dict[str, str]:
    """The papers of the one driver of this name; of two with one name, nobody's."""
    found = list(Driver.objects.filter(organisation=organisation, name__iexact=name.strip())[:2])
    if len(found) != 1:
        return {}
    return {"driver.paper": found[0].paper, "driver.phone": found[0].phone}


def suggestions(organisation: Organisation, *, with_drivers: bool) -> Mapping[str, list[str]]:
    """What the fields' lists offer: only what this organisation itself declared before."""
    vehicles = list(Vehicle.objects.filter(organisation=organisation)[:SUGGESTED])
    trailers = [t for v in vehicles for t in v.form.get("trailers", []) if t]
    forms = Declaration.objects.filter(organisation=organisation).order_by("-submitted_at")
    groups = [g for form in forms.values_list("form", flat=True)[:SUGGESTED] for g in form.get("groups", [])]
    owners = [g.get("owner_tax_code", "") for g in groups]
    codes = [item.get("hs", "") for g in groups for item in g.get("items", [])]
    drivers = Driver.objects.filter(organisation=organisation)[:SUGGESTED] if with_drivers else []
    return {
        "plates": [v.plate_shown for v in vehicles],
        "trailers": _once(trailers),
        "drivers": _once([d.name for d in drivers]),
        "owners": _once([organisation.tax_code, *owners]),
        "hs": _once(codes),
    }


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))[:SUGGESTED]
