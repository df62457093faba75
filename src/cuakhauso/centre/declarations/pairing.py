"""Both legs of a regime find each other: by the customs declaration that the second names.

The platform states on both what it knows of the other (`core.pairing`), under both locks. A first leg that is
not here stays unknown, and customs compares the files.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

import uuid_utils.compat as uuid7

from cuakhauso.core import facts as f
from cuakhauso.core.declaration import Content
from cuakhauso.core.facts import PLATFORM, Fact
from cuakhauso.core.pairing import first_leg, shares
from cuakhauso.core.regimes import RegimeLeg, leg_of
from cuakhauso.core.words import Source

from ..shared import store
from ..shared.store import References, Story
from .models import FirstLeg


def first_legs(contents: Iterable[Content]) -> set[UUID]:
    """The crossings with which the goods of these second legs came, as far as they are known."""
    keys = {
        group.first_key
        for content in contents
        if leg_of(content) is RegimeLeg.SECOND
        for group in content.groups
        if group.first_key
    }
    return set(FirstLeg.objects.filter(key__in=keys).values_list("crossing_id", flat=True)) if keys else set()


def settle(stories: dict[UUID, Story], crossing: UUID, content: Content, references: References) -> None:
    """After a declaration: a first leg can be found by its numbers, a second one knows its first."""
    remember(crossing, content)
    known = stories[crossing].state.pairs.values()
    if leg_of(content) is RegimeLeg.SECOND or any(_is_first(pair) for pair in known):
        pair(stories, crossing, references)


def remember(crossing: UUID, content: Content) -> None:
    """Which customs declarations a first leg brings, anew with each version."""
    if leg_of(content) is not RegimeLeg.FIRST:
        return
    FirstLeg.objects.filter(crossing_id=crossing).delete()
    keys = {group.key for group in content.groups if group.key}
    FirstLeg.objects.bulk_create(FirstLeg(key=key, crossing_id=crossing) for key in sorted(keys))


def pair(stories: dict[UUID, Story], second: UUID, references: References) -> None:
    """States on both legs what is known of the other. `stories` are locked, and hold what was declared."""
    story = stories[second]
    wanted = {(first.id, index): key for first, index, key in _wanted(stories, story)}
    known = story.state.pairs.items()
    gone = [pair for where, pair in known if _is_first(pair) and where not in wanted]
    told = [
        _fact(second, first_leg(first, stories[first].state, key, (second, index)))
        for (first, index), key in wanted.items()
    ]
    told += [_fact(second, _nothing(pair, pair.other, RegimeLeg.FIRST)) for pair in gone]
    told += [_fact(pair.other, _nothing(pair, second, RegimeLeg.SECOND)) for pair in gone]
    store.write(stories, told, references)
    groups = range(len(story.state.content.groups)) if story.state.content else ()
    taken = [(known, part) for group in groups for known, part in shares(story.state, group)]
    store.write(
        stories, [_fact(known.other, _taken(known, second, part)) for known, part in taken], references
    )


def _is_first(pair: f.Paired) -> bool:
    return pair.role == str(RegimeLeg.FIRST)


def _wanted(stories: dict[UUID, Story], story: Story) -> Iterator[tuple[Story, int, str]]:
    """Each goods group of the second leg, with every vehicle that brought its goods."""
    content = story.state.content
    if content is None or leg_of(content) is not RegimeLeg.SECOND:
        return
    for index, group in enumerate(content.groups):
        for first in stories.values():
            if group.first_key and group.first_key in _brought(first):
                yield first, index, group.first_key


def _brought(first: Story) -> set[str]:
    content = first.state.announced
    return {g.key for g in content.groups} if content and leg_of(content) is RegimeLeg.FIRST else set()


def _nothing(known: f.Paired, other: UUID, role: RegimeLeg) -> f.Paired:
    number = known.customs_number
    return f.Paired(other=other, role=role, group=known.group, customs_number=number, packages=0)


def _taken(known: f.Paired, second: UUID, packages: int) -> f.Paired:
    return f.Paired(
        other=second, role=RegimeLeg.SECOND, group=known.group, customs_number=known.customs_number,
        packages=packages,
    )  # fmt: skip


def _fact(crossing: UUID, data: f.Paired) -> Fact:
    now = store.now()
    return Fact(
        id=UUID(str(uuid7.uuid7())), crossing=crossing, occurred_at=now, recorded_at=now, actor=PLATFORM,
        source=Source.PLATFORM, data=data, v=f.FORM_VERSION,
    )  # fmt: skip
