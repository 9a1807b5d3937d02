"""The Plan tab: the thread, ticking with Undo, the sheets that add and change, and typed days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import flet as ft
import pytest

from app.errors import DiskFull, StoreError
from app.services.plan import Adrift, Flag, Link, PlanView, StrengthView
from app.services.versions import Moved, SinceMeeting
from app.views.place import Place
from app.views.screens.plan import PlanTab, tab
from app.views.screens.plan.coach_words import coach_act, coach_words
from app.views.screens.plan.form import day_words
from app.views.widgets.day_picker import read_day
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.coach import CODES, Code
from tests.fakes.open_tablet import FAMILY, NOW_MS, FakeTablet
from tests.fakes.plan_tablet import EMPTY, FULL, VISION, conflict, planning_tablet, version
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

TODAY = date(2026, 12, 1)


def on_stage(
    tablet: FakeTablet, journey: Journey | None = None, settings: UiSettings | None = None,
    width: float = 1024,
) -> Stage:  # fmt: skip
    return stage_of(
        lambda: PlanTab(FAMILY), tablet.as_tablet(), journey or Journey(), settings=settings,
        width=width,
    )  # fmt: skip


async def opened(stage: Stage, control: str) -> None:
    """Open a sheet while the plan is being changed."""
    await stage.settle()
    await stage.tap("plan.change")
    await stage.tap(control)


def gone(stage: Stage) -> bool:
    """The sheet has been closed and the plan is back."""
    return not stage.has("plan.sheet.save") and stage.has("plan.scroll")


# -- looking -------------------------------------------------------------------------------


async def test_thread_shows_vision_need_outcome_strategy_and_steps_in_order() -> None:
    async with on_stage(planning_tablet()) as stage:
        await stage.settle()
        words = stage.words()
        in_order = [
            f"“{VISION}”", "Nia needs to know someone stays", "At school on time, 4 days of 5",
            "3 now, was 1", "Strategy, natural support", "Uncle Teo drives her",
            "Make the car playlist", "Done Sat 28 Nov", "Ask his boss for a later start", "Thu 3 Dec",
            "Strategy, school", "Hold 8:05 am for Nia", "Still open", "Tell the bus office",
            "No date yet", "Rosa needs rest",
        ]  # fmt: skip
        places = [words.index(one) for one in in_order]
        assert places == sorted(places)


async def test_side_says_how_the_steps_stand_while_there_was_no_meeting() -> None:
    async with on_stage(planning_tablet()) as stage:
        await stage.settle()
        words = stage.words()
        for said in ("1 step done", "3 steps to do", "1 step still open past its day",
                     "1 step has no date yet"):  # fmt: skip
            assert said in words
        assert "Coach" not in words


async def test_family_without_a_plan_is_asked_for_its_vision() -> None:
    async with on_stage(planning_tablet(EMPTY)) as stage:
        await stage.settle()
        assert "No plan yet." in stage.words()
        await stage.tap("plan.write_vision")
        await stage.type("plan.sheet.text", "A door with our name")
        await stage.tap("plan.sheet.save")
        assert gone(stage)
        assert "“A door with our name”" in stage.words()


async def test_plan_that_cannot_be_read_offers_to_try_again() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.plan"] = StoreError()
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert stage.has("plan.failed")
        await stage.tap("plan.failed.act")
        await stage.settle()
        assert "Uncle Teo drives her" in stage.words()


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_every_size_has_one_filled_button_and_the_whole_plan(width: float, scale: float) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    async with on_stage(planning_tablet(), settings=settings, width=width) as stage:
        await stage.settle()
        assert len(stage.all(ft.FilledButton)) == 1
        assert "Sigue abierto" in stage.words()
        assert "Ms. Nair" in stage.words()


async def test_reached_and_met_are_said_in_words() -> None:
    need = FULL.needs[0]
    reached = replace(need.outcomes[0], status="reached")
    plan = replace(FULL, needs=(replace(need, status="met", outcomes=(reached,)), FULL.needs[1]))
    async with on_stage(planning_tablet(plan)) as stage:
        await stage.settle()
        assert "Met" in stage.words().split("\n")
        assert "Reached" in stage.words().split("\n")


# -- ticking and moving --------------------------------------------------------------------


async def test_tick_completes_the_step_and_undo_opens_it_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a2")
        await stage.settle()
        assert tablet.open.plan.ticks == [("a2", True, "")]
        bar = stage.all(ft.SnackBar)[-1]
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
        assert tablet.open.plan.ticks[-1] == ("a2", False, "")


async def test_undo_of_opening_again_keeps_the_day_it_was_done() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a1")
        await stage.settle()
        bar = stage.all(ft.SnackBar)[-1]
        assert isinstance(bar.action, ft.SnackBarAction)
        await stage.event(bar.action, "click")
        assert tablet.open.plan.ticks == [("a1", False, ""), ("a1", True, "2026-11-28")]


async def test_tick_that_fails_says_so_and_the_plan_stays() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.complete_step"] = DiskFull()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("plan.step.a2")
        await stage.settle()
        assert stage.has("plan.problem")
        assert not stage.all(ft.SnackBar)
        assert "Uncle Teo drives her" in stage.words()


async def test_step_set_aside_cannot_be_ticked() -> None:
    need = FULL.needs[0]
    outcome = need.outcomes[0]
    first = outcome.strategies[0]
    dropped = replace(first, steps=(replace(first.steps[1], state="dropped"),))
    plan = replace(
        FULL, needs=(replace(need, outcomes=(replace(outcome, strategies=(dropped,)),)),)
    )
    async with on_stage(planning_tablet(plan)) as stage:
        await stage.settle()
        assert "Set aside" in stage.words()
        with pytest.raises(AssertionError, match="does nothing"):
            await stage.tap("plan.step.a2")


async def test_changing_shows_moves_only_where_there_is_a_way() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert not stage.has("plan.move_down.d1")
        await stage.tap("plan.change")
        assert not stage.has("plan.move_up.d1")
        assert not stage.has("plan.move_down.d2")
        await stage.tap("plan.move_down.d1")
        await stage.tap("plan.move_up.d2")
        assert tablet.open.plan.moves == [("d1", False), ("d2", True)]


# -- adding and changing -------------------------------------------------------------------


async def test_step_is_added_with_owner_and_a_typed_day() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.what", "Bring the spare key")
        await stage.tap("plan.sheet.owner_id.s1")
        assert stage.value("plan.sheet.owner") == "Teo"
        await stage.type("plan.sheet.due_on", "friday")
        assert "That is Friday 4 December 2026." in stage.words()
        await stage.tap("plan.sheet.save")
        assert gone(stage)
        ((kind, record_id, values),) = tablet.open.plan.saved
        assert (kind, record_id, values["what"]) == ("step", "", "Bring the spare key")
        assert values["strategy_id"] == "t1"
        assert (values["owner"], values["owner_id"], values["due_on"]) == ("Teo", "s1", "2026-12-04")


async def test_name_that_is_typed_is_nobody_of_the_records() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.what", "Bring the spare key")
        await stage.tap("plan.sheet.owner_id.s1")
        await stage.type("plan.sheet.owner", "Teo and Gloria")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["owner"], values["owner_id"]) == ("Teo and Gloria", "")


async def test_day_is_chosen_in_the_calendar_and_taken_away_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.step.a2.open")
        await stage.tap("plan.sheet.due_on.calendar")
        assert "Thursday 3 December 2026" in stage.names()
        await stage.tap("plan.sheet.due_on.day.after")
        await stage.tap("plan.sheet.due_on.day.2027-01-08")
        assert stage.value("plan.sheet.due_on") == "Fri 8 Jan 2027"
        await stage.tap("plan.sheet.due_on.none")
        assert stage.value("plan.sheet.due_on") == ""
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["due_on"] == ""


async def test_outcome_gets_its_value_of_now_and_is_marked_reached() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.outcome.o1")
        await stage.type("plan.sheet.current", "4")
        await stage.tap("plan.sheet.status.reached")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [
            ("outcome", "o1", {"text": FULL.needs[0].outcomes[0].text, "current": "4", "status": "reached"})
        ]


async def test_questionnaire_is_asked_for_its_name_only_when_it_is_one() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_outcome.d2")
        assert not stage.has("plan.sheet.instrument")
        await stage.tap("plan.sheet.measure_kind.instrument")
        await stage.type("plan.sheet.instrument", "Ohio Scales")
        await stage.tap("plan.sheet.better.down")
        await stage.type("plan.sheet.text", "Fewer worries")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["measure_kind"], values["instrument"]) == ("instrument", "Ohio Scales")
        assert (values["better"], values["need_id"], values["language"]) == ("down", "d2", "en")


async def test_strategy_holds_strengths_principles_and_where_it_happens() -> None:
    strengths = (StrengthView("g1", "Teo gets up early", "s1", "family"),)
    tablet = planning_tablet(replace(FULL, strengths=strengths))
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.strategy.t2")
        assert not stage.has("plan.sheet.place")
        await stage.tap("plan.sheet.strengths.g1")
        await stage.tap("plan.sheet.more")
        await stage.type("plan.sheet.place", "Orchard High")
        await stage.type("plan.sheet.frequency", "every school day")
        await stage.tap("plan.sheet.principles.community_based")
        await stage.tap("plan.sheet.principles.strengths_based")
        await stage.tap("plan.sheet.kind.community")
        await stage.tap("plan.sheet.save")
        ((_kind, record_id, values),) = tablet.open.plan.saved
        assert record_id == "t2"
        assert (values["strengths"], values["kind"]) == (["g1"], "community")
        assert values["principles"] == ["community_based", "strengths_based"]
        assert (values["place"], values["frequency"]) == ("Orchard High", "every school day")
        assert "kind_words" not in values


async def test_strength_is_added_for_one_person() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_strength")
        assert not stage.has("plan.sheet.whose.m1")
        await stage.type("plan.sheet.text", "Nia sings when she cooks")
        await stage.tap("plan.sheet.whose.p1")
        await stage.tap("plan.sheet.life_domain.home")
        await stage.tap("plan.sheet.save")
        ((kind, _id, values),) = tablet.open.plan.saved
        assert (kind, values["whose"], values["life_domain"]) == ("strength", "p1", "home")


async def test_setting_a_need_aside_asks_why_and_can_be_undone() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        assert not stage.has("plan.sheet.status_reason")
        await stage.tap("plan.sheet.status.set_aside")
        await stage.type("plan.sheet.status_reason", "Rosa’s sister moved in.")
        await stage.tap("plan.sheet.save")
        values = tablet.open.plan.saved[0][2]
        assert (values["status"], values["status_reason"]) == ("set_aside", "Rosa’s sister moved in.")
        await undo(stage)
        assert tablet.open.plan.acts == [("stand", "need", "d2", "open")]


async def test_what_is_taken_off_the_plan_comes_back_with_undo() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.remove")
        assert gone(stage)
        await undo(stage)
        assert tablet.open.plan.acts == [("remove", "need", "d1"), ("put_back", ("need", "d1"))]


async def test_removal_that_fails_says_so_in_the_sheet() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.remove"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.remove")
        assert stage.has("plan.sheet.problem")
        assert not stage.all(ft.SnackBar)


async def undo(stage: Stage) -> None:
    """Tap *Undo* in the bar."""
    await stage.settle()
    bar = stage.all(ft.SnackBar)[-1]
    assert isinstance(bar.action, ft.SnackBarAction)
    await stage.event(bar.action, "click")


async def test_blank_is_refused_below_the_field_and_the_rest_stays() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet, settings=UiSettings(language="es")) as stage:
        await opened(stage, "plan.add_step.t1")
        await stage.type("plan.sheet.owner", "Teo")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.what.error")
        assert "¿Qué se va a hacer?" in stage.words()
        assert stage.value("plan.sheet.owner") == "Teo"


async def test_day_nobody_can_read_is_refused_and_kept() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.step.a4.open")
        await stage.type("plan.sheet.due_on", "30 Feb")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.due_on.error")
        assert stage.value("plan.sheet.due_on") == "30 Feb"
        assert tablet.open.plan.saved == []


async def test_full_tablet_is_told_and_typed_words_stay() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.save"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await stage.tap("plan.sheet.save")
        assert stage.has("plan.sheet.problem")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [("need", "d2", {"text": "Rosa needs an evening"})]


async def test_open_sheet_does_not_put_an_older_text_back() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        tablet.open.plan.now = _with_second_need("Rosa needs two evenings", "safety")
        await stage.tap("plan.sheet.status.met")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == [
            ("need", "d2", {"text": "Rosa needs two evenings", "status": "met"})
        ]


async def test_words_changed_by_somebody_else_meanwhile_are_shown_before_mine_are_kept() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        tablet.open.plan.now = _with_second_need("Rosa needs two evenings", "health")
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved == []
        assert "It now says “Rosa needs two evenings”." in stage.words()
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["text"] == "Rosa needs an evening"


def _with_second_need(text: str, domain: str) -> PlanView:
    return replace(
        FULL, needs=(FULL.needs[0], replace(FULL.needs[1], text=text, life_domain=domain))
    )


# -- words that survive --------------------------------------------------------------------


async def test_closed_sheet_gives_back_what_was_typed_and_can_start_again() -> None:
    async with on_stage(planning_tablet()) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await stage.tap("plan.sheet.close")
        assert gone(stage)
        await stage.tap("plan.need.d2")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        assert "What you typed before is still here." in stage.words()
        await stage.tap("plan.sheet.fresh")
        assert stage.value("plan.sheet.text") == FULL.needs[1].text


async def test_words_are_sealed_when_the_tablet_locks_and_offered_again() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.need.d2")
        await stage.type("plan.sheet.text", "Rosa needs an evening")
        await tablet.lock()
    (kept,) = tablet.open.plan.forms.values()
    assert kept.values["text"] == "Rosa needs an evening"
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "“Rosa needs an evening”. It is not saved yet." in stage.words()
        await stage.tap("plan.left.go_on.need")
        assert stage.value("plan.sheet.text") == "Rosa needs an evening"
        await stage.tap("plan.sheet.save")
        assert tablet.open.plan.saved[0][2]["text"] == "Rosa needs an evening"
        assert tablet.open.plan.forms == {}
        assert not stage.has("plan.left.go_on.need")


async def test_leaving_the_tab_seals_what_was_typed() -> None:
    tablet = planning_tablet()

    @ft.component
    def Tabs() -> ft.Control:
        here, show = ft.use_state(True)
        leave = ft.TextButton("Notes", key="leave", on_click=lambda: show(False))
        return ft.Column([leave, *([PlanTab(FAMILY)] if here else [])])

    async with stage_of(lambda: Tabs(), tablet.as_tablet(), Journey()) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("leave")
        await stage.settle()
    assert [one.values["text"] for one in tablet.open.plan.forms.values()] == ["Half a sen"]


async def test_what_was_left_can_be_thrown_away() -> None:
    tablet = planning_tablet()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.left.drop.need")
        await stage.settle()
        assert tablet.open.plan.forms == {}
        assert not stage.has("plan.left.need")


async def test_sheet_that_cannot_be_sealed_goes_on_all_the_same() -> None:
    tablet = planning_tablet()
    tablet.fail["plan.keep_form"] = DiskFull()
    async with on_stage(tablet) as stage:
        await opened(stage, "plan.add_need")
        await stage.type("plan.sheet.text", "Half a sen")
        await stage.tap("plan.sheet.close")
        await stage.tap("plan.add_need")
        assert stage.value("plan.sheet.text") == "Half a sen"


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


# -- for everybody -------------------------------------------------------------------------


SHEETS = ("plan.need.d1", "plan.outcome.o1", "plan.strategy.t1", "plan.step.a2.open", "plan.vision",
          "plan.add_strength", "plan.options.o1", "plan.order")  # fmt: skip


@pytest.mark.parametrize("control", SHEETS)
@pytest.mark.parametrize(("width", "scale"), [(390, 1.0), (1024, 2.0)])
async def test_every_sheet_is_no_dialog_and_names_all_its_controls(
    control: str, width: float, scale: float
) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    async with on_stage(planning_tablet(), settings=settings, width=width) as stage:
        await opened(stage, control)
        await stage.settle()
        assert not stage.all(ft.AlertDialog)  # Crisis and Cover stay in reach.
        assert len(stage.all(ft.FilledButton)) <= 1
        for field in stage.all(ft.TextField):
            assert field.height is None
        for button in stage.all(ft.IconButton):
            assert isinstance(button.icon, ft.Icon)
            assert button.icon.semantics_label


# -- two versions --------------------------------------------------------------------------


async def test_record_with_two_versions_carries_a_chip_that_opens_the_choice() -> None:
    need = FULL.needs[0]
    plan = replace(FULL, needs=(replace(need, has_conflict=True), FULL.needs[1]), vision_conflict=True)
    tablet = planning_tablet(
        plan,
        conflict([version("a"), version("b", "Dana Kim")], "need", "text", "d1"),
        conflict([version("a"), version("b", "Dana Kim")], "family_vision", "text", "v1"),
    )
    journey = Journey()
    async with on_stage(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("plan.conflict.d1")
        assert journey.last == ("go", Place("conflict", FAMILY, record_id="d1", detail="text"))
        await stage.tap("plan.conflict.vision")
        assert journey.last == ("go", Place("conflict", FAMILY, record_id="v1", detail="text"))
        await opened(stage, "plan.need.d1")
        await stage.tap("plan.sheet.conflict")
        assert journey.last[1] == Place("conflict", FAMILY, record_id="d1", detail="text")


# -- typed days ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "language", "day"),
    [
        ("3 Dec", "en", date(2026, 12, 3)), ("Dec 3", "en", date(2026, 12, 3)),
        ("thu 3 december", "en", date(2026, 12, 3)), ("December 3, 2027", "en", date(2027, 12, 3)),
        ("12/3", "en", date(2026, 12, 3)), ("3/12", "es", date(2026, 12, 3)),
        ("1/8", "en", date(2027, 1, 8)), ("12/3/27", "en", date(2027, 12, 3)),
        ("2026-12-03", "en", date(2026, 12, 3)), ("today", "en", TODAY),
        ("Tomorrow", "en", date(2026, 12, 2)), ("mañana", "es", date(2026, 12, 2)),
        ("manana", "es", date(2026, 12, 2)), ("Friday", "en", date(2026, 12, 4)),
        ("tue", "en", date(2026, 12, 8)), ("miércoles", "es", date(2026, 12, 2)),
        ("jueves 3 de diciembre", "es", date(2026, 12, 3)), ("28 nov", "en", date(2026, 11, 28)),
        ("3 Mar", "en", date(2027, 3, 3)),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(typed: str, language: str, day: date) -> None:
    assert read_day(language, typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["", "soon", "30 Feb", "13/13", "3", "dec", "3 4 dec", "2026-02-30", "the 3", "29 feb"]
)
def test_what_is_not_a_day_is_none(typed: str) -> None:
    assert read_day("en", typed, TODAY) is None


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("iso", ["2026-01-05", "2026-12-01", "2027-02-28", "2031-07-04"])
def test_day_in_the_field_is_read_back_as_the_same_day(language: str, iso: str) -> None:
    assert read_day(language, day_words(language, iso, TODAY), TODAY) == date.fromisoformat(iso)
