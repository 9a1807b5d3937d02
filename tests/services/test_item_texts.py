"""Licensed words of a measure: looked at, confirmed, in the rules of today and of days to come, taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.exchange.questionnaire import read_questionnaire
from app.services.item_texts import (
    ItemTexts,
    Mismatch,
    Questionnaire,
    answer_words,
    language_of,
    languages_of,
    likely,
    mismatches,
    readable,
)
from app.services.practice_rules import PracticeRules
from app.wraparound.records import AuditEntry
from app.wraparound.rules.measures import Measure, parse
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import shipped_text
from tests.questionnaires import ANSWERS, form, options, picked, question
from tests.services.rig import Pair, Person, pair

SHIPPED = shipped_text("measures")
CODE, WHY = "ohio_problems", "Our agency is licensed for these words."


@dataclass
class Case:
    tablets: Pair
    admin: Person
    rules: PracticeRules
    texts: ItemTexts

    async def use(self, language: str = "en", *, licensed: bool = True, **more: Any) -> None:
        read = await self.texts.read(picked(form(**more)))
        self.admin.later(1)
        await self.texts.use(read, CODE, language, WHY, licensed=licensed)

    async def withdraw(self, language: str = "en") -> None:
        self.admin.later(1)
        await self.texts.withdraw(CODE, language, "No licence any more")

    async def measure(self) -> Measure:
        (found,) = [one for one in await self.texts.measures() if one.code == CODE]
        return found

    async def refused(self, code: str, **more: Any) -> None:
        """What is refused changes nothing."""
        before = await self.rules.versions("measures")
        with pytest.raises(InvalidInput) as caught:
            await self.use(**more)
        assert caught.value.code == code
        assert await self.rules.versions("measures") == before


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    async with pair(tmp_path) as tablets:
        rules = PracticeRules(tablets.supervisor.desk)
        yield Case(tablets, tablets.supervisor, rules, ItemTexts(tablets.supervisor.desk, rules))


def numbered(words: str, count: int = 20) -> dict[str, Any]:
    return {"item": [question(number, f"{words} {number}") for number in range(1, count + 1)]}


async def test_words_count_from_today_as_a_new_version_and_nothing_before_it_changes(case: Case) -> None:
    await case.use()
    newest, shipped = await case.rules.versions("measures")
    assert (newest.from_on, newest.why, newest.by) == (
        case.admin.desk.today().isoformat(), WHY, case.admin.desk.me.name
    )  # fmt: skip
    assert shipped.text == SHIPPED
    measure = await case.measure()
    assert measure.item_texts is not None and measure.answer_texts is not None
    assert measure.item_texts[20] == {"en": "Invented question 20 about kites"}
    assert [measure.answer_texts[number]["en"] for number in range(6)] == list(ANSWERS)


async def test_each_language_is_brought_in_and_taken_out_by_itself(case: Case) -> None:
    await case.use()
    await case.use("es", **numbered("Cometa"))
    measure = await case.measure()
    assert languages_of(measure) == ("en", "es")
    assert (measure.item_texts or {})[7] == {"en": "Invented question 7 about kites", "es": "Cometa 7"}
    await case.withdraw()
    assert (await case.measure()).item_texts == {
        number: {"es": f"Cometa {number}"} for number in range(1, 21)
    }
    await case.withdraw("es")
    assert languages_of(await case.measure()) == ()
    versions = await case.rules.versions("measures")
    assert len(versions) == 5 and versions[0].text == SHIPPED
    await case.withdraw("es")
    assert len(await case.rules.versions("measures")) == 5


async def test_a_version_that_is_to_come_gets_the_words_too_from_its_own_day(case: Case) -> None:
    soon = case.admin.desk.today() + timedelta(days=5)
    later = SHIPPED.replace("reliable_change = 10\n", "reliable_change = 12\n")
    await case.rules.save("measures", later, soon, "The manual says so")
    await case.use()
    book = await case.rules.book("measures")
    for day, change in ((case.admin.desk.today(), 10), (soon, 12)):
        measure = book.on(day).named(CODE)
        assert (languages_of(measure), measure.reliable_change) == (("en",), change)
    await case.withdraw()
    assert languages_of((await case.rules.book("measures")).on(soon).named(CODE)) == ()


async def test_a_version_to_come_without_the_measure_stays_and_one_that_differs_refuses(case: Case) -> None:
    today = case.admin.desk.today()
    without = SHIPPED.replace('code = "ohio_problems"', 'code = "other"')
    await case.rules.save("measures", without, today + timedelta(days=3), "Another")
    await case.use()
    versions = await case.rules.versions("measures")
    assert [one.text == without for one in versions] == [True, False, False]
    await case.withdraw()
    other = SHIPPED.replace("items = 20\nleast = 0\nmost = 5\n", "items = 20\nleast = 0\nmost = 6\n")
    await case.rules.save("measures", other, today + timedelta(days=4), "Another")
    await case.refused("item_texts_do_not_fit")


async def test_nothing_is_used_without_the_licence_the_language_and_a_form_that_fits(case: Case) -> None:
    await case.refused("item_texts_unlicensed", licensed=False)
    await case.refused("bad_choice", language="fr")
    await case.refused("item_texts_do_not_fit", count=19)
    await case.refused("item_texts_unusable", item=[question(number, " ") for number in range(20)])
    read = await case.texts.read(picked(form()))
    with pytest.raises(InvalidInput) as caught:
        await case.texts.use(read, "nothing", "en", WHY, licensed=True)
    assert caught.value.code == "item_texts_unusable"


async def test_only_administrators_may(case: Case) -> None:
    desk = case.tablets.coordinator.desk
    texts = ItemTexts(desk, PracticeRules(desk))
    read = await case.texts.read(picked(form()))
    with pytest.raises(PermissionRefused):
        await texts.read(picked(form()))
    with pytest.raises(PermissionRefused):
        await texts.use(read, CODE, "en", WHY, licensed=True)
    with pytest.raises(PermissionRefused):
        await texts.withdraw(CODE, "en", WHY)
    with pytest.raises(PermissionRefused):
        await texts._rules.amend("measures", str.upper, WHY, "rules.set", "")


async def test_who_said_that_the_agency_may_and_when_stands_in_the_audit_without_a_word(case: Case) -> None:
    await case.use()
    await case.withdraw()
    entries = await case.admin.vault.read(lambda session: list(session.exec(select(AuditEntry))))
    day = case.admin.desk.today().isoformat()
    found = {one.action: one for one in entries if one.action.startswith("item_texts")}
    assert set(found) == {"item_texts.use", "item_texts.withdraw"}
    assert {one.detail for one in found.values()} == {f"measures {day} {CODE} en"}
    assert found["item_texts.use"].created_by == case.admin.desk.me.person


async def test_a_measure_that_an_agency_named_in_its_own_letters_gets_words_too(case: Case) -> None:
    own = SHIPPED.replace('code = "ohio_problems"', 'code = "niñez"')
    await case.rules.save("measures", own, case.admin.desk.today(), "Ours")
    case.admin.later(1)
    await case.texts.use(reading(), "niñez", "es", WHY, licensed=True)
    entries = await case.admin.vault.read(lambda session: list(session.exec(select(AuditEntry))))
    (noted,) = [one.detail for one in entries if one.action == "item_texts.use"]
    assert noted.endswith(" es") and "ni" not in noted


async def test_a_file_that_is_no_form_is_refused_in_our_words(case: Case) -> None:
    files = {
        b"{": "not_json", b"[]": "not_one", b"\xff": "not_utf8", b"[" * 9999: "too_deep",
        b" " * 2**22: "too_large", picked(form(2001)): "too_many",
    }  # fmt: skip
    for data, code in files.items():
        with pytest.raises(InvalidInput) as caught:
            await case.texts.read(data)
        assert caught.value.code == f"questionnaire_{code}"


async def test_nobody_reads_the_words_where_the_rules_are_shown(case: Case) -> None:
    await case.use()
    newest = (await case.rules.versions("measures"))[0]
    assert "kites" in newest.text
    assert readable("measures", newest.text) == (SHIPPED, 1)
    assert readable("clocks", "item_texts") == ("item_texts", 0)
    assert readable("measures", "no rules") == ("no rules", 0)
    with pytest.raises(RuleError):
        readable("measures", "[measure.item_texts]\n1 = 'kites")


# -- holding a form against a measure -------------------------------------------------------


def ohio() -> Measure:
    found = parse(SHIPPED).named(CODE)
    assert found is not None
    return found


def reading(**more: Any) -> Questionnaire:
    return read_questionnaire(picked(form(**more)))


def test_what_does_not_agree_is_told_by_question() -> None:
    items = [question(1), question(2, answerOption=options(first=1)), question(3, answerOption=None)]
    found = mismatches(reading(item=items), ohio())
    zero, one = tuple(range(6)), tuple(range(1, 7))
    assert found == (Mismatch("count", 0, (3,), (20,)), Mismatch("answers", 2, one, zero))
    assert mismatches(reading(), ohio()) == ()


def test_the_measure_and_the_language_are_found_when_only_one_fits() -> None:
    measures = parse(SHIPPED).measures
    read = reading(language="es-US")
    assert (likely(read, measures), language_of(read)) == (CODE, "es")
    vague = reading(language="fr", item=[question(n, answerOption=None) for n in range(20)])
    assert (likely(vague, measures), language_of(vague)) == ("", "")


def test_answers_are_worded_only_where_every_question_has_the_same() -> None:
    assert answer_words(reading()) == dict(enumerate(ANSWERS))
    odd = [question(1), question(2, answerOption=options(("No", "A", "B", "C", "D", "E")))]
    assert answer_words(reading(item=odd)) == {}
    assert answer_words(reading(item=[])) == {}
