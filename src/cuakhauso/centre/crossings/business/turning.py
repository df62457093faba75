"""The business asks that its vehicle turns around, or goes on at another gate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ...accounts import principal
from ...declarations.page import gate_name
from ...declarations.pages import answered, frame
from ...places.models import Gate
from ...shared.errors import Invalid, Refused
from ...shared.models import Crossing
from .. import special
from ..acts import text_of, uuid_of
from ..answers import sentences
from ..said import Said
from .views import own_declaration


@answered
@require_http_methods(["GET", "POST"])
def turn(request: HttpRequest, declaration: UUID) -> HttpResponse:
    me = principal.of(request)
    kept = own_declaration(me, declaration)
    here = Crossing.objects.get(pk=kept.crossing_id).gate
    gates = [("", _("Quay đầu, về theo đường đã tới"))]
    others = Gate.objects.exclude(pk=here)
    gates += [(g.code, _("Sang %(gate)s") % {"gate": gate_name(g, request.LANGUAGE_CODE)}) for g in others]
    refused: list[str] = []
    if request.method == "POST":
        try:
            _ask(request, kept.crossing_id, Said(by=me, id=_id(request), note=text_of(request.POST, "words")))
        except (Refused, Invalid) as error:
            refused = [sentence for sentence, _where in sentences(error)]
        else:
            messages.success(request, _("Đã gửi yêu cầu. Câu trả lời hiện ở trang này."))
            return HttpResponseRedirect(reverse("declaration", args=[kept.pk]))
    shown = {
        **frame(me), "declaration": kept, "gates": gates, "refused": refused,
        "gate": request.POST.get("gate", ""), "words": request.POST.get("words", ""),
    }  # fmt: skip
    return render(request, "declarations/turn.html", shown, status=409 if refused else 200)


def _ask(request: HttpRequest, crossing: UUID, said: Said) -> None:
    special.ask_to_turn(crossing, said, gate=request.POST.get("gate", ""))


def _id(request: HttpRequest) -> UUID | None:
    given = request.POST.get("id", "").strip()
    return uuid_of(given, "id") if given else None
