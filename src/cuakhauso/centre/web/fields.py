"""What a form field shows: label, control, hint, error, where a value came from, what is asked of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField, Select, Textarea
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Field:
    """`attributes` is the control's HTML attributes, ready to print."""

    name: str
    id: str
    label: object
    kind: str
    value: object
    attributes: SafeString
    options: list[tuple[str, object]] = field(default_factory=list)
    errors: list[object] = field(default_factory=list)
    hint: object = ""
    source: object = ""
    source_icon: str = "link"
    known: bool = False
    required: bool = False
    asked: object = ""


_OWN = ("label", "kind", "value", "options", "error", "hint", "source", "source_icon", "known", "asked")


def plain(name: str, options: dict[str, Any]) -> Field:
    """A field without a Django form; options we do not know become HTML attributes."""
    own = {key: options.pop(key, None) for key in _OWN}
    ident = str(options.pop("id", "") or f"id_{name}")
    required = bool(options.pop("required", False))
    errors = _listed(own["error"])
    value = "" if own["value"] is None else own["value"]
    html = {key.rstrip("_").replace("_", "-"): given for key, given in options.items()}
    html |= {"name": name, "id": ident, "required": required, "aria-invalid": "true" if errors else None}
    html["aria-describedby"] = _described(ident, own, errors)
    return Field(
        name=name,
        id=ident,
        label=own["label"],
        kind=own["kind"] or "text",
        value=value,
        attributes=flatatt({key: given for key, given in html.items() if given is not None}),
        options=[(str(code), words) for code, words in own["options"] or ()],
        errors=errors,
        hint=own["hint"] or "",
        source=own["source"] or "",
        source_icon=own["source_icon"] or "link",
        known=bool(own["known"] if own["known"] is not None else own["source"] and value != ""),
        required=required,
        asked=own["asked"] or "",
    )


def from_form(bound: BoundField, options: dict[str, Any]) -> Field:
    """The same from a Django form's field; options given in the template win."""
    widget = bound.field.widget
    taken = dict(widget.attrs) | bound.build_widget_attrs({}, widget)
    taken.pop("aria-describedby", None), taken.pop("aria-invalid", None)
    told = {
        "label": bound.label,
        "kind": _kind(bound),
        "value": bound.value(),
        "options": _choices(bound),
        "error": bound.errors,
        "hint": bound.help_text,
        "required": bound.field.required,
        "id": bound.id_for_label or bound.auto_id,
    }
    clean = {key: given for key, given in taken.items() if key not in {"required", "id", "class"}}
    return plain(bound.html_name, {**clean, **told, **options})


def _kind(bound: BoundField) -> str:
    if isinstance(bound.field.widget, Select):
        return "select"
    if isinstance(bound.field.widget, Textarea):
        return "textarea"
    return str(getattr(bound.field.widget, "input_type", "text"))


def _choices(bound: BoundField) -> Iterable[tuple[Any, Any]]:
    return bound.field.choices if isinstance(bound.field.widget, Select) else ()  # type: ignore[attr-defined]


def _listed(error: object) -> list[object]:
    if not error:
        return []
    single = isinstance(error, (str, Promise)) or not isinstance(error, Iterable)
    return [error] if single else list(error)  # type: ignore[call-overload]


def _described(ident: str, own: dict[str, Any], errors: list[object]) -> str | None:
    parts = [f"{ident}-error"] if errors else []
    parts += [f"{ident}-asked"] if own["asked"] else []
    parts += [f"{ident}-hint"] if own["hint"] or own["source"] else []
    return " ".join(parts) or None
