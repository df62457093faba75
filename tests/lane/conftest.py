"""The booth's page, served as in life."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from cuakhauso.lane.booth import booth

from .node import SmallNode


@pytest.fixture
def served() -> Iterator[Callable[[SmallNode], str]]:
    """The address of a node's page, on a free port of this machine."""
    running = []

    def serve(node: SmallNode) -> str:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(booth(node), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        serving = uvicorn.Server(config)
        thread = threading.Thread(target=serving.run, args=([listening],), daemon=True)
        thread.start()
        running.append((serving, thread, listening))
        end = time.monotonic() + 20
        while not serving.started and time.monotonic() < end:
            time.sleep(0.02)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield serve
    for serving, thread, listening in running:
        serving.should_exit = True
        thread.join(10)
        listening.close()
