"""Attacks on the way to the server: every certificate that is not the agency's is refused, by name."""

from __future__ import annotations

import signal
import socket
import ssl
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from fastapi import FastAPI

from app import __main__ as command_line
from app import config as app_config
from app.errors import (
    InvalidInput,
    NoNetwork,
    ServerAuthorityUnknown,
    ServerCertificateExpired,
    ServerNameWrong,
    ServerNotTrusted,
    ServerUnavailable,
)
from app.protocol.ids import StreamId
from app.protocol.login import sign_login
from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import LoginSigner
from app.sync.status import SyncState
from app.sync.tls import failed_handshake, own_authority
from server.config import Config
from server.main import create_app, main
from server.tls import TlsFilesUnusable, server_context
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.server.live import live
from tests.server.test_process import free_port, serving

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
Serve = Callable[[tuple[Path, Path] | None], int]


class Office:
    """An authority of an agency, and the files of a server it vouches for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca_file)

    def files(
        self, *names: str, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> tuple[Path, Path]:
        """Certificate and key for `names`."""
        made = self.authority.issue_cert(*names, not_before=not_before, not_after=not_after)
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"
        cert.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(key)
        return cert, key


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def serve(config: Config, tmp_path: Path) -> Iterator[Serve]:
    """Starts the real server with certificate and key; returns its port."""
    with ExitStack() as open_ones:

        def start(files: tuple[Path, Path] | None) -> int:
            def make(port: int) -> FastAPI:
                origins = (f"https://localhost:{port}",)
                return create_app(replace(config, data_dir=tmp_path / f"data{port}", origins=origins))

            cert, key = files or (None, None)
            return open_ones.enter_context(live(make, server_context(cert, key)))[0]

        yield start


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "self.pem", folder / "self-key.pem"
    cert_file.write_bytes(made.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_file, key_file


async def ask(url: str, ca_file: Path | None) -> None:
    trust = own_authority(ca_file) if ca_file else None
    async with HttpTransport(url, trust=trust) as wire:
        await wire.poll_invitation(bytes(16))


async def test_certificate_of_the_agencys_own_authority_is_accepted(office: Office, serve: Serve) -> None:
    port = serve(office.files("localhost", "127.0.0.1"))
    for host in ("localhost", "127.0.0.1"):
        async with HttpTransport(f"https://{host}:{port}", trust=own_authority(office.ca_file)) as wire:
            assert (await wire.found_agency(*founding())) != bytes(32)


def founding() -> tuple[StreamId, list[bytes]]:
    maker = AgencyMaker(FakeRandom("agency"))
    return maker.id, maker.ops


async def test_expired_certificate_is_refused(office: Office, serve: Serve) -> None:
    port = serve(office.files("localhost", not_before=NOW - 9 * DAY, not_after=NOW - DAY))
    with pytest.raises(ServerCertificateExpired):
        await ask(f"https://localhost:{port}", office.ca_file)


async def test_certificate_of_tomorrow_is_refused(office: Office, serve: Serve) -> None:
    port = serve(office.files("localhost", not_before=NOW + DAY, not_after=NOW + 9 * DAY))
    with pytest.raises(ServerCertificateExpired):
        await ask(f"https://localhost:{port}", office.ca_file)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_certificate_of_another_name_is_refused(office: Office, serve: Serve, host: str) -> None:
    port = serve(office.files("sync.example.org", "10.0.0.1"))
    with pytest.raises(ServerNameWrong):
        await ask(f"https://{host}:{port}", office.ca_file)


async def test_self_signed_certificate_is_refused(office: Office, serve: Serve) -> None:
    port = serve(self_signed(office.folder))
    for ca_file in (None, office.ca_file):
        with pytest.raises(ServerAuthorityUnknown):
            await ask(f"https://localhost:{port}", ca_file)


async def test_unknown_authority_is_refused(office: Office, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other")
    port = serve(office.files("localhost"))
    # The usual authorities do not know it, and neither does another agency's.
    for ca_file in (None, other.ca_file):
        with pytest.raises(ServerAuthorityUnknown):
            await ask(f"https://localhost:{port}", ca_file)


def test_own_authority_is_trusted_instead_of_the_usual_ones(office: Office) -> None:
    assert len(own_authority(office.ca_file).get_ca_certs()) == 1


@asynccontextmanager
async def tablet(port: int, trust: ssl.SSLContext | None) -> AsyncIterator[tuple[SyncEngine, FakeStore]]:
    """A coordinator with an agency and three notes, all still to be sent to the server at `port`."""
    maker = AgencyMaker(FakeRandom("agency"))
    worker = maker.hire(Role.COORDINATOR)
    store = FakeStore(worker.device, worker.key, maker.id, FakeRandom("worker"))
    store.keys = maker.keys
    store.hold_control(maker.id, maker.ops, pending=True)
    stream = maker.open_stream(worker)
    store.hold_control(stream, maker.streams[stream], pending=True)
    store.write(stream, 3)
    async with HttpTransport(f"https://localhost:{port}", trust=trust) as wire:
        yield SyncEngine(store, wire, FakeClock(), lambda: 0.5), store


async def test_untrusted_server_is_a_state_of_sync_and_keeps_nobody_from_working(
    office: Office, serve: Serve
) -> None:
    port = serve(office.files("localhost"))
    async with tablet(port, None) as (engine, store):
        status = await engine.run_once()
        assert (status.state, status.problem) == (SyncState.PROBLEM, "server_authority_unknown")
        assert "nothing was sent" in status.message and status.pending == 3
        (stream,) = [item for item in store.control if item != store.agency]
        store.write(stream, 2)
        assert (await engine.run_once()).pending == 5
    async with tablet(port, own_authority(office.ca_file)) as (engine, store):
        status = await engine.run_once()
        assert (status.state, status.problem, status.pending) == (SyncState.IDLE, "", 0)


async def test_plain_http_at_the_tls_port_and_tls_at_a_plain_one_come_to_nothing(
    office: Office, serve: Serve
) -> None:
    port = serve(office.files("localhost"))
    with pytest.raises(NoNetwork):
        await ask(f"http://localhost:{port}", None)
    plain = serve(None)
    with pytest.raises(ServerNotTrusted):
        await ask(f"https://localhost:{plain}", office.ca_file)
    with pytest.raises(InvalidInput):
        HttpTransport("http://sync.example.org")


def shake(port: int, context: ssl.SSLContext) -> str:
    """What a client of this context and the server agree on."""
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        cipher = line.cipher()
        assert cipher is not None
        return f"{line.version()} {cipher[0]}"


def test_old_versions_and_ciphers_without_forward_secrecy_are_not_agreed_on(
    office: Office, serve: Serve
) -> None:
    port = serve(office.files("localhost"))
    assert shake(port, own_authority(office.ca_file)).startswith("TLSv1.3 ")
    client = own_authority(office.ca_file)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert shake(port, client).startswith("TLSv1.2 ECDHE-")
    for ciphers in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"):
        client.set_ciphers(ciphers)
        with pytest.raises(ssl.SSLError):
            shake(port, client)
    old = own_authority(office.ca_file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shake(port, old)


def test_there_is_no_way_to_switch_the_check_off() -> None:
    for weaken in ({"check_hostname": False}, {"check_hostname": False, "verify_mode": ssl.CERT_NONE}):
        context = ssl.create_default_context()
        for name, value in weaken.items():
            setattr(context, name, value)
        with pytest.raises(ValueError, match="verify"):
            HttpTransport("https://sync.example.org", trust=context)
    words = command_line.parser().format_help() + " ".join(
        option
        for action in command_line.parser()._subparsers._group_actions  # type: ignore[union-attr]
        for command in action.choices.values()  # type: ignore[union-attr]
        for option in command._option_string_actions
    )
    assert not [word for word in ("insecure", "no-verify", "skip", "ignore") if word in words.lower()]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ssl.SSLEOFError(8, "cut"), None),
        (ssl.SSLZeroReturnError(6, "closed"), None),
        (ConnectionResetError(), None),
        (ssl.SSLError(1, "odd"), ServerNotTrusted),
    ],
)
def test_line_that_was_cut_is_the_network_and_other_faults_of_tls_are_not(
    error: OSError, expected: type[ServerNotTrusted] | None
) -> None:
    outer = httpx.ConnectError("x")
    outer.__cause__ = error
    found = failed_handshake(outer)
    assert (None if found is None else type(found)) is expected


def test_errors_of_tls_are_kinds_of_a_server_that_cannot_be_used() -> None:
    """So that what handles that one (joining keeps its keys, rounds are tried again) handles these."""
    for kind in (ServerNotTrusted, ServerNameWrong, ServerCertificateExpired, ServerAuthorityUnknown):
        assert issubclass(kind, ServerUnavailable)


# The server's files.


def refused(cert: Path | None, key: Path | None) -> str:
    with pytest.raises(TlsFilesUnusable) as found:
        server_context(cert, key)
    return found.value.user_message


def test_each_file_that_will_not_do_is_named_in_plain_words(office: Office, tmp_path: Path) -> None:
    cert, key = office.files("localhost")
    none = tmp_path / "none.pem"
    assert server_context(None, None) is None
    assert "--tls-key" in refused(cert, None) and "--tls-cert" in refused(None, key)
    assert refused(none, key) == f"--tls-cert: {none} is not there."
    assert refused(cert, none) == f"--tls-key: {none} is not there."
    assert refused(tmp_path, key) == f"--tls-cert: {tmp_path} is not a file."
    none.write_bytes(b"\x30\x82")
    assert refused(none, key) == f"--tls-cert: {none} is not in PEM form."
    none.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert "not a certificate and its key" in refused(none, key)
    assert "not a certificate and its key" in refused(key, cert)
    _, other = self_signed(tmp_path)
    assert "does not belong to the certificate" in refused(cert, other)


def test_key_behind_a_passphrase_is_refused_and_nobody_is_asked(office: Office, tmp_path: Path) -> None:
    cert, _ = office.files("localhost")
    locked = tmp_path / "locked.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    seal = BestAvailableEncryption(b"x" * 20)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, seal))
    assert "locked with a passphrase" in refused(cert, locked)


def test_file_that_may_not_be_read_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = office.files("localhost")
    # Whoever runs the tests may be root, who reads everything.
    monkeypatch.setattr("os.access", lambda file, mode: file != key)
    assert refused(cert, key) == f"--tls-key: {key} may not be read by the user that runs the server."


def test_server_with_unusable_files_ends_with_code_1_and_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--data",
        str(tmp_path / "data"),
        "--port",
        str(free_port()),
        "--tls-cert",
        str(tmp_path / "none"),
    ]
    assert main(options) == 1
    said = capsys.readouterr().err
    assert said == "TLS needs both files: --tls-cert FILE and --tls-key FILE.\n"
    assert command_line.main(["server", *options, "--tls-key", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"--tls-cert: {tmp_path / 'none'} is not there.\n"
    assert not (tmp_path / "data").exists()


async def test_process_with_certificate_serves_https_under_its_own_address(office: Office) -> None:
    cert, key = office.files("localhost")
    port = free_port()
    maker = AgencyMaker(FakeRandom("agency"))
    extra = ("--tls-cert", str(cert), "--tls-key", str(key))
    trust = own_authority(office.ca_file)
    with serving(office.folder / "data", port, extra=extra, trust=trust) as process:
        async with HttpTransport(f"https://localhost:{port}", trust=trust) as wire:
            await wire.found_agency(maker.id, maker.ops)
            await wire.login(maker.admin.device, signer(maker))
            assert wire.signed_in
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout is not None and process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


def signer(maker: AgencyMaker) -> LoginSigner:
    async def sign(origin: str, challenge: bytes) -> bytes:
        return sign_login(maker.admin.key, origin, maker.admin.device, challenge)

    return sign


# The tablet's file.


def unusable(ca_file: Path) -> str:
    with pytest.raises(InvalidInput) as found:
        own_authority(ca_file)
    assert found.value.field == "ca-file"
    return found.value.user_message


def test_authority_file_that_will_not_do_is_said_in_plain_words(office: Office) -> None:
    file = office.folder / "odd.pem"
    assert unusable(file).endswith("is not there.")
    assert unusable(office.folder).endswith("could not be read.")
    _, key = office.files("localhost")
    for content in (b"", b"hello", key.read_bytes()):
        file.write_bytes(content)
        assert "certificate" in unusable(file)


def test_app_with_an_unusable_authority_file_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, missing = str(tmp_path / "home"), str(tmp_path / "none.pem")
    assert command_line.main(["app", "--home", home, "--ca-file", missing]) == 1
    assert "none.pem is not there" in capsys.readouterr().err
    monkeypatch.setenv("KT_CA_FILE", missing)
    assert command_line.main(["app", "--home", home]) == 1
    assert "none.pem is not there" in capsys.readouterr().err


def test_authority_comes_from_the_option_or_the_environment() -> None:
    option, named = Path("given.pem"), {"KT_CA_FILE": "named.pem"}
    assert app_config.ca_file({}, None) is None
    assert app_config.ca_file(named, None) == Path("named.pem")
    assert app_config.ca_file(named, option) == option
