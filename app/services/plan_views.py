"""The plan as screens see it: frozen values, and the tree that is made from rows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.wraparound.records import ActionStep, FamilyVision, Need, Outcome, Strategy, Strength
from app.wraparound.vocabulary import codes


@dataclass(frozen=True)
class StepView:
    """An action step. state: done, open, overdue ("still open"), no_date, dropped."""

    step_id: str
    what: str
    owner: str
    due_on: str
    done_on: str
    what_happened: str
    state: str
    has_conflict: bool
    owner_id: str = ""
    language: str = "en"
    label: str = "general"

    @property
    def status(self) -> str:
        """The code of vocabulary.STEP_STATUSES."""
        return self.state if self.state in ("done", "dropped") else "open"


@dataclass(frozen=True)
class StrategyView:
    """A strategy with its steps. strengths, principles: ids and codes, in the order they were tied."""

    strategy_id: str
    text: str
    kind: str
    kind_words: str
    has_conflict: bool
    steps: tuple[StepView, ...]
    chosen: bool = True
    provider: str = ""
    place: str = ""
    frequency: str = ""
    starts_on: str = ""
    ends_on: str = ""
    strengths: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()
    status: str = "open"
    status_reason: str = ""
    language: str = "en"
    label: str = "general"


@dataclass(frozen=True)
class OutcomeView:
    """An outcome with its strategies. Numbers are as people wrote them: "1", "4 of 5"."""

    outcome_id: str
    text: str
    measure_kind: str
    baseline: str
    target: str
    current: str
    status: str
    due_on: str
    has_conflict: bool
    strategies: tuple[StrategyView, ...]
    instrument: str = ""
    better: str = "up"
    language: str = "en"
    label: str = "general"


@dataclass(frozen=True)
class NeedView:
    """A need with its outcomes. number: its place in the family's order, from 1."""

    need_id: str
    number: int
    text: str
    life_domain: str
    status: str
    has_conflict: bool
    outcomes: tuple[OutcomeView, ...]
    whose: str = ""
    status_reason: str = ""
    language: str = "en"
    label: str = "general"


@dataclass(frozen=True)
class StrengthView:
    """Something good. whose: id of a person or natural support; empty for the whole family."""

    strength_id: str
    text: str
    whose: str
    life_domain: str
    has_conflict: bool = False
    language: str = "en"
    label: str = "general"


@dataclass(frozen=True)
class Adrift:
    """A piece whose parent was taken off the plan while somebody else wrote here.

    kind: outcome, strategy or step. See `Plan.bring_back`.
    """

    kind: str
    record_id: str
    text: str


@dataclass(frozen=True)
class PlanView:
    """The whole plan of one family. open_steps and done_steps count action steps.

    ground_rules: a line for each. language: of the vision. words_language: in which new words of
    this family begin.
    """

    family_id: str
    vision: str
    team_mission: str
    vision_conflict: bool
    needs: tuple[NeedView, ...]
    open_steps: int
    done_steps: int
    ground_rules: str = ""
    language: str = "en"
    words_language: str = "en"
    vision_id: str = ""
    strengths: tuple[StrengthView, ...] = ()
    adrift: tuple[Adrift, ...] = ()


@dataclass(frozen=True)
class PlanRows:
    """The rows of one family's plan, each kind in its order."""

    vision: FamilyVision | None = None
    vision_id: str = ""
    words_language: str = "en"
    strengths: Sequence[Strength] = ()
    needs: Sequence[Need] = ()
    outcomes: Sequence[Outcome] = ()
    strategies: Sequence[Strategy] = ()
    steps: Sequence[ActionStep] = ()


@dataclass
class _Branches:
    steps: dict[str, list[StepView]] = field(default_factory=lambda: defaultdict(list))
    strategies: dict[str, list[StrategyView]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[str, list[OutcomeView]] = field(default_factory=lambda: defaultdict(list))


def plan_view(family_id: str, rows: PlanRows, today: str) -> PlanView:
    """The tree of need → outcome → strategy → step. today: ISO day."""
    grown = _Branches()
    for step in rows.steps:
        grown.steps[step.strategy_id].append(_step(step, today))
    for strategy in rows.strategies:
        grown.strategies[strategy.outcome_id].append(_strategy(strategy, tuple(grown.steps[strategy.id])))
    for outcome in rows.outcomes:
        grown.outcomes[outcome.need_id].append(_outcome(outcome, tuple(grown.strategies[outcome.id])))
    vision = rows.vision
    return PlanView(
        family_id=family_id,
        vision=vision.text if vision else "",
        team_mission=vision.team_mission if vision else "",
        vision_conflict=bool(vision and vision.has_conflict),
        needs=tuple(
            NeedView(
                need.id, number, need.text, need.life_domain, need.status, need.has_conflict,
                tuple(grown.outcomes[need.id]), need.whose, need.status_reason, need.language, need.label,
            )
            for number, need in enumerate(rows.needs, start=1)
        ),
        open_steps=sum(step.status == "open" for step in rows.steps),
        done_steps=sum(step.status == "done" for step in rows.steps),
        ground_rules=vision.ground_rules if vision else "",
        language=vision.language if vision else rows.words_language,
        words_language=rows.words_language,
        vision_id=rows.vision_id,
        strengths=tuple(
            StrengthView(one.id, one.text, one.whose, one.life_domain, one.has_conflict, one.language,
                         one.label)
            for one in rows.strengths
        ),
        adrift=_adrift(rows),
    )  # fmt: skip


def _adrift(rows: PlanRows) -> tuple[Adrift, ...]:
    """What hangs on nothing; what hangs on something adrift comes back with it."""
    needs = {one.id for one in rows.needs}
    outcomes = {one.id for one in rows.outcomes}
    strategies = {one.id for one in rows.strategies}
    return (
        *(Adrift("outcome", o.id, o.text) for o in rows.outcomes if o.need_id not in needs),
        *(Adrift("strategy", s.id, s.text) for s in rows.strategies if s.outcome_id not in outcomes),
        *(Adrift("step", s.id, s.what) for s in rows.steps if s.strategy_id not in strategies),
    )


def _outcome(row: Outcome, strategies: tuple[StrategyView, ...]) -> OutcomeView:
    return OutcomeView(
        row.id, row.text, row.measure_kind, row.baseline, row.target, row.current, row.status,
        row.due_on, row.has_conflict, strategies, row.instrument, row.better, row.language, row.label,
    )  # fmt: skip


def _strategy(row: Strategy, steps: tuple[StepView, ...]) -> StrategyView:
    return StrategyView(
        row.id, row.text, row.kind, row.kind_words, row.has_conflict, steps, row.chosen, row.provider,
        row.place, row.frequency, row.starts_on, row.ends_on, codes(row.strengths),
        codes(row.principles), row.status, row.status_reason, row.language, row.label,
    )  # fmt: skip


def _step(row: ActionStep, today: str) -> StepView:
    return StepView(
        row.id, row.what, row.owner, row.due_on, row.done_on, row.what_happened,
        _step_state(row, today), row.has_conflict, row.owner_id, row.language, row.label,
    )  # fmt: skip


def _step_state(step: ActionStep, today: str) -> str:
    if step.status != "open":
        return step.status
    if not step.due_on:
        return "no_date"
    return "overdue" if step.due_on < today else "open"
