"""Two tablets, the server away: both edit, both keep everything, somebody decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.services.supports import SupportDraft
from tests.services.rig import Pair, pair


async def _support(tablets: Pair, **values: object) -> str:
    draft = SupportDraft(tablets.family.id, name="Uncle Teo", relation="uncle", **values)  # type: ignore[arg-type]
    support_id = await tablets.coordinator.supports.save(draft)
    await tablets.meet()
    return support_id


async def test_changes_to_different_fields_of_one_support_simply_join(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        support_id = await _support(tablets)
        base = SupportDraft(tablets.family.id, support_id, name="Uncle Teo", relation="uncle")
        await tablets.coordinator.supports.save(replace(base, phone="860-555-0101"))
        await tablets.supervisor.supports.save(replace(base, availability="Tuesdays and Thursdays"))
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            view = await person.supports.support(support_id)
            assert view is not None
            assert (view.phone, view.availability) == ("860-555-0101", "Tuesdays and Thursdays")
            assert not view.has_conflict
            assert await person.conflicts.open() == ()


async def test_the_same_words_changed_on_both_tablets_are_both_kept_until_somebody_chooses(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        await tablets.coordinator.plan.save_vision(family, "Quiet mornings.")
        await tablets.meet()
        await tablets.coordinator.plan.save_vision(family, "Quiet mornings, and Nia laughs.")
        tablets.supervisor.later(60)
        await tablets.supervisor.plan.save_vision(family, "Mornings are quiet.")
        await tablets.meet()
        seen = []
        for person in (tablets.coordinator, tablets.supervisor):
            (conflict,) = await person.conflicts.open(family)
            assert conflict.family_name == "Nia and the Delgado family"
            assert {version.value for version in conflict.versions} == {
                "Quiet mornings, and Nia laughs.",
                "Mornings are quiet.",
            }
            assert {version.author for version in conflict.versions} == {"Marisol Vega", "Ruth Abara"}
            assert [version.mine for version in conflict.versions].count(True) == 1
            seen.append((await person.plan.plan(family)).vision)
        assert seen[0] == seen[1]
        (conflict,) = await tablets.supervisor.conflicts.open(family)
        await tablets.supervisor.conflicts.settle(conflict, "Quiet mornings, and Nia laughs.")
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            plan = await person.plan.plan(family)
            assert plan.vision == "Quiet mornings, and Nia laughs." and not plan.vision_conflict
            assert await person.conflicts.open() == ()


async def test_a_conflict_may_be_settled_with_words_made_from_both(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        await tablets.coordinator.plan.save_vision(family, "A.")
        await tablets.supervisor.plan.save_vision(family, "B.")
        await tablets.meet()
        (conflict,) = await tablets.coordinator.conflicts.open()
        await tablets.coordinator.conflicts.settle(conflict, "A. And B.")
        await tablets.meet()
        assert (await tablets.supervisor.plan.plan(family)).vision == "A. And B."
        assert await tablets.supervisor.conflicts.open() == ()


async def test_a_choice_that_is_not_one_of_the_versions_is_refused_for_ticks(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        support_id = await _support(tablets)
        base = SupportDraft(tablets.family.id, support_id, name="Uncle Teo", relation="uncle")
        await tablets.coordinator.supports.save(replace(base, closeness=3))
        await tablets.supervisor.supports.save(replace(base, closeness=1))
        await tablets.meet()
        (conflict,) = await tablets.coordinator.conflicts.open()
        with pytest.raises(InvalidInput):
            await tablets.coordinator.conflicts.settle(conflict, 7)
        await tablets.coordinator.conflicts.settle(conflict, 3)
        view = await tablets.coordinator.supports.support(support_id)
        assert view is not None and view.closeness == 3


async def test_a_removed_support_comes_back_when_somebody_changed_it_meanwhile(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        support_id = await _support(tablets)
        base = SupportDraft(tablets.family.id, support_id, name="Uncle Teo", relation="uncle")
        await tablets.supervisor.supports.remove(support_id)
        await tablets.coordinator.supports.save(replace(base, phone="860-555-0101"))
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            view = await person.supports.support(support_id)
            assert view is not None and view.phone == "860-555-0101" and view.name == "Uncle Teo"


async def test_a_removal_can_be_undone(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        support_id = await _support(tablets, phone="860-555-0101")
        supports = tablets.coordinator.supports
        await supports.remove(support_id)
        assert await supports.support(support_id) is None
        await supports.put_back(support_id, tablets.family.id)
        await tablets.meet()
        view = await tablets.supervisor.supports.support(support_id)
        assert view is not None and view.phone == "860-555-0101"


async def test_a_status_keeps_the_day_on_which_it_was_reached(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        support_id = await _support(tablets)
        tablets.coordinator.later(3 * 24 * 3600)
        base = SupportDraft(tablets.family.id, support_id, name="Uncle Teo", relation="uncle")
        await tablets.coordinator.supports.save(replace(base, status="asked"))
        view = await tablets.coordinator.supports.support(support_id)
        assert view is not None
        assert (view.status, view.status_on) == ("asked", tablets.coordinator.desk.today().isoformat())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"how_they_help": ("flying",)}, "how_they_help"),
        ({"status": "married"}, "status"),
        ({"closeness": 9}, "closeness"),
        ({"note": "\ud800"}, "note"),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
async def test_a_support_that_cannot_be_kept_is_refused_naming_the_field(
    tmp_path: Path, change: dict[str, object], field: str
) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as refused:
            await tablets.coordinator.supports.save(
                replace(SupportDraft(tablets.family.id, name="Lily"), **change)  # type: ignore[arg-type]
            )
        assert refused.value.field == field
