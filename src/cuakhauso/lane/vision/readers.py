"""What a strip says: a reader of plates, a reader of container codes, behind the port `Reader`.

Both look once, and look again where that was not sure: no corner is exactly where a finder says. How often,
how, and by which network was chosen on drawings (docs/decisions/0014 and 0016).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..contracts import Chances
from .contracts import Found, Picture
from .networks import as_input, session
from .straightening import Line, line_through, strip, wider

Seen = NDArray[np.float32]  # places, signs: the chance of each sign
Middles = NDArray[np.float64]  # places, 2: where in the strip each place's sign is, in parts of it

NOTHING = "_"
LEAST_CHANCE = 0.002  # of a sign that is kept
FAINTEST = 1e-4  # of a sign that another look is sure of: no look alone rules one out
SURE = 0.9  # of the least certain sign: from here on one look is enough
# Room around a text, in parts of its height; beside a standing one.
PLATE_NEAR, PLATE_FAR, CODE = (0.0, 0.25), (0.1, 0.4), (0.1, 0.25)
# Where along a strip a code's signs stand, in parts of it: the median of the strips that readers learn from.
EVEN = (0.048, 0.126, 0.2, 0.273, 0.449, 0.525, 0.598, 0.672, 0.746, 0.82, 0.949)
TIMES = 3  # that a code is straightened along its signs
LEGIBLE = 0.45  # so certain are the signs of a code at first sight, in the mean; most other texts are less so


class Net:
    """A network that strips are shown to."""

    def __init__(self, name: str, threads: int) -> None:
        self._session = session(name, threads)
        facts = self._session.get_modelmeta().custom_metadata_map
        self._signs = tuple("" if sign == NOTHING else sign for sign in facts["signs"])
        self._wide, self._high = int(facts["wide"]), int(facts["high"])

    def look(self, picture: Picture, found: Found, line: Line | None = None) -> tuple[Seen, Middles]:
        straight = strip(picture, found, self._wide, self._high, line)
        chances, middles = self._session.run(None, {"picture": as_input(straight[None])})
        return chances[0], middles[0].astype(float)

    def named(self, seen: Seen) -> Chances:
        kept = [np.nonzero(place >= LEAST_CHANCE)[0] for place in seen]
        return tuple(
            {self._signs[n]: float(place[n]) for n in some} for place, some in zip(seen, kept, strict=True)
        )


class PlateReader:
    def __init__(self, threads: int = 1) -> None:
        self._net = Net("plate", threads)

    def read(self, picture: Picture, found: Found) -> Chances:
        """The mean of two views, where the first is not sure."""
        near, _ = self._net.look(picture, wider(found, *PLATE_NEAR))
        if surely(near) >= SURE:
            return self._net.named(near)
        far, _ = self._net.look(picture, wider(found, *PLATE_FAR))
        return self._net.named((near + far) * np.float32(0.5))


class CodeReader:
    def __init__(self, threads: int = 1) -> None:
        self._quick, self._thorough = Net("code", threads), Net("code_large", threads)

    def read(self, picture: Picture, found: Found) -> Chances:
        """Six of seven codes are sure at first sight, of a network that takes a quarter of the time. Of the
        others a larger one has several looks, and they count together. What hardly looks like a code is
        left at that."""
        seen, _ = self._quick.look(picture, wider(found, *CODE))
        if surely(seen) >= SURE or seen.max(-1).mean() < LEGIBLE:
            return self._quick.named(seen)
        return self._thorough.named(together(self._looks(picture, found)))

    def _looks(self, picture: Picture, found: Found) -> list[Seen]:
        """As it was found; then straightened along the signs that the last look showed."""
        near = wider(found, *CODE)
        seen, middles = self._thorough.look(picture, near)
        looks = [seen]
        for _ in range(TIMES):
            line = line_through(middles, EVEN)
            if line is None:
                break
            seen, along = self._thorough.look(picture, near, line)
            looks.append(seen)
            middles = line.before(along)
        return looks


def surely(seen: Seen) -> float:
    """The chance of the least certain sign."""
    return float(seen.max(-1).min())


def together(looks: Sequence[Seen]) -> Seen:
    """The geometric mean: a sign that one look has no doubt about does not stand against all others."""
    chances = np.exp(np.mean([np.log(np.maximum(seen, FAINTEST)) for seen in looks], axis=0))
    all_: Seen = chances / chances.sum(-1, keepdims=True)
    return all_
