"""What a camera that is not there sees: a plate with its text, and a truck with that plate. Grey, and small.

JPEG by PyAV, which the lane needs anyway; letters of five by seven dots.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import av

# Seven rows from the top, five bits each, as letters of base 32.
FONT = {
    "0": "EHJLPHE", "1": "4C4444E", "2": "EH1248V", "3": "V2421HE", "4": "26AIV22", "5": "VGU11HE",
    "6": "68GUHHE", "7": "V124888", "8": "EHHEHHE", "9": "EHHF12C", "A": "EHHHVHH", "B": "UHHUHHU",
    "C": "EHGGGHE", "D": "SIHHHIS", "E": "VGGUGGV", "F": "VGGUGGG", "G": "EHGNHHF", "H": "HHHVHHH",
    "I": "E44444E", "J": "72222IC", "K": "HIKOKIH", "L": "GGGGGGV", "M": "HRLLHHH", "N": "HHPLJHH",
    "O": "EHHHHHE", "P": "UHHUGGG", "Q": "EHHHLID", "R": "UHHUKIH", "S": "FGGE11U", "T": "V444444",
    "U": "HHHHHHE", "V": "HHHHHA4", "W": "HHHLLLA", "X": "HHA4AHH", "Y": "HHHA444", "Z": "V1248GV",
    "-": "000V000", ".": "00000CC",
}  # fmt: skip
UNKNOWN = "VHHHHHV"
BOX, GAP = 6, 3


@dataclass(slots=True)
class Canvas:
    width: int
    height: int
    ground: int
    rows: list[bytearray] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = [bytearray([self.ground]) * self.width for _ in range(self.height)]

    def fill(self, left: int, top: int, width: int, height: int, *, shade: int) -> None:
        for row in self.rows[max(top, 0) : top + height]:
            row[left : left + width] = bytes([shade]) * (min(left + width, self.width) - left)

    def write(self, text: str, left: int, top: int, dot: int, *, shade: int) -> None:
        for place, letter in enumerate(text):
            for line, bits in enumerate(FONT.get(letter, UNKNOWN)):
                for column in range(5):
                    if int(bits, 32) >> (4 - column) & 1:
                        x = left + (place * BOX + column) * dot
                        self.fill(x, top + line * dot, dot, dot, shade=shade)


def plate_picture(text: str, dot: int = 4) -> bytes:
    """The plate alone, as cameras cut it out."""
    return jpeg(_plate(text, dot))


def scene_picture(text: str, width: int = 640, height: int = 360) -> bytes:
    """A truck from the front, with its plate; with an empty text none is to be seen."""
    scene = Canvas(width, height, ground=110)
    scene.fill(0, height * 3 // 4, width, height // 4, shade=70)
    left, wide = width // 4, width // 2
    scene.fill(left, height // 8, wide, height * 3 // 4, shade=185)
    scene.fill(left + wide // 10, height // 5, wide * 4 // 5, height // 4, shade=40)
    for light in (left + wide // 16, left + wide * 13 // 16):
        scene.fill(light, height * 5 // 8, wide // 8, height // 16, shade=250)
    if text:
        plate = _plate(text, 2)
        across, down = (width - plate.width) // 2, height * 3 // 4
        for line, row in enumerate(plate.rows):
            scene.rows[down + line][across : across + plate.width] = row
    return jpeg(scene)


def _plate(text: str, dot: int) -> Canvas:
    width, height = (len(text) * BOX + 2 * GAP) * dot, (7 + 2 * GAP) * dot
    # Chroma is halved: both sides even.
    canvas = Canvas(width + width % 2, height + height % 2, ground=235)
    canvas.write(text, GAP * dot, GAP * dot, dot, shade=20)
    return canvas


def jpeg(canvas: Canvas) -> bytes:
    frame = av.VideoFrame(canvas.width, canvas.height, "yuvj420p")
    luma = frame.planes[0]
    luma.update(b"".join(bytes(row).ljust(luma.line_size, b"\0") for row in canvas.rows))
    for chroma in frame.planes[1:]:
        chroma.update(b"\x80" * chroma.buffer_size)
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = canvas.width, canvas.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
