"""From what the page posts to the nested form that the open API takes, and from its paths back to the page.

Field names on the page are the API's paths (`groups.0.items.1.hs`). Blocks that were left empty and parts
that this kind of crossing does not need are left out; `Nested.on_page` finds the field of an error again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cuakhauso.core.words import Kind

from ..shared.errors import FieldError
from .form import DeclarationIn
from .rules import WITH_GOODS

DEEPEST = 6
WHOLE = frozenset({"own_weight_kg", "max_gross_kg", "packages", "value"})  # dong and pieces have no fractions
FRACTIONS = frozenset({"quantity", "weight_kg"})
MOMENTS = frozenset({"expected_at", "valid_from", "valid_to"})
LEFT_OUT_IF_BLANK = WHOLE | FRACTIONS | MOMENTS | {"id", "regime", "stay"}
KEEPS_ONE = frozenset({"groups", "items"})  # their first block stays, so that what it lacks is said there

ON_THE_PAGE = frozenset(DeclarationIn.model_fields) - {"declared_at"}  # on a page, now is when it is made

Node = dict[str, Any]
_NAME = re.compile(r"[a-z_]+|[0-9]{1,3}")


@dataclass(slots=True)
class Nested:
    """`tree` is what the schema reads; `errors` are numbers that can be read in two ways."""

    tree: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def on_page(self, path: str) -> str:
        """The field's name on the page, for a path in the tree."""
        parts = path.split(".")
        for cut in range(len(parts), 0, -1):
            if known := self.names.get(".".join(parts[:cut])):
                return ".".join([known, *parts[cut:]])
        return path


def typed(posted: Mapping[str, str]) -> Node:
    """The posted texts as nodes, numbers of blocks still as they stand on the page."""
    root: Node = {}
    for name, text in posted.items():
        parts = name.split(".")
        known = parts[0] in ON_THE_PAGE and len(parts) <= DEEPEST
        if known and all(_NAME.fullmatch(part) for part in parts):
            _put(root, parts, text)
    return root


def _put(root: Node, parts: list[str], text: str) -> None:
    node = root
    for part in parts[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            return
    node.setdefault(parts[-1], text)


def nest(posted: Mapping[str, str]) -> Nested:
    """What this kind of crossing needs of the posted texts, with numbers and times as the API writes them."""
    root = typed(posted)
    kind = str(root.get("kind") or "")
    if kind and kind not in WITH_GOODS:
        root.pop("groups", None)
    if kind != Kind.IMPORT_TRANSSHIPMENT:
        root.pop("receiving", None)
    made = Nested()
    made.tree = _dict(root, "", "", made)
    return made


def _dict(node: Node, page: str, path: str, made: Nested) -> Any:
    found: dict[str, Any] = {}
    for name, value in node.items():
        here, there = _joined(page, name), _joined(path, name)
        made.names[there] = here
        if isinstance(value, dict):
            read = _list if _numbered(value) else _dict
            found[name] = read(value, here, there, made)
        elif value.strip() or name not in LEFT_OUT_IF_BLANK:
            _leaf(found, name, value, there, made)
    return found


def _list(node: Node, page: str, path: str, made: Nested) -> Any:
    found: list[Any] = []
    for number in _kept(node, path.rpartition(".")[2]):
        here, there = _joined(page, number), _joined(path, str(len(found)))
        made.names[there] = here
        value = node[number]
        found.append(_dict(value, here, there, made) if isinstance(value, dict) else value)
    return found


def _kept(node: Node, name: str) -> list[str]:
    """The blocks in which something stands, in their order."""
    numbers = sorted(node, key=int)
    filled = [number for number in numbers if not is_blank(node[number])]
    return filled or (numbers[:1] if name in KEEPS_ONE else [])


def is_blank(value: Any) -> bool:
    if isinstance(value, dict):
        return all(is_blank(inner) for inner in value.values())
    return not str(value).strip()


def _numbered(node: Node) -> bool:
    return bool(node) and all(name.isdigit() for name in node)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _leaf(found: dict[str, Any], name: str, text: str, path: str, made: Nested) -> None:
    try:
        found[name] = _READERS.get(name, str)(text)
    except _TwoReadings as two:
        made.errors.append(FieldError(path, "number_ambiguous", two.params))


# --- numbers and times as people write them ---------------------------------------------------------

_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<by>[., ])[0-9]{3})(?:(?P=by)[0-9]{3})*")
_MIXED = re.compile(r"[0-9]{1,3}(?:(?P<by>[., ])[0-9]{3})+(?P<point>(?!(?P=by))[.,])[0-9]+")
_ONE_POINT = re.compile(r"(?P<whole>[0-9]+)[.,](?P<part>[0-9]+)")
_SPACES = re.compile(r"\s+")


class _TwoReadings(Exception):
    def __init__(self, text: str, small: str, large: str) -> None:
        super().__init__(text)
        self.params = {"value": text, "small": small, "large": large}


def whole(text: str) -> str:
    """ "21.000", "21,000" and "21 000" are 21000 where no fraction is possible. Others stay as typed."""
    plain = _SPACES.sub(" ", text.strip())
    return re.sub(r"[., ]", "", plain) if _GROUPED.fullmatch(plain) else plain


def fraction(text: str) -> str:
    """A number that may have a fraction, with either mark for it; digits in threes where it is clear.

    "1.234,5", "1,234.5", "12,5", "0.125" and "1.234.567" can be read in one way only. "21.000" and
    "21,000" cannot, they are 21 to one reader and 21000 to another: raises `_TwoReadings`.
    """
    plain = _SPACES.sub(" ", text.strip())
    if mixed := _MIXED.fullmatch(plain):
        return _trimmed(plain.replace(mixed["by"], "").replace(",", "."))
    one = _ONE_POINT.fullmatch(plain)
    if one is None:
        return re.sub(r"[., ]", "", plain) if _GROUPED.fullmatch(plain) else plain
    if len(one["part"]) == 3 and len(one["whole"]) <= 3 and not one["whole"].startswith("0"):
        small = _trimmed(f"{one['whole']}.{one['part']}")
        large = one["whole"] + one["part"]
        raise _TwoReadings(plain, f"{small}0" if "." in small else f"{small}.0", large)
    return _trimmed(f"{one['whole']}.{one['part']}")


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:[, ]+(?:([0-9]{1,2}):([0-9]{2})))?")
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
HANOI_OFFSET = "+07:00"


def moment(text: str) -> str:
    """A time typed on the page is Hanoi time; "24/11/2026 14:30" is read too."""
    plain = text.strip()
    if match := _DAY_FIRST.fullmatch(plain):
        day, month, year, hour, minute = match.groups()
        plain = f"{year}-{int(month):02}-{int(day):02}" + (f"T{int(hour):02}:{minute}" if hour else "")
    return plain + HANOI_OFFSET if _LOCAL.fullmatch(plain) else plain


_READERS = {
    **dict.fromkeys(WHOLE, whole),
    **dict.fromkeys(FRACTIONS, fraction),
    **dict.fromkeys(MOMENTS, moment),
}


# --- the way back: a form as the texts of the page ---------------------------------------------------


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """A form (as kept, or as the API takes it) as names and texts of the page."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flat(inner, _joined(path, str(name)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from flat(inner, _joined(path, str(number)))
    else:
        yield path, _text(path.rpartition(".")[2], value)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    if name in WHOLE | FRACTIONS:
        return "" if text in ("", "0") else unambiguous(_trimmed(text))
    return text


def unambiguous(number: str) -> str:
    """1.125 as 1.1250: what the page shows, it must itself read in one way only."""
    try:
        fraction(number)
    except _TwoReadings:
        return f"{number}0"
    return number
