"""How a plan is said: measures, kinds of strategy, and when a step is due.

Pure functions of `Ui` and frozen values. Codes never reach the screen. Follows the family-plan
picture of design page 06 and its "Words".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.services.plan import Helper, OutcomeView, PlanView, StepView, StrategyView
from app.views import dates
from app.views.widgets.face import Kind
from app.views.widgets.thread import StepState
from app.views.widgets.ui import Ui
from app.views.words import MissingWords
from app.wraparound.vocabulary import LIFE_DOMAINS, NEED_STATUSES, OUTCOME_STATUSES, STRATEGY_KINDS

_MOST_DOTS = 10

_STATES = {
    "done": StepState.DONE,
    "dropped": StepState.OPEN,
    "open": StepState.OPEN,
    "overdue": StepState.LATE,
    "no_date": StepState.NO_DATE,
}


def day_of(iso: str) -> date | None:
    """The day of an ISO text, or None."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def step_state(step: StepView) -> StepState:
    """How the step looks."""
    return _STATES.get(step.state, StepState.OPEN)


def step_when(ui: Ui, step: StepView, today: date) -> str:
    """When it is due or was done: "Thu 3 Dec", "Done Sat 28 Nov", "Still open", "No date yet"."""
    if step.state == "done":
        done = day_of(step.done_on)
        if done is None:
            return ui.say("plan.done")
        return ui.say("plan.done_on", day=dates.day(ui.settings.language, done, today, short=True))
    if step.state == "dropped":
        return ui.say("plan.step_aside")
    if step.state == "overdue":
        return ui.say("plan.still_open")
    due = day_of(step.due_on)
    if due is None:
        return ui.say("plan.no_date")
    return dates.begin(dates.day(ui.settings.language, due, today, short=True))


def owner_words(ui: Ui, step: StepView) -> str:
    """Who does it, or that nobody has taken it yet."""
    return step.owner or ui.say("plan.no_owner")


def measure_dots(outcome: OutcomeView) -> tuple[int, int] | None:
    """(now, aim) when both are small whole numbers that dots can show."""
    if not (outcome.current.strip().isdecimal() and outcome.target.strip().isdecimal()):
        return None
    now, aim = int(outcome.current), int(outcome.target)
    return (now, aim) if 0 < aim <= _MOST_DOTS and now <= aim else None


def measure_words(ui: Ui, outcome: OutcomeView) -> str | None:
    """"3 now, was 1", as far as the numbers are known."""
    if outcome.current and outcome.baseline:
        return ui.say("words.now_was", now=outcome.current, was=outcome.baseline)
    if outcome.current:
        return ui.say("plan.now", now=outcome.current)
    if outcome.baseline and outcome.target:
        return ui.say("plan.was_aim", was=outcome.baseline, aim=outcome.target)
    if outcome.target:
        return ui.say("plan.aim", aim=outcome.target)
    if outcome.baseline:
        return ui.say("plan.was", was=outcome.baseline)
    return None


def kind_shape(strategy: StrategyView) -> Kind:
    """Leaf for natural support, rounded square for others."""
    return Kind.NATURAL if strategy.kind == "natural" else Kind.PROFESSIONAL


def kind_words(ui: Ui, kind: str) -> str:
    """Who carries a strategy: "natural support"."""
    return ui.say(f"plan.kind.{kind}") if kind in STRATEGY_KINDS else kind


def domain_words(ui: Ui, domain: str) -> str:
    """The part of life a need is about: "School"."""
    return ui.say(f"plan.domain.{domain}") if domain in LIFE_DOMAINS else domain


def need_status_words(ui: Ui, status: str) -> str:
    """"Met"."""
    return ui.say(f"plan.need_status.{status}") if status in NEED_STATUSES else status


def outcome_status_words(ui: Ui, status: str) -> str:
    """"Reached"."""
    return ui.say(f"plan.outcome_status.{status}") if status in OUTCOME_STATUSES else status


_PREFIXES = {
    "life_domain": "plan.domain", "status": "plan.{kind}_status", "kind": "plan.kind",
    "measure_kind": "plan.measure", "better": "plan.better", "language": "plan.language",
}  # fmt: skip


def code_words(ui: Ui, kind: str, field: str, code: str) -> str:
    """A code of a field as a person says it; the code itself when the words do not know it."""
    prefix = _PREFIXES.get(field, "").format(kind=kind)
    try:
        return ui.say(f"{prefix}.{code}") if prefix and code else code
    except MissingWords:
        return code


def names_of(helpers: Sequence[Helper]) -> dict[str, str]:
    """Id to name of everybody who can be asked."""
    return {one.id: one.name for one in helpers}


def steps_of(plan: PlanView) -> tuple[StepView, ...]:
    """All action steps in reading order."""
    return tuple(
        step
        for need in plan.needs
        for outcome in need.outcomes
        for strategy in outcome.strategies
        for step in strategy.steps
    )


def is_empty(plan: PlanView) -> bool:
    """Nothing has been written yet."""
    said = plan.vision.strip() or plan.team_mission.strip() or plan.ground_rules.strip()
    return not plan.needs and not plan.strengths and not said
