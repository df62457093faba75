"""What comes in to a lane, and what it remembers of it: contacts, reads, answers of devices.

No phase decides here; but the key, the emergency contact and a forced boom go before everything.
"""

from collections.abc import Iterator
from datetime import datetime

from . import words as w
from .contracts import Inputs, Read, Revision, Signal
from .state import Lane, Turn
from .words import NoteKind, Phase, Ticket, Why

MOST_READS = 64
BY_HAND = frozenset({Phase.MANUAL, Phase.EMERGENCY})


def sensed(turn: Turn, inputs: Inputs) -> None:
    was = turn.lane
    turn.change(inputs=inputs, looked=turn.at)
    if was.before and turn.lane.on(Signal.LOOP_BEFORE) is False:
        turn.change(left_before=turn.at, tails=was.tails + 1)
    elif turn.lane.before:
        _back_on_loop(turn, was)
    turn.change(fell=_fell(was, turn.lane, turn.at))
    _overruled(turn)


def _back_on_loop(turn: Turn, was: Lane) -> None:
    """The gap between tractor and trailer is no second vehicle."""
    left = was.left_before
    if not was.before and left and turn.at - left < turn.settings.clear:
        turn.change(tails=max(0, was.tails - 1))
    turn.change(left_before=None)


def _fell(was: Lane, now: Lane, at: datetime) -> datetime | None:
    if now.under or now.inputs is None:
        return None
    return at if was.under and now.is_clear else was.fell


def _overruled(turn: Turn) -> None:
    """The key before the emergency contact, both before anything automatic."""
    if turn.lane.on(Signal.KEY_MANUAL):
        wanted, why = Phase.MANUAL, Why.KEY
    elif turn.lane.on(Signal.EMERGENCY):
        wanted, why = Phase.EMERGENCY, Why.EMERGENCY
    elif turn.lane.on(Signal.FORCED) and turn.lane.phase is not Phase.FAULT:
        turn.go(Phase.FAULT, Why.FORCED)
        turn.alarm(Why.FORCED)
        return
    elif turn.lane.phase in BY_HAND:
        turn.go(Phase.UNKNOWN, Why.SENSORS_AGREE, within=turn.settings.settle)
        return
    else:
        return
    if turn.lane.phase is not wanted:
        turn.go(wanted, why)
        turn.alarm(why)


def silent(turn: Turn) -> None:
    turn.change(inputs=None, fell=None, left_before=None)
    if turn.lane.phase is not Phase.UNKNOWN:
        turn.go(Phase.UNKNOWN, Why.CONTACTS_SILENT, within=turn.settings.settle)
        turn.alarm(Why.CONTACTS_SILENT)


def heard(turn: Turn, read: Read) -> None:
    """A camera may tell one vehicle several times, the last word of a session counts; and late: a word on one
    that has its ticket, or is through, is not on the next."""
    lane = turn.lane
    if any(_is_same(known, read) for known in _gone(turn)):
        return
    if lane.ticket is None:
        turn.change(reads=_with(lane.reads, read))
    elif not _is_of_ticket(turn, lane.ticket, read):
        turn.change(next_reads=_with(lane.next_reads, read))


def _gone(turn: Turn) -> Iterator[Read]:
    age = turn.settings.read_age
    return (known for known in turn.lane.gone_reads if turn.at - known.at <= age)


def _is_of_ticket(turn: Turn, ticket: Ticket, read: Read) -> bool:
    if any(_is_same(known, read) for known in turn.lane.reads):
        return True
    return ticket.crossing is not None and turn.judge.names(ticket.crossing, read)


def _with(reads: tuple[Read, ...], read: Read) -> tuple[Read, ...]:
    rest = tuple(known for known in reads if not _is_same_session(known, read))
    gone = read.revision is Revision.LOST and read.is_unread
    return rest if gone else (*rest, read)[-MOST_READS:]


def _is_same_session(a: Read, b: Read) -> bool:
    return bool(b.session) and (a.source, a.session, a.subject) == (b.source, b.session, b.subject)


def _is_same(known: Read, read: Read) -> bool:
    return _is_same_session(known, read) or (known.subject, known.text) == (read.subject, read.text)


def answered(turn: Turn, event: w.Answered) -> None:
    """Accepted is not done; and a lost answer does not mean that the boom stays down."""
    ticket = turn.lane.ticket.id if turn.lane.ticket else None
    state = "failed" if event.fault else "accepted"
    turn.note(NoteKind.COMMAND, command=event.output, state=state, why=event.fault, ticket=ticket)
