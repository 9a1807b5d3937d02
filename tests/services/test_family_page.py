"""The walk with a father who arrives unannounced: what is not for him is nowhere a family reads.

Luis may not know of a need, a step, a support and a crisis line. They hold the word "canary".
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.exchange.paper_wish import PARTS
from app.services.copies import CopyWish
from app.services.family_page import FamilyPages
from app.services.sharing import Sharing
from app.services.versions import Versions
from app.views.words import say
from app.wraparound.audience import Audience
from app.wraparound.family_page import FamilyPage
from app.wraparound.records import (
    ActionStep,
    CrisisItem,
    Meeting,
    NaturalSupport,
    NotFor,
    Rating,
    Strategy,
    Translation,
)
from tests.papers import info_of, streams_of, text_of
from tests.services.kitchen import (
    CALL_LINE,
    CARMEN,
    LUIS,
    MARISOL,
    NEED,
    NIA,
    OUTCOME,
    ROSA,
    SECRET_STEP,
    STEP,
    STREET,
    TEO,
    Kitchen,
    kitchen,
)

ROSA_ALONE = Audience(frozenset({ROSA}))
LUIS_THERE = Audience(frozenset({ROSA, LUIS}))
UNKNOWN = (Audience(), Audience(frozenset({ROSA}), strangers=True))


def canaries(*shown: object) -> list[str]:
    """Every forbidden word that came out, with some words around it."""
    text = " ".join(repr(one) for one in shown)
    return re.findall(r".{0,30}(?:canary|carmen|hidden lane).{0,30}", text, re.IGNORECASE)


async def page(place: Kitchen, audience: Audience, language: str = "en") -> object:
    return await FamilyPages(place.desk).page(place.family, audience, language)


async def test_rosa_alone_reads_all_of_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        shown = repr(await page(place, ROSA_ALONE))
        for words in ("a safe way out", "a packed bag", "the shelter", "change the locks", "Carmen Canary",
                      "the church hall", "860 555 0199"):  # fmt: skip
            assert words in shown, words


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("audience", [LUIS_THERE, *UNKNOWN])
async def test_nothing_of_it_when_the_father_is_there_or_somebody_nobody_named(
    tmp_path: Path, audience: Audience, language: str
) -> None:
    async with kitchen(tmp_path) as place:
        shown = await FamilyPages(place.desk).page(place.family, audience, language)
        assert canaries(shown) == []
        assert [need.number for need in shown.needs] == [1]
        assert len(shown.promises) == 2 and len(shown.crisis) == 2 and len(shown.circle) == 5


def history(shown: FamilyPage) -> list[tuple[str, str, float | None]]:
    """Kind, name and number of everything on the lines of all goals."""
    return [
        (line.code, one.who, one.value)
        for need in shown.needs for goal in need.goals for line in goal.history for one in line.points
    ]  # fmt: skip


async def test_the_line_of_a_goal_is_as_if_nothing_kept_from_him_had_been_said(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        pages = FamilyPages(place.desk)
        before = await pages.page(place.family, LUIS_THERE, "en")
        assert history(before) == [("team", "Nia", 4.0), ("team", "Nia", 7.0)]
        given = {"outcome_id": OUTCOME, "rated_at_ms": place.desk.now_ms() - 5 * 86_400_000, "value": 1}
        await place.put(Rating.TYPE, "5a" * 16, by_id=CARMEN, by_name="", meeting_id="4b" * 16, **given)
        await place.put(Rating.TYPE, "5b" * 16, by_id=ROSA, meeting_id="4b" * 16, **given)
        await place.keep_from(Meeting.TYPE, "4b" * 16)
        await place.put(Rating.TYPE, "5c" * 16, by_id=NIA, label="minor_confidential", **given)
        await place.put(Rating.TYPE, "5d" * 16, by_id=NIA, **given)
        await place.keep_from(Rating.TYPE, "5d" * 16)
        await place.put(Rating.TYPE, "5e" * 16, by_name="Teacher", words="Carmen said so", **given)
        assert await pages.page(place.family, LUIS_THERE, "en") == before
        hers = await pages.page(place.family, ROSA_ALONE, "en")
        assert ("team", "Carmen Canary", 1.0) in history(hers) and ("team", "Teacher", 1.0) in history(hers)
        assert [len(goal.met) for need in hers.needs for goal in need.goals] == [1, 0]
        assert history(hers).count(("team", "Nia", 1.0)) == 1, "what is confidential to a minor is nobody's"


async def test_a_line_has_each_persons_later_number_of_a_day_and_no_words(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        now = place.desk.now_ms()
        for record, minutes, value in (("5a" * 16, 20, 9), ("5b" * 16, 10, 2)):
            await place.put(
                Rating.TYPE, record, outcome_id=OUTCOME, by_id=ROSA, by_name="Old name", by_kind="caregiver",
                value=value, words="Hard week.", rated_at_ms=now - minutes * 60_000,
            )  # fmt: skip
        shown = await FamilyPages(place.desk).page(place.family, ROSA_ALONE, "en")
        assert history(shown)[0] == ("caregiver", "Rosa", 2.0) and len(history(shown)) == 3
        lines = [line for need in shown.needs for goal in need.goals for line in goal.history]
        assert "Hard week." not in repr(lines)


async def test_a_table_and_both_its_cards_hold_nothing_of_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table, crisis = place.tablet.open.table, place.tablet.open.crisis
        await table.code.choose("274915")
        await table.begin(place.family, LUIS_THERE, "en")
        safe = await crisis.card(place.family, "en")
        assert canaries(await table.view(), await table.page(), safe) == []
        assert {one.name for one in (await table.view()).present} == {"Rosa", "Luis"}
        everything = await crisis.card(place.family, "en", everything=True)
        assert "the church hall" in repr(everything) and "Carmen Canary" in repr(everything)


async def test_what_changed_holds_nothing_of_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        versions = Versions(place.desk)
        before = await versions.freeze(place.family)
        await place.put(ActionStep.TYPE, SECRET_STEP, status="done", what_happened="Canary: new locks")
        await place.put(CrisisItem.TYPE, "85" * 16, section="helps", text="Call Carmen", order=9)
        await place.put(ActionStep.TYPE, STEP, what_happened="He said yes.")
        seen = await versions.changes(place.family, before, audience=LUIS_THERE)
        assert "He said yes." in repr(seen) and canaries(seen) == []
        alone = await versions.changes(place.family, before, audience=ROSA_ALONE)
        assert "new locks" in repr(alone)
        since = await versions.since_last_meeting(place.family, LUIS_THERE)
        assert canaries(since) == []


async def test_an_old_version_hides_what_is_hidden_today(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        versions = Versions(place.desk)
        frozen = await versions.content(await versions.freeze(place.family))
        await place.keep_from("need", NEED)
        shown = await FamilyPages(place.desk).page(place.family, LUIS_THERE, "en", frozen)
        assert shown.needs == () and canaries(shown) == []


async def test_his_paper_and_its_metadata_hold_nothing_of_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:

        def words(key: str) -> str:
            return say("en", key)

        async def paper(reader: str) -> str:
            made = await Sharing(place.desk).copy_for(CopyWish(place.family, reader), words)
            inside = streams_of(made.content).decode("latin-1")
            return f"{text_of(made.content)} {info_of(made.content)} {inside}"

        his, hers = await paper(LUIS), await paper(ROSA)
        assert set(PARTS) >= {"plan", "crisis_card", "eco_map", "promises"}
        assert "somebody who stays" in his and canaries(his) == []
        assert "church hall" in hers and "Carmen Canary" in hers


async def test_a_protected_street_is_shown_to_nobody(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(CrisisItem.TYPE, "86" * 16, section="safe_place", text=f"Home, {STREET}", order=3)
        await place.put(Meeting.TYPE, "41" * 16, place=f"{STREET}, upstairs")
        for audience in (ROSA_ALONE, LUIS_THERE, *UNKNOWN):
            shown = await FamilyPages(place.desk).page(place.family, audience, "en")
            assert STREET not in repr(shown)
            assert shown.next_meeting is not None and shown.next_meeting.place == ""


async def test_a_translation_that_names_a_hidden_person_hides_the_line_in_both_languages(
    tmp_path: Path,
) -> None:
    async with kitchen(tmp_path) as place:
        line = "87" * 16
        await place.put(CrisisItem.TYPE, line, section="helps", text="Somebody sits with her.", order=5)
        await place.put(
            Translation.TYPE, "31" * 16, item_id=line, item_type="crisis_item", field="text", language="es",
            checked_by="Rosa", of_text="Somebody sits with her.", text="Carmen se sienta con ella.",
        )  # fmt: skip
        for language in ("en", "es"):
            shown = repr(await page(place, LUIS_THERE, language))
            assert "sits with her" not in shown and "sienta" not in shown
        assert "Carmen se sienta" in repr(await page(place, ROSA_ALONE, "es"))


async def test_a_meeting_that_is_kept_from_him_is_no_next_meeting(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.keep_from("meeting", "41" * 16)
        hidden = await FamilyPages(place.desk).page(place.family, LUIS_THERE, "en")
        shown = await FamilyPages(place.desk).page(place.family, ROSA_ALONE, "en")
        assert hidden.next_meeting is None and shown.next_meeting is not None


async def test_the_number_of_somebody_who_may_not_be_called_is_on_no_card(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(NaturalSupport.TYPE, TEO, do_not_contact=True, safety_reason="He drinks.")
        shown = await FamilyPages(place.desk).page(place.family, ROSA_ALONE, "en")
        assert [line.phone for line in shown.crisis if line.item_id == CALL_LINE] == [""]
        assert "He drinks" not in repr(shown) and TEO not in {one.id for one in shown.circle}


async def test_words_of_the_worker_are_on_no_page(tmp_path: Path) -> None:
    """Staff who are not on the family's team, notes of supports, reasons of safety."""
    async with kitchen(tmp_path) as place:
        await place.put(NaturalSupport.TYPE, TEO, note="WORKER WORD", availability="WORKER WORD")
        idea = {"outcome_id": "e1" * 16, "text": "Not chosen", "chosen": False, "order": 4}
        await place.put(Strategy.TYPE, "f3" * 16, **idea)
        shown = repr(await page(place, ROSA_ALONE))
        assert "WORKER WORD" not in shown and "Ruth Abara" not in shown and "Not chosen" not in shown


async def test_only_who_agreed_is_around_the_family(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.put(NaturalSupport.TYPE, TEO, agreed_on="")
        shown = await FamilyPages(place.desk).page(place.family, ROSA_ALONE, "en")
        ids = {one.id for one in shown.circle}
        assert TEO not in ids and {CARMEN, MARISOL, ROSA} <= ids


async def test_what_was_kept_long_ago_is_not_news(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        old = (place.desk.today() - timedelta(days=90)).isoformat()
        await place.put(ActionStep.TYPE, "93" * 16, done_on=old)
        shown = await FamilyPages(place.desk).page(place.family, ROSA_ALONE, "en")
        assert shown.good_news == ()
        assert all(one.state != "done" for one in shown.promises)


async def test_a_family_or_a_language_that_is_not_here_is_refused(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        pages = FamilyPages(place.desk)
        wrong = (("0" * 32, "en", "family_not_here"), (place.family, "fr", "bad_choice"))
        for family, language, code in wrong:
            with pytest.raises(InvalidInput) as refused:
                await pages.page(family, ROSA_ALONE, language)
            assert refused.value.code == code



async def test_gaps_of_an_audience_are_only_of_what_it_may_see(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        pages = FamilyPages(place.desk)
        everything = {gap.text for gap in await pages.gaps(place.family, "es")}
        shown = await pages.page(place.family, LUIS_THERE, "es")
        assert "Canary: Rosa needs a safe way out." in everything
        assert canaries(shown.gaps) == [] and {gap.text for gap in shown.gaps} < everything
        assert NotFor.TYPE not in {gap.item_type for gap in shown.gaps}
