"""What a person waits for, in a real browser: start, unlock, a letter in the search, a full family.

The real app process on a home with 10 k notes, driven in headless Chromium. Times are read in the page
itself: from the press or the key to the moment the words stand in the tree that screen readers use,
which the client fills with the frame it draws. The tablet's own client is compiled; a browser's is
slower. The key's derivation is measured beside it and taken off.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from app.crypto.kdf import DESKTOP_FLOOR, SALT_BYTES, derive
from app.crypto.keyring import wrap_keyring
from app.demo.content import ExampleFamily
from tests.e2e.harness import PASSPHRASE, Machine, Screen, find_chromium, free_port, launch

from .bars import Row, bar
from .caseload import READER, even_notes, invented, write_caseload
from .ground import BODY_BYTES

NOTES = 10_000
FULL = 1_000
"""Notes of the family that is opened."""
WORDS = ("quixalpha lantern", "quixbeta harbour")
"""Of two notes more: one letter tells them apart."""
SEARCH = "Name, street, school, anyone on the team"
DAY, LISTED, LISTED_NOTE, BOTH = "planned today", "all on this tablet", "Home visit", "2 notes"
"""What stands on the screen when the day, the families, the notes of one, or both notes are shown."""

_WATCH = """
(start, needle, gone) => new Promise((resolve, reject) => {
    let begun = 0;
    const words = () => [...document.querySelectorAll('flt-semantics, flt-semantics input, h1, h2, h3')]
        .map(e => (e.getAttribute('aria-label') || '') + ' ' + e.textContent).join('\\n');
    const done = () => words().includes(needle) !== gone;
    const look = () => {
        if (begun && done()) { watcher.disconnect(); resolve(performance.now() - begun); }
    };
    const watcher = new MutationObserver(look);
    const begin = () => { begun = performance.now(); };
    window.addEventListener(start, begin, {capture: true, once: true});
    watcher.observe(document.documentElement,
        {subtree: true, childList: true, characterData: true, attributes: true});
    setTimeout(() => reject('not seen: ' + needle), 20000);
})
"""
"""Milliseconds from the next event of this kind until words are there (or gone)."""


async def make_home(scratch: Path) -> tuple[Path, str]:
    """A supervisor's home with 10 k notes and more. Returns it and the name of the full family."""
    families = invented(10_000)
    notes = even_notes(families, NOTES, BODY_BYTES)
    both = [
        replace(one, records=(*one.records, *two.records)) for one, two in zip(families, notes, strict=True)
    ]
    both[0] = _full(both[0], notes[0])
    caseload = await write_caseload(both, scratch / "author")
    home = scratch / "home"
    vault = await caseload.vault(home)
    try:
        await caseload.receive(vault)
        keyring = caseload.agency.members[READER].keyring
        await vault.save_keyring(wrap_keyring(keyring, PASSPHRASE, DESKTOP_FLOOR, os.urandom))
        await vault.save_image()
    finally:
        await vault.close()
    fields = next(record.fields for record in both[0].records if record.type == "family")
    return home, str(fields["list_name"])


def _full(family: ExampleFamily, notes: ExampleFamily) -> ExampleFamily:
    """The family with FULL notes, two of them with words that nobody else has."""
    sample = [record for record in notes.records if record.type == "note"]
    more = [
        replace(sample[number % len(sample)], id=f"{2**100 + number:032x}")
        for number in range(max(0, FULL - len(sample)))
    ]
    for number, words in enumerate(WORDS):
        more[number] = replace(more[number], fields={**more[number].fields, "body": words})
    return replace(family, records=(*family.records, *more))


def measure_screens(scratch: Path, rounds: int) -> list[Row]:
    """The rows `screen-…`; none where there is no Chromium. Not inside an event loop."""
    executable = find_chromium()
    if executable is None:
        print("No Chromium here: the rows of the screens are left out.", file=sys.stderr)
        return []
    scratch.mkdir(parents=True, exist_ok=True)
    home, family = asyncio.run(make_home(scratch))
    starts: list[float] = []
    unlocks: list[float] = []
    keys: list[float] = []
    opens: list[float] = []
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        context = browser.new_context(viewport={"width": 1024, "height": 768}, service_workers="block")
        for number in range(-1, rounds):
            page = context.new_page()
            with _app(home, scratch / "app.out") as begin:
                begun = time.perf_counter()
                screen = begin(page)
                screen.get_button("Unlock", exact=True).first.wait_for(state="visible")
                start = (time.perf_counter() - begun) * 1000
                unlock = _unlock(screen)
                letters = _letters(screen)
                opened = _open(screen, family)
                if number >= 0:
                    starts.append(start)
                    unlocks.append(unlock)
                    keys += letters
                    opens.append(opened)
            page.close()
        browser.close()
    key = _kdf_ms()
    return [
        _row("screen-start", starts),
        _row("screen-unlock", [one - key for one in unlocks], {"kdf_ms": round(key, 1)}),
        _row("screen-search", keys, {"notes": float(NOTES + FULL)}),
        _row("screen-family", opens, {"notes": float(FULL)}),
    ]


@contextmanager
def _app(home: Path, output: Path) -> Iterator[Callable[[Page], Screen]]:
    """An app process that is started when the returned function is called with a page."""
    port = free_port()
    argv = ("-m", "app", "app", "--home", str(home), "--server", "http://127.0.0.1:9",
            "--port", str(port), "--view", "web")  # fmt: skip
    machine = Machine("tablet", argv, port, "/ready", output)

    def begin(page: Page) -> Screen:
        machine.start()
        screen = Screen(page, machine.address, output.parent)
        screen.page.goto(machine.address)
        placeholder = page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached")
        page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
        return screen

    try:
        yield begin
    finally:
        try:
            machine.stop()
        except (AssertionError, subprocess.SubprocessError):
            machine.kill()


def _timed(page: Page, start: str, needle: str, act: Callable[[], object], *, gone: bool = False) -> float:
    """Milliseconds from an event until words are there (or gone)."""
    handle = page.evaluate_handle(
        f"() => {{ window.ktTold = ({_WATCH})({start!r}, {needle!r}, {str(gone).lower()}); }}"
    )
    act()
    told = float(page.evaluate("() => window.ktTold"))
    handle.dispose()
    return told


def _unlock(screen: Screen) -> float:
    """From the tap to Today (a supervisor's, who leads no family). Ends on the list of families."""
    screen.type_into("Passphrase", PASSPHRASE)
    screen.settle()
    button = screen.get_button("Unlock", exact=True).first
    taken = _timed(screen.page, "pointerdown", DAY, button.click)
    screen.press("Families", exact=True)
    screen.see(LISTED)
    return taken


def _letters(screen: Screen) -> list[float]:
    """Two keys: a letter that leaves one of two notes, and taking it back."""
    page = screen.page
    screen.settle()
    screen.type_into(SEARCH, "quix")
    screen.see(BOTH)
    screen.settle()
    return [
        _timed(page, "keydown", BOTH, lambda: page.keyboard.press("b"), gone=True),
        _timed(page, "keydown", BOTH, lambda: page.keyboard.press("Backspace")),
    ]


def _open(screen: Screen, family: str) -> float:
    """From the tap on Notes to its list, in the family with FULL notes."""
    page = screen.page
    screen.type_into(SEARCH, family)
    screen.see_not(BOTH)
    screen.settle()
    screen.tap(family)
    screen.see("Worker details")
    screen.settle()
    tab = screen.get_button("Notes", exact=True).first
    return _timed(page, "pointerdown", LISTED_NOTE, tab.click)


def _kdf_ms() -> float:
    taken: list[float] = []
    for _ in range(5):
        begun = time.perf_counter()
        derive(PASSPHRASE, bytes(SALT_BYTES), DESKTOP_FLOOR)
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def _row(key: str, taken: list[float], details: dict[str, float] | None = None) -> Row:
    cuts = quantiles(taken, n=4, method="inclusive") if len(taken) > 1 else [taken[0]] * 3
    more = {"low_ms": round(cuts[0], 1), "high_ms": round(cuts[2], 1)}
    return Row(bar(key), median(taken), rounds=len(taken), details={**more, **(details or {})})
