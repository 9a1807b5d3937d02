"""Reads a rule file and says on which line something is wrong. Pure.

Owns the way from TOML to checked values: every table is read through a `Table`, which knows its lines,
refuses keys that nobody asked for, and names what is missing, of the wrong kind or out of range. It
knows nothing of what the rules mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.errors import InvalidInput

MOST_BYTES: Final = 200_000
"""A rule file that is larger is none."""
_LANGUAGES: Final = ("en", "es")
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r'^\s*("[^"]+"|[A-Za-z0-9_-]+)(?:\s*\.\s*([A-Za-z0-9_-]+))?\s*=')

Where = tuple[str | int, ...]


REASONS: Final[Mapping[str, str]] = {
    "too_large": "The file is too large for rules.",
    "not_toml": "This line cannot be read as TOML: {detail}.",
    "missing": "“{name}” is missing.",
    "unknown_key": "“{name}” is not known here. Known: {known}.",
    "not_text": "“{name}” is words in quotation marks.",
    "not_whole": "“{name}” is a whole number.",
    "not_number": "“{name}” is a number.",
    "not_yes": "“{name}” is true or false.",
    "not_list": "“{name}” is a list in square brackets.",
    "not_words": "“{name}” is a list of words in quotation marks.",
    "not_table": "“{name}” is a table.",
    "not_tables": "“{name}” is a list of tables, each headed [[{name}]].",
    "empty": "“{name}” is empty.",
    "too_long": "“{name}” is too long (at most {most} characters).",
    "out_of_range": "“{name}” is a number from {least} to {most}.",
    "unknown_value": "“{value}” is not known here. Known: {known}.",
    "twice": "“{value}” is there twice.",
    "no_english": "“{name}” needs words in English (en).",
}
"""Reason → English. Modules that parse a file add their own (`error.rules_<reason>` in the locales)."""


class RuleError(InvalidInput):
    """A rule file that cannot be used.

    line: from 1; 0 when the whole file is meant. reason: its words are `error.rules_<reason>` in the
    locales, with `line` and `values` filled in.
    """

    def __init__(self, line: int, reason: str, english: str = "", **values: object) -> None:
        said = (english or REASONS[reason]).format(**values)
        super().__init__(f"Line {line}: {said}", field=str(values.get("name", "")), code=f"rules_{reason}")
        self.line = line
        self.reason = reason
        self.values: dict[str, object] = {**values, "line": line}


def read(text: str) -> Table:
    """The whole file as a table. Raises RuleError."""
    if len(text.encode()) > MOST_BYTES:
        raise RuleError(0, "too_large")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else len(text.splitlines())
        detail = _AT_LINE.sub("", str(error)).strip()
        raise RuleError(line, "not_toml", detail=detail) from None
    return Table(values, lines_of(text), ())


class Table:
    """One table of the file. Every getter raises RuleError; `done` refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, Any], lines: Mapping[Where, int], where: Where) -> None:
        self._values = values
        self._lines = lines
        self._where = where
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        """Where the table begins."""
        return self.line_of()

    def line_of(self, name: str = "") -> int:
        """Where a key stands; else the nearest line above that is known."""
        where = (*self._where, name) if name else self._where
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)

    def wrong(self, name: str, reason: str, english: str = "", **values: object) -> RuleError:
        """What is wrong with a key, to be raised. english: for a reason that is not in REASONS."""
        return RuleError(self.line_of(name), reason, english, name=name, **values)

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._values

    def text(self, name: str, default: str | None = None, *, most: int = 2000) -> str:
        """A text without blanks around it. default: for a key that is missing; None: it must be there."""
        value = str(self._take(name, str, "not_text", default))
        if len(value) > most:
            raise self.wrong(name, "too_long", most=most)
        if default is None and not value.strip():
            raise self.wrong(name, "empty")
        return value.strip()

    def number(self, name: str, default: int | None = None, *, least: int = 0, most: int = 10_000) -> int:
        """A whole number within bounds."""
        value = int(self._take(name, int, "not_whole", default))
        if not least <= value <= most:
            raise self.wrong(name, "out_of_range", least=least, most=most)
        return value

    def decimal(
        self, name: str, default: float | None = None, *, least: float = -1e6, most: float = 1e6
    ) -> float:
        """A number within bounds, whole or not."""
        value = self._take(name, (int, float), "not_number", default)
        if not least <= value <= most:
            raise self.wrong(name, "out_of_range", least=f"{least:g}", most=f"{most:g}")
        return float(value)

    def yes(self, name: str, default: bool = False) -> bool:
        """true or false."""
        return bool(self._take(name, bool, "not_yes", default))

    def choice(self, name: str, among: Iterable[str], default: str | None = None) -> str:
        """One code of several."""
        allowed = tuple(among)
        value = self.text(name, default)
        if value not in allowed and not (default is not None and value == default):
            raise self.wrong(name, "unknown_value", value=value, known=", ".join(allowed))
        return value

    def choices(
        self, name: str, among: Iterable[str] | None = None, *, needed: bool = False
    ) -> tuple[str, ...]:
        """A list of codes or words, each once. among: None for any. needed: it must not be empty."""
        values = self._take(name, list, "not_list", None if needed else [])
        allowed = None if among is None else tuple(among)
        for one in values:
            if not isinstance(one, str) or not one.strip():
                raise self.wrong(name, "not_words")
            if allowed is not None and one not in allowed:
                raise self.wrong(name, "unknown_value", value=one, known=", ".join(allowed))
        if len(set(values)) != len(values):
            raise self.wrong(name, "twice", value=name)
        if needed and not values:
            raise self.wrong(name, "empty")
        return tuple(values)

    def words(self, name: str, *, needed: bool = True, english: bool = True) -> Mapping[str, str]:
        """Language → words: a text in English, or a table with `en` and, if there is one, `es`.

        english: False for words that may be there in one language only, whichever it is.
        """
        if not needed and name not in self._values:
            self._asked.add(name)
            return {}
        value = self._values.get(name)
        if isinstance(value, str):
            return {"en": self.text(name)}
        part = self.table(name)
        found = {language: part.text(language) for language in _LANGUAGES if part.has(language)}
        part.done()
        if "en" not in found and (english or not found):
            raise self.wrong(name, "no_english")
        return found

    def table(self, name: str, *, needed: bool = True) -> Table:
        """A table inside this one; an empty one when it may be missing."""
        value = self._take(name, dict, "not_table", None if needed else {})
        return Table(value, self._lines, (*self._where, name))

    def tables(self, name: str) -> tuple[Table, ...]:
        """The tables of a list, `[[name]]`; none when it is missing."""
        values = self._take(name, list, "not_tables", [])
        if any(not isinstance(one, dict) for one in values):
            raise self.wrong(name, "not_tables")
        return tuple(Table(one, self._lines, (*self._where, name, n)) for n, one in enumerate(values))

    def names(self) -> Iterator[str]:
        """The keys that are there, in order; asking makes them known."""
        for name in self._values:
            self._asked.add(name)
            yield name

    def raw(self, name: str) -> Any:
        """A value as TOML has it, unchecked; None when it is missing."""
        self._asked.add(name)
        return self._values.get(name)

    def done(self) -> None:
        """Refuse keys that nobody asked for: a misspelt rule must not be silently without effect."""
        for name in self._values:
            if name not in self._asked:
                raise self.wrong(name, "unknown_key", known=", ".join(sorted(self._asked)))

    def _take(self, name: str, kind: Any, said: str, default: Any) -> Any:
        self._asked.add(name)
        if name not in self._values:
            if default is None:
                raise self.wrong(name, "missing")
            return default
        value = self._values[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(name, said)
        return value


def unique(tables: Iterable[Table], name: str = "code") -> None:
    """Raise RuleError when two tables of a list have the same code."""
    seen: set[str] = set()
    for one in tables:
        value = str(one.raw(name))
        if value in seen:
            raise one.wrong(name, "twice", value=value)
        seen.add(value)


def lines_of(text: str) -> dict[Where, int]:
    """Where tables and keys begin, from line 1. tomllib has checked the text; only its headers are read."""
    found: dict[Where, int] = {}
    counts: dict[Where, int] = {}
    where: Where = ()
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if inside:
            if inside in line:
                inside = ""
            continue
        header = _HEADER.match(line)
        if header and "=" not in header[2]:
            where = _under(header[2], counts, many=header[1] == "[[")
            found.setdefault(where, number)
            continue
        key = _KEY.match(line)
        if key:
            path = (*where, key[1].strip('"'))
            found.setdefault(path, number)
            if key[2]:
                found.setdefault((*path, key[2]), number)
        for quotes in ('"""', "'''"):
            if line.count(quotes) % 2:
                inside = quotes
    return found


def _under(header: str, counts: dict[Where, int], *, many: bool) -> Where:
    """The place that a header opens: `[[clock]]` twice is ("clock", 0) and ("clock", 1)."""
    where: Where = ()
    parts = [part.strip().strip('"') for part in header.split(".")]
    for part in parts[:-1]:
        where = (*where, part)
        if where in counts:
            where = (*where, counts[where] - 1)
    where = (*where, parts[-1])
    if many:
        counts[where] = counts.get(where, 0) + 1
        where = (*where, counts[where] - 1)
    return where
