"""Who acted for whom: what is a business's own to say, said by somebody else (domain.md 2.7)."""

from collections.abc import Iterable

from . import facts as f
from .facts import Fact
from .words import ActorKind

# What a business says of its own vehicle. Anybody else who says it says it on its behalf.
ITS_OWN = (
    f.Declared, f.Withdrawn, f.Linked, f.CorrectionProposed, f.CorrectionWithdrawn, f.TurnAsked,
    f.RoadOrderSeen,
)  # fmt: skip


def declarant_of(facts: Iterable[Fact]) -> str:
    """The organisation whose vehicle it is, as last declared; none of one that nobody declared."""
    found = [fact.data.content.declarant for fact in facts if isinstance(fact.data, f.Declared)]
    return found[-1] if found else ""


def for_whom(fact: Fact, declarant: str) -> str:
    """The business that somebody else acted for; none where it, or an agency for its own part, acted."""
    whom = fact.data.content.declarant if isinstance(fact.data, f.Declared) else declarant
    acted = isinstance(fact.data, ITS_OWN) and fact.actor.kind is not ActorKind.PLATFORM
    return whom if acted and whom and fact.actor.organisation != whom else ""
