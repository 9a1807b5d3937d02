"""What an import of a directory could not read: each place in plain words, and the file a person keeps of it.

Owns the values of the report and its CSV. Words come from the screens; here are codes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

KEPT_PROBLEMS: Final = 2_000
"""How many are kept one by one; all are counted."""
_SHOWN: Final = 60
"""Letters of a wrong value that the report repeats."""
_KEPT_NAMES: Final = 200


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read.

    file: its name in the package. row: line of a table or number of a service, 0 for the whole file.
    field: which column; "" for the whole row. code: PROBLEMS. value: how what was there begins.
    """

    file: str
    row: int
    field: str
    code: str
    value: str = ""


PROBLEMS: Final = (
    "missing", "same_id", "points_nowhere", "not_text", "too_long", "not_a_number", "not_a_day",
    "not_a_time", "ages_crossed", "not_an_object", "not_a_service", "broken_line", "old_letters", "odd_path",
    "twice", "unread_file",
)  # fmt: skip
ROW_PROBLEMS: Final = frozenset({"missing", "same_id", "not_an_object", "not_a_service", "broken_line"})
"""With these the row is left out; with the others a value, or nothing."""


@dataclass
class Report:
    """What came in, and what did not. unknown: columns and tables that this app does not know."""

    services: int = 0
    organizations: int = 0
    locations: int = 0
    rows_out: int = 0
    values_out: int = 0
    lost: int = 0
    """Services among the rows that are left out."""
    problems: list[Problem] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)

    def add(self, file: str, row: int, name: str, code: str, value: object = "") -> None:
        """Note one problem."""
        if code in ROW_PROBLEMS:
            self.rows_out += 1
        else:
            self.values_out += 1
        if len(self.problems) < KEPT_PROBLEMS:
            shown = "" if value is None else str(value)[: _SHOWN + 1]
            shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
            self.problems.append(Problem(file, row, name, code, shown))

    def not_known(self, name: str) -> None:
        """Note a column, table or file that is not read."""
        if name in self.unknown or len(self.unknown) < _KEPT_NAMES:
            self.unknown[name] = self.unknown.get(name, 0) + 1


def report_csv(report: Report, heads: tuple[str, ...], words: Callable[[Problem], str]) -> bytes:
    """The report as a table. heads: file, row, field, what, value in words. words: of a problem."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    for one in report.problems:
        writer.writerow([_plain(one.file), one.row or "", _plain(one.field), words(one), _plain(one.value)])
    for name, count in sorted(report.unknown.items()):
        writer.writerow([_plain(name), "", "", words(Problem(name, 0, "", "unknown")), count])
    # The mark lets spreadsheets see that it is UTF-8.
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
