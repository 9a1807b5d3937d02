"""Whether an operation's author was entitled to it: asked of everything that comes in.

Owns the question for one operation: which roles its author had at the authority that its segment
names, and whether one of them writes records of that type in that stream. The answer is a
function of signed bytes, so that every device gives the same. It refuses to look at membership:
that is decided for whole segments (protocol/entitlement.py). Spec: protocol.md, "Entitlement".
"""

from __future__ import annotations

from bisect import bisect_right

from app.errors import PermissionRefused
from app.protocol.agency_people import Person
from app.protocol.ids import DeviceId
from app.protocol.segment import head_named_in
from app.wraparound.roles import ANYWHERE, may_write

from .audit_rows import genuine
from .book import Book
from .lines import Line
from .log import Log
from .reducer import OperationLike

NOT_THEIRS = "not_their_role"
"""Code of an operation that is set aside because of its author's role."""


class Rights:
    """Roles against record types. Lives on the database thread."""

    def __init__(self, log: Log, book: Book) -> None:
        self._log = log
        self._book = book
        self._spans: dict[int, tuple[list[int], list[int]]] = {}
        self._always: dict[tuple[int, str, bool], bool | None] = {}

    def forget(self) -> None:
        """Chains have changed their segments: look again."""
        self._spans.clear()
        self._always.clear()

    def counts(self, line: Line, dseq: int, operation: OperationLike) -> bool:
        """Whether an operation of a kept chain counts, by the roles of its author."""
        agency, state = self._book.agency, self._book.streams.get(line.row.stream)
        device = agency.devices.get(line.device) if agency else None
        person = agency.persons.get(device.person) if agency and device else None
        if state is None or person is None:
            return True  # not known yet whose it is: nothing of it is shown either
        if operation.type in ANYWHERE and not genuine(
            line.row.stream, operation.type, operation.record, operation.fields
        ):
            return False  # nobody changes a line of the audit, or takes one out
        own = operation.record == person.id
        asked = (line.row.idx, operation.type, own)
        if asked not in self._always:
            self._always[asked] = self._verdict(person, operation.type, str(state.label), own)
        verdict = self._always[asked]
        if verdict is None:
            roles = _roles_at(person, self._authority(line, dseq))
            return may_write(operation.type, str(state.label), roles, own=own)
        return verdict

    def _verdict(self, person: Person, type_name: str, label: str, own: bool) -> bool | None:
        """The answer that all roles somebody ever had give; None when it depends on when."""
        standings = {standing.roles for standing in person.standings}
        found = {may_write(type_name, label, map(str, roles), own=own) for roles in standings}
        return found.pop() if len(found) == 1 else None

    def require_own(self, stream: bytes, device: bytes, type_name: str, record: bytes) -> None:
        """Raise PermissionRefused unless this device's person may write such a record now."""
        agency, state = self._book.agency, self._book.streams.get(stream)
        known = agency.devices.get(DeviceId(device)) if agency else None
        if agency is None or state is None or known is None:
            return  # what is missing is said by whoever seals
        roles = map(str, agency.roles_at(known.person, agency.index))
        if not may_write(type_name, str(state.label), roles, own=record == known.person):
            raise PermissionRefused(type_name)

    def _authority(self, line: Line, dseq: int) -> int:
        """Index in the agency chain on which the operation's segment rests."""
        state = self._book.require(line.row.stream)
        firsts, indices = self._spans.get(line.row.idx) or self._read(line)
        at = bisect_right(firsts, dseq) - 1
        if at < 0 or dseq > self._log.cut_up_to(line.row.idx):
            return state.now.authority  # of this device, not cut yet: it will name today's head
        return indices[at]

    def _read(self, line: Line) -> tuple[list[int], list[int]]:
        state = self._book.require(line.row.stream)
        firsts: list[int] = []
        indices: list[int] = []
        for first in self._log.segments_of(line.row.idx):
            kept = self._log.segment_at(line.row.idx, first)
            index = state.indices.get(head_named_in(kept[1])) if kept else None
            firsts.append(first)
            indices.append(state.now.authority if index is None else state.moments[index].authority)
        self._spans[line.row.idx] = (firsts, indices)
        return firsts, indices


def _roles_at(person: Person, index: int) -> tuple[str, ...]:
    held = [standing.roles for standing in person.standings if standing.index <= index]
    return tuple(map(str, held[-1])) if held else ()
