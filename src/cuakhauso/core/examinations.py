"""Where the looks into the goods stand: what speaks against customs' clearance, what a quarantine waits for.

The last word on goods is customs' alone (Luật Hải quan 54/2014/QH13): here stands only what customs itself
has said, and what it has not said yet.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from . import examination_facts as e
from .examination_fold import LOOKS, Looked
from .facts import Fact
from .words import Agency, Channel


class Open(NamedTuple):
    """A reason, and the customs declaration of which it speaks (its first 11 digits)."""

    code: str
    customs_number: str


FOUND = {e.Finding.DEVIATES: "examination_deviates", e.Finding.REFUSED: "examination_refused"}


def open_at_customs(state: Looked) -> Iterator[Open]:
    """What customs has still to do, or has found, with each declaration on board: nothing clears before."""
    for key in keys(state):
        yield from (Open(code, key) for code in _of(state, key))


def keys(state: Looked) -> tuple[str, ...]:
    groups = state.content.groups if state.content else ()
    return tuple(dict.fromkeys(group.key for group in groups if group.key))


def is_open(state: Looked, key: str) -> bool:
    return any(True for _ in _of(state, key))


def _of(state: Looked, key: str) -> Iterator[str]:
    """Red asks for a look at the goods, yellow at the papers; what deviates, for customs' next act."""
    channel = state.channels.get(key)
    if key in state.ordered:
        yield "examination_open"
    if channel is Channel.RED and key not in state.looked_at:
        yield "examination_missing"
    if channel is Channel.YELLOW and key not in state.examined:
        yield "papers_not_checked"
    if (found := _found(state, key)) and (found, key) not in state.settled:
        yield found


def _found(state: Looked, key: str) -> str | None:
    """What the papers say does not undo what was found on the goods."""
    last = [fact.data for fact in (state.looked_at.get(key), state.examined.get(key)) if fact]
    findings = [data.finding for data in last if isinstance(data, e.Examined)]
    bad = [finding for finding in findings if finding in FOUND]
    return FOUND[max(bad, key=list(e.Finding).index)] if bad else None


class Anew(NamedTuple):
    """A word that does not count any more, and what was said or taken back since."""

    word: Fact
    cause: Fact


def asked_anew(state: Looked, step: str, agency: Agency) -> Anew | None:
    """Why an agency has to say again what it had said already, where it opened the question itself."""
    word = state.opened_again.get((step, agency))
    cause = state.asks_anew.get(word.id) if word else None
    return Anew(word, cause) if word and cause else None


# --- quarantines, health --------------------------------------------------------------------------


def samples_out(state: Looked, agency: Agency) -> list[Fact]:
    return [fact for (of, _), fact in state.samples.items() if of is agency]


def results(state: Looked, agency: Agency, result: e.Result) -> list[Fact]:
    """The last words of an agency that say this."""
    last = (fact for (of, _), fact in state.results.items() if of is agency)
    return [fact for fact in last if isinstance(fact.data, e.Judged) and fact.data.result is result]


def to_treat(state: Looked, agency: Agency) -> list[Fact]:
    """What is to be treated, and nobody has recorded that it was."""
    asked = results(state, agency, e.Result.TREAT)
    return [f for f in asked if isinstance(f.data, e.Judged) and (agency, f.data.of) not in state.treated]


def treated_until(state: Looked, agency: Agency) -> datetime | None:
    """When the last treatment of this agency's is over, where it takes time."""
    data = [fact.data for (of, _), fact in state.treated.items() if of is agency]
    return max((d.until for d in data if isinstance(d, e.Treated) and d.until), default=None)


def is_open_at(state: Looked, agency: Agency) -> bool:
    """Nothing that this agency confirmed counts while it still waits for something, or has refused."""
    refused = results(state, agency, e.Result.REFUSED)
    asked = results(state, agency, e.Result.TREAT)
    return bool(samples_out(state, agency) or asked or refused)


def refusals(state: Looked) -> list[Fact]:
    """What was refused: it goes back, and nowhere else."""
    return [fact for agency in LOOKS for fact in results(state, agency, e.Result.REFUSED)]
