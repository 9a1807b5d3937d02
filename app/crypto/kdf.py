"""Turning a passphrase into a key: Argon2id with a compiled floor and ceiling.

Owns the parameters and their bounds. Refuses parameters under the floor, so that a changed blob
cannot make guessing cheap, and over the ceiling, so that it cannot exhaust the tablet. Uses
argon2-cffi, because `cryptography` on tablets has no Argon2id. Spec: docs/crypto.md,
"Passphrase"; source: RFC 9106.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from app.crypto.primitives import KEY_BYTES
from app.errors import UnencodableText, WeakKdf

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class KdfParams:
    """Cost of one guess. memory_kib in KiB; iterations and parallelism are counts."""

    memory_kib: int
    iterations: int
    parallelism: int = 1

    def at_least(self, floor: KdfParams) -> bool:
        """Tell whether neither memory nor iterations is under floor."""
        return self.memory_kib >= floor.memory_kib and self.iterations >= floor.iterations


FLOOR = KdfParams(memory_kib=19 * 1024, iterations=2, parallelism=1)
DESKTOP_FLOOR = KdfParams(memory_kib=64 * 1024, iterations=3, parallelism=1)
CEILING = KdfParams(memory_kib=1024 * 1024, iterations=64, parallelism=8)


def check_params(params: KdfParams, floor: KdfParams = FLOOR) -> None:
    """Return only for parameters between floor and CEILING. Raises WeakKdf."""
    if not params.at_least(floor) or not params.at_least(FLOOR) or params.parallelism < 1:
        raise WeakKdf("under the floor")
    if not CEILING.at_least(params) or params.parallelism > CEILING.parallelism:
        raise WeakKdf("over the ceiling")


def derive(
    passphrase: str, salt: bytes, params: KdfParams, *, floor: KdfParams = FLOOR
) -> bytes:
    """Return the 32-byte key of a passphrase (NFKC, UTF-8) and a 16-byte salt.

    Raises WeakKdf for parameters out of bounds, UnencodableText for a lone surrogate.
    """
    check_params(params, floor)
    if len(salt) != SALT_BYTES:
        raise WeakKdf("salt length")
    try:
        secret = unicodedata.normalize("NFKC", passphrase).encode()
    except UnicodeEncodeError:
        raise UnencodableText("passphrase") from None
    return hash_secret_raw(
        secret=secret,
        salt=salt,
        time_cost=params.iterations,
        memory_cost=params.memory_kib,
        parallelism=params.parallelism,
        hash_len=KEY_BYTES,
        type=Type.ID,
        version=ARGON2_VERSION,
    )


def calibrate(
    clock: Callable[[], float], target_ms: int = 250, *, floor: KdfParams = DESKTOP_FLOOR
) -> KdfParams:
    """Return the cheapest parameters, not under floor, that take target_ms milliseconds here.

    clock: monotonic seconds. Iterations grow first; memory stays at the floor, which every
    tablet of the agency can spare.
    """
    params = floor
    while params.iterations < CEILING.iterations:
        started = clock()
        derive("calibration", bytes(SALT_BYTES), params)
        elapsed_ms = (clock() - started) * 1000
        if elapsed_ms >= target_ms:
            break
        per_pass = max(elapsed_ms / params.iterations, 0.001)
        wanted = max(params.iterations + 1, int(target_ms / per_pass) + 1)
        params = KdfParams(
            params.memory_kib, min(wanted, CEILING.iterations), params.parallelism
        )
    return params
