"""What a checkpoint needs, said a second time and from the page of procedures alone, with no word of `core`.

`open_needs` looks at plain facts: who confirmed what, what was charged and paid, which packages went where.
It knows no steps, legs or states; where it names an open need, nobody may give a permit.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from cuakhauso.core import facts as f
from cuakhauso.core.facts import Fact

BOTH = ("border_guard", "customs")
ENTRY = [("declared", ()), ("registration_accepted", ("customs",))]
CHECKED = [
    *ENTRY,
    ("entered", BOTH),
    ("health_checked", ("health",)),
    ("licence_checked", ("transport_licence",)),
]
IN_YARD = ("in_yard", ("any",))
LEFT = ("left_yard", BOTH)
OUT_OF_GOODS = [*CHECKED, IN_YARD, ("goods_all_gone", ()), ("signed", ()), ("cleared", ()), ("paid", ())]
INLAND = [*CHECKED, IN_YARD, ("cleared", ()), ("paid", ())]
RECEIVING = [
    ("declared", ()), ("entered", BOTH), ("received", ()), ("health_checked", ("health",)),
    ("released", ()), ("paid", ()),
]  # fmt: skip

# procedures.md 2, column "permit at … needs it". Whatever is not here is no way for that kind.
NEEDS = {
    "export": {
        ("B1", "out"): ENTRY,
        ("yard", "out"): [*CHECKED, ("cleared", ()), ("paid", ())],
        ("border_line", "out"): [*CHECKED, ("cleared", ()), ("paid", ()), LEFT],
    },
    "import_transshipment": {
        ("border_line", "in"): ENTRY,
        ("yard", "out"): OUT_OF_GOODS,
        ("border_line", "out"): [*OUT_OF_GOODS, LEFT],
    },
    "import_inland": {
        ("border_line", "in"): ENTRY,
        ("yard", "in"): INLAND,
        ("B2", "in"): [*INLAND, LEFT],
    },
    "receiving": {
        ("B1", "out"): [("declared", ())],
        ("yard", "in"): RECEIVING,
        ("B2", "in"): [*RECEIVING, LEFT],
    },
}


def open_needs(facts: Sequence[Fact], checkpoint: str, direction: str) -> list[str]:
    """Names of what is still missing there; "no_way" where that kind never passes."""
    declared = next((fact.data for fact in facts if isinstance(fact.data, f.Declared)), None)
    if declared is None:
        return ["declared"]
    way = NEEDS[declared.content.kind].get((checkpoint, direction))
    return ["no_way"] if way is None else list(_missing(facts, declared, way))


def _missing(
    facts: Sequence[Fact], declared: f.Declared, way: list[tuple[str, tuple[str, ...]]]
) -> Iterator[str]:
    said = {(d.step, str(fact.actor.agency)) for fact in facts if isinstance(d := fact.data, f.Confirmed)}
    for need, agencies in way:
        if agencies == ("any",):
            if not any(step == need for step, _ in said):
                yield need
        elif agencies:
            yield from (f"{need} by {agency}" for agency in agencies if (need, agency) not in said)
        elif need in SPECIAL and not SPECIAL[need](facts, declared, said):
            yield need


def _paid(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    owed: Counter[str] = Counter()
    for fact in facts:
        if isinstance(fact.data, f.Charged):
            owed[fact.data.order] += fact.data.amount
        elif isinstance(fact.data, f.Paid):
            owed[fact.data.order] -= fact.data.amount
    return bool(owed) and all(amount <= 0 for amount in owed.values())


def _cleared(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    """Customs examined; or every declaration went green and the registration was accepted."""
    green = {fact.data.customs_number[:11] for fact in facts if _is_green(fact)}
    all_green = {group.customs_number[:11] for group in declared.content.groups} <= green
    return ("customs_cleared", "customs") in said or (
        all_green and ("registration_accepted", "customs") in said
    )


def _is_green(fact: Fact) -> bool:
    return isinstance(fact.data, f.ChannelSet) and fact.data.channel == "green"


def _all_gone(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    gone = Counter[int]()
    for fact in facts:
        if isinstance(fact.data, f.Transshipped | f.Disposed):
            gone[fact.data.group] += fact.data.packages
    return all(gone[i] >= group.packages for i, group in enumerate(declared.content.groups))


def _signed(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    return ("transshipment_signed", "customs") in said


def _received(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    return any(isinstance(fact.data, f.Received) for fact in facts)


def _released(facts: Sequence[Fact], declared: f.Declared, said: set[tuple[str, str]]) -> bool:
    word = {(d.source, d.group): d.released for fact in facts if isinstance(d := fact.data, f.GoodsReleased)}
    taken = [d for fact in facts if isinstance(d := fact.data, f.Received)]
    return bool(taken) and all(d.customs_number and word.get((d.source, d.group)) for d in taken)


SPECIAL = {
    "paid": _paid,
    "cleared": _cleared,
    "goods_all_gone": _all_gone,
    "signed": _signed,
    "received": _received,
    "released": _released,
}
