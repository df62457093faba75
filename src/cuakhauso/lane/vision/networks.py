"""Our own networks, run by onnxruntime on one processor.

What a network needs to be used is written in it: signs, places, the size of its strips. How it was made and
how good it is stands in `weights/cards.json`, under which licence in `weights/LICENCE.md`.
"""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .cards import WEIGHTS, NoWeights


def session(name: str, threads: int) -> onnxruntime.InferenceSession:
    """Raises `NoWeights`."""
    path = WEIGHTS / f"{name}.onnx"
    if not path.exists():
        raise NoWeights(str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures of one size, one after the other."""
    turned = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))  # as bytes: four times as fast
    scaled: NDArray[np.float32] = np.multiply(turned, np.float32(1 / 255), dtype=np.float32)
    return scaled
