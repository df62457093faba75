"""`cuakhauso rebuild`, `verify` and `usual`: the cached columns, the hash chains and what waits usually take,
computed again; `cuakhauso procedures`: the law of the gate, drawn."""

import sys
from itertools import islice
from pathlib import Path

import click

from . import measuring
from . import procedures as drawn
from . import rebuild as again

SHOWN = 20


@click.command()
@click.option("--check", is_flag=True, help="Only say what differs; change nothing.")
def rebuild(check: bool) -> None:
    """Compute every cached column of every crossing from its facts again."""
    found = again.rebuild(write=not check)
    shown = list(islice(found, SHOWN))
    more = sum(1 for _ in found)
    for d in shown:
        click.echo(f"{d.crossing} {d.column}: {d.stored!r} → {d.computed!r}")
    total = len(shown) + more
    click.echo(f"{total} columns differed{'' if check else ' and are right now'}.")
    if check and total:
        sys.exit(1)


@click.command()
def verify() -> None:
    """Check the hash chain of every crossing's facts."""
    broken = list(again.verify())
    for chain in broken[:SHOWN]:
        click.echo(f"{chain.crossing}: broken at fact {chain.seq}")
    click.echo(f"{len(broken)} broken chains.")
    if broken:
        sys.exit(1)


@click.command()
def usual() -> None:
    """Compute again what each wait usually takes, as is done every night."""
    found = measuring.measure()
    click.echo("gate, kind, measure, party, what for, stage: minutes of half and of nine in ten, how many")
    for row in found.figures:
        click.echo(
            f"{row.gate:5} {row.kind:20} {row.measure:5} {row.party:18} {row.why:22} {row.stage:9}"
            f" {row.p50_minutes:7.1f} {row.p90_minutes:7.1f} {row.sample:6}"
        )
    click.echo(
        f"{len(found.figures)} figures from {found.crossings} crossings that left in the last"
        f" {measuring.DAYS} days; {found.too_rare} waits were too rare to say."
    )


@click.command()
@click.option("--docs", default="docs", type=click.Path(file_okay=False, path_type=Path), show_default=True)
def procedures(docs: Path) -> None:
    """Write docs/procedures.md and the drawings of every procedure from the code."""
    written = drawn.write(docs)
    click.echo(f"{len(written)} files written to {docs}.")
