"""Meeting mode through its screens: real services on a real vault, taps by key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import flet as ft
import pytest

from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.meeting import MeetingMode, MeetingsPlace
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.ui import Ui, UiSettings, layout_for
from tests.services.office import office
from tests.ui import Stage
from tests.views.screens import Journey, stage_of


@dataclass
class House:
    """A tablet with one family: Nia, Rosa, uncle Teo, Ms. Nair, and one goal with one way."""

    tablet: Tablet
    family: str
    nia: str
    rosa: str
    teo: str
    nair: str
    goal: str
    way: str


@asynccontextmanager
async def house(root: Path) -> AsyncIterator[House]:
    """The house, open."""
    async with office(root) as place:
        tablet = await place.founded()
        opened = tablet.open
        family = await opened.opening.open_family(NewFamily("Nia", "Delgado"))
        stream = await opened.desk.team_stream(family)
        rosa, teo, nair = (opened.desk.new_id() for _ in range(3))
        await opened.desk.vault.commit(
            [
                Change(stream, "person", rosa, {"name": "Rosa", "role": "grandmother", "order": 2}),
                Change(stream, "natural_support", teo, {
                    "name": "Teo", "relation": "uncle", "status": "on_team", "agreed_on": "2026-01-02",
                }),
                Change(stream, "team_member", nair, {
                    "name": "Ms. Nair", "role": "school", "agreed_on": "2026-01-02",
                }),
            ]
        )  # fmt: skip
        need = await opened.plan.save_need(family, "Nia needs mornings that work.")
        goal = await opened.plan.save_outcome(family, need, "Nia is at school on time")
        way = await opened.plan.save_strategy(family, goal, "Teo drives on Tuesdays")
        readers = await opened.audiences.readers(family)
        nia = next(one.id for one in readers if one.is_youth)
        yield House(tablet, family, nia, rosa, teo, nair, goal, way)


@asynccontextmanager
async def meeting(
    here: House, meeting_id: str = "", flow: str = "review", journey: Journey | None = None
) -> AsyncIterator[Stage]:
    """Meeting mode on a stage."""
    draft = await here.tablet.open.meetings.begin(here.family, meeting_id, flow)
    place = Place("meeting", here.family, record_id=draft.meeting_id)
    async with stage_of(lambda: MeetingMode(place), here.tablet, journey or Journey()) as stage:
        await stage.wait_for(lambda: stage.has("meeting.facing"))
        yield stage


async def press(stage: Stage, key: str) -> None:
    """Tap once it is there, and wait until the tap has been drawn."""
    await stage.wait_for(lambda: stage.has(key))
    before = len(stage._connection.messages)
    await stage.tap(key)
    await stage.wait_for(lambda: len(stage._connection.messages) > before)


async def key_of(stage: Stage, start: str, end: str = "") -> str:
    """The one key with that beginning and end, once it is there."""

    def found() -> list[str]:
        return [key for key in sorted(stage.keys()) if key.startswith(start) and key.endswith(end)]

    await stage.wait_for(lambda: bool(found()))
    return found()[0]


async def come_in(stage: Stage, *people: str) -> None:
    """Say who can see this, and start."""
    for one in people:
        await press(stage, f"meeting.see.{one}")
    await press(stage, "meeting.go")
    await stage.wait_for(lambda: stage.has("meeting.saved"))


async def at(stage: Stage, title: str) -> None:
    """Wait for a step."""
    await stage.wait_for(lambda: title in stage.words())


async def test_a_bar_of_the_worker_does_not_lie_on_the_meeting(tmp_path: Path) -> None:
    async with house(tmp_path) as here, meeting(here) as stage:
        ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
        stage.page.show_dialog(undo_bar(ui, "Teo taken off the list.", lambda: None))
        await stage.settle()
        assert "Teo taken off the list." in stage.words()
        await press(stage, f"meeting.see.{here.rosa}")
        await press(stage, "meeting.go")
        assert [bar for bar in stage.all(ft.SnackBar) if bar.open] == []


async def test_a_whole_review_ends_with_everything_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        async with meeting(here) as stage:
            assert "Nia is at school on time" not in stage.words()
            await come_in(stage, here.nia, here.rosa)
            await at(stage, "Step 1 of 10. Who is here?")
            await press(stage, f"meeting.here.{here.teo}.late")
            await press(stage, "meeting.on")
            await at(stage, "Step 2 of 10. How we talk here")
            await stage.type("meeting.rule", "One speaks at a time.")
            await press(stage, "meeting.rule.add")
            await at(stage, "One speaks at a time.")
            await press(stage, "meeting.on")
            await at(stage, "Step 3 of 10. Good news")
            await stage.type("meeting.good", "Four mornings on time.")
            await press(stage, "meeting.good.add")
            await press(stage, "meeting.on")
            await at(stage, "Step 4 of 10. How is it going?")
            row = f"meeting.rate.{here.goal}.{here.nia}"
            await press(stage, f"{row}.7")
            await at(stage, "Only Nia knows")
            await press(stage, f"{row}.show")
            await press(stage, "meeting.add_words")
            await stage.wait_for(lambda: stage.has("meeting.words"))
            await stage.type("meeting.words", "He did not leave.")
            await press(stage, "meeting.words.keep")
            await at(stage, "“He did not leave.”")
            await press(stage, f"meeting.rate.{here.goal}.{here.rosa}.2")
            await press(stage, f"meeting.rate.{here.goal}.{here.teo}.pass")
            await at(stage, "Teo passes")
            await press(stage, "meeting.on")
            await at(stage, "Step 5 of 10. What could help?")
            await stage.type(f"meeting.idea:{here.goal}", "A louder alarm")
            await press(stage, f"meeting.idea:{here.goal}.add")
            await press(stage, "meeting.on")
            await at(stage, "Which will you try first?")
            idea = await key_of(stage, "meeting.choose.")
            await press(stage, idea)
            await press(stage, "meeting.on")
            await at(stage, "Step 6 of 10. Who does what?")
            way = idea.removeprefix("meeting.choose.")
            await stage.wait_for(lambda: stage.has(f"meeting.step:{way}"))
            await stage.type(f"meeting.step:{way}", "Buy the clock")
            await press(stage, f"meeting.step:{way}.add")
            await stage.tap("meeting.on")
            await at(stage, "“Buy the clock” needs a name and a day.")
            await press(stage, await key_of(stage, "meeting.owner.", here.teo))
            await press(stage, await key_of(stage, "meeting.due.", ".7"))
            await press(stage, "meeting.on")
            await at(stage, "Step 7 of 10. Is the crisis plan still right?")
            await press(stage, "meeting.crisis.right")
            await press(stage, "meeting.on")
            await at(stage, "Step 8 of 10. When do we meet next?")
            await stage.tap("meeting.on")
            await at(stage, "Pick a day")
            day = max(k for k in stage.keys() if k.startswith("meeting.month.20"))
            await press(stage, day)
            await press(stage, "meeting.hour.17")
            await press(stage, "meeting.place.home")
            await press(stage, "meeting.on")
            await at(stage, "Step 9 of 10. Do we agree?")
            await press(stage, f"meeting.agree.{here.nia}.agree")
            await press(stage, f"meeting.agree.{here.nia}.aloud")
            await press(stage, f"meeting.agree.{here.rosa}.agree_except")
            await stage.wait_for(lambda: stage.has(f"meeting.agree.{here.rosa}.words"))
            await stage.type(f"meeting.agree.{here.rosa}.words", "Not on Mondays.")
            await press(stage, "meeting.on")
            await at(stage, "Step 10 of 10. All done")
            await stage.tap("meeting.on")
            await at(stage, "All of it is safe on this tablet.")
        rows = await here.tablet.open.meetings.of_family(here.family)
        assert [one.status for one in rows] == ["planned", "held"]
        held = await here.tablet.open.meetings.held(rows[1].meeting_id)
        assert {(one.name, one.agreement, one.words) for one in held.signed} == {
            ("Nia", "agree", ""), ("Rosa", "agree_except", "Not on Mondays."),
        }  # fmt: skip
        note = await here.tablet.open.notes.note(held.minutes_note_id)
        assert note is not None and note.signed_at_ms
        for words in (
            "Four mornings on time.", "Nia: 7 of 10. “He did not leave.”", "A louder alarm (chosen)",
            "Buy the clock: Teo", "Rosa: I agree, but “Not on Mondays.”",
        ):  # fmt: skip
            assert words in note.body
        assert "Rosa: 2 of 10" not in note.body
        (goal,) = (await here.tablet.open.plan.plan(here.family)).needs[0].outcomes
        assert [step.owner for way in goal.strategies for step in way.steps] == ["Teo"]
        journey = Journey()
        async with stage_of(lambda: MeetingsPlace(Place("meetings", here.family)), here.tablet, journey) as s:
            await s.wait_for(lambda: s.has(f"meetings.row.{rows[1].meeting_id}"))
            assert "Family 2, natural supports 1, professionals 0" in s.words()


@pytest.mark.parametrize("flow", ["first_plan", "review", "crisis_debrief", "closing"])
async def test_every_flow_can_be_walked_to_its_end(tmp_path: Path, flow: str) -> None:
    async with house(tmp_path) as here:
        async with meeting(here, flow=flow) as stage:
            await come_in(stage, here.nia)
            for _ in range(14):
                if "All done" in stage.words():
                    break
                if "When do we meet next?" in stage.words():
                    await press(stage, "meeting.call_later")
                before = stage.words()
                await press(stage, "meeting.on")
                await stage.wait_for(lambda before=before: stage.words() != before)  # type: ignore[misc]
            await at(stage, "All done")
            await stage.tap("meeting.on")
            await at(stage, "All of it is safe on this tablet.")
        (row,) = await here.tablet.open.meetings.of_family(here.family)
        assert (row.status, row.flow) == ("held", flow)


async def test_a_name_is_written_with_the_finger_and_kept_as_lines(tmp_path: Path) -> None:
    async with house(tmp_path) as here, meeting(here) as stage:
        await come_in(stage, here.nia)
        await press(stage, "meeting.short")
        for _ in range(3):
            if "meet next" in stage.words():
                await press(stage, "meeting.call_later")
            await press(stage, "meeting.on")
            await stage.settle()
        await at(stage, "Do we agree?")
        await press(stage, f"meeting.agree.{here.nia}.agree")
        await press(stage, f"meeting.agree.{here.nia}.sign")
        await at(stage, "Nia, write your name here")
        pad = stage.find("sign.pad")
        await stage.event(pad, "pan_down", {"l": {"x": 47.2, "y": 10}, "g": {"x": 0, "y": 0}})
        await stage.event(
            pad, "pan_update",
            {"l": {"x": 94.4, "y": 20}, "g": {"x": 0, "y": 0}, "ld": None, "gd": None},
        )  # fmt: skip
        await press(stage, "sign.keep")
        await at(stage, "Nia signed")
        await stage.wait_for(lambda: stage.has("meeting.saved"))
        (draft,) = await here.tablet.open.meetings.running()
        (given,) = draft.agreements
        assert given.strokes == (((50, 11), (100, 21)),) and given.language == "en" and given.signed_at_ms


CANARY = "zanzibar"
"""Stands in everything that is kept from somebody present; no screen may show it."""


async def hide_from_rosa(here: House) -> None:
    """A second need, goal, way, promise, rule-breaker of a support: all kept from Rosa."""
    opened = here.tablet.open
    stream = await opened.desk.team_stream(here.family)
    need = await opened.plan.save_need(here.family, f"{CANARY} need")
    goal = await opened.plan.save_outcome(here.family, need, f"{CANARY} goal", current="2", target="5")
    way = await opened.plan.save_strategy(here.family, goal, f"{CANARY} way")
    await opened.plan.save_step(here.family, way, f"{CANARY} step", owner="Teo")
    secret, line, agenda = (opened.desk.new_id() for _ in range(3))
    await opened.desk.vault.commit(
        [
            Change(stream, "natural_support", secret, {
                "name": f"{CANARY.title()} Jones", "relation": "father", "status": "on_team",
                "agreed_on": "2026-01-02",
            }),
            Change(stream, "crisis_item", line, {"section": "helps", "text": f"Call {CANARY.title()} first"}),
            Change(stream, "preparation", agenda, {
                "kind": "avoid", "text": f"{CANARY} topic", "label": "safety",
            }),
        ]
    )  # fmt: skip
    await opened.audiences.keep_from(here.family, "need", need, frozenset({here.rosa}))
    await opened.audiences.keep_from(here.family, "natural_support", secret, frozenset({here.rosa}))


@pytest.mark.parametrize("flow", ["first_plan", "review", "crisis_debrief", "closing"])
async def test_what_is_kept_from_somebody_present_is_on_no_step(tmp_path: Path, flow: str) -> None:
    async with house(tmp_path) as here:
        await hide_from_rosa(here)
        opened = here.tablet.open
        meeting_id = (await opened.meetings.begin(here.family, flow=flow)).meeting_id
        await opened.meetings.plans.prepare(here.family, meeting_id, "youth_agenda", f"{CANARY} agenda")
        async with meeting(here, meeting_id) as stage:
            await come_in(stage, here.nia, here.rosa)
            walked = 0
            for language in ("", "meeting.language"):
                if language:
                    await press(stage, language)
                    await stage.wait_for(lambda: stage.has("meeting.gaps_on"))
                    assert CANARY not in everything(stage)
                    await press(stage, "meeting.gaps_on")
                    while stage.has("meeting.back"):
                        before = stage.words()
                        await press(stage, "meeting.back")
                        await stage.wait_for(lambda before=before: stage.words() != before)  # type: ignore[misc]
                for _ in range(14):
                    assert CANARY not in everything(stage)
                    walked += 1
                    if stage.has("meeting.call_later"):
                        await press(stage, "meeting.call_later")
                    before = stage.words()
                    if "10 of 10" in before or "10 de 10" in before or "All done" in before:
                        break
                    await press(stage, "meeting.on")
                    await stage.wait_for(lambda before=before: stage.words() != before)  # type: ignore[misc]
                    if "Ya terminamos" in stage.words():
                        break
            assert walked >= 12


async def test_without_rosa_the_same_things_are_on_the_table(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await hide_from_rosa(here)
        async with meeting(here) as stage:
            await come_in(stage, here.nia)
            await at(stage, "Zanzibar Jones")
            for _ in range(4):
                before = stage.words()
                await press(stage, "meeting.on")
                await stage.wait_for(lambda before=before: stage.words() != before)  # type: ignore[misc]
            await at(stage, f"{CANARY} goal")
            # Rosa comes in late: it is gone before she is on the list.
            for _ in range(5):
                if stage.has(f"meeting.here.{here.rosa}.late"):
                    break
                before = stage.words()
                await press(stage, "meeting.back")
                await stage.wait_for(lambda before=before: stage.words() != before)  # type: ignore[misc]
            await press(stage, f"meeting.here.{here.rosa}.late")
            await stage.wait_for(lambda: CANARY not in everything(stage))


def everything(stage: Stage) -> str:
    """All that could be seen or heard, in lower case."""
    return "\n".join([stage.words(), *stage.names(), *stage.keys()]).lower()


async def test_a_meeting_can_be_left_and_resumed_with_everything_typed(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        journey = Journey()
        async with meeting(here, journey=journey) as stage:
            await come_in(stage, here.nia)
            await press(stage, "meeting.on")
            await at(stage, "Step 2")
            await stage.type("meeting.rule", "half a ru")
            await press(stage, "meeting.pause")
            assert "half a ru" not in stage.words()
            await stage.tap("meeting.leave")
            await stage.wait_for(lambda: bool(journey.steps))
            assert journey.last == ("back", None)
        (draft,) = await here.tablet.open.meetings.running(here.family)
        async with meeting(here, draft.meeting_id) as stage:
            await at(stage, "Step 2")
            assert stage.value("meeting.rule") == "half a ru"


async def test_locking_keeps_the_last_letters(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        async with meeting(here) as stage:
            await come_in(stage, here.nia)
            await press(stage, "meeting.on")
            await at(stage, "Step 2")
            await stage.type("meeting.rule", "the last letters")
            await here.tablet.lock("test")
        from tests.services.office import PASSPHRASE

        await here.tablet.unlock(PASSPHRASE)
        (draft,) = await here.tablet.open.meetings.running(here.family)
        assert draft.typed == {"rule": "the last letters"}


async def test_the_crisis_card_is_one_tap_away_and_shows_what_those_present_may_see(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        crisis = here.tablet.open.crisis
        await crisis.save_line(here.family, "helps", "Sit next to her.")
        kept = await crisis.save_line(here.family, "safe_place", "The shelter by the lake.")
        await here.tablet.open.audiences.keep_from(
            here.family, "crisis_item", kept, frozenset({here.teo})
        )
        async with meeting(here) as stage:
            await press(stage, f"meeting.see.{here.rosa}")
            await press(stage, f"meeting.see.{here.teo}")
            await press(stage, "meeting.go")
            await press(stage, "meeting.crisis")
            await stage.wait_for(lambda: "Sit next to her." in stage.words())
            assert "shelter" not in stage.words()
            await press(stage, "meeting.crisis_back")
            await stage.wait_for(lambda: stage.has("meeting.crisis"))
