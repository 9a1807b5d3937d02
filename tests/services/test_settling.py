"""Deciding between versions with help, and taking the decision back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.services.supports import SupportDraft
from app.services.undoing import KIND, MOST
from app.store import ancestry
from app.wraparound.merging import BASE
from tests.services.rig import Pair, pair

BEGAN = "Mornings are quiet. Nia eats first."


async def _disagree(tablets: Pair, mine: str, theirs: str) -> None:
    family = tablets.family.id
    await tablets.coordinator.plan.save_vision(family, mine)
    tablets.supervisor.later(60)
    await tablets.supervisor.plan.save_vision(family, theirs)
    await tablets.meet()


async def _vision(tablets: Pair, began: str = BEGAN) -> None:
    await tablets.coordinator.plan.save_vision(tablets.family.id, "Something else at first.")
    await tablets.coordinator.plan.save_vision(tablets.family.id, began)
    await tablets.meet()


async def test_both_tablets_suggest_the_same_words_made_of_both(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _vision(tablets)
        await _disagree(tablets, f"{BEGAN} Nia laughs.", "Mornings are calm. Nia eats first.")
        for person in (tablets.coordinator, tablets.supervisor):
            (conflict,) = await person.conflicts.open(tablets.family.id)
            made = await person.conflicts.suggest(conflict)
            assert made is not None and made.merged is not None
            assert made.value == "Mornings are calm. Nia eats first. Nia laughs."
            whose = {conflict.versions[one.whose].value for one in made.merged.pieces if one.whose != BASE}
            assert whose == {one.value for one in conflict.versions}


async def test_nothing_is_suggested_when_there_is_nothing_both_began_from(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _disagree(tablets, "Quiet mornings.", "Calm evenings.")
        (conflict,) = await tablets.coordinator.conflicts.open(tablets.family.id)
        assert await tablets.coordinator.conflicts.suggest(conflict) is None


async def test_nothing_is_suggested_that_stands_there_already(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _vision(tablets)
        await _disagree(tablets, f"{BEGAN} Nia laughs.", BEGAN + " ")
        for one in await tablets.coordinator.conflicts.open(tablets.family.id):
            made = await tablets.coordinator.conflicts.suggest(one)
            assert made is None or made.value not in {version.value for version in one.versions}


async def test_a_conflict_after_a_settled_one_begins_from_what_was_decided(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _vision(tablets)
        await _disagree(tablets, "One.", "Two.")
        (conflict,) = await tablets.coordinator.conflicts.open(tablets.family.id)
        await tablets.coordinator.conflicts.settle(conflict, "Nia sings. Rosa rests.")
        await tablets.meet()
        await _disagree(tablets, "Nia sings loud. Rosa rests.", "Nia sings. Rosa rests well.")
        (conflict,) = await tablets.supervisor.conflicts.open(tablets.family.id)
        made = await tablets.supervisor.conflicts.suggest(conflict)
        assert made is not None and made.value == "Nia sings loud. Rosa rests well."


async def test_lists_come_together_item_by_item(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        draft = SupportDraft(tablets.family.id, name="Uncle Teo", how_they_help=("meals", "respite"))
        draft = replace(draft, support_id=await tablets.coordinator.supports.save(draft))
        await tablets.meet()
        more = replace(draft, how_they_help=("meals", "respite", "transport"))
        await tablets.coordinator.supports.save(more)
        await tablets.supervisor.supports.save(replace(draft, how_they_help=("meals",)))
        await tablets.meet()
        (conflict,) = await tablets.coordinator.conflicts.open(tablets.family.id)
        made = await tablets.coordinator.conflicts.suggest(conflict, as_list=True)
        assert made is not None
        assert (made.value, made.added, made.merged) == ("meals,transport", ("transport",), None)


# -- taking back ---------------------------------------------------------------------------


async def test_one_tap_brings_the_other_value_back_and_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service, family = tablets.coordinator.conflicts, tablets.family.id
        await _vision(tablets)
        await _disagree(tablets, "Mine.", "Theirs.")
        (conflict,) = await service.open(family)
        await service.settle(conflict, "Mine.")
        (decision,) = await service.settled_lately()
        assert [(one.value, one.author, one.mine) for one in decision.others] == [
            ("Theirs.", "Ruth Abara", False)
        ]
        await service.bring_back(decision, 0)
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            assert (await person.plan.plan(family)).vision == "Theirs."
            assert await person.conflicts.open(family) == ()
        (back,) = await service.settled_lately()
        await service.bring_back(back, 0)
        assert (await tablets.coordinator.plan.plan(family)).vision == "Mine."


async def test_a_merged_text_can_be_taken_back_to_either(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service = tablets.coordinator.conflicts
        await _vision(tablets)
        await _disagree(tablets, "Mine.", "Theirs.")
        (conflict,) = await service.open(tablets.family.id)
        await service.settle(conflict, "Both of us.")
        (decision,) = await service.settled_lately()
        assert {one.value for one in decision.others} == {"Mine.", "Theirs."}


async def test_nothing_newer_is_ever_brought_back_over(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service = tablets.coordinator.conflicts
        await _vision(tablets)
        await _disagree(tablets, "Mine.", "Theirs.")
        (conflict,) = await service.open(tablets.family.id)
        await service.settle(conflict, "Mine.")
        (decision,) = await service.settled_lately()
        await tablets.meet()
        await tablets.supervisor.plan.save_vision(tablets.family.id, "Newer.")
        await tablets.meet()
        with pytest.raises(InvalidInput) as refused:
            await service.bring_back(decision, 0)
        assert refused.value.code == "newer_stands"
        assert await service.settled_lately() == ()
        assert await tablets.coordinator.vault.list_local(KIND) == ()
        assert (await tablets.coordinator.plan.plan(tablets.family.id)).vision == "Newer."


async def test_only_a_few_decisions_are_remembered(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service = tablets.coordinator.conflicts
        await _vision(tablets)
        await _disagree(tablets, "Mine.", "Theirs.")
        (conflict,) = await service.open(tablets.family.id)
        await service.settle(conflict, "Mine.")
        (decision,) = await service.settled_lately()
        for number in range(MOST + 5):
            await service.remember(replace(decision, field=f"f{number}", at_ms=decision.at_ms + number + 1))
        assert len(await tablets.coordinator.vault.list_local(KIND)) == MOST


async def test_two_decisions_at_once_began_from_two_values_so_nothing_is_suggested(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await _vision(tablets)
        await _disagree(tablets, f"{BEGAN} Nia laughs.", "Mornings are calm. Nia eats first.")
        decisions = ((tablets.coordinator, "Calm and laughing."), (tablets.supervisor, "Laughing, calm."))
        for person, words in decisions:
            (conflict,) = await person.conflicts.open(tablets.family.id)
            await person.conflicts.settle(conflict, words)
        await tablets.meet()
        (conflict,) = await tablets.coordinator.conflicts.open(tablets.family.id)
        assert {one.value for one in conflict.versions} == {"Calm and laughing.", "Laughing, calm."}
        assert await tablets.coordinator.conflicts.suggest(conflict) is None


async def test_a_history_too_long_to_walk_gives_no_suggestion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        await _vision(tablets)
        for number in range(5):
            await tablets.coordinator.plan.save_vision(tablets.family.id, f"{BEGAN} {number}")
        await tablets.meet()
        await _disagree(tablets, f"{BEGAN} 4 Nia laughs.", "Mornings are calm. Nia eats first. 4")
        (conflict,) = await tablets.coordinator.conflicts.open(tablets.family.id)
        assert await tablets.coordinator.conflicts.suggest(conflict) is not None
        monkeypatch.setattr(ancestry, "MOST_STEPS", 4)
        assert await tablets.coordinator.conflicts.suggest(conflict) is None
