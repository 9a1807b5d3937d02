"""What must be true of every connection, of the catalogue of records, and of the port to sync."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from app.store import log_schema
from app.store.catalogue import catalogue, describe
from app.store.connection import open_in_memory, open_on_disk
from app.store.log import Log
from app.store.memory import Memory, fingerprint
from app.store.vault import Vault
from app.sync.ports import StorePort
from app.wraparound.records import RECORD_TYPES, Note, Record


def value(connection: object, pragma: str) -> object:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]  # type: ignore[attr-defined]


def test_no_connection_may_spill_to_a_temporary_file(tmp_path: Path) -> None:
    on_disk, in_memory = open_on_disk(tmp_path / "log.sqlite"), open_in_memory()
    in_memory.execute("CREATE TABLE one (x)")
    again = open_in_memory(in_memory.serialize())
    assert [value(c, "temp_store") for c in (on_disk, in_memory, again)] == [2, 2, 2]
    for connection in (on_disk, in_memory, again):
        connection.close()


def test_the_log_waits_for_the_disk_at_every_commit_and_wipes_what_is_deleted(tmp_path: Path) -> None:
    connection = open_on_disk(tmp_path / "log.sqlite")
    assert value(connection, "synchronous") == 2
    assert value(connection, "journal_mode") == "wal"
    assert value(connection, "secure_delete") == 1
    connection.close()


def test_every_record_type_can_be_written_with_its_defaults() -> None:
    memory = Memory(RECORD_TYPES)
    for name, kind in memory.kinds.items():
        row = [*kind.blank]
        row[0] = "00" * 16
        memory.db.execute(kind.upsert, (1, *row))
        record_class = RECORD_TYPES[name]
        shown = memory.read(lambda s, one=record_class: s.get(one, "00" * 16))  # type: ignore[misc]
        assert shown is not None
        fresh = record_class(id="00" * 16)
        assert {c: getattr(shown, c) for c in kind.position} == {c: getattr(fresh, c) for c in kind.position}
    memory.close()


def test_a_column_the_store_cannot_write_is_refused_when_the_app_starts() -> None:
    class Odd(Record, table=True):
        __tablename__ = "odd_for_test"
        TYPE: ClassVar[str] = "odd_for_test"
        picture: bytes = Field(default=b"", sa_column=Column(LargeBinary))

    with pytest.raises(TypeError):
        describe(Odd)


def test_another_vocabulary_is_another_schema() -> None:
    assert fingerprint(catalogue(RECORD_TYPES)) == fingerprint(catalogue(RECORD_TYPES))
    assert fingerprint(catalogue(RECORD_TYPES)) != fingerprint(catalogue({"note": Note}))


def test_a_failed_migration_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log.open(tmp_path, os.urandom).close()
    steps = (*log_schema.MIGRATIONS, "CREATE TABLE more (x); CREATE TABLE more (x)")
    with monkeypatch.context() as newer:
        newer.setattr(log_schema, "MIGRATIONS", steps)
        with pytest.raises(Exception, match="SQLITE_ERROR"):
            Log.open(tmp_path, os.urandom)
    log = Log.open(tmp_path, os.urandom)
    assert value(log._db, "user_version") == len(log_schema.MIGRATIONS)
    log.close()


def as_port(vault: Vault) -> StorePort:
    """Checked by mypy: the vault is what the engine of synchronisation needs."""
    return vault


def test_the_vault_has_every_method_of_the_port() -> None:
    wanted = {name for name in vars(StorePort) if not name.startswith("_")}
    assert wanted and all(callable(getattr(Vault, name)) for name in wanted)
    assert as_port.__annotations__
