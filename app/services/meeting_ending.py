"""The end of a meeting: records, plan version, signatures, signed minutes, then the meeting itself.

Owns the order of the five writes. The meeting becomes *held* with the last one; until then the
draft stays, says that the ending was asked for, and `end` may be called again after any failure or
crash: whatever is there already is not written twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId
from app.store.vault import Act, Change
from app.wraparound.records import Meeting, PlanVersion, Signature

from . import meeting_draft as acts
from .audit import Audit
from .desk import Desk
from .family_page import FamilyPages
from .meeting_changes import (
    closing_fields,
    meeting_changes,
    only_new,
    signature_id,
    version_wanted,
)
from .meeting_draft import MeetingDraft
from .meeting_table import audience_of
from .notes import NoteDraft, Notes
from .permissions import require
from .version_rows import digest
from .versions import Versions

DRAFT_KIND = "meeting_draft"
HALF_DAY_MS = 12 * 3_600_000


class MeetingEnding:
    """Ends meetings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._notes = Notes(desk)
        self._pages = FamilyPages(desk)
        self._versions = Versions(desk)

    async def end(self, draft: MeetingDraft, minutes: str) -> None:
        """Write everything that came of a meeting, then forget its draft.

        minutes: the note's words, in the worker's language. Raises InvalidInput when the meeting
        cannot be ended yet, StoreError… when a write failed; then it may be called again.
        """
        require(self._desk.me, "meeting.run")
        if not draft.taking_part:
            raise InvalidInput("Say first who is here.", field="who", code="nobody_here")
        if draft.ending != "asked":
            draft = replace(draft, ending="asked", ended_at_ms=self._desk.now_ms())
            await self._desk.vault.save_local(DRAFT_KIND, draft.meeting_id, acts.to_bytes(draft))
        stream = await self._desk.team_stream(draft.family_id)
        hidden = await self._pages.hidden(draft.family_id, audience_of(draft))
        await self._write(lambda session: meeting_changes(session, stream, draft, hidden))
        version, had = await self._freeze(stream, draft)
        await self._sign(stream, draft, version)
        await self._minutes(draft, minutes)
        held = await Audit(self._desk).act("meeting.hold", draft.family_id, Meeting.TYPE, draft.meeting_id)
        await self._write(
            lambda session: _listed(
                only_new(
                    session, stream, Meeting.TYPE, draft.meeting_id,
                    closing_fields(draft, version, had) | _when(session, draft),
                )
            ),
            held,
        )  # fmt: skip
        await self._desk.vault.save_local(DRAFT_KIND, draft.meeting_id, None)

    async def _write(self, find: Any, *noted: Act) -> None:
        changes: list[Change] = await self._desk.vault.read(find)
        if changes:
            await self._desk.vault.commit(changes, noted)

    async def _freeze(self, stream: StreamId, draft: MeetingDraft) -> tuple[str, str]:
        """Freeze the plan as it stands now. Returns the ids of this version and of the one before."""

        def known(session: Session) -> tuple[str, str]:
            rows = session.exec(
                select(PlanVersion)
                .where(PlanVersion.family_id == draft.family_id)
                .order_by(col(PlanVersion.frozen_at_ms))
            ).all()
            mine = [one.id for one in rows if one.meeting_id == draft.meeting_id]
            others = [one.id for one in rows if one.meeting_id != draft.meeting_id]
            return (mine or [""])[-1], (others or [""])[-1]

        version, had = await self._desk.vault.read(known)
        if version or not version_wanted(draft):
            return version, had
        return await self._versions.freeze(draft.family_id, "meeting", draft.meeting_id), had

    async def _sign(self, stream: StreamId, draft: MeetingDraft, version: str) -> None:
        """Everybody's agreement under the version, in one transaction."""
        given = [one for one in draft.agreements if one.agreement]
        if not version or not given:
            return
        people = {one.person_id: one for one in draft.present}

        def changes(session: Session) -> list[Change]:
            frozen = session.get(PlanVersion, version)
            under = digest(frozen.content or {}) if frozen is not None else ""
            found = []
            for one in given:
                giver = people.get(one.person_id)
                record = signature_id(stream, draft.meeting_id, one.person_id)
                if giver is None or session.get(Signature, record) is not None:
                    continue
                fields = {
                    "version_id": version,
                    "meeting_id": draft.meeting_id,
                    "signer_id": "" if one.person_id.startswith("guest:") else one.person_id,
                    "name": giver.name,
                    "signed": {
                        "name": giver.name,
                        "role": giver.role,
                        "agreement": one.agreement,
                        "words": one.words,
                        "language_read": one.language or draft.language,
                        "signed_at_ms": one.signed_at_ms or draft.ended_at_ms,
                        "version_digest": under,
                        "strokes": [] if one.by_mouth else [list(map(list, s)) for s in one.strokes],
                    },
                }
                found.append(Change(stream, Signature.TYPE, record, fields))
            return found

        signed = await Audit(self._desk).act(
            "plan.sign", draft.family_id, PlanVersion.TYPE, version, count=len(given)
        )
        await self._write(changes, signed)

    async def _minutes(self, draft: MeetingDraft, minutes: str) -> None:
        """The signed note. One that was signed before the crash stays as it is."""
        there = await self._notes.note(draft.note_id)
        if there is not None and there.signed_at_ms:
            return
        people = draft.taking_part
        await self._notes.sign(
            NoteDraft(
                draft.note_id,
                draft.family_id,
                kind="team_meeting",
                started_at_ms=draft.started_at_ms,
                stopped_at_ms=max(draft.ended_at_ms, draft.started_at_ms),
                place=draft.place or "home",
                with_whom=",".join(
                    one.person_id for one in people if not one.person_id.startswith("guest:")
                ),
                with_whom_words=", ".join(one.name for one in people),
                body=minutes,
            )
        )


def _when(session: Session, draft: MeetingDraft) -> dict[str, int]:
    """A meeting that was held on another day than planned was held when it was held."""
    row = session.get(Meeting, draft.meeting_id)
    planned = row.starts_at_ms if row is not None else 0
    return {"starts_at_ms": draft.started_at_ms} if abs(planned - draft.started_at_ms) > HALF_DAY_MS else {}


def _listed(change: Change | None) -> list[Change]:
    return [] if change is None else [change]
