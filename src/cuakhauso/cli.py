"""The `cuakhauso` command. A capability adds its own in `centre/<slice>/commands.py`, the gate in a box in
`sim/commands.py`.

Every click command at the top level of such a module becomes `cuakhauso <name>`. The modules are
loaded only when their command (or the list of all) is asked for; Django is ready by then, and the
database answers while a command runs.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from cuakhauso.runtime.folder import CannotStart, data_folder, database_url

PACKAGE = Path(__file__).parent
WITH_COMMANDS = ("centre/*/commands.py", "sim/commands.py")
WITHOUT_DJANGO = {
    "lane": "cuakhauso.lane.commands",
    "read": "cuakhauso.lane.vision.commands",
    "evaluate": "cuakhauso.lane.vision.commands",
}
"""The node's: they run on a small box, and start at once."""


class Commands(click.Group):
    """Those below, and those of the wings and slices."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*WITHOUT_DJANGO, *super().list_commands(ctx), *added_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in WITHOUT_DJANGO:
            return plain_command(cmd_name)
        return super().get_command(ctx, cmd_name) or added_commands().get(cmd_name)


def added_commands() -> dict[str, click.Command]:
    modules = sorted(path for pattern in WITH_COMMANDS for path in PACKAGE.glob(pattern))
    if not modules:
        return {}
    start_django()
    return {command.name or "": command for path in modules for command in commands_in(path)}


def commands_in(path: Path) -> Iterator[click.Command]:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    module = import_module(name)
    for thing in vars(module).values():
        if isinstance(thing, click.Command):
            yield with_database(thing)


def with_database(command: click.Command) -> click.Command:
    """Runs it while the database is up: starts the embedded one if it does not run already."""
    inner = command.callback
    if inner is None or getattr(inner, "has_database", False):
        return command

    def outer(*args: object, **options: object) -> object:
        from cuakhauso.runtime.postgres import running

        with running(data_folder()):
            return inner(*args, **options)

    outer.has_database = True  # type: ignore[attr-defined]
    command.callback = outer
    return command


def plain_command(name: str) -> click.Command:
    command = getattr(import_module(WITHOUT_DJANGO[name]), name)
    assert isinstance(command, click.Command)
    return command


def start_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
    django.setup()


@click.group(cls=Commands)
@click.version_option(package_name="cuakhauso")
def commands() -> None:
    """Cửa khẩu số: the platform on which a land border gate runs."""


@commands.command()
def run() -> None:
    """Set up what is missing, then serve until Ctrl-C."""
    from cuakhauso.runtime import supervisor

    supervisor.run()


@commands.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Any command of Django's own, with the database up."""
    from cuakhauso.runtime.manage import main as django
    from cuakhauso.runtime.postgres import running

    with running(data_folder()):
        django(list(words))


@commands.command()
def migrate() -> None:
    """Bring the database to this version's shape."""
    from cuakhauso.runtime.postgres import running
    from cuakhauso.runtime.prepare import run_django

    with running(data_folder()):
        run_django("migrate", "--no-input")


@commands.command()
def seed() -> None:
    """Reference data and demo accounts; repeating it changes nothing."""
    from cuakhauso.runtime.postgres import running
    from cuakhauso.runtime.prepare import run_django

    with running(data_folder()):
        run_django("seed")


@commands.group()
def db() -> None:
    """The database."""


@db.command()
def url() -> None:
    """Its address, for psql, pgbench and pg_dump."""
    click.echo(database_url())


@commands.command("compile-translations")
def compile_translations() -> None:
    """.po into .mo, without gettext's tools."""
    from cuakhauso.runtime.prepare import compile_catalogs

    click.echo(f"{compile_catalogs()} compiled")


def main() -> None:
    try:
        commands()
    except CannotStart as sentence:
        sys.exit(f"cuakhauso: {sentence}")
