"""Which operations are set aside for good, and why.

Owns the ranges of quarantine, in the log and at hand for the reducer. Ranges that follow from
removals (cuts) are derived anew from the control chains whenever those change, on every device
alike. Refuses to delete anything. Spec: protocol.md, "Control" (removal).
"""

from __future__ import annotations

from app.errors import BeyondCut, ProtocolError
from app.protocol.entitlement import check_segment_entitled
from app.protocol.segment import parse_chain_cert, parse_segment

from .book import Book
from .lines import Lines
from .log import Log
from .log_shelves import FOREVER, SetAside
from .outbox import Outbox, bump_generation

BEYOND_CUT = BeyondCut.code


class Aside:
    """The quarantine of an open vault. Lives on the database thread."""

    def __init__(self, log: Log) -> None:
        self._log = log
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
    """{chain: last dseq that counts} for every chain of a stream that somebody's removal cuts."""
    state, agency = book.streams.get(stream), book.agency
    if state is None or agency is None:
        return {}
    gone = {device for removal in agency.removals for device in removal.devices}
    left = {removal.person for removal in state.removals}
    found: dict[bytes, int] = {}
    for line in lines.of(stream):
        known = agency.devices.get(line.device)
        if line.device not in gone and (known is None or known.person not in left):
            continue
        first = 1
        cert = parse_chain_cert(line.row.cert)
        while (raw := outbox.stored_segment(line, first)) is not None:
            segment = parse_segment(raw)
            try:
                check_segment_entitled(segment, cert, agency, state)
            except BeyondCut as beyond:
                found[line.row.chain] = min(found.get(line.row.chain, FOREVER), beyond.valid_through)
            except ProtocolError:
                pass  # set aside for another reason when it came
            first = segment.last + 1
    return found
