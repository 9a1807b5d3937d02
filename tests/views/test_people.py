"""The people of a family: drawing, list, safety, and the form for natural supports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import flet as ft
import pytest

from app.errors import DiskFull
from app.services.supports import PeopleView
from app.views.place import Place
from app.views.screens.people import PeopleTab, SupportEditorPlace
from app.views.screens.people.wording import centre_of, map_detail, on_the_map
from app.views.widgets.face import Kind
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.natural_share import Count
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES
from tests.fakes.open_tablet import FAMILY, PEOPLE, FakeTablet, support
from tests.fakes.people import SHARE
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

TODAY = date(2026, 12, 1)
UI = Ui(UiSettings(), layout_for(1024, 768, 1.0))


def tab(tablet: FakeTablet, journey: Journey, width: float = 1024, **values: object) -> Stage:
    return stage_of(
        lambda: PeopleTab(FAMILY), tablet.as_tablet(), journey, width=width, **values  # type: ignore[arg-type]
    )


def form(tablet: FakeTablet, journey: Journey, support_id: str = "") -> Stage:
    place = Place("support_editor", FAMILY, record_id=support_id)
    return stage_of(lambda: SupportEditorPlace(place), tablet.as_tablet(), journey)


# -- drawing and list ----------------------------------------------------------------------


async def test_drawing_has_a_list_twin_with_the_same_people() -> None:
    async with tab(FakeTablet(), Journey()) as stage:
        await stage.settle()
        assert stage.has("people.map.s1")
        assert "rides, company" in stage.words()
        assert "3 of 6" in stage.words()
        await stage.tap("people.twin")
        assert not stage.has("people.map.s1")
        for key in ("people.support.s1", "people.support.s2", "people.person.p1", "people.member.m1"):
            assert stage.has(key)


async def test_phone_has_a_smaller_drawing_with_the_list_below() -> None:
    async with tab(FakeTablet(), Journey(), width=390) as stage:
        await stage.settle()
        keys = [str(one.key) for one in stage.walk() if one.key is not None]
        assert keys.index("people.map.s1") < keys.index("people.support.s1")
        assert len(stage.all(ft.FilledButton)) == 1


async def test_row_says_relation_help_time_and_status_in_words() -> None:
    async with tab(FakeTablet(), Journey(), width=390) as stage:
        await stage.settle()
        words = stage.words()
        for part in ("Gloria", "neighbour, close", "meals", "rides, company", "On the team",
                     "Tuesdays and Thursdays, before school", "Asked",
                     "How they help is not known yet", "school counsellor, Orchard High"):  # fmt: skip
            assert part in words, part


async def test_family_without_supports_is_asked_for_one_name() -> None:
    nobody = PeopleView(PEOPLE.family, (), ())
    tablet = FakeTablet(people=nobody)
    tablet.supports.shares = replace(SHARE, team=Count(), last=None, months=(), trend=None)
    async with tab(tablet, Journey()) as stage:
        await stage.settle()
        assert "Nobody here yet." in stage.words()
        assert "Nobody is on the team yet." in stage.words()


async def test_list_that_cannot_be_read_offers_to_try_again() -> None:
    tablet = FakeTablet()
    tablet.fail["supports.people"] = DiskFull()
    async with tab(tablet, Journey()) as stage:
        await stage.settle()
        await stage.tap("people.failed.act")
        await stage.settle()
        assert stage.has("people.map.s1")


async def test_support_opens_the_form_and_a_professional_their_number() -> None:
    journey = Journey()
    async with tab(FakeTablet(), journey) as stage:
        await stage.settle()
        await stage.tap("people.map.s1")
        assert journey.last == ("go", Place("support_editor", FAMILY, record_id="s1"))
        await stage.tap("people.map.m1")
        assert "860 555 0110" in stage.words()


@pytest.mark.parametrize("settings", [UiSettings(text_scale=2.0), UiSettings(language="es", dark=True)])
async def test_people_draw_large_dark_and_in_spanish(settings: UiSettings) -> None:
    for width in (390, 1024):
        async with tab(FakeTablet(), Journey(), width=width, settings=settings) as stage:
            await stage.settle()
            assert "Uncle Teo" in stage.words()
            assert not stage.has("broken")


# -- safety --------------------------------------------------------------------------------


async def test_somebody_not_to_be_contacted_is_first_named_and_not_one_tap_away() -> None:
    async with tab(FakeTablet(), Journey(), width=390) as stage:
        await stage.settle()
        words = stage.words()
        keys = [str(one.key) for one in stage.walk() if one.key is not None]
        assert keys.index("people.support.s6") < keys.index("people.support.s1")
        assert "Do not contact" in words
        assert "Court order since March: no contact with Nia." in words
        assert "860 555 0199" not in words
        assert not stage.has("people.call.s6")
        assert stage.has("people.call.s1")


async def test_their_number_is_shown_only_after_a_question() -> None:
    async with tab(FakeTablet(), Journey(), width=390) as stage:
        await stage.settle()
        await stage.tap("people.number.s6")
        assert "Show the number of Ray?" in stage.words()
        assert "860 555 0199" not in stage.words()
        await stage.tap("people.number_dialog.act")
        await stage.settle()
        assert "860 555 0199" in stage.words()


async def test_drawing_never_shows_somebody_not_to_be_contacted() -> None:
    async with tab(FakeTablet(), Journey()) as stage:
        await stage.settle()
        assert not stage.has("people.map.s6")
        assert "Court order" not in stage.words()
        assert "1 person is on the list only." in stage.words()


async def test_form_hides_their_number_too() -> None:
    async with form(FakeTablet(), Journey(), "s6") as stage:
        await stage.settle()
        assert "860 555 0199" not in stage.words()
        await stage.tap("support.show_number")
        await stage.tap("support.number_dialog.act")
        await stage.settle()
        assert stage.value("support.phone") == "860 555 0199"


# -- the form ------------------------------------------------------------------------------


async def test_somebody_new_is_saved_with_all_that_was_chosen() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey) as stage:
        await stage.settle()
        await stage.type("support.name", "Aunt Bea")
        await stage.type("support.relation", "aunt")
        await stage.tap("support.closeness.3")
        await stage.tap("support.help.meals")
        await stage.tap("support.help.company")
        await stage.type("support.availability", "Sundays")
        await stage.tap("support.status.willing")
        await stage.tap("support.do_not_contact")
        await stage.type("support.safety_reason", "Only by letter")
        await stage.tap("support.save")
        assert journey.last == ("back", None)
    saved = tablet.supports.now.supports[-1]
    assert (saved.name, saved.relation, saved.closeness) == ("Aunt Bea", "aunt", 3)
    assert saved.how_they_help == ("company", "meals")
    assert (saved.status, saved.availability) == ("willing", "Sundays")
    assert (saved.do_not_contact, saved.safety_reason) == (True, "Only by letter")


async def test_missing_name_is_asked_for_below_its_field() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey) as stage:
        await stage.settle()
        await stage.type("support.relation", "aunt")
        await stage.tap("support.save")
        assert "What do they call this person?" in stage.words()
        assert stage.value("support.relation") == "aunt"
        assert journey.steps == []


async def test_full_disk_keeps_what_was_typed() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.fail["supports.save"] = DiskFull()
    async with form(tablet, journey) as stage:
        await stage.settle()
        await stage.type("support.name", "Aunt Bea")
        await stage.tap("support.save")
        assert DiskFull.user_message in stage.words()
        assert stage.value("support.name") == "Aunt Bea"
        await stage.tap("support.save")
        assert journey.last == ("back", None)


async def test_removing_offers_undo_without_a_name_on_the_bar() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey, "s3") as stage:
        await stage.settle()
        await stage.tap("support.remove")
        assert journey.last == ("back", None)
        assert await tablet.supports.support("s3") is None
        bar = stage.all(ft.SnackBar)[0]
        assert isinstance(bar.content, ft.Text)
        assert "Gloria" not in str(bar.content.value)
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
        assert await tablet.supports.support("s3") is not None


async def test_leaving_with_changes_asks_and_without_does_not() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey, "s1") as stage:
        await stage.settle()
        await stage.tap("support.back")
        assert journey.last == ("back", None)
        journey.steps.clear()
        await stage.type("support.note", "Has a van")
        await stage.tap("support.back")
        assert "Leave without saving?" in stage.words()
        assert journey.steps == []
        await stage.tap("support.leave.act")
        assert journey.last == ("back", None)


async def test_person_who_is_gone_leads_back() -> None:
    journey = Journey()
    async with form(FakeTablet(), journey, "nobody") as stage:
        await stage.settle()
        assert "This person is not on the list any more." in stage.words()
        await stage.tap("support.failed.act")
        assert journey.last == ("back", None)


async def test_two_versions_of_a_person_lead_to_the_choice() -> None:
    journey = Journey()
    torn = replace(PEOPLE, supports=(replace(PEOPLE.supports[0], has_conflict=True),))
    async with form(FakeTablet(people=torn), journey, "s1") as stage:
        await stage.settle()
        await stage.tap("support.compare")
        step, place = journey.last
        assert place is not None
        assert (step, place.name, place.record_id) == ("go", "conflict", "s1")


# -- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_has_words_in_both_languages(language: str) -> None:
    ui = Ui(UiSettings(language=language), UI.layout)
    for code in HELP_KINDS:
        assert ui.say(f"people.help.{code}")
    for code in SUPPORT_STATUSES:
        assert ui.say(f"people.status.{code}")


def test_nobody_who_left_or_must_not_be_contacted_stands_on_the_map() -> None:
    left = replace(PEOPLE.team[0], status="left")
    people = PeopleView(
        PEOPLE.family,
        (support("a", "A", "aunt", status="leading"), support("b", "B", "boss", status="asked"),
         support("c", "C", "coach", do_not_contact=True)),
        (left, PEOPLE.team[1]),
    )  # fmt: skip
    drawn = on_the_map(UI, people, TODAY)
    assert [one.value for one in drawn] == ["a", "b", "m2"]
    assert [one.asked for one in drawn] == [False, True, False], "dashes: not there yet"


def test_map_says_when_somebody_was_asked_and_never_a_relation_twice() -> None:
    assert map_detail(UI, PEOPLE.supports[4], TODAY) == "asked Tue 24 Nov"
    assert map_detail(UI, PEOPLE.supports[0], TODAY) == "rides, company"
    assert map_detail(UI, PEOPLE.supports[2], TODAY) == "neighbour, meals"
    assert map_detail(UI, PEOPLE.supports[1], TODAY) == "best friend"
    assert map_detail(UI, PEOPLE.supports[3], TODAY) == "swim coach", "one line under the face"


def test_youth_stands_in_the_middle() -> None:
    assert centre_of(UI, PEOPLE) == ("Nia", "and Rosa")
    assert centre_of(UI, PeopleView((), (), ())) == ("The family", "")
    assert all(one.kind is not Kind.FAMILY for one in on_the_map(UI, PEOPLE, TODAY))
