"""Puts one family's records into its stream: only there do some of them get their ids.

A singleton and a record whose id follows from what it is about are named by the stream they lie in,
which is drawn when the example is written. Until then `@family_vision` stands for the singleton.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.protocol.ids import StreamId, derived_id, singleton_id
from app.wraparound.records import RECORD_TYPES

from .model import ExampleRecord

SINGLETON_MARK = "@"


def placed(records: Iterable[ExampleRecord], stream: StreamId) -> Iterator[ExampleRecord]:
    """The records in the same order with the ids they have in that stream."""
    for record in records:
        fields = {name: _value(value, stream) for name, value in record.fields.items()}
        yield replace(record, id=_id(record, stream), fields=fields, parts=())


def _id(record: ExampleRecord, stream: StreamId) -> str:
    if RECORD_TYPES[record.type].SINGLETON:
        return singleton_id(stream, record.type).hex()
    if record.parts:
        parts = [str(_value(part, stream)) for part in record.parts]
        return derived_id(stream, record.type, *parts).hex()
    return record.id


def _value(value: Any, stream: StreamId) -> Any:
    if isinstance(value, str) and value.startswith(SINGLETON_MARK):
        return singleton_id(stream, value.removeprefix(SINGLETON_MARK)).hex()
    return value
