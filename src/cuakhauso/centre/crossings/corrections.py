"""What agencies ask to be corrected, field by field, and what they say to a correction that was proposed: yes
or no, each for itself.

With the last yes the new version counts, the declaration's form follows, and only those confirmations open
again that the rule table names (`core.corrections`).
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from cuakhauso.core import asked
from cuakhauso.core import correction_decisions as cd
from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.fold import State, fold
from cuakhauso.core.words import Agency, Kind, Regime, Stay, WeightClass

from ..declarations import binding, correcting, linking, pairing
from ..declarations.models import Declaration
from ..places.reference import references
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotFound, Refused
from ..shared.store import Story
from .said import Judge, Said, act, actor_of, fact_of, moment_of, posts_of_actor, refusals_kept, said_before

LONGEST_VALUE = 300


def ask(crossing: UUID, fields: Sequence[str], said: Said, *, read: Mapping[str, str] | None = None) -> Story:
    """An officer asks the business to correct named fields, with words, and may say what was read of each.
    Raises `Invalid` for a field that no declaration has, or a value where none can be said."""
    data = f.CorrectionAsked(
        fields=tuple(dict.fromkeys([*fields, *(read or {})])),
        read=tuple(f.FieldRead(field=field, value=value) for field, value in (read or {}).items()),
    )
    if errors := list(_wrong(data)):
        raise Invalid(errors)
    return act(crossing, said, lambda story: data, lambda case, story: cd.against_asking(case, said.note))


def _wrong(data: f.CorrectionAsked) -> Iterator[FieldError]:
    for field in data.fields:
        if not asked.is_known(field):
            yield FieldError("fields", "not_a_choice", {"value": field})
    for one in data.read:
        if not asked.takes_value(one.field):
            yield FieldError(f"read.{one.field}", "not_a_choice", {"value": one.value})
        elif not one.value.strip():
            yield FieldError(f"read.{one.field}", "required")
        elif len(one.value) > LONGEST_VALUE:
            length = {"length": len(one.value), "limit": LONGEST_VALUE}
            yield FieldError(f"read.{one.field}", "too_long", length)
        elif (codes := CODES.get(asked.name_of(one.field))) and one.value not in codes:
            yield FieldError(f"read.{one.field}", "not_a_choice", {"value": one.value})


CODES = {
    "kind": frozenset(Kind), "regime": frozenset(Regime), "stay": frozenset(Stay),
    "vehicle.weight_class": frozenset(WeightClass),
}  # fmt: skip


def approve(crossing: UUID, proposal: UUID, said: Said) -> Story:
    """This agency agrees. Raises `Refused`, also where another proposal has taken its place."""
    return _answer(
        crossing, f.CorrectionApproved(proposal=proposal), said,
        lambda case, story: cd.against_approving(case, proposal),
    )  # fmt: skip


def refuse(crossing: UUID, proposal: UUID, said: Said) -> Story:
    """This agency does not agree, with words: the declaration stays as it was."""
    return _answer(
        crossing, f.CorrectionRefused(proposal=proposal), said,
        lambda case, story: cd.against_refusing(case, proposal, said.note),
    )  # fmt: skip


def _answer(crossing: UUID, data: f.AnyData, said: Said, judge: Judge) -> Story:
    prefer = _asked(fold(store.facts_of(crossing)))
    with refusals_kept(crossing, said, prefer), transaction.atomic():
        return _answered(crossing, data, said, judge, prefer)


def _asked(state: State) -> tuple[Agency, ...]:
    """For whom an officer of several agencies speaks here."""
    return state.still_to_approve or state.must_approve or tuple(Agency)


def _answered(crossing: UUID, data: f.AnyData, said: Said, judge: Judge, prefer: tuple[Agency, ...]) -> Story:
    now, reader = store.now(), references()
    at = moment_of(said.occurred_at, now)
    kept = Declaration.objects.select_for_update(of=("self",)).filter(crossing_id=crossing).first()
    proposed = fold(store.facts_of(crossing)).proposed
    contents = [proposed.content] if proposed else []
    links = proposed.links if proposed else ()
    stories = store.lock(crossing, *pairing.first_legs(contents), *links, *binding.others(contents))
    if (story := stories.get(crossing)) is None:
        raise NotFound
    actor = actor_of(said.by, story, prefer)
    if said_before(story, said, actor, lambda _: data):
        return story
    case = d.Case(story.state, actor, at, reader(story.gate), posts_of_actor(said.by, story.gate, actor))
    if against := list(judge(case, story)):
        raise Refused(against)
    if isinstance(data, f.CorrectionApproved) and proposed is not None:
        correcting.plate_is_free(story.state, proposed.content)
        takers = [stories[one] for one in proposed.links]
        if against := linking.against_all(story, takers):
            raise Refused(against)
    store.write(stories, [fact_of(story.id, data, said, actor, at, now, None)], reader)
    if kept is not None and story.state.proposal is None:
        if proposed is not None and story.state.version == proposed.version:
            new = [x for one in proposed.links for x in linking.linked(story, stories[one], said.by, now)]
            store.write(stories, new, reader)
            linking.settle(stories, (story.id, *proposed.links) if proposed.links else (), reader)
        _follow(stories, kept, story.state)
    return story


def _follow(stories: dict[UUID, Story], kept: Declaration, state: State) -> None:
    """The proposal is over: its form counts now, or is dropped."""
    if state.version > kept.version and kept.proposed_form is not None:
        correcting.put_in_force(stories, kept, kept.proposed_form, references())
        return
    kept.proposed_id, kept.proposed_form = None, None
    kept.save(update_fields=["proposed_id", "proposed_form"])
