"""Releases that end, and what left without one, stand in the list of families."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from app.services.sharing import Sharing
from app.store.vault import Change
from app.views.deadlines import deadline_words
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.records import Disclosure
from tests.services.rig import Pair, pair
from tests.services.test_sharing import furnish, release


async def ending(tablets: Pair) -> list[tuple[str, int]]:
    header = await tablets.coordinator.casebook.header(tablets.family.id)
    return [(one.about, one.days_left) for one in header.releases]


async def test_the_family_list_says_which_release_ends_and_when(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        today = tablets.coordinator.desk.today()
        soon = (today + timedelta(days=12)).isoformat()
        await sharing.releases.save(release(tablets, recipient="Dr. Tan", until_on=soon))
        await sharing.releases.save(release(tablets))  # In 90 days: not yet.
        assert await ending(tablets) == [("Dr. Tan", 12)]
        (row,) = await tablets.coordinator.casebook.families()
        assert row.clock is not None and row.clock.code == "release"
        for language, words in (
            ("en", "Release for Dr. Tan ends in 12 days"),
            ("es", "El permiso para Dr. Tan termina en 12 días"),
        ):
            ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))
            assert deadline_words(ui, row.clock, today) == words
        await sharing.releases.save(release(tablets, recipient="dr. tan"))
        assert await ending(tablets) == []  # A later one for the same person holds.


async def test_one_that_was_taken_back_or_is_not_whole_runs_no_clock(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        soon = (tablets.coordinator.desk.today() + timedelta(days=3)).isoformat()
        taken = await sharing.releases.save(release(tablets, until_on=soon))
        await sharing.releases.revoke(taken)
        said = {"recipient": "Dr. Old", "what": "plan", "from_on": "2020-01-01", "until_on": soon}
        await tablets.coordinator.vault.commit(
            [Change(tablets.family.stream, "release", "c7" * 16, said | {"signed": said | {"name": "Rosa"}})]
        )
        assert await ending(tablets) == []


async def test_a_supervisor_is_asked_to_see_what_left_without_a_release(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        boss = tablets.supervisor
        line = {"recipient": "Dr. Tan", "basis": "serious_threat", "at_ms": boss.desk.now_ms()}
        change = Change(tablets.family.stream, Disclosure.TYPE, "f1" * 16, line)
        await tablets.coordinator.vault.commit([change])
        await tablets.meet()
        (row,) = await boss.casebook.families()
        assert row.clock is not None and row.clock.code == "without_release"
        (theirs,) = await tablets.coordinator.casebook.families()
        assert theirs.clock is None
        await Sharing(boss.desk).log.seen("f1" * 16)
        (row,) = await boss.casebook.families()
        assert row.clock is None
