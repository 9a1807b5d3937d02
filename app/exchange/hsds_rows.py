"""Makes one clean row of what a directory says: known fields of the right kind, everything else reported.

Owns the reading of values: text, numbers, days, times of day. A wrong value is left out and said; a row
without what it needs is left out as a whole. Nothing is cut or guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from .hsds_report import Report
from .hsds_tables import DAY, FIELDS, MANY, NEEDED, NOT_READ, NUMBER, ONE, SET_ASIDE, TEXT, TIME

Row = dict[str, Any]
LONGEST_TEXT: Final = 20_000
"""Letters of one value."""
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_READ_PAST: Final = frozenset({"metadata"}) | SET_ASIDE


def clean_row(table: str, raw: Mapping[str, Any], file: str, row: int, report: Report) -> Row | None:
    """The flat fields of a row, or None when it cannot be kept."""
    kept: Row = {}
    fields = FIELDS[table]
    for name, value in raw.items():
        kind = fields.get(name)
        if kind is None or value is None or value == "":
            continue
        try:
            read = _READ[kind](value)
        except _Wrong as wrong:
            report.add(file, row, name, wrong.code, value)
            continue
        if read != "":
            kept[name] = read
    low, high = kept.get("minimum_age"), kept.get("maximum_age")
    if low is not None and high is not None and high < low:
        report.add(file, row, "maximum_age", "ages_crossed", high)
        del kept["minimum_age"], kept["maximum_age"]
    for name in NEEDED.get(table, ()):
        if not kept.get(name):
            report.add(file, row, name, "missing")
            return None
    return kept


def clean_tree(
    table: str, raw: Any, file: str, row: int, report: Report, path: str = ""
) -> Row | None:
    """A nested object with all below it, or None when it cannot be kept. path: for the report."""
    if not isinstance(raw, dict):
        report.add(file, row, path, "not_an_object", raw)
        return None
    kept = clean_row(table, raw, file, row, report)
    if kept is None:
        return None
    ones, many = ONE.get(table, {}), MANY.get(table, {})
    for key, value in raw.items():
        if key in FIELDS[table] or value is None:
            continue
        below = f"{path}.{key}" if path else key
        if key in ones:
            part = clean_tree(ones[key], value, file, row, report, below)
            if part is not None:
                kept[key] = part
        elif key in many:
            parts = _list_of(many[key], value, file, row, report, below)
            if parts:
                kept[key] = parts
        elif key not in _READ_PAST and key not in NOT_READ.get(table, ()):
            report.not_known(f"{table}.{key}"[:80])
    return kept


def _list_of(table: str, value: Any, file: str, row: int, report: Report, path: str) -> list[Row]:
    if not isinstance(value, list):
        report.add(file, row, path, "not_an_object", value)
        return []
    parts = (clean_tree(table, one, file, row, report, path) for one in value)
    return [one for one in parts if one is not None]


class _Wrong(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _text(value: Any) -> str:
    if isinstance(value, bool) or isinstance(value, dict | list):
        raise _Wrong("not_text")
    # The specification's own examples write some codes and extensions as numbers.
    text = value.strip() if isinstance(value, str) else str(value)
    if len(text) > LONGEST_TEXT:
        raise _Wrong("too_long")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _Wrong("not_text")
    return text.replace("\0", "")


def _number(value: Any) -> float | int | str:
    if isinstance(value, bool) or isinstance(value, dict | list):
        raise _Wrong("not_a_number")
    if isinstance(value, str) and not value.strip():
        return ""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _Wrong("not_a_number") from None
    if not math.isfinite(number) or abs(number) > 1e12:
        raise _Wrong("not_a_number")
    return int(number) if number.is_integer() else number


def _day(value: Any) -> str:
    text = _text(value)
    if not text:
        return ""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        pass
    try:  # 20261122T101500 and its kin
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise _Wrong("not_a_day") from None


def _time(value: Any) -> str:
    text = _text(value)
    if not text:
        return ""
    found = _TIME.match(text)
    if found is None or int(found[1]) > 24 or int(found[2]) > 59:
        raise _Wrong("not_a_time")
    hour, minute = int(found[1]), int(found[2])
    if hour == 24:  # the end of the day, as some write it
        return "24:00" if not minute else ""
    return time(hour, minute).isoformat("minutes")


_READ: Final = {TEXT: _text, NUMBER: _number, DAY: _day, TIME: _time}
