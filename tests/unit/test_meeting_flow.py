"""The steps of a meeting: which, in which order, and what is left out when time runs short."""

from __future__ import annotations

import pytest

from app.wraparound import meeting_flow as flow_of
from app.wraparound.vocabulary import MEETING_FLOWS, RATERS


def test_every_flow_begins_with_who_is_here_and_ends_done() -> None:
    assert tuple(flow_of.STEPS) == MEETING_FLOWS
    for steps in flow_of.STEPS.values():
        assert (steps[0], steps[1], steps[-1]) == ("who", "rules", "done")
        assert steps[-2] == "agree"
        assert len(set(steps)) == len(steps)


def test_a_review_asks_how_it_is_going_as_step_four_of_ten() -> None:
    assert flow_of.position("review", "going") == flow_of.Position("going", 4, 10)


@pytest.mark.parametrize("flow", MEETING_FLOWS)
def test_forward_and_back_walk_the_whole_flow(flow: str) -> None:
    steps = flow_of.STEPS[flow]
    walked = [steps[0]]
    while walked[-1] != "done":
        walked.append(flow_of.after(flow, walked[-1]))
    assert tuple(walked) == steps
    assert [flow_of.before(flow, one) for one in steps] == [steps[0], *steps[:-1]]
    assert flow_of.after(flow, "done") == "done"


@pytest.mark.parametrize(
    ("flow", "step", "to"),
    [
        ("review", "who", "steps"), ("review", "going", "steps"), ("review", "ideas", "steps"),
        ("review", "steps", "next"), ("review", "crisis", "next"), ("review", "next", "agree"),
        ("review", "agree", "done"), ("review", "done", "done"), ("first_plan", "vision", "steps"),
        ("crisis_debrief", "crisis", "steps"), ("closing", "good", "carry"), ("closing", "carry", "agree"),
    ],
)  # fmt: skip
def test_ten_minutes_left_goes_to_promises_day_and_agreement(flow: str, step: str, to: str) -> None:
    assert flow_of.short_of_time(flow, step) == to


def test_ten_minutes_left_is_offered_only_while_it_spares_a_step() -> None:
    offered = [one for one in flow_of.STEPS["review"] if flow_of.offers_short("review", one)]
    assert offered == ["who", "rules", "good", "going", "steps"]


@pytest.mark.parametrize(
    ("present", "alone"),
    [
        ([], False),
        ([("formal", "")], False),
        ([("formal", "here"), ("natural", "remote")], True),
        ([("formal", "here"), ("family", "absent")], True),
        ([("formal", "here"), ("family", "late")], False),
        ([("family", "left_early"), ("formal", "here")], False),
    ],
)
def test_a_meeting_without_family_is_one_of_professionals(
    present: list[tuple[str, str]], alone: bool
) -> None:
    assert flow_of.is_professionals_only(present) is alone


def test_professionals_alone_neither_rate_nor_agree() -> None:
    steps = flow_of.steps_of("review", professionals_only=True)
    assert "agree" not in steps and "going" not in steps
    assert flow_of.position("review", "going", 1, True).step == "ideas"
    assert flow_of.position("review", "agree", 0, True).step == "done"


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([], -1),
        ([("Teo", "2026-12-03", False)], -1),
        ([("Teo", "2026-12-03", False), ("", "2026-12-03", False)], 1),
        ([("Teo", "", False)], 0),
        ([("  ", "2026-12-03", False)], 0),
        ([("", "", True)], -1),
    ],
)
def test_a_promise_needs_owner_and_day_or_decide_later(
    steps: list[tuple[str, str, bool]], place: int
) -> None:
    assert flow_of.unsettled(steps) == place


def test_those_who_took_part_are_counted_by_what_they_are_to_the_family() -> None:
    present = [("family", "here"), ("family", "absent"), ("natural", "remote"), ("natural", "invited"),
               ("community", "late"), ("formal", "left_early"), ("formal", "")]  # fmt: skip
    assert flow_of.counts(present) == (1, 1, 2)


def test_raters_are_codes_of_the_vocabulary() -> None:
    found = [flow_of.rater_of("family", True), flow_of.rater_of("family", False),
             flow_of.rater_of("natural", False), flow_of.rater_of("formal", False),
             flow_of.rater_of("community", False)]  # fmt: skip
    assert found == ["youth", "caregiver", "natural", "professional", "professional"]
    assert set(found) <= set(RATERS)
