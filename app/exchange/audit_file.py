"""The exported audit: one file of lines that a person can read and a program can verify.

Owns the format alone: one JSON object on each line, written in exactly one way, the header first and
the maker's signature last. It refuses to judge what the lines say (services/audit_verify.py).
Spec: docs/protocol.md, "Audit file".
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from app.errors import AppError

FORMAT: Final = "kitchentable-audit"
VERSION: Final = 1
KINDS: Final = ("agency", "family", "copy")
"""agency: the agency's own chain and data stream. family: everything of a family's streams that the
maker holds. copy: what some readers may see; the rest is named by its hash alone."""
MAX_BYTES: Final = 512 * 1024 * 1024
SUFFIX: Final = ".ktaudit"

_SIGNED: Final = b"kt-audit-file-v1\0"
_TEXT, _NUMBER, _ID, _HASH, _SIG, _RAW, _NAMES, _CODES, _HEADS, _ID0, _HASH0, _STREAMS = range(12)

HEADER: Final[Mapping[str, int]] = {
    "format": _TEXT, "v": _NUMBER, "kind": _TEXT, "agency": _ID, "root": _ID, "family": _ID0,
    "maker": _ID, "made_at_ms": _NUMBER, "streams": _STREAMS, "names": _NAMES,
}  # fmt: skip
ROWS: Final[Mapping[str, Mapping[str, int]]] = {
    "agency": {"op": _RAW},
    "control": {"stream": _ID, "op": _RAW},
    "chain": {"stream": _ID, "chain": _ID, "cert": _RAW},
    "segment": {"stream": _ID, "chain": _ID, "raw": _RAW},
    "entry": {
        "stream": _ID, "device": _ID, "n": _NUMBER, "at_ms": _NUMBER, "action": _TEXT,
        "item_type": _TEXT, "item_id": _ID0, "detail": _TEXT, "count": _NUMBER, "prev": _HASH0,
        "sig": _SIG, "words": _TEXT,
    },
    "hidden": {"stream": _ID, "device": _ID, "n": _NUMBER, "hash": _HASH, "sig": _SIG},
    "seal": {
        "stream": _ID, "device": _ID, "at_ms": _NUMBER, "heads": _HEADS, "server_count": _NUMBER,
        "server_head": _HASH0, "sig": _SIG,
    },
    "act": {
        "stream": _ID, "chain": _ID, "dseq": _NUMBER, "at_ms": _NUMBER, "type": _TEXT, "record": _ID,
        "kind": _TEXT, "fields": _CODES, "aside": _NUMBER, "words": _TEXT,
    },
}  # fmt: skip
"""Kind of line → its fields in writing order. docs/protocol.md says what each is."""
END: Final[Mapping[str, int]] = {"rows": _NUMBER, "sig": _SIG}

Row = tuple[str, dict[str, Any]]
"""(kind of line, its fields)."""


class AuditFileRefused(AppError):
    """The file is not one that this version wrote, byte for byte."""

    code = "audit_file_refused"
    user_message = "This is not an audit file, or somebody changed it: it is not written as one."


@dataclass(frozen=True, slots=True)
class AuditFile:
    """A parsed file. digest: what the maker signed."""

    header: dict[str, Any]
    rows: tuple[Row, ...]
    digest: bytes
    sig: bytes

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The fields of every line of a kind, in order."""
        return [fields for name, fields in self.rows if name == kind]


def write(header: Mapping[str, Any], rows: Iterable[Row], sign: Callable[[bytes], bytes]) -> bytes:
    """The bytes of a file. sign: the maker's signature (64 bytes) over `signed_bytes`.

    Raises AuditFileRefused for values that no file holds.
    """
    lines = [_line(header, HEADER)]
    for kind, fields in rows:
        lines.append(_line({"t": kind, **fields}, {"t": _TEXT, **ROWS[kind]}))
    body = b"".join(lines)
    sig = sign(signed_bytes(sha256(body).digest()))
    end = {"t": "end", "rows": len(lines) - 1, "sig": sig.hex()}
    return body + _line(end, {"t": _TEXT, **END})


def signed_bytes(digest: bytes) -> bytes:
    """What the maker signs: a tag and SHA-256 of everything before the last line."""
    return _SIGNED + digest


def parse(raw: bytes) -> AuditFile:
    """The file that these bytes are, and no others. Raises AuditFileRefused."""
    if len(raw) > MAX_BYTES or not raw.endswith(b"\n"):
        raise AuditFileRefused("size or end")
    lines = raw[:-1].split(b"\n")
    if len(lines) < 2:
        raise AuditFileRefused("lines")
    header = _read(lines[0], HEADER)
    if header["format"] != FORMAT or header["v"] != VERSION or header["kind"] not in KINDS:
        raise AuditFileRefused("header")
    rows: list[Row] = []
    for line in lines[1:-1]:
        kind = _kind(line)
        if kind not in ROWS:
            raise AuditFileRefused("kind of line")
        fields = _read(line, {"t": _TEXT, **ROWS[kind]})
        del fields["t"]
        rows.append((kind, fields))
    end = _read(lines[-1], {"t": _TEXT, **END})
    if end["t"] != "end" or end["rows"] != len(rows):
        raise AuditFileRefused("end")
    digest = sha256(raw[: len(raw) - len(lines[-1]) - 1]).digest()
    return AuditFile(header, tuple(rows), digest, bytes.fromhex(end["sig"]))


def pack(raw: bytes) -> str:
    """Bytes as a line holds them."""
    return b64encode(raw).decode("ascii")


def unpack(text: str) -> bytes:
    """Bytes of a line that `parse` has taken."""
    return b64decode(text, validate=True)


def _kind(line: bytes) -> str:
    said = _json(line)
    return str(said.get("t")) if isinstance(said, dict) else ""


def _json(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise AuditFileRefused("line") from None


def _line(fields: Mapping[str, Any], shape: Mapping[str, int]) -> bytes:
    if list(fields) != list(shape) or not all(_fits(fields[name], kind) for name, kind in shape.items()):
        raise AuditFileRefused("fields")
    try:
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8") + b"\n"
    except ValueError:
        raise AuditFileRefused("text") from None


def _read(line: bytes, shape: Mapping[str, int]) -> dict[str, Any]:
    """One line, refused unless writing it again gives the same bytes."""
    said = _json(line)
    if not isinstance(said, dict) or _line(said, shape) != line + b"\n":
        raise AuditFileRefused("line")
    return said


def _fits(value: Any, kind: int) -> bool:
    if kind == _NUMBER:
        return type(value) is int and 0 <= value < 2**63
    if kind == _NAMES:
        return isinstance(value, dict) and all(_hex(k, 16) and isinstance(v, str) for k, v in value.items())
    if kind == _STREAMS:
        return isinstance(value, dict) and all(_hex(k, 16) and isinstance(v, str) for k, v in value.items())
    if kind == _CODES:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if kind == _HEADS:
        return isinstance(value, dict) and all(_hex(k, 16) and _end(v) for k, v in value.items())
    if not isinstance(value, str):
        return False
    if kind == _RAW:
        return _base64(value)
    size = {_ID: 16, _HASH: 32, _SIG: 64, _ID0: 16, _HASH0: 32}.get(kind)
    return size is None or _hex(value, size) or (kind in (_ID0, _HASH0) and not value)


def _end(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and _fits(value[0], _NUMBER) and _fits(value[1], _HASH)
    )


def _hex(value: Any, size: int) -> bool:
    if not isinstance(value, str) or len(value) != 2 * size:
        return False
    return set(value) <= set("0123456789abcdef")


def _base64(value: str) -> bool:
    try:
        return pack(unpack(value)) == value
    except ValueError:
        return False
