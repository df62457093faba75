"""Who comes to the demo's lane: vehicles of both countries with invented numbers, and how each is seen.

Most are clean and permitted. The others are there so that a person is asked: mud, night, a camera that
misreads, a vehicle that customs has not accepted yet, one that nobody declared.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import cycle
from typing import Any

import httpx
from stdnum import iso6346

from cuakhauso.lane.judging import new_id

from .devices.vehicles_drawn import NIGHT, Painted

GATE = "CKHN"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class How(StrEnum):
    CLEAR = "clear"
    MUDDY = "muddy"
    DARK = "dark"
    MISREAD = "misread"  # by the camera, one sign of the plate; ours reads it
    UNACCEPTED = "unaccepted"
    UNDECLARED = "undeclared"


class Look(StrEnum):
    """Which plates it has."""

    VN_LINE = "vn_line"
    VN_PAIR = "vn_pair"
    VN_BOX = "vn_box"  # with a trailer and a container
    CN_BLUE = "cn_blue"
    CN_YELLOW = "cn_yellow"
    CN_GREEN = "cn_green"


ROUND = (
    (Look.VN_BOX, How.CLEAR), (Look.CN_BLUE, How.CLEAR), (Look.VN_PAIR, How.MUDDY),
    (Look.CN_YELLOW, How.CLEAR), (Look.VN_LINE, How.MISREAD), (Look.CN_GREEN, How.CLEAR),
    (Look.VN_PAIR, How.CLEAR), (Look.VN_BOX, How.UNACCEPTED), (Look.VN_LINE, How.CLEAR),
    (Look.CN_YELLOW, How.DARK), (Look.VN_BOX, How.CLEAR), (Look.VN_LINE, How.UNDECLARED),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    painted: Painted
    how: How

    @property
    def light(self) -> float:
        return NIGHT if self.how is How.DARK else 1.0

    @property
    def told(self) -> str:
        """What the camera's own reader says."""
        if self.how in (How.MUDDY, How.DARK):
            return ""
        plate = self.painted.plate
        return plate[:-1] + str((int(plate[-1]) + 5) % 10) if self.how is How.MISREAD else plate


def visits(chance: random.Random) -> Iterator[Visit]:
    """For ever, round by round."""
    for look, how in cycle(ROUND):
        yield Visit(painted(look, chance, mud=1.0 if how is How.MUDDY else 0.0), how)


def painted(look: Look, chance: random.Random, mud: float = 0.0) -> Painted:
    five = f"{chance.randrange(10_000, 99_999):05d}"
    match look:
        case Look.CN_BLUE:
            return Painted(f"桂F·{five[0]}{chance.choice(LETTERS)}{five[2:]}", mud=mud)
        case Look.CN_YELLOW:
            return Painted(f"桂{chance.choice('AFL')}·{five}", yellow=True, mud=mud)
        case Look.CN_GREEN:
            return Painted(f"桂{chance.choice('AF')}D{five}", mud=mud)
    plate = f"{chance.choice(('12', '15', '29', '30'))}{chance.choice('CH')}-{five[:3]}.{five[3:]}"
    if look is not Look.VN_BOX:
        return Painted(plate, yellow=chance.random() < 0.5, two_lines=look is Look.VN_PAIR, mud=mud)
    trailer, number = chance.randrange(10_000, 99_999), f"TSTU{chance.randrange(100_000, 999_999)}"
    return Painted(
        plate, f"12R-{trailer // 100:03d}.{trailer % 100:02d}", number + iso6346.calc_check_digit(number),
        yellow=True, mud=mud,
    )  # fmt: skip


class NotTaken(Exception):
    """The platform refused what was sent; its words."""


class Desk:
    """What a business and customs do for these vehicles, by the open API alone."""

    def __init__(self, address: str, tokens: dict[str, str]) -> None:
        self.tokens = tokens
        self.client = httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=30, trust_env=False)

    async def prepare(self, visit: Visit) -> str:
        """Its crossing; "" where nobody declares it."""
        if visit.how is How.UNDECLARED:
            return ""
        crossing = str((await self._say("exporter", "/declarations", declared(visit.painted)))["crossing"])
        if visit.how is not How.UNACCEPTED and _is_export(visit.painted):
            act = {"id": str(new_id()), "step": "registration_accepted"}
            await self._say("customs", f"/crossings/{crossing}/confirm", act)
        return crossing

    async def _say(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = await self.client.post(path, json=body, headers=headers)
        if not answer.is_success:
            raise NotTaken(f"{path}: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json())


def _is_export(one: Painted) -> bool:
    """Vietnam's bring goods out; China's go home empty."""
    return one.plate[0].isascii()


def declared(one: Painted) -> dict[str, Any]:
    vehicle: dict[str, Any] = {
        "plate": one.plate, "weight_class": "VT6", "transport_licence": "1200000417 / GPLV",
        "trailers": [one.trailer] if one.trailer else [],
        "containers": [one.container] if one.container else [],
    }  # fmt: skip
    form = {
        "id": str(new_id()), "gate": GATE, "kind": "empty_return", "groups": [], "vehicle": vehicle,
        "expected_at": datetime.now(UTC).isoformat(),
        "driver": {
            "name": "Nông Văn Mẫu" if _is_export(one) else "林样本",
            "paper": "020085000412" if _is_export(one) else "E12000457", "phone": "0912000318",
        },
    }  # fmt: skip
    if not _is_export(one):
        return form
    item = {
        "name": "Linh kiện nhựa", "hs": "39269099", "origin": "VN", "quantity": 100, "unit": "PCE",
        "weight_kg": 12_600, "value": 400_000_000,
    }  # fmt: skip
    number = f"308{new_id().int % 10**8:08d}0"
    group = {
        "customs_number": number, "type_code": "B11", "office_code": "15BB",
        "owner_tax_code": "4600000016", "packages": 100, "items": [item],
    }  # fmt: skip
    return form | {"kind": "export", "yard": "XC", "groups": [group]}
