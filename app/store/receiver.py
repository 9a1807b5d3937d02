"""Segments from elsewhere: verified, kept, or set aside.

Owns the incoming half: what comes twice is skipped, what comes early waits, what cannot be
trusted is set aside and stops nothing. Every byte is verified with app.protocol before it is
appended. It writes to the log and returns what must be applied to memory.
Spec: protocol.md, "Envelope v1" (segment), "Control", "Merge" (quarantine).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from app.errors import BeyondCut, CryptoError, ForkAlarm, NotEntitled, ProtocolError, UnknownHead
from app.protocol.entitlement import check_segment_entitled
from app.protocol.segment import (
    ChainCert,
    Segment,
    check_cert_names,
    parse_chain_cert,
    parse_segment,
    verify_chain_cert,
    verify_segment,
)
from app.sync.ports import IncomingSegment

from .aside import Aside, cut_range
from .book import Book
from .damage import SALVAGED
from .lines import Line, Lines
from .log import Log
from .log_shelves import SetAside
from .notices import FORK, NOT_KEPT, OWN_FORK, REFUSED_EARLY

MOST_UNTRUSTED = 200
"""Segments that nobody known has signed, kept of one stream: in quarantine, and again waiting."""
MOST_UNTRUSTED_BYTES = 4 * 1024 * 1024
"""Bytes of them. What a colleague's device has signed is always kept, however late it comes."""


@dataclass(slots=True)
class Arrived:
    """What one transaction brought: counts of operations, and the rows to apply."""

    kept: int = 0
    quarantined: int = 0
    rows: list[tuple[Line, int, bytes]] = field(default_factory=list)
    """(chain, dseq, envelope) in order of arrival."""


class Receiver:
    """The incoming half of a vault. Lives on the database thread."""

    def __init__(self, log: Log, book: Book, lines: Lines, aside: Aside) -> None:
        self._log = log
        self._book = book
        self._lines = lines
        self._aside = aside

    def receive(self, stream: bytes, segments: Sequence[IncomingSegment], cursor: int | None) -> Arrived:
        """Verify and keep segments; the cursor moves in the same transaction (None: it stays).

        Raises DiskFull or StoreFailed; then nothing was kept.
        """
        arrived = Arrived()
        try:
            with self._log.writing():
                for incoming in segments:
                    self._one(stream, incoming, arrived)
                self._early(stream, arrived)
                if cursor is not None:
                    self._log.control.set_cursor(stream, cursor)
        except BaseException:
            # The lines and ranges at hand may be ahead of the log now.
            self._lines.reload()
            self._aside.reload()
            raise
        return arrived

    def retry_early(self, stream: bytes) -> Arrived:
        """Look again at segments that waited for control operations."""
        if self._log.notices.has(stream, REFUSED_EARLY):
            # One of those that were not kept may be known now: all of the stream is asked for again.
            with self._log.writing():
                self._log.notices.clear(stream, REFUSED_EARLY)
                self._log.control.set_cursor(stream, 0)
        return self.receive(stream, (), None) if self._log.aside.early(stream) else Arrived()

    def _early(self, stream: bytes, arrived: Arrived) -> None:
        """Take what waited as long as something fits."""
        progress = True
        while progress:
            progress = False
            for item in self._log.aside.early(stream):
                waited = IncomingSegment(item.server_seq, item.raw, item.cert)
                if self._one(stream, waited, arrived, again=True):
                    self._log.aside.drop_early(item.id)
                    progress = True

    def missing(self, stream: bytes) -> int:
        """Operations of a stream that are known to exist and do not count here.

        Somebody signed to have seen them, or they are part of a chain of which a later, signed
        segment waits here for them (or for a control operation).
        """
        ends = {chain: dseq for chain, dseq, _ in self._log.aside.seen(stream)}
        for item in self._log.aside.early(stream):
            segment, cert = parse_segment(item.raw), parse_chain_cert(item.cert)
            if self._is_signed(segment, cert):
                ends[segment.chain] = max(ends.get(segment.chain, 0), segment.last)
        lines = ((self._lines.get(chain), last) for chain, last in ends.items())
        return sum(max(0, last - (line.last if line else 0)) for line, last in lines)

    def _is_signed(self, segment: Segment, cert: ChainCert) -> bool:
        """Whether a segment is by the device that it names; False while that is not known here.

        Raises BadCertificate, BadSignature.
        """
        agency = self._book.agency
        device = agency.devices.get(cert.device) if agency else None
        if device is None:
            return False
        check_cert_names(cert, segment)
        verify_chain_cert(cert, device.sign_public)
        verify_segment(segment, cert.chain_public)
        return True

    def _wait(self, segment: Segment, cert: ChainCert, incoming: IncomingSegment, again: bool) -> bool:
        """Keep a segment until it can be judged, unless it is a forgery already. Returns False."""
        if again:
            return False
        signed, size = self._is_signed(segment, cert), len(segment.raw) + len(cert.raw)
        if signed or self._room(segment.stream, "early", size):
            self._log.aside.keep_early(segment.stream, incoming.server_seq, segment.raw, cert.raw)
        else:
            # By a device not known here: anybody may have made it up. It comes again, see below.
            self._log.notices.note(segment.stream, REFUSED_EARLY, self._aside.now_ms())
        return False

    def _one(
        self, stream: bytes, incoming: IncomingSegment, arrived: Arrived, *, again: bool = False
    ) -> bool:
        """Deal with one segment; False when it has to wait (and is kept for that).

        again: it has waited here before.
        """
        try:
            segment = parse_segment(incoming.raw)
            cert = parse_chain_cert(incoming.cert)
            if segment.stream != stream:
                raise NotEntitled("segment of another stream")
            return self._place(segment, cert, incoming, arrived, again)
        except (ProtocolError, CryptoError) as error:
            item = SetAside(stream, bytes(16), 0, 0, error.code, False, incoming.raw, incoming.cert)
            known = self._log.notices.knows(sha256(incoming.raw).digest())
            if not known and not self._room(stream, "quarantine", len(incoming.raw) + len(incoming.cert)):
                self._log.notices.note(stream, NOT_KEPT, self._aside.now_ms())
            elif self._aside.put(item):
                arrived.quarantined += 1
            return True

    def _room(self, stream: bytes, table: str, more: int) -> bool:
        """Whether so many bytes that nobody known has signed may still be kept of a stream."""
        rows, held = self._log.notices.held_bytes(stream, table)
        return rows < MOST_UNTRUSTED and held + more <= MOST_UNTRUSTED_BYTES

    def _place(
        self,
        segment: Segment,
        cert: ChainCert,
        incoming: IncomingSegment,
        arrived: Arrived,
        again: bool,
    ) -> bool:
        line = self._lines.get(segment.chain)
        if line is not None and cert.chain_public != line.public:
            raise NotEntitled("chain of another key")
        last = line.last if line else 0
        if segment.last <= last:
            self._same(line, segment, cert)
            return True
        if segment.first > last + 1:
            return self._wait(segment, cert, incoming, again)
        state, agency = self._book.streams.get(segment.stream), self._book.agency
        if state is None or agency is None:
            return self._wait(segment, cert, incoming, again)
        aside: SetAside | None = None
        try:
            check_segment_entitled(segment, cert, agency, state)
        except UnknownHead:
            return self._wait(segment, cert, incoming, again)
        except BeyondCut as beyond:
            aside = cut_range(segment.stream, segment.chain, beyond.valid_through)
        except NotEntitled as error:
            if cert.device not in agency.devices:
                raise
            # Signed by whom it says, who was not entitled: it fills its place in the chain.
            aside = SetAside(segment.stream, segment.chain, segment.first, segment.last, error.code, True)
        self._keep(line, segment, cert, incoming.server_seq, aside, arrived)
        return True

    def _same(self, line: Line | None, segment: Segment, cert: ChainCert) -> None:
        """Held already, if it is the same; otherwise the chain has two histories."""
        held = self._log.of_chain(line.row.idx, segment.last, segment.last) if line else []
        if held and held[0] != segment.envelopes[-1]:
            self._two_histories(segment, cert)

    def _two_histories(self, segment: Segment, cert: ChainCert) -> None:
        """Raise what another history of a chain is: an alarm only when its device has signed it."""
        if not self._is_signed(segment, cert):
            raise NotEntitled("another history of this chain")
        self._log.notices.note(segment.stream, FORK, self._aside.now_ms())
        raise ForkAlarm("another history of this chain")

    def _suspect(self, line: Line) -> None:
        """New words of this tablet that it does not know: its files are older, or a copy of others.

        What else was written in that chain may be with anybody, so nothing more is written in it.
        """
        if line.device != self._book.device or (line.own and line.frozen):
            return
        if line.own:
            line.frozen = True
            self._log.freeze(line.row.idx)
        elif self._log.meta(SALVAGED) is not None:
            return  # the keys of its chains may have been lost with a page of the log: no wonder
        self._log.notices.note(line.row.stream, OWN_FORK, self._aside.now_ms())

    def _keep(
        self,
        line: Line | None,
        segment: Segment,
        cert: ChainCert,
        server_seq: int,
        aside: SetAside | None,
        arrived: Arrived,
    ) -> None:
        new = segment.envelopes[(line.last if line else 0) + 1 - segment.first :]
        first = segment.last + 1 - len(new)
        before = line.last_hash if line else bytes(32)
        if segment.headers[first - segment.first].prev != before:
            self._two_histories(segment, cert)
        if line is None:
            line = self._lines.add(self._log.add_chain(segment.stream, segment.chain, cert.raw))
        self._suspect(line)
        self._log.append([(line.row.idx, first + i, raw) for i, raw in enumerate(new)])
        body = 3 + sum(4 + len(envelope) for envelope in segment.envelopes)
        self._log.add_segment(
            line.row.idx, segment.first, len(segment.envelopes), segment.raw[body:], server_seq
        )
        for other in segment.seen:
            self._log.aside.note_seen(segment.stream, other.chain, other.dseq, other.hash)
        line.last, line.last_hash = segment.last, segment.last_hash
        if not server_seq:
            if not line.own:
                self._log.aside.note_carried(segment.stream, segment.chain, first)
        elif line.own:
            # This tablet's own words, coming back from the server after a restore.
            line.acked = max(line.acked, segment.last)
            self._log.set_acked(line.row.idx, line.acked)
        if aside is not None:
            self._aside.put(aside)
            first_aside = max(first, aside.first)
            arrived.quarantined += segment.last + 1 - first_aside
        arrived.kept += len(new)
        arrived.rows += [(line, first + i, raw) for i, raw in enumerate(new)]
