"""Giving stream keys to the devices that should have them.

Owns the question which operation a stream needs next from this device: the leaving of a member
whose role has become narrower, a new epoch when somebody removed still knows the key, a grant when
a member's device (or somebody who must read) has none.
Both rest on what the server has accepted of the agency's chain (Book.settled). Replay decides
whether it holds; this module refuses to decide who is entitled.
Spec: protocol.md, "Control" (removal, grants), "Keys".
"""

from __future__ import annotations

from collections.abc import Iterator

from app.errors import ProtocolError
from app.protocol.bodies import Cut
from app.protocol.builders import build_epoch, build_grant, build_stream_remove
from app.protocol.entitlement import devices_without_key, spoilt_holders
from app.protocol.ids import ChainId, PersonId
from app.protocol.membership import AgencyState, Label, Role, StreamState, who_must_read
from app.protocol.stream_keys import kid, new_stream_key
from app.protocol.stream_state import READERS

from .book import Amended
from .core import Core


def serve(core: Core, stream: bytes) -> Iterator[Amended]:
    """Write what `stream` needs from this device, one operation at a time."""
    agency, state = core.book.settled(), core.book.require(stream)
    key = core.keys.of(stream).get(state.epoch.number)
    if key is None or kid(key) != state.epoch.kid or core.author.device not in state.now.recipients:
        return
    back: set[PersonId] = set()
    for person in narrowed(agency, state) if _may_take_out(core, agency, state) else ():
        # Cut and let in again at once: what they write from here on names a head that knows it.
        cuts = chain_ends(core, state, person)
        op = build_stream_remove(state, agency, core.author, person, cuts, core.clock.tick())
        amended = _add(core, stream, op, {})
        if amended is None:
            return
        yield amended
        state = core.book.require(stream)
        if READERS[state.label].intersection(agency.roles_at(person, agency.index)):
            back.add(person)
    if spoilt_holders(state, agency):
        fresh = new_stream_key(core.random)
        op = build_epoch(state, agency, core.author, fresh, key, core.clock.tick(), core.random)
        amended = _add(core, stream, op, {state.epoch.number + 1: fresh})
        if amended is None:
            return
        yield amended
        state, key = core.book.require(stream), fresh
    missing = (readers(agency, state) | back) - state.members
    if missing or devices_without_key(state, agency):
        op = build_grant(state, agency, core.author, key, core.clock.tick(), core.random, missing)
        amended = _add(core, stream, op, {})
        if amended is not None:
            yield amended


def narrowed(agency: AgencyState, state: StreamState) -> tuple[PersonId, ...]:
    """Members who have lost a role since the last operation of the stream's chain.

    What they wrote before counts by their role then; a cut binds what comes after to the new one.
    """
    before, now = state.now.authority, agency.index
    return tuple(
        sorted(
            person
            for person in state.members
            if agency.is_person_at(person, now)
            and set(agency.roles_at(person, before)) - set(agency.roles_at(person, now))
        )
    )


def _may_take_out(core: Core, agency: AgencyState, state: StreamState) -> bool:
    roles = set(agency.roles_at(agency.person_of(core.author.device), agency.index))
    return Role.ADMINISTRATOR in roles or (Role.SUPERVISOR in roles and state.label is not Label.DATA)


def chain_ends(core: Core, state: StreamState, person: PersonId) -> tuple[Cut, ...]:
    """Where each of a person's chains of a stream ends, as far as they have come here."""
    devices = {device.id for device in core.book.require_agency().devices.values() if device.person == person}
    return tuple(
        Cut(state.stream, ChainId(line.row.chain), line.last, line.last_hash)
        for line in core.lines.of(state.stream)
        if line.device in devices and line.last
    )


def readers(agency: AgencyState, state: StreamState) -> frozenset[PersonId]:
    """Who should be a member of a stream by what the agency says today.

    Of the data stream: everybody with a role. Of a family's team and restricted streams: their
    living members and whoever must read because of them (their teams' supervisors).
    """
    living = frozenset(p for p in state.members if agency.is_person_at(p, agency.index))
    if state.label is Label.DATA:
        return frozenset(p for p in agency.persons if agency.roles_at(p, agency.index))
    if state.label is Label.FAMILY:
        return living
    found = set(living)
    for person in living:
        found |= who_must_read(agency, person)
    return frozenset(found)


def _add(core: Core, stream: bytes, op: bytes, keys: dict[int, bytes]) -> Amended | None:
    try:
        return core.book.add_own(stream, [op], keys)
    except ProtocolError:
        return None  # this device may not give: another will
