"""The life of a referral: every step from every standing, days in order, and what the rates say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wraparound.practice_codes import REFERRAL_STATUSES, REFERRALS_OVER
from app.wraparound.referrals import (
    NEXT,
    Outcome,
    StepWrong,
    before,
    check_day,
    check_step,
    is_due,
    is_over,
    share_of,
    taken,
)

TODAY = date(2028, 2, 29)
DAYS = {"draft": "2028-02-01", "sent": "2028-02-10", "waiting": "2028-02-15"}


def why(*args: object) -> tuple[str, str]:
    with pytest.raises(StepWrong) as caught:
        check_step(*args)  # type: ignore[arg-type]
    return caught.value.what, caught.value.other


def test_every_status_has_its_next_steps_and_what_is_over_has_none() -> None:
    assert set(NEXT) == set(REFERRAL_STATUSES)
    assert {status for status, steps in NEXT.items() if not steps} == REFERRALS_OVER
    reachable, todo = {"draft"}, ["draft"]
    while todo:
        for step in NEXT[todo.pop()]:
            if step not in reachable:
                reachable.add(step)
                todo.append(step)
    assert reachable == set(REFERRAL_STATUSES)


def test_a_step_may_be_today_or_the_day_of_the_one_before() -> None:
    check_step("waiting", DAYS, "connected", TODAY, TODAY)
    check_step("waiting", DAYS, "connected", date(2028, 2, 15), TODAY)


def test_steps_that_cannot_be_say_why() -> None:
    assert why("draft", {}, "connected", TODAY, TODAY) == ("not_next", "")
    assert why("completed", DAYS, "sent", TODAY, TODAY) == ("not_next", "")
    assert why("waiting", DAYS, "connected", date(2028, 3, 1), TODAY) == ("future", "")
    assert why("waiting", DAYS, "connected", date(2028, 2, 14), TODAY) == ("before", "waiting")


def test_a_day_can_be_corrected_between_its_neighbours() -> None:
    check_day(DAYS, "sent", date(2028, 2, 15), TODAY)
    check_day(DAYS, "sent", date(2028, 2, 1), TODAY)
    for day, step, what in (
        (date(2028, 2, 16), "sent", "after"), (date(2028, 1, 31), "sent", "before"),
        (date(2028, 3, 1), "waiting", "future"), (TODAY, "connected", "not_there"),
    ):  # fmt: skip
        with pytest.raises(StepWrong) as caught:
            check_day(DAYS, step, day, TODAY)
        assert caught.value.what == what


def test_the_last_step_goes_back_to_the_one_before() -> None:
    assert before("waiting", DAYS) == ("waiting", "sent")
    # Accepted after the waiting list, on the same day: accepted is the last, whatever the order of codes.
    assert before("accepted", {**DAYS, "accepted": "2028-02-15"}) == ("accepted", "waiting")
    assert before("sent", {"draft": "2028-02-01", "sent": "2028-02-10"}) == ("sent", "draft")
    with pytest.raises(StepWrong):
        before("draft", {"draft": "2028-02-01"})


@given(st.data())
def test_any_way_through_keeps_its_days_in_order(data: st.DataObject) -> None:
    status, days = "draft", {"draft": "2028-01-01"}
    while NEXT[status]:
        step = data.draw(st.sampled_from(NEXT[status]))
        day = data.draw(st.dates(date(2027, 12, 1), date(2028, 4, 1)))
        try:
            check_step(status, days, step, day, TODAY)
        except StepWrong:
            break
        days[step], status = day.isoformat(), step
        order = [days[one] for one in taken(days)]
        assert order == sorted(order) and order[-1] <= TODAY.isoformat()
        assert before(status, days)[0] == status


def test_due_is_only_what_runs() -> None:
    assert is_due("sent", "2028-02-29", TODAY) and not is_due("sent", "2028-03-01", TODAY)
    assert not is_due("completed", "2028-02-01", TODAY) and not is_due("sent", "", TODAY)
    assert is_over("declined") and not is_over("connected")


def test_rates_count_what_was_sent_and_the_median_of_days() -> None:
    share = share_of(
        [
            Outcome("connected", "2028-02-01", "2028-02-11"),
            Outcome("completed", "2028-02-01", "2028-02-05"),
            Outcome("not_connected", "2028-01-01", "2028-01-31"),
            Outcome("declined", "2028-01-01", ""),
            Outcome("waiting", "2028-02-20", ""),
            Outcome("draft", "", ""),
        ]
    )
    assert (share.sent, share.connected, share.ended, share.days) == (5, 3, 1, 10.0)
    assert share_of([]).days is None
