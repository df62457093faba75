"""Errors that a person or a partner's system can act on.

Raise a subclass; never return an error. Each has a stable `code` (documented, never translated), an
HTTP status and structured data. One handler makes RFC 9457 problem documents of them for the API; pages
show the same reasons in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar

from cuakhauso.core.permit import Objection


class GateError(Exception):
    code: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data


class Refused(GateError):
    """A decision was refused; `objections` holds every reason at once."""

    code = "refused"

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__()
        self.objections = list(objections)

    def __str__(self) -> str:
        return ", ".join(objection.code for objection in self.objections)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is its path, as in `groups.0.items.1.hs`."""

    field: str
    code: str
    params: dict[str, Any] = dataclass_field(default_factory=dict)


class Invalid(GateError):
    """The input is not acceptable; `errors` names every field, the reason and what to do."""

    code = "invalid"
    status = 422

    def __init__(self, errors: Iterable[FieldError]) -> None:
        super().__init__()
        self.errors = list(errors)

    def __str__(self) -> str:
        return ", ".join(f"{error.field}: {error.code}" for error in self.errors)


class NotFound(GateError):
    """There is no such thing, or the reader may not see it: the two are not told apart."""

    code = "not_found"
    status = 404


class NotAllowed(GateError):
    """The reader is known, and may not do this here."""

    code = "not_allowed"
    status = 403


class IdReused(GateError):
    """The caller's id was used before, for something else."""

    code = "id_reused"


class MissingTariff(GateError):
    """The Board has not filled in this row of the tariff: no charge can be made, and none is guessed."""

    code = "tariff_missing"


class Unavailable(GateError):
    """The platform cannot answer now (its database is away); nothing was changed."""

    code = "unavailable"
    status = 503


class Malformed(GateError):
    """What was sent is not JSON."""

    code = "malformed"
    status = 400


class SignInRequired(GateError):
    """Nobody is known to be asking."""

    code = "sign_in_required"
    status = 401


class CodeNotValid(GateError):
    """This enrolment code lets nobody in: unknown, used or expired, which are not told apart."""

    code = "code_not_valid"
    status = 403


class BadSignature(GateError):
    """What was sent was not signed by the node whose token came with it."""

    code = "bad_signature"
    status = 403


class MethodNotAllowed(GateError):
    code = "method_not_allowed"
    status = 405


class TooLarge(GateError):
    code = "too_large"
    status = 413


class NoRoom(GateError):
    """The disk is full: this cannot be kept now. Whoever sent it keeps it, and sends it later."""

    code = "no_room"
    status = 507


class Unexpected(GateError):
    """A fault of ours. What was sent was not taken in."""

    code = "unexpected"
    status = 500
