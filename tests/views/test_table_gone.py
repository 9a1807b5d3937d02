"""*How it has gone* at the table: a sentence, a line, the numbers; nothing of what is kept from somebody."""

from __future__ import annotations

from pathlib import Path

import flet as ft
import flet_charts as fch
import pytest

from app.wraparound.audience import Audience
from app.wraparound.records import Meeting, Rating
from tests.services.kitchen import CARMEN, CODE, NIA, OUTCOME, ROSA, SECRET_OUTCOME, Kitchen, kitchen
from tests.ui import Stage
from tests.views.test_table import LUIS_THERE, app, everything_said, sit_down, table_shown

GONE = f"table.gone.{OUTCOME}"


async def look_back(on: Stage, key: str = GONE) -> None:
    await on.tap(key)
    await on.wait_for(lambda: on.has("table.gone_page"))


async def rated(place: Kitchen, record: str, by: str, days_ago: int, value: int, meeting: str = "") -> None:
    at_ms = place.desk.now_ms() - days_ago * 86_400_000
    await place.put(
        Rating.TYPE, record * 16, outcome_id=OUTCOME, by_id=by, by_kind="caregiver", value=value,
        meeting_id=meeting, rated_at_ms=at_ms, words="Two calm mornings.",
    )  # fmt: skip


async def test_a_sentence_comes_first_then_the_line_and_every_number_at_a_tap(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await rated(place, "5a", ROSA, 90, 3)
        await rated(place, "5b", ROSA, 2, 6)
        await sit_down(place)
        await table_shown(on)
        assert "How it has gone: At school on time" in on.names(), "each button says of which goal it is"
        await look_back(on)
        said = on.words()
        assert "At school on time" in said and "Rosa: it was 3 in " in said and ", it is 6 now." in said
        assert said.index("Rosa: it was 3") < said.index("What helped?")
        assert len(on.all(fch.LineChart)) == 1
        spoken = [name for name in on.names() if "Rosa: it was 3" in name]
        assert len(spoken) == 1 and "At school on time" in spoken[0]
        assert "triangle" not in said, "nothing was said at a meeting"
        numbers = "\n".join(str(one.value) for one in on.all(ft.Text))
        await on.tap("table.gone.numbers")
        listed = "\n".join(str(one.value) for one in on.all(ft.Text))
        assert listed.count("Rosa\n") == numbers.count("Rosa\n") + 2
        assert "Hide the numbers" in on.words() and "Two calm mornings." not in everything_said(on)
        await on.tap("table.back")
        await table_shown(on)


async def test_one_number_is_a_sentence_and_no_line(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await place.put(Rating.TYPE, "51" * 16, outcome_id="")
        await sit_down(place, Audience(frozenset({ROSA})))
        await table_shown(on)
        assert not on.has(f"table.gone.{SECRET_OUTCOME}"), "nobody has given a number for that goal"
        await on.tap("table.more")
        await look_back(on)
        assert "Nia: it is 7 now. This is the first number." in on.words()
        assert on.all(fch.LineChart) == [] and not on.has("table.gone.numbers")
        await on.tap("table.back")
        assert on.has("table.more_page"), "back leads to where it was opened"


async def test_what_is_kept_from_the_father_leaves_no_line_no_name_and_no_meeting(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        async def seen(audience: Audience, words: str) -> str:
            await sit_down(place, audience)
            await table_shown(on)
            await look_back(on)
            await on.wait_for(lambda: words in on.words())
            await on.tap("table.gone.numbers")
            said = everything_said(on)
            await place.tablet.open.table.close(CODE)
            await on.wait_for(lambda: not on.has("table.gone_page"))
            return said

        before = await seen(LUIS_THERE, "Nia: it was")
        await rated(place, "5a", CARMEN, 40, 1)
        await rated(place, "5b", NIA, 30, 2, meeting="4b" * 16)
        await place.keep_from(Meeting.TYPE, "4b" * 16)
        assert await seen(LUIS_THERE, "Nia: it was") == before
        hers = await seen(Audience(frozenset({ROSA})), "Those who care for us")
        assert "triangle" in hers and "Carmen Canary" in hers


async def test_it_is_said_in_spanish_and_a_missing_goal_says_so(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place, language="es")
        await table_shown(on, "Lo que prometimos")
        await look_back(on)
        said = everything_said(on)
        assert "Cómo ha ido" in said and ", ahora es un 7." in said and "Todavía no está en español" in said
        assert "At school on time" not in said


@pytest.mark.parametrize(
    ("size", "scale"), [((1024, 768), 1.0), ((390, 844), 2.0)]
)
async def test_nothing_of_it_is_small_or_wider_than_the_screen(
    tmp_path: Path, size: tuple[int, int], scale: float
) -> None:
    width, height = size
    async with kitchen(tmp_path) as place, app(place, width=width, height=height, text_scale=scale) as on:
        await sit_down(place)
        await table_shown(on)
        await look_back(on)
        await on.tap("table.gone.numbers")
        sizes = {one.value: one.style.size or 0 for one in on.all(ft.Text) if one.value and one.style}
        assert {words: size for words, size in sizes.items() if size < 17 * scale} == {}
        (chart,) = on.all(fch.LineChart)
        assert float(chart.left or 0) + float(chart.width or 0) <= width


async def test_crisis_is_a_tap_away_while_somebody_is_about_to_close(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        await on.tap("table.crisis")
        assert on.has("table.crisis_page") and not on.has("close.code")
