"""The crisis page: the safe card at once, the whole one for the worker alone, and never a dead end."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import StoreFailed
from app.views.calling import dialled
from app.views.place import Place
from app.views.screens.crisis import Crisis, CrisisEditorPlace
from app.views.widgets.ui import UiSettings
from tests.services.kitchen import CARMEN, LINE, TEO, Kitchen, kitchen
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

CALL = "83" * 16


def crisis(place: Kitchen, journey: Journey | None = None, **how: float) -> Stage:
    where = Place("crisis", place.family)
    return stage_of(lambda: Crisis(where), place.tablet, journey or Journey(), **how)  # type: ignore[arg-type]


def editor(place: Kitchen, journey: Journey | None = None) -> Stage:
    where = Place("crisis_editor", place.family)
    return stage_of(lambda: CrisisEditorPlace(where), place.tablet, journey or Journey())


async def without_plan(place: Kitchen) -> None:
    for line in (await place.tablet.open.crisis.plan(place.family)).lines:
        await place.tablet.open.crisis.remove_line(place.family, line.line_id)


# -- the card ------------------------------------------------------------------------------------------


async def test_the_card_opens_without_a_question_and_shows_what_anybody_may_see(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, crisis(place) as on:
        await on.wait_for(lambda: "Sit next to her." in on.words())
        said = on.words() + "\n".join(on.names())
        for words in ("Anybody here may see this card.", "Who to call, in this order", "Uncle Teo",
                      "860 555 0140", "988", "911", "211"):  # fmt: skip
            assert words in said, words
        assert "Canary" not in said
        assert on.has(f"crisis.card.call.{CALL}")


async def test_all_of_it_is_for_the_worker_alone_and_one_tap_goes_back(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, crisis(place) as on:
        await on.wait_for(lambda: on.has("crisis.everything"))
        await on.tap("crisis.everything")
        await on.wait_for(lambda: "Canary: the church hall" in on.words())
        assert "For your eyes only." in on.words()
        await on.tap("crisis.everything")
        await on.wait_for(lambda: "Sit next to her." in on.words())
        assert "Canary" not in on.words()


async def test_show_all_stands_there_even_when_nothing_is_hidden(tmp_path: Path) -> None:
    """Otherwise its being there would tell somebody who looks that something is."""
    async with kitchen(tmp_path) as place:
        stream = await place.desk.team_stream(place.family)
        assert stream
        for item, kind in ((CARMEN, "natural_support"), ("82" * 16, "crisis_item")):
            await place.tablet.open.audiences.keep_from(place.family, kind, item, frozenset())
        async with crisis(place) as on:
            await on.wait_for(lambda: "Carmen Canary" in on.words())
            assert on.has("crisis.everything")


async def test_without_a_plan_the_numbers_stand_alone_and_lead_to_one(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await without_plan(place)
        journey = Journey()
        async with crisis(place, journey) as on:
            await on.wait_for(lambda: on.has("crisis.edit"))
            for said in ("988", "911", "211", "Press 1", "Uncle Teo", "Make the crisis plan"):
                assert said in on.words(), said
            assert "Carmen" not in on.words()
            assert on.has("crisis.call.988") and on.has("crisis.text.988") and on.has("crisis.person.0")
            await on.tap("crisis.edit")
            assert journey.last == ("go", Place("crisis_editor", place.family))


async def test_without_supports_it_says_so(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await without_plan(place)
        await place.put("natural_support", TEO, do_not_contact=True)
        async with crisis(place) as on:
            await on.wait_for(lambda: "Nobody on the list of supports has said yet" in on.words())


async def test_it_keeps_its_numbers_when_the_tablet_cannot_be_read(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:

        async def fails(*_: object, **__: object) -> None:
            raise StoreFailed("x")

        place.tablet.open.crisis.card = fails  # type: ignore[assignment,method-assign]
        async with crisis(place) as on:
            await on.wait_for(lambda: on.has("crisis.error.act"))
            assert on.has("crisis.call.988")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024)])
async def test_on_a_phone_the_steps_and_whom_to_call_come_first(
    tmp_path: Path, width: float, height: float
) -> None:
    async with kitchen(tmp_path) as place:
        await place.tablet.open.crisis.save_line(place.family, "reactive", "Go outside with her.")
        async with crisis(place, width=width, height=height) as on:
            await on.wait_for(lambda: "Go outside with her." in on.words())
            words = on.words()
            assert words.index("Go outside with her.") < words.index("Sit next to her.")
            assert words.index("Uncle Teo") < words.index("Sit next to her.")


async def test_in_spanish_a_line_without_spanish_is_shown_as_it_was_written(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        where = Place("crisis", place.family)
        spanish = UiSettings(language="es")
        async with stage_of(lambda: Crisis(where), place.tablet, Journey(), settings=spanish) as on:
            await on.wait_for(lambda: "Sit next to her." in on.words())
            assert "Todavía no está en español" in on.words() and "Lo que ayuda" in on.words()


def test_a_number_is_dialled_without_what_people_write_around_it() -> None:
    assert dialled("(860) 555-0101 Rosa") == "8605550101"
    assert dialled("+1 860 555 0101") == "+18605550101"


# -- the editor ----------------------------------------------------------------------------------------


async def test_a_line_is_written_and_whom_to_call_is_picked_from_the_team(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, editor(place) as on:
        await on.wait_for(lambda: on.has("crisis_editor.add.helps"))
        await on.tap("crisis_editor.add.helps")
        await on.tap("crisis_line.act")
        await on.wait_for(lambda: "Write the line first." in on.words())
        await on.type("crisis_line.text", "A walk around the block")
        await on.tap("crisis_line.act")
        await on.wait_for(lambda: "A walk around the block" in on.words())
        await on.dismiss()
        await on.tap("crisis_editor.add.call")
        await on.tap(f"crisis_line.person.{TEO}")
        assert on.value("crisis_line.phone") == "860 555 0140"
        await on.tap("crisis_line.act")
        await on.wait_for(lambda: on.words().count("Uncle Teo · 860 555 0140") == 2)


async def test_a_number_that_is_not_safe_to_call_is_not_offered(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put("natural_support", TEO, do_not_contact=True)
        async with editor(place) as on:
            await on.wait_for(lambda: on.has("crisis_editor.add.call"))
            await on.tap("crisis_editor.add.call")
            await on.wait_for(lambda: on.has(f"crisis_line.person.{TEO}"))
            await on.tap(f"crisis_line.person.{TEO}")
            assert on.value("crisis_line.phone") == "" and on.has("crisis_line.unsafe")


async def test_a_line_is_changed_moved_taken_off_and_put_back(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        other = await place.tablet.open.crisis.save_line(place.family, "helps", "A walk")
        async with editor(place) as on:
            await on.wait_for(lambda: on.has(f"crisis_editor.line.{other}.up"))

            def before(first: str, second: str) -> bool:
                return on.words().index(first) < on.words().index(second)

            assert before("Sit next to her.", "A walk")
            await on.tap(f"crisis_editor.line.{other}.up")
            await on.wait_for(lambda: before("A walk", "Sit next to her."))
            await on.tap(f"crisis_editor.line.{other}.edit")
            await on.type("crisis_line.text", "A long walk")
            await on.tap("crisis_line.act")
            await on.wait_for(lambda: "A long walk" in on.words())
            await on.tap(f"crisis_editor.line.{LINE}.remove")
            await on.wait_for(lambda: "Sit next to her." not in on.words())
            assert "The line is gone from the plan." in on.words()
            await place.tablet.open.crisis.put_back(place.family, LINE)
            await on.wait_for(lambda: "Sit next to her." in on.words())


async def test_each_line_leads_to_who_may_see_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        journey = Journey()
        async with editor(place, journey) as on:
            await on.wait_for(lambda: on.has(f"crisis_editor.line.{'82' * 16}.who"))
            assert "Hidden from one person" in on.words()
            await on.tap(f"crisis_editor.line.{LINE}.who")
            asked = Place("audience", place.family, record_id=LINE, detail="crisis_item")
            assert journey.last == ("go", asked)


async def test_still_right_is_written_down(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, editor(place) as on:
        await on.wait_for(lambda: "Nobody has looked at it again yet." in on.words())
        await on.tap("crisis_editor.review")
        await on.wait_for(lambda: "Last looked at on" in on.words())
