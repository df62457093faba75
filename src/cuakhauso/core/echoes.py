"""What a fact of one vehicle says to a linked one, so that each state rests on its own facts alone.

A receiving vehicle that has been confirmed in is a ground for signing the source's transshipment; goods
given are goods received; customs' word on a goods group reaches every vehicle that carries it.
"""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID, uuid5

from . import facts as f
from .charges import dearest_class
from .declaration import Content, GoodsGroup
from .examinations import is_open
from .facts import PLATFORM, Fact
from .fold import State
from .pairing import entered_at, first_leg, shares
from .reference import Reference
from .regimes import RegimeLeg, leg_of
from .standing import has_ended, status
from .steps import StepCode
from .words import Agency, Channel, Kind, Source


def echoes(trigger: Fact, before: State, after: State, ref: Reference) -> Iterator[Fact]:
    """Facts for linked crossings that follow from `trigger`. The same trigger gives the same ids."""
    yield from _goods_given(trigger, after, ref)
    yield from _goods_taken_back(trigger, before, after)
    yield from _receiving_entered(trigger, before, after, ref)
    yield from _goods_released(trigger, before, after)
    yield from _second_leg_left(trigger, before, after, ref)
    yield from _first_leg_entered(trigger, before, after)


def echo_id(trigger: UUID, crossing: UUID, name: str) -> UUID:
    return uuid5(trigger, f"{crossing}:{name}")


def echo(trigger: Fact, crossing: UUID, name: str, data: f.AnyData, undoes: UUID | None = None) -> Fact:
    """What is so is so since its trigger happened, also where we learned of it late. An entry that is taken
    back counts from when we learned of it: until then it was a ground for signing. So does what another
    declaration binds: until then it stood against this vehicle."""
    no_longer_in = isinstance(data, f.ReceivingEntered) and not data.entered
    since_learned = no_longer_in or isinstance(data, f.AlsoBound)
    return Fact(
        id=echo_id(trigger.id, crossing, name), crossing=crossing,
        occurred_at=trigger.recorded_at if since_learned else trigger.occurred_at,
        recorded_at=trigger.recorded_at, actor=PLATFORM, source=Source.PLATFORM, data=data,
        checkpoint=trigger.checkpoint, undoes=undoes, v=f.FORM_VERSION,
    )  # fmt: skip


def _goods_given(trigger: Fact, after: State, ref: Reference) -> Iterator[Fact]:
    data = trigger.data
    content = after.content
    content = content or after.announced
    if not isinstance(data, f.Transshipped | f.TakenOut) or content is None:
        return
    if not 0 <= data.group < len(content.groups):
        return
    group = content.groups[data.group]
    received = f.Received(
        source=trigger.crossing, plate=content.vehicle.plate.shown, group=data.group,
        customs_number=data.customs_number, packages=data.packages,
        chapters=tuple(sorted({item.hs[:2] for item in group.items})),
        goods_class=dearest_class(_only(content, data.group), ref),
        value=_value(group, data.packages),
    )  # fmt: skip
    yield echo(trigger, data.receiving, "received", received)
    if group_released(after, data.group):
        word = f.GoodsReleased(source=trigger.crossing, group=data.group, released=True)
        yield echo(trigger, data.receiving, f"released:{data.group}", word)


def _value(group: GoodsGroup, packages: int) -> int:
    dearest = max((item.value for item in group.items), default=Decimal(0))
    return int(dearest * packages / group.packages) if group.packages > 0 else int(dearest)


def _only(content: Content, group: int) -> Content:
    return Content(
        gate=content.gate,
        kind=content.kind,
        vehicle=content.vehicle,
        groups=(content.groups[group],),
    )


def _goods_taken_back(trigger: Fact, before: State, after: State) -> Iterator[Fact]:
    """With the goods goes customs' word on them: given again, they need the word that stands then."""
    every = (*before.transshipped, *before.taken_out)
    given = next((fact for fact in every if fact.id == trigger.undoes), None)
    if given is not None and isinstance(given.data, f.Transshipped | f.TakenOut):
        receiving = given.data.receiving
        yield echo(trigger, receiving, "undone", f.Undone(), echo_id(given.id, receiving, "received"))
        group = given.data.group
        if group_released(after, group) and receiving not in _carriers(after, group):
            word = f.GoodsReleased(source=trigger.crossing, group=group, released=False)
            yield echo(trigger, receiving, f"released:{group}", word)


def _receiving_entered(trigger: Fact, before: State, after: State, ref: Reference) -> Iterator[Fact]:
    if after.kind is not Kind.RECEIVING:
        return
    was, now = _entered(before, ref), _entered(after, ref)
    newly = {trigger.data.other} if now and isinstance(trigger.data, f.Linked) else set()
    for other in after.links:
        if was != now or other in newly:
            data = f.ReceivingEntered(receiving=trigger.crossing, entered=now)
            yield echo(trigger, other, "entered", data)


def _entered(state: State, ref: Reference) -> bool:
    return status(StepCode.ENTERED, state, ref).done_at is not None


def _goods_released(trigger: Fact, before: State, after: State) -> Iterator[Fact]:
    for index in range(len(after.content.groups) if after.content else 0):
        now = group_released(after, index)
        if group_released(before, index) == now:
            continue
        for receiving in sorted(_carriers(after, index)):
            data = f.GoodsReleased(source=trigger.crossing, group=index, released=now)
            yield echo(trigger, receiving, f"released:{index}", data)


def _carriers(state: State, group: int) -> set[UUID]:
    given = (fact.data for fact in (*state.transshipped, *state.taken_out))
    return {d.receiving for d in given if isinstance(d, f.Transshipped | f.TakenOut) and d.group == group}


def group_released(state: State, index: int) -> bool:
    """Customs' word on one goods group: cleared, or green with the registration accepted (A)."""
    group = state.content.groups[index] if state.content and index < len(state.content.groups) else None
    if group is None or not group.customs_number or is_open(state, group.key):
        return False
    if state.confirmed(StepCode.CUSTOMS_CLEARED, Agency.CUSTOMS) is not None:
        return True
    accepted = state.confirmed(StepCode.REGISTRATION_ACCEPTED, Agency.CUSTOMS) is not None
    return accepted and state.channels.get(group.key) is Channel.GREEN


def _second_leg_left(trigger: Fact, before: State, after: State, ref: Reference) -> Iterator[Fact]:
    """The first leg learns that its goods have gone, or go with it no more; and where that was taken back."""
    if leg_of(after.announced) is not RegimeLeg.SECOND or not after.announced:
        return
    was, now = _is_gone(before, ref), _is_gone(after, ref)
    gave_up = _gave_up(after) and not _gave_up(before)
    goes_on = _gave_up(before) and not _gave_up(after)
    for group in range(len(after.announced.groups)):
        for pair, packages in shares(after, group):
            if was != now:
                left = f.SecondLegLeft(
                    other=trigger.crossing, customs_number=pair.customs_number,
                    packages=packages if now else 0,
                )  # fmt: skip
                yield echo(trigger, pair.other, f"left:{group}", left)
            if gave_up or goes_on:
                takes = f.Paired(
                    other=trigger.crossing, role=RegimeLeg.SECOND, group=group,
                    customs_number=pair.customs_number, packages=packages if goes_on else 0,
                )  # fmt: skip
                yield echo(trigger, pair.other, f"paired:{group}", takes)


def _first_leg_entered(trigger: Fact, before: State, after: State) -> Iterator[Fact]:
    """A second leg that was declared before its first one came learns when that was."""
    if leg_of(after.announced) is not RegimeLeg.FIRST or entered_at(before) == entered_at(after):
        return
    for (other, group), pair in after.pairs.items():
        if pair.role == str(RegimeLeg.SECOND):
            known = first_leg(trigger.crossing, after, pair.customs_number, (other, group))
            yield echo(trigger, other, f"paired:{group}", known)


def _is_gone(state: State, ref: Reference) -> bool:
    return has_ended(state, ref) and not _gave_up(state)


def _gave_up(state: State) -> bool:
    return bool(state.turned or state.struck_off or state.withdrawn)
