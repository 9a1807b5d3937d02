"""Referrals: a release has to name the service, steps have days that can be, and what was sent stays sent."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import InvalidInput
from app.services.referral_reading import names
from app.services.referral_views import Sending, Step
from app.store.vault import Change
from app.wraparound.records import Need, Referral
from tests.services.test_referrals import NEED, Case, case
from tests.services.test_sharing import english, release


async def refusal(call: Awaitable[object]) -> str:
    try:
        await call
    except InvalidInput as refused:
        return refused.code
    return "taken"


@pytest.mark.parametrize(
    ("recipient", "organisation", "service", "organization", "fits"),
    [
        ("Dr. Tan", "River clinic", "Counselling", "River clinic", True),
        ("Housing office", "", "The housing office of Hartford", "", True),
        ("Dr. Tan", "", "Food pantry", "", False),
        ("Dr. Tan", "River clinic", "Food pantry", "", False),
        ("Dr. Tan", "", "Food pantry", "St. Mark", False),
        ("Ann", "", "Annex", "", False),
    ],
)
def test_a_release_names_a_service_by_whole_words_and_never_by_a_blank(
    recipient: str, organisation: str, service: str, organization: str, fits: bool
) -> None:
    release: Any = SimpleNamespace(recipient=recipient, organisation=organisation)
    assert names(release, Referral(id="r", service_name=service, organization=organization)) is fits


async def test_a_change_of_what_was_sent_leaves_it_sent(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        await back(here, which)
        await here.send(which)
        before = await here.service.one(which)
        await here.service.save(replace(await here.service.edit(which), note="Ring twice."))
        after = await here.service.one(which)
        assert after == replace(before, note="Ring twice.")


async def back(here: Case, which: str) -> None:
    """Let a draft have been written a month ago."""
    stream = here.tablets.family.stream
    await here.tablets.coordinator.vault.commit(
        [Change(stream, Referral.TYPE, which, {"drafted_on": here.day(-30)})]
    )


async def test_steps_and_their_days_are_those_there_are(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which, service = await here.draft(), here.service
        assert await refusal(service.asked(which, here.day(7))) == "referral_nothing_due"
        await back(here, which)
        await here.send(which)
        long = "x" * 2_001
        waiting = Step("waiting", here.day(-10))
        for step, code in (
            (replace(waiting, step="magic"), "bad_choice"),
            (replace(waiting, step="sent"), "bad_choice"),
            (replace(waiting, on_day="soon"), "bad_day"),
            (replace(waiting, on_day=""), "referral_no_day"),
            (replace(waiting, on_day=here.day(1)), "referral_future"),
            (replace(waiting, on_day=here.day(-25)), "referral_before"),
            (replace(waiting, support=long), "too_long"),
            (replace(waiting, follow_up_on="soon"), "bad_day"),
            (Step("declined", here.day(-1)), "referral_no_reason"),
            (Step("declined", here.day(-1), reason=long), "too_long"),
        ):
            assert await refusal(service.step(which, step)) == code, step
        assert await refusal(service.correct_day(which, "magic", here.day(-3))) == "bad_choice"
        assert await refusal(service.correct_day(which, "sent", here.day(1))) == "referral_future"
        assert await refusal(service.correct_day(which, "sent", "")) == "referral_no_day"
        assert await refusal(service.asked(which, here.day(7), long)) == "too_long"
        assert await refusal(service.asked(which, here.day(0))) == "follow_up_past"
        assert (await service.one(which)).status == "sent"
        await service.step(which, Step("declined", here.day(-1), reason="Full"))
        assert await refusal(service.asked(which, here.day(7))) == "referral_nothing_due"


async def test_a_step_that_this_app_does_not_know_is_not_taken_back(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        assert await refusal(here.service.take_back(which)) == "referral_not_there"
        stream = here.tablets.family.stream
        newer = Change(stream, Referral.TYPE, which, {"status": "on_hold", "sent_on": here.day(-3)})
        await here.tablets.coordinator.vault.commit([newer])
        assert await refusal(here.service.take_back(which)) == "referral_not_there"


async def test_a_release_that_is_not_here_sends_nothing(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        sending = Sending("release", here.day(), release_id="ee" * 16, said="A need")
        assert await refusal(here.service.send(which, sending, "en", english)) == "release_gone"
        assert (await here.service.one(which)).status == "draft" and await here.disclosures() == 0


async def test_the_release_that_was_chosen_is_the_one_that_is_asked(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        names_it = release(here.tablets, organisation="Housing office", what=("talk",))
        other = release(here.tablets, recipient="Ann", organisation="School", what=("talk",))
        kept = [await here.sharing.releases.save(one) for one in (names_it, other)]
        sending = Sending("release", here.day(), release_id=kept[1], said="A need")
        assert await refusal(here.service.send(which, sending, "en", english)) == "release_names_other"
        assert await here.disclosures() == 0


async def test_a_form_offers_needs_that_are_open(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        stream = here.tablets.family.stream
        solved = {"text": "A bed", "status": "met"}
        await here.tablets.coordinator.vault.commit([Change(stream, Need.TYPE, "b9" * 16, solved)])
        offered = dict((await here.service.facts(here.family)).needs)
        assert NEED in offered and "b9" * 16 not in offered
