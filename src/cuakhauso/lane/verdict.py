"""May it pass, in words: the permit, or every reason why not, each with who acts and by which law.

`verdict` says what the machine thinks (`Lane.judged`, `Lane.why`); nothing is judged a second time here.
"""

from collections.abc import Iterator
from typing import Any

from cuakhauso.core.answer import Answer, Because
from cuakhauso.core.permit import Code

from .judging import allowed_kg, expected_kg, measured_tare
from .matching import Outcome
from .proving import doubts, proved
from .sentences import OBJECTIONS, PARTIES, PHASES, PLACES, SUBJECTS, UNSAID, WHYS
from .sight import Sight, is_unlike, near, readers
from .state import ASKING, REASONS, Judged
from .words import Phase, Ticket, Why

UNDER_WAY = frozenset({Phase.OPENING, Phase.OPEN, Phase.PASSING})
UNCLEAR = frozenset({Outcome.WAIT, Outcome.PART, Outcome.NEAR, Outcome.UNSURE})
HEADS = {Outcome.PART: "part_read", Outcome.UNSURE: "not_sure"}
TONES = {
    Phase.UNKNOWN: "unknown", Phase.STUCK: "refused", Phase.TAILGATE: "refused", Phase.FAULT: "refused",
    Phase.MANUAL: "wait", Phase.EMERGENCY: "wait",
}  # fmt: skip
OBJECTION_TONES = {Code.HOLD_LIVE: "held", Code.UNKNOWN_STATE: "unknown"}
SAYS_ITSELF = frozenset({Why.NO_WEIGHT, Why.DID_NOT_OPEN})


def verdict(see: Sight) -> dict[str, Any]:
    ticket = see.lane.ticket
    if see.lane.phase in ASKING and see.judged is not None:
        return _asked(see, see.judged)
    if see.lane.phase in UNDER_WAY and ticket is not None:
        return _let_through(see, ticket)
    return _as_the_phase_says(see)


def _told(state: str, head: str, sub: str, **more: Any) -> dict[str, Any]:
    return {"state": state, "head": head, "sub": sub, "reasons": [], "good": [], "near": []} | more


def _as_the_phase_says(see: Sight) -> dict[str, Any]:
    phase = see.lane.phase
    return _told(TONES.get(phase, "none"), see.tell.say(PHASES[phase]), see.tell.say(WHYS[see.lane.why]))


def _asked(see: Sight, judged: Judged) -> dict[str, Any]:
    reasons = list(_reasons(see, judged))
    if judged.permits and all(one["code"] == Why.DID_NOT_OPEN for one in reasons):
        return _told("permit", see.tell.label("may_pass"), _until(see), reasons=reasons, good=_good(see))
    if see.lane.phase is not Phase.ATTEND:
        return _told("wait", see.tell.say(PHASES[see.lane.phase]), see.tell.say(WHYS[see.lane.why]),
                     reasons=reasons, near=near(see))  # fmt: skip
    many = see.tell.label("reason") if len(reasons) == 1 else see.tell.label("reasons", n=len(reasons))
    unclear = judged.match.outcome in UNCLEAR
    head = see.tell.label(HEADS.get(judged.match.outcome, "who_unknown" if unclear else "may_not_pass"))
    return _told("unknown" if unclear else "refused", head, many, reasons=reasons, near=near(see))


def _let_through(see: Sight, ticket: Ticket) -> dict[str, Any]:
    phase = see.tell.say(PHASES[see.lane.phase])
    if ticket.by is None:
        return _told("permit", see.tell.label("may_pass"), phase, good=_good(see))
    names = ", ".join(one.name for one in (ticket.by, ticket.second) if one)
    head = see.tell.label("opened_by" if ticket.against else "opened_on_permit")
    state = "exception" if ticket.against else "permit"
    despite = [_despite(see, code) for code in ticket.against]
    return _told(state, head, f"{phase} · {names}", reasons=despite, good=_why_opened(see, ticket))


def _despite(see: Sight, code: str) -> dict[str, str]:
    """In the centre's own words, where it is still known what they were."""
    said = next((one for one in (see.answer.against if see.answer else ()) if one.code == code), None)
    whole = _of_the_centre(see, said) if said else _reason(code, "", sentence(see, code))
    return whole | {"tone": "irregular"}


def _why_opened(see: Sight, ticket: Ticket) -> list[str]:
    coded = see.tell.say(see.reasons[ticket.reason]) if ticket.reason in see.reasons else ticket.reason
    return [text for text in (coded, ticket.words) if text]


def _until(see: Sight) -> str:
    """The permit ends by the clock, or with the centre's last word, whichever comes first."""
    as_of = see.judge.book.as_of
    edges = [see.answer.ends if see.answer else None, as_of + see.post.alone_for if as_of else None]
    until = min(edge for edge in edges if edge is not None)
    return see.tell.label("permit_until", until=see.tell.clock(until))


def _good(see: Sight) -> list[str]:
    answer, weight = see.answer, see.lane.weight
    if answer is None or see.match is None:
        return []
    what = ", ".join(dict.fromkeys(see.tell.say(SUBJECTS[subject]) for subject, _ in see.match.values))
    said = [see.tell.label("all_agree", what=what)] if what else []
    said += proved(see.tell, see.proof)
    if weight is not None and weight.kg is not None:
        said.append(see.tell.label("weight_agrees", kg=see.tell.kg(weight.kg)))
    said.append(see.tell.label("word_of", as_of=see.tell.clock(answer.as_of)))
    if answer.goods:
        said.append(see.tell.label("goods", goods=answer.goods))
    return [*said, see.tell.label("leads_to", place=see.tell.say(PLACES[answer.leads_to]))]


# --- every reason, the centre's first --------------------------------------------------------------


def _reasons(see: Sight, judged: Judged) -> Iterator[dict[str, str]]:
    if judged.match.outcome is not Outcome.AGREES:
        yield from _of_the_match(see, judged)
    answer = judged.match.answer
    if answer is not None:
        yield from (_of_the_centre(see, because) for because in answer.against)
        own = dict.fromkeys(judged.against[len(answer.against) :])
        yield from (_own(see, answer, code) for code in own)
    if see.lane.why in SAYS_ITSELF and see.lane.why not in judged.against:
        yield _reason(see.lane.why, "unknown", see.tell.say(WHYS[see.lane.why]))


def _reason(code: str, tone: str, words: str, more: str = "") -> dict[str, str]:
    return {"code": str(code), "tone": tone, "words": words, "more": more}


def _of_the_match(see: Sight, judged: Judged) -> Iterator[dict[str, str]]:
    """Both values of each difference; or why nobody could be named."""
    match, tell = judged.match, see.tell
    for subject, declared, read in match.differences:
        words = tell.label("subject_differs", subject=tell.say(SUBJECTS[subject]))
        who = readers(see, read)
        both = tell.label("both_values_by" if who else "both_values", who=who, read=read,
                          declared=", ".join(declared) or "–")  # fmt: skip
        yield _reason(Why.DIFFERS, "irregular", words, both)
    if match.outcome is Outcome.PART:
        names = ", ".join(tell.say(SUBJECTS[subject]) for subject in match.unread)
        yield _reason(Why.NOT_ALL_READ, "unknown", tell.label("subject_missing", subject=names))
    elif match.outcome is Outcome.UNSURE:
        yield _reason(Why.NOT_SURE, "unknown", tell.say(WHYS[Why.NOT_SURE]), doubts(tell, see.proof))
    elif match.outcome is Outcome.NEAR and judged.evidence is not None:
        like = tell.say(WHYS[Why.NEAR_MATCH])
        words = like if is_unlike(see, match.near[0]) else tell.label("not_read_surely")
        yield _reason(Why.NEAR_MATCH, "unknown", words, doubts(tell, see.proof))
    elif match.outcome is not Outcome.DIFFERS:
        why = REASONS[match.outcome]
        tone = "refused" if match.outcome is Outcome.NOBODY else "unknown"
        yield _reason(why, tone, tell.say(WHYS[why]))


def _of_the_centre(see: Sight, because: Because) -> dict[str, str]:
    words = see.tell.of(because.words) or sentence(see, because.code)
    whom = see.tell.label("go_to", party=see.tell.say(PARTIES[because.party]))
    tone = OBJECTION_TONES.get(Code(because.code), "refused") if because.code in OBJECTIONS else "refused"
    return _reason(because.code, tone, words, " · ".join(part for part in (whom, because.law) if part))


def _own(see: Sight, answer: Answer, code: str) -> dict[str, str]:
    tone = "unknown" if code in (Why.PERMITS_TOO_OLD, Why.CLOCK_UNKNOWN, Why.NO_WEIGHT) else "refused"
    return _reason(code, tone, sentence(see, code), _figures(see, answer, code))


def sentence(see: Sight, code: str) -> str:
    """Of any code that an objection may have; one that is not known here is named."""
    if code in OBJECTIONS:
        return see.tell.say(OBJECTIONS[code])
    if code in WHYS:
        return see.tell.say(WHYS[Why(code)])
    return see.tell.say(UNSAID, code=code)


def _figures(see: Sight, answer: Answer, code: str) -> str:
    tell, weight = see.tell, see.lane.weight
    kg = weight.kg if weight else None
    if code == Code.OVERWEIGHT and kg is not None and answer.max_gross_kg is not None:
        return tell.label("weighed_limit", kg=tell.kg(kg), limit=tell.kg(answer.max_gross_kg),
                          share=answer.tolerance_percent)  # fmt: skip
    if code == Why.WEIGHT_DIFFERS and kg is not None and answer.own_weight_kg is not None:
        return _against_declared(see, answer, answer.own_weight_kg, tell.kg(kg))
    if code == Why.TARE_DIFFERS and kg is not None and (tare := measured_tare(answer)) is not None:
        return _against_tare(see, answer, tare, tell.kg(kg))
    if code == Code.PLACE_CLOSED and answer.ends is not None:
        return tell.label("ended_at", ends=tell.clock(answer.ends))
    as_of = see.judge.book.as_of
    if code == Why.PERMITS_TOO_OLD and as_of is not None:
        return tell.label("last_word", as_of=tell.clock(as_of))
    return ""


def _against_declared(see: Sight, answer: Answer, own: int, kg: str) -> str:
    tell, declared = see.tell, expected_kg(answer, own)
    if declared is None:
        return tell.label("weighed_lighter", kg=kg, least=tell.kg(own))
    allowed = tell.kg(allowed_kg(answer, own))
    return tell.label("weighed_declared", kg=kg, declared=tell.kg(declared), allowed=allowed)


def _against_tare(see: Sight, answer: Answer, tare: int, kg: str) -> str:
    tell, expected = see.tell, expected_kg(answer, tare)
    if expected is None:
        return tell.label("weighed_lighter", kg=kg, least=tell.kg(tare))
    filled = {"kg": kg, "tare": tell.kg(tare), "allowed": tell.kg(allowed_kg(answer, tare))}
    if expected == tare:
        return tell.label("weighed_tare", **filled)
    return tell.label("weighed_tare_goods", expected=tell.kg(expected), **filled)
