"""Every role × every action, validly signed by an app that skips its own checks: 0 accepted.

The cells come from the matrix itself (`wraparound/roles.py`): records from what each action writes,
control operations from `FORGED`. An action that is new in the matrix and writes nothing known here
fails `test_every_action_is_forged_somehow` until somebody says how it would be forged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from app.errors import AppError
from app.protocol.bodies import Label, Role
from app.protocol.builders import (
    build_agency_remove,
    build_device,
    build_person,
    build_roles,
    build_stream_genesis,
    build_stream_remove,
    build_team,
)
from app.protocol.control import Author, parse_control
from app.protocol.ids import DeviceId, PersonId, StreamId, TeamId, derived_id
from app.protocol.login import sign_login
from app.protocol.membership import AgencyState, StreamState
from app.protocol.segment import parse_segment
from app.store.merge import DELETED
from app.store.rights import NOT_THEIRS
from app.store.vault import Vault
from app.sync.http import HttpTransport
from app.sync.ports import OutgoingSegment
from app.wraparound.audit import Entry, Seal
from app.wraparound.records import RECORD_TYPES, Record, fields_of
from app.wraparound.roles import (
    ACTIONS,
    AGENCY_TYPES,
    ANYWHERE,
    MATRIX,
    RESTRICTED_ONLY,
    RESTRICTED_TYPES,
    ROLES,
    Action,
)
from server.config import Config
from server.main import create_app
from tests.attack.hostile import Mallory, packed
from tests.fakes.agency import FakeAgency, FakeFamily, Member
from tests.fakes.clock import FakeClock, FakeRandom

ORIGIN = "http://localhost"
NOBODY = "nobody"
"""Somebody certified without any role, as a family's own people will be."""
PEOPLE = (*ROLES, NOBODY)
LABELS = ("team", "restricted", "data")
TYPES = tuple(name for name in RECORD_TYPES if name not in ANYWHERE)
"""Lines of the audit have rules of their own (tests/attack/test_attack_audit.py)."""
READERS: dict[str, set[str]] = {
    "team": {"supervisor", "coordinator", "partner"},
    "restricted": {"supervisor", "coordinator"},
    "data": set(ROLES),
}
"""Who may be given a stream's key at all (docs/protocol.md, "Stream chains")."""


def writers_of(type_name: str) -> set[str]:
    """Roles of which some action writes a type."""
    return {role for act in MATRIX.values() if type_name in act.writes for role in act.roles}


def belongs(type_name: str, label: str) -> bool:
    if type_name in ANYWHERE:
        return True
    if label == "data":
        return type_name in AGENCY_TYPES
    if type_name in AGENCY_TYPES:
        return False
    return type_name not in RESTRICTED_ONLY if label == "team" else type_name in RESTRICTED_TYPES


def entitled(role: str, type_name: str, label: str) -> bool:
    return role in READERS[label] and belongs(type_name, label) and role in writers_of(type_name)


@dataclass
class Bureau:
    """One person of each role, one of none, and a supervisor-administrator who receives."""

    home: Path
    agency: FakeAgency = field(default_factory=lambda: FakeAgency(size=2 + len(ROLES)))
    streams: dict[str, FakeFamily] = field(default_factory=dict)

    def __post_init__(self) -> None:
        agency = self.agency
        root = Author.root(agency.root)
        for name in PEOPLE:
            roles = [] if name == NOBODY else [Role(name)]
            agency._add(build_roles(agency.state, root, self.of(name).person, roles, agency._tick()))
        for label in LABELS:
            members = [self.of(name).person for name in PEOPLE if name in READERS[label]]
            stream = agency.data_stream if label == "data" else StreamId(agency.random(16))
            group = agency.id if label == "data" else b"f" * 16
            key = agency.random(32)
            genesis = build_stream_genesis(
                agency.state, agency.members[0].author, stream, Label(label), group, key, agency._tick(),
                agency.random, members,
            )  # fmt: skip
            self.streams[label] = FakeFamily(stream, group.hex(), key, genesis)

    def of(self, name: str) -> Member:
        return self.agency.members[1 + PEOPLE.index(name)]

    async def receiver(self) -> Vault:
        return await self.agency.vault(0, self.home / "receiver", list(self.streams.values()))

    def forger(self, name: str, label: str, seed: str = "") -> Mallory:
        """A chain of this person's device; the stream key is there, by whatever way it came."""
        family = self.streams[label]
        chance = Random(f"{name} {label} {seed}")
        return Mallory(self.of(name).keyring, family.stream, 1, family.key, chance)

    def stream_state(self, label: str) -> StreamState:
        return StreamState.replay([self.streams[label].genesis], self.agency.state)


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(tmp_path)


def a_field(kind: type[Record]) -> dict[str, Any]:
    """One plausible value of the first field that has one."""
    for name in fields_of(kind):
        annotation = kind.model_fields[name].annotation
        if annotation in (str, int):
            return {name: "forged" if annotation is str else 7}
    return {}


def forged(type_name: str, number: int, stream: bytes) -> tuple[bytes, dict[str, Any]]:
    """(id, fields) of a record that only its author's role could stop: lines of the audit are whole, since
    every tablet sets aside what does not fit its id."""
    if type_name == "audit_entry":
        entry = Entry(stream, bytes(16), 1, number, "copy.print")
        fields = {"n": 1, "at_ms": number, "device": "00" * 16, "action": "copy.print", "item_type": "",
                  "item_id": "", "detail": "", "count": 1, "prev": "", "sig": ""}  # fmt: skip
        return bytes(derived_id(StreamId(stream), type_name, entry.hash.hex())), fields
    if type_name == "audit_seal":
        seal = Seal(stream, bytes(16), number, ())
        fields = {"at_ms": number, "device": "00" * 16, "heads": {}, "server_count": 0, "server_head": "",
                  "sig": ""}  # fmt: skip
        return bytes(derived_id(StreamId(stream), type_name, seal.hash.hex())), fields
    return bytes([number]) * 16, a_field(RECORD_TYPES[type_name])


def operation(type_name: str, record: bytes, fields: dict[str, Any]) -> bytes:
    return packed({"record": record, "type": type_name, "fields": fields, "pred": {}, "schema": 1})


async def shown(vault: Vault, kind: type[Record], record: bytes) -> bool:
    return await vault.read(lambda s: s.get(kind, record.hex()) is not None)


def test_every_action_is_forged_somehow() -> None:
    for action in ACTIONS:
        ways = [bool(MATRIX[action].writes), action in FORGED, action in ON_THIS_TABLET]
        assert any(ways), f"{action}: nobody has said how it would be forged"
    for type_name in RECORD_TYPES:
        assert writers_of(type_name), f"{type_name}: no action writes it"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", PEOPLE)
async def test_a_record_counts_exactly_when_a_role_of_its_author_writes_it(
    bureau: Bureau, name: str, label: str
) -> None:
    vault = await bureau.receiver()
    hers, family = bureau.forger(name, label), bureau.streams[label]
    made = {kind: forged(kind, number, family.stream) for number, kind in enumerate(RECORD_TYPES, start=1)}
    records = {kind: record for kind, (record, _) in made.items()}
    raws = [hers.seal(operation(t, r, fields)) for t, (r, fields) in made.items()]
    state = vault.stream_state(family.stream)
    assert state is not None
    segment = hers.segment(raws, state.head)
    try:
        await vault.receive_segments(family.stream, [segment], 1)
        wrong = []
        for type_name, record in records.items():
            counted = await shown(vault, RECORD_TYPES[type_name], record)
            if counted != entitled(name, type_name, label):
                wrong.append(f"{name} {type_name} in {label}: {'accepted' if counted else 'refused'}")
        assert not wrong
        codes = {item.code for item in await vault.quarantined()}
        if name not in READERS[label]:
            assert codes == {"not_entitled"}  # the whole segment: never a member
        else:
            assert codes == {NOT_THEIRS}
    finally:
        await vault.close()


@pytest.mark.parametrize("name", ROLES)
async def test_nobody_deletes_or_overwrites_what_their_role_does_not_write(bureau: Bureau, name: str) -> None:
    """The record is there already, written by somebody who may; the forgery names all of it as seen."""
    vault = await bureau.receiver()
    family = bureau.streams["team"]
    state = vault.stream_state(family.stream)
    assert state is not None
    good = bureau.forger("supervisor", "team")
    kinds = [t for t in TYPES if entitled("supervisor", t, "team")]
    made = {kind: forged(kind, number, family.stream) for number, kind in enumerate(kinds, start=1)}
    records = {kind: record for kind, (record, _) in made.items()}
    raws = [good.seal(operation(t, r, fields)) for t, (r, fields) in made.items()]
    await vault.receive_segments(family.stream, [good.segment(raws, state.head)], 1)
    if name in READERS["team"]:
        hers = bureau.forger(name, "team", "again")
        deleting = [
            hers.seal(operation(t, records[t], {DELETED: [[bytes(good.chain), at]]}))
            for at, t in enumerate(kinds, start=1)
        ]
        await vault.receive_segments(family.stream, [hers.segment(deleting, state.head)], 2)
    try:
        gone = {t for t in kinds if not await shown(vault, RECORD_TYPES[t], records[t])}
        may = {t for t in kinds if entitled(name, t, "team") and t not in ANYWHERE}
        assert gone == (may if name in READERS["team"] else set())
    finally:
        await vault.close()


@pytest.mark.parametrize("name", ROLES)
async def test_everybody_names_themselves_and_nobody_else(bureau: Bureau, name: str) -> None:
    vault = await bureau.receiver()
    family = bureau.streams["data"]
    state = vault.stream_state(family.stream)
    assert state is not None
    hers = bureau.forger(name, "data")
    people = {other: bureau.of(other).person for other in PEOPLE}
    raws = [hers.seal(operation("staff_member", p, {"name": f"by {name}"})) for p in people.values()]
    await vault.receive_segments(family.stream, [hers.segment(raws, state.head)], 1)
    try:
        named = {o for o, p in people.items() if await shown(vault, RECORD_TYPES["staff_member"], p)}
        assert named == (set(people) if name in writers_of("staff_member") else {name})
    finally:
        await vault.close()


# What is done in control chains.


@dataclass(frozen=True)
class Forgery:
    """Builds a control operation; label: of the stream it belongs to, "" for the agency's chain."""

    build: Callable[[Bureau, AgencyState, StreamState, Author], bytes]
    label: str = ""


def _person(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_person(agency, author, PersonId(b"p" * 16), [Role.ADMINISTRATOR], 1)


def _device(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    person = bureau.of("coordinator").person
    return build_device(agency, author, person, DeviceId(b"d" * 16), b"k" * 32, b"x" * 32, 1)


def _roles(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    person = agency.person_of(author.device)
    return build_roles(agency, author, person, [Role.ADMINISTRATOR, Role.SUPERVISOR], 1)


def _team(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_team(agency, author, TeamId(b"t" * 16), bureau.of("supervisor").person, 1)


def _remove_person(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_agency_remove(agency, author, 1, person=bureau.agency.members[0].person)


def _remove_device(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    device = DeviceId(bureau.agency.members[0].keyring.device)
    return build_agency_remove(agency, author, 1, device=device)


def _open(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_stream_genesis(
        agency, author, StreamId(b"n" * 16), Label.TEAM, b"g" * 16, b"k" * 32, 1, FakeRandom("open"),
        [bureau.of("coordinator").person],
    )  # fmt: skip


def _take_out(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_stream_remove(stream, agency, author, bureau.of("coordinator").person, (), 1)


def _as_root(bureau: Bureau, agency: AgencyState, stream: StreamState, author: Author) -> bytes:
    return build_person(agency, Author.root(author.key), PersonId(b"p" * 16), [Role.ADMINISTRATOR], 1)


FORGED: dict[Action, tuple[Forgery, ...]] = {
    "person.invite": (Forgery(_person), Forgery(_device)),
    "roles.set": (Forgery(_roles),),
    "person.remove": (Forgery(_remove_person),),
    "device.remove": (Forgery(_remove_device),),
    "agency.edit": (Forgery(_team),),
    "family.open": (Forgery(_open, "new"),),
    "family.transfer": (Forgery(_take_out, "team"),),
    "seed.use": (Forgery(_as_root),),
}
ON_THIS_TABLET: dict[Action, str] = {
    "conflict.settle": "an ordinary change of the record in conflict",
    "audit.export": "reads what the tablet holds",
    "bundle.carry": "signed segments that somebody carries: each is verified like any other",
}
"""Actions that leave nothing which another tablet could be asked to accept."""
EXTRA = {"family.transfer": {"administrator"}}
"""Who may besides: an administrator takes people out of streams when they leave the agency."""
CELLS = [(action, way, name) for action, ways in FORGED.items() for way in ways for name in PEOPLE]


def may(action: Action, name: str) -> bool:
    if action == "seed.use":
        return False  # only the printed seed signs as the root; a device's key never does
    return name in MATRIX[action].roles | EXTRA.get(action, set())


def _apply(bureau: Bureau, way: Forgery, raw: bytes) -> None:
    """As every tablet and the server replay it. Raises what they raise."""
    agency = bureau.agency.state
    if way.label == "new":
        StreamState.replay([raw], agency)
    elif way.label:
        bureau.stream_state(way.label).apply(parse_control(raw), agency)
    else:
        agency.apply(parse_control(raw))


@pytest.mark.parametrize(
    ("action", "way", "name"), CELLS, ids=[f"{a}-{w.build.__name__}-{n}" for a, w, n in CELLS]
)
def test_a_control_operation_counts_exactly_when_its_authors_role_may(
    bureau: Bureau, action: Action, way: Forgery, name: str
) -> None:
    author = bureau.of(name).author
    raw = way.build(bureau, bureau.agency.state, bureau.stream_state("team"), author)
    if may(action, name):
        _apply(bureau, way, raw)
        return
    with pytest.raises(AppError):
        _apply(bureau, way, raw)


@pytest.fixture
async def wires(tmp_path: Path) -> AsyncIterator[Callable[[], HttpTransport]]:
    clock = FakeClock()
    (tmp_path / "server").mkdir()
    config = Config(
        data_dir=tmp_path / "server", origins=(ORIGIN,), now_ms=clock.now_ms, random=FakeRandom("server")
    )
    app = create_app(config)
    made: list[HttpTransport] = []

    def make() -> HttpTransport:
        made.append(HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)))
        return made[-1]

    yield make
    for wire in made:
        await wire.aclose()
    app.state.desk.database.close()


async def signed_in(wire: HttpTransport, member: Member) -> HttpTransport:
    device = DeviceId(member.keyring.device)

    async def sign(origin: str, challenge: bytes) -> bytes:
        return sign_login(member.keyring.signing_key(), origin, device, challenge)

    await wire.login(device, sign)
    return wire


async def test_the_server_takes_no_forged_control_operation_either(
    bureau: Bureau, wires: Callable[[], HttpTransport]
) -> None:
    founder = wires()
    await founder.found_agency(bureau.agency.id, bureau.agency.ops)
    first = await signed_in(wires(), bureau.agency.members[0])
    for label in LABELS:
        await first.append_control(bureau.streams[label].stream, bytes(32), [bureau.streams[label].genesis])
    refused = 0
    for action, way, name in CELLS:
        if may(action, name):
            continue
        wire = await signed_in(wires(), bureau.of(name))
        raw = way.build(bureau, bureau.agency.state, bureau.stream_state("team"), bureau.of(name).author)
        op = parse_control(raw)
        with pytest.raises(AppError):
            await wire.append_control(op.stream, op.prev, [raw])
        refused += 1
        await wire.aclose()
    assert refused > 20
    page = await first.get_control(bureau.agency.id, 0)
    assert page.count == len(bureau.agency.ops)


async def test_the_server_counts_no_segment_of_whoever_is_no_reader(
    bureau: Bureau, wires: Callable[[], HttpTransport]
) -> None:
    founder = wires()
    await founder.found_agency(bureau.agency.id, bureau.agency.ops)

    first = await signed_in(wires(), bureau.agency.members[0])
    for label in LABELS:
        await first.append_control(bureau.streams[label].stream, bytes(32), [bureau.streams[label].genesis])
    for label in LABELS:
        for name in PEOPLE:
            hers, family = bureau.forger(name, label), bureau.streams[label]
            raw = hers.seal(operation("note", b"n" * 16, {"body": "forged"}))
            sent = hers.segment([raw], bureau.stream_state(label).head)
            parsed = parse_segment(sent.raw)
            out = OutgoingSegment(family.stream, parsed.chain, 1, 1, sent.raw, sent.cert)
            wire = await signed_in(wires(), bureau.of(name))
            if name in READERS[label]:
                assert not (await wire.push(out)).quarantined
            else:
                with pytest.raises(AppError):
                    await wire.push(out)
                with pytest.raises(AppError):
                    await first.push(out)  # not carried for them either
            await wire.aclose()
