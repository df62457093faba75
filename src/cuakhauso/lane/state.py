"""What a lane remembers between two events, and one step under way. `machine.py` reads like the story."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from cuakhauso.core.answer import Answer
from cuakhauso.core.evidence import Evidence
from cuakhauso.core.recognised import Recognised, recognised

from . import words as w
from .contracts import Inputs, Output, Read, Signal, Weight
from .matching import Match, Outcome
from .words import Message, NoteKind, Phase, Settings, Ticket, Why

ASKING = frozenset({Phase.IDENTIFY, Phase.WEIGH, Phase.ATTEND})


@dataclass(frozen=True, slots=True)
class Judged:
    """Who it is, and what speaks against opening for it now; `against` is empty for a permit. `has_permit`:
    the centre permits it, be it that its word is old or the vehicle heavier than told. `evidence`: what the
    frames prove, where our own recognition looked."""

    match: Match
    against: tuple[str, ...] = ()
    has_permit: bool = False
    evidence: Evidence | None = None

    @property
    def answer(self) -> Answer | None:
        return self.match.answer if self.match.outcome is Outcome.AGREES else None

    @property
    def permits(self) -> bool:
        return self.answer is not None and not self.against


class Judge(Protocol):
    """The lane's knowledge, as it stands now: `judging.py`. `names`: whether a read is an identity of that
    crossing; `new_ticket` makes an id."""

    def judge(self, reads: tuple[Read, ...], weight: Weight | None, at: datetime) -> Judged: ...

    def names(self, crossing: UUID, read: Read) -> bool: ...

    def new_ticket(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Lane:
    """All that a lane remembers. `looked` is when its contacts were last told, `fell` when the loop under the
    boom became free, `tails` how many ends of vehicles left the loop before it on this ticket; `next_reads`
    are of whoever comes behind, `gone_reads` of the last one through; `doubt`: why nothing is decided here
    until a person has looked."""

    phase: Phase = Phase.UNKNOWN
    since: datetime | None = None
    why: Why = Why.STARTED
    deadline: datetime | None = None
    inputs: Inputs | None = None
    reads: tuple[Read, ...] = ()
    next_reads: tuple[Read, ...] = ()
    gone_reads: tuple[Read, ...] = ()
    weight: Weight | None = None
    judged: Judged | None = None
    ticket: Ticket | None = None
    looked: datetime | None = None
    fell: datetime | None = None
    left_before: datetime | None = None
    tails: int = 0
    passing_since: datetime | None = None
    warned: Why | None = None
    doubt: Why | None = None

    def on(self, signal: Signal) -> bool | None:
        """None where it is not known."""
        return self.inputs.on.get(signal) if self.inputs else None

    def free_for(self, long: timedelta) -> bool:
        """The loop under the boom is free, and was seen so again this long after it became so: what somebody
        says meanwhile is no look at it."""
        if self.fell is None or self.looked is None or not self.is_clear:
            return False
        return self.looked - self.fell >= long

    @property
    def before(self) -> bool:
        return self.on(Signal.LOOP_BEFORE) is True

    @property
    def under(self) -> bool:
        return self.on(Signal.LOOP_UNDER) is True

    @property
    def is_down(self) -> bool:
        """Down, and not also up: switches that contradict each other say nothing."""
        return self.on(Signal.BOOM_DOWN) is True and self.on(Signal.BOOM_UP) is not True

    @property
    def is_up(self) -> bool:
        up = self.on(Signal.BOOM_UP)
        return self.on(Signal.BOOM_DOWN) is False and up is not False

    @property
    def is_clear(self) -> bool:
        return self.on(Signal.LOOP_UNDER) is False


@dataclass(slots=True)
class Turn:
    """One step under way: the lane as it becomes, and what is to be done, in order."""

    lane: Lane
    at: datetime
    judge: Judge
    settings: Settings
    effects: list[w.Effect] = field(default_factory=list)

    def change(self, **changes: Any) -> None:
        self.lane = replace(self.lane, **changes)

    def do(self, *effects: w.Effect) -> None:
        self.effects += effects

    def note(self, kind: NoteKind, own_id: UUID | None = None, /, **body: Any) -> None:
        self.do(w.Note(kind, self.at, body, own_id))

    def alarm(self, why: Why, **more: Any) -> None:
        """Said once for each vehicle and cause."""
        if self.lane.warned is not why:
            self.change(warned=why)
            self.note(NoteKind.ALARM, alarm=why, phase=self.lane.phase, **more)
            self.do(w.TakePicture(why))

    def go(self, phase: Phase, why: Why, *, within: timedelta | None = None, **changes: Any) -> None:
        """Change the phase; every change is written down with what the sensors said."""
        before = self.lane.phase
        deadline = self.at + within if within else None
        self.change(phase=phase, since=self.at, why=why, deadline=deadline, **changes)
        if before is not phase:
            self.note(
                NoteKind.TRANSITION, **{"from": before, "to": phase}, why=why, evidence=self._evidence()
            )
            self._tell(phase)

    def _evidence(self) -> dict[str, Any]:
        inputs, ticket = self.lane.inputs, self.lane.ticket
        return {
            "inputs": {str(s): v for s, v in inputs.on.items()} if inputs else None,
            "ticket": ticket.id if ticket else None,
        }

    def _tell(self, phase: Phase) -> None:
        self.do(w.Lights(green=phase is Phase.OPEN))
        if message := SIGNS.get(phase):
            answer = self.lane.judged.match.answer if self.lane.judged else None
            self.do(w.Show(message, answer.plate.shown if answer else ""))

    @property
    def is_due(self) -> bool:
        return self.lane.deadline is not None and self.at >= self.lane.deadline


SIGNS = {
    Phase.UNKNOWN: Message.CLOSED,
    Phase.FAULT: Message.CLOSED,
    Phase.IDLE: Message.STOP,
    Phase.IDENTIFY: Message.WAIT,
    Phase.WEIGH: Message.WAIT,
    Phase.ATTEND: Message.ATTEND,
    Phase.OPENING: Message.WAIT,
    Phase.OPEN: Message.GO,
    Phase.CLOSING: Message.STOP,
    Phase.TAILGATE: Message.STOP,
}


REASONS = {
    Outcome.WAIT: Why.UNREAD,
    Outcome.PART: Why.NOT_ALL_READ,
    Outcome.DIFFERS: Why.DIFFERS,
    Outcome.NEAR: Why.NEAR_MATCH,
    Outcome.NOBODY: Why.NOBODY_EXPECTED,
    Outcome.UNSURE: Why.NOT_SURE,
    Outcome.AGREES: Why.OBJECTIONS,
}


def judged_now(turn: Turn) -> Judged:
    judged = turn.judge.judge(turn.lane.reads, turn.lane.weight, turn.at)
    turn.change(judged=judged)
    return judged


# --- tickets: one opening, one vehicle -------------------------------------------------------------


def passage(turn: Turn, why: Why) -> None:
    """One vehicle went through; its ticket is used up."""
    lane, ticket = turn.lane, turn.lane.ticket
    irregular = [] if ticket is not None and ticket.by is None else [str(why)]
    if ticket is not None and ticket.by is not None:
        irregular = list(ticket.against)
    turn.note(
        NoteKind.PASSAGE, why=why, passed_at=lane.fell or turn.at, began=lane.passing_since,
        to=ticket.to if ticket else turn.settings.leads_to, irregular=irregular,
        **_whose(lane), **evidence(lane.reads, lane.weight), recognised=_recognised_by(turn),
    )  # fmt: skip
    turn.change(
        ticket=None, fell=None, passing_since=None, weight=None, judged=None,
        reads=lane.next_reads, next_reads=(), gone_reads=lane.reads,
    )  # fmt: skip


def _whose(lane: Lane) -> dict[str, Any]:
    """By the ticket; without one, whom the reads agree with, if anybody."""
    ticket = lane.ticket
    if ticket is not None:
        by = {"id": ticket.by.id, "name": ticket.by.name} if ticket.by else None
        second = {"id": ticket.second.id, "name": ticket.second.name} if ticket.second else None
        return {
            "crossing": ticket.crossing, "ticket": ticket.id, "facts": ticket.facts, "opened_by": by,
            "second": second, "reason": ticket.reason, "words": ticket.words, "act": ticket.act,
        }  # fmt: skip
    answer = lane.judged.answer if lane.judged else None
    return {"crossing": answer.crossing if answer else None, "ticket": None, "opened_by": None}


def _recognised_by(turn: Turn) -> Recognised | None:
    """What its ticket was given on; without one, what the frames said last."""
    ticket = turn.lane.ticket
    return ticket.recognised if ticket is not None else proof(turn.lane.judged, turn.settings)


def proof(judged: Judged | None, settings: Settings) -> Recognised | None:
    if judged is None or judged.evidence is None:
        return None
    return recognised(judged.evidence, settings.evidence)


def returned(turn: Turn, why: Why) -> None:
    """The ticket was not used: nobody went through on it."""
    ticket = turn.lane.ticket
    if ticket is not None:
        turn.note(NoteKind.COMMAND, command="ticket", state="returned", why=why, ticket=ticket.id)
        turn.change(ticket=None)


def count(turn: Turn) -> int | None:
    return turn.lane.inputs.counts.get(Signal.LOOP_UNDER) if turn.lane.inputs else None


def give(turn: Turn, ticket: Ticket, why: Why) -> None:
    ticket = replace(
        ticket, reads=turn.lane.reads, weight=turn.lane.weight,
        recognised=proof(turn.lane.judged, turn.settings),
    )  # fmt: skip
    turn.note(NoteKind.COMMAND, command=Output.OPEN, state="requested", ticket=ticket.id, why=why)
    turn.go(Phase.OPENING, why, within=turn.settings.opens, ticket=ticket, tails=0, fell=None, warned=None)
    turn.do(w.Pulse(Output.OPEN, ticket.id))


def close(turn: Turn, why: Why) -> None:
    """A request: what lies under the boom is the barrier's own to see."""
    turn.note(NoteKind.COMMAND, command=Output.CLOSE, state="requested", why=why)
    turn.go(Phase.CLOSING, why, within=turn.settings.closes)
    turn.do(w.Pulse(Output.CLOSE))


# --- what is written down ------------------------------------------------------------------------


def decision(turn: Turn) -> dict[str, Any]:
    """Who it was taken for, on which word of the centre, what each read said and what the frames prove."""
    judged, weight = turn.lane.judged, turn.lane.weight
    if judged is None:
        return {"crossing": None, "permits": False}
    match, answer = judged.match, judged.match.answer
    return {
        "crossing": answer.crossing if answer else None,
        "permits": judged.permits,
        "outcome": match.outcome,
        "against": list(judged.against),
        "facts": answer.facts if answer else None,
        "as_of": answer.as_of if answer else None,
        "values": [[subject, value] for subject, value in match.values],
        "differences": [[d.subject, list(d.declared), d.read] for d in match.differences],
        "near": [a.number for a in match.near],
        "weight_kg": str(weight.kg) if weight else None,
        "recognised": proof(judged, turn.settings),
    }


def evidence(reads: tuple[Read, ...], weight: Weight | None) -> dict[str, Any]:
    return {
        "reads": [
            {
                "at": r.at, "source": r.source, "subject": r.subject, "text": r.text,
                "confidence": r.confidence, "session": r.session,
            }
            for r in reads
        ],
        "pictures": [{"sha256": i.name, "kind": i.kind} for r in reads for i in r.images],
        "weight": {"kg": str(weight.kg), "stable": True, "alibi": weight.alibi} if weight else None,
    }  # fmt: skip
