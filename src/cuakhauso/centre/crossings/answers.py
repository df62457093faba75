"""How an act answers on a page: the part that changed, a strip that says what was done, or every reason why
it was not. What was typed stays where it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse

from ..accounts import principal
from ..shared.errors import GateError, Invalid, NotAllowed, NotFound, Refused
from ..web import refusals, words
from . import drawing, queries
from .posts import chosen_post
from .worklist import view_of

View = Callable[..., HttpResponse]


def guarded(view: View) -> View:
    """What a reader may not see does not exist; what may not be done says why, on a page of its own."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        except NotAllowed:
            return render(request, "403.html", status=403)

    return inner


@dataclass(frozen=True, slots=True)
class Origin:
    """The page on which somebody tapped: what it shows is what the answer must renew."""

    name: str
    kwargs: dict[str, Any]
    query: dict[str, str]


def origin(request: HttpRequest) -> Origin:
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    try:
        match = resolve(address.path)
    except Resolver404:
        return Origin("", {}, {})
    query = {name: values[-1] for name, values in parse_qs(address.query).items()}
    return Origin(match.url_name or "", match.kwargs, query)


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def renewed(request: HttpRequest) -> str | None:
    """The changed part of the page that asked; none where that page fetches it by itself."""
    reader, here = principal.of(request), origin(request)
    language = words.language()
    if here.name == "worklist":
        gate = here.kwargs["gate"]
        page = int(here.query["page"]) if here.query.get("page", "").isdigit() else 1
        post = chosen_post(request, reader, gate)
        view = view_of(reader, gate, tab=here.query.get("tab", ""), post=post, language=language, page=page)
        return drawing.worklist(reader, view)
    if here.name == "crossing":
        crossing = here.kwargs["crossing"]
        row = queries.visible_to(reader).filter(pk=crossing).first()
        if row is None:
            raise NotFound
        return drawing.crossing(reader, crossing, drawing.reader_at(reader, row.gate, language))
    return None


@dataclass(frozen=True, slots=True)
class Undo:
    """What the strip's button takes back."""

    crossing: UUID
    fact: UUID


def done(request: HttpRequest, said: str, crossing: UUID, undo: Undo | None = None) -> HttpResponse:
    """The strip below, and the changed part."""
    if not is_htmx(request):
        return HttpResponseRedirect(reverse("crossing", args=[crossing]))
    body = renewed(request)
    strip = render_to_string("crossings/_toast.html", {"said": said, "undo": undo}, request)
    response = HttpResponse((body or "") + strip)
    if body is None:
        response.headers["HX-Reswap"] = "none"
        response.headers["HX-Trigger"] = "changed"
    elif request.POST.get("sheet") == "1":
        # The form stands in a sheet; what changed is the page. A form on the page has its own target, which
        # holds even where the stream has replaced that form meanwhile.
        response.headers["HX-Retarget"] = "#worklist" if origin(request).name == "worklist" else "#crossing"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def sentences(error: GateError) -> list[tuple[str, str]]:
    """Every reason with its second line."""
    if isinstance(error, Refused):
        return [(refusals.objection_sentence(o), refusals.objection_where(o)) for o in error.objections]
    if isinstance(error, Invalid):
        return [(refusals.field_error_sentence(e), "") for e in error.errors]
    return [(refusals.problem_title(error.code, error.data), "")]


def refused(
    request: HttpRequest, crossing: UUID, reasons: Sequence[tuple[str, str]], what: str
) -> HttpResponse:
    """Why it was not done, next to where it was asked for. Nothing else on the page is touched."""
    shown = {"reasons": reasons, "what": what, "crossing": crossing, "time": drawing.now_words()}
    if not is_htmx(request):
        return render(request, "crossings/refused.html", shown, status=409)
    if request.POST.get("sheet") == "1":
        return render(request, "crossings/_why.html", shown, status=409)
    in_row = origin(request).name == "worklist"
    shown |= {"place": f"#why-{crossing}" if in_row else "#refusal", "closes": True}
    response = render(request, "crossings/_why_out_of_band.html", shown, status=409)
    response.headers["HX-Reswap"] = "none"
    return response
