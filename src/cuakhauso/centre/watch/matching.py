"""Which alerts a vehicle meets, and what follows: a hold where one says stop, and a live alert in any case.

`meet` is called wherever a vehicle is named: declared, stopped undeclared, seen to arrive, read by a camera
or an officer. A hold has an id of alert and crossing: once lifted, that alert does not hold it again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Q

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Actor, Fact
from cuakhauso.core.fold import State
from cuakhauso.core.words import ActorKind, Agency, Source

from ..shared import store
from ..shared.models import OutboxEvent
from ..shared.store import References, Story
from .models import AlertMatch, PlateAlert
from .rules import How, ToDo, is_near

REASON = "wanted"
EVENT = "alert.met"


def meet(stories: Iterable[Story], how: How, references: References, read: str = "") -> None:
    """Inside the caller's transaction, with these stories locked. `read` is what was read now; without it all
    that the vehicle is known by counts."""
    every = list(stories)
    living = _living(store.now())
    if not living:
        return
    holds: list[Fact] = []
    for story in every:
        for number in [read] if read else known_by(story.state):
            holds += _met(story.id, story.gate, number, how, living)
    if holds:
        store.write({story.id: story for story in every}, holds, references)


def meet_nobody(gate: str, number: str) -> None:
    """A vehicle was read that nobody knows: whoever looks for it learns of it."""
    if living := _living(store.now()):
        _met(None, gate, number, How.READ, living)


def known_by(state: State) -> list[str]:
    """Plate, dedicated tractor, trailers, containers."""
    numbers = [state.undeclared.plate] if state.undeclared else []
    content = state.announced
    if content is not None:
        vehicle = content.vehicle
        numbers += [vehicle.plate.number, *(t.number for t in vehicle.trailers), *vehicle.containers]
    over = state.handed_over.data if state.handed_over else None
    if isinstance(over, f.HandedOver):
        numbers.append(over.plate.number)
    return list(dict.fromkeys(numbers))


def _living(at: datetime) -> list[PlateAlert]:
    rows = PlateAlert.objects.filter(Q(ends=None) | Q(ends__gt=at), approved_at__isnull=False, ended_at=None)
    return list(rows.filter(begins__lte=at))


def _met(
    crossing: UUID | None, gate: str, number: str, how: How, living: list[PlateAlert]
) -> Iterator[Fact] | list[Fact]:
    holds = []
    for alert in living:
        exact = alert.number == number
        if not exact and not is_near(alert.number, number):
            continue
        _tell(alert, crossing, gate, number, how, exact)
        if exact and crossing is not None and alert.to_do == ToDo.STOP:
            holds.append(hold(alert, crossing))
    return holds


def _tell(alert: PlateAlert, crossing: UUID | None, gate: str, number: str, how: How, exact: bool) -> None:
    """One line for a vehicle and a way that nobody has seen yet."""
    match, is_new = AlertMatch.objects.get_or_create(
        alert=alert, crossing=crossing, gate=gate, value=number[:24], how=how, seen_at=None,
        defaults={"exact": exact, "at": store.now()},
    )  # fmt: skip
    if is_new:
        announce(gate, match.pk)


def announce(gate: str, match: object) -> None:
    OutboxEvent.objects.create(name=EVENT, payload={"watch_of": gate, "match": str(match)})


def hold(alert: PlateAlert, crossing: UUID) -> Fact:
    """As a hold by the alert's agency: at every checkpoint, until that agency lifts it."""
    now = store.now()
    actor = Actor(kind=ActorKind.PLATFORM, id=f"alert:{alert.pk}", agency=Agency(alert.agency))
    return Fact(
        id=uuid5(alert.pk, str(crossing)), crossing=crossing, occurred_at=now, recorded_at=now, actor=actor,
        source=Source.PLATFORM, data=f.Held(reason=REASON), v=f.FORM_VERSION,
    )  # fmt: skip
