"""The two networks. Small enough for one core: the sizes are measured in README.md.

`Reader`: a straightened strip in, for every place of the text the chance of each sign out.
`Locator`: a frame in, out for every eighth pixel how likely a plate or a code has its middle there, and
where the four corners are of the text that it belongs to.
"""

from dataclasses import dataclass

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


class Look(nn.Module):
    """Each place of the text asks the picture's cells what stands there."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ask, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.norm = nn.LayerNorm(width)
        self.scale = width**-0.5

    def forward(
        self, asks: Tensor, seen: Tensor, where: Tensor, bias: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        likes = self.ask(self.norm(asks)) @ self.key(seen + where).transpose(1, 2) * self.scale
        looks = torch.softmax(likes if bias is None else likes + bias, dim=-1)
        return asks + looks @ self.value(seen), looks


@dataclass(frozen=True, slots=True)
class Size:
    channels: tuple[int, int, int]
    early: int  # blocks on a quarter of the strip's size
    late: int


# Milliseconds of a strip on one core: 3.2 and 7; of the large one four times as many (43.7 where the small
# one takes 10.8). Codes are longer than plates, their paint is older.
READERS = {
    "plate": Size((32, 80, 160), 2, 4),
    "code": Size((32, 96, 192), 3, 4),
    "code_large": Size((48, 160, 320), 4, 8),
}


class Reader(nn.Module):
    """`places` times `signs` logits; a place beyond the text is sign 0. Strips are 3, high, wide in 0–1.

    The first look begins where the signs of one line stand, side by side. What all places saw together tells
    each where to look again; training says where that is, or the places need hours to find out.
    """

    def __init__(self, places: int, signs: int, high: int, wide: int, size: Size) -> None:
        super().__init__()
        first, second, width = size.channels
        self.body = nn.Sequential(
            conv(3, first, 2), conv(first, second, 2), *(Block(second) for _ in range(size.early)),
            conv(second, width, (2, 1)), *(Block(width) for _ in range(size.late)),
        )  # fmt: skip
        rows, columns = high // 8, wide // 4
        self.where = nn.Parameter(torch.randn(rows * columns, width) * 0.02)
        self.asks = nn.Parameter(torch.randn(places, width) * 0.2)
        self.bias = nn.Parameter(side_by_side(places, rows, columns))
        self.first, self.again = Look(width), Look(width)
        self.mix = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, batch_first=True, norm_first=True)
        self.norm, self.out = nn.LayerNorm(width), nn.Linear(width, signs)

    def forward(self, x: Tensor) -> Tensor:
        return self.looking(x)[0]

    def looking(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """And at which cells each place looks in the end: what training is taught where it knows."""
        seen = self.body(x * 2 - 1).flatten(2).transpose(1, 2)
        asks = self.asks.expand(len(x), -1, -1)
        asks, _ = self.first(asks, seen, self.where, self.bias)
        asks, looks = self.again(self.mix(asks), seen, self.where, None)
        return self.out(self.norm(asks)), looks


def side_by_side(places: int, rows: int, columns: int) -> Tensor:
    """Likes of each place for each cell: a bump around the column where it stands in one even line."""
    middles = (torch.arange(places) + 0.5) * columns / places
    off = (torch.arange(columns)[None] + 0.5 - middles[:, None]) * places / columns
    return (-0.5 * (off / 0.6) ** 2).clamp(min=-6)[:, None].expand(-1, rows, -1).reshape(places, -1).clone()


class Locator(nn.Module):
    """For each eighth pixel three chances, as logits, that a middle is there (of a plate, a lying code, a
    standing code), and where the corners of the text are that stands there, in units of `UNIT` pixels."""

    KINDS, UNIT = 3, 32.0

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.down4 = nn.Sequential(conv(3, 16, 2), conv(16, 32, 2), Block(32))
        self.down8 = nn.Sequential(conv(32, width, 2), Block(width), Block(width))
        self.down16 = nn.Sequential(conv(width, width, 2), Block(width), Block(width), Block(width))
        self.down32 = nn.Sequential(conv(width, 2 * width, 2), *(Block(2 * width) for _ in range(4)))
        self.back32 = conv(2 * width, width, kernel=1)
        self.to16, self.to8 = Block(width), Block(width)
        self.head = conv(width, width)
        self.out = nn.Conv2d(width, self.KINDS + 8, 1)
        with torch.no_grad():
            assert self.out.bias is not None
            self.out.bias[: self.KINDS] = -4.0

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        eighth = self.down8(self.down4(x * 2 - 1))
        sixteenth = self.down16(eighth)
        rest = self.back32(self.down32(sixteenth))
        sixteenth = self.to16(sixteenth + nn.functional.interpolate(rest, scale_factor=2.0))
        eighth = self.to8(eighth + nn.functional.interpolate(sixteenth, scale_factor=2.0))
        both = self.out(self.head(eighth))
        return both[:, : self.KINDS], both[:, self.KINDS :]
