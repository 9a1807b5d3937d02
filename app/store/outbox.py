"""What leaves this tablet: signed segments, cut once, and chains written anew after a fork.

Owns the cutting of segments (signed once, kept, and given again byte for byte), acknowledgements,
and re-authoring: the old operations stay in the log as a dead branch and are written again in a
new chain. It refuses to touch memory: who re-authors rebuilds the stream.
Spec: protocol.md, "Envelope v1" (segment, fork), "Control" (removal and epochs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.crypto.keyring import Keyring
from app.errors import MissingKey, NeedsNewEpoch, NotEntitled, ProtocolError
from app.protocol.entitlement import sealing_epoch
from app.protocol.envelope import Operation, envelope_hash, parse_header
from app.protocol.ids import NO_HASH, ChainId, DeviceId, OpRef
from app.protocol.limits import MAX_SEEN, MAX_SEGMENT_ENVELOPES
from app.protocol.membership import StreamState
from app.protocol.segment import Seen, build_segment, how_many_fit, parse_segment

from .book import Book
from .keys import StreamKeys
from .lines import Line, Lines
from .log import Log
from .log_shelves import SetAside
from .merge import DELETED
from .pens import Pen, PenCase


class Outbox:
    """The outgoing half of a vault. Lives on the database thread."""

    def __init__(
        self, log: Log, book: Book, keys: StreamKeys, lines: Lines, pens: PenCase, keyring: Keyring
    ) -> None:
        self._log = log
        self._book = book
        self._keys = keys
        self._lines = lines
        self._pens = pens
        self._device = DeviceId(keyring.device)

    def acknowledge(self, line: Line, up_to: int, server_seq: int = 0) -> None:
        """The server holds a chain up to dseq `up_to`; never goes backwards.

        server_seq: where it lies there. When that is the next after what was received last, nothing
        of others lies between, and nobody need ask for it.
        """
        up_to = min(up_to, line.last)
        if up_to > line.acked:
            with self._log.writing():
                self._log.set_acked(line.row.idx, up_to)
                self._log.control.follow(line.row.stream, server_seq)
            line.acked = up_to

    def cut(self, line: Line, dseq: int, room: int | None = None) -> bytes | None:
        """The signed segment of a chain of this tablet that starts at `dseq`. room: bytes, see the port.

        Cut and stored when it was not yet, the same bytes for ever after; None when there is
        nothing there, or when what is there must wait: for a new epoch to be written anew under,
        for a grant, or for a control operation that the server may yet refuse or overtake.
        """
        stored = self.stored_segment(line, dseq)
        if stored is not None or not line.own or dseq > line.last:
            return stored
        if dseq != self._log.cut_up_to(line.row.idx) + 1:
            return None
        state = self._book.streams.get(line.row.stream)
        if state is None or not self._may_cut(state):
            return None
        envelopes = self._log.of_chain(line.row.idx, dseq, min(line.last, dseq + MAX_SEGMENT_ENVELOPES - 1))
        envelopes = envelopes[: how_many_fit(envelopes, room)]
        seen = [
            Seen(ChainId(other.row.chain), other.last, other.last_hash)
            for other in self._lines.of(line.row.stream)
            if other is not line and other.last and not other.own
        ][:MAX_SEEN]
        raw = build_segment(envelopes, self._lines.signing_key(line), state.head, seen)
        body = 3 + sum(4 + len(envelope) for envelope in envelopes)
        with self._log.writing():
            self._log.add_segment(line.row.idx, dseq, len(envelopes), raw[body:])
        return raw

    def _may_cut(self, state: StreamState) -> bool:
        """Whether a segment may name the stream's head: it is never cut again."""
        stream, agency = state.stream, self._book.require_agency()
        # A stream that is only here cannot be overtaken: nobody else knows its genesis.
        if self._book.pending(stream) and self._book.accepted(stream):
            return False
        try:
            sealing_epoch(state, agency, self._device)
        except NeedsNewEpoch:
            return False
        except NotEntitled:
            # A removed device may still push, into quarantine; for who was only taken out of this
            # stream it would be refused for ever, also after a new grant.
            known = agency.devices.get(self._device)
            return known is not None and known.removed is not None
        return True

    def stored_segment(self, line: Line, dseq: int) -> bytes | None:
        """A segment of any chain, byte for byte as it was signed; None when none starts there."""
        found = self._log.segment_at(line.row.idx, dseq)
        if found is None:
            return None
        n, tail = found
        envelopes = self._log.of_chain(line.row.idx, dseq, dseq + n - 1)
        parts = [b"\x01", n.to_bytes(2, "big")]
        for envelope in envelopes:
            parts += (len(envelope).to_bytes(4, "big"), envelope)
        return b"".join((*parts, tail))

    def stored_segments(self, line: Line) -> Iterator[bytes]:
        """Every kept segment of a chain in order, also behind one that is missing."""
        for first in self._log.segments_of(line.row.idx):
            raw = self.stored_segment(line, first)
            if raw is not None:
                yield raw

    def stale_from(self, line: Line) -> int | None:
        """The first dseq of a chain of this tablet from which on it must be written anew.

        Segments under a control head that was overtaken; operations that are not cut yet and
        sealed under an epoch that does not hold now (nobody seals under one older than a removal);
        and a whole chain that somebody's removal has cut: nothing after the cut counts.
        """
        state = self._book.streams.get(line.row.stream)
        if not line.own or line.frozen or state is None:
            return None
        if line.pending and (stranded := self._stranded_from(line, state)) is not None:
            return stranded
        first = self._log.cut_up_to(line.row.idx) + 1
        if self._is_cut(line, state):
            return first
        if line.row.stream in self._keys.withdrawing:
            uncut = self._log.of_chain(line.row.idx, first, line.last)
            return next((first + at for at, one in enumerate(uncut) if not self._keys.fits(one)), None)
        held = self._log.of_chain(line.row.idx, first, first) if line.pending else []
        return first if held and parse_header(held[0]).epoch < state.epoch.number else None

    def _is_cut(self, line: Line, state: StreamState) -> bool:
        """Whether a removal of this tablet's person has cut a chain of it, by name or whole.

        A chain that a removal does not name is cut whole when it was begun before.
        """
        known = self._book.require_agency().devices.get(self._device)
        for left in state.removals:
            if any(cut.chain == line.row.chain for cut in left.cuts):
                return True
            if known is None or left.person != known.person:
                continue
            for raw in self.stored_segments(line):
                index = state.indices.get(parse_segment(raw).control_head)
                if index is not None and index < left.index:
                    return True
        return False

    def _stranded_from(self, line: Line, state: StreamState) -> int | None:
        """The first unsent segment that names a control head which the stream does not have."""
        first = line.acked + 1
        while (raw := self.stored_segment(line, first)) is not None:
            segment = parse_segment(raw)
            if segment.control_head not in state.indices:
                return first
            first = segment.last + 1
        return None

    def reauthor(self, line: Line, first: int) -> None:
        """Abandon a chain of this tablet from dseq `first` on, and write its operations again.

        References among the rewritten operations follow them into the new chain; the chain is
        frozen. Raises MissingKey, UnknownStream, NotEntitled, DiskFull, StoreFailed; then nothing
        has changed.
        """
        envelopes = self._log.of_chain(line.row.idx, first, line.last)
        pens = [self._pens.take(line.row.stream, fresh=True)] if envelopes else []
        lost = self._write_again(pens[0], envelopes, lambda chain, dseq: True) if pens else []
        before = self._log.of_chain(line.row.idx, first - 1, first - 1)
        acked = min(line.acked, first - 1)
        with self._log.writing():
            branch = self._log.add_chain(line.row.stream, line.row.chain, line.row.cert, dead=True)
            self._log.abandon(line.row.idx, branch.idx, first)
            self._log.freeze(line.row.idx)
            self._log.set_acked(line.row.idx, acked)
            added = self._pens.write(pens)
            for envelope, code in lost:
                place = (line.row.stream, line.row.chain, 0, 0, code, False)
                self._log.aside.quarantine(SetAside(*place, envelope, line.row.cert))
            bump_generation(self._log)
        self._lines.dead.add(branch.idx)
        line.frozen, line.acked = True, acked
        if before:
            line.last, line.last_hash = first - 1, envelope_hash(before[0])
        else:
            line.last, line.last_hash = 0, NO_HASH
        self._pens.settle(pens, added)

    def write_loose(self, stream: bytes, envelopes: Sequence[bytes]) -> None:
        """Write again what envelopes of this tablet say that no longer follow one another.

        What does not open with the stream's key is left alone. What an operation replaced may be
        missing now, so only predecessors that are here are named; nothing waits for ever.
        """
        pen = self._pens.take(stream)
        self._write_again(pen, envelopes, self._here)
        with self._log.writing():
            added = self._pens.write([pen])
        self._pens.settle([pen], added)

    def _write_again(
        self, pen: Pen, envelopes: Sequence[bytes], here: Callable[[bytes, int], bool]
    ) -> list[tuple[bytes, str]]:
        """Seal the operations of `envelopes` with `pen`; references among them follow.

        here: whether another reference may be named. An envelope that was damaged on this disk
        cannot be written again: returned as (envelope, code), to be set aside.
        """
        lost: list[tuple[bytes, str]] = []
        places: dict[tuple[bytes, int], tuple[bytes, int]] = {}
        for envelope in envelopes:
            try:
                header, operation = self._keys.open(envelope)
            except ProtocolError as error:
                lost.append((envelope, error.code))
                continue
            if operation is None:
                raise MissingKey("own operation")
            self._pens.seal(pen, _moved(operation, places, here))
            places[header.chain, header.dseq] = (pen.chain, pen.last)
        return lost

    def _here(self, chain: bytes, dseq: int) -> bool:
        line = self._lines.get(chain)
        return line is not None and dseq <= line.last


def _moved(
    operation: Operation,
    places: Mapping[tuple[bytes, int], tuple[bytes, int]],
    here: Callable[[bytes, int], bool],
) -> Operation:
    """The same operation, its references following `places`, or kept where `here` allows."""

    def follow(refs: Iterable[Sequence[Any]]) -> list[tuple[bytes, int]]:
        named = [(bytes(ref[0]), int(ref[1])) for ref in refs]
        return sorted(places.get(ref, ref) for ref in named if ref in places or here(*ref))

    pred = {
        name: tuple(OpRef(ChainId(chain), dseq) for chain, dseq in follow(refs))
        for name, refs in operation.pred.items()
    }
    fields = dict(operation.fields)
    if isinstance(fields.get(DELETED), list | tuple):
        fields[DELETED] = [list(ref) for ref in follow(fields[DELETED])]
    return replace(operation, fields=fields, pred=pred)


def bump_generation(log: Log) -> None:
    """Rows that counted do not any more: an image made before is of no use."""
    log.set_meta("generation", (generation(log) + 1).to_bytes(8, "big"))


def generation(log: Log) -> int:
    """How often rows of this log have stopped counting."""
    return int.from_bytes(log.meta("generation") or b"", "big")
