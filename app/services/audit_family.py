"""Who did what, as a family may read it: filtered by who is looking, on the table's terms.

Owns what of the audit a reader on paper is told. What is kept from whom is decided by
wraparound/audience.py; where anything at all is kept from a reader, a line is told only when what it
is about is there today and shown to every reader. Nothing restricted, nothing of safety, no words of
anybody. Spec: docs/audit.md, "For a family".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, select

from app.wraparound.audience import Audience
from app.wraparound.audit import FAMILY_AREAS, FAMILY_DEEDS, FAMILY_TYPES
from app.wraparound.records import RECORD_TYPES, Disclosure, Meeting, Record, fields_of
from app.wraparound.vocabulary import OPEN_LABELS

from .audience import rules_of
from .audit_lines import AuditLines, Line
from .desk import Desk
from .family_page import FamilyPages

WROTE = ("created", "changed", "removed", "brought_back")


@dataclass(frozen=True)
class FamilyAudit:
    """What these readers may read, newest first. hidden: ids (hex) of which they must not learn.

    told: the same lines before they were joined.
    """

    lines: tuple[Line, ...]
    hidden: frozenset[str]
    told: tuple[Line, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


class FamilyAudits:
    """Makes a family's own page of the audit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lines = AuditLines(desk)
        self._pages = FamilyPages(desk)

    async def page(self, family_id: str, audience: Audience) -> FamilyAudit:
        """For exactly these readers. Raises InvalidInput when the family is not here."""
        gone = await self._pages.hidden(family_id, audience)
        shown, kept, any_kept = await self._desk.vault.read(
            lambda session: _shown(session, family_id, audience, gone)
        )
        told: list[Line] = []

        def keep(line: Line) -> bool:
            if not _may_read(line, shown, kept, any_kept):
                return False
            told.append(line)
            return True

        page = await self._lines.family(family_id, keep)
        return FamilyAudit(page.lines, kept, tuple(told), page.names)


def _may_read(line: Line, shown: frozenset[str], kept: frozenset[str], any_kept: bool) -> bool:
    if line.restricted or line.item in kept or not kept.isdisjoint(line.detail.split(",")):
        return False
    if line.code in WROTE:
        if line.what not in FAMILY_TYPES:
            return False
        # Where something is kept from a reader, a line that cannot be placed is not told: it may be
        # about what was removed, or stand for several records.
        return line.item in shown if any_kept else True
    if line.code not in FAMILY_DEEDS:
        return False
    if line.code == "view":
        return line.what in FAMILY_AREAS and (not line.item or not any_kept or line.item in shown)
    return not line.item or not any_kept or line.item in shown


def _shown(
    session: Session, family_id: str, audience: Audience, gone: frozenset[str]
) -> tuple[frozenset[str], frozenset[str], bool]:
    """(ids of records that these readers may learn of, ids they must not, whether there are such)."""
    rules = rules_of(session, family_id)
    barred = {item for item in rules.not_for if rules.kept_from(item, audience)}
    kept = set(gone) | barred
    rows = [row for name in sorted(FAMILY_TYPES) for row in _rows(session, name, family_id)]
    for row in rows:
        if _never(row):
            kept.add(row.id)
    while more := {row.id for row in rows if row.id not in kept and _names(row, kept)}:
        kept |= more
    shown = frozenset(row.id for row in rows if row.id not in kept)
    return shown, frozenset(kept), bool(kept)


def _rows(session: Session, type_name: str, family_id: str) -> Iterable[Record]:
    record_class = RECORD_TYPES[type_name]
    return session.exec(select(record_class).where(record_class.family_id == family_id)).all()


def _never(row: Record) -> bool:
    """Records that no reader in a family is told of, whoever they are."""
    if isinstance(row, Meeting):
        return row.professionals_only
    if isinstance(row, Disclosure):
        return bool(row.basis)
    return getattr(row, "label", "general") not in OPEN_LABELS


def _names(row: Record, kept: set[str]) -> bool:
    """Whether a field of a record names something kept: a part of it, an answer to it, its words."""
    for name in fields_of(type(row)):
        value = getattr(row, name)
        if isinstance(value, str) and value and not kept.isdisjoint(value.split(",")):
            return True
    return False
