"""What all pages for businesses share: for whom somebody acts, and errors as pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from ..accounts.models import Duty, Organisation
from ..accounts.principal import Principal
from ..shared.errors import NotAllowed, NotFound

View = Callable[..., HttpResponse]


def answered(view: View) -> View:
    """What may not be seen is not there (404); what may not be done is refused (403)."""

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        except NotAllowed as error:
            raise PermissionDenied from error

    return shown


def helps(me: Principal) -> bool:
    """Support staff and officers declare for a business that stands before them (domain.md 2.7)."""
    return me.has(Duty.SUPPORT) or me.is_officer


def frame(me: Principal, here: str = "") -> dict[str, Any]:
    """What the bar of every page needs: which links, and which of them is marked."""
    return {"here": here, "is_helper": not me.businesses, "is_officer": me.is_officer}


def declarant_of(me: Principal, wanted: str) -> Organisation | None:
    """For whom this is declared. None where a helper has not said it yet; raises `NotAllowed`, `NotFound`."""
    if wanted:
        return _business(me, wanted)
    if me.businesses:
        return Organisation.objects.get(pk=me.businesses[0])
    if helps(me):
        return None
    raise NotAllowed


def _business(me: Principal, wanted: str) -> Organisation:
    try:
        found = Organisation.objects.filter(pk=UUID(wanted), kind=Organisation.Kind.BUSINESS).first()
    except ValueError:
        found = None
    if found is None or not (found.id in me.businesses or helps(me)):
        raise NotFound
    return found
