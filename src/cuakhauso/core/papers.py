"""The papers that a vehicle and its driver must have (domain.md 4.6): which, declared how, looked at by whom.

Which of them are needed, of whom and from when is the Board's (`Reference.papers`). A row that `stops` makes
a missing or unseen paper an objection; the others are only shown as missing. What an officer found not in
order stops whatever the row says. (A) The public text says "at least seven" and names four: see
`docs/decisions/0011-papers-and-alerts.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from .declaration import Content, Document
from .fold import State
from .paper_facts import Seen
from .paper_fold import Looked, declared_papers
from .reference import HANOI, PaperRule, Reference
from .words import Agency


class Paper(StrEnum):
    """Kinds of papers. Stable for ever."""

    TRANSPORT_LICENCE = "transport_licence"
    REGISTRATION = "registration"
    INSPECTION = "inspection"
    BADGE = "badge"
    INSURANCE = "insurance"
    VEHICLE_ENTRY = "vehicle_entry"
    DRIVING_LICENCE = "driving_licence"
    BORDER_PASS = "border_pass"  # noqa: S105  a paper, not a password


# A driver's own: their numbers are personal data, which facts never hold.
OF_THE_DRIVER = frozenset({Paper.DRIVING_LICENCE, Paper.BORDER_PASS})
# (A) Who may state what became of which paper: border guard looks at people, the licence officer at all.
LOOKED_AT_BY: dict[Agency, frozenset[Paper]] = {
    Agency.TRANSPORT_LICENCE: frozenset(Paper),
    Agency.BORDER_GUARD: OF_THE_DRIVER,
}
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stand:
    """How it stands with one kind of paper of a vehicle."""

    kind: str
    declared: tuple[Document, ...]
    looked: Looked | None
    required: bool
    stops: bool
    law: str

    @property
    def is_there(self) -> bool:
        """Declared, or shown to an officer who found it in order."""
        return bool(self.declared) or (self.looked is not None and self.looked.look.found is Seen.VALID)

    @property
    def is_bad(self) -> bool:
        return self.looked is not None and self.looked.look.found is not Seen.VALID

    @property
    def number(self) -> str:
        read = self.looked.look.number if self.looked else ""
        return read or next((paper.number for paper in self.declared if paper.number), "")

    @property
    def valid_to(self) -> date | None:
        """What an officer read on the paper counts before what was declared; of several the first to end."""
        read = self.looked.look.valid_to if self.looked and not self.is_bad else None
        return read or min((paper.valid_to for paper in self.declared if paper.valid_to), default=None)

    @property
    def valid_from(self) -> date | None:
        return max((paper.valid_from for paper in self.declared if paper.valid_from), default=None)

    def has_run_out(self, at: datetime) -> bool:
        return self.valid_to is not None and expires(self.valid_to) <= at

    def not_yet(self, at: datetime) -> bool:
        return self.valid_from is not None and begins(self.valid_from) > at

    def ends_soon(self, at: datetime) -> bool:
        ends = expires(self.valid_to) if self.valid_to else None
        return ends is not None and at < ends <= at + SOON


def papers(state: State, ref: Reference) -> list[Stand]:
    """Every paper that is needed, declared or looked at, in the order of their kinds."""
    declared = declared_papers(state.content)
    rules = {rule.document: rule for rule in rules_for(state.content, ref)}
    kinds = dict.fromkeys([*(str(p) for p in Paper), *declared, *state.looked])
    return [
        _stand(kind, declared.get(kind, ()), state.looked.get(kind), rules.get(kind))
        for kind in kinds
        if kind in declared or kind in rules or kind in state.looked
    ]


def _stand(kind: str, declared: tuple[Document, ...], looked: Looked | None, rule: PaperRule | None) -> Stand:
    """A look stands as long as what was looked at is what is declared."""
    stands = looked if looked is not None and looked.declared == declared else None
    return Stand(
        kind, declared, stands, rule is not None, rule is not None and rule.stops, rule.law if rule else ""
    )


def rules_for(content: Content | None, ref: Reference) -> Iterator[PaperRule]:
    """What this vehicle needs, by its nationality and whether it draws a trailer; the narrowest row wins."""
    if content is None:
        return
    country = content.vehicle.plate.country
    vehicle = "tractor" if content.vehicle.trailers else "truck"
    fits = [r for r in ref.papers if r.country in ("", country) and r.vehicle in ("", vehicle)]
    for kind in dict.fromkeys(rule.document for rule in fits):
        of_kind = [rule for rule in fits if rule.document == kind]
        yield max(of_kind, key=lambda rule: (rule.country != "", rule.vehicle != ""))


# --- time ----------------------------------------------------------------------------------------


def begins(valid_from: date) -> datetime:
    return datetime.combine(valid_from, time(), tzinfo=HANOI)


def expires(valid_to: date) -> datetime:
    """A paper is good through its last day, Hanoi time."""
    return begins(valid_to + timedelta(days=1))


def edges(state: State, ref: Reference) -> list[datetime]:
    """Every moment at which a paper begins or ends."""
    stands = papers(state, ref)
    ends = [expires(stand.valid_to) for stand in stands if stand.valid_to]
    return [*ends, *(begins(stand.valid_from) for stand in stands if stand.valid_from)]


def is_out_of_time(state: State, ref: Reference, at: datetime) -> bool:
    """A paper has run out, or is not yet in force."""
    return any(stand.has_run_out(at) or stand.not_yet(at) for stand in papers(state, ref))
