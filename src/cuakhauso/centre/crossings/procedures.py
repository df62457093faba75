"""Every procedure as a page and a drawing, generated from the law itself: steps, agencies, needs, law.

`cuakhauso procedures` writes `docs/procedures.md` and one SVG for each kind and regime; a test holds that the
files in `docs/` are what this code says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from django.utils.translation import override

from cuakhauso.core.procedure import (
    BY_BORDER_GUARD_ALONE,
    HEALTH_MODE,
    RECORDED_WHEN_GIVEN,
    Leg,
    Procedure,
    procedure,
    turning,
)
from cuakhauso.core.regimes import ADDED, RegimeLeg, regime_leg
from cuakhauso.core.steps import STEPS, Step, StepCode
from cuakhauso.core.words import CheckpointKind, Kind, Regime, Stay

from ..web import words
from . import correction_table

S = StepCode
FOLDER = Path("pictures") / "procedures"
WHEN = {
    S.IN_YARD: "the gate has a yard",
    S.PLANT_QUARANTINED: "the goods' HS chapter asks for it",
    S.ANIMAL_QUARANTINED: "the goods' HS chapter asks for it",
    S.CUSTOMS_CLEARED: "red after a look at the goods, yellow at the papers; green with the registration (A)",
    S.WEIGHED: "the place has a scale",
    S.PAID: "something is charged",
    S.LOOKED_EMPTY: "a receiving vehicle that got nothing",
    S.TWO_WAY_REGISTERED: "the two-way pilot is asked for and in force",
    S.ESCORTED: "the Board has set an escort for the regime (A)",
    S.FIRST_LEG_MATCHED: "by itself where the platform knows the first leg",
    S.SEAL_PUT_ON: "done by recording a seal",
    S.SEAL_CHECKED: "done by recording that each seal is intact",
    **dict.fromkeys(HEALTH_MODE, "the health mode is on, before the vehicle enters"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One procedure with the names under which it is found."""

    name: str
    title: str
    vietnamese: str
    law: Procedure


def _words(table: words.Words, code: object, language: str) -> str:
    with override(language):
        return words.of(table, code)


def every() -> Iterator[Drawn]:
    """Each kind under each regime that it can have; the two returns; the two ways of turning around."""
    for kind in Kind:
        for regime in Regime if kind is not Kind.EMPTY_RETURN else (Regime.BUSINESS,):
            yield from _of(kind, regime)
    yield _two_way()
    for abroad, kind in ((False, Kind.EXPORT), (True, Kind.IMPORT_INLAND)):
        name = "turned around, " + ("back abroad" if abroad else "back inland")
        shown = "quay đầu, " + ("ra nước ngoài" if abroad else "vào nội địa")
        yield Drawn(f"turning-{'abroad' if abroad else 'inland'}", name, shown, turning(kind, abroad))


def _of(kind: Kind, regime: Regime) -> Iterator[Drawn]:
    for ours in (True, False) if kind is Kind.EMPTY_RETURN else (True,):
        more = ("" if ours else "-abroad") if kind is Kind.EMPTY_RETURN else ""
        title = _named(kind, regime, "en") + (" (foreign, back abroad)" if more else "")
        shown = _named(kind, regime, "vi") + (" (xe nước ngoài, về bên kia)" if more else "")
        yield Drawn(f"{kind}-{regime}{more}", title, shown, procedure(kind, regime, Stay.ORDINARY, ours))


def _named(kind: Kind, regime: Regime, language: str) -> str:
    name = _words(words.KINDS, kind, language)
    leg = regime_leg(kind, regime)
    if regime is Regime.BUSINESS:
        return name
    which = {
        ("en", RegimeLeg.FIRST): "first leg", ("en", RegimeLeg.SECOND): "second leg",
        ("vi", RegimeLeg.FIRST): "chặng đầu", ("vi", RegimeLeg.SECOND): "chặng sau",
    }  # fmt: skip
    added = f", {which[language, leg]}" if leg else ""
    return f"{name}: {_words(words.REGIMES, regime, language)}{added}"


def _two_way() -> Drawn:
    kind = Kind.IMPORT_INLAND
    title = f"{_named(kind, Regime.BUSINESS, 'en')}: {_words(words.STAYS, Stay.TWO_WAY, 'en')}"
    shown = f"{_named(kind, Regime.BUSINESS, 'vi')}: {_words(words.STAYS, Stay.TWO_WAY, 'vi')}"
    return Drawn(f"{kind}-two_way", title, shown, procedure(kind, Regime.BUSINESS, Stay.TWO_WAY, False))


# --- in words --------------------------------------------------------------------------------------

HEAD = """# Every procedure

Generated from `core/procedure.py`, `core/steps.py` and `core/regimes.py` by `cuakhauso procedures`; not
written by hand. `tests/core/test_every_procedure.py` proves of each that every step can be reached, that the
end can be reached from every state that an officer can cause, and that no state is without someone whose
move it is.

Confirmations come in any order. Only passages wait: a checkpoint gives its permit once the steps with its
name under "permit at" are done and nothing else stands against it (`core/permit.py`). "both" means two words,
one by each agency. `(A)` is our assumption where no public text decides.

The last word on goods is customs' alone: `customs_cleared` is customs' own confirmation, which the platform
records and never replaces, and no permit releases goods.

In the drawings dark bars are passages; above each stands what it waits for. Dashed: only sometimes needed.
Blue: added by the regime, the pilot or the health mode.
"""


def page() -> str:
    drawn = list(every())
    toc = [f"- [{one.title}](#{one.name}) · {one.vietnamese}" for one in drawn]
    toc.append("- [Corrections](#corrections) · sửa khai báo")
    return "\n".join([HEAD, *toc, "", *(_section(one) for one in drawn), correction_table.section()])


def _section(one: Drawn) -> str:
    law = one.law
    rows = [_row(law, code) for code in law.steps]
    legs = [f"{_at(leg)} ({leg.direction}) → {leg.to}" for leg in law.legs]
    return "\n".join(
        [
            f'<a id="{one.name}"></a>', "", f"## {one.title}", "", one.vietnamese, "",
            f"![{one.title}]({FOLDER.as_posix()}/{one.name}.svg)", "",
            f"Ways: {'; '.join(legs)}. It ends with `{law.ends_with}`.", "",
            "| step | who | where | needed when | permit at | law |", "|---|---|---|---|---|---|", *rows, "",
        ]
    )  # fmt: skip


def _row(law: Procedure, code: StepCode) -> str:
    step = _step(law, code)
    legs = law.legs[:1] if code in HEALTH_MODE else law.legs
    permits = ", ".join(dict.fromkeys(_at(leg) for leg in legs if code in leg.needs))
    where = ", ".join(_words(words.CHECKPOINTS, at, "en") for at in _points(law, step)) or "at a desk"
    name = f"{_words(words.STEPS, code, 'en')} · {_words(words.STEPS, code, 'vi')} (`{code}`)"
    return f"| {name} | {_who(step)} | {where} | {_when(law, code)} | {permits or '–'} | {step.law} |"


def _step(law: Procedure, code: StepCode) -> Step:
    return BY_BORDER_GUARD_ALONE[code] if code in law.alone else STEPS[code]


def _who(step: Step) -> str:
    names = [_words(words.PARTIES, party, "en") for party in step.parties]
    if len(names) < 2:
        return names[0]
    return f"{' or '.join(names)}" if step.any_agency else f"both {' and '.join(names)}"


def _points(law: Procedure, step: Step) -> list[CheckpointKind]:
    """Of the points where a step can be done, those on this way."""
    way = {leg.at for leg in law.legs}
    return [at for at in step.at if at in way]


def _when(law: Procedure, code: StepCode) -> str:
    if code in law.optional or code in RECORDED_WHEN_GIVEN:
        return "recorded when given (A)"
    return WHEN.get(code, "always")


def _at(leg: Leg) -> str:
    return _words(words.CHECKPOINTS, leg.at, "en")


# --- drawn -----------------------------------------------------------------------------------------

WIDE, ROW, TOP, SIDE = 760, 30, 66, 16
STYLE = (
    "text{font-family:Inter,Arial,sans-serif;font-size:13px;fill:#182433}.t{font-size:16px;font-weight:600}"
    ".w{fill:#475569}.s{fill:#fff;stroke:#94a3b8}.o{stroke-dasharray:4 3}.n{fill:#e0f2fe;stroke:#0369a1}"
    ".g{fill:#0c4a6e}.l{fill:#fff;font-weight:600}.a{stroke:#0369a1;stroke-width:2;fill:none}"
)


def drawing(one: Drawn) -> str:
    """Top to bottom: what each passage waits for, then the passage. The looks are told in `HEAD`."""
    parts, y = [], TOP
    done: set[StepCode] = set()
    for leg in _different(one.law):
        for code in (c for c in one.law.steps if c in leg.needs and c not in done):
            parts.append(_box(one.law, code, y))
            y += ROW
        done |= {*leg.needs, leg.states}
        parts.append(_passage(one.law, leg, y))
        y += ROW + 14
    rest = [code for code in one.law.steps if code not in done]
    parts += [_box(one.law, code, y + i * ROW) for i, code in enumerate(rest)]
    height = y + len(rest) * ROW + SIDE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" role="img"'
            f' aria-label="{escape(one.title)}"><style>{STYLE}</style>',
            f'<rect width="{WIDE}" height="{height}" fill="#f8fafc"/>',
            f'<text class="t" x="{SIDE}" y="28">{escape(one.vietnamese)}</text>',
            f'<text class="w" x="{SIDE}" y="48">{escape(one.title)}</text>', *parts, "</svg>", "",
        ]
    )  # fmt: skip


def _different(law: Procedure) -> list[Leg]:
    """Two ways out that state the same are drawn as one."""
    return list({leg.states: leg for leg in reversed(law.legs)}.values())[::-1]


ADDED_STEPS = frozenset(
    {code for codes in ADDED.values() for code in codes} | {S.TWO_WAY_REGISTERED, *HEALTH_MODE}
)


def _box(law: Procedure, code: StepCode, y: int) -> str:
    step = _step(law, code)
    looks = ["n" if code in ADDED_STEPS else "s"]
    if code in WHEN or code in law.optional:
        looks.append("o")
    who = [
        _words(words.SHORT_AGENCIES if step.party is None else words.PARTIES, p, "vi") for p in step.parties
    ]
    joined = (" hoặc " if step.any_agency else " và ").join(who)
    named = _words(words.STEPS, code, "vi")
    return _bar(" ".join(looks), y, ROW - 5) + _texts(
        y + 17, ("", named), ("w", joined), ("w", _places(law, step))
    )


def _bar(looks: str, y: int, height: int) -> str:
    return f'<rect class="{looks}" x="{SIDE}" y="{y}" width="{WIDE - 2 * SIDE}" height="{height}" rx="5"/>'


COLUMNS = ((SIDE + 10, "start"), (SIDE + 300, "start"), (WIDE - SIDE - 10, "end"))


def _texts(y: int, *told: tuple[str, str]) -> str:
    """Left, in the middle, right: a look and words each."""
    return "".join(
        f'<text class="{look}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
        for (x, anchor), (look, text) in zip(COLUMNS, told, strict=True)
        if text
    )


def _places(law: Procedure, step: Step) -> str:
    return ", ".join(_words(words.CHECKPOINTS, at, "vi") for at in _points(law, step))


def _passage(law: Procedure, leg: Leg, y: int) -> str:
    ways = " hoặc ".join(
        _words(words.CHECKPOINTS, one.at, "vi") for one in law.legs if one.states is leg.states
    )
    to = _words(words.PLACES, leg.to, "vi")
    who = " và ".join(_words(words.SHORT_AGENCIES, a, "vi") for a in _step(law, leg.states).agencies)
    named = _words(words.STEPS, leg.states, "vi")
    arrow = f'<path class="a" d="M{WIDE // 2} {y + ROW}v14"/>'
    return _bar("g", y, ROW) + _texts(y + 20, ("l", f"{ways} → {to}: {named}"), ("", ""), ("l", who)) + arrow


def files() -> dict[Path, str]:
    """Every file below `docs/`, by its path there."""
    found = {FOLDER / f"{one.name}.svg": drawing(one) for one in every()}
    return {Path("procedures.md"): page(), **found}


def write(docs: Path) -> list[Path]:
    """Writes them, and takes away drawings of procedures that are no more."""
    made = files()
    for path, text in made.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text, encoding="utf-8")
    for old in (docs / FOLDER).glob("*.svg"):
        if FOLDER / old.name not in made:
            old.unlink()
    return sorted(made)
