"""May this be said of an order on the road? As in `decisions.py`: every reason against it."""

from uuid import UUID

from .decisions import Against, Case, _alive, _mine, _objection
from .permit import Objection


def against_reading_order(case: Case, order: UUID) -> list[Objection]:
    """Driver and business say that they have read what still counts."""
    found = list(_alive(case))
    if order not in case.state.road_orders or order in case.state.road_ended:
        found.append(_objection(Against.NO_SUCH_ORDER, _mine(case)))
    return found
