"""`cuakhauso lane …`: run a node, try its devices, enrol it. No Django."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

import click
import httpx

from . import config as c
from . import identity as who
from .config import ConfigFault
from .contracts import Device, DeviceFault

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def lane() -> None:
    """The node beside the barrier, with one or several lanes."""


@lane.command()
@FILE
def run(file: Path) -> None:
    """Run the lanes of FILE until Ctrl-C. Works also while the centre is away."""
    from .booth import booth
    from .journal import JournalFault
    from .serving import NotEnrolled, assemble, serve

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        running = assemble(file)
    except (ConfigFault, NotEnrolled) as fault:
        sys.exit(str(fault))
    except (JournalFault, OSError) as fault:
        sys.exit(f"The disk does not let this node begin, so it opens nothing: {fault}")
    if running.journal.lost:
        click.echo(
            f"The journal was damaged or is gone ({running.journal.lost}); a person in the booth must look."
        )
    at = running.config.node.booth
    name, lanes = running.config.node.name, ", ".join(running.node.lanes)
    click.echo(f"{name}: {lanes}; the booth's page is http://{at}/; Ctrl-C ends.")
    asyncio.run(serve(running, (booth(running.node), at)))


@lane.command()
@FILE
def check(file: Path) -> None:
    """Read FILE and ask every device what it is. Moves nothing."""
    from .fitting import fitted

    try:
        config = c.read(file)
        devices = [(lane.code, fitted(lane)) for lane in config.lane]
    except ConfigFault as fault:
        sys.exit(str(fault))
    click.echo(f"{file}: {len(config.lane)} lanes, no faults")
    for told in config.lane:
        for camera in told.camera:
            if camera.address is None:
                click.echo(
                    f"  --    {told.code} {camera.name}: pushes to us; without an address it is not asked"
                )
    is_seeing = _check_vision() if config.recognises else True
    if not asyncio.run(_ask_all(devices)) or not is_seeing:
        sys.exit(1)


def _check_vision() -> bool:
    """Whether our own recognition could begin here."""
    from .vision.worker import CannotLook, packaged

    try:
        packaged()
    except (CannotLook, ImportError, OSError, RuntimeError) as error:
        click.echo(f"  FAULT vision: {error!r}; the lanes go on without")
        return False
    click.echo("  ok    vision: its networks load")
    return True


async def _ask_all(lanes: list[tuple[str, Any]]) -> bool:
    asked = []
    for code, fit in lanes:
        single = {"contacts": fit.contacts, "scale": fit.scale, "sign": fit.sign, "view": fit.view}
        named = {**single, **fit.readers, **fit.cameras, **fit.live}
        asked += [_ask(code, name, device) for name, device in named.items() if device is not None]
    return all(await asyncio.gather(*asked))


async def _ask(code: str, name: str, device: Device) -> bool:
    try:
        async with asyncio.timeout(15):
            click.echo(f"  ok    {code} {name}: {await device.check()}")
    except (DeviceFault, TimeoutError) as fault:
        why = f"{fault.code}: {fault}" if isinstance(fault, DeviceFault) else "no answer within 15 s"
        click.echo(f"  FAULT {code} {name}: {why}")
        return False
    finally:
        await device.close()
    return True


@lane.command()
@FILE
@click.option("--export", "into", type=click.Path(file_okay=False, path_type=Path), help="Copy them to DIR.")
def corrections(file: Path, into: Path | None) -> None:
    """List what cameras of FILE read wrongly and people knew; --export copies it for training."""
    from .recognising import corrections_of

    try:
        kept = corrections_of(c.read(file))
        if into is not None:
            click.echo(f"{into}: {kept.export(into)} pictures, labels.csv")
            return
    except (ConfigFault, OSError) as fault:
        sys.exit(str(fault))
    for name, label in kept.all():
        what = f"{label.source} {label.kind}: {label.read or '–'} -> {label.label}"
        click.echo(f"{label.at:%Y-%m-%d %H:%M} {what}  {name[:12]}")


@lane.command()
@FILE
@click.option("--centre", required=True, help="The platform's address, https://…")
@click.option("--code", prompt=True, help="The one-time code from the page of lanes.")
def enrol(file: Path, centre: str, code: str) -> None:
    """Make this node's key and let the platform know it."""
    from .serving import SOFTWARE

    try:
        config = c.read(file)
        data = Path(config.node.data)
        if who.load(data) is not None:
            sys.exit(f"{data} holds an identity: a node enrols once. Move it away to begin anew.")
        with httpx.Client(timeout=30) as client:
            made = who.enrol(client, centre.rstrip("/"), code.strip(), config.node.name, SOFTWARE)
        who.save(data, made)
    except (ConfigFault, who.CannotEnrol) as fault:
        sys.exit(str(fault))
    codes = ", ".join(one.code for one in made.enrolled.lanes)
    click.echo(f"Enrolled at {made.enrolled.gate} as {made.enrolled.node}: {codes}")


@lane.command()
@click.argument("own_id")
@click.argument("name")
@click.option("--pin", prompt=True, hide_input=True, confirmation_prompt=True)
def person(own_id: str, name: str, pin: str) -> None:
    """Print the lines of lane.toml for somebody who may act in the booth. The PIN itself is kept nowhere."""
    from .people import WeakPin, hashed

    try:
        kept = hashed(pin)
    except WeakPin as weak:
        sys.exit(str(weak))
    told = {"id": own_id, "name": name, "pin": kept}
    click.echo("[[person]]")
    for key, value in told.items():
        click.echo(f"{key} = {json.dumps(value, ensure_ascii=False)}")
