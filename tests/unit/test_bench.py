"""The bench's own plumbing: ratios, verdicts, table, and the peers' rows. Nothing is timed here."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.demo.content import Size, generate
from app.protocol.ids import StreamId
from bench.bars import BARS, Bar, NotRun, Row, as_json, bar, table
from bench.caseload import RowWrite, batches, even_notes, row_writes, schema, slices
from bench.flat import Point, picture, slope
from bench.measure import Contender, Lap, Series, Stopwatch, compare, interleave
from bench.parts import PARTS, Run, measure
from bench.searching import QUESTIONS
from tests.fakes.agency import FakeFamily

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/howto/measure.md").read_text(encoding="utf-8")


def series(*seconds: float) -> Series:
    return Series(tuple(Lap(wall, wall / 2) for wall in seconds))


def test_the_ratio_is_that_of_the_medians_and_the_quartiles_are_those_of_the_laps() -> None:
    ratio = compare(series(1.0, 2.0, 30.0), series(4.0, 4.0, 3.0))
    assert ratio.value == 0.5
    assert (ratio.low, ratio.high) == (0.375, 5.25)
    assert ratio.cpu == 0.5


def test_series_of_different_lengths_are_not_compared() -> None:
    with pytest.raises(ValueError):
        compare(series(1.0, 2.0), series(1.0))


async def test_contenders_take_turns_and_warm_laps_do_not_count() -> None:
    order: list[str] = []

    def contender(name: str, seconds: float) -> Contender:
        async def run() -> Lap:
            order.append(name)
            return Lap(seconds, 0.0)

        return run

    laps = await interleave({"a": contender("a", 1.0), "b": contender("b", 2.0)}, 3, warm=1)
    assert order == ["b", "a", "a", "b", "b", "a", "a", "b"]
    assert [len(laps[name].laps) for name in "ab"] == [3, 3]
    assert (laps["a"].wall, laps["b"].mean) == (1.0, 2.0)


def test_a_stopwatch_stops_when_the_work_fails() -> None:
    watch = Stopwatch()
    with pytest.raises(RuntimeError), watch:
        raise RuntimeError
    assert watch.lap.wall >= 0


@pytest.mark.parametrize(
    ("key", "ours", "ratio", "verdict"),
    [
        ("write-sqlcipher", 9.0, 1.0, "ok"),
        ("write-sqlcipher", 0.1, 1.01, "short"),
        ("import-sqlcipher", 1.0, 1.5, "ok"),
        ("import-sqlcipher", 9.0, 1.49, "short"),
        ("unlock-10k", 50.0, 9.0, "ok"),
        ("unlock-10k", 50.1, 0.1, "short"),
        ("kdf", 900.0, None, ""),
    ],
)
def test_a_row_is_held_against_its_bar(key: str, ours: float, ratio: float | None, verdict: str) -> None:
    assert Row(bar(key), ours, ratio=ratio).verdict == verdict


def test_a_ratio_that_was_not_measured_is_not_ok() -> None:
    with pytest.raises(ValueError):
        _ = Row(bar("write-sqlcipher"), 1.0).verdict


def test_the_table_has_a_line_for_each_row_with_bar_and_verdict() -> None:
    rows = [
        Row(bar("write-sqlcipher"), 0.5, 1.0, 0.5, (0.4, 0.6), 0.7, 3),
        Row(bar("import-sqlcipher"), 4185.2, 13952.0, 0.3, (0.25, 0.3), 0.3, 3),
        Row(bar("kdf"), 143.0),
    ]
    heading, rule, *lines = table(rows).splitlines()
    assert heading.startswith("row") and set(rule) == {"-", " "}
    assert [line.split()[0] for line in lines] == ["write-sqlcipher", "import-sqlcipher", "kdf"]
    assert "SQLCipher 1 ms" in lines[0] and "0.50×" in lines[0] and lines[0].split()[-3:] == ["≤", "1×", "ok"]
    assert "4,185 records/s" in lines[1] and "≥ 1.5×" in lines[1] and lines[1].endswith("short")
    assert lines[2].endswith("–")


def test_results_carry_the_bar_and_the_verdict() -> None:
    found = as_json(Row(bar("search-sqlcipher"), 1.0, 2.0, 0.50004, (0.4, 0.6), 0.5, 30, {"hits": 7.0}))
    assert found["ratio"] == 0.5 and found["verdict"] == "ok" and found["details"] == {"hits": 7.0}
    assert found["bar"] == {"of": "ratio", "sense": "at most", "limit": 0.6}
    assert as_json(Row(bar("kdf"), 1.0))["bar"] is None


@pytest.mark.parametrize("one", BARS, ids=lambda one: one.key)
def test_every_row_is_explained_with_its_bar(one: Bar) -> None:
    bars, _, _ = GUIDE.partition("## What is short")
    (line,) = [line for line in bars.splitlines() if line.startswith(f"| `{one.key}` |")]
    limit = {
        "no bar": "–",
        "at most": f"≤ {one.limit:g}",
        "at least": f"≥ {one.limit:g}",
    }[one.sense]
    assert line.split("|")[-2].strip().startswith(limit)


def test_row_names_are_unique_and_unknown_ones_are_refused() -> None:
    assert len({one.key for one in BARS}) == len(BARS)
    with pytest.raises(KeyError):
        bar("nothing")


def test_the_questions_are_forty_as_the_guide_says() -> None:
    assert len(QUESTIONS) == len(set(QUESTIONS)) == 40
    assert "40 questions" in GUIDE


def test_pieces_of_prose_differ_and_have_the_size() -> None:
    pieces = slices(" ".join(str(number) for number in range(1000)), 20, 60)
    assert len(set(pieces)) == 20 and {len(piece) for piece in pieces} == {60}


def test_a_peers_tables_are_the_apps_and_hold_what_was_written_last(tmp_path: Path) -> None:
    example = generate(7, date(2026, 3, 2), Size.caseload(1_500)).families[:1]
    team = FakeFamily(StreamId(b"s" * 16), "f" * 32, b"", b"")
    writes = list(row_writes([(team, example[0])], "p" * 32))
    assert len(writes) == len(example[0].records)
    assert any(write.before is not None for write in writes), "no record is written twice"
    for size in (1, 500):
        db = sqlite3.connect(":memory:")
        for sql in schema():
            db.execute(sql)
        for statements in batches(writes, size):
            for statement, rows in statements:
                db.executemany(statement, rows)
        last = {write.rid: write for write in writes}
        for rid, write in last.items():
            kind = write.kind
            found = db.execute(f"{kind.select} WHERE rowid = ?", (rid,)).fetchone()
            assert found == write.row
        indexed = db.execute("SELECT rowid FROM kt_search WHERE kt_search MATCH '\"school\"*'").fetchall()
        assert {rid for (rid,) in indexed} == {rid for rid, write in last.items() if _tells_of_school(write)}
        db.execute("INSERT INTO kt_search (kt_search) VALUES ('integrity-check')")
        db.close()


def _tells_of_school(write: RowWrite) -> bool:
    return re.search(r"\bschool", " ".join(write.words or ()), re.IGNORECASE) is not None


def test_even_notes_are_as_many_and_as_long_as_asked() -> None:
    families = generate(7, date(2026, 3, 2), Size.caseload(1_500)).families
    notes = [record for family in even_notes(families, 300, 600) for record in family.records]
    assert len({note.id for note in notes}) == 300
    assert {len(note.fields["body"]) for note in notes} == {600}


def test_a_row_that_was_not_run_says_why_and_carries_no_number() -> None:
    rows: list[Row | NotRun] = [Row(bar("kdf"), 143.0), NotRun(bar("push-pouchdb"), "Node is not here")]
    line = table(rows).splitlines()[-1]
    assert "not run: Node is not here" in line and "≥ 8×" in line
    found = as_json(rows[1])
    assert (found["verdict"], found["why"]) == ("not run", "Node is not here")
    assert not {"ours", "theirs", "ratio"} & found.keys()


async def test_every_row_is_in_the_results_whatever_was_asked_for(tmp_path: Path) -> None:
    said: list[str] = []
    rows = await measure(Run(tmp_path, 1.0, False, said.append), ["unlock-large"])
    assert [row.bar.key for row in rows] == [one.key for one in BARS]
    why = {row.bar.key: row.why for row in rows if isinstance(row, NotRun)}
    assert len(why) == len(BARS) and said == []
    assert why["unlock-100k"] == "only with --large"
    assert why["push-pouchdb"] == "not asked for"


async def test_without_node_the_rows_against_pouchdb_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    rows = await measure(Run(tmp_path, 1.0, False, lambda text: None), ["push", "pull"])
    why = {row.bar.key: row.why for row in rows if isinstance(row, NotRun)}
    assert why["push-pouchdb"] == why["pull-pouchdb"] == "Node is not here"


def test_every_part_has_its_rows_and_every_row_its_part() -> None:
    keys = [key for part in PARTS for key in part.bars]
    assert sorted(keys) == sorted(one.key for one in BARS)


def test_the_slope_of_what_stays_flat_is_nothing_and_of_what_grows_alike_is_one() -> None:
    points = [Point(n, {}, {"save": 2.0, "sync": n / 100, "note": 3.0}) for n in (1_000, 10_000, 100_000)]
    assert slope(points, "save") == pytest.approx(0)
    assert slope(points, "sync") == pytest.approx(1)
    drawn = ElementTree.fromstring(picture(points))
    assert drawn.tag.endswith("svg") and "100 k" in picture(points)


def test_the_peer_from_npm_is_locked_without_the_address_of_any_registry() -> None:
    wanted = json.loads((ROOT / "bench/pouch/package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "bench/pouch/package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("resolved" not in package for package in locked.values())
    assert all("integrity" in package for name, package in locked.items() if name)
