"""What the yard's pages say of a bay, and the small form behind each of its buttons."""

from typing import Any

from django import template
from django.template.context import Context

from ...web import words

register = template.Library()


@register.simple_tag
def bay_kind(kind: str) -> str:
    return words.of(words.BAY_KINDS, kind)


@register.simple_tag
def bay_look(look: str) -> str:
    return words.of(words.BAY_LOOKS, look)


@register.inclusion_tag("yards/_bay_button.html", takes_context=True)
def bay_button(
    context: Context, verb: str, bay: Any, crossing: object, said: str, sign: str, *, main: bool = False
) -> dict[str, Any]:
    """{% bay_button "park" bay crossing.pk _("Đỗ") "parking" %}: one act on one vehicle in one bay."""
    page = {name: context[name] for name in ("gate", "yard", "csrf_token")}
    return {**page, "verb": verb, "bay": bay, "crossing": crossing, "said": said, "sign": sign, "main": main}
