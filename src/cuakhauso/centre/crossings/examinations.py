"""What agencies look at and find in the goods: customs' examinations; samples, results, treatments of the
quarantines and of health. Judged by `core.examination_decisions`; each goes the one way of every act.
"""

from datetime import date, datetime
from uuid import UUID

from cuakhauso.core import examination_decisions as xd
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.examination_fold import LOOKS
from cuakhauso.core.words import Agency

from ..shared.errors import FieldError, Invalid
from ..shared.store import Story
from .said import Said, act

CUSTOMS = (Agency.CUSTOMS,)
LOOKERS = tuple(LOOKS)


# --- customs --------------------------------------------------------------------------------------


def order_examination(
    crossing: UUID, customs_number: str, how: f.How, said: Said, *, share: int | None = None, place: str = ""
) -> Story:
    """Customs wants the goods of one declaration looked at, with words."""
    wanted = f.ExaminationOrdered(
        customs_number=customs_number[:11], how=how, share=_part(how, share), place=place
    )
    return act(
        crossing, said, lambda story: wanted,
        lambda case, story: xd.against_ordering(case, customs_number, said.note), prefer=CUSTOMS,
    )  # fmt: skip


def examine(
    crossing: UUID,
    customs_number: str,
    how: f.How,
    finding: f.Finding,
    said: Said,
    *,
    share: int | None = None,
    officers: str = "",
) -> Story:
    """Customs looked at the goods of one declaration, and what it found; words where they do not conform."""
    seen = f.Examined(
        customs_number=customs_number[:11], how=how, finding=finding, share=_part(how, share),
        officers=officers,
    )  # fmt: skip
    return act(
        crossing, said, lambda story: seen,
        lambda case, story: xd.against_examining(case, customs_number, finding, said.note), prefer=CUSTOMS,
    )  # fmt: skip


def _part(how: f.How, share: int | None) -> int | None:
    """A share is of a part; the whole and the papers have none."""
    if how is not f.How.PARTIAL:
        return None
    if share is not None and not 0 < share < 100:
        raise Invalid([FieldError("share", "out_of_range")])
    return share


# --- quarantines, health --------------------------------------------------------------------------


def request_quarantine(crossing: UUID, said: Said) -> Story:
    """A quarantine wants to look although the table does not ask for it, with words."""
    return act(
        crossing, said, lambda story: f.QuarantineRequested(),
        lambda case, story: xd.against_requesting(case, said.note), prefer=xd.QUARANTINES,
    )  # fmt: skip


def take_sample(
    crossing: UUID,
    number: str,
    what: str,
    said: Said,
    *,
    of: f.Of = f.Of.GOODS,
    where: str = "",
    laboratory: str = "",
) -> Story:
    """A sample was taken; until its result the vehicle waits for the agency that took it."""
    named = ids.clean(number)
    if lacks := [
        FieldError(name, "required") for name, given in (("number", named), ("what", what)) if not given
    ]:
        raise Invalid(lacks)
    taken = f.Sampled(number=named, what=what, of=of, where=where, laboratory=laboratory)
    return act(
        crossing, said, lambda story: taken, lambda case, story: xd.against_sampling(case, named),
        prefer=LOOKERS,
    )  # fmt: skip


def judge(
    crossing: UUID,
    result: f.Result,
    said: Said,
    *,
    of: f.Of = f.Of.GOODS,
    sample: str = "",
    certificate: str = "",
    valid_to: date | None = None,
) -> Story:
    """The result of a look: passed, to be treated, or refused; words where it did not pass."""
    named = ids.clean(sample)
    told = f.Judged(result=result, of=of, sample=named, certificate=certificate, valid_to=valid_to)
    return act(
        crossing, said, lambda story: told,
        lambda case, story: xd.against_judging(case, result, of, named, said.note), prefer=LOOKERS,
    )  # fmt: skip


def treat(
    crossing: UUID,
    agency: Agency,
    method: str,
    said: Said,
    *,
    of: f.Of = f.Of.GOODS,
    by: str = "",
    until: datetime | None = None,
) -> Story:
    """What was to be treated has been, or is until then; after that its agency looks again."""
    if not method:
        raise Invalid([FieldError("method", "required")])
    done = f.Treated(agency=agency, method=method, of=of, by=by, until=until)
    return act(
        crossing, said, lambda story: done, lambda case, story: xd.against_treating(case, agency),
        prefer=(agency, Agency.YARD),
    )  # fmt: skip
