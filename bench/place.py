"""Where the bench takes place: a database server of its own, databases on it, and the platform running."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

from cuakhauso.runtime.folder import embedded_url
from cuakhauso.runtime.postgres import Embedded, ensure_database, programs

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BENCH_DATA") or ROOT / "var" / "bench").resolve()
PORT = int(os.environ.get("PORT") or 8099)
STARTS_WITHIN_S = 120


def database_processor_s() -> float:
    """Processor time that the database server has used so far, its ended processes included."""
    pid = int((DATA / "postgres" / "postmaster.pid").read_text().split()[0])
    postmaster = psutil.Process(pid)
    used: float = sum(postmaster.cpu_times()[:4])
    for child in postmaster.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:2])
    return used


@contextlib.contextmanager
def server() -> Iterator[Embedded]:
    DATA.mkdir(parents=True, exist_ok=True)
    embedded = Embedded(DATA)
    embedded.start()
    try:
        yield embedded
    finally:
        embedded.stop()


def url_of(database: str) -> str:
    return embedded_url(DATA, database)


def fresh(database: str) -> str:
    """An empty database with the platform's tables and reference data."""
    url = url_of(database)
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    return prepared(database)


def prepared(database: str) -> str:
    url = url_of(database)
    ensure_database(url)
    for command in ("migrate", "seed"):
        run([str(Path(sys.executable).with_name("cuakhauso")), command], url)
    return url


def ask(url: str, query: str, *parameters: Any) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query, parameters).fetchone()
        return row[0] if row else None


def environment(url: str) -> dict[str, str]:
    told = {"DATABASE_URL": url, "CUAKHAUSO_DATA": str(DATA), "PORT": str(PORT), "CUAKHAUSO_WEB": "2"}
    return {**os.environ, **told, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}


def run(command: list[str], url: str) -> str:
    done = subprocess.run(
        command, env=environment(url), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"bench: `{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def in_django(url: str, part: str, *words: str) -> Any:
    """Runs a part of the bench in a process of its own, with Django; its last line is its answer."""
    return json.loads(run([sys.executable, "-m", f"bench.{part}", *words], url).splitlines()[-1])


class Platform:
    """`cuakhauso run`, as a user starts it: two web processes and the worker."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        children = psutil.Process(process.pid).children()
        self.web = [child for child in children if "cuakhauso.runtime.web" in child.cmdline()]

    def processor_s(self) -> float:
        """Processor time that the web processes have used so far."""
        return sum(sum(child.cpu_times()[:2]) for child in self.web)


@contextlib.contextmanager
def platform(url: str) -> Iterator[Platform]:
    log = DATA / "platform.log"
    with log.open("wb") as out:
        command = [str(Path(sys.executable).with_name("cuakhauso")), "run"]
        process = subprocess.Popen(command, env=environment(url), cwd=ROOT, stdout=out, stderr=out)
    try:
        _wait_until_answering(process, log)
        yield Platform(process)
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_answering(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2)
            return
        time.sleep(0.2)
    sys.exit(f"bench: the platform did not start:\n{log.read_text()}")


def pgbench() -> str:
    return str(programs() / "pgbench")


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
