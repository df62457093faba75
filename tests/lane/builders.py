"""A lane told as a story: `a_lane().truck_stands("12C-100.05").reads(...)`. The clock is the story's own."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cuakhauso.core.answer import (
    GENESIS,
    Answer,
    Beat,
    Because,
    Gone,
    Message,
    Signed,
    chained,
    signed_bytes,
    text_of,
)
from cuakhauso.core.declaration import Plate
from cuakhauso.core.identifiers import parse_plate
from cuakhauso.core.words import CheckpointKind, Direction, Kind, Party, Place
from cuakhauso.lane import words as w
from cuakhauso.lane.book import Book
from cuakhauso.lane.contracts import Inputs, Output, Read, Signal, Subject, Weight
from cuakhauso.lane.judging import Knowledge
from cuakhauso.lane.machine import step
from cuakhauso.lane.state import Lane
from cuakhauso.lane.words import Act, NoteKind, Person, Phase, Settings, Told

BEGIN = datetime(2026, 5, 4, 1, tzinfo=UTC)
NODE = UUID(int=0xA0DE)
WHERE = (CheckpointKind.B1, Direction.OUT)
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"tests").digest())
KEYS = {"k1": KEY.public_key()}
ALONE = timedelta(hours=4)
AT_REST = {
    Signal.LOOP_BEFORE: False, Signal.LOOP_UNDER: False, Signal.BOOM_UP: False, Signal.BOOM_DOWN: True,
}  # fmt: skip
UP = {Signal.BOOM_UP: True, Signal.BOOM_DOWN: False}
DOWN = {Signal.BOOM_UP: False, Signal.BOOM_DOWN: True}
MOVING = {Signal.BOOM_UP: False, Signal.BOOM_DOWN: False}
DECLARED_38_T: dict[str, Any] = {"own_weight_kg": 15_000, "goods_kg": 23_000, "goods_tolerance_kg": 1_150}
HELD = Because(code="hold_live", party=Party.BORDER_GUARD, words={"vi": "Biên phòng đang giữ xe."})
OFFICER, COLLEAGUE = Person("u1", "Hoàng Văn Mẫu"), Person("u2", "Lục Thị Mẫu")


def plate(text: str) -> Plate:
    read = parse_plate(text)
    return Plate(country=read.country, number=read.normalised, shown=read.shown, province=read.province)


def crossing(n: int) -> UUID:
    return UUID(int=0xC0 << 100 | n)


def answer(shown: str = "12C-100.05", n: int = 5, **more: Any) -> Answer:
    given: dict[str, Any] = {
        "gate": "CKHN", "checkpoint": WHERE[0], "direction": WHERE[1], "leads_to": Place.GATE_AREA,
        "crossing": crossing(n), "number": f"20260504-{n:05}-0", "kind": Kind.EXPORT, "facts": 3,
        "as_of": BEGIN, "plate": plate(shown),
    }  # fmt: skip
    trailers = tuple(plate(text) for text in more.pop("trailers", ()))
    return Answer(**given | {"trailers": trailers} | more)


def sign(message: Message, key: Ed25519PrivateKey = KEY) -> Signed:
    body = text_of(message)
    return Signed(body=body, key="k1", signature=key.sign(signed_bytes(body)).hex())


class Stream:
    """The centre's words, in order, signed and chained as it does."""

    def __init__(self, number: int = 1) -> None:
        self.id, self.chain, self.count = UUID(int=number), GENESIS, 0

    def says(self, message: Answer | Gone) -> Signed:
        signed = sign(message)
        self.chain, self.count = chained(self.chain, signed), self.count + 1
        return signed

    def beats(self, at: datetime) -> Signed:
        return sign(Beat(node=NODE, stream=self.id, count=self.count, chain=self.chain.hex(), as_of=at))


def book(*answers: Answer, at: datetime = BEGIN) -> Book:
    """A book that believes these."""
    made, stream = Book(NODE, KEYS, frozenset({WHERE}), ahead=timedelta()), Stream()
    made.begin(stream.id)
    for one in answers:
        made.hear(stream.says(one), at)
    made.hear(stream.beats(at), at)
    return made


class Story:
    """One lane, event by event, and all that it wanted done."""

    def __init__(self, *expected: Answer, counts: bool = True, **settings: Any) -> None:
        self.settings = Settings(code="L", leads_to=Place.GATE_AREA, **settings)
        self.book = book(*expected)
        self.ids = iter(UUID(int=0x71C << 100 | n) for n in range(10**6))
        self.judge = Knowledge(self.book, WHERE, self.settings, ALONE, lambda: next(self.ids))
        self.now, self.lane, self.done = BEGIN, Lane(), list[w.Effect]()
        self.on, self.count, self.counts = dict(AT_REST), 0, counts
        self.ends: dict[Signal, int] = {}

    def hear(self, event: w.Event) -> Self:
        self.lane, effects = step(self.lane, event, self.judge, self.settings)
        self.done += effects
        return self

    def senses(self, **changes: bool) -> Self:
        return self.are({Signal(name): value for name, value in changes.items()})

    def are(self, changes: dict[Signal, bool]) -> Self:
        self.count += changes.get(Signal.LOOP_UNDER, False) and not self.on[Signal.LOOP_UNDER]
        self.on |= changes
        counts = {Signal.LOOP_UNDER: self.count} if self.counts else {}
        return self.hear(w.Sensed(self.now, Inputs(on=dict(self.on), counts=counts, ends=self.ends)))

    def after(self, seconds: float) -> Self:
        """Time goes by in steps, with the sensors telling the same."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now = min(end, self.now + timedelta(milliseconds=500))
            self.are({})
        return self

    def starts(self) -> Self:
        return self.are({})

    def stands(self) -> Self:
        return self.senses(loop_before=True)

    def reads(self, text: str, subject: Subject = Subject.PLATE, **more: Any) -> Self:
        given = {"at": self.now, "source": f"cam-{subject}", "confidence": 0.97} | more
        return self.hear(w.Heard(self.now, Read(subject=subject, text=text, **given)))

    def weighs(self, kg: int) -> Self:
        return self.hear(w.Weighed(self.now, Weight(kg=Decimal(kg), stable=True)))

    def tells(self, act: Act, by: Person = OFFICER, **more: Any) -> Self:
        return self.hear(Told(self.now, act, by, **more))

    def goes_up(self) -> Self:
        self.are(MOVING)
        return self.after(1).are(UP)

    def goes_down(self) -> Self:
        self.are(MOVING)
        return self.after(1).are(DOWN)

    def drives_under(self) -> Self:
        return self.senses(loop_under=True).after(2).senses(loop_before=False)

    def clears(self) -> Self:
        return self.senses(loop_under=False).after(1.5)

    def passes(self) -> Self:
        return self.goes_up().drives_under().clears().goes_down()

    # What came of it.

    @property
    def phase(self) -> Phase:
        return self.lane.phase

    def notes(self, kind: NoteKind) -> list[dict[str, Any]]:
        return [effect.body for effect in self.done if isinstance(effect, w.Note) and effect.kind is kind]

    @property
    def passages(self) -> list[dict[str, Any]]:
        return self.notes(NoteKind.PASSAGE)

    @property
    def alarms(self) -> list[str]:
        return [str(body["alarm"]) for body in self.notes(NoteKind.ALARM)]

    @property
    def opened(self) -> int:
        return sum(isinstance(e, w.Pulse) and e.output is Output.OPEN for e in self.done)

    @property
    def why(self) -> w.Why:
        return self.lane.why


def a_lane(*expected: Answer, **settings: Any) -> Story:
    return Story(*(expected or (answer(),)), **settings).starts()
