"""The server's tables.  Everything kept here is an opaque id, a number, a time or sealed bytes.

What belongs to a stream has the stream first in its key, so that a database that spreads its rows
over machines keeps a stream together: docs/adr/0015-a-stream-stays-together.md.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

SCHEMA_VERSION = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

stream = Table(
    "stream",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("control_head", LargeBinary(32), nullable=False),
    Column("control_count", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("audit_count", BigInteger, nullable=False),
    Column("audit_head", LargeBinary(32), nullable=False),
    Index("stream_agency", "agency"),
)

control_op = Table(
    "control_op",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

member = Table(
    "member",
    metadata,
    # The person first: "which streams are mine" is asked at every contact.
    Column("person", LargeBinary(16), primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
    Index("member_stream", "stream"),
)

device = Table(
    "device",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("person", LargeBinary(16), nullable=False),
    Column("sign_public", LargeBinary(32), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("quarantine_bytes", BigInteger, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    # When a device last signed in. A table of its own, so that older databases simply get it.
    Column("device", LargeBinary(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)

chain = Table(
    "chain",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("chain", LargeBinary(16), primary_key=True),
    Column("device", LargeBinary(16), nullable=False),
    Column("cert", LargeBinary, nullable=False),
    Column("last_dseq", BigInteger, nullable=False),
    Column("last_hash", LargeBinary(32), nullable=False),
    Index("chain_device", "device"),
)

segment = Table(
    "segment",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("chain", LargeBinary(16), nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Index("segment_place", "stream", "chain", "first", unique=True),
)

blob = Table(
    "blob",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("blob", LargeBinary(16), primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False),
    # Of a snapshot: up to which sequence number its maker says it goes.
    Column("at", BigInteger, nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("held", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("blob_device", "device", "size"),
)

blob_chunk = Table(
    "blob_chunk",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("blob", LargeBinary(16), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

secret = Table(
    "secret",
    metadata,
    # Challenges and tokens, by SHA-256 of what the device holds.
    Column("hash", LargeBinary(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Index("secret_expiry", "expires_ms"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("inviter", LargeBinary(16), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("joiner", LargeBinary(16)),
    Column("payload", LargeBinary),
)

rate = Table(
    "rate",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("minute", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("action", String(20), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
