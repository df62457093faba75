"""What somebody says of a crossing, and how it becomes a fact: the one way that every act goes.

`act` locks, asks the rules, appends, projects and announces. Saying the same under the same id again changes
nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7
from msgspec import structs

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core.facts import Actor, Fact, at_a_possible_time
from cuakhauso.core.permit import Objection
from cuakhauso.core.words import Agency

from ..accounts.duties import Duty
from ..accounts.principal import Principal
from ..places.reference import references
from ..shared import audit, store
from ..shared.errors import FieldError, IdReused, Invalid, NotFound, Refused
from ..shared.store import Story
from . import elsewhere, evidence

MOST_LATE = timedelta(days=7)
STOPPERS = d.STOPPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who says something, since when it is so, and under which id. Common to every act.

    `pressed_at` is of a tap that waited on its device for a network: it happened then. Where the platform had
    it already, and only the answer was lost, that first time stays.
    """

    by: Principal
    id: UUID | None = None
    occurred_at: datetime | None = None
    pressed_at: datetime | None = None
    note: str = ""
    checkpoint: str = ""
    photos: tuple[str, ...] = ()

    @property
    def fact_id(self) -> UUID:
        return self.id or UUID(str(uuid7.uuid7()))


Judge = Callable[[d.Case, Story], Sequence[Objection]]


def act(
    crossing: UUID,
    said: Said,
    data: Callable[[Story], f.AnyData],
    judge: Judge,
    *,
    prefer: Iterable[Agency] = (),
    undoes: UUID | None = None,
    irregular: Callable[[d.Case], tuple[str, ...]] = lambda case: (),
) -> Story:
    """Lock, judge, append, project, publish. A refusal is kept in the audit trail; what is not refused may
    still be irregular."""
    now = store.now()
    at = moment_of(said.occurred_at or said.pressed_at, now)
    reader = references()

    def decide(story: Story) -> list[Fact]:
        actor = actor_of(said.by, story, prefer)
        if said_before(story, said, actor, data, undoes):
            return []
        case = d.Case(story.state, actor, at, reader(story.gate), posts_of_actor(said.by, story.gate, actor))
        if against := list(judge(case, story)):
            raise Refused(elsewhere.named(against, crossing, said.by))
        evidence.name(crossing, said.photos)
        fact = fact_of(story.id, data(story), said, actor, at, now, undoes)
        return [structs.replace(fact, irregular=found) if (found := irregular(case)) else fact]

    with refusals_kept(crossing, said, prefer):
        return store.act(crossing, decide, reader)


@contextmanager
def refusals_kept(crossing: UUID, said: Said, prefer: Iterable[Agency]) -> Iterator[None]:
    """Around an act's own transaction: what was refused is gone with it, but for the audit trail."""
    try:
        yield
    except Refused as error:
        actor = said.by.actor(prefer=prefer)
        audit.record("refused", f"crossing:{crossing}", actor=actor, why=[o.code for o in error.objections])
        raise


def said_before(
    story: Story, said: Said, actor: Actor, data: Callable[[Story], f.AnyData], undoes: UUID | None = None
) -> bool:
    """Whether this very thing was said under this id already, by the same organisation: a device that sends
    its journal again may have a new token by then. Raises `IdReused` where it was another."""
    known = next((fact for fact in story.facts if fact.id == said.id), None)
    if known is None:
        return False
    by = (known.actor.agency, known.actor.organisation)
    same = (*by, known.data, known.note, known.undoes, known.photos) == (
        actor.agency, actor.organisation, data(story), said.note.strip(), undoes, said.photos,
    )  # fmt: skip
    if not same or said.occurred_at not in (None, known.stated_at or known.occurred_at):
        raise IdReused
    return True


def moment_of(occurred_at: datetime | None, now: datetime) -> datetime:
    if occurred_at is None:
        return now
    if now - occurred_at > MOST_LATE:
        raise Invalid([FieldError("occurred_at", "too_long_ago", {"days": MOST_LATE.days})])
    return at_a_possible_time(occurred_at, now)


def actor_of(by: Principal, story: Story, prefer: Iterable[Agency]) -> Actor:
    """Somebody with a role at this gate, or the business itself; to all others it does not exist."""
    if not by.roles_at(story.gate):
        raise NotFound
    businesses = {str(b) for b in by.businesses}
    content = story.state.content
    if by.agencies_at(story.gate) or by.has(Duty.DEVICE, Duty.DESK, Duty.SUPPORT):
        return by.actor(story.gate, prefer)
    if content is not None and content.declarant in businesses:
        return by.actor(story.gate, prefer)
    raise NotFound


def posts_of_actor(by: Principal, gate: str, actor: Actor) -> tuple[str, ...]:
    """Where this actor stands; empty when any of its roles covers the whole gate."""
    roles = [role for role in by.roles_at(gate) if role.agency is actor.agency]
    if any(not role.posts for role in roles):
        return ()
    return tuple(dict.fromkeys(post for role in roles for post in role.posts))


def fact_of(
    crossing: UUID,
    data: f.AnyData,
    said: Said,
    actor: Actor,
    at: datetime,
    now: datetime,
    undoes: UUID | None,
) -> Fact:
    stated = said.occurred_at if said.occurred_at is not None and said.occurred_at != at else None
    return Fact(
        id=said.fact_id, crossing=crossing, occurred_at=at, recorded_at=now, actor=actor,
        source=said.by.source, data=data, checkpoint=said.checkpoint, note=said.note.strip(), undoes=undoes,
        photos=said.photos, stated_at=stated, v=f.FORM_VERSION,
    )  # fmt: skip
