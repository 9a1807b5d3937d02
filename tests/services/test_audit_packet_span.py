"""A packet tells of its own days and of what its ground covers, and stays of a size that can be held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from app.errors import InvalidInput
from app.services import audit_packet
from app.services.audit_packet import MOST_FAMILIES, AuditPackets, PacketWish
from app.services.audit_packet_reading import (
    evidence_of,
    family_of,
    newest_version,
    notes_of,
    releases_of,
    signed_notes,
    versions_of,
)
from app.services.desk import Desk
from app.services.notes import Notes
from app.services.practice_rules import PracticeRules
from app.services.releases import views_of
from app.services.sharing import Sharing
from app.store.vault import Change
from app.wraparound.records import CrisisPlan, Need, Note, PlanVersion, Rating, Strength
from tests.services.rig import Pair, pair
from tests.services.test_sharing import english, furnish, release
from tests.services.trio import trio

DAY_MS = 24 * 3600 * 1000
COVERED = frozenset({"general"})


def packets(desk: Desk) -> AuditPackets:
    return AuditPackets(desk, Sharing(desk), PracticeRules(desk))


def wish(tablets: Pair) -> PacketWish:
    today = tablets.supervisor.desk.today().isoformat()
    return PacketWish((tablets.family.id,), "2020-01-01", today, "J. Park", "", "7", "Audit", "Notes")


async def put(tablets: Pair, *records: tuple[str, dict[str, object]]) -> None:
    desk, stream = tablets.coordinator.desk, tablets.family.stream
    await desk.vault.commit([Change(stream, kind, desk.new_id(), said) for kind, said in records])


async def test_notes_and_plans_of_other_days_stay_out(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        now = desk.now_ms()
        today = desk.today()
        for back in (0, 2, 4):
            at_ms = now - back * DAY_MS
            said = {"body": f"day {back}", "started_at_ms": at_ms, "signed_at_ms": at_ms, "label": "general"}
            await put(
                tablets,
                (Note.TYPE, {"body": f"day {back}", "started_at_ms": at_ms, "signed": said}),
                (PlanVersion.TYPE, {"frozen_at_ms": at_ms, "content": {"need": [{"id": str(back)}]}}),
            )
        notes = signed_notes(await Notes(desk).of_family(tablets.family.id, limit=9), COVERED)
        assert len(notes) == 3
        since, until = today - timedelta(days=3), today - timedelta(days=1)

        def read(session: Session) -> tuple[list[str], list[int], date | None]:
            family = tablets.family.id
            newest = newest_version(session, family, since, until)
            return (
                [one.body for one in notes_of(session, notes, since, until)],
                [one.number for one in versions_of(session, family, since, until)],
                newest[1] if newest else None,
            )

        told, numbers, newest = await desk.vault.read(read)
        assert told == ["day 2"]
        assert numbers == [2], "a plan keeps its number whatever days are asked for"
        assert newest == today - timedelta(days=2)


async def test_a_release_is_told_of_while_it_held_and_when_all_its_labels_are_covered(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        today = tablets.coordinator.desk.today()
        until = (today + timedelta(days=9)).isoformat()
        await sharing.releases.save(release(tablets, until_on=until))
        await sharing.releases.save(
            release(tablets, recipient="Clinic", labels=("sud",), described="Dates", signer="Nia",
                    signer_role="youth", authority="self")
        )  # fmt: skip
        found = await tablets.coordinator.vault.read(
            lambda session: views_of(session, tablets.family.id, today)
        )
        assert len(found) == 2

        def told(labels: frozenset[str], since: date, until: date) -> list[str]:
            return [one.recipient for one in releases_of(found, labels, since, until)]

        assert told(COVERED, today, today) == ["Ms. Okafor"]
        assert sorted(told(COVERED | {"sud"}, today, today)) == ["Clinic", "Ms. Okafor"]
        day = timedelta(days=1)
        assert told(COVERED, date(2020, 1, 1), today - day) == []
        assert told(COVERED, today + 9 * day, today + 99 * day) == ["Ms. Okafor"]
        assert told(COVERED, today + 10 * day, today + 99 * day) == []


async def test_evidence_is_taken_only_from_what_the_ground_covers(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        for label in ("general", "safety"):
            await put(
                tablets,
                (Need.TYPE, {"text": "Sleep", "label": label}),
                (Strength.TYPE, {"text": "Reads", "label": label}),
                (Rating.TYPE, {"value": 1, "label": label}),
            )

        def find(session: Session) -> dict[str, list[date]]:
            return evidence_of(session, tablets.family.id, (), (), COVERED)

        evidence = await tablets.coordinator.vault.read(find)
        assert {code: len(evidence[code]) for code in ("need", "strength", "outcome_rated")} == {
            "need": 1, "strength": 1, "outcome_rated": 1,
        }  # fmt: skip


async def test_one_familys_packet_has_nothing_of_another(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        desk = here.coordinator.desk
        now, today = desk.now_ms(), desk.today()
        for family, records in (
            (here.other, ((Need.TYPE, {"text": "Sleep"}), (PlanVersion.TYPE, {"frozen_at_ms": now}))),
            (here.family, ((CrisisPlan.TYPE, {"reviewed_on": "soon"}),)),
        ):
            for kind, said in records:
                await desk.vault.commit([Change(family.stream, kind, desk.new_id(), said)])

        def find(session: Session) -> dict[str, tuple[str, int, int]]:
            found = {}
            for family in (here.family.id, here.other.id):
                evidence, row = evidence_of(session, family, (), (), COVERED), family_of(session, family)
                assert evidence["crisis_plan"] == [], "a day that is none is no evidence"
                versions = versions_of(session, family, today, today)
                found[row.name if row else ""] = family, len(evidence["need"]), len(versions)
            return found

        assert await desk.vault.read(find) == {
            "Nia Delgado": (here.family.id, 0, 0), "Sam Rivers": (here.other.id, 1, 1),
        }  # fmt: skip


async def test_a_packet_has_a_most_of_families_and_of_bytes_and_stops_up_to_the_last_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_packet, "_draw_record", lambda *_: (b"page", 1))
    async with pair(tmp_path) as tablets:
        asked, service = wish(tablets), packets(tablets.supervisor.desk)
        many = tuple(f"{number:032x}" for number in range(MOST_FAMILIES + 1))
        with pytest.raises(InvalidInput) as refused:
            await service.make(replace(asked, families=many), english)
        assert refused.value.code == "packet_too_large"
        seen: list[tuple[int, int]] = []
        with pytest.raises(InvalidInput) as refused:
            await service.make(
                asked, english, lambda done, count: seen.append((done, count)), lambda: (1, 1) in seen
            )
        assert refused.value.code == "packet_stopped"
        monkeypatch.setattr(audit_packet, "MOST_BYTES", 3)
        with pytest.raises(InvalidInput) as refused:
            await service.make(asked, english)
        assert refused.value.code == "packet_too_large"
