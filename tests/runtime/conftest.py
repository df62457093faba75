"""A platform of its own per test: a data folder, a port, `cuakhauso run` as its user types it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cuakhauso.runtime.folder import embedded_url

COMMAND = [str(Path(sys.executable).with_name("cuakhauso")), "run"]


class Platform:
    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.process: subprocess.Popen[str] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CUAKHAUSO", "PG"))}
        return inherited | {"CUAKHAUSO_DATA": str(self.data), "PORT": str(self.port)} | more

    def start(self, **more: str) -> float:
        """Seconds until it serves."""
        began = time.monotonic()
        with (self.data.parent / f"{self.data.name}.log").open("a") as log:
            self.process = subprocess.Popen(
                COMMAND, env=self.environment(**more), stdout=log, stderr=log, text=True
            )
        self.until(lambda: self.health()["database"]["ok"])
        return time.monotonic() - began

    def refused(self, **more: str) -> str:
        """What a start that cannot succeed says."""
        done = subprocess.run(
            COMMAND, env=self.environment(**more), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1, done
        return done.stderr.strip()

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=9) as got:
                return json.load(got)
        except urllib.error.HTTPError as answer:
            return json.load(answer)

    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def until(self, so, within: float = 90) -> None:
        end = time.monotonic() + within
        while time.monotonic() < end:
            assert self.process
            assert self.process.poll() is None, self.log()
            try:
                if so():
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not within {within} s:\n{self.log()}")

    def stop(self, order: signal.Signals = signal.SIGTERM) -> int | None:
        if not self.process:
            return None
        self.process.send_signal(order)
        code = self.process.wait(30)
        self.process = None
        return code

    def database_answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(embedded_url(self.data)):
            return True
        return False

    def postmaster(self) -> int:
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after its first start; setting it up once is slow enough."""
    it = Platform(tmp_path_factory.mktemp("set-up") / "var", free_port())
    it.start()
    assert it.stop() == 0
    return it.data


@pytest.fixture
def platform(tmp_path: Path, set_up: Path) -> Iterator[Platform]:
    it = Platform(tmp_path / "var", free_port())
    subprocess.run(["cp", "-a", set_up, it.data], check=True)
    yield it
    it.stop(signal.SIGTERM)


@pytest.fixture
def second_platform(tmp_path: Path, set_up: Path) -> Iterator[Platform]:
    it = Platform(tmp_path / "other", free_port())
    subprocess.run(["cp", "-a", set_up, it.data], check=True)
    yield it
    it.stop(signal.SIGTERM)
