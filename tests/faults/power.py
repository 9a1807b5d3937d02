"""What a power cut can leave: crash images made from the trace of a recorded disk.

The model is the strictest that file systems promise. What was written to a file is sure only once
that file was synced; a name is sure only once its directory was. Of the rest anything may be there:
nothing, all, the first so many writes, any of them in any order, and of a write any of its sectors
(512 B or 4 KiB). Names change in order: a prefix of what was not synced. Shared memory (`-shm`) is
never there after a power cut.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HEAD = struct.Struct("<ciqII")
MODES = ("lost", "kept", "prefix", "any", "torn 512", "torn 4096")
"""What becomes of writes that were not synced."""


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call. kind: see disk_shim.c; at: offset or size; one, two: names or data."""

    kind: str
    fd: int
    at: int
    one: bytes
    two: bytes


def read_trace(path: Path) -> list[Call]:
    """The recorded calls in order."""
    raw = path.read_bytes()
    found: list[Call] = []
    place = 0
    while place < len(raw):
        kind, fd, at, n, m = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        found.append(Call(kind.decode(), fd, at, raw[place : place + n], raw[place + n : place + n + m]))
        place += n + m
    return found


@dataclass(eq=False)
class _File:
    """What is sure of a file, and what is not: (offset, data), or (size, None) for a truncation."""

    sure: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)


def _put(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data


class Disk:
    """A disk on which recorded calls are played."""

    def __init__(self, sync_counts: bool = True) -> None:
        """sync_counts: False for a disk that lies about fsync (the second control)."""
        self._sync_counts = sync_counts
        self._sure: dict[str, _File] = {}
        self._now: dict[str, _File] = {}
        self._names: list[tuple[str, str, _File | None]] = []
        self._open: dict[int, _File | None] = {}
        self.promises: list[list[Any]] = []

    def play(self, call: Call) -> None:
        """Let one call happen."""
        name = call.one.decode() if call.kind in "COUR" else ""
        if call.kind == "M":
            self.promises.append(json.loads(call.one))
        elif call.kind == "C" or (call.kind == "O" and name not in self._now):
            self._open[call.fd] = self._name("set", name, _File())
        elif call.kind == "O":
            file = self._open[call.fd] = self._now[name]
            if call.at == 0:
                file.pending.append((0, None))
        elif call.kind == "D":
            self._open[call.fd] = None
        elif call.kind == "X":
            self._open.pop(call.fd, None)
        elif call.kind in "WT":
            written = self._open[call.fd]
            assert written is not None
            written.pending.append((call.at, call.one if call.kind == "W" else None))
        elif call.kind == "S" and self._sync_counts:
            self._sync(self._open[call.fd])
        elif call.kind == "R":
            self._name("set", call.two.decode(), self._now[name])
            self._name("drop", name, None)
        elif call.kind == "U":
            self._name("drop", name, None)

    def _name(self, act: str, name: str, file: _File | None) -> _File | None:
        self._names.append((act, name, file))
        _rename(self._now, act, name, file)
        return file

    def _sync(self, file: _File | None) -> None:
        if file is None:
            for change in self._names:
                _rename(self._sure, *change)
            self._names.clear()
            return
        for at, data in file.pending:
            _put(file.sure, at, data)
        file.pending.clear()

    def crash(self, home: Path, mode: str, chance: random.Random) -> None:
        """Write into `home` what one power cut at this moment could leave."""
        names = dict(self._sure)
        kept = {"lost": 0, "kept": len(self._names)}.get(mode, chance.randint(0, len(self._names)))
        # A rename is one step: its second half is never left out.
        if 0 < kept < len(self._names) and self._names[kept][0] == "drop":
            kept += 1
        for change in self._names[:kept]:
            _rename(names, *change)
        left: dict[int, bytes] = {}
        for name, file in names.items():
            if name.endswith("-shm") or name == "lock":
                continue
            if id(file) not in left:
                left[id(file)] = _left(file, mode, chance)
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(left[id(file)])


def _rename(names: dict[str, _File], act: str, name: str, file: _File | None) -> None:
    if file is not None:
        names[name] = file
    else:
        names.pop(name, None)


def _left(file: _File, mode: str, chance: random.Random) -> bytes:
    content = bytearray(file.sure)
    pending = file.pending
    if mode == "lost":
        pending = []
    elif mode == "prefix":
        pending = pending[: chance.randint(0, len(pending))]
    for at, data in pending:
        if mode in ("lost", "kept", "prefix"):
            _put(content, at, data)
        elif mode == "any" or data is None:
            if chance.random() < 0.5:
                _put(content, at, data)
        else:
            sector = int(mode.split()[1])
            fate = chance.random()
            for begin, part in _sectors(at, data, sector):
                if fate < 0.3 or (fate < 0.8 and chance.random() < 0.5):
                    _put(content, begin, part)
    return bytes(content)


def _sectors(at: int, data: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """A write in the pieces that a disk writes whole."""
    place = at
    while place < at + len(data):
        end = min(at + len(data), (place // size + 1) * size)
        yield place, data[place - at : end - at]
        place = end


def moments(calls: Sequence[Call], count: int, chance: random.Random) -> list[int]:
    """Moments of a trace at which to cut the power, in order: before calls that change something,
    and right after a promise, where the promise weighs most."""
    places = [at for at, call in enumerate(calls) if call.kind in "CWTSRU"]
    promised = [at + 1 for at, call in enumerate(calls) if call.kind == "M"]
    return sorted(chance.choice(promised if chance.random() < 0.4 else places) for _ in range(count))
