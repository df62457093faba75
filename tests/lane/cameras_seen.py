"""What the tests of cameras say over and over."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone

import uvicorn
from starlette.applications import Starlette

from cuakhauso.lane.drivers.plates import Mounting
from cuakhauso.sim.devices.cameras import Sighting

HEARD = datetime(2026, 3, 1, 2, 0, 5, tzinfo=UTC)
TAKEN = datetime(2026, 3, 1, 2, 0, 3, 250000, tzinfo=UTC)
HANOI = timezone(timedelta(hours=7))
EYE = Mounting(source="in-1-front", zone=HANOI)


def seen(plate: str = "29C-067.89", **told: object) -> Sighting:
    return Sighting(**({"plate": plate, "at": TAKEN, "pictures": False} | told))


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """The address of an application under the real server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[free]))
        async with asyncio.timeout(30):
            while not server.started:
                await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)
