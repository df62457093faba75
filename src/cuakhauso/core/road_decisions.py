"""May this be said of an order on the road, or border guard's number given? Every reason against it."""

from uuid import UUID

from .decisions import Against, Case, _alive, _mine, _objection
from .permit import Objection
from .steps import BORDER_LAW
from .words import Agency, Party


def against_reading_order(case: Case, order: UUID) -> list[Objection]:
    """Driver and business say that they have read what still counts."""
    found = list(_alive(case))
    if order not in case.state.road_orders or order in case.state.road_ended:
        found.append(_objection(Against.NO_SUCH_ORDER, _mine(case)))
    return found


def against_numbering(case: Case) -> list[Objection]:
    """Border guard gives its own number, once."""
    found = list(_alive(case))
    if case.actor.agency is not Agency.BORDER_GUARD:
        found.append(_objection(Against.WRONG_AGENCY, Party.BORDER_GUARD, BORDER_LAW))
    if case.state.guard_number:
        found.append(_objection(Against.ALREADY_NUMBERED, _mine(case), number=case.state.guard_number))
    return found
