"""The open API for reference data with its dates, and for changing it. Thin: parse, call, return.

Hours, closures and the tariff are for everybody who is signed in; the rest, and every change, for the Board.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from cuakhauso.core.reference import HANOI

from ..accounts.http import ApiRequest
from ..shared import store
from ..shared.api import Cursor, Day, In, JsonBody, Limit, Line, Out, Words, cursor_of, read_cursor
from . import actions, queries, who
from .fields import Field as FieldOfTopic
from .models import ReferenceChange, Status
from .reading import LONGEST_SOURCE, MOST_ROWS, Draft, RowGiven
from .topic import Topic
from .topics import TOPICS

router = Router()
Value = str | int | bool | list[str] | None
Values = Annotated[dict[str, Value], Field(max_length=20)]


# --- topics and their rows -----------------------------------------------------------------------


class FieldOut(Out):
    """`choices` are all that it may be, where that is a closed set."""

    name: str
    label: str
    kind: str
    optional: bool
    choices: list[str]

    @classmethod
    def of(cls, field: FieldOfTopic) -> Self:
        choices = [code for code, _words in field.options()]
        return cls(
            name=field.name, label=str(field.label), kind=field.kind, optional=field.optional, choices=choices
        )


class TopicOut(Out):
    """`dated` rows have a first and maybe a last day; the others change when a change's day has come."""

    code: str
    title: str
    about: str
    dated: bool
    key: list[FieldOut]
    values: list[FieldOut]

    @classmethod
    def of(cls, topic: Topic) -> Self:
        return cls(
            code=topic.code, title=str(topic.title), about=str(topic.about), dated=topic.dated,
            key=[FieldOut.of(field) for field in topic.key],
            values=[FieldOut.of(field) for field in topic.values],
        )  # fmt: skip


@router.get("/reference/topics", response=list[TopicOut], summary="What reference data there is")
def reference_topics(request: ApiRequest) -> list[TopicOut]:
    mine = who.sees(request.auth)
    return [TopicOut.of(topic) for topic in TOPICS.values() if mine or topic.public]


class RowOut(Out):
    """In force from `valid_from` up to, not including, `valid_to`. `words` is what it says, to people."""

    key: dict[str, Value]
    values: dict[str, Value]
    when: str
    valid_from: date | None
    valid_to: date | None
    source: str
    words: str

    @classmethod
    def of(cls, row: queries.Row) -> Self:
        told = f"{row.topic.said_key(row.key)}: {row.topic.said(row.values)}"
        return cls(
            key=row.key, values=row.values, when=row.when, valid_from=row.valid_from,
            valid_to=row.valid_to, source=row.source, words=told,
        )  # fmt: skip


class RowsIn(In):
    gate: Line = ""
    on: Day | None = Field(default=None, description="The day to which in force and coming refer; today.")
    past: bool = Field(default=False, description="Past rows too.")


@router.get("/reference/topics/{topic}/rows", response=list[RowOut], summary="A topic's rows, with dates")
def reference_rows(request: ApiRequest, topic: str, wanted: Query[RowsIn]) -> list[RowOut]:
    found = queries.public(request.auth, topic)
    rows = queries.listed(found, wanted.on or _today(), wanted.gate, past=wanted.past)
    return [RowOut.of(row) for row in rows]


@router.get("/reference/topics/{topic}/gaps", response=list[str], summary="What a topic lacks, in words")
def reference_gaps(request: ApiRequest, topic: str) -> list[str]:
    return queries.gaps(queries.public(request.auth, topic), _today())


def _today() -> date:
    return store.now().astimezone(HANOI).date()


# --- changes -------------------------------------------------------------------------------------


class ChangedRow(Out):
    """What one row said when the change was drafted, and what it shall say; null is no row."""

    key: dict[str, Value]
    before: dict[str, Value] | None
    after: dict[str, Value] | None


class ChangeOut(Out):
    """`effects` is the preview: living and recent past crossings under the rules as they are and would be."""

    id: UUID
    topic: str
    rows: list[ChangedRow]
    valid_from: date | None
    valid_to: date | None
    source: str
    words: str
    status: Status
    urgent: bool
    made_by: str
    made_at: datetime
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decided_words: str
    looked_by: str
    looked_at: datetime | None
    took_effect_at: datetime | None
    ended_at: datetime | None
    effects: dict[str, Any] | None

    @classmethod
    def of(cls, row: ReferenceChange) -> Self:
        told = {name: getattr(row, name) for name in cls.model_fields if not name.endswith("_by")}
        named = {f"{act}_by": getattr(row, f"{act}_by_name") for act in ("made", "decided", "looked")}
        return cls(**told, **named)


class ChangesOut(Out):
    items: list[ChangeOut]
    next: str | None


class ChangesIn(In):
    topic: Line = ""
    status: Status | None = None
    to_decide: bool = Field(default=False, description="Only those that wait for the asker.")
    cursor: Cursor = ""
    limit: Limit = 50


@router.get("/reference/changes", response=ChangesOut, summary="Changes of reference data, newest first")
def reference_changes(request: ApiRequest, wanted: Query[ChangesIn]) -> ChangesOut:
    if wanted.to_decide:
        return ChangesOut(items=[ChangeOut.of(row) for row in queries.to_decide(request.auth)], next=None)
    found = queries.changes(request.auth)
    found = found.filter(topic=wanted.topic) if wanted.topic else found
    found = found.filter(status=wanted.status) if wanted.status else found
    if wanted.cursor:
        moment, _own = read_cursor(wanted.cursor)
        found = found.filter(made_at__lt=datetime.fromtimestamp(moment, tz=HANOI))
    page = list(found[: wanted.limit])
    last = page[-1] if len(page) == wanted.limit else None
    following = cursor_of(repr(last.made_at.timestamp()), last.pk) if last else None
    return ChangesOut(items=[ChangeOut.of(row) for row in page], next=following)


@router.get("/reference/changes/{change}", response=ChangeOut, summary="One change, with its preview")
def reference_change(request: ApiRequest, change: UUID) -> ChangeOut:
    return ChangeOut.of(queries.change(request.auth, change))


class RowIn(In):
    key: Values
    after: Values | None = Field(default=None, description="What it shall say; null: it no longer applies.")


class ChangeIn(In):
    id: UUID
    topic: Line
    rows: Annotated[list[RowIn], Field(max_length=MOST_ROWS)]
    valid_from: Day | None = None
    valid_to: Day | None = None
    source: Annotated[str, Field(max_length=LONGEST_SOURCE)] = Field(
        default="", description="The decision or law that says so, with its number."
    )
    words: Words = ""

    def draft(self) -> Draft:
        rows = [RowGiven(row.key, row.after) for row in self.rows]
        return Draft(self.topic, rows, self.valid_from, self.valid_to, self.source, self.words)


@router.post("/reference/changes", response=ChangeOut, summary="Draft a change, or say the draft anew")
def draft_reference_change(request: ApiRequest, body: JsonBody[ChangeIn]) -> ChangeOut:
    return ChangeOut.of(actions.save(body.draft(), by=request.auth, id=body.id))


@router.post("/reference/closures", response=ChangeOut, summary="Close a gate at once, looked at afterwards")
def close_gate_at_once(request: ApiRequest, body: JsonBody[ChangeIn]) -> ChangeOut:
    return ChangeOut.of(actions.close_at_once(body.draft(), by=request.auth, id=body.id))


class WordsIn(In):
    words: Words = ""


class NothingIn(In):
    """An act that needs no words."""


SILENT: dict[str, tuple[Callable[..., ReferenceChange], str]] = {
    "propose": (actions.propose, "Ask a second person to approve"),
    "reopen": (actions.reopen, "Take a proposal back to work on it"),
    "withdraw": (actions.withdraw, "Withdraw a draft or a proposal"),
    "look": (actions.look, "Say that one has looked at what was done at once"),
}
SAID: dict[str, tuple[Callable[..., ReferenceChange], str]] = {
    "approve": (actions.approve, "Approve another person's proposal"),
    "refuse": (actions.refuse, "Refuse another person's proposal, with words"),
}


def _silent(name: str, act: Callable[..., ReferenceChange], summary: str) -> None:
    def route(request: ApiRequest, change: UUID, body: JsonBody[NothingIn]) -> ChangeOut:
        return ChangeOut.of(act(change, by=request.auth))

    route.__name__ = f"{name}_reference_change"
    router.post(f"/reference/changes/{{change}}/{name}", response=ChangeOut, summary=summary)(route)


def _said(name: str, act: Callable[..., ReferenceChange], summary: str) -> None:
    def route(request: ApiRequest, change: UUID, body: JsonBody[WordsIn]) -> ChangeOut:
        return ChangeOut.of(act(change, body.words, by=request.auth))

    route.__name__ = f"{name}_reference_change"
    router.post(f"/reference/changes/{{change}}/{name}", response=ChangeOut, summary=summary)(route)


for _name, (_act, _summary) in SILENT.items():
    _silent(_name, _act, _summary)
for _name, (_act, _summary) in SAID.items():
    _said(_name, _act, _summary)
