"""Every test that docs/howto/check-the-promises.md names exists in a file named beside it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "check-the-promises.md"
SPAN = re.compile(r"`([^`]+)`")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and "`" in line
]


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_")
    )  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_every_promise_names_tests_that_exist(row: list[str]) -> None:
    _promise, files, tests = row
    there = frozenset().union(*(names_in(path) for path in SPAN.findall(files)))
    named = SPAN.findall(tests)
    assert named
    assert [name for name in named if name not in there] == []


def test_every_file_of_a_promise_is_needed_for_it() -> None:
    idle = [
        (row[0], path)
        for row in ROWS
        for path in SPAN.findall(row[1])
        if path.rsplit("/", 1)[1].startswith("test_") and not names_in(path) & set(SPAN.findall(row[2]))
    ]
    assert idle == []
