"""Plan versions as rows: read in order, numbered, with the marks under them. See versions.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.wraparound.plan_changes import PROGRESS
from app.wraparound.plan_diff import diff
from app.wraparound.plan_document import Document, read_document
from app.wraparound.records import PlanVersion, Signature

SignatureState = Literal["current", "earlier", "does_not_match"]


@dataclass(frozen=True)
class SignatureView:
    """One mark under a version.

    state: current, earlier (the plan is another one now), or does_not_match (what was signed is not
    what the version holds). strokes: as in records.Signature; empty when agreed by word of mouth.
    """

    signature_id: str
    version_id: str
    name: str
    role: str
    agreement: str
    words: str
    language_read: str
    signed_at_ms: int
    state: SignatureState
    strokes: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class VersionView:
    """One version. number: its place from the first, 1. is_today: nothing at all changed since."""

    version_id: str
    family_id: str
    number: int
    frozen_at_ms: int
    reason: str
    meeting_id: str
    digest: str
    is_today: bool
    signatures: tuple[SignatureView, ...]


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a document as canonical JSON: what a signature binds.

    Keys sorted, no blanks, UTF-8, letters as they are (docs/plan-versions.md, "Digest").
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def rows_of(session: Session, family_id: str) -> list[PlanVersion]:
    """Oldest first; the same order on every tablet."""
    chosen = select(PlanVersion).where(PlanVersion.family_id == family_id)
    return list(session.exec(chosen.order_by(col(PlanVersion.frozen_at_ms), col(PlanVersion.id))))


def row_of_version(session: Session, version_id: str, family_id: str = "") -> PlanVersion:
    """Raises InvalidInput when it is not here, or belongs to another family."""
    row = session.get(PlanVersion, version_id)
    if row is None or (family_id and row.family_id != family_id):
        raise InvalidInput("This version is not on this tablet.", code="version_not_here")
    return row


def views_of(session: Session, family_id: str, today: dict[str, Any]) -> list[VersionView]:
    """All versions of a family, oldest first. today: the plan as it is now."""
    signed: dict[str, list[Signature]] = {}
    marks = select(Signature).where(Signature.family_id == family_id)
    for mark in session.exec(marks.order_by(col(Signature.created_at_ms), col(Signature.id))):
        signed.setdefault(mark.version_id, []).append(mark)
    now = digest(today)
    return [
        _view(row, number, today, now, signed.get(row.id, []))
        for number, row in enumerate(rows_of(session, family_id), start=1)
    ]


def view_of(session: Session, row: PlanVersion, today: dict[str, Any]) -> VersionView:
    """One of them."""
    return next(one for one in views_of(session, row.family_id, today) if one.version_id == row.id)


def _view(
    row: PlanVersion, number: int, today: dict[str, Any], now: str, marks: list[Signature]
) -> VersionView:
    content = row.content or {}
    own = digest(content)
    agreed = own == now or (bool(marks) and not _broken_with(read_document(content), today))
    return VersionView(
        version_id=row.id,
        family_id=row.family_id,
        number=number,
        frozen_at_ms=row.frozen_at_ms,
        reason=row.reason,
        meeting_id=row.meeting_id,
        digest=own,
        is_today=own == now,
        signatures=tuple(_signature(mark, own, agreed) for mark in marks if mark.signed),
    )


def _broken_with(signed: Document, today: Document) -> bool:
    """Whether today's plan is another one than was signed: more than that it was kept to."""
    return any(line.code not in PROGRESS for line in diff(signed, today, {}).all_lines())


def _signature(mark: Signature, own: str, agreed: bool) -> SignatureView:
    signed = mark.signed or {}
    state: SignatureState = "current" if agreed else "earlier"
    if signed.get("version_digest") != own:
        state = "does_not_match"
    return SignatureView(
        signature_id=mark.id,
        version_id=mark.version_id,
        name=str(signed.get("name") or mark.name),
        role=str(signed.get("role") or ""),
        agreement=str(signed.get("agreement") or ""),
        words=str(signed.get("words") or ""),
        language_read=str(signed.get("language_read") or ""),
        signed_at_ms=at_ms if isinstance(at_ms := signed.get("signed_at_ms"), int) else 0,
        state=state,
        strokes=_strokes(signed.get("strokes")),
    )


def _strokes(value: Any) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The strokes of a mark; none at all when another program wrote something else there."""
    try:
        return tuple(tuple((int(x), int(y)) for x, y in stroke) for stroke in value or ())
    except (TypeError, ValueError):
        return ()
