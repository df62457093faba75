"""What several looks at one text say together: a sum of logarithms for each place, and how sure that is.

Pure, and without numpy. Looks of one camera at one text are no independent witnesses: what blurs one frame
blurs the next. So each look after the first counts for a part only, and only as far as it differs from the
others: the same look a hundred times is as sure as it is once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from ..contracts import Chances

FLOOR = 0.002  # of a sign that a look leaves out: hardly a chance is not none
EACH_MORE = 0.4  # of a look, counts each after the first that differs from all others
DIFFERENT = 0.1  # of the chances of a place, on average over all: from here on two looks differ wholly
EMPTY: Mapping[str, float] = {"": 1.0}


@dataclass(frozen=True, slots=True)
class Consensus:
    """`text` is the likeliest sign of each place, never repaired; `confidence` the chance of the least
    certain of them, and never more than the surest look had: what no frame showed, adding frames does not
    show. `chances` are those of all looks together."""

    text: str
    confidence: float
    chances: Chances


NOTHING = Consensus("", 0.0, ())


def consensus(looks: Sequence[Chances]) -> Consensus:
    """Whatever their order. Looks with fewer places than others have nothing at the rest."""
    looks = [look for look in looks if look]
    if not looks:
        return NOTHING
    places = max(map(len, looks))
    padded = [(*look, *(EMPTY,) * (places - len(look))) for look in looks]
    weight = count_as(padded) / len(padded)
    chances = tuple(together(place, weight) for place in zip(*padded, strict=True))
    likeliest = [max(sorted(place), key=place.__getitem__) for place in chances]
    surest = [max(look[n].get(sign, 0.0) for look in padded) for n, sign in enumerate(likeliest)]
    least = min(min(chances[n][sign], surest[n]) for n, sign in enumerate(likeliest))
    return Consensus("".join(likeliest), least, chances)


def count_as(looks: Sequence[Chances]) -> float:
    """How many witnesses so many looks are: one, and a part for each that differs from its nearest."""
    if len(looks) < 2:
        return 1.0
    nearest = (
        min(apart(one, other) for m, other in enumerate(looks) if m != n) for n, one in enumerate(looks)
    )
    return 1 + EACH_MORE * sum(sorted(min(1.0, each / DIFFERENT) for each in nearest))


def apart(one: Chances, other: Chances) -> float:
    """0 to 1: how much of the chances of a place is on other signs, on average."""
    places = zip(one, other, strict=True)
    return sum(_apart(a, b) for a, b in places) / max(1, len(one))


def _apart(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return sum(abs(a.get(sign, 0.0) - b.get(sign, 0.0)) for sign in {*a, *b}) / 2


def together(looks: Sequence[Mapping[str, float]], weight: float) -> dict[str, float]:
    """One place, each look's logarithms times `weight`: chances that add up to 1."""
    signs = sorted({sign for look in looks for sign in look})
    if not signs:
        return {"": 1.0}
    sums = {sign: weight * _summed(sign, looks) for sign in signs}
    most = max(sums.values())
    parts = {sign: exp(each - most) for sign, each in sums.items()}
    whole = sum(parts.values())
    return {sign: part / whole for sign, part in parts.items()}


def _summed(sign: str, looks: Sequence[Mapping[str, float]]) -> float:
    """In one order whatever theirs: floating sums differ by it."""
    return sum(sorted(log(max(look.get(sign, 0.0), FLOOR)) for look in looks))
