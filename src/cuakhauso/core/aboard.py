"""What is still on board, by what was declared and by what was given away since."""

from collections.abc import Sequence

from . import facts as f
from .declaration import Content
from .facts import Fact
from .words import Kind

WITHOUT_GOODS = frozenset({Kind.RECEIVING, Kind.EMPTY_RETURN})


def remaining(content: Content | None, gone: Sequence[Fact], group: int) -> int:
    """Packages of a goods group not yet transshipped, stored or sent back."""
    if content is None or group >= len(content.groups):
        return 0
    return content.groups[group].packages - sum(_packages(fact, group) for fact in gone)


def _packages(fact: Fact, group: int) -> int:
    data = fact.data
    return data.packages if isinstance(data, f.Transshipped | f.Disposed) and data.group == group else 0


def gave_all_away(content: Content, gone: Sequence[Fact]) -> bool:
    """Every package counted and gone. What was sent back stays on it."""
    groups = content.groups
    counted = bool(groups) and all(group.packages > 0 for group in groups)
    given = counted and all(remaining(content, gone, index) <= 0 for index in range(len(groups)))
    return given and not any(_was_sent_back(fact) for fact in gone)


def _was_sent_back(fact: Fact) -> bool:
    return isinstance(fact.data, f.Disposed) and fact.data.how != "stored"
