"""The page of one's own organisation: its tokens for other people's programs."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cuakhauso.core import identifiers as ids

from ..shared.errors import NotAllowed, NotFound
from . import principal, tokens
from .models import Organisation
from .principal import Principal

LONGEST_NAME = 80


@never_cache
@require_http_methods(["GET", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """A new token's secret is in the answer to its making, and nowhere after that."""
    me = principal.of(request)
    mine = _own(me)
    if not mine:
        raise PermissionDenied
    if request.method == "GET":
        return _shown(request, me, mine)
    name = _name(request.POST.get("name", ""))
    owner = next((one for one in mine if str(one.id) == request.POST.get("organisation")), None)
    if not name or owner is None:
        return _shown(request, me, mine, error=_("Ô này chưa có. Hãy điền."), status=422)
    try:
        token, secret = tokens.create(owner.id, name, by=me)
    except NotAllowed as error:
        raise PermissionDenied from error
    return _shown(request, me, mine, made=token, secret=secret, status=201)


@require_POST
def revoke_token(request: HttpRequest, token: UUID) -> HttpResponse:
    try:
        tokens.revoke(token, by=principal.of(request))
    except NotFound as error:
        raise Http404 from error
    except NotAllowed as error:
        raise PermissionDenied from error
    messages.success(request, _("Đã thu hồi mã truy cập. Không ai vào bằng mã đó được nữa."))
    return redirect("company")


def _own(me: Principal) -> list[Organisation]:
    """Organisations that serve themselves; an agency's tokens are made by whoever runs the platform."""
    mine = {role.organisation for role in me.roles}
    return list(Organisation.objects.filter(pk__in=mine, kind__in=tokens.SELF_SERVED).order_by("name"))


def _name(text: str) -> str:
    try:
        return ids.clean(text, limit=LONGEST_NAME)
    except ids.Invalid:
        return ""


def _shown(
    request: HttpRequest, me: Principal, mine: list[Organisation], *, status: int = 200, **more: object
) -> HttpResponse:
    shown = {
        "here": "company",
        "owner": mine[0] if len(mine) == 1 else None,
        "mine": mine,
        "tokens": tokens.visible_to(me).filter(organisation__in=mine).order_by("revoked_at", "-created_at"),
        **more,
    }
    return render(request, "accounts/company.html", shown, status=status)
