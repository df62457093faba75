"""What is charged, and what was paid: judged by `core.charges` and `core.decisions`."""

from uuid import UUID

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import fee_decisions as fd
from cuakhauso.core.charges import MissingRate, charge, difference
from cuakhauso.core.facts import Fact
from cuakhauso.core.permit import Objection
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency, Order, Party

from ..accounts.duties import Duty
from ..crossings.said import Said, act, actor_of, fact_of
from ..places.reference import references
from ..shared import store
from ..shared.errors import MissingTariff, NotAllowed
from ..shared.store import Story


def recompute_charge(crossing: UUID, said: Said) -> Story:
    """Charge what is due and not yet charged. Raises `MissingTariff` where the Board's row is empty."""
    now = store.now()
    reader = references()

    def decide(story: Story) -> list[Fact]:
        actor = actor_of(said.by, story, (Agency.BOARD,))
        if actor.agency not in (Agency.BOARD, Agency.TAX):
            raise NotAllowed
        due = charge(story.state, reader(story.gate), now.astimezone(HANOI).date())
        if isinstance(due, MissingRate):
            raise MissingTariff(
                weight_class=due.weight_class, regime=due.regime, goods_class=due.goods_class, kind=due.kind
            )
        new = difference(story.state, due) if due else None
        return [fact_of(story.id, new, said, actor, now, now, None)] if new else []

    return store.act(crossing, decide, reader)


def ask_refund(crossing: UUID, order: Order, said: Said) -> Story:
    """The desk wants back what was overpaid on an order, with words; a second person gives it."""
    return act(
        crossing,
        said,
        lambda story: f.RefundAsked(order=order, amount=max(0, -story.state.owes(order))),
        lambda case, story: fd.against_asking_refund(case, order, said.note),
        prefer=(Agency.BOARD,),
    )


def refund(crossing: UUID, asked: UUID, said: Said, *, method: str, receipt: str) -> Story:
    """A second person gives back what another one asked for."""

    def data(story: Story) -> f.Refunded:
        wanted = next((x.data for x in story.facts if x.id == asked), None)
        known = wanted if isinstance(wanted, f.RefundAsked) else None
        order, amount = (known.order, known.amount) if known else (Order.INFRASTRUCTURE, 0)
        return f.Refunded(asked=asked, order=order, amount=amount, method=method, receipt=receipt)

    return act(crossing, said, data, lambda case, story: fd.against_refunding(case, asked), prefer=fd.GIVERS)


def pay(crossing: UUID, order: Order, amount: int, said: Said, *, method: str, receipt: str) -> Story:
    """Money for one order, received at the Board's desk or by a payment partner."""
    paid = f.Paid(order=order, amount=amount, method=method, receipt=receipt)

    def judge(case: d.Case, story: Story) -> list[Objection]:
        desk = said.by.has(Duty.DESK) or case.actor.agency is Agency.BOARD
        stranger = [] if desk else [Objection(d.Against.WRONG_AGENCY, Party.BOARD)]
        return [*stranger, *d.against_paying(case, order, amount)]

    return act(crossing, said, lambda story: paid, judge, prefer=(Agency.BOARD,))
