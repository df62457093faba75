"""The rule table of corrections in words, for `docs/procedures.md`: drawn from the code, never by hand."""

from collections.abc import Iterable

from cuakhauso.core.corrections import FEE_CHANGES, TABLE, Row, Subject
from cuakhauso.core.words import Agency

HEAD = """<a id="corrections"></a>

## Corrections

Free while nobody has confirmed anything and the vehicle has not entered. After that each change of a field is
approved by the agencies of its row; with the last of them the new version counts, and only the confirmations
named here open again, with the signatures that rest on them. Gate and, once entered, kind stay (but for one
kind of import to the other before goods have moved). A proposal by itself stops no vehicle (A).

| changed | must approve | once it has entered, also | opens again | law |
|---|---|---|---|---|
"""


def section() -> str:
    rows = [_line(subject, row) for subject, row in TABLE.items() if subject is not Subject.GATE]
    return HEAD + "\n".join([*rows, _line("whatever changes the fee", FEE_CHANGES)]) + "\n"


def _line(name: str, row: Row) -> str:
    assumed = " (A)" if row.assumed else ""
    cells = (name, _agencies(row.approve), _agencies(row.once_in), _codes(row.reopens), row.law + assumed)
    return f"| {' | '.join(cells)} |"


def _agencies(given: tuple[Agency, ...]) -> str:
    return " and ".join(given) or "–"


def _codes(given: Iterable[str]) -> str:
    return ", ".join(sorted(given)) or "–"
