"""Referrals on real tablets: from a need or a finding to a service, step by step, and through the gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.referral_views import ReferralDraft, Sending, Step
from app.services.referrals import Referrals
from app.services.sharing import Sharing
from app.store.vault import Change
from app.wraparound.records import Disclosure, Finding, Need
from tests.services.rig import Pair, pair
from tests.services.test_sharing import NIA, english, furnish, release

NEED, FINDING = "b1" * 16, "b2" * 16


@dataclass
class Case:
    """A family with one need and one finding."""

    tablets: Pair
    sharing: Sharing

    @property
    def service(self) -> Referrals:
        return Referrals(self.tablets.coordinator.desk, self.sharing.log)

    @property
    def family(self) -> str:
        return self.tablets.family.id

    def day(self, away: int = 0) -> str:
        return (self.tablets.coordinator.desk.today() + timedelta(days=away)).isoformat()

    async def draft(self, **said: Any) -> str:
        made = ReferralDraft(self.family, service_name="Housing office", person_id=NIA, domain="housing")
        return await self.service.save(replace(made, **said))

    async def send(self, which: str, **said: Any) -> None:
        sending = replace(Sending("family_calls", self.day(-20)), **said)
        await self.service.send(which, sending, "en", english)

    async def finding(self) -> tuple[str, str]:
        row = await self.tablets.coordinator.vault.read(lambda session: session.get(Finding, FINDING))
        assert row is not None
        return row.status, row.referral_id

    async def disclosures(self) -> int:
        vault = self.tablets.coordinator.vault
        from sqlmodel import select

        return len(await vault.read(lambda session: list(session.exec(select(Disclosure)))))


@asynccontextmanager
async def case(home: Path) -> AsyncIterator[Case]:
    async with pair(home) as tablets:
        sharing = await furnish(tablets)
        stream = tablets.family.stream
        await tablets.coordinator.vault.commit(
            [
                Change(stream, Need.TYPE, NEED, {"text": "A door to lock", "whose": NIA, "status": "open"}),
                Change(stream, Finding.TYPE, FINDING, {"words": "No heat", "status": "open"}),
            ]
        )  # fmt: skip
        yield Case(tablets, sharing)


def code(caught: pytest.ExceptionInfo[InvalidInput]) -> tuple[str, str]:
    return caught.value.code, caught.value.field


async def test_a_finding_becomes_a_referral_in_one_action_and_is_open_again_without_it(
    tmp_path: Path,
) -> None:
    async with case(tmp_path) as here:
        form = await here.service.form(here.family, FINDING)
        assert form.finding_id == FINDING
        which = await here.service.save(replace(form, service_name="Fuel bank"))
        assert await here.finding() == ("referral", which)
        assert (await here.service.one(which)).from_words == "No heat"
        await here.service.remove(which)
        assert await here.finding() == ("open", "")
        assert await here.service.of_family(here.family) == ()


async def test_a_need_fills_in_whose_it_is(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        form = await here.service.form(here.family, NEED)
        assert (form.need_id, form.person_id) == (NEED, NIA)
        facts = await here.service.facts(here.family, NEED)
        assert facts.needs[0][0] == NEED and ("Nia" in dict(facts.people).values())


async def test_the_way_from_sent_to_completed_with_its_days(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        vault = here.tablets.coordinator.vault
        await vault.commit([
            Change(here.tablets.family.stream, "referral", which, {"drafted_on": here.day(-21)})
        ])  # fmt: skip
        await here.send(which)
        view = await here.service.one(which)
        assert (view.status, view.sent_how, view.follow_up_on) == ("sent", "family_calls", here.day(14))
        await here.service.step(
            which, Step("waiting", here.day(-10), support="Rides", follow_up_on=here.day(0))
        )
        waiting = await here.service.one(which)
        assert waiting.due and waiting.support_while_waiting == "Rides"
        assert [one.referral_id for one in await here.service.due()] == [which]
        await here.service.asked(which, here.day(7), "Rides and a call")
        assert not (await here.service.one(which)).due
        await here.service.correct_day(which, "waiting", here.day(-12))
        await here.service.step(which, Step("connected", here.day(-2)))
        await here.service.step(which, Step("completed", here.day()))
        done = await here.service.one(which)
        assert (done.status, done.follow_up_on, done.next) == ("completed", "", ())
        await here.service.take_back(which)
        assert (await here.service.one(which)).status == "connected"
        rates = await here.service.rates.all()
        assert [(one.sent, one.connected, one.days, one.few) for one in rates] == [(1, 1, 18.0, True)]


async def test_what_cannot_be_is_refused_beside_its_field(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        with pytest.raises(InvalidInput) as nowhere:
            await here.draft(service_name=" ")
        assert code(nowhere) == ("referral_nowhere", "service_name")
        which = await here.draft()
        for sending, said in (
            (Sending("family_calls", here.day(1)), "referral_future"),
            (Sending("family_calls", here.day(-1)), "referral_before"),
            (Sending("family_calls", ""), "referral_no_day"),
            (Sending("release", here.day()), "referral_no_release"),
            (Sending("shouting", here.day()), "bad_choice"),
        ):
            with pytest.raises(InvalidInput) as caught:
                await here.service.send(which, sending, "en", english)
            assert caught.value.code == said
        await here.send(which, on_day=here.day())
        with pytest.raises(InvalidInput) as sent:
            await here.service.remove(which)
        assert code(sent) == ("referral_sent", "")
        with pytest.raises(InvalidInput) as bare:
            await here.service.step(which, Step("declined", here.day()))
        assert code(bare) == ("referral_no_reason", "reason")
        with pytest.raises(InvalidInput) as again:
            await here.service.step(which, Step("sent", here.day()))
        assert code(again) == ("bad_choice", "step")
        with pytest.raises(InvalidInput) as past:
            await here.service.asked(which, here.day())
        assert code(past) == ("follow_up_past", "follow_up_on")


async def test_we_call_only_under_a_release_that_names_them_and_it_is_on_the_list(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        other = await here.draft(service_name="Food pantry")
        which = await here.draft()
        await here.sharing.releases.save(release(here.tablets, what=("talk",)))
        choices = await here.service.releases(which)
        assert [one.fits for one in choices] == [True]
        assert [one.fits for one in await here.service.releases(other)] == [False]
        sending = Sending("release", here.day(), choices[0].release_id, "She needs a ramp.")
        with pytest.raises(InvalidInput) as caught:
            await here.service.send(other, sending, "en", english)
        assert code(caught) == ("release_names_other", "release_id")
        with pytest.raises(InvalidInput):
            await here.service.send(which, replace(sending, said=" "), "en", english)
        assert await here.disclosures() == 0 and (await here.service.one(which)).status == "draft"
        await here.service.send(which, sending, "en", english)
        assert await here.disclosures() == 1
        sent = await here.service.one(which)
        assert (sent.sent_how, sent.release_to) == ("release", "Ms. Okafor")


async def test_a_release_that_was_taken_back_sends_nothing(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        leave = await here.sharing.releases.save(release(here.tablets, what=("talk",)))
        await here.sharing.releases.revoke(leave, "Rosa")
        assert await here.service.releases(which) == ()
        with pytest.raises(InvalidInput):
            await here.service.send(which, Sending("release", here.day(), leave, "x"), "en", english)
        assert await here.disclosures() == 0


async def test_an_administrator_alone_refers_nobody(tmp_path: Path) -> None:
    async with case(tmp_path) as here:
        which = await here.draft()
        desk = here.tablets.coordinator.desk
        service = Referrals(replace(desk, me=replace(desk.me, roles=("administrator",))), here.sharing.log)
        for act in (
            service.save(ReferralDraft(here.family, service_name="x")), service.remove(which),
            service.step(which, Step("accepted", here.day())), service.take_back(which),
            service.asked(which, here.day(3)), service.correct_day(which, "sent", here.day()),
            service.rates.all(), service.send(which, Sending("family_calls", here.day()), "en", english),
        ):  # fmt: skip
            with pytest.raises(PermissionRefused):
                await act
