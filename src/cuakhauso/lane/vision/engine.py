"""Our own networks behind the ports, run by onnxruntime on one processor. `eyes()` is where to begin.

What a network needs to be used is written in it: signs, places, the size of its strips. How it was made and
how good it is stands in `weights/cards.json`, under which licence in `weights/LICENCE.md`.
"""

from math import hypot
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from ..contracts import Chances
from .contracts import Card, Corner, Found, Kind, Picture
from .locating import Quad, Spot, is_same, spots
from .seeing import Eyes
from .straightening import Line, line_through, strip, wider

WEIGHTS = Path(__file__).parent / "weights"
LONGEST = 640  # pixels of the longer side that the locator looks at
LEAST_CHANCE = 0.002  # of a sign that is kept
# Pixels: a text that is shorter than the one is looked at again, as long as the other.
CLOSER_BELOW, CLOSER_LONG = 110.0, 200.0
# Two views of a text: room around it, in parts of its height; beside a standing one. Chosen on drawings.
VIEWS = {"plate": ((0.0, 0.25), (0.1, 0.4)), "code": ((0.1, 0.25), (0.2, 0.4))}
SURE = 0.9
# Where along a strip a code's signs stand, in parts of it: the median of the strips that readers learn from.
EVEN = {"code": (0.048, 0.126, 0.2, 0.273, 0.449, 0.525, 0.598, 0.672, 0.746, 0.82, 0.949), "plate": ()}
TIMES = 2  # that a code is straightened along its signs
WHOLE, LEAST_WIDE, MOST_WIDE = 400, 1.2, 7.0  # a picture no wider, of a plate's shape, may be nothing else
FAINT = 0.4  # in parts of the likeliest text's chance: what is less likely beside it is none
NOTHING = "_"


class NoWeights(Exception):
    """The networks do not lie in the package: it was installed without them."""


def eyes(threads: int = 1) -> Eyes:
    """Raises `NoWeights`."""
    readers = {Kind.PLATE: NetReader("plate", threads), Kind.CODE: NetReader("code", threads)}
    return Eyes(NetFinder(threads), readers)


def cards() -> tuple[Card, ...]:
    return msgspec.json.decode((WEIGHTS / "cards.json").read_bytes(), type=tuple[Card, ...])


def session(name: str, threads: int) -> onnxruntime.InferenceSession:
    path = WEIGHTS / f"{name}.onnx"
    if not path.exists():
        raise NoWeights(str(path))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures of one size, one after the other."""
    turned = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))  # as bytes: four times as fast
    scaled: NDArray[np.float32] = np.multiply(turned, np.float32(1 / 255), dtype=np.float32)
    return scaled


class NetReader:
    def __init__(self, name: str, threads: int = 1) -> None:
        self._session = session(name, threads)
        facts = self._session.get_modelmeta().custom_metadata_map
        self._signs = tuple("" if sign == NOTHING else sign for sign in facts["signs"])
        self._wide, self._high = int(facts["wide"]), int(facts["high"])
        self._rooms = VIEWS[name]
        self._even = EVEN[name]

    def read(self, picture: Picture, found: Found) -> Chances:
        """Where a first view is not sure, a second has more room: no corner is exactly where the finder says.
        Of a plate the mean counts. Of a code the surest does, of these and of views that are straightened
        along the signs that the last one showed."""
        near, far = (wider(found, *room) for room in self._rooms)
        first, middles = self._view(picture, near)
        if _surely(first) >= SURE:
            return self._named(first)
        second, _ = self._view(picture, far)
        if not self._even:
            return self._named((first + second) * np.float32(0.5))
        views = [first, second]
        for _ in range(TIMES):
            line = line_through(middles, self._even)
            if line is None:
                break
            along, middles = self._view(picture, near, line)
            views.append(along)
            middles = line.before(middles)
        return self._named(max(views, key=_surely))

    def _view(
        self, picture: Picture, found: Found, line: Line | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """The chances of each place, and where in the strip its sign is, in parts of it."""
        straight = strip(picture, found, self._wide, self._high, line)
        chances, middles = self._session.run(None, {"picture": as_input(straight[None])})
        return chances[0], middles[0].astype(float)

    def _named(self, seen: NDArray[np.float32]) -> Chances:
        kept = [np.nonzero(place >= LEAST_CHANCE)[0] for place in seen]
        return tuple(
            {self._signs[n]: float(place[n]) for n in some} for place, some in zip(seen, kept, strict=True)
        )


def _surely(seen: NDArray[np.float32]) -> float:
    """The chance of the least certain sign."""
    return float(seen.max(-1).min())


class NetFinder:
    def __init__(self, threads: int = 1, longest: int = LONGEST) -> None:
        self._session, self._longest = session("locate", threads), longest
        facts = self._session.get_modelmeta().custom_metadata_map
        self._kinds = tuple(Kind(kind) for kind in facts["kinds"].split(","))
        self._cell = int(facts["cell"])

    def find(self, picture: Picture) -> tuple[Found, ...]:
        """Looked at twice, the second time from twice as far away: a code may fill the picture."""
        high, wide = picture.shape[:2]
        scale = min(1.0, self._longest / max(high, wide))
        near = padded(picture, scale)
        far = padded(np.asarray(Image.fromarray(near).reduce(2)), 1.0)
        views = ((near, scale), (far, scale / 2))
        seen = [(spot, once) for view, once in views for spot in self._spots(view)]
        found: list[Found] = []
        for spot, once in sorted(seen, key=lambda one: -one[0].chance):
            if found and spot.chance < FAINT * found[0].confidence:
                break
            one = self._closer(picture, spot, once)
            if not any(is_same(np.array(one.corners), np.array(other.corners)) for other in found):
                found.append(one)
        if wide <= WHOLE and LEAST_WIDE <= wide / high <= MOST_WIDE:
            corners: tuple[Corner, Corner, Corner, Corner] = ((0, 0), (wide, 0), (wide, high), (0, high))
            found.append(Found(Kind.PLATE, corners, 0.5))
        return tuple(found)

    def _spots(self, picture: Picture) -> list[Spot]:
        """`picture`: each side a multiple of 32."""
        heat, corners = self._session.run(None, {"picture": as_input(picture[None])})
        return spots(heat[0], corners[0], self._cell)

    def _closer(self, picture: Picture, spot: Spot, scale: float) -> Found:
        """A text that is small here, and larger in what the camera took, is looked at again."""
        quad = spot.quad / scale
        long = max(hypot(*(spot.quad[1] - spot.quad[0])), hypot(*(spot.quad[3] - spot.quad[0])))
        if long < CLOSER_BELOW and scale < 0.75:
            quad = self._again(picture, quad, min(1.0, scale * CLOSER_LONG / long))
        a, b, c, d = ((float(x), float(y)) for x, y in quad)
        return Found(self._kinds[spot.kind], (a, b, c, d), spot.chance)

    def _again(self, picture: Picture, quad: Quad, scale: float) -> Quad:
        high, wide = picture.shape[:2]
        room = 0.5 * (quad.max(0) - quad.min(0)).max()
        x0, y0 = np.clip(np.floor(quad.min(0) - room), 0, (wide - 1, high - 1)).astype(int)
        x1, y1 = np.clip(np.ceil(quad.max(0) + room), 1, (wide, high)).astype(int)
        middle = quad.mean(0)
        part = padded(picture[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)], scale)
        for spot in self._spots(part):
            seen: Quad = spot.quad / scale + (x0, y0)
            if (seen.min(0) < middle).all() and (middle < seen.max(0)).all():
                return seen
        return quad


def padded(picture: Picture, scale: float, by: int = 32) -> Picture:
    """Made smaller, and filled up with black so that each side is a multiple of `by`."""
    image = Image.fromarray(picture)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    wide, high = -(-image.width // by) * by, -(-image.height // by) * by
    if (wide, high) != image.size:
        room = Image.new("RGB", (wide, high))
        room.paste(image)
        image = room
    return np.asarray(image, np.uint8)
