"""What a colleague's tablet wrote may be anything: the practice's screens open all the same."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.services.measures import FamilyMeasurements
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.tiers import Tiers
from app.store.vault import Change
from app.wraparound.records import MeasureScore
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
