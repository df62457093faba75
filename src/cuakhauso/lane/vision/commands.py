"""`cuakhauso read` and `cuakhauso evaluate`: what recognition makes of photos, beside no gate. No Django.
The engine is loaded where it is needed: onnxruntime takes a third of a second, and lists of commands do not
look at photos.

How they end: 0, all was done; 1, some photos could not be opened, or nothing was measured; 2, the command
itself is wrong, or there are no weights.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import click

from ..sentences import Language, say
from . import reading
from .cards import NoWeights, cards
from .contracts import Kind, Picture
from .drawing import ENDINGS, drawn, places, write
from .evaluation import labelled
from .evaluation.figures import Board, percentile
from .evaluation.gallery import Gallery
from .evaluation.report import in_words, page
from .evaluation.running import each_judged
from .evaluation.words import COUNTED, KINDS, LABELS, WRONGS, is_told
from .seeing import Eyes
from .words import NO_WEIGHTS, language_of_surroundings

FAULTS_TOLD = 40
TELL_EVERY = 1.0  # seconds

LANGUAGE = click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    default=None,
    help="Of what is told. By default the terminal's, Vietnamese where it has none.",
)


def made() -> Eyes:
    """Our own eyes, of one thread."""
    from .engine import eyes

    return eyes(threads=1)


def _eyes(spoken: str) -> Eyes:
    try:
        return made()
    except NoWeights as fault:
        _end(say(NO_WEIGHTS, spoken).format(path=fault))


def _end(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)


# --- read ----------------------------------------------------------------------------------------


def _about(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    for card in cards():
        click.echo(f"{card.name} ({card.licence}): {card.made}")
        for source in card.data:
            click.echo(f"    of {source}")
        for what, figure in card.figures.items():
            click.echo(f"    {what}: {figure}")
    context.exit()


@click.command()
@click.option(
    "--about",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_about,
    help="Print how the networks were made, of what, under which licence and how good they are, and end.",
)
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each photo.")
@click.option(
    "--draw",
    type=click.Path(path_type=Path),
    help="Draw what was found: a file for one photo, a folder for several.",
)
@click.option(
    "--crop",
    type=click.Choice(["plate", "code"]),
    help="The photos are cut out already: nothing but a plate, or a container's code.",
)
@LANGUAGE
def read(
    photos: tuple[Path, ...], as_json: bool, draw: Path | None, crop: str | None, language: str | None
) -> None:
    """Print what is written on the vehicles of PHOTOS, and why a person would have to look. Opens nothing.

    Ends with 0 when every photo was looked at, with 1 when some could not be opened.
    """
    spoken, kind = language or language_of_surroundings(), Kind(crop) if crop else None
    drawings = _drawings(draw, photos)
    eyes, unopened = _eyes(spoken), 0
    for n, path in enumerate(photos):
        photo, picture = reading.looked_at(eyes, path, kind)
        unopened += photo.unopened is not None
        if as_json:
            click.echo(json.dumps(reading.as_json(photo, spoken), ensure_ascii=False))
        else:
            click.echo("\n".join(reading.in_lines(photo, spoken)))
        if drawings and picture is not None:
            _draw(picture, photo, drawings[n])
    sys.exit(1 if unopened else 0)


def _drawings(draw: Path | None, photos: tuple[Path, ...]) -> tuple[Path, ...]:
    if draw is None:
        return ()
    try:
        return places(draw, photos)
    except ValueError:
        raise click.BadParameter(
            f"{draw}: a file ({', '.join(ENDINGS)}) for one photo, a folder for several", param_hint="--draw"
        ) from None


def _draw(picture: Picture, photo: reading.Photo, out: Path) -> None:
    try:
        write(drawn(picture, photo.sightings), out)
    except OSError as error:
        _end(f"{out}: {error.strerror or error}")


# --- evaluate ------------------------------------------------------------------------------------


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with file, label and, where told, kind (container, cn, vn) and set. "
    "By default labels.csv in FOLDER, else the files' names: …_LABEL.jpg.",
)
@click.option(
    "--json", "json_out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here."
)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with the misses here."
)
@click.option(
    "--processes", type=click.IntRange(1, 256), default=1, show_default=True, help="Of one thread each."
)
@click.option("--limit", type=click.IntRange(1), help="So many photos, evenly out of all.")
@click.option(
    "--gallery", type=click.IntRange(0), default=200, show_default=True, help="Misses that are shown."
)
@click.option("--crops", is_flag=True, help="All photos are cut out already; sets named crop… always are.")
@click.option("--skip-faulty", is_flag=True, help="Leave out lines of the labels that are wrong.")
@LANGUAGE
def evaluate(
    folder: Path,
    labels: Path | None,
    json_out: Path | None,
    report: Path | None,
    *,
    processes: int,
    limit: int | None,
    gallery: int,
    crops: bool,
    skip_faulty: bool,
    language: str | None,
) -> None:
    """Measure recognition on the photos of FOLDER, of which the answers are known.

    Exact matches, wrong signs, what would be taken without a person and how much of that is wrong, times; for
    each kind and set, with the interval in which the truth lies.
    """
    spoken = language or language_of_surroundings()
    try:
        photos, faults = labelled.photos_of(folder, labels, skip_faulty=skip_faulty)
    except labelled.FaultyList as faulty:
        _tell_faults(faulty.faults, spoken)
        sys.exit(2)
    _tell_faults(faults, spoken, ends=False)
    _eyes(spoken)  # where there are none, that is said once and in words
    board, misses = Board(), Gallery(gallery)
    _measure(
        labelled.spread(photos, limit), board, misses, spoken, processes, crops, bool(report or json_out)
    )
    told = {"version": version("cuakhauso"), "at": _now().isoformat(timespec="seconds")}
    _tell(board, spoken)
    if json_out:
        _write(
            json_out,
            json.dumps(_as_json(board, misses, told, len(faults)), ensure_ascii=False, indent=1),
            spoken,
        )
    if report:
        html = page(
            board, misses.kept, language=spoken, at=_now(), version=told["version"], left_out=len(faults)
        )
        _write(report, html, spoken)


def _measure(
    photos: list[labelled.Labelled],
    board: Board,
    misses: Gallery,
    spoken: str,
    processes: int,
    crops: bool,
    pictures: bool,
) -> None:
    tell = _progress(len(photos), say(LABELS["progress"], spoken))
    try:
        for n, one in enumerate(each_judged(photos, made, processes, crops=crops, pictures=pictures), 1):
            board.add(one.judged)
            misses.add(one)
            tell(n)
    except BrokenProcessPool:
        click.echo(say(LABELS["broken"], spoken), err=True)
        sys.exit(1)


def _progress(total: int, words: str) -> Callable[[int], None]:
    """To stderr: over and over on a terminal, now and then into a file."""
    on_terminal, last = sys.stderr.isatty(), time.monotonic()
    every = TELL_EVERY if on_terminal else 30 * TELL_EVERY

    def tell(n: int) -> None:
        nonlocal last
        if n < total and time.monotonic() - last < every:
            return
        last = time.monotonic()
        sentence = words.format(n=n, all=total)
        click.echo(f"\r{sentence}" if on_terminal else sentence, err=True, nl=not on_terminal or n == total)

    return tell


def _tell_faults(faults: list[labelled.Fault], spoken: str, *, ends: bool = True) -> None:
    for fault in faults[:FAULTS_TOLD]:
        sentence = say(WRONGS[fault.wrong], spoken).format(about=fault.about)
        line = say(LABELS["line"], spoken).format(n=fault.line, what=sentence) if fault.line else sentence
        click.echo(line, err=True)
    if len(faults) > FAULTS_TOLD:
        click.echo(say(LABELS["more_faults"], spoken).format(n=len(faults) - FAULTS_TOLD), err=True)
    if faults and ends:
        click.echo(say(LABELS["nothing_measured"], spoken), err=True)


def _tell(board: Board, spoken: str) -> None:
    """The figures, as lines of the terminal."""
    for kind, set_, tally in board.groups:
        click.echo(f"{say(KINDS[kind], spoken)}  {set_}  ({tally.photos})")
        for name in (*COUNTED, "unlabelled_accepted"):
            share, rests_on = in_words(tally.shares[name])
            if rests_on and is_told(name, kind):
                click.echo(f"  {say(LABELS[name], spoken)}: {share}  ({rests_on})")
        times = [percentile(tally.looked_ms, part) for part in (0.5, 0.9)]
        shown = "; ".join("–" if ms is None else f"{ms:.0f}" for ms in times)
        click.echo(f"  {say(LABELS['looked'], spoken)}: {shown}")


def _as_json(board: Board, misses: Gallery, told: dict[str, str], left_out: int) -> dict[str, Any]:
    return told | {
        "photos": board.photos,
        "lines_left_out": left_out,
        "groups": board.as_json(),
        "misses": [
            {
                "file": one.judged.file, "miss": one.judged.miss, "label": one.judged.label,
                "read": one.judged.text, "likely": one.judged.likely,
                "confidence": round(one.judged.confidence, 4),
                "why_not": [why.value for why in one.judged.why_not],
                "unopened": one.judged.unopened.value if one.judged.unopened else None,
            }
            for one in misses.kept
        ],
    }  # fmt: skip


def _write(path: Path, text: str, spoken: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _end(f"{path}: {error.strerror or error}")
    click.echo(say(LABELS["written"], spoken).format(path=path), err=True)


def _now() -> datetime:
    return datetime.now().astimezone()
