"""What the sync centre tells: from real vaults, after restarts, and under a server that means harm."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.protocol.ids import StreamId
from app.services.desk import Desk, Me
from app.services.notes import Notes
from app.services.removal_own import OwnEnd
from app.services.sync_story import CLOCK_OFF_MS, SyncStory, clock_off_ms
from app.store import receiver
from app.store.notices import KEPT_SLOTS, NOT_KEPT, OWN_FORK, REFUSED_EARLY, SLOT_MS
from app.store.unsent import Unsent, unsent_in
from app.store.vault import Change, Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, outgoing, record_id
from tests.services.rig import pair


def _note(family: FakeFamily, number: int, words: str) -> Change:
    return Change(family.stream, Note.TYPE, record_id(number), {"body": words, "kind": "home_visit"})


@asynccontextmanager
async def opened(agency: FakeAgency, number: int, home: Path, *families: FakeFamily) -> AsyncIterator[Vault]:
    vault = await agency.vault(number, home, families)
    try:
        yield vault
    finally:
        await vault.close()


@asynccontextmanager
async def both(agency: FakeAgency, root: Path, family: FakeFamily) -> AsyncIterator[tuple[Vault, Vault]]:
    """Two open tablets of one family, in the folders "0" and "1"."""
    async with opened(agency, 0, root / "0", family) as one, opened(agency, 1, root / "1", family) as two:
        yield one, two


def story_of(vault: Vault, agency: FakeAgency, number: int = 0) -> SyncStory:
    member = agency.members[number]
    me = Me(member.person.hex(), member.keyring.device.hex(), "Maya Chen", "", ("coordinator",))
    return SyncStory(Desk(vault, member.clock.now_ms, lambda: "0" * 32, me))


# -- what waits, what passed ---------------------------------------------------------------


async def test_what_is_only_here_is_told_by_record_and_the_audit_is_nobodys_work(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        one, family = tablets.coordinator, tablets.family.id
        story = SyncStory(one.desk)
        assert await story.waiting() == ()
        notes = Notes(one.desk)
        note = await notes.save(replace(notes.begin(family), body="Rosa called."))
        one.later(60)
        await one.plan.save_vision(family, "Quiet mornings.")
        await one.vault.saw(tablets.family.stream, "plan", "", "2026-11-22")  # somebody looked
        await one.vault.at_contact([])  # and the audit notes it: nobody's work
        vision, kept = await story.waiting()
        assert (vision.type, kept.type) == ("family_vision", "note")
        assert (kept.record_id, kept.family_id, kept.changes) == (note.note_id, family, 1)
        assert isinstance(kept.record, Note) and kept.at_ms < vision.at_ms
        await tablets.meet()
        assert await story.waiting() == ()


async def test_what_went_and_came_is_remembered_over_a_restart(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        await one.commit([_note(family, 1, "a"), _note(family, 2, "b")])
        await two.commit([_note(family, 3, "c")])
        at = agency.members[0].clock.now_ms()
        await exchange(family.stream, one, two)
        (told,) = await story_of(one, agency).passed()
        assert (told.family_id, told.sent, told.came) == (family.id, 2, 1)
        assert told.sent_ms >= at and told.came_ms >= at
    async with opened(agency, 0, tmp_path / "0", family) as again:
        assert await story_of(again, agency).passed() == (told,)
        await exchange(family.stream, again)  # what is held already has not come again
        await again._run(lambda: again._core.mirror.rebuild_stream(family.stream))  # nor does a rebuild
        assert await story_of(again, agency).passed() == (told,)


async def test_what_passed_right_before_locking_is_remembered(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        await one.commit([_note(family, 1, "a")])
        await exchange(family.stream, one, two)
    async with opened(agency, 0, tmp_path / "0", family) as again:
        (told,) = await story_of(again, agency).passed()
        assert told.sent == 1


async def test_only_so_much_of_the_story_is_kept(tmp_path: Path) -> None:
    agency = FakeAgency(1)
    family = agency.family()
    async with opened(agency, 0, tmp_path / "0", family) as vault:
        log = vault._core.log

        def write() -> None:
            with log.writing():
                for number in range(KEPT_SLOTS + 9):
                    log.notices.add_traffic(family.stream, False, number * SLOT_MS, 1)

        await vault._run(write)
        rows = [one for _, one in await vault.traffic()]
        assert len(rows) == KEPT_SLOTS and rows[0].at_ms == (KEPT_SLOTS + 8) * SLOT_MS


# -- set aside -----------------------------------------------------------------------------


async def test_what_was_set_aside_is_told_by_reason_after_a_restart_too(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        await two.commit([_note(family, 1, "a")])
        (segment,) = await outgoing(two, family.stream)
        forged = segment.raw[:-1] + bytes([segment.raw[-1] ^ 1])
        await one.receive_segments(family.stream, [IncomingSegment(1, forged, segment.cert)], 1)
        await one.receive_segments(family.stream, [IncomingSegment(2, b"junk", segment.cert)], 2)
    async with opened(agency, 0, tmp_path / "0", family) as again:
        parts = await story_of(again, agency).set_aside()
        assert {(part.why, part.by, part.family_id, part.pieces) for part in parts} == {
            ("forged", "", family.id, 1), ("newer", "", family.id, 1)
        }
        assert len(parts) == 2 and all(part.at_ms > 0 for part in parts)


async def test_a_hostile_server_cannot_make_a_tablet_keep_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_UNTRUSTED", 5)
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        junk = [IncomingSegment(n, b"junk %d" % n, b"") for n in range(1, 30)]
        for _ in range(2):  # the very same again says nothing new
            await one.receive_segments(family.stream, junk[:5], 5)
        assert await one.notices() == ()
        await one.receive_segments(family.stream, junk, 29)
        assert len(await one.quarantined()) == 5
        assert [notice.code for _, notice in await one.notices()] == [NOT_KEPT]
        assert "too_much" in {part.why for part in await story_of(one, agency).set_aside()}
        await two.commit([_note(family, 1, "true")])
        await exchange(family.stream, one, two)
        assert (await one.read(lambda session: session.get(Note, record_id(1)))) is not None


async def test_no_more_bytes_of_junk_are_kept_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_UNTRUSTED_BYTES", 1000)
    agency = FakeAgency(1)
    family = agency.family()
    async with opened(agency, 0, tmp_path / "0", family) as one:
        big = [IncomingSegment(n, bytes([n]) * 400, b"") for n in range(1, 9)]
        await one.receive_segments(family.stream, big, 8)
        assert len(await one.quarantined()) == 2


async def test_what_a_colleague_signed_is_kept_to_wait_however_much_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_UNTRUSTED", 0)
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        segments = []
        for number in range(1, 5):
            await two.commit([_note(family, number, "x")])
            segments = await outgoing(two, family.stream)
        assert len(segments) == 4
        await one.receive_segments(family.stream, segments[1:], 4)  # the first is held back
        assert await one.withheld(family.stream) == 4
        await one.receive_segments(family.stream, segments[:1], 4)
        assert await one.withheld(family.stream) == 0


async def test_a_stranger_that_was_not_kept_is_asked_for_again_once_it_may_be_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "MOST_UNTRUSTED", 0)
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    async with both(agency, tmp_path, family) as (one, two):
        await two.commit([_note(family, 1, "x")])
        segments = await outgoing(two, family.stream)
        agency_state, one._core.book.agency = one._core.book.agency, None  # nobody is known yet
        await one.receive_segments(family.stream, segments, 7)
        one._core.book.agency = agency_state
        assert await one._run(lambda: one._core.log.aside.early(family.stream)) == []
        assert [notice.code for _, notice in await one.notices()] == [REFUSED_EARLY]
        assert await story_of(one, agency).amiss() == ()  # nothing to tell anybody yet
        await one._run(lambda: one._core._receiver.retry_early(family.stream))  # a control operation came
        assert {position.stream: position.cursor for position in await one.positions()}[family.stream] == 0
        await one.receive_segments(family.stream, segments, 7)
        assert (await one.read(lambda session: session.get(Note, record_id(1)))) is not None


# -- forks ---------------------------------------------------------------------------------


async def _two_histories(agency: FakeAgency, family: FakeFamily, root: Path) -> list[list[IncomingSegment]]:
    """What a tablet and its copy have signed at the same place of one chain."""
    async with opened(agency, 1, root / "1", family) as vault:
        await vault.commit([_note(family, 1, "first")])
        await outgoing(vault, family.stream)
    shutil.copytree(root / "1", root / "copy")
    found = []
    for home, words in (("1", "here"), ("copy", "there")):
        async with opened(agency, 1, root / home, family) as vault:
            await vault.commit([_note(family, 2, words)])
            found.append(await outgoing(vault, family.stream))
    return found


async def test_two_signed_histories_of_one_chain_are_an_alarm_and_the_first_stands(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    here, there = await _two_histories(agency, family, tmp_path)
    async with opened(agency, 0, tmp_path / "0", family) as reader:
        await reader.receive_segments(family.stream, here, 2)
        await reader.receive_segments(family.stream, there, 4)
        story = story_of(reader, agency)
        (told,) = await story.amiss()
        assert (told.kind, told.family_id) == ("fork", family.id)
        assert "twice" in {part.why for part in await story.set_aside()}
        kept = await reader.read(lambda session: session.get(Note, record_id(2)))
        assert kept is not None and kept.body == "here"
        await story.understood(told)  # only somebody at the agency can say that this is over
        assert await story.amiss() == (told,)


async def test_a_forged_history_is_no_alarm(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    here, there = await _two_histories(agency, family, tmp_path)
    async with opened(agency, 0, tmp_path / "0", family) as reader:
        await reader.receive_segments(family.stream, here, 2)
        last = there[-1]
        forged = last.raw[:-1] + bytes([last.raw[-1] ^ 1])
        await reader.receive_segments(family.stream, [IncomingSegment(4, forged, last.cert)], 4)
        assert await story_of(reader, agency).amiss() == ()


async def test_a_copy_of_this_tablet_is_told_until_somebody_has_read_it(tmp_path: Path) -> None:
    agency = FakeAgency(1)
    family = agency.family()
    async with opened(agency, 0, tmp_path / "0", family) as vault:
        await vault.commit([_note(family, 1, "a")])
        (chain,) = await vault.own_chains()
        await vault.freeze_chain(StreamId(family.stream), chain.chain, 1, bytes(32))
        story = story_of(vault, agency)
        (told,) = await story.amiss()
        assert told.kind == OWN_FORK
        await story.understood(told)
        assert await story.amiss() == ()
        assert (await vault.read(lambda session: session.get(Note, record_id(1)))) is not None


async def test_what_is_missing_is_told_since_when_and_until_it_has_come(tmp_path: Path) -> None:
    agency = FakeAgency(1)
    family = agency.family()
    clock = agency.members[0].clock
    async with opened(agency, 0, tmp_path / "0", family) as vault:
        story = story_of(vault, agency)
        await vault.note_missing(StreamId(family.stream), 3)
        began = clock.now_ms()
        clock.advance(3600)
        await vault.note_missing(StreamId(family.stream), 2)
        (told,) = await story.amiss()
        assert (told.kind, told.count) == ("missing", 2) and told.since_ms <= began
        await vault.note_missing(StreamId(family.stream), 0)
        assert await story.amiss() == ()


# -- room, clock, unsent -------------------------------------------------------------------


async def test_room_is_what_the_files_take(tmp_path: Path) -> None:
    agency = FakeAgency(1)
    family = agency.family()
    async with opened(agency, 0, tmp_path / "0", family) as vault:
        (tmp_path / "0" / "attachments").mkdir(exist_ok=True)
        (tmp_path / "0" / "attachments" / "x").write_bytes(bytes(5000))
        room = await story_of(vault, agency).room()
        assert room.log > 4096 and room.attachments == 5000
        assert room.free is not None and room.free > 0


@pytest.mark.parametrize(
    ("offset", "ahead"),
    [(None, 0), (0, 0), (CLOCK_OFF_MS, 0), (-CLOCK_OFF_MS, 0), (-420_000, 420_000), (600_000, -600_000)],
)
def test_a_clock_is_worth_a_word_only_when_it_is_off(offset: int | None, ahead: int) -> None:
    assert clock_off_ms(offset) == ahead


async def test_unsent_work_of_a_closed_home_is_counted_without_a_key(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family = agency.family(opener=1, members=[0])
    home = tmp_path / "0"
    assert unsent_in(home) == Unsent(0, 0)
    async with both(agency, tmp_path, family) as (vault, other):
        await other.commit([_note(family, 9, "a colleague's")])
        await vault.commit([_note(family, 1, "a"), _note(family, 2, "b")])
        await exchange(family.stream, vault, other)
        await vault.commit([_note(family, 3, "c")])
    assert unsent_in(home) == Unsent(1, 0)
    (home / "log.sqlite").write_bytes(b"no database")
    assert unsent_in(home) is None


def test_removed_tablet_is_not_wiped_while_photos_are_only_on_it() -> None:
    assert OwnEnd(False, 0, 0).due
    assert not OwnEnd(False, 0, 0, 1).due
    assert not OwnEnd(False, 0, 1).due and not OwnEnd(False, 1, 0).due
    assert OwnEnd(True, 5, 5, 5).due  # reported lost: at once
