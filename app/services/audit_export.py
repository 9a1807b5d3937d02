"""One file with the audit of a family or of the agency, and all that proves it.

Owns what goes into the file and what does not. It is noted before the bytes are handed out. What the
file's words say is told by the caller (`say`), because words belong to screens.
Spec: docs/protocol.md, "Audit file"; docs/audit.md, "Export".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from app.crypto.seed import root_fingerprint
from app.errors import ChangeRefused, InvalidInput
from app.exchange import audit_file
from app.exchange.audit_file import Row, pack
from app.protocol.ids import DeviceId, StreamId
from app.protocol.membership import AgencyState, Label
from app.store.audit_rows import entry_of, seal_of, signed
from app.store.audit_side import Signed, Snapshot
from app.wraparound.records import AuditEntry, StaffMember

from .audit import Audit
from .desk import Desk
from .permissions import require

Told = AuditEntry | Signed
"""What a line of a file tells of."""
Words = Callable[[Told, str], str]
"""(what was noted or signed, name of who did it or "") → one line in words; "" leaves it out of a copy."""


@dataclass(frozen=True)
class AuditWish:
    """Which file. family_id: "" for the agency's own. names: whether people are named in it.

    restricted: with what is noted in the family's restricted stream, for who may read that.
    hidden: records (hex) of which the reader must not learn; None: a whole file.
    """

    family_id: str = ""
    names: bool = True
    restricted: bool = False
    hidden: frozenset[str] | None = None


@dataclass(frozen=True)
class AuditFileMade:
    """A file that may leave. name: neutral."""

    content: bytes
    file_name: str


class AuditExport:
    """Makes audit files from what this tablet holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def agency(self, say: Words) -> AuditFileMade:
        """The agency's own file: its chain and what is noted in its data stream. Raises as `make`."""
        require(self._desk.me, "person.invite")
        return await self.make(AuditWish(), say)

    async def make(self, wish: AuditWish, say: Words, *, noted: bool = False) -> AuditFileMade:
        """The file, noted in the audit itself first (noted: whoever lets it out has done so).

        Raises PermissionRefused, InvalidInput (family not here; a contact is needed first).
        """
        desk, vault = self._desk, self._desk.vault
        require(desk.me, "audit.export")
        streams = await self._streams(wish)
        action = "audit.file" if wish.family_id else "agency.audit.file"
        if not noted:
            await Audit(desk).note(action, wish.family_id, detail=_kind(wish))
        names = await self._names()
        rows: list[Row] = [("agency", {"op": pack(op)}) for op in await vault.agency_ops()]
        for stream in streams:
            try:
                snapshot = await vault.snapshot(stream)
            except ChangeRefused:
                raise InvalidInput(
                    "Connect once, then export: something here is not signed off yet.",
                    code="audit_contact_first",
                ) from None
            rows += _rows(stream, _only_signed(snapshot, vault.agency), wish, names, say)
        agency = vault.agency
        people = {one.person for one in agency.devices.values()}
        header = {
            "format": audit_file.FORMAT, "v": audit_file.VERSION, "kind": _kind(wish),
            "agency": agency.agency.hex(), "root": root_fingerprint(agency.root_public).hex(),
            "family": wish.family_id, "maker": desk.me.device, "made_at_ms": max(0, desk.now_ms()),
            "streams": {one.hex(): str(label) for one, label in streams.items()},
            "names": {
                person.hex(): names[person.hex()]
                for person in sorted(people) if wish.names and person.hex() in names
            },
        }  # fmt: skip
        message: list[bytes] = []

        def keep(text: bytes) -> bytes:
            message.append(text)
            return bytes(64)

        audit_file.write(header, rows, keep)
        signature = await vault.sign_audit_file(message[0])
        content = audit_file.write(header, rows, lambda _: signature)
        return AuditFileMade(content, f"audit-{desk.today().isoformat()}{audit_file.SUFFIX}")

    async def _streams(self, wish: AuditWish) -> dict[StreamId, Label]:
        vault = self._desk.vault
        if not wish.family_id:
            return {vault.data_stream: Label.DATA}
        team = await self._desk.team_stream(wish.family_id)
        found = {team: Label.TEAM}
        if wish.restricted and wish.hidden is None:
            known = vault.streams_of(bytes.fromhex(wish.family_id))
            found |= {one: label for one, label in sorted(known.items()) if label is Label.RESTRICTED}
        return found

    async def _names(self) -> dict[str, str]:
        def read(session: Session) -> dict[str, str]:
            return {one.id: one.name for one in session.exec(select(StaffMember)) if one.name}

        return await self._desk.vault.read(read)


def _only_signed(held: Snapshot, agency: AgencyState) -> Snapshot:
    """Without what somebody else put under a device's name: verifying says that it was there."""

    def by(device: str, digest: bytes, sig: str) -> bool:
        known = agency.devices.get(DeviceId(bytes.fromhex(device)))
        return known is not None and signed(digest, sig, known.sign_public)

    entries = [(row, entry_of(row)) for row in held.entries]
    seals = [(row, seal_of(row)) for row in held.seals]
    return replace(
        held,
        entries=tuple(row for row, one in entries if one and by(row.device, one.hash, row.sig)),
        seals=tuple(row for row, one in seals if one and by(row.device, one.hash, row.sig)),
    )


def _kind(wish: AuditWish) -> str:
    if wish.hidden is not None:
        return "copy"
    return "family" if wish.family_id else "agency"


def _rows(
    stream: bytes, held: Snapshot, wish: AuditWish, names: dict[str, str], say: Words
) -> Iterable[Row]:
    """The lines of one stream. In a copy for a reader, what they must not learn of is a hash alone,
    and no sealed bytes go with it."""
    place = {"stream": stream.hex()}
    shown = names if wish.names else {}
    for op in held.control:
        yield "control", {**place, "op": pack(op)}
    if wish.hidden is None:
        for proof in held.proofs:
            chain = {**place, "chain": proof.chain.hex()}
            yield "chain", {**chain, "cert": pack(proof.cert)}
            for segment in proof.segments:
                yield "segment", {**chain, "raw": pack(segment)}
    yield from _entries(place, held, wish, shown, say)
    for seal in sorted(held.seals, key=lambda row: (row.device, row.at_ms, row.id)):
        yield "seal", {
            **place, "device": seal.device, "at_ms": seal.at_ms, "heads": dict(seal.heads or {}),
            "server_count": seal.server_count, "server_head": seal.server_head, "sig": seal.sig,
        }  # fmt: skip
    for one in held.history:
        if wish.hidden is not None and (one.record in wish.hidden or not one.counts or not say(one, "-")):
            continue
        yield "act", {
            **place, "chain": one.chain, "dseq": one.dseq, "at_ms": one.at_ms, "type": one.type,
            "record": one.record, "kind": one.kind, "fields": list(one.fields),
            "aside": 0 if one.counts else 1, "words": say(one, shown.get(one.person, "")),
        }  # fmt: skip


def _entries(
    place: dict[str, str], held: Snapshot, wish: AuditWish, shown: dict[str, str], say: Words
) -> Iterable[Row]:
    for row in sorted(held.entries, key=lambda row: (row.device, row.n, row.id)):
        entry = entry_of(row)
        if entry is None:
            continue
        words = say(row, shown.get(row.created_by, ""))
        about = {row.item_id, *row.detail.split(",")}
        if wish.hidden is not None and (not about.isdisjoint(wish.hidden) or not words):
            yield "hidden", {
                **place, "device": row.device, "n": row.n, "hash": entry.hash.hex(), "sig": row.sig,
            }  # fmt: skip
            continue
        yield "entry", {
            **place, "device": row.device, "n": row.n, "at_ms": row.at_ms, "action": row.action,
            "item_type": row.item_type, "item_id": row.item_id, "detail": row.detail,
            "count": row.count, "prev": row.prev, "sig": row.sig, "words": words,
        }  # fmt: skip
