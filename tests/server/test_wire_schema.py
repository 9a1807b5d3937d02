"""The server held against a description of its wire: what fits it and what does not, at every route.

The description is tests/server/wire.yaml.  schemathesis makes the requests; every answer must be one
that the description has, with its headers, and none a fault of the server.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.config import Config
from server.main import ROUTES, create_app
from tests.fakes.clock import FakeRandom
from tests.server.live import live
from tests.server.test_malformed import UNLIMITED, Target, begin

DESCRIPTION = Path(__file__).with_name("wire.yaml")
TRIALS = 100 if os.environ.get("KT_SOAK") else 10
HEX = re.compile(r"0x((?:[0-9a-f]{2})*)", re.ASCII)

# Our refusals of a head are of more kinds than the tool expects.
REFUSED = [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 426, 431]
schema = schemathesis.openapi.from_path(
    DESCRIPTION,
    config=schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
    ),
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@schemathesis.serializer("application/msgpack")
def pack(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A generated document as msgpack: "0x…" becomes bytes."""
    return bytes(msgpack.packb(_to_wire(value), use_bin_type=True))


@schemathesis.deserializer("application/msgpack")
def unpack(context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """A reply as a document: bytes become "0x…"."""
    return _from_wire(msgpack.unpackb(response.content))


def _to_wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {_to_wire(str(key)): _to_wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_wire(item) for item in value]
    if isinstance(value, str):
        found = HEX.fullmatch(value)
        # What has no UTF-8 form cannot be packed; it stands for something else that is odd.
        return bytes.fromhex(found[1]) if found else value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float(value) if abs(value) < 2**1000 else "huge"
    return value


def _from_wire(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {key: _from_wire(item) for key, item in value.items()}
    return [_from_wire(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A served agency; one for all requests of this module."""

    def make(port: int) -> FastAPI:
        folder = tmp_path_factory.mktemp("wire")
        own = (f"http://localhost:{port}",)
        return create_app(Config(folder, own, limits=UNLIMITED, random=FakeRandom("wire")))

    with live(make) as (port, app):
        yield asyncio.run(begin(port, app))


def test_description_has_every_route_and_no_other() -> None:
    described = {
        (verb.upper(), path)
        for path, item in schema.raw_schema["paths"].items()
        for verb in item
        if verb in ("get", "post", "put", "delete", "patch")
    }
    assert described == {(method, path) for method, path, _ in ROUTES} | {("GET", "/v1/health")}


@schema.parametrize()
@settings(max_examples=TRIALS, suppress_health_check=list(HealthCheck))
def test_every_answer_fits_the_description(case: schemathesis.Case[Any], served: Target) -> None:
    # Half of the time with ids that are there, so that the questions go deep.
    for name, true in (("stream", served.stream), ("person", served.person), ("blob", b"\x07" * 16),
                       ("invitation", b"\x04" * 16)):  # fmt: skip
        given = (case.path_parameters or {}).get(name)
        if isinstance(given, str) and re.fullmatch("[0-9a-f]{32}", given) and int(given[-1], 16) % 2:
            case.path_parameters[name] = true.hex()
    # What a query says besides is passed over, so that newer tablets may ask older servers.
    known = set(case.query or {}) <= {"after", "limit", "own", "audit"}
    checks = CHECKS if known else [check for check in CHECKS if check is not negative_data_rejection]
    address = f"http://127.0.0.1:{served.port}"
    case.call_and_validate(
        base_url=address, headers={"authorization": f"Bearer {served.token}"}, checks=checks
    )
    document = case.operation.definition.raw
    if document.get("security") != []:
        # The same without a token: what is wrong with the head may be said first, and nothing else.
        answer = case.call(base_url=address)
        assert answer.status_code in (400, 401, 404, 405, 414, 426, 431)
        case.validate_response(answer, checks=checks)
