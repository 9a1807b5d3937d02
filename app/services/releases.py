"""Releases: the family's leave to share something with somebody outside the team, and its end.

A release is written and signed in one act and never edited: what was signed is kept beside what the
record says, and where the two differ it holds no longer. Revoking is a day. The minimal form of
design 02, Release; the full form comes with the trust work. Spec: docs/family-copy.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import Release
from app.wraparound.vocabulary import RELEASE_PARTS, codes, join_codes

from . import edge
from .desk import Desk
from .permissions import require

DRAFT_KIND: Final = "release_draft"
SOON: Final = timedelta(days=30)
_SIGNED: Final = ("recipient", "organisation", "what", "purpose", "from_on", "until_on")
"""What a signature binds."""

ReleaseState = Literal["valid", "soon", "not_yet", "expired", "revoked", "changed"]
Strokes = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class ReleaseDraft:
    """The form. what: codes of RELEASE_PARTS. until_on: ISO day.

    signer, signer_role: who gives leave and what they are to the young person. strokes: as in
    records.Signature; empty when the leave was given by word of mouth.
    """

    family_id: str
    recipient: str = ""
    organisation: str = ""
    what: tuple[str, ...] = ()
    purpose: str = ""
    until_on: str = ""
    signer: str = ""
    signer_role: str = ""
    by_word: bool = False
    strokes: Strokes = ()


@dataclass(frozen=True)
class ReleaseView:
    """One release. state: valid, soon (ends within 30 days), not_yet, expired, revoked, or changed
    (the record is not what was signed). Only the first two let anything leave."""

    release_id: str
    family_id: str
    recipient: str
    organisation: str
    what: tuple[str, ...]
    purpose: str
    from_on: str
    until_on: str
    revoked_on: str
    signer: str
    signer_role: str
    signed_at_ms: int
    strokes: Strokes
    state: ReleaseState

    @property
    def holds(self) -> bool:
        """Whether something may leave under it today."""
        return self.state in ("valid", "soon")


class Releases:
    """Releases of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, family_id: str) -> tuple[ReleaseView, ...]:
        """All releases: those that hold first, the one that ends next on top."""
        today = self._desk.today()

        def find(session: Session) -> tuple[ReleaseView, ...]:
            rows = session.exec(
                select(Release)
                .where(Release.family_id == family_id)
                .order_by(col(Release.until_on), col(Release.id))
            )
            return tuple(sorted((view_of(row, today) for row in rows), key=lambda one: not one.holds))

        return await self._desk.vault.read(find)

    async def release(self, release_id: str) -> ReleaseView:
        """One release. Raises InvalidInput when it is not on this tablet."""
        today = self._desk.today()

        def find(session: Session) -> ReleaseView:
            row = session.get(Release, release_id)
            if row is None:
                raise InvalidInput("This release is not on this tablet.", code="release_gone")
            return view_of(row, today)

        return await self._desk.vault.read(find)

    def check(self, draft: ReleaseDraft) -> None:
        """Raise InvalidInput, in plain words, unless the form is whole but for its signature."""
        _checked(draft, self._desk.today())

    async def save(self, draft: ReleaseDraft) -> str:
        """Write and sign a release in one act; returns its id. Raises InvalidInput in plain words."""
        require(self._desk.me, "release.write")
        record, signer = _checked(draft, self._desk.today())
        if not draft.strokes and not draft.by_word:
            raise InvalidInput(
                "Sign it, or say that the leave was given by word of mouth.",
                field="signature",
                code="release_not_signed",
            )
        signature = {
            **signer,
            "signed_at_ms": self._desk.now_ms(),
            "strokes": [[list(point) for point in stroke] for stroke in draft.strokes],
            **record,
        }
        release_id = self._desk.new_id()
        stream = await self._desk.team_stream(draft.family_id)
        await self._desk.vault.commit(
            [Change(stream, Release.TYPE, release_id, {**record, "signed": signature})]
        )
        await self.drop_draft(draft.family_id)
        return release_id

    async def revoke(self, release_id: str) -> None:
        """End a release today. What was given stays in the log; nothing more leaves under it."""
        require(self._desk.me, "release.write")
        now = await self.release(release_id)
        if now.state == "revoked":
            return
        stream = await self._desk.team_stream(now.family_id)
        fields = {"revoked_on": self._desk.today().isoformat()}
        await self._desk.vault.commit([Change(stream, Release.TYPE, release_id, fields)])

    # -- the form while it is being filled in ---------------------------------------------------

    async def keep_draft(self, draft: ReleaseDraft) -> None:
        """Seal the form on this tablet, whatever was typed."""
        await self._desk.vault.save_local(DRAFT_KIND, draft.family_id, json.dumps(asdict(draft)).encode())

    async def draft(self, family_id: str) -> ReleaseDraft | None:
        """The sealed form, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, family_id)
        return None if raw is None else _draft_from(raw)

    async def drop_draft(self, family_id: str) -> None:
        """Forget the form."""
        await self._desk.vault.save_local(DRAFT_KIND, family_id, None)


def view_of(row: Release, today: date) -> ReleaseView:
    """A release as screens see it."""
    signed = row.signed if isinstance(row.signed, dict) else {}
    return ReleaseView(
        release_id=row.id,
        family_id=row.family_id,
        recipient=row.recipient,
        organisation=row.organisation,
        what=tuple(part for part in codes(row.what) if part in RELEASE_PARTS),
        purpose=row.purpose,
        from_on=row.from_on,
        until_on=row.until_on,
        revoked_on=row.revoked_on,
        signer=str(signed.get("name", "")),
        signer_role=str(signed.get("role", "")),
        signed_at_ms=_number(signed.get("signed_at_ms")),
        strokes=_strokes(signed.get("strokes")),
        state=_state(row, signed, today),
    )


def _state(row: Release, signed: dict[str, Any], today: date) -> ReleaseState:
    if row.revoked_on:
        return "revoked"
    # Compared field by field: a merge, or a hand that is not ours, may have changed the record.
    if not str(signed.get("name", "")).strip() or any(
        signed.get(one) != getattr(row, one) for one in _SIGNED
    ):
        return "changed"
    start, end = _day(row.from_on), _day(row.until_on)
    if start is None or end is None:
        return "changed"
    if today < start:
        return "not_yet"
    if today > end:
        return "expired"
    return "soon" if end - today <= SOON else "valid"


def _checked(draft: ReleaseDraft, today: date) -> tuple[dict[str, str], dict[str, str]]:
    """The record and who signs it."""
    recipient = edge.text(draft.recipient, "recipient", required="Who is it for?", blank="no_recipient")
    for part in draft.what:
        edge.choice(part, RELEASE_PARTS, "what")
    if not draft.what:
        raise InvalidInput("Choose what may be shared.", field="what", code="nothing_shared")
    purpose = edge.text(draft.purpose, "purpose", required="What is it for?", blank="no_purpose")
    until = _day(edge.day(draft.until_on, "until_on"))
    if until is None:
        raise InvalidInput("Until which day does it hold?", field="until_on", code="no_end")
    if until < today:
        raise InvalidInput("That day is over already.", field="until_on", code="end_is_past")
    signer = edge.text(draft.signer, "signer", required="Who gives leave?", blank="no_signer")
    role = edge.text(
        draft.signer_role,
        "signer_role",
        required="What is this person to the young person?",
        blank="no_signer_role",
    )
    record = {
        "recipient": recipient.strip(),
        "organisation": edge.text(draft.organisation, "organisation").strip(),
        "what": join_codes([part for part in RELEASE_PARTS if part in draft.what]),
        "purpose": purpose.strip(),
        "from_on": today.isoformat(),
        "until_on": until.isoformat(),
    }
    return record, {"name": signer.strip(), "role": role.strip()}


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _strokes(value: object) -> Strokes:
    if not isinstance(value, list):
        return ()
    return tuple(
        tuple((_number(point[0]), _number(point[1])) for point in stroke if _is_pair(point))
        for stroke in value
        if isinstance(stroke, list)
    )


def _is_pair(point: object) -> bool:
    return isinstance(point, Sequence) and not isinstance(point, str) and len(point) == 2


def _draft_from(raw: bytes) -> ReleaseDraft:
    kept = json.loads(raw)
    known = {one.name: kept[one.name] for one in fields(ReleaseDraft) if one.name in kept}
    return ReleaseDraft(
        **{**known, "what": tuple(known.get("what", ())), "strokes": _strokes(known.get("strokes"))}
    )
