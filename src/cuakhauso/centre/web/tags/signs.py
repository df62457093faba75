"""Icons, plates and statuses: the smallest components, of which others are made."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .. import icons
from ..vocabulary import status_of

register = template.Library()
_ICONS = icons.names()


@register.simple_tag
def icon(name: str, size: int = 20, *, bold: bool = False) -> SafeString:
    """{% icon "hand-stop" 20 %}: an icon of icons.txt; another name is drawn as a question."""
    known = name if name in _ICONS else "help-hexagon"
    return format_html(
        '<svg class="ck-i{}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " ck-i-b" if bold else "",
        size,
        size,
        static("web/icons.svg"),
        known,
    )


@register.simple_tag
def plate(plate: object, size: str = "", *, country: str = "") -> SafeString:
    """{% plate crossing.plate "l" %}, {% plate "12R-000.88" "s" country="VN" %}; sizes s, l, xl."""
    if not plate:
        return status("unknown", _("Chưa rõ biển số"))
    names = (getattr(plate, name, None) for name in ("display", "shown", "number"))
    text = next(filter(None, names), plate)
    land = str(country or getattr(plate, "country", "") or "?")
    return format_html(
        '<span class="ck-plate{}" data-c="{}"{}><span>{}</span></span>',
        f" ck-plate-{size}" if size else "",
        land,
        mark_safe(' lang="zh-Hans"') if land == "CN" else "",
        text,
    )


@register.simple_tag
def status(code: str, words: object = "", *, size: int = 17) -> SafeString:
    """{% status "waiting" "Chờ Biên phòng" %}: the pill, where the status is the message."""
    known = status_of(code)
    return format_html(
        '<span class="ck-st ck-st-{}">{}{}</span>',
        known.look,
        icon(known.icon, size),
        words or known.words,
    )


@register.simple_tag
def step(code: str, words: object = "", *, size: int = 16) -> SafeString:
    """{% step "done" "Biên phòng 13:49" %}: icon and plain text, where it is one of many."""
    known = status_of(code)
    return format_html(
        '<span class="ck-step"><span class="c-{}">{}</span>{}</span>',
        known.tone,
        icon(known.icon, size),
        words or known.words,
    )


@register.simple_tag
def status_icon(code: str, size: int = 20) -> SafeString:
    """{% status_icon step.status 19 %}: only the coloured icon; a word must stand beside it."""
    known = status_of(code)
    return format_html('<span class="c-{}">{}</span>', known.tone, icon(known.icon, size))
