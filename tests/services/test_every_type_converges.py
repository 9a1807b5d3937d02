"""Two tablets, the server away, every type of record a family can have: nothing anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.protocol.ids import StreamId, derived_id, singleton_id
from app.store.merge import DELETED
from app.store.reducer import state_digest
from app.store.vault import Change
from app.wraparound.records import RECORD_TYPES, Record, fields_of
from app.wraparound.roles import AGENCY_TYPES, RESTRICTED_ONLY
from tests.services.rig import Pair, Person, pair

ONE_ROLE = ("cover", "adopted", "family_link", "co_signature")
"""Written by supervisors alone: two people of two roles cannot write the same one."""
NEVER_CHANGED = ("audit_entry", "audit_seal")
"""Whole or nothing: their id follows from what they say (tests/services/test_audit.py)."""
LEFT_OUT = AGENCY_TYPES | RESTRICTED_ONLY | {"family", *ONE_ROLE, *NEVER_CHANGED}
TYPES = tuple(kind for name, kind in RECORD_TYPES.items() if name not in LEFT_OUT)
IDS = [kind.TYPE for kind in TYPES]


def record_id(stream: StreamId, kind: type[Record]) -> str:
    singleton = singleton_id(stream, kind.TYPE).hex()
    return singleton if kind.SINGLETON else derived_id(stream, kind.TYPE, "the one").hex()


def free_fields(kind: type[Record]) -> list[str]:
    """Fields that may be changed again and again."""
    return [name for name in fields_of(kind) if name not in kind.WRITE_ONCE]


def value_of(kind: type[Record], name: str, turn: int) -> Any:
    """Another value of the field's own sort at each turn."""
    annotation = kind.model_fields[name].annotation
    if annotation is str:
        return f"{name} {turn}"
    if annotation is int:
        return turn
    return bool(turn % 2) if annotation is bool else {"turn": turn}


def values(kind: type[Record], names: list[str], turn: int) -> dict[str, Any]:
    return {name: value_of(kind, name, turn) for name in names}


async def write(
    person: Person, here: Pair, kind: type[Record], names: list[str], turn: int, **more: bool
) -> None:
    stream = here.family.stream
    change = Change(stream, kind.TYPE, record_id(stream, kind), values(kind, names, turn), **more)
    await person.vault.commit([change])


async def row(person: Person, here: Pair, kind: type[Record]) -> dict[str, Any] | None:
    key = record_id(here.family.stream, kind)
    found = await person.vault.read(lambda session: session.get(kind, key))
    return {name: getattr(found, name) for name in fields_of(kind)} if found is not None else None


async def agree(here: Pair) -> None:
    """Both tablets hold the same, to the last head."""
    digests = {await digest_of(person, here) for person in (here.supervisor, here.coordinator)}
    assert len(digests) == 1


async def digest_of(person: Person, here: Pair) -> bytes:
    core = person.vault._core
    return await person.vault._run(lambda: state_digest(core.memory, here.family.stream))


def shared(kind: type[Record]) -> str:
    """A field of which two values can be told apart for sure: words, or a number."""
    return next(name for name in free_fields(kind) if kind.model_fields[name].annotation in (str, int))


@pytest.fixture(params=TYPES, ids=IDS)
def kind(request: pytest.FixtureRequest) -> Iterator[type[Record]]:
    yield request.param


async def test_different_fields_join_and_both_values_of_the_same_field_are_kept(
    tmp_path: Path, kind: type[Record]
) -> None:
    async with pair(tmp_path) as here:
        await write(here.coordinator, here, kind, list(fields_of(kind)), 0)
        await here.meet()
        free, disputed = free_fields(kind), shared(kind)
        mine = [name for name in free[::2] if name != disputed]
        theirs = [name for name in free[1::2] if name != disputed]
        await write(here.coordinator, here, kind, [*mine, disputed], 3)
        await write(here.supervisor, here, kind, [*theirs, disputed], 4)
        await here.meet()
        await agree(here)
        for person in (here.supervisor, here.coordinator):
            seen = await row(person, here, kind)
            assert seen is not None
            wanted = values(kind, list(kind.WRITE_ONCE), 0) | values(kind, mine, 3) | values(kind, theirs, 4)
            assert {name: seen[name] for name in wanted} == wanted
            (conflict,) = await person.conflicts.open()
            assert (conflict.type, conflict.field) == (kind.TYPE, disputed)
            assert {version.value for version in conflict.versions} == {
                value_of(kind, disputed, 3),
                value_of(kind, disputed, 4),
            }


async def test_the_same_record_made_on_both_tablets_is_one(tmp_path: Path, kind: type[Record]) -> None:
    async with pair(tmp_path) as here:
        free = free_fields(kind)
        for person in (here.supervisor, here.coordinator):
            await write(person, here, kind, free, 5)
        await here.meet()
        await agree(here)
        for person in (here.supervisor, here.coordinator):
            seen = await row(person, here, kind)
            assert seen is not None
            assert {name: seen[name] for name in free} == values(kind, free, 5)
            rows = await person.vault.read(lambda session: len(session.exec(select(kind)).all()))
            assert rows == 1


async def test_taken_away_here_and_changed_there_comes_back_with_the_change(
    tmp_path: Path, kind: type[Record]
) -> None:
    async with pair(tmp_path) as here:
        await write(here.coordinator, here, kind, list(fields_of(kind)), 0)
        await here.meet()
        await write(here.supervisor, here, kind, [], 0, delete=True)
        await write(here.coordinator, here, kind, [shared(kind)], 7)
        await here.meet()
        await agree(here)
        for person in (here.supervisor, here.coordinator):
            seen = await row(person, here, kind)
            assert seen is not None, "the change brings it back"
            assert seen[shared(kind)] == value_of(kind, shared(kind), 7)


async def test_taken_away_on_one_tablet_is_gone_on_both_and_can_be_put_back(
    tmp_path: Path, kind: type[Record]
) -> None:
    async with pair(tmp_path) as here:
        await write(here.coordinator, here, kind, list(fields_of(kind)), 0)
        await here.meet()
        await write(here.supervisor, here, kind, [], 0, delete=True)
        await here.meet()
        await agree(here)
        assert [await row(person, here, kind) for person in (here.supervisor, here.coordinator)] == [
            None,
            None,
        ]
        await write(here.coordinator, here, kind, [], 0, restore=True)
        await here.meet()
        await agree(here)
        for person in (here.supervisor, here.coordinator):
            assert await row(person, here, kind) == values(kind, list(fields_of(kind)), 0)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind.WRITE_ONCE], ids=lambda kind: kind.TYPE)
async def test_what_is_written_once_stands_whatever_another_tablet_writes(
    tmp_path: Path, kind: type[Record]
) -> None:
    async with pair(tmp_path) as here:
        once = list(kind.WRITE_ONCE)
        await write(here.coordinator, here, kind, list(fields_of(kind)), 0)
        await here.meet()
        await write(here.supervisor, here, kind, once, 9)
        await here.meet()
        await agree(here)
        for person in (here.supervisor, here.coordinator):
            seen = await row(person, here, kind)
            assert seen is not None and {name: seen[name] for name in once} == values(kind, once, 0)


def test_a_removal_is_a_field_of_no_record() -> None:
    assert all(DELETED not in fields_of(kind) for kind in RECORD_TYPES.values())
