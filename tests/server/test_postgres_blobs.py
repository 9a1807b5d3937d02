"""Blobs on a real PostgreSQL, by the same tests: see `test_postgres.py`."""

from __future__ import annotations

import pytest

from tests.server.test_blobs import (
    case,
    test_one_blob_has_one_count_one_kind_one_epoch_and_one_place,
    test_same_bytes_again_change_nothing_and_are_written_down_once,
    test_snapshots_are_listed_when_complete_newest_first_and_only_the_newest_are_kept,
    test_used_space_is_refused_and_what_is_there_stays_and_can_be_repeated,
)

__all__ = [
    "case",
    "test_one_blob_has_one_count_one_kind_one_epoch_and_one_place",
    "test_same_bytes_again_change_nothing_and_are_written_down_once",
    "test_snapshots_are_listed_when_complete_newest_first_and_only_the_newest_are_kept",
    "test_used_space_is_refused_and_what_is_there_stays_and_can_be_repeated",
]

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def database_url(own_database: str) -> str:
    """An empty PostgreSQL, whatever the other tests run on."""
    return own_database
