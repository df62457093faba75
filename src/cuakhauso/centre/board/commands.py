"""`cuakhauso seed-load`: a database as large as a gate's after years, for `make bench`."""

import os
import sys
import time

import click

from ..shared.models import Crossing
from . import load

MOST_LIVING = 4_000


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
