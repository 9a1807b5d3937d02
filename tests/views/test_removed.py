"""A tablet that was taken out of the agency says so calmly, and can be set up again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import SecretsUnavailable
from app.services.tablet import TabletState
from app.store.wiping import Removed
from app.views.app import App
from tests.fakes.tablet import Canned, canned
from tests.ui import Stage


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, Path()))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("removed", "They were handed to the agency first"),
        ("lost", "They were only on this tablet and are gone"),
    ],
)
async def test_it_says_what_became_of_notes_that_were_not_sent(reason: str, said: str) -> None:
    c = canned().open()
    async with stage(c) as on:
        await c.tablet.wipe("lost" if reason == "lost" else "removed")
        await on.settle()
        assert "This tablet was taken out of the agency" in on.words() and said in on.words()
        assert "Delgado" not in on.words() and not on.has("unlock.passphrase")
        await on.tap("removed.language")
        assert "Esta tableta salió de la agencia" in on.words()


async def test_it_can_be_set_up_again_from_the_beginning() -> None:
    c = canned()
    await c.tablet.wipe("removed")
    async with stage(c) as on:
        await on.tap("removed.again")
        assert c.tablet.state is TabletState.FIRST_RUN
        assert on.has("first_run.start") and not on.has("first_run.bring_back")


async def test_a_wipe_that_was_cut_short_is_ended_as_soon_as_this_is_seen() -> None:
    c = canned()
    c.keyholder.mark = Removed("lost")
    c.tablet.state = TabletState.REMOVED
    async with stage(c) as on:
        assert c.keyholder.mark == Removed("lost", True)
        assert on.has("removed.again")


async def test_what_cannot_be_wiped_now_is_said_and_can_be_tried_again() -> None:
    c = canned()
    c.keyholder.mark = Removed("removed")
    c.tablet.state = TabletState.REMOVED
    wipe = c.keyholder.wipe

    async def refused(_lost: bool) -> None:
        raise SecretsUnavailable("fake")

    c.keyholder.wipe = refused  # type: ignore[method-assign]
    async with stage(c) as on:
        assert on.has("removed.error") and c.tablet.state is TabletState.REMOVED
        await on.tap("removed.again")
        assert on.has("removed.error") and c.tablet.state is TabletState.REMOVED
        c.keyholder.wipe = wipe  # type: ignore[method-assign]
        await on.tap("removed.again")
        assert c.tablet.state is TabletState.FIRST_RUN
