"""What a declaration binds, held against every other living one: who shares a trailer, container or seal.

Both are told, under both locks (`core.binding`); what becomes of either afterwards the store tells the other.
"""

from collections.abc import Iterable
from uuid import UUID

import uuid_utils.compat as uuid7

from cuakhauso.core import facts as f
from cuakhauso.core.binding import bound_now, claim, joined, pair_of, things
from cuakhauso.core.binding_facts import Thing
from cuakhauso.core.declaration import Content
from cuakhauso.core.facts import PLATFORM, Fact
from cuakhauso.core.words import Source

from ..shared import store
from ..shared.locks import lock_things
from ..shared.models import BoundPair, BoundThing, Crossing
from ..shared.store import References, Story


def others(contents: Iterable[Content]) -> set[UUID]:
    """Living crossings that bind any of these things. Until the transaction ends nobody else binds them."""
    names = {_name(thing) for content in contents for thing in things(content)}
    if not names:
        return set()
    lock_things(names)
    known = BoundThing.objects.filter(name__in=names).values("crossing_id")
    return set(Crossing.objects.filter(pk__in=known, ended_at=None).values_list("pk", flat=True))


def _name(thing: Thing) -> str:
    return f"{thing.subject}:{thing.value}"


def settle(stories: dict[UUID, Story], crossing: UUID, references: References) -> None:
    """After a declaration, a correction or a link. `stories` are locked, `others` of it among them."""
    story = stories[crossing]
    _remember(story)
    told = [
        fact
        for other in stories.values()
        if other.id != crossing and not _belong_together(story, other)
        for fact in _told(story, other, references)
    ]
    told += [fact for other in stories.values() for fact in _let_go(story, other)]
    store.write(stories, told, references)


def _remember(story: Story) -> None:
    """Anew with each version: the way from a thing to who binds it. The facts say the rest."""
    BoundThing.objects.filter(crossing_id=story.id).delete()
    names = sorted({_name(thing) for thing in things(story.state.content)})
    BoundThing.objects.bulk_create(BoundThing(name=name, crossing_id=story.id) for name in names)


def _belong_together(one: Story, other: Story) -> bool:
    """Linked, or both with a third: what passes from hand to hand within one transshipment is one thing."""
    ours, theirs = joined(one.state) | {one.id}, joined(other.state) | {other.id}
    return bool(ours & theirs)


def _told(one: Story, other: Story, references: References) -> list[Fact]:
    """To each what the other claims, where that is news."""
    shared = bound_now(one.state) & bound_now(other.state)
    pair = pair_of(one.id, other.id)
    if not shared and pair not in one.state.also_bound:
        return []
    BoundPair.objects.bulk_create(
        [BoundPair(pair=pair, crossing_id=a.id, other_id=b.id) for a, b in ((one, other), (other, one))],
        ignore_conflicts=True,
    )
    claims = [
        (to, claim(by.state, references(by.gate), pair, shared)) for to, by in ((one, other), (other, one))
    ]
    return [_fact(to.id, said) for to, said in claims if _is_news(to, said)]


def _let_go(one: Story, other: Story) -> list[Fact]:
    """They have come to belong together: nothing stands between them any more."""
    pair = pair_of(one.id, other.id)
    if one.id == other.id or not _belong_together(one, other) or pair not in one.state.also_bound:
        return []
    none = f.AlsoBound(pair=pair)
    return [_fact(to.id, none) for to in (one, other) if _is_news(to, none)]


def _is_news(story: Story, said: f.AlsoBound) -> bool:
    known = story.state.also_bound.get(said.pair)
    return known.data != said if known else bool(said.things)


def _fact(crossing: UUID, data: f.AlsoBound) -> Fact:
    now = store.now()
    return Fact(
        id=UUID(str(uuid7.uuid7())), crossing=crossing, occurred_at=now, recorded_at=now, actor=PLATFORM,
        source=Source.PLATFORM, data=data, v=f.FORM_VERSION,
    )  # fmt: skip
