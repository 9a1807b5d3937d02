"""One round of synchronisation as a pure state machine, and how long to wait between rounds.

Owns the order of the steps, what each failure means for the round, and the back-off.  It does no
I/O, reads no clock and draws no randomness: ``engine`` performs the steps and reports what
happened.

    identify ─┬─► not enrolled
              ├─► found ─┐          (a new agency, or one a restored server has lost)
              └─► login ◄┘─► heads ─► control_in ─► recover ─► control_out ─► push ─► pull ─► done
    401 anywhere: login once more, then the same step again
    403 about a stream: heads once more, for who belongs may have changed since they were asked
    no network, server down, storage fault: failed;  a refusal about one stream: noted, go on
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from app.errors import (
    AccessClosed,
    AppError,
    NoNetwork,
    ServerUnavailable,
    SignInNeeded,
    StoreError,
    UpdateNeeded,
)


class Step(StrEnum):
    """What the engine does next."""

    IDENTIFY = "identify"
    FOUND = "found"
    LOGIN = "login"
    HEADS = "heads"
    CONTROL_IN = "control_in"
    RECOVER = "recover"
    CONTROL_OUT = "control_out"
    PUSH = "push"
    PULL = "pull"
    DONE = "done"
    NOT_ENROLLED = "not_enrolled"
    FAILED = "failed"


END = frozenset({Step.DONE, Step.NOT_ENROLLED, Step.FAILED})

_ORDER = (
    Step.HEADS,
    Step.CONTROL_IN,
    Step.RECOVER,
    Step.CONTROL_OUT,
    Step.PUSH,
    Step.PULL,
    Step.DONE,
)
_REMOVED_ORDER = (Step.HEADS, Step.CONTROL_IN, Step.PUSH, Step.DONE)


class Failure(Enum):
    """How far a failure reaches."""

    SIGN_IN = "sign_in"
    ROUND = "round"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Round:
    """Where a round stands.  ``resume`` is the step to take up after a login.

    ``again``: the server was asked anew where things stand, because it refused something as not ours.
    """

    step: Step = Step.IDENTIFY
    resume: Step = Step.HEADS
    logins: int = 0
    founded: bool = False
    removed: bool = False
    again: bool = False
    failure: AppError | None = None
    problem: AppError | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more is to do in this round."""
        return self.step in END


MAX_LOGINS = 2
"""The first, and one more when the token runs out in the middle."""


def reach(error: AppError) -> Failure:
    """Whether ``error`` asks for a login, ends the round, or concerns one stream only."""
    if isinstance(error, SignInNeeded):
        return Failure.SIGN_IN
    if isinstance(error, NoNetwork | ServerUnavailable | UpdateNeeded | StoreError):
        return Failure.ROUND
    return Failure.STREAM


def identified(round_: Round, *, certified: bool, removed: bool, new_agency: bool, signed_in: bool) -> Round:
    """After IDENTIFY: who this device is and whether it still has a token."""
    round_ = replace(round_, removed=removed)
    if new_agency:
        return replace(round_, step=Step.FOUND, founded=True)
    if not certified:
        return replace(round_, step=Step.NOT_ENROLLED)
    if signed_in:
        return replace(round_, step=Step.HEADS)
    return replace(round_, step=Step.LOGIN, logins=1)


def found(round_: Round) -> Round:
    """After FOUND: sign in to the agency's server."""
    return replace(round_, step=Step.LOGIN, logins=round_.logins + 1)


def logged_in(round_: Round) -> Round:
    """After LOGIN: take up where the token had run out."""
    return replace(round_, step=round_.resume)


def advanced(round_: Round, *, removed: bool | None = None) -> Round:
    """After any other step: the next in order; a removed device only pushes."""
    if removed is not None:
        round_ = replace(round_, removed=removed)
    order = _REMOVED_ORDER if round_.removed else _ORDER
    after = _ORDER.index(round_.step) + 1
    step = next(step for step in _ORDER[after:] if step in order)
    if step is Step.DONE and isinstance(round_.problem, AccessClosed) and not round_.again:
        return replace(round_, step=Step.HEADS, resume=Step.HEADS, problem=None, again=True)
    return replace(round_, step=step, resume=step)


def ended(round_: Round) -> Round:
    """Nothing more is to be done by this device."""
    return replace(round_, removed=True, step=Step.DONE)


def noted(round_: Round, error: AppError) -> Round:
    """A refusal about one stream: remember the first, go on with the others."""
    return round_ if round_.problem is not None else replace(round_, problem=error)


def failed(round_: Round, error: AppError) -> Round:
    """A step could not be completed."""
    if reach(error) is Failure.SIGN_IN and round_.step is not Step.LOGIN:
        if round_.logins < MAX_LOGINS:
            return replace(round_, step=Step.LOGIN, resume=round_.step, logins=round_.logins + 1)
        return replace(round_, step=Step.FAILED, failure=error)
    if (
        round_.step is Step.LOGIN
        and isinstance(error, AccessClosed)
        and error.detail == "device_unknown"
        and not round_.founded
    ):
        # The server has lost the agency, or this device's certificate: give it the chain again.
        return replace(round_, step=Step.FOUND, founded=True, resume=Step.HEADS)
    return replace(round_, step=Step.FAILED, failure=error)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between rounds: ``poll`` while somebody works here; after ``patience`` rounds that
    brought nothing longer each time, up to ``idle``; after failures doubling from ``base`` to
    ``cap``, and without a network only to ``probe``, for then one small request stands for a round."""

    poll: float = 5.0
    idle: float = 60.0
    patience: int = 24
    base: float = 2.0
    cap: float = 300.0
    probe: float = 20.0

    def delay(
        self,
        failures: int,
        chance: float,
        retry_after: float | None = None,
        *,
        quiet: int = 0,
        offline: bool = False,
    ) -> float:
        """How long to wait after ``failures`` failed rounds in a row.

        chance: a random number of [0, 1).  The jitter keeps tablets apart that lost the same
        server at the same moment.  retry_after: what the server asked for, at most an hour.
        quiet: rounds in a row that neither sent nor brought anything.  offline: the last one
        failed for want of a network.
        """
        # Exponents are bounded so that weeks offline do not overflow a float.
        if failures <= 0:
            slowed = self.poll * 1.25 ** min(max(0, quiet - self.patience), 30)
            return min(self.idle, slowed) * (0.8 + 0.4 * chance)
        grown = min(self.probe if offline else self.cap, self.base * 2.0 ** min(failures - 1, 30))
        wait = grown * (0.5 + 0.5 * chance)
        if retry_after is not None:
            wait = max(wait, min(retry_after, 3600.0))
        return wait
