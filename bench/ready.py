"""Crossings that all stand at the same step, so that each can be confirmed once: over HTTP, or by pgbench.

`python -m bench.ready N` fills a fresh database with N of them and prints a token of the health agency, and
one of the licence's, whose step waits beside it. Everything that differs from crossing to crossing follows
from its number, so that pgbench, which computes with whole numbers alone, can write the statements for any.
"""

import json
import sys
import time
from typing import Any

GATE = "CKHN"
STEP = "health_checked"
FIRST_SERIAL = 100_100_000_000
MOST = 80_000
MOMENTS_BEFORE = 6  # declared, accepted, channel, arrived, entered twice (and charged): health comes next
FACTS_BEFORE = 7


def make(many: int, into: Any) -> dict[str, Any]:
    """Tokens, and the values of the first crossing. `into` is a connection of psycopg's."""
    from cuakhauso.centre.accounts.models import Organisation
    from cuakhauso.centre.places.reference import references
    from cuakhauso.core.words import Agency
    from cuakhauso.sim import filling, histories, load

    assert many <= MOST
    declarant = Organisation.objects.create(kind=Organisation.Kind.BUSINESS, name="Bench")
    form = filling.Form(histories.told(histories.EXPORT, GATE, references()), MOMENTS_BEFORE)
    start = int(time.time()) - 6 * 3600
    places = [filling.Place(FIRST_SERIAL + k, start, 10_000 + k, k, str(declarant.id)) for k in range(many)]
    load.write(into, ((form, filling.values(form, one, lambda: 1.0)) for one in places))
    return {
        "token": token_of(Agency.HEALTH),
        "licence_token": token_of(Agency.TRANSPORT_LICENCE),
        "first": filling.values(form, places[0], lambda: 1.0),
    }


def token_of(agency: str) -> str:
    from cuakhauso.centre.accounts.models import Duty, Organisation, Role, Token

    kind = Organisation.Kind.AGENCY
    organisation = Organisation.objects.create(kind=kind, name=f"{agency} (bench)", agency=agency)
    token, secret = Token.issue(organisation, "bench")
    Role.objects.create(token=token, organisation=organisation, gate=GATE, duty=Duty.OFFICER)
    return secret


def main(many: int) -> None:
    from cuakhauso.cli import start_django

    start_django()

    import psycopg

    from cuakhauso.runtime.folder import database_url
    from cuakhauso.sim import load

    with psycopg.connect(database_url(), autocommit=True) as into:
        into.execute("SET session_replication_role = replica")
        made = make(many, into)
    load.tidy()
    print(json.dumps(made))


if __name__ == "__main__":
    main(int(sys.argv[1]))
