"""A printed secret as its paper needs it: plain values. Importing this does not load what draws it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SecretPage:
    """One page. kind: kit, seed or share. number: of a share, else 0. picture: the text in the QR code.

    fingerprint: the agency's, as people compare it; empty on a kit. whose: person or agency, as
    printed; may be empty.
    """

    kind: str
    words: tuple[str, ...] = field(repr=False)
    picture: str = field(repr=False)
    number: int = 0
    fingerprint: str = ""
    whose: str = ""
