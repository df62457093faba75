"""Which container code a picture most likely shows, where what was read of it is none.

For a person who is asked, and for nothing else. A check digit narrows down what can stand there and proves
nothing: one text in eleven passes it. So what is supposed is told as such, beside what was read; no barrier
opens by it, and it is never compared with what is expected.
"""

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice
from math import exp, log

from .evidence import HALF_LEGIBLE
from .identifiers import Invalid, parse_container
from .looks import PLACES, Chances, least_of

# Of the chance of all codes that a picture allows: from here on one is told. Of drawn codes nine in ten are
# right then (docs/decisions/0015).
SHARE = 0.7
MOST = 500  # texts that are gone through, the likeliest first


def likely_code(look: Chances) -> str:
    """Nothing where the likeliest signs are a code already or not half legible, or where no code is much
    likelier than all others."""
    if least_of(look) < HALF_LEGIBLE:
        return ""
    texts = list(islice(by_chance(look), MOST))
    codes = [(text, chance) for text, chance in texts if _is_code(text)]
    if not codes or codes[0] == texts[0]:
        return ""
    text, chance = codes[0]
    return text if chance >= SHARE * sum(chance for _, chance in codes) else ""


def by_chance(look: Chances) -> Iterator[tuple[str, float]]:
    """Every text that a look allows, the likeliest first, with its chance."""
    places = [sorted(_logs(place).items(), key=lambda one: -one[1]) for place in look if place]
    if not all(places) or len(places) > PLACES:
        return
    # For each text which of a place's signs it has; the next ones have the next sign at one place, no earlier
    # one than was changed last, so that each text comes once.
    heap = [(-sum(signs[0][1] for signs in places), (0,) * len(places), 0)]
    while heap:
        cost, which, last = heappop(heap)
        yield "".join(signs[n][0] for signs, n in zip(places, which, strict=True)), exp(-cost)
        for at in range(last, len(places)):
            if (n := which[at] + 1) < len(places[at]):
                more = places[at][n - 1][1] - places[at][n][1]
                heappush(heap, (cost + more, (*which[:at], n, *which[at + 1 :]), at))


def _logs(place: Mapping[str, float]) -> dict[str, float]:
    """Without what has no chance, or none that is a number."""
    return {sign: log(min(chance, 1.0)) for sign, chance in place.items() if chance > 0}


def _is_code(text: str) -> bool:
    try:
        parse_container(text)
    except Invalid:
        return False
    return True
