"""The plan as one tree, its order, its steps; the list of families and a new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.services.opening import NewFamily
from app.services.supports import SupportDraft
from tests.services.rig import Pair, pair


async def _grow(tablets: Pair) -> tuple[str, str, str, str]:
    plan, family = tablets.coordinator.plan, tablets.family.id
    need = await plan.save_need(family, "Nia needs to know someone stays.", life_domain="family")
    outcome = await plan.save_outcome(family, need, "At school on time", baseline="1", target="4")
    strategy = await plan.save_strategy(family, outcome, "Uncle Teo drives her")
    step = await plan.save_step(family, strategy, "Ask his boss", owner="Teo")
    return need, outcome, strategy, step


async def test_need_outcome_strategy_and_step_hang_together_on_both_tablets(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, step = await _grow(tablets)
        await tablets.meet()
        plan = await tablets.supervisor.plan.plan(tablets.family.id)
        (there,) = plan.needs
        assert (there.need_id, there.number) == (need, 1)
        assert there.outcomes[0].outcome_id == outcome
        assert there.outcomes[0].strategies[0].strategy_id == strategy
        assert there.outcomes[0].strategies[0].steps[0].step_id == step
        assert (plan.open_steps, plan.done_steps) == (1, 0)


async def test_a_step_is_completed_and_opened_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        *_, step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.complete_step(family, step)
        await tablets.meet()
        done = (await tablets.supervisor.plan.plan(family)).needs[0].outcomes[0].strategies[0].steps[0]
        assert (done.state, done.done_on) == ("done", tablets.coordinator.desk.today().isoformat())
        await plan.complete_step(family, step, done=False)
        again = (await plan.plan(family)).needs[0].outcomes[0].strategies[0].steps[0]
        assert (again.state, again.done_on) == ("no_date", "")


async def test_a_step_past_its_day_is_still_open(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        *_, strategy, step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        due = (tablets.coordinator.desk.today() + timedelta(days=2)).isoformat()
        await plan.save_step(family, strategy, "Ask his boss", step_id=step, owner="Teo", due_on=due)
        assert (await plan.plan(family)).needs[0].outcomes[0].strategies[0].steps[0].state == "open"
        tablets.coordinator.later(3 * 24 * 3600)
        assert (await plan.plan(family)).needs[0].outcomes[0].strategies[0].steps[0].state == "overdue"


async def test_the_order_of_needs_changes_one_place_at_a_time_and_not_beyond_the_ends(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        first = await plan.save_need(family, "First")
        second = await plan.save_need(family, "Second")
        await plan.move_need(family, first, up=True)
        await plan.move_need(family, second, up=True)
        assert [need.text for need in (await plan.plan(family)).needs] == ["Second", "First"]


@pytest.mark.parametrize("what", ["vision", "need", "outcome", "strategy", "step"])
async def test_empty_words_are_refused_everywhere_in_the_plan(tmp_path: Path, what: str) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        acts = {
            "vision": lambda: plan.save_vision(family, " "),
            "need": lambda: plan.save_need(family, ""),
            "outcome": lambda: plan.save_outcome(family, "0" * 32, ""),
            "strategy": lambda: plan.save_strategy(family, "0" * 32, "\n"),
            "step": lambda: plan.save_step(family, "0" * 32, ""),
        }
        with pytest.raises(InvalidInput) as refused:
            await acts[what]()
        assert refused.value.field == what


async def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as refused:
            await tablets.coordinator.plan.save_step(
                tablets.family.id, "0" * 32, "Call", due_on="2026-02-30"
            )
        assert refused.value.field == "due_on"


async def test_a_family_is_opened_offline_and_its_supervisor_can_read_it(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        family_id = await person.opening.open_family(
            NewFamily("Ivy", "Okoro", born_on="2016-05-02", caregiver="Grace and Daniel", town="Norwich")
        )
        rows = await person.casebook.families()
        assert [row.title.split(",")[0] for row in rows] == ["Ivy Okoro", "Nia Delgado"]
        new = rows[0]
        assert new.family_id == family_id
        assert (new.with_whom, new.initials, new.phase) == ("with Grace and Daniel", "IO", 1)
        assert new.clock is not None and new.clock.state == "on_time"
        (stream,) = [
            position.stream
            for position in await person.vault.positions()
            if (state := person.vault.stream_state(position.stream)) and state.group.hex() == family_id
        ]
        members = person.vault.stream_state(stream)
        assert members is not None
        assert members.members == {tablets.supervisor.member.person, person.member.person}


async def test_families_are_found_by_street_school_and_anyone_on_the_team(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        await person.opening.open_family(NewFamily("Ivy", "Okoro", address="3 Orchard Street"))
        await person.supports.save(SupportDraft(tablets.family.id, name="Coach Will"))
        titles = {
            words: [row.title for row in await person.casebook.families(words)]
            for words in ("orch", "coach", "ivy", "nobody")
        }
        assert titles == {"orch": ["Ivy Okoro"], "coach": ["Nia Delgado"], "ivy": ["Ivy Okoro"], "nobody": []}


async def test_a_family_that_is_not_here_says_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as refused:
            await tablets.coordinator.casebook.header("0" * 32)
        assert refused.value.code == "family_not_here"
        with pytest.raises(InvalidInput):
            await tablets.coordinator.notes.save(
                replace(tablets.coordinator.notes.begin("0" * 32), body="Words.")
            )


async def test_only_supports_who_may_be_called_stand_on_the_crisis_page(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, family = tablets.coordinator, tablets.family.id
        base = SupportDraft(family, how_they_help=("crisis",), phone="860-555-0100")
        await person.supports.save(replace(base, name="Gloria"))
        await person.supports.save(replace(base, name="Ray", do_not_contact=True))
        await person.supports.save(replace(base, name="Lily", how_they_help=("company",)))
        await person.supports.save(replace(base, name="Ana", phone=""))
        assert [one.name for one in await person.casebook.crisis_contacts(family)] == ["Gloria"]
