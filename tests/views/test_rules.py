"""The rules of the agency on screen: read by everybody, changed by administrators, refused by the line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import flet as ft
import pytest
from sqlmodel import select

from app.services.form_drafts import FormDrafts
from app.services.practice_rules import PracticeRules
from app.services.tablet import Tablet
from app.store.vault import Change
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.keeping.label_dialog import offered
from app.views.screens.rules import RuleEditorPlace, RuleFilePlace, RulesPlace
from app.views.screens.rules.changes_view import change_words
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.records import PracticeRules as RulesRecord
from app.wraparound.rules.changes import changes_of
from app.wraparound.rules.shipped import shipped_text
from tests.fakes.tablet import FakeKeyholder, canned
from tests.services.rig import Pair, Person, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

CLOCKS = Place("rule_file", detail="clocks")
EDIT = Place("rule_editor", detail="clocks")
ONE = '[[clock]]\ncode = "c"\nname = "A call"\nstart = ["referred"]\nstop = ["first_contact"]\ndays = 5\n'


@asynccontextmanager
async def shown(
    who: Person, screen: Callable[[Place], ft.Control], place: Place, ready: str,
    journey: Journey | None = None,
) -> AsyncIterator[Stage]:  # fmt: skip
    opened = replace(
        canned().keyholder.opened, desk=who.desk, rules=PracticeRules(who.desk),
        form_drafts=FormDrafts(who.desk),
    )  # fmt: skip
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    async with stage_of(lambda: screen(place), tablet, journey or Journey()) as stage:
        await stage.wait_for(lambda: ready in stage.keys())
        yield stage


async def saved(tablets: Pair) -> list[RulesRecord]:
    return await tablets.supervisor.vault.read(lambda session: list(session.exec(select(RulesRecord))))


async def test_every_rule_file_is_listed_with_what_counts(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        journey = Journey()
        async with shown(tablets.coordinator, RulesPlace, Place("rules"), "rules.clocks", journey) as on:
            assert "As it came with the app" in on.words()
            await on.tap("rules.packet")
        assert journey.last == ("go", Place("rule_file", detail="packet"))


async def test_who_may_not_change_rules_reads_them(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        async with shown(tablets.coordinator, RuleFilePlace, CLOCKS, "rule_file.read_only") as on:
            assert "rule_file.change" not in on.keys()
            await on.tap("rule_file.text.shipped")
            assert "[calendar]" in on.words()
        async with shown(tablets.coordinator, RuleEditorPlace, EDIT, "rule_editor.back") as on:
            await on.wait_for(lambda: "rule_editor.loading" not in on.keys())
            assert "rule_editor.save" not in on.keys()


async def test_a_mistake_is_shown_by_its_line_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        async with shown(tablets.supervisor, RuleEditorPlace, EDIT, "rule_editor.words") as on:
            await on.type("rule_editor.words", ONE.replace("first_contact", "first_contct"))
            await on.tap("rule_editor.save")
            await on.wait_for(lambda: "rule_editor.words.error" in on.keys())
            assert "rule_editor.line" in on.keys()
            # Beside Save, too: the text is longer than the screen.
            assert "rule_editor.error" in on.keys()
            assert 'stop = ["first_contct"]' in on.words()
            assert "first_contct" in on.value("rule_editor.words")
        assert await saved(tablets) == []


async def test_what_would_change_is_said_before_it_counts(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        async with shown(tablets.supervisor, RuleEditorPlace, EDIT, "rule_editor.words") as on:
            await on.tap("rule_editor.check")
            await on.wait_for(lambda: "rule_editor.changes" in on.keys())
            assert "The text can be used. Nothing would change." in on.words()
            longer = shipped_text("clocks").replace("days = 10\n", "days = 14\n")
            await on.type("rule_editor.words", longer)
            assert "rule_editor.changes" not in on.keys()
            await on.tap("rule_editor.check")
            await on.wait_for(lambda: "rule_editor.changes" in on.keys())
            assert "Changed: First visit (days was 10, would be 14)" in on.words()


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("from_on", "someday", "rule_editor.from_on.error"),
        ("from_on", "2020-01-01", "rule_editor.from_on.error"),
        ("why", "", "rule_editor.why.error"),
    ],
)
async def test_day_and_reason_are_asked_for(tmp_path: Path, field: str, typed: str, code: str) -> None:
    async with pair(tmp_path) as tablets:
        async with shown(tablets.supervisor, RuleEditorPlace, EDIT, "rule_editor.words") as on:
            await on.type("rule_editor.why", "The board decided it.")
            await on.type(f"rule_editor.{field}", typed)
            await on.tap("rule_editor.save")
            await on.wait_for(lambda: code in on.keys())
        assert await saved(tablets) == []


async def test_rules_are_saved_with_their_day_and_reason(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        journey, today = Journey(), tablets.supervisor.desk.today()
        async with shown(tablets.supervisor, RuleEditorPlace, EDIT, "rule_editor.words", journey) as on:
            await on.type("rule_editor.words", ONE)
            await on.type("rule_editor.why", "The board decided it.")
            await on.tap("rule_editor.save")
            await on.wait_for(lambda: bool(journey.steps))
        (row,) = await saved(tablets)
        assert (row.text, row.why) == (ONE, "The board decided it.")
        assert row.from_on == (today + timedelta(days=1)).isoformat()
        async with shown(tablets.supervisor, RuleFilePlace, CLOCKS, "rule_file.coming") as on:
            assert "As it came with the app" in on.words() and "Does not count yet" in on.words()


async def test_the_way_back_begins_with_the_text_of_the_app(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        who = tablets.supervisor
        await PracticeRules(who.desk).save("clocks", ONE, who.desk.today(), "A try")
        journey = Journey()
        async with shown(who, RuleFilePlace, CLOCKS, "rule_file.back_to_shipped", journey) as on:
            await on.tap("rule_file.back_to_shipped")
        assert journey.last == ("go", Place("rule_editor", tab="shipped", detail="clocks"))
        place = Place("rule_editor", tab="shipped", detail="clocks")
        async with shown(who, RuleEditorPlace, place, "rule_editor.words") as on:
            assert on.value("rule_editor.words") == shipped_text("clocks")


async def test_a_version_that_cannot_be_read_is_said_so_and_passed_over(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        who = tablets.supervisor
        fields = {"name": "clocks", "text": "[[clock]]\ncode = 3", "from_on": "2026-01-01", "why": "?"}
        await who.vault.commit([Change(who.vault.data_stream, RulesRecord.TYPE, "9a" * 16, fields)])
        async with shown(who, RuleFilePlace, CLOCKS, f"rule_file.wrong.{'9a' * 16}") as on:
            assert "Line 2" in on.words()
            assert on.words().count("Counts today") == 1


def test_changes_are_said_in_words() -> None:
    ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
    two = ONE + '[[clock]]\ncode = "d"\nname.en = "Two"\nstart = ["enrolled"]\nstop = ["measure"]\ndays = 9\n'
    assert [change_words(ui, one) for one in changes_of(ONE, two)] == ["New: Two"]
    assert [change_words(ui, one) for one in changes_of(two, ONE)] == ["Taken out: Two"]
    assert changes_of(ONE, f"# a note\n\n{ONE}") == ()
    (calendar,) = changes_of(ONE, f'[calendar]\nworking_days = ["mon"]\n{ONE}')
    assert (calendar.kind, calendar.name) == ("changed", "calendar")
    parts = two.split("[[clock]]")
    (moved,) = changes_of(two, f"[[clock]]{parts[2]}[[clock]]{parts[1]}")
    assert moved.kind == "moved"


async def test_what_is_taken_off_the_offer_is_chosen_no_more_and_what_stands_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        who = tablets.supervisor
        rules = PracticeRules(who.desk)
        two = '[[label]]\ncode = "safety"\n[[label]]\ncode = "general"\n'
        await rules.save("labels", two, who.desk.today(), "We use two")
        await rules.save("domains", '[[domain]]\ncode = "school"\n', who.desk.today(), "School first")

        def draw(_place: Place) -> ft.Control:
            return Offers()

        async with shown(who, draw, Place("rules"), "offers") as on:
            await on.wait_for(lambda: on.words() == "safety,general\nschool\nsafety,general,sud")


@ft.component
def Offers() -> ft.Control:
    """What three pickers would offer."""
    labels, domains = use_offer("labels"), use_offer("domains")
    standing = offered(labels, ("supervisor",), "sud")
    lines = (labels, domains, standing)
    return ft.Column([ft.Text(",".join(one)) for one in lines], key="offers")
