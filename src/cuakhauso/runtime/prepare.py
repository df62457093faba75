"""What a start has to do before serving, and how it knows that there is nothing to do.

A stamp over everything that set-up depends on is kept in the database itself, beside what it
speaks of: a restored or exchanged database brings its own stamp along.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

from .folder import CannotStart

PACKAGE = Path(__file__).resolve().parent.parent
LOCKS = sorted(PACKAGE.parent.parent.glob("requirements*.lock"))
DEPENDS_ON = ("models.py", "migrations/*.py", "seed*/**/*", "commands/*.py", "data/**/*")
TABLE = "CREATE TABLE IF NOT EXISTS cuakhauso_setup (one bool PRIMARY KEY, stamp text NOT NULL)"
RECORD = """
    INSERT INTO cuakhauso_setup VALUES (true, %s) ON CONFLICT (one) DO UPDATE SET stamp = EXCLUDED.stamp
"""


def prepare(url: str, data: Path) -> bool:
    """Compiles translations, migrates, seeds, gathers static files. False: nothing had changed."""
    compile_catalogs()
    wanted = stamp_of(setup_files())
    database_is_ready = recorded(url) == wanted
    if not database_is_ready:
        run_django("migrate", "--no-input", "--verbosity", "0")
        if knows_command("seed"):
            run_django("seed")
        record(url, wanted)
    return gather_static(data) or not database_is_ready


def setup_files() -> Iterator[Path]:
    yield from LOCKS
    for pattern in DEPENDS_ON:
        yield from PACKAGE.glob(f"centre/*/{pattern}")
    yield from PACKAGE.glob("centre/*/management/commands/*.py")


def stamp_of(files: Iterator[Path]) -> str:
    """Changes with any file's name or content."""
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(PACKAGE.parent.parent)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def recorded(url: str) -> str | None:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT stamp FROM cuakhauso_setup").fetchone()
            return row[0] if row else None
    except psycopg.errors.UndefinedTable:
        return None


def record(url: str, stamp: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(TABLE)
        connection.execute(RECORD, [stamp])


def gather_static(data: Path) -> bool:
    folder, note = data / "static", data / "static" / "gathered-from"
    # Size and time are enough here: a wrong answer costs a stale picture, not a wrong table.
    seen = [
        f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}"
        for path in sorted(PACKAGE.glob("centre/*/static/**/*"))
        if path.is_file()
    ]
    wanted = hashlib.sha256("\n".join([*seen, stamp_of(iter(LOCKS))]).encode()).hexdigest()
    if note.exists() and note.read_text() == wanted:
        return False
    run_django("collectstatic", "--no-input", "--clear", "--verbosity", "0")
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(wanted)
    return True


def compile_catalogs() -> int:
    """Translations people write (.po) into what Django reads (.mo); how many were out of date."""
    stale = [
        po
        for po in PACKAGE.glob("centre/*/locale/*/LC_MESSAGES/*.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    for po in stale:
        _compile(po)
    return len(stale)


def _compile(po: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    draft = po.with_suffix(f".mo.{os.getpid()}")
    with po.open("rb") as source, draft.open("wb") as target:
        write_mo(target, read_po(source))
    draft.replace(po.with_suffix(".mo"))


def knows_command(name: str) -> bool:
    return any(PACKAGE.glob(f"centre/*/management/commands/{name}.py"))


def run_django(*words: str) -> None:
    command = [sys.executable, "-m", "cuakhauso.runtime.manage", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"`{' '.join(words)}` failed:\n{done.stdout}{done.stderr}".rstrip())
    if done.stdout.strip():
        print(done.stdout.strip(), flush=True)
