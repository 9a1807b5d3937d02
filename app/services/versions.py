"""Plan versions: frozen at each held meeting and each signature, and what changed between two.

Owns freezing, reading and comparing. A version is one write-once record; nobody can change what a
family put its name under. Spec: docs/plan-versions.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlmodel import Session

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.audience import Audience, Rules
from app.wraparound.family_page import FamilyPage
from app.wraparound.family_reading import family_page
from app.wraparound.plan_changes import Reading, told_in
from app.wraparound.plan_diff import diff
from app.wraparound.plan_document import Document, open_part, read_document
from app.wraparound.records import Meeting, PlanVersion
from app.wraparound.vocabulary import CONTENT_LANGUAGES

from . import edge
from .desk import Desk
from .family_page import FamilyPages, Gathered
from .permissions import require
from .since_meeting import Moved, SinceMeeting, met_ms, since_of
from .version_content import AsWritten, as_it_was, hidden_in, listed, names_of, team_of, unlabelled
from .version_rows import SignatureView, VersionView, digest, row_of_version, rows_of, view_of, views_of

Reason = Literal["meeting", "signature"]
REASONS: Final = ("meeting", "signature")
NOW: Final = ""
"""Stands for the plan as it is today, where a version id is asked for."""


@dataclass(frozen=True)
class ChangesView:
    """What is different between two versions. until: None for the plan as it is today."""

    since: VersionView
    until: VersionView | None
    reading: Reading


class Versions:
    """Plan versions of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)

    # -- freezing -----------------------------------------------------------------------------

    async def freeze(self, family_id: str, reason: Reason = "meeting", meeting_id: str = "") -> str:
        """Keep the plan as it is now and return the version's id.

        Where the newest version holds the same plan already, that one is returned for a signature,
        and for the meeting that made it: done twice, it is done once. Raises InvalidInput for a
        meeting of professionals only.
        """
        require(self._desk.me, "meeting.run")
        edge.choice(reason, REASONS, "reason")

        def find(session: Session) -> tuple[dict[str, Any], PlanVersion | None]:
            meeting = session.get(Meeting, meeting_id) if meeting_id else None
            if meeting is not None and meeting.professionals_only:
                raise InvalidInput(
                    "Nobody of the family was there, so the plan keeps no version of this meeting.",
                    code="professionals_only",
                )
            rows = rows_of(session, family_id)
            return self._content(session, family_id), rows[-1] if rows else None

        content, newest = await self._desk.vault.read(find)
        if newest is not None and digest(newest.content or {}) == digest(content):
            same_meeting = newest.reason == reason and newest.meeting_id == meeting_id
            if reason == "signature" or same_meeting:
                return newest.id
        version_id = self._desk.new_id()
        stream = await self._desk.team_stream(family_id)
        fields = {
            "reason": reason,
            "meeting_id": meeting_id,
            "frozen_at_ms": self._desk.now_ms(),
            "content": content,
        }
        await self._desk.vault.commit([Change(stream, PlanVersion.TYPE, version_id, fields)])
        return version_id

    def _content(self, session: Session, family_id: str) -> dict[str, Any]:
        return _today(session, self._pages.gather(session, family_id), family_id)

    # -- reading ------------------------------------------------------------------------------

    async def versions(self, family_id: str) -> tuple[VersionView, ...]:
        """All versions, newest first."""

        def find(session: Session) -> tuple[VersionView, ...]:
            today = self._content(session, family_id)
            return tuple(reversed(views_of(session, family_id, today)))

        return await self._desk.vault.read(find)

    async def version(self, version_id: str) -> VersionView:
        """One version. Raises InvalidInput when it is not on this tablet."""

        def find(session: Session) -> VersionView:
            row = row_of_version(session, version_id)
            return view_of(session, row, self._content(session, row.family_id))

        return await self._desk.vault.read(find)

    async def content(self, version_id: str) -> Document:
        """The frozen plan, hidden items included: for `FamilyPages.page`, never for a view."""
        return await self._desk.vault.read(
            lambda session: read_document(row_of_version(session, version_id).content)
        )

    async def as_written(self, version_id: str) -> FamilyPage:
        """The plan as it stood, for workers: everything, in the words in which it was said."""

        def find(session: Session) -> FamilyPage:
            row = row_of_version(session, version_id)
            gathered = self._pages.gather(session, row.family_id)
            around = as_it_was(gathered.around, row.frozen_at_ms)
            everyone = Audience(frozenset(around.people))
            document = unlabelled(read_document(row.content))
            return family_page(document, around, Rules(), everyone, AsWritten("", {}))

        return await self._desk.vault.read(find)

    async def changes(
        self,
        family_id: str,
        since_version_id: str,
        until: str = NOW,
        *,
        audience: Audience | None = None,
        language: str = "",
    ) -> ChangesView:
        """What is different between two versions, or between one and today.

        audience: who reads; None for a worker alone, who sees everything. language: for words in
        one language, as families read them; "" for the words as they were written.
        Raises InvalidInput when a version is not here or belongs to another family.
        """
        edge.choice(language, ("", *CONTENT_LANGUAGES), "language")

        def find(session: Session) -> ChangesView:
            gathered = self._pages.gather(session, family_id)
            today = _today(session, gathered, family_id)
            before = row_of_version(session, since_version_id, family_id)
            after = row_of_version(session, until, family_id) if until else None
            later = today if after is None else read_document(after.content)
            documents = (read_document(before.content), later)
            names = names_of(gathered.around, documents)
            gone = hidden_in(session, gathered, documents, audience)
            return ChangesView(
                view_of(session, before, today),
                None if after is None else view_of(session, after, today),
                Reading(
                    diff(*documents, names, gone),
                    language,
                    told_in(documents, language, gone) if language else {},
                ),
            )

        return await self._desk.vault.read(find)

    async def since_last_meeting(
        self, family_id: str, audience: Audience | None = None
    ) -> SinceMeeting | None:
        """What happened since the team last met; None when it never has."""
        today = self._desk.today().isoformat()

        def find(session: Session) -> SinceMeeting | None:
            gathered = self._pages.gather(session, family_id)
            held = [one for one in rows_of(session, family_id) if one.reason == "meeting"]
            row = held[-1] if held else None
            last_ms = gathered.around.last_meeting_ms
            if row is None and not last_ms:
                return None
            now = _today(session, gathered, family_id)
            before: Document = read_document(row.content) if row is not None else now
            gone = hidden_in(session, gathered, (before, now), audience)
            changes = diff(before, now, names_of(gathered.around, (before, now)), gone)
            since_ms = met_ms(session, row) if row is not None else last_ms
            return since_of(changes, now, gone, today, row.id if row else "", since_ms)

        return await self._desk.vault.read(find)


def _today(session: Session, gathered: Gathered, family_id: str) -> dict[str, Any]:
    """The plan of the whole team as it stands: nothing of the restricted stream."""
    return {**listed(open_part(gathered.document)), **team_of(session, family_id)}


__all__ = [
    "NOW", "REASONS", "ChangesView", "Moved", "Reason", "SignatureView", "SinceMeeting", "VersionView",
    "Versions", "digest",
]  # fmt: skip
