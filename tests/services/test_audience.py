"""What is kept from whom: written for a pair at a time, so that no tablet uncovers what another hid."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.services.audience import Audiences
from app.wraparound.records import NaturalSupport
from tests.services.kitchen import CARMEN, LUIS, MARISOL, NEED, NIA, ROSA, TEO, kitchen
from tests.services.rig import pair


async def test_readers_are_the_family_then_their_people_then_professionals(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(NaturalSupport.TYPE, "b3" * 16, name="Lily", relation="friend", status="named")
        readers = await place.tablet.open.audiences.readers(place.family)
        assert [one.id for one in readers if one.on_team] == [NIA, ROSA, LUIS, CARMEN, TEO, MARISOL]
        assert [one.name for one in readers if not one.on_team] == ["Lily"]
        assert [(one.name, one.kind) for one in readers[:1]] == [("Nia", "family")]


async def test_a_set_of_people_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        audiences = place.tablet.open.audiences

        async def keep(*people: str) -> frozenset[str]:
            await audiences.keep_from(place.family, "need", NEED, frozenset(people))
            return (await audiences.kept_from(place.family)).get(NEED, frozenset())

        assert await keep(LUIS, TEO) == {LUIS, TEO}
        assert await keep(TEO) == {TEO}
        assert await keep() == frozenset()
        # The same pair again: its record comes back.
        assert await keep(LUIS) == {LUIS}


async def test_two_tablets_that_name_different_people_hide_from_both(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need = await tablets.coordinator.plan.save_need(tablets.family.id, "Nia needs somebody who stays.")
        await tablets.meet()
        here, there = (Audiences(one.desk) for one in (tablets.coordinator, tablets.supervisor))
        await here.keep_from(tablets.family.id, "need", need, frozenset({LUIS}))
        await there.keep_from(tablets.family.id, "need", need, frozenset({TEO}))
        await tablets.meet()
        for one in (here, there):
            assert await one.kept_from(tablets.family.id) == {need: frozenset({LUIS, TEO})}


async def test_taking_one_name_off_leaves_the_name_another_tablet_put_on(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        here, there = (Audiences(one.desk) for one in (tablets.coordinator, tablets.supervisor))
        await here.keep_from(tablets.family.id, "need", NEED, frozenset({LUIS}))
        await tablets.meet()
        await here.keep_from(tablets.family.id, "need", NEED, frozenset())
        await there.keep_from(tablets.family.id, "need", NEED, frozenset({LUIS, TEO}))
        await tablets.meet()
        for one in (here, there):
            assert TEO in (await one.kept_from(tablets.family.id))[NEED]


@pytest.mark.parametrize(("item_type", "item"), [("nothing", NEED), ("need", "")])
async def test_only_records_can_be_kept_from_somebody(tmp_path: Path, item_type: str, item: str) -> None:
    async with kitchen(tmp_path) as place:
        with pytest.raises(InvalidInput) as refused:
            await place.tablet.open.audiences.keep_from(place.family, item_type, item, frozenset({LUIS}))
        assert refused.value.code == "bad_item"
