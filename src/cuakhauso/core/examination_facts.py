"""Facts by which agencies look into the goods: customs' examinations, samples, results and treatments of the
quarantines and of health. All of them are kinds of `facts.py`, where one begins. Findings are in the note.
"""

from datetime import date, datetime
from enum import StrEnum

from .data import Data
from .words import Agency


class How(StrEnum):
    """How deep an examination goes, the least first."""

    PAPERS = "papers"
    SCANNER = "scanner"
    PARTIAL = "partial"
    FULL = "full"


class Finding(StrEnum):
    """What customs found. Goods that are refused go back."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    REFUSED = "refused"


class Result(StrEnum):
    """What a quarantine or health says after its look."""

    PASSED = "passed"
    TREAT = "treat"
    REFUSED = "refused"


class Of(StrEnum):
    """What was looked at: health speaks of the vehicle and the driver, quarantines of the goods."""

    GOODS = "goods"
    VEHICLE = "vehicle"
    DRIVER = "driver"


class ExaminationOrdered(Data, frozen=True, kw_only=True, tag="examination_ordered"):
    """Customs wants the goods of one declaration (its first 11 digits) looked at; why is in the note."""

    customs_number: str
    how: How
    share: int | None = None
    place: str = ""


class Examined(Data, frozen=True, kw_only=True, tag="examined"):
    """Customs looked at the goods of one declaration. `share` is the part in percent, where it was a part;
    `officers` are the others who were there."""

    customs_number: str
    how: How
    finding: Finding
    share: int | None = None
    officers: str = ""


class QuarantineRequested(Data, frozen=True, kw_only=True, tag="quarantine_requested"):
    """A quarantine wants to look although the table of HS chapters does not ask; why is in the note."""


class Sampled(Data, frozen=True, kw_only=True, tag="sampled"):
    """A sample was taken; until its result is known it is out."""

    number: str
    what: str
    of: Of = Of.GOODS
    where: str = ""
    laboratory: str = ""


class Judged(Data, frozen=True, kw_only=True, tag="judged"):
    """The result of a look, of the named sample or of all that are out. A pass is the word on the step."""

    result: Result
    of: Of = Of.GOODS
    sample: str = ""
    certificate: str = ""
    valid_to: date | None = None


class Treated(Data, frozen=True, kw_only=True, tag="treated"):
    """What was to be treated has been, or is until `until`; `agency` has asked for it and looks again."""

    agency: Agency
    method: str
    of: Of = Of.GOODS
    by: str = ""
    until: datetime | None = None


ExaminationData = ExaminationOrdered | Examined | QuarantineRequested | Sampled | Judged | Treated
