"""What was seen of a vehicle: arrivals, weights, reads, passages, a barrier opened by hand. Always taken in;
a passage without a permit with the objections that it went against."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from msgspec import structs

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.fold import fold
from cuakhauso.core.permit import Objection, Permit, Question, may_pass
from cuakhauso.core.recognised import Recognised
from cuakhauso.core.words import CheckpointKind, Direction, Place

from ..accounts.duties import Duty
from ..places.reference import references
from ..shared import store
from ..shared.errors import NotAllowed
from ..shared.store import Story
from ..watch import matching
from ..watch.rules import How
from .said import STOPPERS, Said, act, actor_of, fact_of, moment_of, said_before


def arrive(crossing: UUID, place: Place, said: Said) -> Story:
    """The vehicle was seen to arrive at a place."""
    with transaction.atomic():
        story = _observe(crossing, f.Arrived(place=place), said)
        matching.meet([story], How.ARRIVED, references())
    return story


def weigh(crossing: UUID, gross_kg: int, stable: bool, said: Said, *, ticket: str = "") -> Story:
    """A weighbridge reading. An unstable one is kept, and does not count as weighed."""
    return _observe(crossing, f.Weighed(gross_kg=gross_kg, stable=stable, ticket=ticket), said)


def identify(crossing: UUID, subject: str, value: str, confidence: int | None, said: Said) -> Story:
    """A plate, trailer, container or seal as a camera, a scanner or an officer read it."""
    number, province = _as_declared(subject, value)
    read = f.Identified(subject=subject, value=number, confidence=confidence, province=province)
    with transaction.atomic():
        story = _observe(crossing, read, said)
        matching.meet([story], How.READ, references(), read.value)
    return story


PLATES: dict[str, Callable[[str], ids.Plate]] = {
    "plate": ids.parse_plate,
    "trailer": ids.parse_trailer_plate,
}


def _as_declared(subject: str, value: str) -> tuple[str, str]:
    """In the form in which declared ones are kept, and the province of a Chinese plate. What cannot be read
    so stays as it was seen."""
    try:
        if subject in PLATES:
            plate = PLATES[subject](value)
            return plate.normalised, plate.province if plate.country is ids.Country.CN else ""
        return ids.parse_container(value) if subject == "container" else ids.clean(value), ""
    except ids.Invalid:
        return ids.clean(value), ""


def _observe(crossing: UUID, data: f.AnyData, said: Said) -> Story:
    def judge(case: d.Case, story: Story) -> list[Objection]:
        if case.actor.agency is None and not said.by.has(Duty.DEVICE):
            raise NotAllowed
        return []

    return act(crossing, said, lambda story: data, judge)


def observe_passage(
    crossing: UUID, at: CheckpointKind, direction: Direction, to: Place, said: Said,
    *, besides: tuple[str, ...] = (), recognised: Recognised | None = None,
) -> Story:  # fmt: skip
    """A passage is always recorded; where no permit stood, with the objections that it went against, and
    what besides was not as it should be. `recognised`: by which frames a lane knew the vehicle."""
    now = store.now()
    moment = moment_of(said.occurred_at, now)
    reader = references()
    passed = f.Passed(at=at, direction=direction, to=to, recognised=recognised)

    def decide(story: Story) -> list[Fact]:
        actor = _observer(story, said)
        if said_before(story, said, actor, lambda story: passed):
            return []
        against = _stood_against(story, Question(story.state, at, direction, moment, reader(story.gate), ""))
        fact = fact_of(story.id, passed, said, actor, moment, now, None)
        return [structs.replace(fact, irregular=(*against, *besides))]

    return store.act(crossing, decide, reader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A barrier opened by a person, with a coded reason, and a second person where the lane wants one."""

    at: CheckpointKind
    direction: Direction
    reason: str
    second_person: str = ""


def open_against(crossing: UUID, opening: Opening, said: Said) -> Story:
    """Somebody opened although objections stood: recorded with those that stood at that moment."""
    now = store.now()
    moment = moment_of(said.occurred_at, now)
    reader = references()

    def decide(story: Story) -> list[Fact]:
        actor = _observer(story, said)
        if story.knows(said.fact_id):
            return []
        q = Question(story.state, opening.at, opening.direction, moment, reader(story.gate), "")
        opened = f.OpenedAgainst(
            at=opening.at, reason=opening.reason, objections=_stood_against(story, q),
            second_person=opening.second_person,
        )  # fmt: skip
        return [fact_of(story.id, opened, said, actor, moment, now, None)]

    return store.act(crossing, decide, reader)


def _observer(story: Story, said: Said) -> Actor:
    actor = actor_of(said.by, story, STOPPERS)
    if actor.agency is None and not said.by.has(Duty.DEVICE):
        raise NotAllowed
    return actor


def _stood_against(story: Story, q: Question) -> tuple[str, ...]:
    """The codes of what stood against a passage when it happened: what was said since does not count."""
    then = fold(_until(story, q.at))
    answer = may_pass(replace(q, state=then, gate=story.gate))
    return () if isinstance(answer, Permit) else tuple(dict.fromkeys(str(one.code) for one in answer))


def _until(story: Story, moment: datetime) -> list[Fact]:
    return [fact for fact in story.facts if fact.occurred_at <= moment]
