"""Giving back at the desk what was overpaid: one person asks, another one gives."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cuakhauso.core.facts import Refunded
from cuakhauso.core.words import Order

from ..crossings.acts import text_of, uuid_of
from ..crossings.answers import done, guarded, refused, sentences
from ..shared.errors import FieldError, GateError, Invalid, NotAllowed, NotFound
from ..web import formats, words
from . import actions
from .views import METHODS, at_the_desk, of_this_gate, said_at_the_desk


@require_POST
@guarded
def ask_refund(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """What is over is computed, never typed."""
    reader, _shown = at_the_desk(request, gate)
    of_this_gate(reader, gate, crossing)
    order = request.POST.get("order", "")
    if order not in set(Order):
        raise NotFound
    try:
        actions.ask_refund(crossing, Order(order), said_at_the_desk(request, reader))
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return refused(request, crossing, sentences(error), _("Chưa đề nghị được"))
    return done(request, _("Đã đề nghị hoàn phí; một người khác sẽ chi."), crossing)


@require_POST
@guarded
def refund(request: HttpRequest, gate: str, crossing: UUID) -> HttpResponse:
    """The money leaves the desk."""
    reader, _shown = at_the_desk(request, gate)
    of_this_gate(reader, gate, crossing)
    try:
        story = actions.refund(
            crossing, uuid_of(request.POST.get("asked", ""), "asked"), said_at_the_desk(request, reader),
            method=_method(request), receipt=_receipt(request),
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except GateError as error:
        return refused(request, crossing, sentences(error), _("Chưa hoàn được"))
    given = next(fact.data for fact in reversed(story.facts) if isinstance(fact.data, Refunded))
    told = {
        "amount": formats.money(given.amount, words.language()),
        "order": words.of(words.ORDERS, given.order),
    }
    return done(request, _("Đã hoàn %(amount)s, %(order)s.") % told, crossing)


def _method(request: HttpRequest) -> str:
    if (given := request.POST.get("method", "")) not in METHODS:
        raise Invalid([FieldError("method", "not_a_choice")])
    return given


def _receipt(request: HttpRequest) -> str:
    if not (given := text_of(request.POST, "receipt", limit=40)):
        raise Invalid([FieldError("receipt", "required")])
    return given
