"""Golden pictures of the gallery: each section at 100 % and 200 % text, light and dark.

A picture that differs by more than the tolerance is written to `.artefacts/golden/` beside a copy
with the differing pixels marked. Draw new goldens with `KT_DRAW_GOLDEN=1` after looking at them.
Requests to other hosts are refused, so a missing bundled file shows.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops, ImageColor
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from app.views.theme import DARK, LIGHT

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
ARTEFACTS = ROOT / ".artefacts" / "golden"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

CHANNEL_TOLERANCE = 40
"""A pixel differs when one of its channels is further off than this: antialiasing is not."""

SHARE_TOLERANCE = 0.002
"""The share of differing pixels that is still the same picture."""

SIZES = {"tablet": (1024, 768), "upright": (768, 1024), "phone": (390, 844)}

PICTURES = [
    *[(section, "tablet", "") for section in ("type", "buttons", "fields", "rows", "sync", "panels",
                                              "states", "shell", "unlock", "thread", "rating",
                                              "conflict", "map")],
    *[(section, "tablet", "dark=1") for section in ("buttons", "fields", "rows", "shell", "unlock",
                                                    "thread", "conflict", "map")],
    *[(section, "tablet", "scale=2") for section in ("buttons", "rows", "shell")],
    *[(section, "phone", "") for section in ("rows", "shell")],
    *[(section, "phone", "scale=2") for section in ("rows", "rating", "thread", "unlock")],
    ("shell", "upright", "scale=2&dark=1"),
    ("panels", "upright", "language=es"),
]

pytestmark = pytest.mark.e2e


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """A running gallery; yields its address."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.views.gallery", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _only_here(route: Route) -> None:
    """Let a request through only when it stays on this machine."""
    if urlsplit(route.request.url).hostname == "127.0.0.1":
        route.continue_()
    else:
        route.abort()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One context for all pictures, so that fonts and the client are read once."""
    context = browser.new_context()
    context.route("**/*", _only_here)
    yield context
    context.close()


def open_page(window: BrowserContext, address: str, size: tuple[int, int]) -> Page:
    """Open an address, turn semantics on, and wait until something is drawn."""
    page = window.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_selector("flt-semantics-placeholder", state="attached", timeout=60_000)
    page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
    page.wait_for_function(
        "document.querySelectorAll('flt-semantics').length > 5", timeout=60_000
    )
    return page


def _themed(picture: Image.Image, dark: bool) -> bool:
    """Whether our page colour has arrived; before it the client shows its own."""
    surface = (DARK if dark else LIGHT).surface or ""
    wanted = ImageColor.getrgb(str(surface))
    corners = ((picture.width - 3, 3), (picture.width - 3, picture.height - 3))
    return any(
        all(abs(a - b) < 4 for a, b in zip(picture.getpixel(at), wanted, strict=True))  # type: ignore[arg-type]
        for at in corners
    )


def still_picture(page: Page, dark: bool = False) -> Image.Image:
    """The picture once it wears our colours and three in a row are equal: fonts come one by one."""
    last, same = b"", 0
    for _ in range(80):
        page.wait_for_timeout(200)
        # Where the keyboard is depends on what came first; the pictures show it nowhere.
        page.evaluate("document.activeElement && document.activeElement.blur()")
        now = page.screenshot(timeout=10_000)
        same = same + 1 if now == last else 0
        last = now
        if same >= 3 and _themed(Image.open(io.BytesIO(now)).convert("RGB"), dark):
            break
    return Image.open(io.BytesIO(last)).convert("RGB")


def drawn(window: BrowserContext, address: str, size: tuple[int, int], dark: bool) -> Image.Image:
    """The still picture of an address. A page that gives the browser none is opened anew, twice."""
    for chance in (2, 1, 0):
        page = open_page(window, address, size)
        try:
            return still_picture(page, dark)
        except PlaywrightTimeout:
            if not chance:
                raise
        finally:
            page.close()
    raise AssertionError("unreachable")


def differing(one: Image.Image, other: Image.Image) -> tuple[float, Image.Image]:
    """The share of pixels that differ, and a mask of them."""
    apart = ImageChops.difference(one, other)
    mask = Image.eval(
        ImageChops.lighter(
            ImageChops.lighter(apart.getchannel(0), apart.getchannel(1)), apart.getchannel(2)
        ),
        lambda value: 255 if value > CHANNEL_TOLERANCE else 0,
    )
    return mask.histogram()[255] / (mask.width * mask.height), mask


@pytest.mark.parametrize(("section", "size", "query"), PICTURES)
def test_section_looks_as_agreed(
    section: str, size: str, query: str, gallery: str, window: BrowserContext
) -> None:
    name = "-".join([section, size, *query.replace("=", "").split("&")]).rstrip("-")
    picture = drawn(window, f"{gallery}/{section}?{query}", SIZES[size], "dark=1" in query)
    golden = GOLDEN / f"{name}.png"
    if os.environ.get("KT_DRAW_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        picture.quantize(64, dither=Image.Dither.NONE).save(golden, optimize=True)
        return
    agreed = Image.open(golden).convert("RGB")
    share, mask = (1.0, None) if agreed.size != picture.size else differing(agreed, picture)
    if share > SHARE_TOLERANCE:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        picture.save(ARTEFACTS / f"{name}.png")
        if mask is not None:
            marked = picture.copy()
            marked.paste((255, 0, 255), mask=mask)
            marked.save(ARTEFACTS / f"{name}.differs.png")
    assert share <= SHARE_TOLERANCE, f"{name}: {share:.2%} of the pixels differ, see {ARTEFACTS.name}"


def test_fields_and_buttons_are_found_by_name(gallery: str, window: BrowserContext) -> None:
    page = open_page(window, f"{gallery}/fields?", (1024, 768))
    try:
        entry = page.get_by_label("Passphrase", exact=True)
        assert entry.count() == 1
        assert entry.evaluate("e => e.tagName + e.type") == "INPUTpassword"
        entry.click()
        page.wait_for_timeout(300)
        page.keyboard.press("Control+a")
        page.keyboard.type("three")
        page.wait_for_timeout(300)
        assert entry.input_value() == "three"
        page.get_by_role("button", name="Show the words").click()
        page.wait_for_timeout(500)
        assert page.get_by_label("Passphrase", exact=True).evaluate("e => e.type") != "password"
    finally:
        page.close()


def test_nothing_is_nested_or_nameless_among_buttons(gallery: str, window: BrowserContext) -> None:
    page = open_page(window, f"{gallery}/buttons?", (1024, 768))
    try:
        nested = page.locator("[role=button] [role=button], [role=button] [role=checkbox]")
        assert nested.count() == 0
        assert page.get_by_role("checkbox", name="Make the car playlist").is_checked()
        for button in page.get_by_role("button").all():
            assert button.evaluate("e => (e.ariaLabel || e.textContent).trim()") != ""
    finally:
        page.close()


def test_only_the_known_outside_file_is_asked_for(gallery: str, browser: Browser) -> None:
    """The client asks a CDN for Rive's runtime whatever the settings; nothing else may join it."""
    asked: list[str] = []
    context = browser.new_context()

    def note(route: Route) -> None:
        host = urlsplit(route.request.url).hostname or ""
        if host == "127.0.0.1":
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    context.route("**/*", note)
    try:
        page = open_page(context, f"{gallery}/type?", (1024, 768))
        still_picture(page)
        page.close()
    except Error:
        pytest.fail("the page does not open without an outside host")
    finally:
        context.close()
    assert all("rive_native" in address for address in asked), asked
