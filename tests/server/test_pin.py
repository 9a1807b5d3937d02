"""Which agency may be founded on a server, and under which addresses tablets reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app import __main__ as command_line
from app.crypto.seed import root_fingerprint
from app.errors import AccessClosed, AppError
from app.protocol.ids import StreamId
from app.services.arrival import spoken_fingerprint
from app.sync.http import HttpTransport
from server.authority import FingerprintUnreadable, OtherAgency, fingerprint, parse_fingerprint
from server.config import Config
from server.main import create_app, main
from server.serving import own_origins
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.server.conftest import ORIGIN
from tests.server.test_process import free_port

OURS, STRANGER = AgencyMaker(FakeRandom("ours")), AgencyMaker(FakeRandom("stranger"))
MARK = root_fingerprint(OURS.state.root_public)


async def found(config: Config, maker: AgencyMaker) -> bytes:
    app = create_app(config)
    try:
        async with HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)) as wire:
            return await wire.found_agency(StreamId(maker.id), maker.ops)
    finally:
        app.state.desk.database.close()


@pytest.mark.parametrize("pin", [MARK, MARK[:8]])
async def test_stranger_who_comes_first_cannot_take_a_pinned_server(config: Config, pin: bytes) -> None:
    pinned = replace(config, agency_fingerprint=pin)
    with pytest.raises(AccessClosed, match="agency_not_expected"):
        await found(pinned, STRANGER)
    assert await found(pinned, OURS) == OURS.state.head


async def test_server_without_a_pin_takes_the_first_that_comes(config: Config) -> None:
    assert await found(config, STRANGER) == STRANGER.state.head


async def test_database_of_another_agency_is_not_served(config: Config) -> None:
    await found(config, STRANGER)
    with pytest.raises(OtherAgency):
        create_app(replace(config, agency_fingerprint=MARK))
    # Its own agency's is, and so is an empty one.
    theirs = root_fingerprint(STRANGER.state.root_public)
    create_app(replace(config, agency_fingerprint=theirs)).state.desk.database.close()


def test_fingerprint_is_the_one_the_app_shows() -> None:
    assert fingerprint(OURS.state) == MARK
    assert parse_fingerprint(spoken_fingerprint(MARK)) == MARK[:8]


@pytest.mark.parametrize(
    ("text", "mark"),
    [("", b""), (MARK.hex(), MARK), (MARK.hex(":"), MARK), (MARK[:8].hex("-").upper(), MARK[:8])],
)
def test_fingerprint_is_read_however_it_is_written(text: str, mark: bytes) -> None:
    assert parse_fingerprint(text) == mark


@pytest.mark.parametrize("text", [" ", "-", "zz" * 8, "ab" * 7, "ab" * 17, "abc", "ab" * 8 + "c", "٣" * 16])
def test_what_is_no_fingerprint_is_refused_and_never_means_anybody(text: str) -> None:
    with pytest.raises(FingerprintUnreadable):
        parse_fingerprint(text)


@pytest.mark.parametrize("start", [command_line.main, None])
def test_unreadable_fingerprint_ends_the_start_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], start: Callable[[list[str]], int] | None
) -> None:
    options = ["--data", str(tmp_path / "data"), "--port", str(free_port()), "--agency", "mine"]
    assert (start(["server", *options]) if start else main(options)) == 1
    assert capsys.readouterr().err == FingerprintUnreadable.user_message + "\n"
    assert issubclass(FingerprintUnreadable, AppError)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "expected"),
    [
        ("http", "127.0.0.1", 8787, {"http://127.0.0.1:8787", "http://localhost:8787"}),
        ("https", "10.0.0.5", 443, {"https://10.0.0.5", "https://127.0.0.1", "https://localhost"}),
        ("http", "127.0.0.1", 80, {"http://127.0.0.1", "http://localhost"}),
        ("https", "::1", 80, {"https://[::1]:80", "https://127.0.0.1:80", "https://localhost:80"}),
    ],
)
def test_own_addresses_are_written_as_tablets_sign_them(
    scheme: str, host: str, port: int, expected: set[str]
) -> None:
    assert set(own_origins(scheme, host, port)) == expected
    for origin in expected:
        wire = HttpTransport(origin, allow_plain_http=True)
        assert wire.origin == origin
