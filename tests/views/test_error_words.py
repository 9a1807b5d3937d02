"""Every error that a screen can show has its words in every language."""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import app.services
import app.sync
import app.wraparound.rules
from app.errors import AppError, DiskFull, InvalidInput, ServerAnswerInvalid, StoreFailed
from app.services import edge
from app.views.error_words import words_for, words_of_code
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.views.words import LANGUAGES, catalogue

AT_THE_COMMAND_LINE = frozenset({"server_cannot_start", "port_busy", "example_agency_problem"})
"""Told to whoever starts a process, in English, before there is a screen."""

SERVICES = Path(app.services.__file__).parent
RULE_REASONS = {
    word
    for file in Path(app.wraparound.rules.__file__).parent.glob("*.py")
    for word in re.findall(r'"([a-z_]+)"', file.read_text(encoding="utf-8"))
}
"""Whatever a rule file may be refused for is named in the modules that read them."""


def ui(language: str) -> Ui:
    return Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))


def kinds() -> list[type[AppError]]:
    """Every kind of error of the app: all modules are imported first, so that none is missed."""
    for package in (app.services, app.sync):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)

    def below(kind: type[AppError]) -> Iterator[type[AppError]]:
        yield kind
        for one in kind.__subclasses__():
            yield from below(one)

    shown = {kind for kind in below(AppError) if kind.__module__.startswith("app.")}
    return sorted(
        (kind for kind in shown if kind.code not in AT_THE_COMMAND_LINE), key=lambda one: one.code
    )


def refusals() -> list[tuple[str, str, str]]:
    """(code, field, English words) of every refusal in the services, read from their source.

    The words are "" where they are put together at run time.
    """
    found: list[tuple[str, str, str]] = []
    # Python 3.11 loses count of its depth when a collection falls into the parsing.
    gc.collect()
    for file in (*sorted(SERVICES.glob("*.py")), SERVICES.parent / "wraparound" / "scoring.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            given = {one.arg: _constant(one.value) for one in call.keywords}
            first = _constant(call.args[0]) if call.args else ""
            if name == "InvalidInput":
                where = f"{file.name}:{call.lineno}"
                assert "code" in given, f"{where}: a refusal needs a stable code"
                if given["code"]:
                    found.append((given["code"], given.get("field", ""), first))
            elif name == "text" and "required" in given:
                code = given.get("blank", "") or "blank"
                found.append((code, _constant(call.args[1]), given["required"]))
    return found


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def plain(words: str) -> str:
    """The code writes a straight apostrophe, the screen a round one."""
    return words.replace("’", "'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_error_has_words_of_its_own_or_those_it_inherits(language: str) -> None:
    phrases = catalogue(language)
    assert len(kinds()) > 40
    missing = [
        kind.code
        for kind in kinds()
        if "user_message" in vars(kind) and f"error.{kind.code}" not in phrases
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_the_services_has_words(language: str) -> None:
    phrases = catalogue(language)
    assert len(refusals()) > 30
    missing = [
        (code, field)
        for code, field, _words in refusals()
        if f"error.{code}" not in phrases and f"error.field.{code}.{field}" not in phrases
    ]
    assert missing == []


def test_the_english_catalogue_says_what_the_code_says() -> None:
    english = catalogue("en")
    for kind in kinds():
        if "user_message" in vars(kind):
            assert plain(english[f"error.{kind.code}"]) == kind.user_message
    for code, field, words in refusals():
        if words:
            said = english.get(f"error.field.{code}.{field}") or english[f"error.{code}"]
            assert plain(said) == words


def test_no_line_of_the_catalogue_belongs_to_no_error() -> None:
    known = {f"error.{kind.code}" for kind in kinds()}
    known |= {f"error.{code}" for code, _field, _words in refusals()}
    known |= {f"error.field.{code}.{field}" for code, field, _words in refusals()}
    known.add("error.field.invalid_input.server")  # app.sync.http: no address of a server
    known |= {f"error.rules_{reason}" for reason in RULE_REASONS}
    said = {key for key in catalogue("es") if key.startswith("error.")}
    assert said - known == set()


def test_a_spanish_screen_says_it_in_spanish() -> None:
    spanish = ui("es")
    assert words_for(spanish, DiskFull()).startswith("En esta tableta no queda espacio")
    # No words of its own: those of the kind above it.
    assert words_for(spanish, StoreFailed()) == catalogue("es")["error.store_error"]
    assert words_of_code(spanish, ServerAnswerInvalid.code, "x") == catalogue("es")["error.sync_error"]
    assert words_of_code(spanish, "from_a_newer_app", "as it came") == "as it came"


def test_the_same_fault_is_said_in_the_words_of_its_field_and_with_its_numbers() -> None:
    spanish = ui("es")
    with pytest.raises(InvalidInput) as blank:
        edge.text(" ", "step", required="What will be done?")
    assert words_for(spanish, blank.value) == "¿Qué se va a hacer?"
    with pytest.raises(InvalidInput) as long:
        edge.text("x" * 3000, "place")
    assert "3 mil letras, y caben 2 mil" in words_for(spanish, long.value)
    assert words_for(ui("en"), long.value) == long.value.user_message


def test_words_that_the_catalogue_does_not_know_stay_as_they_are() -> None:
    spanish = ui("es")
    assert words_for(spanish, InvalidInput("Ya está dicho.", code="of_a_screen")) == "Ya está dicho."
    assert words_for(spanish, InvalidInput("Ya está dicho.")) == "Ya está dicho."
    # Without its numbers a phrase with numbers would be no sentence.
    assert words_for(spanish, InvalidInput("As it came.", code="too_long")) == "As it came."
    nowhere = replace(spanish, settings=UiSettings(language="xx"))
    assert words_for(nowhere, DiskFull()) == DiskFull.user_message
