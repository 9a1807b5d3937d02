"""A family's plan as plain values, and how the audience rule sees it. Pure.

A document is what a plan version freezes and what a family page is made from: record type → rows,
each `{"id": …, field: value, …}` (docs/plan-versions.md). Live records and frozen versions are read
by the same code, so that an old version hides what is hidden today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .audience import Audience, Item, Rules, hidden
from .records import RECORD_TYPES, Record, fields_of

Row = Mapping[str, Any]
Document = Mapping[str, Sequence[Row]]

PLAN_TYPES: Final = (
    "family_vision", "strength", "need", "outcome", "strategy", "action_step", "rating",
    "crisis_plan", "crisis_item", "transition_plan", "transition_item", "translation",
)  # fmt: skip
"""What belongs to the plan, in the order in which it is read."""

_PART_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "outcome": ("need_id",), "strategy": ("outcome_id",), "action_step": ("strategy_id",),
    "rating": ("outcome_id", "meeting_id"), "translation": ("item_id",),
}  # fmt: skip
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "strength": ("whose",), "need": ("whose",), "action_step": ("owner_id",), "rating": ("by_id",),
    "crisis_item": ("who_id",), "transition_item": ("who_id",),
}  # fmt: skip
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "family_vision": ("text", "team_mission", "ground_rules"),
    "strength": ("text",),
    "need": ("text", "status_reason"),
    "outcome": ("text", "baseline", "target", "current"),
    "strategy": ("text", "kind_words", "provider", "place", "frequency"),
    "action_step": ("what", "owner", "what_happened"),
    "rating": ("by_name", "words"),
    "crisis_item": ("text", "who"),
    "transition_plan": ("celebration", "way_back"),
    "transition_item": ("text", "who"),
    "translation": ("text", "of_text"),
}  # fmt: skip


def row_of(record: Record) -> dict[str, Any]:
    """One record as a row: its id and the fields that operations carry."""
    row: dict[str, Any] = {"id": record.id}
    row.update((name, getattr(record, name)) for name in fields_of(type(record)))
    return row


def document_of(records: Iterable[Record]) -> dict[str, list[dict[str, Any]]]:
    """The document of records; rows in order of id, so that equal plans give equal documents."""
    document: dict[str, list[dict[str, Any]]] = {name: [] for name in PLAN_TYPES}
    for record in sorted(records, key=lambda one: one.id):
        document[record.TYPE].append(row_of(record))
    return document


def read_document(frozen: Mapping[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    """A frozen document as this app reads one, whatever a colleague's app has put there.

    Lists of rows that have an id; of each row's fields those of the right kind, and a blank in place
    of any other. What is signed stays as it was: see version_rows.digest.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in (frozen or {}).items():
        if name in _BLANKS and isinstance(rows, list):
            blank = _BLANKS[name]
            found[name] = [
                {**row, **{key: _fitting(row.get(key), value) for key, value in blank.items()}}
                for row in rows
                if isinstance(row, dict) and isinstance(row.get("id"), str)
            ]
    return found


def _fitting(value: Any, blank: Any) -> Any:
    if type(value) is not (dict if blank is None else type(blank)):
        return blank
    # A moment that no calendar has a day for is none.
    return value if type(value) is not int or abs(value) < _FAR_MS else blank


def _blanks() -> dict[str, dict[str, Any]]:
    known = {
        name: {
            field: RECORD_TYPES[name].model_fields[field].get_default(call_default_factory=True)
            for field in fields_of(RECORD_TYPES[name])
        }
        for name in PLAN_TYPES
    }
    person = dict.fromkeys(("name", "role", "kind", "status"), "")
    return {**known, "natural_support": person, "team_member": person}


_FAR_MS: Final = 253_370_764_800_000
_BLANKS: Final = _blanks()


def open_part(document: Document) -> dict[str, list[Row]]:
    """A document without what carries a restricted label and what hangs on it.

    A version is frozen in the team's stream, which people read who may not read those.
    """
    gone = hidden(items_of(document), Rules(), Audience(frozenset({"anybody"})))
    return {name: [row for row in rows if str(row["id"]) not in gone] for name, rows in document.items()}


def items_of(document: Document) -> tuple[Item, ...]:
    """Every row of a document as the audience rule sees it.

    A row and its translations share one fate: what names somebody in Spanish is hidden in English. A
    meeting that is kept from somebody takes along the numbers given there, with their day.
    """
    told: dict[str, list[str]] = defaultdict(list)
    for row in document.get("translation", ()):
        told[str(row.get("item_id"))].append(str(row["id"]))
    met = {str(row["meeting_id"]) for row in document.get("rating", ()) if row.get("meeting_id")}
    rows_seen = tuple(
        Item(
            id=str(row["id"]),
            label=str(row.get("label") or "general"),
            hangs_on=(*_ids(row, _PART_OF.get(name, ())), *told[str(row["id"])]),
            people=_ids(row, _NAMES.get(name, ())),
            texts=tuple(str(row.get(field) or "") for field in _TEXTS.get(name, ())),
        )
        for name, rows in document.items()
        for row in rows
    )
    return (*rows_seen, *map(Item, sorted(met)))


def _ids(row: Row, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[field]) for field in fields if row.get(field))
