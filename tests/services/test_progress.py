"""Charts from a family's records: what a worker sees, and what goes on a paper for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput
from app.services.gate import Leave
from app.services.practice_rules import PracticeRules
from app.services.progress import ProgressCharts
from app.services.progress_papers import ChartWish
from app.services.sharing import Sharing
from app.services.transition import Transition
from app.store.vault import Change
from app.views.screens.more.transition import topic_words
from app.views.words import catalogue
from app.wraparound.audience import Audience
from app.wraparound.progress import Chart, runs
from app.wraparound.progress_axis import span_of
from tests.papers import text_of
from tests.services.rig import Pair, pair

ROSA, DAN, NIA, TEO = "a1" * 16, "a2" * 16, "a6" * 16, "a3" * 16
SLEEP, CLINIC, LEAVE, BUS, NIGHTS = "c1" * 16, "c2" * 16, "c3" * 16, "c4" * 16, "c5" * 16
CANARIES = ("CANARY-clinic", "CANARY-leave", "CANARY-event", "CANARY-note", "CANARY-told")


def english(key: str) -> str:
    return catalogue("en")[key]


def spanish(key: str) -> str:
    return catalogue("es")[key]


def ids() -> Any:
    number = 0
    while True:
        number += 1
        yield f"{number:032x}"


def noon(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12).timestamp() * 1000)


async def furnish(tablets: Pair) -> ProgressCharts:
    """Outcomes that everybody may see, one that is restricted, one that is kept from Dan; scores; events."""
    new = ids()
    stream = tablets.family.stream
    today = tablets.coordinator.desk.today()

    def ms(days: int) -> int:
        return noon(today - timedelta(days=days))

    def day(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    changes = [
        Change(stream, "person", ROSA, {"name": "Rosa Delgado", "called": "Rosa", "order": 1}),
        Change(stream, "person", DAN, {"name": "Dan Ruiz", "called": "Dan", "order": 2}),
        Change(stream, "person", NIA, {"name": "Nia Delgado", "called": "Nia", "is_youth": True,
                                       "born_on": f"{today.year - 16}-01-01"}),
        Change(stream, "need", "b1" * 16, {"text": "Rest", "priority": 1}),
    ]  # fmt: skip
    for record, text, more in (
        (SLEEP, "Sleeps through the night", {}),
        (CLINIC, "CANARY-clinic visits", {"label": "minor_confidential"}),
        (LEAVE, "CANARY-leave safely", {}),
        (BUS, "Rides the bus", {"measure_kind": "yes_no", "current": "yes"}),
        (NIGHTS, "Nights awake", {"measure_kind": "count", "current": "2", "better": "down"}),
    ):
        fields = {"need_id": "b1" * 16, "text": text, "measure_kind": "rating"} | more
        changes.append(Change(stream, "outcome", record, fields))
    changes.append(Change(stream, "not_for", "b6" * 16, {"item_id": LEAVE, "item_type": "outcome",
                                                         "person_id": DAN}))  # fmt: skip
    for outcome in (SLEEP, CLINIC, LEAVE):
        for ago, kind, by, value in (
            (120, "youth", NIA, 3), (120, "caregiver", ROSA, 2), (60, "youth", NIA, 4),
            (30, "youth", NIA, 6), (30, "caregiver", ROSA, 5),
        ):  # fmt: skip
            given: dict[str, Any] = {
                      "outcome_id": outcome, "meeting_id": "d1" * 16, "by_kind": kind, "by_id": by,
                      "value": value, "by_name": "Nia" if by == NIA else "Rosa", "rated_at_ms": ms(ago),
                      "words": "Better nights" if outcome == SLEEP else "CANARY-told"}  # fmt: skip
            changes.append(Change(stream, "rating", next(new), given))
    for ago, total in ((80, "50"), (40, ""), (10, "35")):
        fields = {"measure": "ohio_problems", "measure_name": "Ohio", "informant": "youth", "by_name": "Nia",
                  "on_day": day(ago), "total": total, "note": "CANARY-note"}  # fmt: skip
        changes.append(Change(stream, "measure_score", next(new), fields))
    for kind, words, label in (
        ("move", "To the second floor", "general"), ("hospital", "CANARY-event", "safety"),
    ):  # fmt: skip
        fields = {"kind": kind, "on_day": day(20), "words": words, "label": label, "setting": "home_relative"}
        changes.append(Change(stream, "life_event", next(new), fields))
    changes.append(Change(stream, "meeting", "d1" * 16, {"status": "held", "starts_at_ms": ms(30)}))
    changes.append(Change(stream, "meeting", "d2" * 16, {"status": "held", "starts_at_ms": ms(31),
                                                         "professionals_only": True}))  # fmt: skip
    await tablets.coordinator.vault.commit(changes)
    desk = tablets.coordinator.desk
    return ProgressCharts(desk, PracticeRules(desk))


def wish(tablets: Pair, **more: object) -> ChartWish:
    everything = frozenset({"outcomes", "measures", "events"})
    return replace(ChartWish(tablets.family.id, ROSA, what=everything), **more)  # type: ignore[arg-type]


def chart(charts: tuple[Chart, ...], record: str) -> Chart:
    (found,) = [one for one in charts if one.record == record]
    return found


async def test_a_worker_sees_all_of_it_on_one_axis(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        view = await progress.of_family(tablets.family.id, "es")
        assert {one.record for one in view.charts} == {SLEEP, CLINIC, LEAVE, BUS, NIGHTS, "ohio_problems"}
        sleep = chart(view.charts, SLEEP)
        assert [line.code for line in sleep.lines] == ["youth", "caregiver"]
        span = span_of(6, view.today)
        assert [len(runs(line, span)) for line in sleep.lines] == [1, 2]
        assert (chart(view.charts, BUS).kind, chart(view.charts, NIGHTS).better) == ("yes_no", "down")
        assert chart(view.charts, CLINIC).label == "minor_confidential"
        ohio = chart(view.charts, "ohio_problems")
        assert ohio.title == "Escalas de Ohio: problemas" and (ohio.low, ohio.high) == (0, 100)
        assert [len(piece) for piece in runs(ohio.lines[0], span)] == [1, 1]
        assert len(view.events) == 2 and len(view.meetings) == 1


async def test_a_count_is_followed_from_frozen_plan_to_frozen_plan(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        today = tablets.coordinator.desk.today()
        for number, (ago, current) in enumerate(((90, "5 nights"), (60, "several"), (30, "4"))):
            content = {"outcome": [{"id": NIGHTS, "current": current}]}
            fields = {"frozen_at_ms": noon(today - timedelta(days=ago)), "content": content}
            await tablets.coordinator.vault.commit(
                [Change(tablets.family.stream, "plan_version", f"f{number}" * 16, fields)]
            )
        found = chart((await progress.of_family(tablets.family.id, "en")).charts, NIGHTS)
        assert [one.value for one in found.lines[0].points] == [5, None, 4, 2]
        assert (found.low, found.high) == (0, 6)


async def test_a_paper_holds_nothing_restricted_or_kept_away_and_no_workers_words(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        dan = text_of((await progress.papers.make(wish(tablets, reader_id=DAN), english)).content)
        assert "Sleeps through the night" in dan and "To the second floor" in dan and "3 up." in dan
        for canary in CANARIES:
            assert canary not in dan
        rosa = text_of((await progress.papers.make(wish(tablets), english)).content)
        assert "CANARY-leave" in rosa
        for canary in ("CANARY-clinic", "CANARY-event", "CANARY-note"):
            assert canary not in rosa


async def test_strangers_get_the_least_and_no_words_in_another_language(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        strangers = await progress.for_paper(tablets.family.id, Audience(strangers=True), "en")
        assert {one.record for one in strangers.charts} == {SLEEP, BUS, NIGHTS, "ohio_problems"}
        assert [one.words for one in strangers.events] == ["To the second floor"]
        assert strangers.share is None
        spanish_view = await progress.for_paper(tablets.family.id, Audience(strangers=True), "es")
        assert chart(spanish_view.charts, SLEEP).title == ""
        points = [one for each in spanish_view.charts for line in each.lines for one in line.points]
        assert points and all(not one.words for one in points)


async def test_whatever_a_leave_covers_nothing_restricted_is_drawn(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        wide = frozenset({"general", "school", "minor_confidential", "safety"})
        leave = Leave("Rosa", Audience(frozenset({ROSA}), labels=wide), frozenset({"plan"}), wide)
        drawn = await progress.papers._draw(wish(tablets), leave, english)
        said = text_of(drawn.content)
        assert "CANARY-clinic" not in said and "CANARY-event" not in said and "To the second floor" in said
        assert drawn.inside == {"general"}


async def test_a_rating_and_a_score_kept_from_somebody_are_not_on_their_paper(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        family, stream = tablets.family.id, tablets.family.stream
        view = await progress.of_family(family, "en")
        rating = chart(view.charts, SLEEP).lines[0].points[0].record
        score = chart(view.charts, "ohio_problems").lines[0].points[0].record
        await tablets.coordinator.vault.commit(
            [
                Change(stream, "not_for", f"b{n}" * 16,
                       {"item_id": item, "item_type": kind, "person_id": DAN})
                for n, (item, kind) in enumerate(((rating, "rating"), (score, "measure_score")), start=7)
            ]
        )  # fmt: skip
        for who, there in ((ROSA, True), (DAN, False)):
            seen = await progress.for_paper(family, Audience(frozenset({who})), "en")
            records = {one.record for each in seen.charts for line in each.lines for one in line.points}
            assert ({rating, score} <= records) is there and bool({rating, score} & records) is there


async def test_what_is_kept_from_somebody_leaves_no_gap_and_no_meeting_on_their_paper(
    tmp_path: Path,
) -> None:
    """Nia alone said a number at the meeting 60 days ago: Rosa's line is broken there, but not for Dan."""
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        family, stream = tablets.family.id, tablets.family.stream
        today = tablets.coordinator.desk.today()
        held = today - timedelta(days=50)
        nia = chart((await progress.of_family(family, "en")).charts, SLEEP).lines[0]
        (alone,) = [one for one in nia.points if one.day == today - timedelta(days=60)]
        changes = [Change(stream, "meeting", "d3" * 16, {"status": "held", "starts_at_ms": noon(held)})]
        for n, (item, kind) in enumerate(((alone.record, "rating"), ("d3" * 16, "meeting")), start=7):
            fields = {"item_id": item, "item_type": kind, "person_id": DAN}
            changes.append(Change(stream, "not_for", f"b{n}" * 16, fields))
        await tablets.coordinator.vault.commit(changes)
        for who, there in ((ROSA, True), (DAN, False)):
            seen = await progress.for_paper(family, Audience(frozenset({who})), "en")
            rosas = chart(seen.charts, SLEEP).lines[1]
            assert (None in [one.value for one in rosas.points]) is there
            assert (held in seen.meetings) is there


async def test_a_number_that_no_rating_can_be_is_not_drawn(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        fields = {"outcome_id": SLEEP, "by_kind": "youth", "value": 99, "rated_at_ms": 1_700_000_000_000}
        await tablets.coordinator.vault.commit([Change(tablets.family.stream, "rating", "f9" * 16, fields)])
        view = await progress.of_family(tablets.family.id, "en")
        assert all(one.value != 99 for line in chart(view.charts, SLEEP).lines for one in line.points)


async def test_every_paper_and_picture_leaves_a_line(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        made = await progress.papers.make(wish(tablets), english)
        picture = await progress.papers.make(wish(tablets, form="png", language="es"), spanish)
        assert made.file_name.startswith("progress-") and made.file_name.endswith(".pdf")
        assert picture.file_name.startswith("avances-") and picture.content.startswith(b"\x89PNG")
        lines = await Sharing(tablets.coordinator.desk).copies(tablets.family.id)
        assert [one.facts["paper"] for one in lines] == ["progress", "progress"]
        assert {one.digest for one in lines} == {made.digest, picture.digest}


async def test_nobody_gets_an_empty_paper_and_nothing_is_noted_for_one(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        progress = await furnish(tablets)
        with pytest.raises(InvalidInput) as refused:
            await progress.papers.make(wish(tablets, what=frozenset()), english)
        assert refused.value.code == "nothing_on_paper"
        with pytest.raises(InvalidInput) as stranger:
            await progress.papers.make(wish(tablets, reader_id="ee" * 16), english)
        assert stranger.value.code == "reader_not_on_team"
        assert await Sharing(tablets.coordinator.desk).copies(tablets.family.id) == ()


async def test_readiness_knows_who_carries_promises_and_which_topics_are_missing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await furnish(tablets)
        stream = tablets.family.stream
        topic = catalogue("es")["ready.topic.health"]
        await tablets.coordinator.vault.commit(
            [
                Change(stream, "natural_support", TEO, {"name": "Uncle Teo", "status": "on_team"}),
                Change(stream, "action_step", "e1" * 16, {"what": "Rides", "owner_id": TEO}),
                Change(stream, "action_step", "e2" * 16, {"what": "Calls", "owner": "Marisol"}),
                Change(stream, "action_step", "e3" * 16, {"what": "Sang", "owner": "Ana", "status": "done"}),
                Change(stream, "transition_item", "e4" * 16,
                       {"section": "adult_service", "text": f" {topic}"}),
            ]
        )  # fmt: skip
        found = await Transition(tablets.coordinator.desk).ready.of_family(tablets.family.id, topic_words())
        assert [one.what for one in found.steps] == ["Calls"]
        assert (found.checks[0].have, found.checks[0].want) == (1, 2)
        assert found.age == 16 and "health" not in found.topics and "benefits" in found.topics
