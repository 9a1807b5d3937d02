"""In meeting mode the tablet waits longer, and not a moment longer when it is out of sight."""

from __future__ import annotations

from pathlib import Path

from app.services.tablet import BACKGROUND_LOCK_SECONDS, TABLE_LOCK_SECONDS, TabletState
from tests.services.office import office


async def test_a_meeting_may_be_talked_through_for_half_an_hour(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        stop = tablet.stay_longer()
        place.clock.advance(TABLE_LOCK_SECONDS - 1)
        assert not await tablet.lock_when_due()
        place.clock.advance(2)
        assert await tablet.lock_when_due()
        assert tablet.state is TabletState.LOCKED
        stop()


async def test_after_the_meeting_the_usual_time_counts_again(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        usual = tablet.open.settings.lock_after_seconds
        assert usual < TABLE_LOCK_SECONDS
        stop = tablet.stay_longer()
        place.clock.advance(usual + 1)
        assert not await tablet.lock_when_due()
        stop()
        assert not await tablet.lock_when_due(), "leaving the meeting was a touch"
        place.clock.advance(usual + 1)
        assert await tablet.lock_when_due()


async def test_a_hidden_meeting_locks_after_the_usual_time(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        tablet.stay_longer()
        tablet.hidden()
        place.clock.advance(BACKGROUND_LOCK_SECONDS + 1)
        assert await tablet.lock_when_due()
