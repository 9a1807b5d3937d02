"""A language that nobody speaks, to find words that are not in the catalogues, and words that are cut.

Every phrase of the catalogue becomes ⟦áççéñtéd⟧ and about a third longer, under the language code
`qps`. Content of the records is put into Cyrillic letters. What then still stands on a screen in
Latin letters outside ⟦⟧ was written into the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.views import words

QPS = "qps"
OPEN, CLOSE = "⟦", "⟧"

_ACCENTS = str.maketrans("aeiouycnsAEIOUYCNS", "áéíóúýçñšÁÉÍÓÚÝÇÑŠ")
_CYRILLIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZáéíóúñüÁÉÍÓÚÑÜ",
    "абцдефгхийклмнопярстувшжызАБЦДЕФГХИЙКЛМНОПЯРСТУВШЖЫЗаеиоуньАЕИОУНЬ",
)
_LISTS = re.compile(r"(dates|day)\.(months|weekdays|letters)(_short)?")
"""Phrases that are lists: the code takes one word of them."""

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_ADDRESS = re.compile(r"https?://\S+")
_CODE = re.compile(r"[^A-ZÀ-Þ\s]*|\d[\dTZ:.+-]*")
"""What is not content: codes, ids, days and numbers have neither capital letters nor spaces."""


def pseudo(key: str, phrase: str) -> str:
    """The phrase in the language that nobody speaks; its `{places}` stay."""
    if _LISTS.fullmatch(key):
        return " ".join(f"{OPEN}{_strange(word)}{CLOSE}" for word in phrase.split())
    pieces = []
    for text, name, form, _ in Formatter().parse(phrase):
        pieces.append(_strange(text))
        if name is not None:
            pieces.append(f"{{{name}:{form}}}" if form else f"{{{name}}}")
    return f"{OPEN}{''.join(pieces)}{CLOSE}"


def _strange(text: str) -> str:
    """Accents, and every third letter twice."""
    longer = re.sub(r"([^\W\d_]{2})([^\W\d_])", r"\1\2\2", text)
    return longer.translate(_ACCENTS)


def cyrillic(text: str) -> str:
    """The same text in Cyrillic letters."""
    return text.translate(_CYRILLIC)


def is_code(text: str) -> bool:
    """Whether a text is a code, an id, a day or a number, which nobody wrote."""
    return _CODE.fullmatch(text) is not None


def outside(text: str) -> str:
    """What of a text is not between ⟦ and ⟧."""
    depth, left = 0, []
    for letter in text:
        if letter == OPEN:
            depth += 1
        elif letter == CLOSE:
            depth = max(0, depth - 1)
            left.append(" ")
        elif depth == 0:
            left.append(letter)
    return "".join(left)


def hard_coded(text: str) -> list[str]:
    """The Latin words of a text that come neither from the catalogue nor from the records."""
    return _LATIN.findall(_ADDRESS.sub(" ", outside(text)))


@contextmanager
def speaking_pseudo(folder: Path) -> Iterator[None]:
    """Let `qps` be a language of the interface, and everybody speak it: families and workers.

    folder: an empty one.
    """
    catalog = Catalog(locale=None, charset="utf-8")
    for key, phrase in words.catalogue("en").items():
        catalog.add(key, pseudo(key, phrase))
    languages = (*words.LANGUAGES, QPS)
    for language in languages:
        (folder / language).mkdir()
        with (folder / language / "all.mo").open("wb") as file:
            write_mo(file, catalog)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "LANGUAGES", languages)
        patch.setattr(words, "_LOCALES", folder)
        words.catalogue.cache_clear()
        try:
            yield
        finally:
            words.catalogue.cache_clear()


class Foreign:
    """Puts what people wrote into Cyrillic letters and leaves codes alone.

    Whether a field holds words is judged by all its values: one capital letter or space is enough.
    """

    def __init__(self) -> None:
        self._worded: set[str] = set()

    def learn_words(self, fields: Iterable[str]) -> None:
        """Take these fields for words, whatever stands in them."""
        self._worded.update(fields)

    def learn(self, where: str, value: Any) -> None:
        """Take note of a value at `where` ("note.body")."""
        if isinstance(value, str):
            if not is_code(value):
                self._worded.add(where)
        elif isinstance(value, Mapping):
            for key, one in value.items():
                self.learn(f"{where}.{key}", one)
        elif isinstance(value, (list, tuple)):
            for one in value:
                self.learn(where, one)

    def put(self, where: str, value: Any) -> Any:
        """The same value, its words in Cyrillic letters."""
        if isinstance(value, str):
            return cyrillic(value) if where in self._worded else value
        if isinstance(value, Mapping):
            return {key: self.put(f"{where}.{key}", one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.put(where, one) for one in value)
        return value
