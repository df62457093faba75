"""What people do on the platform on a real day, through the open API: declare, confirm, hold; and how each
vehicle's crossing stands at the end.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx

from cuakhauso.lane.judging import new_id

from .centre import plate_of

GATE = "CKHN"
AGAIN_S = 0.5
PATIENCE_S = 120.0
AT_ONCE = 4


class Fate(StrEnum):
    """What the gate has decided about a vehicle. HELD_LATER: permitted at first, then held."""

    PERMITTED = "permitted"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    HELD_LATER = "held_later"
    UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """`n` is its place in the queue, the same in both runs; its plate is not."""

    n: int
    serial: int
    fate: Fate

    @property
    def plate(self) -> str:
        return plate_of(self.serial).shown


@dataclass(frozen=True, slots=True)
class Stands:
    """How a crossing stands: all but ids and moments. Reads may differ: a camera may have told it twice."""

    place: str
    stage: str
    held_by: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    passages: int


class Office:
    """Goes on asking while the platform is away: people press again."""

    def __init__(self, address: str, tokens: dict[str, str]) -> None:
        self.tokens = tokens
        self.client = httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=30, trust_env=False)
        self.crossings: dict[int, UUID] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def close(self) -> None:
        await self.client.aclose()

    async def prepare(self, vehicles: list[Vehicle]) -> None:
        declared = [one for one in vehicles if one.fate is not Fate.UNDECLARED]
        await asyncio.gather(*(self._prepare(one) for one in declared))

    async def _prepare(self, vehicle: Vehicle) -> None:
        async with self._turns:
            answer = await self._say("exporter", "/declarations", form(vehicle))
            self.crossings[vehicle.n] = UUID(answer["crossing"])
            if vehicle.fate is not Fate.UNCONFIRMED:
                await self._act(vehicle, "customs", "confirm", step="registration_accepted")
            if vehicle.fate is Fate.HELD:
                await self.hold(vehicle)

    async def hold(self, vehicle: Vehicle) -> None:
        await self._act(vehicle, "border_guard", "hold", reason="papers", note="xem lại giấy tờ")

    async def _act(self, vehicle: Vehicle, who: str, act: str, **more: str) -> None:
        path = f"/crossings/{self.crossings[vehicle.n]}/{act}"
        await self._say(who, path, {"id": str(new_id()), **more})

    async def _say(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The same again until it is answered: its id makes it one act."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await self.client.post(path, json=body, headers=self._as(who))
                    if answer.status_code < 500:
                        answer.raise_for_status()
                        return dict(answer.json())
                except httpx.TransportError:
                    pass
                await asyncio.sleep(AGAIN_S)

    def _as(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}"}

    async def stands(self, crossing: UUID) -> Stands:
        whole = await self._read(f"/crossings/{crossing}")
        facts = await self._read(f"/crossings/{crossing}/facts")
        said = {(fact["kind"], tuple(fact["irregular"])) for fact in facts}
        row, kinds = whole["crossing"], Counter(fact["kind"] for fact in facts)
        return Stands(row["place"], row["stage"], tuple(row["held_by"]), tuple(sorted(said)), kinds["passed"])

    async def _read(self, path: str) -> Any:
        async with self._turns:
            answer = await self.client.get(path, headers=self._as("customs"))
            answer.raise_for_status()
            return answer.json()


def form(vehicle: Vehicle) -> dict[str, Any]:
    """An export of plastic parts: nothing that a quarantine looks at."""
    item = {
        "name": "Linh kiện nhựa", "hs": "39269099", "origin": "VN", "quantity": 100, "unit": "PCE",
        "weight_kg": 12_600, "value": 400_000_000,
    }  # fmt: skip
    group = {
        "customs_number": f"308{vehicle.serial:08d}0", "type_code": "B11", "office_code": "15BB",
        "owner_tax_code": "4600000016", "packages": 100, "items": [item],
    }  # fmt: skip
    return {
        "id": str(new_id()), "gate": GATE, "kind": "export", "yard": "XC",
        "expected_at": datetime.now(UTC).isoformat(), "groups": [group],
        "vehicle": {"plate": vehicle.plate, "weight_class": "VT6", "transport_licence": "1200000001 / GPLV"},
        "driver": {"name": "Nông Văn Mẫu", "paper": "020085000412", "phone": "0912000318"},
    }  # fmt: skip
