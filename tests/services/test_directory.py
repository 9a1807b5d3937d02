"""The directory on real tablets with a real server: brought in, sent, fetched, searched, kept sealed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.directory import Directory
from app.services.directory_import import Imported
from app.services.directory_own import OwnDraft
from app.services.directory_views import Search
from app.services.tablet import Tablet
from app.store.image import INDEX_NAME
from bench.invented_directory import invented_package
from tests.services.office import PASSPHRASE, Office, hired, office, until


@asynccontextmanager
async def two(root: Path) -> AsyncIterator[tuple[Office, Tablet, Tablet]]:
    async with office(root) as place:
        ruth = await place.founded()
        maya = await hired(place, ruth, "Maya Chen")
        yield place, ruth, maya


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Tablet]:
    async with office(tmp_path) as place:
        yield await place.founded("maya")


async def brought(tablet: Tablet, services: int = 300, seed: int = 7) -> Imported:
    return await tablet.open.directory.imports.read(invented_package(services, seed))


async def used(tablet: Tablet, services: int = 300, seed: int = 7, name: str = "County guide") -> str:
    read = await brought(tablet, services, seed)
    return await tablet.open.directory.imports.use(read, name, "County", "CC BY-SA 4.0")


async def total(tablet: Tablet, **search: object) -> int:
    return (await tablet.open.directory.search(replace(Search(), **search))).total  # type: ignore[arg-type]


# -- what ships -------------------------------------------------------------------------------


async def test_before_any_import_the_thirteen_programmes_are_found_in_both_languages(alone: Tablet) -> None:
    directory = alone.open.directory
    found = await directory.search(Search("autism"))
    assert (found.source, found.services, found.edition) == ("starter", 13, None)
    row = found.rows[0]
    assert row.name == "Autism Care Management Services" and row.stale and not row.phone
    spanish = (await directory.search(Search("autismo"), "es")).rows[0]
    assert spanish.service_id == row.service_id and "autismo" in spanish.name
    view = await directory.service(row.service_id, "es")
    assert view is not None and view.starter and view.alert.startswith("Según informes de 2019–20")
    assert await directory.service("nothing") is None


# -- bringing one in --------------------------------------------------------------------------


async def test_reading_changes_nothing_until_somebody_says_use(alone: Tablet) -> None:
    read = await brought(alone)
    assert read.report.services == 300
    assert await total(alone) == 13 and await alone.open.directory.shelf.editions() == ()
    with pytest.raises(InvalidInput) as caught:
        await alone.open.directory.imports.use(read, "  ", "", "")
    assert (caught.value.code, caught.value.field) == ("edition_unnamed", "name")
    assert await alone.open.desk.vault.blob_states() == {}
    await alone.open.directory.imports.use(read, "County guide", "", "")
    assert await total(alone) == 300


async def test_a_file_that_is_no_directory_is_refused_in_plain_words(alone: Tablet) -> None:
    with pytest.raises(InvalidInput) as caught:
        await alone.open.directory.imports.read(b"PK\x03\x04nonsense")
    assert (caught.value.code, caught.value.field) == ("directory_zip_broken", "file")


async def test_stop_leaves_everything_as_it_was(alone: Tablet) -> None:
    reading = asyncio.create_task(brought(alone, 3000))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await total(alone) == 13


async def test_a_directory_reaches_the_other_tablet_and_is_verified_there(tmp_path: Path) -> None:
    async with two(tmp_path) as (_, ruth, maya):
        await used(ruth)
        waited = []

        async def there() -> bool:
            await ruth.open.syncing.contact()
            await maya.open.syncing.contact()
            await maya.open.directory.shelf.fetch_newest()
            found = await maya.open.directory.search(Search())
            waited.append(found.source)
            return found.source == "edition"

        await until(there)
        assert set(waited) <= {"starter", "waiting", "edition"} and await total(maya) == 300
        edition = await maya.open.directory.edition()
        assert edition is not None and (edition.name, edition.by) == ("County guide", ruth.open.desk.me.name)
        # A coordinator brings nothing in, and takes nothing out.
        for act in (
            maya.open.directory.imports.read(b"[]"), maya.open.directory.imports.withdraw(edition.edition_id),
        ):  # fmt: skip
            with pytest.raises(PermissionRefused):
                await act


async def test_the_newest_counts_and_when_it_is_taken_out_the_one_before_does(alone: Tablet) -> None:
    await used(alone, 100)
    alone.open.directory.shelf.close()
    newer = await used(alone, 40, seed=8, name="Newer")
    editions = await alone.open.directory.shelf.editions()
    assert [one.services for one in editions][0] in (40, 100) and len(editions) == 2
    counted = editions[0].services
    await alone.open.directory.imports.withdraw(editions[0].edition_id)
    assert newer and await total(alone) == (140 - counted)
    await alone.open.directory.imports.withdraw(editions[1].edition_id)
    assert await total(alone) == 13


# -- kept sealed ------------------------------------------------------------------------------


async def test_the_index_lies_sealed_and_the_next_opening_uses_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        maya = await place.founded("maya")
        await used(maya)
        kept = place.root / "maya" / INDEX_NAME
        sealed = kept.read_bytes()
        assert b"Food pantry" not in sealed and b"SQLite" not in sealed
        whole = (await maya.open.directory.shelf.at_hand()).index
        await maya.lock("test")
        for file in (place.root / "maya" / "attachments").iterdir():
            os.remove(file)  # only the index is left: the content itself is not needed for searching
        await maya.unlock(PASSPHRASE)
        assert await total(maya) == 300 and (await maya.open.directory.shelf.at_hand()).index is not whole


@pytest.mark.parametrize("harm", ["cut", "flip", "other"])
async def test_a_damaged_index_is_made_anew(tmp_path: Path, harm: str) -> None:
    async with office(tmp_path) as place:
        maya = await place.founded("maya")
        await used(maya)
        kept = place.root / "maya" / INDEX_NAME
        data = bytearray(kept.read_bytes())
        if harm == "cut":
            data = data[: len(data) // 2]
        elif harm == "flip":
            data[len(data) // 2] ^= 1
        else:
            data = bytearray(b"something else")
        kept.write_bytes(bytes(data))
        await maya.lock("test")
        await maya.unlock(PASSPHRASE)
        assert await total(maya) == 300


async def test_a_record_that_lies_about_its_content_is_passed_over(alone: Tablet) -> None:
    from app.store.vault import Change

    edition = await used(alone)
    vault = alone.open.desk.vault
    await vault.drop_directory()
    alone.open.directory.shelf.close()
    lie = Change(vault.data_stream, "directory_edition", edition, {"sha256": "0" * 64})
    await vault.commit([lie])
    found = await alone.open.directory.search(Search())
    assert (found.source, found.services) == ("waiting", 13)


# -- our own entries, checks ------------------------------------------------------------------


async def test_an_own_entry_stands_first_beside_any_directory(alone: Tablet) -> None:
    directory = alone.open.directory
    own = await directory.own.save(
        OwnDraft(name="Autism café", what="Coffee and quiet.", towns="Norwich, Hartford", min_age="10",
                 domains=("disability",), languages=("es",), cost="Free")
    )  # fmt: skip
    assert [one.service_id for one in (await directory.search(Search("autism"))).rows][0] == own
    for search, there in (
        (Search(town="hart"), True), (Search(town="new"), False), (Search(age=9), False),
        (Search(age=10), True),
        (Search(language="es"), True), (Search(language="pl"), False), (Search(free=True), True),
        (Search(domains=frozenset({"food"})), False), (Search(open_now=True), False), (Search("cafe"), True),
    ):  # fmt: skip
        rows = (await directory.search(search)).rows
        assert (own in [one.service_id for one in rows]) is there, search
    view = await directory.service(own)
    assert view is not None and view.row.own and not view.row.stale
    await directory.own.retire(own)
    assert await total(alone) == 13
    gone = await directory.service(own)
    assert gone is not None and gone.status == "retired"
    await directory.own.bring_back(own)
    assert await total(alone) == 14


@pytest.mark.parametrize(
    ("draft", "field"),
    [(OwnDraft(), "name"), (OwnDraft(name="a", min_age="x"), "min_age"),
     (OwnDraft(name="a", max_age="300"), "max_age"),
     (OwnDraft(name="a", min_age="9", max_age="3"), "max_age"),
     (OwnDraft(name="a", url="javascript:x"), "url"),
     (OwnDraft(name="a", domains=("magic",)), "domains")],
)  # fmt: skip
async def test_what_is_typed_wrongly_is_said_beside_its_field(
    alone: Tablet, draft: OwnDraft, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await alone.open.directory.own.save(draft)
    assert caught.value.field == field and await total(alone) == 13


async def test_whoever_asked_says_what_was_found_and_the_mark_of_age_goes(alone: Tablet) -> None:
    directory = alone.open.directory
    row = (await directory.search(Search("autism"))).rows[0]
    await directory.check(row.service_id, row.name, "closed", "A sign on the door")
    said = (await directory.search(Search("autism"))).rows[0]
    assert said.said == "closed" and said.stale
    await directory.check(row.service_id, row.name, "right")
    view = await directory.service(row.service_id)
    assert view is not None and not view.row.stale
    assert {one.result for one in view.checks} == {"closed", "right"}
    with pytest.raises(InvalidInput):
        await directory.check(row.service_id, row.name, "maybe")


async def test_a_family_partner_keeps_nothing_in_the_directory(alone: Tablet) -> None:
    desk = alone.open.desk
    poor = replace(desk, me=replace(desk.me, roles=()))
    directory = Directory(poor, alone.open.attachments)
    for act in (
        directory.check("a", "a", "right"), directory.own.save(OwnDraft(name="a")), directory.own.retire("a"),
        directory.own.bring_back("a"),
    ):  # fmt: skip
        with pytest.raises(PermissionRefused):
            await act
