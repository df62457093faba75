"""The tool that keeps the languages whole."""

from babel.messages.catalog import Catalog

from cuakhauso.centre.web import translations


def catalogue(language, *messages):
    made = Catalog(locale=language)
    for message in messages:
        made.add(*message) if isinstance(message, tuple) else made.add(message)
    return made


def kinds(code, known, language="en"):
    return [problem.kind for problem in translations.problems(code, known, language)]


def test_all_languages_are_complete():
    assert translations.check() == []


def test_templates_and_python_files_are_read():
    template = """
      {% load i18n ck %}
        {% translate "Đang giữ" %}{% button _("Bỏ giữ") %}
    {% blocktranslate trimmed count n=n %}
      Còn {{ n }} xe{% plural %}Còn {{ n }} xe.{% endblocktranslate %}{{ x|default:_("Chưa rõ") }}
    """
    found = dict(translations.template_messages(template))
    assert {"Đang giữ", "Bỏ giữ", "Chưa rõ", ("Còn %(n)s xe", "Còn %(n)s xe.")} == set(found)
    code = 'from django.utils.translation import pgettext, gettext as _\n_("Xong")\npgettext("tab", "Phí")\n'
    assert list(translations.python_messages(code.encode())) == [("Xong", None), ("Phí", "tab")]


def test_a_missing_sentence_is_found():
    assert kinds(catalogue("vi", "Xong"), catalogue("en")) == ["missing"]
    assert kinds(catalogue("vi", "Xong"), catalogue("en", ("Xong", ""))) == ["missing"]


def test_a_broken_placeholder_is_found():
    code = catalogue("vi", "Mất mạng từ %(time)s.")
    assert kinds(code, catalogue("en", ("Mất mạng từ %(time)s.", "Offline since %(tme)s."))) == [
        "placeholders"
    ]
    assert kinds(code, catalogue("en", ("Mất mạng từ %(time)s.", "Offline."))) == ["placeholders"]
    assert kinds(code, catalogue("en", ("Mất mạng từ %(time)s.", "Offline since %(time)s."))) == []


def test_braces_are_placeholders_too_and_a_percent_sign_is_not():
    code = catalogue("vi", "Xe {plate}", "Đầy 95 %%")
    known = catalogue("en", ("Xe {plate}", "Vehicle {plat}"), ("Đầy 95 %%", "95 % full"))
    assert kinds(code, known) == ["placeholders"]


def test_a_sentence_gone_from_the_code_is_found():
    assert kinds(catalogue("vi"), catalogue("en", ("Cũ", "Old"))) == ["gone"]


def test_an_unsure_translation_is_found():
    known = catalogue("en", ("Xong", "Done"))
    known.get("Xong").flags.add("fuzzy")
    assert "fuzzy" in kinds(catalogue("vi", "Xong"), known)


def test_english_needs_two_plural_forms_and_chinese_one():
    message = ("%(n)s xe", "%(n)s xe")
    assert kinds(catalogue("vi", (message,)), catalogue("en", (message, ("One", "%(n)s vehicles")))) == []
    assert kinds(catalogue("vi", (message,)), catalogue("zh_Hans", (message, ("%(n)s 辆",))), "zh_Hans") == []
    assert "plurals" in kinds(catalogue("vi", (message,)), catalogue("en", (message, ("%(n)s vehicles",))))


def test_an_update_keeps_what_is_known_guesses_nothing_and_is_repeatable(tmp_path):
    known = catalogue("en", ("Đang giữ", "On hold"), ("Cũ", "Old"))
    fresh = translations.update(catalogue("vi", "Đang giữ", "Đang giữ xe"), known, "en")
    assert fresh.get("Đang giữ").string == "On hold"
    assert fresh.get("Đang giữ xe").string == ""
    assert fresh.get("Cũ") is None
    translations.write(fresh, "en", tmp_path)
    once = (tmp_path / "en/LC_MESSAGES/django.po").read_text()
    translations.write(translations.read("en", tmp_path), "en", tmp_path)
    assert (tmp_path / "en/LC_MESSAGES/django.po").read_text() == once
    assert "POT-Creation-Date" not in once


def test_compiled_catalogues_are_what_django_reads(tmp_path):
    translations.write(catalogue("en", ("Đang giữ", "On hold")), "en", tmp_path)
    translations.write_compiled("en", tmp_path)
    compiled = (tmp_path / "en/LC_MESSAGES/django.mo").read_bytes()
    assert compiled[:4] in {b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"}
    assert b"On hold" in compiled
