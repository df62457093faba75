"""How well a lane's cameras read, as the booth says it: by camera and subject; and which became worse."""

from collections.abc import Iterator, Sequence
from typing import Any

from .accuracy import Count
from .reckoning import Figure
from .sentences import SUBJECTS
from .sight import Sight, on_this_lane


def accurate(see: Sight, one: Figure) -> dict[str, Any]:
    periods = (("last_day", one.day), ("last_week", one.week))
    rows = [f"{see.tell.label(name)}: {_counted(see, count)}" for name, count in periods]
    return {"name": _name(see, one), "rows": rows, "drift": _drift(see, one)}


def worse(see: Sight, figures: Sequence[Figure]) -> Iterator[dict[str, str]]:
    """Among the devices, where somebody looks before cleaning a lens."""
    for one in figures:
        if one.drift is not None:
            words, more = see.tell.label("reads_worse"), _drift(see, one)
            yield {"name": _name(see, one), "icon": "camera", "tone": "held", "words": words, "more": more}


def _name(see: Sight, one: Figure) -> str:
    return f"{on_this_lane(see, one.source)} · {see.tell.say(SUBJECTS[one.subject])}"


def _counted(see: Sight, count: Count) -> str:
    tell = see.tell
    if not count.passages:
        return tell.label("accuracy_none")
    if not count.judged:
        return tell.label("accuracy_unjudged", n=count.passages)
    right, unread = tell.share(count.share_right), tell.share(count.share_unread)
    said = tell.label("accuracy_row", n=count.passages, right=right, unread=unread)
    sure = count.confidence
    return said if sure is None else f"{said}, {tell.label('mean_confidence', sure=tell.share(sure))}"


def _drift(see: Sight, one: Figure) -> str:
    if (found := one.drift) is None:
        return ""
    before, since = see.tell.share(found.before), see.tell.share(found.since)
    return see.tell.label("drift", before=before, since=since, day=see.tell.day(found.day))
