"""The page on which a business sees who declared for it, and says that it wants no more of that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..accounts import principal
from ..accounts.models import Organisation
from ..shared.errors import NotAllowed
from ..web import words
from . import behalf
from .pages import answered, frame

SHOWN = 50


@answered
@require_http_methods(["GET", "POST"])
def helped(request: HttpRequest) -> HttpResponse:
    me = principal.of(request)
    if not me.businesses:
        raise NotAllowed
    if request.method == "POST":
        owner = next(
            (one for one in me.businesses if str(one) == request.POST.get("organisation")), UUID(int=0)
        )
        refused = request.POST.get("refuse") == "1"
        behalf.refuse(owner, refused, by=me)
        said = _("Từ nay không ai khai hộ được.") if refused else _("Cán bộ lại khai hộ được.")
        messages.success(request, said)
        return HttpResponseRedirect(reverse("helped"))
    owners = Organisation.objects.filter(pk__in=me.businesses).order_by("name")
    rows = [(one, words.of(words.HELPS, one.act)) for one in behalf.helps_for(me)[:SHOWN]]
    shown = {
        **frame(me, "helped"),
        "owners": [(owner, behalf.refusal_of(owner.pk)) for owner in owners],
        "rows": rows,
    }
    return render(request, "declarations/helped.html", shown)
