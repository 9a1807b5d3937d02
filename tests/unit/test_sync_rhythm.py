"""When the next round begins: reasons, hiding, idling, and probing for a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.errors import AppError, NoNetwork, ServerRefused, ServerUnavailable
from app.sync.machine import Pace
from app.sync.rhythm import SHORTEST_PAUSE, Rhythm
from tests.fakes.clock import FakeClock

PACE = Pace(poll=5.0, idle=60.0, patience=3, base=2.0, cap=300.0, probe=20.0)


class Bench:
    """A rhythm, whether there is work, and what a probe meets."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.rhythm = Rhythm(self.clock, lambda: 0.5, PACE)
        self.work = False
        self.probes = 0
        self.meets: AppError | None = None

    async def has_work(self) -> bool:
        return self.work

    async def probe(self) -> None:
        self.probes += 1
        if self.meets is not None:
            raise self.meets

    @asynccontextmanager
    async def pausing(self) -> AsyncIterator[asyncio.Task[None]]:
        """A pause that is past the shortest one and waits for a reason."""
        task = asyncio.create_task(self.rhythm.pause(self.has_work, self.probe))
        try:
            await settle()
            self.clock.advance(SHORTEST_PAUSE)
            await settle()
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


async def over(task: asyncio.Task[None]) -> bool:
    await settle()
    return task.done()


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_nothing_is_shorter_than_the_shortest_pause(bench: Bench) -> None:
    bench.rhythm.wake()
    task = asyncio.create_task(bench.rhythm.pause(bench.has_work, bench.probe))
    assert not await over(task)
    bench.clock.advance(SHORTEST_PAUSE)
    assert await over(task)


async def test_a_save_is_a_reason_and_news_from_elsewhere_is_none(bench: Bench) -> None:
    async with bench.pausing() as task:
        bench.rhythm.changed()
        assert not await over(task)
        bench.work = True
        bench.rhythm.changed()
        assert await over(task)


async def test_what_was_saved_while_the_round_ran_goes_out_next(bench: Bench) -> None:
    bench.rhythm.began()
    bench.work = True
    bench.rhythm.changed()
    async with bench.pausing() as task:
        assert await over(task)


async def test_what_cannot_be_sent_yet_waits_for_the_timer(bench: Bench) -> None:
    bench.rhythm.began()
    bench.work = True
    async with bench.pausing() as task:
        assert not await over(task)
        bench.clock.advance(5)
        assert await over(task)


async def test_rounds_come_less_often_when_they_bring_nothing_and_at_once_with_a_touch(bench: Bench) -> None:
    waited = []
    for _ in range(30):
        bench.rhythm.ended(None, news=False)
        async with bench.pausing():
            waited.append(bench.clock.slept[-1])
    assert waited[:3] == [5.0, 5.0, 5.0]
    assert waited == sorted(waited)
    assert waited[-1] == 60.0
    async with bench.pausing() as task:
        bench.rhythm.show()
        assert await over(task)
    bench.rhythm.began()
    bench.rhythm.ended(None, news=False)
    async with bench.pausing() as task:
        assert bench.clock.slept[-1] == 5.0
        bench.rhythm.show()
        assert not await over(task)


async def test_news_keep_the_rounds_quick(bench: Bench) -> None:
    for _ in range(10):
        bench.rhythm.ended(None, news=False)
    bench.rhythm.ended(None, news=True)
    async with bench.pausing():
        assert bench.clock.slept[-1] == 5.0


async def test_hidden_only_what_is_only_here_is_a_reason(bench: Bench) -> None:
    async with bench.pausing() as task:
        bench.rhythm.hide()
        await settle()
        bench.clock.advance(10_000)
        assert not await over(task)
        assert not bench.clock._sleepers
        bench.rhythm.changed()
        assert not await over(task)
        bench.work = True
        bench.rhythm.changed()
        assert await over(task)


async def test_hidden_with_something_to_send_the_timer_goes_on(bench: Bench) -> None:
    bench.rhythm.began()
    bench.work = True
    bench.rhythm.hide()
    bench.rhythm.began()
    async with bench.pausing() as task:
        assert not await over(task)
        bench.clock.advance(5)
        assert await over(task)


async def test_shown_again_is_a_reason_whatever_failed_before(bench: Bench) -> None:
    bench.rhythm.ended(ServerUnavailable(), news=False)
    bench.rhythm.hide()
    bench.rhythm.began()
    async with bench.pausing() as task:
        bench.rhythm.show()
        assert await over(task)
    assert bench.rhythm._failures == 0


async def test_without_a_network_a_probe_stands_for_a_round(bench: Bench) -> None:
    bench.meets = NoNetwork()
    bench.rhythm.ended(NoNetwork(), news=False)
    async with bench.pausing() as task:
        for probes in range(1, 12):
            bench.clock.advance(20)
            assert not await over(task)
            assert bench.probes == probes
        # The return of the network is noticed within seconds, not minutes.
        assert max(bench.clock.slept) <= PACE.probe
        bench.meets = None
        bench.clock.advance(20)
        assert await over(task)
    assert bench.rhythm._failures == 0


async def test_a_save_without_a_network_asks_once_and_hurries_nothing(bench: Bench) -> None:
    bench.meets, bench.work = NoNetwork(), True
    bench.rhythm.ended(NoNetwork(), news=False)
    bench.rhythm.began()
    async with bench.pausing() as task:
        bench.rhythm.changed()
        assert not await over(task)
        assert (bench.probes, bench.rhythm._failures) == (1, 1)
        bench.meets = None
        bench.rhythm.changed()
        assert await over(task)


@pytest.mark.parametrize("answer", [ServerUnavailable(), ServerRefused()])
async def test_whatever_the_server_answers_to_a_probe_the_round_says_it(
    bench: Bench, answer: AppError
) -> None:
    bench.meets = answer
    bench.rhythm.ended(NoNetwork(), news=False)
    async with bench.pausing() as task:
        bench.clock.advance(20)
        assert await over(task)


async def test_a_server_that_is_down_is_not_probed_but_left_in_peace(bench: Bench) -> None:
    for _ in range(20):
        bench.rhythm.ended(ServerUnavailable(), news=False)
    async with bench.pausing() as task:
        bench.clock.advance(60)
        assert not await over(task)
        bench.clock.advance(300)
        assert await over(task)
    assert bench.probes == 0


async def test_retry_after_is_obeyed_until_somebody_returns(bench: Bench) -> None:
    bench.rhythm.ended(ServerUnavailable(retry_after_seconds=900.0), news=False)
    async with bench.pausing() as task:
        assert bench.clock.slept[-1] == 900.0
        bench.rhythm.wake(reconnected=True)
        assert await over(task)


async def test_one_refused_stream_does_not_slow_the_others_for_minutes(bench: Bench) -> None:
    for _ in range(20):
        bench.rhythm.ended(ServerRefused(), news=False, limit=4)
    async with bench.pausing():
        assert bench.clock.slept[-1] <= 16.0


@pytest.mark.parametrize("when", [lambda b: b.rhythm.hide(), lambda b: b.rhythm.changed(), lambda b: None])
async def test_a_pause_that_is_cancelled_leaves_nothing_behind(
    bench: Bench, when: Callable[[Bench], None]
) -> None:
    before = asyncio.all_tasks()
    async with bench.pausing():
        when(bench)
        await settle()
    assert asyncio.all_tasks() == before
