"""The family's table as a state of the tablet: the code, the misses, own numbers, and what ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused, WrongPassphrase
from app.services.table import FamilyTable
from app.services.table_code import check_code
from app.services.tablet import TabletState
from app.wraparound.audience import Audience
from app.wraparound.family_page import FamilyPage, RatingShown
from app.wraparound.records import Person, Rating
from tests.fakes.tablet import PASSPHRASE
from tests.services.kitchen import (
    CARMEN,
    CODE,
    LUIS,
    NIA,
    OUTCOME,
    ROSA,
    SECRET_OUTCOME,
    TEO,
    Kitchen,
    kitchen,
)
from tests.services.office import PASSPHRASE as OFFICE_PASSPHRASE
from tests.services.office import office

US = Audience(frozenset({NIA, ROSA, TEO}))


async def begun(place: Kitchen, audience: Audience = US, language: str = "en") -> FamilyTable:
    table = place.tablet.open.table
    await table.code.choose(CODE)
    await table.begin(place.family, audience, language)
    return table


def at_table(place: Kitchen) -> bool:
    return place.tablet.at_table


def numbers(page: FamilyPage) -> dict[str, RatingShown]:
    (goal,) = [g for n in page.needs for g in n.goals if g.outcome_id == OUTCOME]
    return {one.by.id: one for one in goal.ratings}


# -- the code ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    ["000000", "777777", "123456", "654321", "890123", "121212", "123123", "112233", "12345", "1234567",
     "12345a", "", "１２３４５８"],
)  # fmt: skip
def test_a_code_that_anyone_would_try_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        check_code(code)


@pytest.mark.parametrize("code", ["274915", "900317", "100000"])
def test_six_digits_that_are_not_are_taken(code: str) -> None:
    check_code(code)


async def test_without_a_code_no_table_opens(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        with pytest.raises(InvalidInput) as refused:
            await place.tablet.open.table.begin(place.family, US, "en")
        assert refused.value.code == "table_no_code" and not place.tablet.at_table


async def test_the_right_code_closes_and_leaves_the_tablet_open(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        assert place.tablet.at_table
        await table.close(CODE)
        assert not at_table(place)
        assert place.tablet.state is TabletState.OPEN


async def test_three_misses_and_then_even_the_right_code_is_no_use(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        codes = []
        for wrong in ("111222", "333444", "555666", CODE, CODE):
            with pytest.raises(InvalidInput) as refused:
                await table.close(wrong)
            codes.append(refused.value.code)
        assert codes == ["table_code_wrong", "table_code_wrong", *["table_code_spent"] * 3]
        with pytest.raises(WrongPassphrase):
            await table.close_with_passphrase(CODE)
        assert table.running
        await table.close_with_passphrase(PASSPHRASE)
        assert not at_table(place)
        assert await table.code.tries_left() == 3


async def test_a_right_code_forgets_the_misses_before_it(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        for _ in range(2):
            with pytest.raises(InvalidInput):
                await table.close("111222")
        await table.close(CODE)
        assert await table.code.tries_left() == 3


async def test_misses_are_counted_before_the_code_is_looked_at_and_outlive_the_process(
    tmp_path: Path,
) -> None:
    """kill -9 in the middle of a try is a miss, and a new process knows of all of them."""
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        verifying = table.code.verify
        with pytest.raises(InvalidInput):
            await verifying("111222")
        later = FamilyTable(place.desk, table.code._confirm)
        assert await later.code.tries_left() == 2 and not later.running

        saved: list[int] = []
        real = place.desk.vault.save_local

        async def dies(kind: str, name: str, data: bytes | None) -> None:
            await real(kind, name, data)
            saved.append(1)
            raise RuntimeError("killed")

        place.desk.vault.save_local = dies  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            await verifying(CODE)
        place.desk.vault.save_local = real  # type: ignore[method-assign]
        assert saved == [1] and await later.code.tries_left() == 1


async def test_a_new_code_on_the_workers_side_begins_with_three_tries(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        code = place.tablet.open.table.code
        await code.choose(CODE)
        for _ in range(3):
            with pytest.raises(InvalidInput):
                await code.verify("111222")
        await code.choose("900317")
        assert await code.tries_left() == 3
        await code.verify("900317")


async def test_what_is_kept_of_the_code_is_not_the_code(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.tablet.open.table.code.choose(CODE)
        kept = await place.desk.vault.load_local("table", "code")
        assert kept is not None and CODE.encode() not in kept
        for file in tmp_path.rglob("*"):
            if file.is_file():
                assert CODE.encode() not in file.read_bytes()


async def test_locking_ends_the_table_and_the_code_never_unlocks(tmp_path: Path) -> None:
    """With the real keyholder: lock, try the code as passphrase, unlock, and no table is left."""
    async with office(tmp_path) as place:
        tablet = await place.founded()
        await tablet.open.table.code.choose(CODE)
        await tablet.open.table.code.verify_passphrase(OFFICE_PASSPHRASE)
        with pytest.raises(WrongPassphrase):
            await tablet.open.table.code.verify_passphrase("another passphrase")
        await tablet.lock("test")
        assert not tablet.at_table
        with pytest.raises(WrongPassphrase):
            await tablet.unlock(CODE)
        await tablet.unlock(OFFICE_PASSPHRASE)
        assert not tablet.at_table and await tablet.open.table.code.exists()


async def test_lock_in_the_middle_of_a_table(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await begun(place)
        await place.tablet.lock("idle")
        assert not place.tablet.at_table
        with pytest.raises(PermissionRefused):
            _ = place.tablet.open


# -- what it shows ---------------------------------------------------------------------------------


async def test_without_a_table_nothing_is_shown_or_rated(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = place.tablet.open.table
        with pytest.raises(PermissionRefused):
            await table.page()
        with pytest.raises(PermissionRefused):
            await table.view()
        with pytest.raises(PermissionRefused):
            await table.rate(OUTCOME, NIA, 5)


async def test_everybody_watching_hears_of_begin_language_and_close(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        heard: list[bool] = []
        place.tablet.watch_state(lambda: heard.append(place.tablet.at_table))
        table = await begun(place)
        table.say_language("es")
        assert (await table.page()).language == "es"
        await table.close(CODE)
        assert heard == [True, True, False]
        with pytest.raises(PermissionRefused):
            table.say_language("en")


async def test_a_language_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        with pytest.raises(InvalidInput):
            table.say_language("fr")
        assert table.seated.language == "en"


async def test_somebody_present_who_is_hidden_from_another_is_not_named(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place, Audience(frozenset({ROSA, LUIS, CARMEN})))
        view = await table.view()
        assert {one.id for one in view.present} == {ROSA, LUIS}
        assert "Carmen" not in repr(view)


# -- own numbers -------------------------------------------------------------------------------------


async def test_a_number_of_today_is_changed_and_one_of_another_day_is_kept(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        await table.rate(OUTCOME, NIA, 8, "The bus came.")
        first = numbers(await table.page())[NIA]
        assert (first.value, first.before, first.words.text) == (8, 7, "The bus came.")
        await table.rate(OUTCOME, NIA, 3)
        again = numbers(await table.page())[NIA]
        assert (again.value, again.before) == (3, 7)
        place.person.later(24 * 3600)
        await table.rate(OUTCOME, NIA, 9)
        tomorrow = numbers(await table.page())[NIA]
        assert (tomorrow.value, tomorrow.before) == (9, 3)


async def test_each_person_has_their_own(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        await table.rate(OUTCOME, ROSA, 6)
        await table.rate(OUTCOME, TEO, 0)
        given = numbers(await table.page())
        assert [(given[one].value, given[one].before) for one in (NIA, ROSA, TEO)] == [
            (7, 4), (6, None), (0, None)
        ]  # fmt: skip
        kinds = await place.desk.vault.read(lambda s: {row.by_kind for row in s.exec(select(Rating))})
        assert kinds - {""} == {"caregiver", "natural"}


@pytest.mark.parametrize("value", [-1, 11])
async def test_a_number_that_is_none_is_refused(tmp_path: Path, value: int) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        with pytest.raises(InvalidInput) as refused:
            await table.rate(OUTCOME, NIA, value)
        assert refused.value.code == "bad_rating"


async def test_nobody_rates_for_who_is_not_there_or_what_is_hidden(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place, Audience(frozenset({NIA, LUIS})))
        for outcome, person in ((OUTCOME, ROSA), (SECRET_OUTCOME, NIA), ("0" * 32, NIA)):
            with pytest.raises(PermissionRefused):
                await table.rate(outcome, person, 5)


async def test_a_person_who_is_renamed_keeps_their_numbers(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        table = await begun(place)
        await place.put(Person.TYPE, NIA, called="Ni")
        assert numbers(await table.page())[NIA].by.name == "Ni"
