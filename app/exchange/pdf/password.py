"""Which passwords lock a paper, and why others are refused. Pure."""

from __future__ import annotations

from typing import Final

from fpdf import FPDFException
from fpdf.encryption import StandardSecurityHandler

LEAST_LETTERS: Final = 8
MOST_BYTES: Final = 127
"""What AES-256 in PDF takes of a password (ISO 32000-2, 7.6.4.3.3)."""

_WEAK: Final = frozenset({"password", "contraseña", "passw0rd", "kitchentable", "kitchen table"})


def password_fault(password: str) -> str:
    """Why a password cannot be taken: a code, empty when it can. Codes have words in documents.po."""
    if len(password.strip()) < LEAST_LETTERS:
        return "short_copy_password"
    folded = password.strip().casefold()
    if len(set(folded)) < 4 or folded in _WEAK or _is_run(folded):
        return "weak_copy_password"
    try:
        prepared = StandardSecurityHandler.prepare_string(password)
    except (FPDFException, UnicodeEncodeError):
        return "odd_copy_password"
    return "long_copy_password" if len(prepared) > MOST_BYTES else ""


def _is_run(letters: str) -> bool:
    """12345678, abcdefgh, 87654321."""
    steps = {ord(after) - ord(before) for before, after in zip(letters, letters[1:], strict=False)}
    return steps in ({1}, {-1})
