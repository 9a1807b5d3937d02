"""Inviting people, letting their tablets in, and giving keys to devices that should have them.

An invitation is a code on paper or read aloud: the server learns only its id, so it cannot put
its own key in the place of the new tablet's (design 04, Enrolment). Spec: docs/crypto.md,
"Invitation".
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass

from sqlmodel import Session, select

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
from app.protocol.ids import PersonId, TeamId, new_id
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
from .arrival import EnrolmentWire, read_join, spoken_fingerprint
from .desk import Desk
from .permissions import require
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
    """An invitation that is not used yet. state: waiting, joined (let them in), expired."""

    invitation_id: str
    name: str
    state: str
    expires_at_ms: int


@dataclass(frozen=True)
class StaffView:
    """Somebody who works here."""

    person_id: str
    name: str
    title: str
    roles: tuple[str, ...]
    devices: int


@dataclass(frozen=True)
class _Kept:
    """An open invitation as it is sealed on the inviter's tablet."""

    code: str
    person: str
    name: str
    expires_at_ms: int
    state: str = "waiting"


class Enrolment:
    """People and devices of the agency, as an administrator handles them."""

    def __init__(
        self,
        desk: Desk,
        syncing: Syncing,
        wire: EnrolmentWire | None,
        server_url: str,
        random: Random,
    ) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
        self._server_url = server_url
        self._random = random

    async def staff(self) -> tuple[StaffView, ...]:
        """Everybody who works here, by name."""
        agency = self._desk.vault.agency

        def find(session: Session) -> list[StaffMember]:
            return list(session.exec(select(StaffMember)))

        rows = {row.id: row for row in await self._desk.vault.read(find)}
        people = []
        for person_id, person in agency.persons.items():
            standing = person.standing_at(agency.index)
            if standing is None:
                continue
            row = rows.get(person_id.hex())
            people.append(
                StaffView(
                    person_id.hex(),
                    row.name if row else "",
                    row.title if row else "",
                    tuple(str(role) for role in standing.roles),
                    len(agency.live_devices([person_id])),
                )
            )
        return tuple(sorted(people, key=lambda one: one.name.casefold()))

    async def invite(self, new: NewPerson) -> InvitationText:
        """Certify a person and make a code for their first tablet. Needs the network.

        Raises InvalidInput, PermissionRefused, SyncError.
        """
        require(self._desk.me, "person.invite")
        name = edge.text(new.name, "name", required="Who is it?", blank="person_unnamed").strip()
        title = edge.text(new.title, "title").strip()
        try:
            roles = tuple(Role(role) for role in new.roles)
        except ValueError as error:
            raise InvalidInput("Choose what this person does.", field="roles", code="no_role") from error
        if not roles:
            raise InvalidInput("Choose what this person does.", field="roles", code="no_role")
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
        known = next((one for one in await self.staff() if one.person_id == person_id), None)
        if known is None:
            raise InvalidInput("This person does not work here any more.", code="no_such_person")
        return await self._open_invitation(PersonId(bytes.fromhex(person_id)), known.name)

    async def withdraw(self, invitation_id: str) -> None:
        """Forget an invitation: whoever holds its code cannot be let in with it any more."""
        require(self._desk.me, "person.invite")
        await self._desk.vault.save_local(KIND, invitation_id, None)

    def _require_wire(self) -> EnrolmentWire:
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
        return InvitationText(
            encode_invitation(invitation), kept.expires_at_ms, spoken_fingerprint(fingerprint)
        )

    async def pending(self) -> tuple[PendingView, ...]:
        """Open invitations, oldest first; asks the server who has joined."""
        found = []
        for kept in await self._kept():
            state = self._state_now(kept)
            if state == "waiting" and self._wire is not None:
                try:
                    reply = await self._wire.poll_invitation(_id_of(kept))
                    state = "joined" if reply.payload else state
                except AppError as error:
                    log.info("invitation not asked: %s", error.code)
            if state != "admitted":
                found.append(PendingView(_id_of(kept).hex(), kept.name, state, kept.expires_at_ms))
        return tuple(found)

    def _state_now(self, kept: _Kept) -> str:
        late = kept.state == "waiting" and self._desk.now_ms() > kept.expires_at_ms
        return "expired" if late else kept.state

    async def admit(self, invitation_id: str) -> None:
        """Verify the new tablet's keys against the code and certify it.

        Raises InvitationForged when somebody without the code has answered, InvalidInput when
        nobody has.
        """
        require(self._desk.me, "person.invite")
        kept = next((one for one in await self._kept() if _id_of(one).hex() == invitation_id), None)
        if kept is None or self._wire is None or self._state_now(kept) != "waiting":
            raise InvalidInput("This invitation is not open.", code="no_invitation")
        await self._syncing.contact()
        reply = await self._wire.poll_invitation(_id_of(kept))
        if not reply.payload:
            raise InvalidInput("Nobody has used this invitation yet.", code="not_joined")
        code, person = bytes.fromhex(kept.code), PersonId(bytes.fromhex(kept.person))
        device, sign_public, kem_public, mac = read_join(reply.payload)
        verify_mac(code, person, device, sign_public, kem_public, mac)
        await self._desk.vault.write_agency(
            lambda agency, author, hlc, _random: build_device(
                agency, author, person, device, sign_public, kem_public, hlc, _id_of(kept)
            )
        )
        try:
            # Keys rest on what the server has accepted (Book.settled): the certificate goes first.
            await self._syncing.contact()
            await self.give_keys()
            await self._syncing.contact()
        except SyncError as error:
            log.info("keys follow at the next contact: %s", error.code)
        await self._keep(_Kept(kept.code, kept.person, kept.name, kept.expires_at_ms, "admitted"))

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

    async def _keep(self, kept: _Kept) -> None:
        raw = json.dumps(asdict(kept)).encode()
        await self._desk.vault.save_local(KIND, _id_of(kept).hex(), raw)


def _id_of(kept: _Kept) -> bytes:
    return invitation_id(bytes.fromhex(kept.code))


def _team_of(agency: AgencyState, supervisor_id: str) -> TeamId | None:
    for team, history in agency.teams.items():
        if history and history[-1][1].hex() == supervisor_id:
            return team
    return None
