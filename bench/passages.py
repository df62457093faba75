"""Who is it: passages of five frames a camera against 2,000 expected crossings, by `core/evidence.py`.

`modelled`: ten thousand passages of a model (`passage_model.py`, which says what it assumes). `rendered`:
where PASSAGES names a folder that `training/passages.py` filled and the package has weights, the same on
pictures read by our readers; each file has expected vehicles of its own. Of each: the likeliest is the right
one; accepted without a person; wrongly accepted; all with their 95 % interval; milliseconds of processor a
passage.
"""

import json
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from math import sqrt
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from PIL import Image

from cuakhauso.core.evidence import USUAL, Evidence, Expected, judge
from cuakhauso.core.looks import Sort, Track
from cuakhauso.lane.vision import engine
from cuakhauso.lane.vision.cards import NoWeights
from cuakhauso.lane.vision.contracts import Found, Kind

from .passage_model import Passage, Vehicle, What, declared, fleet, passages

EXPECTED = 2_000
SORTS = {"plate": Sort.PLATE, "code": Sort.CODE}


@dataclass(slots=True)
class Count:
    """`right`: the likeliest is who it is, or nobody was accepted where nobody was expected."""

    many: Counter[What] = field(default_factory=Counter)
    right: Counter[What] = field(default_factory=Counter)
    accepted: Counter[What] = field(default_factory=Counter)
    wrong: Counter[What] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)

    def add(self, passage: Passage, found: Evidence, ms: float) -> None:
        what, likeliest = passage.what, found.candidates[0].crossing if found.candidates else None
        self.many[what] += 1
        self.ms.append(ms)
        self.right[what] += (likeliest if passage.truth else found.accepted) == passage.truth
        self.accepted[what] += found.accepted is not None
        self.wrong[what] += found.accepted is not None and found.accepted != passage.truth

    def merge(self, other: "Count") -> None:
        for mine, its in (
            (self.many, other.many), (self.right, other.right), (self.accepted, other.accepted),
            (self.wrong, other.wrong),
        ):  # fmt: skip
            mine.update(its)
        self.ms += other.ms


def measured(given: Iterable[Passage], expected: Expected) -> dict[str, Any]:
    return as_figures(counted(given, expected), len(expected.answers))


def counted(given: Iterable[Passage], expected: Expected) -> Count:
    count = Count()
    for passage in given:
        began = time.process_time()
        found = judge(expected, passage.tracks, USUAL)
        count.add(passage, found, (time.process_time() - began) * 1000)
    return count


def as_figures(count: Count, expected: int) -> dict[str, Any]:
    total, mine = count.many.total(), count.many[What.EXPECTED]
    return {
        "passages": dict(count.many),
        "expected": expected,
        "identity_right": shared(count.right.total(), total),
        "accepted_of_expected": shared(count.accepted[What.EXPECTED], mine),
        "wrongly_accepted": {**dict(count.wrong), "all": shared(count.wrong.total(), total)},
        "ms": {f"p{p}": round(float(np.percentile(count.ms, p)), 2) for p in (50, 95, 99)},
    }


def shared(part: int, of: int) -> dict[str, Any]:
    """With Wilson's 95 % interval."""
    if not of:
        return {"n": 0}
    z, p = 1.96, part / of
    middle, wide = (p + z * z / (2 * of)), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((middle - wide) / (1 + z * z / of), (middle + wide) / (1 + z * z / of))
    return {"n": of, "of_n": part, "percent": round(100 * p, 3),
            "interval": [round(100 * max(0.0, low), 3), round(100 * min(1.0, high), 3)]}  # fmt: skip


def measure(many: int) -> dict[str, Any]:
    rng = random.Random(20260504)
    vehicles = fleet(EXPECTED, rng)
    expected = Expected.of(declared(one, n, rng) for n, one in enumerate(vehicles))
    return {
        "modelled": measured(passages(many, vehicles, rng), expected),
        "more_expected": _quickness(5_000),
        "rendered": _rendered(),
        "aim": {"identity_right_percent": 99.8, "wrongly_accepted_of_10000": 0},
    }


def _quickness(many: int) -> dict[str, Any]:
    """The same with more expected: time alone."""
    rng = random.Random(1)
    vehicles = fleet(many, rng)
    expected = Expected.of(declared(one, n, rng) for n, one in enumerate(vehicles))
    return {"expected": many, "ms": measured(passages(100, vehicles, rng), expected)["ms"]}


# --- rendered ------------------------------------------------------------------------------------------


def _rendered() -> dict[str, Any] | str:
    told = os.environ.get("PASSAGES")
    if not told:
        return "not measured: PASSAGES names no folder of training/passages.py"
    files = sorted(Path(told).glob("*.npz"))
    if not files:
        return f"not measured: {told} has no passages"
    try:
        engine.eyes(threads=1)
    except NoWeights as error:
        return f"not measured: the package has no weights ({error})"
    with multiprocessing.get_context("spawn").Pool() as pool:
        counts = pool.map(counted_from, files, chunksize=1)
    total = Count()
    for count, _ in counts:
        total.merge(count)
    return as_figures(total, counts[0][1]) | {"files": len(files)}


def counted_from(path: Path) -> tuple[Count, int]:
    """One process, one core. And how many are expected."""
    readers = engine.eyes(threads=1)._readers
    with np.load(path) as file:
        meta = json.loads(bytes(file["meta"]))
        expected = Expected.of(_declared(one, n) for n, one in enumerate(meta["expected"]))
        return counted(read_from(file, meta, readers), expected), len(expected.answers)


def _declared(told: dict[str, str], n: int) -> Any:
    return declared(Vehicle(**told), n, random.Random(n))


def read_from(file: Any, meta: dict[str, Any], readers: Any) -> Iterator[Passage]:
    """Each frame is a picture and the corners that a finder would give, a little off."""
    pictures, ends, corners = file["pictures"], file["ends"], file["corners"]

    def look(n: int, kind: Kind) -> Any:
        start = int(ends[n - 1]) if n else 0
        picture = np.asarray(Image.open(BytesIO(pictures[start : int(ends[n])].tobytes())).convert("RGB"))
        quad: Any = tuple((float(x), float(y)) for x, y in corners[n])
        return readers[kind].read(picture, Found(kind, quad, 1.0))

    for one in meta["passages"]:
        yield Passage(
            What(one["what"]),
            UUID(int=one["truth"] + 1) if one["truth"] is not None else None,
            tuple(
                Track(track["source"], SORTS[track["kind"]],
                      tuple(look(n, Kind(track["kind"])) for n in track["frames"]))
                for track in one["tracks"]
            ),
        )  # fmt: skip
