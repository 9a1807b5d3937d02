"""What a sheet of the plan holds while somebody writes in it, and how it is saved.

Pure but for `save`, which calls the service. Only what a person changed is written: everything else
keeps the value it has now, so that a sheet that was open for long cannot put an older text back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from app.errors import InvalidInput
from app.services.plan import (
    KeptForm,
    NeedView,
    OutcomeView,
    Plan,
    PlanView,
    StepView,
    StrategyView,
    StrengthView,
)
from app.views import dates
from app.views.screens.plan.wording import day_of
from app.views.widgets.day_picker import read_day

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "vision": ("text", "team_mission", "ground_rules", "language"),
    "strength": ("text", "whose", "life_domain", "language"),
    "need": ("text", "whose", "life_domain", "status", "status_reason", "language"),
    "outcome": ("text", "measure_kind", "instrument", "baseline", "current", "target", "better",
                "due_on", "status", "language"),
    "strategy": ("text", "kind", "kind_words", "strengths", "provider", "place", "frequency",
                 "starts_on", "ends_on", "principles", "status", "status_reason", "language"),
    "step": ("what", "owner", "owner_id", "due_on", "status", "what_happened", "language"),
}  # fmt: skip
"""Kind of record to the fields of its sheet, in order; the first is the one that must be written."""

STARTS: Final[Mapping[str, str]] = {
    "status": "open", "kind": "natural", "measure_kind": "count", "better": "up",
}  # fmt: skip
"""What stands in a new record where it is not blank."""

DAYS: Final = frozenset({"due_on", "starts_on", "ends_on"})
SETS: Final = frozenset({"strengths", "principles"})
"""Fields that hold several ids or codes, joined by a comma while they stand in the form."""
ASIDE: Final = frozenset({"set_aside", "dropped"})
"""Statuses that take something out of what the team works on."""

Item = PlanView | StrengthView | NeedView | OutcomeView | StrategyView | StepView


@dataclass(frozen=True)
class Form:
    """One sheet.

    Attributes:
        kind: vision, strength, need, outcome, strategy or step.
        record_id: what is changed; empty for something new and for the vision.
        parent_id: what something new hangs on.
        opened: field to value when the sheet was opened (a day as ISO text).
        values: field to what stands in it now (a day as it was typed).
        first: the same when the sheet was opened.
        errors: field to words; "" for the sheet as a whole.
        seen: field to the newer value that was shown because somebody else wrote meanwhile.
        month: the day field whose calendar is unfolded, and a day of the month it shows.
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
    month: tuple[str, date] | None = None
    restored: bool = False

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells this sheet from others."""
        return (self.kind, self.record_id, self.parent_id if not self.record_id else "")

    @property
    def is_new(self) -> bool:
        """Something is added by it."""
        return self.kind != "vision" and not self.record_id

    @property
    def dirty(self) -> bool:
        """Something stands in it that was not there when it was opened."""
        return dict(self.values) != dict(self.first)

    def with_value(self, name: str, value: str) -> Form:
        """The same with another value in a field; its error goes."""
        errors = {one: words for one, words in self.errors.items() if one not in (name, "")}
        return replace(self, values={**self.values, name: value}, errors=errors)

    def kept(self, family_id: str) -> KeptForm:
        """The same as it is sealed on the tablet."""
        kind, record_id, parent_id = self.name
        return KeptForm(
            family_id, kind, record_id, parent_id or self.parent_id, dict(self.values),
            dict(self.opened), dict(self.first),
        )  # fmt: skip


def form_of(kept: KeptForm) -> Form | None:
    """A sealed form; None when its fields are those of another version of the app."""
    names = FIELDS.get(kept.kind, ())
    if not names or any(set(one) != set(names) for one in (kept.values, kept.opened, kept.first)):
        return None
    return Form(
        kept.kind, kept.record_id, kept.parent_id, kept.opened, kept.values, kept.first, restored=True
    )


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
    everything: Mapping[str, Mapping[str, Item]] = {
        "strength": {one.strength_id: one for one in plan.strengths},
        "need": {one.need_id: one for one in plan.needs},
        "outcome": {one.outcome_id: one for one in outcomes},
        "strategy": {one.strategy_id: one for one in strategies},
        "step": {step.step_id: step for way in strategies for step in way.steps},
    }
    return everything[kind].get(record_id)


def parent_of(plan: PlanView, kind: str, record_id: str) -> str:
    """The id of what a record hangs on; empty for needs, strengths and the vision."""
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


def values_of(kind: str, item: Item | None, language: str = "en") -> dict[str, str]:
    """Field to value of a record as it is now; of a new one when item is None."""
    if item is None:
        return {name: language if name == "language" else STARTS.get(name, "") for name in FIELDS[kind]}
    if isinstance(item, PlanView):
        return {
            "text": item.vision, "team_mission": item.team_mission, "ground_rules": item.ground_rules,
            "language": item.language,
        }  # fmt: skip
    found: dict[str, str] = {}
    for name in FIELDS[kind]:
        value = getattr(item, name)
        found[name] = ",".join(value) if name in SETS else str(value)
    return found


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
    opened = values_of(kind, item, plan.words_language)
    values = dict(opened)
    for name in DAYS.intersection(values):
        values[name] = day_words(language, values[name], today)
    return Form(
        kind, record_id, parent_id or parent_of(plan, kind, record_id), opened, values, dict(values)
    )


def changed_fields(form: Form, language: str, today: date) -> dict[str, str]:
    """Field to new value of what the person changed. Raises InvalidInput for a day nobody can read."""
    changed: dict[str, str] = {}
    for name in FIELDS[form.kind]:
        value = form.values[name]
        if name in DAYS:
            if value == day_words(language, form.opened[name], today):
                continue
            value = _iso(name, value, language, today)
        if form.is_new or value != form.opened[name]:
            changed[name] = value
    return changed


def _iso(name: str, typed: str, language: str, today: date) -> str:
    if not typed.strip():
        return ""
    when = read_day(language, typed, today)
    if when is None:
        raise InvalidInput("That is not a day of the calendar.", field=name, code="bad_day")
    return when.isoformat()


async def save(service: Plan, family_id: str, form: Form, language: str, today: date) -> str:
    """Write what was changed. Returns the record's id.

    Raises Moved when somebody else changed the same field since the sheet was opened and the
    person has not seen it; InvalidInput for what cannot be kept.
    """
    changed: dict[str, Any] = dict(changed_fields(form, language, today))
    plan = await service.plan(family_id)
    item = find(plan, form.kind, form.record_id) if not form.is_new else None
    if item is None and not form.is_new:
        raise InvalidInput("This is not in the plan any more.", code="not_in_plan")
    if not form.is_new:
        now = values_of(form.kind, item)
        for name, value in changed.items():
            if now[name] not in (form.opened[name], value, form.seen.get(name)):
                raise Moved(name, now[name])
    main = FIELDS[form.kind][0]
    # The first field goes along, so that a blank one is refused whatever else was changed.
    changed.setdefault(main, form.values[main])
    if not form.is_new and form.values[main] == form.opened[main] and item is not None:
        changed[main] = values_of(form.kind, item)[main]
    for name in SETS.intersection(changed):
        changed[name] = [one for one in changed[name].split(",") if one]
    if form.kind == "step" and changed.get("status") in ("open", "dropped"):
        changed["done_on"] = ""
    elif form.kind == "step" and changed.get("status") == "done":
        changed["done_on"] = today.isoformat()
    if form.is_new and form.parent_id:
        changed[PARENT[form.kind]] = form.parent_id
    return await service.write(family_id, form.kind, changed, form.record_id)


PARENT: Final[Mapping[str, str]] = {
    "outcome": "need_id", "strategy": "outcome_id", "step": "strategy_id",
}  # fmt: skip
"""The field in which something new names what it hangs on."""
