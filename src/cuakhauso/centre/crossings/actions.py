"""What an officer or a desk decides about a crossing: one function per act that it can name.

Decisions (confirm, hold, lift, undo, transship …) are judged by `core.decisions` and refused with every
reason. What is observed is in `observations.py`, the desk for vehicles without a declaration in
`undeclared.py`, money in `fees/actions.py`. How an act goes: `said.py`.
"""

from uuid import UUID

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import finishing
from cuakhauso.core.permit import Objection
from cuakhauso.core.steps import STEPS
from cuakhauso.core.words import Agency, Channel, Party, Place

from ..places.models import HoldReason
from ..shared.errors import FieldError, Invalid
from ..shared.store import Story
from . import struck
from .said import STOPPERS, Said, act

GOODS_MOVERS = (Agency.YARD, Agency.CUSTOMS)


def confirm(crossing: UUID, step: str, said: Said, *, result: str = "") -> Story:
    """An agency states that a step happened. Passage steps need the permit of their checkpoint."""
    agencies = STEPS[step].agencies if step in STEPS else ()  # type: ignore[index]
    return act(
        crossing,
        said,
        lambda story: f.Confirmed(step=step, result=result),
        lambda case, story: d.against_confirming(case, step),
        prefer=agencies,
        irregular=lambda case: finishing.irregular(case.state, case.ref, step),
    )


def hold(
    crossing: UUID,
    reason: str,
    said: Said,
    *,
    report_to: Place | None = None,
    to_do: str = "",
    minutes: int | None = None,
    customs_number: str = "",
) -> Story:
    """Stop the vehicle, with a coded reason."""
    row = HoldReason.objects.filter(pk=reason).first()
    if reason and row is None:
        raise Invalid([FieldError("reason", "reason_unknown", {"value": reason})])
    held = f.Held(
        reason=reason, law=row.law if row else "", report_to=report_to, to_do=to_do,
        minutes=minutes if minutes is not None else (row.minutes if row else None),
        customs_number=customs_number,
    )  # fmt: skip
    prefer = (Agency(row.agency),) if row and row.agency else ()
    return act(
        crossing, said, lambda story: held, lambda case, story: d.against_holding(case, reason), prefer=prefer
    )


def lift(crossing: UUID, hold: UUID, said: Said) -> Story:
    """Release a hold, with words. Only the agency that placed it."""
    return act(
        crossing,
        said,
        lambda story: f.Lifted(hold=hold),
        lambda case, story: d.against_lifting(case, hold, said.note),
        prefer=list(Agency),
    )


def undo(crossing: UUID, fact: UUID, said: Said) -> Story:
    """Take back one's own agency's statement, with a reason."""
    if struck.is_strike_off(fact):
        return struck.take_back(crossing, fact, said)
    return act(
        crossing,
        said,
        lambda story: f.Undone(),
        lambda case, story: d.against_undoing(case, story.facts, fact, said.note),
        undoes=fact,
    )


def set_channel(crossing: UUID, customs_number: str, channel: Channel, said: Said) -> Story:
    """Customs' channel for one declaration that the vehicle carries."""
    return act(
        crossing,
        said,
        lambda story: f.ChannelSet(customs_number=customs_number[:11], channel=channel),
        lambda case, story: d.against_setting_channel(case, customs_number),
        prefer=(Agency.CUSTOMS,),
    )


def transship(crossing: UUID, transfer: d.Transfer, said: Said) -> Story:
    """Packages of one goods group go to a linked receiving vehicle."""

    def data(story: Story) -> f.Transshipped:
        link = story.state.links.get(transfer.receiving)
        groups = story.state.content.groups if story.state.content else ()
        return f.Transshipped(
            receiving=transfer.receiving,
            plate=link.plate if link else "",
            group=transfer.group,
            customs_number=groups[transfer.group].customs_number if transfer.group < len(groups) else "",
            packages=transfer.packages,
        )

    return act(
        crossing,
        said,
        data,
        lambda case, story: [*_only(case, GOODS_MOVERS), *d.against_transshipping(case, transfer)],
        prefer=GOODS_MOVERS,
    )


def _only(case: d.Case, agencies: tuple[Agency, ...]) -> list[Objection]:
    if case.actor.agency in agencies:
        return []
    return [Objection(d.Against.WRONG_AGENCY, Party(agencies[0]), details={"step": ""})]


def dispose(crossing: UUID, group: int, packages: int, how: str, said: Said) -> Story:
    """Customs records goods as stored or sent back."""
    return act(
        crossing,
        said,
        lambda story: f.Disposed(group=group, packages=packages, how=how),
        lambda case, story: d.against_disposing(case, group, packages),
        prefer=(Agency.CUSTOMS,),
    )


def settle(crossing: UUID, objection: str, subject: str, said: Said) -> Story:
    """An officer looked and settles what stood against the vehicle, with words."""
    return act(
        crossing,
        said,
        lambda story: f.Settled(objection=objection, subject=subject),
        lambda case, story: d.against_settling(case, objection, said.note),
        prefer=STOPPERS,
    )
