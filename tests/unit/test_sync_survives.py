"""Synchronisation outlives what nobody foresaw, and sends no more at once than a server takes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.protocol.membership import Role
from app.services.syncing import Syncing
from app.sync import restore
from app.sync.restore import control_pages
from app.sync.status import StatusBoard, SyncState, SyncStatus
from app.sync.wire import CONTROL_PAGE_BYTES, MAX_CONTROL_OPS
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.fakes.transport import FakeServer, Shelf
from tests.services.office import office
from tests.unit.test_sync_engine import Bench

AGENCY = AgencyMaker(FakeRandom("survives"))


def bench() -> Bench:
    server = FakeServer()
    stream = AGENCY.open_stream(AGENCY.admin)
    made = Bench("here", server, stream)
    made.store.agency = AGENCY.id
    made.store.control.clear()
    server.streams[AGENCY.id] = Shelf(control=list(AGENCY.ops))
    server.streams[stream] = Shelf(control=list(AGENCY.streams[stream]))
    made.store.hold_control(AGENCY.id, AGENCY.ops)
    return made


@pytest.mark.parametrize("step", ["positions", "own_chains", "outgoing_control"])
async def test_an_error_of_any_kind_fails_the_round_and_the_next_one_runs(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    here = bench()

    async def surprise() -> object:
        raise ValueError("not one of ours")

    with monkeypatch.context() as patch:
        patch.setattr(here.store, step, surprise)
        status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.PROBLEM, "app_error")
    assert status.last_contact_ms is None
    status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.IDLE, "")


def test_a_reader_that_fails_does_not_keep_the_news_from_the_others() -> None:
    board = StatusBoard()
    heard: list[SyncStatus] = []

    def fails(_: object) -> None:
        raise RuntimeError("a screen is gone")

    board.subscribe(fails)
    board.subscribe(heard.append)
    board.change(pending=1)
    assert [status.pending for status in heard] == [1]


def test_control_operations_go_in_pages_that_a_server_takes() -> None:
    many = [bytes([n % 250]) for n in range(2 * MAX_CONTROL_OPS + 1)]
    pages = list(control_pages(many))
    assert [len(page) for page in pages] == [MAX_CONTROL_OPS, MAX_CONTROL_OPS, 1]
    assert [op for page in pages for op in page] == many
    large = [bytes(CONTROL_PAGE_BYTES // 2)] * 3
    assert [len(page) for page in control_pages(large)] == [2, 1]
    assert list(control_pages([])) == []


async def test_every_page_of_waiting_operations_reaches_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "MAX_CONTROL_OPS", 1)
    here = bench()
    before = len(AGENCY.ops)
    for _ in range(3):
        AGENCY.hire(Role.COORDINATOR)
    here.store.hold_control(AGENCY.id, AGENCY.ops[before:], pending=True)
    status = await here.engine.run_once()
    assert status.problem == ""
    assert here.server.streams[AGENCY.id].control == AGENCY.ops
    assert here.store.control[AGENCY.id].pending == []
    # A restored server gets them back the same way.
    here.server.streams[AGENCY.id].control = AGENCY.ops[:before]
    assert (await here.engine.run_once()).problem == ""
    assert here.server.streams[AGENCY.id].control == AGENCY.ops


async def test_the_chip_says_no_contact_when_syncing_has_ended(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        syncing: Syncing = founder.open.syncing
        await syncing.contact()
        assert (await syncing.chip()).kind == "on_server"
        task = syncing._task
        assert task is not None
        task.cancel()
        await asyncio.wait({task})
        assert (await syncing.chip()).kind == "no_network"


async def test_a_tablet_can_be_locked_when_syncing_has_ended_with_an_error(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        syncing: Syncing = founder.open.syncing
        await syncing.stop()

        async def dead() -> None:
            raise ValueError("not one of ours")

        syncing._task = asyncio.create_task(dead())
        await asyncio.wait({syncing._task})
        await syncing.stop()
        assert syncing._task is None
