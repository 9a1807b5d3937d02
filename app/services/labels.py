"""In which stream a record lies by its label, and who may read a family's restricted stream.

Owns finding that stream, opening it (offline, too) and keeping its members those of the team who
may. What moves when a label changes is moving.py. Spec: docs/labels.md.
"""

from __future__ import annotations

import logging

from app.errors import AppError, MissingKey
from app.protocol.ids import PersonId, StreamId
from app.protocol.membership import AgencyState, Label, Role, StreamState
from app.protocol.stream_state import READERS
from app.store.givers import readers
from app.wraparound.labels import home_of

from .desk import Desk
from .moving import Moving
from .permissions import allows, require

log = logging.getLogger(__name__)

TAKERS = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
"""Who takes people out of a family's streams."""


class Labels(Moving):
    """Homes of labels, for the families on this tablet. What moves between them: see Moving."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, self.home)
        self._desk = desk

    async def home(self, family_id: str, label: str) -> StreamId:
        """The stream for a record with this label; the restricted one is opened when it is needed.

        Raises InvalidInput when the family is not here; PermissionRefused for a restricted label
        and somebody who may not read what it marks.
        """
        team = await self._desk.team_stream(family_id)
        if home_of(label) == "team":
            return team
        require(self._desk.me, "label.restrict")
        found = self._restricted(family_id, team)
        if found is not None:
            return found
        group = bytes.fromhex(family_id)
        return await self._desk.vault.open_stream(Label.RESTRICTED, group, self._may_read(team))

    def _restricted(self, family_id: str, team: StreamId) -> StreamId | None:
        """The restricted stream to write to: the lowest id of those whose key is here.

        Two tablets may each have opened one: all are read, and all tablets agree on one to write.
        One that somebody outside the team reads is none: whoever opened it, or whoever has left the
        team and is not taken out yet, must not read what is written now.
        """
        allowed = self._may_read(team)
        for stream in sorted(self._streams(family_id)):
            state = self._desk.vault.stream_state(stream)
            if state is not None and not self._outside(state, allowed) and self._holds(state):
                return stream
        return None

    def _streams(self, family_id: str) -> list[StreamId]:
        known = self._desk.vault.streams_of(bytes.fromhex(family_id))
        return [stream for stream, label in known.items() if label is Label.RESTRICTED]

    def _holds(self, state: StreamState) -> bool:
        try:
            self._desk.vault.stream_key(state.stream, state.epoch.number)
        except MissingKey:
            return False
        return bytes.fromhex(self._desk.me.person) in state.members

    def _may_read(self, team: StreamId) -> frozenset[PersonId]:
        """Supervisors and coordinators of the team, and whoever must read because of them."""
        vault = self._desk.vault
        agency, state = vault.agency, vault.stream_state(team)
        if state is None:
            return frozenset()
        return frozenset(person for person in readers(agency, state) if _is_reader(agency, person))

    async def follow(self, family_id: str) -> int:
        """Let the restricted streams' members be those of the team who may. Returns what was written.

        Who left the team is taken out by a supervisor's tablet; who joined is let in by any member's,
        but never into a stream that somebody outside the team still reads.
        """
        team = await self._desk.team_stream(family_id)
        allowed = self._may_read(team)
        vault, written = self._desk.vault, 0
        for stream in self._streams(family_id):
            state = vault.stream_state(stream)
            if state is None or not self._holds(state):
                continue
            outside = self._outside(state, allowed)
            if outside and self._takes_out():
                for person in outside:
                    await vault.take_out(stream, person)
                    written += 1
                outside = ()
            joined = sorted(allowed - state.members)
            if joined and not outside:
                await vault.let_in(stream, joined)
                written += 1
        return written

    def _outside(self, state: StreamState, allowed: frozenset[PersonId]) -> tuple[PersonId, ...]:
        """People of the agency who read a stream and should not."""
        agency = self._desk.vault.agency
        living = (one for one in state.members if agency.is_person_at(one, agency.index))
        return tuple(sorted(one for one in living if one not in allowed))

    def _takes_out(self) -> bool:
        vault = self._desk.vault
        held = vault.agency.roles_at(PersonId(bytes.fromhex(self._desk.me.person)), vault.agency.index)
        return not TAKERS.isdisjoint(held)

    async def follow_all(self) -> int:
        """`follow` for every family here that has a restricted stream; after each contact."""
        written = 0
        if not allows(self._desk.me, "label.restrict"):
            return written
        for family_id in self._desk.vault.restricted_groups():
            try:
                written += await self.follow(family_id)
            except AppError as error:  # this family waits for the next contact; the others do not
                log.info("members not followed: %s", error.code)
        return written


def _is_reader(agency: AgencyState, person: PersonId) -> bool:
    if not agency.is_person_at(person, agency.index):
        return False
    return not READERS[Label.RESTRICTED].isdisjoint(agency.roles_at(person, agency.index))
