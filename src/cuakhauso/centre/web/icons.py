"""The icon sprite: Tabler outline icons, only those named in icons.txt.

To add one: put its name into icons.txt, fetch the icons (`npm pack @tabler/icons`, unpack) and run
`python -m cuakhauso.centre.web.icons <unpacked>/icons/outline`; commit both files.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
LIST = HERE / "icons.txt"
SPRITE = HERE / "static" / "web" / "icons.svg"
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n'
_BACKGROUND = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def names() -> frozenset[str]:
    """Every icon that the sprite must hold."""
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def symbol(name: str, svg: str) -> str:
    """One icon file as a symbol; stroke and fill come from the page (`.ck-i`)."""
    inner = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    inner = re.sub(r"</?svg[^>]*>", "", inner)
    inner = re.sub(r"\s+", " ", inner).replace(_BACKGROUND, "").replace("> <", "><").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>\n'


def build(folder: Path) -> str:
    """The sprite from a folder of icon files; a missing icon raises FileNotFoundError."""
    return (
        _HEAD
        + "".join(
            symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in sorted(names())
        )
        + "</svg>\n"
    )


if __name__ == "__main__":
    SPRITE.write_text(build(Path(sys.argv[1])), encoding="utf-8")
