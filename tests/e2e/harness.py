"""Real processes and a real browser for the end-to-end stories.

`Agency` runs one central server and any number of tablets, each its own process with its own home,
on free ports. `Screen` is one browser window on a tablet: it finds buttons, fields and words the way
a screen reader does, counts every request that would leave this machine, and takes pictures at the
three sizes. Nothing here waits for a fixed time: it looks again until a deadline.

The fixtures are in conftest.py; a story looks like this:

    def test_a_note_reaches_the_supervisor(example: Agency, screens: Screens) -> None:
        coordinator = screens.open(example.tablet("coordinator").address)
        coordinator.type_into("Passphrase", PASSPHRASE)
        coordinator.press("Unlock")
        coordinator.see("Families")
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright, Route

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / ".artefacts"
PASSPHRASE = "kitchen table example"

SIZES = {"wide": (1024, 768), "tall": (768, 1024), "phone": (390, 844)}
"""Name → width and height of the three sizes every screen is looked at, in CSS pixels."""

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
INSIDE = re.compile(r"(http|ws)://127\.0\.0\.1(:\d+)?/|data:|blob:")
"""Addresses that stay on this machine."""

START_SECONDS = 60.0
SEE_SECONDS = 20.0
_SLICE = 0.05
_BLANK_BYTES = 6_000
"""A picture of nothing is smaller, a picture of any screen larger."""
_TRIES = 4
_LAYOUT_MS = 600
_HEARD_SECONDS = 5.0


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome")
                 if (path := shutil.which(name))), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """A headless browser with the flags that keep it quiet on a closed network."""
    return playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, seconds: float = SEE_SECONDS) -> None:
    """Look until the condition holds. Raises AssertionError naming `what` at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(_SLICE)


class Machine:
    """One process of the story: the server, or a tablet."""

    def __init__(self, name: str, argv: Iterable[str], port: int, ready_path: str, output: Path) -> None:
        """name: for messages. argv: arguments of Python. output: a file for what it prints."""
        self.name = name
        self.port = port
        self.output = output
        self._argv = [sys.executable, *argv]
        self._ready = f"http://127.0.0.1:{port}{ready_path}"
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None

    @property
    def address(self) -> str:
        """Where a browser or a tablet finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers."""
        read_end, self._lifeline = os.pipe()
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                self._argv,
                cwd=ROOT,
                env={**os.environ, "KT_LIFELINE": str(read_end), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(read_end,),
                start_new_session=True,
            )
        os.close(read_end)
        wait_until(self._answers_or_died, f"{self.name} answers", START_SECONDS)
        assert self.running, f"{self.name} did not start:\n{self.printed()}"

    def stop(self) -> int:
        """End it as a person would (SIGTERM). Returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it as a dead battery would (SIGKILL)."""
        return self._end(signal.SIGKILL)

    def printed(self) -> str:
        """All it has printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            code = self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"{self.name} did not end on {number.name}") from None
        finally:
            if self._lifeline is not None:
                os.close(self._lifeline)
                self._lifeline = None
        return code

    def _answers_or_died(self) -> bool:
        if not self.running:
            return True
        try:
            with urllib.request.urlopen(self._ready, timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


class Agency:
    """A central server and tablets, on homes of their own under one folder."""

    def __init__(self, root: Path, tablets: Iterable[str] = ("coordinator", "supervisor")) -> None:
        """root: holds `server/` and one home per tablet (made when missing). tablets: their names."""
        self.root = root
        port = free_port()
        self.server = Machine(
            "server", ("-m", "app", "server", "--data", str(root / "server"), "--port", str(port)),
            port, "/v1/health", root / "server.out",
        )
        self._tablets = {name: self._make_tablet(name) for name in tablets}

    def _make_tablet(self, name: str) -> Machine:
        port = free_port()
        argv = ("-m", "app", "app", "--home", str(self.root / name), "--server", self.server.address,
                "--port", str(port), "--view", "web")
        return Machine(name, argv, port, "/ready", self.root / f"{name}.out")

    def tablet(self, name: str) -> Machine:
        """One tablet's process."""
        return self._tablets[name]

    def home(self, name: str) -> Path:
        """One tablet's home directory."""
        return self.root / name

    @property
    def server_data(self) -> Path:
        """The server's data directory."""
        return self.root / "server"

    def start(self) -> None:
        """Start the server, then the tablets; what runs already goes on."""
        for machine in (self.server, *self._tablets.values()):
            if not machine.running:
                machine.start()

    def stop(self) -> None:
        """Stop everything that runs."""
        for machine in (*self._tablets.values(), self.server):
            machine.stop()


class Screen:
    """One browser window on a tablet."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        """page: a fresh browser page. address: of the tablet. pictures: folder for screenshots."""
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self._pictures = pictures
        self._sent: deque[bytes] = deque(maxlen=20)
        page.on("websocket", lambda line: line.on("framesent", self._keep))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _keep(self, frame: str | bytes) -> None:
        self._sent.append(frame if isinstance(frame, bytes) else frame.encode())

    def open(self, path: str = "/") -> None:
        """Go to the tablet and wait until its screen can be read."""
        self.page.goto(f"{self.address}{path}")
        self.show_semantics()

    def reload(self) -> None:
        """What F5 does."""
        self.page.reload()
        self.show_semantics()

    def show_semantics(self) -> None:
        """Ask the page for the tree that screen readers use; without it only pixels are there."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached", timeout=START_SECONDS * 1000)
        self.page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
        self.page.locator("flt-semantics").first.wait_for(state="attached", timeout=SEE_SECONDS * 1000)
        self.settle()  # the first frames come before the window's size is known

    def get_button(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        """The button of this name (see Playwright's get_by_role)."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def field(self, label: str) -> Locator:
        """The text field of this label."""
        return self.page.get_by_role("textbox", name=label)

    def press(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        """Press a button when it is there and enabled."""
        self._click(self.get_button(name, exact=exact), f"the button {name!r}")

    def press_last(self, name: str) -> None:
        """Press the last button of exactly this name in reading order."""
        self.settle()
        self._click(self.get_button(name, exact=True).last, f"the last button {name!r}")

    def tap(self, text: str) -> None:
        """Press whatever carries these words: a row, a link, a tab."""
        self._click(self.words(text), repr(text))

    def type_into(self, label: str, text: str) -> None:
        """Replace what stands in a field. Any text at all, emoji and right-to-left included.

        A field that has just appeared may take letters that nobody hears of; then it is typed again,
        as a person would.
        """
        for _ in range(_TRIES):
            self._focus(label)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.press("Delete")
            self._sent.clear()
            self.page.keyboard.insert_text(text)
            # A field that still held its old words has taken the new ones behind them.
            heard = not text or self._heard(text)
            held = self.field(label).first.input_value()
            if heard and _plain(held) == _plain(text):
                return
        # Line endings come back as the field keeps them.
        assert _plain(held) == _plain(text), f"the field {label!r} holds {held[:200]!r}, not {text[:200]!r}"

    def _heard(self, text: str) -> bool:
        """Whether the tablet was told of these letters."""
        wanted = text.encode()
        deadline = time.monotonic() + _HEARD_SECONDS
        while not any(wanted in frame for frame in tuple(self._sent)):
            if time.monotonic() > deadline:
                return False
            self.page.wait_for_timeout(_SLICE * 1000)  # lets the frames be counted meanwhile
        return True

    def tick(self, name: str) -> None:
        """Press the tick box of this name."""
        self._click(self.page.get_by_role("checkbox", name=name), f"the box {name!r}")

    def tick_until(self, name: str, text: str) -> None:
        """Press a tick box until these words are there: a page that is drawn anew may miss a press."""
        for _ in range(_TRIES - 1):
            self.tick(name)
            try:
                return self.see(text, _HEARD_SECONDS)
            except AssertionError:
                self.settle()
        self.tick(name)
        self.see(text)

    def see_typed(self, label: str, text: str) -> None:
        """Wait until this text stands in a field. The page tells only of the field that has the focus."""
        field = self._focus(label)
        try:
            wait_until(lambda: _plain(field.input_value()) == _plain(text), "")
        except AssertionError:
            held = field.input_value()
            raise AssertionError(f"the field {label!r} holds {held[:200]!r}, not {text[:200]!r}") from None

    def _focus(self, label: str) -> Locator:
        field = self.field(label).first
        focused = "e => document.activeElement === e"
        for _ in range(_TRIES):  # the first press may do no more than scroll the field into sight
            self._click(field, f"the field {label!r}")
            try:
                wait_until(lambda: bool(field.evaluate(focused)), "", _HEARD_SECONDS / 2)
            except AssertionError:
                continue
            return field
        raise AssertionError(f"the field {label!r} takes no focus. There is:\n{self.read()}")

    def _click(self, places: Locator, what: str) -> None:
        place = places.first
        try:
            place.wait_for(state="attached", timeout=SEE_SECONDS * 1000)
            self._bring_into_sight(place)
            place.click(timeout=SEE_SECONDS * 1000)
        except Error:
            raise AssertionError(f"{what} cannot be pressed. There is:\n{self.read()}") from None

    def _bring_into_sight(self, place: Locator) -> None:
        """Turn the wheel, as a person does: a page that scrolls by itself is still moving when pressed."""
        size = self.page.viewport_size
        for _ in range(_TRIES):
            box = place.bounding_box()
            if box is None or size is None:
                return
            if box["y"] >= 0 and box["y"] + box["height"] <= size["height"]:
                return
            middle = size["height"] / 2
            self.page.mouse.move(box["x"] + box["width"] / 2, middle)
            self.page.mouse.wheel(0, box["y"] + box["height"] / 2 - middle)
            self.settle()

    def words(self, text: str) -> Locator:
        """Every place that carries these words, shown or as an accessible name."""
        return self.page.get_by_text(text).or_(self.page.get_by_label(text))

    def see(self, text: str, seconds: float = SEE_SECONDS) -> None:
        """Wait until these words are on the screen."""
        try:
            self.words(text).first.wait_for(state="visible", timeout=seconds * 1000)
        except Error:
            raise AssertionError(f"{text!r} is not on the screen. There is:\n{self.read()}") from None

    def see_not(self, text: str, seconds: float = SEE_SECONDS) -> None:
        """Wait until these words are gone from the screen."""
        wait_until(lambda: not any(place.is_visible() for place in self.words(text).all()),
                   f"{text!r} is gone", seconds)

    def read(self) -> str:
        """All a screen reader could say now, one thing a line. For messages and rough checks."""
        lines = self.page.evaluate(
            """() => [...document.querySelectorAll(
                    'flt-semantics, flt-semantics input, flt-semantics textarea, h1, h2, h3, h4')]
                .map(e => (e.getAttribute('role') || e.tagName.toLowerCase()) + ': '
                    + (e.getAttribute('aria-label') || [...e.childNodes].filter(n => n.nodeType === 3
                        || n.nodeName === 'SPAN').map(n => n.textContent).join(' ')))
                .filter(t => !/: *$/.test(t))"""
        )
        return "\n".join(lines)

    def resize(self, size: str) -> None:
        """Make the window one of SIZES."""
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})
        self._lay_out_anew()

    def settle(self) -> bytes:
        """Wait until two pictures in a row are the same and show something; returns the last (PNG)."""
        before = self.page.screenshot()
        deadline = time.monotonic() + SEE_SECONDS
        while (now := self.page.screenshot()) != before or len(now) < _BLANK_BYTES:
            before = now
            if time.monotonic() > deadline:  # something moves on purpose: a clock, a progress bar
                break
        return now

    def picture(self, name: str, size: str) -> Path:
        """One screenshot at one of SIZES, kept under .artefacts/. The window keeps that size."""
        self.resize(size)
        self._pictures.mkdir(parents=True, exist_ok=True)
        path = self._pictures / f"{name}-{size}.png"
        path.write_bytes(self.settle())
        return path

    def pictures(self, name: str) -> list[Path]:
        """Screenshots at all three sizes; the window has its old size again afterwards."""
        before = self.page.viewport_size
        taken = [self.picture(name, size) for size in SIZES]
        if before is not None:
            self.page.set_viewport_size(before)
            self._lay_out_anew()
        return taken

    def _lay_out_anew(self) -> None:
        """Wait until the tablet has heard of the window's new size and drawn for it.

        The page says the size when it has come to rest; until then two pictures may well be the same.
        """
        self.page.wait_for_timeout(_LAYOUT_MS)
        self.settle()


class Screens:
    """Opens windows and counts what they would have asked of the outside world."""

    def __init__(self, browser: Browser, pictures: Path) -> None:
        """browser: see `launch`. pictures: folder for screenshots of this story."""
        self.outside: list[str] = []
        self._browser = browser
        self._pictures = pictures
        self._contexts: list[BrowserContext] = []

    def context(self, *, size: str = "wide", dark: bool = False) -> BrowserContext:
        """A browser profile of its own. Every request that is not to 127.0.0.1 is counted and blocked."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-US",
            reduced_motion="reduce",
        )
        context.route(lambda url: not INSIDE.match(url), self._block)
        self._contexts.append(context)
        return context

    def open(self, address: str, *, path: str = "/", size: str = "wide", dark: bool = False) -> Screen:
        """A window in a profile of its own, on a tablet's screen."""
        screen = self.window(self.context(size=size, dark=dark), address)
        screen.open(path)
        return screen

    def window(self, context: BrowserContext, address: str) -> Screen:
        """Another window in the same profile, not yet gone anywhere."""
        return Screen(context.new_page(), address, self._pictures)

    def keep_last_sight(self) -> None:
        """Pictures of every window as it is, for a story that has failed."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            try:
                (self._pictures / f"failed-{number}.png").write_bytes(page.screenshot())
            except Error:  # a window that is gone shows nothing
                continue

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _block(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")
