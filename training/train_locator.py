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

from .frames import IGNORED, MOST
from .nets import Locator

BATCH, RATE, AVERAGE, CELL = 12, 2e-3, 0.998, 8


class Frames:
    def __init__(self, folder: Path, begin: int, end: int) -> None:
        self.pictures = np.load(folder / "frames.npy", mmap_mode="r")
        self.kinds = np.load(folder / "frames-kinds.npy")
        self.quads = np.load(folder / "frames-quads.npy")
        self.begin, self.end = begin, end if end > 0 else len(self.kinds) + end

    def some(self, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        at = np.sort(np.random.randint(self.begin, self.end, count))
        return self.pictures[at], self.kinds[at], self.quads[at]


def targets(kinds: Tensor, quads: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Heat (n, kinds, h, w), where heat counts (n, 1, h, w), corners (n, 8, h, w), how much each counts."""
    n, cells = len(kinds), side // CELL
    line = (torch.arange(cells) + 0.5) * CELL
    y, x = torch.meshgrid(line, line, indexing="ij")
    points = torch.stack((x, y), -1).reshape(1, -1, 2)
    heat = torch.zeros(n, Locator.KINDS, cells, cells)
    counts = torch.ones(n, 1, cells, cells)
    corners = torch.zeros(n, 8, cells, cells)
    weight = torch.zeros(n, 8, cells, cells)
    for m in range(MOST):
        for k in torch.nonzero(kinds[:, m] >= 0).flatten().tolist():
            kind, quad = int(kinds[k, m]), quads[k, m]
            u, v = within(points[0], quad)
            if kind == IGNORED:
                counts[k, 0].view(-1)[(u.abs() < 1.2) & (v.abs() < 1.4)] = 0
                continue
            along = torch.linalg.norm(quad[1] - quad[0]).clamp(min=1)
            down = torch.linalg.norm(quad[3] - quad[0]).clamp(min=1)
            # A bump in the middle: as wide as the text is high, a cell at least.
            radius = (0.35 * torch.minimum(along, down)).clamp(min=0.8 * CELL)
            away = ((u * along / 2) ** 2 + (v * down / 2) ** 2) / (2 * radius**2)
            bump = torch.exp(-away)
            bump[bump.argmax()] = 1.0
            heat[k, kind] = torch.maximum(heat[k, kind], bump.view(cells, cells))
            margin = CELL * 0.75
            inside = (u.abs() * along / 2 < along / 2 + margin * 0.3) & (
                v.abs() * down / 2 < down / 4 + margin
            )
            to = (quad[None] - points[0][:, None]) / Locator.UNIT  # cells, 4, 2
            near = torch.linalg.norm(to, dim=-1) * Locator.UNIT / torch.minimum(along, down)
            much = (1 / (1 + 0.5 * near)).repeat_interleave(2, dim=-1)  # cells, 8
            flat_corners, flat_weight = corners[k].view(8, -1), weight[k].view(8, -1)
            flat_corners[:, inside] = to.reshape(-1, 8)[inside].T
            share = 1.0 / inside.sum().clamp(min=1).sqrt()
            flat_weight[:, inside] = (
                much[inside].T * share * (24.0 / torch.minimum(along, down)).clamp(0.2, 2.5)
            )
    return heat, counts, corners, weight


def within(points: Tensor, quad: Tensor) -> tuple[Tensor, Tensor]:
    """Where points are in a text's own directions: -1 to 1 from its left to its right, its top to its
    foot."""
    middle = quad.mean(0)
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 4
    down = (quad[3] + quad[2] - quad[0] - quad[1]) / 4
    matrix = torch.stack((along, down), 1)
    if abs(float(torch.linalg.det(matrix))) < 1e-3:
        return torch.full((len(points),), 9.0), torch.full((len(points),), 9.0)
    found = (points - middle) @ torch.linalg.inv(matrix).T
    return found[:, 0], found[:, 1]


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


def batch(frames: Frames) -> tuple[Tensor, tuple[Tensor, ...]]:
    pictures, kinds, quads = frames.some(BATCH)
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    n = len(x)
    x = x * (0.7 + 0.6 * torch.rand(n, 1, 1, 1)) * (0.85 + 0.3 * torch.rand(n, 3, 1, 1)) + 0.1 * torch.rand(
        n, 1, 1, 1
    )
    grey = torch.rand(n) < 0.15
    x[grey] = x[grey].mean(1, keepdim=True).expand(-1, 3, -1, -1)
    wanted = targets(torch.from_numpy(kinds), torch.from_numpy(quads), x.shape[-1])
    return x.clamp(0, 1).contiguous(memory_format=torch.channels_last), wanted


def point(row: int, column: int) -> Tensor:
    return torch.tensor(((column + 0.5) * CELL, (row + 0.5) * CELL))


def away(row: int, column: int, quad: Tensor) -> float:
    return float(torch.linalg.norm(point(row, column) - quad.mean(0)))


@torch.no_grad()
def judged(net: nn.Module, frames: Frames) -> tuple[float, float, float]:
    """Of texts held apart: found (a middle within half a height), and how far corners are off in parts of
    the text's height, from the middle; and false finds in a frame."""
    net.eval()
    found = total = false = 0
    offs = []
    for at in range(frames.begin, frames.end, 32):
        end = min(at + 32, frames.end)
        x = torch.from_numpy(np.array(frames.pictures[at:end])).permute(0, 3, 1, 2).float() / 255
        heat, corners = net(x)
        heat = torch.sigmoid(heat)
        peaks = (heat == nn.functional.max_pool2d(heat, 5, 1, 2)) & (heat > 0.3)
        for n in range(end - at):
            spots = torch.nonzero(peaks[n]).tolist()
            taken = set()
            for m in range(MOST):
                kind = int(frames.kinds[at + n, m])
                if kind < 0:
                    continue
                quad = torch.from_numpy(frames.quads[at + n, m])
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
    return found / max(total, 1), float(np.median(offs)) if offs else 9.0, false / (frames.end - frames.begin)


def train(folder: Path, out: Path, minutes: float) -> None:
    net = Locator().to(memory_format=torch.channels_last)
    if out.exists():
        net.load_state_dict(torch.load(out, weights_only=True))
    average = copy.deepcopy(net)
    frames, apart = Frames(folder, 0, -200), None
    apart = Frames(folder, len(frames.kinds) - 200, 0)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    began, step, told, ran = time.monotonic(), 0, 0.0, np.zeros(2)
    while (part := (time.monotonic() - began) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 200) * (0.02 + 0.98 * (0.5 + 0.5 * np.cos(np.pi * part)))
        x, wanted = batch(frames)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            said = net(x)
        heat, corners = loss_of((said[0].float(), said[1].float()), wanted)
        optimiser.zero_grad()
        (heat + corners).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        ran = 0.97 * ran + 0.03 * np.array((float(heat.detach()), float(corners.detach())))
        keep = min(AVERAGE, step / (step + 20))
        with torch.no_grad():
            for mine, now in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
                mine.lerp_(now, 1 - keep) if mine.is_floating_point() else mine.copy_(now)
        if time.monotonic() - told > 120:
            told = time.monotonic()
            print(f"{part:.0%} step {step} heat {ran[0]:.3f} corners {ran[1]:.3f}: found, off, false "
                  "{:.2%} {:.2f} {:.2f}".format(*judged(average, apart)), flush=True)  # fmt: skip
            torch.save(average.state_dict(), out)
    print(
        "done, step {}: found {:.2%}, corners off {:.2f}, false {:.2f}".format(step, *judged(average, apart))
    )
    torch.save(average.state_dict(), out)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("frames", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--minutes", type=float, default=40)
    told = asked.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    np.random.seed(1)
    train(told.frames, told.out, told.minutes)


if __name__ == "__main__":
    main()
