"""What the bodies of control operations are made of, and how each field is read.

Owns kinds, roles, labels, wraps, cuts and the strict reader. Spec: docs/protocol.md, "Control
bodies".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple, Protocol

from app.crypto.hpke import OVERHEAD_BYTES
from app.crypto.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from app.errors import Malformed
from app.protocol.ids import HASH_BYTES, ID_BYTES, ChainId, DeviceId, PersonId, StreamId
from app.protocol.limits import MAX_COUNTER

WRAP_BYTES = KEY_BYTES + OVERHEAD_BYTES
PREV_SEALED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
MAX_EPOCH = 2**32 - 1
_MAX_CODE = 32


class Kind(IntEnum):
    """The kinds of control operations; those of an agency chain are below 16."""

    AGENCY_GENESIS = 1
    PERSON = 2
    DEVICE = 3
    ROLES = 4
    TEAM = 5
    AGENCY_REMOVE = 6
    STREAM_GENESIS = 16
    GRANT = 17
    EPOCH = 18
    STREAM_REMOVE = 19


class Role(StrEnum):
    """What a person may do. Somebody without a role may read streams labelled family only."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    """Family or youth partner: staff with a narrower matrix (docs/roles.md)."""


class Label(StrEnum):
    """The audience of a stream."""

    TEAM = "team"
    FAMILY = "family"
    RESTRICTED = "restricted"
    DATA = "data"


class Wrap(NamedTuple):
    """A stream key sealed to one device. sealed: 80 bytes, HPKE enc ‖ ciphertext ‖ tag."""

    device: DeviceId
    sealed: bytes


class Cut(NamedTuple):
    """The last operation of a chain that stays valid. dseq 0 and a zero hash: none does."""

    stream: StreamId
    chain: ChainId
    dseq: int
    hash: bytes


class Fields:
    """Reads the fields of a body by name and type. Every reader raises Malformed."""

    __slots__ = ("_document",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def _take(self, name: str) -> Any:
        if name not in self._document:
            raise Malformed("control field")
        return self._document[name]

    def raw(self, name: str, size: int = ID_BYTES) -> bytes:
        """Return size bytes."""
        return _raw(self._take(name), size)

    def raw_or_none(self, name: str, size: int = ID_BYTES) -> bytes | None:
        """Return size bytes or None."""
        value = self._take(name)
        return None if value is None else _raw(value, size)

    def flag(self, name: str) -> bool:
        """Return a bool."""
        value = self._take(name)
        if type(value) is not bool:
            raise Malformed("control flag")
        return value

    def epoch(self, name: str) -> int:
        """Return an epoch number, from 1."""
        return _number(self._take(name), 1, MAX_EPOCH)

    def text(self, name: str) -> str:
        """Return 1 to 32 characters a-z and _."""
        value = self._take(name)
        if type(value) is not str or not 1 <= len(value) <= _MAX_CODE:
            raise Malformed("control code")
        if not all("a" <= letter <= "z" or letter == "_" for letter in value):
            raise Malformed("control code")
        return value

    def rows(self, name: str) -> list[Any]:
        """Return a list that has no item twice and is in ascending order."""
        value = self._take(name)
        if type(value) is not list:
            raise Malformed("control list")
        try:
            ordered = all(left < right for left, right in zip(value, value[1:], strict=False))
        except TypeError:
            raise Malformed("control list") from None
        if not ordered:
            raise Malformed("control list order")
        return value

    def people(self, name: str) -> tuple[PersonId, ...]:
        """Return person ids."""
        return tuple(PersonId(_raw(item, ID_BYTES)) for item in self.rows(name))

    def roles(self, name: str) -> tuple[Role, ...]:
        """Return roles."""
        try:
            return tuple(Role(item) for item in self.rows(name))
        except ValueError:
            raise Malformed("control role") from None

    def wraps(self, name: str) -> tuple[Wrap, ...]:
        """Return wraps, at most one for a device."""
        wraps = tuple(
            Wrap(DeviceId(_raw(device, ID_BYTES)), _raw(sealed, WRAP_BYTES))
            for device, sealed in (_row(item, 2) for item in self.rows(name))
        )
        if len({wrap.device for wrap in wraps}) != len(wraps):
            raise Malformed("control wraps")
        return wraps

    def cuts(self, name: str) -> tuple[Cut, ...]:
        """Return cuts, at most one for a chain."""
        cuts = tuple(
            Cut(
                StreamId(_raw(stream, ID_BYTES)),
                ChainId(_raw(chain, ID_BYTES)),
                _number(dseq, 0, MAX_COUNTER),
                _raw(digest, HASH_BYTES),
            )
            for stream, chain, dseq, digest in (_row(item, 4) for item in self.rows(name))
        )
        if len({(cut.stream, cut.chain) for cut in cuts}) != len(cuts):
            raise Malformed("control cuts")
        return cuts


def _raw(value: object, size: int) -> bytes:
    if type(value) is not bytes or len(value) != size:
        raise Malformed("control bytes")
    return value


def _number(value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise Malformed("control number")
    return value


def _row(value: object, length: int) -> list[Any]:
    if type(value) is not list or len(value) != length:
        raise Malformed("control row")
    return value


def listed(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Return rows as sorted lists, as they are written."""
    return [list(row) for row in sorted(rows)]


class Body(Protocol):
    """One body class: its kind, its document, and the way back."""

    KIND: ClassVar[Kind]

    def to_document(self) -> dict[str, Any]:
        """Return the msgpack map, fields in the order of the spec, lists sorted."""

    @classmethod
    def read(cls, fields: Fields) -> Body:
        """Return the body of a map."""
