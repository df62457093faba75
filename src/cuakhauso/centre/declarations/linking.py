"""Receiving vehicles that were declared on their own are bound to the vehicle whose goods they take: at once;
once the transshipment is signed, when border guard and customs have agreed (domain.md 2.8).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from msgspec import structs

from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import facts as f
from cuakhauso.core.correction_fold import answered_by
from cuakhauso.core.facts import Fact
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import PLATFORM_RULE
from cuakhauso.core.words import Kind, Party

from ..accounts.principal import Principal
from ..places.reference import references
from ..shared import store
from ..shared.errors import Refused
from ..shared.store import References, Story
from . import actions, behalf, binding
from .models import Declaration


@transaction.atomic
def link(source: UUID, receiving: UUID, *, by: Principal) -> Declaration:
    """Bind it, or propose to. Proposing the same again changes nothing. Raises `Refused`, `NotFound`."""
    now = store.now()
    giver, taker = actions.own_locked(by, source), actions.own(by, receiving)
    stories = store.lock(giver.crossing_id, taker.crossing_id)
    given, taken = stories[giver.crossing_id], stories[taker.crossing_id]
    if against := against_linking(given, taken):
        raise Refused(against)
    reader = references()
    if not cd.linking_is_asked(given.state, reader(given.gate)):
        store.write(stories, linked(given, taken, by, now), reader)
        settle(stories, (given.id, taken.id), reader)
    elif given.state.proposed is None or taken.id not in given.state.proposed.links:
        _propose(stories, giver, given, taken, by, now)
    behalf.keep(giver, by, "linked")
    return giver


def _propose(
    stories: dict[UUID, Story], giver: Declaration, given: Story, taken: Story, by: Principal, now: datetime
) -> None:
    """Beside what is proposed already: a later proposal replaces an earlier one, and must not lose it."""
    data = _with_link(given, taken, giver)
    prefer = cd.asks_of(given.state, data.differences, changes_fee=data.changes_fee)
    fact = actions.fact_of(given.id, data, by, now, now)
    fact = structs.replace(fact, actor=by.actor(given.gate, prefer=prefer))
    store.write(stories, [fact], references())
    giver.proposed_id, giver.proposed_form = fact.id, giver.proposed_form or giver.form
    giver.save(update_fields=["proposed_id", "proposed_form"])


def _with_link(given: Story, taken: Story, giver: Declaration) -> f.CorrectionProposed:
    state, waiting = given.state, given.state.proposed
    content = state.content
    assert content is not None
    earlier = [d for d in waiting.differences if d.field != "receiving"] if waiting else []
    links = (*(waiting.links if waiting else ()), taken.id)
    plates = [*_proposed_plates(given), _plate(taken)]
    found = (*earlier, cd.receiving_changed(state, ", ".join(plates)))
    return f.CorrectionProposed(
        number=giver.number, version=giver.version + 1, content=waiting.content if waiting else content,
        differences=found, fee_before=waiting.fee_before if waiting else 0,
        fee_after=waiting.fee_after if waiting else 0, links=links,
        answers=tuple(one.id for one in answered_by(state, found)),
    )  # fmt: skip


def _proposed_plates(given: Story) -> list[str]:
    """Of vehicles that wait to be linked already."""
    waiting = given.state.proposed
    known = next((d for d in waiting.differences if d.field == "receiving"), None) if waiting else None
    before = {link.plate for link in given.state.links.values()}
    return [plate for plate in known.new.split(", ") if plate not in before] if known else []


def linked(given: Story, taken: Story, by: Principal, now: datetime) -> list[Fact]:
    """Each of both knows the other."""
    return [_linked(given, taken, "receiving", by, now), _linked(taken, given, "source", by, now)]


def settle(stories: dict[UUID, Story], linked: Iterable[UUID], reader: References) -> None:
    """What both of them name goes from hand to hand now: no other declaration's any more."""
    for one in linked:
        binding.settle(stories, one, reader)


def _linked(one: Story, other: Story, role: str, by: Principal, now: datetime) -> Fact:
    return actions.fact_of(one.id, f.Linked(other=other.id, role=role, plate=_plate(other)), by, now, now)


def _plate(story: Story) -> str:
    assert story.state.content is not None
    return story.state.content.vehicle.plate.shown


def against_linking(given: Story, taken: Story) -> list[Objection]:
    found = []
    if given.state.kind is not Kind.IMPORT_TRANSSHIPMENT:
        found.append(Objection("not_a_source", Party.BUSINESS, "", PLATFORM_RULE))
    if taken.state.kind is not Kind.RECEIVING:
        found.append(Objection("not_a_receiving_vehicle", Party.BUSINESS, "", PLATFORM_RULE))
    if given.gate != taken.gate:
        found.append(Objection("not_at_one_gate", Party.BUSINESS, "", PLATFORM_RULE))
    if taken.id in given.state.links:
        found.append(Objection("already_linked", Party.BUSINESS, "", PLATFORM_RULE))
    return found


def against_all(given: Story, takers: Iterable[Story]) -> list[Objection]:
    """Once more before the last yes: a vehicle may have been withdrawn, or linked, since it was proposed."""
    return [objection for taken in takers for objection in against_linking(given, taken)]
