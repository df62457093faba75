"""Driver or business says that an order on the road was read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ...accounts import principal
from ...declarations.pages import answered
from ...shared.errors import Refused
from ...web import refusals
from ..road import read_order
from ..said import Said
from .views import own_declaration


@answered
@require_POST
def read(request: HttpRequest, declaration: UUID, order: UUID) -> HttpResponse:
    me = principal.of(request)
    kept = own_declaration(me, declaration)
    try:
        read_order(kept.crossing_id, order, Said(by=me))
    except Refused as refused:
        messages.error(request, " ".join(refusals.objection_sentence(o) for o in refused.objections))
    response = HttpResponseRedirect(reverse("declaration", args=[declaration]))
    response.status_code = 303
    return response
