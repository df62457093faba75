"""`docs/procedures.md` and its drawings say what the code says."""

from pathlib import Path

from cuakhauso.centre.crossings.procedures import FOLDER, every, files, write
from cuakhauso.core.procedure import procedure
from cuakhauso.core.words import Kind, Regime, Stay

DOCS = Path(__file__).parents[2] / "docs"


def test_the_drawn_procedures_are_those_of_the_code():
    """After a change on purpose: `cuakhauso procedures`."""
    made = files()
    assert {path: (DOCS / path).read_text(encoding="utf-8") for path in made} == made
    assert {path.name for path in (DOCS / FOLDER).glob("*.svg")} == {
        path.name for path in made if path.suffix == ".svg"
    }


def test_no_kind_under_any_regime_is_missing():
    drawn = {one.law for one in every()}
    for kind in Kind:
        for regime in Regime if kind is not Kind.EMPTY_RETURN else (Regime.BUSINESS,):
            assert procedure(kind, regime, Stay.ORDINARY, True) in drawn


def test_every_drawing_has_a_name_and_closes_what_it_opens():
    for path, text in files().items():
        if path.suffix == ".svg":
            assert ' aria-label="' in text
            assert text.count("<text") == text.count("</text>")


def test_writing_takes_away_what_is_no_procedure_any_more(tmp_path):
    write(tmp_path)
    (tmp_path / FOLDER / "gone.svg").write_text("x")
    assert len(write(tmp_path)) == len(list((tmp_path / FOLDER).iterdir())) + 1
