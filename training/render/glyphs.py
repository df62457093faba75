"""Signs as masks. A plate's sign fills its cell, whatever the font's own proportions."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Mask = NDArray[np.uint8]

TRUE, OPEN = "/usr/share/fonts/truetype", "/usr/share/fonts/opentype"
PLATE_FACES = (
    f"{TRUE}/opendin/OSP-DIN.ttf", f"{OPEN}/bebas-neue/BebasNeue-Bold.otf",
    f"{TRUE}/roboto/unhinted/RobotoCondensed-Bold.ttf", f"{TRUE}/roboto/unhinted/RobotoCondensed-Medium.ttf",
    f"{OPEN}/b612/B612-Bold.otf", f"{OPEN}/cabin/Cabin-SemiBold.otf", f"{TRUE}/dejavu/DejaVuSans-Bold.ttf",
)  # fmt: skip
CODE_FACES = (
    *PLATE_FACES, f"{TRUE}/lato/Lato-Bold.ttf", f"{TRUE}/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf",
    f"{TRUE}/routed-gothic/routed-gothic.ttf", f"{OPEN}/cabin/Cabin-Bold.otf",
    f"{TRUE}/liberation/LiberationSans-Bold.ttf", f"{TRUE}/liberation/LiberationSansNarrow-Bold.ttf",
    f"{TRUE}/open-sans/OpenSans-Bold.ttf", f"{TRUE}/open-sans/OpenSans-CondBold.ttf",
    f"{OPEN}/mplus/Mplus1-Bold.otf", f"{TRUE}/karla/Karla-Bold.otf", f"{TRUE}/osifont/osifont.ttf",
)  # fmt: skip
HAN_FACES = (
    f"{OPEN}/noto/NotoSansCJK-Bold.ttc", f"{OPEN}/noto/NotoSansCJK-Regular.ttc",
    f"{TRUE}/wqy/wqy-microhei.ttc",
)  # fmt: skip
MARKS = "-.·"
HIGH = 96  # pixels of the drawn sign


@lru_cache(maxsize=8192)
def glyph(sign: str, face: str) -> Mask:
    """The sign cut out tightly, 255 where it is."""
    font = ImageFont.truetype(face, HIGH)
    canvas = Image.new("L", (2 * HIGH, 2 * HIGH))
    ImageDraw.Draw(canvas).text((HIGH // 2, HIGH // 4), sign, 255, font=font)
    box = canvas.getbbox()
    assert box, f"{face} has no {sign}"
    return np.asarray(canvas.crop(box))


class Canvas:
    """What signs are put on, and where the middle of each is, in the order in which they came."""

    def __init__(self, high: int, wide: int) -> None:
        self.mask: Mask = np.zeros((high, wide), np.uint8)
        self.middles: list[tuple[float, float]] = []

    def put(self, sign: str, face: str, x: float, y: float, w: float, h: float, bold: float = 0) -> None:
        """Into the cell at x, y of w by h. I and 1 stay slim, in the middle of it."""
        if sign in MARKS:
            return _mark(self.mask, sign, x, y, w, h)
        drawn = glyph(sign, face)
        if bold:
            size = max(1, round(abs(bold)))
            kernel = np.ones((size, size), np.uint8)
            drawn = cv2.dilate(drawn, kernel) if bold > 0 else cv2.erode(drawn, kernel)
        wide = w
        if sign in "I1" and drawn.shape[1] < 0.6 * drawn.shape[0]:
            wide = min(w, h * drawn.shape[1] / drawn.shape[0])
        left, top = round(x + (w - wide) / 2), round(y)
        size = (max(1, round(wide)), max(1, round(h)))
        sized = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
        part = self.mask[top : top + size[1], left : left + size[0]]
        np.maximum(part, sized[: part.shape[0], : part.shape[1]], out=part)
        self.middles.append((x + w / 2, y + h / 2))


def _mark(mask: Mask, sign: str, x: float, y: float, w: float, h: float) -> None:
    """A dash in the middle, a point at the foot or in the middle."""
    if sign == "-":
        top, left = round(y + 0.44 * h), round(x)
        mask[top : top + max(1, round(0.12 * h)), left : left + round(w)] = 255
        return
    middle = (round(x + w / 2), round(y + h * (0.5 if sign == "·" else 0.88)))
    cv2.circle(mask, middle, max(1, round(0.08 * h)), 255, -1)
