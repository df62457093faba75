"""`cuakhauso read`: what stands on each photo, or why a person has to look; and that it opens nothing."""

import json
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from cuakhauso.core.identifiers import plates
from cuakhauso.lane.sentences import Language
from cuakhauso.lane.vision import commands, engine, networks, words
from cuakhauso.lane.vision.contracts import Kind
from cuakhauso.lane.vision.drawing import SIGNS, places
from cuakhauso.lane.vision.opening import Unopened
from cuakhauso.lane.vision.reading import Photo, is_accepted, looked_at, shown
from cuakhauso.lane.vision.seeing import What, WhyNot

from .seen import code, eyes, photo, plate

TRUCK, TRAILER, CHINESE, BOX = plate("29H12345"), plate("29R01234"), plate("桂F12345"), code("TSTU1004288")


@pytest.fixture(autouse=True)
def _eyes(monkeypatch):
    monkeypatch.setattr(commands, "made", eyes)


def read(*words: object):
    return CliRunner().invoke(commands.read, [str(word) for word in words])


def told(*words: object) -> list[dict]:
    result = read(*words, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_truck_its_trailer_and_its_container_are_told_as_they_are_painted(tmp_path):
    one = photo(tmp_path / "gate.png", TRUCK, TRAILER, CHINESE, BOX)
    (answer,) = told(one, "--language", "en")
    assert answer["outcome"] == "read"
    assert [(s["kind"], s["shown"], s["country"], s["accepted"]) for s in answer["sightings"]] == [
        ("plate", "29H-123.45", "VN", True),
        ("trailer", "29R-012.34", "VN", True),
        ("plate", "桂F·12345", "CN", True),
        ("container", "TSTU 100428 8", "", True),
    ]
    first = answer["sightings"][0]
    assert first["box"] == [[40, 100], [240, 100], [240, 150], [40, 150]]
    assert first["confidence"] == 0.99
    assert answer["size"] == [1280, 720]
    assert answer["ms"]["looked"] > 0


def test_what_needs_a_person_says_why_in_words(tmp_path):
    wrong_digit, unsure = code("TSTU1004287"), plate("29H12345", 60)
    one = photo(tmp_path / "gate.png", unsure, wrong_digit, plate("ABC"))
    (answer,) = told(one, "--language", "en")
    assert answer["outcome"] == "ask"
    assert {s["text"]: s["why_not"] for s in answer["sightings"]} == {
        "29H12345": ["unsure"],
        "TSTU1004287": ["check_digit"],  # as read: never the digit that it should have
        "ABC": ["not_a_plate"],
    }
    words = [s["why_not_in_words"] for s in answer["sightings"] if s["why_not"] == ["check_digit"]]
    assert words == [["the check digit does not agree (never repaired)"]]


def test_what_a_wrong_check_digit_most_likely_means_is_a_question_beside_what_was_read(tmp_path):
    """`TSTU 100428 8` stands on the door, and a faint 1 looks like a 7."""
    one = photo(tmp_path / "gate.png", code("TSTU7004288", 90))
    (answer,) = told(one, "--language", "en")
    [seen] = answer["sightings"]
    assert (answer["outcome"], seen["accepted"], seen["why_not"]) == ("ask", False, ["check_digit"])
    assert (seen["text"], seen["likely"]) == ("TSTU7004288", "TSTU1004288")
    for language, sentence in (
        ("vi", "có lẽ là TSTU 100428 8: hãy nhìn ảnh"),
        ("en", "probably TSTU 100428 8: look at the picture"),
        ("zh-Hans", "可能是 TSTU 100428 8：请看图核对"),
    ):
        assert sentence in read(one, "--language", language).stdout


def test_a_photo_without_a_vehicle_finds_nothing(tmp_path):
    one = photo(tmp_path / "empty.png")
    result = read(one, "--language", "vi")
    assert result.exit_code == 0
    assert "Không thấy biển số hay số container nào" in result.stdout


def test_of_three_vehicles_all_are_told_and_none_is_chosen(tmp_path):
    one = photo(tmp_path / "queue.png", plate("29H12345"), plate("15C54321"), plate("桂F12345"))
    (answer,) = told(one)
    assert [s["text"] for s in answer["sightings"]] == ["29H12345", "15C54321", "桂F12345"]


def test_the_lines_say_it_in_the_language_of_the_terminal(tmp_path, monkeypatch):
    one = photo(tmp_path / "gate.png", plate("29H12345", 60))
    for spoken, sentence in (
        ("vi_VN.UTF-8", "chưa đủ chắc chắn"),
        ("en_GB.UTF-8", "not certain enough"),
        ("zh_CN.UTF-8", "把握不足"),
    ):
        monkeypatch.setenv("LC_ALL", spoken)
        assert sentence in read(one).stdout
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "chưa đủ chắc chắn" in read(one).stdout


def test_some_photos_that_cannot_be_opened_are_told_and_the_others_are_read(tmp_path):
    good = photo(tmp_path / "good.png", TRUCK)
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    result = read(tmp_path / "bad.jpg", tmp_path / "gone.jpg", good, "--json")
    assert result.exit_code == 1
    outcomes = [json.loads(line)["outcome"] for line in result.stdout.splitlines()]
    assert outcomes == ["not_a_picture", "no_file", "read"]


def test_without_a_photo_it_is_used_wrongly():
    assert read().exit_code == 2


def test_of_each_network_it_tells_how_it_was_made_of_what_and_how_good_it_is():
    said = read("--about")
    assert said.exit_code == 0
    for told in (
        "plate (Apache-2.0): ",
        "code (Apache-2.0): ",
        "locate (Apache-2.0): ",
        "CC BY 4.0",
        "held apart",
    ):
        assert told in said.output


def test_without_weights_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(networks, "WEIGHTS", tmp_path)
    monkeypatch.setattr(commands, "made", lambda: engine.eyes(threads=1))
    result = read(photo(tmp_path / "gate.png", TRUCK), "--language", "en")
    assert result.exit_code == 2
    assert "no recognition networks" in result.stderr


def test_a_cut_out_plate_is_read_though_nobody_finds_it(tmp_path):
    cut_out = photo(tmp_path / "plate.png", plate("29H12345"), size=(880, 220))
    (answer,) = told(cut_out, "--crop", "plate")
    (sighting,) = answer["sightings"]
    assert sighting["text"] == "29H12345"
    assert sighting["box"] == [[0, 0], [880, 0], [880, 220], [0, 220]]
    assert sighting["accepted"]


# --- drawing --------------------------------------------------------------------------------------


def test_what_was_found_is_drawn_into_the_photo(tmp_path):
    one = photo(tmp_path / "gate.png", CHINESE, plate("29H12345", 60))
    assert read(one, "--draw", tmp_path / "out.png").exit_code == 0
    before, after = (np.asarray(Image.open(tmp_path / name)).astype(int) for name in ("gate.png", "out.png"))
    changed = np.abs(after - before).sum(2) > 60
    assert changed[60:160, 30:250].any()
    assert changed[60:160, 330:560].any()
    assert not changed[500:].any()


def test_several_photos_are_drawn_into_a_folder_and_numbered(tmp_path):
    for name in ("a", "b"):
        photo(tmp_path / name / "gate.png", TRUCK)
    assert read(tmp_path / "a/gate.png", tmp_path / "b/gate.png", "--draw", tmp_path / "out").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["1-gate.png", "2-gate.png"]


def test_several_photos_into_one_file_is_used_wrongly(tmp_path):
    one = photo(tmp_path / "gate.png", TRUCK)
    result = read(one, one, "--draw", tmp_path / "out.png")
    assert result.exit_code == 2
    assert not (tmp_path / "out.png").exists()
    with pytest.raises(ValueError, match="gate"):
        places(one, (one, one))


def test_a_photo_that_cannot_be_opened_draws_nothing(tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    assert read(tmp_path / "bad.jpg", "--draw", tmp_path / "out.png").exit_code == 1
    assert not (tmp_path / "out.png").exists()


def test_the_letters_that_travel_with_it_have_every_sign_of_a_plate():
    font = ImageFont.truetype(str(SIGNS), 40)
    nothing = bytes(font.getmask("\ufffe"))
    for sign in plates.PROVINCES + plates.ENDS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
        drawn = bytes(font.getmask(sign))
        assert any(drawn)
        assert drawn != nothing, sign


# --- what holds for all ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.WHY_NOT, WhyNot), (words.UNOPENED, Unopened), (words.OUTCOMES, words.Outcome),
        (words.KINDS, What),
    ],
)  # fmt: skip
def test_every_code_has_its_words_in_three_languages(table, codes):
    assert set(table) == set(codes)
    for said in table.values():
        assert all(said)
        assert len(set(said)) == len(Language)


def test_codes_of_outcomes_are_told_apart():
    assert not {one.value for one in Unopened} & {one.value for one in words.Outcome}


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=14),
    st.integers(0, 100),
    st.sampled_from(Kind),
)
def test_only_an_identity_that_is_certain_is_accepted(tmp_path_factory, text, certain, kind):
    """Whatever is written there: what the grammar refuses, or what is not certain, is never accepted."""
    path = photo(tmp_path_factory.mktemp("any") / "one.png", (kind, text[:14], certain))
    seen, _ = looked_at(eyes(), path)
    for one in seen.sightings:
        assert isinstance(shown(one), str)
        if is_accepted(one):
            assert certain >= 80
            assert one.text == text
            assert shown(one) != ""


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_accept_nothing(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "one.jpg"
    path.write_bytes(content)
    seen, picture = looked_at(eyes(), path)
    assert isinstance(seen, Photo)
    assert picture is not None or seen.unopened
    assert not any(map(is_accepted, seen.sightings))


def test_the_commands_start_without_django_and_without_a_database(tmp_path):
    program = (
        "import sys; from cuakhauso.cli import commands\n"
        "for name in ('read', 'evaluate'):\n"
        "    try: commands([name, '--help'])\n"
        "    except SystemExit as end: assert end.code == 0\n"
        "heavy = {'django', 'psycopg', 'onnxruntime', 'numpy'} & {m.partition('.')[0] for m in sys.modules}\n"
        "assert not heavy - {'numpy'}, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(not (networks.WEIGHTS / "locate.onnx").exists(), reason="installed without networks")
def test_our_own_networks_accept_nothing_where_nothing_is_written(tmp_path):
    rng = np.random.default_rng(7)
    road = np.linspace(40, 200, 720)[:, None, None] + rng.normal(0, 6, (720, 1280, 3))
    own = engine.eyes(threads=1)
    for n, scene in enumerate((road, rng.integers(0, 255, (480, 640, 3)), road[:180, :600])):
        path = tmp_path / f"{n}.png"
        Image.fromarray(scene.clip(0, 255).astype(np.uint8)).save(path)
        seen, _ = looked_at(own, path)
        assert seen.unopened is None
        assert not any(map(is_accepted, seen.sightings))
