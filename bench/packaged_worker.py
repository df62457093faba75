"""The packaged engines, in a process and an environment of their own: `packaged.py` asks, this answers.

One JSON line in, one out. `{"op": "lines", "engine": …, "path": …}` finds and reads all lines of a photo,
`{"op": "strip", …, "corners": […]}` reads one strip again that is cut out along four corners, `{"op":
"crop", …}` reads a picture that is nothing but one line. An answer has `lines` (text, score, corners) and
`ms`, what the engine itself took without decoding the photo. One thread, as our own are measured.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Line = dict[str, Any]
Engine = Callable[..., list[Line]]
LONGEST = 960  # pixels of a frame with plates: the default takes seconds on wide crops


@lru_cache(maxsize=1)
def v4() -> Engine:
    """rapidocr-onnxruntime 1.4.4 with PP-OCRv4: Chinese plates."""
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR(
        intra_op_num_threads=1, inter_op_num_threads=1, det_limit_type="max", det_limit_side_len=LONGEST
    )

    def read(picture: Any, finds: bool) -> list[Line]:
        found, _ = engine(picture, use_det=finds, use_cls=finds, use_rec=True)
        if not finds:
            return [line(text, score) for text, score, *_ in found or []]
        return [line(text, score, corners) for corners, text, score, *_ in found or []]

    return read


@lru_cache(maxsize=2)
def v6(limit: int = 0) -> Engine:
    """rapidocr 3.10.0 with PP-OCRv6 small: containers, and Vietnamese plates with a `limit` of pixels."""
    from rapidocr import RapidOCR

    told: dict[str, Any] = {
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Global.log_level": "critical",
    }
    if limit:
        told |= {"Det.limit_type": "max", "Det.limit_side_len": limit}
    engine = RapidOCR(params=told)

    def read(picture: Any, finds: bool) -> list[Line]:
        found = engine(picture, use_det=finds, use_cls=finds, use_rec=True)
        if found.txts is None:
            return []
        corners = found.boxes if finds else [()] * len(found.txts)
        return [line(*one) for one in zip(found.txts, found.scores, corners, strict=True)]

    return read


ENGINES: dict[str, Callable[[], Engine]] = {
    "v4_plates": v4,
    "v6_plates": lambda: v6(LONGEST),
    "v6_containers": v6,
}


def line(text: str, score: float, corners: Any = ()) -> Line:
    return {
        "text": str(text),
        "score": float(score),
        "corners": [[float(x), float(y)] for x, y in np.asarray(corners).reshape(-1, 2)],
    }


@lru_cache(maxsize=2)
def decoded(path: str) -> Any:
    return cv2.imdecode(np.frombuffer(Path(path).read_bytes(), np.uint8), cv2.IMREAD_COLOR)


def strip(picture: Any, corners: list[list[float]]) -> Any:
    along = np.array(corners, np.float32)
    wide = max(8, round(float(np.linalg.norm(along[1] - along[0]))))
    high = max(8, round(float(np.linalg.norm(along[3] - along[0]))))
    target = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(along, target)
    return cv2.warpPerspective(picture, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE)


def answered(asked: dict[str, Any]) -> dict[str, Any]:
    picture = decoded(asked["path"])
    if picture is None:
        return {"lines": [], "ms": 0.0, "fault": "no picture"}
    engine = ENGINES[asked["engine"]]()
    started = time.perf_counter()
    if asked["op"] == "strip":
        picture = strip(picture, asked["corners"])
    lines = engine(picture, asked["op"] == "lines")
    return {"lines": lines, "ms": (time.perf_counter() - started) * 1000}


def main() -> None:
    cv2.setNumThreads(1)
    answers, sys.stdout = sys.stdout, sys.stderr  # what the engines print is no answer
    for asked in sys.stdin:
        print(json.dumps(answered(json.loads(asked)), ensure_ascii=False), file=answers, flush=True)


if __name__ == "__main__":
    main()
