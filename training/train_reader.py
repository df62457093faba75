"""`python -m training.train_reader plate|code RINGS OUT [--minutes 40]`: trains until the time is over.

A part of each batch is drawn, the other cut out of photos, as `strips.py` puts them into its rings, also
while this runs; `faults.py` spoils each anew each time. Of codes two networks learn at once, from the same
strips, the small one from what the large one says too. Prints how much of what was held apart is read wholly
right. The weights, in the folder OUT, are an average over the last steps; what lies there is gone on from.
"""

import argparse
import copy
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .faults import degraded
from .nets import READERS, Reader
from .ring import Taker
from .strips import ALPHABETS, SIZES

AVERAGE, LOOKS = 0.999, 0.3
LEARNERS = {"plate": ("plate",), "code": ("code_large", "code")}  # each learns from the one before it too
PART_OF_PHOTOS = {"plate": 0.2, "code": 0.45}
EASIER_FROM, EASIER = 0.85, 0.4  # when that part of the time is over, so many of the faults are left
LOSS = nn.CrossEntropyLoss(label_smoothing=0.02, reduction="none")
LEGIBLE = 0.85  # of what is drawn is learnt from: the worst may be what nobody can read
LEAST = 1_000  # strips to begin with

Strips = tuple[Tensor, Tensor, Tensor]  # pictures in 0-1, texts, middles of the signs


def batch(rings: tuple[Taker, Taker], count: int, part: float, hard: float) -> Strips:
    drawn, photos = rings
    of_photos = int(count * part)
    pictures, texts, middles = (
        torch.cat(pair) for pair in zip(drawn.some(count - of_photos), photos.some(of_photos), strict=True)
    )
    x, middles = varied(degraded(as_input(pictures), hard), middles)
    return x.contiguous(memory_format=torch.channels_last), texts, middles


def as_input(pictures: Tensor) -> Tensor:
    return pictures.permute(0, 3, 1, 2).float() / 255


def seen_there(looks: Tensor, middles: Tensor, high: int, wide: int) -> Tensor:
    """How little each place looks at its sign, where that is known: the share of its look within reach of the
    sign's middle, as a loss."""
    rows, columns, on = high // 8, wide // 4, looks.device
    y, x = torch.meshgrid(
        torch.arange(rows, device=on) * 8 + 4.0, torch.arange(columns, device=on) * 4 + 2.0, indexing="ij"
    )
    cells = torch.stack((x, y), -1).reshape(-1, 2)
    known = middles.isfinite().all(-1)
    off = (cells[None] - middles[known][:, None]).abs()
    reach = torch.tensor((0.36 * wide / looks.shape[1] + 2, 0.14 * high + 2), device=on)
    near = (off < reach).all(-1)
    share = (looks[known].float() * near).sum(-1)
    return -torch.log(share.clamp(min=1e-4))[near.any(-1)].mean()


def varied(x: Tensor, middles: Tensor) -> tuple[Tensor, Tensor]:
    """What the same strip might have looked like: light, dusk, colours, grey, inverse, noise, softer, a patch
    hidden, moved."""
    n, _, high, wide = x.shape

    def chance(part: float) -> Tensor:
        return torch.rand(n, 1, 1, 1, device=x.device) < part

    def number(*shape: int) -> Tensor:
        return torch.rand(n, *shape, device=x.device)

    x = x * (0.6 + 0.7 * number(1, 1, 1)) + 0.25 * number(1, 1, 1) - 0.12
    x = x * (0.82 + 0.36 * number(3, 1, 1))
    x = torch.where(chance(0.2), x.mean(1, keepdim=True), x)
    x = torch.where(chance(0.1), 1 - x, x)
    dark = x.mean((1, 2, 3), keepdim=True) * (0.15 + 0.5 * number(1, 1, 1))
    faint = ((x - x.mean((1, 2, 3), keepdim=True)) * (0.12 + 0.5 * number(1, 1, 1)) + dark) * 255
    x = torch.where(chance(0.12), faint.round() / 255, x)
    theta = torch.eye(2, 3, device=x.device).repeat(n, 1, 1) + torch.randn(
        n, 2, 3, device=x.device
    ) * torch.tensor(
        [[0.035, 0.012, 0.03], [0.06, 0.1, 0.1]], device=x.device
    )  # as far as the locator's corners are off
    x = nn.functional.grid_sample(x, nn.functional.affine_grid(theta, list(x.shape), align_corners=False),
                                  padding_mode="border", align_corners=False)  # fmt: skip
    size = torch.tensor((wide / 2, high / 2), device=x.device)
    at = middles / size - 1 - theta[:, None, :, 2]
    middles = (at @ torch.linalg.inv(theta[:, :, :2]).transpose(1, 2) + 1) * size
    softer = nn.functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    x = torch.where(chance(0.15), softer, x)
    x = x + torch.randn_like(x) * (0.06 * number(1, 1, 1) * chance(0.4))
    rows = torch.arange(high, device=x.device).view(1, 1, -1, 1)
    columns = torch.arange(wide, device=x.device).view(1, 1, 1, -1)
    top, left = (number(1, 1, 1) * high).floor(), (number(1, 1, 1) * wide).floor()
    hidden = (rows >= top) & (rows < top + high // 4) & (columns >= left) & (columns < left + wide // 16)
    x = torch.where(hidden & chance(0.15), number(3, 1, 1), x)
    return x.clamp(0, 1), middles


@torch.no_grad()
def right(net: nn.Module, strips: list[Tensor]) -> tuple[float, float]:
    """The share of texts, and of signs, that are right."""
    net.eval()
    pictures, texts, _ = strips
    found = [net(as_input(pictures[at : at + 256])).argmax(-1) for at in range(0, len(texts), 256)]
    same = torch.cat(found) == texts
    net.train()
    return float(same.all(1).float().mean()), float(same.float().mean())


def rate_at(part: float, step: int, most: float) -> float:
    """Of learning: a short rise, then down to almost nothing when `part` of the time is over."""
    return most * min(1.0, (step + 1) / 300) * (0.01 + 0.99 * (0.5 + 0.5 * float(np.cos(np.pi * part))))


def averaged(average: nn.Module, net: nn.Module, step: int) -> None:
    """Moves the one a little towards the other."""
    keep = min(AVERAGE, step / (step + 20))
    mine, now = list(average.state_dict().values()), list(net.state_dict().values())
    moves = [(a, b) for a, b in zip(mine, now, strict=True) if a.is_floating_point()]
    with torch.no_grad():
        torch._foreach_lerp_([a for a, _ in moves], [b for _, b in moves], 1 - keep)


def waited(*rings: Taker, least: int) -> None:
    while any(ring.take() < least for ring in rings):
        time.sleep(1)


class Learner:
    """A network, what it was on average of late, and how it is taught."""

    def __init__(self, name: str, kind: str, out: Path, device: str, rate: float) -> None:
        alphabet, places = ALPHABETS[kind]
        wide, high = SIZES[kind]
        self.name, self._at = name, out / f"{name}.pt"
        self.net = Reader(places, len(alphabet), high, wide, READERS[name])
        self.net = self.net.to(device, memory_format=torch.channels_last)
        if self._at.exists():
            self.net.load_state_dict(torch.load(self._at, map_location=device, weights_only=True))
        self.average = copy.deepcopy(self.net)
        self._optimiser = torch.optim.AdamW(self.net.parameters(), rate, weight_decay=0.03)
        self._device, self.step = device, 0
        self.ran = torch.zeros((), device=device)

    def learn(self, strips: Strips, drawn: int, rate: float, told: Tensor | None) -> Tensor:
        """From a batch of which the first are `drawn`, and from the chances that another network `told`.
        Returns its own."""
        pictures, texts, middles = strips
        with torch.autocast(self._device, dtype=torch.bfloat16):
            said, looks = self.net.looking(pictures)
        said = said.float()
        each = LOSS(said.flatten(0, 1), texts.flatten()).view(texts.shape).mean(1)
        if told is not None:
            each = each - (told * torch.log_softmax(said, -1)).sum(-1).mean(1)
        legible = each[:drawn].topk(int(LEGIBLE * drawn), largest=False).values
        loss = torch.cat((legible, each[drawn:])).mean()
        loss = loss + LOOKS * seen_there(looks, middles, *pictures.shape[2:])
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        self.step, self.ran = self.step + 1, 0.98 * self.ran + 0.02 * loss.detach()
        averaged(self.average, self.net, self.step)
        return torch.softmax(said.detach(), -1)

    def keep(self) -> None:
        """Whole or not at all, in half precision: another process may take it at any time."""
        beside = self._at.with_suffix(".new")
        torch.save({name: part.half() if part.is_floating_point() else part
                    for name, part in self.average.state_dict().items()}, beside)  # fmt: skip
        os.replace(beside, self._at)


@dataclass(frozen=True, slots=True)
class How:
    """`rate` of learning at its most; `size` of a batch, `photos` the part of it that is cut out of photos;
    `hard`: how likely faults are at each look."""

    minutes: float
    device: str
    size: int
    rate: float
    photos: float
    hard: float


def train(kind: str, folder: Path, out: Path, how: How) -> None:
    out.mkdir(parents=True, exist_ok=True)
    learners = [Learner(name, kind, out, how.device, how.rate) for name in LEARNERS[kind]]
    rings = (Taker(folder, kind, how.device), Taker(folder, f"{kind}-photos", how.device))
    waited(*rings, least=LEAST)
    apart = Taker(folder, f"{kind}-apart", how.device)
    waited(apart, least=1)
    began, step, took, looked = time.monotonic(), 0, 0.0, 0.0
    drawn = how.size - int(how.size * how.photos)
    while (part := (time.monotonic() - began) / (60 * how.minutes)) < 1:
        strips = batch(rings, how.size, how.photos, how.hard * (1 if part < EASIER_FROM else EASIER))
        told = None
        for learner in learners:
            told = learner.learn(strips, drawn, rate_at(part, step, how.rate), told)
        step += 1
        if time.monotonic() - took > 10:
            took = time.monotonic()
            there = [ring.take() for ring in rings]
        if time.monotonic() - looked > 30:
            looked = time.monotonic()
            print(f"{part:.0%} step {step} of {there}: "
                  + "; ".join(stand(learner, apart) for learner in learners), flush=True)  # fmt: skip
            for learner in learners:
                learner.keep()
    for learner in learners:
        learner.keep()
        print(f"done, step {step}: {stand(learner, apart)}", flush=True)


def stand(learner: Learner, apart: Taker) -> str:
    whole, signs = right(learner.average, apart.all())
    return f"{learner.name} loss {float(learner.ran):.3f}, apart {whole:.2%} whole, {signs:.2%} of signs"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kind", choices=("plate", "code"))
    asked.add_argument("rings", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--minutes", type=float, default=40)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--device", default="cpu")
    asked.add_argument("--batch", type=int, default=48, help="1024 on a graphics card")
    asked.add_argument("--rate", type=float, default=1.5e-3)
    asked.add_argument("--photos", type=float, help="part of a batch; a fifth of plates, 0.45 of codes")
    asked.add_argument("--hard", type=float, default=0.7, help="how likely faults are at each look")
    told = asked.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    photos = PART_OF_PHOTOS[told.kind] if told.photos is None else told.photos
    how = How(told.minutes, told.device, told.batch, told.rate, photos, told.hard)
    train(told.kind, told.rings, told.out, how)


if __name__ == "__main__":
    main()
