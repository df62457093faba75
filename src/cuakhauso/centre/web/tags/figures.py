"""Times, amounts and weights in the reader's language, as components and as plain text for sentences."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import formats
from ..words import language
from .signs import icon, status

register = template.Library()
Amount = Decimal | float | None


# Times


@register.simple_tag
def since(moment: datetime | None, *, usual: float | None = None) -> SafeString:
    """{% since dt usual=45 %}: "34 phút", counted on by the page; red beyond `usual` minutes."""
    if moment is None:
        return status("unknown")
    seconds = (timezone.now() - moment).total_seconds()
    figure, unit = formats.waited(seconds, language())
    over = usual is not None and seconds > usual * 60
    return format_html(
        '<time class="ck-since{}" datetime="{}" data-since="{}"{}><b>{}</b> <span>{}</span>'
        '<em class="ck-over">{}{}</em></time>',
        " is-over" if over else "",
        moment.isoformat(),
        moment.isoformat(),
        "" if usual is None else format_html(' data-usual="{}"', usual),
        figure,
        unit,
        icon("alert-triangle", 15),
        _("quá lâu"),
    )


@register.simple_tag
def clock(moment: datetime | None, *, beijing: bool = False) -> SafeString:
    """{% clock dt %}: 14:32 in Hanoi; {% clock dt beijing=True %} shows both clocks, named."""
    if moment is None:
        return status("unknown")
    text = formats.clock(moment)
    if beijing:
        there = formats.clock(moment, zone=formats.BEIJING)
        text = _("%(hanoi)s Hà Nội, %(beijing)s Bắc Kinh") % {"hanoi": text, "beijing": there}
    return _time(moment, text)


@register.filter
def exact_clock(moment: datetime) -> str:
    """{{ dt|exact_clock }}: 14:32:05 in Hanoi, where what happened within a minute is told apart."""
    return formats.exact_clock(moment)


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """{% when dt %}: 14:32 today, "23/11, 22:46" on another day."""
    if moment is None:
        return status("unknown")
    return _time(moment, formats.when(moment, language()))


@register.simple_tag
def date(moment: datetime | None) -> SafeString:
    """{% date dt %}: 24/11/2026."""
    if moment is None:
        return status("unknown")
    return _time(moment, formats.date(moment, language()))


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag
def duration(seconds: float | None) -> SafeString:
    """{% duration 4920 %}: "1 giờ 22 phút"."""
    if seconds is None:
        return status("unknown")
    return _figures(formats.duration(seconds, language()))


@register.simple_tag
def server_now() -> str:
    """{% server_now %}: our clock, for the page's clocks and counters."""
    return timezone.now().isoformat(timespec="milliseconds")


# Figures


@register.simple_tag
def number(value: Amount, places: int | None = None) -> SafeString:
    """{% number 1214 %}: "1.214"."""
    if value is None:
        return status("unknown")
    return _figures(formats.number(value, language(), places=places))


@register.simple_tag
def money(amount: Amount, *, big: bool = False) -> SafeString:
    """{% money 800000 %}: "800.000 đ"; big=True sets the unit smaller than the figure."""
    if amount is None:
        return status("unknown")
    return _figures(formats.money(amount, language()), big=big)


@register.simple_tag
def weight(kg: Amount, unit: str = "kg", *, big: bool = False) -> SafeString:
    """{% weight 21000 %}: "21.000 kg"; {% weight 21000 "t" %}: "21,0 t"."""
    if kg is None:
        return status("unknown")
    return _figures(formats.weight(kg, language(), unit=unit), big=big)


def _figures(text: str, *, big: bool = False) -> SafeString:
    if big:
        figure, _gap, unit = text.partition(" ")
        return format_html('<span class="ck-num ck-nowrap">{} <small>{}</small></span>', figure, unit)
    return format_html('<span class="ck-num ck-nowrap">{}</span>', text)


# The same as plain text, for sentences: {{ amount|as_money }}


@register.filter
def as_money(amount: Decimal | float) -> str:
    return formats.money(amount, language())


@register.filter
def as_weight(kg: Decimal | float, unit: str = "kg") -> str:
    return formats.weight(kg, language(), unit=unit)


@register.filter
def as_number(value: Decimal | float, places: int | None = None) -> str:
    return formats.number(value, language(), places=places)


@register.filter
def as_duration(seconds: float) -> str:
    return formats.duration(seconds, language())


@register.filter
def as_clock(moment: datetime) -> str:
    return formats.clock(moment)


@register.filter
def as_beijing(moment: datetime) -> str:
    return formats.clock(moment, zone=formats.BEIJING)


@register.filter
def as_when(moment: datetime) -> str:
    return formats.when(moment, language())


@register.filter
def as_date(moment: datetime) -> str:
    return formats.date(moment, language())


@register.filter
def lang_tag(code: str | None) -> str:
    """The language code as the `lang` attribute wants it: zh-hans becomes zh-Hans."""
    return formats.format_of(code).tag
