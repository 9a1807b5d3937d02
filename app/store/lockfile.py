"""One process per home directory.

Owns the lock file `lock` of a home. It refuses to wait: a second process is told at once.
The operating system drops the lock when the process dies, however it dies, so there is never
a stale one to clean up. Spec: protocol.md, section "Local files".
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from app.errors import HomeInUse, StoreFailed

from .connection import storage_errors

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK})
"""What systems say when somebody else has the lock; anything else is a fault of the disk."""


class HomeLock:
    """The lock of one home directory, held from `acquire` to `release`."""

    def __init__(self, home: Path, name: str = "lock") -> None:
        """home: an existing directory. name: the file in it."""
        self._path = home / name
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock, or raise HomeInUse when another holder has it (also in this process).

        Raises DiskFull or StoreFailed when there can be no lock file, or the file system has no locks.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        with storage_errors():
            file = os.open(self._path, flags, 0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            kind = HomeInUse if error.errno in _HELD else StoreFailed
            raise kind(str(error.errno)) from error
        self._file = file

    def release(self) -> None:
        """Give the lock back. Harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def take_home(home: Path) -> HomeLock:
    """The lock by which one process has a home for as long as it runs. Raises HomeInUse."""
    lock = HomeLock(home, "process.lock")
    lock.acquire()
    return lock
