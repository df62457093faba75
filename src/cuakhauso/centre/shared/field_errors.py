"""From pydantic's findings to our field errors: the same codes, and so the same sentences, for the open
API and for the pages' forms."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from .errors import FieldError

MOST = 100  # nobody reads more, and an answer stays small

CODES: Mapping[str, str] = {
    "missing": "required",
    "string_too_short": "required",
    "too_short": "required",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "timezone_aware": "time_zone_missing",
    "extra_forbidden": "unknown_field",
    "finite_number": "not_a_number",
    "decimal_max_digits": "out_of_range",
    "decimal_max_places": "out_of_range",
    "decimal_whole_digits": "out_of_range",
    "int_parsing_size": "out_of_range",
    "control_character": "control_character",
}
FAMILIES: Mapping[str, str] = {
    "int_": "not_a_number",
    "float_": "not_a_number",
    "decimal_": "not_a_number",
    "datetime_": "not_a_date",
    "date_": "not_a_date",
    "uuid_": "not_an_id",
    "greater_": "out_of_range",
    "less_": "out_of_range",
}


def field_errors(found: ValidationError | Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """One error per field, the first one, in the order of the fields."""
    rows = found.errors(include_url=False) if isinstance(found, ValidationError) else found
    errors: dict[str, FieldError] = {}
    for row in rows:
        path = path_of(row["loc"])
        if path not in errors and len(errors) < MOST:
            errors[path] = FieldError(path, code_of(row["type"]), _params(row))
    return list(errors.values())


def path_of(loc: Iterable[int | str]) -> str:
    """`groups.0.items.1.hs`: without the marks by which pydantic tells the branches of a union."""
    return ".".join(str(part) for part in loc if isinstance(part, int) or part.isidentifier())[:200]


def code_of(kind: str) -> str:
    if kind in CODES:
        return CODES[kind]
    return next((code for start, code in FAMILIES.items() if kind.startswith(start)), "wrong_type")


def _params(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["type"] == "string_too_long":
        length = len(row["input"]) if "input" in row else f"> {row['ctx']['max_length']}"
        return {"limit": row["ctx"]["max_length"], "length": length}
    return {}
