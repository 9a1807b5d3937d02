"""Ten thousand malformed requests at the real server: no 5xx, nothing echoed, nothing changed.

Every request is bytes on a socket, made from a seed, with a mark in it that must come back nowhere:
not in a reply, not in a log, not in what the process prints.
"""

from __future__ import annotations

import base64
import logging
import os
import random
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import msgpack
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.protocol.blob import BlobKind, BlobPlace, seal_chunks
from app.protocol.ids import NO_HASH
from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.wire import MEDIA_TYPE, ErrorReply, decode
from server import line
from server.config import Config, Limits
from server.main import ROUTES, create_app
from server.tables import control_op, invitation, member, segment, stream
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.server.live import live

TRIALS = 10_000 if os.environ.get("KT_SOAK") else 1_000
SEED = 20_261_122
MARK = "zq7Marker"
FORMS = tuple(
    form.lower()
    for form in (
        MARK.encode(),
        MARK.encode().hex().encode(),
        base64.b64encode(MARK.encode()).rstrip(b"="),
        MARK.encode().swapcase(),
    )
)
"""The mark as it is, in hexadecimal and in base64."""
UNLIMITED = Limits(**dict.fromkeys(Limits.__dataclass_fields__, 10**9))


@dataclass
class Target:
    """The server under attack, and bodies that it would take."""

    port: int
    app: FastAPI
    token: str
    stream: bytes
    person: bytes
    agency: AgencyMaker
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def counts(self) -> list[int]:
        """How much the database holds of what only good requests may write."""
        with self.app.state.desk.database.read() as connection:
            return [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (stream, control_op, member, segment, invitation)
            ]


@pytest.fixture
async def target(config: Config, tmp_path: Path) -> Any:
    """A served agency with a coordinator who has one segment on the server and one still to send."""

    def make(port: int) -> FastAPI:
        own = replace(
            config, data_dir=tmp_path / "data", origins=(f"http://localhost:{port}",), limits=UNLIMITED,
            body_seconds=0.05,
        )  # fmt: skip
        return create_app(own)

    with live(make) as (port, app):
        yield await begin(port, app)


async def begin(port: int, app: FastAPI) -> Target:
    maker = AgencyMaker(FakeRandom("agency"))
    worker = maker.hire(Role.COORDINATOR, Role.ADMINISTRATOR)
    store = FakeStore(worker.device, worker.key, maker.id, FakeRandom("worker"))
    store.keys = maker.keys
    store.hold_control(maker.id, maker.ops, pending=True)
    place = maker.open_stream(worker)
    store.hold_control(place, maker.streams[place], pending=True)
    chain = store.write(place, 3)
    async with HttpTransport(f"http://localhost:{port}") as wire:
        engine = SyncEngine(store, wire, FakeClock(), lambda: 0.5)
        # On a busy machine a body of ours may be slower than this server waits.
        for _ in range(10):
            status = await engine.run_once()
            if not status.problem:
                break
        assert (status.problem, status.pending) == ("", 0)
        token = wire._token
    store.write(place, 2)
    following = await store.segment_from(place, chain, 4)
    assert following is not None
    (chunk,) = seal_chunks(
        b"photo", BlobPlace(BlobKind.ATTACHMENT, place, b"\x07" * 16, 1), maker.keys[place], maker.random
    )
    grant = maker.grant(place, worker, maker.admin)
    target = Target(port, app, token, place, worker.person, maker)
    some = {"device": worker.device, "challenge": b"\x01" * 32, "origin": f"http://localhost:{port}"}
    signature = b"\x02" * 64
    target.bodies = {
        "/v1/agency": {"ops": maker.ops},
        "/v1/agency/chain": {
            "fingerprint": b"\x03" * 16, "challenge": b"\x01" * 32, "origin": some["origin"],
            "signature": signature, "after": 0, "ops": [b"op"],
        },
        "/v1/login/challenge": {"device": worker.device},
        "/v1/login": {**some, "signature": signature},
        "/v1/heads": {
            "streams": [{"stream": place, "control_head": NO_HASH, "control_count": 1, "cursor": 0}]
        },
        "/v1/streams/{stream}/control": {"prev": maker.states[place].heads[0], "ops": [grant]},
        "/v1/streams/{stream}/segments": {"segment": following.raw, "cert": following.cert},
        "/v1/streams/{stream}/blobs/{blob}/{number}": {"kind": 1, "count": 1, "data": chunk},
        "/v1/invitations": {"id": b"\x04" * 16},
        "/v1/invitations/{invitation}/join": {"device": worker.device, "payload": b"keys"},
    }  # fmt: skip
    assert set(target.bodies) == {path for method, path, _ in ROUTES if method == "POST"}
    return target


class Attacker:
    """Makes malformed requests from a seed."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target = target
        self.random = random.Random(seed)
        self.kinds: dict[str, Callable[[], bytes]] = {
            name.removeprefix("make_"): getattr(self, name) for name in dir(self) if name.startswith("make_")
        }

    def route(self, method: str = "") -> tuple[str, str]:
        """A method and a path with true ids in it."""
        found = [route[:2] for route in ROUTES if not method or route[0] == method]
        verb, path = self.random.choice(found)
        return verb, path

    def fill(self, path: str) -> str:
        place, person = self.target.stream.hex(), self.target.person.hex()
        path = path.replace("{stream}", place).replace("{person}", person)
        path = path.replace("{blob}", "07" * 16).replace("{number}", "1")
        return path.replace("{invitation}", "04" * 16)

    def head(
        self, method: str, path: str, *more: tuple[str, str | bytes], length: int | None = None
    ) -> bytes:
        lines: list[tuple[str, str | bytes]] = [
            ("host", "localhost"),
            ("kt-version", "1"),
            ("content-type", MEDIA_TYPE),
            ("connection", "close"),
            ("authorization", f"Bearer {self.target.token}"),
            ("x-mark", MARK),
            *more,
        ]
        if length is not None:
            lines.append(("content-length", str(length)))
        made = f"{method} {path} HTTP/1.1\r\n".encode()
        for name, value in lines:
            made += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
        return made + b"\r\n"

    def post(self, path: str, body: bytes) -> bytes:
        return self.head("POST", self.fill(path), length=len(body)) + body

    def body(self) -> tuple[str, dict[str, Any]]:
        path = self.random.choice(sorted(self.target.bodies))
        return path, dict(self.target.bodies[path])

    def packed(self) -> tuple[str, bytes]:
        path, document = self.body()
        return path, bytes(msgpack.packb(document, use_bin_type=True))

    # Bodies.

    def make_truncated(self) -> bytes:
        path, body = self.packed()
        return self.post(path, body[: self.random.randrange(len(body))])

    def make_trailing(self) -> bytes:
        path, body = self.packed()
        return self.post(path, body + MARK.encode())

    def make_flipped(self) -> bytes:
        path, packed = self.packed()
        body = bytearray(packed)
        for _ in range(self.random.choice((1, 1, 2, 8))):
            body[self.random.randrange(len(body))] ^= 1 << self.random.randrange(8)
        # A flip undone by the next would be a good request; this one is never.
        if bytes(body) == packed:
            body[0] ^= 0x80
        return self.post(path, bytes(body))

    def make_huge_length(self) -> bytes:
        path, document = self.body()
        key = self.random.choice(sorted(document)).encode()
        code = self.random.choice((b"\xc6", b"\xdb", b"\xdd", b"\xdf", b"\xc9"))
        size = self.random.choice((0xFFFFFFFF, 0x7FFFFFFF, 0x00FFFFFF)).to_bytes(4, "big")
        body = b"\x81" + bytes([0xA0 + len(key)]) + key + code + size + MARK.encode()
        return self.post(path, body)

    def make_deep(self) -> bytes:
        path, document = self.body()
        key = self.random.choice(sorted(document)).encode()
        depth = self.random.choice((100, 1_000, 5_000, 50_000))
        opener = self.random.choice((b"\x91", b"\x81\xa1a", b"\xdd\x00\x00\x00\x01"))
        body = b"\x81" + bytes([0xA0 + len(key)]) + key + opener * depth + b"\xc0"
        return self.post(path, body[:60_000])

    def make_wrong_type(self) -> bytes:
        path, document = self.body()
        odd: list[Any] = [
            None, True, -1, 2**63, 2**64 - 1, -(2**63), 1.5, float("nan"), float("inf"), MARK,
            MARK.encode(), "",
            b"", [], {}, [[]], [None], {MARK: MARK}, [MARK] * 3, {"a": {"b": [1]}}, b"\x00" * 70_000, "\x00",
            "\u202e", msgpack.ExtType(5, MARK.encode()), msgpack.Timestamp(1),
        ]  # fmt: skip
        for key in self.random.sample(sorted(document), self.random.randint(1, len(document))):
            document[key] = self.random.choice(odd)
        if self.random.random() < 0.3:
            document[MARK] = self.random.choice(odd)
        return self.post(path, bytes(msgpack.packb(document, use_bin_type=True)))

    def make_not_a_map(self) -> bytes:
        path, _ = self.body()
        trees: list[Any] = [None, 1, MARK, [MARK], [], b"", {1: MARK}, {b"k": MARK}, {None: 1}, {"": {}}]
        return self.post(path, bytes(msgpack.packb(self.random.choice(trees), use_bin_type=True)))

    def make_noise(self) -> bytes:
        path, _ = self.body()
        return self.post(path, self.random.randbytes(self.random.randrange(400)))

    def make_bad_text(self) -> bytes:
        path, document = self.body()
        key = self.random.choice(sorted(document)).encode()
        text = self.random.choice((b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80"))
        body = b"\x81" + bytes([0xA0 + len(key)]) + key + bytes([0xA0 + len(text)]) + text
        return self.post(path, body)

    def make_doubled_key(self) -> bytes:
        path, body = self.packed()
        return self.post(path, bytes([0x80 + 2 * (body[0] & 0x07)]) + body[1:] * 2)

    # Heads.

    def make_bad_header(self) -> bytes:
        method, path = self.route()
        value = self.random.choice(
            (b"\xff\xfe" + MARK.encode(), b"\xc3\x28", b"a\x00b", b"a\rb", b"\x7f", b"\x1b[31m",
             b"\xed\xa0\x80",
             "é".encode("latin-1") * 40, b" " * 200, b"," * 300)
        )  # fmt: skip
        name = self.random.choice(
            ("authorization", "content-type", "kt-version", "kt-invitation", "content-encoding", "accept",
             "x-forwarded-for", "x-forwarded-proto", "upgrade", "connection", "expect", "host", "te",
             "cookie")
        )  # fmt: skip
        return self.head(method, self.fill(path), (name, value), length=0)

    def make_bad_header_name(self) -> bytes:
        method, path = self.route()
        name = self.random.choice(
            (b"x y", b"\xff", b"", b"a\x00", b"(" + MARK.encode(), b"a:b", b" x", b"x" * 9000)
        )
        start = self.head(method, self.fill(path))[:-2]
        return start + name + b": 1\r\n\r\n"

    def make_many_headers(self) -> bytes:
        method, path = self.route()
        many = [(f"x-{number}", MARK) for number in range(self.random.choice((60, 200, 2_000)))]
        return self.head(method, self.fill(path), *many, length=0)

    def make_long_header(self) -> bytes:
        method, path = self.route()
        size = self.random.choice((1_000, 9_000, 40_000))
        return self.head(method, self.fill(path), ("x-long", MARK * (size // len(MARK))), length=0)

    def make_odd_authorization(self) -> bytes:
        method, path = self.route()
        value = self.random.choice(
            ("Bearer", "Bearer ", f"Basic {MARK}", f"Bearer {MARK * 5}", f"Bearer {'a' * 43}",
             "Bearer " + "é" * 30,
             f"bearer  {self.target.token}", f"Bearer {self.target.token}\t",
             f"Bearer {self.target.token[:-1]}")
        )  # fmt: skip
        made = self.head(method, self.fill(path), length=0)
        return re.sub(rb"authorization: [^\r]*", b"authorization: " + value.encode("latin-1"), made)

    def make_odd_version(self) -> bytes:
        method, path = self.route()
        version = self.random.choice(("0", "2", "", "01", "1 ", MARK, "1.0", "¹", "9" * 500))
        made = self.head(method, self.fill(path), length=0)
        return re.sub(rb"kt-version: [^\r]*", b"kt-version: " + version.encode(), made)

    def make_odd_media_type(self) -> bytes:
        path, body = self.packed()
        kind = self.random.choice(("", "text/html", MARK, "application/json", "application/msgpackx"))
        made = self.post(path, body)
        return re.sub(rb"content-type: [^\r]*", b"content-type: " + kind.encode(), made, count=1)

    def make_odd_method(self) -> bytes:
        _, path = self.route()
        method = self.random.choice(
            ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD", "get", "FOO", MARK,
             "G" * 500, "GET\x00",
             "", "PROPFIND", "PRI", "M-SEARCH")
        )  # fmt: skip
        return self.head(method, self.fill(path), length=0)

    def make_odd_length(self) -> bytes:
        path, body = self.packed()
        length = self.random.choice(
            ("-1", "99999999999999999999999999", "1e9", "0x10", "+5", "", " ", "1 1", MARK, "²", "5, 6",
             "99000000",
             str(len(body) + 7), str(max(0, len(body) - 7)))
        )  # fmt: skip
        return self.head("POST", self.fill(path), ("content-length", length)) + body

    def make_two_lengths(self) -> bytes:
        path, body = self.packed()
        more = self.random.choice(("content-length", "transfer-encoding"))
        value = {
            "content-length": "3",
            "transfer-encoding": self.random.choice(("chunked", "identity", MARK)),
        }
        return self.head("POST", self.fill(path), (more, value[more]), length=len(body)) + body

    def make_chunked_lie(self) -> bytes:
        path, body = self.packed()
        body = body[:2_000]
        true = f"{len(body):x}\r\n".encode() + body + b"\r\n"
        chunks = self.random.choice(
            (
                f"{len(body) + 50:x}\r\n".encode() + body + b"\r\n0\r\n\r\n",
                f"{max(1, len(body) - 5):x}\r\n".encode() + body + b"\r\n0\r\n\r\n",
                b"zz\r\n" + body + b"\r\n0\r\n\r\n",
                b"-5\r\n" + body + b"\r\n0\r\n\r\n",
                b"f" * 40 + b"\r\n" + body,
                true,
                true + b"0\r\nno trailer at all " + MARK.encode() + b"\r\n\r\n" + MARK.encode(),
                b"5;" + b"x" * 20_000 + b"\r\n",
                b"1\r\na\r\n" * 500 + b"0\r\n\r\n",
            )
        )
        return self.head("POST", self.fill(path), ("transfer-encoding", "chunked")) + chunks

    # Addresses and lines.

    def make_odd_path(self) -> bytes:
        method, path = self.route()
        part = self.random.choice(
            ("%00", "%ff", "%zz", "..", "../../etc/passwd", "%2e%2e%2f", MARK, "0" * 31, "0" * 33,
             "0" * 3_000, "A" * 32,
             "é", "%c3%a9" * 16, "", "/", "0" * 31 + "g", "{stream}", "*", ";" + MARK, "%0d%0aX:1", "²" * 32)
        )  # fmt: skip
        return self.head(method, re.sub(r"\{\w+\}", lambda _: part, path), length=0)

    def make_unknown_path(self) -> bytes:
        path = self.random.choice(
            ("/", "*", f"/{MARK}", "/v1", "/v1/", "/v2/heads", "//v1/heads", "/v1/heads/", "/v1/health/x",
             "/docs",
             f"http://evil.example/{MARK}", "/" + "a" * 5_000, "/v1/%68eads", "/v1/heads%00", "", "?",
             f"/?{MARK}")
        )  # fmt: skip
        return self.head(self.random.choice(("GET", "POST")), path, length=0)

    def make_odd_query(self) -> bytes:
        method, path = self.route()
        name = self.random.choice(("after", "limit", "own", "audit", MARK, ""))
        value = self.random.choice(
            ("", "-1", "1e9", "9" * 400, "0x1", "%C2%B2", "NaN", MARK, "9007199254740993", "1&after=2",
             "%00", "%ff",
             "a" * 600, "00" * 16, "00" * 32, "zz" * 16, "1;DROP TABLE rate", "١")
        )  # fmt: skip
        return self.head(method, f"{self.fill(path)}?{name}={value}", length=0)

    def make_odd_line(self) -> bytes:
        method, path = self.route()
        good = self.head(method, self.fill(path), length=0)
        first, rest = good.split(b"\r\n", 1)
        odd = self.random.choice(
            (first.replace(b"1.1", b"1.0"), first.replace(b"1.1", b"9.9"), first.replace(b" HTTP/1.1", b""),
             first.replace(b" ", b"  "), first + b" " + MARK.encode(), b"\r\n" + first, first.replace(b" ",
             b"\t"),
             MARK.encode(), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + MARK.encode(), b"\x00" * 30,
             b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        )  # fmt: skip
        return odd + b"\r\n" + rest

    def make_binary(self) -> bytes:
        return self.random.randbytes(self.random.randrange(1, 600)) + MARK.encode() + b"\r\n\r\n"

    def make_cut_short(self) -> bytes:
        path, body = self.packed()
        whole = self.post(path, body)
        return whole[: self.random.randrange(1, len(whole))]

    def make_two_at_once(self) -> bytes:
        path, body = self.packed()
        first = self.post(path, body[:-1]).replace(b"connection: close\r\n", b"")
        return first + self.random.choice((b"", b"\r\n", MARK.encode())) + self.make_odd_query()


SILENT = {"cut_short", "binary", "odd_line", "odd_path", "unknown_path", "bad_header_name", "odd_method"}
"""Kinds that may be no whole request: the server may still wait for the rest when the sender hangs up."""


def exchange(port: int, request: bytes) -> bytes:
    """Everything the server says to `request`."""
    parts = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sender:
        try:
            sender.sendall(request)
            while part := sender.recv(65_536):
                parts.append(part)
        except ConnectionError:
            pass  # The server hung up while there was more to say to it.
    return b"".join(parts)


def check_reply(kind: str, request: bytes, raw: bytes) -> int:
    """The status of a reply that is as it should be; 0 for none."""
    for form in FORMS:
        assert form not in raw.lower(), (kind, request[:300], raw[:500])
    if not raw:
        assert kind in SILENT, (kind, request[:300])
        return 0
    head, _, body = raw.partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    writes = re.match(rb"POST /v1/streams/\w+/(segments|control)", request)
    assert not (writes and status == 200), (kind, request[:600])
    assert 200 <= status < 500, (kind, status, request[:300])
    lines = head.lower().split(b"\r\n")[1:]
    assert b"x-content-type-options: nosniff" in lines and b"cache-control: no-store" in lines
    assert not [one for one in lines if one.startswith((b"server:", b"x-powered-by:"))]
    if status >= 400 and body:
        assert decode(ErrorReply, body[: _length(lines)]).code
    return status


def _length(lines: list[bytes]) -> int:
    found = [int(one.split(b":")[1]) for one in lines if one.startswith(b"content-length:")]
    return found[0]


class Ears(logging.Handler):
    """Hears every log record of the process."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self.loud: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with a traceback where it has one."""
        said = logging.Formatter().format(record)
        self.said.append(said)
        if record.levelno >= logging.ERROR or record.exc_info:
            self.loud.append(said)


@contextmanager
def listening() -> Iterator[Ears]:
    ears = Ears()
    loggers = [
        logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.error", "server", "asyncio", "app")
    ]
    for logger in loggers:
        logger.addHandler(ears)
    try:
        yield ears
    finally:
        for logger in loggers:
            logger.removeHandler(ears)


async def test_malformed_requests_bring_no_fault_no_echo_and_no_change(
    target: Target, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who sends half a head is not waited for as long as outside of tests.
    monkeypatch.setattr(line, "HEAD_SECONDS", 0.1)
    attacker = Attacker(target, SEED)
    before = target.counts()
    kinds = sorted(attacker.kinds)
    seen: Counter[int] = Counter()
    with listening() as ears:
        for trial in range(TRIALS):
            kind = kinds[trial % len(kinds)]
            request = attacker.kinds[kind]()
            raw = b""
            # On a busy machine a whole request may be slower than this server waits for a head.
            for _ in range(1 if kind in SILENT else 10):
                raw = raw or exchange(target.port, request)
            seen[check_reply(kind, request, raw)] += 1
        async with httpx.AsyncClient(trust_env=False) as client:
            health = await client.get(f"http://127.0.0.1:{target.port}/v1/health")
        assert health.status_code == 200
    written = capfd.readouterr()
    everything = "\n".join([*ears.said, written.out, written.err]).lower().encode()
    for form in FORMS:
        assert form not in everything
    assert ears.loud == []
    # Invitations may be opened by what is still well-formed; nothing else was written.
    assert target.counts()[:-1] == before[:-1]
    # The attack reached every depth: it was not turned away at the door.
    assert {400, 401, 403, 404, 405, 408, 413, 414, 415, 426, 431} <= set(seen), seen
    print(f"{sum(seen.values())} requests: {dict(sorted(seen.items()))}")
