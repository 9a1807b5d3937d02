"""Who may not see what, and the same words in another language (design 02, Audience; Two languages)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class NotFor(Record, table=True):
    """One item that one person must not see. Its id follows from both (protocol.ids.derived_id).

    A record for each pair, so that two tablets that name different people hide from both, and one
    that takes a name off while the other changes the item does not uncover it by accident.
    """

    __tablename__ = "not_for"
    TYPE: ClassVar[str] = "not_for"

    item_id: str = ""
    """Record id of what is hidden: a need, an outcome, a support, a crisis line…"""
    item_type: str = ""
    person_id: str = ""
    """Person, NaturalSupport or TeamMember it is hidden from."""


class Translation(Record, table=True):
    """The words of one field in another language. Its id follows from item, field and language."""

    __tablename__ = "translation"
    TYPE: ClassVar[str] = "translation"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text",)

    item_id: str = ""
    item_type: str = ""
    field: str = ""
    language: str = "es"
    text: str = ""
    of_text: str = ""
    """The original as it was when this was written: another original makes it old."""
    translated_by: str = ""
    """Name of the person who translated. Never a machine."""
    checked_by: str = ""
    """Name of the person who read it against the original; empty until then."""
    checked_on: str = ""
