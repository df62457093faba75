"""A business follows its vehicles: the list, one vehicle's page (live), and its sheet to print."""

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import facts as f
from cuakhauso.core import special_decisions as sd
from cuakhauso.core.decisions import Case
from cuakhauso.core.facts import Actor
from cuakhauso.core.fold import fold
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import HANOI
from cuakhauso.core.standing import has_ended
from cuakhauso.core.stays import stay_of
from cuakhauso.core.words import ActorKind, Kind

from ...accounts import principal
from ...accounts.principal import Principal
from ...declarations import behalf, expected, guards, reading
from ...declarations import queries as declarations
from ...declarations.models import Declaration
from ...declarations.page import gate_name
from ...declarations.pages import answered, frame, helps
from ...places.models import Gate, Yard
from ...registry import documents
from ...shared import store
from ...shared.errors import NotAllowed, NotFound
from ...web import formats, refusals, words
from .. import correction_pages, from_lanes, paper_pages, queries, road, unloading
from ..queries import Whole
from . import journey
from . import mine as vehicles
from .now import now_of, reasons, todo

ENDING_SHOWN = 20


@answered
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    me = principal.of(request)
    if not me.businesses:
        if helps(me):
            done = [(one, words.of(words.HELPS, one.act)) for one in behalf.helps_of(me)[:ENDING_SHOWN]]
            return render(request, "declarations/mine.html", {**frame(me, "mine"), "helped": done})
        raise NotAllowed
    text, ended = request.GET.get("q", "").strip(), request.GET.get("show") == "ended"
    at = store.now()
    found = list(vehicles.found(me, text, ended=ended)[: vehicles.PAGE])
    shown = {
        **frame(me, "mine"),
        "lines": vehicles.lines(found, at),
        "q": text,
        "ended": ended,
        "is_full": len(found) == vehicles.PAGE,
        "living": vehicles.living(me).count(),
        "ending": _ending(me),
        "owner": _owner(me),
    }
    return render(request, "declarations/mine.html", shown)


def _ending(me: Principal) -> list[tuple[str, str, str, bool]]:
    """Papers of one's own vehicles that have run out or soon will: plate, paper, last day, whether over."""
    today = datetime.now(HANOI).date()
    found = documents.ending(me, today).exclude(valid_to=None)[:ENDING_SHOWN]
    return [
        (
            one.plate,
            words.of(words.DOCUMENTS, one.kind),
            paper_pages.day(one.valid_to),
            one.has_run_out(today),
        )
        for one in found
    ]


def _owner(me: Principal) -> Any:
    """The company of the bar, where it is one."""
    mine = {role.organisation: role for role in me.roles if role.organisation in me.businesses}
    role = next(iter(mine.values()))
    return {"name": role.organisation_name, "tax_code": role.tax_code} if len(mine) == 1 else None


@answered
@require_GET
def declaration(request: HttpRequest, declaration: UUID) -> HttpResponse:
    return render(request, "declarations/declaration.html", _shown(request, declaration))


@answered
@require_GET
def now(request: HttpRequest, declaration: UUID) -> HttpResponse:
    """The part that changes, fetched again whenever something happened."""
    return render(request, "declarations/parts/now.html", _shown(request, declaration))


@answered
@require_GET
def printed(request: HttpRequest, declaration: UUID) -> HttpResponse:
    me = principal.of(request)
    kept = own_declaration(me, declaration)
    whole = queries.whole(me, kept.crossing_id)
    content = whole.state.announced
    rows: list[tuple[str, str]] = []
    if content is not None:
        vehicle = content.vehicle
        rows = [
            (_("Hướng"), words.of(words.KINDS, content.kind)),
            (_("Công ty"), kept.organisation.name),
            (_("Rơ moóc"), ", ".join(trailer.shown for trailer in vehicle.trailers)),
            (_("Container"), ", ".join(vehicle.containers)),
            (_("Tài xế"), content.driver),
            (_("Tờ khai hải quan"), ", ".join(g.customs_number for g in content.groups if g.customs_number)),
            (_("Bãi"), _yard_name(content.yard)),
        ]
    shown = {
        "number": kept.number,
        "plate": content.vehicle.plate if content else "",
        "plate_shown": whole.crossing.plate_shown,
        "country": whole.crossing.country,
        "qr": _qr(request, kept.crossing_id),
        "gate": _gate_name(whole.crossing.gate, request.LANGUAGE_CODE),
        "arrives": whole.crossing.expected_at,
        "rows": [(label, value) for label, value in rows if value],
        "small": request.GET.get("size") == "a6",
        "declaration": kept,
    }
    return render(request, "declarations/print.html", shown)


def own_declaration(me: Principal, declaration: UUID) -> Declaration:
    """Raises `NotFound` for what is not this reader's. Shows no personal data, so no look is recorded."""
    either = Q(pk=declaration) | Q(crossing_id=declaration)  # a stopped vehicle's crossing is older
    found = declarations.visible_to(me).filter(either).first()
    if found is None:
        raise NotFound
    return found


def _shown(request: HttpRequest, declaration: UUID) -> dict[str, Any]:
    me = principal.of(request)
    kept = own_declaration(me, declaration)
    whole = queries.whole(me, kept.crossing_id)
    state, ref, at, spans = whole.state, whole.ref, whole.at, whole.spans
    ended = has_ended(state, ref)
    return {
        "declaration": kept,
        "owner": kept.organisation,
        "for_others": kept.organisation_id not in me.businesses,
        **frame(me, "mine"),
        "whole": whole,
        "crossing": whole.crossing,
        "now": now_of(state, ref, spans, at),
        "stay": _stay(whole),
        "place": words.of(words.PLACES, state.place) if state.present_since else "",
        "yard": _yard_name(whole.crossing.yard, state.bay or state.bay_kept),
        "proposed": correction_pages.proposed(whole),
        "corrected": {} if ended else correction_pages.after(state),
        "orders": [] if ended else road.shown(whole),
        "papers": paper_pages.told_apart(whole),
        "todo": list(todo(state, ref, at)),
        "permit": None if ended else _permit(whole),
        "reasons": [] if ended else reasons(whole.answer.objections),
        "progress": journey.progress(state, ref),
        "timeline": _timeline(whole, kept.organisation.name),
        "spans": journey.stretches(spans, runs=not ended),
        "totals": journey.totals(spans),
        "time_total": sum(span.length.total_seconds() for span in spans),
        "charges": _charges(whole),
        "expected": expected.told(expected.fees(reading.kept(kept.form), ref, at.astimezone(HANOI).date())),
        "owners": _owners(whole),
        "unloading": list(unloading.lines(whole)),
        "receiving": _linked(request, me, whole),
        "qr": _qr(request, kept.crossing_id),
        "gate": _gate_name(whole.crossing.gate, request.LANGUAGE_CODE),
        "kind_words": words.of(words.KINDS, whole.crossing.kind),
        "acts": _acts(whole),
        "ended": ended,
        "live_url": _live_url(kept.crossing_id),
    }


def _timeline(whole: Whole, owner: str) -> list[journey.Row]:
    rows = journey.timeline(whole.facts, whole.state, whole.ref, whole.at, owner)
    return journey.with_photos(rows, from_lanes.told().at_lanes(whole.crossing.pk, True))


def _permit(whole: Whole) -> dict[str, Any]:
    """The one answer for the next checkpoint: a permit, or not, and why not."""
    leg, permit = whole.answer.leg, whole.answer.permit
    step = words.of(words.STEPS, leg.states) if leg else _("Qua chốt")
    at = words.of(words.CHECKPOINTS, leg.at) if leg else ""
    return {"step": step, "at": at, "given": permit is not None, "until": permit.until if permit else None}


def _charges(whole: Whole) -> dict[str, Any]:
    """What was charged and paid, line by line, with the law; before that, what is to be expected."""
    state = whole.state
    lines = [line for fact in state.charges if isinstance(fact.data, f.Charged) for line in _lines(fact.data)]
    return {
        "lines": lines,
        "due": sum(state.charged.values()),
        "paid": sum(state.paid.values()),
        "owed": sum(max(0, state.owes(order)) for order in state.charged),
        "laws": list(dict.fromkeys(line["law"] for line in lines if line["law"])),
    }


def _lines(data: f.Charged) -> list[dict[str, Any]]:
    return [{"order": words.of(words.ORDERS, data.order), **f.plain(line)} for line in data.lines]


def _linked(request: HttpRequest, me: Principal, whole: Whole) -> list[dict[str, Any]]:
    """Receiving vehicles, or the vehicle that this one takes goods from, each with its own number and QR."""
    found = []
    bound = declarations.visible_to(me).filter(crossing_id__in=list(whole.state.links))
    others = {kept.crossing_id: kept for kept in bound}
    for other, said in whole.state.links.items():
        kept = others.get(other)
        state = fold(store.facts_of(other)) if kept else None
        found.append(
            {
                "plate": said.plate,
                "country": state.announced.vehicle.plate.country if state and state.announced else "",
                "role": _("Xe nhận hàng") if said.role == "receiving" else _("Nhận hàng từ"),
                "declaration": kept,
                "qr": _qr(request, other) if kept else "",
            }
        )
    return found


def _owners(whole: Whole) -> list[tuple[str, str]]:
    """Whose goods these are, by customs declaration, where they are of several owners. Only the business that
    declared them, and who works at the gate, comes here."""
    content = whole.state.announced
    groups = content.groups if content else ()
    if len({group.owner_tax_code for group in groups}) < 2:
        return []
    return [
        (group.customs_number or group.items[0].name, group.owner_name or group.owner_tax_code or "—")
        for group in groups
    ]


def _acts(whole: Whole) -> dict[str, Any]:
    """Each button, or why it may not be used. The guards are those of the acts themselves."""
    state, ref = whole.state, whole.ref
    return {
        "correct": _first(cd.against_correcting(state, ref)),
        "withdraw": _first(guards.against_withdrawing(state)),
        "turn": _first(sd.against_asking_to_turn(_case(whole), "x")),
        "may_link": state.kind is Kind.IMPORT_TRANSSHIPMENT and not has_ended(state, ref),
    }


def _case(whole: Whole) -> Case:
    return Case(whole.state, Actor(kind=ActorKind.PERSON, id=""), whole.at, whole.ref)


def _stay(whole: Whole) -> dict[str, Any] | None:
    """A warning before a foreign vehicle's stay is over, and after."""
    staying = None if has_ended(whole.state, whole.ref) else stay_of(whole.state, whole.ref, whole.at)
    if staying is None or not (staying.is_over or staying.warned):
        return None
    until = formats.when(staying.ends, words.language())
    told = {"hours": staying.hours, "until": until}
    return {"over": staying.is_over, "words": _("Được lưu lại %(hours)s giờ, đến %(until)s.") % told}


def _first(objections: list[Objection]) -> str:
    return refusals.objection_sentence(objections[0]) if objections else ""


def _qr(request: HttpRequest, crossing: UUID) -> SafeString:
    """The address of the crossing's page, for the officers' scanner and the driver's phone alike."""
    address = request.build_absolute_uri(f"/crossings/{crossing}/")
    code = segno.make(address, error="m")
    drawn = code.svg_inline(scale=5, border=2, omitsize=True, svgclass="ck-qr-code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  segno's own drawing, of an address that we made


def _live_url(crossing: UUID) -> str:
    """The live stream, where this installation has one; the page asks every 15 s otherwise."""
    address = f"/live/crossing/{crossing}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


def _gate_name(code: str, language: str) -> str:
    gate = Gate.objects.filter(pk=code).first()
    return gate_name(gate, language) if gate else code


def _yard_name(code: str, bay: str = "") -> str:
    """With the bay in which the vehicle stands, or that is kept for it."""
    yard = Yard.objects.filter(pk=code).first() if code else None
    bay = bay.partition("-")[2]
    return " · ".join(part for part in (yard.name if yard else "", bay) if part)
