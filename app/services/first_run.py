"""The first run of a tablet: start an agency, or join one with an invitation.

Starting keeps nothing until the printed secrets are confirmed. Joining keeps the new keys before
it sends their public halves, so a crash never leaves a certified tablet without its keys.
Spec: design 04, Keys 5, Enrolment.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from app.crypto.invitation import Invitation, decode_invitation, mac_keys
from app.crypto.keyring import Keyring, make_recovery_kit
from app.crypto.seed import AgencySeed
from app.errors import InvalidInput, NoNetwork, ServerAnswerInvalid, ServerUnavailable, SyncError
from app.protocol.hlc import stamp
from app.protocol.ids import DeviceId, singleton_id
from app.store.vault import Change, Vault
from app.wraparound.records import AgencyProfile, StaffMember

from . import edge
from .arrival import arrive, keep_join, spoken_fingerprint, write_join
from .first_run_seed import FirstRunWithSeed
from .founding import NewAgency, found_agency
from .keyholder import SERVER_KIND, SERVER_NAME, HomeKeyholder
from .passphrases import check_passphrase
from .recovery import kit_made
from .recovery_papers import SecretPage, kit_page, seed_pages
from .tablet import Tablet


@dataclass(frozen=True)
class StartAgency:
    """What *Start an agency* asks for."""

    agency_name: str
    your_name: str
    your_title: str
    passphrase: str
    server_url: str = ""
    shares: bool = False


@dataclass(frozen=True)
class MadeAgency:
    """The printed secrets, shown once. seed: one page, or those of the three shares."""

    seed: tuple[SecretPage, ...]
    kit: SecretPage

    @property
    def seed_words(self) -> tuple[str, ...]:
        """The 24 words of the first page of the seed."""
        return self.seed[0].words

    @property
    def kit_words(self) -> tuple[str, ...]:
        """The 24 words of the kit."""
        return self.kit.words


@dataclass(frozen=True)
class JoinAgency:
    """What *Join with an invitation* asks for."""

    invitation_text: str
    passphrase: str


@dataclass(frozen=True)
class MadeDevice:
    """The printed recovery kit of this tablet's person."""

    kit: SecretPage

    @property
    def kit_words(self) -> tuple[str, ...]:
        """The 24 words of the kit."""
        return self.kit.words


@dataclass(frozen=True)
class InvitationView:
    """What an invitation says before it is used."""

    server_url: str
    agency_fingerprint: str


@dataclass(frozen=True)
class _Founding:
    start: StartAgency
    keyring: Keyring
    kit: bytes
    new: NewAgency


@dataclass(frozen=True)
class _Joining:
    invitation: Invitation
    keyring: Keyring
    vault: Vault
    kit: bytes
    payload: bytes


class FirstRun:
    """The first run of one home."""

    def __init__(self, tablet: Tablet, keyholder: HomeKeyholder) -> None:
        self._tablet = tablet
        self._keyholder = keyholder
        self._around = keyholder.around
        self._founding: _Founding | None = None
        self._joining: _Joining | None = None
        self.with_seed = FirstRunWithSeed(tablet, keyholder)

    @property
    def default_server(self) -> str:
        """The server's address to propose."""
        return self._around.default_server

    def suggest_passphrase(self, language: str) -> str:
        """Five random words (55 bits), easy to type on glass. language: the person's, as a code."""
        return self._keyholder.suggest_passphrase(language)

    # -- starting an agency ---------------------------------------------------------------

    async def start_agency(self, start: StartAgency) -> MadeAgency:
        """Make everything in memory; `finish` keeps it once the secrets are written down.

        Raises InvalidInput naming the field.
        """
        edge.text(start.agency_name, "agency_name", required="What is your agency called?")
        edge.text(start.your_name, "your_name", required="What is your name?")
        edge.text(start.your_title, "your_title")
        names = (start.agency_name, start.your_name)
        await asyncio.to_thread(check_passphrase, edge.text(start.passphrase, "passphrase"), names)
        if start.server_url:
            await self._around.wire(start.server_url).aclose()
        await self._undo_join()
        random = self._around.random
        seed = AgencySeed.generate(random)
        keyring = Keyring.generate(random(16), random(16), random)
        kit = make_recovery_kit(random)
        new = found_agency(seed, keyring, stamp(self._around.time.now_ms()), random)
        self._founding = _Founding(start, keyring, kit, new)
        shares = seed.to_shares(random) if start.shares else ()
        pages = seed_pages(seed, shares, start.agency_name.strip())
        return MadeAgency(pages, kit_page(kit, start.your_name.strip()))

    async def finish(self) -> None:
        """Keep what was made and open the tablet."""
        if self._founding is not None:
            await self._keep_agency(self._founding)
            self._founding = None
        elif self._joining is not None:
            joining, self._joining = self._joining, None
            self._tablet.adopt(await self._keyholder.assemble(joining.vault, joining.keyring))
        else:
            raise InvalidInput("Start again from the first page.", code="nothing_begun")

    async def _keep_agency(self, founding: _Founding) -> None:
        start, keyring, new = founding.start, founding.keyring, founding.new
        stream = new.data_stream
        profile = singleton_id(stream, AgencyProfile.TYPE).hex()
        you = {"name": start.your_name.strip(), "title": start.your_title.strip()}

        async def fill(vault: Vault) -> None:
            await vault.found_agency(new.agency_ops)
            await vault.create_stream(new.data_genesis, new.data_key)
            await self._keep_server(vault, start.server_url)
            await kit_made(vault, self._around.time.now_ms())
            await vault.commit(
                [
                    Change(stream, AgencyProfile.TYPE, profile, {"name": start.agency_name.strip()}),
                    Change(stream, StaffMember.TYPE, keyring.person.hex(), you),
                ]
            )

        vault = await self._keyholder.make_home(keyring, start.passphrase, founding.kit, fill)
        self._tablet.adopt(await self._keyholder.assemble(vault, keyring))

    # -- joining one ----------------------------------------------------------------------

    def read_invitation(self, text: str) -> InvitationView:
        """What the code says. Raises InvitationNotValid."""
        invitation = decode_invitation(text)
        return InvitationView(
            invitation.server_url, spoken_fingerprint(invitation.root_fingerprint)
        )

    async def join(self, asked: JoinAgency) -> MadeDevice:
        """Make this tablet's keys, keep them, and leave the public halves for the inviter.

        Raises InvitationNotValid, InvalidInput, SyncError. When the network failed, the same call
        again goes on with the same keys; when the server refused, nothing is kept.
        """
        invitation = decode_invitation(asked.invitation_text)
        await asyncio.to_thread(check_passphrase, edge.text(asked.passphrase, "passphrase"))
        if self._joining is None or self._joining.invitation != invitation:
            await self._undo_join()
            self._joining = await self._begin_join(invitation, asked)
        else:
            # The last passphrase typed is the one that counts.
            again = self._joining
            blob = await self._keyholder.entry.wrap(again.keyring, asked.passphrase)
            await again.vault.save_keyring(blob)
        joining = self._joining
        wire = self._around.wire(invitation.server_url)
        try:
            await wire.join(invitation.id, DeviceId(joining.keyring.device), joining.payload)
        except (NoNetwork, ServerUnavailable, ServerAnswerInvalid):
            raise
        except SyncError:
            await self._undo_join()
            raise
        finally:
            await wire.aclose()
        return MadeDevice(kit_page(joining.kit))

    async def _begin_join(self, invitation: Invitation, asked: JoinAgency) -> _Joining:
        random = self._around.random
        keyring = Keyring.generate(invitation.person, random(16), random)
        kit = make_recovery_kit(random)
        sign, kem = keyring.signing_key().public, keyring.kem_key().public
        mac = mac_keys(invitation.code, invitation.person, keyring.device, sign, kem)

        async def fill(vault: Vault) -> None:
            await self._keep_server(vault, invitation.server_url)
            await kit_made(vault, self._around.time.now_ms())
            await keep_join(vault, asked.invitation_text)

        vault = await self._keyholder.make_home(keyring, asked.passphrase, kit, fill)
        payload = write_join(DeviceId(keyring.device), sign, kem, mac)
        return _Joining(invitation, keyring, vault, kit, payload)

    async def check_joined(self) -> bool:
        """Whether the inviter has let this tablet in; verifies the agency's whole chain.

        Raises SyncError, NotEntitled (a chain of another root than the invitation's).
        """
        if self._joining is None:
            return False
        joining = self._joining
        return await arrive(self._around, joining.vault, joining.keyring, joining.invitation)

    async def pause(self) -> None:
        """The app is closed while it waits to be let in; unlocking goes on from here."""
        await self.with_seed.pause()
        joining, self._joining = self._joining, None
        if joining is not None:
            await joining.vault.close()

    async def _undo_join(self) -> None:
        joining, self._joining = self._joining, None
        if joining is not None:
            await joining.vault.close()
            self._keyholder.forget_home()

    async def _keep_server(self, vault: Vault, url: str) -> None:
        if not url:
            return
        await vault.save_local(SERVER_KIND, SERVER_NAME, json.dumps({"url": url}).encode())
