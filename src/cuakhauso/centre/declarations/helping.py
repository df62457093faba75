"""Declaring for a business that stands before the desk (domain.md 2.7): first which business it is."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ..accounts import organisations, principal
from ..shared.errors import Invalid, NotAllowed
from ..web import refusals, words
from . import behalf
from .pages import answered, frame, helps

KEPT = ("plate", "country", "gate", "kind")


@answered
@require_http_methods(["GET", "POST"])
def help_declaring(request: HttpRequest) -> HttpResponse:
    me = principal.of(request)
    if not helps(me):
        raise NotAllowed
    given = request.POST if request.method == "POST" else request.GET
    shown: dict[str, Any] = {
        **frame(me, "help"),
        "tax_code": given.get("tax_code", ""),
        "name": given.get("name", ""),
        "kept": {name: given[name] for name in KEPT if given.get(name)},
        "errors": {},
        "is_new": bool(given.get("is_new")),
    }
    if request.method == "GET":
        return render(request, "declarations/help.html", shown)
    try:
        found = organisations.business(shown["tax_code"])
        if found is None and shown["is_new"]:
            found = organisations.open_business(shown["tax_code"], shown["name"], by=me)
    except Invalid as invalid:
        shown["errors"] = {error.field: refusals.field_error_sentence(error) for error in invalid.errors}
        return render(request, "declarations/help.html", shown, status=422)
    if found is None:
        return render(request, "declarations/help.html", {**shown, "is_new": True})
    if behalf.refusal_of(found.pk):
        shown["errors"] = {"tax_code": words.of(refusals.OBJECTIONS, "help_refused")}
        return render(request, "declarations/help.html", shown, status=409)
    return redirect(f"{reverse('declare')}?{urlencode({'for': found.id, **shown['kept']})}")
