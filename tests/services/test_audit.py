"""The audit on real tablets: one entry for each act, chained, counter-signed, once a day."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session, select

from app.services.audit import Audit
from app.store.vault import Vault
from app.wraparound.records import AuditEntry
from tests.services.rig import pair


async def entries(vault: Vault) -> list[AuditEntry]:
    """Every entry that a vault shows, in order."""

    def read(session: Session) -> list[AuditEntry]:
        return list(session.exec(select(AuditEntry).order_by(AuditEntry.device, AuditEntry.n)))

    return await vault.read(read)


async def test_an_act_leaves_one_entry_that_no_screen_and_no_counter_takes_for_work(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family.id
        told: list[object] = []
        ana.vault.subscribe(told.append)
        before = await ana.vault.unsent_count()
        await Audit(ana.desk).note("copy.print", family, "copy", "ab" * 16, "paper")
        await Audit(ana.desk).note("copy.file", family)
        (first, second) = await entries(ana.vault)
        assert (first.n, first.action, first.item_id, first.detail) == (1, "copy.print", "ab" * 16, "paper")
        assert (second.n, second.action) == (2, "copy.file")
        assert second.prev and not first.prev
        assert first.created_by == ana.desk.me.person
        assert await ana.vault.unsent_count() == before
        assert told == []
        await both.meet()
        assert [row.action for row in await entries(both.supervisor.vault)] == ["copy.print", "copy.file"]


async def test_looking_is_noted_once_a_day_and_written_at_a_contact(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        ana, family = both.coordinator, both.family.id
        for _ in range(3):
            await Audit(ana.desk).saw(family, "plan")
        await Audit(ana.desk).saw(family, "note", "cd" * 16)
        assert await entries(ana.vault) == []
        await ana.vault.at_contact(())
        await ana.vault.at_contact(())
        rows = await entries(ana.vault)
        assert [(r.item_type, r.item_id, r.count) for r in rows] == [("plan", "", 3), ("note", "cd" * 16, 1)]
        ana.later(86_400)
        await Audit(ana.desk).saw(family, "plan")
        await ana.vault.at_contact(())
        assert len(await entries(ana.vault)) == 3
