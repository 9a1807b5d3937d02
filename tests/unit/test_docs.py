"""What the documentation names exists: files, modules, tests, commands, options, links, words."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.__main__ import parser
from app.views.words import catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
WORDS_IN_BOLD = ("README.md", "docs/howto/start-an-agency.md")
"""Pages where bold means: this stands on a screen."""

FOLDERS = ("app", "server", "tests", "docs", "assets", "bench", "scripts", "requirements")
OTHERS_FOLDERS = ("build/", "~/")
"""What a span may begin with that is made elsewhere: by Flet, or at a person's home."""

ONLY_AN_EXAMPLE = ("test_revoked_device_cannot_open_new_notes",)
"""Names that show how names are made."""

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
COMMAND = re.compile(r"^(?:\.venv/bin/)?(kitchentable|python -m \S+|make)(?: |$)")
TEST_NAME = re.compile(r"^test_\w+$")
OPTION = re.compile(r"^--[a-z][a-z-]+$")
FILE_NAME = re.compile(r"^[\w.-]+\.(?:py|md|po|toml|sqlite|json|txt|sh|png)$")
VARIABLE = re.compile(r"^(KT_[A-Z_]+)(?:=.*)?$")
LEADING_MODULE = re.compile(r"^(?:app|server|tests|bench)(?:\.\w+)+$")


@cache
def text_of(page: str) -> str:
    """A page without its fenced drawings."""
    return FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))


def spans(page: str) -> list[str]:
    """Everything in backticks."""
    return [" ".join(found.split()) for found in SPAN.findall(text_of(page))]


def commands(page: str) -> Iterator[str]:
    """Every command line of ours: indented ones, and those in backticks."""
    lines = text_of(page).replace("\\\n", " ").split("\n")
    indented = [line.strip() for line in lines if line.startswith("    ")]
    for line in (*indented, *spans(page)):
        line = line.split(" #")[0].strip()
        if COMMAND.match(line):
            yield line.removeprefix(".venv/bin/")


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository, or all files where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return tuple(
            path.relative_to(ROOT).as_posix()
            for path in (*ROOT.glob("*.*"), *(one for name in FOLDERS for one in (ROOT / name).rglob("*")))
            if path.is_file() and "__pycache__" not in path.parts
        )
    return tuple(name for name in listed.split("\0") if name and (ROOT / name).is_file())


@cache
def code() -> str:
    """All Python of the repository in one string."""
    return "\n".join(
        (ROOT / name).read_text(encoding="utf-8") for name in tracked() if name.endswith((".py", ".sh"))
    )


def names_nothing(span: str) -> bool:
    """Whether a span names a file of ours that is not there."""
    if span.startswith(OTHERS_FOLDERS) or span in ONLY_AN_EXAMPLE:
        return False
    if span.split("/")[0] in FOLDERS and "/" in span:
        place = span.rstrip("/")
        return not (any(ROOT.glob(place)) if "*" in place else (ROOT / place).exists())
    if LEADING_MODULE.match(span) and not FILE_NAME.match(span):
        return not resolves(span)
    if TEST_NAME.match(span.removesuffix(".py")):
        if span.endswith(".py"):
            return not any(name.endswith(f"/{span}") for name in tracked())
        return not re.search(rf"def {span}\(", code())
    return False


def resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or a name written in one."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:size])
        file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if file.is_file():
            source = file.read_text(encoding="utf-8")
            return all(re.search(rf"\b{name}\b", source) for name in parts[size:])
    return False


@pytest.mark.parametrize("page", PAGES)
def test_every_file_module_and_test_that_is_named_exists(page: str) -> None:
    assert [span for span in spans(page) if names_nothing(span)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_name_alone_is_known(page: str) -> None:
    """A bare name such as `log.sqlite` is a file here, or one that the code writes."""
    known = {Path(name).name for name in tracked()}
    bare = [span for span in spans(page) if FILE_NAME.match(span)]
    assert [span for span in bare if span not in known and span not in code()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    broken = []
    for link in LINK.findall(text_of(page)):
        if link.startswith(("https://", "http://")):
            continue
        place, _, heading = link.partition("#")
        target = (ROOT / page).parent / place if place else ROOT / page
        if not target.exists() or (heading and heading not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_is_understood(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [line for line in commands(page) if not understood(line)]
    assert wrong == [], capsys.readouterr().err


def understood(line: str) -> bool:
    """Whether a documented command line is one that the program takes."""
    program, *arguments = shlex.split(line)
    if program == "make":
        wanted = [word for word in arguments if not word.startswith("-") and "=" not in word]
        return set(wanted) <= make_targets()
    if program == "python":
        module, arguments = arguments[1], arguments[2:]
        if not LEADING_MODULE.match(f"{module}.x"):
            return find_spec(module) is not None
        if module != "app":
            options = {word for word in arguments if word.startswith("--")}
            return resolves(module) and options <= options_in(module_file(module))
    arguments = ["x" if word in ("NAME", "DIR") else word for word in arguments]
    try:
        parser().parse_args(arguments or ["--help"])
    except SystemExit as leave:
        return leave.code == 0
    return True


def make_targets() -> set[str]:
    """Targets of the Makefile."""
    return set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def module_file(module: str) -> Path:
    """The file that `python -m module` runs."""
    place = ROOT.joinpath(*module.split("."))
    return place / "__main__.py" if place.is_dir() else place.with_suffix(".py")


def options_in(file: Path) -> set[str]:
    """The options that a file's own argparse takes."""
    return set(re.findall(r'add_argument\(\s*"(--[a-z-]+)"', file.read_text(encoding="utf-8")))


def options_of(grammar: argparse.ArgumentParser) -> set[str]:
    """Every option of a grammar and of the commands in it."""
    found: set[str] = set()
    for action in grammar._actions:
        found.update(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                found |= options_of(inner)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_is_named_exists(page: str) -> None:
    known = options_of(parser()) | options_in(ROOT / "server/main.py")
    for folder in ("bench", "tests/simulator"):
        if (ROOT / folder).is_dir():
            known |= options_in(ROOT / folder / "__main__.py")
    named = {span.split()[0] for span in spans(page) if OPTION.match(span.split()[0])}
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_is_named_is_read(page: str) -> None:
    named = {found[1] for span in spans(page) if (found := VARIABLE.match(span))}
    assert {name for name in named if name not in code()} == set()


@pytest.mark.parametrize("page", WORDS_IN_BOLD)
def test_every_word_in_bold_is_on_a_screen(page: str) -> None:
    said = set(catalogue("en").values())
    bold = [" ".join(found.split()) for found in BOLD.findall(text_of(page))]
    headings = re.compile(r"^\d+\. \w")  # "1. Unlock." opens a step of the tour
    quoted = [words for words in bold if not headings.match(words)]
    missing = [words for words in quoted if words not in said]
    assert len(bold) > 10
    assert missing == []


def test_every_room_of_the_app_and_every_layer_is_described() -> None:
    said = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [
        f"`app/{path.name}`"
        for path in sorted((ROOT / "app").iterdir())
        if (path.is_dir() or path.suffix == ".py") and path.name not in ("__pycache__", "__init__.py")
    ]
    assert len(rooms) > 10
    assert [room for room in rooms if room not in said] == []


def test_every_module_in_the_drawings_of_the_architecture_exists() -> None:
    drawings = "\n".join(FENCE.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8")))
    named = re.findall(r"\b(?:app|server)(?:\.[a-z_]+)+\b", drawings)
    assert len(named) > 10
    assert [name for name in named if not resolves(name)] == []


def test_every_page_is_in_the_list() -> None:
    listed = {
        (ROOT / "docs" / link).resolve().relative_to(ROOT).as_posix()
        for link in LINK.findall(text_of("docs/README.md"))
        if not link.startswith("http")
    }
    pages = {page for page in PAGES if page.startswith("docs/") and page != "docs/README.md"}
    assert pages - listed == set()


def test_the_changelog_begins_with_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first = re.search(r"^## (\S+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert first is not None
    assert first[1] == project["version"]


def test_no_place_of_one_machine_and_no_package_index_is_named() -> None:
    """Locks carry hashes, docs carry our own words: nothing says where somebody's files or mirrors are."""
    forbidden = re.compile(
        r"/(?:work|root|Users|home/\w+)/|/tmp/kt|(?<!no-emit-)index-url|files\.pythonhosted|registry\.npmjs"
        r"|artifactory|\bnexus\b|pypi\.org/simple"
    )
    found = []
    for name in tracked():
        if name == "tests/unit/test_docs.py":
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {hit[0]}" for hit in forbidden.finditer(text)]
    assert found == []
