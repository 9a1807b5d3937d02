"""The contact log, tiers and episodes on their screens, over real services and vaults."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.services.contact_log import ContactLog
from app.services.episodes import EpisodeDraft, Episodes
from app.services.form_drafts import FormDrafts
from app.services.notes import NoteView
from app.services.practice_rules import PracticeRules
from app.services.tablet import Tablet
from app.services.tiers import Tiers
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.contacts_log import ContactLogPlace
from app.views.screens.episodes import EpisodeEditorPlace, EpisodesPlace
from app.views.screens.people import keeping
from app.views.screens.tiers import TierChoicePlace, TierPlace
from app.views.widgets.ui import UiSettings
from app.wraparound.records import LifeEvent
from tests.fakes.tablet import FakeKeyholder, canned
from tests.services.rig import Pair, Person, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

Screen = Callable[[Place], ft.Control]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.0)


def tablet_of(person: Person) -> Tablet:
    desk, rules = person.desk, PracticeRules(person.desk)
    opened = replace(
        canned().keyholder.opened, desk=desk, casebook=person.casebook, notes=person.notes, rules=rules,
        form_drafts=FormDrafts(desk), contact_log=ContactLog(desk, rules), episodes=Episodes(desk, rules),
        tiers=Tiers(desk, rules),
    )  # fmt: skip
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    return tablet


@asynccontextmanager
async def family(home: Path) -> AsyncIterator[tuple[Pair, Tablet]]:
    async with pair(home) as tablets:
        yield tablets, tablet_of(tablets.coordinator)


@asynccontextmanager
async def shown(
    tablet: Tablet, screen: Screen, place: Place, key: str, journey: Journey | None = None, **settings: Any
) -> AsyncIterator[Stage]:
    stage = stage_of(lambda: screen(place), tablet, journey or Journey(), settings=UiSettings(**settings))
    async with stage:
        await stage.wait_for(lambda: stage.has(key))
        yield stage


async def visit(tablets: Pair, **more: Any) -> NoteView:
    notes = tablets.coordinator.notes
    start = int(datetime(2025, 10, 7, 10).timestamp() * 1000)
    values: dict[str, Any] = {"body": "Words.", "started_at_ms": start, "stopped_at_ms": start + 50 * 60_000}
    return await notes.sign(replace(notes.begin(tablets.family.id), **(values | more)))


async def enrolled(tablet: Tablet, family_id: str) -> str:
    return await tablet.open.episodes.save(
        EpisodeDraft(family_id, enrolled_on="2025-09-01", funder="Medicaid")
    )


async def test_the_log_says_what_is_missing_and_until_when_and_opens_the_note(tmp_path: Path) -> None:
    async with family(tmp_path) as (tablets, tablet):
        await enrolled(tablet, tablets.family.id)
        note = await visit(tablets, funder="Medicaid", billable="yes", activities="screened")
        notes = tablets.coordinator.notes
        await notes.save(replace(notes.begin(tablets.family.id), body="Hm."))
        place, journey = Place("contacts_log", tablets.family.id), Journey()
        line = f"log.line.{note.note_id}"
        async with shown(tablet, ContactLogPlace, place, line, journey) as stage:
            words = stage.words()
            assert "1 more contact by Fri 31 Oct, or October cannot be billed to Medicaid." in words
            assert "1 of 2 contacts, 1 of 1 in person" in words
            assert "1 note not signed yet: it does not count" in words
            assert "1 contact made, 50 minutes" in words
            assert "In person · 50 minutes · Marisol Vega · Medicaid · Billable" in words
            assert "Screened for trauma" in words
            assert not stage.has("log.later") and not stage.has("log.file")
            await stage.tap(line)
            assert journey.last == ("go", Place("note", tablets.family.id, record_id=note.note_id))
            await stage.tap("log.earlier")
            await stage.wait_for(lambda: "No contacts this month." in stage.words())
            assert stage.has("log.later") and "September cannot be billed to Medicaid" in stage.words()


async def test_a_family_without_a_funder_is_led_to_its_episodes(tmp_path: Path) -> None:
    async with family(tmp_path) as (tablets, tablet):
        place, journey = Place("contacts_log", tablets.family.id), Journey()
        async with shown(tablet, ContactLogPlace, place, "log.episodes", journey) as stage:
            assert "No one is named who pays." in stage.words()
            await stage.tap("log.episodes")
        assert journey.last == ("go", Place("episodes", tablets.family.id))


async def test_ones_own_month_names_the_families_and_can_be_a_file(tmp_path: Path) -> None:
    async with family(tmp_path) as (tablets, tablet):
        await visit(tablets, made=False)
        place = Place("contacts_log", record_id=tablets.coordinator.desk.me.person)
        async with shown(tablet, ContactLogPlace, place, "log.file", language="es") as stage:
            assert "Nia Delgado: Visita" in stage.words()
            assert "intento" in stage.words() and "1 intentado" in stage.words()
            assert not stage.has("log.everybody")
        everybody = Place("contacts_log", record_id="all")
        async with shown(tablet, ContactLogPlace, everybody, "log.month", text_scale=2.0) as stage:
            assert "Contacts of all families" in stage.words()


async def test_the_tier_says_the_rule_what_it_saw_and_how_the_month_stands(tmp_path: Path) -> None:
    async with family(tmp_path) as (tablets, tablet):
        stay = {"kind": "hospital", "on_day": "2025-10-01"}
        event = Change(tablets.family.stream, LifeEvent.TYPE, "e1" * 16, stay)
        await tablets.coordinator.vault.commit([event])
        place, journey = Place("tiers", tablets.family.id), Journey()
        async with shown(tablet, TierPlace, place, "tier.now", journey) as stage:
            words = stage.words()
            assert "High-intensity Wraparound" in words
            assert "Because: Hospital stay on Wed 1 Oct" in words
            assert "At least 4 contacts a month, 2 of them in person." in words
            assert "4 more contacts, 2 of them in person by Fri 31 Oct." in words
            assert "By the rules that came with the app." in words
            await stage.tap("tier.choose")
        assert journey.last == ("go", Place("tier_choice", tablets.family.id))


async def test_a_choice_is_refused_beside_its_field_keeps_the_words_and_counts_when_it_is_whole(
    tmp_path: Path,
) -> None:
    async with family(tmp_path) as (tablets, tablet):
        place, journey = Place("tier_choice", tablets.family.id), Journey()
        async with shown(tablet, TierChoicePlace, place, "tier_form.save", journey) as stage:
            await stage.type("tier_form.reason", "A hard move.")
            await stage.tap("tier_form.save")
            await stage.wait_for(lambda: stage.has("tier_form.tier.error"))
            assert "Which tier?" in stage.words()
            assert stage.value("tier_form.reason") == "A hard move."
            await stage.tap("tier_form.tier.3")
            await stage.tap("tier_form.save")
            await stage.wait_for(lambda: bool(journey.steps))
        assert journey.last[0] == "back"
        async with shown(tablet, TierPlace, Place("tiers", tablets.family.id), "tier.take_back") as stage:
            assert "Chosen by Marisol Vega, until Thu 20 Nov" in stage.words()
            assert "By the rules it would be Single plan of care." in stage.words()
            await stage.tap("tier.take_back")
            await stage.wait_for(lambda: not stage.has("tier.take_back"))
            assert "Tiers that were chosen" in stage.words()


async def test_who_pays_is_named_in_the_language_of_the_screen(tmp_path: Path) -> None:
    async with family(tmp_path) as (tablets, tablet):
        place = Place("episode_editor", tablets.family.id)
        async with shown(tablet, EpisodeEditorPlace, place, "episode.save", language="es") as stage:
            assert "Subvención del estado" in stage.words() and "State grant" not in stage.words()


async def test_no_episode_teaches_and_the_form_keeps_one_and_refuses_days_that_cannot_be(
    tmp_path: Path,
) -> None:
    async with family(tmp_path) as (tablets, tablet):
        family_id = tablets.family.id
        async with shown(tablet, EpisodesPlace, Place("episodes", family_id), "episodes.add") as stage:
            assert "An episode says when the family was enrolled" in stage.words()
        journey = Journey()
        async with shown(
            tablet, EpisodeEditorPlace, Place("episode_editor", family_id), "episode.save", journey
        ) as stage:
            await stage.type("episode.enrolled_on", "12 Dec 2025")
            await stage.tap("episode.save")
            await stage.wait_for(lambda: "That day is still to come." in stage.words())
            await stage.type("episode.enrolled_on", "1 Sep 2025")
            await stage.tap("episode.funder.Medicaid")
            await stage.tap("episode.living_in.foster")
            await stage.tap("episode.living_in.foster")
            await stage.tap("episode.save")
            await stage.wait_for(lambda: bool(journey.steps))
        (one,) = (await tablet.open.episodes.of_family(family_id)).episodes
        assert (one.draft.enrolled_on, one.draft.funder) == ("2025-09-01", "Medicaid")
        assert one.draft.living_in == ""
        row = f"episodes.row.{one.draft.episode_id}"
        async with shown(tablet, EpisodesPlace, Place("episodes", family_id), row) as stage:
            assert "Running for 5 weeks · Medicaid" in stage.words()
            assert not stage.has("episodes.add")
