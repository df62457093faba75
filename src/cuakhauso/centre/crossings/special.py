"""What an officer decides out of the ordinary: seals, turning around, another gate, the health mode, stores.

Judged by `core.special_decisions`; each goes the one way of every act (`said.py`).
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from msgspec import structs

from cuakhauso.core import decisions as d
from cuakhauso.core import facts as f
from cuakhauso.core import identifiers as ids
from cuakhauso.core import special_decisions as sd
from cuakhauso.core.declaration import Content, Plate
from cuakhauso.core.facts import Fact
from cuakhauso.core.fold import fold
from cuakhauso.core.permit import Objection
from cuakhauso.core.words import Agency, SealGrade, SealType

from ..declarations import binding, pairing
from ..declarations.models import Declaration
from ..places.models import Gate, Yard
from ..places.reference import references
from ..shared import store
from ..shared.errors import FieldError, Invalid, NotAllowed, NotFound, Refused
from ..shared.store import Story
from ..watch import matching
from ..watch.rules import How
from .said import Said, act, actor_of, fact_of, moment_of, refusals_kept, said_before

CUSTOMS = (Agency.CUSTOMS,)


# --- seals ---------------------------------------------------------------------------------------


def put_seal(
    crossing: UUID,
    number: str,
    said: Said,
    *,
    type: SealType = SealType.OTHER,
    grade: SealGrade | None = None,
    applied_by: str = "",
    on: str = "",
) -> Story:
    """Customs puts a seal on."""
    put = f.SealPut(number=_seal(number), type=type, grade=grade, applied_by=applied_by, on=on)
    return act(
        crossing, said, lambda story: put, lambda case, story: sd.against_putting_seal(case, put.number),
        prefer=CUSTOMS,
    )  # fmt: skip


def check_seal(crossing: UUID, number: str, intact: bool, said: Said) -> Story:
    """Customs looked at a seal."""
    checked = f.SealChecked(number=_seal(number), intact=intact)
    return act(
        crossing, said, lambda story: checked,
        lambda case, story: sd.against_checking_seal(case, checked.number), prefer=CUSTOMS,
    )  # fmt: skip


def break_seal(crossing: UUID, number: str, said: Said) -> Story:
    """Customs opens a seal, with words."""
    broken = f.SealBroken(number=_seal(number))
    return act(
        crossing, said, lambda story: broken,
        lambda case, story: sd.against_breaking_seal(case, broken.number, said.note), prefer=CUSTOMS,
    )  # fmt: skip


def _seal(typed: str) -> str:
    number = ids.clean(typed)
    if not number:
        raise Invalid([FieldError("number", "required")])
    return number


# --- turning around, another gate ----------------------------------------------------------------


def ask_to_turn(crossing: UUID, said: Said, *, gate: str = "") -> Story:
    """The business asks for its own vehicle, with words. Officers do not ask, they decide."""
    _known(gate)

    def judge(case: d.Case, story: Story) -> list[Objection]:
        if case.actor.agency is not None:
            raise NotAllowed
        return sd.against_asking_to_turn(case, said.note, gate)

    return act(crossing, said, lambda story: f.TurnAsked(gate=gate), judge)


def refuse_to_turn(crossing: UUID, said: Said) -> Story:
    """What the business asked is refused, with words."""
    return act(
        crossing,
        said,
        lambda story: f.TurnRefused(),
        lambda case, story: sd.against_refusing_to_turn(case, said.note),
        prefer=sd.ANSWERERS,
    )


def turn_around(crossing: UUID, said: Said) -> Story:
    """The vehicle goes back by the way it came, with words."""
    return act(
        crossing,
        said,
        lambda story: f.TurnedAround(),
        lambda case, story: sd.against_turning(case, said.note),
        prefer=sd.TURNERS,
    )


def move_to_gate(crossing: UUID, gate: str, said: Said) -> Story:
    """The vehicle turns around and goes on at another gate, as a crossing of its own, same declaration.

    Answers with the story of the crossing that it left. What survives: `core.special_decisions`.
    """
    if not gate:
        raise Invalid([FieldError("gate", "required")])
    _known(gate)
    with refusals_kept(crossing, said, sd.TURNERS), transaction.atomic():
        return _moved(crossing, gate, said)


def _moved(crossing: UUID, gate: str, said: Said) -> Story:
    now, reader = store.now(), references()
    at = moment_of(said.occurred_at, now)
    Declaration.objects.select_for_update().filter(crossing_id=crossing).first()
    announced = fold(store.facts_of(crossing)).content
    stories = store.lock(crossing, *binding.others([announced] if announced else []))
    if (story := stories.get(crossing)) is None:
        raise NotFound
    actor = actor_of(said.by, story, sd.TURNERS)
    other = uuid5(crossing, f"gate:{gate}")
    turned = f.TurnedAround(gate=gate, other=other)
    if said_before(story, said, actor, lambda story: turned):
        return story
    case = d.Case(story.state, actor, at, reader(story.gate))
    if against := sd.against_turning(case, said.note, gate):
        raise Refused(against)
    stories[other] = store.Story.unwritten(other)
    facts = [fact_of(crossing, turned, said, actor, at, now, None), *_goes_on(story, gate, other, said, now)]
    store.write(stories, facts, reader)
    pairing.settle(stories, other, _content(stories[other]), reader)
    binding.settle(stories, other, reader)
    matching.meet([stories[other]], How.DECLARED, reader)
    _follow(crossing, stories[other])
    return story


def _content(story: Story) -> Content:
    assert story.state.content is not None
    return story.state.content


def _known(gate: str) -> None:
    if gate and not Gate.objects.filter(pk=gate).exists():
        raise Invalid([FieldError("gate", "gate_unknown")])


def _goes_on(story: Story, gate: str, other: UUID, said: Said, now: datetime) -> list[Fact]:
    """The first facts of the crossing at the other gate: the same declaration, and what survives."""
    content, declared = story.state.content, story.state.declared
    assert content is not None
    assert declared is not None
    assert isinstance(declared.data, f.Declared)
    moved = structs.replace(content, gate=gate, yard=_yard_at(gate, content), receives_from="")
    data = f.Declared(number=declared.data.number, version=declared.data.version + 1, content=moved)
    came = f.CameFromGate(gate=story.gate, other=story.id)
    survives = [
        fact for (step, _), fact in sorted(story.state.confirmations.items()) if step in sd.SURVIVES_A_MOVE
    ]
    return [
        *(_again(fact, said_data, other, now) for fact, said_data in ((declared, data), (declared, came))),
        *(_again(fact, fact.data, other, now) for fact in [*survives, *_channels(story)]),
    ]


def _channels(story: Story) -> list[Fact]:
    void = f.voided(story.facts)
    return [x for x in story.facts if isinstance(x.data, f.ChannelSet) and x.id not in void]


def _again(fact: Fact, data: f.AnyData, other: UUID, now: datetime) -> Fact:
    """As it was said at the first gate: by whom, when; only recorded now, for the other crossing."""
    own = uuid5(fact.id, f"{other}:{data.__struct_config__.tag}")
    return structs.replace(fact, id=own, crossing=other, data=data, recorded_at=now, checkpoint="", note="")


def _yard_at(gate: str, content: Content) -> str:
    """(A) The first yard of the other gate, until the business names another: yards belong to gates."""
    if not content.yard:
        return ""
    first = Yard.objects.filter(gate_id=gate, temporary=False).order_by("code").first()
    return first.code if first else ""


def _follow(crossing: UUID, moved: Story) -> None:
    """The declaration goes on with the vehicle: its newest version is at the other gate."""
    content = _content(moved)
    found = Declaration.objects.filter(crossing_id=crossing).first()
    if found is not None:
        found.crossing_id = moved.id
        found.version += 1
        found.form = {**found.form, "gate": content.gate, "yard": content.yard}
        found.proposed_id, found.proposed_form = None, None  # it was about the gate that it left
        found.save(update_fields=["crossing_id", "version", "form", "proposed_id", "proposed_form"])


# --- health mode ---------------------------------------------------------------------------------


def hand_over(crossing: UUID, driver: str, plate: str, said: Said) -> Story:
    """A dedicated driver took the vehicle over with a dedicated tractor."""
    name = ids.mask_name(ids.clean(driver))
    if not name:
        raise Invalid([FieldError("driver", "required")])
    over = f.HandedOver(driver=name, plate=_plate(plate))
    return act(
        crossing, said, lambda story: over, lambda case, story: sd.against_handing_over(case),
        prefer=(Agency.BORDER_GUARD,),
    )  # fmt: skip


def _plate(typed: str) -> Plate:
    try:
        found = ids.parse_plate(typed)
    except ids.Invalid as bad:
        raise Invalid([FieldError("plate", bad.code, dict(bad.params))]) from bad
    return Plate(country=found.country, number=found.normalised, shown=found.shown, province=found.province)


# --- goods in store ------------------------------------------------------------------------------


def take_out(crossing: UUID, transfer: d.Transfer, said: Said) -> Story:
    """Stored goods go onto a later vehicle, linked and entered."""

    def data(story: Story) -> f.TakenOut:
        link = story.state.links.get(transfer.receiving)
        content = story.state.announced
        groups = content.groups if content else ()
        number = groups[transfer.group].customs_number if transfer.group < len(groups) else ""
        return f.TakenOut(
            receiving=transfer.receiving, plate=link.plate if link else "", group=transfer.group,
            customs_number=number, packages=transfer.packages,
        )  # fmt: skip

    return act(
        crossing, said, data, lambda case, story: sd.against_taking_out(case, transfer), prefer=sd.MOVERS
    )
