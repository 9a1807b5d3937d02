"""Settings take effect at once, are kept, and say so when they could not be."""

from __future__ import annotations

import json
from pathlib import Path

import flet as ft
import pytest

from app.errors import StoreFailed
from app.services.entry import Protection
from app.views.app import App
from app.views.widgets.shell import RAIL, room_for
from app.views.widgets.ui import Ui, UiSettings, layout_for
from tests.fakes.tablet import PASSPHRASE, SUGGESTED, Canned, canned
from tests.ui import Stage

ASSETS = Path(__file__).resolve().parents[2] / "assets"
NEW = "lemon window river plate slow"


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, ASSETS))


async def opened(on: Stage) -> None:
    await on.tap("nav.settings")


async def test_text_size_and_dark_and_language_take_effect_at_once_and_are_kept() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.size.1.5")
        await on.tap("settings.dark")
        await on.tap("settings.language.es")
        await on.settle()
        assert "Ajustes" in on.words()
        assert on.page.theme_mode is ft.ThemeMode.DARK
        kept = json.loads(c.vault.kept[("settings", "tablet")])
        assert (kept["text_scale"], kept["dark"], kept["language"]) == (1.5, True, "es")
        await c.tablet.lock("test")
        await on.settle()
        assert "Desbloquear" in on.words()


async def test_the_lock_time_is_the_tablets() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.lock_after.60")
        await on.settle()
        c.time.pass_(61)
        assert await c.tablet.lock_when_due()


async def test_a_choice_that_cannot_be_kept_says_so() -> None:
    c = canned().open()

    async def full(kind: str, name: str, data: bytes | None) -> None:
        raise StoreFailed("x")

    c.vault.save_local = full  # type: ignore[method-assign]
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.dark")
        await on.settle()
        assert on.has("settings.error")
        assert on.page.theme_mode is ft.ThemeMode.LIGHT


async def test_the_passphrase_is_changed_with_the_old_one() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.passphrase")
        await on.type("settings.pass.old", PASSPHRASE)
        await on.tap("settings.pass.own")
        await on.type("settings.pass.new", NEW)
        await on.type("settings.pass.again", NEW)
        await on.tap("settings.pass.go")
        assert c.changed == [(PASSPHRASE, NEW)]
        assert "Your passphrase is changed." in on.words()


async def test_a_wrong_old_passphrase_is_said_beside_its_field() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.passphrase")
        await on.type("settings.pass.old", "something else")
        await on.tap("settings.pass.own")
        await on.type("settings.pass.new", NEW)
        await on.type("settings.pass.again", NEW)
        await on.tap("settings.pass.go")
        assert on.has("settings.pass.old.error")
        assert on.value("settings.pass.new") == NEW
        assert c.changed == []


async def test_people_are_for_those_who_may_invite() -> None:
    async with stage(canned().open()) as on:
        await opened(on)
        assert not on.has("settings.people")
    async with stage(canned(roles=("administrator",)).open()) as on:
        await opened(on)
        await on.tap("settings.people")
        assert "Luis Ortega" in on.words()


async def test_licences_of_the_fonts_can_be_read() -> None:
    async with stage(canned().open()) as on:
        await opened(on)
        await on.tap("settings.font.Literata")
        assert "SIL OPEN FONT LICENSE" in on.words()
        await on.tap("settings.licence.close")
        assert not any(dialog.open for dialog in on.all(ft.AlertDialog))


@pytest.mark.parametrize(("width", "scale"), [(768, 1.0), (834, 1.15), (390, 2.0), (1400, 1.0)])
def test_a_column_never_reaches_beyond_the_screen(width: int, scale: float) -> None:
    ui = Ui(UiSettings(text_scale=scale), layout_for(width, 1024, scale))
    room = room_for(ui, 620)
    rail = 0 if ui.layout.narrow else ui.grow(RAIL)
    assert 300 < room <= 620 * scale and rail + room <= width - 40


async def test_a_tablet_without_secure_storage_says_that_it_is_weaker() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        assert "By your passphrase alone" in on.words() and "This is weaker" in on.words()
        assert not on.has("protection.on")


async def test_finger_or_face_are_turned_on_with_the_passphrase_and_off_with_one_tap() -> None:
    c = canned().open()
    c.keyholder.protected = Protection(True, True, False)
    async with stage(c) as on:
        await opened(on)
        assert "By your passphrase, and by a secret" in on.words()
        await on.tap("protection.on")
        await on.tap("protection.go")
        assert "Type the passphrase you use now." in on.words()
        await on.type("protection.passphrase", "something else")
        await on.tap("protection.go")
        assert "That is not the passphrase of this tablet." in on.words()
        assert not c.keyholder.protected.by_person
        await on.type("protection.passphrase", PASSPHRASE)
        await on.tap("protection.go")
        assert c.keyholder.protected.by_person and not on.has("protection.passphrase")
        await on.tap("protection.off")
        assert not c.keyholder.protected.by_person and on.has("protection.on")


@pytest.mark.parametrize(("count", "said"), [(1, "1 wrong passphrase was"), (4, "4 wrong passphrases were")])
async def test_wrong_tries_before_this_time_stand_in_settings(count: int, said: str) -> None:
    c = canned().open()
    c.access.failed_tries = count
    async with stage(c) as on:
        await opened(on)
        assert said in on.words()


async def test_a_new_passphrase_is_five_words_on_offer_first() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        await on.tap("settings.passphrase")
        await on.type("settings.pass.old", PASSPHRASE)
        await on.type("settings.pass.again", SUGGESTED[0])
        await on.tap("settings.pass.go")
        assert c.changed == [(PASSPHRASE, SUGGESTED[0])]
