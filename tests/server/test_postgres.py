"""The server on a real PostgreSQL, as `make test` runs it: its ways once through, by the same tests.

Under `make soak` all of tests/server runs on one.  Blobs: `test_postgres_blobs.py`.
"""

from __future__ import annotations

import pytest

from tests.server.test_concurrency import test_tablets_that_push_at_once_get_one_dense_sequence
from tests.server.test_control import (
    test_heads_name_what_changed_what_was_granted_and_what_was_closed,
    test_second_writer_is_told_the_head_and_the_same_bytes_are_welcome_again,
)
from tests.server.test_invitations import (
    test_invitation_takes_the_first_device_only_and_its_repeat,
    test_new_device_joins_is_certified_and_logs_in,
)
from tests.server.test_limits import (
    test_counts_are_not_lost_with_the_process_and_addresses_are_not_listed,
    test_what_ran_out_is_forgotten_at_the_next_login_and_at_every_start,
)
from tests.server.test_login import test_challenge_is_spent_by_its_first_use_even_a_wrong_one
from tests.server.test_people import test_administrator_sees_every_chain_and_every_stream_of_a_person
from tests.server.test_root import test_the_root_reads_its_chain_and_certifies_a_new_device
from tests.server.test_segments import (
    case,
    test_audit_is_chained_and_breaks_when_touched,
    test_cloned_tablet_is_told_where_the_histories_part,
    test_gap_names_the_operation_that_is_expected,
    test_pages_are_cut_and_own_segments_passed_over,
    test_quarantine_has_a_quota,
    test_refused_push_leaves_nothing_behind,
    test_removed_device_only_pushes_and_only_into_quarantine,
    test_same_bytes_get_the_same_receipt,
)
from tests.server.test_vaults import test_vaults_converge_through_a_server_also_one_that_was_restored

__all__ = [
    "case",
    "test_administrator_sees_every_chain_and_every_stream_of_a_person",
    "test_audit_is_chained_and_breaks_when_touched",
    "test_challenge_is_spent_by_its_first_use_even_a_wrong_one",
    "test_cloned_tablet_is_told_where_the_histories_part",
    "test_gap_names_the_operation_that_is_expected",
    "test_heads_name_what_changed_what_was_granted_and_what_was_closed",
    "test_invitation_takes_the_first_device_only_and_its_repeat",
    "test_counts_are_not_lost_with_the_process_and_addresses_are_not_listed",
    "test_new_device_joins_is_certified_and_logs_in",
    "test_pages_are_cut_and_own_segments_passed_over",
    "test_quarantine_has_a_quota",
    "test_refused_push_leaves_nothing_behind",
    "test_removed_device_only_pushes_and_only_into_quarantine",
    "test_same_bytes_get_the_same_receipt",
    "test_second_writer_is_told_the_head_and_the_same_bytes_are_welcome_again",
    "test_tablets_that_push_at_once_get_one_dense_sequence",
    "test_the_root_reads_its_chain_and_certifies_a_new_device",
    "test_vaults_converge_through_a_server_also_one_that_was_restored",
    "test_what_ran_out_is_forgotten_at_the_next_login_and_at_every_start",
]

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def database_url(own_database: str) -> str:
    """An empty PostgreSQL, whatever the other tests run on."""
    return own_database
