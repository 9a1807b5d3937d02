"""The audit's own words: what is noted, its exact bytes, the chain of hashes, and what breaks it.

Owns the codes of acts and areas, the canonical bytes of an entry and of a seal, and the check of a
run of entries. Pure: no keys, no clock, no database; who signed what is decided by whoever holds
keys. A leaf. Spec: docs/protocol.md, "Audit"; docs/audit.md.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, Literal

Place = Literal["family", "agency"]

DEEDS: Final[Mapping[str, Place]] = {
    "view": "family",
    "note.sign": "family", "note.misplaced": "family",
    "note.cosign": "family", "note.return": "family", "note.cosign_undone": "family",
    "plan.sign": "family", "meeting.hold": "family", "phase.close": "family",
    "copy.print": "family", "copy.file": "family", "copy.hand": "family",
    "packet.file": "family", "disclosure.lawful": "family",
    "release.sign": "family", "release.revoke": "family",
    "label.move": "family", "request.open": "family", "request.answer": "family",
    "hold.set": "agency", "hold.lift": "agency", "retention.set": "agency",
    "family.transfer": "family", "cover.give": "family", "cover.end": "family", "family.leave": "family",
    "table.open": "family",
    "audit.print": "family", "audit.file": "family", "agency.audit.file": "agency",
    "unlock.failed": "agency", "kit.used": "agency", "kit.made": "agency",
    "seed.used": "agency", "seed.rehearsed": "agency",
    "invitation.made": "agency", "invitation.taken_back": "agency", "words.adopted": "family",
    "bundle.made": "agency", "bundle.read": "agency",
    "rules.set": "agency", "item_texts.use": "agency", "item_texts.withdraw": "agency",
    "directory.use": "agency", "directory.withdraw": "agency",
    "log.file": "agency",
}  # fmt: skip
"""Code → where it is noted: in the stream of the family it is about, or in the agency's data stream."""

AREAS: Final = (
    "plan", "people", "notes", "note", "crisis", "meeting", "documents", "versions", "phases",
    "details", "audit", "requests", "care", "progress", "safety", "referrals",
    "measures", "screening", "visits",
)  # fmt: skip
"""What of a family somebody looked at: the item_type of a view."""

QUIET_TYPES: Final = frozenset({"audit_entry", "audit_seal"})
"""Record types that are nobody's work: screens do not ask again because of them."""

NO_HASH: Final = bytes(32)
MAX_COUNT: Final = 2**32 - 1
_CODE: Final = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_DETAIL: Final = re.compile(r"[A-Za-z0-9_.,:;+ =-]{0,600}")
_ENTRY: Final = b"kt-audit-entry-v1\0"
_SEAL: Final = b"kt-audit-seal-v1\0"
_SIGNED: Final = b"kt-audit-sig-v1\0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of one device's audit of one stream.

    stream, device: 16 bytes. n: 1, 2, 3… item_id: 16 bytes or none. detail: a code, never words.
    count: how often. prev: hash of the entry before, 32 zero bytes for the first.
    """

    stream: bytes
    device: bytes
    n: int
    at_ms: int
    action: str
    item_type: str = ""
    item_id: bytes = b""
    detail: str = ""
    count: int = 1
    prev: bytes = NO_HASH

    @property
    def hash(self) -> bytes:
        """SHA-256 of the canonical bytes. Raises ValueError for what has none."""
        return sha256(canonical(self)).digest()


@dataclass(frozen=True, slots=True)
class Seal:
    """Where other devices' audits of a stream, and the server's, stood when this device looked.

    heads: (device, n, hash) ascending by device, never the device's own.
    """

    stream: bytes
    device: bytes
    at_ms: int
    heads: tuple[tuple[bytes, int, bytes], ...]
    server_count: int = 0
    server_head: bytes = b""

    @property
    def hash(self) -> bytes:
        """SHA-256 of the canonical bytes. Raises ValueError for what has none."""
        return sha256(seal_bytes(self)).digest()


def is_code(text: str) -> bool:
    """Whether a text can be an action or a type."""
    return _CODE.fullmatch(text) is not None


def is_detail(text: str) -> bool:
    """Whether a text can be a detail."""
    return _DETAIL.fullmatch(text) is not None


def canonical(entry: Entry) -> bytes:
    """The one way to write an entry as bytes. Raises ValueError for what is no entry."""
    if not is_code(entry.action) or not is_detail(entry.detail):
        raise ValueError("audit code")
    if entry.item_type and not is_code(entry.item_type):
        raise ValueError("audit type")
    if len(entry.stream) != 16 or len(entry.device) != 16 or len(entry.prev) != 32:
        raise ValueError("audit ids")
    if len(entry.item_id) not in (0, 16) or not 1 <= entry.n < 2**63 or not 0 <= entry.at_ms < 2**63:
        raise ValueError("audit numbers")
    if not 1 <= entry.count <= MAX_COUNT or (entry.n == 1) != (entry.prev == NO_HASH):
        raise ValueError("audit numbers")
    return b"".join(
        (
            _ENTRY, entry.stream, entry.device, struct.pack(">QQ", entry.n, entry.at_ms),
            _short(entry.action.encode()), _short(entry.item_type.encode()), _short(entry.item_id),
            struct.pack(">H", len(entry.detail)), entry.detail.encode(),
            struct.pack(">I", entry.count), entry.prev,
        )
    )  # fmt: skip


def seal_bytes(seal: Seal) -> bytes:
    """The one way to write a seal as bytes. Raises ValueError for what is no seal."""
    if len(seal.stream) != 16 or len(seal.device) != 16 or not 0 <= seal.at_ms < 2**63:
        raise ValueError("seal")
    devices = [device for device, _, _ in seal.heads]
    if devices != sorted(set(devices)) or seal.device in devices or len(devices) > 0xFFFF:
        raise ValueError("seal heads")
    if len(seal.server_head) not in (0, 32) or not 0 <= seal.server_count < 2**63:
        raise ValueError("seal server")
    parts = [_SEAL, seal.stream, seal.device, struct.pack(">QH", seal.at_ms, len(seal.heads))]
    for device, n, digest in seal.heads:
        if len(device) != 16 or len(digest) != 32 or not 1 <= n < 2**63:
            raise ValueError("seal heads")
        parts += (device, struct.pack(">Q", n), digest)
    parts += (struct.pack(">Q", seal.server_count), _short(seal.server_head))
    return b"".join(parts)


def signed_bytes(digest: bytes) -> bytes:
    """What a device signs of an entry or a seal: a tag and the hash."""
    return _SIGNED + digest


def _short(data: bytes) -> bytes:
    return bytes((len(data),)) + data


class Broken(StrEnum):
    """What can be wrong with the record of who did what."""

    MISSING = "missing"
    """A number is not there, and others after it (or somebody who saw it) say that it was."""
    CHANGED = "changed"
    """An entry does not follow from the one before it."""
    TWICE = "twice"
    """Two different entries have one number."""
    CUT_OFF = "cut_off"
    """A colleague's device has signed to have seen more than there is."""
    OTHER = "other"
    """A colleague's device has signed to have seen another entry under this number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. device: whose audit (16 bytes). n: the first number concerned."""

    stream: bytes
    device: bytes
    n: int
    kind: Broken


def walk(
    stream: bytes, device: bytes, links: Iterable[tuple[int, bytes, bytes | None]]
) -> tuple[dict[int, bytes], list[Finding]]:
    """Follow one device's entries of one stream.

    links: (n, hash, prev) in any order; prev None when it is not told (a redacted entry). Returns
    {n: hash} of what is there, and what is wrong, in order.
    """
    found: dict[int, bytes] = {}
    prevs: dict[int, bytes | None] = {}
    wrong: list[Finding] = []
    for n, digest, prev in sorted(links, key=lambda link: link[0]):
        if n in found:
            if found[n] != digest:
                wrong.append(Finding(stream, device, n, Broken.TWICE))
            continue
        found[n], prevs[n] = digest, prev
    expected = 1
    for n, prev in prevs.items():
        if n != expected:
            wrong.append(Finding(stream, device, expected, Broken.MISSING))
        elif prev is not None and prev != (found[n - 1] if n > 1 else NO_HASH):
            wrong.append(Finding(stream, device, n, Broken.CHANGED))
        expected = n + 1
    return found, wrong


def hold_against(
    seals: Iterable[Seal], audits: Mapping[tuple[bytes, bytes], Mapping[int, bytes]]
) -> list[Finding]:
    """What seals say that the audits do not hold. audits: (stream, device) → {n: hash}."""
    wrong: list[Finding] = []
    for seal in seals:
        for device, n, digest in seal.heads:
            held = audits.get((seal.stream, device), {}).get(n)
            if held is None:
                wrong.append(Finding(seal.stream, device, n, Broken.CUT_OFF))
            elif held != digest:
                wrong.append(Finding(seal.stream, device, n, Broken.OTHER))
    return unique(wrong)


def unique(findings: Sequence[Finding]) -> list[Finding]:
    """Each finding once, in order."""
    return list(dict.fromkeys(findings))

FAMILY_DEEDS: Final = frozenset(
    {"view", "note.sign", "plan.sign", "meeting.hold", "phase.close", "copy.print", "copy.file", "copy.hand",
     "release.sign", "release.revoke", "request.open", "request.answer", "family.transfer",
     "cover.give", "cover.end", "family.leave", "table.open", "audit.print", "audit.file",
     "family.opened", "family.let_in", "family.taken_out"}
)  # fmt: skip
"""Acts that a family's own page and paper tell of. Everything else is for workers: what was entered in
error, what moved to a restricted stream, what left on a legal ground, what the agency holds."""

FAMILY_TYPES: Final = frozenset(
    {"family", "family_vision", "person", "team_member", "natural_support", "coordinator", "strength",
     "need", "outcome", "strategy", "action_step", "rating", "crisis_plan", "crisis_item",
     "transition_plan", "transition_item", "meeting", "attendance", "preparation", "plan_version",
     "signature", "phase_check", "phase_closing", "note", "addendum", "translation", "release",
     "disclosure"}
)  # fmt: skip
"""Record types whose changes a family's own page and paper tell of, where nothing is kept from whoever
reads. Never: what is kept from whom, contact safety, what stands in a restricted stream."""

FAMILY_AREAS: Final = frozenset(AREAS) - {"audit", "requests", "safety"}
"""What of a family's places a reader is told that somebody looked at."""
