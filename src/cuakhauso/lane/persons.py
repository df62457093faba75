"""What a person in the booth may do, and what a lane answers. Each act is written down, refused or not."""

from collections.abc import Callable
from uuid import UUID

from cuakhauso.core.words import Place

from . import words as w
from .contracts import Read
from .state import ASKING, REASONS, Turn, count, decision, give, judged_now
from .words import Act, Message, NoteKind, Phase, Ticket, Why


def told(turn: Turn, told: w.Told) -> None:
    """Everything a person does or is refused is written down."""
    refused = REFUSALS[told.act](turn, told)
    judged = turn.lane.judged
    answer = judged.match.answer if judged else None
    act = turn.judge.new_ticket()
    turn.note(
        NoteKind.ACT, act, act=told.act, person={"id": told.by.id, "name": told.by.name},
        second={"id": told.second.id, "name": told.second.name} if told.second else None,
        reason=told.reason, words=told.words, subject=told.subject, text=told.text, refused=refused,
        crossing=answer.crossing if answer else None, against=list(_against(turn)),
        needs_second=turn.settings.second_person,
    )  # fmt: skip
    if refused is None:
        ACTS[told.act](turn, told, act)


def against_opening(turn: Turn, told: w.Told) -> Why | None:
    """Against objections a person gives a coded reason, with a second person where the place asks for one.
    Out of the non-tariff zone nobody opens without the centre's permit, be it an old one."""
    if turn.lane.phase not in ASKING or turn.lane.inputs is None:
        return Why.NOT_NOW
    judged = judged_now(turn)
    if judged.permits and not _lacks_weight(turn):
        return None
    if turn.settings.permit_always and not judged.has_permit:
        return Why.PERMIT_NEEDED
    if not told.reason:
        return Why.REASON_NEEDED
    missing = told.second is None or told.second.id == told.by.id
    return Why.SECOND_PERSON_NEEDED if turn.settings.second_person and missing else None


def _against_turning(turn: Turn, told: w.Told) -> Why | None:
    return None if turn.lane.phase in ASKING else Why.NOT_NOW


def _against_correcting(turn: Turn, told: w.Told) -> Why | None:
    if turn.lane.phase not in ASKING or told.subject is None or not told.text.strip():
        return Why.NOT_NOW
    return None if told.words.strip() or told.reason else Why.REASON_NEEDED


def _against_attending(turn: Turn, told: w.Told) -> Why | None:
    return None if turn.lane.phase in (Phase.UNKNOWN, Phase.FAULT) else Why.NOT_NOW


def _person_opens(turn: Turn, told: w.Told, act: UUID) -> None:
    _person_gives(turn, told, act, turn.settings.leads_to)


def _person_gives(turn: Turn, told: w.Told, act: UUID, to: Place) -> None:
    judged = turn.lane.judged
    answer = judged.match.answer if judged else None
    against = _against(turn)
    ticket = Ticket(
        id=turn.judge.new_ticket(), crossing=answer.crossing if answer else None,
        facts=answer.facts if answer else 0, given_at=turn.at, to=to, by=told.by, second=told.second,
        reason=told.reason, words=told.words, against=against, count=count(turn), act=act,
    )  # fmt: skip
    turn.note(NoteKind.DECISION, why=Why.BY_PERSON, **decision(turn))
    give(turn, ticket, Why.BY_PERSON)


def _lacks_weight(turn: Turn) -> bool:
    return turn.settings.weighs and turn.lane.weight is None


def _against(turn: Turn) -> tuple[str, ...]:
    judged = turn.lane.judged
    if judged is None:
        return (str(Why.UNREAD),)
    if judged.permits:
        return (str(Why.NO_WEIGHT),) if _lacks_weight(turn) else ()
    return judged.against or (str(REASONS[judged.match.outcome]),)


def _refuses(turn: Turn, told: w.Told, act: UUID) -> None:
    turn.go(Phase.ATTEND, Why.BY_PERSON)
    turn.do(w.Show(Message.TURN_BACK))


def _to_temporary_yard(turn: Turn, told: w.Told, act: UUID) -> None:
    """The one way of an undeclared vehicle: through this barrier, or by turning off before it."""
    if turn.settings.temporary_yard_ahead and not turn.settings.permit_always:
        _person_gives(turn, told, act, Place.TEMPORARY_YARD)
    else:
        turn.go(Phase.ATTEND, Why.BY_PERSON)
    turn.do(w.Show(Message.TEMPORARY_YARD))


def _corrects(turn: Turn, told: w.Told, act: UUID) -> None:
    """What a person saw replaces what cameras read on the same subject, under that person's name. The
    cameras' pictures stay with it: by them the person's word can be checked."""
    assert told.subject is not None
    images = tuple(image for r in turn.lane.reads if r.subject is told.subject for image in r.images)
    seen = Read(
        at=turn.at, source=f"person:{told.by.id}", subject=told.subject, text=told.text.strip(), images=images
    )  # fmt: skip
    rest = tuple(r for r in turn.lane.reads if r.subject is not told.subject)
    turn.change(reads=(*rest, seen))


def _attends(turn: Turn, told: w.Told, act: UUID) -> None:
    turn.change(warned=None, doubt=None, deadline=turn.at + turn.settings.settle)


REFUSALS: dict[Act, Callable[[Turn, w.Told], Why | None]] = {
    Act.OPEN: against_opening,
    Act.REFUSE: _against_turning,
    Act.TEMPORARY_YARD: _against_turning,
    Act.CORRECT: _against_correcting,
    Act.ATTEND: _against_attending,
}
ACTS: dict[Act, Callable[[Turn, w.Told, UUID], None]] = {
    Act.OPEN: _person_opens,
    Act.REFUSE: _refuses,
    Act.TEMPORARY_YARD: _to_temporary_yard,
    Act.CORRECT: _corrects,
    Act.ATTEND: _attends,
}
