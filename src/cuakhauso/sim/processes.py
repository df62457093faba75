"""The real programs of a real day, each a process that can be killed: the platform and a lane node.

`cuakhauso run` with its web processes, its worker and its database on a data folder of its own, and
`cuakhauso lane run` beside the barrier.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from cuakhauso.runtime.postgres import stop_with_parent

COMMAND = str(Path(sys.executable).with_name("cuakhauso"))
STARTS_WITHIN_S = 180.0


class Failed(Exception):
    """A program did not do what every day rests on; what it said stands in its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Platform:
    """`deaths` counts how often all of it was killed."""

    data: Path
    port: int = field(default_factory=free_port)
    deaths: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        ours = ("CUAKHAUSO", "PG", "DATABASE_URL")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return inherited | {"CUAKHAUSO_DATA": str(self.data), "PORT": str(self.port)}

    def start(self) -> None:
        """Returns when it serves and its database answers."""
        self.spawn()
        self.wait_until_well()

    def spawn(self) -> None:
        """In the thread that lasts: with it the platform ends, so that a day that is killed leaves none."""
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "platform.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command
                [COMMAND, "run"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=stop_with_parent(signal.SIGTERM),
            )

    def wait_until_well(self) -> None:
        assert self.process is not None
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            if self._is_well():
                return
            time.sleep(0.1)
        raise Failed(f"the platform did not start: {self.data / 'platform.log'}")

    def _is_well(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310
                return bool(json.load(answer)["database"]["ok"])
        except (OSError, urllib.error.URLError, ValueError):
            return False

    def kill(self) -> None:
        """kill -9, all at once: web processes, worker, database and whoever would start them again."""
        assert self.process is not None
        roof = psutil.Process(self.process.pid)
        roof.suspend()  # so that nothing is started again between two deaths
        family = [*roof.children(recursive=True), roof]
        for one in family:
            one.kill()
        self.process.wait()
        psutil.wait_procs(family, timeout=30)
        self.deaths += 1

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def ask(self, module: str, *words: str) -> Any:
        """What a program with the platform's own database prints as JSON."""
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise Failed(f"{module}: {done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])


@dataclass(slots=True)
class LaneNode:
    """`cuakhauso lane run` on `file`. `deaths` counts how often it was killed."""

    file: Path
    deaths: int = 0
    process: subprocess.Popen[bytes] | None = None

    def enrol(self, centre: str, code: str) -> None:
        command = [COMMAND, "lane", "enrol", str(self.file), "--centre", centre, "--code", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own command
        if done.returncode:
            raise Failed(f"the node was not enrolled: {done.stdout}{done.stderr}")

    def start(self) -> None:
        with self.file.with_suffix(".log").open("ab") as log:
            command = [COMMAND, "lane", "run", str(self.file)]
            self.process = subprocess.Popen(  # noqa: S603  our own command
                command, stdout=log, stderr=log, preexec_fn=stop_with_parent(signal.SIGTERM)
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.deaths += 1

    def stop_for_now(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
