"""This device's part of the audit: numbering, chaining, signing; what was looked at; seals.

Owns the head of this device's audit in every stream, the sights of a day until they are written
(sealed on this tablet, so that looking changes nothing that is sent), and which operations of this
tablet are no work of anybody. Everything is built on the database thread, in the transaction of the
act. It refuses to know what an act means. Spec: docs/protocol.md, "Audit".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgpack
from sqlalchemy import func
from sqlmodel import Session, select

from app.crypto.primitives import SigningKey
from app.errors import ProtocolError
from app.protocol.ids import DeviceId, StreamId, derived_id
from app.protocol.membership import AgencyState
from app.sync.ports import ServerAudit
from app.wraparound.audit import (
    MAX_COUNT,
    NO_HASH,
    QUIET_TYPES,
    Entry,
    Seal,
    signed_bytes,
)
from app.wraparound.records import AuditEntry, AuditSeal

from .audit_rows import Ends, entry_of, seal_of, signed
from .drafts import Drafts
from .keys import StreamKeys
from .lines import Line
from .log import Log
from .memory import Memory
from .writer import Change

SIGHTS = "audit-sight"
"""Kind of the sealed local items that hold what was looked at."""
DAY_MS = 86_400_000
LOOKED_DAYS = 7
"""Days after which a device counter-signs that others have looked; everything else the next day."""
_SCAN = 2_000
"""Own unsent operations of one chain that are opened to tell work from audit."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody did, to be noted in `stream`. item: 32 hex characters or "".

    action, item_type, detail: codes (wraparound/audit.py). at_ms: 0 means now.
    """

    stream: StreamId
    action: str
    item_type: str = ""
    item: str = ""
    detail: str = ""
    count: int = 1
    at_ms: int = 0


@dataclass(slots=True)
class _Sight:
    stream: bytes
    area: str
    item: str
    day: str
    at_ms: int
    count: int
    done: bool

    @property
    def name(self) -> str:
        return ":".join((self.stream.hex(), self.area, self.item, self.day))

    def packed(self) -> bytes:
        found = (self.stream, self.area, self.item, self.day, self.at_ms, self.count, self.done)
        return bytes(msgpack.packb(found))


class Auditor:
    """One device's pen in every audit. Lives on the database thread."""

    def __init__(
        self, log: Log, keys: StreamKeys, drafts: Drafts, device: bytes, key: SigningKey
    ) -> None:
        self._log = log
        self._keys = keys
        self._drafts = drafts
        self.device = device
        self._key = key
        self._sights: dict[str, _Sight] | None = None
        self._quiet: dict[bytes, tuple[int, set[int]]] = {}
        self._server: dict[bytes, tuple[int, bytes]] = {}
        self._checked: dict[tuple[bytes, str], bool] = {}

    # -- entries --------------------------------------------------------------------------

    def changes(self, memory: Memory, acts: Iterable[Act], now_ms: int) -> list[Change]:
        """The entries of acts, numbered after what is here; nothing is kept yet.

        Raises ValueError for what is no act.
        """
        ends: dict[bytes, tuple[int, bytes]] = {}
        found: list[Change] = []
        for act in acts:
            n, prev = ends.get(act.stream) or self._head(memory, act.stream)
            entry = Entry(
                act.stream, self.device, n + 1, max(0, act.at_ms or now_ms), act.action, act.item_type,
                bytes.fromhex(act.item), act.detail, min(max(1, act.count), MAX_COUNT), prev,
            )  # fmt: skip
            ends[act.stream] = (entry.n, entry.hash)
            found.append(self._change(entry))
        return found

    def _change(self, entry: Entry) -> Change:
        digest = entry.hash
        record = derived_id(StreamId(entry.stream), AuditEntry.TYPE, digest.hex()).hex()
        fields = {
            "n": entry.n, "at_ms": entry.at_ms, "device": entry.device.hex(), "action": entry.action,
            "item_type": entry.item_type, "item_id": entry.item_id.hex(), "detail": entry.detail,
            "count": entry.count, "prev": entry.prev.hex() if entry.n > 1 else "",
            "sig": self._key.sign(signed_bytes(digest)).hex(),
        }  # fmt: skip
        return Change(StreamId(entry.stream), AuditEntry.TYPE, record, fields)

    def _head(self, memory: Memory, stream: bytes) -> tuple[int, bytes]:
        """(number, hash) of this device's last entry of a stream, asked of memory every time: a
        chain that was written anew, or came back from the server, is seen as it is now."""

        def last(session: Session) -> list[AuditEntry]:
            mine = select(AuditEntry).where(
                AuditEntry.stream == stream.hex(), AuditEntry.device == self.device.hex()
            )
            return list(session.exec(mine.order_by(AuditEntry.n.desc()).limit(8)))  # type: ignore[attr-defined]

        for row in memory.read(last):
            entry = entry_of(row)
            # A row that somebody else put here under this device's name is not this device's.
            if entry is not None and self._signed(entry.hash, row.sig, self._key.public):
                return entry.n, entry.hash
        return 0, NO_HASH

    def _signed(self, digest: bytes, sig: str, public: bytes) -> bool:
        known = self._checked.get((digest, sig))
        if known is None:
            known = self._checked[digest, sig] = signed(digest, sig, public)
        return known

    # -- sights ---------------------------------------------------------------------------

    def saw(self, stream: bytes, area: str, item: str, day: str, now_ms: int) -> bool:
        """Somebody looked. Kept, sealed, at the first time of the day; True when it was."""
        sights = self._all_sights()
        sight = _Sight(stream, area, item, day, now_ms, 1, False)
        known = sights.get(sight.name)
        if known is not None:
            known.count += 1
            return False
        self._drafts.save(SIGHTS, sight.name, sight.packed())
        sights[sight.name] = sight
        return True

    def pending_sights(self, memory: Memory, person: str, today: str) -> list[tuple[str, Act]]:
        """(name, act) of every sight that is not written yet; sights of past days are forgotten."""
        found: list[tuple[str, Act]] = []
        for sight in list(self._all_sights().values()):
            if not sight.done and self._told_elsewhere(memory, person, sight):
                sight.done = True
            if sight.done:
                if sight.day < today:
                    self._drafts.save(SIGHTS, sight.name, None)
                    del self._all_sights()[sight.name]
                continue
            act = Act(
                StreamId(sight.stream), "view", sight.area, sight.item, sight.day, sight.count, sight.at_ms
            )
            found.append((sight.name, act))
        return found

    def written(self, names: Iterable[str]) -> None:
        """These sights are in the log: not again on their day."""
        for name in names:
            sight = self._all_sights().get(name)
            if sight is not None:
                sight.done = True
                self._drafts.save(SIGHTS, name, sight.packed())

    def _told_elsewhere(self, memory: Memory, person: str, sight: _Sight) -> bool:
        """Another device of the same person has noted it, or this one before it was killed."""

        def look(session: Session) -> bool:
            same = select(AuditEntry).where(
                AuditEntry.stream == sight.stream.hex(), AuditEntry.created_by == person,
                AuditEntry.action == "view", AuditEntry.item_type == sight.area,
                AuditEntry.item_id == sight.item, AuditEntry.detail == sight.day,
            )  # fmt: skip
            return session.exec(same).first() is not None

        return memory.read(look)

    def _all_sights(self) -> dict[str, _Sight]:
        if self._sights is None:
            self._sights = {}
            for name in self._drafts.names(SIGHTS):
                raw = self._drafts.load(SIGHTS, name)
                if raw is not None:
                    self._sights[name] = _Sight(*msgpack.unpackb(raw))
        return self._sights

    # -- seals ----------------------------------------------------------------------------

    def told(self, audits: Sequence[ServerAudit]) -> None:
        """Where the server said its audits stand; it says so once for each login."""
        for audit in audits:
            if audit.count and len(audit.head) == 32:
                self._server[audit.stream] = (audit.count, audit.head)

    def seal(
        self, memory: Memory, stream: bytes, agency: AgencyState, now_ms: int
    ) -> Change | int | None:
        """The counter-signature of a stream's other audits, when there is something new to sign.

        What this device has signed before is not read again: only what came after it. The day (since
        1970) on which to ask again, when others have only looked: that is counter-signed weekly.
        """
        before, day = self._last_seal(memory, stream)
        heads, more = self._ends(memory, stream, {d: (n, h) for d, n, h in before}, agency)
        if heads == before:
            return None
        if not more and 0 <= now_ms // DAY_MS - day < LOOKED_DAYS:
            return day + LOOKED_DAYS
        count, head = self._server.get(stream, (0, b""))
        seal = Seal(stream, self.device, max(0, now_ms), heads, count, head)
        record = derived_id(StreamId(stream), AuditSeal.TYPE, seal.hash.hex()).hex()
        fields = {
            "at_ms": seal.at_ms, "device": self.device.hex(),
            "heads": {device.hex(): [n, digest.hex()] for device, n, digest in heads},
            "server_count": count, "server_head": head.hex(),
            "sig": self._key.sign(signed_bytes(seal.hash)).hex(),
        }  # fmt: skip
        return Change(StreamId(stream), AuditSeal.TYPE, record, fields)

    def sealed_on(self, memory: Memory, stream: bytes) -> int:
        """The day (since 1970, UTC) of this device's last seal of a stream; -1 when there is none."""
        return self._last_seal(memory, stream)[1]

    def _last_seal(self, memory: Memory, stream: bytes) -> tuple[Ends, int]:
        def read(session: Session) -> list[AuditSeal]:
            mine = select(AuditSeal).where(
                AuditSeal.stream == stream.hex(), AuditSeal.device == self.device.hex()
            )
            return list(session.exec(mine.order_by(AuditSeal.at_ms.desc()).limit(8)))  # type: ignore[attr-defined]

        for row in memory.read(read):
            seal = seal_of(row)
            if seal is not None and self._signed(seal.hash, row.sig, self._key.public):
                return seal.heads, seal.at_ms // DAY_MS
        return (), -1

    def _ends(
        self, memory: Memory, stream: bytes, before: dict[bytes, tuple[int, bytes]], agency: AgencyState
    ) -> tuple[Ends, bool]:
        """(the end of each other device's audit, as far as it is whole and signed by that device; whether
        somebody has done more than look since)."""

        def devices(session: Session) -> list[tuple[str, int]]:
            ends = select(AuditEntry.device, func.max(AuditEntry.n)).where(AuditEntry.stream == stream.hex())
            return [(device, n) for device, n in session.exec(ends.group_by(AuditEntry.device))]

        ends, more = dict(before), False
        for name, last in memory.read(devices):
            device = agency.devices.get(DeviceId(_raw(name)))
            if device is None or device.id == self.device:
                continue
            n, digest = ends.get(device.id, (0, NO_HASH))
            if last > n:
                for entry in self._after(memory, stream, name, n, device.sign_public):
                    if (entry.n, entry.prev) == (n + 1, digest):
                        n, digest = entry.n, entry.hash
                        more = more or entry.action != "view"
            if n:
                ends[device.id] = (n, digest)
        return tuple((device, n, digest) for device, (n, digest) in sorted(ends.items())), more

    def _after(self, memory: Memory, stream: bytes, device: str, n: int, public: bytes) -> list[Entry]:
        def read(session: Session) -> list[AuditEntry]:
            rows = select(AuditEntry).where(
                AuditEntry.stream == stream.hex(), AuditEntry.device == device, AuditEntry.n > n
            )
            return list(session.exec(rows.order_by(AuditEntry.n)))  # type: ignore[arg-type]

        found = ((entry_of(row), row.sig) for row in memory.read(read))
        return [e for e, sig in found if e is not None and self._signed(e.hash, sig, public)]

    # -- what is nobody's work ------------------------------------------------------------

    def quiet(self, line: Line) -> int:
        """How many unsent operations of a chain of this tablet are audit and no work."""
        if not line.pending:
            return 0
        upto, found = self._quiet.get(line.row.chain, (0, set()))
        first = max(upto, line.acked) + 1
        if first <= line.last:
            envelopes = self._log.of_chain(line.row.idx, first, min(line.last, first + _SCAN))
            for dseq, envelope in enumerate(envelopes, first):
                upto = dseq
                try:
                    operation = self._keys.open(envelope)[1]
                except ProtocolError:
                    continue
                if operation is not None and operation.type in QUIET_TYPES:
                    found.add(dseq)
        found = {dseq for dseq in found if line.acked < dseq <= line.last}
        self._quiet[line.row.chain] = (min(upto, line.last), found)
        return len(found)


def _raw(name: str) -> bytes:
    try:
        return bytes.fromhex(name)
    except ValueError:
        return b""
