"""Codes that records hold, in the order screens offer them. Words for them live in locales.

Source: the record vocabulary of the design (02, Records).
"""

from __future__ import annotations

NOTE_KINDS = (
    "home_visit", "phone", "text", "school", "collateral", "team_meeting", "crisis",
    "supervision", "attempt",
)  # fmt: skip
PLACES = ("home", "school", "office", "phone", "video", "community", "court", "hospital")
LABELS = ("general", "sud", "psychotherapy", "school", "minor_confidential", "safety")
HELP_KINDS = (
    "company", "respite", "transport", "meals", "school", "faith", "crisis", "advocacy", "other",
)  # fmt: skip
SUPPORT_STATUSES = ("named", "asked", "willing", "on_team", "leading")
PHASES = (1, 2, 3, 4)
STEP_STATUSES = ("open", "done", "dropped")
NEED_STATUSES = ("open", "met", "set_aside")
OUTCOME_STATUSES = ("open", "reached", "set_aside")
STRATEGY_KINDS = ("natural", "community", "formal")
LIFE_DOMAINS = (
    "family", "home", "school", "health", "behaviour_and_feelings", "safety", "friends_and_fun",
    "culture_and_faith", "money_and_work", "legal",
)  # fmt: skip


def codes(joined: str) -> tuple[str, ...]:
    """The codes of a register that holds a set, in order, without blanks."""
    return tuple(part for part in joined.split(",") if part)


def join_codes(parts: tuple[str, ...] | list[str]) -> str:
    """The register's text for a set of codes: duplicates gone, order kept."""
    return ",".join(dict.fromkeys(part for part in parts if part))
