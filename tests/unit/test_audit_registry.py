"""No act that the audit owes a line can be written without one: read from the source with `ast`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.views.routes import PLACES
from app.views.seen import AREA_OF, KNOWN
from app.views.words import catalogue
from app.wraparound.audit import AREAS, DEEDS, FAMILY_AREAS, FAMILY_DEEDS, FAMILY_TYPES
from app.wraparound.records import RECORD_TYPES

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted((ROOT / "app" / "services").glob("*.py"))

LIKE_AN_ACT = re.compile(
    r"^(sign|copy_for|paper_for|export|print|share|let_out|hand_out|tell_of|disclose|revoke|transfer|cover|"
    r"end_cover|misplace|mark_misplaced|relabel|adopt|keep_kit|take_seed|rehearse_seed|begin|hold|lift)$"
)
"""Names of service methods that sign, export, print, share or hand over."""

NEEDS_NO_LINE = {
    ("notes.py", "sign"): "writes through _commit, which notes it",
    ("meetings.py", "begin"): "a meeting is noted when it ends",
    ("measures.py", "begin"): "an empty form: nothing is written",
    ("moving.py", "relabel"): "writes through _acts, which notes it",
    ("sharing.py", "copy_for"): "leaves through the gate",
    ("audit_copies.py", "copy_for"): "leaves through the gate",
    ("recovery_work.py", "sign"): "a control operation, which the agency's chain tells",
    ("releases.py", "revoke"): "writes through _change, which notes it",
    ("gate.py", "let_out"): "writes down through _write_down, which notes it",
    ("supports.py", "share"): "words on the screen: nothing leaves",
}
"""(file, method) → why it has no line of its own."""


def methods() -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    for file in SERVICES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef):
                yield file.name, node


def strings(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def notes_something(node: ast.AST) -> bool:
    return not strings(node).isdisjoint(DEEDS)


def test_every_method_that_signs_exports_prints_or_shares_notes_it() -> None:
    missing = [
        (file, node.name)
        for file, node in methods()
        if LIKE_AN_ACT.match(node.name)
        and not notes_something(node)
        and (file, node.name) not in NEEDS_NO_LINE
    ]
    assert missing == []


def test_every_reason_for_no_line_still_has_its_method() -> None:
    assert set(NEEDS_NO_LINE) - {(file, node.name) for file, node in methods()} == set()


def test_every_act_has_a_place_that_notes_it() -> None:
    said: set[str] = set()
    for file in SERVICES:
        said |= strings(ast.parse(file.read_text(encoding="utf-8")))
    assert set(DEEDS) - {"view"} - said == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_act_area_and_record_has_words(language: str) -> None:
    words = catalogue(language)
    wanted = {f"audit.did.{deed}" for deed in DEEDS if deed != "view"}
    wanted |= {f"audit.did.view.{area}" for area in AREAS}
    wanted |= {f"audit.what.{name}" for name in RECORD_TYPES}
    assert wanted - set(words) == set()


def test_every_place_of_a_family_says_what_is_seen() -> None:
    assert set(AREA_OF) - {"requests", "request"} <= set(PLACES)
    assert set(AREA_OF.values()) <= set(AREAS)
    assert not KNOWN & set(AREA_OF)


def test_what_a_family_is_told_are_codes_that_there_are() -> None:
    chains = {"family.opened", "family.let_in", "family.taken_out"}
    assert FAMILY_DEEDS - chains <= set(DEEDS)
    assert set(RECORD_TYPES) >= FAMILY_TYPES
    assert set(AREAS) >= FAMILY_AREAS
    assert not FAMILY_TYPES & {"not_for", "contact_safety", "entered_in_error", "moved_item", "legal_hold"}
    assert not FAMILY_DEEDS & {"disclosure.lawful", "label.move", "note.misplaced", "hold.set"}
