"""The file of an audit packet: papers and a manifest that says the digest of each. Pure bytes.

A ZIP whose bytes follow from its content alone: no clock, no compression, names in order. So a file is
checked by making it again: what differs in any byte is not what the manifest says.
Format: docs/audit-packet.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "kitchen-table-packet"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
MOST_BYTES: Final = 400_000_000
"""A file that is larger is not looked at."""
_WHEN: Final = (2000, 1, 1, 0, 0, 0)
_MODE: Final = 0o644 << 16


@dataclass(frozen=True)
class Part:
    """One paper. name: its path in the packet."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 (hex)."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Looked:
    """What was found. wrong: codes, empty when all holds. digest: of the whole file (hex)."""

    wrong: tuple[str, ...]
    digest: str
    facts: Mapping[str, Any]
    parts: tuple[tuple[str, str], ...] = ()


def pack(parts: Sequence[Part], facts: Mapping[str, Any]) -> bytes:
    """The file. facts: what the manifest says besides; plain JSON values. Raises ValueError for two
    papers of one name."""
    ordered = sorted(parts, key=lambda one: one.name)
    if len({one.name for one in ordered} | {MANIFEST}) != len(ordered) + 1:
        raise ValueError("two papers of one name")
    manifest = {
        "format": FORMAT, "v": VERSION, "facts": dict(facts),
        "files": [{"name": one.name, "size": len(one.content), "sha256": one.digest} for one in ordered],
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for one in (Part(MANIFEST, text.encode()), *ordered):
            entry = zipfile.ZipInfo(one.name, _WHEN)
            entry.external_attr, entry.create_system = _MODE, 3
            archive.writestr(entry, one.content)
    return held.getvalue()


def look(raw: bytes) -> Looked:
    """Whether a file is whole. Never raises: what cannot be read is wrong."""
    digest = hashlib.sha256(raw).hexdigest()
    if len(raw) > MOST_BYTES:
        return Looked(("too_large",), digest, {})
    try:
        contents = _contents(raw)
        manifest = json.loads(contents.pop(MANIFEST))
        facts, files = manifest["facts"], manifest["files"]
        said = {str(one["name"]): (one["size"], one["sha256"]) for one in files}
        known = manifest["format"] == FORMAT and manifest["v"] == VERSION and isinstance(facts, dict)
    except Exception:  # Whoever sends a file may put anything in it.
        return Looked(("unreadable",), digest, {})
    if not known:
        return Looked(("not_a_packet",), digest, {})
    parts = [Part(name, content) for name, content in contents.items()]
    wrong = [f"missing:{name}" for name in sorted(set(said) - set(contents))]
    wrong += [f"unknown:{name}" for name in sorted(set(contents) - set(said))]
    wrong += [
        f"changed:{one.name}"
        for one in parts
        if one.name in said and said[one.name] != (len(one.content), one.digest)
    ]
    if not wrong and pack(parts, facts) != raw:
        wrong.append("changed:")
    return Looked(tuple(wrong), digest, facts, tuple((one.name, one.digest) for one in parts))


def _contents(raw: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for entry in archive.infolist():
            stored = entry.compress_type == zipfile.ZIP_STORED and entry.file_size <= len(raw)
            if not stored or entry.filename in found:
                raise ValueError("not as this app packs")
            found[entry.filename] = archive.read(entry)
    return found
