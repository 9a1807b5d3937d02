"""Phases: what the records answer, what is ticked by hand, closing with a reason, going back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.phases import CheckView, Phases
from app.services.supports import SupportDraft
from app.store.vault import Change
from app.wraparound.phases import BY_HAND, CHECKLIST, phase_of
from app.wraparound.records import CrisisItem, Meeting, Rating, TransitionItem, TransitionPlan
from tests.services.rig import Pair, Person, pair


def phases(worker: Person) -> Phases:
    return Phases(worker.desk)


async def write(tablets: Pair, kind: str, record: str, **fields: Any) -> None:
    await tablets.coordinator.vault.commit([Change(tablets.family.stream, kind, record, fields)])


async def item(tablets: Pair, code: str) -> CheckView:
    view = await phases(tablets.coordinator).phases(tablets.family.id)
    return next(one for phase in view.phases for one in phase.items if one.item == code)


async def to_phase(tablets: Pair, phase: int) -> None:
    for one in range(1, phase):
        await phases(tablets.coordinator).close(tablets.family.id, one, "on we go")


def test_every_item_belongs_to_one_phase_and_is_answered_in_one_way() -> None:
    every = [one for items in CHECKLIST.values() for one in items]
    assert len(every) == len(set(every))
    assert set(every) >= BY_HAND
    assert phase_of("way_back") == 4
    with pytest.raises(KeyError):
        phase_of("nothing")


async def test_an_item_ticked_by_hand_is_on_both_tablets_and_can_be_opened_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await phases(tablets.coordinator).tick(tablets.family.id, "oriented")
        await tablets.meet()
        there = (await phases(tablets.supervisor).phases(tablets.family.id)).here.items[0]
        assert (there.item, there.done, there.done_on) == (
            "oriented", True, tablets.coordinator.desk.today().isoformat(),
        )  # fmt: skip
        await phases(tablets.supervisor).tick(tablets.family.id, "oriented", False)
        await tablets.meet()
        assert not (await item(tablets, "oriented")).done


async def test_both_tablets_tick_the_same_item_and_it_is_one(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        for worker in (tablets.coordinator, tablets.supervisor):
            await phases(worker).tick(tablets.family.id, "consents")
        await tablets.meet()
        assert (await item(tablets, "consents")).done
        await phases(tablets.coordinator).tick(tablets.family.id, "consents", False)
        assert not (await item(tablets, "consents")).done


@pytest.mark.parametrize("code", ["first_needs", "nothing_like_it"])
async def test_what_the_records_answer_cannot_be_ticked(tmp_path: Path, code: str) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as refused:
            await phases(tablets.coordinator).tick(tablets.family.id, code)
        assert refused.value.code == "not_by_hand"


async def test_the_first_plan_answers_its_items_as_it_grows(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, plan = tablets.family.id, tablets.coordinator.plan
        for code in ("first_needs", "vision", "priorities", "measures", "options", "chosen", "steps"):
            assert not (await item(tablets, code)).done, code
        await plan.save_vision(family, "Quiet mornings.", "We show up.")
        need = await plan.save_need(family, "Sleep")
        goal = await plan.save_outcome(family, need, "In bed by ten", target="5")
        way = await plan.save_strategy(family, goal, "Tea with Rosa")
        assert (await item(tablets, "options")).have == 0
        await plan.save_strategy(family, goal, "No phone")
        step = await plan.save_step(family, way, "Buy tea", owner="Rosa")
        assert not (await item(tablets, "steps")).done
        await plan.save_step(family, way, "Buy tea", step_id=step, owner="Rosa", due_on="2030-01-01")
        view = await phases(tablets.coordinator).phases(family)
        assert [(one.item, one.have, one.want) for one in view.phases[1].items if not one.done] == [
            ("ground_rules", 0, 1), ("steps", 1, 2), ("crisis_plan", 0, 2), ("natural_on_team", 0, 1),
        ]  # fmt: skip
        assert (await item(tablets, "mission")).done
        assert (await item(tablets, "first_needs")).done


async def test_a_crisis_plan_counts_with_steps_and_somebody_to_call(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await write(tablets, CrisisItem.TYPE, "a" * 32, section="call", text="Teo")
        assert (await item(tablets, "crisis_plan")).have == 1
        await write(tablets, CrisisItem.TYPE, "b" * 32, section="proactive", text="Go to the porch")
        assert (await item(tablets, "crisis_plan")).done


async def test_a_support_who_must_not_be_contacted_counts_for_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, supports = tablets.family.id, tablets.coordinator.supports
        one = await supports.save(SupportDraft(family, name="Ray", status="on_team", do_not_contact=True))
        assert not (await item(tablets, "natural_on_team")).done
        assert not (await item(tablets, "team_named")).done
        await supports.save(replace(await supports.form(one), do_not_contact=False))
        assert (await item(tablets, "natural_on_team")).done


async def test_outcomes_are_rated_when_they_were_at_the_last_meeting(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        goal = await plan.save_outcome(family, await plan.save_need(family, "Sleep"), "In bed by ten")
        await write(tablets, Meeting.TYPE, "a" * 32, status="held", starts_at_ms=1)
        await write(tablets, Rating.TYPE, "b" * 32, outcome_id=goal, meeting_id="a" * 32, value=5)
        assert (await item(tablets, "rated")).done
        await write(tablets, Meeting.TYPE, "c" * 32, status="held", starts_at_ms=2)
        assert not (await item(tablets, "rated")).done


async def test_the_transition_plan_answers_the_last_phase(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        teo = await tablets.coordinator.supports.save(SupportDraft(family, name="Teo", status="on_team"))
        await write(tablets, TransitionPlan.TYPE, "a" * 32, celebration="Beach", way_back="Call Ruth")
        await write(tablets, TransitionItem.TYPE, "b" * 32, section="carries", text="Drives", who_id=teo)
        await write(tablets, TransitionItem.TYPE, "c" * 32, section="readiness", text="Ready?", done=True)
        view = await phases(tablets.coordinator).phases(family)
        assert view.phases[3].open_items == ("post_crisis",)


# -- closing ---------------------------------------------------------------------------------


async def test_a_phase_with_open_items_asks_why_and_keeps_the_answer(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine = tablets.family.id, phases(tablets.coordinator)
        with pytest.raises(InvalidInput) as refused:
            await mine.close(family, 1, "  ")
        assert (refused.value.code, refused.value.field) == ("no_phase_reason", "reason")
        assert (await mine.phases(family)).current == 1
        assert await mine.close(family, 1, "The family wants to start.") == 2
        await tablets.meet()
        there = await phases(tablets.supervisor).phases(family)
        (closing,) = there.closings
        assert there.current == 2
        assert [one.state for one in there.phases] == ["past", "current", "coming", "coming"]
        assert closing.reason == "The family wants to start."
        assert closing.open_items == CHECKLIST[1]
        assert closing.closed_by == tablets.coordinator.desk.me.name


async def test_a_phase_with_nothing_open_is_closed_without_a_question(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine = tablets.family.id, phases(tablets.coordinator)
        await to_phase(tablets, 3)
        plan = tablets.coordinator.plan
        goal = await plan.save_outcome(family, await plan.save_need(family, "Sleep"), "In bed by ten")
        step = await plan.save_step(family, await plan.save_strategy(family, goal, "Tea"), "Buy tea")
        await plan.complete_step(family, step)
        await write(tablets, Meeting.TYPE, "a" * 32, status="held", starts_at_ms=1)
        await write(tablets, Rating.TYPE, "b" * 32, outcome_id=goal, meeting_id="a" * 32, value=5)
        for code in ("adjusted", "cohesion"):
            await mine.tick(family, code)
        assert await mine.close(family, 3) == 4
        assert (await mine.phases(family)).closings[0].open_items == ()


async def test_the_last_phase_is_closed_and_stays_the_last(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await to_phase(tablets, 4)
        assert await phases(tablets.coordinator).close(tablets.family.id, 4, "done") == 4
        assert len((await phases(tablets.coordinator).phases(tablets.family.id)).closings) == 4


async def test_a_phase_closed_on_another_tablet_is_not_closed_twice(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await to_phase(tablets, 2)
        with pytest.raises(InvalidInput) as refused:
            await phases(tablets.coordinator).close(tablets.family.id, 1, "again")
        assert refused.value.code == "another_phase"


async def test_an_earlier_phase_is_opened_again_and_the_history_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine = tablets.family.id, phases(tablets.coordinator)
        await to_phase(tablets, 3)
        await mine.go_back(family, 1)
        view = await mine.phases(family)
        assert (view.current, len(view.closings)) == (1, 2)
        for wrong in (2, 0):
            with pytest.raises(InvalidInput):
                await mine.go_back(family, wrong)


async def test_a_phase_no_list_has_is_read_as_the_nearest(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = singleton_id(tablets.family.stream, "family").hex()
        await write(tablets, "family", family, phase=9)
        assert (await phases(tablets.coordinator).phases(tablets.family.id)).current == 4


async def test_only_those_who_work_with_families_touch_phases(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        other = Phases(replace(desk, me=replace(desk.me, roles=("administrator",))))
        for act in (
            lambda: other.tick(tablets.family.id, "oriented"),
            lambda: other.close(tablets.family.id, 1, "why"),
            lambda: other.go_back(tablets.family.id, 1),
        ):
            with pytest.raises(PermissionRefused):
                await act()
