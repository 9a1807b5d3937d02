"""The agency's rule files: clocks, tiers, contacts, measures and more, as TOML that people can read.

Each module below parses one file into frozen values, or raises `RuleError` that names the line. A rule
file never reaches records or screens unparsed. The shipped ones are in `assets/rules`. Format and
meaning: docs/rules.md.
"""

from __future__ import annotations

from typing import Final

RULE_FILES: Final = (
    "clocks", "tiers", "contacts", "notes", "domains", "labels", "measures", "screening", "packet",
)  # fmt: skip
"""Names of the files, in the order screens offer them."""
