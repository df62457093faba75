"""A declaration is corrected: at once while nobody has confirmed anything, else proposed, field by field, to
the agencies that the rule table names. What they say is `crossings/corrections.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid7
from django.db import transaction
from msgspec import structs

from cuakhauso.core import asked
from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import facts as f
from cuakhauso.core.charges import MissingRate, due_on, expected_charge
from cuakhauso.core.correction_fold import answered_by
from cuakhauso.core.corrections import Subject, differences
from cuakhauso.core.decisions import Against
from cuakhauso.core.declaration import Content
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.fold import State, fold
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import HANOI, Reference
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Agency, Party

from ..accounts.principal import Principal
from ..places.reference import reference, references
from ..shared import store
from ..shared.errors import Invalid, NotFound, Refused
from ..shared.locks import lock_plates
from ..shared.store import References, Story
from ..watch import matching
from ..watch.rules import How
from . import actions, behalf, binding, pairing, rules
from .form import DeclarationIn
from .models import Declaration
from .rules import Checked


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a correction would do: told before it is sent, and what the fact then says. `read` is what
    officers read of fields that they asked for, `left` the fields asked for that it would not follow."""

    content: Content
    found: tuple[f.Difference, ...]
    approve: tuple[Agency, ...]
    opens: tuple[tuple[str, Agency], ...]
    stands: int
    fee_before: int | None
    fee_after: int | None
    is_free: bool
    read: Mapping[str, str]
    left: tuple[str, ...]
    answers: tuple[UUID, ...]
    links: tuple[UUID, ...]

    @property
    def changes_fee(self) -> bool:
        return self.fee_before != self.fee_after


@transaction.atomic
def correct(
    declaration: UUID, form: DeclarationIn, *, by: Principal, words: str = "", version: int | None = None
) -> Declaration:
    """A new version; or the proposal of one, where somebody has confirmed something on the earlier one.

    `version` is the one that was looked at: another one in force by now is refused. Receiving vehicles are
    declared and linked on their own. Sending the same form again changes nothing.
    """
    now, reader = store.now(), references()
    current = actions.own_locked(by, declaration)
    form = form.model_copy(update={"id": current.id, "receiving": [], "declared_at": None})
    if _is_known(current, form):
        return current
    checked = _checked(current, form, now)
    shared = binding.others([checked.content])
    stories = store.lock(current.crossing_id, *pairing.first_legs([checked.content]), *shared)
    if (story := stories.get(current.crossing_id)) is None:
        raise NotFound
    content = _as_it_stands(story.state, checked.content)
    if against := cd.against_correcting(story.state, reader(story.gate), content, version):
        raise Refused(against)
    plate_is_free(story.state, content)
    wanted = _proposal(current, form, story.state, content, reader(story.gate), now)
    if not wanted.found and current.form | {"receiving": [], "declared_at": None} == _plain(form):
        raise Refused([Objection(Against.NOTHING_CHANGES, Party.BUSINESS, "", PLATFORM_RULE)])
    fact = _fact(current, story, wanted, by, now, words)
    store.write(stories, [fact], reader)
    if story.state.version > current.version:
        put_in_force(stories, current, _plain(form), reader, checked)
    else:
        current.proposed_id, current.proposed_form = fact.id, _plain(form)
        current.save(update_fields=["proposed_id", "proposed_form"])
    behalf.keep(current, by, "corrected")
    return current


def _plain(form: DeclarationIn) -> dict[str, Any]:
    return form.model_dump(mode="json")


def _is_known(current: Declaration, form: DeclarationIn) -> bool:
    same: dict[str, Any] = {"receiving": [], "declared_at": None}
    if current.proposed_form is not None:
        return bool(current.proposed_form | same == _plain(form))
    return bool(current.form | same == _plain(form))


def _checked(current: Declaration, form: DeclarationIn, now: datetime) -> Checked:
    is_still = _is_still(form.expected_at, current)
    checked, errors = rules.check(
        form, actions.known(now), str(current.organisation_id), arrival_known=is_still
    )
    if checked is None:
        raise Invalid(errors)
    return checked


def _is_still(expected_at: datetime | None, current: Declaration) -> bool:
    """A vehicle that is here is corrected with the arrival that was declared, which has passed by now."""
    before = current.form["expected_at"]
    return before is not None and expected_at == datetime.fromisoformat(before)


def _as_it_stands(state: State, content: Content) -> Content:
    """From whom it receives is not in the form: that is linked."""
    receives_from = state.content.receives_from if state.content else ""
    return structs.replace(content, receives_from=receives_from)


def plate_is_free(state: State, content: Content) -> None:
    """Another tractor must not be under way in another crossing."""
    before = state.announced
    plate = content.vehicle.plate
    if before is None or before.vehicle.plate.number == plate.number:
        return
    lock_plates([plate.number])
    if errors := actions.taken("vehicle.plate", plate, content.gate, content.declarant):
        raise Invalid(errors)


def _proposal(
    current: Declaration, form: DeclarationIn, state: State, content: Content, ref: Reference, now: datetime
) -> Proposal:
    before, waiting = state.announced or content, state.proposed
    links = [d for d in waiting.differences if d.what == Subject.RECEIVING] if waiting else []
    found = (*differences(before, content), *_another_driver(current, form, before, content), *links)
    day = due_on(state, now.astimezone(HANOI).date())
    fees = [_fee(each, ref, day) for each in (before, content)]
    opens = cd.would_open(state, content, found)
    return Proposal(
        content=content,
        found=found,
        approve=cd.asks_of(state, found, changes_fee=fees[0] != fees[1]),
        opens=tuple(sorted(opens)),
        stands=len(state.confirmations) - len(opens),
        fee_before=fees[0],
        fee_after=fees[1],
        is_free=cd.is_free(state),
        read=asked.read_of(requests := (*state.answered, *state.corrections)),
        left=tuple(dict.fromkeys(f for one in requests for f in asked.left_of(one, state.followed, found))),
        answers=tuple(one.id for one in answered_by(state, found)),
        links=waiting.links if waiting else (),
    )


def _another_driver(
    current: Declaration, form: DeclarationIn, before: Content, after: Content
) -> Sequence[f.Difference]:
    """Facts hold a masked name; two drivers may look alike by it, and their papers tell them apart."""
    papers = (current.form.get("driver") or {}).get("paper"), form.driver.paper if form.driver else None
    if before.driver != after.driver or papers[0] == papers[1]:
        return ()
    return (f.Difference(what=Subject.DRIVER, field="driver", earlier=before.driver, new=after.driver),)


def _fee(content: Content, ref: Reference, day: date) -> int | None:
    due = expected_charge(content, ref, day)
    if isinstance(due, MissingRate):
        return None
    return due.amount if due else 0


def _fact(
    current: Declaration, story: Story, wanted: Proposal, by: Principal, now: datetime, words: str
) -> Fact:
    data: f.AnyData
    if wanted.is_free:
        data = f.Declared(number=current.number, version=current.version + 1, content=wanted.content)
    else:
        data = f.CorrectionProposed(
            number=current.number, version=current.version + 1, content=wanted.content,
            differences=wanted.found, fee_before=wanted.fee_before, fee_after=wanted.fee_after,
            answers=wanted.answers, links=wanted.links,
        )  # fmt: skip
    return Fact(
        id=UUID(str(uuid7.uuid7())), crossing=story.id, occurred_at=now, recorded_at=now,
        actor=_actor(by, story.gate, wanted.approve), source=by.source, data=data, note=words.strip(),
        v=f.FORM_VERSION,
    )  # fmt: skip


def _actor(by: Principal, gate: str, asked: Sequence[Agency]) -> Actor:
    """An officer who corrects on behalf speaks for the agency whose word is needed, if it is one of hers."""
    return by.actor(gate, prefer=asked)


def put_in_force(
    stories: dict[UUID, Story],
    current: Declaration,
    form: dict[str, Any],
    reader: References,
    checked: Checked | None = None,
) -> None:
    """The form follows what the facts say now, and so do the other legs of a regime."""
    content = stories[current.crossing_id].state.content
    assert content is not None
    pairing.settle(stories, current.crossing_id, content, reader)
    binding.settle(stories, current.crossing_id, reader)
    matching.meet([stories[current.crossing_id]], How.DECLARED, reader)
    current.version += 1
    current.form, current.proposed_id, current.proposed_form = form, None, None
    current.save(update_fields=["version", "form", "proposed_id", "proposed_form"])
    if checked is None:
        read = DeclarationIn.model_validate(form)
        checked, _ = rules.check(
            read, actions.known(store.now()), str(current.organisation_id), arrival_known=True
        )
    if checked is not None:
        actions.remember(current.organisation, [current], [checked])


@transaction.atomic
def take_back(declaration: UUID, proposal: UUID, *, by: Principal, words: str = "") -> Declaration:
    """Whoever declares takes back what was proposed; what agencies asked for is still to be done."""
    now = store.now()
    current = actions.own_locked(by, declaration)

    def taken_back(story: Story) -> list[Fact]:
        if against := cd.against_taking_back(story.state, proposal):
            raise Refused(against)
        data = f.CorrectionWithdrawn(proposal=proposal)
        actor = by.actor(story.gate)
        return [
            Fact(
                id=UUID(str(uuid7.uuid7())), crossing=story.id, occurred_at=now, recorded_at=now, actor=actor,
                source=by.source, data=data, note=words.strip(), v=f.FORM_VERSION,
            )
        ]  # fmt: skip

    store.act(current.crossing_id, taken_back, references())
    current.proposed_id, current.proposed_form = None, None
    current.save(update_fields=["proposed_id", "proposed_form"])
    behalf.keep(current, by, "taken_back")
    return current


def preview(current: Declaration, form: DeclarationIn) -> Proposal:
    """What this form would do if it were sent now. Raises `Invalid` and `Refused` as sending it would."""
    now = store.now()
    checked = _checked(current, form, now)
    state = fold(store.facts_of(current.crossing_id))
    ref = reference(state.gate)
    content = _as_it_stands(state, checked.content)
    if against := cd.against_correcting(state, ref, content):
        raise Refused(against)
    return _proposal(current, form, state, content, ref, now)
