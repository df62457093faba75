"""Identifiers a gate lives by: plates, containers, tax codes, customs numbers, papers, phones.

Each `parse_…` takes what a person typed, pasted or a camera read and gives the one form that is
stored and compared, or raises `Invalid` with a code that has a sentence in every language. Nothing
is guessed or repaired, and no text, however long or odd, raises anything else.

Start at `plates.parse_plate`; the refusals are all in `errors.InvalidCode`.
"""

from .container import parse_container, shown_container
from .customs import (
    CustomsDirection,
    CustomsNumber,
    chapter,
    parse_customs_number,
    parse_hs_code,
    parse_office_code,
    parse_type_code,
    same_declaration,
)
from .errors import PARAMS, Invalid, InvalidCode
from .licences import parse_transport_licence
from .numbers import make_border_guard_number, make_number, parse_border_guard_number, parse_number
from .people import (
    PersonId,
    PersonKind,
    mask_id,
    mask_name,
    mask_phone,
    parse_person_id,
    parse_phone,
)
from .plates import Country, Plate, parse_plate, parse_trailer_plate, same_plate
from .tax import parse_tax_code
from .text import clean, is_placeholder

__all__ = [
    "PARAMS",
    "Country",
    "CustomsDirection",
    "CustomsNumber",
    "Invalid",
    "InvalidCode",
    "PersonId",
    "PersonKind",
    "Plate",
    "chapter",
    "clean",
    "is_placeholder",
    "make_border_guard_number",
    "make_number",
    "mask_id",
    "mask_name",
    "mask_phone",
    "parse_border_guard_number",
    "parse_container",
    "parse_customs_number",
    "parse_hs_code",
    "parse_number",
    "parse_office_code",
    "parse_person_id",
    "parse_phone",
    "parse_plate",
    "parse_tax_code",
    "parse_trailer_plate",
    "parse_transport_licence",
    "parse_type_code",
    "same_declaration",
    "same_plate",
    "shown_container",
]
