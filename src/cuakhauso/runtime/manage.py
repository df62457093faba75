"""Django's own commands, in a process of their own: `python -m cuakhauso.runtime.manage …`."""

import os
import sys

from django.core.management import execute_from_command_line


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cuakhauso.centre.config.settings")
    execute_from_command_line(["cuakhauso manage", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
