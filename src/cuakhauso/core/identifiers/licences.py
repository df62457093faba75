"""Numbers of the international transport licence (domain.md 3.3): one form of each country."""

import re
from typing import Final

from .errors import Invalid, InvalidCode
from .text import compact, refuse_lookalikes

_VIETNAMESE: Final = re.compile(r"([0-9]{10})/?GPLV")
_CHINESE: Final = re.compile(r"[A-Z][0-9]{2}[A-Z]+[0-9]+")


def parse_transport_licence(text: str) -> str:
    """`1200000001 / GPLV` as Vietnam writes it, or China's letter, year, letters and digits: `G26KQ00123`.

    A vehicle may carry either, since each side gives its own to the other's carriers (A).
    """
    value = compact(text)
    refuse_lookalikes(value)
    if match := _VIETNAMESE.fullmatch(value):
        return f"{match[1]} / GPLV"
    if _CHINESE.fullmatch(value):
        return value
    raise Invalid(InvalidCode.TRANSPORT_LICENCE_FORM, value=value)
