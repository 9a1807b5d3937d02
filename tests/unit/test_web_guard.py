"""The guard lets in what a window of this very app sends, and nothing else (ADR 0005)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from app.views.web.guard import Message, Receive, Scope, Send, WebGuard

PORT = 8550
HOST = f"127.0.0.1:{PORT}"
HERE = f"http://{HOST}"
TOKEN = "a-launch-token-of-at-least-128-bits"
COOKIE = f"kt_launch_{PORT}={TOKEN}"
SCRIPT = b"window.ready = true;"
PAGE = b"<html><script>" + SCRIPT + b"</script><script src='flutter.js'></script></html>"

NAVIGATION = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
FROM_THE_PAGE = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}


class Web:
    """Stands where Flet's web app stands: serves one page, one script and a socket, and counts callers."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            return
        kind = b"text/javascript" if scope["path"].endswith(".js") else b"text/html; charset=utf-8"
        headers = [(b"content-type", kind), (b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:], "more_body": False})


class Visit:
    """Sends one request through a guard and keeps the answer."""

    def __init__(self) -> None:
        self.web = Web()
        self.guard = WebGuard(self.web, port=PORT, token=TOKEN)
        self.sent: list[Message] = []

    async def _run(self, scope: dict[str, Any], first: Message) -> None:
        async def receive() -> Message:
            return first

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self.guard(scope, receive, send)

    async def get(self, path: str, headers: dict[str, str], method: str = "GET", host: str = HOST) -> int:
        lines = [(b"host", host.encode()), *((k.encode(), v.encode()) for k, v in headers.items())]
        await self._run({"type": "http", "method": method, "path": path, "headers": lines},
                        {"type": "http.request", "body": b"", "more_body": False})
        return int(self.sent[0]["status"])

    async def socket(self, headers: dict[str, str], host: str = HOST, path: str = "/ws") -> bool:
        lines = [(b"host", host.encode()), *((k.encode(), v.encode()) for k, v in headers.items())]
        await self._run({"type": "websocket", "path": path, "headers": lines}, {"type": "websocket.connect"})
        return bool(self.sent[0]["type"] == "websocket.accept")

    def header(self, name: str) -> str | None:
        return next((v.decode() for k, v in self.sent[0]["headers"] if k == name.encode()), None)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])


@pytest.fixture
def visit() -> Visit:
    return Visit()


async def test_typing_the_plain_address_opens_the_tablet_and_brings_the_cookie(visit: Visit) -> None:
    assert await visit.get("/", NAVIGATION) == 200
    assert visit.body == PAGE
    assert visit.header("set-cookie") == f"{COOKIE}; Path=/; HttpOnly; SameSite=Strict"


async def test_localhost_by_name_is_this_machine_too(visit: Visit) -> None:
    assert await visit.get("/", NAVIGATION, host=f"localhost:{PORT}") == 200


async def test_a_tool_without_fetch_metadata_enters_by_the_front_door_only(visit: Visit) -> None:
    assert await visit.get("/", {}) == 200
    assert await Visit().get("/families", {}) == 403


async def test_the_page_fetches_its_files_with_the_cookie(visit: Visit) -> None:
    assert await visit.get("/main.dart.js", {**FROM_THE_PAGE, "cookie": COOKIE}) == 200
    assert visit.header("set-cookie") is None


async def test_reloading_deep_in_the_app_after_a_restart_works(visit: Visit) -> None:
    stale = f"kt_launch_{PORT}=of-an-older-launch"
    assert await visit.get("/families/1", {**NAVIGATION, "cookie": stale}) == 200
    assert visit.header("set-cookie") is not None


async def test_a_window_of_the_app_opens_the_socket(visit: Visit) -> None:
    assert await visit.socket({"origin": HERE, "cookie": COOKIE})


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:8551",
                                  f"127.0.0.1.evil.example:{PORT}", f"[::1]:{PORT}", ""])
async def test_a_foreign_host_is_refused(visit: Visit, host: str) -> None:
    """A name that an attacker rebinds to this machine still says its own name here."""
    assert await visit.get("/", NAVIGATION, host=host) == 403
    assert not await Visit().socket({"origin": f"http://{host}", "cookie": COOKIE}, host=host)
    assert visit.web.reached == []


async def test_two_hosts_are_refused(visit: Visit) -> None:
    assert await visit.get("/", {**NAVIGATION, "host": HOST}) == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8551", "http://127.0.0.1",
                                    f"https://{HOST}", f"http://localhost:{PORT}", f"{HERE}.evil.example"])
async def test_a_foreign_origin_is_refused(visit: Visit, origin: str) -> None:
    assert not await visit.socket({"origin": origin, "cookie": COOKIE})
    assert await Visit().get("/", {**NAVIGATION, "origin": origin}) == 403
    assert visit.web.reached == []


async def test_a_socket_without_an_origin_is_refused(visit: Visit) -> None:
    assert not await visit.socket({"cookie": COOKIE})


@pytest.mark.parametrize("cookie", ["", f"kt_launch_{PORT}=wrong", f"kt_launch_8551={TOKEN}",
                                    f"kt_launch_{PORT}=", f"kt_launch_{PORT}={TOKEN}x", "\xff=;;;="])
async def test_a_socket_without_this_launchs_cookie_is_refused(visit: Visit, cookie: str) -> None:
    headers = {"origin": HERE, "cookie": cookie} if cookie else {"origin": HERE}
    assert not await visit.socket(headers)
    assert visit.sent == [{"type": "websocket.close", "code": 1008}]
    assert visit.web.reached == []


async def test_odd_cookies_of_neighbours_on_this_machine_do_no_harm(visit: Visit) -> None:
    """Cookies do not know ports: whatever else runs on 127.0.0.1 sends its own along."""
    assert await visit.socket({"origin": HERE, "cookie": f'a[b]="x; {{=; {COOKIE}; other=1'})


async def test_a_file_without_the_cookie_is_refused(visit: Visit) -> None:
    assert await visit.get("/main.dart.js", FROM_THE_PAGE) == 403
    assert visit.web.reached == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_links_and_scripts_of_other_sites_are_refused(visit: Visit, site: str) -> None:
    """`same-site` is another port of this machine: a neighbour, not us."""
    assert await visit.get("/", {**NAVIGATION, "sec-fetch-site": site}) == 403
    assert await Visit().get("/", {**NAVIGATION, "sec-fetch-site": site, "cookie": COOKIE}) == 403
    assert visit.web.reached == []


@pytest.mark.parametrize("target", ["iframe", "script", "image", "empty"])
async def test_only_a_top_level_page_gets_the_cookie(visit: Visit, target: str) -> None:
    mode = "navigate" if target == "iframe" else "no-cors"
    fetch = {"sec-fetch-site": "none", "sec-fetch-mode": mode, "sec-fetch-dest": target}
    assert await visit.get("/", fetch) == 403
    assert visit.header("set-cookie") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_only_reading_is_served(visit: Visit, method: str) -> None:
    assert await visit.get("/", {**NAVIGATION, "cookie": COOKIE}, method=method) == 405


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/upload", "/oauth_callback"])
async def test_what_the_framework_adds_is_closed(visit: Visit, path: str) -> None:
    assert await visit.get(path, {**NAVIGATION, "cookie": COOKIE}) == 404
    assert visit.web.reached == []


async def test_sockets_at_other_paths_are_refused(visit: Visit) -> None:
    assert not await visit.socket({"origin": HERE, "cookie": COOKIE}, path="/elsewhere")


async def test_the_manifest_is_served_without_cookies_because_browsers_send_none(visit: Visit) -> None:
    assert await visit.get("/manifest.json", FROM_THE_PAGE) == 200
    assert visit.header("set-cookie") is None


async def test_asking_whether_it_serves_tells_nothing_else(visit: Visit) -> None:
    assert await visit.get("/ready", {}) == 200
    assert visit.body == b"ready\n"
    assert visit.header("set-cookie") is None
    assert visit.web.reached == []


async def test_the_page_may_talk_to_its_own_origin_alone(visit: Visit) -> None:
    await visit.get("/", NAVIGATION)
    policy = visit.header("content-security-policy") or ""
    named = base64.b64encode(hashlib.sha256(SCRIPT).digest()).decode()
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{named}';" in policy
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy and "*" not in policy


async def test_other_pages_may_not_read_or_frame_it(visit: Visit) -> None:
    await visit.get("/", NAVIGATION)
    assert visit.header("access-control-allow-origin") is None
    assert visit.header("x-frame-options") == "DENY"
    assert visit.header("cross-origin-resource-policy") == "same-origin"
    assert visit.header("referrer-policy") == "no-referrer"
    assert visit.header("x-content-type-options") == "nosniff"


async def test_the_page_itself_is_never_kept_by_the_browser(visit: Visit) -> None:
    await visit.get("/", NAVIGATION)
    assert visit.header("cache-control") == "no-store"


async def test_a_refusal_says_nothing_and_is_hardened_too(visit: Visit) -> None:
    await visit.get("/", NAVIGATION, host="evil.example")
    assert visit.header("content-security-policy") is not None
    assert TOKEN.encode() not in visit.body
