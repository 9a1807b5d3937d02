"""No question about blobs reads a whole table that grows: see `test_plans.py`."""

from __future__ import annotations

from tests.server import test_blobs, test_plans

database_url, server = test_plans.database_url, test_plans.server
case = test_blobs.case
test_putting = test_blobs.test_snapshots_are_listed_when_complete_newest_first_and_only_the_newest_are_kept
test_getting = test_blobs.test_what_was_put_is_given_out_byte_for_byte_and_opens
test_space = test_blobs.test_space_of_a_device_is_counted_over_its_streams
