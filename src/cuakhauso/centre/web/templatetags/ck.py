"""The components, as template tags: `{% load ck %}`. Seen together on the page /vocabulary.

Small ones build their HTML here, the larger have a template in templates/web/components/.
Nothing unknown is hidden: a missing amount, weight or time is drawn as "Chưa rõ".
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cuakhauso.centre.web import fields, formats, icons, timebar
from cuakhauso.centre.web.vocabulary import status_of

register = template.Library()
Amount = Decimal | float | None
_ICONS = icons.names()


def _language() -> str:
    return get_language() or "vi"


# Icons, plates, statuses


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


# Times


@register.simple_tag
def since(moment: datetime | None, *, usual: float | None = None) -> SafeString:
    """{% since dt usual=45 %}: "34 phút", counted on by the page; red beyond `usual` minutes."""
    if moment is None:
        return status("unknown")
    seconds = (timezone.now() - moment).total_seconds()
    figure, unit = formats.waited(seconds, _language())
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


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """{% when dt %}: 14:32 today, "23/11, 22:46" on another day."""
    if moment is None:
        return status("unknown")
    return _time(moment, formats.when(moment, _language()))


@register.simple_tag
def date(moment: datetime | None) -> SafeString:
    """{% date dt %}: 24/11/2026."""
    if moment is None:
        return status("unknown")
    return _time(moment, formats.date(moment, _language()))


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag
def duration(seconds: float | None) -> SafeString:
    """{% duration 4920 %}: "1 giờ 22 phút"."""
    if seconds is None:
        return status("unknown")
    return _figures(formats.duration(seconds, _language()))


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
    return _figures(formats.number(value, _language(), places=places))


@register.simple_tag
def money(amount: Amount, *, big: bool = False) -> SafeString:
    """{% money 800000 %}: "800.000 đ"; big=True sets the unit smaller than the figure."""
    if amount is None:
        return status("unknown")
    return _figures(formats.money(amount, _language()), big=big)


@register.simple_tag
def weight(kg: Amount, unit: str = "kg", *, big: bool = False) -> SafeString:
    """{% weight 21000 %}: "21.000 kg"; {% weight 21000 "t" %}: "21,0 t"."""
    if kg is None:
        return status("unknown")
    return _figures(formats.weight(kg, _language(), unit=unit), big=big)


def _figures(text: str, *, big: bool = False) -> SafeString:
    if big:
        figure, _gap, unit = text.partition(" ")
        return format_html('<span class="ck-num ck-nowrap">{} <small>{}</small></span>', figure, unit)
    return format_html('<span class="ck-num ck-nowrap">{}</span>', text)


# The same as plain text, for sentences: {{ amount|as_money }}


@register.filter
def as_money(amount: Decimal | float) -> str:
    return formats.money(amount, _language())


@register.filter
def as_weight(kg: Decimal | float, unit: str = "kg") -> str:
    return formats.weight(kg, _language(), unit=unit)


@register.filter
def as_number(value: Decimal | float, places: int | None = None) -> str:
    return formats.number(value, _language(), places=places)


@register.filter
def as_duration(seconds: float) -> str:
    return formats.duration(seconds, _language())


@register.filter
def as_clock(moment: datetime) -> str:
    return formats.clock(moment)


@register.filter
def as_beijing(moment: datetime) -> str:
    return formats.clock(moment, zone=formats.BEIJING)


@register.filter
def as_when(moment: datetime) -> str:
    return formats.when(moment, _language())


@register.filter
def as_date(moment: datetime) -> str:
    return formats.date(moment, _language())


@register.filter
def lang_tag(code: str | None) -> str:
    """The language code as the `lang` attribute wants it: zh-hans becomes zh-Hans."""
    return formats.format_of(code).tag


# Blocks of a crossing's page


@register.inclusion_tag("web/components/timebar.html", name="timebar")
def whose_clock(spans: Iterable[timebar.Span]) -> dict[str, Any]:
    """{% timebar spans %}: whose clock ran how long; spans have party label minutes is_now words."""
    return {"segments": timebar.segments(spans)}


@register.inclusion_tag("web/components/objections.html")
def objections(listed: Iterable[Any]) -> dict[str, Any]:
    """{% objections list %}: every reason; each has icon tone sentence detail mine, maybe whose."""
    return {"objections": list(listed)}


@register.inclusion_tag("web/components/facts.html")
def facts(rows: Iterable[Any]) -> dict[str, Any]:
    """{% facts rows %}: what happened; rows have occurred recorded words by source tone."""
    return {"rows": [{"fact": row, "late_s": _late(row)} for row in rows]}


def _late(row: Any) -> float:
    """Seconds between happening and being known; under a minute counts as at once."""
    occurred, recorded = _of(row, "occurred"), _of(row, "recorded")
    if occurred is None or recorded is None:
        return 0.0
    seconds = float((recorded - occurred).total_seconds())
    return seconds if seconds >= 60 else 0.0


def _of(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


@register.inclusion_tag("web/components/timeline.html")
def timeline(rows: Iterable[Any]) -> dict[str, Any]:
    """{% timeline rows %}: the journey, newest first; rows have at status words detail seconds."""
    return {"rows": rows}


@register.inclusion_tag("web/components/gauge.html")
def gauge(minutes: float, *, p50: float, p90: float, words: str = "") -> dict[str, Any]:
    """{% gauge 34 p50=20 p90=45 %}: a wait against what is usual."""
    full = max(p90 * 4 / 3, minutes * 1.1, 1)
    share = {"pin": minutes, "low": p50, "high": p90}
    placed = {name: round(value / full * 100, 1) for name, value in share.items()}
    over = minutes > p90
    return {**placed, "band": placed["high"] - placed["low"], "over": over, "words": words} | {
        "p50": round(p50),
        "p90": round(p90),
        "minutes": round(minutes),
    }


@register.inclusion_tag("web/components/level.html")
def level(percent: float, *, mark: float = 85, words: str = "") -> dict[str, Any]:
    """{% level 95 mark=85 words="95 %" %}: how full a place is, with the line that matters."""
    tone = "very" if percent > mark else "hot" if percent == mark else ""
    return {"percent": min(100, percent), "mark": mark, "tone": tone, "words": words}


# Notes, empty lists, buttons, fields


@register.simple_block_tag
def note(content: str, tone: str = "wait", title: object = "", *, name: str = "") -> SafeString:
    """{% note "held" "Chưa ghi được xác nhận." %}why and what to do{% endnote %}; tones held, wait,
    act, done, irr, off."""
    drawn = {"held": "alert-triangle", "wait": "clock-hour-4", "off": "cloud-off", "done": "circle-check"}
    return format_html(
        '<div class="ck-note ck-note-{}" role="{}"><span class="c-{}">{}</span>'
        '<div class="ck-grow">{}<div>{}</div></div></div>',
        tone,
        "alert" if tone == "held" else "status",
        tone,
        icon(name or drawn.get(tone, "info-circle"), 24),
        format_html("<b>{}</b>", title) if title else "",
        content,
    )


@register.inclusion_tag("web/components/empty.html")
def empty(
    title: object, hint: object = "", *, name: str = "circle-check", tone: str = "done"
) -> dict[str, Any]:
    """{% empty "Không có xe nào chờ Hải quan ở B1" "Xe gần nhất: …" %}: which list, what next."""
    return {"title": title, "hint": hint, "name": name, "tone": tone}


@register.inclusion_tag("web/components/button.html")
def button(label: object, kind: str = "line", **options: Any) -> dict[str, Any]:
    """{% button "Giữ xe" "hold" icon="hand-stop" sub="chọn lý do" hx_get=url %}; kinds main, line,
    hold, go; size="2" is 48 px; why_not="…" draws it dashed with the reason; href makes a link."""
    own = ("icon", "sub", "why_not", "href", "size", "grow")
    chosen = {name: options.pop(name, None) for name in own}
    options.setdefault("type", "submit")
    attributes = {name.rstrip("_").replace("_", "-"): value for name, value in options.items()}
    if chosen["href"] or chosen["why_not"]:
        attributes.pop("type")
    return {"label": label, "kind": kind, **chosen, "attributes": flatatt(attributes)}


@register.inclusion_tag("web/components/action.html", takes_context=True)
def action(context: Context, act: Any, kind: str = "", *, grow: bool = False) -> dict[str, Any]:
    """{% action act %}: a form with one button; act has url label, maybe kind icon sub fields
    why_not opens (the id of a sheet). Refused, it stays visible with its reason."""
    return {
        "act": act,
        "kind": kind or _of(act, "kind") or "line",
        "grow": grow,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_block_tag
def sheet(content: str, name: str, title: object) -> SafeString:
    """{% sheet "hold" "Giữ xe: chọn lý do" %}…{% endsheet %}: opened by data-opens="hold"."""
    return format_html(
        '<dialog class="ck-sheet" id="{}" aria-labelledby="{}-title"><header><h2 id="{}-title">{}</h2>'
        '<button type="button" class="ck-icon-btn" data-closes aria-label="{}">{}</button></header>'
        '<div class="ck-sheet-body">{}</div></dialog>',
        name,
        name,
        name,
        title,
        _("Đóng"),
        icon("x", 24),
        content,
    )


@register.inclusion_tag("web/components/field.html")
def field(name: BoundField | str, **options: Any) -> dict[str, Any]:
    """{% field form.plate source="Đội xe" %} or {% field "plate" label="Biển số" value=… error=… %};
    kind text, number, date, time, datetime-local, select, textarea, checkbox; hint, required,
    known=True tints a field whose `source` filled it; options=[(value, words)] for a select."""
    made = fields.from_form(name, options) if isinstance(name, BoundField) else None
    return {"f": made or fields.plain(str(name), options)}


@register.inclusion_tag("web/components/nav_link.html", takes_context=True)
def nav_link(context: Context, url: str, label: object, count: int | None = None) -> dict[str, Any]:
    """{% nav_link url "Xe của tôi" 6 %}: marked when the page shown lies under it."""
    path = getattr(context.get("request"), "path", "")
    here = path == url if url == "/" else path.startswith(url)
    return {"url": url, "label": label, "count": count, "here": here}


@register.simple_tag
def words_for_script() -> SafeString:
    """The few words that app.js needs, as data attributes of the body."""
    f = formats.format_of(_language())
    said = {
        "minute": f.minute,
        "hour": f.hour,
        "day": f.day,
        "live": _("Trực tiếp"),
        "stale": _("Không có tin mới %(age)s giây"),
        "stale-minutes": _("Không có tin mới %(age)s phút"),
        "connecting": _("Đang nối"),
        "offline": _("Mất mạng từ %(time)s."),
        "offline-age": _("Trang này cũ %(age)s phút. Chưa gửi được gì từ máy này."),
        "not-sent": _("Chưa gửi được: máy đang mất mạng. Những gì đã điền vẫn còn trên trang."),
        "failed": _("Chưa làm được. Máy chủ không nhận; hãy tải lại trang rồi thử lại."),
        "unreachable": _("Chưa làm được: không tới được máy chủ. Hãy kiểm tra mạng rồi bấm lại."),
        "refused": _("Chưa làm được: tài khoản này không được làm việc đó."),
    }
    return format_html_join("", ' data-say-{}="{}"', said.items())
