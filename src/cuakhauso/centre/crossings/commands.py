"""`cuakhauso rebuild` and `verify`: the cached columns and the hash chains, computed again."""

import sys
from itertools import islice

import click

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
