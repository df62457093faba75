"""Facts of the papers that an officer looked at. A kind of `facts.py`, where one begins."""

from datetime import date
from enum import StrEnum

from .data import Data
from .declaration import Words


class Seen(StrEnum):
    """What an officer found of one paper."""

    VALID = "valid"
    NOT_SHOWN = "not_shown"
    NOT_VALID = "not_valid"
    NUMBER_DIFFERS = "number_differs"


class Look(Words, frozen=True, kw_only=True):
    """One paper as it was found. `number` and `valid_to` are as read where they were read; of a driver's own
    paper the number is masked."""

    document: str
    found: Seen
    number: str = ""
    valid_to: date | None = None


class DocumentsChecked(Data, frozen=True, kw_only=True, tag="documents_checked"):
    """An officer looked at papers, one by one."""

    looks: tuple[Look, ...]


PaperData = DocumentsChecked
