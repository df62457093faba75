"""How well a lane's cameras read, as its page says it. The node counts; here it is put into words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from ..web import words


@dataclass(frozen=True, slots=True)
class Counted:
    """Whole percent; none where nobody knows."""

    passages: int
    right: int | None
    unread: int | None
    confidence: int | None


@dataclass(frozen=True, slots=True)
class Drifted:
    before: int
    after: int
    day: date


@dataclass(frozen=True, slots=True)
class Accuracy:
    camera: str
    subject: str
    day: Counted
    week: Counted
    drift: Drifted | None


def accuracy(told: Iterable[dict[str, Any]]) -> list[Accuracy]:
    return [
        Accuracy(
            camera=_named(str(one["source"])),
            subject=words.of(words.SUBJECTS, str(one["subject"])),
            day=_counted(one["day"]), week=_counted(one["week"]), drift=_drifted(one.get("drift")),
        )
        for one in told
    ]  # fmt: skip


def _named(source: str) -> str:
    """Without its lane's code; what we read in its pictures is told apart from what the camera read."""
    camera, _, own = (source.partition("/")[2] or source).partition("+")
    return gettext("%(camera)s (tự nhận dạng)") % {"camera": camera} if own else camera


def _counted(told: dict[str, Any]) -> Counted:
    right, unread = told["right"], told["unread"]
    judged = right + told["wrong"] + unread
    return Counted(
        judged + told["unjudged"], _percent(right, judged), _percent(unread, judged + told["unjudged"]),
        None if (sure := told.get("confidence")) is None else round(sure * 100),
    )  # fmt: skip


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _drifted(told: dict[str, Any] | None) -> Drifted | None:
    if not told:
        return None
    before, after = round(told["before"] * 100), round(told["after"] * 100)
    return Drifted(before, after, date.fromisoformat(told["day"]))
