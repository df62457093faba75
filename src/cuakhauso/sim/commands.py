"""`cuakhauso replay`: real journeys through the open API. `cuakhauso seed-load`: a database as large as a
gate's after years, for `make bench`. `cuakhauso yard-software`: a yard's own software. `cuakhauso demo-lane`:
a lane with simulated devices."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
import httpx
from django.core.wsgi import get_wsgi_application

from cuakhauso.centre.accounts.models import Token
from cuakhauso.centre.shared.models import Crossing
from cuakhauso.runtime.folder import data_folder
from cuakhauso.runtime.postgres import running

from . import demo_lane as shown
from . import load, people
from .hooks import receiving
from .journeys import Journey, Telling, last_day, read
from .people import issued, yard_token
from .replay import Teller, ending_in_lines, in_lines
from .yard_software import YardSoftware

MOST_LIVING = 4_000


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--url", help="Of a running platform. Left out: this machine's own.")
@click.option("--local", is_flag=True, help="Without a running platform, in this process.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="JSON: who, and their secret."
)
@click.option(
    "--date", "begin", type=click.DateTime(["%Y-%m-%d"]), help="The first day. Left out: the latest."
)
@click.option(
    "--run", type=int, help="Its number: another one gives other plates. 0 leaves those of the file."
)
def replay(
    files: tuple[Path, ...], url: str | None, local: bool, token_file: Path | None, begin: datetime | None,
    run: int | None,
) -> None:  # fmt: skip
    """Tell the journeys in FILES to the platform, line by line, and see that they end as recorded.

    Days are shifted so that all has just happened; hours, order and amounts stay. Lines marked + are not in
    the record but needed by the procedure.
    """
    address = url or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    if not local:
        _must_answer(address)
    number = int(time.time()) if run is None else run
    with _client(address, local) as client, _secrets(files, token_file) as secrets:
        teller = Teller(client, secrets)
        good = [_one(teller, read(file), number, begin.date() if begin else None) for file in files]
    if not all(good):
        raise SystemExit(1)


def _one(teller: Teller, journey: Journey, run: int, begin: date | None) -> bool:
    day = begin or last_day(journey, datetime.now(UTC))
    click.echo(f"{journey.journey}, D = {day}, run {run}")
    accepted = True
    for told in teller.tell(journey, run, day):
        in_lines(told, click.echo)
        accepted = told.accepted
    if not accepted:
        click.echo("  REFUSED: the journey was not accepted.\n")
        return False
    endings = teller.endings(journey, Telling(journey, run, day).crossings)
    for ending in endings:
        ending_in_lines(ending, click.echo)
    click.echo("")
    return not any(ending.differs for ending in endings)


def _must_answer(address: str) -> None:
    try:
        httpx.get(f"{address}/healthz", timeout=10)
    except httpx.HTTPError as error:
        raise click.ClickException(
            f"No platform answers at {address}. Start it with `make run`, or add --local."
        ) from error


@contextmanager
def _client(address: str, local: bool) -> Iterator[httpx.Client]:
    if not local:
        with httpx.Client(base_url=address, timeout=30) as client:
            yield client
        return
    transport = httpx.WSGITransport(app=get_wsgi_application())
    with running(data_folder()), httpx.Client(base_url="http://localhost", transport=transport) as client:
        yield client


@contextmanager
def _secrets(files: tuple[Path, ...], token_file: Path | None) -> Iterator[dict[str, str]]:
    """Told secrets; or, on this machine's own platform, some made for this telling and revoked after it."""
    if token_file is not None:
        yield json.loads(token_file.read_text())
        return
    with running(data_folder()):
        made = {who: one for file in files for who, one in issued(read(file)).items()}
        try:
            yield {who: secret for who, (_, secret) in made.items()}
        finally:
            _revoke([token for token, _ in made.values()])


def _revoke(tokens: list[Token]) -> None:
    Token.objects.filter(pk__in=[token.pk for token in tokens]).update(revoked_at=datetime.now(UTC))


replay.callback.has_database = True  # type: ignore[union-attr]  # it starts none where no platform runs


@click.command("seed-load")
@click.option("--crossings", default=1_000_000, show_default=True, help="How many, about; ten facts each.")
@click.option("--living", type=int, help=f"How many are still under way (at most {MOST_LIVING} by default).")
@click.option("--processes", default=os.cpu_count() or 1, show_default=True)
@click.option("--force", is_flag=True, help="Also where there are crossings already.")
def seed_load(crossings: int, living: int | None, processes: int, force: bool) -> None:
    """Made-up crossings for load tests, into a database of their own. Facts can never be deleted."""
    if Crossing.objects.exists() and not force:
        sys.exit("cuakhauso: there are crossings already; name another CUAKHAUSO_DATA or DATABASE_URL.")
    began = time.monotonic()
    alive = min(MOST_LIVING, crossings * 2 // 5) if living is None else living
    done = load.fill(crossings, alive, processes)
    load.tidy()
    seconds = time.monotonic() - began
    click.echo(f"{done.crossings} crossings with {done.facts} facts in {seconds:.0f} s.")


@click.command("yard-software")
@click.option("--yard", default="XC", show_default=True)
@click.option("--url", help="Of a running platform. Left out: this machine's own.")
@click.option("--token", envvar="CUAKHAUSO_TOKEN", help="Of the yard. Left out: one made for this run.")
@click.option("--port", default=0, help="On which it listens for webhooks. Left out: any.")
@click.option("--minutes", default=60, show_default=True)
def yard_software(yard: str, url: str | None, token: str | None, port: int, minutes: int) -> None:
    """A yard's own software, which works by the open API and webhooks alone.

    The platform must be allowed to tell this machine: CUAKHAUSO_WEBHOOK_NETWORKS=127.0.0.0/8.
    """
    address = url or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    _must_answer(address)
    with _token_of(yard, token) as secret, _client(address, False) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        software = YardSoftware(client, yard, click.echo)
        with receiving(software.take, port) as server:
            hook, server.secret = software.subscribe(server.url)
            click.echo(f"Yard {yard} listens at {server.url}")
            _until(time.monotonic() + minutes * 60, software)
            client.post(f"/api/v1/webhooks/{hook}/end")


def _until(end: float, software: YardSoftware) -> None:
    software.look()
    try:
        while time.monotonic() < end:
            software.work()
            time.sleep(0.5)
    except KeyboardInterrupt:
        return


@contextmanager
def _token_of(yard: str, told: str | None) -> Iterator[str]:
    """The told one; or, on this machine's own platform, one made for this run and revoked after it."""
    if told is not None:
        yield told
        return
    with running(data_folder()):
        token, secret = yard_token(yard)
        try:
            yield secret
        finally:
            _revoke([token])


yard_software.callback.has_database = True  # type: ignore[union-attr]


@click.command("demo-lane")
@click.option("--url", help="Of a running platform. Left out: this machine's own.")
@click.option(
    "--booth", default="127.0.0.1:8100", show_default=True, help="Where the booth's page is served."
)
@click.option(
    "--all-day", is_flag=True, help="Open the demo's gates at every hour: otherwise only in theirs."
)
@click.option("--vehicles", type=int, help="How many come. Left out: until Ctrl-C.")
@click.option("--patience", default=60.0, show_default=True, help="Seconds that a driver waits at the boom.")
def demo_lane(url: str | None, booth: str, all_day: bool, vehicles: int | None, patience: float) -> None:
    """A lane node with a simulated barrier and cameras, whose pictures we read; vehicles come one by one.

    Most are clean and permitted; some are muddy, dark, misread, not accepted yet or undeclared, so that the
    person in the booth is asked.
    """
    address = url or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    _must_answer(address)
    folder = data_folder() / "demo-lane"
    with running(data_folder()):
        if all_day:
            people.open_all_day()
        made, tokens = people.demo_lane_people(shown.LANE)
        code = "" if (folder / "identity.json").exists() else people.enrolment_code(shown.LANE)
        try:
            told = shown.Told(booth=booth, vehicles=vehicles, patience=patience)
            asyncio.run(shown.live(folder, address, code, tokens, told))
        finally:
            _revoke(made)


demo_lane.callback.has_database = True  # type: ignore[union-attr]
