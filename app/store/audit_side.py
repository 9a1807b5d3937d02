"""What the audit asks of the vault.

Owns the asynchronous face of the auditor: noting what was looked at, writing it at a contact,
counter-signing what other devices noted, and the history of a stream as its signed operations tell
it. Spec: docs/protocol.md, "Audit".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlmodel import Session, select

from app.errors import ChangeRefused, ProtocolError
from app.protocol.envelope import parse_header
from app.protocol.hlc import milliseconds_of
from app.sync.ports import ServerAudit
from app.wraparound.records import AuditEntry, AuditSeal

from .auditor import Act
from .core import Core
from .lines import Line
from .merge import DELETED
from .reducer import Touched
from .story import note_traffic

T = TypeVar("T")

_FILE_TAG = b"kt-audit-file-v1\0"
_SEALS = 25
"""Streams that are counter-signed at one contact at most, each in a job of its own."""
_PAGE = 400
"""Operations opened in one job, so that other work comes in between."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One operation of a stream as whoever signed it wrote it. Ids are hex.

    person: "" when nobody is known. at_ms: the writer's clock. fields: names only. kind: created,
    changed, removed, brought_back, unknown (no key opens it here). counts: False for what is set aside.
    """

    device: str
    person: str
    chain: str
    dseq: int
    at_ms: int
    type: str
    record: str
    fields: tuple[str, ...]
    kind: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ChainProof:
    """A writing line as others can verify it: its certificate and its signed segments."""

    chain: bytes
    device: bytes
    cert: bytes
    segments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stream's audit and what proves it. control: the signed operations of its control chain."""

    control: tuple[bytes, ...]
    proofs: tuple[ChainProof, ...]
    history: tuple[Signed, ...]
    entries: tuple[AuditEntry, ...]
    seals: tuple[AuditSeal, ...]


class AuditSide(ABC):
    """The part of the vault that faces the audit."""

    _core: Core

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    @abstractmethod
    def _told(self, touched: Touched) -> None:
        """Tell the screens what may look different now."""

    async def saw(self, stream: bytes, area: str, item: str, day: str) -> bool:
        """Somebody looked at a part of a family; True when it was the first time on this day.

        Kept sealed on this tablet until a contact. item: 32 hex characters or "".
        """
        core = self._core
        return await self._run(lambda: core.auditor.saw(stream, area, item, day, core.now_ms()))

    async def at_contact(self, audits: Sequence[ServerAudit]) -> None:
        """The server has answered: write what was looked at, and counter-sign what others noted."""
        await self._run(lambda: self._told(self._core.write_sights(audits)))
        await self._run(lambda: note_traffic(self._core))
        for stream in await self._run(lambda: self._core.seals_due(_SEALS)):
            await self._run(partial(self._seal, stream))

    def _seal(self, stream: bytes) -> None:
        self._told(self._core.seal_audits(stream))

    async def history(self, stream: bytes) -> tuple[Signed, ...]:
        """Every operation of a stream that is here and opens, by the writers' clocks."""
        lines = await self._run(lambda: self._core.lines.of(stream))
        found: list[Signed] = []
        for line in lines:
            first = 1
            while first <= line.last:
                found += await self._run(partial(self._signed, line, first))
                first += _PAGE
        return _in_order(found)

    def _signed(self, line: Line, first: int) -> list[Signed]:
        core = self._core
        author = core.mirror.author_of(line.row.chain)
        raws = core.log.of_chain(line.row.idx, first, first + _PAGE - 1)
        return [
            _told_by(core, line, author, dseq, raw) for dseq, raw in enumerate(raws, first)
        ]  # fmt: skip

    async def snapshot(self, stream: bytes) -> Snapshot:
        """A stream's audit with all that proves it, as it is here at one moment.

        What this tablet has written is cut into segments first (they leave as they are at the next
        contact). Raises ChangeRefused when something of it cannot be cut before a contact.
        """
        return await self._run(lambda: self._snapshot(stream))

    def _snapshot(self, stream: bytes) -> Snapshot:
        core = self._core
        self._told(core.mirror.apply_some(None))
        lines = [line for line in core.lines.of(stream) if line.last]
        proofs, signed = [], []
        for line in lines:
            while line.own and (first := core.log.cut_up_to(line.row.idx) + 1) <= line.last:
                if core.outbox.cut(line, first) is None:
                    raise ChangeRefused("not cut yet")
            segments = tuple(core.outbox.stored_segments(line))
            proofs.append(ChainProof(line.row.chain, line.device, line.row.cert, segments))
            for first in range(1, line.last + 1, _PAGE):
                signed += self._signed(line, first)

        def rows(session: Session) -> tuple[list[AuditEntry], list[AuditSeal]]:
            name = stream.hex()
            entries = select(AuditEntry).where(AuditEntry.stream == name)
            seals = select(AuditSeal).where(AuditSeal.stream == name)
            return list(session.exec(entries)), list(session.exec(seals))

        entries, seals = core.memory.read(rows)
        return Snapshot(
            tuple(op.raw for op in core.book.held(stream)), tuple(proofs), _in_order(signed),
            tuple(entries), tuple(seals),
        )  # fmt: skip

    async def sign_audit_file(self, message: bytes) -> bytes:
        """This device's signature over `audit_file.signed_bytes`. Raises ChangeRefused for others."""
        if not message.startswith(_FILE_TAG) or len(message) != len(_FILE_TAG) + 32:
            raise ChangeRefused("not an audit file")
        return await self._run(lambda: self._core.author.key.sign(message))


def _told_by(core: Core, line: Line, author: str, dseq: int, raw: bytes) -> Signed:
    """One envelope as a line; what does not open here is told without saying what it was."""
    aside = core.aside.holds(line.row.chain, dseq)
    place = (line.device.hex(), author, line.row.chain.hex(), dseq)
    try:
        header, operation = core.keys.open(raw)
    except ProtocolError:
        header, operation = parse_header(raw), None
    at_ms = milliseconds_of(header.hlc)
    if operation is None:
        return Signed(*place, at_ms, "", bytes(16).hex(), (), "unknown", not aside)
    names = tuple(name for name in operation.fields if not name.startswith("_"))
    kind = "changed"
    if DELETED in operation.fields:
        kind = "removed" if operation.fields[DELETED] else "brought_back"
    return Signed(*place, at_ms, operation.type, operation.record.hex(), names, kind, not aside)


def _in_order(signed: list[Signed]) -> tuple[Signed, ...]:
    """By the writers' clocks; the first word about a record is its creation."""
    begun: set[tuple[str, str]] = set()
    told: list[Signed] = []
    for one in sorted(signed, key=lambda one: (one.at_ms, one.chain, one.dseq)):
        place = (one.type, one.record)
        if one.kind == "changed" and place not in begun:
            one = replace(one, kind="created")
        begun.add(place)
        told.append(one)
    return tuple(told)


__all__ = ["Act", "AuditSide", "ChainProof", "Signed", "Snapshot"]
