"""The forms for the family, the team and natural supports: every field, drafts that survive, undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull
from app.services.contacts_views import ContactView
from app.services.supports import MemberDraft, PersonDraft, ReleaseChoice, SupportDraft
from app.views.place import Place
from app.views.screens.people import MemberEditorPlace, PersonEditorPlace, SupportEditorPlace
from app.views.screens.people.editor import reached
from app.views.screens.people.keeping import FormKeeping
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import FAMILY, PEOPLE, FakeTablet
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

PLACES = {"support": SupportEditorPlace, "person": PersonEditorPlace, "member": MemberEditorPlace}


def form(
    tablet: FakeTablet, journey: Journey, kind: str, who: str = "", detail: str = "", **values: Any
) -> Stage:
    place = Place(f"{kind}_editor", FAMILY, record_id=who, detail=detail)
    return stage_of(lambda: PLACES[kind](place), tablet.as_tablet(), journey, **values)


# -- the family ------------------------------------------------------------------------------


async def test_somebody_of_the_family_is_saved_with_every_field() -> None:
    tablet, journey = FakeTablet(), Journey()
    typed = {
        "name": "Eli Delgado", "called": "Eli", "pronouns": "he/him", "role": "brother",
        "born_on": "3 Feb 2015", "school": "Orchard Elementary", "insurer": "HUSKY A",
        "languages": "Spanish", "self_described": "Afro-Latino", "phone": "860 555 0150",
    }  # fmt: skip
    async with form(tablet, journey, "person") as stage:
        await stage.settle()
        for name, words in typed.items():
            await stage.type(f"person.{name}", words)
        await stage.tap("person.is_youth")
        await stage.tap("person.no_message")
        await stage.type("person.substitute", "Text Rosa")
        await stage.tap("person.save")
        assert journey.last == ("back", None)
    saved = tablet.supports.now.family[-1]
    assert saved.born_on == "2015-02-03"
    assert saved.is_youth
    for name in typed.keys() - {"born_on"}:
        assert getattr(saved, name) == typed[name], name
    marks = tablet.supports.now.contact("fresh")
    assert (marks.marks, marks.substitute) == (("no_message",), "Text Rosa")


async def test_a_birthday_that_cannot_be_read_is_asked_for_below_its_field() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey, "person", "p1") as stage:
        await stage.settle()
        assert stage.value("person.born_on") == "Mon 2 May 2011"
        await stage.type("person.born_on", "the day it rained")
        await stage.tap("person.save")
        assert stage.has("person.born_on.error")
        assert stage.value("person.born_on") == "the day it rained"
        assert journey.steps == []


async def test_the_familys_order_is_changed_by_buttons() -> None:
    tablet = FakeTablet()
    async with form(tablet, Journey(), "person", "p2") as stage:
        await stage.settle()
        assert "2 of 2" in stage.words()
        await stage.tap("person.earlier")
        await stage.settle()
        assert "1 of 2" in stage.words()
    assert [one.called for one in tablet.supports.now.family] == ["Rosa", "Nia"]


async def test_the_family_itself_has_marks_and_nothing_else() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey, "person", FAMILY, "family") as stage:
        await stage.settle()
        assert not stage.has("person.name")
        await stage.tap("contact.protected_address")
        await stage.tap("contact.save")
        assert journey.last == ("back", None)
    assert tablet.supports.now.contact(FAMILY).protected_address


# -- the team ----------------------------------------------------------------------------------


async def test_a_member_of_the_team_is_saved_with_every_field() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.supports.open_releases = (
        ReleaseChoice("r1", "Harbor Clinic", "2027-01-01", ""),
        ReleaseChoice("r2", "School", "2026-01-01", ""),
    )  # fmt: skip
    typed = {"name": "Jo Park", "role": "mentor", "organisation": "Boys & Girls Club",
             "phone": "860 555 0160", "email": "jo@example.org", "note": "Thursdays"}  # fmt: skip
    async with form(tablet, journey, "member") as stage:
        await stage.settle()
        for name, words in typed.items():
            await stage.type(f"member.{name}", words)
        await stage.tap("member.kind.community")
        assert "School (ended)" in stage.words()
        await stage.tap("member.release.r1")
        await stage.tap("member.agreed_on")
        await stage.tap("day_dialog.month.2026-12-01")
        await stage.tap("member.status.left")
        await stage.tap("member.save")
    saved = tablet.supports.now.team[-1]
    assert (saved.kind, saved.release_id, saved.agreed_on, saved.status) == (
        "community", "r1", "2026-12-01", "left",
    )  # fmt: skip
    for name, words in typed.items():
        assert getattr(saved, name) == words, name


@pytest.mark.parametrize(("kind", "who"), [("person", "p2"), ("member", "m1"), ("support", "s3")])
async def test_removing_anybody_can_be_undone_and_the_bar_names_nobody(kind: str, who: str) -> None:
    tablet, journey = FakeTablet(), Journey()
    before = tablet.supports.now
    async with form(tablet, journey, kind, who) as stage:
        await stage.settle()
        await stage.tap(f"{kind}.remove")
        assert journey.last == ("back", None)
        assert tablet.supports.now != before
        bar = stage.all(ft.SnackBar)[0]
        assert isinstance(bar.content, ft.Text) and bar.content.value == "Taken off the list."
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
    assert {len(tablet.supports.now.family), len(tablet.supports.now.team)} == {2, 3}
    assert len(tablet.supports.now.supports) == len(before.supports)


async def test_somebody_new_may_turn_out_to_be_another_kind() -> None:
    journey = Journey()
    async with form(FakeTablet(), journey, "support") as stage:
        await stage.settle()
        await stage.tap("support.who.member")
        assert journey.last == ("swap", Place("member_editor", FAMILY))
    async with form(FakeTablet(), Journey(), "support", "s1") as stage:
        await stage.settle()
        assert not stage.has("support.who.member")


# -- asking --------------------------------------------------------------------------------------


async def test_one_tap_takes_the_next_step_with_todays_day_and_the_day_can_be_changed() -> None:
    tablet = FakeTablet()
    async with form(tablet, Journey(), "support", "s5") as stage:
        await stage.settle()
        await stage.tap("support.status.willing")
        assert "Today" in stage.words()
        await stage.tap("support.willing_on")
        await stage.tap("day_dialog.month.before")
        await stage.tap("day_dialog.month.2026-11-20")
        await stage.tap("support.save")
    saved = await tablet.supports.support("s5")
    assert saved is not None
    assert (saved.status, saved.willing_on) == ("willing", "2026-11-20")


def test_a_step_tapped_by_mistake_loses_only_the_day_it_got_by_that() -> None:
    today = date(2026, 12, 1)
    shown = replace(PEOPLE.supports[4], asked_on="2026-11-24", status="asked")
    draft = SupportDraft(FAMILY, "s5", status="asked", asked_on="2026-11-24", shown=shown)
    leading = replace(draft, **reached(draft, "leading", today))
    assert (leading.status, leading.leading_on) == ("leading", "2026-12-01")
    back = replace(leading, **reached(leading, "asked", today))
    assert (back.status, back.leading_on, back.asked_on) == ("asked", "", "2026-11-24")


async def test_closeness_is_to_somebody_and_the_family_agrees_on_a_day() -> None:
    tablet = FakeTablet()
    async with form(tablet, Journey(), "support", "s2") as stage:
        await stage.settle()
        await stage.tap("support.close_to.p1")
        await stage.tap("support.agreed_on")
        await stage.tap("day_dialog.month.2026-12-01")
        await stage.tap("support.save")
    saved = await tablet.supports.support("s2")
    assert saved is not None
    assert (saved.close_to, saved.agreed_on) == ("p1", "2026-12-01")


# -- words that were typed -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["support", "person", "member"])
async def test_a_lock_seals_the_words_and_the_form_opens_with_them_again(kind: str) -> None:
    tablet = FakeTablet()
    async with form(tablet, Journey(), kind) as stage:
        await stage.settle()
        await stage.type(f"{kind}.name", "Aunt Bea")
        await tablet.lock()
    async with form(tablet, Journey(), kind) as stage:
        await stage.settle()
        assert stage.value(f"{kind}.name") == "Aunt Bea"
        assert "Your words from before are still here." in stage.words()
        await stage.tap(f"{kind}.fresh")
        await stage.settle()
        assert stage.value(f"{kind}.name") == ""
    assert tablet.supports.drafts.kept_forms == {}


async def test_saving_and_leaving_on_purpose_forget_the_sealed_words() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with form(tablet, journey, "member", "m1") as stage:
        await stage.settle()
        await stage.type("member.note", "On leave")
        await stage.tap("member.back")
        await stage.tap("member.leave.act")
        assert journey.last == ("back", None)
    async with form(tablet, journey, "member", "m1") as stage:
        await stage.settle()
        assert stage.value("member.note") == ""
        await stage.type("member.note", "Back again")
        await stage.tap("member.save")
    assert tablet.supports.drafts.kept_forms == {}


async def test_the_words_are_kept_after_a_pause_and_never_an_older_form_over_a_newer() -> None:
    kept: list[PersonDraft] = []
    waits: list[float] = []

    async def keep(draft: PersonDraft) -> None:
        kept.append(draft)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    keeping = FormKeeping(keep, lambda error: None, sleep)
    keeping.later(PersonDraft(FAMILY, name="R"))
    keeping.later(PersonDraft(FAMILY, name="Rosa"))
    await keeping.now()
    assert [one.name for one in kept] == ["Rosa"]
    keeping.later(PersonDraft(FAMILY, name="Rosa D"))
    await keeping.forget()
    await keeping.now()
    assert [one.name for one in kept] == ["Rosa"]


async def test_words_that_could_not_be_sealed_are_tried_again_and_said() -> None:
    problems: list[Exception] = []
    fails = [DiskFull()]
    kept: list[MemberDraft] = []

    async def keep(draft: MemberDraft) -> None:
        if fails:
            raise fails.pop()
        kept.append(draft)

    keeping = FormKeeping(keep, problems.append)
    keeping.later(MemberDraft(FAMILY, name="Jo"))
    with pytest.raises(DiskFull):
        await keeping.now()
    await keeping.now()
    assert [one.name for one in kept] == ["Jo"]


async def test_full_disk_keeps_what_was_typed_in_every_form() -> None:
    for kind, call in (("person", "save_person"), ("member", "save_member")):
        tablet, journey = FakeTablet(), Journey()
        tablet.fail[f"supports.{call}"] = DiskFull()
        async with form(tablet, journey, kind) as stage:
            await stage.settle()
            await stage.type(f"{kind}.name", "Aunt Bea")
            await stage.tap(f"{kind}.save")
            assert DiskFull.user_message in stage.words()
            assert stage.value(f"{kind}.name") == "Aunt Bea"
            await stage.tap(f"{kind}.save")
            assert journey.last == ("back", None)


# -- marks and numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "who", "number"), [("person", "p2", "860 555 0143"), ("member", "m1", "860 555 0110")]
)
async def test_a_marked_number_stands_behind_a_question_in_its_form(kind: str, who: str, number: str) -> None:
    tablet = FakeTablet()
    marked = ContactView(who, may_call=False, note="Her phone is watched.", substitute="Teo")
    tablet.supports.now = replace(tablet.supports.now, contacts={who: marked})
    async with form(tablet, Journey(), kind, who) as stage:
        await stage.settle()
        assert number not in stage.words()
        await stage.tap(f"{kind}.show_number")
        words = stage.words()
        assert "This number is marked: Do not call. Show it anyway?" in words
        assert "Her phone is watched." in words and "Use instead: Teo" in words
        await stage.tap(f"{kind}.number_dialog.act")
        await stage.settle()
        assert stage.value(f"{kind}.phone") == number


async def test_unmarking_writes_it_back() -> None:
    tablet = FakeTablet()
    marked = ContactView("p2", may_text=False, note="No phone at night")
    tablet.supports.now = replace(tablet.supports.now, contacts={"p2": marked})
    async with form(tablet, Journey(), "person", "p2") as stage:
        await stage.settle()
        assert stage.value("person.contact_note") == "No phone at night"
        await stage.tap("person.no_text")
        await stage.tap("person.save")
    assert tablet.supports.now.contact("p2").marks == ()


# -- how they look -----------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [UiSettings(text_scale=2.0), UiSettings(language="es", dark=True)])
@pytest.mark.parametrize("kind", ["support", "person", "member"])
async def test_forms_draw_large_dark_and_in_spanish(kind: str, settings: UiSettings) -> None:
    who = {"support": "s1", "person": "p1", "member": "m1"}[kind]
    for width in (390, 1024):
        async with form(FakeTablet(), Journey(), kind, who, width=width, settings=settings) as stage:
            await stage.settle()
            assert stage.has(f"{kind}.save")
            assert not stage.has("broken")
            assert len(stage.all(ft.FilledButton)) == 1


def _name_of(button: ft.Control) -> str:
    """What a screen reader says of a button: the words and labels inside it."""
    said: list[str] = []

    def look(control: object) -> None:
        if isinstance(control, ft.Text):
            said.append(control.value or "")
        if isinstance(control, ft.Icon):
            said.append(control.semantics_label or "")
        if isinstance(control, ft.Semantics):
            said.append(control.label or "")
            if control.exclude_semantics:
                return
        for name in ("content", "icon"):
            below = getattr(control, name, None)
            if isinstance(below, ft.Control):
                look(below)
        for below in getattr(control, "controls", None) or ():
            look(below)

    look(button)
    return " ".join(part for part in said if part)


@pytest.mark.parametrize("kind", ["support", "person", "member", "family"])
async def test_every_button_and_field_has_a_name(kind: str) -> None:
    who = {"support": "s1", "person": "p2", "member": "m1", "family": FAMILY}[kind]
    place = "person" if kind == "family" else kind
    detail = "family" if kind == "family" else ""
    async with form(FakeTablet(), Journey(), place, who, detail) as stage:
        await stage.settle()
        kinds = (ft.TextButton, ft.IconButton, ft.OutlinedButton, ft.FilledButton)
        buttons = [one for button in kinds for one in stage.all(button)]
        assert len(buttons) > 5
        assert [str(one.key) for one in buttons if not _name_of(one)] == []
        labels = {one.label for one in stage.all(ft.Semantics) if isinstance(one.content, ft.TextField)}
        assert len(labels) == len(stage.all(ft.TextField)) and None not in labels
