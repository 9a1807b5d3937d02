"""Who did what, handed to one reader of a family: on paper, or as a file that can be checked.

Owns the making; who may have what, and the line in the log, are the gate's (gate.py), asked before
anything is made. What the reader must not learn of is left out by audit_family.py; in a file it stands
as a hash. Spec: docs/audit.md, "For a family".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.exchange.paper_wish import PaperSize, PaperWish

from .audit_export import AuditExport, AuditWish, Told
from .audit_family import FamilyAudit, FamilyAudits
from .audit_lines import Line, line_of
from .desk import Desk
from .gate import Drawn, Gate, Handed, Leave, Leaving, Lookup

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
Sentence = Callable[[Line], str]
"""A line in words, in the language of the copy."""


@dataclass(frozen=True)
class AuditCopyWish:
    """Which copy. reader_id: somebody of the family or its team. as_file: else on paper."""

    family_id: str
    reader_id: str
    language: str = "en"
    as_file: bool = False
    names: bool = True
    paper: PaperSize = "letter"


class AuditCopies:
    """Copies of the audit for the readers of a family."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate
        self._pages = FamilyAudits(desk)

    async def preview(self, wish: AuditCopyWish, words: Lookup) -> FamilyAudit:
        """What the reader would read; nothing is made and nothing leaves. Raises as the gate."""
        leave = await self._gate.ask(_leaving(wish), words)
        return await self._pages.page(wish.family_id, leave.audience)

    async def copy_for(self, wish: AuditCopyWish, words: Lookup, say: Sentence) -> Handed:
        """Make one copy for one reader; the gate writes down that it left.

        words: a phrase by its key, say: a line in words, both in the language of the copy. Raises
        InvalidInput, in plain words, when the reader may not have one; StoreError.
        """

        async def make(leave: Leave) -> Drawn:
            page = await self._pages.page(wish.family_id, leave.audience)
            if wish.as_file:
                return await self._file(wish, page, say)
            return await self._paper(wish, leave, page, words, say)

        return await self._gate.let_out(_leaving(wish), words, make)

    async def _paper(
        self, wish: AuditCopyWish, leave: Leave, page: FamilyAudit, words: Lookup, say: Sentence
    ) -> Drawn:
        from app.exchange.pdf.audit_paper import audit_paper  # only now: the tablet starts without it

        told = [(line.at_ms, say(line)) for line in page.lines]
        paper = PaperWish(wish.paper, leave.name, self._desk.today(), FONTS)
        content, pages = await asyncio.to_thread(audit_paper, told, words, paper, wish.language)
        name = f"{words('audit.file_name')}-{self._desk.today().isoformat()}.pdf"
        return Drawn(content, name, pages)

    async def _file(self, wish: AuditCopyWish, page: FamilyAudit, say: Sentence) -> Drawn:
        told = {(line.at_ms, line.code, line.what, line.item) for line in page.told}

        def words(row: Told, name: str) -> str:
            line = line_of(row)
            if (line.at_ms, line.code, line.what, line.item) not in told:
                return ""
            return say(line if name else _unnamed(line))

        export = AuditExport(self._desk)
        asked = AuditWish(wish.family_id, wish.names, hidden=page.hidden)
        made = await export.make(asked, words, noted=True)
        return Drawn(made.content, made.file_name)


def _unnamed(line: Line) -> Line:
    return Line(line.at_ms, "", "", line.code, line.what, line.item, line.detail, (), line.times)


def _leaving(wish: AuditCopyWish) -> Leaving:
    return Leaving(
        wish.family_id, frozenset(), reader_id=wish.reader_id, how="file" if wish.as_file else "paper",
        language=wish.language, paper="audit",
    )  # fmt: skip


__all__ = ["AuditCopies", "AuditCopyWish", "Handed"]
