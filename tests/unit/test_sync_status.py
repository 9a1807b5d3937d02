"""The status says what is true of each operation, and tells its readers of changes only."""

from __future__ import annotations

from app.protocol.ids import ChainId, OpRef
from app.sync.status import StatusBoard, SyncState, SyncStatus

CHAIN = ChainId(bytes(16))


def test_operation_is_on_the_server_only_when_it_was_acknowledged() -> None:
    status = SyncStatus(acked={CHAIN: 2})
    assert status.is_on_server(OpRef(CHAIN, 2))
    assert not status.is_on_server(OpRef(CHAIN, 3))
    assert not status.is_on_server(OpRef(ChainId(bytes([1]) * 16), 1))


def test_readers_hear_of_changes_once_and_not_after_they_left() -> None:
    board = StatusBoard()
    heard: list[SyncStatus] = []
    dispose = board.subscribe(heard.append)
    board.change(pending=1)
    board.change(pending=1)
    board.change(state=SyncState.OFFLINE)
    dispose()
    dispose()
    board.change(pending=2)
    assert [(item.pending, item.state) for item in heard] == [(1, SyncState.IDLE), (1, SyncState.OFFLINE)]
