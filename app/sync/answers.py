"""What the server's answers mean: refusals as our errors, heads as the engine's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from app.errors import (
    AccessClosed,
    ForkSeen,
    HeadMoved,
    SequenceGap,
    ServerAnswerInvalid,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    SyncError,
    UpdateNeeded,
)
from app.protocol.ids import StreamId
from app.sync.ports import Heads, RemoteStream, ServerAudit, StreamPosition
from app.sync.wire import Body, ErrorReply, HeadsBody, HeadsReply, PositionBody, WireInvalid, decode

_Body = TypeVar("_Body", bound=Body)


def refusal(status: int, raw: bytes, retry_after: str = "") -> SyncError:
    """Our error for an answer of our server that is not 200."""
    try:
        said = decode(ErrorReply, raw)
    except WireInvalid:
        said = ErrorReply(code="")
    detail = f"{status} {said.code}".strip()
    if status == 401:
        return SignInNeeded(said.code)
    if status == 403:
        return AccessClosed(said.code)
    if status == 426:
        return UpdateNeeded(detail)
    if status in (408, 429) or status >= 500:
        seconds = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
        return ServerUnavailable(detail, retry_after_seconds=seconds)
    if status == 409 and said.code == SequenceGap.code and said.expect:
        return SequenceGap(said.expect)
    if status == 409 and said.code == ForkSeen.code and said.dseq and said.hash is not None:
        return ForkSeen(said.dseq, said.hash)
    if status == 409 and said.code == HeadMoved.code and said.head is not None:
        return HeadMoved(said.head, said.count or 0)
    if 400 <= status < 500:
        return ServerRefused(detail, server_code=said.code)
    return ServerAnswerInvalid(detail)


def body(model: type[_Body], **fields: Any) -> _Body:
    """A body to send. Raises ServerRefused for what no server of ours takes (too much, too long)."""
    try:
        return model(**fields)
    except ValidationError as error:
        kind = error.errors(include_url=False, include_input=False, include_context=False)[0]["type"]
        raise ServerRefused(kind) from None


def heads_body(positions: Sequence[StreamPosition]) -> HeadsBody:
    """The question of ``heads``."""
    return body(
        HeadsBody,
        streams=[
            PositionBody(
                stream=item.stream,
                control_head=item.control_head,
                control_count=item.control_count,
                cursor=item.cursor,
            )
            for item in positions
        ],
    )


def heads_of(reply: HeadsReply) -> Heads:
    """Its answer."""
    return Heads(
        marker=reply.marker,
        server_time_ms=reply.time_ms,
        changed=tuple(
            RemoteStream(
                StreamId(item.stream),
                item.control_head,
                item.control_count,
                item.last_seq,
                item.audit_count,
                item.audit_head,
            )
            for item in reply.changed
        ),
        unknown=tuple(StreamId(item) for item in reply.unknown),
        closed=tuple(StreamId(item) for item in reply.closed),
        audit=tuple(ServerAudit(StreamId(item.stream), item.count, item.head) for item in reply.audit),
    )
