"""The data folder: everything that must survive a restart, and nothing else, lies in it."""

import hashlib
import os
import secrets
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

SOCKET_PATH_LIMIT = 103  # macOS; Linux allows 107


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


def data_folder() -> Path:
    return Path(os.environ.get("CUAKHAUSO_DATA") or "var").resolve()


def pgdata(data: Path) -> Path:
    return data / "postgres"


def socket_folder(data: Path) -> Path:
    """Beside the tables, where only their owner may enter; elsewhere when that path is too long."""
    folder = pgdata(data)
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cuakhauso-{name}"


def embedded_url(data: Path, database: str = "cuakhauso") -> str:
    return f"postgresql://postgres@{quote(str(socket_folder(data)), safe='')}/{database}"


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or embedded_url(data_folder())


def ensure_writable(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise CannotStart(
            f"The data folder {data} cannot be written ({error.strerror}): "
            "give this user the right to, or name another one in CUAKHAUSO_DATA."
        ) from error


def secret_key() -> str:
    """Made once, kept in the data folder: whoever reads it can forge sessions."""
    if key := os.environ.get("CUAKHAUSO_SECRET_KEY"):
        return key
    return kept_secret("secret_key", lambda: secrets.token_urlsafe(50))


def kept_secret(name: str, make: Callable[[], str]) -> str:
    """A secret of this machine, made once; only its owner may read the file."""
    path = data_folder() / name
    if not path.exists():
        _make_secret(path, make())
    return path.read_text().strip()


def _make_secret(path: Path, secret: str) -> None:
    """Linked into place, so that two processes starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.touch(mode=0o600)
    draft.write_text(secret)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
