"""The lane machine, pure: an event in, the lane after it and what is to be done out. Start at `step`.

It opens for a permit that agrees with everything read, or for a named person, and for nothing else. A device
that is silent or contradicts itself leads to `unknown` or `fault`, never to an opening. Hardware protects the
boom; we only ask for it to move, and believe what limit switches and loops say.
"""

from collections.abc import Callable
from typing import assert_never

from . import words as w
from .contracts import Output, Read, Signal, Subject
from .hearing import answered, heard, sensed, silent
from .matching import Outcome
from .persons import told
from .state import (
    REASONS,
    Judge,
    Judged,
    Lane,
    Turn,
    close,
    count,
    decision,
    give,
    judged_now,
    passage,
    returned,
)
from .words import NoteKind, Phase, Settings, Ticket, Why

FOR_A_PERSON = frozenset({Why.DID_NOT_OPEN, Why.BY_PERSON})


def step(lane: Lane, event: w.Event, judge: Judge, settings: Settings) -> tuple[Lane, list[w.Effect]]:
    """The lane after this event, and what is to be done, in this order: notes before what they announce."""
    turn = Turn(lane, event.at, judge, settings)
    match event:
        case w.Sensed():
            sensed(turn, event.inputs)
        case w.Silent():
            silent(turn)
        case w.Heard():
            heard(turn, event.read)
        case w.Weighed():
            turn.change(weight=event.weight)
        case w.Told():
            told(turn, event)
        case w.Answered():
            answered(turn, event)
        case w.Tick():
            turn.change(looked=event.at)
        case w.Changed():
            pass
        case _:
            assert_never(event)
    PHASES[turn.lane.phase](turn)
    return turn.lane, turn.effects


# --- phases: what the sensors say, and what the time says ------------------------------------------


def _unknown(turn: Turn) -> None:
    """Until the sensors agree. What was under way when the node ended is taken up again or accounted for."""
    lane = turn.lane
    if lane.doubt and lane.why is not lane.doubt:
        turn.change(why=lane.doubt)
    if lane.inputs is None or lane.doubt:
        return
    if lane.deadline is None:
        turn.change(deadline=turn.at + turn.settings.settle)
    if lane.is_down and lane.is_clear:
        _at_rest(turn)
    elif lane.ticket is not None and (lane.under or lane.is_up):
        _taken_up(turn, lane.ticket)
    elif turn.is_due:
        turn.alarm(Why.BOOM_MOVED_BY_NOBODY)
        if lane.is_clear and lane.is_up:
            close(turn, Why.BOOM_MOVED_BY_NOBODY)


def _at_rest(turn: Turn) -> None:
    ticket = turn.lane.ticket
    if ticket is not None:
        _account_for(turn, ticket)
    elif turn.lane.fell is not None:
        passage(turn, Why.UNDER_WITHOUT_TICKET)
    turn.go(Phase.IDLE, Why.SENSORS_AGREE, warned=None, fell=None, tails=0)
    _idle(turn)


def _taken_up(turn: Turn, ticket: Ticket) -> None:
    """The boom is up on a ticket: has its vehicle yet to come, is it under the boom, or is it through?"""
    seen = _passed_since(turn, ticket)
    if turn.lane.under and (seen is None or seen <= 1):
        turn.go(Phase.PASSING, Why.RESUMED, within=turn.settings.stuck, passing_since=turn.at)
    elif turn.lane.under:
        passage(turn, Why.PASSED_UNSEEN)
        turn.go(Phase.TAILGATE, Why.FOLLOWED)
        turn.alarm(Why.FOLLOWED)
    elif seen == 0:
        turn.go(Phase.OPEN, Why.RESUMED, within=turn.settings.stands)
    else:
        _account_for(turn, ticket)
        close(turn, Why.RESUMED)


def _passed_since(turn: Turn, ticket: Ticket) -> int | None:
    """How often the loop under the boom has closed since the ticket was given, where the module counts."""
    inputs = turn.lane.inputs
    if inputs is None or ticket.count is None:
        return None
    return inputs.closed_since(Signal.LOOP_UNDER, ticket.count)


def _account_for(turn: Turn, ticket: Ticket) -> None:
    """Nobody saw what became of the ticket: the module's counter knows, or a person must look. After a start
    what was read belongs to the ticket alone: another vehicle may stand there now."""
    seen = _passed_since(turn, ticket)
    begins = turn.lane.why is Why.STARTED
    if seen is None:
        turn.alarm(Why.PASSAGE_UNKNOWN, ticket=ticket.id, crossing=ticket.crossing)
        burnt = {"command": "ticket", "state": "burnt", "ticket": ticket.id}
        turn.note(NoteKind.COMMAND, **burnt, why=Why.PASSAGE_UNKNOWN)
        turn.change(ticket=None)
    elif seen > 0:
        passage(turn, Why.PASSED_UNSEEN)
    else:
        returned(turn, Why.BACKED_OUT)
    if begins and not seen:
        turn.change(reads=(), weight=None)


def _idle(turn: Turn) -> None:
    if _moved_by_nobody(turn):
        return
    if turn.lane.before:
        turn.go(
            Phase.IDENTIFY, Why.VEHICLE_STANDS, within=turn.settings.identify, weight=None, judged=None,
            warned=None, reads=_recent(turn),
        )  # fmt: skip
        if not turn.lane.reads:
            turn.do(w.LookAgain())
        _identify(turn)
    elif turn.lane.phase is Phase.IDLE and _sees_somebody(turn):
        turn.go(Phase.APPROACH, Why.VEHICLE_SEEN, within=turn.settings.read_age)
    elif turn.lane.phase is Phase.APPROACH and turn.is_due:
        turn.go(Phase.IDLE, Why.VEHICLE_LEFT, reads=())


def _sees_somebody(turn: Turn) -> bool:
    """A read ahead of the loop; codes are held out by drivers who stand anywhere."""
    return any(read.subject is not Subject.QR for read in _recent(turn))


def _recent(turn: Turn) -> tuple[Read, ...]:
    """Reads of a vehicle that has just come. Once it stands before the boom they do not age any more."""
    return tuple(read for read in turn.lane.reads if turn.at - read.at <= turn.settings.read_age)


def _moved_by_nobody(turn: Turn) -> bool:
    """With no ticket the boom is down and nothing is under it; anything else is a fault."""
    if turn.lane.under:
        turn.go(Phase.FAULT, Why.UNDER_WITHOUT_TICKET)
        turn.alarm(Why.UNDER_WITHOUT_TICKET)
        return True
    if turn.lane.is_down:
        return False
    turn.go(Phase.UNKNOWN, Why.BOOM_MOVED_BY_NOBODY, within=turn.settings.settle)
    turn.alarm(Why.BOOM_MOVED_BY_NOBODY)
    return True


def _identify(turn: Turn) -> None:
    """Ask who it is, until everything agrees or a person must look."""
    if _moved_by_nobody(turn) or _left(turn):
        return
    judged = judged_now(turn)
    if judged.answer is not None and turn.settings.weighs and turn.lane.weight is None:
        if turn.lane.phase is not Phase.WEIGH:
            turn.go(Phase.WEIGH, Why.AGREES, within=turn.settings.weigh)
        elif turn.is_due:
            _attend(turn, Why.NO_WEIGHT)
    elif judged.permits:
        _open(turn, judged)
    elif judged.answer is not None:
        _attend(turn, Why.OBJECTIONS)
    elif turn.is_due or judged.match.outcome is Outcome.DIFFERS:
        _attend(turn, REASONS[judged.match.outcome])


def _left(turn: Turn) -> bool:
    if turn.lane.on(Signal.LOOP_BEFORE) is not False:
        return False
    turn.go(Phase.IDLE, Why.VEHICLE_LEFT, reads=(), weight=None, judged=None, warned=None)
    return True


def _attend(turn: Turn, why: Why) -> None:
    turn.note(NoteKind.DECISION, why=why, **decision(turn))
    turn.go(Phase.ATTEND, why)


def _attending(turn: Turn) -> None:
    """A person decides; but what has become permitted meanwhile opens by itself, unless the boom did not move
    when it was asked to, or somebody has turned this vehicle away: then a person opens, or nobody."""
    if _moved_by_nobody(turn) or _left(turn):
        return
    judged = judged_now(turn)
    weighed = not turn.settings.weighs or turn.lane.weight is not None
    if judged.permits and weighed and turn.lane.why not in FOR_A_PERSON:
        _open(turn, judged)


def _open(turn: Turn, judged: Judged) -> None:
    """The one place where a permit opens."""
    answer = judged.answer
    assert answer is not None
    assert judged.permits
    turn.note(NoteKind.DECISION, why=Why.PERMITTED, **decision(turn))
    give(turn, Ticket(
        id=turn.judge.new_ticket(), crossing=answer.crossing, facts=answer.facts, given_at=turn.at,
        to=turn.settings.leads_to, count=count(turn),
    ), Why.PERMITTED)  # fmt: skip


def _opening(turn: Turn) -> None:
    if turn.lane.under:
        _passing_begins(turn)
    elif turn.lane.is_up:
        ticket = turn.lane.ticket
        turn.note(
            NoteKind.COMMAND, command=Output.OPEN, state="observed", ticket=ticket.id if ticket else None
        )
        turn.go(Phase.OPEN, Why.BOOM_UP, within=turn.settings.stands)
    elif _was_counted(turn):
        _passed_unseen(turn)
    elif turn.is_due:
        returned(turn, Why.DID_NOT_OPEN)
        turn.go(Phase.ATTEND, Why.DID_NOT_OPEN)
        turn.alarm(Why.DID_NOT_OPEN)


def _is_open(turn: Turn) -> None:
    lane = turn.lane
    if lane.under:
        _passing_begins(turn)
    elif _was_counted(turn):
        _passed_unseen(turn)
    elif lane.is_down:
        returned(turn, Why.BOOM_MOVED_BY_NOBODY)
        turn.go(Phase.UNKNOWN, Why.BOOM_MOVED_BY_NOBODY, within=turn.settings.settle)
    elif lane.left_before and not lane.before and turn.at - lane.left_before >= turn.settings.back_out:
        returned(turn, Why.BACKED_OUT)
        turn.change(reads=lane.next_reads, next_reads=(), gone_reads=lane.reads)
        close(turn, Why.BACKED_OUT)
    elif turn.is_due:
        turn.alarm(Why.STANDS_TOO_LONG)
        returned(turn, Why.STANDS_TOO_LONG)
        close(turn, Why.STANDS_TOO_LONG)


def _was_counted(turn: Turn) -> bool:
    """The module has counted a vehicle under the boom that we did not see there: we looked away."""
    ticket = turn.lane.ticket
    return ticket is not None and turn.lane.is_clear and bool(_passed_since(turn, ticket))


def _passed_unseen(turn: Turn) -> None:
    """Its ticket is used, once the loop stays free: the count may be a moment newer than the contacts."""
    fell = turn.lane.fell
    if fell is None:
        turn.change(fell=turn.at)
    elif turn.lane.free_for(turn.settings.clear):
        passage(turn, Why.PASSED_UNSEEN)
        close(turn, Why.PASSED_UNSEEN)


def _passing_begins(turn: Turn) -> None:
    turn.go(Phase.PASSING, Why.UNDER_BOOM, within=turn.settings.stuck, passing_since=turn.at)


def _passing(turn: Turn) -> None:
    lane = turn.lane
    if lane.free_for(turn.settings.clear):
        if lane.tails > 1:
            turn.alarm(Why.TWO_MAY_HAVE_PASSED)
        passage(turn, Why.CLEARED)
        close(turn, Why.CLEARED)
    elif lane.under and turn.is_due and lane.phase is Phase.PASSING:
        turn.go(Phase.STUCK, Why.STUCK_UNDER_BOOM)
        turn.alarm(Why.STUCK_UNDER_BOOM)


def _closing(turn: Turn) -> None:
    if turn.lane.under:
        turn.go(Phase.TAILGATE, Why.FOLLOWED)
        turn.alarm(Why.FOLLOWED)
    elif turn.lane.is_down:
        turn.go(Phase.IDLE, Why.BOOM_DOWN, weight=None, judged=None, warned=None, tails=0, left_before=None)
        _idle(turn)
    elif turn.is_due:
        turn.alarm(Why.DID_NOT_CLOSE)
        turn.go(Phase.UNKNOWN, Why.DID_NOT_CLOSE, within=turn.settings.settle)


def _tailgate(turn: Turn) -> None:
    lane = turn.lane
    if lane.free_for(turn.settings.clear):
        passage(turn, Why.FOLLOWED)
        close(turn, Why.FOLLOWED)


def _fault(turn: Turn) -> None:
    """Somebody drove without a ticket, or forced the boom: written down, and over once all is at rest."""
    lane = turn.lane
    if lane.on(Signal.FORCED):
        return
    if lane.free_for(turn.settings.clear):
        judged_now(turn)
        passage(turn, Why.UNDER_WITHOUT_TICKET)
    if lane.is_clear and lane.is_down and turn.lane.fell is None:
        turn.go(Phase.UNKNOWN, Why.SENSORS_AGREE, within=turn.settings.settle)


def _by_hand(turn: Turn) -> None:
    """The key or the emergency contact rules; what passes is seen and written down."""
    lane = turn.lane
    if lane.free_for(turn.settings.clear):
        if lane.ticket is None:
            judged_now(turn)
        passage(turn, lane.why)


PHASES: dict[Phase, Callable[[Turn], None]] = {
    Phase.UNKNOWN: _unknown,
    Phase.IDLE: _idle,
    Phase.APPROACH: _idle,
    Phase.IDENTIFY: _identify,
    Phase.WEIGH: _identify,
    Phase.ATTEND: _attending,
    Phase.OPENING: _opening,
    Phase.OPEN: _is_open,
    Phase.PASSING: _passing,
    Phase.STUCK: _passing,
    Phase.CLOSING: _closing,
    Phase.TAILGATE: _tailgate,
    Phase.FAULT: _fault,
    Phase.MANUAL: _by_hand,
    Phase.EMERGENCY: _by_hand,
}
