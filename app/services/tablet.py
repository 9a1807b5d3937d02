"""The tablet as a whole: first run, locked, opening, open, and the ways between them.

One `Tablet` per process. Screens hold it and nothing deeper. Locking drops the keys, the memory
database and every service; what screens still hold refuses to work.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from app.errors import AppError, PermissionRefused

from .departures import Departures, TabletState
from .idle import (
    BACKGROUND_LOCK_SECONDS,
    EXCURSION_LOCK_SECONDS,
    TABLE_LOCK_SECONDS,
    Idle,
    Time,
)
from .keyholder_port import Keyholder

if TYPE_CHECKING:
    from .entry import Protection
    from .first_run import FirstRun
    from .open_tablet import OpenTablet

log = logging.getLogger(__name__)

Watcher = Callable[[frozenset[str], frozenset[str]], None]
"""Called with the family ids and record types that changed; empty means everything."""

Heard = TypeVar("Heard")
LAST_MOMENT_SECONDS = 2.0
LastAct = Callable[[], Awaitable[object]]
"""Something to finish right before the tablet locks."""


@dataclass(frozen=True)
class Progress:
    """Long work on its way: which, and how far. total is 0 while unknown."""

    work: str
    done: int
    total: int


class Tablet(Departures):
    """State of the app and the way through it. All methods run on the event loop."""

    def __init__(self, keyholder: Keyholder, time: Time) -> None:
        self._keyholder = keyholder
        self._open: OpenTablet | None = None
        self._watchers: list[Watcher] = []
        self._state_watchers: list[Callable[[], None]] = []
        self._last_acts: list[LastAct] = []
        self._stop_vault_watch: Callable[[], None] = lambda: None
        self._stop_own_watch: Callable[[], None] = lambda: None
        self._idle = Idle(time, lambda: self._open.settings.lock_after_seconds if self._open else 0.0)
        self._work = Progress("", 0, 0)
        self._lock = asyncio.Lock()
        self._make_first_run: Callable[[], FirstRun] | None = None
        self._first_run: FirstRun | None = None
        self._wiping: asyncio.Task[None] | None = None
        self.state = self._at_rest()

    # -- what is open ---------------------------------------------------------------------

    @property
    def open(self) -> OpenTablet:
        """The services. Raises PermissionRefused while the tablet is locked."""
        if self._open is None:
            raise PermissionRefused("locked")
        return self._open

    @property
    def first_run(self) -> FirstRun:
        """The way to set this tablet up. Raises PermissionRefused when bootstrap gave none."""
        if self._first_run is None:
            if self._make_first_run is None:
                raise PermissionRefused("first_run")
            self._first_run = self._make_first_run()
        return self._first_run

    @property
    def at_table(self) -> bool:
        """Whether the family has the tablet: then only its table may be shown."""
        return self._open is not None and self._open.table.running

    def begin_with(self, first_run: Callable[[], FirstRun]) -> None:
        """Take what makes the way to set up, once it is asked for; bootstrap calls it once."""
        self._make_first_run = first_run

    @property
    def progress(self) -> Progress:
        """Long work on its way."""
        return self._work

    # -- unlocking and locking ------------------------------------------------------------

    @property
    def retry_after_seconds(self) -> float:
        """Seconds until the next passphrase is taken; 0 when one may be tried now."""
        return self._keyholder.retry_after_seconds()

    async def unlock(self, passphrase: str) -> None:
        """Open with the passphrase. Raises WrongPassphrase and leaves the tablet locked."""
        await self._open_with(lambda: self._keyholder.unlock(passphrase, self._step))

    async def unlock_by_person(self, reason: str) -> None:
        """Open by finger or face, where that is on. reason: a sentence for the system's prompt.

        Raises PassphraseDue, PersonNotConfirmed, PersonAskedOtherwise, SecretsUnavailable.
        """
        await self._open_with(lambda: self._keyholder.unlock_by_person(reason, self._step))

    async def protection(self) -> Protection:
        """What protects this tablet besides the passphrase, and whether finger or face open it."""
        return await self._keyholder.protection()

    def suggest_passphrase(self, language: str) -> str:
        """Five words to take as a passphrase. language: the person's, as a code."""
        return self._keyholder.suggest_passphrase(language)

    async def recover(self, words: str, new_passphrase: str) -> None:
        """Open with the recovery kit's 24 words; the new passphrase takes the old one's place.

        Raises WordsNotValid, WrongPassphrase (words of another kit), InvalidInput.
        """
        await self._open_with(
            lambda: self._keyholder.recover(words, new_passphrase, self._step)
        )

    async def _open_with(self, opening: Callable[[], Awaitable[OpenTablet]]) -> None:
        async with self._lock:
            if self._open is not None or self.state is TabletState.REMOVED:
                return
            self._become(TabletState.OPENING)
            try:
                opened = await opening()
            except BaseException:
                self._become(TabletState.LOCKED)
                raise
            self._settle_in(opened)

    def adopt(self, opened: OpenTablet) -> None:
        """Go on with services that first run has just made."""
        self._settle_in(opened)

    async def lock(self, reason: str) -> None:
        """Drop keys, memory and services. reason: a code for the log.

        What is being written is kept first (see `before_lock`), but for a moment only: a full disk
        or a stuck screen must not hold the keys in memory.
        """
        async with self._lock:
            if self._open is not None:
                await self._last_moment()
            await self._drop(reason)

    async def _drop(self, reason: str) -> None:
        opened, self._open = self._open, None
        self._idle.end()
        self._stop_vault_watch()
        self._stop_vault_watch = lambda: None
        self._stop_own_watch()
        self._stop_own_watch = lambda: None
        if opened is not None:
            log.info("locking: %s", reason)
            self._become(TabletState.LOCKED)
            await opened.close()

    def _settle_in(self, opened: OpenTablet) -> None:
        self._open = opened
        opened.table.watch(self._tell_state)
        self._idle.begin()
        self._stop_vault_watch = opened.desk.vault.subscribe(
            lambda changed: self._tell(changed.families, changed.types)
        )
        self._become(TabletState.OPEN)
        self._stop_own_watch = opened.removal.own.begin(self.wipe)

    # -- idle and background --------------------------------------------------------------

    def touch(self) -> None:
        """Somebody is using the tablet. Nothing when it should have locked before this touch."""
        if self._open is not None:
            self._idle.touch()

    def hidden(self) -> None:
        """The app went to the background."""
        self._idle.hidden()
        if self._open is not None:
            self._open.syncing.hidden()

    def excursion(self) -> None:
        """The app itself sends the person elsewhere, to the dialler for example."""
        self._idle.excursion()

    def shown(self) -> None:
        """The app is in front again, or somebody is using it."""
        if self._open is not None:
            self._idle.shown()
            self._open.syncing.shown()
        else:
            self._idle.end()

    async def keep(self) -> None:
        """Keep what is being written, as before a lock, and stay open: the app was hidden."""
        if self._open is not None:
            await self._last_moment()

    async def lock_when_due(self) -> bool:
        """Lock when idle or hidden for too long. True when it locked."""
        return await self._lock_for(self._idle.overdue() if self._open is not None else "")

    async def tick(self) -> bool:
        """`lock_when_due`, asked by a timer every few seconds: notices too that the device slept."""
        return await self._lock_for(self._idle.tick() if self._open is not None else "")

    async def _lock_for(self, reason: str) -> bool:
        if reason:
            await self.lock(reason)
        return bool(reason)

    def stay_longer(self) -> Callable[[], None]:
        """In meeting mode the tablet waits longer before it locks. Returns the way to stop.

        One that is hidden locks after the usual time all the same.
        """
        return self._idle.stay_longer()

    # -- watching -------------------------------------------------------------------------

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Be told when records change. Returns the way to stop."""
        self._watchers.append(watcher)
        return lambda: _forget(self._watchers, watcher)

    def watch_state(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Be told when `state`, `progress` or `at_table` changes. Returns the way to stop."""
        self._state_watchers.append(watcher)
        return lambda: _forget(self._state_watchers, watcher)

    def before_lock(self, act: LastAct) -> Callable[[], None]:
        """Do this while the tablet is still open, right before it locks. Returns the way to stop."""
        self._last_acts.append(act)
        return lambda: _forget(self._last_acts, act)

    async def _last_moment(self) -> None:
        acts = [asyncio.ensure_future(act()) for act in tuple(self._last_acts)]
        if not acts:
            return
        done, late = await asyncio.wait(acts, timeout=LAST_MOMENT_SECONDS)
        for one in late:
            one.cancel()
        for one in done:
            if not one.cancelled() and one.exception() is not None:
                log.info("not kept before locking: %s", type(one.exception()).__name__)

    def _tell(self, families: frozenset[str], types: frozenset[str]) -> None:
        for watcher in tuple(self._watchers):
            _call(watcher, families, types)

    def _step(self, done: int, total: int) -> None:
        self._work = replace(self._work, work="opening", done=done, total=total)
        self._tell_state()

    def _become(self, state: TabletState) -> None:
        self.state = state
        self._work = Progress("", 0, 0)
        self._tell_state()

    def _tell_state(self) -> None:
        for watcher in tuple(self._state_watchers):
            _call(watcher)


def _call(watcher: Callable[..., None], *told: frozenset[str]) -> None:
    """Tell one watcher. One that fails (its window may be gone) keeps nobody from locking."""
    try:
        watcher(*told)
    except Exception as error:
        log.info("a watcher failed: %s", type(error).__name__)


def _forget(listeners: list[Heard], one: Heard) -> None:
    with contextlib.suppress(ValueError):
        listeners.remove(one)


__all__ = [
    "BACKGROUND_LOCK_SECONDS",
    "EXCURSION_LOCK_SECONDS",
    "TABLE_LOCK_SECONDS",
    "AppError",
    "Keyholder",
    "Progress",
    "Tablet",
    "TabletState",
    "Time",
]
