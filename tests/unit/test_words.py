"""The catalogues fit each other, and `scripts/words.py` notices when one does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.views.words import LANGUAGES, catalogue
from scripts.words import LOCALES, BrokenWords, compile_words, complaints
from tests.asked import asked_for

ROOT = Path(__file__).resolve().parents[2]

HEAD = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write(locales: Path, language: str, entries: str, part: str = "table") -> Path:
    file = locales / language / f"{part}.po"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEAD.format(language) + entries, encoding="utf-8")
    return file


def phrase(key: str, words: str) -> str:
    return f'msgid "{key}"\nmsgstr "{words}"\n\n'


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Two languages that fit."""
    write(tmp_path, "en", phrase("table.hello", "Hello {name}"))
    write(tmp_path, "es", phrase("table.hello", "Hola {name}"))
    compile_words(tmp_path)
    assert list(complaints(tmp_path)) == []
    return tmp_path


def test_the_words_of_the_screens_are_complete_and_compiled() -> None:
    assert list(complaints()) == []
    assert {folder.name for folder in LOCALES.iterdir() if folder.is_dir()} == set(LANGUAGES)


def test_every_phrase_that_the_screens_ask_for_is_there() -> None:
    """Whole keys by name; of a key that is put together, something must begin like it."""
    known = catalogue("en")
    missing = []
    for file in sorted((ROOT / "app/views").rglob("*.py")):
        for key, whole in asked_for(file):
            if not (key in known if whole else any(one.startswith(key) for one in known)):
                missing.append(f"{file.relative_to(ROOT)}: {key}")
    assert missing == []


@pytest.mark.parametrize(
    ("spanish", "complaint"),
    [
        ("", "es/table.po: table.hello is missing"),
        (phrase("table.hello", ""), "es/table.po: table.hello is not translated"),
        ("#, fuzzy\n" + phrase("table.hello", "Hola {name}"), "es/table.po: table.hello is marked fuzzy"),
        (phrase("table.hello", "Hola"), "es/table.po: table.hello has other {places} than en"),
        (phrase("table.hello", "Hola {name"), "es/table.po: table.hello has other {places} than en"),
        (
            phrase("table.hello", "Hola {name}") + phrase("table.bye", "Adiós"),
            "en/table.po: table.bye is missing",
        ),
        (2 * phrase("table.hello", "Hola {name}"), "es/table.po: table.hello stands there twice"),
    ],
)
def test_a_language_that_does_not_fit_is_named(locales: Path, spanish: str, complaint: str) -> None:
    write(locales, "es", spanish)
    compile_words(locales)
    assert complaint in list(complaints(locales))


def test_a_key_stands_in_one_part_only(locales: Path) -> None:
    write(locales, "en", phrase("table.hello", "Hi {name}"), part="another")
    write(locales, "es", phrase("table.hello", "Hola {name}"), part="another")
    compile_words(locales)
    assert "en/table.po: table.hello stands in another.po too" in list(complaints(locales))


def test_a_head_without_its_language_is_named(locales: Path) -> None:
    file = write(locales, "es", phrase("table.hello", "Hola {name}"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Language: es", "Language: en"), encoding="utf-8")
    compile_words(locales)
    assert any(line.startswith("es/table.po") and "header" in line for line in complaints(locales))


def test_a_catalogue_that_changed_is_stale_until_compiled_even_by_an_older_one(locales: Path) -> None:
    file = locales / "es" / "table.po"
    os.utime(file, ns=(1, 1))
    assert "es/table.po: not compiled since it changed; run scripts/words.py" in list(complaints(locales))
    assert compile_words(locales) == [file]
    assert compile_words(locales) == []
    assert list(complaints(locales)) == []


def test_a_compiled_file_without_its_source_is_deleted(locales: Path) -> None:
    (locales / "en" / "table.po").unlink()
    compile_words(locales)
    assert not (locales / "en" / "table.mo").exists()


def test_a_catalogue_that_cannot_be_read_is_named(locales: Path) -> None:
    write(locales, "es", 'msgid "table.hello"\nmsgstr "Hola\nmsgid table.bye\n')
    with pytest.raises(BrokenWords, match=r"es/table\.po"):
        compile_words(locales)
