"""A tablet whose browser reads no codes: the platform looks at the camera's picture."""

from io import BytesIO

import pytest
import segno
from django.test import Client
from PIL import Image

from ..centre.builders import declare, officer

SEEN = "/gate/CKHN/scan/picture/"


def picture(text: str = "", size: tuple[int, int] = (960, 540)) -> bytes:
    """A camera's view, dim and aslant, with a code in it."""
    scene = Image.new("L", size, 96)
    if text:
        drawn = BytesIO()
        segno.make(text, error="m").save(drawn, kind="png", scale=6, border=4)
        scene.paste(Image.open(drawn).convert("L").rotate(7, fillcolor=255), (300, 120))
    written = BytesIO()
    scene.convert("RGB").save(written, "JPEG", quality=70)
    return written.getvalue()


def asks(client: Client, content: bytes, **more):
    return client.post(SEEN, content, content_type="image/jpeg", **more)


def test_the_code_on_a_declaration_is_read_from_the_picture(gate, client_of):
    truck = declare()
    client = client_of(officer("customs"))
    address = f"https://gate.example/crossings/{truck.crossing_id}/"
    assert asks(client, picture(address)).json() == {"text": address}
    assert asks(client, picture()).json() == {"text": ""}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"no picture at all", 422, "not_a_photo"),
        (picture("x")[:400], 422, "not_a_photo"),
        (b"", 422, "not_a_photo"),
        (picture(size=(4000, 1200)), 422, "photo_too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(1_000_001), 413, "photo_too_large"),
    ],
    ids=["text", "cut off", "empty", "too many pixels", "too large"],
)
def test_what_is_no_picture_is_refused_in_words(gate, client_of, content, status, code):
    answer = asks(client_of(officer("customs")), content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["reason"]


def test_only_who_works_at_the_gate_has_pictures_looked_at(gate, client_of):
    assert asks(client_of(officer("customs", "TT")), picture("x")).status_code == 404
    assert asks(Client(), picture("x")).status_code == 302
