"""Promises about all templates and static files: nothing comes from elsewhere, nothing runs inline."""

import re
from pathlib import Path

import pytest

import cuakhauso.centre
from cuakhauso.centre.web import icons

CENTRE = Path(cuakhauso.centre.__file__).parent
WEB = CENTRE / "web"
TEMPLATES = sorted(CENTRE.glob("*/templates/**/*.html"))
SCRIPTS_AND_STYLES = sorted(WEB.glob("static/**/*.css")) + sorted(WEB.glob("static/web/*.js"))


def named(path):
    return str(path.relative_to(CENTRE))


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_a_template_loads_nothing_from_another_host(file):
    assert not re.search(r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//", file.read_text())


@pytest.mark.parametrize("file", TEMPLATES, ids=named)
def test_a_template_holds_no_script_no_handler_and_no_inline_style(file):
    text = file.read_text()
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert not re.search(r"\shx-on[:-]", text)
    assert not re.search(r"\sstyle=", text)
    assert "<style" not in text


@pytest.mark.parametrize("file", SCRIPTS_AND_STYLES, ids=named)
def test_styles_and_scripts_load_nothing_from_another_host(file):
    text = file.read_text()
    assert not re.search(r"url\(\s*[\"']?(https?:)?//", text)
    assert "@import" not in text
    assert "sourceMappingURL" not in text


def test_every_icon_of_the_list_is_in_the_sprite_and_no_other():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', icons.SPRITE.read_text()))
    assert sprite == icons.names()


def test_every_icon_named_in_a_template_or_in_code_is_in_the_sprite():
    asked = set()
    for file in TEMPLATES:
        text = file.read_text()
        asked |= set(re.findall(r"\{% icon [\"']([\w-]+)[\"']", text))
        asked |= set(re.findall(r"\b(?:icon|source_icon)=[\"']([\w-]+)[\"']", text))
    for file in WEB.glob("**/*.py"):
        asked |= set(re.findall(r"\bicon=\"([\w-]+)\"", file.read_text()))
    assert asked - icons.names() == set()


def test_every_class_of_our_components_has_a_style_or_a_script():
    styled = "".join(file.read_text() for file in WEB.glob("static/web/*.*s"))
    styled += (WEB / "static/web/tokens.css").read_text()
    known = set(re.findall(r"ck-[\w-]*\w", styled))
    used = set()
    for file in WEB.glob("templates/**/*.html"):
        for classes in re.findall(r'class="([^"{]*(?=["{ ]))', file.read_text()):
            used |= {name for name in classes.split() if name.startswith("ck-") and not name.endswith("-")}
    assert used - known - {"ck-f", "ck-logo"} == set()  # ck-f is the start of ck-f1 … ck-f100


def test_vendored_files_are_listed_with_version_and_licence():
    told = (WEB / "static/vendor/VENDOR.md").read_text()
    for file in (WEB / "static/vendor").iterdir():
        assert file.name in told or file.name in {"VENDOR.md"}
