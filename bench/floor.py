"""The floor: the statements of one confirmation, executed by pgbench on as many connections.

Nothing but PostgreSQL and a program in C: no web server, no sign-in beyond its query, no rules. The
statements are prepared in both, once for each connection.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import place, ready
from .capture import Statement, fact_of

SERIAL_IN_DIGITS = ready.FIRST_SERIAL % 10**9

NAME = re.compile(r"(:[a-z]\w*)")

# The values of crossing number `k`, in pgbench's arithmetic: `load.values` in whole numbers.
HEADER = f"""\\set i :i + 1
\\set k :base + permute(:client_id * :share + :i - 1, :share * :clients)
\\set c {2 * ready.FIRST_SERIAL} + 2 * :k
\\set s {SERIAL_IN_DIGITS} + :k
\\set d 10000 + :k
\\set d1 :d / 100
\\set d2 (:d / 10) % 10
\\set d3 :d % 10
\\set plain (:day * 100000 + :d) * 10 + :check
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Crossing number `k` of those that `ready` made, in the texts that its statements contain."""

    first: dict[str, str]
    k: int

    @property
    def id(self) -> str:
        return f"{self.first['c0'][:24]}{2 * (ready.FIRST_SERIAL + self.k):012}"

    def marks(self, number: str) -> list[tuple[str, str]]:
        """Each text of this crossing's own, and how pgbench writes it for any crossing."""
        d = 10_000 + self.k
        day, _, check = number.split("-")
        assert number == f"{day}-{d}-{check}"
        return [
            (self.id, f"{self.id[:24]}:c"),
            (self.id.replace("-", ""), f"{self.id.replace('-', '')[:20]}:c"),
            (fact_of(self.id), f"{fact_of(self.id)[:24]}:c"),
            (number, f"{day}-:d-{check}"),
            (number.replace("-", ""), ":plain"),
            (f"11C{d}", "11C:d"),
            (f"11C-{d // 100}.{d % 100:02}", "11C-:d1.:d2:d3"),
            (f"30{SERIAL_IN_DIGITS + self.k}", "30:s"),
        ]


def script(statements: list[Statement], of: Numbered, number: str) -> str:
    """pgbench's script: the captured statements, for any crossing."""
    text = "".join(f"{_written(one, of.marks(number))};\n" for one in statements)
    left = [one for one in (str(2 * (ready.FIRST_SERIAL + of.k)), str(10_000 + of.k)) if one in text]
    assert not left, f"{left} would be the same for every crossing"
    return HEADER + text


def _written(statement: Statement, marks: list[tuple[str, str]]) -> str:
    """With its values in it: each a text, put together from what is this crossing's and what is not."""

    def value(match: re.Match[str]) -> str:
        text = statement.values[int(match[1])]
        for mine, anyone in marks:
            text = text.replace(mine, NAME.sub(r"\0\1\0", anyone))
        parts = text.split("\0")
        quoted = [part if i % 2 else part.replace(":", ":' || '") for i, part in enumerate(parts)]
        return "(" + "".join(f"' || {part} || '" if i % 2 else part for i, part in enumerate(quoted)) + ")"

    return re.sub(r"\$(\d+)", value, " ".join(statement.sql.split()))


def run(url: str, path: Path, *, number: str, base: int, each: int, clients: int = 8) -> float:
    """Transactions per second: every client does `each`, on crossings from `base` on, in random order."""
    day, _, check = number.split("-")
    defined = {"base": base, "share": each, "clients": clients, "i": 0, "day": day, "check": check}
    command = [place.pgbench(), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1"]
    command += [f"--transactions={each}", f"--file={path}"]
    command += [word for name, value in defined.items() for word in ("-D", f"{name}={value}")]
    done = subprocess.run(
        [*command, url], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    failed = "number of failed transactions: 0 " not in done.stdout
    if done.returncode or failed or not found:
        sys.exit(f"bench: pgbench failed:\n{done.stdout}{done.stderr}")
    return float(found[1])
