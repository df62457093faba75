"""Drivers: they arrive, wait for the boom, drive through, back out, or follow the one in front too closely.

A vehicle moves by fixed steps, so that no loop is ever jumped over, however busy the machine is.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from .lane_floor import BEHIND, Floor, Vehicle

STEP = 0.25
STANDS_AT = 1.5  # the front wheel is on the first loop
TRAILER = (6.0, 1.2, 9.0)


@dataclass(slots=True)
class Traffic:
    """`pace`: seconds for a quarter of a metre. `patience`: how long a driver waits before giving up."""

    floor: Floor
    pace: float = 0.004
    patience: float = 5.0

    async def arrive(self, parts: tuple[float, ...] = (6.0,)) -> Vehicle:
        vehicle = Vehicle(parts)
        self.floor.vehicles.append(vehicle)
        await self._roll([vehicle], STEP, lambda: vehicle.front >= STANDS_AT)
        return vehicle

    async def drive_through(self, vehicle: Vehicle) -> None:
        """Raises `TimeoutError` when the boom stays down."""
        await self._boom_up()
        await self._roll([vehicle], STEP, lambda: _is_behind(vehicle))
        self.floor.clear()

    async def ram(self, vehicle: Vehicle) -> None:
        await self._roll([vehicle], STEP, lambda: _is_behind(vehicle))
        self.floor.clear()

    async def back_out(self, vehicle: Vehicle) -> None:
        await self._roll([vehicle], -STEP, lambda: vehicle.front < -1)
        self.floor.vehicles.remove(vehicle)
        self.floor.settle()

    async def stop_under(self, vehicle: Vehicle) -> None:
        """Stands with its front past the boom, as behind a queue."""
        await self._boom_up()
        await self._roll([vehicle], STEP, lambda: vehicle.front >= 7)

    async def tailgate(self, first: Vehicle, parts: tuple[float, ...] = (5.0,), gap: float = 1.0) -> None:
        """A second one passes on the first one's opening."""
        second = Vehicle(parts, front=first.front - first.length - gap)
        self.floor.vehicles.append(second)
        await self._boom_up()
        await self._roll([first, second], STEP, lambda: _is_behind(second))
        self.floor.clear()

    async def _roll(self, vehicles: list[Vehicle], step: float, arrived: Callable[[], bool]) -> None:
        while not arrived():
            for vehicle in vehicles:
                self.floor.roll(vehicle, step)
            await asyncio.sleep(self.pace)

    async def _boom_up(self) -> None:
        async with asyncio.timeout(self.patience):
            while not self.floor.is_up:
                await asyncio.sleep(self.pace)


def _is_behind(vehicle: Vehicle) -> bool:
    return vehicle.front - vehicle.length >= BEHIND
