"""`python -m training.export plate.pt code.pt locate.pt OUT`: the networks as ONNX, as the platform has them.

What a network needs to be used is written into it: its signs, its places, the size of its strips. Chances
come out, not logits. Each is compared with what torch says before it is kept.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from .nets import READERS, Locator, Reader
from .strips import ALPHABETS, SIZES


class Chances(nn.Module):
    """And where in the strip each place's sign is, in parts of its width and height."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        said, looks = self.reader.looking(x)
        rows, columns = x.shape[2] // 8, x.shape[3] // 4
        y, x = torch.meshgrid(
            (torch.arange(rows) + 0.5) / rows, (torch.arange(columns) + 0.5) / columns, indexing="ij"
        )
        return torch.softmax(said, -1), looks @ torch.stack((x, y), -1).reshape(-1, 2)


class Middles(nn.Module):
    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self.locator = locator

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        heat, corners = self.locator(x)
        return torch.sigmoid(heat), corners * Locator.UNIT


def write(
    net: nn.Module, example: Tensor, out: Path, names: list[str], free: list[int], facts: dict[str, str]
) -> None:
    net.eval()
    torch.onnx.export(
        net, (example,), out, input_names=["picture"], output_names=names, opset_version=17, dynamo=False,
        dynamic_axes={"picture": {n: f"d{n}" for n in free}},
    )  # fmt: skip
    model = onnx.load(out)
    del model.metadata_props[:]
    for key, value in facts.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    onnx.save(model, out)
    with torch.no_grad():
        wanted = net(example)
    got = onnxruntime.InferenceSession(out).run(None, {"picture": example.numpy()})
    for one, other in zip(wanted if isinstance(wanted, tuple) else (wanted,), got, strict=True):
        assert np.abs(one.numpy() - other).max() < 2e-3 * max(1, np.abs(other).max()), out
    print(f"{out.name}: {out.stat().st_size:,} bytes")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    for name in ("plate", "code", "locate", "out"):
        asked.add_argument(name, type=Path)
    told = asked.parse_args()
    torch.backends.mha.set_fastpath_enabled(False)
    told.out.mkdir(parents=True, exist_ok=True)
    for kind in ("plate", "code"):
        (alphabet, places), (wide, high) = ALPHABETS[kind], SIZES[kind]
        reader = Reader(places, len(alphabet), high, wide, READERS[kind])
        reader.load_state_dict(torch.load(getattr(told, kind), map_location="cpu", weights_only=True))
        facts = {"signs": alphabet, "wide": str(wide), "high": str(high)}
        example, out = torch.rand(1, 3, high, wide), told.out / f"{kind}.onnx"
        write(Chances(reader), example, out, ["chances", "middles"], [0], facts)
    locator = Locator()
    locator.load_state_dict(torch.load(told.locate, map_location="cpu", weights_only=True))
    facts = {"kinds": "plate,code,code", "cell": "8"}
    write(
        Middles(locator),
        torch.rand(1, 3, 256, 384),
        told.out / "locate.onnx",
        ["heat", "corners"],
        [0, 2, 3],
        facts,
    )


if __name__ == "__main__":
    main()
