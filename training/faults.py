"""Faults of light, lens and camera for a whole batch of strips at once, where the network learns.

What `render/weather.py` does to a picture before it is cut out, this does anew each time that a strip is
taken from its ring: the same strip is never seen twice. Strips are n by 3 by high by wide in 0-1.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

# Of ITU-R BT.601, as JPEG has it: red, green and blue to light and two colours.
TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))
# ITU-T T.81, tables K.1 and K.2: how coarsely JPEG keeps each frequency of light and of colour.
LIGHT = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
COLOUR = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, *(99,) * 32,
)  # fmt: skip
TAPS = 9
PARTS = 6  # of a batch that are made coarse, each by a factor of its own


def degraded(x: Tensor, hard: float) -> Tensor:
    """A handful of faults by chance; `hard` scales how likely each is."""
    x = some(x, 0.2 * hard, bent)
    x = some(x, 0.15 * hard, shade)
    x = some(x, 0.06 * hard, glare)
    x = some(x, 0.12 * hard, mud)
    x = some(x, 0.25 * hard, softer)
    x = some(x, 0.15 * hard, moved)
    x = some(x, 0.15 * hard, sharper)
    for part in torch.randperm(len(x), device=x.device)[: int(0.5 * hard * len(x))].chunk(PARTS):
        x[part] = coarse(x[part])
    return x


def some(x: Tensor, chance: float, fault: Callable[[Tensor], Tensor]) -> Tensor:
    which = (torch.rand(len(x), device=x.device) < chance).nonzero()[:, 0]
    if len(which):
        x[which] = fault(x[which]).to(x.dtype)
    return x


def _between(x: Tensor, least: float, most: float, *shape: int) -> Tensor:
    return least + (most - least) * torch.rand(len(x), *(shape or (1, 1, 1)), device=x.device)


def _grid(x: Tensor) -> tuple[Tensor, Tensor]:
    high, wide = x.shape[2:]
    y = torch.linspace(-0.5, 0.5, high, device=x.device).view(1, 1, -1, 1)
    return torch.linspace(-0.5, 0.5, wide, device=x.device).view(1, 1, 1, -1), y


def bent(x: Tensor) -> Tensor:
    """A camera's curve from light to number."""
    return x.clamp(1e-4, 1) ** torch.exp(_between(x, -0.8, 0.8))


def shade(x: Tensor) -> Tensor:
    """A shadow's edge, or light that falls off to one side."""
    across, down = _grid(x)
    angle = _between(x, 0, 6.283)
    ramp = across * torch.cos(angle) + 0.5 * down * torch.sin(angle) + _between(x, -0.3, 0.3)
    steep = torch.exp(_between(x, 1.0, 3.7))
    return x * (1 - _between(x, 0.2, 0.6) * torch.sigmoid(ramp * steep))


def glare(x: Tensor) -> Tensor:
    across, down = _grid(x)
    away = (across - _between(x, -0.7, 0.7)) ** 2 + (0.25 * (down - _between(x, -1, 1))) ** 2
    light = torch.exp(-away / _between(x, 0.05, 0.4) ** 2)
    return x * _between(x, 0.3, 1.0) + _between(x, 0.1, 0.6) * light


def mud(x: Tensor) -> Tensor:
    """Spots of dirt, and paint that has come off and shows what is below."""
    spots = torch.rand(len(x), 1, 6, 20, device=x.device)
    spots = nn.functional.interpolate(spots, x.shape[2:], mode="bicubic", align_corners=False)
    share = ((spots - _between(x, 0.6, 0.95)) * 5).clamp(0, 1) * _between(x, 0.2, 0.85)
    dirt = _between(x, 0, 1) * _between(x, 0.7, 1, 3, 1, 1)
    is_dirt = torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5
    colour = torch.where(is_dirt, dirt, x.median(3, True)[0])
    return x * (1 - share) + colour * share


def _along(x: Tensor, weights: Tensor, dim: int) -> Tensor:
    """`weights`: n by `TAPS`."""
    reach = TAPS // 2
    padded = nn.functional.pad(x, (reach, reach, 0, 0) if dim == 3 else (0, 0, reach, reach), "replicate")
    found = torch.zeros_like(x)
    for n in range(TAPS):
        found += weights[:, n].view(-1, 1, 1, 1) * padded.narrow(dim, n, x.shape[dim])
    return found


def _bell(sigma: Tensor) -> Tensor:
    at = torch.arange(TAPS, device=sigma.device) - TAPS // 2
    weights = torch.exp(-0.5 * (at[None] / sigma) ** 2)
    return weights / weights.sum(1, keepdim=True)


def softer(x: Tensor) -> Tensor:
    x = _along(x, _bell(_between(x, 0.4, 2.4, 1)), 3)
    return _along(x, _bell(_between(x, 0.4, 2.0, 1)), 2)


def moved(x: Tensor) -> Tensor:
    """By motion, along the strip or across it."""
    at = torch.arange(TAPS, device=x.device) - TAPS // 2
    box = (at[None].abs() <= _between(x, 1.0, 4.4, 1)).float()
    box = box / box.sum(1, keepdim=True)
    still = torch.zeros_like(box)
    still[:, TAPS // 2] = 1
    across = torch.rand(len(x), 1, device=x.device) < 0.6
    return _along(_along(x, torch.where(across, box, still), 3), torch.where(across, still, box), 2)


def sharper(x: Tensor) -> Tensor:
    """As cameras do, with halos."""
    soft = _along(_along(x, _bell(_between(x, 0.7, 1.8, 1)), 3), _bell(_between(x, 0.7, 1.8, 1)), 2)
    return (x + _between(x, 0.3, 1.8) * (x - soft)).clamp(0, 1)


def coarse(x: Tensor) -> Tensor:
    """As if it had been far away and then packed: all of `x` in the same way."""
    high, wide = x.shape[2:]
    small = (int(torch.randint(3, 9, ())) * 8 * high // 64, int(torch.randint(8, 29, ())) * 8 * wide // 256)
    found = nn.functional.interpolate(x, small, mode="bilinear", align_corners=False, antialias=True)
    if float(torch.rand(())) < 0.7:
        found = packed(found)
    mode = "bicubic" if float(torch.rand(())) < 0.5 else "bilinear"
    return nn.functional.interpolate(found, (high, wide), mode=mode, align_corners=False).clamp(0, 1)


def packed(x: Tensor) -> Tensor:
    """As JPEG does: sides are multiples of 8; each strip as coarsely as chance has it."""
    to = torch.tensor(TO_YCC, device=x.device)
    seen = torch.einsum("ij,njhw->nihw", to, x * 255)
    half = nn.functional.avg_pool2d(seen[:, 1:], 2)
    seen = torch.cat((seen[:, :1] - 128, nn.functional.interpolate(half, x.shape[2:])), 1)
    tables = torch.tensor((LIGHT, COLOUR, COLOUR), device=x.device, dtype=torch.float).view(1, 3, 8, 8)
    quality = _between(x, 12, 80)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    step = (tables * scale).clamp(min=1)[:, :, None, None]
    wave = _waves(x.device)
    n, _, high, wide = x.shape
    blocks = seen.reshape(n, 3, high // 8, 8, wide // 8, 8).transpose(3, 4)
    kept = (wave @ blocks @ wave.T / step).round() * step
    seen = (wave.T @ kept @ wave).transpose(3, 4).reshape(n, 3, high, wide)
    seen = torch.cat((seen[:, :1] + 128, seen[:, 1:]), 1)
    return (torch.einsum("ij,njhw->nihw", torch.linalg.inv(to), seen) / 255).clamp(0, 1)


def _waves(device: torch.device) -> Tensor:
    """The discrete cosine transform of eight numbers."""
    n = torch.arange(8, device=device, dtype=torch.float)
    wave = torch.cos((2 * n[None] + 1) * n[:, None] * torch.pi / 16) / 2
    wave[0] /= 2**0.5
    return wave
