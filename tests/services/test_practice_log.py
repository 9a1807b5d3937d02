"""The contact log counts one family's or one worker's month, by what was signed; rules begin in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.services.contact_log import ContactLog
from app.services.desk import Desk
from app.services.directory import Directory
from app.services.directory_own import OwnDraft, own_rows
from app.services.directory_views import Search
from app.services.practice_rules import PracticeRules
from app.store.vault import Change
from app.wraparound.records import Episode, Family, Note, Person
from tests.fakes.agency import FakeFamily
from tests.services.rig import pair
from tests.services.trio import trio

TODAY = date(2025, 10, 9)


def at(day: date, hour: int = 10) -> int:
    return int(datetime(day.year, day.month, day.day, hour).timestamp() * 1000)


async def put(desk: Desk, family: FakeFamily, type_name: str, /, **said: Any) -> str:
    made = singleton_id(family.stream, Family.TYPE).hex() if type_name == Family.TYPE else desk.new_id()
    await desk.vault.commit([Change(family.stream, type_name, made, said)])
    return made


def note(day: date, **more: Any) -> dict[str, Any]:
    said = {"kind": "phone", "started_at_ms": at(day), "written_at_ms": at(day), "made": True, **more}
    return {**said, "signed": {**said, "body": "x", "signed_at_ms": at(day)}}


async def test_a_month_is_one_familys_and_its_own_days(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        desk = here.coordinator.desk
        for family, funder in ((here.family, "Medicaid"), (here.other, "Other")):
            await put(desk, family, Episode.TYPE, enrolled_on="2025-09-01", funder=funder)
            for day in (date(2025, 9, 30), date(2025, 10, 1), date(2025, 10, 31), date(2025, 11, 1)):
                await put(desk, family, Note.TYPE, **note(day))
        await put(desk, here.family, Note.TYPE, **note(TODAY, kind="supervision"))
        log = ContactLog(desk, PracticeRules(desk))
        found = await log.month(TODAY, here.family.id)
        assert {one.contact.family_id for one in found.lines} == {here.family.id}
        assert sorted(one.contact.on.day for one in found.lines) == [1, 31]
        assert [(one.family_id, one.funder) for one in found.checks] == [(here.family.id, "Medicaid")]
        assert len((await log.month(TODAY)).lines) == 4


async def test_a_workers_month_asks_about_the_families_that_they_lead(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        desk = here.coordinator.desk
        await put(desk, here.family, Family.TYPE, lead_coordinator=desk.me.person)
        log = ContactLog(desk, PracticeRules(desk))
        assert [one.family_id for one in (await log.month(TODAY, person_id=desk.me.person)).checks] == [
            here.family.id
        ]


async def test_what_was_signed_says_when_and_what_a_contact_was(tmp_path: Path) -> None:
    """The plain fields of a signed note are nobody's word: a colleague may have changed them since."""
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        supervision = note(TODAY, kind="supervision") | {"kind": "phone"}
        before = note(TODAY - timedelta(60)) | {"started_at_ms": at(TODAY), "written_at_ms": at(TODAY)}
        for said in (supervision, before):
            await put(desk, tablets.family, Note.TYPE, **said)
        assert (await ContactLog(desk, PracticeRules(desk)).month(TODAY)).lines == ()


async def test_rules_begin_today_or_later_with_a_reason_in_a_file_there_is(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.supervisor.desk
        rules, today = PracticeRules(desk), desk.today()
        text = (await rules.versions("notes"))[0].text
        for name, day, why, code in (
            ("notes", today - timedelta(1), "A new year.", "rules_in_the_past"),
            ("notes", today, " ", "no_rules_reason"),
            ("notes", today, "x" * 2_001, "too_long"),
            ("magic", today, "A new year.", "no_such_rules"),
        ):
            with pytest.raises(InvalidInput) as refused:
                await rules.save(name, text, day, why)
            assert refused.value.code == code
        assert len(await rules.versions("notes")) == 1
        await rules.save("notes", text, today, "A new year.")
        assert len(await rules.versions("notes")) == 2


async def test_rules_of_tomorrow_and_of_another_file_do_not_count_today(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.supervisor.desk
        rules, today = PracticeRules(desk), desk.today()
        text = '[[kind]]\ncode = "crisis"\nco_sign = true\n'
        await rules.save("notes", text, today + timedelta(1), "From tomorrow on.")
        book = await rules.book("notes")
        assert book.on(today).co_signed != {"crisis"}
        assert book.on(today + timedelta(1)).co_signed == {"crisis"}
        assert [len(await rules.versions(name)) for name in ("notes", "labels")] == [2, 1]


async def test_an_own_entry_fits_only_what_it_says_of_itself(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        nothing: Any = None
        own = Directory(desk, nothing).own
        pantry = await own.save(
            OwnDraft(name="Pantry", domains=("food",), towns=" Hartford , ,Bristol", cost="Free for all",
                     languages=("es",), min_age="5", max_age="18")
        )  # fmt: skip
        paid = await own.save(OwnDraft(name="Paid kitchen", domains=("food",), cost="$5, free on Mondays"))
        assert (await own.form(pantry)).towns == "Hartford,Bristol"

        async def found(**said: Any) -> list[str]:
            return [one.service_id for one in await desk.vault.read(
                lambda session: own_rows(session, Search(**said))
            )]  # fmt: skip

        assert await found() == [paid, pantry]
        assert await found(free=True) == [pantry]
        assert await found(language="es") == [pantry]
        assert await found(age=18) == [paid, pantry] and await found(age=4) == [paid]
        assert await found(age=19) == [paid]
        assert await found(town="bris") == [paid, pantry] and await found(town="Avon") == [paid]
        assert await found(domains=frozenset({"housing"})) == []
        assert await found(open_now=True) == []
        await own.retire(pantry)
        assert await found() == [paid]


async def test_a_search_takes_the_age_of_the_young_not_of_their_parents(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        nothing: Any = None
        for born, youth in (("1980-01-01", False), ("2012-01-01", True), ("", True)):
            await put(desk, tablets.family, Person.TYPE, name="N", born_on=born, is_youth=youth)
        assert await Directory(desk, nothing).age_of_youth(tablets.family.id) == 13
