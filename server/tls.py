"""TLS by option: a certificate and its key, looked at before the server begins.

Owns the context (TLS 1.2 or newer, forward secrecy, authenticated ciphers) and plain words for every
file that will not do.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from app.errors import ServerCannotStart

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; those of TLS 1.3 are all of this kind."""


class TlsFilesUnusable(ServerCannotStart):
    """The certificate or the key cannot be used."""

    def __init__(self, user_message: str) -> None:
        """user_message: which file, and what to do."""
        super().__init__("tls")
        self.user_message = user_message


class _KeyIsLocked(Exception):
    """OpenSSL asks for the passphrase of the key."""


def server_context(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """The context for both files; None for neither.  Raises TlsFilesUnusable."""
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise TlsFilesUnusable("TLS needs both files: --tls-cert FILE and --tls-key FILE.")
    for option, file in (("--tls-cert", cert), ("--tls-key", key)):
        _look(option, file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert, key, password=_refuse_to_ask)
    except _KeyIsLocked:
        raise TlsFilesUnusable(
            f"The key in {key} is locked with a passphrase, which nobody is here to type. "
            "Give a key without one, readable by the server's user alone."
        ) from None
    except ssl.SSLError as error:
        raise TlsFilesUnusable(_words(error, cert, key)) from None
    except OSError:
        raise TlsFilesUnusable(f"{cert} or {key} could not be read.") from None
    return context


def _look(option: str, file: Path) -> None:
    if not file.exists():
        raise TlsFilesUnusable(f"{option}: {file} is not there.")
    if not file.is_file():
        raise TlsFilesUnusable(f"{option}: {file} is not a file.")
    if not os.access(file, os.R_OK):
        raise TlsFilesUnusable(f"{option}: {file} may not be read by the user that runs the server.")
    if b"-----BEGIN " not in _beginning(file):
        raise TlsFilesUnusable(f"{option}: {file} is not in PEM form.")


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(64 * 1024)
    except OSError:
        return b""


def _words(error: ssl.SSLError, cert: Path, key: Path) -> str:
    if error.reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"):
        return f"The key in {key} does not belong to the certificate in {cert}."
    if error.reason in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"):
        return f"The certificate in {cert} is too weak ({error.reason.lower()}). Have a new one made."
    return f"{cert} and {key} are not a certificate and its key in PEM form."


def _refuse_to_ask() -> str:
    raise _KeyIsLocked
