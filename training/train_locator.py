"""`python -m training.train_locator FRAMES OUT [--minutes 40]`: trains the locator until the time is over.

Every cell of a text says where its corners are, not its middle alone: a corner is best known from nearby, so
whoever decodes asks the cells at a text's ends (`lane/vision/locating.py`).
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .frames import IGNORED
from .nets import Locator
from .ring import Taker
from .train_reader import as_input, averaged, rate_at, waited

CELL = 8
LEAST, JUDGED = 400, 200  # frames to begin with; of them those that are judged by
Rows = list[Tensor]


def targets(kinds: Tensor, quads: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Heat (n, kinds, h, w), where heat counts (n, 1, h, w), corners (n, 8, h, w), how much each counts."""
    n, cells, on = len(kinds), side // CELL, quads.device
    points = _middles(cells, on)
    heat = torch.zeros(n, Locator.KINDS, cells**2, device=on)
    counts = torch.ones(n, 1, cells**2, device=on)
    corners = torch.zeros(n, cells**2, 8, device=on)
    weight = torch.zeros(n, cells**2, 8, device=on)
    number = torch.arange(n, device=on)
    for m in range(kinds.shape[1]):
        kind, quad = kinds[:, m], quads[:, m]
        is_text = (kind >= 0) & (kind != IGNORED)
        u, v = within(points, quad)  # n, cells
        ignored = (kind == IGNORED)[:, None] & (u.abs() < 1.2) & (v.abs() < 1.4)
        counts[:, 0] = torch.where(ignored, 0.0, counts[:, 0])
        along = torch.linalg.norm(quad[:, 1] - quad[:, 0], dim=1).clamp(min=1)[:, None]
        down = torch.linalg.norm(quad[:, 3] - quad[:, 0], dim=1).clamp(min=1)[:, None]
        tall, long = torch.minimum(along, down), torch.maximum(along, down)
        # A bump in the middle: as wide as the text is high, a cell at least.
        radius = (0.35 * tall).clamp(min=0.8 * CELL)
        bump = torch.exp(-((u * along / 2) ** 2 + (v * down / 2) ** 2) / (2 * radius**2))
        bump[number, bump.argmax(1)] = 1.0
        slot = kind.clamp(0, Locator.KINDS - 1)
        heat[number, slot] = torch.where(
            is_text[:, None], torch.maximum(heat[number, slot], bump), heat[number, slot]
        )
        margin = CELL * 0.75
        # All of its length, and half of its height: which of the two is which depends on how it stands.
        far, low = torch.where(down > along, v, u).abs(), torch.where(down > along, u, v).abs()
        inside = far * long / 2 < long / 2 + margin * 0.3
        inside &= (low * tall / 2 < tall / 4 + margin) & is_text[:, None]
        to = (quad[:, None] - points[None, :, None]) / Locator.UNIT  # n, cells, 4, 2
        near = torch.linalg.norm(to, dim=-1) * Locator.UNIT / tall[..., None]
        much = (1 / (1 + 0.5 * near)).repeat_interleave(2, dim=-1)  # n, cells, 8
        share = (24.0 / tall).clamp(0.2, 2.5) / inside.sum(1, keepdim=True).clamp(min=1).sqrt()
        corners = torch.where(inside[..., None], to.flatten(2), corners)
        weight = torch.where(inside[..., None], much * share[..., None], weight)
    shape = (cells, cells)
    return (
        heat.unflatten(-1, shape), counts.unflatten(-1, shape),
        corners.transpose(1, 2).unflatten(-1, shape), weight.transpose(1, 2).unflatten(-1, shape),
    )  # fmt: skip


def _middles(cells: int, on: torch.device) -> Tensor:
    line = (torch.arange(cells, device=on) + 0.5) * CELL
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack((x, y), -1).reshape(-1, 2)


def within(points: Tensor, quads: Tensor) -> tuple[Tensor, Tensor]:
    """Where points are in each text's own directions: -1 to 1 from its left to its right, its top to its
    foot."""
    middle = quads.mean(1)
    along = (quads[:, 1] + quads[:, 2] - quads[:, 0] - quads[:, 3]) / 4
    down = (quads[:, 3] + quads[:, 2] - quads[:, 0] - quads[:, 1]) / 4
    area = along[:, 0] * down[:, 1] - along[:, 1] * down[:, 0]
    is_flat = area.abs() < 1e-3
    area = torch.where(is_flat, 1.0, area)[:, None]
    off = points[None] - middle[:, None]
    u = (off[..., 0] * down[:, None, 1] - off[..., 1] * down[:, None, 0]) / area
    v = (off[..., 1] * along[:, None, 0] - off[..., 0] * along[:, None, 1]) / area
    return u.masked_fill(is_flat[:, None], 9.0), v.masked_fill(is_flat[:, None], 9.0)


def loss_of(
    found: tuple[Tensor, Tensor], wanted: tuple[Tensor, Tensor, Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    logits, corners = found
    heat, counts, to, weight = wanted
    chance = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    middle = heat > 0.999
    hit = -((1 - chance) ** 2) * torch.log(chance) * middle
    miss = -((1 - heat) ** 4) * chance**2 * torch.log(1 - chance) * ~middle * counts
    number = middle.sum().clamp(min=1)
    off = nn.functional.smooth_l1_loss(corners, to, reduction="none", beta=0.05) * weight
    return (hit.sum() + miss.sum()) / number, off.sum() / number / 8


def batch(frames: Taker, count: int) -> tuple[Tensor, tuple[Tensor, ...]]:
    pictures, kinds, quads = frames.some(count, apart=JUDGED)
    x = as_input(pictures)
    wanted = targets(kinds, quads, x.shape[-1])

    def number(*shape: int) -> Tensor:
        return torch.rand(count, *shape, device=x.device)

    x = x * (0.65 + 0.65 * number(1, 1, 1)) * (0.85 + 0.3 * number(3, 1, 1)) + 0.2 * number(1, 1, 1) - 0.1
    x = torch.where(number(1, 1, 1) < 0.15, x.mean(1, keepdim=True), x)
    x = x + torch.randn_like(x) * (0.05 * number(1, 1, 1) * (number(1, 1, 1) < 0.3))
    return x.clamp(0, 1).contiguous(memory_format=torch.channels_last), wanted


def point(row: int, column: int) -> Tensor:
    return torch.tensor(((column + 0.5) * CELL, (row + 0.5) * CELL))


def away(row: int, column: int, quad: Tensor) -> float:
    return float(torch.linalg.norm(point(row, column) - quad.mean(0)))


@torch.no_grad()
def judged(net: nn.Module, frames: Rows) -> tuple[float, float, float]:
    """Of texts held apart: found (a middle within half a height), and how far corners are off in parts of
    the text's height, from the middle; and false finds in a frame."""
    net.eval()
    found = total = false = 0
    offs = []
    pictures, kinds, quads = frames
    for at in range(0, len(kinds), 32):
        heats, corners = (some.float().cpu() for some in net(as_input(pictures[at : at + 32])))
        heats = torch.sigmoid(heats)
        peaks = (heats == nn.functional.max_pool2d(heats, 5, 1, 2)) & (heats > 0.3)
        for n in range(len(heats)):
            spots = torch.nonzero(peaks[n]).tolist()
            taken = set()
            for kind, quad in zip(kinds[at + n].tolist(), quads[at + n].cpu(), strict=True):
                if kind < 0:
                    continue
                tall = float(min(torch.linalg.norm(quad[3] - quad[0]), torch.linalg.norm(quad[1] - quad[0])))
                near = [
                    (i, c, r)
                    for i, (k, r, c) in enumerate(spots)
                    if kind in (k, IGNORED) and away(r, c, quad) < max(0.7 * tall, 1.5 * CELL)
                ]
                taken |= {i for i, _, _ in near}
                if kind == IGNORED:
                    continue
                total += 1
                if near:
                    found += 1
                    _, c, r = near[0]
                    said = corners[n, :, r, c].reshape(4, 2) * Locator.UNIT + point(r, c)
                    offs.append(float(torch.linalg.norm(said - quad, dim=1).mean()) / tall)
            false += len(spots) - len(taken)
    net.train()
    return found / max(total, 1), float(np.median(offs)) if offs else 9.0, false / len(kinds)


def train(folder: Path, out: Path, minutes: float, device: str, size: int, rate: float) -> None:
    net = Locator().to(device, memory_format=torch.channels_last)
    if out.exists():
        net.load_state_dict(torch.load(out, map_location=device, weights_only=True))
    average = copy.deepcopy(net)
    frames = Taker(folder, "frames", device)
    waited(frames, least=LEAST)
    early = [some[:JUDGED].clone() for some in frames.all()]
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.02)
    began, step, told, ran = time.monotonic(), 0, 0.0, torch.zeros(2, device=device)
    while (part := (time.monotonic() - began) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate_at(part, step, rate)
        x, wanted = batch(frames, size)
        with torch.autocast(device, dtype=torch.bfloat16):
            said = net(x)
        heat, corners = loss_of((said[0].float(), said[1].float()), wanted)
        optimiser.zero_grad()
        (heat + corners).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step, ran = step + 1, 0.97 * ran + 0.03 * torch.stack((heat.detach(), corners.detach()))
        averaged(average, net, step)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            there, begun = frames.take(), f"{part:.0%} step {step}"
            print(f"{begun} of {there} heat {ran[0]:.3f} corners {ran[1]:.3f}: found, off, false "
                  "{:.2%} {:.3f} {:.2f}".format(*judged(average, early)), flush=True)  # fmt: skip
            torch.save(average.state_dict(), out)
    print(
        "done, step {}: found {:.2%}, corners off {:.3f}, false {:.2f}".format(step, *judged(average, early))
    )
    torch.save(average.state_dict(), out)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("frames", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--minutes", type=float, default=40)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--device", default="cpu")
    asked.add_argument("--batch", type=int, default=12, help="64 on a graphics card")
    asked.add_argument("--rate", type=float, default=2e-3)
    told = asked.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(1)
    train(told.frames, told.out, told.minutes, told.device, told.batch, told.rate)


if __name__ == "__main__":
    main()
