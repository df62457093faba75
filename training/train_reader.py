"""`python -m training.train_reader plate|code STRIPS OUT [--minutes 40]`: trains until the time is over.

A part of each batch is rendered, the other from photos. Prints how much of what was held apart is read wholly
right. The weights are an average over the last steps.
"""

import argparse
import copy
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .nets import Reader
from .strips import ALPHABETS, SIZES

BATCH, RATE, AVERAGE, LOOKS = 48, 1.5e-3, 0.998, 0.3
PART_OF_PHOTOS = {"plate": 0.15, "code": 0.6}
LEGIBLE = 0.85  # of a batch is learnt from: the worst may be what nobody can read


class Strips:
    def __init__(self, folder: Path, name: str) -> None:
        self.pictures = np.load(folder / f"{name}.npy", mmap_mode="r")
        self.texts = np.load(folder / f"{name}-texts.npy")
        self.middles = np.load(folder / f"{name}-middles.npy")

    def some(self, count: int) -> tuple[np.ndarray, ...]:
        at = np.sort(np.random.randint(0, len(self.texts), count))
        return self.pictures[at], self.texts[at], self.middles[at]


def batch(rendered: Strips, photos: Strips, part: float) -> tuple[Tensor, Tensor, Tensor]:
    count = int(BATCH * part)
    pictures, texts, middles = (
        torch.from_numpy(np.concatenate(pair))
        for pair in zip(rendered.some(BATCH - count), photos.some(count), strict=True)
    )
    x, middles = varied(pictures.permute(0, 3, 1, 2).float() / 255, middles)
    return x.contiguous(memory_format=torch.channels_last), texts, middles


def seen_there(looks: Tensor, middles: Tensor, high: int, wide: int) -> Tensor:
    """How little each place looks at its sign, where that is known: the share of its look within reach of the
    sign's middle, as a loss."""
    rows, columns = high // 8, wide // 4
    y, x = torch.meshgrid(torch.arange(rows) * 8 + 4.0, torch.arange(columns) * 4 + 2.0, indexing="ij")
    cells = torch.stack((x, y), -1).reshape(-1, 2)
    known = middles.isfinite().all(-1)
    off = (cells[None] - middles[known][:, None]).abs()
    reach = torch.tensor((0.36 * wide / looks.shape[1] + 2, 9.0))
    near = (off < reach).all(-1)
    share = (looks[known].float() * near).sum(-1)
    return -torch.log(share.clamp(min=1e-4))[near.any(-1)].mean()


def varied(x: Tensor, middles: Tensor) -> tuple[Tensor, Tensor]:
    """What the same strip might have looked like: light, colours, grey, inverse, a patch hidden, moved."""
    n = len(x)
    x = x * (0.7 + 0.6 * torch.rand(n, 1, 1, 1)) + 0.2 * torch.rand(n, 1, 1, 1) - 0.1
    x = x * (0.85 + 0.3 * torch.rand(n, 3, 1, 1))
    grey = torch.rand(n) < 0.2
    x[grey] = x[grey].mean(1, keepdim=True).expand(-1, 3, -1, -1)
    inverse = torch.rand(n) < 0.1
    x[inverse] = 1 - x[inverse]
    theta = torch.eye(2, 3).repeat(n, 1, 1) + torch.randn(n, 2, 3) * torch.tensor(
        [[0.035, 0.01, 0.03], [0.07, 0.11, 0.14]]  # as far as the locator's corners are off
    )
    x = nn.functional.grid_sample(x, nn.functional.affine_grid(theta, list(x.shape), align_corners=False),
                                  padding_mode="border", align_corners=False)  # fmt: skip
    size = torch.tensor((x.shape[3] / 2, x.shape[2] / 2))
    at = middles / size - 1 - theta[:, None, :, 2]
    middles = (at @ torch.linalg.inv(theta[:, :, :2]).transpose(1, 2) + 1) * size
    for k in torch.nonzero(torch.rand(n) < 0.15).flatten().tolist():
        high, wide = x.shape[2:]
        top, left = random.randrange(high), random.randrange(wide)
        x[k, :, top : top + high // 4, left : left + wide // 16] = random.random()
    return x.clamp(0, 1), middles


@torch.no_grad()
def right(net: nn.Module, strips: Strips) -> tuple[float, float]:
    """The share of texts, and of signs, that are right."""
    net.eval()
    texts = torch.from_numpy(strips.texts)
    found = []
    for at in range(0, len(texts), 256):
        pictures = (
            torch.from_numpy(np.array(strips.pictures[at : at + 256])).permute(0, 3, 1, 2).float() / 255
        )
        found.append(net(pictures).argmax(-1))
    same = torch.cat(found) == texts
    net.train()
    return float(same.all(1).float().mean()), float(same.float().mean())


def train(kind: str, folder: Path, out: Path, minutes: float) -> None:
    alphabet, places = ALPHABETS[kind]
    wide, high = SIZES[kind]
    net = Reader(places, len(alphabet), high, wide).to(memory_format=torch.channels_last)
    if out.exists():
        net.load_state_dict(torch.load(out, weights_only=True))
    average = copy.deepcopy(net)
    rendered, photos, apart = (Strips(folder, kind + part) for part in ("", "-photos", "-apart"))
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02, reduction="none")
    began, step, told, ran = time.monotonic(), 0, 0.0, 0.0
    while (part := (time.monotonic() - began) / (60 * minutes)) < 1:
        rate = RATE * min(1, (step + 1) / 100) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * part)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        pictures, texts, middles = batch(rendered, photos, PART_OF_PHOTOS[kind])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said, looks = net.looking(pictures)
        each = loss_of(said.float().flatten(0, 1), texts.flatten()).view(texts.shape).mean(1)
        loss = each.topk(int(LEGIBLE * BATCH), largest=False).values.mean()
        loss = loss + LOOKS * seen_there(looks, middles, high, wide)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step, ran = step + 1, 0.98 * ran + 0.02 * float(loss.detach())
        keep = min(AVERAGE, step / (step + 20))
        with torch.no_grad():
            for mine, now in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
                mine.lerp_(now, 1 - keep) if mine.is_floating_point() else mine.copy_(now)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            whole, signs = right(average, apart)
            print(
                f"{kind} {part:.0%} step {step} loss {ran:.3f}: {whole:.2%} whole, {signs:.2%} of signs",
                flush=True,
            )
            torch.save(average.state_dict(), out)
    whole, signs = right(average, apart)
    torch.save(average.state_dict(), out)
    print(
        f"{kind} done, step {step}: apart {whole:.2%} whole, {signs:.2%} of signs, {len(apart.texts)} texts",
        flush=True,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kind", choices=("plate", "code"))
    asked.add_argument("strips", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--minutes", type=float, default=40)
    asked.add_argument("--threads", type=int, default=1)
    told = asked.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    train(told.kind, told.strips, told.out, told.minutes)


if __name__ == "__main__":
    main()
