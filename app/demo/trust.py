"""What the example shows of roles and streams: a family partner, and a note that few may read.

Written after the families, with the same vault calls that the services make. Refuses to invent
words: they stand in assets/example/trust.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from app.protocol.bodies import Label
from app.protocol.ids import PersonId, StreamId
from app.store.vault import Change, Vault
from app.wraparound.records import Family, Note, Person

WORDS = Path(__file__).resolve().parents[2] / "assets" / "example" / "trust.toml"
DAY_MS = 86_400_000
VISIT_MS = 50 * 60_000


@dataclass(frozen=True)
class NoteWords:
    """One note: days before today, kind, label, its words."""

    family: str
    days_ago: int
    kind: str
    body: str
    label: str = "general"


def notes_of(who: str) -> tuple[NoteWords, ...]:
    """The notes of `partner` or `coordinator` in trust.toml."""
    with WORDS.open("rb") as file:
        return tuple(NoteWords(**one) for one in tomllib.load(file)[who])


async def family_streams(vault: Vault) -> dict[str, StreamId]:
    """List name → team stream of every family on a vault."""

    def find(session: Session) -> dict[str, StreamId]:
        rows = session.exec(select(Family))
        return {row.list_name: StreamId(bytes.fromhex(row.stream)) for row in rows}

    return await vault.read(find)


async def let_in(vault: Vault, partner: PersonId) -> None:
    """The coordinator lets the partner into the families that she has notes about."""
    streams = await family_streams(vault)
    for name in sorted({one.family for one in notes_of("partner")} & set(streams)):
        await vault.let_in(streams[name], [partner])


async def write_partner_notes(vault: Vault, title: str, now_ms: int, ids: list[str]) -> None:
    """The partner's own notes. ids: one for each, 32 hex characters. A small example may lack families."""
    streams = await family_streams(vault)
    for words, record in zip(notes_of("partner"), ids, strict=True):
        if words.family not in streams:
            continue
        fields = await _fields(vault, words, title, now_ms)
        await vault.commit([Change(streams[words.family], Note.TYPE, record, fields)])


async def write_restricted_notes(vault: Vault, title: str, now_ms: int, ids: list[str]) -> None:
    """The coordinator's notes that only coordinators and supervisors of the team may read."""
    streams = await family_streams(vault)
    for words, record in zip(notes_of("coordinator"), ids, strict=True):
        if words.family not in streams:
            continue
        state = vault.stream_state(streams[words.family])
        agency = vault.agency
        roles = {"coordinator", "supervisor"}
        members = () if state is None else state.members
        may = [one for one in members if roles.intersection(agency.roles_at(one, agency.index))]
        group = b"" if state is None else state.group
        known = [s for s, label in vault.streams_of(group).items() if label is Label.RESTRICTED]
        stream = known[0] if known else await vault.open_stream(Label.RESTRICTED, group, may)
        fields = await _fields(vault, words, title, now_ms)
        await vault.commit([Change(stream, Note.TYPE, record, fields)])


async def _fields(vault: Vault, words: NoteWords, title: str, now_ms: int) -> dict[str, object]:
    def find(session: Session) -> Person | None:
        family = select(Family.family_id).where(Family.list_name == words.family)
        of_family = select(Person).where(Person.family_id == session.exec(family).one())
        return next((one for one in session.exec(of_family) if one.is_youth), None)

    youth = await vault.read(find)
    begun, lasted = now_ms - words.days_ago * DAY_MS, VISIT_MS
    return {
        "kind": words.kind, "started_at_ms": begun, "stopped_at_ms": begun + lasted, "place": "home",
        "made": True, "with_whom": youth.id if youth else "",
        "with_whom_words": (youth.called or youth.name) if youth else "",
        "concerns": "", "label": words.label, "body": words.body, "author_title": title,
        "written_at_ms": begun + 2 * lasted, "late_entry": False, "status": "draft",
    }  # fmt: skip
