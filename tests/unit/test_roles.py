"""The matrix of roles: whole, told in docs/roles.md, and what every type of record obeys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.protocol.bodies import Role
from app.protocol.stream_state import GIVERS, READERS, Label
from app.wraparound.records import RECORD_TYPES
from app.wraparound.roles import (
    ACTIONS,
    AGENCY_TYPES,
    MATRIX,
    RESTRICTED_ONLY,
    RESTRICTED_TYPES,
    ROLES,
    WRITERS,
    may,
    may_write,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
LETTERS = {"administrator": "A", "supervisor": "S", "coordinator": "C", "partner": "P"}


def table() -> str:
    """The matrix as the page has it."""
    lines = ["| Action | Who | Writes |", "|---|---|---|"]
    for action, act in MATRIX.items():
        who = ", ".join(LETTERS[role] for role in ROLES if role in act.roles)
        lines.append(f"| `{action}` | {who} | {', '.join(f'`{one}`' for one in act.writes)} |")
    return "\n".join(lines)


def test_the_page_has_the_matrix() -> None:
    found = re.search(r"<!-- matrix -->\n(.*?)\n?<!-- /matrix -->", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    assert found.group(1) == table()


def test_every_action_is_somebodys_and_every_role_has_one() -> None:
    assert set(MATRIX) == set(ACTIONS)
    assert all(act.roles <= set(ROLES) and act.roles for act in MATRIX.values())
    assert {role for act in MATRIX.values() for role in act.roles} == set(ROLES)


def test_roles_are_those_of_the_control_chain() -> None:
    assert set(ROLES) == {str(role) for role in Role}
    assert set(LETTERS) == set(ROLES)


def test_every_type_of_record_has_a_writer_and_nothing_else_has() -> None:
    assert set(WRITERS) == set(RECORD_TYPES)
    assert RESTRICTED_ONLY < RESTRICTED_TYPES <= set(RECORD_TYPES)
    assert AGENCY_TYPES <= set(RECORD_TYPES)


def test_who_writes_a_family_can_read_it() -> None:
    readers = {str(role) for role in READERS[Label.TEAM]}
    for name, roles in WRITERS.items():
        if name not in AGENCY_TYPES | {"audit_entry", "audit_seal"}:
            assert roles <= readers, name
    assert {str(role) for role in GIVERS} == MATRIX["family.open"].roles


@pytest.mark.parametrize("name", sorted(RECORD_TYPES))
@pytest.mark.parametrize("role", ROLES)
def test_a_record_counts_where_it_belongs_and_from_whom_it_may_come(name: str, role: str) -> None:
    allowed = role in WRITERS[name]
    anywhere = name in ("audit_entry", "audit_seal")
    of_agency = name in AGENCY_TYPES
    in_team = anywhere or not (of_agency or name in RESTRICTED_ONLY)
    assert may_write(name, "team", [role]) is (allowed and in_team)
    assert may_write(name, "data", [role]) is (allowed and (anywhere or of_agency))
    inner = anywhere or name in RESTRICTED_TYPES
    assert may_write(name, "restricted", [role]) is (allowed and inner)


def test_nobody_without_a_role_writes_but_their_own_name() -> None:
    assert not any(may_write(name, label, ()) for name in RECORD_TYPES for label in ("team", "data"))
    assert may_write("staff_member", "data", (), own=True)
    assert not may_write("need", "team", (), own=True)


def test_a_type_of_a_newer_app_counts() -> None:
    assert may_write("something_new", "team", ("partner",))


def test_several_roles_add_up() -> None:
    assert may(("partner", "administrator"), "person.invite")
    assert not may(("partner",), "person.invite")
    assert not may((), "note.write")
