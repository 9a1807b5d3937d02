"""Every error that Kitchen Table raises on purpose.

    AppError
    ├── CryptoError            keys, seals and signatures
    ├── ProtocolError          bytes that break the rules of docs/protocol.md
    ├── StoreError             the files of this tablet
    ├── SyncError              talking to the server
    ├── PermissionRefused      the person is not entitled to do this
    └── InvalidInput           what was typed cannot be kept as it is

`code` is stable and safe to log. `user_message` is calm, says what is safe and what to do,
and never holds content, keys or names. Each layer turns foreign exceptions into these at
its rim. Verification raises; it never returns a bool.
"""

from __future__ import annotations


class AppError(Exception):
    """The root of all errors raised on purpose.

    code: stable identifier for logs and tests. user_message: words for a person.
    """

    code: str = "app_error"
    user_message: str = "Something went wrong. What you saved is safe."

    def __init__(self, detail: str = "") -> None:
        """detail: ids and codes only, for logs; never content."""
        super().__init__(detail or self.code)
        self.detail = detail


class CryptoError(AppError):
    """A key, seal or signature is not what it should be."""

    code = "crypto_error"
    user_message = "This could not be opened with the keys of this tablet."


class ProtocolError(AppError):
    """Bytes break the rules of the protocol."""

    code = "protocol_error"
    user_message = "Something arrived that this tablet cannot trust. It was set aside."


class StoreError(AppError):
    """The files of this tablet could not be read or written."""

    code = "store_error"
    user_message = "This tablet could not save that. Your words are still here."


class SyncError(AppError):
    """Talking to the server did not work. Local work goes on."""

    code = "sync_error"
    user_message = "The server did not answer as expected. All your work is on this tablet."


class PermissionRefused(AppError):
    """The person's role or membership does not allow this."""

    code = "permission_refused"
    user_message = "Your role does not include this. Ask your administrator."


class InvalidInput(AppError):
    """What was typed cannot be kept as it is."""

    code = "invalid_input"
    user_message = "That cannot be saved as it is."

    def __init__(self, user_message: str = "", *, field: str = "", code: str = "") -> None:
        """user_message: plain words for the field. field: which field, never its value."""
        super().__init__(field)
        self.field = field
        if user_message:
            self.user_message = user_message
        if code:
            self.code = code
