"""The browser view with a small real page: one live window, nobody else's, and nothing from outside."""

from __future__ import annotations

import http.server
import signal
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import SIZES, Machine, Screen, Screens, free_port, wait_until

TINY = Path(__file__).parent / "tiny_tablet.py"


def tiny(output: Path, port: int | None = None) -> Machine:
    port = port or free_port()
    return Machine("tiny tablet", (str(TINY), str(port)), port, "/ready", output)


@pytest.fixture(scope="module")
def tablet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all stories here: every window starts locked anyway."""
    machine = tiny(tmp_path_factory.mktemp("tiny") / "tiny.out")
    machine.start()
    yield machine
    machine.stop()


def unlock(screen: Screen) -> None:
    screen.type_into("Passphrase", "open")
    screen.press("Unlock")
    screen.see("Nothing saved")


def test_a_person_types_the_plain_address_and_works(tablet: Machine, screens: Screens) -> None:
    screen = screens.open(tablet.address)
    unlock(screen)
    screen.type_into("Note", "Grandma comes on Tuesdays")
    screen.press("Save note")
    screen.see("Saved: Grandma comes on Tuesdays")
    assert screen.errors == []


def test_any_text_can_be_typed(tablet: Machine, screens: Screens) -> None:
    screen = screens.open(tablet.address)
    unlock(screen)
    for text in ("two\nlines", "é à ñ ü", "🙂👨‍👩‍👧", "שלום עולם", "x" * 5000):
        screen.type_into("Note", text)
        screen.press("Save note")
        screen.see(f"({len(text)} characters)")


def test_a_second_window_blanks_the_first_and_needs_the_passphrase(tablet: Machine, screens: Screens) -> None:
    profile = screens.context()
    first = screens.window(profile, tablet.address)
    first.open()
    unlock(first)
    first.type_into("Note", "private")
    second = screens.window(profile, tablet.address)
    second.open()
    second.see("Locked")
    first.see("This tablet is open in another window")
    first.see_not("Note")
    unlock(second)


def test_reloading_keeps_the_window_and_a_new_one_starts_locked(tablet: Machine, screens: Screens) -> None:
    """Flet's client finds its session again after F5 in the same tab, and nowhere else."""
    profile = screens.context()
    screen = screens.window(profile, tablet.address)
    screen.open()
    unlock(screen)
    screen.reload()
    screen.see("Nothing saved")
    screen.page.close()
    later = screens.window(profile, tablet.address)
    later.open()
    later.see("Locked")


def test_nothing_is_asked_of_the_outside(tablet: Machine, screens: Screens) -> None:
    """The web client would ask a content network for a file we do not use; the policy drops it unsent."""
    dropped: list[str] = []
    screen = screens.window(screens.context(), tablet.address)
    screen.page.on("requestfailed", lambda request: dropped.append(f"{request.url} {request.failure}"))
    screen.open()
    unlock(screen)
    assert screens.outside == []
    assert all(line.endswith(" csp") for line in dropped if "127.0.0.1" not in line)


def test_a_page_of_another_site_cannot_drive_the_tablet(tablet: Machine, screens: Screens) -> None:
    """Another port of this machine is the worst case: the browser sends it the very same cookies."""
    profile = screens.context()
    own = screens.window(profile, tablet.address)
    own.open()
    with foreign_page() as address:
        foreign = profile.new_page()
        foreign.goto(address)
        opened = foreign.evaluate(
            """url => new Promise(done => { const s = new WebSocket(url);
                s.onopen = () => done('open'); s.onerror = () => done('refused'); })""",
            tablet.address.replace("http", "ws") + "/ws",
        )
        fetched = foreign.evaluate(
            "url => fetch(url, {credentials: 'include'}).then(r => 'read', () => 'refused')", tablet.address
        )
        framed = foreign.evaluate(
            """url => new Promise(done => { const f = document.createElement('iframe');
                f.onload = () => done(f.contentDocument === null ? 'kept out' : 'read'); f.src = url;
                document.body.append(f); })""",
            tablet.address,
        )
        with foreign.expect_response(lambda answer: answer.url == f"{tablet.address}/") as linked:
            foreign.evaluate("url => { location.href = url }", tablet.address)
        assert (opened, fetched, framed, linked.value.status) == ("refused", "refused", "kept out", 403)
    own.see("Locked")


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"},
                                     {"Sec-Fetch-Site": "cross-site"}])
def test_the_served_page_refuses_foreigners(headers: dict[str, str], tablet: Machine) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(tablet.address, headers=headers), timeout=10)
    assert refused.value.code == 403
    refused.value.close()


def test_it_listens_on_this_machine_only(tablet: Machine) -> None:
    outward = socket.gethostbyname(socket.gethostname())
    if outward.startswith("127."):
        # No other address here: the loopback range itself has one that is not ours.
        outward = "127.0.0.2"
    with socket.socket() as probe:
        assert probe.connect_ex((outward, tablet.port)) != 0


def test_a_taken_port_is_named_and_ends_with_code_3(tablet: Machine, tmp_path: Path) -> None:
    late = tiny(tmp_path / "late.out", tablet.port)
    late._ready = "http://127.0.0.1:1/"
    with pytest.raises(AssertionError):
        late.start()
    assert f"Port {tablet.port}" in late.printed() and "taken" in late.printed()
    assert late.stop() == 3


def test_it_ends_cleanly_while_a_window_is_open(tmp_path: Path, screens: Screens) -> None:
    machine = tiny(tmp_path / "tiny.out")
    machine.start()
    unlock(screens.open(machine.address))
    assert machine.stop() == 0
    assert "Traceback" not in machine.printed()


def test_pictures_are_taken_at_the_three_sizes(tablet: Machine, screens: Screens) -> None:
    screen = screens.open(tablet.address)
    assert [path.stem for path in screen.pictures("locked")] == [f"locked-{size}" for size in SIZES]


class foreign_page:
    """A page of somebody else's on another port of this machine."""

    def __enter__(self) -> str:
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(b"<html><body>somebody else</body></html>")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def test_the_machine_helper_tells_a_killed_process_from_an_ended_one(tmp_path: Path) -> None:
    machine = tiny(tmp_path / "tiny.out")
    machine.start()
    assert machine.kill() == -signal.SIGKILL
    wait_until(lambda: not machine.running, "it is gone")
