"""What is different between two plans, as values: lines, grouped as the plan is read. Pure.

Made by plan_diff.py. A line says one thing and names the sentence for it by its code; the words of
that sentence are the screens'. What people wrote stays as it was written, with its language.
Spec: docs/plan-versions.md, "What changed".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .plan_document import Document
from .wording import Words


@dataclass(frozen=True)
class Phrase:
    """Words as they stood in a plan. field: where; empty for what is not translated: names, numbers."""

    text: str = ""
    language: str = ""
    item_id: str = ""
    field: str = ""

    def __bool__(self) -> bool:
        """Whether anything was written."""
        return bool(self.text.strip())


NOTHING: Final = Phrase()


@dataclass(frozen=True)
class Line:
    """One difference.

    code: which sentence, as in LINE_CODES. words: what the item says (as it was, when it is gone).
    old, new: values before and after; value: how to read them, a code of VALUES. who: a name. on: an
    ISO day. why: what somebody wrote about it.
    """

    code: str
    item_id: str
    words: Phrase = NOTHING
    old: Phrase = NOTHING
    new: Phrase = NOTHING
    value: str = "text"
    who: str = ""
    on: str = ""
    why: Phrase = NOTHING


@dataclass(frozen=True)
class Group:
    """An item of the plan with what changed in it and below it. kind: need, outcome, strategy."""

    kind: str
    item_id: str
    words: Phrase
    lines: tuple[Line, ...]
    inside: tuple[Group, ...] = ()

    def all_lines(self) -> Iterator[Line]:
        """Its own lines, then those below it."""
        yield from self.lines
        for one in self.inside:
            yield from one.all_lines()


@dataclass(frozen=True)
class Changes:
    """Everything that is different between two plans, in the order in which it is read."""

    vision: tuple[Line, ...] = ()
    people: tuple[Line, ...] = ()
    strengths: tuple[Line, ...] = ()
    needs: tuple[Group, ...] = ()
    crisis: tuple[Line, ...] = ()
    transition: tuple[Line, ...] = ()

    def all_lines(self) -> Iterator[Line]:
        """Every line once."""
        for part in (self.vision, self.people, self.strengths):
            yield from part
        for one in self.needs:
            yield from one.all_lines()
        yield from self.crisis
        yield from self.transition

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return next(self.all_lines(), None) is not None

    def only(self, codes: frozenset[str]) -> Changes:
        """The same without the lines of all other codes, and without groups that then are empty."""

        def kept(lines: Iterable[Line]) -> tuple[Line, ...]:
            return tuple(line for line in lines if line.code in codes)

        def groups(found: Iterable[Group]) -> tuple[Group, ...]:
            left = (replace(one, lines=kept(one.lines), inside=groups(one.inside)) for one in found)
            return tuple(one for one in left if one.lines or one.inside)

        return Changes(
            kept(self.vision), kept(self.people), kept(self.strengths), groups(self.needs),
            kept(self.crisis), kept(self.transition),
        )  # fmt: skip


WORDS, TEXT, DAY, NAME = "words", "text", "day", "name"
VALUES: Final = (WORDS, TEXT, DAY, NAME, "life_domain", "measure_kind", "better", "kind", "principles",
                 "crisis_section", "transition_section", "place_in_order")  # fmt: skip
"""How the values of a line are read: the family's words, plain text, an ISO day, a name, codes."""

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "family_vision": {"text": WORDS, "team_mission": WORDS, "ground_rules": WORDS},
    "strength": {"text": WORDS, "whose": NAME, "life_domain": "life_domain"},
    "need": {"text": WORDS, "whose": NAME, "life_domain": "life_domain", "status_reason": TEXT},
    "outcome": {
        "text": WORDS, "current": TEXT, "target": TEXT, "baseline": TEXT, "measure_kind": "measure_kind",
        "instrument": TEXT, "better": "better", "due_on": DAY,
    },
    "strategy": {
        "text": WORDS, "kind": "kind", "kind_words": TEXT, "provider": TEXT, "place": TEXT,
        "frequency": TEXT, "starts_on": DAY, "ends_on": DAY, "strengths": TEXT,
        "principles": "principles", "status_reason": TEXT,
    },
    "action_step": {
        "what": WORDS, "owner": NAME, "due_on": DAY, "done_on": DAY, "what_happened": WORDS,
    },
    "crisis_item": {"text": WORDS, "who": NAME, "phone": TEXT, "section": "crisis_section"},
    "crisis_plan": {"reviewed_on": DAY},
    "transition_plan": {"planned_on": DAY, "celebration": WORDS, "way_back": WORDS},
    "transition_item": {
        "text": WORDS, "who": NAME, "section": "transition_section", "done_on": DAY,
    },
}  # fmt: skip
"""Fields that are compared one by one, in the order in which their lines are read."""

SILENT: Final[Mapping[str, tuple[str, ...]]] = {
    "family_vision": ("language", "label"),
    "strength": ("language", "label", "order"),
    "need": ("language", "label"),
    "outcome": ("language", "label", "order"),
    "strategy": ("language", "label", "order"),
    "action_step": ("language", "label", "order", "owner_id"),
    "rating": ("language", "label", "meeting_id", "by_kind", "by_id", "by_name", "rated_at_ms"),
    "crisis_plan": ("reviewed_at_meeting",),
    "crisis_item": ("language", "label", "order", "who_id"),
    "transition_plan": ("language", "label"),
    "transition_item": ("language", "label", "order", "who_id"),
    "translation": (
        "item_id", "item_type", "field", "language", "text", "of_text", "translated_by", "checked_by",
        "checked_on",
    ),
}  # fmt: skip
"""Fields that leave no line on purpose: how words are kept and sorted, not what the plan is."""

TOLD_BY_EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "need": ("status", "priority"),
    "outcome": ("status", "need_id"),
    "strategy": ("status", "chosen", "outcome_id"),
    "action_step": ("status", "strategy_id"),
    "rating": ("value", "words", "outcome_id"),
    "transition_item": ("done",),
}
"""Fields whose change is one of EVENTS."""

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "strength": ("added", "removed"),
    "need": ("added", "met", "set_aside", "open_again", "moved", "removed"),
    "outcome": ("added", "reached", "set_aside", "open_again", "moved", "removed"),
    "strategy": (
        "added", "idea", "chosen", "not_chosen", "set_aside", "open_again", "moved", "removed",
    ),
    "action_step": ("added", "done", "dropped", "open_again", "moved", "removed"),
    "rating": ("first", "changed", "same", "removed"),
    "person": ("joined", "leading", "left"),
    "crisis_item": ("added", "removed"),
    "transition_item": ("added", "done", "not_done", "removed"),
}  # fmt: skip
"""What else can be said of an item."""

LINE_CODES: Final = tuple(
    [f"{kind}.{event}" for kind, events in EVENTS.items() for event in events]
    + [
        f"{kind}.{name}.{how}"
        for kind, fields in FIELDS.items()
        for name in fields
        for how in ("set", "changed", "cleared")
    ]
)
"""Every code a line can have; the catalogues of the screens hold a sentence for each."""

_PROGRESS_FIELDS = (
    "outcome.current", "action_step.done_on", "action_step.what_happened", "crisis_plan.reviewed_on",
    "transition_item.done_on",
)  # fmt: skip
PROGRESS: Final = frozenset(
    ["need.met", "outcome.reached", "action_step.done", "transition_item.done", "rating.first",
     "rating.changed", "rating.same"]
    + [f"{name}.{how}" for name in _PROGRESS_FIELDS for how in ("set", "changed", "cleared")]
)  # fmt: skip
"""What happens when a plan is kept to. Everything else is another plan than the one signed."""

_WORKERS_FIELDS = (
    "strength.life_domain", "need.life_domain", "need.status_reason", "outcome.measure_kind",
    "outcome.instrument", "outcome.better", "strategy.kind", "strategy.kind_words", "strategy.provider",
    "strategy.place", "strategy.frequency", "strategy.starts_on", "strategy.ends_on",
    "strategy.strengths", "strategy.principles", "strategy.status_reason", "crisis_item.phone",
)  # fmt: skip
FOR_FAMILY: Final = frozenset(LINE_CODES) - frozenset(
    ["strategy.idea", *(f"{name}.{how}" for name in _WORKERS_FIELDS for how in ("set", "changed", "cleared"))]
)
"""Lines about what a family page shows too; the others are the workers' own bookkeeping."""


@dataclass(frozen=True)
class Reading:
    """Changes in one language, or as they were written where language is "".

    told: (item, field, original) → the checked words in that language.
    """

    changes: Changes
    language: str
    told: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def words(self, phrase: Phrase) -> Words:
        """What to say for a phrase; an honest gap when it is not in this language."""
        if not phrase or not phrase.field or self.language in ("", phrase.language):
            return Words(phrase.text)
        found = self.told.get((phrase.item_id, phrase.field, phrase.text), "")
        return Words(found) if found else Words(gap=True)


def told_in(
    documents: Iterable[Document], language: str, gone: frozenset[str] = frozenset()
) -> dict[tuple[str, str, str], str]:
    """The checked translations of some documents into a language, without what is hidden."""
    found: dict[tuple[str, str, str], str] = {}
    for document in documents:
        for row in document.get("translation", ()):
            checked = str(row.get("checked_by") or "").strip() and str(row.get("text") or "").strip()
            if checked and row.get("language") == language and not gone & {row["id"], row.get("item_id")}:
                found[_key(row)] = str(row["text"])
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(row.get("item_id")), str(row.get("field")), str(row.get("of_text") or "")
