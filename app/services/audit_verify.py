"""Verifying an exported audit without a tablet, a server or a key.

Owns the judgement on a file: from the root key down to each line. Everything is recomputed; the
file's own words count for nothing, except where only its maker vouches for them, which is said.
Spec: docs/protocol.md, "Audit file"; docs/audit.md, "Verify an export".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.crypto.primitives import verify_signature
from app.crypto.seed import root_fingerprint
from app.errors import BeyondCut, CryptoError, NotEntitled, ProtocolError
from app.exchange import audit_file
from app.exchange.audit_file import AuditFile, AuditFileRefused
from app.protocol.entitlement import check_segment_entitled
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import NO_HASH, DeviceId, StreamId, derived_id
from app.protocol.membership import AgencyState, StreamState
from app.protocol.segment import Seen, Segment, parse_chain_cert, parse_segment
from app.wraparound.audit import Broken, Entry, Seal, hold_against, signed_bytes, walk

WORDS = {
    Broken.MISSING: "entry {n} of device {device} is missing: somebody took it out.",
    Broken.CHANGED: "entry {n} of device {device} does not follow from the one before it: something was "
    "changed, or stands in another order.",
    Broken.TWICE: "entry {n} of device {device} is there twice, with different content.",
    Broken.CUT_OFF: "entry {n} of device {device} is missing: a colleague's device has signed to have"
    " seen it.",
    Broken.OTHER: "entry {n} of device {device} is not the one that a colleague's device has signed to have"
    " seen.",
}


@dataclass(slots=True)
class Verdict:
    """What was found. wrong: plain sentences; empty when everything holds."""

    root: bytes = b""
    kind: str = ""
    entries: int = 0
    hidden: int = 0
    acts: int = 0
    seals: int = 0
    devices: int = 0
    unwitnessed: int = 0
    """Entries that no colleague's device has counter-signed yet."""
    first_ms: int = 0
    last_ms: int = 0
    server_heads: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Chain:
    """One writing line of a file, as far as its segments hold."""

    device: bytes
    ends: dict[int, bytes] = field(default_factory=dict)
    at_ms: dict[int, int] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)


def examine(raw: bytes, root: bytes | None = None) -> Verdict:
    """Look at a whole file. root: the fingerprint (16 bytes) known from elsewhere.

    Raises AuditFileRefused for what is no file of this format.
    """
    said = audit_file.parse(raw)
    verdict = Verdict(kind=said.header["kind"])
    try:
        _Examiner(said, verdict).look(root)
    except (ProtocolError, CryptoError) as error:
        verdict.wrong.append(f"The file does not hold together ({error.code}).")
    return verdict


class _Examiner:
    """One look at one file."""

    def __init__(self, said: AuditFile, verdict: Verdict) -> None:
        self._said = said
        self._verdict = verdict
        self._streams: dict[bytes, StreamState] = {}
        self._chains: dict[tuple[bytes, bytes], _Chain] = {}
        self._audits: dict[tuple[bytes, bytes], list[tuple[int, bytes, bytes | None]]] = {}
        self._records: dict[tuple[bytes, str], set[bytes]] = {}

    def look(self, root: bytes | None) -> None:
        """Everything, from the root down. Raises ProtocolError, CryptoError."""
        said = self._said
        self._agency = AgencyState.replay([audit_file.unpack(row["op"]) for row in said.of("agency")])
        self._verdict.root = root_fingerprint(self._agency.root_public)
        named = (said.header["root"], said.header["agency"])
        if named != (self._verdict.root.hex(), self._agency.agency.hex()):
            raise NotEntitled("header names another agency")
        if root is not None and root != self._verdict.root:
            raise NotEntitled("agency of another root")
        self._check_maker()
        self._take_streams()
        self._take_segments()
        self._take_entries()
        self._take_seals()
        if said.header["kind"] != "copy":
            self._check_acts()
            self._check_seen()
        self._count()

    def _wrong(self, words: str) -> None:
        self._verdict.wrong.append(words)

    def _check_maker(self) -> None:
        maker = self._agency.devices.get(DeviceId(bytes.fromhex(self._said.header["maker"])))
        if maker is None:
            raise NotEntitled("maker unknown")
        verify_signature(maker.sign_public, audit_file.signed_bytes(self._said.digest), self._said.sig)

    def _take_streams(self) -> None:
        ops: dict[bytes, list[bytes]] = {}
        for row in self._said.of("control"):
            ops.setdefault(bytes.fromhex(row["stream"]), []).append(audit_file.unpack(row["op"]))
        family = bytes.fromhex(self._said.header["family"])
        for stream, raws in ops.items():
            state = StreamState.replay(raws, self._agency)
            if state.stream != stream or (family and state.group != family):
                raise NotEntitled("stream of another family")
            self._streams[stream] = state
        named = self._said.header["streams"]
        if {stream.hex(): str(state.label) for stream, state in self._streams.items()} != named:
            raise NotEntitled("header names other streams")

    def _take_segments(self) -> None:
        certs: dict[tuple[bytes, bytes], bytes] = {}
        for row in self._said.of("chain"):
            place = (bytes.fromhex(row["stream"]), bytes.fromhex(row["chain"]))
            if place in certs:
                raise NotEntitled("chain twice")
            certs[place] = audit_file.unpack(row["cert"])
        for row in self._said.of("segment"):
            place = (bytes.fromhex(row["stream"]), bytes.fromhex(row["chain"]))
            segment = parse_segment(audit_file.unpack(row["raw"]))
            if (segment.stream, segment.chain) != place or place not in certs:
                raise NotEntitled("segment of another chain")
            self._take_segment(segment, certs[place])
        if set(certs) - set(self._chains):
            raise NotEntitled("chain without segments")

    def _take_segment(self, segment: Segment, raw_cert: bytes) -> None:
        cert = parse_chain_cert(raw_cert)
        state = self._streams.get(segment.stream)
        if state is None:
            raise NotEntitled("segment of an unknown stream")
        aside = segment.last + 1
        try:
            check_segment_entitled(segment, cert, self._agency, state)
        except BeyondCut as beyond:
            aside = beyond.valid_through + 1
        except NotEntitled:
            if cert.device not in self._agency.devices:
                raise
            aside = segment.first
        chain = self._chains.setdefault((segment.stream, segment.chain), _Chain(cert.device))
        if chain.device != cert.device:
            raise NotEntitled("chain of another device")
        end = max(chain.ends, default=0)
        who = self._who(cert.device)
        if segment.first != end + 1:
            self._wrong(f"Of what {who} wrote, number {end + 1} is missing or stands elsewhere.")
        elif segment.prev != (chain.ends[end] if end else NO_HASH):
            self._wrong(f"What {who} wrote as number {segment.first} does not follow from the one before it.")
        for header, digest in zip(segment.headers, segment.hashes, strict=True):
            chain.ends[header.dseq] = digest
            chain.at_ms[header.dseq] = milliseconds_of(header.hlc)
            if header.dseq >= aside:
                chain.aside.add(header.dseq)
        chain.seen += segment.seen

    def _take_entries(self) -> None:
        for kind, row in self._said.rows:
            if kind == "entry":
                entry = _entry(row)
                self._take_link(row, entry.hash, entry.prev)
                self._verdict.entries += 1
                self._at(entry.at_ms)
            elif kind == "hidden":
                if self._said.header["kind"] != "copy":
                    raise NotEntitled("hidden lines in a whole file")
                self._take_link(row, bytes.fromhex(row["hash"]), None)
                self._verdict.hidden += 1
        for (stream, device), links in self._audits.items():
            found, wrong = walk(stream, device, links)
            for finding in wrong:
                self._wrong(self._said_of(finding.device, finding.n, finding.kind))
            order = [n for n, _, _ in links]
            if order != sorted(order):
                self._wrong(f"The entries of device {self._who(device)} stand in another order.")

    def _take_link(self, row: dict[str, Any], digest: bytes, prev: bytes | None) -> None:
        stream, device = bytes.fromhex(row["stream"]), bytes.fromhex(row["device"])
        known = self._agency.devices.get(DeviceId(device))
        if known is None or stream not in self._streams:
            raise NotEntitled("entry of an unknown device or stream")
        verify_signature(known.sign_public, signed_bytes(digest), bytes.fromhex(row["sig"]))
        self._audits.setdefault((stream, device), []).append((row["n"], digest, prev))
        self._record(stream, "audit_entry", digest)

    def _take_seals(self) -> None:
        seals = []
        for row in self._said.of("seal"):
            seal = _seal(row)
            known = self._agency.devices.get(DeviceId(seal.device))
            if known is None or seal.stream not in self._streams:
                raise NotEntitled("seal of an unknown device or stream")
            verify_signature(known.sign_public, signed_bytes(seal.hash), bytes.fromhex(row["sig"]))
            seals.append(seal)
            self._record(seal.stream, "audit_seal", seal.hash)
            if seal.server_count:
                self._verdict.server_heads.append((seal.stream, seal.server_count, seal.server_head))
        held = {place: {n: digest for n, digest, _ in links} for place, links in self._audits.items()}
        for finding in hold_against(seals, held):
            self._wrong(self._said_of(finding.device, finding.n, finding.kind))
        witnessed: dict[tuple[bytes, bytes], int] = {}
        for seal in seals:
            for device, n, _ in seal.heads:
                place = (seal.stream, device)
                witnessed[place] = max(n, witnessed.get(place, 0))
        self._verdict.unwitnessed = sum(
            max(0, max(links) - witnessed.get(place, 0)) for place, links in held.items()
        )
        self._verdict.seals = len(seals)

    def _check_acts(self) -> None:
        """Every signed operation has one line, at its time; audit lines name the entries that are here."""
        if {stream for stream, _ in self._chains} != set(self._streams):
            self._wrong("Of a part of this record there is nothing at all.")
        told: set[tuple[bytes, bytes, int]] = set()
        records: dict[tuple[bytes, str], set[bytes]] = {}
        for row in self._said.of("act"):
            stream, chain_id, dseq = bytes.fromhex(row["stream"]), bytes.fromhex(row["chain"]), row["dseq"]
            chain = self._chains.get((stream, chain_id))
            if chain is None or dseq not in chain.ends:
                self._wrong(f"A line tells of something that nobody signed (number {dseq}).")
                continue
            if (stream, chain_id, dseq) in told:
                self._wrong(f"Number {dseq} of what {self._who(chain.device)} wrote is told twice.")
            told.add((stream, chain_id, dseq))
            if row["at_ms"] != chain.at_ms[dseq]:
                self._wrong(f"Number {dseq} of what {self._who(chain.device)} wrote has another time.")
            aside = 1 if dseq in chain.aside else row["aside"]
            if row["aside"] != aside:
                self._wrong(f"Number {dseq} of what {self._who(chain.device)} wrote does not count.")
            if row["type"] in ("audit_entry", "audit_seal") and not row["aside"]:
                records.setdefault((stream, row["type"]), set()).add(bytes.fromhex(row["record"]))
            self._verdict.acts += 1
        for (stream, chain_id), chain in self._chains.items():
            for dseq in chain.ends:
                if (stream, chain_id, dseq) not in told:
                    self._wrong(f"Number {dseq} of what {self._who(chain.device)} wrote is left out.")
        for stream in self._streams:
            for kind, what in (("audit_entry", "entries"), ("audit_seal", "counter-signatures")):
                place = (stream, kind)
                if records.get(place, set()) != self._records.get(place, set()):
                    self._wrong(f"The {what} of stream {stream.hex()} are not those that were written there.")

    def _check_seen(self) -> None:
        for (stream, _), chain in self._chains.items():
            for seen in chain.seen:
                other = self._chains.get((stream, seen.chain))
                held = other.ends.get(seen.dseq) if other else None
                if held is None:
                    self._wrong(
                        f"{self._who(chain.device)} has signed to have seen something that is not here."
                    )
                elif held != seen.hash:
                    self._wrong(f"{self._who(chain.device)} has signed to have seen something else.")

    def _record(self, stream: bytes, kind: str, digest: bytes) -> None:
        record = derived_id(StreamId(stream), kind, digest.hex())
        self._records.setdefault((stream, kind), set()).add(record)

    def _at(self, at_ms: int) -> None:
        verdict = self._verdict
        verdict.first_ms = min(verdict.first_ms or at_ms, at_ms)
        verdict.last_ms = max(verdict.last_ms, at_ms)

    def _count(self) -> None:
        devices = {device for _, device in self._audits} | {chain.device for chain in self._chains.values()}
        self._verdict.devices = len(devices)
        self._verdict.wrong = list(dict.fromkeys(self._verdict.wrong))

    def _who(self, device: bytes) -> str:
        known = self._agency.devices.get(DeviceId(device))
        name = self._said.header["names"].get(known.person.hex(), "") if known else ""
        return f"{name} ({device.hex()[:8]})" if name else device.hex()

    def _said_of(self, device: bytes, n: int, kind: Broken) -> str:
        words = WORDS[kind].format(n=n, device=self._who(device))
        return words[0].upper() + words[1:]


def _entry(row: dict[str, Any]) -> Entry:
    try:
        entry = Entry(
            bytes.fromhex(row["stream"]), bytes.fromhex(row["device"]), row["n"], row["at_ms"], row["action"],
            row["item_type"], bytes.fromhex(row["item_id"]), row["detail"], row["count"],
            bytes.fromhex(row["prev"]) if row["prev"] else NO_HASH,
        )  # fmt: skip
        entry.hash  # noqa: B018  only what has canonical bytes is an entry
    except ValueError:
        raise AuditFileRefused("entry") from None
    return entry


def _seal(row: dict[str, Any]) -> Seal:
    heads = tuple((bytes.fromhex(d), n, bytes.fromhex(h)) for d, (n, h) in row["heads"].items())
    try:
        seal = Seal(
            bytes.fromhex(row["stream"]), bytes.fromhex(row["device"]), row["at_ms"], heads,
            row["server_count"], bytes.fromhex(row["server_head"]),
        )  # fmt: skip
        seal.hash  # noqa: B018  only what has canonical bytes is a seal
    except ValueError:
        raise AuditFileRefused("seal") from None
    return seal


__all__ = ["Verdict", "examine"]
