"""`python -m training.train_reader plate|code RINGS OUT [--minutes 40]`: trains until the time is over.

A part of each batch is drawn, the other cut out of photos, as `strips.py` puts them into its rings, also
while this runs. Prints how much of what was held apart is read wholly right. The weights are an average over
the last steps.
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .nets import READERS, Reader
from .ring import Taker
from .strips import ALPHABETS, SIZES

AVERAGE, LOOKS = 0.999, 0.3
PART_OF_PHOTOS = {"plate": 0.2, "code": 0.5}
LEGIBLE = 0.85  # of what is drawn is learnt from: the worst may be what nobody can read
LEAST = 1_000  # strips to begin with

Strips = tuple[Tensor, Tensor, Tensor]  # pictures in 0-1, texts, middles of the signs


def batch(rings: tuple[Taker, Taker], count: int, part: float) -> Strips:
    drawn, photos = rings
    of_photos = int(count * part)
    pictures, texts, middles = (
        torch.cat(pair) for pair in zip(drawn.some(count - of_photos), photos.some(of_photos), strict=True)
    )
    x, middles = varied(as_input(pictures), middles)
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


def train(kind: str, folder: Path, out: Path, minutes: float, device: str, size: int, rate: float) -> None:
    alphabet, places = ALPHABETS[kind]
    wide, high = SIZES[kind]
    net = Reader(places, len(alphabet), high, wide, READERS[kind])
    net = net.to(device, memory_format=torch.channels_last)
    if out.exists():
        net.load_state_dict(torch.load(out, map_location=device, weights_only=True))
    average = copy.deepcopy(net)
    rings = (Taker(folder, kind, device), Taker(folder, f"{kind}-photos", device))
    waited(*rings, least=LEAST)
    apart = Taker(folder, f"{kind}-apart", device)
    waited(apart, least=1)
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02, reduction="none")
    began, step, told, ran = time.monotonic(), 0, 0.0, torch.zeros((), device=device)
    drawn = size - int(size * PART_OF_PHOTOS[kind])
    while (part := (time.monotonic() - began) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate_at(part, step, rate)
        pictures, texts, middles = batch(rings, size, PART_OF_PHOTOS[kind])
        with torch.autocast(device, dtype=torch.bfloat16):
            said, looks = net.looking(pictures)
        each = loss_of(said.float().flatten(0, 1), texts.flatten()).view(texts.shape).mean(1)
        legible = each[:drawn].topk(int(LEGIBLE * drawn), largest=False).values
        loss = torch.cat((legible, each[drawn:])).mean()
        loss = loss + LOOKS * seen_there(looks, middles, high, wide)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        step, ran = step + 1, 0.98 * ran + 0.02 * loss.detach()
        averaged(average, net, step)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            there = [ring.take() for ring in rings]
            whole, signs = right(average, apart.all())
            print(f"{kind} {part:.0%} step {step} loss {float(ran):.3f} of {there}: "
                  f"{whole:.2%} whole, {signs:.2%} of signs", flush=True)  # fmt: skip
            torch.save(average.state_dict(), out)
    whole, signs = right(average, apart.all())
    torch.save(average.state_dict(), out)
    print(f"{kind} done, step {step}: apart {whole:.2%} whole, {signs:.2%} of signs", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kind", choices=("plate", "code"))
    asked.add_argument("rings", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--minutes", type=float, default=40)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--device", default="cpu")
    asked.add_argument("--batch", type=int, default=48, help="512 on a graphics card")
    asked.add_argument("--rate", type=float, default=1.5e-3)
    told = asked.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(1)
    train(told.kind, told.rings, told.out, told.minutes, told.device, told.batch, told.rate)


if __name__ == "__main__":
    main()
