"""Taking people and tablets out of the agency, and what follows from it.

A removal goes step by step, and each step is kept, sealed, before the next: asked, signed, sent. Cut
short, it goes on at the next contact. It names a cut for every writing line, from the server and from
what is held here, whichever is further. Then the keys change: `sweep` does it for the streams whose
keys are here, after each contact. Spec: docs/protocol.md, "Removal".
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace

from app.errors import AppError, InvalidInput, PermissionRefused
from app.protocol.agency_people import AgencyRemoval
from app.protocol.bodies import Cut
from app.protocol.control import parse_control
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import DeviceId, PersonId, StreamId
from app.protocol.membership import AgencyState, Label, build_agency_remove

from .desk import Desk
from .permissions import require
from .removal_left import StillHas, still_has
from .removal_own import OwnRemoval
from .removal_views import REASONS, Order, RemovalView, Sweep
from .staff_wire import PeopleWire
from .stream_watch import Reach, StreamWatch, known_by, role_of
from .syncing import Syncing

log = logging.getLogger(__name__)

KIND = "removal"


class _Stopped(Exception):
    """Somebody asked the sweep to wait."""


class Removal:
    """Taking people and tablets out of the agency."""

    def __init__(self, desk: Desk, syncing: Syncing, wire: PeopleWire | None) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
        self.streams = StreamWatch(desk, wire)
        self._sweep = Sweep()
        self._readers: list[Callable[[], None]] = []
        self._at_hand: set[str] = set()
        """Removals that are being done right now: `resume` leaves them alone."""
        self.own = OwnRemoval(desk, syncing)

    # -- removing --------------------------------------------------------------------------

    async def remove_person(self, person_id: str, reason: str = "left", lost: bool = False) -> RemovalView:
        """Take a person out, with all their tablets. lost: the tablets wipe themselves at once.

        Raises PermissionRefused, InvalidInput (oneself, nobody by this id), SyncError; then nothing has
        happened, and nothing will.
        """
        return await self._remove(Order("person", person_id, lost, reason))

    async def remove_device(self, device_id: str, lost: bool, reason: str = "lost") -> RemovalView:
        """Take one tablet out. One's own may be reported lost by anybody, from another tablet.

        Raises as `remove_person`.
        """
        return await self._remove(Order("device", device_id, lost, reason))

    async def _remove(self, order: Order) -> RemovalView:
        self._check(order)
        if self._wire is None:
            raise InvalidInput("This tablet has no server yet.", code="no_server")
        self._at_hand.add(order.id)
        try:
            await self._keep(order)
            try:
                signed = await self._sign(self._wire, order)
            except AppError:
                await self._forget(order)  # nothing was signed: nothing is half done
                raise
            return await self._finish(signed)
        finally:
            self._at_hand.discard(order.id)

    async def resume(self) -> None:
        """Go on with removals that were cut short; called after each contact."""
        for name in await self._desk.vault.list_local(KIND):
            raw = await self._desk.vault.load_local(KIND, name)
            if raw is None or self._wire is None or name in self._at_hand:
                continue
            order = Order(**json.loads(raw))
            try:
                if order.stage == "asked":
                    self._check(order)
                    order = await self._sign(self._wire, order)
                await self._finish(order)
            except (InvalidInput, PermissionRefused) as error:
                log.info("removal dropped: %s", error.code)  # done by somebody else, or no longer ours
                await self._forget(order)
            except AppError as error:
                log.info("removal waits: %s", error.code)

    def _check(self, order: Order) -> None:
        # Whoever removes is an administrator who stays, with the tablet in their hands; or takes out
        # a second tablet of their own. So the agency cannot lose its last administrator here.
        agency, me = self._desk.vault.agency, self._desk.me
        if order.reason not in REASONS:
            raise InvalidInput("Choose a reason.", field="reason", code="no_removal_reason")
        if order.kind == "person":
            require(me, "person.remove")
            person = PersonId(bytes.fromhex(order.id))
            if order.id == me.person:
                raise InvalidInput("Somebody else has to take you out.", code="not_oneself")
            if not agency.is_person_at(person, agency.index):
                raise InvalidInput("This person does not work here any more.", code="no_such_person")
            return
        device = agency.devices.get(DeviceId(bytes.fromhex(order.id)))
        if device is None or device.removed is not None:
            raise InvalidInput("This tablet is out of the agency already.", code="no_such_tablet")
        if order.id == me.device:
            raise InvalidInput("Take this tablet out from another one.", code="not_this_tablet")
        if not (device.person.hex() == me.person and order.lost):
            require(me, "device.remove")

    async def _sign(self, wire: PeopleWire, order: Order) -> Order:
        await self._syncing.contact()  # on top of what the others have done
        self._check(order)
        person, device = _whom(self._desk.vault.agency, order)
        cuts = await self._cuts(wire, person, device)
        await self._desk.vault.write_agency(
            lambda state, author, hlc, _random: build_agency_remove(
                state, author, hlc,
                person=None if device else person, device=device, lost=order.lost, cuts=cuts,
                reason=order.reason,
            )
        )  # fmt: skip
        signed = replace(order, stage="signed")
        await self._keep(signed)
        return signed

    async def _finish(self, order: Order) -> RemovalView:
        try:
            await self._syncing.contact()
            await self._forget(order)
            await self.sweep()
        except AppError as error:
            log.info("removal goes out later: %s", error.code)
        return next(
            one
            for one in await self.removals()
            if order.id == (one.device_id if order.kind == "device" else one.person_id)
        )

    async def _cuts(self, wire: PeopleWire, person: PersonId, device: DeviceId | None) -> tuple[Cut, ...]:
        """Where each writing line ends: as the server says, or as it is held here if that is further.

        A server that says less cannot make vanish what this tablet has seen.
        """
        ends: dict[tuple[StreamId, bytes], Cut] = {}
        for line in await wire.person_chains(person):
            if device is None or line.device == device:
                ends[line.stream, line.chain] = Cut(line.stream, line.chain, line.last, line.hash)
        for cut in await self._desk.vault.chain_ends(person, device):
            known = ends.get((cut.stream, cut.chain))
            if known is None or known.dseq < cut.dseq:
                ends[cut.stream, cut.chain] = cut
        return tuple(cut for cut in ends.values() if cut.dseq)

    # -- what has been done ----------------------------------------------------------------

    async def removals(self) -> tuple[RemovalView, ...]:
        """Every removal of the agency, the last one first."""
        vault = self._desk.vault
        agency, ops = vault.agency, await vault.agency_ops()
        settled = agency.indices[vault.settled_head]
        return tuple(
            self._view(agency, removal, ops[removal.index], removal.index <= settled)
            for removal in reversed(agency.removals)
        )

    async def removal_of(self, person_id: str, device_id: str = "") -> RemovalView | None:
        """The removal of a person, or of one tablet of theirs; None when there is none."""
        for one in await self.removals():
            if one.person_id == person_id and one.device_id == device_id:
                return one
        return None

    def _view(self, agency: AgencyState, removal: AgencyRemoval, raw: bytes, sent: bool) -> RemovalView:
        op = parse_control(raw)
        devices = tuple(sorted(device.hex() for device in removal.devices))
        person = removal.person or agency.person_of(removal.device or DeviceId(bytes(16)))
        author = agency.devices.get(op.author)
        return RemovalView(
            person.hex(), removal.device.hex() if removal.device else "", devices, removal.lost,
            removal.reason, milliseconds_of(op.hlc), author.person.hex() if author else "", sent,
        )  # fmt: skip

    async def reach(self, removal: RemovalView) -> Reach:
        """In how many families the keys have changed since. Raises SyncError, ProtocolError."""
        devices = [DeviceId(bytes.fromhex(one)) for one in removal.devices]
        return await self.streams.reach(PersonId(bytes.fromhex(removal.person_id)), known_by(devices))

    async def role_reach(self, person_id: str) -> Reach:
        """In how many families somebody's narrower role binds. Raises SyncError, ProtocolError."""
        person = PersonId(bytes.fromhex(person_id))
        return await self.streams.reach(person, role_of(person))

    async def still_has(self, removal: RemovalView) -> StillHas:
        """What the removed person or tablet could still have. Raises StoreError."""
        contact: int | None = None
        if self._wire is not None:
            try:
                met = await self._wire.device_contacts()
                contact = max((one.at_ms for one in met if one.device.hex() in removal.devices), default=None)
            except AppError as error:
                log.info("contacts not asked: %s", error.code)
        return await still_has(self._desk, self.streams, removal, contact)

    # -- new keys --------------------------------------------------------------------------

    @property
    def sweeping(self) -> Sweep:
        """How far this tablet has come with new keys."""
        return self._sweep

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Be told when `sweeping` changes. Returns the way to stop."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader) if reader in self._readers else None

    async def after_contact(self) -> None:
        """What a contact may have made due: removals cut short, keys to give, keys to change."""
        await self.resume()
        if not self._sweep.stopped:
            try:
                await self.sweep()
            except AppError as error:
                log.info("keys not given: %s", error.code)

    def stop_sweep(self) -> None:
        """Wait with new keys, until `sweep` is asked for or the tablet is opened again."""
        self._tell(replace(self._sweep, stopped=True))

    async def sweep(self) -> None:
        """Give keys, and change those that somebody removed knows; what is due comes first.

        Each stream is one transaction: stopped or killed between two, nothing is lost and the next
        call goes on. Raises StoreError.
        """
        if self._sweep.running:
            return
        vault = self._desk.vault
        due = await vault.streams_due()
        family = {one: state.group for one in due if (state := vault.stream_state(one)) is not None
                  and state.label is not Label.DATA}  # fmt: skip
        total = len(set(family.values()))

        def step(done: int, _streams: int) -> None:
            if self._sweep.stopped:
                raise _Stopped
            left = {family[one] for one in due[done:] if one in family}
            self._tell(Sweep(total - len(left), total, running=True))

        self._tell(Sweep(0, total, running=True))
        try:
            await vault.give_keys(step)
        except _Stopped:
            pass
        finally:
            done = replace(self._sweep, running=False)
            self._tell(done if done.stopped else Sweep(done.done, done.total))

    def _tell(self, sweep: Sweep) -> None:
        if sweep == self._sweep:
            return
        self._sweep = sweep
        for reader in tuple(self._readers):
            reader()

    # -- keeping ---------------------------------------------------------------------------

    async def _keep(self, order: Order) -> None:
        await self._desk.vault.save_local(KIND, order.id, json.dumps(asdict(order)).encode())

    async def _forget(self, order: Order) -> None:
        await self._desk.vault.save_local(KIND, order.id, None)


def _whom(agency: AgencyState, order: Order) -> tuple[PersonId, DeviceId | None]:
    if order.kind == "person":
        return PersonId(bytes.fromhex(order.id)), None
    device = DeviceId(bytes.fromhex(order.id))
    return agency.person_of(device), device
