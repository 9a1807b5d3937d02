"""The notices that go with what leaves: which ones a paper needs, and their words. Pure.

The one sentence that a federal rule words itself is kept here, in English; what it means stands in
the language of the paper (release.po, `release.notice.*`). Sources: docs/releases.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

VERSION: Final = "2026-1"
"""Changes with any word of a notice."""
PART2_SENTENCE: Final = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""42 CFR 2.32(a)(2), in its own words."""

Lookup = Callable[[str], str]


@dataclass(frozen=True)
class Notice:
    """One notice as it was printed or read aloud. id: code, version and language."""

    id: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the words."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def notices_for(
    *, kinds: Collection[str], labels: Collection[str], language: str, words: Lookup, scope: str
) -> tuple[Notice, ...]:
    """The notices that go with it, most weighty first.

    kinds: of the release, empty for none. labels: what may be inside. scope: what the consent covers,
    in words; printed with records of alcohol or drug treatment (42 CFR 2.32(b)).
    """
    found: list[tuple[str, str]] = []
    if "sud" in labels or "part2" in kinds:
        parts = [PART2_SENTENCE, words("release.notice.part2")]
        if scope:
            parts.append(words("release.notice.scope").format(scope=scope))
        found.append(("part2", " ".join(parts)))
    if "school" in labels or "ferpa" in kinds:
        found.append(("ferpa", words("release.notice.ferpa")))
    if kinds:
        found.append(("hipaa", words("release.notice.hipaa")))
    return tuple(Notice(f"{code}/{VERSION}/{language}", text) for code, text in found)
