"""The `cuakhauso` command. A capability adds its own commands in `centre/<slice>/commands.py`.

Such a module holds click commands at its top level; it may import Django freely, since it is
loaded only when its command is asked for, with the database reachable.
"""

import sys


def main() -> None:
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["manage"]:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
        execute_from_command_line(["cuakhauso manage", *sys.argv[2:]])
