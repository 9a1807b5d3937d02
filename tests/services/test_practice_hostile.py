"""What a colleague's tablet wrote may be anything: the practice's screens open all the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.exchange.hsds_content import pack, unpack
from app.exchange.hsds_files import DirectoryRefused
from app.services.directory_shelf import made_of
from app.services.measures import FamilyMeasurements
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.referral_rates import ReferralRates
from app.services.tiers import TierDraft, Tiers
from app.store.vault import Change
from app.wraparound.opening_hours import counts_on, spans_of
from app.wraparound.packet import answer
from app.wraparound.records import MeasureScore, Referral
from app.wraparound.rules.packet import Ask
from app.wraparound.scoring import kept, shown
from tests.services.rig import pair

MONSTROUS = ("1e999999999", "1E+400", "-1e999999999", "Infinity", "NaN", "sNaN", "1" * 5000, "٣", "1_0", "²")


@pytest.mark.parametrize("text", ["", " ", "12 ", *MONSTROUS])
def test_a_kept_score_is_only_what_this_app_would_have_written(text: str) -> None:
    assert kept(text) is None


@pytest.mark.parametrize("text", ["0", "12", "2.86", "-3", "999999.9999"])
def test_what_was_shown_is_read_again(text: str) -> None:
    assert kept(text) == Decimal(text) and shown(Decimal(text)) == text


async def test_scores_of_no_number_open_as_scores_without_one(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        stream, theirs, mine = tablets.family.stream, tablets.supervisor, tablets.coordinator.desk
        await theirs.vault.commit(
            [
                Change(stream, MeasureScore.TYPE, theirs.desk.new_id(), {
                    "measure": "ohio_problems", "informant": "youth", "by_name": "Nia",
                    "on_day": "2026-01-01", "total": text, "subscales": {"part": text},
                    "answers": {text: 3, "7": "three", "8": True, "9": 2},
                })
                for text in MONSTROUS
            ]
        )  # fmt: skip
        await tablets.meet()
        rules = PracticeRules(mine)
        found = await FamilyMeasurements(mine, rules, PrivateTalks(mine)).of_family(tablets.family.id)
        (measure,) = [one for one in found.measures if one.code == "ohio_problems"]
        assert len(measure.scores) == len(MONSTROUS)
        for one in measure.scores:
            assert (one.total, dict(one.subscales), dict(one.answers)) == (None, {}, {9: 2})
        assert (await Tiers(mine, rules).of(tablets.family.id)).fired is None


async def test_days_that_are_none_stop_no_rates_and_no_page_of_a_service(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        stream, theirs, mine = tablets.family.stream, tablets.supervisor, tablets.coordinator.desk
        connected = {"service_id": "s", "service_name": "Pantry", "status": "connected"}
        await theirs.vault.commit(
            [
                Change(stream, Referral.TYPE, theirs.desk.new_id(),
                       {**connected, "sent_on": sent, "connected_on": on})
                for sent, on in (("2025-01-01", "soon"), ("never", "2025-01-02"),
                                 ("2025-01-01", "2025-01-04"))
            ]
        )  # fmt: skip
        await tablets.meet()
        (rate,) = await ReferralRates(mine).all()
        assert (rate.sent, rate.connected, rate.days) == (3, 3, 3.0)


async def test_a_choice_up_to_the_last_day_there_is_runs_and_its_page_opens(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.coordinator.desk, tablets.family.id
        tiers = Tiers(desk, PracticeRules(desk))
        await tiers.choose(TierDraft(family, "3", "For good.", "9999-12-31"))
        page = await tiers.page(family)
        assert (page.found.code, page.found.how) == ("3", "chosen")


def test_a_family_enrolled_at_the_end_of_time_stops_no_packet() -> None:
    found = answer(Ask("contact", within=3), [], date.max, date(2026, 1, 1), date(2026, 6, 30))
    assert found.state == "running"


# -- directories -----------------------------------------------------------------------------

OPEN: dict[str, Any] = {"opens_at": "09:00", "closes_at": "10:00"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"organization": 5},
        {"phones": [5]},
        {"name": "\ud800"},
        {"assured_date": {}},
        {"schedules": [{**OPEN, "interval": "often"}]},
        {"schedules": [{**OPEN, "freq": "WEEKLY", "dtstart": "soon"}]},
    ],
)
def test_a_directory_that_no_import_has_cleaned_is_unreadable(wrong: dict[str, Any]) -> None:
    content = pack([{"id": "s", "name": "Pantry"}])
    made_of(unpack(content)).close()
    with pytest.raises(DirectoryRefused) as refused:
        made_of({**one, **wrong} for one in unpack(content))
    assert refused.value.code == "directory_unreadable"


def test_a_day_of_the_month_of_any_length_is_a_day_of_no_month() -> None:
    monthly = {**OPEN, "freq": "MONTHLY", "bymonthday": "15," + "9" * 5000}
    spans = list(spans_of(monthly))
    assert len(spans) == 7
    days = [date(2026, 1, 1) + timedelta(n) for n in range(31)]
    assert [day.day for day in days if counts_on(spans[day.weekday()].rule, day)] == [15]
