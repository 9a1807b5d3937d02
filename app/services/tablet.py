"""The tablet as a whole: first run, locked, opening, open; and everything that is open with it.

One `Tablet` per process. Screens hold it and nothing deeper. Locking drops the keys, the memory
database and every service; what screens still hold refuses to work.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from app.errors import AppError, PermissionRefused
from app.store.wiping import Removed

from .audience import Audiences
from .audit import Audit
from .casebook import Casebook
from .conflicts import Conflicts
from .contacts import Contacts
from .coordinators import Coordinators
from .crisis import CrisisPlans
from .desk import Desk
from .enrolment import Enrolment
from .family_details import FamilyDetails
from .family_page import FamilyPages
from .handing import Handing
from .keeping import Keeping
from .labels import Labels
from .language import Translations
from .meetings import Meetings
from .notes import Notes
from .opening import Opening
from .phases import Phases
from .plan import Plan
from .recovery import Recovery
from .removal import Removal
from .settings import Settings
from .sharing import Sharing
from .staff import Staff
from .supports import Supports
from .syncing import Syncing
from .table import FamilyTable
from .transition import Transition
from .versions import Versions

if TYPE_CHECKING:
    from .first_run import FirstRun

log = logging.getLogger(__name__)

Watcher = Callable[[frozenset[str], frozenset[str]], None]
"""Called with the family ids and record types that changed; empty means everything."""

Heard = TypeVar("Heard")
BACKGROUND_LOCK_SECONDS = 30.0
EXCURSION_LOCK_SECONDS = 120.0
"""Time in the background that an act of the app itself may take: the dialler, a picker."""
TABLE_LOCK_SECONDS = 1800.0
"""Idle time in meeting mode: people talk, and the tablet lies between them."""
LAST_MOMENT_SECONDS = 2.0
LastAct = Callable[[], Awaitable[object]]
"""Something to finish right before the tablet locks."""


class TabletState(StrEnum):
    """What the whole app shows."""

    FIRST_RUN = "first_run"
    LOCKED = "locked"
    OPENING = "opening"
    OPEN = "open"
    REMOVED = "removed"


@dataclass(frozen=True)
class Progress:
    """Long work on its way: which, and how far. total is 0 while unknown."""

    work: str
    done: int
    total: int


class Time(Protocol):
    """Clocks of the device. Both are asked: a wall clock can be turned back, and a monotonic
    clock stands still while some devices sleep."""

    def now_ms(self) -> int:
        """UTC milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


@dataclass(frozen=True)
class OpenTablet:
    """All services of an unlocked tablet."""

    desk: Desk
    casebook: Casebook
    family_details: FamilyDetails
    opening: Opening
    notes: Notes
    supports: Supports
    plan: Plan
    versions: Versions
    phases: Phases
    transition: Transition
    contacts: Contacts
    coordinators: Coordinators
    meetings: Meetings
    crisis: CrisisPlans
    audiences: Audiences
    translations: Translations
    pages: FamilyPages
    table: FamilyTable
    sharing: Sharing
    conflicts: Conflicts
    settings: Settings
    syncing: Syncing
    enrolment: Enrolment
    staff: Staff
    removal: Removal
    handing: Handing
    recovery: Recovery
    labels: Labels
    keeping: Keeping
    audit: Audit
    close: Callable[[], Awaitable[None]]


class Keyholder(Protocol):
    """What bootstrap provides: how this home is opened and first made."""

    def exists(self) -> bool:
        """True when this home has a keyring."""

    async def unlock(
        self, passphrase: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home. Raises WrongPassphrase, StoreError…"""

    async def recover(
        self, words: str, passphrase: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home with the recovery kit's words and set a new passphrase."""

    def retry_after_seconds(self) -> float:
        """Seconds until the next try is taken."""

    def removed(self) -> Removed | None:
        """Why this tablet was taken out of its agency; None if it was not."""

    async def wipe(self, lost: bool) -> None:
        """Destroy keys and files of the closed home."""

    def begin_anew(self) -> None:
        """After a wipe: the next thing is first run."""

    def start_over(self) -> None:
        """Put the closed home aside; the next thing is first run."""

    def can_bring_back(self) -> bool:
        """Whether a home was put aside and none has taken its place."""

    def bring_back(self) -> None:
        """Take the home that was put aside last."""


class Tablet:
    """State of the app and the way through it. All methods run on the event loop."""

    def __init__(self, keyholder: Keyholder, time: Time) -> None:
        self._keyholder = keyholder
        self._time = time
        self._open: OpenTablet | None = None
        self._watchers: list[Watcher] = []
        self._state_watchers: list[Callable[[], None]] = []
        self._last_acts: list[LastAct] = []
        self._stop_vault_watch: Callable[[], None] = lambda: None
        self._touched = (time.now_ms(), time.monotonic())
        self._hidden_at: tuple[int, float] | None = None
        self._excursion = False
        self._at_table: list[object] = []
        self._work = Progress("", 0, 0)
        self._lock = asyncio.Lock()
        self._first_run: FirstRun | None = None
        self._wiping: asyncio.Task[None] | None = None
        self.state = self._at_rest()

    def _at_rest(self) -> TabletState:
        if self._keyholder.removed() is not None:
            return TabletState.REMOVED
        return TabletState.LOCKED if self._keyholder.exists() else TabletState.FIRST_RUN

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
            raise PermissionRefused("first_run")
        return self._first_run

    @property
    def at_table(self) -> bool:
        """Whether the family has the tablet: then only its table may be shown."""
        return self._open is not None and self._open.table.running

    def begin_with(self, first_run: FirstRun) -> None:
        """Take the way to set up; bootstrap calls it once."""
        self._first_run = first_run

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
        self._at_table.clear()
        self._stop_vault_watch()
        self._stop_vault_watch = lambda: None
        if opened is not None:
            log.info("locking: %s", reason)
            self._become(TabletState.LOCKED)
            await opened.close()

    # -- leaving --------------------------------------------------------------------------

    @property
    def removed(self) -> Removed | None:
        """Why this tablet was taken out of its agency, and whether all is wiped; None if it was not."""
        return self._keyholder.removed()

    async def wipe(self, reason: Literal["removed", "lost"]) -> None:
        """Lock, destroy every key and file of this home, and show that the tablet was taken out.

        reason: "removed" once the agency has what was not sent yet, "lost" at once. May be called
        from a task that locking ends: the wipe goes on without it. Harmless when done already; cut
        short, `finish_wiping` ends it. Raises StoreError, SecretsUnavailable after having destroyed
        what could be; the tablet is REMOVED all the same.
        """
        if self._wiping is None or self._wiping.done():
            self._wiping = asyncio.ensure_future(self._wipe(reason))
        await asyncio.shield(self._wiping)

    async def _wipe(self, reason: Literal["removed", "lost"]) -> None:
        async with self._lock:
            try:
                await self._drop("wiped")
            finally:
                try:
                    await self._keyholder.wipe(reason == "lost")
                finally:
                    self._become(self._at_rest())

    async def finish_wiping(self) -> None:
        """End a wipe that was cut short; does nothing otherwise. Raises as `wipe`."""
        mark = self._keyholder.removed()
        if mark is not None and not mark.done:
            await self.wipe("lost" if mark.reason == "lost" else "removed")

    async def set_up_again(self) -> None:
        """From REMOVED to first run, in a clean home. Raises StoreError, SecretsUnavailable."""
        if self.state is TabletState.REMOVED:
            await self.finish_wiping()
            self._keyholder.begin_anew()
            self._become(self._at_rest())

    async def start_over(self) -> None:
        """Put a home that nobody can open aside, untouched, and go to first run. Raises StoreError."""
        async with self._lock:
            if self.state is TabletState.LOCKED:
                self._keyholder.start_over()
                self._become(self._at_rest())

    @property
    def can_bring_back(self) -> bool:
        """Whether a home was put aside and none has taken its place."""
        return self.state is TabletState.FIRST_RUN and self._keyholder.can_bring_back()

    async def bring_back(self) -> None:
        """From first run back to the home that was put aside. Raises StoreError."""
        async with self._lock:
            if self.can_bring_back:
                self._keyholder.bring_back()
                self._become(self._at_rest())

    def _settle_in(self, opened: OpenTablet) -> None:
        self._open = opened
        opened.table.watch(self._tell_state)
        self._excursion = False
        self.touch()
        self._stop_vault_watch = opened.desk.vault.subscribe(
            lambda changed: self._tell(changed.families, changed.types)
        )
        self._become(TabletState.OPEN)

    # -- idle and background --------------------------------------------------------------

    def touch(self) -> None:
        """Somebody is using the tablet."""
        self._touched = (self._time.now_ms(), self._time.monotonic())

    def hidden(self) -> None:
        """The app went to the background."""
        self._hidden_at = (self._time.now_ms(), self._time.monotonic())

    def excursion(self) -> None:
        """The app itself sends the person elsewhere, to the dialler for example."""
        self._excursion = True

    def shown(self) -> None:
        """The app is in front again, or somebody is using it."""
        if self._hidden_at is not None:
            self._excursion = False
        self._hidden_at = None
        self.touch()

    async def lock_when_due(self) -> bool:
        """Lock when idle or hidden for too long; called by a timer. True when it locked."""
        if self._open is None:
            return False
        idle = self._open.settings.lock_after_seconds
        if self._at_table:
            idle = max(idle, TABLE_LOCK_SECONDS)
        away = EXCURSION_LOCK_SECONDS if self._excursion else BACKGROUND_LOCK_SECONDS
        if self._hidden_at and self._since(self._hidden_at) >= away:
            await self.lock("background")
            return True
        if self._since(self._touched) >= idle:
            await self.lock("idle")
            return True
        return False

    def stay_longer(self) -> Callable[[], None]:
        """In meeting mode the tablet waits longer before it locks. Returns the way to stop.

        One that is hidden locks after the usual time all the same.
        """
        mine = object()
        self._at_table.append(mine)

        def stop() -> None:
            _forget(self._at_table, mine)
            self.touch()

        return stop

    def _since(self, mark: tuple[int, float]) -> float:
        wall = (self._time.now_ms() - mark[0]) / 1000
        return max(wall, self._time.monotonic() - mark[1])

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


__all__ = ["AppError", "Keyholder", "OpenTablet", "Progress", "Tablet", "TabletState", "Time"]
