"""`kitchentable verify-packet FILE`: says in plain words whether an audit packet is as it was made.

Owns the words and the exit code; what holds is decided in exchange/packet_file.py.
Spec: docs/audit-packet.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.errors import AppError
from app.exchange.packet_file import MOST_BYTES, look


class PacketNotVerified(AppError):
    """The file could not be looked at."""

    code = "packet_not_verified"

    def __init__(self, user_message: str) -> None:
        """user_message: what is the matter and what to do."""
        super().__init__(self.code)
        self.user_message = user_message


def main(file: Path, digest: str | None, say: Callable[[str], None]) -> int:
    """Look at a file, say what was found, and return the exit code: 0 when all holds, else 1.

    digest: the check number that the agency told another way, or None.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise PacketNotVerified(f"{file} is too large for a packet.")
        raw = file.read_bytes()
    except OSError:
        raise PacketNotVerified(f"{file} could not be read.") from None
    seen = look(raw)
    wrong = [_said(code, file.name) for code in seen.wrong]
    told = "".join(letter for letter in (digest or "").lower() if letter not in " -:\n")
    if digest is not None and told != seen.digest:
        wrong.append("The check number is another one: this is not the file that was made.")
    for words in wrong:
        say(words)
    if wrong:
        say("This packet does not hold. Do not rely on it: ask the agency for another one.")
        return 1
    facts = seen.facts
    say(f"All holds: {len(seen.parts)} papers of {facts.get('families')} families, "
        f"{facts.get('since')} to {facts.get('until')}, made {facts.get('made_on')}.")  # fmt: skip
    for name, sha256 in seen.parts:
        say(f"{sha256}  {name}")
    say(f"Check number: {seen.digest}")
    if digest is None:
        say("Compare it with the one that the agency tells you another way, or give it with --digest.")
    return 0


def _said(code: str, file: str) -> str:
    kind, _, name = code.partition(":")
    return _WORDS[kind].format(name=name or file)


_WORDS = {
    "too_large": "{name} is too large for a packet.",
    "unreadable": "{name} cannot be read as a packet.",
    "not_a_packet": "{name} is another kind of file, or of a newer app.",
    "missing": "{name} was taken out.",
    "unknown": "{name} was put in.",
    "changed": "{name} is not as it was made.",
}
