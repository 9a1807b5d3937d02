"""What one text of a rule file has that another has not: for whoever saves it, before it counts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from .reading import read

ChangeKind = Literal["added", "removed", "changed", "moved"]
_SAID: Final = (str, int, float, bool)
_NAME: Final = "name"


@dataclass(frozen=True)
class RuleChange:
    """One entry of the file, or (code empty) one value outside the lists.

    what: the list it stands in, or the value's key. name: in English, or the code. fields: key → (before,
    after) in words, of what changed; values that are no single word or number are "…".
    """

    kind: ChangeKind
    what: str
    code: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


def changes_of(before: str, after: str) -> tuple[RuleChange, ...]:
    """Every difference in meaning; comments and blanks are none. Raises RuleError for what is no TOML."""
    old, new = read(before), read(after)
    keys = dict.fromkeys((*old.names(), *new.names()))
    return tuple(found for key in keys for found in _of_key(key, old.raw(key), new.raw(key)))


def _of_key(key: str, old: Any, new: Any) -> Iterator[RuleChange]:
    if _is_list(old) and _is_list(new):
        was, now = _by_code(old), _by_code(new)
        for code, entry in now.items():
            if code not in was:
                yield RuleChange("added", key, code, _named(entry, code))
            elif entry != was[code]:
                yield RuleChange("changed", key, code, _named(entry, code), tuple(_fields(was[code], entry)))
        for code, entry in was.items():
            if code not in now:
                yield RuleChange("removed", key, code, _named(entry, code))
        kept = [code for code in was if code in now]
        if kept != [code for code in now if code in was]:
            yield RuleChange("moved", key, "", key)
    elif old != new:
        parts = tuple(_fields(old, new)) if isinstance(old, dict) and isinstance(new, dict) else ()
        yield RuleChange("changed", key, "", key, parts)


def _is_list(value: Any) -> bool:
    """A list of tables; a list that is not there has none."""
    return value is None or (isinstance(value, list) and all(isinstance(one, dict) for one in value))


def _by_code(entries: Any) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("code", number)): one for number, one in enumerate(entries or ())}


def _named(entry: Mapping[str, Any], code: str) -> str:
    name = entry.get(_NAME)
    return str(name.get("en", code)) if isinstance(name, dict) else str(name or code)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield key, _said(old.get(key)), _said(new.get(key))


def _said(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list) and all(isinstance(one, _SAID) for one in value):
        return ", ".join(str(one) for one in value)
    return str(value) if isinstance(value, _SAID) and len(str(value)) <= 60 else "…"
