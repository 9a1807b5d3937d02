"""The engine against a server in memory: order, honesty, single flight, recovery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from app.crypto.primitives import SigningKey
from app.errors import (
    AccessClosed,
    AppError,
    ForkSeen,
    NoNetwork,
    SequenceGap,
    ServerAnswerInvalid,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    StoreError,
    UpdateNeeded,
)
from app.protocol.control import parse_control
from app.protocol.ids import ChainId, DeviceId, OpRef, StreamId
from app.protocol.membership import Role
from app.sync.doubt import Doubt
from app.sync.engine import SyncEngine
from app.sync.machine import Pace
from app.sync.ports import ZERO_HASH, IncomingSegment, SegmentPage, StreamPosition
from app.sync.status import SyncState, SyncStatus
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.fakes.transport import FakeServer, FakeTransport, Shelf

AGENCY = AgencyMaker(FakeRandom("agency"))


class Bench:
    """One tablet, its wire and a server that holds the agency and one stream."""

    def __init__(self, name: str, server: FakeServer, stream: StreamId) -> None:
        random = FakeRandom(name)
        self.server = server
        self.stream = stream
        self.clock = FakeClock()
        self.store = FakeStore(
            DeviceId(random(16)), SigningKey.generate(random), AGENCY.id, random, segment_size=2
        )
        self.store.hold_control(AGENCY.id, AGENCY.ops)
        self.wire = FakeTransport(server)
        self.engine = SyncEngine(self.store, self.wire, self.clock, lambda: 0.5)

    def saw(self, chain: bytes) -> int:
        return self.store.lines[chain].acked  # type: ignore[index]


@pytest.fixture
def server() -> FakeServer:
    made = FakeServer()
    made.streams[AGENCY.id] = Shelf(control=list(AGENCY.ops))
    return made


@pytest.fixture
def stream(server: FakeServer) -> StreamId:
    made = AGENCY.open_stream(AGENCY.admin)
    server.streams[made] = Shelf(control=list(AGENCY.streams[made]))
    return made


@pytest.fixture
def here(server: FakeServer, stream: StreamId) -> Bench:
    return Bench("here", server, stream)


@pytest.fixture
def there(server: FakeServer, stream: StreamId) -> Bench:
    return Bench("there", server, stream)


async def test_two_tablets_exchange_what_they_wrote(here: Bench, there: Bench) -> None:
    here.store.write(here.stream, 5)
    await here.engine.run_once()
    there.store.write(there.stream, 3)
    status = await there.engine.run_once()
    assert (status.state, status.pending, status.sent, status.received) == (SyncState.IDLE, 0, 3, 5)
    await here.engine.run_once()
    assert here.store.received(here.stream) == 3
    assert there.store.received(there.stream) == 5
    assert here.wire.calls[-3:].count("login") == 0


async def test_chip_of_each_note_turns_when_that_note_was_acknowledged(here: Bench) -> None:
    chain = here.store.write(here.stream, 5)
    seen: list[tuple[int, int, bool, bool]] = []

    def look(status: SyncStatus) -> None:
        first, last = status.is_on_server(OpRef(chain, 2)), status.is_on_server(OpRef(chain, 5))
        seen.append((status.sent, status.pending, first, last))

    here.engine.subscribe(look)
    here.wire.fail("push", after=True)
    calls = 0

    def third_fails(name: str) -> None:
        nonlocal calls
        calls += name == "push"
        if calls == 3:
            raise NoNetwork

    here.wire.before = third_fails
    status = await here.engine.run_once()
    assert (2, 3, True, False) in seen
    assert (status.state, status.pending, status.problem) == (SyncState.OFFLINE, 1, "no_network")
    assert status.is_on_server(OpRef(chain, 4)) and not status.is_on_server(OpRef(chain, 5))
    here.wire.before = lambda name: None
    assert (await here.engine.run_once()).is_on_server(OpRef(chain, 5))


FAULTS: list[tuple[AppError, SyncState]] = [
    (NoNetwork(), SyncState.OFFLINE),
    (ServerUnavailable(), SyncState.PROBLEM),
    (ServerAnswerInvalid(), SyncState.PROBLEM),
    (AccessClosed(), SyncState.PROBLEM),
    (ServerRefused(), SyncState.PROBLEM),
    (UpdateNeeded(), SyncState.PROBLEM),
    (SequenceGap(9), SyncState.PROBLEM),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", ["login", "heads", "get_control", "push", "pull"])
@pytest.mark.parametrize(("error", "state"), FAULTS, ids=lambda item: getattr(item, "code", ""))
async def test_fault_at_any_call_loses_nothing_and_is_said(
    here: Bench, there: Bench, name: str, after: bool, error: AppError, state: SyncState
) -> None:
    there.store.write(there.stream, 3)
    await there.engine.run_once()
    chain = here.store.write(here.stream, 3)
    before = list(here.store.lines[chain].envelopes)
    here.wire.fail(name, error, after=after)
    status = await here.engine.run_once()
    if isinstance(error, AccessClosed) and name in ("get_control", "push", "pull"):
        # Who belongs may have changed since the round began: it has asked again, and all was well.
        assert (status.state, status.problem) == (SyncState.IDLE, "")
    elif not (name == "login" and after):
        assert (status.state, status.problem) == (state, error.code)
        assert status.message == error.user_message
    assert here.store.lines[chain].envelopes == before
    status = await here.engine.run_once()
    status = await here.engine.run_once()
    assert (status.state, status.problem, status.pending) == (SyncState.IDLE, "", 0)
    assert here.store.received(here.stream) == 3
    # What was sent twice was sent byte for byte, and stands on the server once.
    assert len(here.server.streams[here.stream].segments) == len({*here.wire.pushed, *there.wire.pushed})


async def test_token_that_runs_out_costs_one_login_and_is_no_problem(here: Bench) -> None:
    here.store.write(here.stream, 4)
    await here.engine.run_once()
    for name in ("heads", "push", "pull"):
        here.store.write(here.stream, 2)
        here.wire.calls.clear()
        here.wire.fail(name, SignInNeeded())
        status = await here.engine.run_once()
        assert (status.state, status.problem) == (SyncState.IDLE, "")
        if name in here.wire.calls:
            assert here.wire.calls.count("login") == (1 if here.wire.calls.count(name) > 1 else 0)


async def test_server_that_always_says_401_is_not_asked_for_ever(here: Bench) -> None:
    here.wire.fail("heads", *[SignInNeeded() for _ in range(50)])
    status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.PROBLEM, "sign_in_needed")
    assert here.wire.calls.count("login") == 2


async def test_small_work_goes_before_large(here: Bench) -> None:
    other = AGENCY.open_stream(AGENCY.admin)
    here.server.streams[other] = Shelf(control=list(AGENCY.streams[other]))
    await here.engine.run_once()
    here.store.write(here.stream, 9)
    note = here.store.write(other, 1)
    await here.engine.run_once()
    first = here.wire.pushed[0]
    assert first == here.store.lines[note].segments[1]


async def test_gap_is_answered_from_where_the_server_is(here: Bench) -> None:
    chain = here.store.write(here.stream, 6)
    await here.engine.run_once()
    shelf = here.server.streams[here.stream]
    shelf.segments = shelf.segments[:1]
    shelf.hashes[chain] = shelf.hashes[chain][:2]
    here.store.write(here.stream, 1)
    here.store.cursors[here.stream] = 0
    status = await here.engine.run_once()
    assert (status.problem, status.pending) == ("", 0)
    assert len(shelf.hashes[chain]) == 7
    # The same bytes as the first time.
    assert len(set(here.wire.pushed)) == 4


async def test_notes_wait_for_a_control_operation_that_is_not_settled(here: Bench) -> None:
    await here.engine.run_once()
    grant = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    here.store.hold_control(here.stream, [grant], pending=True)
    here.store.write(here.stream, 1)
    here.wire.fail("append_control", ServerAnswerInvalid())
    status = await here.engine.run_once()
    assert (status.pending, here.wire.pushed, here.store.lines.popitem()[1].segments) == (1, [], {})


async def test_server_that_goes_back_step_by_step_is_not_followed_for_ever(here: Bench) -> None:
    here.store.segment_size = 1
    here.store.write(here.stream, 20)
    await here.engine.run_once()
    here.store.write(here.stream, 1)
    here.wire.calls.clear()
    here.wire.fail("push", *[SequenceGap(expect) for expect in range(20, 0, -1)])
    status = await here.engine.run_once()
    assert (status.problem, here.wire.calls.count("push")) == ("sequence_gap", 4)


async def test_agency_is_read_before_the_streams_it_decides_about(here: Bench) -> None:
    AGENCY.hire(Role.COORDINATOR)
    other = AGENCY.open_stream(AGENCY.admin)
    here.server.streams = {
        other: Shelf(control=list(AGENCY.streams[other])),
        here.stream: here.server.streams[here.stream],
        AGENCY.id: Shelf(control=list(AGENCY.ops)),
    }
    order: list[StreamId] = []
    apply = here.store.apply_control

    async def noting(stream: StreamId, ops: Sequence[bytes]) -> None:
        order.append(stream)
        await apply(stream, ops)

    here.store.apply_control = noting  # type: ignore[method-assign]
    assert (await here.engine.run_once()).problem == ""
    assert order[0] == AGENCY.id and set(order[1:]) == {other, here.stream}


async def test_gap_that_makes_no_sense_is_noted_and_ends(here: Bench) -> None:
    here.store.write(here.stream, 2)
    here.wire.fail("push", *[SequenceGap(1) for _ in range(50)])
    status = await here.engine.run_once()
    assert status.problem == "sequence_gap"
    assert here.wire.calls.count("push") == 1


async def test_fork_freezes_the_chain_and_the_new_one_is_sent_in_the_same_round(here: Bench) -> None:
    chain = here.store.write(here.stream, 2)
    await here.engine.run_once()
    here.store.write(here.stream, 2)
    here.server.streams[here.stream].hashes[chain] += [bytes(32)]
    status = await here.engine.run_once()
    assert here.store.lines[chain].frozen
    assert (status.problem, status.pending) == ("", 0)
    (fresh,) = [line for line in here.store.lines.values() if not line.frozen]
    assert (fresh.last, fresh.acked) == (2, 2)


async def test_fork_of_every_chain_does_not_turn_for_ever(here: Bench) -> None:
    here.store.write(here.stream, 1)
    here.wire.fail("push", *[ForkSeen(1, bytes(32)) for _ in range(50)])
    status = await here.engine.run_once()
    assert here.wire.calls.count("push") == 3
    assert status.pending == 1


async def test_one_refused_stream_does_not_hold_up_the_others(here: Bench, there: Bench) -> None:
    other = AGENCY.open_stream(AGENCY.admin)
    here.server.streams[other] = Shelf(control=list(AGENCY.streams[other]))
    await there.engine.run_once()
    there.store.write(here.stream, 1)
    there.store.write(other, 1)
    await there.engine.run_once()
    here.wire.fail("pull", AccessClosed(), AccessClosed(), AccessClosed())
    status = await here.engine.run_once()
    assert (status.problem, status.received) == ("access_closed", 1)
    assert here.engine._rhythm._failures == 1
    for _ in range(20):
        here.wire.fail("pull", AccessClosed())
        there.store.write(here.stream, 1)
        await there.engine.run_once()
        await here.engine.run_once()
    assert here.engine._rhythm._failures <= 4


async def test_what_is_refused_as_not_ours_is_asked_about_once_more_and_then_told(
    here: Bench, there: Bench
) -> None:
    there.store.write(there.stream, 1)
    await there.engine.run_once()
    here.wire.fail("pull", AccessClosed())
    status = await here.engine.run_once()
    assert (status.problem, status.received, here.wire.calls.count("heads")) == ("", 1, 2)
    there.store.write(there.stream, 1)
    await there.engine.run_once()
    here.wire.fail("pull", AccessClosed(), AccessClosed())
    status = await here.engine.run_once()
    assert (status.problem, here.wire.calls.count("heads")) == ("access_closed", 4)


async def test_new_stream_opened_offline_goes_before_its_notes(here: Bench) -> None:
    stream = AGENCY.open_stream(AGENCY.admin)
    here.store.hold_control(stream, AGENCY.streams[stream], pending=True)
    here.store.write(stream, 1)
    status = await here.engine.run_once()
    assert (status.problem, status.pending) == ("", 0)
    assert here.wire.calls.index("append_control") < here.wire.calls.index("push")


async def test_moved_head_is_fetched_and_the_operation_made_anew(here: Bench) -> None:
    await here.engine.run_once()
    state = AGENCY.states[here.stream]
    theirs = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    AGENCY.states[here.stream] = state
    mine = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    here.store.hold_control(here.stream, [mine], pending=True)
    made: list[bytes] = []

    def remake(stream: StreamId, ops: Sequence[bytes]) -> list[bytes]:
        AGENCY.states[stream] = state.apply(parse_control(theirs), AGENCY.state)
        made.append(AGENCY.grant(stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR)))
        return list(made)

    here.store.remake = remake
    shelf = here.server.streams[here.stream]

    def overtake(name: str) -> None:
        if name == "append_control" and len(shelf.control) == 1:
            shelf.control.append(theirs)

    here.wire.before = overtake
    status = await here.engine.run_once()
    assert status.problem == ""
    assert shelf.control[1:] == [theirs, *made]
    assert here.store.control[here.stream].accepted == shelf.control


async def test_two_operations_at_one_place_of_the_chain_are_an_alarm(here: Bench) -> None:
    await here.engine.run_once()
    state = AGENCY.states[here.stream]
    theirs = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    AGENCY.states[here.stream] = state
    mine = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    here.store.hold_control(here.stream, [mine])
    here.server.streams[here.stream].control.append(theirs)
    status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.PROBLEM, "fork_alarm")
    assert here.store.control[here.stream].accepted[-1] == mine


async def test_restored_server_is_given_back_what_it_lost(here: Bench, there: Bench) -> None:
    there.store.write(there.stream, 4)
    await there.engine.run_once()
    chain = here.store.write(here.stream, 4)
    await here.engine.run_once()
    # The backup is from before everything, and the other tablet will never come back.
    here.server.streams = {AGENCY.id: here.server.streams[AGENCY.id]}
    here.server.marker = "marker-2"
    status = await here.engine.run_once()
    assert (status.problem, status.pending) == ("", 0)
    shelf = here.server.streams[here.stream]
    assert {len(hashes) for hashes in shelf.hashes.values()} == {4}
    assert len(shelf.hashes) == 2
    assert here.store.marker == "marker-2"
    assert here.saw(chain) == 4


async def test_restored_server_with_the_old_marker_is_noticed_by_its_numbers(here: Bench) -> None:
    here.store.write(here.stream, 4)
    await here.engine.run_once()
    await here.engine.run_once()
    shelf = here.server.streams[here.stream]
    shelf.segments, shelf.hashes = [], {}
    status = await here.engine.run_once()
    assert (status.problem, status.pending, len(shelf.segments)) == ("", 0, 2)


async def test_marker_is_kept_only_after_everything_was_given_back(here: Bench) -> None:
    here.store.write(here.stream, 2)
    await here.engine.run_once()
    here.server.marker = "marker-2"
    here.wire.fail("chains", ServerRefused())
    await here.engine.run_once()
    assert here.store.marker == "marker-1"
    await here.engine.run_once()
    assert here.store.marker == "marker-2"


async def test_withheld_operations_are_counted(here: Bench, there: Bench) -> None:
    here.store.write(here.stream, 2)
    await here.engine.run_once()
    await there.engine.run_once()
    there.store.write(there.stream, 1)
    await there.engine.run_once()
    third = Bench("third", here.server, here.stream)
    shelf = here.server.streams[here.stream]
    first, shelf.segments[0] = shelf.segments[0], shelf.segments[1]
    # One contact may be unlucky: only what two complete ones lack is told, and remembered.
    assert (await third.engine.run_once()).withheld == 0
    assert third.store.missing == {}
    assert (await third.engine.run_once()).withheld == 2
    assert third.store.missing == {here.stream: 2}
    shelf.segments = [shelf.segments[1], first, first]
    third.store.cursors[third.stream] = 0
    assert (await third.engine.run_once()).withheld == 0
    assert third.store.missing == {here.stream: 0}


async def test_only_what_was_asked_for_from_its_start_and_came_through_is_said_to_be_missing(
    here: Bench,
) -> None:
    store, stream = here.store, here.stream
    doubt = Doubt(store, here.wire)
    store.seen[stream] = {ChainId(bytes(16)): 3}
    place = {stream: StreamPosition(stream, ZERO_HASH, 1, 5)}
    await doubt.pulled(stream)
    assert [one.cursor for one in await doubt.gaps(place)] == [0]
    for _ in range(3):  # the pull from the start did not come through
        await doubt.completed()
        assert await doubt.withheld() == 0
    await doubt.pulled(stream)
    await doubt.completed()
    assert await doubt.withheld() == 0
    await doubt.completed()
    assert await doubt.withheld() == 3


async def test_rounds_that_fail_are_no_contacts_that_lacked_something(here: Bench, there: Bench) -> None:
    here.store.write(here.stream, 2)
    await here.engine.run_once()
    await there.engine.run_once()
    there.store.write(there.stream, 1)
    await there.engine.run_once()
    third = Bench("third", here.server, here.stream)
    shelf = here.server.streams[here.stream]
    shelf.segments[0] = shelf.segments[1]
    await third.engine.run_once()
    for _ in range(4):
        third.wire.fail("heads", NoNetwork())
        assert (await third.engine.run_once()).withheld == 0
    assert (await third.engine.run_once()).withheld == 2


async def test_bad_segment_goes_to_quarantine_and_stops_nothing(here: Bench, there: Bench) -> None:
    there.store.write(there.stream, 3)
    await there.engine.run_once()
    pull = here.wire.pull

    async def spoiling(stream: StreamId, after: int, *, own: bool) -> SegmentPage:
        page = await pull(stream, after, own=own)
        spoilt = tuple(IncomingSegment(item.server_seq, b"x", item.cert) for item in page.segments[:1])
        return SegmentPage((*spoilt, *page.segments), page.cursor, page.more)

    here.wire.pull = spoiling  # type: ignore[method-assign]
    status = await here.engine.run_once()
    assert (status.quarantined, status.received, status.problem) == (1, 3, "")


async def test_store_that_fails_ends_the_round_and_keeps_the_cursor(here: Bench, there: Bench) -> None:
    there.store.write(there.stream, 3)
    await there.engine.run_once()

    async def full(stream: StreamId, segments: object, cursor: int) -> object:
        raise StoreError("full")

    kept = here.store.receive_segments
    here.store.receive_segments = full  # type: ignore[assignment, method-assign]
    status = await here.engine.run_once()
    assert (status.state, status.problem) == (SyncState.PROBLEM, "store_error")
    here.store.receive_segments = kept  # type: ignore[method-assign]
    assert (await here.engine.run_once()).received == 3


async def test_new_agency_is_founded_and_a_lost_one_is_founded_again(here: Bench) -> None:
    here.server.streams.clear()
    here.store.control.clear()
    here.store.hold_control(AGENCY.id, AGENCY.ops[:3], pending=True)
    here.store.certified = False
    status = await here.engine.run_once()
    assert (status.problem, here.wire.calls[:2]) == ("", ["found_agency", "login"])
    here.store.certified = True
    here.wire.token = False
    here.wire.fail("login", AccessClosed("device_unknown"))
    status = await here.engine.run_once()
    assert (status.problem, here.wire.calls.count("found_agency")) == ("", 2)


async def test_tablet_that_nobody_certified_does_not_call(here: Bench) -> None:
    here.store.certified = False
    status = await here.engine.run_once()
    assert (status.state, here.wire.calls) == (SyncState.NOT_ENROLLED, [])


async def test_removed_tablet_pushes_and_fetches_nothing(here: Bench, there: Bench) -> None:
    there.store.write(there.stream, 1)
    await there.engine.run_once()
    await here.engine.run_once()
    here.store.write(here.stream, 1)
    here.store.removed = True
    grant = AGENCY.grant(here.stream, AGENCY.admin, AGENCY.hire(Role.COORDINATOR))
    here.server.streams[here.stream].control.append(grant)
    here.wire.calls.clear()
    status = await here.engine.run_once()
    assert (status.state, status.pending) == (SyncState.REMOVED, 0)
    assert set(here.wire.calls) == {"heads", "push"}


async def test_rounds_never_overlap(here: Bench) -> None:
    gate = asyncio.Event()
    heads = here.wire.heads

    async def slow(positions: object) -> object:
        await gate.wait()
        return await heads(positions)  # type: ignore[arg-type]

    here.wire.heads = slow  # type: ignore[assignment, method-assign]
    callers = [asyncio.create_task(here.engine.run_once()) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*callers)
    assert here.wire.calls.count("heads") == 1


async def test_cancelled_caller_leaves_the_round_and_stop_ends_it(here: Bench) -> None:
    started, gate = asyncio.Event(), asyncio.Event()

    async def stuck(positions: object) -> object:
        started.set()
        await gate.wait()
        raise AssertionError

    here.wire.heads = stuck  # type: ignore[assignment, method-assign]
    caller = asyncio.create_task(here.engine.run_once())
    await started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert here.engine._flight is not None and not here.engine._flight.done()
    await here.engine.stop()
    assert here.engine.status.state is SyncState.IDLE
    assert len(asyncio.all_tasks()) == 1


async def test_what_cannot_wait_is_not_left_to_a_round_that_is_past_it(here: Bench) -> None:
    pulled: list[int] = []
    pull = here.engine._steps._pull

    async def last_step() -> None:
        pulled.append(1)
        if len(pulled) == 1:
            # Written when this round has pushed already: only a round that begins now can send it.
            here.store.write(here.stream, 1)
            asked.append(asyncio.create_task(here.engine.run_anew()))
            await asyncio.sleep(0)
        await pull()

    asked: list[asyncio.Task[SyncStatus]] = []
    here.engine._steps._pull = last_step  # type: ignore[method-assign]
    await here.engine.run_once()
    status = await asked[0]
    assert status.pending == 0
    assert len(pulled) == 2


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never happened")


async def test_engine_wakes_for_a_save_for_the_timer_and_for_a_return(here: Bench) -> None:
    here.engine._rhythm.pace = Pace(poll=5.0)
    chain = here.store.write(here.stream, 1)
    running = asyncio.create_task(here.engine.run_forever())
    await _until(lambda: here.saw(chain) == 1 and len(here.clock._sleepers) == 1)
    here.clock.advance(0.25)
    await _until(lambda: len(here.clock._sleepers) == 1 and here.clock.slept[-1] == 5.0)
    # A save does not wait for the timer.
    here.store.write(here.stream, 1)
    here.engine.wake()
    await _until(lambda: here.saw(chain) == 2)
    # The timer finds what others wrote.
    await _until(lambda: here.clock.slept[-1] == 0.25 and len(here.clock._sleepers) > 0)
    rounds = here.wire.calls.count("heads")
    here.clock.advance(0.25)
    await _until(lambda: here.clock.slept[-1] == 5.0)
    here.clock.advance(5)
    await _until(lambda: here.wire.calls.count("heads") > rounds)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(asyncio.all_tasks()) == 1


async def test_failures_slow_the_engine_down_and_a_return_forgets_them(here: Bench) -> None:
    here.wire.fail("login", *[NoNetwork() for _ in range(6)])
    for _ in range(6):
        await here.engine.run_once()
    assert here.engine._rhythm._failures == 6
    here.engine.wake(reconnected=True)
    assert here.engine._rhythm._failures == 0
    assert (await here.engine.run_once()).state is SyncState.IDLE


async def test_server_time_is_measured_and_never_stored(here: Bench) -> None:
    here.server.now_ms = here.clock.now_ms() + 90_000
    assert (await here.engine.run_once()).server_offset_ms == 90_000
