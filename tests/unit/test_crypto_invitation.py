"""An invitation survives paper and typing; its MAC lets nobody swap a key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.invitation import (
    ControlHead,
    Invitation,
    decode_invitation,
    encode_invitation,
    invitation_id,
    mac_keys,
    make_code,
    verify_mac,
)
from app.errors import AppError, InvitationForged, InvitationNotValid
from tests.vectors.agency_world import drawn_from

DRAW = drawn_from("invitation tests")
INVITATION = Invitation(
    make_code(DRAW), DRAW(16), DRAW(16), (ControlHead(DRAW(16), DRAW(32)),), "https://table.example"
)
TEXT = encode_invitation(INVITATION)
sixteen = st.binary(min_size=16, max_size=16)
heads = st.builds(ControlHead, sixteen, st.binary(min_size=32, max_size=32))
invitations = st.builds(
    Invitation,
    sixteen,
    sixteen,
    sixteen,
    st.lists(heads, min_size=1, max_size=4).map(tuple),
    st.text(min_size=1, max_size=60),
)


@given(invitations)
def test_an_invitation_comes_back_from_its_text(invitation: Invitation) -> None:
    assert decode_invitation(encode_invitation(invitation)) == invitation


@given(st.text(max_size=80) | st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ").map("KT".__add__))
def test_random_text_is_refused_calmly(text: str) -> None:
    with pytest.raises(InvitationNotValid):
        decode_invitation(text)


def test_typing_it_differently_does_not_matter() -> None:
    typed = TEXT.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert decode_invitation(typed) == INVITATION
    assert decode_invitation(TEXT.replace("-", "").replace("1", "i")) == INVITATION


def test_every_mistyped_letter_is_noticed() -> None:
    for position, letter in enumerate(TEXT):
        if letter == "-" or position < 2:
            continue
        other = "A" if letter != "A" else "B"
        with pytest.raises(InvitationNotValid):
            decode_invitation(TEXT[:position] + other + TEXT[position + 1 :])


def test_a_text_cut_short_or_run_on_is_noticed() -> None:
    for length in range(len(TEXT)):
        if TEXT[length:].strip("-"):
            with pytest.raises(InvitationNotValid):
                decode_invitation(TEXT[:length])
    for tail in ("0", "00", "A" * 8, "U", "é", "A" * 2000):
        with pytest.raises(InvitationNotValid):
            decode_invitation(TEXT + tail)


@pytest.mark.parametrize(
    "change",
    [
        {"code": b"short"},
        {"person": b"short"},
        {"root_fingerprint": b"short"},
        {"heads": ()},
        {"heads": INVITATION.heads * 5},
        {"heads": (ControlHead(b"short", bytes(32)),)},
        {"server_url": ""},
        {"server_url": "x" * 256},
        {"server_url": "\ud800"},
    ],
)
def test_an_invitation_that_lacks_something_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(InvitationNotValid):
        encode_invitation(replace(INVITATION, **change))


def test_the_code_is_not_shown_and_the_id_does_not_give_it_away() -> None:
    assert repr(INVITATION.code) not in repr(INVITATION)
    assert INVITATION.id == invitation_id(INVITATION.code)
    assert INVITATION.id != INVITATION.code and len(INVITATION.id) == 16


def test_the_server_cannot_swap_a_key_because_it_does_not_know_the_code() -> None:
    code, person, device = INVITATION.code, INVITATION.person, DRAW(16)
    sign, kem = DRAW(32), DRAW(32)
    mac = mac_keys(code, person, device, sign, kem)
    verify_mac(code, person, device, sign, kem, mac)
    other = DRAW(32)
    for forged in (
        (DRAW(16), person, device, sign, kem, mac),
        (code, DRAW(16), device, sign, kem, mac),
        (code, person, DRAW(16), sign, kem, mac),
        (code, person, device, other, kem, mac),
        (code, person, device, sign, other, mac),
        (code, person, device, kem, sign, mac),
        (code, person, device, sign, kem, mac[:-1] + bytes((mac[-1] ^ 1,))),
        (code, person, device, sign, kem, b""),
        (code, person, device, sign, kem[:-1], mac),
        (code, person, device, sign, kem, mac_keys(INVITATION.id, person, device, sign, kem)),
    ):
        with pytest.raises(InvitationForged):
            verify_mac(*forged)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_mac_over_strange_lengths_raises_only_our_errors(device: bytes, key: bytes) -> None:
    try:
        mac_keys(INVITATION.code, INVITATION.person, device, key, key)
    except AppError:
        pass
