"""`kitchentable verify-audit FILE`: says in plain words whether an exported audit holds.

Owns the words and the exit code; what holds is decided in audit_verify.py. Spec: docs/audit.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from app.errors import AppError

from .audit_verify import Verdict, examine


class AuditNotVerified(AppError):
    """The file could not be looked at."""

    code = "audit_not_verified"

    def __init__(self, user_message: str) -> None:
        """user_message: what is the matter and what to do."""
        super().__init__(self.code)
        self.user_message = user_message


def read_fingerprint(text: str) -> bytes:
    """A root fingerprint as the app shows it. Raises AuditNotVerified."""
    digits = "".join(letter for letter in text.lower() if letter not in " -:\n")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if len(found) != 16:
        raise AuditNotVerified("A root fingerprint has 32 digits 0-9 and a-f, as the app shows them.")
    return found


def main(file: Path, root: str | None, server_heads: Path | None, say: Callable[[str], None]) -> int:
    """Look at a file, say what was found, and return the exit code: 0 when all holds, else 1."""
    known = read_fingerprint(root) if root is not None else None
    try:
        raw = file.read_bytes()
    except OSError:
        raise AuditNotVerified(f"{file} could not be read.") from None
    verdict = examine(raw, known)
    for words in verdict.wrong:
        say(words)
    if verdict.wrong:
        say("This record does not hold. Do not rely on it: ask the agency for another export.")
        return 1
    for words in _good(verdict, known is not None):
        say(words)
    if server_heads is not None:
        _write_heads(server_heads, verdict.server_heads)
        say(f"{len(verdict.server_heads)} heads of the server's audit are in {server_heads}.")
    return 0


def _good(verdict: Verdict, compared: bool) -> Iterable[str]:
    yield f"All holds: {verdict.entries} entries, {verdict.acts} signed changes, {verdict.devices} devices."
    if verdict.hidden:
        yield f"{verdict.hidden} further entries are there by their number alone: not for this reader."
    if verdict.kind == "copy":
        yield "A copy for a reader: that each change is told is vouched for by the device that made the file."
    else:
        yield "What was done to each record (its kind, its fields) is told by the device that made the file."
    yield f"{verdict.seals} counter-signatures of colleagues' devices hold."
    yield f"{verdict.unwitnessed} of the newest entries have none yet."
    yield f"Root fingerprint: {verdict.root.hex()}"
    if not compared:
        yield "Compare it with the one that the agency tells you another way, or give it with --root."


def _write_heads(out: Path, heads: Iterable[tuple[bytes, int, bytes]]) -> None:
    lines = [
        json.dumps({"stream": stream.hex(), "count": count, "head": head.hex()})
        for stream, count, head in dict.fromkeys(heads)
    ]
    try:
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError:
        raise AuditNotVerified(f"{out} could not be written.") from None
