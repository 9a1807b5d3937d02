"""The lines of a first sync: how far it has come, what is not checked, and the alarm."""

from __future__ import annotations

import flet as ft
import pytest

from app.services.first_sync import KINDS, Arriving, FalseCopy
from app.store.snapshot_check import ALARMS
from app.store.snapshot_side import SnapshotAlarm
from app.views.screens.families.arriving import arriving_lines, false_copy_panel
from app.views.widgets.ui import Ui, UiSettings, layout_for

FAMILY = "f" * 32


def words_of(control: ft.Control) -> str:
    """Every text in a control, one behind the other."""
    found: list[str] = []

    def walk(one: object) -> None:
        if isinstance(one, ft.Text):
            found.append(one.value or "")
        for name in ("content", "controls"):
            inner = getattr(one, name, None)
            for child in inner if isinstance(inner, list) else [inner]:
                if isinstance(child, ft.Control):
                    walk(child)

    walk(control)
    return " ".join(found)


@pytest.fixture(params=["en", "es"])
def ui(request: pytest.FixtureRequest) -> Ui:
    return Ui(UiSettings(language=request.param), layout_for(1024, 768, 1.0))


def test_nothing_is_said_when_everything_is_here_and_checked(ui: Ui) -> None:
    assert arriving_lines(ui, Arriving(150, 150)) == []
    assert arriving_lines(ui, Arriving()) == []


def test_progress_names_both_numbers_and_moves_a_bar(ui: Ui) -> None:
    (line,) = arriving_lines(ui, Arriving(12, 150))
    assert "12" in words_of(line) and "150" in words_of(line)
    assert Arriving(12, 150).share == pytest.approx(0.08)


def test_unchecked_families_are_counted_in_words(ui: Ui) -> None:
    (one,) = arriving_lines(ui, Arriving(3, 3, frozenset({FAMILY})))
    (two,) = arriving_lines(ui, Arriving(3, 3, frozenset({FAMILY, "other"})))
    assert words_of(one) != words_of(two) and "2" in words_of(two)


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_alarm_names_the_family_and_says_whom_to_tell(ui: Ui, kind: str) -> None:
    copy = FalseCopy(FAMILY, "Nia Delgado", kind, 1, SnapshotAlarm(b"s", FAMILY, "c", 1))
    said = words_of(false_copy_panel(ui, copy, lambda: None))
    assert "Nia Delgado" in said and ("administrator" in said or "administrador" in said)
    nameless = FalseCopy("", "", kind, 1, copy.alarm)
    assert "{" not in words_of(false_copy_panel(ui, nameless, lambda: None))


def test_every_code_of_the_store_has_words() -> None:
    assert set(KINDS) == set(ALARMS)
