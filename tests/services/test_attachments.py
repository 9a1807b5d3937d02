"""Photos and papers on real tablets with a real server: kept, sent, fetched, and honest about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.errors import InvalidInput, NoNetwork, PermissionRefused, Tampered
from app.protocol.blob import MAX_SEALED_BYTES
from app.protocol.ids import PersonId
from app.services.attachments import SPARE_BYTES, AttachmentDraft, Attachments, AttachmentView, ChunkNotThere
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.store.vault import Change
from server import tables
from tests.fakes.pictures import noisy, pdf, photo
from tests.services.office import PASSPHRASE, Office, hired, office, until


@dataclass
class Case:
    """A supervisor (founder) and a coordinator, and a family that both hold."""

    office: Office
    ruth: Tablet
    maya: Tablet
    family: str

    @property
    def theirs(self) -> Attachments:
        return self.ruth.open.attachments

    @property
    def mine(self) -> Attachments:
        return self.maya.open.attachments

    @property
    def home(self) -> Path:
        return self.office.root / "maya"

    async def add(self, data: bytes = b"", **said: Any) -> AttachmentView:
        kept = await self.mine.prepare(data or photo())
        return await self.mine.add(AttachmentDraft(self.family, **said), kept)

    async def state(self, record: str, tablet: Tablet | None = None) -> str:
        view = await (tablet or self.maya).open.attachments.one(record)
        return "" if view is None else view.state.kind

    async def sent(self, record: str) -> None:
        async def there() -> bool:
            return await self.state(record) == "on_server"

        await until(there)

    async def arrived(self, record: str) -> AttachmentView:
        async def here() -> bool:
            await self.ruth.open.syncing.contact()
            return await self.theirs.one(record) is not None

        await until(here)
        view = await self.theirs.one(record)
        assert view is not None
        return view

    def chunks(self) -> list[Any]:
        with self.office.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
            return list(connection.execute(select(tables.blob_chunk)))

    def files(self, home: str = "maya") -> list[Path]:
        return sorted((self.office.root / home / "attachments").glob("*"))


@asynccontextmanager
async def together(root: Path) -> AsyncIterator[Case]:
    async with office(root) as place:
        ruth = await place.founded()
        maya = await hired(place, ruth, "Maya Chen")
        family = await maya.open.opening.open_family(NewFamily("Nia", "Delgado"))
        await maya.open.syncing.contact()

        async def shared() -> bool:
            await maya.open.syncing.contact()
            await ruth.open.syncing.contact()
            return any(row.family_id == family for row in await ruth.open.casebook.families())

        await until(shared)
        yield Case(place, ruth, maya, family)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Case]:
    """One tablet is enough for what needs no other."""
    async with office(tmp_path) as place:
        ruth = await place.founded("maya")
        family = await ruth.open.opening.open_family(NewFamily("Nia", "Delgado"))
        await ruth.open.syncing.contact()
        yield Case(place, ruth, ruth, family)


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    async with together(tmp_path) as made:
        yield made


async def test_a_photo_is_added_sent_fetched_and_the_same(case: Case) -> None:
    view = await case.add(caption="The ramp at the door", taken_on="2026-11-03")
    assert (view.kind, view.caption, view.by) == ("photo", "The ramp at the door", "Maya Chen")
    assert view.mine and view.may_remove
    assert view.thumb.startswith(b"\xff\xd8") and view.size == len(await case.mine.content(view.record_id))
    await case.sent(view.record_id)
    theirs = await case.arrived(view.record_id)
    assert (theirs.state.kind, theirs.thumb, theirs.mine) == ("not_here", view.thumb, False)
    with pytest.raises(InvalidInput) as refused:
        await case.theirs.content(view.record_id)
    assert refused.value.code == "attachment_not_here"
    steps: list[tuple[int, int]] = []
    await case.theirs.fetch(view.record_id, lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, 1) and steps[-1] == (1, 1)
    assert await case.theirs.content(view.record_id) == await case.mine.content(view.record_id)
    assert await case.state(view.record_id, case.ruth) == "on_server"


async def test_without_a_network_it_is_kept_and_says_so_and_is_sent_later(alone: Case) -> None:
    alone.office.down = True
    view = await alone.add(noisy(400), caption="A long letter")
    assert await alone.state(view.record_id) == "only_here"
    with pytest.raises(NoNetwork):
        await alone.maya.open.syncing.contact()
    assert await alone.state(view.record_id) == "only_here"
    alone.office.down = False
    await alone.maya.open.syncing.contact()
    await alone.sent(view.record_id)
    assert len(alone.chunks()) >= 1


async def test_it_survives_a_lock_and_goes_on_with_the_chunks_that_are_missing(alone: Case) -> None:
    alone.office.down = True
    view = await alone.add(pdf(3 * MAX_SEALED_BYTES))
    data = await alone.mine.content(view.record_id)
    await alone.maya.lock("test")
    alone.office.down = False
    await alone.maya.unlock(PASSPHRASE)
    await alone.sent(view.record_id)
    assert await alone.mine.content(view.record_id) == data
    numbers = [row.number for row in alone.chunks()]
    assert numbers == [1, 2, 3, 4]


async def test_record_that_came_before_its_picture_says_who_has_not_sent_it(case: Case) -> None:
    # The record is pushed by the round; the picture is held back by a carrier that is stopped.
    await case.mine.stop()
    view = await case.add(caption="Drawing")
    await case.maya.open.syncing.contact()
    await case.arrived(view.record_id)
    with pytest.raises(ChunkNotThere) as waiting:
        await case.theirs.fetch(view.record_id)
    assert waiting.value.code == "attachment_not_sent_yet"
    assert await case.state(view.record_id) == "only_here"
    case.mine.start()
    await case.sent(view.record_id)
    await case.theirs.fetch(view.record_id)


async def test_a_fetch_that_was_stopped_goes_on_where_it_stopped(case: Case) -> None:
    view = await case.add(pdf(3 * MAX_SEALED_BYTES))
    await case.sent(view.record_id)
    await case.arrived(view.record_id)
    reached = asyncio.Event()

    def until_two(done: int, _total: int) -> None:
        if done == 2:
            reached.set()
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await case.theirs.fetch(view.record_id, until_two)
    assert reached.is_set() and [path.suffix for path in case.files("founder")] == [".part"]
    steps: list[int] = []
    await case.theirs.fetch(view.record_id, lambda done, _total: steps.append(done))
    assert steps == [2, 3, 4]
    assert await case.theirs.content(view.record_id) == await case.mine.content(view.record_id)
    assert [path.suffix for path in case.files("founder")] == [".blob"]


async def test_a_chunk_that_the_server_changed_is_refused_and_the_rest_is_kept(case: Case) -> None:
    view = await case.add(pdf(2 * MAX_SEALED_BYTES))
    await case.sent(view.record_id)
    await case.arrived(view.record_id)
    rows = case.chunks()
    database = case.office.app.state.desk.database  # type: ignore[attr-defined]
    raw = bytearray(rows[1].raw)
    raw[500] ^= 1
    where = (tables.blob_chunk.c.blob == rows[1].blob) & (tables.blob_chunk.c.number == 2)
    with database.write() as connection:
        connection.execute(update(tables.blob_chunk).where(where).values(raw=bytes(raw)))
    with pytest.raises(Tampered):
        await case.theirs.fetch(view.record_id)
    assert await case.state(view.record_id, case.ruth) == "not_here"
    with database.write() as connection:
        connection.execute(update(tables.blob_chunk).where(where).values(raw=rows[1].raw))
    await case.theirs.fetch(view.record_id)
    assert await case.theirs.content(view.record_id)


async def test_a_server_that_has_no_room_leaves_it_queued_with_its_reason(alone: Case) -> None:
    desk = alone.office.app.state.desk  # type: ignore[attr-defined]
    usual = desk.config
    desk.config = replace(usual, limits=replace(usual.limits, blob_bytes_per_stream=10))
    view = await alone.add()

    async def refused() -> bool:
        return await alone.state(view.record_id) == "refused"

    await until(refused)
    found = await alone.mine.one(view.record_id)
    assert found is not None and found.state.code == "no_blob_space"
    desk.config = usual
    alone.mine.try_again()
    await alone.sent(view.record_id)


async def test_small_ones_go_first(alone: Case) -> None:
    alone.office.down = True
    large = await alone.add(pdf(2 * MAX_SEALED_BYTES))
    small = await alone.add(photo(60, 40))
    alone.office.down = False
    await alone.sent(large.record_id)
    await alone.sent(small.record_id)
    with alone.office.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
        rows = connection.execute(
            select(tables.audit.c.last).where(tables.audit.c.action == "blob").order_by(tables.audit.c.n)
        )
        assert list(rows.scalars()) == [1, 3]


async def test_a_server_that_lost_its_chunks_is_given_them_again(alone: Case) -> None:
    view = await alone.add()
    await alone.sent(view.record_id)
    desk = alone.office.app.state.desk  # type: ignore[attr-defined]
    with desk.database.write() as connection:
        for table in (tables.blob, tables.blob_chunk):
            connection.execute(delete(table))
    desk.database.renew_marker(desk.config.random)
    alone.office.clock.advance(5)
    await alone.maya.open.syncing.contact()

    async def back() -> bool:
        return len(alone.chunks()) == 1 and await alone.state(view.record_id) == "on_server"

    await until(back)


async def test_a_taken_number_is_answered_by_sealing_anew(alone: Case) -> None:
    alone.office.down = True
    view = await alone.add()
    vault = alone.maya.open.desk.vault
    (before,) = await vault.blob_states()
    await vault.blob_refused(before, "blob_differs")
    alone.office.down = False
    # Asked for twice at once, as the sweep and a contact may: still one picture.
    assert sum(await asyncio.gather(alone.mine.renew(), alone.mine.renew())) <= 1
    await alone.sent(view.record_id)
    assert [row.blob != before for row in alone.chunks()] == [True]
    assert len(alone.files()) == 1


async def test_what_waits_is_sealed_anew_before_it_leaves_when_somebody_was_taken_out(case: Case) -> None:
    await case.mine.stop()
    view = await case.add(caption="Before")
    await case.maya.open.syncing.contact()
    (before,) = await case.maya.open.desk.vault.waiting_blobs()
    stream = before.stream
    state = case.maya.open.desk.vault.stream_state(stream)
    assert state is not None
    dana = await hired(case.office, case.ruth, "Dana Reed")
    person = PersonId(bytes.fromhex(dana.open.desk.me.person))
    await case.ruth.open.desk.vault.let_in(stream, [person])
    await case.ruth.open.desk.vault.take_out(stream, person)
    await case.ruth.open.syncing.contact()

    async def told() -> bool:
        await case.maya.open.syncing.contact()
        now = case.maya.open.desk.vault.stream_state(stream)
        return now is not None and now.epoch.number > state.epoch.number

    await until(told)

    async def renewed() -> bool:
        await case.mine.renew()
        queue = await case.maya.open.desk.vault.waiting_blobs()
        return [item.blob for item in queue] not in ([], [before.blob])

    await until(renewed)
    case.mine.start()
    await case.sent(view.record_id)
    epochs = {row.epoch for row in _blobs(case)}
    assert epochs == {state.epoch.number + 1}


def _blobs(case: Case) -> list[Any]:
    with case.office.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
        return list(connection.execute(select(tables.blob)))


async def test_a_full_tablet_refuses_in_plain_words_and_keeps_nothing(alone: Case) -> None:
    alone.mine._free_bytes = lambda: 10
    with pytest.raises(InvalidInput) as refused:
        await alone.add()
    assert refused.value.code == "no_room_for_picture"
    assert alone.files() == [] and await alone.mine.of_family(alone.family) == ()


async def test_wrong_files_are_refused_in_plain_words(alone: Case) -> None:
    for data, code in ((b"hello", "picture_not_a_picture"), (bytes(11_000_000), "picture_too_big")):
        with pytest.raises(InvalidInput) as refused:
            await alone.mine.prepare(data)
        assert refused.value.code == code


async def test_one_with_a_record_that_cannot_be_written_leaves_no_file(alone: Case) -> None:
    kept = await alone.mine.prepare(photo())

    async def fails(*_: Any, **__: Any) -> Any:
        raise InvalidInput("no", code="no")

    vault = alone.maya.open.desk.vault
    usual, vault.commit = vault.commit, fails  # type: ignore[method-assign]
    with pytest.raises(InvalidInput):
        await alone.mine.add(AttachmentDraft(alone.family), kept)
    vault.commit = usual  # type: ignore[method-assign]
    assert alone.files() == []


async def test_taking_one_away_removes_its_file_here_and_its_record_everywhere(case: Case) -> None:
    view = await case.add()
    await case.sent(view.record_id)
    await case.arrived(view.record_id)
    await case.theirs.fetch(view.record_id)
    await case.mine.delete(view.record_id)
    assert case.files() == [] and await case.mine.of_family(case.family) == ()

    async def gone() -> bool:
        await case.maya.open.syncing.contact()
        await case.ruth.open.syncing.contact()
        return await case.theirs.one(view.record_id) is None

    await until(gone)
    # The other tablet's copy goes when it is next opened.
    assert len(case.files("founder")) == 1
    await case.ruth.lock("test")
    await case.ruth.unlock(PASSPHRASE)
    assert case.files("founder") == []


async def test_only_who_added_it_or_a_supervisor_takes_it_away(case: Case) -> None:
    kept = await case.theirs.prepare(photo())
    view = await case.theirs.add(AttachmentDraft(case.family), kept)

    async def here() -> bool:
        await case.ruth.open.syncing.contact()
        await case.maya.open.syncing.contact()
        return await case.mine.one(view.record_id) is not None

    await until(here)
    with pytest.raises(InvalidInput) as refused:
        await case.mine.delete(view.record_id)
    assert refused.value.code == "not_who_added"
    mine = await case.add()
    await case.arrived(mine.record_id)
    await case.theirs.delete(mine.record_id)


async def test_another_label_seals_it_for_its_other_readers(alone: Case) -> None:
    view = await alone.add(caption="Court letter")
    await alone.sent(view.record_id)
    data = await alone.mine.content(view.record_id)
    moved = await alone.mine.change(view.record_id, "Court letter", "sud", "")
    assert moved.record_id != view.record_id and moved.label == "sud"
    assert await alone.mine.one(view.record_id) is None
    assert await alone.mine.content(moved.record_id) == data
    streams = {row.stream for row in _blobs(alone)}
    await alone.sent(moved.record_id)
    assert len({row.stream for row in _blobs(alone)} - streams) == 1
    assert moved.thumb == view.thumb and len(alone.files()) == 1


async def test_words_change_without_touching_the_picture(alone: Case) -> None:
    view = await alone.add(caption="Befor")
    changed = await alone.mine.change(view.record_id, "Before", "general", "2026-01-02")
    assert (changed.caption, changed.taken_on, changed.record_id) == ("Before", "2026-01-02", view.record_id)
    assert changed.size == view.size


async def test_what_hangs_on_a_note_is_never_more_open_than_the_note(alone: Case) -> None:
    notes = alone.maya.open.notes
    draft = replace(notes.begin(alone.family), body="What she said.", label="sud")
    note = await notes.save(draft)
    view = await alone.add(note_id=note.note_id)
    assert view.label == "sud"
    assert [one.record_id for one in await alone.mine.of_note(note.note_id)] == [view.record_id]


async def test_somebody_without_the_role_adds_nothing(alone: Case) -> None:
    me = alone.maya.open.desk.me
    mine = Attachments(replace(alone.maya.open.desk, me=replace(me, roles=("administrator",))))
    with pytest.raises(PermissionRefused):
        await mine.add(AttachmentDraft(alone.family), await mine.prepare(photo()))


async def test_files_that_the_server_has_make_room_and_the_others_never_do(alone: Case) -> None:
    sent = await alone.add(photo(seed=1))
    await alone.sent(sent.record_id)
    alone.office.down = True
    waiting = await alone.add(photo(seed=2))
    assert await alone.mine.free_space(10**9) > 0
    assert await alone.state(sent.record_id) == "not_here"
    assert await alone.state(waiting.record_id) == "only_here"
    alone.office.down = False
    await alone.mine.fetch(sent.record_id)
    assert await alone.mine.content(sent.record_id)


async def test_what_the_server_has_makes_room_by_itself(alone: Case) -> None:
    sent = await alone.add(photo(seed=1))
    await alone.sent(sent.record_id)
    kept = await alone.mine.prepare(photo(60, 40, seed=2))
    short = 2 * len(kept.data) + SPARE_BYTES - 100
    alone.mine._free_bytes = lambda: short
    await alone.mine.add(AttachmentDraft(alone.family), kept)
    assert await alone.state(sent.record_id) == "not_here"


async def test_a_damaged_file_is_fetched_again_when_the_server_has_it(alone: Case) -> None:
    view = await alone.add()
    await alone.sent(view.record_id)
    (path,) = alone.files()
    raw = bytearray(path.read_bytes())
    raw[300] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(Tampered):
        await alone.mine.content(view.record_id)
    assert await alone.state(view.record_id) == "not_here"
    await alone.mine.fetch(view.record_id)
    assert await alone.mine.content(view.record_id)


async def test_nothing_of_a_picture_is_readable_in_the_folder(alone: Case) -> None:
    data = pdf(4_000)
    await alone.add(data, caption="Quiet canary")
    for path in alone.files():
        raw = path.read_bytes()
        assert b"%PDF" not in raw and b"canary" not in raw and data[100:140] not in raw
        assert path.stat().st_mode & 0o077 == 0


async def test_wiping_takes_the_pictures_too(alone: Case) -> None:
    await alone.add()
    assert alone.files()
    await alone.maya.lock("test")
    from app.store.wiping import wipe_steps

    for _, act in wipe_steps(alone.home):
        act()
    assert not (alone.home / "attachments").exists()


async def test_pictures_follow_their_note_to_fewer_readers(alone: Case) -> None:
    notes = alone.maya.open.notes
    note = await notes.save(replace(notes.begin(alone.family), body="What she said."))
    view = await alone.add(note_id=note.note_id, caption="Drawing")
    data = await alone.mine.content(view.record_id)
    moved = (await alone.maya.open.labels.relabel("note", note.note_id, "sud")).record_id

    async def followed() -> bool:
        return [one.label for one in await alone.mine.of_note(moved)] == ["sud"]

    await until(followed)
    (after,) = await alone.mine.of_note(moved)
    assert after.caption == "Drawing" and await alone.mine.content(after.record_id) == data
    assert await alone.mine.of_family(alone.family) == (after,)
    assert await alone.mine.follow_notes() == 0


async def test_a_record_that_was_written_wrongly_harms_nobody(alone: Case) -> None:
    view = await alone.add()
    await alone.sent(view.record_id)
    desk = alone.maya.open.desk
    stream = await desk.team_stream(alone.family)
    for wrong in (
        {"blob": "canary"}, {"chunks": 9}, {"size": -1}, {"epoch": 2**40}, {"thumb": "x" * 100_000},
    ):  # fmt: skip
        await desk.vault.commit([Change(stream, "attachment", view.record_id, wrong)])
        shown = await alone.mine.one(view.record_id)
        assert shown is not None
        if "thumb" not in wrong:
            with pytest.raises(InvalidInput) as refused:
                await alone.mine.content(view.record_id)
            assert refused.value.code == "attachment_broken"
    assert shown is not None and shown.thumb == b""
    await alone.maya.lock("test")
    await alone.maya.unlock(PASSPHRASE)
    await alone.mine.delete(view.record_id)


async def test_a_picture_that_is_none_is_not_shown(alone: Case) -> None:
    vault, desk = alone.maya.open.desk.vault, alone.maya.open.desk
    stream = await desk.team_stream(alone.family)
    manifest = await vault.add_blob(stream, noisy(3000))
    said = {
        "kind": "photo", "size": manifest.size, "sha256": manifest.digest.hex(), "chunks": manifest.count,
        "blob": manifest.place.blob.hex(), "epoch": manifest.place.epoch,
    }  # fmt: skip
    record = desk.new_id()
    await vault.commit([Change(stream, "attachment", record, said)])
    await vault.keep_blob(manifest.place.blob)
    with pytest.raises(InvalidInput) as refused:
        await alone.mine.content(record)
    assert refused.value.code == "picture_not_a_picture"
