"""Logs carry ids and codes: nothing that a library or a traceback says reaches them."""

from __future__ import annotations

import logging
import resource
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs

CANARY = "Marisol told me about the night at the river"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook)
    hook, complaining = threading.excepthook, logging.raiseExceptions
    root.handlers.clear()
    logs.configure(tmp_path)
    yield tmp_path / "log.txt"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level, sys.excepthook = before
    threading.excepthook, logging.raiseExceptions = hook, complaining


def test_our_own_codes_are_written(log_file: Path) -> None:
    logging.getLogger("app.store.log").info("appended chain=%s dseq=%d", "ab12", 7)
    assert "appended chain=ab12 dseq=7" in log_file.read_text()


@pytest.mark.parametrize("name", ["flet", "flet_web.fastapi", "flet_transport", "uvicorn.error", "httpx",
                                  "asyncio", "sqlalchemy.engine", "some.library"])
def test_what_libraries_say_is_left_out(log_file: Path, name: str) -> None:
    logging.getLogger(name).error("Unhandled error: %s", CANARY)
    written = log_file.read_text()
    assert CANARY not in written
    assert name in written and "ERROR" in written


def test_chatter_of_libraries_is_not_written_at_all(log_file: Path) -> None:
    logging.getLogger("uvicorn.access").info("GET /families/%s", CANARY)
    logging.getLogger("flet_transport").debug("_on_message: %s", CANARY)
    assert log_file.read_text() == ""


@pytest.mark.parametrize("name", ["app.views", "flet", "asyncio"])
def test_a_traceback_leaves_its_type_and_place_only(log_file: Path, name: str) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger(name).exception("failed")
    written = log_file.read_text()
    assert CANARY not in written
    assert f"error=ValueError at {__name__}:" in written


def test_an_uncaught_error_leaves_its_type_and_place_only(
    log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise RuntimeError(CANARY)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    shown = capsys.readouterr().err
    assert "error=RuntimeError" in log_file.read_text()
    assert CANARY not in log_file.read_text() + shown
    assert "RuntimeError" in shown


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_in_a_thread_leaves_its_type_and_place_only(log_file: Path) -> None:
    def fail() -> None:
        raise RuntimeError(CANARY)

    hook = threading.excepthook
    threading.excepthook = logs.log_uncaught_in_thread
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook
    written = log_file.read_text()
    assert "error=RuntimeError" in written and CANARY not in written


def test_a_broken_log_call_prints_nothing(log_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("app").error("%d", CANARY)
    assert CANARY not in capsys.readouterr().err + log_file.read_text()


def test_a_line_stays_one_line(log_file: Path) -> None:
    logging.getLogger("app").warning("code\nforged line")
    assert len(log_file.read_text().splitlines()) == 1


def test_the_log_is_its_owners_alone(log_file: Path) -> None:
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600


def test_core_dumps_are_off(log_file: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
