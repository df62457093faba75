"""`cuakhauso evaluate`: what a site's own photos say about a camera, and how sure that is."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cuakhauso.lane.sentences import Language
from cuakhauso.lane.vision import commands
from cuakhauso.lane.vision.contracts import Kind
from cuakhauso.lane.vision.evaluation import words
from cuakhauso.lane.vision.evaluation.labelled import (
    FaultyList,
    Labelled,
    Wrong,
    kind_of,
    photos_of,
    signs_of,
    spread,
)
from cuakhauso.lane.vision.evaluation.running import each_judged
from cuakhauso.lane.vision.evaluation.scoring import (
    Miss,
    is_exact,
    judged,
)
from cuakhauso.lane.vision.reading import looked_at

from .seen import code, eyes, photo, plate

BOX = "TSTU1004288"


def listed(folder: Path, *rows: tuple[str, ...], columns: str = "file,kind,set,label") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns.split(","))
        out.writerows(rows)
    return folder


def evaluate(*words: object):
    return CliRunner().invoke(commands.evaluate, [str(word) for word in words])


@pytest.fixture(autouse=True)
def _eyes(monkeypatch):
    monkeypatch.setattr(commands, "made", eyes)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Six photos of a gate: right, wrong, wrong and taken, nothing there, of nobody, and no picture."""
    photo(tmp_path / "right.png", plate("29H12345"))
    photo(tmp_path / "asked.png", plate("29H12346", 50))
    photo(tmp_path / "taken.png", plate("29H12349"))
    photo(tmp_path / "nothing.png")
    photo(tmp_path / "stranger.png", code(BOX))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return listed(
        tmp_path,
        ("right.png", "vn", "day", "29H-123.45"),
        ("asked.png", "vn", "day", "29H-123.47"),
        ("taken.png", "vn", "night", "29H-123.48"),
        ("nothing.png", "vn", "night", "15C-543.21"),
        ("stranger.png", "container", "night", ""),
        ("broken.png", "vn", "day", "15C-543.22"),
    )


def figures(folder: Path, *more: object) -> dict:
    out = folder / "out.json"
    result = evaluate(folder, "--json", out, "--language", "en", *more)
    assert result.exit_code == 0, result.output
    return json.loads(out.read_text())


def group(told: dict, kind: str, set_: str) -> dict:
    return next(one for one in told["groups"] if (one["kind"], one["set"]) == (kind, set_))


# --- figures --------------------------------------------------------------------------------------


def test_each_set_tells_how_much_is_right_and_how_sure_that_is(folder):
    told = figures(folder)
    day, night = group(told, "vn", "day"), group(told, "vn", "night")
    assert told["photos"] == 6
    assert (day["exact"]["count"], day["exact"]["of"]) == (1, 3)
    assert day["exact"]["low"] < 1 / 3 < day["exact"]["high"]
    assert (day["accepted"]["count"], day["accepted_wrong"]["count"]) == (1, 0)
    assert (night["accepted"]["count"], night["accepted_wrong"]["count"]) == (1, 1)
    assert day["sign_errors"]["count"] == 1 + 8  # one sign, and the photo that is none
    assert day["misses"] == {"unopened": 1, "wrong": 1}


def test_what_is_supposed_for_a_person_counts_beside_what_was_read_and_never_as_taken(tmp_path):
    """Two codes of which a 1 was read as a 7: one is labelled as it is supposed, the other otherwise."""
    for name in ("right.png", "wrong.png"):
        photo(tmp_path / name, code("TSTU7004288", 90))
    photo(tmp_path / "exact.png", code("TSTU1004288"))
    rows = (("right.png", "TSTU1004288"), ("wrong.png", "CSQU3054383"), ("exact.png", "TSTU1004288"))
    listed(tmp_path, *((name, "container", "door", label) for name, label in rows))
    told = figures(tmp_path)
    door = group(told, "container", "door")
    counts = {
        name: (door[name]["count"], door[name]["of"]) for name in ("exact", "with_likely", "likely_wrong")
    }
    assert counts == {"exact": (1, 3), "with_likely": (2, 3), "likely_wrong": (1, 2)}
    assert (door["accepted"]["count"], door["accepted_wrong"]["count"]) == (1, 0)
    assert {one["likely"] for one in told["misses"]} == {"TSTU1004288"}


def test_of_plates_nothing_is_told_of_codes_that_are_supposed_nor_of_codes_a_province(tmp_path):
    photo(tmp_path / "plate.png", plate("29H12345"))
    photo(tmp_path / "code.png", code("TSTU7004288", 90))
    listed(tmp_path, ("plate.png", "vn", "day", "29H12345"), ("code.png", "container", "day", "TSTU1004288"))
    of_codes, of_plates = evaluate(tmp_path, "--language", "en").stdout.split("Vietnamese plates")
    assert "supposed rightly for the person who is asked: 100.0%" in of_codes
    assert "supposed" not in of_plates
    assert "province" not in of_codes + of_plates


def test_a_photo_without_a_label_counts_only_where_something_would_be_taken(folder):
    told = group(figures(folder), "container", "night")
    assert told["labelled"] == 0
    assert told["exact"]["of"] == 0
    assert told["unlabelled_accepted"] == {"count": 1, "of": 1} | {
        key: told["unlabelled_accepted"][key] for key in ("share", "low", "high")
    }


def test_the_misses_are_told_the_worst_first(folder):
    misses = figures(folder)["misses"]
    assert [one["miss"] for one in misses] == [
        "wrong_taken",
        "unlabelled_taken",
        "wrong",
        "nothing",
        "unopened",
    ]
    assert (misses[0]["read"], misses[0]["label"]) == ("29H12349", "29H12348")


def test_of_several_vehicles_the_accepted_one_is_judged_and_the_others_told_apart(tmp_path):
    one = photo(tmp_path / "two.png", plate("29H12345", 60), plate("15C54321"))
    said = Labelled(path=one, file="two.png", kind="vn", set="", label="29H12345")
    result = judged(said, looked_at(eyes(), one)[0])
    assert (result.text, result.exact, result.any_exact, result.miss) == (
        "15C54321",
        False,
        True,
        Miss.WRONG_TAKEN,
    )


def test_a_second_text_that_would_be_taken_too_is_counted(tmp_path):
    one = photo(tmp_path / "two.png", plate("29H12345"), plate("15C54321", 90))
    said = Labelled(path=one, file="two.png", kind="vn", set="", label="29H12345")
    result = judged(said, looked_at(eyes(), one)[0])
    assert (result.exact, result.also_wrong) == (True, True)


def test_a_container_on_a_photo_of_a_plate_is_not_the_plate(tmp_path):
    one = photo(tmp_path / "box.png", code(BOX))
    said = Labelled(path=one, file="box.png", kind="vn", set="", label="29H12345")
    assert judged(said, looked_at(eyes(), one)[0]).miss is Miss.NOTHING


def test_a_chinese_plate_is_told_with_and_without_its_province(tmp_path):
    photo(tmp_path / "cn.png", plate("粤F12345"))
    listed(tmp_path, ("cn.png", "cn", "day", "桂F·12345"))
    told = group(figures(tmp_path), "cn", "day")
    assert (told["exact"]["count"], told["but_province"]["count"]) == (0, 1)
    assert told["accepted_wrong"]["count"] == 1


@pytest.mark.parametrize(
    ("text", "label", "exact"),
    [
        ("桂F12345", "桂F12345", True),
        ("桂F12345", "F12345", True),  # whoever labelled it wrote no province
        ("F12345", "桂F12345", False),
        ("粤F12345", "桂F12345", False),
        ("29H12345", "29H12346", False),
        ("", "", False),
    ],
)
def test_what_is_exact(text, label, exact):
    assert is_exact(text, label) is exact


def test_sets_of_cut_out_plates_need_nobody_to_find_them(tmp_path):
    photo(tmp_path / "crops/a.png", plate("29H12345"), size=(880, 220))
    photo(tmp_path / "crops/b.png", code(BOX), size=(880, 220))
    listed(
        tmp_path,
        ("crops/a.png", "vn", "crop_gate", "29H12345"),
        ("crops/b.png", "container", "crop_gate", BOX),
    )
    told = figures(tmp_path)
    assert group(told, "vn", "crop_gate")["exact"]["count"] == 1
    assert group(told, "container", "crop_gate")["exact"]["count"] == 1


def test_several_processes_find_the_same_as_one(folder):
    alone, together = figures(folder), figures(folder, "--processes", 2)
    for told in (alone, together):
        told.pop("at")
        for one in told["groups"]:
            one.pop("ms")
    assert alone == together


def test_a_limit_takes_photos_evenly_out_of_all():
    photos = [Labelled(path=Path(), file=str(n), kind="vn", set="", label="") for n in range(10)]
    assert [one.file for one in spread(photos, 4)] == ["0", "2", "5", "7"]
    assert spread(photos, None) == spread(photos, 50) == photos


# --- labels ---------------------------------------------------------------------------------------


def faults(folder: Path, labels: Path | None = None) -> list[tuple[int, Wrong, str]]:
    with pytest.raises(FaultyList) as faulty:
        photos_of(folder, labels)
    return [(one.line, one.wrong, one.about) for one in faulty.value.faults]


def test_a_list_of_two_columns_is_enough(tmp_path):
    photo(tmp_path / "a.png")
    listed(tmp_path, ("a.png", "tstu 100428-8"), columns="File, Label")
    ((one,), _) = photos_of(tmp_path)
    assert (one.kind, one.label, one.sought) == ("container", BOX, Kind.CODE)


def test_a_list_out_of_a_spreadsheet_may_have_semicolons_and_a_mark_at_its_head(tmp_path):
    photo(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("\ufefffile;label\na.png;桂F·12345\n", encoding="utf-8")
    ((one,), _) = photos_of(tmp_path)
    assert (one.kind, one.label) == ("cn", "桂F12345")


def test_a_list_without_its_columns_is_told(tmp_path):
    listed(tmp_path, ("a.png", "x"), columns="picture,text")
    assert faults(tmp_path) == [(1, Wrong.NO_COLUMN, "file"), (1, Wrong.NO_COLUMN, "label")]


def test_every_faulty_line_is_told_by_its_number(tmp_path):
    photo(tmp_path / "a.png")
    photo(tmp_path / "b.png")
    listed(
        tmp_path,
        ("a.png", "29H12345"), ("gone.png", "29H12345"), ("a.png", "29H12346"), ("", "29H12345"),
        ("b.png", "lorry"),
        columns="file,label",
    )  # fmt: skip
    assert faults(tmp_path) == [
        (3, Wrong.NO_FILE, "gone.png"),
        (4, Wrong.TWICE, "a.png"),
        (5, Wrong.NO_NAME, "29H12345"),
        (6, Wrong.NO_IDENTITY, "lorry"),
    ]
    result = evaluate(tmp_path, "--language", "en")
    assert result.exit_code == 2
    assert "line 3: there is no file gone.png" in result.stderr
    assert "Nothing was measured" in result.stderr


def test_faulty_lines_are_left_out_where_that_is_asked_and_told(tmp_path):
    photo(tmp_path / "a.png", plate("29H12345"))
    listed(tmp_path, ("a.png", "29H12345"), ("gone.png", "29H12345"), columns="file,label")
    told = figures(tmp_path, "--skip-faulty")
    assert (told["photos"], told["lines_left_out"]) == (1, 1)


def test_what_is_no_text_is_no_list(tmp_path):
    photo(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfe\x00file,label")
    assert [wrong for _, wrong, _ in faults(tmp_path)] == [Wrong.NOT_TEXT]


def test_without_a_list_the_names_of_the_files_say_it(tmp_path):
    photo(tmp_path / "0001_29H12345.png")
    photo(tmp_path / "night/0002_TSTU1004288.PNG")
    photo(tmp_path / "night/somebody.png")
    (tmp_path / "notes_29H12345.txt").write_text("no picture")
    found, _ = photos_of(tmp_path)
    assert [(one.file, one.set, one.kind, one.label) for one in found] == [
        ("0001_29H12345.png", "", "vn", "29H12345"),
        ("night/0002_TSTU1004288.PNG", "night", "container", BOX),
        ("night/somebody.png", "night", "", ""),
    ]


def test_a_folder_without_photos_is_told(tmp_path):
    assert faults(tmp_path) == [(0, Wrong.EMPTY, str(tmp_path))]


@pytest.mark.parametrize(
    ("label", "kind", "signs"),
    [
        ("29RM-012.34", "vn", "29RM01234"),
        ("80MĐ-123.45", "vn", "80MD12345"),
        ("桂F·1234挂", "cn", "桂F1234挂"),
        ("TSTU 100428 8", "container", BOX),
        ("TSTU 100428 7", "", "TSTU1004287"),  # a wrong check digit is no label
        ("", "", ""),
    ],
)
def test_a_label_says_what_kind_it_is(label, kind, signs):
    assert (kind_of(label), signs_of(label)) == (kind, signs)


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(Language))
def test_the_page_loads_nothing_and_shows_the_misses(folder, language):
    out = folder / "report.html"
    assert evaluate(folder, "--report", out, "--language", language.value).exit_code == 0
    page = out.read_text()
    words_alone = re.sub(r'"data:image/jpeg;base64,[\w+/=]*"', '""', page)
    assert not re.search(r"https?:|//|<script|<link|@import|url\(", words_alone)
    assert page.count('src="data:image/jpeg;base64,') == len(re.findall(r"<img ", page)) == 3 + 4
    assert '<td class="differs">9</td>' in page
    assert '<td class="differs">8</td>' in page
    assert words.LABELS["title"][list(Language).index(language)] in page


def test_the_page_writes_names_of_files_as_text(tmp_path):
    photo(tmp_path / "<b>&a.png", plate("29H12345"))
    listed(tmp_path, ("<b>&a.png", "vn", "<i>", "29H12346"))
    out = tmp_path / "report.html"
    assert evaluate(tmp_path, "--report", out).exit_code == 0
    assert "<b>&" not in out.read_text()
    assert "<i>" not in out.read_text()


def test_everything_it_says_is_said_in_three_languages():
    for table, codes in ((words.WRONGS, Wrong), (words.MISSES, Miss)):
        assert set(table) == set(codes)
    for table in (words.WRONGS, words.MISSES, words.KINDS, words.LABELS):
        for said in table.values():
            assert all(said)
            assert len({tuple(sorted(re.findall(r"\{\w+\}", one))) for one in said}) == 1


def dies():
    """A process that the machine ends."""
    if os.environ.get("LOOKS_IN") != str(os.getpid()):
        os._exit(9)
    return eyes()


def test_a_process_that_dies_ends_it_with_a_sentence(folder, monkeypatch):
    monkeypatch.setenv("LOOKS_IN", str(os.getpid()))
    monkeypatch.setattr(commands, "made", dies)
    result = evaluate(folder, "--processes", 2, "--language", "en")
    assert result.exit_code == 1
    assert "died" in result.stderr


def test_no_more_photos_are_under_way_than_processes_need(folder):
    """A hundred thousand photos are not put in line at once."""
    taken = []

    def photos():
        for n in range(40):
            taken.append(n)
            yield Labelled(path=folder / "right.png", file=str(n), kind="vn", set="", label="29H12345")

    judging = each_judged(photos(), eyes, 2)
    assert next(judging).judged.exact
    assert len(taken) < 12
    judging.close()
