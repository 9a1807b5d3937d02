"""From tablet to tablet without a network: a file of sealed work, made here and read in there.

Owns making and reading hand-over files for people. What is in one is what the server would hand on, and
reading one in is a pull (`app.sync.bundle`): nothing in it is trusted that does not prove its author.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from app.errors import AppError, InvalidInput, OtherAgencysBundle
from app.protocol.ids import StreamId
from app.protocol.membership import Label, StreamState
from app.sync.bundle import FILE_END, Bundle, collect, operations_of, read_bundle, write_bundle
from app.wraparound.records import Family

from .audit import Audit
from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class MadeFile:
    """A file to carry. changes: operations in it; families: of how many families."""

    file_name: str
    content: bytes
    changes: int
    families: int


@dataclass(frozen=True)
class TakenFile:
    """What reading a file in has done.

    changes: operations that are new here. families: names of those they are of, in order. set_aside:
    operations that were not accepted. waiting: operations that wait for something that is not here
    yet. not_yours: families in the file that this person does not work with.
    """

    changes: int
    families: tuple[str, ...]
    set_aside: int = 0
    waiting: int = 0
    not_yours: int = 0


class Carrying:
    """Hand-over files of this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def families(self) -> tuple[tuple[str, str], ...]:
        """(id, name) of every family on this tablet, by name."""

        def names(session: Session) -> list[tuple[str, str]]:
            return [(one.family_id, one.list_name or one.name) for one in session.exec(select(Family))]

        found = await self._desk.vault.read(names)
        return tuple(sorted(found, key=lambda item: item[1].casefold()))

    async def make(self, family_id: str = "", *, everything: bool = False) -> MadeFile:
        """A file for a colleague's tablet. It stays sealed: only tablets of the same families open it.

        family_id: one family (hex), or "" for all. everything: also what the server has already.
        Raises PermissionRefused, InvalidInput (nothing to carry), StoreError.
        """
        require(self._desk.me, "bundle.carry")
        vault = self._desk.vault
        wanted = frozenset(vault.streams_of(bytes.fromhex(family_id))) if family_id else None
        bundle = await collect(vault, wanted, everything)
        changes = sum(operations_of(segments) for segments in bundle.segments.values())
        if not changes:
            raise InvalidInput("The server has everything already. There is nothing to carry.",
                               code="nothing_to_carry")  # fmt: skip
        content = write_bundle(bundle)
        name = f"kitchen-table-{self._desk.today().isoformat()}{FILE_END}"
        await Audit(self._desk).note("bundle.made", count=changes)
        return MadeFile(name, content, changes, len(self._groups(bundle.segments)))

    async def take(self, content: bytes) -> TakenFile:
        """Read a file in. Nothing of a file that is damaged or of another agency is used.

        Raises PermissionRefused, BundleInvalid, NewerBundle, OtherAgencysBundle, ForkAlarm, StoreError.
        """
        require(self._desk.me, "bundle.carry")
        bundle = read_bundle(content)
        agency = self._desk.vault.agency.agency
        if next(iter(bundle.control), None) != agency:
            raise OtherAgencysBundle
        vault = self._desk.vault
        await vault.apply_control(agency, bundle.control[agency])
        changes = set_aside = waiting = 0
        refused: set[StreamId] = set()
        touched: set[StreamId] = set()
        for stream in bundle.streams:
            if stream == agency:
                continue
            if not await self._follow(stream, bundle):
                refused.add(stream)
                continue
            before = await vault.withheld(stream)
            received = await vault.receive_carried(stream, bundle.segments.get(stream, ()))
            waiting += max(0, await vault.withheld(stream) - before)
            changes += received.applied
            set_aside += received.quarantined
            if received.applied:
                touched.add(stream)
        if changes:
            await Audit(self._desk).note("bundle.read", count=changes)
        return TakenFile(changes, await self._names(touched), set_aside, waiting, len(refused))

    async def _follow(self, stream: StreamId, bundle: Bundle) -> bool:
        """Take the stream's control operations; False when it is none of this person's."""
        vault = self._desk.vault
        ops = bundle.control.get(stream, [])
        known = vault.stream_state(stream)
        if known is None:
            try:
                known = StreamState.replay(ops, vault.agency)
            except AppError:
                return False
        if bytes.fromhex(self._desk.me.person) not in known.members:
            return False
        if ops:
            await vault.apply_control(stream, ops)
        return True

    def _groups(self, streams: Iterable[StreamId]) -> set[bytes]:
        """The families that streams belong to; the agency's own data is none of them."""
        states = (self._desk.vault.stream_state(stream) for stream in streams)
        return {state.group for state in states if state is not None and state.label is not Label.DATA}

    async def _names(self, streams: set[StreamId]) -> tuple[str, ...]:
        groups = {group.hex() for group in self._groups(streams)}
        return tuple(name for family, name in await self.families() if family in groups)
