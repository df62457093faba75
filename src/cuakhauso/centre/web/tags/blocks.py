"""The blocks of which pages are made: journeys, reasons, notes, buttons, sheets, fields, the frame."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.utils import flatatt
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import fields, formats, gauges, timebar
from ..words import language
from .signs import icon

register = template.Library()


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
def gauge(wait: datetime | float, *, p50: float, p90: float) -> dict[str, Any]:
    """{% gauge 34 p50=20 p90=45 %}: a wait of so many minutes against what is usual; {% gauge dt … %}: since
    then, and the page moves its pin on."""
    return gauges.drawn(wait, p50, p90, language())


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


# The page's frame


@register.inclusion_tag("web/components/nav_link.html", takes_context=True)
def nav_link(context: Context, url: str, label: object, count: int | None = None) -> dict[str, Any]:
    """{% nav_link url "Xe của tôi" 6 %}: marked when the page shown lies under it."""
    path = getattr(context.get("request"), "path", "")
    here = path == url if url == "/" else path.startswith(url)
    return {"url": url, "label": label, "count": count, "here": here}


@register.simple_tag
def words_for_script() -> SafeString:
    """The few words that app.js needs, as data attributes of the body."""
    f = formats.format_of(language())
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
        "too-large": _("Quá lớn, tối đa 25 MB, nên chưa nhận. Hãy gửi ảnh nhỏ hơn; chữ đã điền vẫn còn."),
        "signed-out": _("Phiên làm việc đã hết. Đăng nhập lại; những gì đã điền vẫn còn trên trang này."),
        "refused": _("Chưa làm được: tài khoản này không được làm việc đó."),
    }
    return format_html_join("", ' data-say-{}="{}"', said.items())
