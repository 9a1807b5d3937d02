"""Fixtures of the end-to-end stories: browser, windows, agencies. See harness.py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.harness import ARTEFACTS, ROOT, Agency, Screens, find_chromium, launch

HERE = Path(__file__).parent
TODAY = "2026-11-20"
"""The day up to which the example agency's records are written in tests."""

# A walk that takes pictures at three sizes; `make soak` takes them.
collect_ignore = [] if os.environ.get("KT_SOAK") else ["test_screens.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is marked e2e and runs last: quick tests tell first what is broken."""
    stories = [item for item in items if HERE in item.path.parents]
    for item in stories:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.timeout(300))
    items[:] = [item for item in items if HERE not in item.path.parents] + stories


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where it must run (CI=true), a skipped story is a failed one. A failed one leaves pictures."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI=true: {report.longrepr}"
    screens = getattr(item, "funcargs", {}).get("screens")
    if report.failed and report.when == "call" and screens is not None:
        screens.keep_last_sight()
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the stories of one file.

    Not for the session: while Playwright's loop runs no asyncio test can.
    """
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here: apt-get install chromium (as an administrator)")
    with sync_playwright() as playwright:
        running = launch(playwright, executable)
        yield running
        running.close()


@pytest.fixture
def screens(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Screens]:
    """Windows for one story. At its end no request may have been meant for the outside."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.name)
    opened = Screens(browser, ARTEFACTS / request.path.stem / name)
    yield opened
    opened.close()
    assert opened.outside == []


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """A server and two tablets before their first run, started."""
    running = Agency(tmp_path)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example agency as `kitchentable demo build` writes it, once for all stories. Do not change it."""
    folder = tmp_path_factory.mktemp("example")
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--today", TODAY, "build"],
        cwd=ROOT, env={**os.environ, "KT_HOME": str(folder)}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def running_example(example_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """One copy of the example agency that runs for all stories; use `example`."""
    root = tmp_path_factory.mktemp("running") / "agency"
    shutil.copytree(example_folder, root)
    running = Agency(root)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def example(running_example: Agency) -> Agency:
    """The example agency, all of it running: server, coordinator's and supervisor's tablet.

    Stories share it, because starting takes longer than most of them: each writes words of its own
    and may stop anything. Every new window starts at Unlock.
    """
    running_example.start()
    return running_example
