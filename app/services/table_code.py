"""The six-digit code that closes the family's table: how it is kept, checked, and how often missed.

Sealed on this tablet only, as a salted Argon2id hash. A miss is written before the code is looked
at, so that neither a crash nor kill -9 gives a try for free. It never unlocks a locked tablet.
Spec: docs/audience.md, "The table".
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace

from app.crypto.kdf import FLOOR, KdfParams, derive
from app.errors import InvalidInput

from .desk import Desk

KIND, NAME = "table", "code"
DIGITS = 6
TRIES = 3
"""Misses until only the passphrase closes the table."""

_UP = "01234567890123"
_DOWN = _UP[::-1]


@dataclass(frozen=True)
class _Kept:
    salt: str
    hash: str
    memory_kib: int
    iterations: int
    misses: int = 0


class TableCode:
    """The code of this tablet. Verification raises."""

    def __init__(self, desk: Desk, confirm: Callable[[str], Awaitable[None]]) -> None:
        """confirm: raises WrongPassphrase unless given the tablet's passphrase."""
        self._desk = desk
        self._confirm = confirm
        # One try after the other: two at once must not count as one.
        self._one = asyncio.Lock()

    async def exists(self) -> bool:
        """Whether a code was chosen on this tablet."""
        return await self._load() is not None

    async def tries_left(self) -> int:
        """How many more codes are taken; 0: only the passphrase closes the table."""
        kept = await self._load()
        return TRIES if kept is None else max(0, TRIES - kept.misses)

    async def choose(self, code: str) -> None:
        """Keep a new code and forget earlier misses. Only a worker's screen may offer this.

        Raises InvalidInput when it is not six digits, or easy to guess.
        """
        check_code(code)
        salt = bytes.fromhex(self._desk.new_id())
        async with self._one:
            hashed = await _hashed(code, salt, FLOOR)
            await self._save(
                _Kept(salt.hex(), hashed.hex(), FLOOR.memory_kib, FLOOR.iterations)
            )

    async def verify(self, code: str) -> None:
        """Return only for the right code. Raises InvalidInput: wrong, or missed too often."""
        async with self._one:
            kept = await self._load()
            if kept is None:
                raise InvalidInput("Choose a table code first.", field="code", code="table_no_code")
            if kept.misses >= TRIES:
                raise _spent()
            await self._save(replace(kept, misses=kept.misses + 1))
            params = KdfParams(kept.memory_kib, kept.iterations)
            tried = await _hashed(code, bytes.fromhex(kept.salt), params)
            if hmac.compare_digest(tried, bytes.fromhex(kept.hash)):
                await self._save(replace(kept, misses=0))
                return
            left = TRIES - kept.misses - 1
            if left == 0:
                raise _spent()
            raise InvalidInput(
                f"That is not the code. Tries left: {left}.",
                field="code",
                code="table_code_wrong",
                values={"left": left},
            )

    async def verify_passphrase(self, passphrase: str) -> None:
        """Return only for the tablet's passphrase, and forget the misses.

        Raises WrongPassphrase, InvalidInput (asked too fast).
        """
        await self._confirm(passphrase)
        async with self._one:
            kept = await self._load()
            if kept is not None and kept.misses:
                await self._save(replace(kept, misses=0))

    async def _load(self) -> _Kept | None:
        raw = await self._desk.vault.load_local(KIND, NAME)
        return _Kept(**json.loads(raw)) if raw else None

    async def _save(self, kept: _Kept) -> None:
        await self._desk.vault.save_local(KIND, NAME, json.dumps(asdict(kept)).encode())


def check_code(code: str) -> None:
    """Raise InvalidInput unless these are six digits that are not the first ones to be tried."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise InvalidInput("The code has six digits.", field="code", code="table_code_shape")
    repeats = any(code == code[:part] * (DIGITS // part) for part in (1, 2, 3))
    pairs = code[0] == code[1] and code[2] == code[3] and code[4] == code[5]
    if repeats or pairs or code in _UP or code in _DOWN:
        raise InvalidInput(
            "Anyone would try that code first. Choose six other digits.",
            field="code",
            code="table_code_easy",
        )


def _spent() -> InvalidInput:
    return InvalidInput(
        "Three tries were wrong. Only the passphrase closes the table now.",
        field="code",
        code="table_code_spent",
    )


async def _hashed(code: str, salt: bytes, params: KdfParams) -> bytes:
    return await asyncio.to_thread(derive, code, salt, params)
