"""What an officer asks the business to correct, field by field: the paths that may be named, what stands in
each now, and what of a request is left once a correction has followed a part of it.

A field is followed by any change of it: whether it is the right one, those who approve it see.
"""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from .correction_facts import CorrectionAsked, Difference, FieldRead
from .corrections import OF_A_GROUP, OF_A_VEHICLE, OF_THE_WHOLE, documents_shown, shown
from .declaration import Content, GoodsItem
from .facts import Fact

# Parts that may be asked for as a whole, and which fields belong to each.
PARTS = {
    "vehicle": re.compile(r"vehicle\..*"),
    "goods": re.compile(r"groups\..*"),
    "customs_number": re.compile(r"groups\.[0-9]+\.customs_number"),
    "documents": re.compile(r"vehicle\.documents"),
}
# Links and gates are changed by acts of their own.
NOT_IN_THE_FORM = frozenset({"gate", "receives_from"})
OF_AN_ITEM = GoodsItem.__struct_fields__
# What cannot be said in a word, or must not stand in a fact: the driver's is personal data.
NO_VALUE = frozenset({"driver", "vehicle.documents", "expected_at", "note", "groups", "groups.items"})

_WHOLE = tuple(field for _, field in OF_THE_WHOLE if field not in NOT_IN_THE_FORM)
_VEHICLE = ("plate", *(field for _, field in OF_A_VEHICLE))
_GROUP = ("customs_number", *(field for _, field in OF_A_GROUP), "packages")
_NAMES = frozenset(
    {
        *_WHOLE, *(f"vehicle.{field}" for field in _VEHICLE), "vehicle.documents", "groups", "groups.items",
        *(f"groups.{field}" for field in _GROUP), *(f"groups.items.{field}" for field in OF_AN_ITEM),
    }
)  # fmt: skip
_NUMBERS = re.compile(r"\.[0-9]{1,3}(?=\.|$)")
_NUMBERED = re.compile(r"groups\.[0-9]{1,3}(?:\.items\.[0-9]{1,3})?(?:\.[a-z_]+)?")


def name_of(field: str) -> str:
    """`groups.0.items.1.hs` is `groups.items.hs`."""
    return _NUMBERS.sub("", field)


def is_known(field: str) -> bool:
    """A path of the declaration, or a part of it."""
    if field in PARTS:
        return True
    return name_of(field) in _NAMES and (not field.startswith("groups") or bool(_NUMBERED.fullmatch(field)))


def takes_value(field: str) -> bool:
    """Whether an officer may say what should stand there."""
    return field not in PARTS and is_known(field) and name_of(field) not in NO_VALUE


def values(content: Content) -> dict[str, str]:
    """Every field that can be asked for, with what stands in it, in the order of a declaration."""
    return dict(_values(content))


def _values(content: Content) -> Iterator[tuple[str, str]]:
    for field in _WHOLE:
        yield field, shown(getattr(content, field))
    for field in _VEHICLE:
        yield f"vehicle.{field}", shown(getattr(content.vehicle, field))
    yield "vehicle.documents", shown(documents_shown(content.vehicle))
    for i, group in enumerate(content.groups):
        for field in _GROUP:
            yield f"groups.{i}.{field}", shown(getattr(group, field))
        for j, item in enumerate(group.items):
            for field in OF_AN_ITEM:
                yield f"groups.{i}.items.{j}.{field}", shown(getattr(item, field))


# --- what is left of a request --------------------------------------------------------------------

Followed = dict[UUID, frozenset[str]]


def touches(field: str, changed: Iterable[str]) -> bool:
    """Whether one of the changed fields is the one asked for, or belongs to it."""
    if field in PARTS:
        return any(PARTS[field].fullmatch(one) for one in changed)
    return any(one == field or one.startswith(f"{field}.") for one in changed)


def fields_of(asked: Fact) -> tuple[str, ...]:
    """None where only words were said, or of fields that a declaration does not have: any correction answers
    that."""
    data = asked.data
    return tuple(f for f in data.fields if is_known(f)) if isinstance(data, CorrectionAsked) else ()


def left_of(asked: Fact, followed: Followed, more: Iterable[Difference] = ()) -> tuple[str, ...]:
    """The fields that nobody has changed since, nor would by `more`."""
    changed = followed.get(asked.id, frozenset()).union(one.field for one in more)
    return tuple(field for field in fields_of(asked) if not touches(field, changed))


def is_followed(asked: Fact, followed: Followed, found: Iterable[Difference]) -> bool:
    """Whether these changes answer anything of it that is still open."""
    found = tuple(found)
    fields = fields_of(asked)
    return not fields or len(left_of(asked, followed, found)) < len(left_of(asked, followed))


def read_of(asked: Iterable[Fact]) -> dict[str, str]:
    """What officers read of each field; the last word counts."""
    said = (fact.data.read for fact in asked if isinstance(fact.data, CorrectionAsked))
    return {one.field: one.value for read in said for one in read if isinstance(one, FieldRead)}
