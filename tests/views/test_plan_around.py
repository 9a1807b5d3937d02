"""What stands around the plan: links, strengths, options, order, the coach, since the meeting."""

from __future__ import annotations

from dataclasses import replace

import flet as ft
import pytest

from app.services.plan import Adrift, Flag, Link, StrengthView
from app.services.versions import Moved, SinceMeeting
from app.views.place import Place
from app.views.screens.plan import tab
from app.views.screens.plan.coach_words import coach_act, coach_words
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.coach import CODES, Code
from tests.fakes.open_tablet import FAMILY, NOW_MS
from tests.fakes.plan_tablet import FULL, planning_tablet
from tests.views.planning import gone, on_stage, opened
from tests.views.screens import Journey

# -- reading, links ------------------------------------------------------------------------


async def test_piece_is_read_with_its_links_and_they_lead_both_ways() -> None:
    tablet = planning_tablet()
    outcome = Link("has", "outcome", "o1", "At school on time")
    need = Link("part_of", "need", "d1", "Nia needs to know")
    note = Link("noted", "note", "n9", "home_visit", NOW_MS)
    tablet.open.plan.tied = {"d1": (outcome, note), "o1": (need,)}
    journey = Journey()
    async with on_stage(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("plan.need.d1")
        await stage.settle()
        assert "Home visit, today" in stage.words()
        await stage.tap("plan.link.o1")
        await stage.settle()
        assert stage.has("plan.link.d1")
        assert "a count" in stage.words().lower()
        await stage.tap("plan.detail.close")
        await stage.settle()
        await stage.tap("plan.link.n9")
        assert journey.last == ("go", Place("note", FAMILY, record_id="n9"))
        await stage.tap("plan.detail.change")
        assert stage.value("plan.sheet.text") == FULL.needs[0].text
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.detail.close")
        assert gone(stage)


async def test_who_may_see_and_the_other_language_are_one_tap_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tab, "there_is", lambda _place: True)
    journey = Journey()
    async with on_stage(planning_tablet(), journey) as stage:
        await opened(stage, "plan.step.a2.open")
        await stage.tap("plan.sheet.audience")
        place = Place("audience", FAMILY, record_id="a2", detail="action_step")
        assert journey.last == ("go", place)
        await stage.tap("plan.sheet.translate")
        assert journey.last == ("go", replace(place, name="translations"))


async def test_meeting_starts_with_the_one_filled_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "there_is", lambda _place: True)
    journey = Journey()
    async with on_stage(planning_tablet(), journey) as stage:
        await stage.settle()
        assert len(stage.all(ft.FilledButton)) == 1
        await stage.tap("plan.meet")
        assert journey.last == ("go", Place("meeting", FAMILY))
        await stage.tap("plan.change")
        assert not stage.has("plan.meet")
        assert len(stage.all(ft.FilledButton)) == 1


async def test_no_meeting_is_offered_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "there_is", lambda _place: False)
    async with on_stage(planning_tablet()) as stage:
        await stage.settle()
        assert not stage.has("plan.meet")


# -- strengths, options, order -------------------------------------------------------------


async def test_strengths_stand_by_person_and_unfold() -> None:
    strengths = (
        StrengthView("g1", "Teo gets up early", "s1", "family"),
        StrengthView("g2", "We laugh", "", "home"),
        StrengthView("g3", "Teo sings", "s1", ""),
    )
    tablet = planning_tablet(replace(FULL, strengths=strengths, ground_rules="One speaks\n\nNo phones"))
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "Teo 2, The whole family 1" in stage.words()
        assert "2 rules" in stage.words()
        assert "We laugh" not in stage.words()
        await stage.tap("plan.fold.strengths")
        await stage.tap("plan.fold.rules")
        words = stage.words()
        places = [words.index(one) for one in ("Teo gets up early", "Teo sings", "We laugh", "No phones")]
        assert places == sorted(places)
        await stage.tap("plan.change")
        await stage.tap("plan.move_down.g1")
        assert tablet.open.plan.acts == [("place", "strength", "g1", 1)]


async def test_ideas_are_written_down_without_judging_and_chosen_afterwards() -> None:
    need = FULL.needs[0]
    outcome = need.outcomes[0]
    idea = replace(outcome.strategies[0], strategy_id="t9", text="Walk with Gloria", chosen=False, steps=())
    plan = replace(
        FULL,
        needs=(replace(need, outcomes=(replace(outcome, strategies=(*outcome.strategies, idea)),)),),
    )
    tablet = planning_tablet(plan)
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "Walk with Gloria" not in stage.words()
        assert "1 idea not chosen" in stage.words()
        await stage.tap("plan.options.o1")
        await stage.type("plan.option", "Borrow a bike")
        await stage.submit("plan.option")
        await stage.settle()
        assert stage.value("plan.option") == ""
        values = tablet.open.plan.saved[0][2]
        assert (values["text"], values["chosen"], values["outcome_id"]) == ("Borrow a bike", False, "o1")
        await stage.tap("plan.choose.t9")
        await stage.tap("plan.choose.t1")
        assert tablet.open.plan.acts == [("choose", "t9", True), ("choose", "t1", False)]
        await stage.tap("plan.options.close")
        assert gone(stage)


async def test_idea_that_was_not_written_down_survives_a_lock() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.options.o1")
        await stage.type("plan.option", "Borrow a bi")
        await tablet.lock()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.options.o1")
        assert stage.value("plan.option") == "Borrow a bi"
        await stage.tap("plan.option.add")
        await stage.settle()
        assert tablet.open.plan.forms == {}


async def test_idea_without_words_is_refused_and_stays_on_the_page() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.options.o1")
        await stage.tap("plan.option.add")
        await stage.settle()
        assert stage.has("plan.option.error")
        assert tablet.open.plan.saved == []


async def test_needs_are_ordered_by_drag_and_by_buttons() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.order")
        (listed,) = stage.all(ft.ReorderableListView)
        await stage.event(listed, "reorder", {"old_index": 1, "new_index": 0})
        await stage.tap("plan.order.down.d1")
        await stage.settle()
        assert tablet.open.plan.acts == [("place", "need", "d2", 0), ("place", "need", "d1", 1)]
        assert getattr(stage.find("plan.order.up.d1"), "disabled", False) is True
        assert f"Drag: {FULL.needs[0].text}" in stage.names()


async def test_piece_out_of_place_is_shown_and_brought_back() -> None:
    tablet = planning_tablet(replace(FULL, adrift=(Adrift("step", "a9", "Buy a clock"),)))
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "Buy a clock" in stage.words()
        await stage.tap("plan.bring_back.a9")
        await stage.settle()
        assert tablet.open.plan.acts == [("bring_back", "step", "a9")]


# -- coach, since the meeting --------------------------------------------------------------


async def test_coach_says_one_thing_with_a_question_and_opens_what_it_is_about() -> None:
    tablet = planning_tablet()
    tablet.open.plan.noticed = (
        Flag("step_without_date", "step", "a4", "Tell the bus office", who="Rosa"),
        Flag("plan_without_natural"),
    )
    async with on_stage(tablet) as stage:
        await stage.settle()
        said = "“Tell the bus office” has an owner, but no date. When could Rosa do it?"
        assert said in stage.words()
        assert stage.words().count("Coach") == 1
        await stage.tap("plan.coach.act")
        assert stage.has("plan.sheet.due_on")
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.coach.not_now")
        await stage.settle()
        assert said not in stage.words()
        assert "Who do they trust already?" in stage.words()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_flag_has_a_reason_a_question_and_an_act(code: Code, language: str) -> None:
    ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))
    flag = Flag(code, "need", "d1", "Nia needs THERAPY", "THERAPY", "Rosa")
    said = coach_words(ui, flag)
    assert said.endswith("?")
    assert coach_act(ui, flag)
    if code != "plan_without_natural":
        assert "Nia needs THERAPY" in said


async def test_coach_is_silent_while_the_plan_is_being_changed() -> None:
    tablet = planning_tablet()
    tablet.open.plan.noticed = (Flag("plan_without_natural"),)
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "Coach" in stage.words()
        await stage.tap("plan.change")
        assert "Coach" not in stage.words()


async def test_what_happened_since_the_last_meeting_stands_beside_the_plan() -> None:
    tablet = planning_tablet()
    tablet.open.versions.since = SinceMeeting(
        "v1", 1_793_880_000_000, 2, 1, (Moved("o1", "On time", "1 day", "3"),), ("Ms. Nair",), ("Ray",)
    )
    async with on_stage(tablet) as stage:
        await stage.settle()
        words = stage.words()
        for said in ("Since Thu 5 Nov", "2 steps done", "On time: 1 day, now 3", "Ms. Nair joined",
                     "Ray left the team", "1 step still open"):  # fmt: skip
            assert said in words
        assert "3 steps to do" not in words
