"""Tags of the declaration form: `{% load declare %}`."""

import re
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cuakhauso.centre.web import words

from ..page import FormPage

register = template.Library()


@register.inclusion_tag("web/components/field.html", takes_context=True)
def cell(context: Context, prefix: str, name: str = "", **given: Any) -> dict[str, Any]:
    """{% cell "vehicle.plate" %}, {% cell item "hs" %} where item is "groups.0.items.1."."""
    page: FormPage = context["page"]
    return {"f": page.cell(f"{prefix}{name}", **given)}


@register.simple_tag(takes_context=True)
def blocks(context: Context, path: str, least: int = 0) -> list[str]:
    """{% blocks "groups" 1 as groups %}: the blocks of a list, at least so many."""
    page: FormPage = context["page"]
    numbers = page.numbers(path)
    return numbers + [str(number) for number in range(len(numbers), least)]


@register.simple_tag(takes_context=True)
def part(context: Context, name: str) -> str:
    """{% part "goods" %}: for which kinds a part is shown, as attributes."""
    page: FormPage = context["page"]

    hidden = " hidden" if page.hides(name) else ""
    return format_html('data-kinds="{}"{}', page.kinds_of(name), hidden)


@register.filter
def agency_words(code: object) -> str:
    """{{ agency|agency_words }}: an agency's name."""
    return words.of(words.AGENCIES, code)


_MARKS = re.compile(r"\s*(?:;\s*)?(?:\(A\)|\[F\]|\bS[0-9]+[a-z]?\b)")


@register.filter
def law_words(source: str) -> str:
    """{{ line.law|law_words }}: the law alone; marks of the fact base say nothing to a reader, but where
    a rate is our assumption that is said."""
    law = _MARKS.sub("", source).strip(" ;,")
    assumed = _("mức tạm, chờ Ban Quản lý xác nhận")
    return f"{law} ({assumed})" if "(A)" in source else law
