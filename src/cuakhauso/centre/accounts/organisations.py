"""Businesses on the platform: found by tax code, or opened at a desk by whoever helps them declare."""

from django.db import transaction

from cuakhauso.core import identifiers as ids

from ..shared import audit
from ..shared.errors import FieldError, Invalid, NotAllowed
from .models import Duty, Organisation
from .principal import Principal

LONGEST_NAME = 200


def business(tax_code: str) -> Organisation | None:
    """Raises `Invalid` for what is no tax code."""
    return Organisation.objects.filter(tax_code=_tax_code(tax_code), kind=Organisation.Kind.BUSINESS).first()


@transaction.atomic
def open_business(tax_code: str, name: str, *, by: Principal) -> Organisation:
    """The business of this tax code, opened now if nobody declared for it yet. Who did it is kept."""
    if not (by.has(Duty.SUPPORT) or by.is_officer):
        raise NotAllowed
    code, cleaned = _tax_code(tax_code), _name(name)
    found, opened = Organisation.objects.get_or_create(
        tax_code=code, defaults={"kind": Organisation.Kind.BUSINESS, "name": cleaned}
    )
    if found.kind != Organisation.Kind.BUSINESS:
        raise Invalid([FieldError("tax_code", "not_a_choice")])
    if opened:
        audit.record("business_opened", f"organisation:{found.id}", actor=by.actor(), tax_code=code)
    return found


def _tax_code(text: str) -> str:
    try:
        return ids.parse_tax_code(text)
    except ids.Invalid as bad:
        raise Invalid([FieldError("tax_code", bad.code, dict(bad.params))]) from bad


def _name(text: str) -> str:
    try:
        cleaned = ids.clean(text, limit=LONGEST_NAME)
    except ids.Invalid as bad:
        raise Invalid([FieldError("name", bad.code, dict(bad.params))]) from bad
    if ids.is_placeholder(cleaned):
        raise Invalid([FieldError("name", "required")])
    return cleaned
