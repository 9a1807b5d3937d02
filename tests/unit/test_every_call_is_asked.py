"""Every service call that writes asks the matrix of roles first: read from the code itself.

A public method that reaches a write of the vault, through whatever private methods and mixed-in
bases, has to reach `require` too. Deleting one `require` makes this red by the method's name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = Path(__file__).resolve().parents[2] / "app" / "services"
WRITES = frozenset(
    {"commit", "settle", "write_agency", "write_stream", "let_in", "take_out", "open_stream", "add_control"}
)
"""Methods of the vault that change what others see."""
ASKS = frozenset({"require", "PermissionRefused"})
"""Asking the matrix, or refusing whoever is not a supervisor."""

ASKED_ELSEWHERE: dict[str, str] = {
    "Attachments.renew": "a sweep after each contact: seals anew what this tablet has already added",
    "Audit.note": "everybody's acts are noted: audit.write is every role's",
    "FirstRun.finish": "there is no agency yet, or the inviter has decided",
    "FirstRunWithSeed.finish": "whoever holds the agency's seed is the agency's root",
    "Handing.end_due": "a sweep after each contact; does nothing for who is no supervisor",
    "Labels.follow": "a sweep: gives only what the team's roles call for, and replay decides",
    "Labels.follow_all": "as follow",
}
"""Public methods that write and need not ask, with the reason."""


@dataclass
class Method:
    """What one method calls: names of its own object's methods, and names of anything."""

    own: set[str] = field(default_factory=set)
    any: set[str] = field(default_factory=set)
    writes: bool = False


@dataclass
class Service:
    """A class of app/services: its bases and its methods."""

    name: str
    bases: tuple[str, ...]
    methods: dict[str, Method]


def _called(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            if isinstance(inner.func, ast.Attribute):
                yield inner.func.attr, inner.func.value
            elif isinstance(inner.func, ast.Name):
                yield inner.func.id, None


def _is_vault(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Attribute):
        return value.attr in ("vault", "_vault")
    return isinstance(value, ast.Name) and value.id == "vault"


def _method(node: ast.AST) -> Method:
    found = Method()
    for name, value in _called(node):
        found.any.add(name)
        if isinstance(value, ast.Name) and value.id == "self":
            found.own.add(name)
        if name in WRITES and _is_vault(value):
            found.writes = True
    return found


def services() -> dict[str, Service]:
    found: dict[str, Service] = {}
    for path in sorted(SERVICES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                methods = {
                    item.name: _method(item)
                    for item in node.body
                    if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
                }
                bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
                found[node.name] = Service(node.name, bases, methods)
    return found


def _all_methods(service: Service, known: dict[str, Service]) -> dict[str, Method]:
    merged: dict[str, Method] = {}
    for base in reversed(service.bases):
        if base in known:
            merged |= _all_methods(known[base], known)
    return merged | service.methods


def _reach(start: str, methods: dict[str, Method]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name in seen or name not in methods:
            continue
        seen.add(name)
        todo += methods[name].own
    return seen


def unasked() -> list[str]:
    """Public methods that write and never ask."""
    known = services()
    found = []
    for service in known.values():
        methods = _all_methods(service, known)
        for name in methods:
            if name.startswith("_"):
                continue
            reached = _reach(name, methods)
            writes = any(methods[one].writes for one in reached)
            asks = any(methods[one].any & ASKS for one in reached)
            if writes and not asks:
                found.append(f"{service.name}.{name}")
    return sorted(found)


def test_every_public_method_that_writes_asks_first() -> None:
    assert [name for name in unasked() if name not in ASKED_ELSEWHERE] == []


def test_no_exception_is_out_of_date() -> None:
    assert set(ASKED_ELSEWHERE) <= set(unasked())
