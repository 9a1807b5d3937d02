"""Copying what can be verified from a damaged log into a new one.

Owns reading row by row past bad pages, and the question which rows may go over: control chains as
far as they replay, sealed blobs that open, and each chain's envelopes as far as they follow one
another from its start. It refuses to write to the damaged file. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from app.crypto.local import open_local
from app.crypto.seed import root_fingerprint
from app.errors import AppError, CryptoError, ProtocolError
from app.protocol.control import parse_control
from app.protocol.envelope import envelope_hash, parse_header
from app.protocol.ids import NO_HASH
from app.protocol.membership import AgencyState, StreamState
from app.protocol.segment import parse_chain_cert, verify_chain_cert

from .book import AGENCY, FINGERPRINT
from .log import ChainRow, Log
from .log_shelves import KIT, HeldControl, SetAside

LOOSE = "salvaged"
"""Quarantine code of own envelopes that no longer follow one another; they are written again."""

_CLEAR_META = (FINGERPRINT, AGENCY, "hlc")
_TEXT, _BYTES, _NUMBER = (str,), (bytes,), (int,)
_MAX_HOLES = 5_000
"""Row numbers in a row that give nothing before reading by number gives up."""


class Rows:
    """Reads tables of a damaged file as far as they can be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def table(
        self, name: str, key: str, /, **columns: tuple[type, ...]
    ) -> tuple[list[tuple[Any, ...]], bool]:
        """Rows of a small table in the order of `key` (columns), and whether that is all of it.

        columns: the Python types a value of each may have. Read from the start up to the first
        bad page, then from the end down to the last; what is not of its kind is left out.
        """
        sql = f"SELECT {', '.join(columns)} FROM {name} ORDER BY "
        kinds = tuple(columns.values())
        down = ", ".join(f"{column} DESC" for column in key.split(", "))
        first, whole = self._until_bad(sql + key)
        last = [] if whole else self._until_bad(sql + down)[0]
        known = set(first)
        rows = first + [row for row in reversed(last) if row not in known]
        return [row for row in rows if all(map(isinstance, row, kinds))], whole

    def _until_bad(self, sql: str) -> tuple[list[tuple[Any, ...]], bool]:
        rows: list[tuple[Any, ...]] = []
        try:
            for row in self._db.execute(sql):
                rows.append(row)
        except sqlite3.Error:
            return rows, False
        return rows, True

    def by_number(self, sql: str, last: int) -> Iterator[tuple[Any, ...]]:
        """Rows 1..last one at a time, so that a bad page costs only its own rows."""
        holes = 0
        for number in range(1, last + 1):
            try:
                row = self._db.execute(sql, (number,)).fetchone()
            except sqlite3.Error:
                row = None
            holes = 0 if row is not None else holes + 1
            if row is not None:
                yield row
            if holes > _MAX_HOLES:
                return

    def last(self, table: str, column: str) -> int:
        """The highest row number, as far as can be told."""
        for sql in (f"SELECT MAX({column}) FROM {table}", f"SELECT COUNT(*) FROM {table}"):
            try:
                return int(self._db.execute(sql).fetchone()[0] or 0)
            except sqlite3.Error:
                continue
        return 1_000_000


def copy(old: Rows, new: Log, log_key: bytes) -> None:
    """Everything of `old` that can be verified, into the empty log `new`; inside its `writing`."""
    keyring: bytes | None = None
    for key, value in old.table("meta", "key", key=_TEXT, value=_BYTES)[0]:
        if key in _CLEAR_META:
            new.set_meta(key, value)
        keyring = value if key == "keyring" else keyring
    for (blob,) in old.table("keyring", "id", blob=_BYTES)[0]:
        keyring = blob
    if keyring is not None:
        new.local.set_keyring(keyring)
    for kind, name, sealed in old.table("local", "kind, name", kind=_BYTES, name=_BYTES, sealed=_BYTES)[0]:
        # The kit's copy of the keyring is not sealed with the log key: only the kit can judge it.
        if kind == KIT or _opens(log_key, "draft", kind + name, sealed):
            new.local.put(kind, name, sealed)
    for stream, epoch, kid, sealed in old.table(
        "stream_key", "stream, epoch", stream=_BYTES, epoch=_NUMBER, kid=_BYTES, sealed=_BYTES
    )[0]:
        if 0 < epoch < 2**32 and _opens(log_key, "stream-key", stream + epoch.to_bytes(4, "big"), sealed):
            new.control.add_key(stream, epoch, kid, sealed)
    agency = _copy_control(old, new)
    _copy_chains(old, new, log_key, agency)


def _opens(log_key: bytes, purpose: str, name: bytes, sealed: bytes) -> bool:
    try:
        open_local(log_key, purpose, name, sealed)
    except AppError:
        return False
    return True


def _copy_control(old: Rows, new: Log) -> AgencyState | None:
    """Control chains as far as they replay; the agency's first, whose state is returned."""
    held: dict[bytes, list[HeldControl]] = {}
    for stream, _, raw, accepted in old.table(
        "control_op", "stream, n", stream=_BYTES, n=_NUMBER, raw=_BYTES, accepted=_NUMBER
    )[0]:
        held.setdefault(stream, []).append(HeldControl(raw, bool(accepted)))
    agency_id = new.meta(AGENCY)
    if agency_id is None:
        # Only its name is lost: a tablet knows one agency, and only that chain begins like one.
        agency_id = next((stream for stream, ops in held.items() if _replayed(ops[:1], None)[1]), None)
    agency: AgencyState | None = None
    if agency_id is not None:
        ops = held.pop(agency_id, [])
        agency, good = _replayed(ops, None, new.meta(FINGERPRINT))
        new.set_meta(AGENCY, agency_id)
        if agency is not None:
            new.set_meta(FINGERPRINT, root_fingerprint(agency.root_public))
        new.control.add_stream(agency_id)  # known even when nothing of it is left: to be fetched
        new.control.replace_ops(agency_id, 0, ops[:good])
    for stream, ops in held.items():
        good = _replayed(ops, agency)[1] if agency is not None else 0
        if good:
            new.control.add_stream(stream)
            new.control.replace_ops(stream, 0, ops[:good])
    return agency


def _replayed(
    ops: list[HeldControl], agency: AgencyState | None, root: bytes | None = None
) -> tuple[AgencyState | None, int]:
    """How many operations of a chain replay, and the agency's state when it is that chain."""
    state: AgencyState | StreamState | None = None
    good = 0
    for op in ops:
        try:
            if state is None:
                if agency is None:
                    state = AgencyState.replay([op.raw], root)
                else:
                    state = StreamState.replay([op.raw], agency)
            elif isinstance(state, AgencyState):
                state = state.apply(parse_control(op.raw))
            elif agency is not None:
                state = state.apply(parse_control(op.raw), agency)
        except (ProtocolError, CryptoError):
            break
        good += 1
    return (state if isinstance(state, AgencyState) else None), good


def _copy_chains(old: Rows, new: Log, log_key: bytes, agency: AgencyState | None) -> None:
    """Every chain with the envelopes that follow one another from its start."""
    index: dict[int, int] = {}
    own: dict[int, int] = {}
    gone: set[int] = set()
    bare: dict[int, int] = {}
    for idx, stream, chain, cert, sealed_key, acked, dead in old.table(
        "chain", "idx", idx=_NUMBER, stream=_BYTES, chain=_BYTES, cert=_BYTES,
        sealed_key=(bytes, type(None)), acked=_NUMBER, dead=_NUMBER,
    )[0]:  # fmt: skip
        if sealed_key is not None and not _opens(log_key, "chain-key", chain, sealed_key):
            sealed_key = None
        if dead or not _certified(stream, chain, cert, agency):
            if dead or sealed_key is None:
                gone.add(idx)
            else:
                bare[idx] = acked  # written here, as the seal of its key says
            continue
        row = new.add_chain(stream, chain, cert, sealed_key)
        index[idx] = row.idx
        if sealed_key is not None:
            own[row.idx] = acked
    segments, whole = old.table(
        "segment", "chain, first", chain=_NUMBER, first=_NUMBER, n=_NUMBER, tail=_BYTES, server_seq=_NUMBER
    )
    received: dict[int, int] = {}
    for idx, first, n, _, server_seq in segments:
        if server_seq:
            received[idx] = max(received.get(idx, 0), first + n - 1)
    ends: dict[int, tuple[int, bytes]] = {}
    lines = {row.idx: row for row in new.chains()}
    last = old.last("envelope", "id")
    rows = old.by_number("SELECT id, chain, dseq, raw, link FROM envelope WHERE id = ?", last)
    before = (0, bytes(32))
    for number, idx, dseq, raw, link in rows:
        # A row whose neighbour can be read must be what was written; else its chain decides.
        damaged = before[0] == number - 1 and sha256(before[1] + raw).digest() != link
        before = (number, link)
        place = index.get(idx)
        if place is None and idx not in gone and whole and dseq > bare.get(idx, received.get(idx, 0)):
            # Its chain is lost. It came from nowhere, so it was written here.
            _keep_loose(new, raw)
        if place is None or damaged:
            continue
        if not _follows(lines[place], ends.get(place, (0, NO_HASH)), dseq, raw):
            if place in own and dseq > own[place]:
                # Behind a hole, and perhaps nowhere else: opened and written again (write_again).
                _keep_loose(new, raw, lines[place].cert)
            continue
        new.append([(place, dseq, raw)])
        ends[place] = (dseq, envelope_hash(raw))
    for place, acked in own.items():
        new.set_acked(place, min(acked, ends.get(place, (0, NO_HASH))[0]))
    for idx, first, n, tail, server_seq in segments:
        place = index.get(idx)
        if place is not None and first + n - 1 <= ends.get(place, (0, NO_HASH))[0]:
            new.add_segment(place, first, n, tail, server_seq)


def _certified(stream: bytes, chain: bytes, cert: bytes, agency: AgencyState | None) -> bool:
    """Whether a certificate is its chain's and, as far as that is known here, its device's."""
    try:
        parsed = parse_chain_cert(cert)
        device = agency.devices.get(parsed.device) if agency else None
        if device is not None:
            verify_chain_cert(parsed, device.sign_public)
    except (ProtocolError, CryptoError):
        return False
    return (parsed.stream, parsed.chain) == (stream, chain)


def _keep_loose(new: Log, raw: bytes, cert: bytes | None = None) -> None:
    try:
        header = parse_header(raw)
    except ProtocolError:
        return
    place = (header.stream, header.chain, header.dseq, header.dseq)
    new.aside.quarantine(SetAside(*place, LOOSE, False, raw, cert))


def _follows(line: ChainRow, end: tuple[int, bytes], dseq: int, raw: bytes) -> bool:
    try:
        header = parse_header(raw)
    except ProtocolError:
        return False
    place = (header.stream, header.chain, header.dseq, header.prev)
    return dseq == end[0] + 1 and place == (line.stream, line.chain, dseq, end[1])
