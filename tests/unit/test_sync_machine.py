"""The order of a round, what each failure means for it, and the pace between rounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.errors import AccessClosed, AppError, NoNetwork, ServerRefused, SignInNeeded, StoreError
from app.sync import machine
from app.sync.machine import Failure, Pace, Round, Step


def walk(round_: Round) -> list[Step]:
    steps = [round_.step]
    while not round_.ended:
        round_ = machine.logged_in(round_) if round_.step is Step.LOGIN else machine.advanced(round_)
        steps.append(round_.step)
    return steps


def identified(**given: bool) -> Round:
    facts = {"certified": True, "removed": False, "new_agency": False, "signed_in": False}
    return machine.identified(Round(), **{**facts, **given})


def test_whole_round_sends_before_it_fetches() -> None:
    assert walk(identified()) == [
        Step.LOGIN, Step.HEADS, Step.CONTROL_IN, Step.RECOVER, Step.CONTROL_OUT, Step.PUSH,
        Step.PULL, Step.DONE,
    ]  # fmt: skip
    assert walk(identified(signed_in=True))[0] is Step.HEADS


def test_removed_device_only_pushes() -> None:
    assert walk(identified(removed=True)) == [
        Step.LOGIN, Step.HEADS, Step.CONTROL_IN, Step.PUSH, Step.DONE,
    ]  # fmt: skip
    noticed = machine.advanced(Round(step=Step.CONTROL_IN), removed=True)
    assert noticed.step is Step.PUSH


def test_device_without_certificate_does_not_call_and_a_new_agency_is_founded_first() -> None:
    assert identified(certified=False).step is Step.NOT_ENROLLED
    founding = identified(new_agency=True, certified=False)
    assert founding.step is Step.FOUND
    assert machine.found(founding).step is Step.LOGIN


@pytest.mark.parametrize("step", [Step.HEADS, Step.CONTROL_IN, Step.CONTROL_OUT, Step.PUSH, Step.PULL])
def test_token_that_runs_out_means_one_login_and_the_same_step_again(step: Step) -> None:
    round_ = Round(step=step, logins=1)
    again = machine.failed(round_, SignInNeeded())
    assert again.step is Step.LOGIN
    resumed = machine.logged_in(again)
    assert resumed.step is step
    assert machine.failed(resumed, SignInNeeded()).step is Step.FAILED


def test_server_that_lost_the_device_is_given_the_agency_once() -> None:
    round_ = identified()
    lost = machine.failed(round_, AccessClosed("device_unknown"))
    assert lost.step is Step.FOUND
    again = machine.found(lost)
    assert machine.failed(again, AccessClosed("device_unknown")).step is Step.FAILED
    assert machine.failed(round_, AccessClosed("wrong_origin")).step is Step.FAILED


def test_every_sync_error_has_a_reach() -> None:
    ends = {errors.NoNetwork, errors.ServerUnavailable, errors.UpdateNeeded}
    made: list[AppError] = [
        NoNetwork(), errors.ServerUnavailable(), errors.ServerAnswerInvalid(), AccessClosed(),
        errors.UpdateNeeded(), ServerRefused(), errors.SequenceGap(1), errors.ForkSeen(1, bytes(32)),
        errors.HeadMoved(bytes(32), 1),
    ]  # fmt: skip
    kinds = {type(error) for error in made} | {SignInNeeded}
    assert kinds == {kind for kind in errors.SyncError.__subclasses__() if kind.__module__ == "app.errors"}
    for error in made:
        assert machine.reach(error) is (Failure.ROUND if type(error) in ends else Failure.STREAM)
    assert machine.reach(StoreError()) is Failure.ROUND
    assert machine.reach(SignInNeeded()) is Failure.SIGN_IN


def test_first_refusal_of_a_stream_is_the_one_remembered() -> None:
    first, second = ServerRefused("a"), ServerRefused("b")
    assert machine.noted(machine.noted(Round(), first), second).problem is first


@given(failures=st.integers(0, 100_000), chance=st.floats(0, 1, exclude_max=True))
def test_pace_never_hurries_and_never_sleeps_for_ever(failures: int, chance: float) -> None:
    pace = Pace()
    wait = pace.delay(failures, chance)
    assert 1 <= wait <= pace.cap
    if failures:
        assert pace.delay(failures + 1, chance) >= wait


def test_pace_asks_as_often_as_set_while_all_is_well_and_obeys_retry_after() -> None:
    pace = Pace(poll=5.0)
    assert pace.delay(0, 0.5) == 5.0
    assert pace.delay(1, 0.0) == 1.0
    assert pace.delay(1, 0.0, retry_after=42.0) == 42.0
    assert pace.delay(1, 0.0, retry_after=1e12) == 3600.0
