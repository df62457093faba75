"""`python -m training.export OUT FOLDER...`: the networks that lie there as ONNX, as the platform has them.

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

FEW = 1024  # numbers that are not worth halving


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
    model = halved(onnx.load(out))
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


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights in half precision, which are made whole again where the network is loaded: half the file,
    the same speed."""
    graph = model.graph
    for whole in [one for one in graph.initializer if one.data_type == onnx.TensorProto.FLOAT]:
        numbers = onnx.numpy_helper.to_array(whole)
        if numbers.size < FEW:
            continue
        half = onnx.numpy_helper.from_array(numbers.astype(np.float16), f"{whole.name}_half")
        graph.initializer.append(half)
        graph.initializer.remove(whole)
        made_whole = onnx.helper.make_node("Cast", [half.name], [whole.name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, made_whole)
    return model


def trained(name: str, folders: list[Path]) -> dict[str, Tensor]:
    """A network's weights; where it was trained on from one folder into another, the mean of both."""
    found = [torch.load(at, "cpu", weights_only=True) for at in paths(name, folders)]
    return {
        key: sum(one[key].float() for one in found) / len(found) if part.is_floating_point() else part
        for key, part in found[0].items()
    }


def paths(name: str, folders: list[Path]) -> list[Path]:
    return [at for folder in folders if (at := folder / f"{name}.pt").exists()]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("folders", type=Path, nargs="+")
    told = asked.parse_args()
    torch.backends.mha.set_fastpath_enabled(False)
    told.out.mkdir(parents=True, exist_ok=True)
    for name in READERS:
        if paths(name, told.folders):
            write_reader(name, told.folders, told.out)
    if paths("locate", told.folders):
        locator = Locator()
        locator.load_state_dict(trained("locate", told.folders))
        example, free = torch.rand(1, 3, 256, 384), [0, 2, 3]
        facts = {"kinds": "plate,code,code", "cell": "8"}
        write(Middles(locator), example, told.out / "locate.onnx", ["heat", "corners"], free, facts)


def write_reader(name: str, folders: list[Path], out: Path) -> None:
    kind = name.removesuffix("_large")
    (alphabet, places), (wide, high) = ALPHABETS[kind], SIZES[kind]
    reader = Reader(places, len(alphabet), high, wide, READERS[name])
    reader.load_state_dict(trained(name, folders))
    facts = {"signs": alphabet, "wide": str(wide), "high": str(high)}
    example = torch.rand(1, 3, high, wide)
    write(Chances(reader), example, out / f"{name}.onnx", ["chances", "middles"], [0], facts)


if __name__ == "__main__":
    main()
