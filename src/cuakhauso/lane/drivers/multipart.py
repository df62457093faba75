"""Multipart, as cameras send it: whole bodies (`parts_of`), and streams that never end (`PartStream`).

The parsing is python-multipart's. What is added: limits, and in a stream a part is told as soon as the length
that it declared is there, not when the next one begins, which may be many seconds later.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ..contracts import Garbled

MOST_PARTS = 32
LONGEST_BOUNDARY = 70  # RFC 2046
MOST_BYTES = 16 * 1024 * 1024  # of one part


@dataclass(frozen=True, slots=True)
class Part:
    """Names of headers in lower case."""

    headers: dict[str, str]
    content: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        """The file's name, else the field's."""
        _, options = parse_options_header(self.headers.get("content-disposition", "").encode())
        return (options.get(b"filename") or options.get(b"name") or b"").decode(errors="replace")


def boundary_of(content_type: str) -> bytes:
    media_type, options = parse_options_header(content_type.encode(errors="replace"))
    if not media_type.startswith(b"multipart/") or not options.get(b"boundary"):
        raise Garbled(f"no multipart with a boundary: {content_type[:80]!r}")
    return options[b"boundary"]


def parts_of(body: bytes, content_type: str) -> tuple[Part, ...]:
    """All parts of a whole body. Raises `Garbled`, also for a body that was cut off."""
    parts: list[Part] = []
    try:
        gathered = _Gathered(boundary_of(content_type), parts.append, by_length=False)
        gathered.write(body)
    except FormParserError as error:
        raise Garbled(f"broken multipart: {error}") from error
    if not gathered.ended:
        raise Garbled("a multipart body that does not end")
    if gathered.too_long or len(parts) > MOST_PARTS:
        raise Garbled(f"{len(parts)} parts in one body, {gathered.too_long} of them too long")
    return tuple(parts)


class _Gathered:
    """Puts together what python-multipart calls out piece by piece. `by_length`: a part is told as soon as
    its declared length is there; in whole bodies the delimiters count, as some firmwares declare wrongly."""

    def __init__(
        self, boundary: bytes, tell: Callable[[Part], None], *, by_length: bool, most: int = MOST_BYTES
    ) -> None:
        self.ended = False
        self.too_long = 0
        self._tell, self._most, self._by_length = tell, most, by_length
        self._begin()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._value,
                "on_header_end": self._header,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._last,
            },
        )

    def write(self, data: bytes) -> None:
        self._parser.write(data)

    def _begin(self) -> None:
        self._headers: dict[str, str] = {}
        self._name, self._said = b"", b""
        self._content, self._told, self._declared = bytearray(), False, -1

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _value(self, data: bytes, start: int, end: int) -> None:
        self._said += data[start:end]

    def _header(self) -> None:
        name, said = self._name.decode("latin-1").lower(), self._said.decode("latin-1").strip()
        self._headers[name] = said
        if self._by_length and name == "content-length" and said.isascii() and said.isdigit():
            self._declared = int(said[:12])
        self._name, self._said = b"", b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._told:
            return
        self._content += data[start:end]
        if self._declared == 0 or 0 < self._declared <= len(self._content):
            self._give(self._content[: self._declared])
        elif len(self._content) > self._most:
            self.too_long += 1
            self._told, self._content = True, bytearray()

    def _end(self) -> None:
        if not self._told:
            self._give(self._content)

    def _give(self, content: bytearray) -> None:
        self._told = True
        self._tell(Part(self._headers, bytes(content)))

    def _last(self) -> None:
        self.ended = True


class PartStream:
    """The parts of a stream, however its bytes arrive. After what is no multipart it goes on at the next
    delimiter; `garbled` says how often, `why` the last reason. After the end mark nothing more is read."""

    def __init__(self, boundary: bytes, most: int = MOST_BYTES) -> None:
        # Some firmwares write the delimiter's own dashes into the header's boundary.
        self._boundary = boundary.lstrip(b"-")
        self._delimiter = b"--" + self._boundary + b"\r\n"
        self._most = most
        self._gathered: _Gathered | None = None
        self._tail = b""
        self._told: list[Part] = []
        self._broken = 0
        self.why = ""
        if not 0 < len(self._boundary) <= LONGEST_BOUNDARY:
            raise Garbled(f"no usable boundary: {boundary[:80]!r}")

    @property
    def ended(self) -> bool:
        return self._gathered is not None and self._gathered.ended

    @property
    def garbled(self) -> int:
        return self._broken + (self._gathered.too_long if self._gathered else 0)

    def feed(self, data: bytes) -> list[Part]:
        while data:
            data = self._write(self._gathered, data) if self._gathered else self._hunt(data)
        told = self._told.copy()
        self._told.clear()
        return told

    def _write(self, gathered: _Gathered, data: bytes) -> bytes:
        try:
            gathered.write(data)
        except FormParserError as error:
            self._broken, self.why = self.garbled + 1, str(error)
            self._gathered = None
            return data[max(getattr(error, "offset", 0), 0) :]
        return b""

    def _hunt(self, data: bytes) -> bytes:
        data = self._tail + data
        found = data.find(self._delimiter)
        if found < 0:
            self._tail = data[-(len(self._delimiter) - 1) :]
            return b""
        self._tail = b""
        self._gathered = _Gathered(self._boundary, self._told.append, by_length=True, most=self._most)
        return data[found:]
