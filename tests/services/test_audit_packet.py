"""What an audit packet holds, against a reading of the raw records that knows none of the app's rules."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from app.errors import AppError, InvalidInput, PermissionRefused
from app.exchange.packet_file import look
from app.services import packet_command
from app.services.audit_packet import AuditPackets, PacketWish
from app.services.gate import Drawn, Handed, Leaving
from app.services.practice_rules import PracticeRules
from app.services.sharing import Sharing
from app.services.versions import Versions
from app.store.vault import Change
from app.wraparound.lawful import Ground
from app.wraparound.records import (
    AdultSafetyPlan,
    AuditEntry,
    Disclosure,
    Note,
    PrivateTalk,
    SafetyReport,
)
from tests.papers import text_of
from tests.services.test_sharing import english
from tests.services.trio import Trio, Worker, trio

LABELS = ("general", "school", "sud", "minor_confidential", "safety", "psychotherapy")
AUDIT = {"general", "school", "sud"}
"""The oracle: what an audit may ever read, in its own words."""


def packets(worker: Worker) -> AuditPackets:
    return AuditPackets(worker.desk, Sharing(worker.desk), PracticeRules(worker.desk))


def token(label: str, state: str) -> str:
    return f"zz{LABELS.index(label)}{state}qx"


async def furnish(here: Trio) -> PacketWish:
    """Notes of every label, signed and not, and what never goes; all on the supervisor's tablet."""
    desk = here.coordinator.desk
    for label in LABELS:
        for state in ("signed", "draft"):
            begun = here.coordinator.notes.begin(here.family.id)
            draft = replace(begun, body=token(label, state), label=label)
            if label == "psychotherapy":
                stream = await here.coordinator.labels.home(here.family.id, label)
                await desk.vault.commit([Change(stream, Note.TYPE, desk.new_id(), {
                    "body": token(label, state), "label": label, "started_at_ms": desk.now_ms(),
                    "signed": {"body": token(label, state), "signed_at_ms": desk.now_ms(), "label": label},
                })])  # fmt: skip
            elif state == "signed":
                await here.coordinator.notes.sign(draft)
            else:
                await here.coordinator.notes.save(draft)
    stream = await here.coordinator.labels.home(here.family.id, "safety")
    await desk.vault.commit([
        Change(stream, SafetyReport.TYPE, "d1" * 16, {"about": "zzreportqx", "suspected_at_ms": 1}),
        Change(stream, AdultSafetyPlan.TYPE, "d2" * 16, {"person_name": "zzplanqx", "take": "zzplanqx"}),
        Change(stream, PrivateTalk.TYPE, "d3" * 16, {"told_whom": "zztalkqx"}),
        Change(stream, Disclosure.TYPE, "d4" * 16,
               {"recipient": "zzcarelineqx", "basis": "mandated_report", "at_ms": desk.now_ms()}),
    ])  # fmt: skip
    await Versions(desk).freeze(here.family.id, "signature")
    await here.meet()
    today = desk.today().isoformat()
    return PacketWish(
        (here.family.id,), "2020-01-01", today, "J. Park", "State office", "Agreement 7", "Yearly audit",
        "Notes and plans of the year",
    )  # fmt: skip


def read(made: Handed) -> str:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        papers = [text_of(archive.read(name)) for name in archive.namelist() if name.endswith(".pdf")]
        return "\n".join([*papers, *archive.namelist(), archive.read("manifest.json").decode()])


async def rows(worker: Worker, kind: Any) -> list[Any]:
    def find(session: Session) -> list[Any]:
        return list(session.exec(select(kind)))

    return await worker.vault.read(find)


@pytest.mark.parametrize("labels", [(), ("school",), ("sud",), ("school", "sud")])
async def test_packet_holds_signed_notes_that_the_ground_covers_and_nothing_else(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    async with trio(tmp_path) as here:
        wish = replace(await furnish(here), labels=labels)
        said = read(await packets(here.supervisor).make(wish, english))
        for label in LABELS:
            assert (token(label, "signed") in said) == (label in AUDIT & {"general", *labels}), label
            assert token(label, "draft") not in said
        for never in ("zzreportqx", "zzplanqx", "zztalkqx", "zzcarelineqx", "mandated"):
            assert never not in said
        assert ("42 CFR part 2 prohibits" in " ".join(said.split())) == ("sud" in labels)


async def test_packet_says_the_same_of_what_is_withheld_whether_there_is_any_or_not(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        wish = await furnish(here)
        with_it = read(await packets(here.supervisor).make(wish, english))
        without = read(await packets(here.supervisor).make(replace(wish, families=(here.other.id,)), english))
        sentence = english("packet.paper.withheld")
        for said in (with_it, without):
            assert sentence in " ".join(said.split())


async def test_each_family_gets_a_line_in_its_own_stream_in_one_go(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        wish = replace(await furnish(here), families=(here.family.id, here.other.id))
        before = {row.id for row in await rows(here.supervisor, Disclosure)}
        made = await packets(here.supervisor).make(wish, english)
        lines = [row for row in await rows(here.supervisor, Disclosure) if row.id not in before]
        assert {row.family_id for row in lines} == {here.family.id, here.other.id}
        digests = dict(look(made.content).parts)
        for row in lines:
            facts = row.facts
            assert facts is not None
            assert (row.basis, row.recipient, facts["packet"]) == ("audit", "J. Park", made.digest)
            assert facts["reference"] == "Agreement 7" and row.digest in digests.values()
            assert row.stream in {one.hex() for one in here.restricted(here.supervisor)
                                  + here.restricted(here.supervisor, here.other)}  # fmt: skip
        noted = [row for row in await rows(here.supervisor, AuditEntry) if row.action == "packet.file"]
        assert len(noted) == len(lines)
        assert made.digest == hashlib.sha256(made.content).hexdigest()


async def test_same_records_make_the_same_bytes_and_the_command_checks_them(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        wish = replace(await furnish(here), families=(here.other.id,))
        first = await packets(here.supervisor).make(wish, english)
        # What left is part of the record, so the first packet is told in the next; not in an earlier span.
        early = replace(wish, until="2020-12-31")
        one, two = [await packets(here.supervisor).make(early, english) for _ in range(2)]
        assert one.content == two.content
        file, told = tmp_path / "p.zip", list[str]()
        file.write_bytes(first.content)
        assert packet_command.main(file, first.digest, told.append) == 0
        assert packet_command.main(file, "00" * 32, told.append) == 1
        file.write_bytes(first.content[:-1] + b"x")
        assert packet_command.main(file, None, told.append) == 1
        with pytest.raises(packet_command.PacketNotVerified):
            packet_command.main(tmp_path / "no.zip", None, told.append)


async def test_stop_leaves_no_file_and_no_line(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        wish = replace(await furnish(here), families=(here.family.id, here.other.id))
        before = len(await rows(here.supervisor, Disclosure))
        seen: list[tuple[int, int]] = []
        with pytest.raises(InvalidInput) as stopped:
            await packets(here.supervisor).make(
                wish, english, lambda done, count: seen.append((done, count)), lambda: len(seen) > 0
            )
        assert stopped.value.code == "packet_stopped"
        assert seen == [(0, 2)] and len(await rows(here.supervisor, Disclosure)) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"families": ()}, "packet_no_family"),
        ({"since": ""}, "packet_no_day"),
        ({"since": "2099-01-01"}, "packet_backwards"),
        ({"recipient": " "}, "ground_no_recipient"),
        ({"reference": ""}, "ground_no_reference"),
        ({"reason": ""}, "ground_no_reason"),
        ({"least": ""}, "ground_no_least"),
        ({"labels": ("safety",)}, "bad_choice"),
        ({"families": ("ff" * 16,)}, ""),
    ],
)
async def test_packet_without_a_whole_ground_is_refused(tmp_path: Path, values: Any, code: str) -> None:
    async with trio(tmp_path) as here:
        today = here.supervisor.desk.today().isoformat()
        whole = PacketWish((here.family.id,), "2020-01-01", today, "J. Park", "", "7", "Audit", "Notes")
        with pytest.raises(AppError) as refused:
            await packets(here.supervisor).make(replace(whole, **values), english)
        assert code in ("", refused.value.code)
        assert await rows(here.supervisor, Disclosure) == []


async def test_only_supervisors_make_packets(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        for worker in (here.coordinator, here.partner):
            with pytest.raises(PermissionRefused):
                await packets(worker).families()
            with pytest.raises(PermissionRefused):
                await packets(worker).make(PacketWish(("a" * 32,)), english)
        named = await packets(here.supervisor).families()
        assert {one.family_id for one in named} == {here.family.id, here.other.id}


async def test_gate_hands_out_nothing_when_a_part_holds_more_than_its_leave(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        gate = Sharing(here.supervisor.desk).gate
        ground = Ground("audit", "J. Park", "", "Audit", "Notes", "7", parts=("plan",))
        leaving = Leaving(here.family.id, frozenset({"plan"}), ground=ground, paper="packet")

        async def draw(_leaves: object) -> tuple[Drawn, list[Drawn]]:
            return Drawn(b"whole"), [Drawn(b"part", inside=frozenset({"safety"}))]

        with pytest.raises(PermissionRefused):
            await gate.let_out_together([leaving], english, draw)
        assert await rows(here.supervisor, Disclosure) == []
