"""Tells a journey to the platform through the open API, as its people would, and looks how it ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from .journeys import Call, End, Journey, calls

V1 = "/api/v1"


@dataclass(frozen=True, slots=True)
class Told:
    """One call and its answer."""

    call: Call
    status: int
    answer: dict[str, Any]

    @property
    def accepted(self) -> bool:
        return self.status in (200, 201)

    @property
    def in_words(self) -> str:
        if not self.accepted:
            return f"{self.status} {self.answer.get('detail', '')}"
        return str(self.answer.get("stage") or self.answer.get("number"))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a crossing ended, what was paid, whose time it was; and where that differs from the record."""

    name: str
    plate: str
    stage: str
    place: str
    paid: dict[str, int]
    seconds: dict[str, float]
    differs: tuple[str, ...]


class Teller:
    """`tokens` are secrets by the name that a journey's lines use for who acts."""

    def __init__(self, client: httpx.Client, tokens: dict[str, str]) -> None:
        self.client, self.tokens = client, tokens

    def tell(self, journey: Journey, run: int, begin: date) -> Iterator[Told]:
        """Each line with its answer; the first one that is refused ends the telling."""
        for call in calls(journey, run, begin):
            status, answer = self._send("POST", call.path, call.line.who, call.body)
            told = Told(call, status, answer)
            yield told
            if not told.accepted:
                return

    def endings(self, journey: Journey, crossings: dict[str, str]) -> list[Ending]:
        """Read by whoever declared it."""
        reader = next(iter(journey.businesses))
        found = []
        for name, crossing in crossings.items():
            _, whole = self._send("GET", f"/crossings/{crossing}", reader)
            found.append(ending(name, whole, journey.ends[name]))
        return found

    def _send(self, method: str, path: str, who: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en"}
        answer = self.client.request(method, V1 + path, json=body, headers=headers)
        return answer.status_code, answer.json()


def ending(name: str, whole: dict[str, Any], recorded: End) -> Ending:
    row = whole["crossing"]
    paid = {order["order"]: order["paid"] for order in whole["orders"]}
    pairs: list[tuple[str, Any, Any]] = [
        ("stage", row["stage"], recorded.stage),
        ("place", row["place"], recorded.place),
        ("paid", paid, recorded.paid),
        ("owed", row["owed"], 0),
    ]
    differs = tuple(f"{what}: {now}, recorded {then}" for what, now, then in pairs if now != then)
    return Ending(name, row["plate_shown"], row["stage"], row["place"], paid, whole["seconds"], differs)


def in_lines(told: Told, write: Callable[[str], None]) -> None:
    line = told.call.line
    what = line.what.get("step") or line.what.get("order") or line.what.get("channel") or ""
    mark = "+" if line.added else " "
    did = f"{line.does} {what}".strip()
    write(f"{mark} {line.when:<13} {line.who:<17} {line.crossing:<8} {did:<34} {told.in_words}")


def ending_in_lines(ending: Ending, write: Callable[[str], None]) -> None:
    paid = ", ".join(f"{order} {amount:,} VND" for order, amount in ending.paid.items()) or "nothing"
    write(f"  {ending.name} {ending.plate}: {ending.stage}, at {ending.place}; paid {paid}")
    for party, seconds in ending.seconds.items():
        write(f"    {party:<18} {clock(seconds)}")
    write(f"    {'together':<18} {clock(sum(ending.seconds.values()))}")
    for difference in ending.differs:
        write(f"    NOT AS RECORDED: {difference}")


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60:>3}:{minutes % 60:02}:{rest:02}"
