"""A small node around a real engine and journal: what the booth's page needs, and a story to tell it."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import argon2

from cuakhauso.core.answer import Answer
from cuakhauso.core.words import Place
from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Inputs, Read, Signal, Subject
from cuakhauso.lane.engine import Engine, Post
from cuakhauso.lane.health import DeviceState, Health
from cuakhauso.lane.journal import Journal
from cuakhauso.lane.people import Officer, Persons
from cuakhauso.lane.reckoning import Figure
from cuakhauso.lane.showing import Shown
from cuakhauso.lane.view import view
from cuakhauso.lane.words import Settings, Told, Why

from .builders import ALONE, AT_REST, BEGIN, KEYS, MOVING, NODE, UP, WHERE, Stream, answer

_quick = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PICTURE = b"\xff\xd8 made up \xff\xd9"


def cheap(pin: str) -> str:
    """A real hash that costs nothing; the parameters are in it."""
    return _quick.hash(pin)


MAU, HOA = Officer("mau", "Hoàng Văn Mẫu", cheap("739150")), Officer("hoa", "Lục Thị Hoa", cheap("482613"))


class SmallNode:
    """One lane, `L`. Time stands still unless it is told to go on."""

    lanes = ("L",)

    def __init__(self, folder: Path, *expected: Answer, **settings: Any) -> None:
        given = {"code": "L", "leads_to": Place.GATE_AREA, "second_person": True} | settings
        self.post = Post("L", *WHERE, Settings(**given), ALONE)
        self.engine = Engine.begin(Journal(folder / "journal.db"), NODE, KEYS, [self.post])
        self.persons = Persons.of([MAU, HOA])
        self.at, self.on, self.stream = BEGIN, dict(AT_REST), Stream()
        self.states, self.live, self.looked = list(WELL), PICTURE, 0
        self.on_sign: w.Show | None = None
        self.figures: list[Figure] = []
        self.pictures: dict[str, bytes] = {}
        self.engine.measured(self.at, self.at, self.at)
        self.engine.begin_stream(self.stream.id)
        self.centre_says(*(expected or (answer(),)))
        self.senses()

    # What the page asks of it.

    def now(self):
        return self.at

    def devices(self, code: str) -> list[DeviceState]:
        return self.states

    def accuracy(self, code: str) -> list[Figure]:
        return self.figures

    def shown(self, code: str) -> w.Show | None:
        return self.on_sign

    async def look(self, code: str, number: int) -> Shown | None:
        await asyncio.sleep(0.05)
        self.looked += 1
        return self.live and Shown(self.looked, time.monotonic(), self.live)

    def kept(self, name: str) -> bytes | None:
        return self.pictures.get(name)

    async def tell(self, code: str, told: Told) -> Why | None:
        self.hear(told)
        return Why.CANNOT_WRITE if self.engine.fault else self.engine.refusal

    # What happens to it.

    def hear(self, event: w.Event) -> Self:
        return self.does(self.engine.hear("L", event))

    def does(self, effects: list[w.Effect]) -> Self:
        for effect in effects:
            if isinstance(effect, w.Show):
                self.on_sign = effect
        return self

    def centre_says(self, *answers: Answer) -> Self:
        for one in answers:
            self.engine.hear_centre(self.stream.says(one), self.at)
        for effects in self.engine.hear_centre(self.stream.beats(self.at), self.at).values():
            self.does(effects)
        return self

    def senses(self, **changes: bool) -> Self:
        self.on |= {Signal(name): value for name, value in changes.items()}
        return self.hear(w.Sensed(self.at, Inputs(on=dict(self.on))))

    def after(self, seconds: float, *, connected: bool = True) -> Self:
        """The centre beats on, unless it is away."""
        self.at += timedelta(seconds=seconds)
        if connected:
            self.centre_says()
        return self.senses()

    def stands(self) -> Self:
        return self.senses(loop_before=True)

    def reads(self, text: str, subject: Subject = Subject.PLATE, **more: Any) -> Self:
        given = {"at": self.at, "source": f"cam-{subject}", "confidence": 0.97} | more
        return self.hear(w.Heard(self.at, Read(subject=subject, text=text, **given)))

    def passes(self) -> Self:
        self.on |= MOVING
        self.after(1).on.update(UP)
        self.after(1).senses(loop_under=True).after(2).senses(loop_before=False).senses(loop_under=False)
        self.after(2).on.update(AT_REST)
        return self.after(1)

    def view(self, language: str = "vi") -> dict[str, Any]:
        return view(
            self.engine, "L", self.at, self.states, language, shown=self.on_sign, accuracy=self.figures
        )  # fmt: skip


WELL = (
    DeviceState("contacts", "contacts", Health.WELL, BEGIN),
    DeviceState("Cam 1", "camera", Health.WELL, BEGIN),
    DeviceState("Cam 2", "camera", Health.WELL, BEGIN),
    DeviceState("scale", "scale", Health.WELL, BEGIN),
    DeviceState("sign", "sign", Health.WELL, BEGIN),
    DeviceState("view", "view", Health.WELL, BEGIN),
)
