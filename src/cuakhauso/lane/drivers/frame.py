"""One picture of a stream, as JPEG and decoded: each made from the other, only when somebody asks."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import av
from av.video.reformatter import VideoReformatter

from cuakhauso.lane.contracts import Garbled
from cuakhauso.lane.jpeg import is_jpeg

JPEG_PIXELS = "yuvj420p"
SHARPEST, FAIR, PLAIN = 2, 4, 8  # libav's scale of quality: 2 is its best, 31 its worst
WIDE, SLIGHT = 960, 120_000  # pixels and bytes that a tablet on a weak network takes several times a second
BOUNDED = {"max_pixels": str(50_000_000)}  # a few hundred bytes may claim to be a picture of gigabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`heard` is the monotonic second it came; `content` a camera's own JPEG, or a decoded frame."""

    at: datetime
    heard: float
    number: int
    content: bytes | av.VideoFrame = field(repr=False)

    def jpeg(self) -> bytes:
        """A camera's own JPEG stays as it came, byte for byte. Raises `Garbled`."""
        return self.content if isinstance(self.content, bytes) else encoded(self.content)

    def slight(self) -> bytes:
        """A JPEG to look at, several times a second over a weak network; no evidence. Raises `Garbled`."""
        if isinstance(self.content, bytes) and len(self.content) <= SLIGHT:
            return self.content
        return encoded(narrowed(self.decoded()), worst=PLAIN)

    def decoded(self) -> av.VideoFrame:
        """Raises `Garbled`."""
        return decoded(self.content) if isinstance(self.content, bytes) else self.content


def reformatted(frame: av.VideoFrame, **wishes: object) -> av.VideoFrame:
    # Its own converter each time: the one that a frame carries must not be used by two threads at once.
    return VideoReformatter().reformat(frame, **wishes)  # type: ignore[arg-type]


def narrowed(frame: av.VideoFrame) -> av.VideoFrame:
    """Both sides even: chroma is halved."""
    if frame.width <= WIDE:
        return frame
    return reformatted(frame, width=WIDE, height=max(2, frame.height * WIDE // frame.width // 2 * 2))


def encoded(frame: av.VideoFrame, *, worst: int = FAIR) -> bytes:
    """Raises `Garbled`."""
    picture = reformatted(frame, format=JPEG_PIXELS, dst_color_range="JPEG")
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, JPEG_PIXELS
    encoder.time_base = Fraction(1, 25)
    encoder.qmin, encoder.qmax = SHARPEST if worst == FAIR else FAIR, worst
    try:
        return b"".join(bytes(packet) for packet in (*encoder.encode(picture), *encoder.encode(None)))
    except av.FFmpegError as error:
        raise Garbled("a frame cannot be made a JPEG") from error


def decoded(jpeg: bytes) -> av.VideoFrame:
    """Raises `Garbled`."""
    if not is_jpeg(jpeg):
        raise Garbled("no JPEG")
    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.options = BOUNDED
    try:
        frames = [*decoder.decode(av.Packet(jpeg)), *decoder.decode(None)]
    except av.FFmpegError as error:
        raise Garbled("a JPEG that cannot be decoded") from error
    if not frames:
        raise Garbled("a JPEG without a picture")
    return frames[0]
