"""The caps that tablets and server enforce with the same numbers. Spec: docs/protocol.md, "Limits"."""

from __future__ import annotations

BUCKET_BYTES = 128
MAX_ENVELOPE_BYTES = 256 * 1024
MAX_INFLATED_BYTES = 1024 * 1024
MAX_SEGMENT_ENVELOPES = 500
MAX_SEGMENT_BYTES = 8 * 1024 * 1024
MAX_SEEN = 1000
MAX_CONTROL_BYTES = 256 * 1024
MAX_CONTROL_ITEMS = 4096
MAX_VALUE_DEPTH = 16
MAX_ITEMS = 65_536
MAX_CLOCK_LEAD_MS = 5 * 60 * 1000
CHALLENGE_BYTES = 32
MAX_ORIGIN_BYTES = 255
BLOB_CHUNK_BYTES = 256 * 1024
BLOB_BUCKET_BYTES = 4 * 1024
MAX_BLOB_CHUNKS = 2048
# SQLite integers are signed: what is counted or stamped stays under this.
MAX_COUNTER = 2**63 - 1
