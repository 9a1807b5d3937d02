"""Numbers and marks on worker screens: hidden, refused with the reason, or said before a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull
from app.services.contacts_views import ContactView
from app.views.place import Place
from app.views.reach import SYMBOLS, mark_words
from app.views.screens.families.screen import Families
from app.views.screens.family import FamilyHome
from app.views.screens.people import CoordinatorsPlace, PeopleTab
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.people_coach import CoachQuestion
from tests.fakes.open_tablet import FAMILY, FakeTablet
from tests.fakes.people import SHARE
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

NUMBER = "860 555 0143"


def marked(who: str, **marks: Any) -> FakeTablet:
    """A tablet on which something is marked about one person."""
    tablet = FakeTablet()
    tablet.supports.now = replace(tablet.supports.now, contacts={who: ContactView(who, **marks)})
    return tablet


def people(tablet: FakeTablet, journey: Journey | None = None, **values: Any) -> Stage:
    values.setdefault("width", 390)
    return stage_of(lambda: PeopleTab(FAMILY), tablet.as_tablet(), journey or Journey(), **values)


async def closed(stage: Stage) -> None:
    """The client says that every dialog that was closed is gone, as it does after its motion."""
    for dialog in stage.all(ft.AlertDialog):
        if not dialog.open:
            await stage.event(dialog, "dismiss")
    await stage.settle()


# -- marks in the list -------------------------------------------------------------------------


async def test_marks_stand_in_words_with_an_icon_at_everybody() -> None:
    for who in ("p2", "m1", "s1"):
        async with people(marked(who, may_text=False, may_name_agency=False)) as stage:
            await stage.settle()
            assert "Do not text" in stage.words()
            assert "Do not say who is calling" in stage.words()
            symbols = {one.icon for one in stage.all(ft.Icon)}
            assert {SYMBOLS["no_text"], SYMBOLS["no_agency"]} <= symbols


async def test_a_call_that_is_not_allowed_is_refused_with_its_reason_and_what_to_use() -> None:
    tablet = marked("p2", may_call=False, note="Her phone is watched.", substitute="Teo, 860 555 0101")
    async with people(tablet) as stage:
        await stage.settle()
        assert "Do not call Rosa" in stage.names()
        await stage.tap("people.call.p2")
        words = stage.words()
        for part in ("Do not call Rosa", "Her phone is watched.", "Use instead: Teo, 860 555 0101"):
            assert part in words
        assert not stage.has("reach.act")
        assert NUMBER not in words
        await stage.tap("reach.show")
        assert NUMBER in stage.words()
    assert tablet.excursions == 0, "nothing was dialled"


async def test_a_caution_is_said_before_the_call_and_the_call_goes_on() -> None:
    tablet = marked("p2", may_leave_message=False, may_name_agency=False)
    async with people(tablet) as stage:
        await stage.settle()
        await stage.tap("people.call.p2")
        assert "Before you call Rosa" in stage.words()
        assert "Do not leave a message" in stage.words()
        assert tablet.excursions == 0
        await stage.tap("reach.act")
        await stage.settle()
    assert tablet.excursions == 1


async def test_an_unmarked_number_is_one_tap_away() -> None:
    tablet = FakeTablet()
    async with people(tablet) as stage:
        await stage.settle()
        await stage.tap("people.call.p2")
        await stage.settle()
    assert tablet.excursions == 1


async def test_the_card_hides_a_marked_number_and_offers_no_plain_call() -> None:
    async with people(marked("p2", may_call=False, may_text=False), width=1024) as stage:
        await stage.settle()
        await stage.tap("people.twin")
        await stage.tap("people.person.p2")
        assert NUMBER not in stage.words()
        assert "Do not call" in stage.words() and "Do not text" in stage.words()
        await stage.tap("people.contact.show")
        assert "This number is marked: Do not call, Do not text. Show it anyway?" in stage.words()
        await stage.tap("people.number_dialog.act")
        await stage.settle()
        assert NUMBER in stage.words()


async def test_a_text_alone_may_be_refused() -> None:
    tablet = marked("p2", may_text=False, note="She does not read them.")
    async with people(tablet) as stage:
        await stage.settle()
        await stage.tap("people.person.p2")
        assert NUMBER in stage.words()
        await stage.tap("people.contact.text")
        assert "Do not text Rosa" in stage.words()
    assert tablet.excursions == 0


async def test_the_card_leads_to_the_form() -> None:
    journey = Journey()
    async with people(FakeTablet(), journey) as stage:
        await stage.settle()
        for who, place in (("p1", "person_editor"), ("m1", "member_editor")):
            await stage.tap(f"people.{'person' if who == 'p1' else 'member'}.{who}")
            await stage.tap("people.contact.change")
            assert journey.last == ("go", Place(place, FAMILY, record_id=who))
            await closed(stage)


async def test_the_familys_own_marks_open_from_the_list() -> None:
    journey = Journey()
    async with people(marked(FAMILY, protected_address=True), journey) as stage:
        await stage.settle()
        assert "The address is protected" in stage.words()
        await stage.tap("people.family_contact")
        assert journey.last == ("go", Place("person_editor", FAMILY, record_id=FAMILY, detail="family"))


# -- the same on the other screens ------------------------------------------------------------------


async def test_worker_details_hide_the_familys_marked_number_and_refuse_the_call() -> None:
    tablet = marked(FAMILY, may_call=False, note="Only by letter.", substitute="School: Ms. Nair")
    place = Place("family", FAMILY, tab="people")
    async with stage_of(lambda: FamilyHome(place), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        await stage.tap("family.details")
        words = stage.words()
        assert "860 555 0142" not in words
        for part in ("Do not call", "Only by letter.", "Use instead: School: Ms. Nair"):
            assert part in words
        await stage.tap("family.call")
        assert "Do not call Nia Delgado" in stage.words()
        await stage.tap("reach.close")
        await stage.tap("family.show_number")
        await stage.tap("family.number_dialog.act")
        await stage.settle()
        assert "860 555 0142" in stage.words()
    assert tablet.excursions == 0


async def test_families_reads_the_marks_before_it_dials() -> None:
    for marks, dialled in (({"may_call": False}, 0), ({}, 1)):
        tablet = marked(FAMILY, **marks)
        async with families(tablet) as stage:
            await stage.settle()
            await stage.tap(f"families.call.{FAMILY}")
            await stage.settle()
            assert ("Do not call" in stage.words()) is (dialled == 0)
        assert tablet.excursions == dialled


async def test_without_the_marks_nobody_is_called() -> None:
    tablet = FakeTablet()
    tablet.fail["contacts.about"] = DiskFull()
    async with families(tablet) as stage:
        await stage.settle()
        await stage.tap(f"families.call.{FAMILY}")
        await stage.settle()
        assert DiskFull.user_message in stage.words()
    assert tablet.excursions == 0


def families(tablet: FakeTablet) -> Stage:
    """The list of families with the one family."""
    from types import SimpleNamespace

    from app.services.casebook import FamilyRow

    row = FamilyRow(FAMILY, "Nia Delgado, 15", "", "ND", 3, 0, None, "860 555 0142", "", "open")

    async def rows() -> tuple[FamilyRow, ...]:
        return (row,)

    from datetime import date

    tablet.open.casebook.families = rows
    tablet.open.desk = SimpleNamespace(
        now_ms=tablet.now_ms, today=lambda: date(2026, 12, 1), me=SimpleNamespace(roles=("coordinator",))
    )
    return stage_of(lambda: Families(Place("families")), tablet.as_tablet(), Journey())


# -- the panel and the coach ---------------------------------------------------------------------------


async def test_panel_says_the_share_in_words_and_shows_the_numbers() -> None:
    async with people(FakeTablet(), width=1024) as stage:
        await stage.settle()
        words = stage.words()
        for part in ("At the last meeting", "3 of 6", "were natural supports", "Up from 1 of 5 in August"):
            assert part in words
        assert "September" not in words
        await stage.tap("people.numbers")
        words = stage.words()
        for part in ("September", "Open steps held by natural supports", "2 of 5",
                     "Steps done by natural supports", "1 of 3", "On the team now: 3 of 6."):  # fmt: skip
            assert part in words


async def test_before_the_first_meeting_the_panel_tells_of_the_team() -> None:
    tablet = FakeTablet()
    tablet.supports.shares = replace(SHARE, last=None, last_on=None, months=(), trend=None)
    async with people(tablet, width=1024) as stage:
        await stage.settle()
        assert "On the team now" in stage.words()
        assert "At the last meeting" not in stage.words()


async def test_the_coach_asks_one_question_and_goes_with_not_now() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.supports.question = CoachQuestion("close_without_part", FAMILY, "s2", "Lily", "Nia")
    async with people(tablet, journey, width=1024) as stage:
        await stage.settle()
        asked = "Lily is very close to Nia and has no part in the plan. Would Nia like Lily at the table?"
        assert asked in stage.words()
        await stage.tap("people.coach.act")
        assert journey.last == ("go", Place("support_editor", FAMILY, record_id="s2"))
        await stage.tap("people.coach.not_now")
        await stage.settle()
        assert asked not in stage.words()


# -- who else coordinates --------------------------------------------------------------------------------


def coordinators(tablet: FakeTablet, journey: Journey | None = None, **values: Any) -> Stage:
    place = Place("coordinators", FAMILY)
    return stage_of(lambda: CoordinatorsPlace(place), tablet.as_tablet(), journey or Journey(), **values)


async def test_an_empty_map_teaches_and_takes_the_first_name() -> None:
    tablet = FakeTablet()
    async with coordinators(tablet) as stage:
        await stage.settle()
        assert "Nobody else is written down yet." in stage.words()
        await stage.tap("coordinators.add")
        await stage.tap("coordinator.save")
        assert "What do they call this person?" in stage.words()
        await stage.type("coordinator.name", "Amy Lindgren")
        await stage.type("coordinator.programme", "School-Based Health Center")
        await stage.tap("coordinator.covers.school")
        await stage.tap("coordinator.covers.medical")
        await stage.tap("coordinator.leads.school")
        await stage.tap("coordinator.save")
        await stage.settle()
        words = stage.words()
        assert "Medical care and school" in words
        assert "Leads: school" in words
    (saved,) = tablet.coordinators.now
    assert (saved.covers, saved.leads) == (("medical", "school"), ("school",))


async def test_overlaps_are_said_in_words_until_one_leads_as_agreed() -> None:
    tablet = FakeTablet()
    async with coordinators(tablet) as stage:
        await stage.settle()
        for name in ("Amy", "Dana"):
            await stage.tap("coordinators.add")
            await stage.type("coordinator.name", name)
            await stage.tap("coordinator.covers.school")
            await stage.tap("coordinator.save")
            await closed(stage)
        assert "School: Amy and Dana cover it. Nobody leads yet. Who should?" in stage.words()
        await stage.tap("coordinators.row.c2")
        await stage.tap("coordinator.leads.school")
        await stage.tap("coordinator.agreed_on")
        await stage.tap("day_dialog.month.2026-12-01")
        await stage.tap("coordinator.save")
        await closed(stage)
        assert "School: Amy and Dana cover it. Dana leads, agreed today." in stage.words()
        await stage.tap("coordinators.row.c1")
        await stage.tap("coordinator.leads.school")
        await stage.tap("coordinator.save")
        await stage.settle()
        assert "more than one leads: " in stage.words()


async def test_a_coordinator_is_removed_with_an_undo() -> None:
    tablet = FakeTablet()
    async with coordinators(tablet) as stage:
        await stage.settle()
        await stage.tap("coordinators.add")
        await stage.type("coordinator.name", "Amy")
        await stage.tap("coordinator.save")
        await closed(stage)
        await stage.tap("coordinators.row.c1")
        await stage.tap("coordinator.remove")
        await stage.settle()
        assert "Nobody else is written down yet." in stage.words()
        action = stage.all(ft.SnackBar)[0].action
        assert isinstance(action, ft.SnackBarAction)
        await stage.event(action, "click")
        await stage.settle()
        assert stage.has("coordinators.row.c1")


async def test_full_disk_keeps_what_was_typed_about_a_coordinator() -> None:
    tablet = FakeTablet()
    tablet.fail["coordinators.save"] = DiskFull()
    async with coordinators(tablet) as stage:
        await stage.settle()
        await stage.tap("coordinators.add")
        await stage.type("coordinator.name", "Amy")
        await stage.tap("coordinator.save")
        assert DiskFull.user_message in stage.words()
        assert stage.value("coordinator.name") == "Amy"


async def test_words_about_a_coordinator_survive_a_lock() -> None:
    tablet = FakeTablet()
    async with coordinators(tablet) as stage:
        await stage.settle()
        await stage.tap("coordinators.add")
        await stage.type("coordinator.name", "Amy")
        await tablet.lock()
    async with coordinators(tablet) as stage:
        await stage.settle()
        await stage.tap("coordinators.add")
        await stage.settle()
        assert stage.value("coordinator.name") == "Amy"
        await stage.tap("coordinator.fresh")
        await stage.settle()
        assert stage.value("coordinator.name") == ""
    assert tablet.supports.drafts.kept_forms == {}


@pytest.mark.parametrize("settings", [UiSettings(text_scale=2.0), UiSettings(language="es", dark=True)])
async def test_coordinators_draw_large_dark_and_in_spanish(settings: UiSettings) -> None:
    tablet = FakeTablet()
    async with coordinators(tablet, settings=settings, width=390) as stage:
        await stage.settle()
        assert not stage.has("broken")
        await stage.tap("coordinators.add")
        await stage.type("coordinator.name", "Amy")
        await stage.tap("coordinator.save")
        await stage.settle()
        assert "Amy" in stage.words()


# -- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_mark_has_words_and_a_symbol(language: str) -> None:
    ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))
    everything = ContactView("x", False, False, False, False, True)
    codes = {*everything.marks, *replace(everything, do_not_contact=True).marks}
    assert codes == set(SYMBOLS)
    assert all(mark_words(ui, code) for code in codes)
