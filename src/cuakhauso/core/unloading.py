"""Where an unloading stands that is not complete. Pure; whether it may be said: `unloading_decisions.py`.

What customs says is stored or sent back counts as such at once (`yard_fold.py`): nobody tells it twice. (A)
The yard may report; what becomes of goods is customs' word. More or fewer packages than the platform computes
are an objection with both numbers until customs settles it, or somebody counts again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from . import facts as f
from .facts import Fact
from .fold import State
from .unloading_facts import Left, Rest


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody counted of one goods group, before it is held against the platform's own number."""

    group: int
    packages: int
    weight_kg: Decimal | None = None


def standing_report(state: State) -> tuple[Fact, f.UnloadedInPart] | None:
    """The last report, while it says something: goods that were to be unloaded later may have been by now."""
    fact = state.unloading
    data = fact.data if fact else None
    if fact is None or not isinstance(data, f.UnloadedInPart):
        return None
    is_open = data.rest is not Rest.LATER or any(_is_open(state, line) for line in data.lines)
    return (fact, data) if is_open else None


def _is_open(state: State, line: Left) -> bool:
    return line.computed is None or state.remaining(line.group) > 0


def left_on(state: State, group: int) -> Left | None:
    """What the standing report says of one goods group."""
    report = standing_report(state)
    return next((line for line in report[1].lines if line.group == group), None) if report else None


def unsettled(state: State) -> Iterator[Left]:
    """Lines whose number is not the platform's, and which customs has not settled."""
    report = standing_report(state)
    for line in report[1].lines if report else ():
        is_over = report and report[1].rest is Rest.LATER and not _is_open(state, line)
        if line.differs and not is_over and ("unloading_differs", subject_of(line)) not in state.settled:
            yield line


def subject_of(line: Left) -> str:
    """What an officer's word on a difference names: the customs declaration, or the group's place."""
    return line.customs_number[:11] or f"#{line.group}"


def lines_of(state: State, counts: Iterable[Count]) -> tuple[Left, ...]:
    """The counts beside what the platform computes now. A group that is not on board stays nameless."""
    return tuple(_line(state, count) for count in counts)


def _line(state: State, count: Count) -> Left:
    groups = state.content.groups if state.content else ()
    group = groups[count.group] if 0 <= count.group < len(groups) else None
    computed = state.remaining(count.group) if group and group.packages > 0 else None
    return Left(
        group=count.group, customs_number=group.customs_number if group else "", packages=count.packages,
        computed=computed, weight_kg=count.weight_kg,
    )  # fmt: skip
