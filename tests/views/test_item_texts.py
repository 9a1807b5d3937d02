"""Bringing in licensed words on screen: chosen, looked at, confirmed, seen where a measure is filled in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.services.audit import Audit
from app.services.form_drafts import FormDrafts
from app.services.item_texts import ItemTexts
from app.services.measures import FamilyMeasurements
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.measures import MeasureEntryPlace, MeasurePlace
from app.views.screens.rules import ItemTextsPlace, RuleFilePlace
from app.views.widgets.ui import UiSettings
from tests.fakes.tablet import FakeKeyholder, canned
from tests.questionnaires import form, options, picked, question
from tests.services.rig import Person, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of
from tests.views.test_directory import picks

CODE = "ohio_problems"


def tablet_of(who: Person) -> Tablet:
    rules, talks = PracticeRules(who.desk), PrivateTalks(who.desk)
    opened = replace(
        canned().keyholder.opened, desk=who.desk, rules=rules, item_texts=ItemTexts(who.desk, rules),
        form_drafts=FormDrafts(who.desk), measures=FamilyMeasurements(who.desk, rules, talks),
        casebook=who.casebook, private_talks=talks, audit=Audit(who.desk),
    )  # fmt: skip
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    return tablet


@asynccontextmanager
async def shown(
    tablet: Tablet, screen: Callable[[Place], ft.Control], place: Place, ready: str, language: str = "en",
    journey: Journey | None = None,
) -> AsyncIterator[Stage]:  # fmt: skip
    settings = UiSettings(language=language)
    async with stage_of(lambda: screen(place), tablet, journey or Journey(), settings=settings) as stage:
        await stage.wait_for(lambda: stage.has(ready))
        yield stage


@asynccontextmanager
async def chosen(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch, value: dict[str, Any] | bytes, then: str,
    language: str = "en",
) -> AsyncIterator[Stage]:  # fmt: skip
    """The place with a picked form, once `then` is there."""
    picks(monkeypatch, value if isinstance(value, bytes) else picked(value))
    async with shown(tablet, ItemTextsPlace, Place("item_texts"), "item_texts.choose", language) as on:
        await on.tap("item_texts.choose")
        await on.wait_for(lambda: on.has(then))
        yield on


async def test_words_are_looked_at_confirmed_used_seen_where_they_are_asked_and_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        who = tablets.supervisor
        tablet, family = tablet_of(who), tablets.family.id
        place = Place("measure_entry", family, detail=CODE)
        async with shown(tablet, MeasureEntryPlace, place, "entry.item.7.0") as on:
            assert not on.has("entry.item.7.words") and not on.has("entry.answers")
        async with chosen(tablet, monkeypatch, form(), "item_texts.use") as on:
            seen = on.words()
            assert "The Kite Scales" in seen and "Published by Kite Makers" in seen
            assert "Copyright: © Kite Makers. For tests." in seen
            assert "Invented question 7 about kites" in seen
            assert "Answers: 0 Never · 1 Rarely · 2 Sometimes · 3 Often · 4 Mostly · 5 Always" in seen
            talks = {key for key in on.keys() if key.startswith("item_texts.talk.")}
            assert talks == {"item_texts.talk.12", "item_texts.talk.13"}
            assert on.has("item_texts.none")
            await on.tap("item_texts.use")
            await on.wait_for(lambda: on.has("item_texts.licensed.error"))
            assert len(await tablet.open.rules.versions("measures")) == 1
            await on.tap("item_texts.licensed")
            assert not on.has("item_texts.licensed.error")
            await asyncio.gather(on.tap("item_texts.use"), on.tap("item_texts.use"))
            await on.wait_for(lambda: on.has("item_texts.said"))
            await on.wait_for(lambda: on.has(f"item_texts.withdraw.{CODE}.en"))
            assert "English: 20 of 20 items" in on.words() and "Invented question" not in on.words()
        newest, _shipped = await tablet.open.rules.versions("measures")
        assert "The Kite Scales · Kite Makers · © Kite Makers. For tests." in newest.why
        assert "Our agency is licensed for these words." in newest.why
        async with shown(tablet, MeasureEntryPlace, place, "entry.item.7.words") as on:
            assert "Invented question 7 about kites" in on.words() and "0 Never" in on.words()
            assert "Item 7: 3 Often" in on.names()
        async with shown(tablet, MeasureEntryPlace, place, "entry.item.7.0", "es") as on:
            assert not on.has("entry.item.7.words") and not on.has("entry.answers")
            assert "Pregunta 7" in on.words() and "kites" not in on.words()
        measure = Place("measure", family, detail=CODE)
        async with shown(tablet, MeasurePlace, measure, "measure.fill_in") as on:
            assert "kites" not in on.words()
        async with shown(
            tablet, RuleFilePlace, Place("rule_file", detail="measures"), "rule_file.item_texts"
        ) as on:
            await on.tap(f"rule_file.text.{newest.version_id}")
            assert on.has(f"rule_file.words.{newest.version_id}.elsewhere")
            assert "ohio_problems" in on.words() and "kites" not in on.words()
        who.later(1)
        async with shown(tablet, ItemTextsPlace, Place("item_texts"), f"item_texts.withdraw.{CODE}.en") as on:
            await on.tap(f"item_texts.withdraw.{CODE}.en")
            await on.tap("item_texts.withdraw.keep")
            await on.tap(f"item_texts.withdraw.{CODE}.en")
            await on.tap("item_texts.withdraw.act")
            await on.wait_for(lambda: on.has("item_texts.none"))
        async with shown(tablet, MeasureEntryPlace, place, "entry.item.7.0") as on:
            assert "Item 7" in on.words() and not on.has("entry.item.7.words")


async def test_measure_and_language_are_asked_for_when_the_form_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        tablet = tablet_of(tablets.supervisor)
        vague = form(language=None, item=[question(n, answerOption=None) for n in range(1, 21)])
        async with chosen(tablet, monkeypatch, vague, "item_texts.use") as on:
            await on.tap("item_texts.licensed")
            await on.tap("item_texts.use")
            assert on.has("item_texts.measure.error") and on.has("item_texts.language.error")
            await on.tap("item_texts.measure.ohio_functioning")
            await on.tap("item_texts.language.es")
            await on.tap("item_texts.use")
            await on.wait_for(lambda: on.has("item_texts.withdraw.ohio_functioning.es"))
        async with chosen(tablet, monkeypatch, vague, "item_texts.use") as on:
            await on.tap("item_texts.measure.ohio_functioning")
            await on.tap("item_texts.language.es")
            assert on.has("item_texts.replaces")
            await on.tap("item_texts.drop")
            assert on.has("item_texts.choose") and not on.has("item_texts.preview")


async def test_what_does_not_agree_or_cannot_be_read_is_said_by_question_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        tablet = tablet_of(tablets.supervisor)
        ranged = form(19, enableWhen=[{}])
        ranged["item"][2]["answerOption"] = options(first=1)
        ranged["item"].append({"type": "display", "text": "Fly carefully."})
        async with chosen(tablet, monkeypatch, ranged, "item_texts.preview") as on:
            await on.tap(f"item_texts.measure.{CODE}")
            assert not on.has("item_texts.use") and on.has("item_texts.left.display")
            assert "Questions in the form: 19. Items of the measure: 20." in on.words()
            assert "Item 3: the form has the answers 1 to 6, the measure 0 to 5." in on.words()
        marked = form(prefix="x")
        marked["item"][0]["prefix"] = "2."
        async with chosen(tablet, monkeypatch, marked, "item_texts.use") as on:
            assert "The form prints “2.” before it. Check the order." in on.words()
        broken = form(item=[question(1), question(2, " "), "a kite", question(4, type="kite")])
        async with chosen(tablet, monkeypatch, broken, "item_texts.problems") as on:
            assert not on.has("item_texts.use") and not on.has("item_texts.preview")
            assert "Item 2 · the question has no words" in on.words()
            seen = on.words()
            assert "“q4” · this type of question is not known · “kite”" in on.words()
        assert "In the file · an entry is damaged · “a kite”" in seen
        many = form(item=["a kite"] * 40)
        async with chosen(tablet, monkeypatch, many, "item_texts.problems") as on:
            assert "And 10 more" in on.words()
        async with chosen(tablet, monkeypatch, form(item=[]), "item_texts.problems") as on:
            assert "It has no question that is answered with a number." in on.words()
        async with chosen(tablet, monkeypatch, b"[]", "item_texts.problem") as on:
            assert "This is not a form." in on.words() and on.has("item_texts.choose")
        assert len(await tablet.open.rules.versions("measures")) == 1


async def test_who_may_not_change_rules_finds_no_way_in(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        tablet, journey = tablet_of(tablets.coordinator), Journey()
        async with shown(tablet, ItemTextsPlace, Place("item_texts"), "item_texts.read_only") as on:
            assert not on.has("item_texts.choose")
        measures = Place("rule_file", detail="measures")
        async with shown(tablet, RuleFilePlace, measures, "rule_file.read_only") as on:
            assert not on.has("rule_file.item_texts")
        admin = tablet_of(tablets.supervisor)
        async with shown(admin, RuleFilePlace, measures, "rule_file.item_texts", journey=journey) as on:
            await on.tap("rule_file.item_texts")
        assert journey.last == ("go", Place("item_texts"))
        async with shown(admin, RuleFilePlace, Place("rule_file", detail="clocks"), "rule_file.change") as on:
            assert not on.has("rule_file.item_texts")
