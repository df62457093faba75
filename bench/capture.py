"""The statements of one confirmation, as PostgreSQL received them: what the floor executes.

`python -m bench.capture TOKEN CROSSING CROSSING` sends two confirmations through the whole of the
platform's web application, in this process, and prints the second one's statements. The first one is for
whatever a process asks only once. PostgreSQL itself writes them down (`log_statement = all`), so that
nothing that a library does on its own is missed.
"""

import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

ENTRY = re.compile(r"^\S+ \S+ \S+ \[\d+\] (?P<kind>[A-Z]+):  (?P<text>.*)$")
SAID = re.compile(r"(?:statement|execute (?P<name>[^:]+)): (?P<sql>.*)", re.DOTALL)
VALUE = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


@dataclass(slots=True)
class Statement:
    """One statement as PostgreSQL received it; the values that came beside it, as SQL texts."""

    sql: str
    values: dict[int, str]
    is_prepared: bool = False


def statements(log: str) -> list[Statement]:
    """From PostgreSQL's log, in order. An entry's further lines begin with a tab there."""
    found: list[Statement] = []
    for kind, text in _entries(log):
        if kind == "LOG" and (said := SAID.match(text)):
            found.append(Statement(said["sql"], {}, (said["name"] or "<unnamed>") != "<unnamed>"))
        elif kind == "DETAIL" and found and text.lower().startswith("parameters: "):
            found[-1].values = {int(number): value for number, value in VALUE.findall(text)}
    return found


def _entries(log: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for line in log.splitlines():
        if match := ENTRY.match(line):
            entries.append((match["kind"], match["text"]))
        elif entries:
            kind, text = entries[-1]
            entries[-1] = (kind, f"{text}\n{line.removeprefix(chr(9))}")
    return entries


def confirmation(application: Any, token: str, crossing: str, fact: str, step: str) -> bytes:
    """One request through the platform's own web application."""
    body = json.dumps({"id": fact, "step": step}).encode()
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/api/v1/crossings/{crossing}/confirm",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
    }
    response = application(environ, lambda line, headers, error=None: status.append(line))
    answer = b"".join(response)
    response.close()
    if not status[0].startswith("200"):
        sys.exit(f"bench: a confirmation was answered {status[0]}: {answer.decode()}")
    return answer


def fact_of(crossing: str) -> str:
    """The confirmation's own id: it differs from its crossing's in one digit."""
    return crossing[:14] + "7fff" + crossing[18:]


def main(token: str, crossings: list[str]) -> None:
    from cuakhauso.centre.config.wsgi import application
    from cuakhauso.runtime.folder import data_folder

    from .ready import STEP

    log = Path(data_folder()) / "postgres.log"
    seen = 0
    for crossing in crossings:
        seen = log.stat().st_size
        confirmation(application, token, crossing, fact_of(crossing), STEP)
    with log.open("rb") as file:
        file.seek(seen)
        print(json.dumps([asdict(one) for one in statements(file.read().decode())]))


if __name__ == "__main__":
    os.environ["DATABASE_URL"] += "?options=-c%20log_statement%3Dall"
    main(sys.argv[1], sys.argv[2:])
