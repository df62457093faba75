"""The catalogues of words, without gettext's own tools: `python -m cuakhauso.centre.web.translations`

    update    take the messages from all templates and Python files into en and zh-Hans
    check     say what is missing, unsure, different in its placeholders, or gone from the code
    compile   write the .mo files that Django reads (not kept in git)

Vietnamese is the source: the msgid is the Vietnamese sentence. The Vietnamese catalogue holds only
sentences of the libraries that we use, whose source is English; it is written by hand.
The files are sorted by msgid and carry no line numbers, so that two people's work merges.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2]
LOCALE = Path(__file__).with_name("locale")
TRANSLATED = ("en", "zh_Hans")
BY_HAND = ("vi",)

KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "_l", "_now", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]|\{(\w*)\}")
_CHANGING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|'
    r"Report-Msgid-Bugs-To|Project-Id-Version|Generated-By):.*\n",
    re.MULTILINE,
)
_HEADER = """\
# Cửa khẩu số: the words in this language. Sorted by msgid, without line numbers.
# Written by `python -m cuakhauso.centre.web.translations update`."""

Key = tuple[str, str]  # context and msgid


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind` is missing, fuzzy, placeholders, plurals or gone."""

    kind: str
    language: str
    message: str

    def __str__(self) -> str:
        return f"{self.language}: {self.kind}: {self.message!r}"


def from_code(root: Path = SOURCE) -> Catalog:
    """Every message in the templates and Python files under `root`."""
    found = Catalog()
    for file in sorted(root.rglob("*")):
        if file.suffix in {".html", ".txt"} and "templates" in file.parts:
            _take(found, template_messages(file.read_text(encoding="utf-8")))
        elif file.suffix == ".py":
            _take(found, python_messages(file.read_bytes()))
    return found


def template_messages(text: str) -> Iterator[tuple[object, str | None]]:
    """What `{% translate %}`, `{% blocktranslate %}` and `_("…")` in a template say."""
    # Indents mean nothing in a template, but would be errors to Python's tokenizer.
    code = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    return python_messages(code.encode())


def python_messages(code: bytes) -> Iterator[tuple[object, str | None]]:
    """Pairs of message (a pair itself where it has a plural) and context."""
    if b"gettext" not in code and b"_(" not in code:
        return
    for _line, message, _comments, context in extract("python", BytesIO(code), KEYWORDS):
        yield message, context


def _take(found: Catalog, messages: Iterable[tuple[object, str | None]]) -> None:
    for message, context in messages:
        found.add(message, context=context)  # type: ignore[arg-type]


def read(language: str, locale: Path = LOCALE) -> Catalog:
    """A language's catalogue; an empty one if it has none yet."""
    file = _po(language, locale)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def update(code: Catalog, known: Catalog, language: str) -> Catalog:
    """The messages of the code with the translations known so far; never a guess."""
    fresh = Catalog(locale=language)
    for message in _messages(code):
        before = known.get(_msgid(message), message.context)
        fresh.add(
            message.id,
            before.string if before and _same_shape(before, message) else "",
            context=message.context,
        )
    return fresh


def _same_shape(before: Message, message: Message) -> bool:
    return isinstance(before.id, str) == isinstance(message.id, str)


def problems(code: Catalog, known: Catalog, language: str) -> list[Problem]:
    """Everything that keeps the catalogue from being whole."""
    needed = {_key(message): message for message in _messages(code)}
    had = {_key(message): message for message in _messages(known)}
    found = [Problem("missing", language, key[1]) for key in needed if not _said(had.get(key))]
    found += [Problem("gone", language, key[1]) for key in had if key not in needed]
    return sorted(found + faults(known, language), key=str)


def faults(known: Catalog, language: str) -> list[Problem]:
    """What is wrong inside a catalogue, whatever the code says."""
    found = []
    for message in _messages(known):
        if message.fuzzy:
            found.append(Problem("fuzzy", language, _msgid(message)))
        if _said(message) and not _placeholders_agree(message):
            found.append(Problem("placeholders", language, _msgid(message)))
        if not isinstance(message.id, str) and len(_strings(message)) != known.num_plurals:
            found.append(Problem("plurals", language, _msgid(message)))
    return found


def _placeholders_agree(message: Message) -> bool:
    """A plural form may leave out the number, but may not name what the message does not know."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = {name for text in ids for name in _placeholders(text)}
    strings = _strings(message)
    if len(ids) == 1:
        return all(_placeholders(text) == _placeholders(ids[0]) for text in strings)
    return all(set(_placeholders(text)) <= wanted for text in strings) and (
        set(_placeholders(strings[-1])) == wanted
    )


def _placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in _PLACEHOLDER.finditer(text.replace("%%", "")))


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _said(message: Message | None) -> bool:
    return message is not None and all(_strings(message)) and bool(_strings(message))


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _msgid(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _key(message: Message) -> Key:
    return message.context or "", _msgid(message)


def _po(language: str, locale: Path) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def write(catalog: Catalog, language: str, locale: Path = LOCALE) -> None:
    catalog.header_comment = _HEADER
    catalog.fuzzy = False
    stream = BytesIO()
    write_po(stream, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    text = _CHANGING.sub("", stream.getvalue().decode())
    file = _po(language, locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def write_compiled(language: str, locale: Path = LOCALE) -> None:
    with _po(language, locale).with_suffix(".mo").open("wb") as stream:
        write_mo(stream, read(language, locale))


def check() -> list[Problem]:
    code = from_code()
    found = [problem for name in TRANSLATED for problem in problems(code, read(name), name)]
    return found + [problem for name in BY_HAND for problem in faults(read(name), name)]


def main(command: str) -> int:
    if command == "update":
        code = from_code()
        for name in TRANSLATED:
            write(update(code, read(name), name), name)
    elif command == "compile":
        for name in (*TRANSLATED, *BY_HAND):
            write_compiled(name)
    elif command == "check":
        found = check()
        sys.stdout.write("".join(f"{problem}\n" for problem in found))
        return 1 if found else 0
    else:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
