"""The root asks: the holder of the seed reads and continues the chain; nobody else does."""

from __future__ import annotations

import pytest

from app.crypto.primitives import SigningKey
from app.crypto.seed import AgencySeed, root_fingerprint
from app.errors import AccessClosed, HeadMoved, SignInNeeded
from app.protocol.hlc import stamp
from app.protocol.ids import ROOT, DeviceId, PersonId
from app.protocol.login import sign_login
from app.protocol.membership import AgencyState, Author, Role, build_device, build_person
from app.sync.people import RootSigner
from tests.fakes.clock import FakeClock
from tests.server.conftest import Office


def _signs(key: SigningKey) -> RootSigner:
    return lambda origin, challenge: sign_login(key, origin, ROOT, challenge)


async def test_the_root_reads_its_chain_and_certifies_a_new_device(office: Office) -> None:
    await office.found()
    root: SigningKey = office.agency.root.key
    mark = root_fingerprint(root.public)
    page = await office.wires().root_chain(mark, _signs(root), 0)
    state = AgencyState.replay(page.ops, mark)
    author, hlc = Author.root(root), stamp(1_764_600_000_000)
    person, device = PersonId(bytes(15) + b"\7"), DeviceId(bytes(15) + b"\x08")
    key = SigningKey.from_seed(bytes(32))
    ops = [build_person(state, author, person, [Role.ADMINISTRATOR], hlc)]
    then = AgencyState.replay([*page.ops, *ops], mark)
    ops.append(build_device(then, author, person, device, key.public, bytes(range(32)), hlc))
    wire = office.wires()
    after = await wire.root_chain(mark, _signs(root), page.count, ops)
    assert (after.ops, after.count) == (tuple(ops), page.count + 2)

    async def sign(origin: str, challenge: bytes) -> bytes:
        return sign_login(key, origin, device, challenge)

    await wire.login(device, sign)  # the server knows the new device
    with pytest.raises(HeadMoved):
        await wire.root_chain(mark, _signs(root), page.count, ops)


async def test_another_seed_reads_nothing(office: Office) -> None:
    await office.found()
    other = AgencySeed(bytes(32)).root_key()
    mark = root_fingerprint(office.agency.root.key.public)
    with pytest.raises(SignInNeeded, match="signature_refused"):
        await office.wires().root_chain(mark, _signs(other), 0)
    with pytest.raises(SignInNeeded, match="agency_unknown"):
        await office.wires().root_chain(root_fingerprint(other.public), _signs(other), 0)


async def test_a_signature_of_the_root_is_good_once_and_soon(office: Office, clock: FakeClock) -> None:
    await office.found()
    root = office.agency.root.key
    mark = root_fingerprint(root.public)
    kept: list[bytes] = []

    def slow(origin: str, challenge: bytes) -> bytes:
        kept.append(challenge)
        clock.advance(61)
        return sign_login(root, origin, ROOT, challenge)

    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await office.wires().root_chain(mark, slow, 0)

    def elsewhere(_origin: str, challenge: bytes) -> bytes:
        return sign_login(root, "https://elsewhere.example", ROOT, challenge)

    with pytest.raises(SignInNeeded, match="signature_refused"):
        await office.wires().root_chain(mark, elsewhere, 0)

    def spent(origin: str, _challenge: bytes) -> bytes:
        return sign_login(root, origin, ROOT, kept[0])

    with pytest.raises(SignInNeeded, match="signature_refused"):
        await office.wires().root_chain(mark, spent, 0)


async def test_the_root_may_not_append_what_does_not_replay(office: Office) -> None:
    await office.found()
    root = office.agency.root.key
    mark = root_fingerprint(root.public)
    page = await office.wires().root_chain(mark, _signs(root), 0)
    state = AgencyState.replay(page.ops, mark)
    stranger = Author.root(AgencySeed(bytes(32)).root_key())
    forged = build_person(state, stranger, PersonId(bytes(15) + b"\7"), [Role.ADMINISTRATOR], stamp(1))
    with pytest.raises(AccessClosed, match="operation_refused"):
        await office.wires().root_chain(mark, _signs(root), page.count, [forged])
    assert (await office.wires().root_chain(mark, _signs(root), 0)).count == page.count
