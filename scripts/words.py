#!/usr/bin/env python3
"""Compile the words of the screens: every assets/locales/<language>/<part>.po to a .mo beside it.

    scripts/words.py            compile what changed; prints nothing when nothing did
    scripts/words.py --check    change nothing; say what is wrong with the catalogues, and fail

A .mo carries the time of its .po, so that a restored older file is compiled again too. It is put in
place in one move: a tablet or a test that starts meanwhile never reads half a file. A .mo whose .po
is gone is deleted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALES = Path(__file__).resolve().parents[1] / "assets" / "locales"
FIRST = "en"
"""The language that the others are compared with."""

_ENTRY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


class BrokenWords(Exception):
    """A catalogue that cannot be read, with its name."""


def is_fresh(po: Path) -> bool:
    """Whether the compiled file beside `po` was made from it as it is now."""
    mo = po.with_suffix(".mo")
    return mo.is_file() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns


def compile_words(locales: Path = LOCALES) -> list[Path]:
    """Compile every changed catalogue and delete what belongs to none; returns what was compiled."""
    stale = [po for po in sorted(locales.glob("*/*.po")) if not is_fresh(po)]
    for po in stale:
        _compile(po)
    for mo in locales.glob("*/*.mo"):
        if not mo.with_suffix(".po").exists():
            mo.unlink(missing_ok=True)
    return stale


def _compile(po: Path) -> None:
    from babel.messages.mofile import write_mo  # Imported late: mostly there is nothing to compile.

    made_from = po.stat().st_mtime_ns
    catalog = _read(po)
    handle, name = tempfile.mkstemp(dir=po.parent, prefix=".", suffix=".mo.part")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalog)  # Leaves out fuzzy and empty entries: asked for, they raise.
    os.chmod(name, 0o644)
    os.utime(name, ns=(made_from, made_from))
    os.replace(name, po.with_suffix(".mo"))


def _read(po: Path) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    try:
        with po.open("rb") as file:
            return read_po(file, locale=po.parent.name, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise BrokenWords(f"{po.parent.name}/{po.name}: {error}") from error


def complaints(locales: Path = LOCALES) -> Iterator[str]:
    """Everything that is wrong with the catalogues, one line each."""
    spoken: dict[str, dict[str, dict[str, str]]] = {}
    for po in sorted(locales.glob("*/*.po")):
        name = f"{po.parent.name}/{po.name}"
        if not is_fresh(po):
            yield f"{name}: not compiled since it changed; run scripts/words.py"
        try:
            catalog = _read(po)
        except BrokenWords as error:
            yield str(error)
            continue
        if str(catalog.locale) != po.parent.name or "Content-Type: text/plain; charset=UTF-8" not in (
            po.read_text(encoding="utf-8")
        ):
            yield f"{name}: the header must name its language and UTF-8"
        parts = spoken.setdefault(po.parent.name, {})
        keys = _ENTRY.findall(po.read_text(encoding="utf-8"))
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{name}: {key} stands there twice"
        phrases = {str(message.id): message for message in catalog if message.id}
        for key, message in phrases.items():
            if message.fuzzy:
                yield f"{name}: {key} is marked fuzzy"
            if not message.string:
                yield f"{name}: {key} is not translated"
            for other, known in parts.items():
                if key in known:
                    yield f"{name}: {key} stands in {other} too"
        parts[po.name] = {key: str(message.string) for key, message in phrases.items()}
    for language in sorted(set(spoken) - {FIRST}):
        yield from _differences(language, spoken[FIRST], spoken[language])


def _differences(
    language: str, first: dict[str, dict[str, str]], other: dict[str, dict[str, str]]
) -> Iterator[str]:
    for part in sorted(first.keys() | other.keys()):
        ours, theirs = first.get(part, {}), other.get(part, {})
        for key in sorted(ours.keys() - theirs.keys()):
            yield f"{language}/{part}: {key} is missing"
        for key in sorted(theirs.keys() - ours.keys()):
            yield f"{FIRST}/{part}: {key} is missing"
        for key in sorted(ours.keys() & theirs.keys()):
            if places(ours[key]) != places(theirs[key]):
                yield f"{language}/{part}: {key} has other {{places}} than {FIRST}"


def places(phrase: str) -> frozenset[str]:
    """The names of the `{places}` of a phrase; "!" for one that cannot be filled in."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(phrase) if name is not None)
    except ValueError:
        return frozenset({"!"})


def main() -> int:
    """Compile, or check. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Compile the words of the screens.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when something is wrong")
    if parser.parse_args().check:
        found = list(complaints())
        print("\n".join(found), end="\n" if found else "", file=sys.stderr)
        return 1 if found else 0
    try:
        compile_words()
    except BrokenWords as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
