"""A photo with what was found in it drawn in: green what would be taken, amber what a person has to look at.

The letters are a part of Noto Sans CJK that travels with the package, since no machine has to have Chinese
ones; it holds the signs of identities and no others.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from .contracts import Picture
from .reading import is_accepted, shown
from .seeing import Sighting

SIGNS: Final = Path(__file__).parent / "signs.otf"
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp")
TAKEN, ASKED, LETTERS = (20, 140, 70), (190, 110, 0), (255, 255, 255)


def drawn(
    picture: Picture, sightings: tuple[Sighting, ...], within: tuple[int, int] | None = None
) -> Image.Image:
    """Made smaller before anything is drawn, where it has to fit: the letters stay legible."""
    image = Image.fromarray(picture)
    whole = image.width
    if within:
        image.thumbnail(within)
    pen = ImageDraw.Draw(image)
    unit = max(12, round(max(image.size) / 60))
    font = ImageFont.truetype(str(SIGNS), unit)
    for one in sightings:
        _draw(pen, one, font, image.size, image.width / whole)
    return image


def _draw(
    pen: ImageDraw.ImageDraw, one: Sighting, font: ImageFont.FreeTypeFont, size: tuple[int, int], scale: float
) -> None:
    colour = TAKEN if is_accepted(one) else ASKED
    corners = [(x * scale, y * scale) for x, y in one.found.corners]
    pen.polygon(corners, outline=colour, width=max(2, int(font.size) // 6))
    pen.line(
        (corners[0], corners[1]), fill=colour, width=max(4, int(font.size) // 3)
    )  # where it begins to be read
    told = f"{shown(one) or '?'} {one.confidence:.0%}"
    left, top, right, foot = pen.textbbox((0, 0), told, font=font)
    wide, high, room = right - left, foot - top, int(font.size) // 4
    x = min(max(0.0, min(x for x, _ in corners)), max(0.0, size[0] - wide - 2 * room))
    above = min(y for _, y in corners) - high - 3 * room
    y = above if above >= 0 else min(max(y for _, y in corners) + room, size[1] - high - 2 * room)
    pen.rectangle((x, y, x + wide + 2 * room, y + high + 2 * room), fill=colour)
    pen.text((x + room - left, y + room - top), told, fill=LETTERS, font=font)


def places(out: Path, photos: tuple[Path, ...]) -> tuple[Path, ...]:
    """Where each drawing goes: one into the file, several into a folder, numbered. Raises `ValueError` where
    `out` is neither."""
    is_file = out.suffix.lower() in ENDINGS and not out.is_dir()
    if len(photos) == 1 and is_file:
        return (out,)
    if is_file or (out.exists() and not out.is_dir()):
        raise ValueError(str(out))
    digits = len(str(len(photos)))
    return tuple(out / f"{n:0{digits}}-{path.stem}.png" for n, path in enumerate(photos, 1))


def write(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
