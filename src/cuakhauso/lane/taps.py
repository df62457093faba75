"""A tap in the booth, as it came: made into a `Told`, or refused before any lane is asked; and done once,
however often a weak network brought it."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Coroutine, Mapping
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
    "tap": 64,
}
MOST_REMEMBERED = 500
GIVEN_UP = "given_up"


class Unacceptable(Exception):
    """Not something that the page would send. `code` is told in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tap:
    """`second` and `pin` are the second person's. `seen` is the page's mark of what the officer looked at,
    `tap` its own name for this tap: sent again, it is the same one."""

    act: Act
    reason: str = ""
    words: str = ""
    subject: Subject | None = None
    text: str = ""
    second: str = ""
    pin: str = field(default="", repr=False)
    seen: str = ""
    tap: str = ""

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
    rest = {key: given[key] for key in ("reason", "words", "text", "second", "pin", "seen", "tap")}
    return Tap(act, subject=subject, **rest)


Named = tuple[str, ...]  # lane, person, tap


class Taps:
    """What became of the last taps. Forgotten when the node starts again: the lane's phase is another then,
    and what was sent before is refused by what was seen (`Tap.seen`)."""

    def __init__(self) -> None:
        self._became: OrderedDict[Named, asyncio.Future[str]] = OrderedDict()

    async def once(self, named: Named, doing: Coroutine[None, None, str]) -> str:
        """The refusal's code, or "". It goes on to its end though whoever sent it may be gone."""
        if (became := self._became.get(named)) is not None:
            doing.close()
        else:
            became = self._keep(named, asyncio.ensure_future(doing))
        return await asyncio.shield(became)

    async def give_up(self, named: Named) -> str:
        """What became of it; what has not come by now is never done, should it still come."""
        if (became := self._became.get(named)) is None:
            became = self._keep(named, asyncio.get_running_loop().create_future())
            became.set_result(GIVEN_UP)
        return await asyncio.shield(became)

    def _keep(self, named: Named, became: asyncio.Future[str]) -> asyncio.Future[str]:
        self._became[named] = became
        while len(self._became) > MOST_REMEMBERED:
            self._became.popitem(last=False)
        return became
