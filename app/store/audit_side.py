"""What the audit asks of the vault.

Owns the asynchronous face of the auditor: noting what was looked at, writing it at a contact,
counter-signing what other devices noted, and the history of a stream as its signed operations tell
it. Spec: docs/protocol.md, "Audit".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from app.errors import ProtocolError
from app.protocol.hlc import milliseconds_of
from app.sync.ports import ServerAudit

from .auditor import Act
from .core import Core
from .lines import Line
from .merge import DELETED
from .reducer import Touched

T = TypeVar("T")

_SEALS = 25
"""Streams that are counter-signed at one contact at most, each in a job of its own."""
_PAGE = 400
"""Operations opened in one job, so that other work comes in between."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One operation of a stream as whoever signed it wrote it. Ids are hex.

    person: "" when nobody is known. at_ms: the writer's clock. fields: names only. kind: created,
    changed, removed, brought_back. counts: False for what is set aside.
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
    last: int
    cert: bytes
    segments: tuple[bytes, ...]


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
        found.sort(key=lambda one: (one.at_ms, one.chain, one.dseq))
        begun: set[tuple[str, str]] = set()
        told: list[Signed] = []
        for one in found:
            place = (one.type, one.record)
            if one.kind == "changed" and place not in begun:
                one = _as_created(one)
            begun.add(place)
            told.append(one)
        return tuple(told)

    def _signed(self, line: Line, first: int) -> list[Signed]:
        core = self._core
        found = []
        for dseq, raw in enumerate(core.log.of_chain(line.row.idx, first, first + _PAGE - 1), first):
            try:
                header, operation = core.keys.open(raw)
            except ProtocolError:
                continue
            if operation is None:
                continue
            names = tuple(name for name in operation.fields if not name.startswith("_"))
            kind = "changed"
            if DELETED in operation.fields:
                kind = "removed" if operation.fields[DELETED] else "brought_back"
            found.append(
                Signed(
                    line.device.hex(), core.mirror.author_of(line.row.chain), line.row.chain.hex(), dseq,
                    milliseconds_of(header.hlc), operation.type, operation.record.hex(), names, kind,
                    not core.aside.holds(line.row.chain, dseq),
                )
            )  # fmt: skip
        return found

    async def proofs(self, stream: bytes) -> tuple[ChainProof, ...]:
        """Certificates and signed segments of every chain of a stream, byte for byte.

        What this tablet has written and not sent yet is in no segment and in no proof.
        """

        def work() -> tuple[ChainProof, ...]:
            core = self._core
            return tuple(
                ChainProof(
                    line.row.chain, line.device, line.last, line.row.cert,
                    tuple(core.outbox.stored_segments(line)),
                )
                for line in core.lines.of(stream)
            )  # fmt: skip

        return await self._run(work)


def _as_created(one: Signed) -> Signed:
    return Signed(
        one.device, one.person, one.chain, one.dseq, one.at_ms, one.type, one.record, one.fields,
        "created", one.counts,
    )  # fmt: skip


__all__ = ["Act", "AuditSide", "ChainProof", "Signed"]
