"""The declaration form as the page draws it: every field's words and options, what stands in it, and why it
is known or wrong. `SPECS` is the place to change a field; the template only says where each one goes."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cuakhauso.core.words import Kind

from ..places import models as places
from ..shared.errors import FieldError
from ..web import fields, refusals, words
from .nested import Node, typed
from .rules import WITH_GOODS

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Spec:
    """One field: its label, control, the list it chooses from, its hint, and what else the input says."""

    label: Words
    kind: str = "text"
    options: str = ""
    hint: Words = ""
    html: Mapping[str, str] = field(default_factory=dict)


def _code(**more: str) -> dict[str, str]:
    return {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off", **more}


_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
_WHOLE = {"inputmode": "numeric", "autocomplete": "off"}
_PLAIN = {"autocomplete": "off"}

_VEHICLE = {
    "plate": Spec(gettext_lazy("Biển số xe"), html=_code(list="known-plates")),
    "country": Spec(gettext_lazy("Nước đăng ký"), "select", "countries"),
    "weight_class": Spec(gettext_lazy("Nhóm tải trọng"), "select", "weight_classes"),
    "trailers": Spec(gettext_lazy("Biển rơ moóc"), html=_code(list="known-trailers")),
    "containers": Spec(gettext_lazy("Container"), html=_code()),
    "seals": Spec(gettext_lazy("Chì hải quan"), html=_code()),
    "own_weight_kg": Spec(gettext_lazy("Tự trọng (kg)"), html=_WHOLE),
    "max_gross_kg": Spec(gettext_lazy("Tổng trọng lượng cho phép (kg)"), html=_WHOLE),
    "transport_licence": Spec(gettext_lazy("Giấy phép vận tải quốc tế"), html=_code()),
    "documents.kind": Spec(gettext_lazy("Loại giấy tờ"), "select", "documents"),
    "documents.number": Spec(gettext_lazy("Số giấy tờ"), html=_code()),
    "documents.valid_from": Spec(gettext_lazy("Có giá trị từ ngày"), "date", html=_PLAIN),
    "documents.valid_to": Spec(gettext_lazy("Giá trị đến hết ngày"), "date", html=_PLAIN),
}
_DRIVER = {
    "name": Spec(gettext_lazy("Tài xế"), html={"autocomplete": "off", "list": "known-drivers"}),
    "paper": Spec(gettext_lazy("Căn cước hoặc hộ chiếu"), html=_code()),
    "phone": Spec(gettext_lazy("Điện thoại tài xế"), html={"inputmode": "tel", "autocomplete": "off"}),
}


def _under(prefix: str, specs: Mapping[str, Spec]) -> dict[str, Spec]:
    return {f"{prefix}.{name}": spec for name, spec in specs.items()}


SPECS: dict[str, Spec] = {
    "kind": Spec(gettext_lazy("Hướng"), "select", "kinds"),
    "regime": Spec(gettext_lazy("Chế độ"), "select", "regimes"),
    "stay": Spec(
        gettext_lazy("Lưu lại"), "select", "stays", hint=gettext_lazy("Hai chiều: phải được đăng ký trước.")
    ),
    "gate": Spec(gettext_lazy("Cửa khẩu"), "select", "gates"),
    "yard": Spec(gettext_lazy("Bãi"), "select", "yards"),
    "expected_at": Spec(gettext_lazy("Giờ dự kiến đến"), "datetime-local", html=_PLAIN),
    **_under("vehicle", _VEHICLE),
    **_under("driver", _DRIVER),
    "groups.customs_number": Spec(
        gettext_lazy("Số tờ khai hải quan"),
        hint=gettext_lazy("12 số. Chưa có tờ khai thì để trống."),
        html=_WHOLE,
    ),
    "groups.type_code": Spec(gettext_lazy("Mã loại hình"), html=_code(list="type-codes")),
    "groups.office_code": Spec(gettext_lazy("Chi cục hải quan"), html=_code(list="offices")),
    "groups.owner_tax_code": Spec(
        gettext_lazy("Mã số thuế chủ hàng"), html={**_WHOLE, "list": "known-owners"}
    ),
    "groups.owner_name": Spec(gettext_lazy("Tên chủ hàng"), html=_PLAIN),
    "groups.first_number": Spec(
        gettext_lazy("Tờ khai của chặng đầu"),
        hint=gettext_lazy("Tái xuất, tái nhập: số tờ khai khi hàng vào (ra) lần đầu."),
        html=_WHOLE,
    ),
    "groups.packages": Spec(gettext_lazy("Số kiện"), html=_WHOLE),
    "groups.items.name": Spec(gettext_lazy("Tên hàng"), html=_PLAIN),
    "groups.items.hs": Spec(gettext_lazy("Mã HS"), html={**_WHOLE, "list": "known-hs"}),
    "groups.items.origin": Spec(gettext_lazy("Xuất xứ"), html=_code(list="origins")),
    "groups.items.quantity": Spec(gettext_lazy("Số lượng"), html=_NUMBER),
    "groups.items.unit": Spec(gettext_lazy("Đơn vị"), html=_code(list="units")),
    "groups.items.weight_kg": Spec(gettext_lazy("Khối lượng (kg)"), html=_NUMBER),
    "groups.items.value": Spec(gettext_lazy("Trị giá (đồng)"), html=_WHOLE),
    **_under("receiving.vehicle", _VEHICLE),
    **_under("receiving.driver", _DRIVER),
    "payer_tax_code": Spec(
        gettext_lazy("Mã số thuế người nộp phí"),
        hint=gettext_lazy("Để trống nếu là công ty khai."),
        html={**_WHOLE, "list": "known-owners"},
    ),
    "officer_name": Spec(gettext_lazy("Người làm thủ tục"), html=_PLAIN),
    "officer_phone": Spec(gettext_lazy("Điện thoại người làm thủ tục"), html={"inputmode": "tel", **_PLAIN}),
    "note": Spec(gettext_lazy("Ghi chú"), "textarea", html={"rows": "2"}),
}
BLOCKS: dict[str, Words] = {
    "groups": pgettext_lazy("khối của tờ khai", "Lô hàng %(number)s"),
    "items": pgettext_lazy("khối của tờ khai", "dòng %(number)s"),
    "receiving": pgettext_lazy("khối của tờ khai", "Xe nhận %(number)s"),
}
# Required of every form whatever its kind: marked, so that nobody finds out by an error.
REQUIRED = frozenset(
    {"kind", "gate", "expected_at", "vehicle.plate", "vehicle.weight_class", "driver.name", "driver.paper"}
) | {
    "driver.phone", "groups.items.name", "groups.items.hs", "groups.items.origin", "groups.items.quantity",
    "groups.items.unit", "groups.items.weight_kg", "receiving.vehicle.plate",
    "receiving.vehicle.weight_class", "receiving.driver.name", "receiving.driver.paper",
    "receiving.driver.phone",
}  # fmt: skip
# Which kinds show a part of the form; what is not named here, all of them do.
SHOWN_FOR = {
    "goods": WITH_GOODS,
    "receiving": frozenset({Kind.IMPORT_TRANSSHIPMENT}),
    "packages": frozenset({Kind.IMPORT_TRANSSHIPMENT}),
    "yard": frozenset(Kind) - {Kind.EMPTY_RETURN},
}
PARTS_OF = {"groups.packages": "packages", "yard": "yard", "stay": "goods"}
RARE = ("vehicle.transport_licence", "vehicle.own_weight_kg", "vehicle.max_gross_kg", "vehicle.documents")
IMPORTS = frozenset({Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND})
UNITS = ["KGM", "TNE", "PCE", "SET", "CT", "BAG", "PAL", "MTR", "LTR"]
ORIGINS = ["VN", "CN", "TH", "LA", "KH", "MM", "KR", "JP"]

_PLACES = {name: at for at, name in enumerate(SPECS)}
_PLACES |= {
    f"{block}.": min(at for name, at in _PLACES.items() if name.startswith(f"{block}."))
    for block in ("groups", "receiving")
}
_NUMBERS = re.compile(r"\.([0-9]+|__i__)(?=\.|$)")


def spec_of(name: str) -> Spec:
    """`groups.0.items.1.hs` has the words of `groups.items.hs`."""
    return SPECS[_NUMBERS.sub("", name)]


def place_of(name: str) -> tuple[int, ...]:
    """Where a field stands on the page: errors are told from top to bottom."""
    order = _PLACES.get(_NUMBERS.sub("", name), len(_PLACES))
    parts = name.split(".")
    head = _PLACES.get(f"{parts[0]}.", order)
    return (head, *(int(part) for part in parts if part.isdigit()), order)


def label_of(name: str, page: "FormPage | None" = None) -> str:
    """A field named where it does not stand: "Lô hàng 2, dòng 1: Mã HS"; of the only block, "Mã HS"."""
    parts = name.split(".")
    where = [
        str(BLOCKS[block]) % {"number": int(number) + 1}
        for at, (block, number) in enumerate(pairwise(parts))
        if block in BLOCKS and number.isdigit() and not _is_only(page, ".".join(parts[: at + 1]))
    ]
    known = SPECS.get(_NUMBERS.sub("", name))
    what = str(known.label) if known else _("Hàng hóa") if parts[0] == "groups" else ""
    return ": ".join(part for part in (", ".join(where), what) if part) or name


def _is_only(page: "FormPage | None", path: str) -> bool:
    return page is not None and not path.startswith("receiving") and len(page.numbers(path)) < 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value that nobody typed comes from."""

    words: str
    icon: str = "link"


@dataclass(slots=True)
class FormPage:
    """What stands in the form, by names of the page; `asked` is what an officer wants of a field."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, FieldError] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    language: str = "vi"
    _lists: dict[str, list[tuple[str, Words]]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.values.get("kind", "")

    def hides(self, part: str) -> bool:
        return bool(self.kind) and self.kind not in SHOWN_FOR[part]

    def hides_field(self, name: str) -> bool:
        """Whether this kind of crossing has no such field on its page."""
        part = PARTS_OF.get(_NUMBERS.sub("", name))
        return part is not None and self.hides(part)

    def kinds_of(self, part: str) -> str:
        return " ".join(sorted(SHOWN_FOR[part]))

    def cell(self, name: str, **given: Any) -> fields.Field:
        """The field as `web/components/field.html` draws it."""
        spec, error, source = spec_of(name), self.errors.get(name), self.sources.get(name)
        first = name == min(self.errors or self.asked, key=place_of, default="")
        options: dict[str, Any] = {
            "label": spec.label,
            "kind": spec.kind,
            "value": self.values.get(name, ""),
            "hint": spec.hint,
            "error": refusals.field_error_sentence(error) if error else None,
            "source": source.words if source else "",
            "source_icon": source.icon if source else "",
            "known": bool(source) and bool(self.values.get(name)),
            "asked": self.asked.get(name, ""),
            "options": self.choices(spec.options) if spec.options else (),
            **{key.replace("-", "_"): value for key, value in spec.html.items()},
            **given,
        }
        if first:
            options["autofocus"] = True
        if _NUMBERS.sub("", name) not in REQUIRED:
            return fields.plain(name, options)
        return _starred(fields.plain(name, options | {"aria_required": "true"}))

    def numbers(self, path: str) -> list[str]:
        """The blocks of a list, as they stand on the page; at least one is always drawn."""
        node: Any = self._typed
        for part in path.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return sorted(filter(str.isdigit, node), key=int) if isinstance(node, dict) else []

    @property
    def more_of_vehicle(self) -> bool:
        """Whether the rarer fields of the vehicle stand open: one is filled, wrong, or will be asked for."""
        filled = any(text.strip() and name.startswith(RARE) for name, text in self.values.items())
        named = any(name.startswith(RARE) for name in (*self.errors, *self.asked))
        return filled or self.kind in IMPORTS or named

    @property
    def _typed(self) -> Node:
        return typed(self.values)

    def choices(self, name: str) -> list[tuple[str, Words]]:
        if name not in self._lists:
            self._lists[name] = list(_LISTS[name](self))
        return self._lists[name]

    @property
    def yards_by_gate(self) -> str:
        return json.dumps(dict(places.Yard.objects.filter(temporary=False).values_list("code", "gate_id")))

    @property
    def listed_errors(self) -> list[tuple[str, str, str]]:
        """Name, label and sentence of each, for the list above the form."""
        found = sorted(self.errors.items(), key=lambda item: place_of(item[0]))
        return [(name, label_of(name, self), refusals.field_error_sentence(error)) for name, error in found]


def _starred(made: fields.Field) -> fields.Field:
    """Marked as required, without the browser's own bubbles: ours say why and what to do."""
    values = {name: getattr(made, name) for name in made.__slots__}
    return fields.Field(**{**values, "required": True})


# --- the lists that fields choose from -----------------------------------------------------------


def _of(table: words.Words, codes: Iterable[str], blank: Words = "") -> Iterator[tuple[str, Words]]:
    yield "", blank
    yield from ((str(code), table[str(code)]) for code in codes)


def gate_name(gate: places.Gate, language: str) -> str:
    name = {"zh-hans": gate.name_zh, "en": gate.name_en}.get(language, gate.name)
    return f"{name} · {gate.markers}"


def _gates(page: FormPage) -> Iterator[tuple[str, Words]]:
    yield "", _("Chọn cửa khẩu")
    yield from ((gate.code, gate_name(gate, page.language)) for gate in places.Gate.objects.all())


def _yards(page: FormPage) -> Iterator[tuple[str, Words]]:
    yield "", _("Chọn bãi")
    outside = _("ngoài cửa khẩu")
    rows = places.Yard.objects.filter(temporary=False).order_by("gate__position", "-inside", "code")
    for yard in rows:
        yield yard.code, yard.name if yard.inside else f"{yard.name} ({outside})"


_LISTS: dict[str, Callable[[FormPage], Iterable[tuple[str, Words]]]] = {
    "kinds": lambda page: list(_of(words.KINDS, Kind))[1:],
    "regimes": lambda page: list(words.REGIMES.items()),
    "stays": lambda page: list(words.STAYS.items()),
    "gates": _gates,
    "yards": _yards,
    "countries": lambda page: [("", _("Theo biển số")), ("VN", _("Việt Nam")), ("CN", _("Trung Quốc"))],
    "weight_classes": lambda page: _of(words.WEIGHT_CLASSES, words.WEIGHT_CLASSES, _("Chọn nhóm")),
    "documents": lambda page: _of(words.DOCUMENTS, words.DOCUMENTS, _("Chọn loại")),
}
