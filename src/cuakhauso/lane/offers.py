"""Which acts a person is offered now, each with the reason why not where it is not.

The function that guards an act draws its button: each is asked of `persons.REFUSALS` as a person would.
"""

import hashlib
from typing import Any

from .contracts import Subject
from .persons import REFUSALS
from .sentences import ACTS, PHASES, WHYS
from .sight import Sight
from .state import Turn
from .words import Act, Person, Told, Why

ONE, TWO = Person("one", ""), Person("two", "")
SHORT = {Why.REASON_NEEDED: "no_permit", Why.SECOND_PERSON_NEEDED: "no_permit"}


def offers(see: Sight) -> list[dict[str, Any]]:
    """In the order of the bar: by a permit, to the temporary yard, back, against objections; the rest."""
    return [
        _open(see),
        _plain(see, Act.TEMPORARY_YARD),
        _plain(see, Act.REFUSE),
        _open_anyway(see),
        _correct(see),
        _plain(see, Act.ATTEND),
    ]


def seen(see: Sight) -> str:
    """What an officer had before the eyes when tapping: another vehicle, phase or objection is another."""
    judged, answer = see.judged, see.answer
    parts = (
        see.lane.phase, see.lane.since, answer.crossing if answer else None,
        *(text for _, text in (judged.match.values if judged else ())), *(judged.against if judged else ()),
    )  # fmt: skip
    return hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:12]


def against(see: Sight, act: Act, **more: Any) -> Why | None:
    """What the lane would answer. Nothing is done: the turn is thrown away."""
    turn = Turn(see.lane, see.at, see.judge, see.post.settings)
    return REFUSALS[act](turn, Told(see.at, act, ONE, **more))


def _offer(see: Sight, act: Act, why: Why | None, **more: Any) -> dict[str, Any]:
    return {
        "act": act, "key": act, "label": see.tell.say(ACTS[act]), "may": why is None, "why": why or "",
        "small": "" if why is None else why_not(see, act, why), "reason": False, "second": False,
    } | more  # fmt: skip


def why_not(see: Sight, act: Act, why: Why) -> str:
    """Short enough for a button."""
    if why is Why.NOT_NOW:
        attend = act is Act.ATTEND
        return see.tell.label("only_in_trouble") if attend else see.tell.say(PHASES[see.lane.phase])
    return see.tell.label(SHORT[why]) if why in SHORT else see.tell.say(WHYS[why])


def _plain(see: Sight, act: Act) -> dict[str, Any]:
    return _offer(see, act, against(see, act))


def _open(see: Sight) -> dict[str, Any]:
    why = against(see, Act.OPEN)
    if why is Why.PERMIT_NEEDED:
        why = Why.REASON_NEEDED
    offer = _offer(see, Act.OPEN, why)
    return offer | {"small": see.tell.label("with_permit")} if why is None else offer


def _open_anyway(see: Sight) -> dict[str, Any]:
    """Open to whoever has a reason, and a second person where the place asks for one."""
    label = see.tell.label("exception")
    if against(see, Act.OPEN) is None:
        small = see.tell.label("has_permit")
        return _offer(see, Act.OPEN, Why.NOT_NOW, key="exception", label=label, small=small)
    alone = against(see, Act.OPEN, reason="other")
    second = alone is Why.SECOND_PERSON_NEEDED
    why = against(see, Act.OPEN, reason="other", second=TWO)
    more: dict[str, Any] = {"key": "exception", "label": label, "reason": True, "second": second}
    if why is None:
        more["small"] = see.tell.label("needs_two" if second else "needs_reason")
    return _offer(see, Act.OPEN, why, **more)


def _correct(see: Sight) -> dict[str, Any]:
    why = against(see, Act.CORRECT, subject=Subject.PLATE, text="-", words="-")
    return _offer(see, Act.CORRECT, why, reason=True)
