"""Imports go downwards only (docs/architecture.md): read from the source with `ast`, decided here.

Imports under TYPE_CHECKING count; a lazy import inside a function counts too, except where a rule
says otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LEAVES = {"errors", "config", "logs", "garbage"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "config": {"errors"},
    "logs": set(),
    "garbage": set(),
    "wraparound": {"errors"},
    "crypto": {"errors"},
    "protocol": {"crypto", "errors"},
    "store": {"protocol", "crypto", "wraparound", "sync.ports", "sync.blob_ports", *LEAVES},
    "sync": {"protocol", "crypto", *LEAVES},
    "exchange": {"wraparound", "errors"},
    "services": {"store", "sync", "exchange", "protocol", "crypto", "wraparound", *LEAVES},
    # sync.status holds the plain value that the chip shows; services hand it up as it is.
    "views": {"services", "wraparound", "sync.status", *LEAVES},
    "demo": {"services", "store", "sync", "protocol", "crypto", "wraparound", *LEAVES},
    "doctor": {"store", *LEAVES},
    "bootstrap": {"services", "store", "sync", "protocol", "crypto", "wraparound", *LEAVES},
    "launch": {"bootstrap", "views", "services", "store", "sync.tls", *LEAVES},
    "__main__": {"launch", "demo", "doctor", "services.audit_command", "services.packet_command",
                 *LEAVES},
}
"""For each part of app/ the parts it may import, besides itself."""

SERVER_MAY_IMPORT = {"protocol", "sync.wire", "sync.blob_wire", "errors"}

ONLY_IN: dict[str, tuple[str, ...]] = {
    "flet": ("app/views/", "app/launch.py"),
    "flet_web": ("app/views/web/",),
    "flet_secure_storage": ("app/views/platform/",),
    "flet_local_auth": ("app/views/platform/",),
    "cryptography": ("app/crypto/",),
    "argon2": ("app/crypto/",),
    "mnemonic": ("app/crypto/",),
    "segno": ("app/exchange/qr.py",),
    "zxcvbn": ("app/services/passphrases.py",),
    "fpdf": ("app/exchange/pdf/",),
    "httpx": ("app/sync/http.py",),
    "sqlite3": ("app/store/", "server/", "app/doctor.py"),
    "sqlalchemy": ("app/store/", "app/wraparound/records/", "server/"),
    "fastapi": ("server/",),
    "uvicorn": ("server/", "app/views/web/"),
    "prometheus_client": ("server/",),
    "server": ("server/", "app/__main__.py", "app/demo/"),
}
"""For each package the only places that may import it."""


@dataclass(frozen=True)
class Import:
    """One imported module: where it stands, what it names, and whether it runs when the file is loaded."""

    file: str
    line: int
    module: str
    at_load: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def imports(file: Path) -> Iterator[Import]:
    """Every import of a file; `from app.x import y` names `app.x` and, where that is a module, `app.x.y`."""
    place = file.relative_to(ROOT).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    lazy = {
        inner
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(place, node.lineno, alias.name, node not in lazy)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(place, node)
            for alias in node.names:
                inner_module = f"{module}.{alias.name}"
                yield Import(place, node.lineno, inner_module if _is_module(inner_module) else module,
                             node not in lazy)


def _absolute(place: str, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    package = list(Path(place).parts[: -node.level])
    return ".".join([*package, *([node.module] if node.module else [])])


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def sources() -> list[Path]:
    return sorted(
        path for folder in ("app", "server") for path in (ROOT / folder).rglob("*.py")
    ) + [ROOT / "main.py"]


ALL = [found for file in sources() for found in imports(file)]


def part_of(module: str) -> str:
    """`app.store.log` → `store.log`; `app` → ``."""
    return module.removeprefix("app").removeprefix(".")


def allowed(part: str, names: set[str]) -> bool:
    return any(part == name or part.startswith(f"{name}.") for name in names)


def test_the_app_imports_downwards_only() -> None:
    wrong = []
    for found in ALL:
        if not found.file.startswith("app/") or not (found.module + ".").startswith("app."):
            continue
        own = Path(found.file).parts[1].removesuffix(".py")
        target = part_of(found.module)
        if own == "__init__" or not target:
            continue
        if not allowed(target, MAY_IMPORT[own] | {own}):
            wrong.append(str(found))
    assert wrong == []


def test_every_part_of_the_app_has_its_place_in_the_layers() -> None:
    parts = {
        path.name.removesuffix(".py")
        for path in (ROOT / "app").iterdir()
        if (path.suffix == ".py" or path.is_dir()) and path.name not in ("__init__.py", "__pycache__")
    }
    assert parts <= set(MAY_IMPORT)


def test_the_server_imports_the_protocol_and_nothing_else_of_the_app() -> None:
    wrong = [
        str(found)
        for found in ALL
        if found.file.startswith("server/")
        and (found.module + ".").startswith("app.")
        and not allowed(part_of(found.module), SERVER_MAY_IMPORT)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    wrong = [
        str(found)
        for found in ALL
        if (found.module + ".").startswith(f"{package}.") and not found.file.startswith(ONLY_IN[package])
    ]
    assert wrong == []


def test_what_a_tablet_does_not_have_is_imported_lazily() -> None:
    """The server's and the browser mode's packages are not on a tablet: no app module loads with them."""
    wrong = [
        str(found)
        for found in ALL
        if found.file.startswith("app/")
        and found.at_load
        and found.module.split(".")[0] in ("server", "flet_web", "fastapi", "uvicorn", "starlette", "psycopg")
        and not _type_checking_only(found)
    ]
    assert wrong == []


def _type_checking_only(found: Import) -> bool:
    tree = ast.parse((ROOT / found.file).read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        and any(getattr(inner, "lineno", 0) == found.line for inner in ast.walk(node))
        for node in ast.walk(tree)
    )


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py"}
    assert [str(path) for path in sources() if path.name in vague] == []
