"""What counts as a JPEG before anybody decodes it: its first and last bytes, and a size that cameras send."""

START, END = b"\xff\xd8\xff", b"\xff\xd9"
LARGEST = 16 * 1024 * 1024


def is_jpeg(content: bytes) -> bool:
    """Some cameras fill up with zeros behind the end."""
    return len(content) <= LARGEST and content.startswith(START) and content.rstrip(b"\0").endswith(END)
