"""What every record has in common, and the registry the reducer reads.

A record is a row of the in-memory database, rebuilt from the log at any time. Columns of
`Record` are kept by the store's reducer and never travel; columns of the subclasses are the
fields that operations carry. Ids are 32 hex characters here and 16 raw bytes in operations.

Instants are `…_at_ms` (UTC milliseconds since 1970); days are ISO text, `2026-11-22`.
A set of codes (`how_they_help`, `with_whom`) is one register holding codes joined by a
comma, so that two people who change the set at once get a conflict and nothing is merged
blindly. Collections are records of their own.

SQLModel does not validate table classes on construction: services validate at the edge.
"""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel


class Record(SQLModel):
    """The columns every record has; all kept by the reducer."""

    TYPE: ClassVar[str] = ""
    """The `type` of operations; also the table's name."""
    SINGLETON: ClassVar[bool] = False
    """One per stream: id = SHA-256(stream ‖ type)[:16]."""
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ()
    """Fields that name the record in search, joined by a space."""
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ()
    """Fields whose words search finds."""

    WRITE_ONCE: ClassVar[tuple[str, ...]] = ()
    """Fields whose first value by the record's author stands for ever (protocol.md, "Merge")."""

    id: str = Field(primary_key=True)
    family_id: str = Field(default="", index=True)
    """The family's group id (hex); empty for records of the agency."""
    stream: str = Field(default="", index=True)
    created_at_ms: int = 0
    updated_at_ms: int = 0
    created_by: str = ""
    """Person id (hex) of the author, from the chain's certificate, never from a field."""
    updated_by: str = ""
    revived: bool = False
    """Somebody removed it while somebody else changed it: it came back."""
    has_conflict: bool = False


class FamilyWords(Record):
    """A record whose words the family reads at the table and on paper."""

    language: str = "en"
    """In which the words were said or written: a code of vocabulary.CONTENT_LANGUAGES. What they are
    in another language is a Translation."""
    label: str = "general"
    """A code of vocabulary.LABELS. Restricted labels stay off every family screen and paper."""


OWN_COLUMNS = frozenset(Record.model_fields)
"""Columns the reducer keeps; an operation may not carry them."""


def fields_of(record_class: type[Record]) -> tuple[str, ...]:
    """Names of the fields that operations of this type carry, in column order."""
    return tuple(name for name in record_class.model_fields if name not in OWN_COLUMNS)
