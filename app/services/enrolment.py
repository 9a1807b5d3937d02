"""Inviting people, letting their tablets in, and giving keys to devices that should have them.

An invitation is a code on paper or read aloud: the server learns only its id, so it cannot put
its own key in the place of the new tablet's (design 04, Enrolment). Spec: docs/crypto.md,
"Invitation".
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session

from app.crypto.invitation import (
    ControlHead,
    Invitation,
    encode_invitation,
    invitation_id,
    make_code,
    verify_mac,
)
from app.crypto.primitives import Random
from app.crypto.seed import root_fingerprint
from app.errors import AppError, InvalidInput, SyncError
from app.protocol.ids import DeviceId, PersonId, TeamId, new_id
from app.protocol.membership import (
    AgencyState,
    Role,
    build_device,
    build_person,
    build_team,
)
from app.store.vault import Change
from app.wraparound.records import StaffMember

from . import edge
from .arrival import read_join, spoken_fingerprint
from .audit import Audit
from .desk import Desk
from .permissions import require
from .staff import read_roles
from .staff_wire import PeopleWire
from .stream_watch import StreamWatch, lacking
from .syncing import Syncing

log = logging.getLogger(__name__)

KIND = "invitation"
VALID_MS = 72 * 3600 * 1000


@dataclass(frozen=True)
class NewPerson:
    """Somebody to invite. roles: codes. supervisor_id: person id of who supervises, or empty."""

    name: str
    title: str
    roles: tuple[str, ...] = ("coordinator",)
    supervisor_id: str = ""


@dataclass(frozen=True)
class InvitationText:
    """The code to hand over, until when it is good, and the agency's fingerprint to compare."""

    text: str
    expires_at_ms: int
    agency_fingerprint: str = ""


@dataclass(frozen=True)
class PendingView:
    """An invitation and how far it has come.

    state: waiting, joined (they have answered: let them in), expired (too late), withdrawn (taken
    back), keys (they are in; `done` of `total` families can be read on their tablet so far, 0 of 0
    while the server cannot be asked).
    """

    invitation_id: str
    name: str
    state: str
    expires_at_ms: int
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class _Kept:
    """An invitation as it is sealed on the inviter's tablet. code: forgotten once it is taken back."""

    code: str
    person: str
    name: str
    expires_at_ms: int
    state: str = "waiting"
    device: str = ""
    id: str = ""

    @property
    def invitation(self) -> str:
        """The id under which the server knows it, hex."""
        return self.id or invitation_id(bytes.fromhex(self.code)).hex()


class Enrolment:
    """People and devices of the agency, as an administrator handles them."""

    def __init__(
        self,
        desk: Desk,
        syncing: Syncing,
        wire: PeopleWire | None,
        server_url: str,
        random: Random,
        streams: StreamWatch,
    ) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
        self._server_url = server_url
        self._random = random
        self._streams = streams

    async def invite(self, new: NewPerson) -> InvitationText:
        """Certify a person and make a code for their first tablet. Needs the network.

        Raises InvalidInput, PermissionRefused, SyncError.
        """
        require(self._desk.me, "person.invite")
        name = edge.text(new.name, "name", required="Who is it?", blank="person_unnamed").strip()
        title = edge.text(new.title, "title").strip()
        roles = read_roles(new.roles)
        person = PersonId(new_id(self._random))
        self._require_wire()
        # Offline nobody is certified: every further try would leave one more name on the list.
        await self._syncing.contact()
        await self._certify(person, roles, new.supervisor_id)
        invited = await self._open_invitation(person, name)
        await self._desk.vault.commit(
            [
                Change(
                    self._desk.vault.data_stream,
                    StaffMember.TYPE,
                    person.hex(),
                    {"name": name, "title": title},
                )
            ]
        )
        return invited

    async def invite_again(self, person_id: str) -> InvitationText:
        """A code for one more tablet of somebody who works here: the first one was never set up,
        or is lost. What the person may read comes from the tablets of those who share it.

        Raises InvalidInput (nobody by this id), PermissionRefused, SyncError.
        """
        require(self._desk.me, "person.invite")
        self._require_wire()
        agency, person = self._desk.vault.agency, PersonId(bytes.fromhex(person_id))
        if not agency.is_person_at(person, agency.index):
            raise InvalidInput("This person does not work here any more.", code="no_such_person")

        def find(session: Session) -> str:
            row = session.get(StaffMember, person_id)
            return row.name if row else ""

        return await self._open_invitation(person, await self._desk.vault.read(find))

    async def withdraw(self, invitation_id: str) -> None:
        """Take an invitation back: whoever holds its code cannot be let in with it any more.

        One that is over already leaves the list.
        """
        require(self._desk.me, "person.invite")
        kept = await self._find(invitation_id)
        if kept is None or self._state_now(kept) != "waiting":
            await self._desk.vault.save_local(KIND, invitation_id, None)
        else:
            await self._keep(replace(kept, state="withdrawn", code="", id=invitation_id))
            await Audit(self._desk).note("invitation.taken_back")

    def _require_wire(self) -> PeopleWire:
        if self._wire is None:
            raise InvalidInput(
                "This tablet has no server yet, so nobody can join.", code="no_server_to_join"
            )
        return self._wire

    async def _open_invitation(self, person: PersonId, name: str) -> InvitationText:
        wire = self._require_wire()
        # The server has to know the agency and the person before it takes an invitation. The head
        # is taken after that: until then the server's history may overtake the last operation.
        await self._syncing.contact()
        vault = self._desk.vault
        agency = vault.agency
        fingerprint = root_fingerprint(agency.root_public)
        code = make_code(self._random)
        heads = (ControlHead(agency.agency, vault.settled_head),)
        invitation = Invitation(code, person, fingerprint, heads, self._server_url)
        await wire.open_invitation(invitation.id)
        kept = _Kept(code.hex(), person.hex(), name, self._desk.now_ms() + VALID_MS)
        await self._keep(kept)
        await Audit(self._desk).note("invitation.made")
        return InvitationText(
            encode_invitation(invitation), kept.expires_at_ms, spoken_fingerprint(fingerprint)
        )

    async def pending(self) -> tuple[PendingView, ...]:
        """Invitations that are not over, oldest first; asks the server how far they have come."""
        found = []
        for kept in await self._kept():
            view = await self._view(kept)
            if view is not None:
                found.append(view)
        return tuple(found)

    async def _view(self, kept: _Kept) -> PendingView | None:
        """How far it has come; None when the person can work."""
        state = self._state_now(kept)
        shown = PendingView(kept.invitation, kept.name, state, kept.expires_at_ms)
        try:
            if state == "waiting" and self._wire is not None:
                reply = await self._wire.poll_invitation(bytes.fromhex(kept.invitation))
                return replace(shown, state="joined") if reply.payload else shown
            if state == "admitted":
                device = DeviceId(bytes.fromhex(kept.device))
                reach = await self._streams.reach(PersonId(bytes.fromhex(kept.person)), lacking(device))
                if reach.complete:
                    await self._desk.vault.save_local(KIND, kept.invitation, None)
                    return None
                return replace(shown, state="keys", done=reach.done, total=reach.total)
        except AppError as error:
            log.info("invitation not asked: %s", error.code)
        return replace(shown, state="keys") if state == "admitted" else shown

    def _state_now(self, kept: _Kept) -> str:
        late = kept.state == "waiting" and self._desk.now_ms() > kept.expires_at_ms
        return "expired" if late else kept.state

    async def admit(self, invitation_id: str) -> None:
        """Verify the new tablet's keys against the code and certify it.

        Raises InvitationForged when somebody without the code has answered, InvalidInput when
        nobody has.
        """
        require(self._desk.me, "person.invite")
        kept = await self._find(invitation_id)
        if kept is None or self._wire is None or self._state_now(kept) != "waiting":
            raise InvalidInput("This invitation is not open.", code="no_invitation")
        await self._syncing.contact()
        reply = await self._wire.poll_invitation(bytes.fromhex(kept.invitation))
        if not reply.payload:
            raise InvalidInput("Nobody has used this invitation yet.", code="not_joined")
        code, person = bytes.fromhex(kept.code), PersonId(bytes.fromhex(kept.person))
        device, sign_public, kem_public, mac = read_join(reply.payload)
        verify_mac(code, person, device, sign_public, kem_public, mac)
        if device not in self._desk.vault.agency.devices:  # the last try may have ended right after
            await self._desk.vault.write_agency(
                lambda agency, author, hlc, _random: build_device(
                    agency, author, person, device, sign_public, kem_public, hlc,
                    bytes.fromhex(kept.invitation),
                )
            )  # fmt: skip
        # From here on the tablet is in; what is kept now only tells how far its keys have come.
        await self._keep(replace(kept, state="admitted", device=device.hex()))
        try:
            # Keys rest on what the server has accepted (Book.settled): the certificate goes first.
            await self._syncing.contact()
            await self.give_keys()
            await self._syncing.contact()
        except SyncError as error:
            log.info("keys follow at the next contact: %s", error.code)

    async def give_keys(self) -> int:
        """Give every stream I hold to those who should read it and cannot yet (see Vault.give_keys)."""
        return await self._desk.vault.give_keys()

    async def _certify(self, person: PersonId, roles: tuple[Role, ...], supervisor_id: str) -> None:
        vault = self._desk.vault
        if Role.SUPERVISOR in roles:
            team: TeamId | None = TeamId(new_id(self._random))
        else:
            team = _team_of(vault.agency, supervisor_id or self._desk.me.person)
        await vault.write_agency(
            lambda state, author, hlc, _random: build_person(state, author, person, roles, hlc, team)
        )
        if Role.SUPERVISOR in roles and team is not None:
            own = team
            await vault.write_agency(
                lambda state, author, hlc, _random: build_team(state, author, own, person, hlc)
            )

    async def _kept(self) -> list[_Kept]:
        vault = self._desk.vault
        found = []
        for name in await vault.list_local(KIND):
            raw = await vault.load_local(KIND, name)
            if raw is not None:
                found.append(_Kept(**json.loads(raw)))
        return sorted(found, key=lambda one: one.expires_at_ms)

    async def _find(self, invitation: str) -> _Kept | None:
        return next((one for one in await self._kept() if one.invitation == invitation), None)

    async def _keep(self, kept: _Kept) -> None:
        raw = json.dumps(asdict(kept)).encode()
        await self._desk.vault.save_local(KIND, kept.invitation, raw)


def _team_of(agency: AgencyState, supervisor_id: str) -> TeamId | None:
    for team, history in agency.teams.items():
        if history and history[-1][1].hex() == supervisor_id:
            return team
    return None
