"""What a simulated camera sees: a grey ground of some shade, and a QR code where there is one."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import segno
from av.video.stream import VideoStream

WIDTH, HEIGHT, LAMP = 640, 360, 24
QUIET, SCALE = 4, 6  # modules of white around the code; pixels for a module, where it fits


def picture(shade: int = 128, qr: str = "") -> av.VideoFrame:
    """640×360, in the pixels of video. Two shades apart by 10 can be told apart after encoding. A lamp at
    the upper edge: a picture of one shade alone is that of a camera with its cover on."""
    luma = bytearray([shade]) * (WIDTH * HEIGHT)
    lamp = bytes([235 if shade < 128 else 16]) * LAMP
    for line in range(LAMP):
        luma[line * WIDTH + WIDTH // 2 : line * WIDTH + WIDTH // 2 + LAMP] = lamp
    if qr:
        paint(luma, qr)
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    colourless = bytes([128]) * (WIDTH * HEIGHT // 4)
    for plane, content in zip(frame.planes, (bytes(luma), colourless, colourless), strict=True):
        plane.update(content)  # both widths are whole multiples of libav's alignment: no padding
    return frame


def paint(luma: bytearray, text: str) -> None:
    code = segno.make_qr(text, error="m")
    scale = min(SCALE, (HEIGHT - 20) // code.symbol_size(border=QUIET)[1])
    for y, row in enumerate(code.matrix_iter(scale=scale, border=QUIET)):
        line = bytes(16 if dark else 235 for dark in row)
        luma[(y + 10) * WIDTH + 10 : (y + 10) * WIDTH + 10 + len(line)] = line


def shade_of(frame: av.VideoFrame) -> int:
    """Of the lower right corner, where no code is."""
    plane = frame.reformat(format="yuv420p").planes[0]
    return bytes(plane)[(frame.height - 4) * plane.line_size + frame.width - 4]


def jpeg(shade: int = 128, qr: str = "") -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    frame = picture(shade, qr).reformat(format="yuvj420p")
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def film(path: Path, frames: Iterable[av.VideoFrame], *, codec: str = "libx264", fps: int = 10) -> Path:
    """H.264 as cameras send it: no frames out of order, a whole picture every second."""
    with av.open(str(path), "w") as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=fps))
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if codec == "libx264":
            stream.options = {"tune": "zerolatency", "preset": "ultrafast", "g": str(fps)}
        for number, frame in enumerate(frames):
            shown = frame.reformat(format=stream.pix_fmt)
            shown.pts, shown.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))
    return path


def units(frames: Iterable[av.VideoFrame], *, fps: int = 10) -> list[bytes]:
    """The same as H.264 in Annex B, one item a picture: what goes into RTP."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, fps), Fraction(fps)
    encoder.options = {"tune": "zerolatency", "preset": "ultrafast", "g": str(fps)}
    encoded = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, Fraction(1, fps)
        encoded += [bytes(packet) for packet in encoder.encode(frame)]
    return encoded + [bytes(packet) for packet in encoder.encode(None)]
