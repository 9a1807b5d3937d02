"""Writing a whole plan: every field, what is put aside, what is taken off and comes back, and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.plan import KeptForm, Plan
from app.services.plan_desk import NOT_NOW_MS
from app.store.vault import Change
from app.wraparound.records import Family, NaturalSupport, Person, Rating, TeamMember, Translation
from tests.services.rig import Pair, pair


async def _grow(tablets: Pair) -> tuple[str, str, str, str]:
    plan, family = tablets.coordinator.plan, tablets.family.id
    need = await plan.save_need(family, "Nia needs to know someone stays.", life_domain="family")
    outcome = await plan.save_outcome(family, need, "At school on time", target="4")
    strategy = await plan.save_strategy(family, outcome, "Uncle Teo drives her")
    step = await plan.save_step(family, strategy, "Ask his boss", owner="Teo")
    return need, outcome, strategy, step


async def _write(tablets: Pair, record_type: str, record: str, fields: Mapping[str, object]) -> None:
    await tablets.coordinator.vault.commit(
        [Change(tablets.family.stream, record_type, record, dict(fields))]
    )


async def test_every_field_of_the_plan_is_kept_and_reaches_the_other_tablet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.save_vision(family, "Quiet mornings", "Stay together", ground_rules="Listen\nNo phones")
        strength = await plan.save_strength(family, "Nia sings", whose="a" * 32, life_domain="home")
        need = await plan.save_need(family, "To know someone stays", whose="a" * 32)
        outcome = await plan.save_outcome(
            family, need, "On time", measure_kind="instrument", instrument="Ohio Scales", baseline="40",
            target="20", current="35", better="down", due_on="2026-12-24",
        )  # fmt: skip
        strategy = await plan.save_strategy(
            family, outcome, "Choir", chosen=False, kind="community", provider="St. Anne", place="the hall",
            frequency="weekly", starts_on="2026-12-01", ends_on="2027-03-01", strengths=[strength],
            principles=["community_based", "strengths_based"],
        )  # fmt: skip
        await plan.save_step(family, strategy, "Ask the choir", owner="Teo", owner_id="b" * 32)
        await tablets.meet()
        there = await tablets.supervisor.plan.plan(family)
        assert (there.vision, there.team_mission) == ("Quiet mornings", "Stay together")
        assert there.ground_rules == "Listen\nNo phones"
        (good,) = there.strengths
        assert (good.strength_id, good.text, good.whose) == (strength, "Nia sings", "a" * 32)
        goal = there.needs[0].outcomes[0]
        assert (goal.measure_kind, goal.instrument, goal.better) == ("instrument", "Ohio Scales", "down")
        assert (goal.baseline, goal.target, goal.current, goal.due_on) == ("40", "20", "35", "2026-12-24")
        way = goal.strategies[0]
        assert (way.chosen, way.kind, way.provider, way.place) == (False, "community", "St. Anne", "the hall")
        assert (way.frequency, way.starts_on, way.ends_on) == ("weekly", "2026-12-01", "2027-03-01")
        assert (way.strengths, way.principles) == ((strength,), ("community_based", "strengths_based"))
        assert way.steps[0].owner_id == "b" * 32


@pytest.mark.parametrize(("written", "begins"), [("es", "es"), ("en", "en"), ("pt", "en"), ("", "en")])
async def test_new_words_begin_in_the_familys_written_language(
    tmp_path: Path, written: str, begins: str
) -> None:
    async with pair(tmp_path) as tablets:
        record = singleton_id(tablets.family.stream, Family.TYPE).hex()
        await _write(tablets, Family.TYPE, record, {"written_language": written})
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.save_need(family, "Descansar")
        await plan.save_need(family, "To rest", language="en")
        shown = await plan.plan(family)
        assert shown.words_language == begins
        assert [one.language for one in shown.needs] == [begins, "en"]


async def test_what_is_left_out_of_a_change_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.save_need(family, "Changed", need_id=need)
        await plan.save_outcome(family, need, "At school", outcome_id=outcome, current="2")
        there = (await plan.plan(family)).needs[0]
        assert (there.text, there.life_domain) == ("Changed", "family")
        assert (there.outcomes[0].target, there.outcomes[0].current) == ("4", "2")


@pytest.mark.parametrize(
    ("kind", "status", "place"),
    [("need", "set_aside", 0), ("strategy", "set_aside", 2), ("step", "dropped", 3)],
)
async def test_setting_aside_asks_why_and_keeps_the_answer(
    tmp_path: Path, kind: str, status: str, place: int
) -> None:
    async with pair(tmp_path) as tablets:
        ids = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        with pytest.raises(InvalidInput) as refused:
            await plan.stand(family, kind, ids[place], status, " ")
        assert refused.value.code == "no_reason"
        await plan.stand(family, kind, ids[place], status, "Teo moved away.")
        assert await _standing(plan, family, kind) == (status, "Teo moved away.")
        await plan.stand(family, kind, ids[place], "open")
        assert (await _standing(plan, family, kind))[0] == "open"


async def _standing(plan: Plan, family: str, kind: str) -> tuple[str, str]:
    need = (await plan.plan(family)).needs[0]
    way = need.outcomes[0].strategies[0]
    if kind == "need":
        return need.status, need.status_reason
    if kind == "strategy":
        return way.status, way.status_reason
    return way.steps[0].status, way.steps[0].what_happened


async def test_need_is_met_without_a_word_and_opened_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.stand(family, "need", need, "met")
        await plan.stand(family, "outcome", outcome, "set_aside", "why is not kept for an outcome")
        shown = (await plan.plan(family)).needs[0]
        assert (shown.status, shown.outcomes[0].status) == ("met", "set_aside")
        await plan.stand(family, "need", need, "open")
        assert (await plan.plan(family)).needs[0].status == "open"


async def test_option_is_chosen_and_put_back_among_the_others(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        _need, outcome, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        option = await plan.save_strategy(family, outcome, "Walk with Gloria", chosen=False)
        await plan.choose(family, option, True)
        assert await _chosen(plan, family) == [True, True]
        await plan.choose(family, option, False)
        assert await _chosen(plan, family) == [True, False]


async def _chosen(plan: Plan, family: str) -> list[bool]:
    return [one.chosen for one in (await plan.plan(family)).needs[0].outcomes[0].strategies]


# -- order ---------------------------------------------------------------------------------


async def test_need_is_put_on_a_place_and_the_others_move_up(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        ids = [await plan.save_need(family, name) for name in ("A", "B", "C")]
        await plan.place_need(family, ids[2], 0)
        assert [one.text for one in (await plan.plan(family)).needs] == ["C", "A", "B"]
        await plan.place_need(family, ids[2], 99)
        assert [one.text for one in (await plan.plan(family)).needs] == ["A", "B", "C"]
        await plan.place_need(family, "0" * 32, 1)
        assert [one.text for one in (await plan.plan(family)).needs] == ["A", "B", "C"]


async def test_strategies_are_ordered_within_their_own_outcome(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, _step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        other = await plan.save_outcome(family, need, "Sleeps")
        await plan.save_strategy(family, other, "Reads to her")
        tablets.coordinator.later(5)
        second = await plan.save_strategy(family, outcome, "Walks with Gloria")
        await plan.place(family, "strategy", second, 0)
        ways = (await plan.plan(family)).needs[0].outcomes[0].strategies
        assert [one.strategy_id for one in ways] == [second, strategy]
        await plan.place(family, "strategy", second, 1)
        ways = (await plan.plan(family)).needs[0].outcomes[0].strategies
        assert [one.strategy_id for one in ways] == [strategy, second]


# -- off the plan, and back ----------------------------------------------------------------


async def test_need_goes_with_all_below_it_in_one_act_and_comes_back_in_one(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        rating = {"outcome_id": outcome, "value": 7, "words": "calmer"}
        await _write(tablets, Rating.TYPE, "ab" * 16, rating)
        told = {"item_id": need, "field": "text", "text": "Saber"}
        await _write(tablets, Translation.TYPE, "ac" * 16, told)
        before = await plan.plan(family)
        removed = await plan.remove(family, "need", need)
        assert len(removed.records) == 6
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            shown = await person.plan.plan(family)
            assert (shown.needs, shown.adrift, shown.open_steps) == ((), (), 0)
            assert await person.vault.search("calmer") == ()
            assert await person.vault.search("Saber") == ()
        await plan.put_back(removed)
        await tablets.meet()
        assert await plan.plan(family) == before
        assert await tablets.supervisor.plan.plan(family) == before
        assert await tablets.supervisor.vault.search("calmer")


async def test_taking_a_step_off_leaves_everything_else(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        *_, strategy, step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.save_step(family, strategy, "Buy a clock")
        removed = await plan.remove(family, "step", step)
        assert removed.records == (("action_step", step),)
        steps = (await plan.plan(family)).needs[0].outcomes[0].strategies[0].steps
        assert [one.what for one in steps] == ["Buy a clock"]
        assert (await plan.remove(family, "step", step)).records == ()


async def test_what_is_gone_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        await plan.remove(family, "need", need)
        with pytest.raises(InvalidInput) as refused:
            await plan.save_need(family, "Again", need_id=need)
        assert refused.value.code == "not_in_plan"


# -- two tablets ---------------------------------------------------------------------------


async def test_two_tablets_write_the_same_plan_offline_and_nothing_is_lost(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, step = await _grow(tablets)
        family = tablets.family.id
        await tablets.meet()
        mine, hers = tablets.coordinator.plan, tablets.supervisor.plan
        await mine.save_need(family, "Second need")
        await mine.save_strategy(family, outcome, "Uncle Teo drives her daily", strategy_id=strategy)
        await mine.save_step(family, strategy, "Buy a clock")
        await mine.complete_step(family, step)
        await hers.save_strategy(family, outcome, "Uncle Teo drives her", strategy_id=strategy, place="home")
        await hers.save_outcome(family, need, "Sleeps through")
        await hers.save_strength(family, "Nia sings")
        await tablets.meet()
        one, other = await mine.plan(family), await hers.plan(family)
        assert one == other
        assert [n.text for n in one.needs] == ["Nia needs to know someone stays.", "Second need"]
        assert {o.text for o in one.needs[0].outcomes} == {"At school on time", "Sleeps through"}
        (way,) = (way for goal in one.needs[0].outcomes for way in goal.strategies)
        assert (way.text, way.place) == ("Uncle Teo drives her daily", "home")
        assert {(s.what, s.status) for s in way.steps} == {("Ask his boss", "done"), ("Buy a clock", "open")}
        assert [s.text for s in one.strengths] == ["Nia sings"]


async def test_saving_a_form_again_writes_nothing_that_did_not_change(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await _grow(tablets)
        family = tablets.family.id
        await tablets.meet()
        text = "Nia needs to know someone stays."
        await tablets.coordinator.plan.save_need(family, text, need_id=need, life_domain="home")
        await tablets.supervisor.plan.save_need(family, "Nia needs to know who stays.", need_id=need)
        await tablets.meet()
        (shown,) = (await tablets.coordinator.plan.plan(family)).needs
        assert (shown.text, shown.life_domain) == ("Nia needs to know who stays.", "home")
        assert not shown.has_conflict


async def test_two_tablets_order_the_needs_at_once_and_agree(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        mine, hers = tablets.coordinator.plan, tablets.supervisor.plan
        ids = [await mine.save_need(family, name) for name in ("A", "B", "C", "D")]
        await tablets.meet()
        await mine.place_need(family, ids[3], 0)
        await hers.place_need(family, ids[0], 3)
        await hers.save_need(family, "E")
        await tablets.meet()
        one, other = await mine.plan(family), await hers.plan(family)
        assert one == other
        assert sorted(need.text for need in one.needs) == ["A", "B", "C", "D", "E"]
        await mine.place_need(family, ids[1], 0)
        await tablets.meet()
        assert (await hers.plan(family)).needs[0].text == "B"


async def test_piece_written_below_what_another_took_off_can_be_reached_and_brings_it_back(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, _step = await _grow(tablets)
        family = tablets.family.id
        await tablets.meet()
        await tablets.coordinator.plan.remove(family, "need", need)
        await tablets.supervisor.plan.save_step(family, strategy, "Buy a clock")
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            (loose,) = (await person.plan.plan(family)).adrift
            assert (loose.kind, loose.text) == ("step", "Buy a clock")
        plan = tablets.coordinator.plan
        await plan.bring_back(family, loose.kind, loose.record_id)
        await tablets.meet()
        there = await tablets.supervisor.plan.plan(family)
        assert there.adrift == ()
        assert there.needs[0].outcomes[0].strategies[0].steps[0].what == "Buy a clock"
        assert [there.needs[0].need_id, there.needs[0].outcomes[0].outcome_id] == [need, outcome]


async def test_undo_of_a_removal_keeps_what_another_wrote_meanwhile(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await _grow(tablets)
        family = tablets.family.id
        await tablets.meet()
        removed = await tablets.coordinator.plan.remove(family, "need", need)
        await tablets.supervisor.plan.save_need(family, "Nia needs to know who stays.", need_id=need)
        await tablets.coordinator.plan.put_back(removed)
        await tablets.meet()
        one, other = (
            await tablets.coordinator.plan.plan(family), await tablets.supervisor.plan.plan(family)
        )  # fmt: skip
        assert one == other
        assert one.needs[0].text == "Nia needs to know who stays."
        assert one.needs[0].outcomes[0].strategies[0].steps[0].what == "Ask his boss"


# -- links, helpers ------------------------------------------------------------------------


async def test_links_lead_both_ways_and_to_the_notes(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        strength = await plan.save_strength(family, "Teo gets up early")
        await plan.save_strategy(
            family, outcome, "Uncle Teo drives her", strategy_id=strategy, strengths=[strength]
        )
        notes = tablets.coordinator.notes
        await notes.save(replace(notes.begin(family), body="Teo asked.", concerns=step))
        of_need = await plan.links(family, need)
        assert [(one.tie, one.kind, one.record_id) for one in of_need[:3]] == [
            ("has", "outcome", outcome), ("has", "strategy", strategy), ("has", "step", step),
        ]  # fmt: skip
        assert [(one.tie, one.kind, one.text) for one in of_need[3:]] == [("noted", "note", "home_visit")]
        of_step = [(one.tie, one.record_id) for one in await plan.links(family, step)]
        assert of_step[:3] == [("part_of", need), ("part_of", outcome), ("part_of", strategy)]
        assert of_step[3][0] == "noted"
        of_way = [(one.tie, one.record_id) for one in await plan.links(family, strategy)]
        assert ("builds_on", strength) in of_way
        of_strength = await plan.links(family, strength)
        assert [(one.tie, one.record_id) for one in of_strength] == [("used_by", strategy)]


async def test_nobody_who_must_not_be_contacted_is_offered_a_step(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _write(tablets, Person.TYPE, "a1" * 16, {"name": "Nia Delgado", "called": "Nia"})
        await _write(tablets, NaturalSupport.TYPE, "b1" * 16, {"name": "Teo", "status": "leading"})
        await _write(tablets, NaturalSupport.TYPE, "b2" * 16, {"name": "Ray", "do_not_contact": True})
        await _write(tablets, NaturalSupport.TYPE, "b3" * 16, {"name": "Lily", "status": "asked"})
        await _write(tablets, TeamMember.TYPE, "c1" * 16, {"name": "Ms. Nair", "kind": "formal"})
        await _write(tablets, TeamMember.TYPE, "c2" * 16, {"name": "Gone", "status": "left"})
        helpers = await tablets.coordinator.plan.helpers(tablets.family.id)
        assert {one.name: (one.kind, one.on_team) for one in helpers} == {
            "Nia": ("family", True), "Teo": ("natural", True), "Lily": ("natural", False),
            "Ms. Nair": ("formal", True),
        }  # fmt: skip


# -- this tablet alone ---------------------------------------------------------------------


async def test_form_survives_being_put_away_and_stays_on_this_tablet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        form = KeptForm(family, "need", "", "", {"text": "Half a sent"}, {"text": ""}, {"text": ""})
        await plan.keep_form(form)
        await plan.keep_form(KeptForm("0" * 32, "need", "", "", {"text": "of another family"}))
        assert await plan.kept_forms(family) == (form,)
        assert await tablets.supervisor.plan.kept_forms(family) == ()
        await plan.drop_form(form)
        assert await plan.kept_forms(family) == ()


async def test_form_of_another_version_is_left_out(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        vault, family = tablets.coordinator.vault, tablets.family.id
        await vault.save_local("plan_draft", f"{family}.need..", b'{"kind": 3}')
        await vault.save_local("plan_draft", f"{family}.step..", b"not json")
        assert await tablets.coordinator.plan.kept_forms(family) == ()


async def test_coach_is_silent_for_fourteen_days_about_one_thing_on_this_tablet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        plan, family = tablets.coordinator.plan, tablets.family.id
        first = await plan.save_need(family, "Nia needs therapy")
        await plan.save_need(family, "Marco needs therapy")
        await tablets.meet()
        mine, hers = await plan.flags(family)
        assert (mine.record_id, mine.word) == (first, "therapy")
        await plan.not_now("0" * 32, hers)
        await plan.not_now(family, mine)
        assert await plan.flags(family) == (hers,)
        assert len(await tablets.supervisor.plan.flags(family)) == 2
        tablets.coordinator.later(NOT_NOW_MS / 1000 + 1)
        assert await plan.flags(family) == (mine, hers)


async def test_who_may_not_write_plans_changes_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await _grow(tablets)
        family = tablets.family.id
        desk = tablets.coordinator.desk
        stranger = Plan(replace(desk, me=replace(desk.me, roles=("administrator",))))
        for act in (
            stranger.save_need(family, "X"), stranger.remove(family, "need", need),
            stranger.place_need(family, need, 0), stranger.stand(family, "need", need, "met"),
            stranger.bring_back(family, "need", need),
        ):  # fmt: skip
            with pytest.raises(PermissionRefused):
                await act
        assert len((await stranger.plan(family)).needs) == 1


# -- words -----------------------------------------------------------------------------------


async def test_words_of_an_item_and_what_is_translated_of_all(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, _outcome, _strategy, step = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        assert await plan.words_of("need", need) == "Nia needs to know someone stays."
        assert await plan.words_of("action_step", step) == "Ask his boss"
        assert await plan.words_of("need", "0" * 32) == ""
        assert await plan.words_of("nonsense", need) == ""
        told = {"item_id": need, "item_type": "need", "field": "text", "text": "Nia necesita saber",
                "of_text": "Older words", "translated_by": "Ana", "checked_by": "Rosa"}  # fmt: skip
        await _write(tablets, Translation.TYPE, "ac" * 16, told)
        orphan = {"item_id": "0" * 32, "item_type": "need", "field": "text", "text": "Nada"}
        await _write(tablets, Translation.TYPE, "ad" * 16, orphan)
        (one,) = await plan.translated(family, "es")
        assert (one.item_id, one.text, one.stale) == (need, "Nia necesita saber", True)
        assert one.checked_by == "Rosa"
        assert await plan.translated(family, "en") == ()


async def test_label_of_a_piece_is_kept_and_read(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await _grow(tablets)
        plan, family = tablets.coordinator.plan, tablets.family.id
        assert await plan.label_of("need", need) == "general"
        need = await plan.write(family, "need", {"label": "minor_confidential"}, need)
        assert await plan.label_of("need", need) == "minor_confidential"
        assert (await plan.plan(family)).needs[0].label == "minor_confidential"
