"""Family details: field by field, and closing and opening a family with a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.family_details import FamilyDetails
from tests.services.rig import Pair, Person, pair


def details(worker: Person) -> FamilyDetails:
    return FamilyDetails(worker.desk)


async def unsent(tablets: Pair) -> int:
    return await tablets.coordinator.vault.unsent_count()


async def test_details_are_kept_and_seen_on_the_other_tablet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine, family = details(tablets.coordinator), tablets.family.id
        await mine.save(
            replace(
                await mine.form(family), spoken_language="es", written_language="en", interpreter_needed=True,
                culture="Sunday Mass", address="14 Orchard Street", visit_safety="Big friendly dog.",
                referred_on="2026-02-01", referral_source="Orchard High",
            )
        )  # fmt: skip
        await tablets.meet()
        there = await details(tablets.supervisor).form(family)
        assert (there.spoken_language, there.written_language, there.interpreter_needed) == ("es", "en", True)
        assert (there.culture, there.visit_safety) == ("Sunday Mass", "Big friendly dog.")
        assert (there.address, there.referred_on) == ("14 Orchard Street", "2026-02-01")


async def test_only_what_was_changed_in_the_form_is_written(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine, hers, family = details(tablets.coordinator), details(tablets.supervisor), tablets.family.id
        form = await mine.form(family)
        await hers.save(replace(await hers.form(family), phone="860 555 0142"))
        await tablets.meet()
        await mine.save(replace(form, town="Norwich"))
        await tablets.meet()
        for worker in (tablets.coordinator, tablets.supervisor):
            there = await details(worker).form(family)
            assert (there.phone, there.town, there.has_conflict) == ("860 555 0142", "Norwich", False)


async def test_a_form_without_changes_writes_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine = details(tablets.coordinator)
        before = await unsent(tablets)
        await mine.save(await mine.form(tablets.family.id))
        assert await unsent(tablets) == before


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "no_family_name", "name"),
        ({"spoken_language": "klingon"}, "bad_choice", "spoken_language"),
        ({"referred_on": "yesterday"}, "bad_day", "referred_on"),
        ({"phone": "1" * 3000}, "too_long", "phone"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_its_field(
    tmp_path: Path, change: dict[str, str], code: str, field: str
) -> None:
    async with pair(tmp_path) as tablets:
        mine = details(tablets.coordinator)
        with pytest.raises(InvalidInput) as refused:
            await mine.save(replace(await mine.form(tablets.family.id), **change))  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.field) == (code, field)


async def test_a_family_is_closed_and_opened_again_with_a_reason(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine, family = details(tablets.coordinator), tablets.family.id
        for act, code in ((mine.close, "no_closing_reason"), (mine.reopen, "no_opening_reason")):
            with pytest.raises(InvalidInput) as refused:
                await act(family, " ")
            assert refused.value.code == code
        await mine.close(family, "They moved to Boston.")
        await tablets.meet()
        there = await details(tablets.supervisor).form(family)
        assert (there.status, there.status_reason) == ("closed", "They moved to Boston.")
        assert there.status_on == tablets.coordinator.desk.today().isoformat()
        assert (await tablets.supervisor.casebook.families())[0].clock is None
        await details(tablets.supervisor).reopen(family, "They came back.")
        assert (await details(tablets.supervisor).form(family)).status == "open"


async def test_closing_twice_keeps_the_first_reason(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine, family = details(tablets.coordinator), tablets.family.id
        await mine.close(family, "first")
        await mine.close(family, "second")
        assert (await mine.form(family)).status_reason == "first"


async def test_a_stale_form_does_not_open_a_closed_family(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        mine, family = details(tablets.coordinator), tablets.family.id
        form = await mine.form(family)
        await mine.close(family, "They moved.")
        await mine.save(replace(form, town="Norwich"))
        assert (await mine.form(family)).status == "closed"


async def test_only_those_who_work_with_families_write_details(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.coordinator.desk, tablets.family.id
        other = FamilyDetails(replace(desk, me=replace(desk.me, roles=("administrator",))))
        form = await other.form(family)
        with pytest.raises(PermissionRefused):
            await other.save(form)
        for act in (other.close, other.reopen):
            with pytest.raises(PermissionRefused):
                await act(family, "why")


async def test_a_family_that_is_not_here_is_said_calmly(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as refused:
            await details(tablets.coordinator).form("9" * 32)
        assert refused.value.code == "family_not_here"
