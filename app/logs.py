"""Logging without content, and no core dumps.

Our own loggers (`app`, `server`) write ids and codes. Libraries may write addresses, values or
tracebacks that hold what a person typed: Flet's, uvicorn's, httpx's and asyncio's loggers are held
to warnings, and a formatter leaves every message and traceback out except of our own loggers: of a
foreign record only logger, level, place and exception type remain. A core dump of the process would
hold keys: they are switched off where the system lets us. Design 05, Conventions.
"""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path

OURS = ("app", "server", "__main__")
QUIET = ("flet", "flet_web", "flet_transport", "flet_controls", "uvicorn", "uvicorn.error",
         "uvicorn.access", "httpx", "httpcore", "asyncio", "sqlalchemy", "websockets", "fastapi")
MAX_BYTES = 512 * 1024


class WithoutContent(logging.Formatter):
    """Formats our own records in full (they hold ids and codes) and foreign ones without message.

    Tracebacks never appear, not even of our own: only the type of the error and where it was raised.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line: time, level, logger, message if it is ours, error type and place if there is one."""
        ours = record.name.split(".", 1)[0] in OURS
        text = record.getMessage() if ours else f"{record.module}:{record.lineno}"
        parts = [self.formatTime(record), record.levelname, record.name, text]
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(f"error={record.exc_info[0].__name__}{_place(record.exc_info[2])}")
        return " ".join(part.replace("\n", " ") for part in parts)


def configure(home: Path | None, *, level: int = logging.INFO) -> None:
    """Set logging up for this process and switch core dumps off.

    home: writes `log.txt` there (two files of 512 KiB at most), owner-readable only; None: to stderr.
    level: threshold of our own loggers.
    """
    no_core_dumps()
    handler: logging.Handler
    if home is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        path = home / "log.txt"
        path.touch(mode=0o600, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(WithoutContent())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in QUIET:
        library = logging.getLogger(name)
        library.setLevel(logging.WARNING)
        library.handlers.clear()
        library.propagate = True
    # The default hooks print tracebacks, and logging its own failures, with the values in them.
    sys.excepthook = _log_uncaught
    threading.excepthook = log_uncaught_in_thread
    logging.raiseExceptions = False


def no_core_dumps() -> None:
    """Tell the system to write no core dump of this process, where it has such a setting."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        logging.getLogger(__name__).warning("core_dumps_stay_on")


def log_uncaught_in_thread(what: threading.ExceptHookArgs) -> None:
    """For `threading.excepthook`: the type and place of an error that ended a thread."""
    error = what.exc_value
    if error is not None:
        logging.getLogger("app").error("uncaught", exc_info=(what.exc_type, error, what.exc_traceback))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    logging.getLogger("app").error("uncaught", exc_info=(kind, error, error.__traceback__))
    print(f"Something went wrong: {kind.__name__}{_place(error.__traceback__)}", file=sys.stderr)


def _place(trace: object) -> str:
    """` at module:line` of the innermost frame of a traceback, or nothing."""
    tb = trace
    last = None
    while tb is not None:
        last = tb
        tb = getattr(tb, "tb_next", None)
    if last is None:
        return ""
    frame = getattr(last, "tb_frame", None)
    name = frame.f_globals.get("__name__", "?") if frame is not None else "?"
    return f" at {name}:{getattr(last, 'tb_lineno', 0)}"
