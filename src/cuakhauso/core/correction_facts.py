"""Facts by which a declaration that agencies have already confirmed is corrected, field by field."""

from uuid import UUID

from .data import Data
from .declaration import Content, Words


class Difference(Words, frozen=True, kw_only=True):
    """One field that changes. `what` is its class in the rule table (`corrections.py`), `field` its path in
    the declaration; the values are as they are compared, empty where there was or will be none."""

    what: str
    field: str
    earlier: str = ""
    new: str = ""


class FieldRead(Words, frozen=True, kw_only=True):
    """What an officer read on paper or vehicle of one field, as it would be declared."""

    field: str
    value: str


class CorrectionAsked(Data, frozen=True, kw_only=True, tag="correction_asked"):
    """An officer asks the business to correct named fields; why is in the note. `fields` are paths of the
    declaration, or parts of it (`asked.py`); `read` what the officer saw of some of them."""

    fields: tuple[str, ...]
    read: tuple[FieldRead, ...] = ()


class CorrectionProposed(Data, frozen=True, kw_only=True, tag="correction_proposed"):
    """A new version that counts once all whom the rule table names have approved it; why is in the note.

    The id of this fact names the proposal; a later proposal replaces it. Said by an officer, it is the word
    of that agency too. The fees are what was expected of the vehicle before and after, in VND; none where
    the tariff has no rate. `answers` are the requests of officers that this follows; `links` the receiving
    vehicles (crossings) that are linked once it counts.
    """

    number: str
    version: int
    content: Content
    differences: tuple[Difference, ...]
    fee_before: int | None = 0
    fee_after: int | None = 0
    answers: tuple[UUID, ...] = ()
    links: tuple[UUID, ...] = ()

    @property
    def changes_fee(self) -> bool:
        return self.fee_before != self.fee_after


class CorrectionApproved(Data, frozen=True, kw_only=True, tag="correction_approved"):
    """An agency agrees to a proposal."""

    proposal: UUID


class CorrectionRefused(Data, frozen=True, kw_only=True, tag="correction_refused"):
    """An agency refuses a proposal, with words in the note: the declaration stays as it was."""

    proposal: UUID


class CorrectionWithdrawn(Data, frozen=True, kw_only=True, tag="correction_withdrawn"):
    """Who proposed takes it back."""

    proposal: UUID


CorrectionData = (
    CorrectionAsked | CorrectionProposed | CorrectionApproved | CorrectionRefused | CorrectionWithdrawn
)
