"""The people who work here, their roles, teams and tablets, as an administrator handles them.

Roles, teams and tablets are what the agency's verified chain says; names and titles are records of
the data stream. Everybody may name themselves and see their own tablets. A narrower role binds in a
family once a tablet that supervises it has been in contact (store/givers.py): `Removal` tells how far
that has come. Spec: docs/protocol.md, "Agency chain".
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session, select

from app.errors import AppError, InvalidInput
from app.protocol.agency_people import Device
from app.protocol.control import parse_control
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import DeviceId, PersonId, TeamId, singleton_id
from app.protocol.membership import AgencyState, Role, build_roles, build_team
from app.store.vault import Change
from app.wraparound.records import AgencyProfile, AgencyTeam, StaffMember

from . import edge, standing
from .desk import Desk
from .permissions import require
from .staff_views import Colleague, RoleChange, TabletView, TeamView
from .staff_wire import PeopleWire
from .syncing import Syncing

log = logging.getLogger(__name__)


class Staff:
    """The people who work here."""

    def __init__(self, desk: Desk, syncing: Syncing, wire: PeopleWire | None) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire

    # -- reading ---------------------------------------------------------------------------

    async def everybody(self) -> tuple[Colleague, ...]:
        """Everybody who works here, then those who left; each by name."""
        agency = self._desk.vault.agency
        names, teams = await self._names(), await self._team_names()
        contacts, times = await self._contacts(), await self._times()
        found = [
            self._colleague(agency, person, names, teams, contacts, times) for person in agency.persons
        ]
        return tuple(sorted(found, key=lambda one: (one.left_ms > 0, one.name.casefold(), one.person_id)))

    async def person(self, person_id: str) -> Colleague:
        """One of them. Raises InvalidInput when nobody is known by this id."""
        for one in await self.everybody():
            if one.person_id == person_id:
                return one
        raise InvalidInput("This person does not work here any more.", code="no_such_person")

    async def my_tablets(self) -> tuple[TabletView, ...]:
        """One's own tablets, the one in hand first."""
        agency, contacts, times = self._desk.vault.agency, await self._contacts(), await self._times()
        mine = PersonId(bytes.fromhex(self._desk.me.person))
        tablets = self._tablets(agency, mine, contacts, times)
        return tuple(sorted(tablets, key=lambda one: (not one.here, one.state != "in_use")))

    async def teams(self) -> tuple[TeamView, ...]:
        """Every team that somebody supervises or is in, by name."""
        agency = self._desk.vault.agency
        names, called = await self._names(), await self._team_names()
        found = []
        for team in agency.teams:
            leader = standing.supervisor_of(agency, team)
            members = standing.members_of(agency, team)
            if leader is None and not members:
                continue
            found.append(
                TeamView(
                    team.hex(),
                    called.get(team.hex(), ""),
                    leader.hex() if leader else "",
                    _name(names, leader),
                    tuple(sorted(_name(names, one) for one in members if one != leader)),
                )
            )
        return tuple(sorted(found, key=lambda one: (one.name or one.supervisor).casefold()))

    async def agency_name(self) -> str:
        """What the agency calls itself."""
        record = singleton_id(self._desk.vault.data_stream, AgencyProfile.TYPE).hex()

        def find(session: Session) -> str:
            row = session.get(AgencyProfile, record)
            return row.name if row else ""

        return await self._desk.vault.read(find)

    # -- names -----------------------------------------------------------------------------

    async def rename(self, person_id: str, name: str, title: str) -> None:
        """Change a name and title; one's own without being an administrator.

        Raises PermissionRefused, InvalidInput.
        """
        if person_id != self._desk.me.person:
            require(self._desk.me, "agency.edit")
        called = edge.text(name, "name", required="Who is it?", blank="person_unnamed").strip()
        fields = {"name": called, "title": edge.text(title, "title").strip()}
        await self._write(StaffMember.TYPE, person_id, fields)

    async def rename_agency(self, name: str) -> None:
        """Change what the agency calls itself. Raises PermissionRefused, InvalidInput."""
        require(self._desk.me, "agency.edit")
        called = edge.text(
            name, "agency_name", required="What is the agency called?", blank="agency_unnamed"
        )
        record = singleton_id(self._desk.vault.data_stream, AgencyProfile.TYPE).hex()
        await self._write(AgencyProfile.TYPE, record, {"name": called.strip()})

    async def rename_team(self, team_id: str, name: str) -> None:
        """Change what a team is called; empty takes the name away. Raises PermissionRefused."""
        require(self._desk.me, "agency.edit")
        await self._write(AgencyTeam.TYPE, team_id, {"name": edge.text(name, "team_name").strip()})

    # -- roles and teams -------------------------------------------------------------------

    async def set_roles(self, person_id: str, roles: Sequence[str], team_id: str = "") -> RoleChange:
        """Replace somebody's roles and team. Needs the network, so that nothing is half done.

        A supervisor without a team gets one of their own. Raises PermissionRefused, InvalidInput (no
        role, the last administrator, a team left without its supervisor), SyncError.
        """
        require(self._desk.me, "roles.set")
        wanted = read_roles(roles)
        person = PersonId(bytes.fromhex(person_id))
        await self._syncing.contact()
        agency = self._desk.vault.agency
        if not agency.is_person_at(person, agency.index):
            raise InvalidInput("This person does not work here any more.", code="no_such_person")
        if Role.ADMINISTRATOR not in wanted:
            standing.keep_an_administrator(agency, person)
        standing.keep_supervision(agency, person, wanted)
        before = set(agency.roles_at(person, agency.index))
        led = standing.led_by(agency, person)
        own = Role.SUPERVISOR in wanted and not led
        team = TeamId(bytes.fromhex(self._desk.new_id())) if own else None
        chosen = team or (TeamId(bytes.fromhex(team_id)) if team_id else led[0] if led else None)
        if (before, _team_of(agency, person)) != (set(wanted), chosen):
            await self._desk.vault.write_agency(
                lambda state, author, hlc, _random: build_roles(state, author, person, wanted, hlc, chosen)
            )
        if team is not None:
            new = team
            await self._desk.vault.write_agency(
                lambda state, author, hlc, _random: build_team(state, author, new, person, hlc)
            )
        return RoleChange(bool(before - set(wanted)), await self._sent())

    async def add_team(self, name: str, supervisor_id: str) -> str:
        """Begin a team under a supervisor. Returns its id. Raises as `set_supervisor`."""
        require(self._desk.me, "roles.set")
        called = edge.text(name, "team_name").strip()
        team = self._desk.new_id()
        await self.set_supervisor(team, supervisor_id)
        if called:
            await self._write(AgencyTeam.TYPE, team, {"name": called})
        return team

    async def set_supervisor(self, team_id: str, supervisor_id: str) -> None:
        """Name who supervises a team; their tablets are given its families' keys at next contacts.

        Raises PermissionRefused, InvalidInput (not a supervisor), SyncError.
        """
        require(self._desk.me, "roles.set")
        await self._syncing.contact()
        agency = self._desk.vault.agency
        leader = PersonId(bytes.fromhex(supervisor_id)) if supervisor_id else None
        if leader is None or Role.SUPERVISOR not in agency.roles_at(leader, agency.index):
            raise InvalidInput(
                "Choose somebody who is a supervisor.", field="supervisor", code="not_a_supervisor"
            )
        team, chosen = TeamId(bytes.fromhex(team_id)), leader
        await self._desk.vault.write_agency(
            lambda state, author, hlc, _random: build_team(state, author, team, chosen, hlc)
        )
        await self._sent()

    # -- inside ----------------------------------------------------------------------------

    async def _sent(self) -> bool:
        """Whether the server has it now; if not, it goes out at the next contact by itself."""
        try:
            await self._syncing.contact()
        except AppError as error:
            log.info("goes out later: %s", error.code)
            return False
        return True

    async def _write(self, type_name: str, record: str, fields: dict[str, str]) -> None:
        vault = self._desk.vault
        await vault.commit([Change(vault.data_stream, type_name, record, fields)])

    async def _names(self) -> dict[str, StaffMember]:
        def find(session: Session) -> list[StaffMember]:
            return list(session.exec(select(StaffMember)))

        return {row.id: row for row in await self._desk.vault.read(find)}

    async def _team_names(self) -> dict[str, str]:
        def find(session: Session) -> list[AgencyTeam]:
            return list(session.exec(select(AgencyTeam)))

        return {row.id: row.name for row in await self._desk.vault.read(find)}

    async def _contacts(self) -> dict[bytes, int] | None:
        if self._wire is None:
            return None
        try:
            return {one.device: one.at_ms for one in await self._wire.device_contacts()}
        except AppError as error:
            log.info("contacts not asked: %s", error.code)
            return None

    async def _times(self) -> list[int]:
        """When each operation of the agency's chain was signed, by its author's clock."""
        return [milliseconds_of(parse_control(raw).hlc) for raw in await self._desk.vault.agency_ops()]

    def _colleague(
        self,
        agency: AgencyState,
        person: PersonId,
        names: Mapping[str, StaffMember],
        teams: Mapping[str, str],
        contacts: Mapping[bytes, int] | None,
        times: Sequence[int],
    ) -> Colleague:
        known, row = agency.persons[person], names.get(person.hex())
        held = known.standing_at(agency.index)
        team = held.team if held else None
        leader = standing.supervisor_of(agency, team)
        return Colleague(
            person.hex(),
            row.name if row else "",
            row.title if row else "",
            tuple(str(role) for role in held.roles) if held else (),
            team.hex() if team else "",
            teams.get(team.hex(), "") if team else "",
            _name(names, leader),
            self._tablets(agency, person, contacts, times),
            times[known.removed] if known.removed is not None else 0,
            person.hex() == self._desk.me.person,
        )

    def _tablets(
        self,
        agency: AgencyState,
        person: PersonId,
        contacts: Mapping[bytes, int] | None,
        times: Sequence[int],
    ) -> tuple[TabletView, ...]:
        def view(device: Device) -> TabletView:
            shown = TabletView(
                device.id.hex(),
                "in_use",
                times[device.certified],
                None if contacts is None else contacts.get(device.id, 0),
                device.id == DeviceId(bytes.fromhex(self._desk.me.device)),
            )
            if device.removed is None:
                return shown
            return replace(shown, state="lost" if device.lost else "removed", ended_ms=times[device.removed])

        return tuple(view(device) for device in agency.devices.values() if device.person == person)


def read_roles(roles: Sequence[str]) -> tuple[Role, ...]:
    """Codes as roles, each once, in a fixed order. Raises InvalidInput for none or an unknown one."""
    try:
        wanted = tuple(sorted({Role(role) for role in roles}))
    except ValueError as error:
        raise InvalidInput("Choose what this person does.", field="roles", code="no_role") from error
    if not wanted:
        raise InvalidInput("Choose what this person does.", field="roles", code="no_role")
    return wanted


def _team_of(agency: AgencyState, person: PersonId) -> TeamId | None:
    held = agency.persons[person].standing_at(agency.index)
    return held.team if held else None


def _name(names: Mapping[str, StaffMember], person: PersonId | None) -> str:
    row = names.get(person.hex()) if person else None
    return row.name if row else ""
