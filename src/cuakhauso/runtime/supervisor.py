"""`cuakhauso run`: the database, the web processes and the worker under one roof, until Ctrl-C.

Whatever dies is started again and the log says so; when the roof itself is killed, the kernel
takes its children along (Linux), so that a new start finds the port and the tables free.
"""

import contextlib
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .folder import CannotStart, data_folder, embedded_url, ensure_writable
from .postgres import Embedded, check_external, stop_with_parent
from .prepare import prepare

PATIENCE_S = 10  # a child that has not ended by then is killed
QUICK_DEATH_S = 5  # dying sooner than this after a start means waiting before the next
LONGEST_WAIT_S = 30


def log(sentence: str) -> None:
    print(f"cuakhauso: {sentence}", file=sys.stderr, flush=True)


@dataclass
class Child:
    name: str
    command: list[str]
    fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            pass_fds=self.fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we then end them in order
            preexec_fn=stop_with_parent(signal.SIGKILL),
        )

    def look_after(self) -> None:
        """Notes a death, and starts again once it is time."""
        now = time.monotonic()
        if self.process and (code := self.process.poll()) is not None:
            quick = now - self.started < QUICK_DEATH_S
            self.deaths = self.deaths + 1 if quick else 0
            wait = min(2**self.deaths, LONGEST_WAIT_S) if quick else 0
            log(f"{self.name} ended ({reason(code)}); starting it again" + f" in {wait} s." * quick)
            self.process, self.not_before = None, now + wait
        if not self.process and now >= self.not_before:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_for_stop(self, until: float) -> None:
        if not self.process:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log(f"{self.name} did not stop within {PATIENCE_S} s and was killed.")
            self.process.kill()
            self.process.wait()


def reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def run() -> None:
    began = time.monotonic()
    data = data_folder()
    stop = stop_on_signals()
    ensure_writable(data)
    with only_one(data), listening() as web_socket, database(data) as (url, server):
        if stop.is_set():
            return
        changed = prepare(url, data)
        children = [*web_processes(web_socket), worker()]
        try:
            for child in children:
                child.start()
            if wait_until_serving(web_socket, children, stop):
                welcome(web_socket, time.monotonic() - began, changed=changed)
            while not stop.wait(0.5):
                look_after(server, children)
        finally:
            end(children)


def stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, lambda *_: stop.set())
    return stop


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    path = data / "running"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"The platform already runs with the data folder {data} "
                f"(process {holder(file)}): stop it, or name another CUAKHAUSO_DATA."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read() or "unknown"


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    """Taken before anything else is started, so that a taken port costs no one a minute."""
    host, port = os.environ.get("HOST_ADDRESS") or "127.0.0.1", port_number()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as web_socket:
        web_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by each connection. Without it the body of an answer waits 40 ms for the client to
        # acknowledge the head: uvicorn takes a socket handed down for a Unix one, and does not set it.
        web_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            web_socket.bind((host, port))
        except OSError as error:
            raise CannotStart(why_not_bound(error, host, port)) from error
        yield web_socket


def port_number() -> int:
    told = os.environ.get("PORT") or "8000"
    if not told.isdecimal() or not 0 < int(told) < 65536:
        raise CannotStart(f"PORT is {told!r}; it must be a number from 1 to 65535.")
    return int(told)


def why_not_bound(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken by another program: stop it, or choose one: PORT=8001."
        case errno.EACCES:
            return f"This user may not use port {port}: choose one above 1023: PORT=8001."
        case _:
            return f"Cannot listen on {host} port {port}: {error.strerror}."


@contextlib.contextmanager
def database(data: Path) -> Iterator[tuple[str, Embedded | None]]:
    if url := os.environ.get("DATABASE_URL"):
        check_external(url)
        yield url, None
        return
    server = Embedded(data)
    try:
        server.start()
        yield embedded_url(data), server
    finally:
        server.stop()


def web_processes(web_socket: socket.socket) -> list[Child]:
    fd = web_socket.fileno()
    command = [sys.executable, "-m", "cuakhauso.runtime.web", str(fd)]
    count = int(os.environ.get("CUAKHAUSO_WEB") or 2)
    return [Child(f"Web process {n + 1}", command, (fd,)) for n in range(count)]


def worker() -> Child:
    words = ["procrastinate", "worker", "--concurrency", "4", "--shutdown-graceful-timeout", "5"]
    return Child("The worker", [sys.executable, "-m", "cuakhauso.runtime.manage", *words])


def look_after(server: Embedded | None, children: list[Child]) -> None:
    if server and not server.is_running():
        log("The database ended; starting it again.")
        try:
            server.start()
        except CannotStart as error:
            log(f"{error} Trying again.")
            return
    for child in children:
        child.look_after()


def wait_until_serving(web_socket: socket.socket, children: list[Child], stop: threading.Event) -> bool:
    while not stop.is_set():
        if any(child.process and child.process.poll() is not None for child in children):
            raise CannotStart("A process ended while starting; its message stands above.")
        with contextlib.suppress(OSError), socket.create_connection(web_socket.getsockname()[:2]):
            return True
        stop.wait(0.05)
    return False


def end(children: list[Child]) -> None:
    until = time.monotonic() + PATIENCE_S
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_for_stop(until)


def welcome(web_socket: socket.socket, seconds: float, *, changed: bool) -> None:
    host, port = web_socket.getsockname()[:2]
    done = "set up and started" if changed else "started"
    print(f"\nCửa khẩu số {done} in {seconds:.1f} s: http://{host}:{port}\n", flush=True)
    for line in sign_ins():
        print(f"  {line}")
    print("\nStop with Ctrl-C; the data stays.\n", flush=True)


def sign_ins() -> list[str]:
    """What the demo's accounts say of themselves, one line each, where there are any."""
    code = (
        "from cuakhauso.centre.accounts import demo\n"
        'for s in demo.sign_ins(): print(f\'{s["username"]:<14} {s["password"]}  {s["words"]}\')'
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []
