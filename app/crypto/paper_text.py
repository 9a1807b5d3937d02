"""The text in the picture (QR) on a printed secret: what it is, its 24 words, and a check.

Owns the text form only. It says the same as the words beside it, and what these leave out: which
paper it is, the number of a share, and of which agency. Plain letters, so that any camera app can
read it to be pasted. Spec: docs/crypto.md, "Printed secrets".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from app.crypto.primitives import equal, sha256
from app.crypto.seed import FINGERPRINT_BYTES, SHARE_COUNT
from app.crypto.words import SECRET_BYTES, from_words, to_words
from app.errors import PaperNotValid, WordsNotValid

PaperKind = Literal["kit", "seed", "share"]
KINDS: Final[tuple[PaperKind, ...]] = get_args(PaperKind)

_PREFIX: Final = "KT1"
_TAG: Final = b"kt-paper-v1\0"
_CHECK_BYTES: Final = 4
_LONGEST: Final = 600
"""Letters of a text that is looked at; a true one has at most 263."""


@dataclass(frozen=True, slots=True)
class PaperSecret:
    """A secret as it is printed. number: of a share, 1 to 3, else 0.

    agency: the root's fingerprint (16 bytes), which names the agency on a seed or a share; empty on
    a kit, which belongs to one tablet.
    """

    kind: PaperKind
    secret: bytes = field(repr=False)
    agency: bytes = b""
    number: int = 0

    def __post_init__(self) -> None:
        numbers = range(1, SHARE_COUNT + 1) if self.kind == "share" else (0,)
        size = 0 if self.kind == "kit" else FINGERPRINT_BYTES
        if len(self.secret) != SECRET_BYTES or self.number not in numbers or len(self.agency) != size:
            raise PaperNotValid("parts")

    @property
    def words(self) -> tuple[str, ...]:
        """The 24 words beside the picture."""
        return tuple(to_words(self.secret).split())


def write_paper(paper: PaperSecret) -> str:
    """Return the picture's text: capitals, digits and single spaces, at most 263 letters."""
    parts = [_PREFIX, paper.kind.upper()]
    if paper.number:
        parts.append(str(paper.number))
    if paper.agency:
        parts.append(paper.agency.hex().upper())
    parts.append(to_words(paper.secret).upper())
    said = " ".join(parts)
    return f"{said} {_check(said)}"


def looks_like_paper(text: str) -> bool:
    """Whether a text claims to come from a picture, and is not just words."""
    return text.upper().split()[:1] == [_PREFIX]


def read_paper(text: str) -> PaperSecret:
    """Return the secret of a picture's text; case and spacing do not matter.

    Raises PaperNotValid for anything that is not exactly what was printed.
    """
    if len(text) > _LONGEST:
        raise PaperNotValid("length")
    parts = text.upper().split()
    said, check = " ".join(parts[:-1]), parts[-1] if parts else ""
    if not said.startswith(f"{_PREFIX} ") or not said.isascii() or not equal(
        _check(said).encode(), check.encode()
    ):
        raise PaperNotValid("check")
    rest = parts[1:-1]
    kind = next((one for one in KINDS if rest and rest[0] == one.upper()), None)
    if kind is None:
        raise PaperNotValid("kind")
    rest = rest[1:]
    number, agency = 0, b""
    try:
        if kind == "share":
            number, rest = int(rest[0]), rest[1:]
        if kind != "kit":
            agency, rest = bytes.fromhex(rest[0]), rest[1:]
        paper = PaperSecret(kind, from_words(" ".join(rest)), agency, number)
    except (ValueError, IndexError, WordsNotValid):
        raise PaperNotValid("parts") from None
    if write_paper(paper) != " ".join(parts):
        raise PaperNotValid("form")  # one text for one secret
    return paper


def _check(said: str) -> str:
    return sha256(_TAG + said.encode())[:_CHECK_BYTES].hex().upper()
