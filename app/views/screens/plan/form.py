"""What the sheet of the plan holds while somebody writes in it, and how it is saved.

Pure but for `save`, which calls the service. Only what a person changed is written: everything else
keeps the value it has now, so that a sheet that was open for long cannot put an older text back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from app.errors import InvalidInput
from app.services.plan import NeedView, OutcomeView, Plan, PlanView, StepView, StrategyView
from app.views import dates
from app.views.screens.plan.wording import day_of
from app.views.widgets.day_picker import read_day

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "vision": ("text", "team_mission"),
    "need": ("text", "life_domain", "status"),
    "outcome": ("text", "baseline", "current", "target", "due_on", "status"),
    "strategy": ("text", "kind", "kind_words"),
    "step": ("what", "owner", "due_on", "what_happened"),
}
"""Kind of record to the fields of its sheet, in order; the first is the one that must be written."""

STARTS: Final[Mapping[str, str]] = {"status": "open", "kind": "natural"}
"""What stands in a new record where it is not blank."""

Item = PlanView | NeedView | OutcomeView | StrategyView | StepView


@dataclass(frozen=True)
class Form:
    """One sheet.

    Attributes:
        kind: vision, need, outcome, strategy or step.
        record_id: what is changed; empty for something new and for the vision.
        parent_id: what something new hangs on.
        opened: field to value when the sheet was opened (a day as ISO text).
        values: field to what stands in it now (a day as it was typed).
        first: the same when the sheet was opened.
        errors: field to words; "" for the sheet as a whole.
        seen: field to the newer value that was shown because somebody else wrote meanwhile.
        month: a day of the month that the calendar shows; None while it is folded.
        restored: what was typed before is shown again.
    """

    kind: str
    record_id: str = ""
    parent_id: str = ""
    opened: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    month: date | None = None
    restored: bool = False

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells this sheet from others."""
        return (self.kind, self.record_id, self.parent_id)

    @property
    def is_new(self) -> bool:
        """Something is added by it."""
        return self.kind != "vision" and not self.record_id

    def with_value(self, name: str, value: str) -> Form:
        """The same with another value in a field; its error goes."""
        errors = {one: words for one, words in self.errors.items() if one not in (name, "")}
        return replace(self, values={**self.values, name: value}, errors=errors)


class Moved(Exception):
    """Somebody else changed a field while it was being written. Holds (field, newer value)."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(name)
        self.name = name
        self.value = value


def find(plan: PlanView, kind: str, record_id: str) -> Item | None:
    """What a sheet changes, as it is now."""
    if kind == "vision":
        return plan
    outcomes = [one for need in plan.needs for one in need.outcomes]
    strategies = [one for outcome in outcomes for one in outcome.strategies]
    if kind == "need":
        return next((one for one in plan.needs if one.need_id == record_id), None)
    if kind == "outcome":
        return next((one for one in outcomes if one.outcome_id == record_id), None)
    if kind == "strategy":
        return next((one for one in strategies if one.strategy_id == record_id), None)
    steps = [step for strategy in strategies for step in strategy.steps]
    return next((one for one in steps if one.step_id == record_id), None)


def parent_of(plan: PlanView, kind: str, record_id: str) -> str:
    """The id of what a record hangs on; empty for needs and the vision."""
    for need in plan.needs:
        for outcome in need.outcomes:
            if kind == "outcome" and outcome.outcome_id == record_id:
                return need.need_id
            for strategy in outcome.strategies:
                if kind == "strategy" and strategy.strategy_id == record_id:
                    return outcome.outcome_id
                if kind == "step" and any(one.step_id == record_id for one in strategy.steps):
                    return strategy.strategy_id
    return ""


def values_of(kind: str, item: Item | None) -> dict[str, str]:
    """Field to value of a record as it is now; of a new one when item is None."""
    if item is None:
        return {name: STARTS.get(name, "") for name in FIELDS[kind]}
    if isinstance(item, PlanView):
        return {"text": item.vision, "team_mission": item.team_mission}
    return {name: str(getattr(item, name)) for name in FIELDS[kind]}


def day_words(language: str, iso: str, today: date) -> str:
    """A day as it stands in the field: words that `read_day` takes."""
    when = day_of(iso)
    if when is None:
        return ""
    words = dates.plain_day(language, when, today)
    if read_day(language, words, today) == when:
        return words
    return dates.plain_day(language, when, date(when.year + 1, 1, 1))


def open_form(
    plan: PlanView, kind: str, record_id: str, parent_id: str, language: str, today: date
) -> Form:
    """A fresh sheet, prefilled with what is known."""
    item = find(plan, kind, record_id) if record_id or kind == "vision" else None
    opened = values_of(kind, item)
    values = dict(opened)
    if "due_on" in values:
        values["due_on"] = day_words(language, values["due_on"], today)
    return Form(
        kind, record_id, parent_id or parent_of(plan, kind, record_id), opened, values, values
    )


def due_of(form: Form, language: str, today: date) -> date | None:
    """The day that stands in the field, if it can be read."""
    return read_day(language, form.values.get("due_on", ""), today)


def changed_fields(form: Form, language: str, today: date) -> dict[str, str]:
    """Field to new value of what the person changed. Raises InvalidInput for a day nobody can read."""
    changed: dict[str, str] = {}
    for name in FIELDS[form.kind]:
        value = form.values[name]
        if name == "due_on" and value.strip():
            if value == day_words(language, form.opened[name], today):
                continue
            when = read_day(language, value, today)
            if when is None:
                raise InvalidInput("not a day", field="due_on", code="bad_day")
            value = when.isoformat()
        elif name == "due_on":
            value = ""
        if form.is_new or value != form.opened[name]:
            changed[name] = value
    return changed


async def save(service: Plan, family_id: str, form: Form, language: str, today: date) -> None:
    """Write what was changed.

    Raises Moved when somebody else changed the same field since the sheet was opened and the
    person has not seen it; InvalidInput for what cannot be kept.
    """
    changed = changed_fields(form, language, today)
    plan = await service.plan(family_id)
    item = find(plan, form.kind, form.record_id) if not form.is_new else None
    if item is None and not form.is_new:
        raise InvalidInput("gone", code="not_in_plan")
    now = values_of(form.kind, item)
    if not form.is_new:
        for name, value in changed.items():
            if now[name] not in (form.opened[name], value, form.seen.get(name)):
                raise Moved(name, now[name])
    values = {**now, **changed}
    text = values.pop(FIELDS[form.kind][0])
    if form.kind == "vision":
        await service.save_vision(family_id, text, values["team_mission"])
    elif form.kind == "need":
        await service.save_need(family_id, text, need_id=form.record_id, **values)
    elif form.kind == "outcome":
        await service.save_outcome(
            family_id, form.parent_id, text, outcome_id=form.record_id, **values
        )
    elif form.kind == "strategy":
        await service.save_strategy(
            family_id, form.parent_id, text, strategy_id=form.record_id, **values
        )
    else:
        await service.save_step(family_id, form.parent_id, text, step_id=form.record_id, **values)
