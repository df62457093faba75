"""What a simulated camera sees of a vehicle: its front with the plate, its rear with trailer plate and
container code, by day or in the dark, clean or muddy. Drawn so that our networks read them as they do photos.

Also what stands about and is no vehicle: a poster, a telephone that shows a plate.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from . import plates_drawn as drawn
from .plates_drawn import Colour

WIDE, HIGH = 1280, 720
MUD = ((92, 72, 50), (70, 56, 40), (110, 90, 66))
# Of the light of a day: nothing stands out any more. At 0.05 our networks guess, at 0.08 they read.
NIGHT = 0.03
CABS: tuple[Colour, ...] = ((180, 40, 35), (35, 80, 150), (205, 205, 200), (30, 110, 70), (215, 130, 30))
BOXES: tuple[Colour, ...] = ((30, 60, 110), (110, 30, 30), (35, 100, 70), (60, 65, 70))


@dataclass(frozen=True, slots=True)
class Painted:
    """What is written on a vehicle, as it was declared, and how its plates look."""

    plate: str
    trailer: str = ""
    container: str = ""
    yellow: bool = False
    two_lines: bool = False
    mud: float = 0.0  # how much of each plate it covers

    @property
    def chance(self) -> random.Random:
        """Its own: a vehicle looks the same whenever it comes."""
        return random.Random(f"{self.plate} {self.trailer} {self.container}")  # noqa: S311  a colour, no secret


def front(vehicle: Painted) -> Image.Image:
    chance = vehicle.chance
    cab = chance.choice(CABS)
    image = ground()
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((330, 40, 950, 600), 40, fill=cab)
    pen.rounded_rectangle((370, 90, 910, 300), 20, fill=(45, 60, 75))
    pen.rectangle((380, 350, 900, 470), fill=_darker(cab))
    for y in range(365, 465, 22):
        pen.rectangle((400, y, 880, y + 8), fill=(30, 30, 32))
    pen.rectangle((320, 490, 960, 610), fill=(60, 62, 66))
    for x in (350, 850):
        pen.rounded_rectangle((x, 505, x + 90, 560), 14, fill=(250, 248, 225))
        pen.rectangle((x, 610, x + 90, 690), fill=(25, 25, 27))
    plate = _muddy(
        drawn.plate(vehicle.plate, yellow=vehicle.yellow, two_lines=vehicle.two_lines), vehicle.mud, chance
    )
    _hang(image, plate, (640, 550), wide=190 if plate.width > 2.5 * plate.height else 160)
    return image


def rear(vehicle: Painted) -> Image.Image:
    """Without a trailer it is the vehicle's own plate that hangs there; without a container no code."""
    chance = vehicle.chance
    box = chance.choice(BOXES)
    image = ground()
    pen = ImageDraw.Draw(image)
    pen.rectangle((300, 30, 980, 560), fill=box)
    pen.line((640, 30, 640, 560), fill=_darker(box), width=5)
    for x in (420, 540, 740, 860):
        pen.line((x, 190, x, 550), fill=_darker(box), width=8)
    pen.rectangle((290, 560, 990, 630), fill=(50, 50, 52))
    for x in (310, 900):
        pen.rectangle((x, 575, x + 70, 610), fill=(170, 25, 25))
    if vehicle.container:
        code = drawn.code(vehicle.container, back=box)
        _hang(image, code, (811, 110), wide=330)
    text = vehicle.trailer or vehicle.plate
    plate = drawn.plate(text, yellow=vehicle.yellow, two_lines=bool(vehicle.trailer) or vehicle.two_lines)
    _hang(image, _muddy(plate, vehicle.mud, chance), (480, 595), wide=160)
    return image


def ground() -> Image.Image:
    """The place alone, while nobody stands there."""
    image = Image.new("RGB", (WIDE, HIGH), (150, 158, 165))
    ImageDraw.Draw(image).rectangle((0, 520, WIDE, HIGH), fill=(92, 92, 90))
    return image


def abreast(scenes: Iterable[Image.Image]) -> Image.Image:
    """Several in one picture, side by side."""
    shown = list(scenes)
    image, wide = ground(), WIDE // len(shown)
    for place, scene in enumerate(shown):
        part = scene.crop((290, 0, 990, HIGH)).resize((wide, round(wide * HIGH / 700)))
        image.paste(part, (place * wide, (HIGH - part.height) // 2))
    return image


def poster(scene: Image.Image, text: str) -> Image.Image:
    """A plate on a wall beside the lane."""
    image = scene.copy()
    ImageDraw.Draw(image).rectangle((20, 180, 300, 360), fill=(245, 245, 240))
    _hang(image, drawn.plate(text), (160, 270), wide=240)
    return image


def telephone(scene: Image.Image, text: str) -> Image.Image:
    """Held before the camera, with a photo of a plate."""
    image = scene.copy()
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((430, 230, 850, 450), 24, fill=(12, 12, 14))
    pen.rectangle((450, 245, 830, 435), fill=(70, 74, 80))
    _hang(image, drawn.plate(text), (640, 340), wide=300)
    return image


def photographed(scene: Image.Image, chance: random.Random, *, light: float = 1.0) -> Image.Image:
    """As a camera takes it: leaning a little, soft, noisy. No two frames are alike."""
    lean, fall = chance.uniform(-0.03, 0.03), chance.uniform(-0.03, 0.03)
    across, down = chance.uniform(-15, 15) - lean * HIGH / 2, chance.uniform(-10, 10) - fall * WIDE / 2
    turned = scene.transform(
        scene.size, Image.Transform.AFFINE, (1, lean, across, fall, 1, down), Image.Resampling.BILINEAR,
        fillcolor=scene.getpixel((0, 0)),
    )  # fmt: skip
    soft = turned.filter(ImageFilter.GaussianBlur(0.8))
    if light < 1:
        soft = soft.point([round(value * light) for value in range(256)] * 3)
    # The noise is made once and moved: making it takes longer than all else here.
    noise = ImageChops.offset(_noise(), chance.randrange(WIDE), chance.randrange(HIGH))
    return ImageChops.add(soft, noise, 1, -128)


def jpeg(image: Image.Image) -> bytes:
    made = BytesIO()
    image.save(made, "JPEG", quality=85)
    return made.getvalue()


@cache
def _noise() -> Image.Image:
    return Image.effect_noise((WIDE, HIGH), 8).convert("RGB")


def _hang(image: Image.Image, part: Image.Image, middle: tuple[int, int], *, wide: int) -> None:
    high = round(wide * part.height / part.width)
    small = part.resize((wide, high), Image.Resampling.LANCZOS)
    image.paste(small, (middle[0] - wide // 2, middle[1] - high // 2))


def _muddy(plate: Image.Image, much: float, chance: random.Random) -> Image.Image:
    """Splashes over it, thickest below, until so much is covered."""
    pen = ImageDraw.Draw(plate)
    for _ in range(round(much * 60)):
        x, y = chance.uniform(0, plate.width), plate.height * chance.random() ** 0.7
        r = chance.uniform(0.05, 0.2) * plate.height
        pen.ellipse((x - r, y - r, x + r, y + r), fill=chance.choice(MUD))
    return plate


def _darker(colour: Colour) -> Colour:
    red, green, blue = colour
    return red // 2, green // 2, blue // 2
