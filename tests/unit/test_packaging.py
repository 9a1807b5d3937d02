"""What `flet build` and pip need to know is there and true: [tool.flet], the locks, the scripts."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLET = PYPROJECT["tool"]["flet"]

SHIPS = {"main.py", "app", "assets", "LICENSE", "pyproject.toml"}
"""All that goes into the tablet's package."""


@pytest.mark.parametrize("key", ["product", "artifact", "company", "org", "bundle_id", "copyright",
                                 "icon_background", "permissions", "app", "splash", "android"])
def test_the_flet_section_is_complete(key: str) -> None:
    assert key in FLET


def test_the_entry_module_is_there() -> None:
    assert (ROOT / FLET["app"]["path"] / f"{FLET['app']['module']}.py").is_file()


def test_only_the_app_ships_to_the_tablet() -> None:
    """Flet leaves hidden entries out by itself; every other entry at the top ships unless excluded."""
    excluded = set(FLET["app"]["exclude"])
    made_here = {".venv", "build", "dist", "kitchentable.egg-info", "__pycache__"}
    ships = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and path.name not in excluded | made_here
    }
    assert ships <= SHIPS


@pytest.mark.parametrize("name", ["server", "tests", "bench", "docs", "scripts", "requirements"])
def test_folders_of_others_are_excluded_by_name(name: str) -> None:
    assert name in FLET["app"]["exclude"]


def test_the_tablet_asks_for_the_network_and_nothing_else() -> None:
    assert FLET["permissions"] == []
    assert set(FLET["android"]["permission"]) == {
        "android.permission.INTERNET",
        "android.permission.ACCESS_NETWORK_STATE",
    }


def test_ios_is_told_why_it_should_ask_for_face_id() -> None:
    """Without these words iOS ends an app that asks."""
    assert FLET["ios"]["info"]["NSFaceIDUsageDescription"].strip()


@pytest.mark.parametrize("picture", ["icon.png", "splash.png"])
def test_icon_and_splash_are_square_pictures_of_a_useful_size(picture: str) -> None:
    from PIL import Image

    with Image.open(ROOT / "assets" / picture) as image:
        assert image.width == image.height >= 512


@pytest.mark.parametrize("lock", ["tablet.txt", "all.txt", "bench.txt"])
def test_locks_carry_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links|-e)", text, re.MULTILINE)
    packages = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("script", [".ci/run", "scripts/setup.sh", "scripts/chromium.sh", "scripts/lock.sh",
                                    "scripts/words.py"])
def test_scripts_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("target", ["run", "test", "reset", "bench", "soak", "lint"])
def test_the_makefile_has_the_promised_targets(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_only_the_tablets_packages_are_plain_dependencies() -> None:
    named = " ".join(PYPROJECT["project"]["dependencies"])
    for elsewhere in ("fastapi", "uvicorn", "psycopg", "flet-web", "pytest", "babel", "playwright"):
        assert elsewhere not in named
