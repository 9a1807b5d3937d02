"""Stamps always grow; a login answer is for one server, device and challenge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.primitives import SigningKey
from app.errors import BadSignature, Malformed
from app.protocol.hlc import HybridClock, milliseconds_of, stamp
from app.protocol.ids import DeviceId
from app.protocol.limits import MAX_CLOCK_LEAD_MS
from app.protocol.login import login_message, sign_login, verify_login

KEY = SigningKey(b"\x05" * 32)
DEVICE = DeviceId(b"d" * 16)
CHALLENGE = b"c" * 32
ORIGIN = "https://table.example"


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=50), st.integers(0, 2**40))
def test_stamps_grow_whatever_the_wall_clock_does(times: list[int], last: int) -> None:
    wall = iter(times)
    clock = HybridClock(lambda: next(wall), last)
    stamps = [clock.tick() for _ in times]
    assert stamps == sorted(set(stamps))
    assert stamps[0] > last


def test_a_full_count_carries_into_the_milliseconds() -> None:
    clock = HybridClock(lambda: 1000, stamp(1000, 0xFFFF))
    assert clock.tick() == stamp(1001, 0)


def test_a_stamp_five_minutes_ahead_is_followed_and_one_further_is_not() -> None:
    clock = HybridClock(lambda: 1000)
    ahead = stamp(1000 + MAX_CLOCK_LEAD_MS)
    clock.observe(ahead)
    assert clock.last == ahead
    assert clock.tick() == ahead + 1
    clock.observe(stamp(1001 + MAX_CLOCK_LEAD_MS))
    assert clock.last == ahead + 1


def test_an_older_stamp_changes_nothing() -> None:
    clock = HybridClock(lambda: 1000)
    own = clock.tick()
    clock.observe(stamp(10))
    assert clock.last == own


def test_own_stamps_are_corrected_by_the_servers_offset() -> None:
    clock = HybridClock(lambda: 1000)
    clock.correct(500)
    assert milliseconds_of(clock.tick()) == 1500
    assert HybridClock(lambda: 1000, offset_ms=-5000).tick() == 1


def test_a_login_answer_is_for_one_server_device_and_challenge() -> None:
    signature = sign_login(KEY, ORIGIN, DEVICE, CHALLENGE)
    verify_login(KEY.public, ORIGIN, DEVICE, CHALLENGE, signature)
    other = SigningKey(b"\x06" * 32).public
    for public, origin, device, challenge in (
        (other, ORIGIN, DEVICE, CHALLENGE),
        (KEY.public, "https://evil.example", DEVICE, CHALLENGE),
        (KEY.public, ORIGIN, DeviceId(b"e" * 16), CHALLENGE),
        (KEY.public, ORIGIN, DEVICE, b"x" * 32),
    ):
        with pytest.raises(BadSignature):
            verify_login(public, origin, device, challenge, signature)


def test_a_login_message_says_the_length_of_its_origin() -> None:
    message = login_message(ORIGIN, DEVICE, CHALLENGE)
    assert message == b"kt-login-v1\0\x00\x15" + ORIGIN.encode() + DEVICE + CHALLENGE


@pytest.mark.parametrize(
    ("origin", "device", "challenge"),
    [
        ("", DEVICE, CHALLENGE),
        ("x" * 256, DEVICE, CHALLENGE),
        ("\ud800", DEVICE, CHALLENGE),
        (ORIGIN, b"d" * 15, CHALLENGE),
        (ORIGIN, DEVICE, b"c" * 31),
    ],
)
def test_a_login_message_has_one_form(origin: str, device: bytes, challenge: bytes) -> None:
    with pytest.raises(Malformed):
        login_message(origin, DeviceId(device), challenge)
