"""May it be said that not everything was unloaded, and may that be taken back? Every reason against it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from . import facts as f
from .against import Against, Case, _alive, _mine, _objection
from .fold import RANKS
from .permit import Objection
from .steps import CUSTOMS_LAW, StepCode
from .unloading_facts import Left, Rest, WhyLeft
from .words import Agency, Party

REPORTERS = (Agency.CUSTOMS, Agency.YARD)


def against_unloading_in_part(case: Case, lines: Sequence[Left], why: WhyLeft, words: str) -> list[Objection]:
    """Customs or the yard, of a vehicle that is inside with its goods, with something left; words where codes
    do not say enough."""
    found = list(_alive(case))
    if case.actor.agency not in REPORTERS:
        found.append(_objection(Against.WRONG_AGENCY, Party.CUSTOMS, CUSTOMS_LAW))
    if not RANKS[StepCode.ENTERED] <= case.state.rank <= RANKS[StepCode.IN_YARD]:
        found.append(_objection(Against.NOT_IN_YARD, Party.YARD, CUSTOMS_LAW))
    groups = case.state.content.groups if case.state.content else ()
    for line in lines:
        if not 0 <= line.group < len(groups):
            found.append(_objection(Against.NO_SUCH_GROUP, _mine(case), group=line.group))
    if not any(line.packages > 0 or line.weight_kg for line in lines):
        found.append(_objection(Against.NOTHING_LEFT, _mine(case)))
    if not words.strip() and (why is WhyLeft.OTHER or any(line.differs for line in lines)):
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


def rests_on(case: Case, report: UUID) -> Iterator[Objection]:
    """A report is taken back until goods that it put in store went on, or the vehicle left by it."""
    left = case.state.rank > RANKS[StepCode.IN_YARD]
    put: dict[int, int] = {}
    for fact in case.state.disposed:
        if fact.id == report and isinstance(fact.data, f.Disposed) and fact.data.how == Rest.STORED:
            put[fact.data.group] = put.get(fact.data.group, 0) + fact.data.packages
    if left or any(case.state.stored(group) < packages for group, packages in put.items()):
        yield _objection(Against.RESTS_ON_IT, _mine(case), CUSTOMS_LAW)
