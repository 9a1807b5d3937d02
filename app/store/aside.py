"""Which operations are set aside for good, and why.

Owns the ranges of quarantine, in the log and at hand for the reducer. Ranges that follow from
removals (cuts) are derived anew from the control chains whenever those change, on every device
alike. Refuses to delete anything. Spec: protocol.md, "Control" (removal).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from app.errors import BeyondCut
from app.protocol.entitlement import cut_for
from app.protocol.ids import ChainId
from app.protocol.membership import StreamState
from app.protocol.segment import parse_segment

from .book import Book
from .lines import Line, Lines
from .log import Log
from .log_shelves import FOREVER, SetAside
from .outbox import Outbox, bump_generation

BEYOND_CUT = BeyondCut.code


class Aside:
    """The quarantine of an open vault. Lives on the database thread."""

    def __init__(self, log: Log, now_ms: Callable[[], int]) -> None:
        self._log = log
        self.now_ms = now_ms
        self._ranges: dict[bytes, list[tuple[int, int]]] = {}
        self.reload()

    def reload(self) -> None:
        """Read the ranges from the log again."""
        self._ranges = {}
        for item in self._log.aside.quarantined():
            if item.authentic:
                self._ranges.setdefault(item.chain, []).append((item.first, item.last))

    def holds(self, chain: bytes, dseq: int) -> bool:
        """True when this operation is set aside (and counts as delivered)."""
        ranges = self._ranges.get(chain)
        return ranges is not None and any(first <= dseq <= last for first, last in ranges)

    def put(self, item: SetAside) -> bool:
        """Set something aside; inside `Log.writing`. False when it is aside already."""
        new = self._log.aside.quarantine(item)
        if new and item.raw is not None:
            self._log.notices.note_arrival(sha256(item.raw).digest(), item.stream, self.now_ms())
        if new and item.authentic:
            self._ranges.setdefault(item.chain, []).append((item.first, item.last))
        return new

    def all(self) -> list[SetAside]:
        """Everything set aside, oldest first."""
        return self._log.aside.quarantined()

    def recut(self, stream: bytes, book: Book, lines: Lines, outbox: Outbox) -> bool:
        """Derive the cuts of one stream anew; True when other operations count than before.

        One transaction. The caller then rebuilds the stream.
        """
        wanted = _cuts(stream, book, lines, outbox)
        held = {
            item.chain: item.first - 1
            for item in self.all()
            if item.stream == stream and item.code == BEYOND_CUT and item.raw is None
        }
        if wanted == held:
            return False
        with self._log.writing():
            self._log.aside.drop_ranges(stream, BEYOND_CUT)
            for chain, last in wanted.items():
                self._log.aside.quarantine(cut_range(stream, chain, last))
            bump_generation(self._log)
        self.reload()
        return True


def cut_range(stream: bytes, chain: bytes, valid_through: int) -> SetAside:
    """Everything of a chain beyond a cut."""
    return SetAside(stream, chain, valid_through + 1, FOREVER, BEYOND_CUT, authentic=True)


def _cuts(stream: bytes, book: Book, lines: Lines, outbox: Outbox) -> dict[bytes, int]:
    """{chain: last dseq that counts} for every chain of a stream that somebody's removal cuts.

    From the removals alone, chain by chain: which segments are here makes no difference.
    """
    state, agency = book.streams.get(stream), book.agency
    if state is None or agency is None:
        return {}
    found: dict[bytes, int] = {}
    for line in lines.of(stream):
        if line.own and next(outbox.stored_segments(line), None) is None:
            continue  # nobody else has any of it: it stays readable here
        chain = ChainId(line.row.chain)
        known = agency.devices.get(line.device)
        ends = [
            cut_for(removal.cuts, state.stream, chain).dseq
            for removal in agency.removals
            if line.device in removal.devices
        ]
        for left in state.removals:
            if known is None or known.person != left.person:
                continue
            if line.own and line.pending and known.person not in state.members:
                continue  # what this tablet could not send any more stays readable on it
            # A chain that is not named is cut whole, unless it was begun by who was let in again.
            named = any(cut.chain == chain for cut in left.cuts)
            if named or any(index < left.index for index in _indices(line, state, outbox)):
                ends.append(cut_for(left.cuts, state.stream, chain).dseq)
        if ends:
            found[chain] = min(ends)
    return found


def _indices(line: Line, state: StreamState, outbox: Outbox) -> Iterator[int]:
    """Where in the stream's control chain the kept segments of a chain were cut."""
    for raw in outbox.stored_segments(line):
        index = state.indices.get(parse_segment(raw).control_head)
        if index is not None:
            yield index
