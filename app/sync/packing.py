"""Bodies as bytes: the one strict msgpack reader and writer of the wire.

It refuses to guess: anything that is not exactly a body of the expected shape raises
``WireInvalid``, which names a type and a place in our own model and never repeats what was sent.
Spec: protocol.md, "Server".
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgpack
from pydantic import BaseModel, ValidationError

from app.errors import SyncError

_Model = TypeVar("_Model", bound=BaseModel)

MAX_CONTAINERS = 20_000
"""Items of one list, and maps in one message: more than the largest page of streams or segments."""
MAX_FIELDS = 64
"""Keys of one map; no body has as many."""


class WireInvalid(SyncError):
    """Bytes are not the body that was expected.

    ``type`` is pydantic's or our own error type, ``loc`` names and indexes of our own model.
    """

    code = "wire_invalid"

    def __init__(self, kind: str, loc: tuple[str | int, ...] = ()) -> None:
        super().__init__(kind)
        self.type = kind
        self.loc = loc


def encode(model: BaseModel) -> bytes:
    """The msgpack form of a body or reply; absent optional fields are left out."""
    packed: bytes = msgpack.packb(model.model_dump(exclude_none=True), use_bin_type=True)
    return packed


def decode(model: type[_Model], raw: bytes) -> _Model:
    """Parse ``raw`` strictly.  Raises WireInvalid for everything else."""
    try:
        tree = msgpack.unpackb(
            raw,
            raw=False,
            strict_map_key=True,
            ext_hook=_refuse_extension,
            object_pairs_hook=_Counted().take,
            max_array_len=MAX_CONTAINERS,
            max_map_len=MAX_FIELDS,
        )
    # msgpack raises a family of unrelated classes for malformed bytes, all of them Exceptions.
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise WireInvalid("not_msgpack") from error
    except msgpack.UnpackException as error:
        raise WireInvalid("not_msgpack") from error
    if not isinstance(tree, dict):
        raise WireInvalid("not_a_map")
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        kind = first["type"]
        # The place of an unknown key is the key itself, that is, the sender's own words.
        where = first["loc"][:-1] if kind == "extra_forbidden" else first["loc"]
        raise WireInvalid(kind, tuple(where)) from None


class _Counted:
    """Counts maps while they are made: a byte may ask for sixty-four bytes of memory, not more."""

    def __init__(self) -> None:
        self._left = MAX_CONTAINERS

    def take(self, pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
        """The map of its pairs. Raises ValueError for too many maps, or one key twice."""
        self._left -= 1
        if self._left < 0:
            raise ValueError("too many maps")
        made = dict(pairs)
        if len(made) != len(pairs):
            raise ValueError("one key twice")
        return made


def _refuse_extension(code: int, data: bytes) -> Any:
    raise ValueError("extension types are not part of the wire format")
