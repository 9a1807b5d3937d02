"""The bars, and what a measured row says about them.

Owns the list of rows that a run prints, in order, and the judgement "ok" or "short". It refuses to
measure: it is given medians. Bars are ratios in one run on one machine, times only where the bar
is what a person waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Sense = Literal["at most", "at least", "no bar"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the table before it is measured.

    peer: whom it is measured against; "" for nobody. unit: of `Row.ours` and `Row.theirs`. of:
    whether the bar is on the ratio or on our own value. limit: the bar (ignored when there is none).
    """

    key: str
    title: str
    peer: str
    unit: str
    of: Literal["ratio", "value"]
    sense: Sense
    limit: float = 0.0


BARS: tuple[Bar, ...] = (
    Bar("write-sqlcipher", "durable write of a 600 B note", "SQLCipher", "ms", "ratio", "at most", 1.0),
    Bar("write-sqlite", "durable write of a 600 B note", "plain SQLite", "ms", "ratio", "at most", 1.8),
    Bar("import-sqlcipher", "import of 10 k records", "SQLCipher", "records/s", "ratio", "at least", 1.5),
    Bar("search-sqlcipher", "search, first 50 hits", "SQLCipher", "ms", "ratio", "at most", 0.6),
    Bar("unlock-10k", "unlock → first list, 10 k records", "SQLCipher", "ms", "value", "at most", 50.0),
    Bar("unlock-100k", "unlock → first list, 100 k records", "SQLCipher", "ms", "value", "at most", 350.0),
    Bar("rebuild-10k", "the same without an image, 10 k records", "", "ms", "value", "no bar"),
    Bar("rebuild-100k", "the same without an image, 100 k records", "", "ms", "value", "no bar"),
    Bar("glance-10k", "every family with its clocks, 10 k records", "", "ms", "value", "at most", 300.0),
    Bar("glance-again-10k", "the same after one family changed", "", "ms", "value", "at most", 50.0),
    Bar("glance-100k", "every family with its clocks, 100 k records", "", "ms", "value", "at most", 1000.0),
    Bar("glance-again-100k", "the same after one family changed", "", "ms", "value", "at most", 50.0),
    Bar("kdf", "passphrase → key, at the desktop floor", "", "ms", "value", "no bar"),
    Bar("push-pouchdb", "push of 10 k notes of 600 B", "PouchDB", "notes/s", "ratio", "at least", 8.0),
    Bar("pull-pouchdb", "pull of the same, until found", "PouchDB", "notes/s", "ratio", "at least", 4.0),
    Bar("server-push", "push to the server, 20 tablets at once", "in this process", "notes/s", "ratio",
        "at least", 0.5),
    Bar("server-pull", "pull from the server, likewise", "", "notes/s", "value", "no bar"),
    Bar("first-family", "first sync of 100 k records: first family", "", "ms", "value", "at most", 250.0),
    Bar("first-rows", "the same, all 150 families (checking history)", "", "s", "value", "at most", 4.0),
    Bar("first-checked", "the same, every history replayed", "", "s", "value", "no bar"),
    Bar("first-plain", "the same without snapshots", "", "s", "value", "no bar"),
    Bar("first-peak", "memory at its peak in it", "", "MB", "value", "no bar"),
    Bar("flat-save", "a save, by the records on the tablet", "itself at 1 k", "ms", "ratio", "at most", 1.5),
    Bar("flat-sync", "a sync with nothing new, likewise", "itself at 1 k", "ms", "ratio", "at most", 1.5),
    Bar("flat-note", "a sync with one new note, likewise", "itself at 1 k", "ms", "ratio", "at most", 1.5),
    Bar("screen-start", "app start → unlock screen, in Chromium", "", "ms", "value", "at most", 2000.0),
    Bar("screen-unlock", "unlock → Today, no KDF, likewise", "", "ms", "value", "at most", 1000.0),
    Bar("screen-search", "a key → found among 10 k notes, likewise", "", "ms", "value", "at most", 100.0),
    Bar("screen-family", "the notes of a family with 1,000, likewise", "", "ms", "value", "no bar"),
    Bar("board-first", "the supervisor's board, 150 families, 100 k records", "", "ms", "value", "at most",
        1000.0),
    Bar("board-update", "the same after one note has come in", "", "ms", "value", "at most", 50.0),
    Bar("peak-10k", "memory at its peak, 10 k records, from the image", "SQLCipher", "MB", "value", "no bar"),
    Bar("peak-rebuild-10k", "memory at its peak, 10 k records, from the log", "", "MB", "value", "no bar"),
)
"""Every row that a run can print; those for 100 k records only with `--large`."""


def bar(key: str) -> Bar:
    """The bar of this key. Raises KeyError."""
    for one in BARS:
        if one.key == key:
            return one
    raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured row. ratio: ours to theirs, None without a peer; spread: its quartiles over the
    rounds; cpu_ratio: the same of processor time, which a busy machine disturbs less."""

    bar: Bar
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    cpu_ratio: float | None = None
    rounds: int = 0
    details: dict[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """ "ok", "short", or "" where there is no bar. Raises ValueError when a ratio is missing."""
        if self.bar.sense == "no bar":
            return ""
        measured = self.ratio if self.bar.of == "ratio" else self.ours
        if measured is None:
            raise ValueError(f"{self.bar.key} has no ratio")
        holds = measured <= self.bar.limit if self.bar.sense == "at most" else measured >= self.bar.limit
        return "ok" if holds else "short"


@dataclass(frozen=True, slots=True)
class NotRun:
    """A row that this run has not measured, and why: an old number never stands in for it."""

    bar: Bar
    why: str


HEADINGS = ("row", "what", "ours", "peer", "ratio", "quartiles", "cpu", "bar", "")


def table(rows: Sequence[Row | NotRun]) -> str:
    """The rows as text in columns."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(text.rstrip() for text in texts)


def _cells(row: Row | NotRun) -> tuple[str, ...]:
    one = row.bar
    sign = {"at most": "≤", "at least": "≥", "no bar": ""}[one.sense]
    unit = "×" if one.of == "ratio" else f" {one.unit}"
    limit = f"{sign} {one.limit:g}{unit}" if sign else "–"
    if isinstance(row, NotRun):
        return (one.key, one.title, f"not run: {row.why}", "", "", "", "", limit, "")
    theirs = "" if row.theirs is None else f"{one.peer} {_number(row.theirs)} {one.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
    spread = "" if row.spread is None else f"{row.spread[0]:.2f}–{row.spread[1]:.2f}"
    cpu = "" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}×"
    ours = f"{_number(row.ours)} {one.unit}"
    return (one.key, one.title, ours, theirs, ratio, spread, cpu, limit, row.verdict)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def as_json(row: Row | NotRun) -> dict[str, object]:
    """The row for results.json."""
    one = row.bar
    names: dict[str, object] = {"row": one.key, "what": one.title, "unit": one.unit}
    limit = None if one.sense == "no bar" else {"of": one.of, "sense": one.sense, "limit": one.limit}
    if isinstance(row, NotRun):
        return {**names, "peer": one.peer or None, "bar": limit, "verdict": "not run", "why": row.why}
    return {
        **names,
        "ours": _round(row.ours),
        "peer": one.peer or None,
        "theirs": _round(row.theirs),
        "ratio": _round(row.ratio),
        "ratio_quartiles": None if row.spread is None else [_round(value) for value in row.spread],
        "cpu_ratio": _round(row.cpu_ratio),
        "bar": limit,
        "verdict": row.verdict or None,
        "rounds": row.rounds,
        "details": {name: _round(value) for name, value in row.details.items()},
    }


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
