"""Puts one family's records into its stream: only there do some of them get their ids.

A singleton and a record whose id follows from what it is about are named by the stream they lie in,
which is drawn when the example is written. Until then `@family_vision` stands for the singleton, a
plan version has no content, and `@digest:<version>` stands for what a signature binds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from app.protocol.ids import StreamId, derived_id, singleton_id
from app.services.version_rows import digest
from app.wraparound.plan_document import PLAN_TYPES
from app.wraparound.records import RECORD_TYPES, fields_of

from .ledger import SINGLETON_MARK
from .model import ExampleRecord

DIGEST_MARK: Final = f"{SINGLETON_MARK}digest:"
_ON_TEAM: Final = ("on_team", "leading")
_TRACKED: Final = frozenset({*PLAN_TYPES, "natural_support", "team_member"})

State = dict[str, dict[str, dict[str, Any]]]
"""Type → record id → the fields as they are so far."""


def placed(records: Iterable[ExampleRecord], stream: StreamId) -> Iterator[ExampleRecord]:
    """The records in the same order with the ids they have in that stream.

    records: all of one family in the order of time, or what a version freezes is not complete.
    """
    placing = Placing(stream)
    for record in records:
        yield placing.place(record)


class Placing:
    """One stream and what has been placed into it."""

    def __init__(self, stream: StreamId) -> None:
        self._stream = stream
        self._state: State = {}
        self._digests: dict[str, str] = {}

    def place(self, record: ExampleRecord) -> ExampleRecord:
        """The next record with its ids. To be called in the order of time."""
        fields = {name: self._value(value) for name, value in record.fields.items()}
        record_id = self._id(record)
        if record.type == "plan_version" and "content" in fields:
            fields["content"] = content = self._content()
            self._digests[record_id] = digest(content)
        if record.type in _TRACKED:
            self._state.setdefault(record.type, {}).setdefault(record_id, {}).update(fields)
        return replace(record, id=record_id, fields=fields, parts=())

    def _id(self, record: ExampleRecord) -> str:
        if RECORD_TYPES[record.type].SINGLETON:
            return singleton_id(self._stream, record.type).hex()
        if record.parts:
            parts = [str(self._value(part)) for part in record.parts]
            return derived_id(self._stream, record.type, *parts).hex()
        return record.id

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._value(one) for name, one in value.items()}
        if not isinstance(value, str) or not value.startswith(SINGLETON_MARK):
            return value
        if value.startswith(DIGEST_MARK):
            return self._digests[value.removeprefix(DIGEST_MARK)]
        return singleton_id(self._stream, value.removeprefix(SINGLETON_MARK)).hex()

    def _content(self) -> dict[str, Any]:
        """What a version freezes now: as plan_document.document_of and version_content.team_of give it."""
        content: dict[str, Any] = {
            kind: [_BLANK[kind] | {"id": key} | rows[key] for key in sorted(rows)]
            for kind in PLAN_TYPES
            for rows in (self._state.get(kind, {}),)
        }
        supports = self._state.get("natural_support", {})
        members = self._state.get("team_member", {})
        content["natural_support"] = [
            {
                "id": key,
                "name": one["name"],
                "role": one["relation"],
                "kind": "natural",
                "status": one["status"],
            }
            for key, one in sorted(supports.items())
            if one["status"] in _ON_TEAM and not one["do_not_contact"]
        ]
        content["team_member"] = [
            {
                "id": key,
                "name": one["name"],
                "role": one["role"],
                "kind": one["kind"],
                "status": one["status"],
            }
            for key, one in sorted(members.items())
            if one["status"] == "on_team"
        ]
        return content


_BLANK: Final[dict[str, dict[str, Any]]] = {
    kind: {"id": ""}
    | {name: RECORD_TYPES[kind].model_fields[name].default for name in fields_of(RECORD_TYPES[kind])}
    for kind in PLAN_TYPES
}
"""A row of each type as it is when nothing was said of it."""
