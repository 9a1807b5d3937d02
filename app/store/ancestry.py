"""What everybody had seen before they disagreed: the last value that all heads of a field follow.

Owns the walk back along predecessors, through the log. Every operation names what it replaced, so the
log knows what each side began from. It answers nothing rather than guess: two last common ancestors,
one that is not here, or a walk that grows too long, and there is no base. It decides no conflict.
Spec: protocol.md, "Merge".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import AppError

from . import merge
from .core import Core

MOST_STEPS = 400
"""Operations opened for one answer at most."""


@dataclass(frozen=True, slots=True)
class Began:
    """The value that all heads of a field began from."""

    value: Any


class _TooFar(Exception):
    """The walk needs an operation that is not here, or grew too long."""


class _Walk:
    """Operations of one field, opened once each."""

    def __init__(self, core: Core, record: bytes, field: str) -> None:
        self._core = core
        self._record = record
        self._field = field
        self._read: dict[merge.Ref, tuple[Any, frozenset[merge.Ref]]] = {}

    def value(self, ref: merge.Ref) -> Any:
        return self._open(ref)[0]

    def ancestors(self, head: merge.Ref) -> set[merge.Ref]:
        found: set[merge.Ref] = set()
        todo = [head]
        while todo:
            for before in self._open(todo.pop())[1] - found:
                found.add(before)
                todo.append(before)
        return found

    def _open(self, ref: merge.Ref) -> tuple[Any, frozenset[merge.Ref]]:
        if ref not in self._read:
            if len(self._read) >= MOST_STEPS:
                raise _TooFar
            self._read[ref] = self._from_log(ref)
        return self._read[ref]

    def _from_log(self, ref: merge.Ref) -> tuple[Any, frozenset[merge.Ref]]:
        chain, dseq = ref
        line = self._core.lines.get(chain)
        kept = self._core.log.of_chain(line.row.idx, dseq, dseq) if line is not None else []
        if not kept or self._core.aside.holds(chain, dseq):
            raise _TooFar
        try:
            operation = self._core.keys.open(kept[0])[1]
        except AppError as error:
            raise _TooFar from error
        if operation is None or operation.record != self._record or self._field not in operation.fields:
            raise _TooFar
        before = operation.pred.get(self._field, ())
        return operation.fields[self._field], frozenset((bytes(one.chain), one.dseq) for one in before)


def began_from(core: Core, stream: bytes, type_name: str, record: bytes, field: str) -> Began | None:
    """The value all heads of a contested field began from; None when there is no single one."""
    heads = core.mirror.heads_of(stream, type_name, record)
    refs = [head.ref for head in heads.of(field)] if heads is not None else []
    if len(refs) < 2:
        return None
    walk = _Walk(core, record, field)
    try:
        lines = {ref: walk.ancestors(ref) for ref in refs}
        common = set.intersection(*lines.values())
        last = [one for one in common if not any(one in walk.ancestors(other) for other in common)]
        return Began(walk.value(last[0])) if len(last) == 1 else None
    except _TooFar:
        return None


def standing(core: Core, stream: bytes, type_name: str, record: bytes, field: str) -> Sequence[merge.Ref]:
    """The operations whose values stand in a field now: one, or several in a conflict."""
    heads = core.mirror.heads_of(stream, type_name, record)
    return [head.ref for head in heads.of(field)] if heads is not None and not heads.deleted else []
