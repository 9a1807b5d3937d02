"""Whom a tablet believes to be its server: certificates checked always, and every failure named.

Owns the choice of authorities (the usual ones, or an agency's own instead of them) and what a
failed handshake means.  There is no way to switch the check off.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from app.errors import (
    InvalidInput,
    ServerAuthorityUnknown,
    ServerCertificateExpired,
    ServerNameWrong,
    ServerNotTrusted,
)

# X509_V_ERR_… of OpenSSL, which Python has no names for.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = (62, 63, 64)  # host, mail, IP address
_NO_AUTHORITY = (2, 18, 19, 20, 21, 24, 79)
"""Issuer not found, self-signed, unverifiable, not a CA."""


def own_authority(ca_file: Path) -> ssl.SSLContext:
    """Trust the certificates in ``ca_file`` (PEM) and nobody else.  Raises InvalidInput."""
    try:
        # With a file, the system's own store is not loaded.
        context = ssl.create_default_context(cafile=str(ca_file))
    except FileNotFoundError:
        raise _unusable(f"{ca_file} is not there.") from None
    except ssl.SSLError:
        raise _unusable(f"{ca_file} is not a certificate in PEM form.") from None
    except (OSError, ValueError):
        raise _unusable(f"{ca_file} could not be read.") from None
    if not context.get_ca_certs():
        raise _unusable(f"{ca_file} holds no certificate of an authority.")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def check_context(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context.  Raises ValueError for one that would not check the server."""
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        raise ValueError("a context that does not verify")
    return context


def failed_handshake(error: BaseException) -> ServerNotTrusted | None:
    """Our error when TLS is what failed, somewhere under ``error``."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            code = getattr(cause, "verify_code", 0)
            return _of_code(code)(f"certificate {code}")
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return None  # The line was cut: that is the network.
        if isinstance(cause, ssl.SSLError):  # Not each has a reason: Python makes some itself.
            return ServerNotTrusted(str(getattr(cause, "reason", None) or "tls").lower())
    return None


def _of_code(code: int) -> type[ServerNotTrusted]:
    if code in (_NOT_YET_VALID, _EXPIRED):
        return ServerCertificateExpired
    if code in _OTHER_NAME:
        return ServerNameWrong
    return ServerAuthorityUnknown if code in _NO_AUTHORITY else ServerNotTrusted


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here
        here = here.__cause__ or here.__context__


def _unusable(words: str) -> InvalidInput:
    return InvalidInput(f"The file of your agency's authority cannot be used: {words}", field="ca-file")
