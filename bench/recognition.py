"""The table of recognition: ours beside the packaged engines, on photos that nothing was trained on.

PHOTOS names a folder of photos with known answers, RENDERED one that `training/judged.py` drew; both have a
`labels.csv`, neither is copied. Held apart from training is what `training/photos.py` holds apart: this is
the same rule. What rests on rendered pictures says so. Both sides look at the same photos in turns, with one
thread; only looking is timed, and a plain decode is timed beside it, as the floor.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from cuakhauso.lane.vision import engine
from cuakhauso.lane.vision.cards import NoWeights
from cuakhauso.lane.vision.evaluation.figures import Board, Share, Tally, percentile
from cuakhauso.lane.vision.evaluation.labelled import (
    CHINESE,
    CONTAINER,
    VIETNAMESE,
    Labelled,
    photos_of,
    spread,
)
from cuakhauso.lane.vision.evaluation.report import in_words
from cuakhauso.lane.vision.evaluation.scoring import judged
from cuakhauso.lane.vision.reading import Looks, looked_at

from . import packaged

CONTAINERS, FRAMES, CROPS, VIETNAMESE_FRAMES = "ccby_valid", "frame_easypr", "crop_lprnet_test", "frame_misc"
YELLOW, GREEN = ("cn_yellow2", "crop_cn_yellow2"), ("cn_green", "cn_green_large", "crop_cn_green")
TRAILERS = ("cn_trailer", "vn_one_line_trailer", "vn_two_lines_trailer")
WEATHERS = ("night", "infrared", "rain", "mud", "motion")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `what`: exact, with_likely (exact, or a person is asked about the right code),
    accepted, or ms (of looking, the median)."""

    name: str
    what: str
    kind: str
    sets: tuple[str, ...]
    least: str
    aim: str
    rendered: bool = False


def drawn(name: str, kind: str, *sets: str, least: str = "–", aim: str = "–") -> Row:
    return Row(name, "exact", kind, sets, least, aim, rendered=True)


ROWS = (
    Row("container photo, exact as read", "exact", CONTAINER, (CONTAINERS,), "95 %", "98 %"),
    Row("container photo, exact as read or asked", "with_likely", CONTAINER, (CONTAINERS,), "95 %", "98 %"),
    Row("container photo, accepted / wrong", "accepted", CONTAINER, (CONTAINERS,), "88 % / 0", "95 % / 0"),
    Row("container photo, median", "ms", CONTAINER, (CONTAINERS,), "80 ms", "40 ms"),
    Row("Chinese frames, right plate first", "exact", CHINESE, (FRAMES,), "93 %", "97 %"),
    Row("Chinese cut-out plates", "exact", CHINESE, (CROPS,), "–", "–"),
    Row("Vietnamese frames", "exact", VIETNAMESE, (VIETNAMESE_FRAMES,), "–", "–"),
    Row("plate frame, median", "ms", "", (FRAMES, VIETNAMESE_FRAMES), "60 ms", "25 ms"),
    drawn("Chinese two-line yellow", CHINESE, *YELLOW, least="90 %", aim="97 %"),
    drawn("Chinese green 8", CHINESE, *GREEN, least="90 %", aim="97 %"),
    drawn("Vietnamese two-line crops", VIETNAMESE, "crop_vn_two_lines", least="96 %", aim="99 %"),
    drawn("Vietnamese frames, one line", VIETNAMESE, "vn_one_line"),
    drawn("Vietnamese frames, two lines", VIETNAMESE, "vn_two_lines"),
    drawn("trailers of both countries", "", *TRAILERS),
    drawn("standing container codes", CONTAINER, "code_standing"),
    *(drawn(f"plates, {weather}", "", f"plate_{weather}") for weather in WEATHERS),
    *(drawn(f"codes, {weather}", CONTAINER, f"code_{weather}") for weather in WEATHERS),
)


def held_apart(photos: list[Labelled]) -> list[Labelled]:
    """As `training/photos.py` has it: of the container photos the set that says so itself; of all others one
    in four, by the hash of the label, which those lists write without separators."""
    return [one for one in photos if is_apart(one.set, one.label)]


def is_apart(set_: str, label: str) -> bool:
    if set_ in ("ccby_train", "ccby_valid"):
        return set_ == "ccby_valid"
    return sha256(label.encode()).digest()[0] < 64


def measure(limit: int | None) -> dict[str, Any]:
    """Skipped, with the reason, where there are no photos or no weights."""
    folder, rendered = os.environ.get("PHOTOS"), os.environ.get("RENDERED")
    if not folder:
        return skipped("PHOTOS names no folder of photos with known answers")
    try:
        eyes = engine.eyes(threads=1)
    except NoWeights as fault:
        return skipped(str(fault))
    photos = spread(held_apart(photos_of(Path(folder))[0]), limit)
    pictures = spread(photos_of(Path(rendered))[0], limit) if rendered else []
    try:
        with packaged.running() as engines:
            ours, theirs, floor = side_by_side(photos + pictures, eyes, engines)
    except packaged.NotInstalled as fault:
        return skipped(str(fault))
    lines = list(table(ours, theirs, floor))
    print("\n".join(as_markdown(lines)), flush=True)
    every = {"ours": ours.as_json(), "packaged": theirs.as_json()}
    return {"photos": len(photos), "rendered": len(pictures), "decode_ms": floor, "rows": lines, **every}


def skipped(why: str) -> dict[str, Any]:
    print(f"recognition: not measured: {why}", flush=True)
    return {"skipped": why}


def side_by_side(
    photos: list[Labelled], eyes: Looks, engines: "packaged.Packaged"
) -> tuple[Board, Board, dict[str, float]]:
    """In turns, photo by photo: whatever else the machine does then, it does to both."""
    ours, theirs, decodes = Board(), Board(), dict[str, list[float]]()
    for one in photos:
        decodes.setdefault(one.set, []).append(decode_ms(one.path))
        seen, _ = looked_at(eyes, one.path, one.sought if one.is_crop else None)
        ours.add(judged(one, seen))
        theirs.add(judged(one, engines.look(one)))
    return ours, theirs, {name: round(sorted(ms)[len(ms) // 2], 1) for name, ms in decodes.items()}


def decode_ms(path: Path) -> float:
    began = time.perf_counter()
    with suppress(OSError), Image.open(path) as image:  # one that is cut off, as far as it goes
        image.convert("RGB")
    return (time.perf_counter() - began) * 1000


# --- the table ------------------------------------------------------------------------------------


def table(ours: Board, theirs: Board, floor: dict[str, float]) -> Iterator[dict[str, Any]]:
    for row in ROWS:
        mine, packed = (tally_of(board, row) for board in (ours, theirs))
        if not mine.photos:
            continue
        yield {
            "what": row.name + (" (rendered)" if row.rendered else ""),
            "packaged": cell(packed, row),
            "ours": cell(mine, row),
            "interval": interval(mine, row),
            "least": row.least,
            "aim": row.aim,
            "photos": mine.labelled if row.what != "ms" else mine.photos,
            "decode_ms": max(floor[name] for name in row.sets if name in floor) if row.what == "ms" else None,
        }


def tally_of(board: Board, row: Row) -> Tally:
    found = Tally()
    for kind, set_, tally in board.groups:
        if set_ in row.sets and row.kind in ("", kind):
            found.merge(tally)
    return found


def cell(tally: Tally, row: Row) -> str:
    if row.what == "ms":
        median = percentile(tally.looked_ms, 0.5)
        return "–" if median is None else f"{median:.0f} ms"
    share = in_words(tally.shares[row.what])[0]
    return f"{share} / {tally.accepted_wrong} of {tally.accepted}" if row.what == "accepted" else share


def interval(tally: Tally, row: Row) -> str:
    if row.what == "ms":
        return ""
    share: Share = tally.shares[row.what]
    return f"{share.low:.1%} to {share.high:.1%}"


def as_markdown(lines: list[dict[str, Any]]) -> Iterator[str]:
    yield "| | packaged today | ours | 95 % interval | at least | aim | photos |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for line in lines:
        floor = f" (decoding alone {line['decode_ms']:.0f} ms)" if line["decode_ms"] is not None else ""
        yield (
            f"| {line['what']}{floor} | {line['packaged']} | {line['ours']} | {line['interval']} | "
            f"{line['least']} | {line['aim']} | {line['photos']} |"
        )
