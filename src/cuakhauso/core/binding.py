"""Tractor, trailer, container, seal and declaration belong together, and to one declaration at a time: who
takes another's trailer to jump the line is seen at every checkpoint (domain.md 2.8, "hoán đổi lốt xe").

Each crossing knows by its own facts (`AlsoBound`) what another living declaration binds too. (A) What does
not collide: vehicles that belong together (goods from one to the other, both legs of a regime, the same
vehicle at another gate); journeys in opposite directions, which can follow each other, until both are here;
and a vehicle that was let in already is not stopped by a paper whose vehicle has not come yet.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from . import facts as f
from .binding_facts import Thing
from .declaration import Content
from .fold import State
from .reference import Reference
from .seals import seals_on
from .special_fold import goes_back_abroad
from .standing import has_ended
from .words import Kind


def pair_of(one: UUID, other: UUID) -> UUID:
    """The name of two crossings together; neither can be told from it."""
    return uuid5(min(one, other), str(max(one, other)))


def things(content: Content | None) -> frozenset[Thing]:
    """What a declaration binds beside its tractor, of which `plate_already_declared` speaks."""
    if content is None:
        return frozenset()
    vehicle = content.vehicle
    found = [("trailer", trailer.number) for trailer in vehicle.trailers]
    found += [("container", number) for number in vehicle.containers]
    found += [("seal", number) for number in vehicle.seals]
    return frozenset(Thing(subject=subject, value=value) for subject, value in found if value)


def bound_now(state: State) -> frozenset[Thing]:
    """The same without seals that customs has opened."""
    on = seals_on(state)
    return frozenset(t for t in things(state.content) if t.subject != "seal" or t.value in on)


def is_inward(content: Content | None) -> bool:
    """(A) Comes from abroad, or takes what came from there further inland."""
    return content is not None and (content.kind is Kind.RECEIVING or goes_back_abroad(content))


def joined(state: State) -> frozenset[UUID]:
    """Crossings that belong to this one: those that give or take goods, other legs, whose journey it is."""
    turned = state.turned.data if state.turned else None
    elsewhere = turned.other if isinstance(turned, f.TurnedAround) else None
    came_from = state.came_from.other if state.came_from else None
    found = (*state.links, *(other for other, _ in state.pairs), came_from, elsewhere)
    return frozenset(one for one in found if one is not None)


def claim(state: State, ref: Reference, pair: UUID, shared: Iterable[Thing]) -> f.AlsoBound:
    """What the other of a pair is told of this one: what it holds of `shared` while it lives and goes on."""
    goes_on = state.turned is None and not has_ended(state, ref)
    held = bound_now(state) if goes_on else frozenset()
    found = tuple(sorted((t for t in set(shared) if t in held), key=lambda t: (t.subject, t.value)))
    if not found:
        return f.AlsoBound(pair=pair)
    here = state.present_since is not None
    return f.AlsoBound(pair=pair, things=found, inward=is_inward(state.content), here=here)


def news(before: State, after: State, ref: Reference) -> Iterator[f.AlsoBound]:
    """What changed for those with whom it shares things: it came, left, gave up, or binds others now."""
    for pair, fact in after.also_bound.items():
        if isinstance(fact.data, f.AlsoBound):
            now = claim(after, ref, pair, fact.data.things)
            if claim(before, ref, pair, fact.data.things) != now:
                yield now


def bound_elsewhere(state: State) -> Iterator[tuple[Thing, UUID]]:
    """Each thing of this vehicle that another declaration binds too, and with which pair."""
    if not state.also_bound or state.declared is None:
        return
    own, family = bound_now(state), {pair_of(state.declared.crossing, one) for one in joined(state)}
    for pair, fact in sorted(state.also_bound.items()):
        if isinstance(fact.data, f.AlsoBound) and pair not in family and _collides(state, fact.data):
            yield from ((thing, pair) for thing in fact.data.things if thing in own)


def stops(state: State) -> Iterator[tuple[Thing, UUID]]:
    """The same without what an officer has settled. Not on the way back: nothing is gained by it."""
    for thing, pair in bound_elsewhere(state) if state.turned is None else ():
        if ("bound_elsewhere", thing.subject) not in state.settled:
            yield thing, pair


def _collides(state: State, other: f.AlsoBound) -> bool:
    if other.inward is not is_inward(state.content):
        return other.here and state.present_since is not None
    return other.here or state.rank == 0
