"""A fresh tablet and the agency's printed words: the way in when no administrator's tablet is left.

Owns the order: the seed is checked against the agency as its server holds it; the new keys are
certified by the root and kept; then come the keys of the families. Trusts the server with nothing
but the order of the chain. Spec: docs/crypto.md, "Agency seed"; protocol.md, "The root asks".
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.crypto.keyring import Keyring, make_recovery_kit
from app.crypto.seed import root_fingerprint
from app.errors import AppError, InvalidInput, SignInNeeded
from app.protocol.control import Author
from app.protocol.ids import DeviceId, PersonId
from app.protocol.membership import AgencyState, Role, build_device, build_person
from app.store.vault import Change, Vault
from app.wraparound.records import StaffMember

from . import edge
from .arrival import first_round, spoken_fingerprint
from .keyholder import SERVER_KIND, SERVER_NAME, HomeKeyholder
from .passphrases import check_passphrase
from .recovery import kit_made
from .recovery_papers import SecretPage, kit_page
from .recovery_seed import SeedHolder, TypedPaper, seed_of
from .recovery_work import Build, Given, SeedWork, Told, administrators
from .tablet import Tablet
from .whole_wire import Wire

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundAgency:
    """The agency whose seed was typed, as its server holds it. administrators: how many people are."""

    fingerprint: str
    people: int
    tablets: int
    administrators: int


@dataclass(frozen=True)
class SeedStart:
    """What the way in asks for. again: this tablet is the only administrator's; else somebody new."""

    passphrase: str = field(repr=False)
    again: bool = True
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class _Certified:
    vault: Vault
    keyring: Keyring
    start: SeedStart
    kit: bytes = field(repr=False)


class FirstRunWithSeed:
    """First run of one home with the agency's seed."""

    def __init__(self, tablet: Tablet, keyholder: HomeKeyholder) -> None:
        self._tablet = tablet
        self._keyholder = keyholder
        self._around = keyholder.around
        self._url = ""
        self._certified: _Certified | None = None
        self.seed = SeedHolder()

    async def look(self, papers: Sequence[TypedPaper], server_url: str) -> FoundAgency:
        """Check the seed against the agency of a server, and hold it.

        Raises what `seed_of` raises, InvalidInput (no address; no agency of these words), SyncError.
        """
        seed = seed_of(papers)
        url = edge.text(server_url, "server", required="What is the server's address?").strip()
        wire = self._around.wire(url)
        try:
            work = SeedWork(seed, wire, self._around.time.now_ms, self._around.random)
            state = AgencyState.replay(await work.agency_ops())
        except SignInNeeded:
            raise InvalidInput(
                "This server knows no agency with these words. Look at the address and at the sheets.",
                field="server",
                code="no_agency_of_seed",
            ) from None
        finally:
            await wire.aclose()
        self.seed.take(seed)
        self._url = url
        living = [person for person in state.persons if state.is_person_at(person, state.index)]
        return FoundAgency(
            spoken_fingerprint(root_fingerprint(state.root_public)),
            len(living),
            len(state.live_devices(living)),
            len(administrators(state)),
        )

    async def certify(self, start: SeedStart) -> SecretPage:
        """Make this tablet's keys, have the root certify them, keep them. Returns the new kit.

        A network that fails leaves nothing behind on this tablet; what the root has signed by then is
        one tablet more on the agency's list, which opens nothing.
        Raises InvalidInput, SyncError, StoreError.
        """
        name = edge.text(start.name, "your_name").strip()
        if not start.again and not name:
            raise InvalidInput("What is your name?", field="your_name", code="blank")
        edge.text(start.title, "your_title")
        await asyncio.to_thread(check_passphrase, edge.text(start.passphrase, "passphrase"), (name,))
        await self.leave()
        seed = self.seed.borrow()
        wire = self._around.wire(self._url)
        random = self._around.random
        kit = make_recovery_kit(random)
        try:
            work = SeedWork(seed, wire, self._around.time.now_ms, random)
            state = AgencyState.replay(await work.agency_ops())
            keyring = Keyring.generate(_whose(state, start, random(16)), random(16), random)

            async def fill(vault: Vault) -> None:
                raw = json.dumps({"url": self._url}).encode()
                await vault.save_local(SERVER_KIND, SERVER_NAME, raw)
                await kit_made(vault, self._around.time.now_ms())
                ops = await work.sign(*_certificates(keyring, start))
                await vault.adopt_agency(ops, root_fingerprint(state.root_public))

            vault = await self._keyholder.make_home(keyring, start.passphrase, kit, fill)
        finally:
            self.seed.give_back()
            await wire.aclose()
        self._certified = _Certified(vault, keyring, start, kit)
        return kit_page(kit, name)

    async def give(self, progress: Told | None = None) -> Given:
        """Give this tablet the keys that its person may have. May be repeated; see `SeedWork.give`.

        Raises InvalidInput (nothing certified, the seed was dropped), SyncError.
        """
        certified = self._require()
        keyring = certified.keyring
        seed = self.seed.borrow()
        wire: Wire = self._around.wire(self._url)
        try:
            await wire.login(DeviceId(keyring.device), certified.vault.sign_login)
            work = SeedWork(seed, wire, self._around.time.now_ms, self._around.random)
            given = await work.give(PersonId(keyring.person), progress)
        finally:
            self.seed.give_back()
            await wire.aclose()
        self.seed.drop()
        return given

    async def finish(self) -> None:
        """Open the tablet. Raises InvalidInput when nothing was certified."""
        certified = self._require()
        self._certified = None
        self.seed.drop()
        start, keyring, vault = certified.start, certified.keyring, certified.vault
        try:
            if not start.again:
                await self._introduce(vault, keyring, start)
        except AppError as error:
            # The tablet opens all the same: the name can be written in Settings.
            log.warning("not introduced: %s", error.code)
        self._tablet.adopt(await self._keyholder.assemble(vault, keyring))

    async def _introduce(self, vault: Vault, keyring: Keyring, start: SeedStart) -> None:
        """Say who this is, in the agency's own stream, once its key has come."""
        wire = self._around.wire(self._url)
        try:
            await first_round(self._around.engine(vault, wire))
        finally:
            await wire.aclose()
        you = {"name": start.name.strip(), "title": start.title.strip()}
        await vault.commit([Change(vault.data_stream, StaffMember.TYPE, keyring.person.hex(), you)])

    async def leave(self) -> None:
        """Back to the beginning: nothing of this way is kept on the tablet."""
        certified, self._certified = self._certified, None
        if certified is not None:
            await certified.vault.close()
            self._keyholder.forget_home()

    async def pause(self) -> None:
        """The app is closed: what was certified is unlocked with its passphrase later."""
        self.seed.drop()
        certified, self._certified = self._certified, None
        if certified is not None:
            await certified.vault.close()

    def _require(self) -> _Certified:
        if self._certified is None:
            raise InvalidInput("Start again from the first page.", code="nothing_begun")
        return self._certified


def _whose(state: AgencyState, start: SeedStart, fresh: bytes) -> bytes:
    if not start.again:
        return fresh
    found = administrators(state)
    if len(found) != 1:
        raise InvalidInput(
            "There is more than one administrator. Ask another one for an invitation, or come in as "
            "somebody new.",
            code="many_administrators",
        )
    return found[0]


def _certificates(keyring: Keyring, start: SeedStart) -> tuple[Build, ...]:
    person, device = PersonId(keyring.person), DeviceId(keyring.device)
    sign, kem = keyring.signing_key().public, keyring.kem_key().public

    def certify_person(state: AgencyState, root: Author, hlc: int) -> bytes:
        return build_person(state, root, person, (Role.ADMINISTRATOR,), hlc)

    def certify_device(state: AgencyState, root: Author, hlc: int) -> bytes:
        return build_device(state, root, person, device, sign, kem, hlc)

    return (certify_device,) if start.again else (certify_person, certify_device)
