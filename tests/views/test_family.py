"""The family's home: names only on top, Worker details on purpose, three tabs."""

from __future__ import annotations

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.views.place import Place
from app.views.screens.family import FamilyHome, home
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY, FakeTablet
from tests.views.screens import Journey, stage_of

PLACE = Place("family", FAMILY, tab="notes")
PRIVATE = ("14 Orchard Street", "Blue door", "Big friendly dog", "860 555 0142")


async def test_header_shows_names_only_until_worker_details_are_asked_for() -> None:
    tablet = FakeTablet()
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        assert "Nia and the Delgado family" in stage.words()
        for words in PRIVATE:
            assert words not in stage.words()
        await stage.tap("family.details")
        for words in PRIVATE:
            assert words in stage.words()
        await stage.tap("family.details")
        assert "14 Orchard Street" not in stage.words()


async def test_worker_details_close_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "DETAILS_SHOWN_SECONDS", 0.05)
    tablet = FakeTablet()
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        await stage.tap("family.details")
        await stage.wait_for(lambda: "14 Orchard Street" not in stage.words())
        assert home.DETAILS_SHOWN_SECONDS == 0.05


def test_worker_details_stay_for_half_a_minute() -> None:
    assert home.DETAILS_SHOWN_SECONDS == 30


async def test_tabs_are_the_four_that_exist_and_swap_the_place() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        tabs = [key for key in stage.keys() if key.startswith("family.tab.")]
        assert sorted(tabs) == [
            "family.tab.more", "family.tab.notes", "family.tab.people", "family.tab.plan",
        ]  # fmt: skip
        await stage.tap("family.tab.people")
        assert journey.last == ("swap", Place("family", FAMILY, tab="people"))


async def test_crisis_and_back_are_always_there() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        await stage.tap("family.crisis")
        await stage.tap("family.back")
        assert journey.steps == [("go", Place("crisis", FAMILY)), ("back", None)]


@pytest.mark.parametrize("width", [390, 1024])
async def test_new_note_is_one_tap_away_on_every_tab(width: float) -> None:
    for tab, key in (("people", "family.new_note"), ("notes", "notes.new")):
        tablet, journey = FakeTablet(), Journey()
        place = Place("family", FAMILY, tab=tab)
        async with stage_of(
            lambda place=place: FamilyHome(place), tablet.as_tablet(), journey, width=width  # type: ignore[misc]
        ) as stage:
            await stage.settle()
            assert ("New note" in stage.names()) or ("New note" in stage.words())
            assert not stage.has("family.new_note") or tab != "notes"
            await stage.tap(key)
            step, target = journey.last
            assert target is not None
            assert (step, target.name, target.detail) == ("go", "note_editor", "new")


async def test_role_that_may_not_write_is_told_so() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.fail["notes.begin"] = PermissionRefused("note.write")
    place = Place("family", FAMILY, tab="people")
    async with stage_of(lambda: FamilyHome(place), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        await stage.tap("family.new_note")
        assert PermissionRefused.user_message in stage.words()
        assert journey.steps == []


async def test_family_that_is_not_here_says_so_and_leads_back() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.fail["casebook.header"] = InvalidInput("This family is not on this tablet.")
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        assert "This family is not on this tablet." in stage.words()
        await stage.tap("family.failed.act")
        assert journey.last == ("back", None)


@pytest.mark.parametrize("settings", [UiSettings(text_scale=2.0), UiSettings(language="es", dark=True)])
async def test_family_draws_large_dark_and_in_spanish(settings: UiSettings) -> None:
    tablet = FakeTablet()
    async with stage_of(
        lambda: FamilyHome(PLACE), tablet.as_tablet(), Journey(), settings=settings, width=390, height=844
    ) as stage:
        await stage.settle()
        await stage.tap("family.details")
        assert "14 Orchard Street" in stage.words()
        assert not stage.has("broken")


async def test_worker_details_offer_the_call_where_there_is_a_number() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with stage_of(lambda: FamilyHome(PLACE), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        assert not stage.has("family.call")
        await stage.tap("family.details")
        assert stage.has("family.call") and "Call" in stage.words()
