"""The audit on real tablets: one entry for each act, chained, counter-signed, once a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from app.crypto.keyring import Keyring
from app.errors import ChangeRefused
from app.protocol.builders import build_device
from app.protocol.ids import DeviceId
from app.services.audience import Audiences
from app.services.audit import Audit
from app.services.audit_family import FamilyAudits
from app.services.audit_lines import AuditLines, Line, joined
from app.services.desk import Desk, Me
from app.services.table import FamilyTable
from app.store.vault import Change, Vault
from app.sync.ports import ServerAudit
from app.wraparound.audience import Audience
from app.wraparound.audit import Broken
from app.wraparound.records import AuditEntry, AuditSeal, Need, Note
from tests.fakes.agency import FakeAgency, FakeFamily, Member, exchange, outgoing
from tests.services.rig import Person, pair
from tests.services.trio import trio

DAY = 86_400


async def rows(vault: Vault, kind: type[Any] = AuditEntry) -> list[Any]:
    """Every entry (or seal) that a vault shows, in order."""

    def read(session: Session) -> list[Any]:
        return list(session.exec(select(kind).order_by(kind.device, kind.at_ms, kind.id)))

    return await vault.read(read)


def desk_of(member: Member, vault: Vault) -> Desk:
    """A desk without names, over any vault."""
    me = Me(member.person.hex(), member.keyring.device.hex(), "Marisol Vega", "", ("coordinator",))
    return Desk(vault, member.clock.now_ms, lambda: member.random(16).hex(), me)


# -- what is noted ------------------------------------------------------------------------------


async def test_an_act_leaves_one_entry_that_no_screen_and_no_counter_takes_for_work(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family.id
        told: list[object] = []
        ana.vault.subscribe(told.append)
        before = await ana.vault.unsent_count()
        await Audit(ana.desk).note("copy.print", family, "copy", "ab" * 16, "paper")
        await Audit(ana.desk).note("copy.file", family)
        first, second = sorted(await rows(ana.vault), key=lambda row: row.n)
        assert (first.n, first.action, first.item_id, first.detail) == (1, "copy.print", "ab" * 16, "paper")
        assert (second.n, second.action) == (2, "copy.file")
        assert second.prev and not first.prev
        assert first.created_by == ana.desk.me.person
        assert await ana.vault.unsent_count() == before
        assert told == []
        await both.meet()
        assert {row.action for row in await rows(both.supervisor.vault)} == {"copy.print", "copy.file"}


async def test_an_act_and_its_entry_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana = both.coordinator
        act = await Audit(ana.desk).act("copy.print", both.family.id)
        bad = both.family.change(Note.TYPE, "11" * 16, {"no_such_field": 1})
        with pytest.raises(ChangeRefused):
            await ana.vault.commit([bad], [act])
        with pytest.raises(ChangeRefused):
            await ana.vault.commit([], [replace(act, action="no such act")])
        assert await rows(ana.vault) == []


async def test_words_of_people_are_no_detail_and_unknown_acts_are_refused(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        audit = Audit(both.coordinator.desk)
        with pytest.raises(ValueError, match="no such act"):
            await audit.act("copy.burn", both.family.id)
        with pytest.raises(ValueError, match="codes"):
            await audit.act("copy.print", both.family.id, detail="für Nia")


async def test_what_is_about_something_restricted_is_noted_where_it_lies(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        ana = three.coordinator
        stream = await ana.labels.home(three.family.id, "safety")
        await ana.vault.commit([Change(stream, Note.TYPE, "31" * 16, {"body": "x", "label": "safety"})])
        await Audit(ana.desk).note("note.sign", three.family.id, Note.TYPE, "31" * 16)
        await Audit(ana.desk).saw(three.family.id, "note", "31" * 16)
        await ana.vault.at_contact(())
        assert {row.stream for row in await rows(ana.vault)} == {stream.hex()}


# -- looking ------------------------------------------------------------------------------------


async def test_looking_is_noted_once_a_day_and_written_at_a_contact(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family.id
        for _ in range(3):
            await Audit(ana.desk).saw(family, "plan")
        await Audit(ana.desk).saw(family, "note", "cd" * 16)
        assert await rows(ana.vault) == []
        await ana.vault.at_contact(())
        await ana.vault.at_contact(())
        found = sorted((r.item_type, r.item_id, r.count) for r in await rows(ana.vault))
        assert found == [("note", "cd" * 16, 1), ("plan", "", 3)]
        ana.later(DAY)
        await Audit(ana.desk).saw(family, "plan")
        await ana.vault.at_contact(())
        assert len(await rows(ana.vault)) == 3


async def test_what_was_looked_at_survives_locks_and_kills(tmp_path: Path) -> None:
    agency = FakeAgency(2)
    family, data = agency.family(opener=1, members=[0]), agency.data()
    vault = await agency.vault(1, tmp_path / "a", [data, family])
    await vault.saw(family.stream, "plan", "", "2025-12-01")
    await vault.close()  # as a kill: nothing was written
    vault = await agency.vault(1, tmp_path / "a", [data, family])
    try:
        await vault.saw(family.stream, "plan", "", "2025-12-01")
        auditor = vault._core.auditor
        real, auditor.written = auditor.written, lambda names: None  # type: ignore[method-assign]
        await vault.at_contact(())  # killed right after the entry was written
        auditor._sights = None
        auditor.written = real  # type: ignore[method-assign]
        await vault.at_contact(())
        assert [(row.n, row.count) for row in await rows(vault)] == [(1, 2)]
    finally:
        await vault.close()


async def two_devices(home: Path) -> tuple[FakeAgency, FakeFamily, list[Vault], list[Member]]:
    """A coordinator with two tablets, and the supervisor's."""
    agency = FakeAgency(2)
    member = agency.members[1]
    keyring = Keyring.generate(member.person, member.random(16), member.random)
    from app.protocol.control import Author

    agency._add(
        build_device(
            agency.state, Author.root(agency.root), member.person, DeviceId(keyring.device),
            keyring.signing_key().public, keyring.kem_key().public, agency._tick(),
        )
    )  # fmt: skip
    agency.members.append(Member(member.person, keyring, member.clock, member.random))
    family, data = agency.family(opener=1, members=[0]), agency.data()
    vaults = [await agency.vault(number, home / str(number), [data, family]) for number in range(3)]
    return agency, family, vaults, agency.members


async def test_two_tablets_of_one_person_count_alone_and_read_as_one_line(tmp_path: Path) -> None:
    agency, family, vaults, members = await two_devices(tmp_path)
    try:
        first, second = desk_of(members[1], vaults[1]), desk_of(members[2], vaults[2])
        record = bytes.fromhex(family.id)
        await vaults[1].commit([family.change("family", record.hex(), {"name": "Nia"})])
        await exchange(family.stream, *vaults)
        for desk in (first, second):
            await Audit(desk).saw(family.id, "plan")
        await vaults[1].at_contact(())
        await vaults[2].at_contact(())  # offline from each other: both write
        await exchange(family.stream, *vaults)
        found = await rows(vaults[0])
        assert [row.n for row in found] == [1, 1] and len({row.device for row in found}) == 2
        page = await AuditLines(desk_of(members[0], vaults[0])).family(family.id)
        assert [line.times for line in page.lines if line.code == "view"] == [2]
        assert page.alarms == ()
        await Audit(second).saw(family.id, "people")
        await vaults[2].at_contact(())
        await exchange(family.stream, *vaults)
        await Audit(first).saw(family.id, "people")
        await vaults[1].at_contact(())  # this one knows that the other has told it
        assert len(await rows(vaults[1])) == 3
    finally:
        for vault in vaults:
            await vault.close()


async def test_a_clock_turned_back_leaves_the_chain_whole(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family.id
        await Audit(ana.desk).note("copy.print", family)
        ana.later(-9 * DAY)
        await Audit(ana.desk).note("copy.file", family)
        await Audit(ana.desk).saw(family, "plan")
        await ana.vault.at_contact(())
        await both.meet()
        await both.supervisor.vault.at_contact(())
        found = sorted(await rows(both.supervisor.vault), key=lambda row: row.n)
        assert [row.n for row in found] == [1, 2, 3] and found[1].at_ms < found[0].at_ms
        lines = AuditLines(both.supervisor.desk)
        assert (await lines.family(family)).alarms == () and await lines.missing() == ()


# -- counter-signing and alarms -----------------------------------------------------------------


async def test_three_tablets_agree_on_every_entry_and_counter_sign_once_a_day(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        workers, family = three.workers, three.family
        for number, worker in enumerate(workers):
            for _ in range(number + 1):
                await Audit(worker.desk).note("copy.hand", family.id)
        await exchange(family.stream, *(worker.vault for worker in workers))
        for worker in workers:
            await worker.vault.at_contact([ServerAudit(family.stream, 5, bytes(32))])
            await worker.vault.at_contact(())
        await exchange(family.stream, *(worker.vault for worker in workers))
        digests = {await worker.vault.digest(family.stream) for worker in workers}
        assert len(digests) == 1
        seals = await rows(workers[0].vault, AuditSeal)
        assert len(seals) == 3
        for seal in seals:
            assert seal.device not in seal.heads and len(seal.heads) == 2
            assert (seal.server_count, seal.server_head) == (5, "00" * 32)
        for worker in workers:
            await worker.vault.at_contact(())  # the same day, and nothing new
        assert len(await rows(workers[0].vault, AuditSeal)) == 3


async def test_looking_alone_is_counter_signed_weekly_and_the_rest_the_next_day(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, ruth, family = both.coordinator, both.supervisor, both.family

        async def a_day_later(days: int = 1) -> int:
            for one in (ana, ruth):
                one.later(days * DAY)
            await Audit(ana.desk).saw(family.id, "plan")
            await ana.vault.at_contact(())
            await both.meet()
            await ruth.vault.at_contact(())
            return len(await rows(ruth.vault, AuditSeal))

        assert await a_day_later() == 1  # the first is due at once
        assert await a_day_later() == 1 and await a_day_later() == 1
        await Audit(ana.desk).note("copy.print", family.id)
        assert await a_day_later() == 2
        assert await a_day_later(6) == 2 and await a_day_later() == 3


async def test_an_entry_that_a_colleague_has_seen_and_that_is_not_here_is_an_alarm(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        ruth, ana, dina = three.workers
        family = three.family
        await Audit(ana.desk).note("copy.print", family.id)
        theirs = await outgoing(ana.vault, family.stream)
        await ruth.vault.receive_segments(family.stream, theirs, 0)
        await ruth.vault.at_contact(())
        await dina.vault.receive_segments(family.stream, await outgoing(ruth.vault, family.stream), 0)
        (alarm,) = await AuditLines(dina.desk).missing()
        assert (alarm.family_id, alarm.person, alarm.n) == (family.id, ana.desk.me.person, 1)
        assert alarm.kind is Broken.CUT_OFF
        assert (await AuditLines(dina.desk).family(family.id)).alarms[0].kind is Broken.CUT_OFF
        await dina.vault.receive_segments(family.stream, theirs, 0)
        assert await AuditLines(dina.desk).missing() == ()
        assert (await AuditLines(dina.desk).family(family.id)).alarms == ()


async def test_nobody_takes_an_entry_out_or_puts_one_under_anothers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as both:
        ana, ruth, family = both.coordinator, both.supervisor, both.family
        await Audit(ana.desk).note("copy.print", family.id)
        await both.meet()
        (row,) = await rows(ruth.vault)
        with pytest.raises(ChangeRefused):
            await ruth.vault.commit([family.change(AuditEntry.TYPE, row.id, {}, delete=True)])
        # A patched app does it all the same, and writes an entry under Ana's device.
        ruth.vault._core._writer.check = lambda changes: None  # type: ignore[method-assign]
        monkeypatch.setattr("app.store.core.genuine", lambda *_: True)
        await ruth.vault.commit([family.change(AuditEntry.TYPE, row.id, {}, delete=True)])
        forged = {"n": 2, "at_ms": 5, "device": row.device, "action": "copy.hand", "prev": row.prev,
                  "count": 1, "item_type": "", "item_id": "", "detail": "", "sig": row.sig}  # fmt: skip
        await ruth.vault.commit([family.change(AuditEntry.TYPE, "77" * 16, forged)])
        await both.meet()
        assert row.id in [one.id for one in await rows(ana.vault)]
        page = await AuditLines(ana.desk).family(family.id)
        assert [line.code for line in page.lines if line.code.startswith("copy.")] == ["copy.print"]
        await Audit(ana.desk).note("copy.file", family.id)
        mine = [one for one in await rows(ana.vault) if one.action == "copy.file"]
        assert [one.n for one in mine] == [2]


# -- reading ------------------------------------------------------------------------------------


def _line(minute: int, code: str, what: str = "", item: str = "") -> Line:
    return Line(minute * 60_000, "p", "Ana", code, what, item)


def test_changes_of_one_kind_within_half_an_hour_are_one_line() -> None:
    lines = [_line(0, "changed", "need", "a"), _line(10, "changed", "need", "b"),
             _line(45, "changed", "need", "a"), _line(46, "created", "need", "c")]  # fmt: skip
    assert [(line.code, line.times) for line in joined(lines)] == [
        ("changed", 2), ("changed", 1), ("created", 1),
    ]  # fmt: skip


async def _needs(ana: Person, family: FakeFamily) -> None:
    for record, words in (("41" * 16, "Sleep"), ("42" * 16, "Somewhere safe")):
        await ana.vault.commit([family.change(Need.TYPE, record, {"text": words})])


async def test_a_reader_is_told_nothing_of_what_is_kept_from_them(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family
        rosa, teo = "51" * 16, "52" * 16
        for record, name in ((rosa, "Rosa"), (teo, "Teo")):
            await ana.vault.commit([family.change("person", record, {"name": name, "role": "father"})])
        await _needs(ana, family)
        await Audit(ana.desk).note("copy.print", family.id, Need.TYPE, "42" * 16)
        await Audit(ana.desk).note("disclosure.lawful", family.id)
        await Audiences(ana.desk).keep_from(family.id, Need.TYPE, "42" * 16, frozenset({teo}))
        pages = FamilyAudits(ana.desk)
        for_rosa = await pages.page(family.id, Audience(frozenset({rosa})))
        for_teo = await pages.page(family.id, Audience(frozenset({teo})))
        for_anybody = await pages.page(family.id, Audience(strangers=True))

        def needs(told: tuple[Line, ...]) -> list[str]:
            return [line.item for line in told if line.what == Need.TYPE]

        assert set(needs(for_rosa.told)) == {"41" * 16, "42" * 16}
        assert needs(for_teo.told) == ["41" * 16]
        assert needs(for_anybody.told) == ["41" * 16]
        assert "42" * 16 in for_teo.hidden
        for page in (for_rosa, for_teo, for_anybody):
            assert not [line for line in page.told if line.code == "disclosure.lawful"]
            assert not [line for line in page.told if line.what in ("not_for", "contact_safety")]


async def test_nothing_restricted_is_told_to_a_family(tmp_path: Path) -> None:
    async with trio(tmp_path) as three:
        ana = three.coordinator
        stream = await ana.labels.home(three.family.id, "safety")
        await ana.vault.commit([Change(stream, Note.TYPE, "31" * 16, {"body": "x", "label": "safety"})])
        await Audit(ana.desk).note("note.sign", three.family.id, Note.TYPE, "31" * 16)
        worker = await AuditLines(ana.desk).family(three.family.id)
        assert [line.code for line in worker.lines if line.restricted]
        page = await FamilyAudits(ana.desk).page(three.family.id, Audience(strangers=True))
        assert not [line for line in page.told if line.restricted or line.item == "31" * 16]


async def test_the_table_says_for_whom_it_was_opened(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family

        async def confirm(passphrase: str) -> None:
            del passphrase

        table = FamilyTable(ana.desk, confirm)
        await table.code.choose("735291")
        await ana.vault.commit([family.change("person", "51" * 16, {"name": "Rosa"})])
        await table.begin(family.id, Audience(frozenset({"51" * 16})), "en")
        (row,) = await rows(ana.vault)
        assert (row.action, row.detail) == ("table.open", "51" * 16)
