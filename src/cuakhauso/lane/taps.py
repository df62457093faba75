"""A tap in the booth, as it came: made into a `Told`, or refused before any lane is asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from .contracts import Subject
from .sentences import CORRECTING
from .words import Act, Why

LIMITS = {
    "act": 32,
    "reason": 32,
    "words": 500,
    "subject": 16,
    "text": 64,
    "second": 32,
    "pin": 64,
    "seen": 32,
}


class Unacceptable(Exception):
    """Not something that the page would send. `code` is told in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tap:
    """`second` and `pin` are the second person's. `seen` is the page's mark of what the officer looked at."""

    act: Act
    reason: str = ""
    words: str = ""
    subject: Subject | None = None
    text: str = ""
    second: str = ""
    pin: str = field(default="", repr=False)
    seen: str = ""

    def refused(self, opening: Collection[str]) -> str:
        """Why it need not be sent to the lane: what a person left out, "" if nothing. `opening` are the
        reasons for opening against objections."""
        reasons: Collection[str] = {Act.OPEN: opening, Act.CORRECT: CORRECTING}.get(self.act, ())
        if self.reason and self.reason not in reasons:
            return "reason_unknown"
        if self.reason == "other" and not self.words:
            return "words_needed"
        if self.act is Act.CORRECT:
            return self._against_correcting()
        return ""

    def _against_correcting(self) -> str:
        if self.subject is None or not self.text or not self.text.isprintable():
            return "text_needed"
        return "" if self.reason or self.words else str(Why.REASON_NEEDED)


async def typed(request: Request) -> dict[str, str]:
    """What was sent, by form or JSON, and nothing that the page does not send. Raises `Unacceptable`."""
    if request.headers.get("content-type", "").startswith("application/json"):
        given = await _json(request)
    else:
        async with request.form(max_files=0, max_fields=20) as form:
            given = dict(form)
    found = {key: given.get(key, "") for key in LIMITS}
    if not all(isinstance(value, str) for value in found.values()):
        raise Unacceptable("act_unknown")
    if any(len(value) > LIMITS[key] for key, value in found.items()):
        raise Unacceptable("too_long")
    return {key: value.strip() for key, value in found.items()}


async def _json(request: Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError as error:
        raise Unacceptable("act_unknown") from error
    if not isinstance(given, dict):
        raise Unacceptable("act_unknown")
    return given


def tap(given: Mapping[str, str]) -> Tap:
    """Raises `Unacceptable`."""
    try:
        act = Act(given["act"])
        subject = Subject(given["subject"]) if given["subject"] else None
    except ValueError as error:
        raise Unacceptable("act_unknown") from error
    rest = {key: given[key] for key in ("reason", "words", "text", "second", "pin", "seen")}
    return Tap(act, subject=subject, **rest)
