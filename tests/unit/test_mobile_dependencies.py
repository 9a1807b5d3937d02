"""Everything that ships to the tablet is pure Python, or on the mobile index at a version it carries."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
INDEX = tomllib.loads((ROOT / "tests/data/mobile_index.toml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)

INDEXED = {canonicalize_name(name): entry["versions"] for name, entry in INDEX["packages"].items()}


def locked(name: str) -> dict[str, str]:
    """Package → version of a lock file under requirements/."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {canonicalize_name(found["name"]): found["version"] for found in PINNED.finditer(text)}


TABLET = locked("tablet.txt")


PURE_TOO = {canonicalize_name(name): entry for name, entry in INDEX["pure"].items()}
"""What is installed here as a binary, and is published as a pure wheel as well."""


def is_pure(name: str) -> bool:
    """Whether a wheel of it runs on any platform: a listed one, or by the installed one's own metadata."""
    if name in PURE_TOO:
        return True
    wheel = metadata.distribution(name).read_text("WHEEL")
    assert wheel is not None, f"{name} was not installed from a wheel"
    lines = wheel.splitlines()
    return "Root-Is-Purelib: true" in lines and any(line.endswith("-none-any") for line in lines)


@pytest.mark.parametrize("name", sorted(TABLET))
def test_every_package_on_the_tablet_is_pure_or_on_the_mobile_index(name: str) -> None:
    if is_pure(name):
        return
    assert name in INDEXED, f"{name} {TABLET[name]} is binary and not on the mobile index"
    assert TABLET[name] in INDEXED[name]


@pytest.mark.parametrize("name", sorted(TABLET))
def test_what_is_installed_here_is_what_ships(name: str) -> None:
    assert metadata.version(name) == TABLET[name]


@pytest.mark.parametrize("name", sorted(PURE_TOO))
def test_a_listed_pure_wheel_is_in_the_lock(name: str) -> None:
    """The lock of the tablet allows exactly that file, at the version that ships."""
    entry = PURE_TOO[name]
    assert TABLET[name] == entry["version"]
    assert entry["wheel"].endswith("-none-any.whl")
    text = (ROOT / "requirements" / "tablet.txt").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert [one for one in packages if one.startswith(f"{name}==") and entry["sha256"] in one]


def test_a_binary_package_off_the_index_would_be_noticed() -> None:
    """The check has teeth: a binary package that is installed here counts as binary."""
    assert not is_pure("uvloop")
    assert "uvloop" not in INDEXED


def test_the_tablet_lock_holds_every_dependency_of_the_project() -> None:
    wanted = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert wanted <= set(TABLET)


def test_every_direct_dependency_of_the_tablet_is_pinned_exactly() -> None:
    """Flet's build resolves again, without the lock: an open range would let it pick another version."""
    loose = [
        line for line in PROJECT["dependencies"] if not str(Requirement(line).specifier).startswith("==")
    ]
    assert loose == []


def test_every_binary_package_of_the_tablet_is_named_as_a_dependency() -> None:
    """Or is pinned exactly by one that is (pydantic-core by pydantic)."""
    named = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    binary = {name for name in TABLET if not is_pure(name)}
    assert binary - named == {"pydantic-core"}
    assert f"pydantic-core=={TABLET['pydantic-core']}" in (metadata.requires("pydantic") or [])


def test_tablet_and_desk_use_the_same_versions() -> None:
    desk = locked("all.txt")
    assert {name: desk.get(name) for name in TABLET} == TABLET


def test_the_crypto_of_the_tablet_needs_no_algorithm_its_openssl_lacks() -> None:
    """The tablet's OpenSSL is 3.0: nothing in app/crypto may lean on Argon2, HPKE or ML-KEM from there."""
    forbidden = ("primitives.kdf.argon2", "primitives.hpke", "asymmetric.mlkem", "asymmetric.mldsa")
    for file in (ROOT / "app" / "crypto").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert [name for name in forbidden if name in text] == [], file.name
