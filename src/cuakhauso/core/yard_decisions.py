"""May this be done in the yard now: a bay kept, taken or left, goods planned onto vehicles and begun to move.

As in `decisions.py`, each returns every reason against it. Signing stays customs' (`decisions.py`).
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from .bays import Bay
from .decisions import Against, Case, Transfer, _alive, _mine, _objection, against_transshipping
from .permit import Objection
from .standing import status
from .steps import CUSTOMS_LAW, StepCode
from .transfers import movable, moved
from .words import Agency, Kind, Party, Place
from .yard_facts import Share

# (A) No public text says who gives out a yard's bays and plans its transfers: the yard, or customs in it.
YARD_MASTERS = (Agency.YARD, Agency.CUSTOMS)


def _masters_only(case: Case) -> Iterator[Objection]:
    if case.actor.agency not in YARD_MASTERS:
        yield _objection(Against.WRONG_AGENCY, Party.YARD)


# --- bays ----------------------------------------------------------------------------------------


def stands_against(case: Case, crossing: UUID, bay: Bay) -> list[Objection]:
    """What speaks against this vehicle in this bay: refused where it is asked, marked where it was seen."""
    return [*_in_the_yard(case), *_room(case, crossing, bay)]


def against_parking(case: Case, crossing: UUID, bay: Bay) -> list[Objection]:
    """One vehicle one bay, one bay one vehicle, or as many as an area has places."""
    found = [*_alive(case), *_masters_only(case), *stands_against(case, crossing, bay)]
    if case.state.bay == bay.code:
        found.append(_objection(Against.ALREADY_IN_BAY, _mine(case), bay=bay.label))
    return found


def against_keeping(case: Case, crossing: UUID, bay: Bay) -> list[Objection]:
    """A bay is kept for a vehicle that is declared and has not left the yard."""
    found = [*_alive(case), *_masters_only(case), *_room(case, crossing, bay)]
    if case.state.content is None:
        found.append(_objection(Against.NOT_DECLARED, Party.BUSINESS))
    if bay.code in (case.state.bay, case.state.bay_kept):
        found.append(_objection(Against.ALREADY_IN_BAY, _mine(case), bay=bay.label))
    return found


def against_leaving_bay(case: Case) -> list[Objection]:
    found = list(_masters_only(case))
    if not (case.state.bay or case.state.bay_kept):
        found.append(_objection(Against.NOT_IN_A_BAY, _mine(case)))
    return found


def left_unconfirmed(case: Case) -> list[Objection]:
    """What is irregular where the yard's gate saw a vehicle leave that customs and border guard have not let
    out."""
    waiting = status(StepCode.LEFT_YARD, case.state, case.ref).waits_for if case.state.content else ()
    return [_objection(Against.NEED_OPEN, party, CUSTOMS_LAW, step=StepCode.LEFT_YARD) for party in waiting]


def _in_the_yard(case: Case) -> Iterator[Objection]:
    if case.state.place is not Place.YARD:
        yield _objection(Against.NOT_IN_YARD, Party.YARD, CUSTOMS_LAW)


def _room(case: Case, crossing: UUID, bay: Bay) -> Iterator[Objection]:
    if bay.closed_for:
        yield _objection(Against.BAY_CLOSED, Party.YARD, bay=bay.label, reason=bay.closed_for)
    if not bay.has_room_for(crossing):
        plates = ", ".join(one.plate for one in bay.others(crossing))
        yield _objection(Against.BAY_TAKEN, Party.YARD, bay=bay.label, plates=plates)


# --- transfers of goods --------------------------------------------------------------------------


def against_planning(case: Case, shares: Sequence[Share]) -> list[Objection]:
    """No plan gives away more than there is, less than has moved, or to a vehicle that is not linked."""
    found = [*_alive(case), *_masters_only(case)]
    if case.state.kind is not Kind.IMPORT_TRANSSHIPMENT:
        return [*found, _objection(Against.NO_SUCH_STEP, _mine(case), step=StepCode.TRANSSHIPPED)]
    if any(share.receiving not in case.state.links for share in shares):
        found.append(_objection(Against.NOT_LINKED, Party.BUSINESS))
    if len({(share.receiving, share.group) for share in shares}) < len(shares):
        found.append(_objection(Against.SHARE_TWICE, _mine(case)))
    for group in sorted({share.group for share in shares}):
        found += _enough(case, group, sum(s.packages for s in shares if s.group == group))
    return [*found, *_not_less_than_moved(case, shares)]


def _enough(case: Case, group: int, packages: int) -> Iterator[Objection]:
    groups = case.state.content.groups if case.state.content else ()
    if not 0 <= group < len(groups):
        yield _objection(Against.NO_SUCH_GROUP, _mine(case), group=group)
    elif packages > (most := movable(case.state, group)):
        yield _objection(Against.TOO_MANY_PACKAGES, _mine(case), packages=packages, left=most)


def _not_less_than_moved(case: Case, shares: Sequence[Share]) -> Iterator[Objection]:
    planned = {(share.receiving, share.group): share.packages for share in shares}
    for (receiving, group), packages in moved(case.state).items():
        if planned.get((receiving, group), 0) < packages:
            plate = case.state.links[receiving].plate if receiving in case.state.links else ""
            yield _objection(Against.LESS_THAN_MOVED, _mine(case), plate=plate, packages=packages)


def against_beginning(case: Case, receiving: UUID, group: int) -> list[Objection]:
    """Goods begin to move where they may: signed, linked, entered, and something left."""
    found = [*_masters_only(case), *against_transshipping(case, Transfer(group, 1, receiving))]
    if (receiving, group) in case.state.underway:
        found.append(_objection(Against.TRANSFER_UNDERWAY, _mine(case)))
    return found
