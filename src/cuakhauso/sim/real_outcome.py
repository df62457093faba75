"""What a real day came to, as the barrier saw it, as the node wrote it down and as the platform has it; and
in what it is another than the undisturbed one.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cuakhauso.lane.contracts import Output

from .day_office import Fate, Stands, Vehicle

if TYPE_CHECKING:
    from .real_day import Lane


@dataclass(frozen=True, slots=True)
class Outcome:
    """`through` and `turned` are who drove where, `stands` how each crossing stands on the platform. `opened`
    is how often the barrier was pulsed, `permitted` how often the node wrote down a permit before."""

    through: tuple[int, ...]
    turned: tuple[int, ...]
    stands: dict[int, Stands]
    opened: int
    permitted: int
    passages: Counter[int | None]
    irregular: tuple[str, ...]
    alarms: Counter[str]
    refused: tuple[str, ...]
    happened: tuple[str, ...]
    node_deaths: int
    platform_deaths: int
    cuts: int


async def outcome(lane: "Lane", queue: list[Vehicle]) -> Outcome:
    from .real_day import rows

    crossings = lane.office.crossings
    who = {str(crossing): n for n, crossing in crossings.items()}
    told = rows(lane.journal, "SELECT kind, body, state, why FROM item ORDER BY n")
    items = [(kind, json.loads(body), state, why) for kind, body, state, why in told]
    passages = [body for kind, body, *_ in items if kind == "passage"]
    return Outcome(
        through=tuple(lane.through),
        turned=tuple(lane.turned),
        stands={n: await lane.office.stands(crossing) for n, crossing in crossings.items()},
        opened=lane.barrier.presses[Output.OPEN],
        permitted=sum(kind == "decision" and body["permits"] for kind, body, *_ in items),
        passages=Counter(who.get(str(body["crossing"])) for body in passages),
        irregular=tuple(code for body in passages for code in body["irregular"]),
        alarms=Counter(body["alarm"] for kind, body, *_ in items if kind == "alarm"),
        refused=tuple(why for *_, state, why in items if state == "refused"),
        happened=tuple(lane.happened),
        node_deaths=lane.node.deaths,
        platform_deaths=lane.platform.deaths - lane.deaths_before,
        cuts=lane.relay.cuts,
    )


def wrong(day: Outcome, queue: list[Vehicle]) -> Iterator[str]:
    """What must not be, whatever failed."""
    may = {one.n for one in queue if one.fate is Fate.PERMITTED}
    kept = {n: stands.passages for n, stands in day.stands.items() if stands.passages}
    rules: dict[str, Any] = {
        "not everybody with a permit passed once": Counter(day.through) == Counter(may),
        "somebody without one did": set(day.through) <= may,
        "opened more often than permitted": day.opened <= day.permitted,
        "the node lost or doubled a passage": day.passages == Counter(may),
        "the platform lost or doubled a passage": kept == dict.fromkeys(may, 1),
        "a passage is irregular": not day.irregular,
        "the platform marked a passage": not any(
            marks for one in day.stands.values() for kind, marks in one.facts if kind == "passed"
        ),
        "the platform refused something": not day.refused,
    }
    yield from (sentence for sentence, holds in rules.items() if not holds)


def differences(calm: Outcome, rough: Outcome) -> Iterator[str]:
    """In what the disturbed day ended otherwise than the undisturbed one of the same vehicles."""
    if sorted(calm.turned) != sorted(rough.turned):
        yield f"turned away: {sorted(calm.turned)}, then {sorted(rough.turned)}"
    for n in sorted(calm.stands.keys() | rough.stands.keys()):
        if calm.stands.get(n) != rough.stands.get(n):
            yield f"vehicle {n}: {calm.stands.get(n)}, then {rough.stands.get(n)}"
