"""May this officer state what he found of these papers? As in `decisions.py`: every reason against it."""

from collections.abc import Sequence

from .decisions import Against, Case, _alive, _mine, _objection
from .paper_facts import Look
from .papers import LOOKED_AT_BY, Paper
from .permit import Objection
from .steps import TRANSPORT_LAW
from .words import Agency, Party


def may_look_at(agency: Agency | None) -> frozenset[Paper]:
    return LOOKED_AT_BY.get(agency, frozenset()) if agency else frozenset()


def against_looking(case: Case, looks: Sequence[Look]) -> list[Objection]:
    """The licence officer looks at every paper, border guard at the driver's."""
    found = list(_alive(case))
    if case.state.content is None:
        found.append(_objection(Against.NOT_DECLARED, Party.BUSINESS))
    if any(look.document not in may_look_at(case.actor.agency) for look in looks):
        found.append(_objection(Against.WRONG_AGENCY, Party.TRANSPORT_LICENCE, TRANSPORT_LAW))
    if not looks:
        found.append(_objection(Against.NOTHING_LOOKED_AT, _mine(case), TRANSPORT_LAW))
    return found
