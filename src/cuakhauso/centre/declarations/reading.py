"""A posted page read to its end: the form, and every error at once under the page's field names."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from ..shared.errors import FieldError
from ..shared.field_errors import field_errors
from . import rules
from .form import DeclarationIn
from .nested import Nested, nest

TRIES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """`form` is what can be read, also where there are errors; None where nothing can be."""

    nested: Nested
    form: DeclarationIn | None
    errors: list[FieldError]

    def shown(self, errors: Iterable[FieldError]) -> list[FieldError]:
        """Errors under the names of the page."""
        return [FieldError(self.nested.on_page(e.field), e.code, e.params) for e in errors]


def read(
    posted: Mapping[str, str], known: rules.Known, declarant: str, *, arrival_known: datetime | None = None
) -> Reading:
    """The same rules as everywhere (`rules.check_all`). What the schema itself refuses is taken out, so
    that the rules still speak about all the rest. A correction may keep the arrival that was declared."""
    nested = nest(posted)
    form, errors = _form(nested)
    if form is not None:
        said = {error.field for error in errors}
        _, wrong = rules.check_all(form, known, declarant)
        if arrival_known is not None and form.expected_at == arrival_known:
            wrong = [error for error in wrong if error.field != "expected_at"]
        errors += [error for error in wrong if error.field not in said]
    made = Reading(nested, form, [])
    return Reading(nested, form, _once(made.shown(errors)))


def kept(form: Mapping[str, Any]) -> DeclarationIn:
    """A form as it was kept: what today's schema can read of it."""
    found, _ = _form(Nested(tree=dict(form)))
    return found or DeclarationIn()


def _form(nested: Nested) -> tuple[DeclarationIn | None, list[FieldError]]:
    tree, errors = deepcopy(nested.tree), list(nested.errors)
    for _ in range(TRIES):
        try:
            return DeclarationIn.model_validate(tree), errors
        except ValidationError as bad:
            found = field_errors(bad)
            errors += found
            for error in found:
                _take_out(tree, error.field.split("."))
    return None, errors


def _take_out(tree: Any, parts: list[str]) -> None:
    """A field goes, a list that is too long goes as a whole; an entry of a list stays as an empty one."""
    for part in parts[:-1]:
        tree = tree[int(part)] if isinstance(tree, list) else tree.get(part)
        if not isinstance(tree, dict | list):
            return
    if isinstance(tree, dict):
        tree.pop(parts[-1], None)
    elif parts[-1].isdigit() and int(parts[-1]) < len(tree):
        tree[int(parts[-1])] = ""


def _once(errors: list[FieldError]) -> list[FieldError]:
    first: dict[str, FieldError] = {}
    for error in errors:
        first.setdefault(error.field, error)
    return list(first.values())
