"""May this be corrected now, may this agency say yes or no to it? Each returns every reason against it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from . import facts as f
from .correction_fold import Corrected
from .corrections import Subject, approvers, differences, reopened
from .decisions import Against, Case, _alive, _mine, _objection
from .declaration import Content
from .fold import State
from .permit import Objection
from .reference import Reference
from .standing import has_ended
from .steps import CUSTOMS_LAW, PLATFORM_RULE, StepCode
from .words import Agency, Kind, Party

# (A) An import may change between these while it stands in the yard; any other kind is declared anew.
ONE_FOR_THE_OTHER = frozenset({Kind.IMPORT_TRANSSHIPMENT, Kind.IMPORT_INLAND})


def is_free(state: State) -> bool:
    """Nobody has confirmed anything and it has not entered: what is announced is the business's alone."""
    return not state.confirmations and not state.opened_again and state.rank == 0


def against_correcting(
    state: State, ref: Reference, content: Content | None = None, version: int | None = None
) -> list[Objection]:
    """Against a new version, approved or not. Without `content`, against any; `version` is the one that was
    looked at while it was written."""
    found = list(_against_any(state, ref))
    before = state.content
    if version is not None and state.version and version != state.version:
        found.append(Objection(Against.DECLARATION_CHANGED, Party.BUSINESS, "", PLATFORM_RULE))
    if before and content:
        found += [*_stays(before, content, state), *_goods_have_moved(before, content, state)]
    return found


def _against_any(state: State, ref: Reference) -> Iterator[Objection]:
    if state.withdrawn:
        yield Objection("declaration_withdrawn", Party.BUSINESS, "", PLATFORM_RULE)
    elif has_ended(state, ref):
        yield Objection(Against.CROSSING_ENDED, Party.BUSINESS, "", PLATFORM_RULE)


def _stays(before: Content, after: Content, state: State) -> Iterator[Objection]:
    if before.gate != after.gate:
        yield Objection("gate_cannot_change", Party.BUSINESS, "", PLATFORM_RULE)
    both = {before.kind, after.kind}
    if len(both) == 2 and state.rank > 0 and (not both <= ONE_FOR_THE_OTHER or _moved(state)):
        yield Objection(Against.KIND_CANNOT_CHANGE, Party.BUSINESS, "", PLATFORM_RULE)


def _moved(state: State) -> dict[int, int]:
    """Packages of each goods group that have left the vehicle already."""
    given: dict[int, int] = {}
    for fact in (*state.transshipped, *state.disposed):
        if isinstance(fact.data, f.Transshipped | f.Disposed):
            given[fact.data.group] = given.get(fact.data.group, 0) + fact.data.packages
    return given


def _goods_have_moved(before: Content, after: Content, state: State) -> Iterator[Objection]:
    """Goods that have left the vehicle keep their place, their customs declaration and their number."""
    for group, packages in sorted(_moved(state).items()):
        old = before.groups[group] if group < len(before.groups) else None
        new = after.groups[group] if group < len(after.groups) else None
        if old and (new is None or new.key != old.key or new.packages < packages):
            details = {"group": group, "packages": packages, "customs_number": old.customs_number}
            yield Objection(Against.GOODS_HAVE_MOVED, Party.BUSINESS, "", CUSTOMS_LAW, details)


def linking_is_asked(state: State, ref: Reference) -> bool:
    """Who receives the goods is the business's until the transshipment is signed, or goods have moved. Of a
    vehicle that has left, only what lies in store is still taken: that customs says itself."""
    if has_ended(state, ref):
        return False
    signed = state.confirmed(StepCode.TRANSSHIPMENT_SIGNED, Agency.CUSTOMS)
    return signed is not None or bool(state.transshipped)


def receiving_changed(state: State, plate: str) -> f.Difference:
    """One more vehicle takes goods of this one."""
    before = [link.plate for link in state.links.values() if link.role == "receiving"]
    return f.Difference(
        what=Subject.RECEIVING, field="receiving", earlier=", ".join(before), new=", ".join([*before, plate])
    )


def asks_of(state: State, found: Iterable[f.Difference], *, changes_fee: bool) -> tuple[Agency, ...]:
    """Who will have to approve it, as it stands now."""
    return approvers(found, has_entered=state.rank > 0, changes_fee=changes_fee)


def would_open(
    state: State, content: Content, more: tuple[f.Difference, ...] = ()
) -> set[tuple[str, Agency]]:
    """Which of the confirmations that stand this version would open again: those, and no others."""
    before = state.announced
    steps = reopened((*differences(before, content), *more)) if before else frozenset()
    return {key for key in state.confirmations if key[0] in steps}


def against_asking(case: Case, words: str) -> list[Objection]:
    """Any agency at the gate asks, with words, while there is a declaration that may be corrected."""
    found = list(_alive(case))
    if case.state.content is None:
        found.append(_objection(Against.NOT_DECLARED, Party.BUSINESS))
    if case.actor.agency is None:
        found.append(_objection(Against.WRONG_AGENCY, Party.CUSTOMS))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


# --- yes or no ------------------------------------------------------------------------------------


def against_approving(case: Case, proposal: UUID) -> list[Objection]:
    """Each agency that the table names, once."""
    found = [*_alive(case), *_is_living(case, proposal)]
    if found:
        return found
    found = list(_is_asked(case))
    if not found and case.actor.agency in case.state.approved_by:
        said = case.state.said_of.get(proposal, {}).get(case.actor.agency)
        who = said or case.state.proposal
        at, by = (who.occurred_at, who.actor.name) if who else (None, "")
        found.append(_objection(Against.ALREADY_APPROVED, _mine(case), at=at, by=by))
    return found


def against_refusing(case: Case, proposal: UUID, words: str) -> list[Objection]:
    """Any of those whose word it needs refuses it alone, with words."""
    found = [*_alive(case), *_is_living(case, proposal)]
    if not found:
        found = list(_is_asked(case))
    if not words.strip():
        found.append(_objection(Against.WORDS_REQUIRED, _mine(case)))
    return found


def against_taking_back(state: Corrected, proposal: UUID) -> list[Objection]:
    """Who declares takes its own proposal back, as long as it has not taken effect."""
    return list(_living(state, proposal, Party.BUSINESS))


def _is_living(case: Case, proposal: UUID) -> Iterator[Objection]:
    return _living(case.state, proposal, _mine(case))


def _living(state: Corrected, proposal: UUID, party: Party) -> Iterator[Objection]:
    """A page may be older than the proposal: what replaced it is another one to look at."""
    if state.proposal is None:
        done = any(fact.id == proposal for fact in state.corrected)
        yield _objection(Against.PROPOSAL_IN_FORCE if done else Against.NO_SUCH_PROPOSAL, party)
    elif state.proposal.id != proposal:
        yield _objection(Against.PROPOSAL_REPLACED, party, by=state.proposal.actor.name)


def _is_asked(case: Case) -> Iterator[Objection]:
    asked = case.state.must_approve
    if case.actor.agency not in asked:
        first = next(iter(case.state.still_to_approve or asked), Agency.CUSTOMS)
        yield _objection(Against.WRONG_AGENCY, Party(first))
