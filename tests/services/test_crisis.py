"""The crisis plan: its lines in order, whom to call, and the card that anybody may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.crisis import CrisisPlans
from app.services.desk import Desk, Me
from app.wraparound.records import ContactSafety, NaturalSupport, Translation
from tests.services.kitchen import CARMEN, LINE, SECRET_LINE, TEO, Kitchen, kitchen
from tests.services.rig import pair


async def helps(place: Kitchen) -> list[str]:
    return [line.text for line in (await place.tablet.open.crisis.plan(place.family)).of("helps")]


async def test_lines_are_added_changed_and_moved_within_their_section(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        walk = await crisis.save_line(place.family, "helps", "A walk")
        await crisis.save_line(place.family, "helps", "Her song")
        assert await helps(place) == ["Sit next to her.", "A walk", "Her song"]
        await crisis.save_line(place.family, "helps", "A long walk", line_id=walk)
        await crisis.move_line(place.family, walk, up=True)
        assert await helps(place) == ["A long walk", "Sit next to her.", "Her song"]
        await crisis.move_line(place.family, walk, up=True)
        await crisis.save_line(place.family, "helps", "Tea")
        assert await helps(place) == ["A long walk", "Sit next to her.", "Her song", "Tea"]


async def test_a_line_is_taken_off_and_put_back_as_it_was(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        await crisis.remove_line(place.family, LINE)
        assert await helps(place) == []
        await crisis.put_back(place.family, LINE)
        assert await helps(place) == ["Sit next to her."]


@pytest.mark.parametrize(
    ("section", "text", "who", "code"),
    [
        ("helps", " ", "", "no_crisis_line"),
        ("call", "", "", "no_crisis_line"),
        ("nowhere", "x", "", "bad_choice"),
    ],
)
async def test_a_line_without_words_or_place_is_refused(
    tmp_path: Path, section: str, text: str, who: str, code: str
) -> None:
    async with kitchen(tmp_path) as place:
        with pytest.raises(InvalidInput) as refused:
            await place.tablet.open.crisis.save_line(place.family, section, text, who=who)
        assert refused.value.code == code


async def test_whom_to_call_needs_no_words_beside_the_name(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        await crisis.save_line(place.family, "call", "", who="Pastor Ana", phone="860 555 0001")
        (_, _, last) = (await crisis.plan(place.family)).of("call")
        assert (last.who, last.phone) == ("Pastor Ana", "860 555 0001")


async def test_a_change_of_a_line_that_is_gone_is_refused(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        with pytest.raises(InvalidInput) as refused:
            await crisis.save_line(place.family, "helps", "x", line_id="0" * 32)
        assert refused.value.code == "crisis_line_gone"


async def test_numbers_are_offered_from_the_team_and_unsafe_ones_are_not(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(ContactSafety.TYPE, "72" * 16, about_id=TEO, may_call=False)
        await place.put(NaturalSupport.TYPE, CARMEN, do_not_contact=True)
        offered = {one.person_id: one for one in await place.tablet.open.crisis.callees(place.family)}
        assert (offered[TEO].phone, offered[TEO].may_call) == ("", False)
        assert (offered[CARMEN].phone, offered[CARMEN].may_call) == ("", False)


async def test_looking_at_it_again_is_written_down(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        await crisis.reviewed(place.family)
        today = place.desk.today().isoformat()
        assert (await crisis.plan(place.family)).reviewed_on == today
        assert (await crisis.card(place.family, "en")).reviewed_on == today


# -- the card ------------------------------------------------------------------------------------------


async def test_the_card_opens_with_what_is_hidden_from_nobody(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        crisis = place.tablet.open.crisis
        safe = await crisis.card(place.family, "en")
        assert [line.item_id for line in safe.lines] == [LINE, "83" * 16]
        assert [one.name for one in safe.contacts] == ["Uncle Teo"]
        assert safe.safe and safe.made
        everything = await crisis.card(place.family, "en", everything=True)
        assert SECRET_LINE in {line.item_id for line in everything.lines}
        assert {one.name for one in everything.contacts} == {"Uncle Teo", "Carmen Canary"}
        assert not everything.safe


async def test_no_card_shows_a_number_that_may_not_be_called(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(NaturalSupport.TYPE, TEO, do_not_contact=True)
        crisis = place.tablet.open.crisis
        for everything in (False, True):
            card = await crisis.card(place.family, "en", everything=everything)
            assert [line.phone for line in card.lines if line.who == "Uncle Teo"] == [""]
            assert "Uncle Teo" not in [one.name for one in card.contacts]


async def test_a_plan_of_hidden_lines_alone_looks_like_no_plan(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        for line in (LINE, "83" * 16):
            await place.keep_from("crisis_item", line)
        await place.tablet.open.crisis.reviewed(place.family)
        safe = await place.tablet.open.crisis.card(place.family, "en")
        assert (safe.lines, safe.made, safe.reviewed_on) == ((), False, "")


async def test_a_line_that_is_not_in_the_language_is_shown_as_it_was_written(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        card = await place.tablet.open.crisis.card(place.family, "es")
        (line,) = [one for one in card.lines if one.item_id == LINE]
        assert (line.text.text, LINE in card.others) == ("Sit next to her.", True)
        await place.put(
            Translation.TYPE, "32" * 16, item_id=LINE, item_type="crisis_item", field="text", language="es",
            of_text="Sit next to her.", text="Siéntate a su lado.", checked_by="Rosa",
        )  # fmt: skip
        for everything in (False, True):
            card = await place.tablet.open.crisis.card(place.family, "es", everything=everything)
            (line,) = [one for one in card.lines if one.item_id == LINE]
            assert (line.text.text, LINE in card.others) == ("Siéntate a su lado.", False)


async def test_two_tablets_change_the_plan_offline_and_nothing_is_lost(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        here, there = (CrisisPlans(one.desk) for one in (tablets.coordinator, tablets.supervisor))
        family = tablets.family.id
        line = await here.save_line(family, "helps", "Sit next to her.")
        await tablets.meet()
        await here.save_line(family, "helps", "Sit next to her. Say little.", line_id=line)
        await here.save_line(family, "hurts", "Questions")
        await there.save_line(family, "call", "", who="Teo", phone="860 555 0140")
        await there.remove_line(family, line)
        await tablets.meet()
        plans = [await one.plan(family) for one in (here, there)]
        assert plans[0] == plans[1]
        assert {view.text or view.who for view in plans[0].lines} == {
            "Sit next to her. Say little.", "Questions", "Teo"
        }  # fmt: skip


async def test_who_does_not_work_with_families_changes_nothing(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        desk = place.desk
        office = Desk(desk.vault, desk.now_ms, desk.new_id, Me("x", "y", "Ana", "", ("administrator",)))
        crisis, family = CrisisPlans(office), place.family
        tries = (
            crisis.save_line(family, "helps", "x"), crisis.remove_line(family, LINE),
            crisis.put_back(family, LINE), crisis.move_line(family, LINE, True), crisis.reviewed(family),
        )  # fmt: skip
        for one in tries:
            with pytest.raises(PermissionRefused):
                await one
