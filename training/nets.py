"""The two networks. Small enough for one core: the sizes are measured in README.md.

`Reader`: a straightened strip in, for every place of the text the chance of each sign out.
`Locator`: a frame in, out for every eighth pixel how likely a plate or a code has its middle there, and
where its four corners are.
"""

import torch
from torch import Tensor, nn


def conv(a: int, b: int, stride: int | tuple[int, int] = 1, kernel: int = 3) -> nn.Sequential:
    made = nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(made, nn.BatchNorm2d(b), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Narrow, three by three, wide again, with a way past. Depthwise ones train at less than half the speed
    on a processor."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.narrow = conv(width, width // 2, kernel=1)
        self.look = conv(width // 2, width // 2)
        self.back = nn.Sequential(nn.Conv2d(width // 2, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.back(self.look(self.narrow(x))))


class Reader(nn.Module):
    """`places` times `signs` logits; a place beyond the text is sign 0. Strips are 3, high, wide in 0–1."""

    def __init__(self, places: int, signs: int, high: int, wide: int, width: int = 128) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(3, 24, 2), conv(24, 64, 2), Block(64), Block(64), conv(64, width, (2, 1)),
            Block(width), Block(width), Block(width),
        )  # fmt: skip
        cells = (high // 8) * (wide // 4)
        self.where = nn.Parameter(torch.randn(cells, width) * 0.02)
        self.asks = nn.Parameter(torch.randn(places, width) * 0.2)
        self.key, self.value = nn.Linear(width, width), nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.mix = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, batch_first=True, norm_first=True)
        self.out = nn.Linear(width, signs)
        self.scale = width**-0.5

    def forward(self, x: Tensor) -> Tensor:
        seen = self.body(x * 2 - 1).flatten(2).transpose(1, 2)
        looks = torch.softmax(self.asks @ self.key(seen + self.where).transpose(1, 2) * self.scale, dim=-1)
        found = self.norm(looks @ self.value(seen) + self.asks)
        return self.out(self.mix(found))


class Locator(nn.Module):
    """Three maps (plate, lying code, standing code) and eight offsets in units of eight pixels."""

    KINDS = 3

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.down2 = nn.Sequential(conv(3, 16, 2), conv(16, 24, 2), Block(24))
        self.down8 = nn.Sequential(conv(24, width, 2), Block(width), Block(width))
        self.down16 = nn.Sequential(conv(width, width, 2), Block(width), Block(width))
        self.down32 = nn.Sequential(conv(width, width, 2), Block(width), Block(width), Block(width))
        self.to16, self.to8 = Block(width), Block(width)
        self.kinds = nn.Sequential(conv(width, width), nn.Conv2d(width, self.KINDS, 1))
        self.corners = nn.Sequential(conv(width, width), nn.Conv2d(width, 8, 1))
        nn.init.constant_(self.kinds[1].bias, -4.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        eighth = self.down8(self.down2(x * 2 - 1))
        sixteenth = self.down16(eighth)
        rest = self.down32(sixteenth)
        sixteenth = self.to16(sixteenth + nn.functional.interpolate(rest, scale_factor=2.0))
        eighth = self.to8(eighth + nn.functional.interpolate(sixteenth, scale_factor=2.0))
        return self.kinds(eighth), self.corners(eighth)
