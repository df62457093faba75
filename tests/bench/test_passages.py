"""The bench of passages: who comes is known, and what pictures say reaches the same judge."""

import json
import random
from io import BytesIO
from uuid import UUID

import numpy as np
from PIL import Image

from bench import passages
from bench.passage_model import FRAMES, What, declared, fleet
from cuakhauso.core.evidence import Expected
from cuakhauso.lane.vision.contracts import Kind

LANE = {"plate": "12C10005", "trailer": "12R00088", "container": "CSQU3054383"}


def test_modelled_passages_are_counted_by_who_came():
    rng = random.Random(5)  # noqa: S311  no secret
    vehicles = fleet(60, rng)
    expected = Expected.of(declared(one, n, rng) for n, one in enumerate(vehicles))
    found = passages.measured(passages.passages(60, vehicles, rng), expected)
    assert sum(found["passages"].values()) == 60
    assert found["wrongly_accepted"]["all"]["of_n"] == 0
    assert found["identity_right"]["percent"] >= 95
    assert 0 < found["accepted_of_expected"]["of_n"] <= found["passages"][What.EXPECTED]


def test_shares_have_an_interval_that_is_never_empty_of_doubt():
    none = passages.shared(0, 10_000)
    assert none["percent"] == 0
    assert 0.03 < none["interval"][1] < 0.05
    assert passages.shared(0, 0) == {"n": 0}


class Says:
    """A reader that knows what is on each picture by its first pixel."""

    def __init__(self, *texts):
        self.texts, self.asked = texts, []

    def read(self, picture, found):
        self.asked.append(found)
        text = self.texts[round(picture[0, 0, 0] / 60)]
        clear = 0.99 - len(self.asked) / 10_000
        return tuple({sign: clear} for sign in text)


def filmed(path, *passages_told):
    jpegs = []
    for n in range(3 * FRAMES):
        kept = BytesIO()
        Image.new("RGB", (40, 20), (60 * (n // FRAMES), 0, 0)).save(kept, "JPEG", quality=95)
        jpegs.append(kept.getvalue())
    meta = {"seed": 1, "expected": [LANE], "passages": passages_told}
    np.savez(
        path,
        pictures=np.frombuffer(b"".join(jpegs), np.uint8),
        ends=np.cumsum([len(one) for one in jpegs]),
        corners=np.zeros((len(jpegs), 4, 2), np.float32),
        meta=np.frombuffer(json.dumps(meta).encode(), np.uint8),
    )


def track(source, kind, first):
    return {"source": source, "kind": kind, "frames": list(range(first * FRAMES, (first + 1) * FRAMES))}


def test_rendered_passages_are_read_by_the_readers_and_judged(tmp_path):
    path = tmp_path / "passages.npz"
    front, side = track("front", "plate", 0), track("side", "code", 2)
    filmed(
        path,
        {"what": "expected", "truth": 0, "tracks": [front, track("rear", "plate", 1), side]},
        {"what": "exchanged", "truth": None, "tracks": [side]},
    )
    reader = Says(*LANE.values())
    with np.load(path) as file:
        meta = json.loads(bytes(file["meta"]))
        readers = {Kind.PLATE: reader, Kind.CODE: reader}
        expected = Expected.of(passages._declared(one, n) for n, one in enumerate(meta["expected"]))
        given = list(passages.read_from(file, meta, readers))
    assert [one.truth for one in given] == [UUID(int=1), None]
    assert [len(t.looks) for t in given[0].tracks] == [FRAMES] * 3
    found = passages.measured(given, expected)
    assert (found["accepted_of_expected"]["of_n"], found["wrongly_accepted"]["all"]["of_n"]) == (1, 0)
