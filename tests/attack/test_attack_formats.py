"""Every bit, every length of every format: nothing but the very bytes is accepted: 0 accepted.

Each format is given with the whole way by which the app accepts it. Envelopes, segments and
certificates have files of their own; the keyring's passphrase blob is in test_crypto_keyring.py and
the image in tests/faults/test_store_image.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from app.crypto import invitation as invitations
from app.crypto.invitation import decode_invitation, encode_invitation, mac_keys, verify_mac
from app.crypto.keyring import Keyring, unwrap_keyring_with_kit, wrap_keyring_for_kit
from app.crypto.local import open_local, seal_local
from app.crypto.seed import AgencySeed, Share, root_fingerprint
from app.errors import AppError, CryptoError, InvitationForged, InvitationNotValid, ProtocolError
from app.protocol.bodies import Kind, NewEpoch
from app.protocol.control import parse_control
from app.protocol.ids import RECOVERY, DeviceId
from app.protocol.login import login_message, sign_login, verify_login
from app.protocol.membership import (
    AgencyState,
    Role,
    StreamState,
    build_agency_remove,
    build_epoch,
    build_grant,
    build_roles,
    build_stream_remove,
)
from app.protocol.stream_keys import open_previous, open_wrap
from app.services.arrival import read_join, write_join
from tests.attack import trials
from tests.vectors.agency_world import World, drawn_from
from tests.vectors.golden_cases import example_invitation, example_keyring


@dataclass(frozen=True)
class Format:
    """Bytes, and the whole way by which they are accepted; `accept` raises for anything else."""

    raw: bytes
    accept: Callable[[bytes], object]


def _controls() -> dict[str, Format]:
    """One operation of every kind, with the state that it follows."""
    world = World("attack formats")
    fingerprint = root_fingerprint(world.agency.root_public)
    found: dict[str, Format] = {}
    state: AgencyState | None = None
    for raw in world.agency_ops:
        name = parse_control(raw).kind.name.lower()
        if state is None:
            found[name] = Format(raw, lambda data: AgencyState.replay([data], fingerprint))
            state = AgencyState.replay([raw])
        else:
            found.setdefault(name, Format(raw, _follows(state)))
            state = state.apply(parse_control(raw))
    agency, admin = world.agency, world.admin.author
    for raw in (
        build_roles(agency, admin, world.colleague.person, [Role.SUPERVISOR], world.hlc()),
        build_agency_remove(agency, admin, world.hlc(), person=world.colleague.person),
    ):
        found[parse_control(raw).kind.name.lower()] = Format(raw, _follows(agency))
    found["stream_genesis"] = Format(world.stream_ops[0], lambda data: StreamState.replay([data], agency))
    steps: tuple[Callable[[], bytes], ...] = (
        lambda: build_grant(
            world.stream, agency, world.coordinator.author, world.key, world.hlc(), world.draw,
            [world.colleague.person],
        ),
        lambda: build_stream_remove(
            world.stream, agency, admin, world.colleague.person,
            [world.line(world.colleague).cut(0)], world.hlc(),
        ),
        lambda: build_epoch(
            world.stream, agency, world.coordinator.author, world.draw(32), world.key, world.hlc(),
            world.draw,
        ),
    )  # fmt: skip
    for step in steps:
        raw = step()
        found[parse_control(raw).kind.name.lower()] = Format(raw, _comes_after(world.stream, agency))
        world.tell_stream(raw)
    return found


def _follows(state: AgencyState) -> Callable[[bytes], object]:
    return lambda data: state.apply(parse_control(data))


def _comes_after(state: StreamState, agency: AgencyState) -> Callable[[bytes], object]:
    return lambda data: state.apply(parse_control(data), agency)


def _keys() -> dict[str, Format]:
    """What carries keys: wraps, the recovery wrap, the previous key, the kit, local seals."""
    world = World("attack keys in formats")
    raw = build_epoch(
        world.stream, world.agency, world.coordinator.author, world.draw(32), world.key, 1, world.draw
    )
    body = parse_control(raw).body
    assert isinstance(body, NewEpoch)
    world.tell_stream(raw)
    wrap = next(one for one in body.wraps if one.device == world.coordinator.device)
    granter = world.coordinator.device
    stream = world.stream_id

    def mine(data: bytes) -> bytes:
        return open_wrap(data, stream, 2, wrap.device, world.coordinator.kem, granter, body.kid)

    def recovery(data: bytes) -> bytes:
        return open_wrap(data, stream, 2, RECOVERY, world.seed.recovery_key(), granter, body.kid)

    def previous(data: bytes) -> bytes:
        return open_previous(mine(wrap.sealed), data, stream, 2, world.stream.epochs[0].kid)

    kit, keyring = bytes(range(32)), example_keyring()
    log_key = bytes(range(1, 33))
    sealed = seal_local(log_key, "draft", b"note-1", b"Half a thought", drawn_from("local"))
    return {
        "wrap": Format(wrap.sealed, mine),
        "recovery_wrap": Format(body.recovery, recovery),
        "previous_key": Format(body.prev_sealed, previous),
        "kit": Format(
            wrap_keyring_for_kit(keyring, kit, drawn_from("kit")),
            lambda data: unwrap_keyring_with_kit(data, kit),
        ),
        "local": Format(sealed, lambda data: open_local(log_key, "draft", b"note-1", data)),
    }


def _messages() -> dict[str, Format]:
    """What two devices say to each other: the login, the joining device's keys."""
    world, invitation = World("attack messages"), example_invitation()
    origin, challenge = "https://table.example", bytes(range(32))
    who = world.coordinator
    signature = sign_login(who.sign, origin, who.device, challenge)
    message = login_message(origin, who.device, challenge)

    def signed(data: bytes) -> None:
        verify_login(who.sign.public, origin, who.device, challenge, data)

    def said(data: bytes) -> None:
        """A server's view: the challenge, device and origin are taken from the changed message."""
        if not data.startswith(b"kt-login-v1\0"):
            raise InvitationForged("tag")
        size = int.from_bytes(data[12:14], "big")
        name, rest = data[14 : 14 + size], data[14 + size :]
        named = DeviceId(rest[:16])
        verify_login(who.sign.public, name.decode("latin-1"), named, rest[16:], signature)

    device, sign, kem = bytes(16), bytes(range(32)), bytes(range(32, 64))
    code, person = invitation.code, invitation.person
    mac = mac_keys(code, person, device, sign, kem)

    def joins(data: bytes) -> None:
        read = read_join(data)
        verify_mac(code, person, *read)

    return {
        "login_signature": Format(signature, signed),
        "login_message": Format(message, said),
        "join": Format(write_join(DeviceId(device), sign, kem, mac), joins),
    }


@cache
def formats() -> dict[str, Format]:
    return _controls() | _keys() | _messages()


NAMES = (
    *(kind.name.lower() for kind in Kind),
    "wrap", "recovery_wrap", "previous_key", "kit", "local", "login_signature", "login_message", "join",
)  # fmt: skip


def test_the_table_holds_every_kind_of_control_operation() -> None:
    assert set(NAMES) == set(formats())


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_themselves_are_accepted(name: str) -> None:
    formats()[name].accept(formats()[name].raw)


@pytest.mark.parametrize("name", NAMES)
def test_every_flipped_bit_is_refused(name: str) -> None:
    form = formats()[name]
    # What is short is flipped in every bit also by `make test`.
    refused(form, list(trials.flips(form.raw, every=len(form.raw) <= 200)))


@pytest.mark.parametrize("name", NAMES)
def test_every_truncation_and_every_byte_more_is_refused(name: str) -> None:
    refused(formats()[name], list(trials.cuts(formats()[name].raw)))


def refused(form: Format, tries: Sequence[bytes]) -> None:
    accepted = []
    for data in tries:
        try:
            form.accept(data)
        except AppError:
            continue
        accepted.append(data)
    assert not accepted


# The text of an invitation is typed by people: another spelling may say the very same.

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ .!$\u00e9\u0130\u2167"


def test_every_other_letter_of_an_invitation_is_refused_or_says_the_same() -> None:
    good = example_invitation()
    text = encode_invitation(good)
    read = others = 0
    for place in trials.some(len(text), 3):
        for letter in LETTERS:
            try:
                found = decode_invitation(text[:place] + letter + text[place + 1 :])
            except InvitationNotValid:
                others += 1
            else:
                assert found == good
                read += 1
    assert others > 20 * read > 0


def test_every_flipped_bit_of_the_letters_of_an_invitation_is_refused_or_says_the_same() -> None:
    good = example_invitation()
    accepted = 0
    for data in trials.flips(encode_invitation(good).encode(), every=True):
        try:
            found = decode_invitation(data.decode("latin-1"))
        except InvitationNotValid:
            continue
        assert found == good
        accepted += 1
    assert accepted  # an "A" and an "a" are one letter


def test_an_invitation_cut_short_or_run_on_is_refused_or_says_the_same() -> None:
    good = example_invitation()
    text = encode_invitation(good)
    for tried in (*(text[:n] for n in range(len(text))), *(text + c for c in LETTERS), text + text):
        try:
            found = decode_invitation(tried)
        except InvitationNotValid:
            continue
        assert found == good


def test_an_invitation_of_another_form_is_refused_though_its_check_is_right() -> None:
    """The check is no secret: whoever makes a picture of a code can make it fit."""
    good = example_invitation()
    text = encode_invitation(good).replace("-", "")[2:]
    data = invitations._from_base32(text)[:-4]
    end = len(data) - len(good.server_url.encode()) - 1
    wrong = [data[:length] for length in range(len(data))]
    wrong += [data + b"\0", data + data, data[:49] + b"\0" + data[50:], data[:end] + b"\0"]
    wrong += [data[:49] + bytes((count,)) + data[50:] for count in (0, 2, 3, 4, 5, 255)]
    wrong += [data[:end] + bytes((size,)) + data[end + 1 :] for size in range(256) if size != data[end]]
    wrong += [data[: end + 1] + b"\xff" * data[end], b"", bytes(49), bytes(200)]
    for body in wrong:
        letters = invitations._to_base32(body + invitations._check(body))
        with pytest.raises(InvitationNotValid):
            decode_invitation("KT" + letters)


def test_an_invitation_has_its_prefix_and_no_spare_bits() -> None:
    good = example_invitation()
    text = encode_invitation(good).replace("-", "")
    for prefix in ("", "K", "XX", "KK", "TK"):
        with pytest.raises(InvitationNotValid):
            decode_invitation(prefix + text[2:])
    data = invitations._from_base32(text[2:])
    assert len(data) * 8 % 5, "the last letter has spare bits"
    last = LETTERS.index(text[-1])
    for letter in {*LETTERS[:36]} - {text[-1], "I", "L", "O", "U"}:
        assert LETTERS.index(letter) != last
        with pytest.raises(InvitationNotValid):
            decode_invitation(text[:-1] + letter)


def test_every_changed_word_of_a_seed_or_share_gives_another_or_none() -> None:
    """24 words carry 8 check bits, so 1 of 256 mistypings reads as another secret: never as this
    one, and the agency's fingerprint then tells (docs/crypto.md, "Agency seed")."""
    from mnemonic import Mnemonic

    seed = AgencySeed(bytes(range(32)))
    words, known = seed.to_words().split(), Mnemonic("english").wordlist
    mark = root_fingerprint(seed.root_key().public)
    other = 0
    for place in range(24):
        for word in known[place :: 64 if trials.SOAK else 640]:
            if word == words[place]:
                continue
            tried = " ".join([*words[:place], word, *words[place + 1 :]])
            try:
                found = AgencySeed.from_words(tried)
            except CryptoError:
                continue
            assert root_fingerprint(found.root_key().public) != mark
            other += 1
    assert other < 24 * 32 // 16
    shares = seed.to_shares(drawn_from("shares"))
    for bit in trials.some(256):
        changed = bytearray(shares[1].secret)
        changed[bit // 8] ^= 1 << bit % 8
        found = AgencySeed.from_shares(shares[0], Share(2, bytes(changed)))
        assert root_fingerprint(found.root_key().public) != mark


def test_a_kit_with_a_flipped_bit_opens_nothing() -> None:
    draw = drawn_from("kit bits")
    keyring = Keyring.generate(draw(16), draw(16), draw)
    kit = draw(32)
    blob = wrap_keyring_for_kit(keyring, kit, draw)
    assert unwrap_keyring_with_kit(blob, kit) == keyring
    for changed in trials.flips(kit, every=True):
        with pytest.raises((CryptoError, ProtocolError)):
            unwrap_keyring_with_kit(blob, changed)
