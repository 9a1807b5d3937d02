"""The security headers of every answer, and the page's content security policy.

The policy lets the page talk to its own origin alone. That is also what keeps the web client from
fetching the one file it would still ask a content network for (Rive's runtime, which this app does
not use): the browser drops the request before it leaves the machine. Inline scripts run only when
their hash is named, so the hashes are computed from the page that is about to be served.
"""

from __future__ import annotations

import base64
import hashlib
import re

_INLINE_SCRIPT = re.compile(
    rb"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE
)

ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
"""Set on every answer; where the app behind sets one of them itself, this value wins.

No cross-origin-embedder-policy: with it the page would be cross-origin isolated, and Flutter would
draw in a second thread that shares a cache of glyphs with the first without a lock (flutter issue
190039): now and then a text was measured many times too wide and pushed the screen out of the
window. The policy would protect nothing here, because the page loads from its own origin alone.
"""

NEVER = frozenset({b"access-control-allow-origin", b"cross-origin-embedder-policy", b"server"})
"""Removed from every answer: nobody else's page may read this one."""


def inline_script_hashes(page: bytes) -> tuple[str, ...]:
    """CSP source expressions (`'sha256-…'`) of every inline script in a page.

    page: UTF-8 HTML. Scripts with a `src` are left out: 'self' covers them.
    """
    bodies = (
        match["body"]
        for match in _INLINE_SCRIPT.finditer(page)
        if b"src=" not in match["attributes"].replace(b" ", b"").lower()
    )
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}'" for body in bodies)


def policy(page: bytes | None) -> bytes:
    """The Content-Security-Policy of an answer.

    page: the HTML about to be served, for the hashes of its scripts; None for anything else.
    """
    scripts = " ".join(("'self'", "'wasm-unsafe-eval'", *(inline_script_hashes(page) if page else ())))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            "style-src 'self' 'unsafe-inline'",  # Flutter writes style elements of its own
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ).encode()
