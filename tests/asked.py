"""Which phrases a module asks the catalogue for, read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def asked_for(file: Path) -> Iterator[tuple[str, bool]]:
    """The keys given to `say`, each with whether it is whole or only a beginning (`f"plan.{kind}"`)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "say":
            continue
        for given in node.args[:2]:  # `ui.say(key)`, `say(language, key)`
            if isinstance(given, ast.Constant) and _KEY.fullmatch(str(given.value)):
                yield str(given.value), True
            elif isinstance(given, ast.JoinedStr) and isinstance(given.values[0], ast.Constant):
                yield str(given.values[0].value), False
