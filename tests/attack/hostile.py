"""A member who writes anything at all, rightly sealed and signed: the worst that can come from within.

`Mallory` seals whatever bytes she likes as operations of a chain of her own. `Payloads` draws them:
every record type with values of every wrong kind, predecessors that do not exist, deletes that make
no sense, ids that belong to somebody else, and plaintexts that are no operations.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import msgpack

from app.crypto.keyring import Keyring
from app.crypto.primitives import SigningKey
from app.protocol import envelope as form
from app.protocol.envelope import chain_cipher, envelope_hash
from app.protocol.hlc import stamp
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId, derived_id, singleton_id
from app.protocol.limits import MAX_INFLATED_BYTES
from app.protocol.segment import build_segment, issue_chain_cert
from app.store.merge import DELETED, SEEN
from app.sync.ports import IncomingSegment
from app.wraparound.records import RECORD_TYPES, fields_of

NOW_MS = 1_760_000_000_000


class Mallory:
    """A chain of a member's device, written without any of the app's own checks."""

    def __init__(self, keyring: Keyring, stream: StreamId, epoch: int, key: bytes, chance: Random) -> None:
        self.stream = stream
        self.chain = ChainId(chance.randbytes(16))
        self.key = SigningKey(chance.randbytes(32))
        self.chance = chance
        self.epoch = epoch
        self.cert = issue_chain_cert(
            stream, self.chain, self.key, DeviceId(keyring.device), keyring.signing_key()
        )
        self._cipher = chain_cipher(key, stream, epoch, self.chain)
        self.dseq = 0
        self.sent = 0
        self._last = NO_HASH

    def seal(self, packed: bytes, hlc: int | None = None, *, deflated: bytes | None = None) -> bytes:
        """The next envelope of the chain around any plaintext."""
        self.dseq += 1
        at = stamp(NOW_MS + self.dseq) if hlc is None else hlc
        header = form._HEADER.pack(
            1, 1, 1, 0, self.epoch, self.stream, self.chain, self.dseq, at, self._last
        )
        nonce = self.chance.randbytes(12)
        body = form.frame(zlib.compress(packed, 1) if deflated is None else deflated)
        raw = header + nonce + self._cipher.seal(nonce, body, form._AAD + header)
        self._last = envelope_hash(raw)
        return raw

    def segment(self, envelopes: Sequence[bytes], control_head: bytes) -> IncomingSegment:
        """A signed segment of consecutive envelopes of this chain."""
        self.sent += 1
        return IncomingSegment(self.sent, build_segment(envelopes, self.key, control_head), self.cert)


def packed(document: object) -> bytes:
    data: bytes = msgpack.packb(document, use_bin_type=True)
    return data


@cache
def bombs() -> tuple[bytes, ...]:
    """Small deflated plaintexts that are large, or cost much to read, once inflated."""
    size = MAX_INFLATED_BYTES

    def note(**fields: Any) -> bytes:
        return packed({"record": b"b" * 16, "type": "note", "fields": fields, "pred": {}, "schema": 1})

    lists: list[list[Any]] = [[] for _ in range(60_000)]
    plain = (
        note(body="x" * (size - 200)),
        note(body=lists),
        note(body=[[1] * 60_000 for _ in range(15)]),
        note(body=[lists] * 15),
        note(**{f"f{n}": n for n in range(40_000)}),
        note(**{f"f{n}": n for n in range(30_000)}),
        bytes(size),
        bytes(size + 1),
        bytes(64 * size),
    )
    return (*(zlib.compress(one, 9) for one in plain), zlib.compress(plain[0])[:-3], b"")


class Payloads:
    """Draws payloads. ids: records that exist, refs: operations that exist."""

    def __init__(
        self,
        chance: Random,
        stream: StreamId,
        ids: Sequence[bytes],
        refs: Sequence[tuple[bytes, int]],
        mallory: Mallory,
    ) -> None:
        self._chance = chance
        self._stream = stream
        self._ids = [bytes(16), b"\xff" * 16, stream, *ids]
        self._refs = list(refs)
        self._mallory = mallory
        self._names = list(RECORD_TYPES)

    def draw(self) -> bytes:
        """One sealed envelope."""
        chance = self._chance
        maker: Callable[[], bytes] = chance.choices(
            (self._operation, self._delete, self._foreign, self._broken), (70, 8, 8, 14)
        )[0]
        # The next envelope is nobody's but this one's: its own number is known to the payload.
        deflated = self.bomb() if chance.random() < 0.01 else None
        hlc = chance.choice((0, 1, 2**63 - 1, stamp(2**46), stamp(1))) if chance.random() < 0.1 else None
        return self._mallory.seal(maker() if deflated is None else b"", hlc, deflated=deflated)

    def _record(self, type_name: str) -> bytes:
        chance, kind = self._chance, RECORD_TYPES.get(type_name)
        if kind is not None and kind.SINGLETON and chance.random() < 0.7:
            return bytes(singleton_id(self._stream, type_name))
        if chance.random() < 0.1:
            return bytes(derived_id(self._stream, type_name, "x"))
        return chance.choice(self._ids) if chance.random() < 0.6 else chance.randbytes(16)

    def _pred(self, names: Sequence[str]) -> dict[str, bytes]:
        """Predecessors that are there, are not, are this very operation, or come later."""
        chance, mallory, found = self._chance, self._mallory, {}
        for name in names:
            if chance.random() < 0.25:
                own = mallory.dseq + 1
                pool = [
                    *self._refs[:50],
                    (bytes(mallory.chain), own),
                    (bytes(mallory.chain), own + chance.randint(1, 5)),
                    (bytes(mallory.chain), max(1, own - chance.randint(1, 9))),
                    (chance.randbytes(16), chance.choice((1, 2**62, 2**63 - 1))),
                ]
                refs = sorted(set(chance.sample(pool, chance.randint(1, 3))))
                found[name] = b"".join(struct.pack(">16sQ", *ref) for ref in refs)
        return found

    def _operation(self) -> bytes:
        chance = self._chance
        name = chance.choice(self._names) if chance.random() < 0.95 else self._text()[:40] or "x"
        kind = RECORD_TYPES.get(name)
        fields: dict[str, Any] = {}
        if kind is not None:
            known = list(fields_of(kind))
            for field in chance.sample(known, chance.randint(0, len(known))):
                wanted = kind.model_fields[field].annotation
                fields[field] = self._likely(wanted) if chance.random() < 0.6 else self._value()
        for _ in range(chance.choice((0, 0, 0, 1, 3))):
            fields[chance.choice((*self.COLUMNS, self._text()[:60]))] = self._value()
        if chance.random() < 0.1:
            fields[SEEN] = self._value()
        pred = self._pred(list(fields))
        schema = chance.choice((0, 1, 1, 1, 2, 2**31 - 1))
        return packed(
            {"record": self._record(name), "type": name, "fields": fields, "pred": pred, "schema": schema}
        )

    COLUMNS = (
        "id", "family_id", "stream", "created_at_ms", "updated_at_ms", "created_by", "updated_by", "revived",
        "has_conflict", "rowid", "_deleted", "_seen", "__class__", "", "\0", "'; DROP TABLE note; --",
    )  # fmt: skip

    def _delete(self) -> bytes:
        chance = self._chance
        name = chance.choice(self._names)
        own = [bytes(self._mallory.chain), self._mallory.dseq + 1]
        seen: Any = chance.choice(
            (
                [], [own], [list(ref) for ref in self._refs[:20]], [[b"x", 1]], [[own[0], -1]], [[1, 2]],
                [[own[0], 2**63 - 1]], [[own[0], True]], "all", 1, None, {"a": 1}, [[]], [own, own],
                [[chance.randbytes(16), 1] for _ in range(200)], [[b"", 2**63 - 1]] * 3,
            )
        )  # fmt: skip
        fields = {DELETED: seen}
        if chance.random() < 0.3:
            fields["body"] = self._value()
        return packed(
            {"record": self._record(name), "type": name, "fields": fields, "pred": self._pred([DELETED]),
             "schema": 1}
        )  # fmt: skip

    def _foreign(self) -> bytes:
        """Well-formed, of another type's record or a person's id, with plausible values."""
        chance = self._chance
        name = chance.choice(self._names)
        kind = RECORD_TYPES[name]
        fields = {field: self._likely(kind.model_fields[field].annotation) for field in fields_of(kind)}
        return packed(
            {"record": chance.choice(self._ids), "type": name, "fields": fields,
             "pred": self._pred(list(fields)[:3]), "schema": 1}
        )  # fmt: skip

    def _broken(self) -> bytes:
        """No operation at all, or one in another spelling."""
        chance = self._chance
        nested: Any = 1
        for _ in range(chance.choice((15, 16, 17, 200, 480))):
            nested = [nested] if chance.random() < 0.5 else {"a": nested}
        good = {
            "record": self._record("note"), "type": "note", "fields": {"body": "x"}, "pred": {}, "schema": 1
        }  # fmt: skip
        maker: Callable[[], bytes] = chance.choice(
            (
                lambda: chance.randbytes(chance.randint(0, 400)),
                lambda: packed({**good, "fields": {"body": nested}}),
                lambda: packed({**good, "fields": {"body": "\0\0"}}).replace(
                    b"\xa2\0\0", b"\x91" * 300_000 + b"\0"
                ),
                lambda: packed({**good, "fields": {"body": math.nan}}),
                lambda: packed({**good, "fields": {"value": math.inf}}),
                lambda: packed({**good, "fields": {"value": 2**64 - 1}}),
                lambda: packed({**good, "fields": {"body": msgpack.ExtType(1, b"x")}}),
                lambda: packed({**good, "fields": {"body": msgpack.Timestamp(1)}}),
                lambda: packed({**good, "fields": {1: "x"}}),
                lambda: packed({**good, "fields": []}),
                lambda: packed({**good, "type": ""}),
                lambda: packed({**good, "type": 7}),
                lambda: packed({**good, "record": b"short"}),
                lambda: packed({**good, "schema": -1}),
                lambda: packed({**good, "schema": True}),
                lambda: packed({**good, "pred": {"body": b""}}),
                lambda: packed({**good, "pred": {"body": b"x" * 23}}),
                lambda: packed({**good, "pred": {"place": struct.pack(">16sQ", b"c" * 16, 1)}}),
                lambda: packed({**good, "pred": {"body": struct.pack(">16sQ", b"c" * 16, 1) * 2}}),
                lambda: packed({**good, "pred": {"body": struct.pack(">16sQ", b"c" * 16, 0)}}),
                lambda: packed({**good, "more": 1}),
                lambda: packed(list(good.items())),
                lambda: packed(good)[:-1],
                lambda: packed(good) + b"\x01",
                # A lone surrogate, as UTF-8 would write it if it could.
                lambda: packed({**good, "fields": {"body": "\0\0\0"}}).replace(b"\0\0\0", b"\xed\xa0\xbd"),
                lambda: packed({**good, "fields": {"body": "aa"}}).replace(b"\xa2aa", b"\xd9\x02aa"),
                lambda: b"\x85" + packed(good)[1:].replace(b"\xa4type", b"\xa6record", 1),
            )
        )
        return maker()

    def bomb(self) -> bytes:
        """At the cap of what one operation may inflate to, over it, or not a zlib stream."""
        return self._chance.choice((*bombs(), self._chance.randbytes(300)))

    def _likely(self, annotation: object) -> Any:
        """A value of the field's own kind, at the edges of what anybody expects."""
        chance = self._chance
        if annotation is bool:
            return chance.random() < 0.5
        if annotation is int:
            return chance.choice(
                (0, 1, -1, 5, 10**6, 2**31, 2**53, 2**63 - 1, -(2**63), NOW_MS, -NOW_MS, 253402300800000)
            )
        if annotation is float:
            return chance.choice((0.0, -0.0, 1e308, 5e-324, -1e308))
        if annotation is str:
            return self._text()
        return chance.choice((None, {}, {"a": 1}, {"sections": 1}, {"needs": [{"id": 7}]}, self._value()))

    def _text(self) -> str:
        chance = self._chance
        return chance.choice(
            (
                "", " ", "\0", "x" * 5000, "\u202e\u2066abc", "\U0001f3e1" * 50, "2026-02-30", "9999-12-31",
                "0000-00-00", "2026-13-01T99:99", "-1", "1e999", "NaN", "open", "done", "met", "general",
                "safety",
                "team", "on_team", "signed", "draft", "en", "es", "xx-YY", "%s%n{0}{}", "../../etc/passwd",
                "<script>alert(1)</script>", '"*) OR 1=1 --', "a,b,,c", "{", "[1,2", "\r\n\t\x1b[31m",
                "\ufffe\uffff",
                chance.choice(self._ids).hex(), chance.choice(self._ids).hex().upper(), "f" * 31, "+" * 200,
                "\u0301" * 300, "ﷺ" * 40, "1" * 400, "home_visit", "family", "crisis", "transport", "18:99",
                "24:00",
            )
        )  # fmt: skip

    def _value(self, depth: int = 0) -> Any:
        chance = self._chance
        plain = (
            None, True, False, 0, -1, 2**63 - 1, -(2**63), 1.5, -0.0, 1e308, b"", b"\xff" * 40, "", "text"
        )  # fmt: skip
        if depth > 4 or chance.random() < 0.6:
            return chance.choice((*plain, self._text()))
        if chance.random() < 0.5:
            return [self._value(depth + 1) for _ in range(chance.randint(0, 4))]
        return {self._text()[:30]: self._value(depth + 1) for _ in range(chance.randint(0, 4))}
