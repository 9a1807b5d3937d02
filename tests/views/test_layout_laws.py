"""What Flet cannot lay out is not drawn: such a part is a grey box on the screen, without a word.

A child that wants the room left in its row has no place in a row that wraps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.services.entry import Protection
from app.services.settings import Preferences
from app.views.app import App
from app.views.place import Place
from app.views.screens.family import FamilyHome
from app.views.screens.notes import NoteEditorPlace, NotePlace
from app.views.screens.people import PeopleTab, SupportEditorPlace
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY, NOW_MS, PEOPLE, FakeTablet, note_view
from tests.fakes.tablet import canned
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

SIZES = ((1024, 768), (768, 1024), (390, 844))
SCALES = (1.0, 2.0)


def tablet_with_two_versions() -> FakeTablet:
    """Two versions of a person and of a signed note: the screens then have most to show."""
    first = replace(PEOPLE.supports[0], has_conflict=True)
    tablet = FakeTablet(replace(PEOPLE, supports=(first, *PEOPLE.supports[1:])))
    tablet.notes.saved = {
        "n1": note_view(has_conflict=True, status="signed", signed_at_ms=NOW_MS,
                        signed_by="Marisol Vega", late_entry=True, unsigned_changes=True)
    }
    return tablet


SCREENS: dict[str, Callable[[], ft.Control]] = {
    "notes": lambda: FamilyHome(Place("family", FAMILY, tab="notes")),
    "note": lambda: NotePlace(Place("note", FAMILY, record_id="n1")),
    "editor": lambda: NoteEditorPlace(Place("note_editor", FAMILY)),
    "people": lambda: PeopleTab(FAMILY),
    "support": lambda: SupportEditorPlace(Place("support_editor", FAMILY, record_id="s1")),
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", SCREENS)
async def test_nothing_asks_for_room_where_there_is_none(
    name: str, width: int, height: int, scale: float
) -> None:
    async with stage_of(
        SCREENS[name], tablet_with_two_versions().as_tablet(), Journey(),
        settings=UiSettings(text_scale=scale, language="es"), width=width, height=height,
    ) as stage:
        await stage.settle(30)
        assert not stage.has("broken"), stage.words()
        assert list(stage.homeless()) == []


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_nor_in_the_window_itself(width: int, height: int, scale: float) -> None:
    c = canned()
    c.keyholder.protected = Protection(True, True, True)
    stage = Stage(lambda: App(c.tablet, Path()), width=width, height=height)
    async with stage:
        assert list(stage.homeless()) == []
        await stage.tap("unlock.cannot")
        assert list(stage.homeless()) == []
        await stage.tap("kit.have")
        assert list(stage.homeless()) == []
        await stage.tap("kit.back")
        await stage.tap("unlock.cannot")
        await stage.tap("kit.neither")
        assert list(stage.homeless()) == []
        await c.tablet.wipe("lost")
        await stage.settle()
        assert stage.has("removed.again") and list(stage.homeless()) == []
    c = canned().open()
    c.keyholder.protected = Protection(True, True, False)
    c.settings.chosen = Preferences(text_scale=scale, language="es")
    stage = Stage(lambda: App(c.tablet, Path()), width=width, height=height)
    async with stage:
        for place in ("today", "families", "sync", "settings"):
            await stage.tap(f"nav.{place}")
            assert not stage.has("broken"), stage.words()
            assert list(stage.homeless()) == []
        await stage.tap("protection.on")
        await stage.tap("settings.passphrase")
        assert list(stage.homeless()) == []
        await stage.tap("nav.families")
        await stage.tap("families.add")
        assert list(stage.homeless()) == []
