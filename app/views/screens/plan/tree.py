"""The plan as a tree: needs with their numbers, and the thread down to the action steps.

Pure. The kit draws each level; this module adds what hangs on it: a mark for two versions, how a
need or an outcome stands, and, while the plan is being changed, the acts of each level. Follows the
family-plan picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.plan import NeedView, OutcomeView, StepView, StrategyView
from app.services.plan_fields import KINDS
from app.views.screens.plan.wording import (
    kind_shape,
    kind_words,
    measure_dots,
    measure_words,
    need_status_words,
    outcome_status_words,
    owner_words,
    step_state,
    step_when,
)
from app.views.theme.tokens import Radius
from app.views.widgets import thread
from app.views.widgets.buttons import quiet
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.thread import Branch
from app.views.widgets.ui import Ui
from app.wraparound.labels import is_restricted
from app.wraparound.vocabulary import LABELS

_LINE = 2
_BRANCH_LINE = 10
_NEED_LINE = 13
_NEED_INDENT = 39
_DISC = 28
_ACT_ELBOW = 23


@dataclass(frozen=True)
class TreeActs:
    """What can be done on the tree. Kinds: need, outcome, strategy, step; ids as in the records."""

    open: Callable[[str, str], object]
    """(kind, id): its sheet while the plan is being changed, otherwise what is known of it"""
    add: Callable[[str, str], object]
    """(kind, id of the parent)"""
    tick: Callable[[str, bool], object]
    """(step id, done)"""
    move: Callable[[str, bool], object]
    """(need id, up)"""
    settle: Callable[[str, str], object]
    """(record id, field)"""
    options: Callable[[str], object]
    """(outcome id): what the team thought of and has not chosen"""


@dataclass(frozen=True)
class TreeLook:
    """How the tree is shown.

    Attributes:
        today: the day on the wall.
        changing: acts of every level are shown.
        conflicts: record id to the field that has two versions.
        writes: kinds that this person may write; what adds or moves others is left out.
    """

    today: date
    changing: bool
    conflicts: Mapping[str, str]
    writes: frozenset[str] = frozenset(KINDS)


def needs_tree(
    ui: Ui, needs: Sequence[NeedView], look: TreeLook, acts: TreeActs
) -> list[ft.Control]:
    """All needs, each with everything that hangs on it."""
    return [_need(ui, need, len(needs), look, acts) for need in needs]


def conflict_chip(ui: Ui, on_open: Act, *, key: str) -> ft.Control:
    """The tinted "Two versions. Keep which?"; opens the place where one decides."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    return ft.Row(
        [
            pressable(
                ui,
                ft.Row(
                    [
                        icon(ui, ft.Icons.CALL_SPLIT, 20, ink),
                        text(ui, ui.say("sync.conflict"), ui.type.chip, ink, loose=True),
                    ],
                    spacing=8,
                    tight=True,
                ),
                on_open,
                key=key,
                radius=Radius.ROUND,
                padding=ft.Padding.symmetric(horizontal=16, vertical=14),
                bgcolor=ft.Colors.PRIMARY_CONTAINER,
                side=ft.BorderSide(1, ft.Colors.PRIMARY),
            )
        ],
        wrap=True,
    )


def _status(ui: Ui, words: str, symbol: ft.IconData, key: str, why: str = "") -> ft.Control:
    said: list[ft.Control] = [text(ui, words, ui.type.chip, ft.Colors.TERTIARY)]
    if why.strip():
        said.append(text(ui, why, ui.type.body, SOFT))
    return ft.Row(
        [
            icon(ui, symbol, 20, ft.Colors.TERTIARY),
            ft.Column(said, spacing=0, tight=True, expand=True),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
        key=key,
    )


def _status_symbol(status: str) -> ft.IconData:
    if status == "set_aside":
        return ft.Icons.INVENTORY_2_OUTLINED
    return ft.Icons.CHECK_CIRCLE_OUTLINE


def _carried(
    ui: Ui, content: ft.Control, line_at: float, top: float = 0, going_on: bool = True
) -> ft.Control:
    """Content that the parent's line runs past on its way to the children."""
    lines = (
        [
            ft.Container(
                bgcolor=ft.Colors.TERTIARY, width=_LINE, left=ui.grow(line_at), top=ui.grow(top),
                bottom=0,
            )
        ]
        if going_on
        else []
    )  # fmt: skip
    return ft.Stack([ft.Row([ft.Container(content, expand=True)]), *lines])


def _extras(ui: Ui, parts: Sequence[ft.Control], indent: float) -> ft.Control:
    return ft.Container(
        ft.Column(list(parts), spacing=6, tight=True),
        padding=ft.Padding.only(left=ui.grow(indent), top=6, bottom=4),
    )


def _add(ui: Ui, what: str, parent_id: str, acts: TreeActs) -> Branch:
    """The act that adds a child, hanging on the thread where the child will hang."""
    button = ft.Row(
        [
            quiet(
                ui, ui.say(f"plan.add.{what}"), bind(acts.add, what, parent_id),
                key=f"plan.add_{what}.{parent_id}", symbol=ft.Icons.ADD,
            )
        ],
        wrap=True,
    )  # fmt: skip
    return Branch(ft.Container(button, margin=ft.Margin.only(left=-4)), elbow=_ACT_ELBOW)


def _conflict(ui: Ui, record_id: str, has: bool, look: TreeLook, acts: TreeActs) -> list[ft.Control]:
    if not has:
        return []
    return [
        conflict_chip(
            ui,
            bind(acts.settle, record_id, look.conflicts.get(record_id, "")),
            key=f"plan.conflict.{record_id}",
        )
    ]


def _locked(ui: Ui, label: str, record_id: str) -> list[ft.Control]:
    """A quiet lock and words on what only some of the team may read."""
    if not is_restricted(label):
        return []
    words = ui.say("label.locked", label=ui.say(f"note.label.{label}") if label in LABELS else label)
    return [fact_line(ui, ft.Icons.LOCK_OUTLINE, words, soft=True, key=f"plan.locked.{record_id}")]


def _need(ui: Ui, need: NeedView, count: int, look: TreeLook, acts: TreeActs) -> ft.Control:
    children = [_outcome(ui, one, look, acts) for one in need.outcomes]
    if "outcome" in look.writes and (look.changing or not children):
        children.append(_add(ui, "outcome", need.need_id, acts))
    head = thread.need(
        ui, need.number, need.text, on_open=bind(acts.open, "need", need.need_id),
        key=f"plan.need.{need.need_id}",
    )  # fmt: skip
    parts: list[ft.Control] = [_carried(ui, head, _NEED_LINE, _DISC)]
    extras = _conflict(ui, need.need_id, need.has_conflict, look, acts)
    if need.status != "open":
        extras.append(
            _status(
                ui, need_status_words(ui, need.status), _status_symbol(need.status),
                f"plan.need_status.{need.need_id}", need.status_reason,
            )
        )  # fmt: skip
    extras += _locked(ui, need.label, need.need_id)
    if look.changing and count > 1 and "need" in look.writes:
        extras.append(_moves(ui, need, count, acts))
    if extras:
        parts.append(_carried(ui, _extras(ui, extras, 42), _NEED_LINE))
    parts.append(thread.branches(ui, children, line_at=_NEED_LINE, indent=_NEED_INDENT, gap=12))
    return ft.Column(
        parts,
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"plan.needs.{need.need_id}",
    )


def _moves(ui: Ui, need: NeedView, count: int, acts: TreeActs) -> ft.Control:
    buttons = [
        quiet(
            ui, ui.say(f"plan.move_{way}"), bind(acts.move, need.need_id, way == "up"),
            key=f"plan.move_{way}.{need.need_id}", symbol=symbol,
        )
        for way, symbol, there in (
            ("up", ft.Icons.ARROW_UPWARD, need.number > 1),
            ("down", ft.Icons.ARROW_DOWNWARD, need.number < count),
        )
        if there
    ]  # fmt: skip
    return ft.Row(buttons, wrap=True, spacing=8, run_spacing=0)


def _outcome(ui: Ui, outcome: OutcomeView, look: TreeLook, acts: TreeActs) -> Branch:
    children = [_strategy(ui, one, look, acts) for one in outcome.strategies if one.chosen]
    ideas = sum(not one.chosen for one in outcome.strategies)
    bare = not children and not ideas
    if "strategy" in look.writes and (look.changing or bare):
        children.append(_add(ui, "strategy", outcome.outcome_id, acts))
    if "strategy" in look.writes and (look.changing or bare or ideas):
        children.append(_options(ui, outcome.outcome_id, ideas, acts))
    dots = measure_dots(outcome)
    head = thread.outcome(
        ui, outcome.text, now=dots[0] if dots else None, of=dots[1] if dots else 1,
        measure=measure_words(ui, outcome), on_open=bind(acts.open, "outcome", outcome.outcome_id),
        key=f"plan.outcome.{outcome.outcome_id}",
    )  # fmt: skip
    parts: list[ft.Control] = [head.content]
    extras = _conflict(ui, outcome.outcome_id, outcome.has_conflict, look, acts)
    if outcome.status != "open":
        extras.append(
            _status(
                ui, outcome_status_words(ui, outcome.status), _status_symbol(outcome.status),
                f"plan.outcome_status.{outcome.outcome_id}",
            )
        )  # fmt: skip
    extras += _locked(ui, outcome.label, outcome.outcome_id)
    if extras:
        parts.append(_carried(ui, _extras(ui, extras, 34), _BRANCH_LINE))
    parts.append(thread.branches(ui, children, gap=12))
    return Branch(_stack(parts), elbow=head.elbow)


def _options(ui: Ui, outcome_id: str, ideas: int, acts: TreeActs) -> Branch:
    """The way to what the team thought of."""
    words = ui.say("plan.options_open")
    if ideas:
        words = ui.say("plan.options_one" if ideas == 1 else "plan.options_many", count=ideas)
    button = ft.Row(
        [
            quiet(
                ui, words, bind(acts.options, outcome_id), key=f"plan.options.{outcome_id}",
                symbol=ft.Icons.TIPS_AND_UPDATES_OUTLINED,
            )
        ],
        wrap=True,
    )  # fmt: skip
    return Branch(ft.Container(button, margin=ft.Margin.only(left=-4)), elbow=_ACT_ELBOW)


def _strategy(ui: Ui, strategy: StrategyView, look: TreeLook, acts: TreeActs) -> Branch:
    children = [one for step in strategy.steps for one in _step(ui, step, look, acts)]
    if "step" in look.writes and (look.changing or not children):
        children.append(_add(ui, "step", strategy.strategy_id, acts))
    head = thread.strategy(
        ui, strategy.text, kind=kind_shape(strategy),
        who=strategy.kind_words or kind_words(ui, strategy.kind),
        on_open=bind(acts.open, "strategy", strategy.strategy_id),
        key=f"plan.strategy.{strategy.strategy_id}",
    )  # fmt: skip
    parts: list[ft.Control] = [head.content]
    extras = _conflict(ui, strategy.strategy_id, strategy.has_conflict, look, acts)
    if strategy.status != "open":
        extras.append(
            _status(
                ui, ui.say("plan.strategy_status.set_aside"), _status_symbol(strategy.status),
                f"plan.strategy_status.{strategy.strategy_id}", strategy.status_reason,
            )
        )  # fmt: skip
    extras += _locked(ui, strategy.label, strategy.strategy_id)
    if extras:
        parts.append(_carried(ui, _extras(ui, extras, 34), _BRANCH_LINE))
    parts.append(thread.branches(ui, children, gap=0))
    return Branch(_stack(parts), elbow=head.elbow)


def _step(ui: Ui, step: StepView, look: TreeLook, acts: TreeActs) -> list[Branch]:
    branch = thread.step(
        ui, step.what, owner_words(ui, step), step_when(ui, step, look.today), step_state(step),
        None if step.state == "dropped" else bind_tick(acts, step.step_id),
        key=f"plan.step.{step.step_id}",
        on_open=bind(acts.open, "step", step.step_id),
    )  # fmt: skip
    chip = _conflict(ui, step.step_id, step.has_conflict, look, acts)
    chip += _locked(ui, step.label, step.step_id)
    if not chip:
        return [branch]
    return [Branch(_stack([branch.content, _extras(ui, chip, 42)]), elbow=branch.elbow)]


def bind_tick(acts: TreeActs, step_id: str) -> Callable[[bool], object]:
    """The tick of one step."""
    return lambda done: acts.tick(step_id, done)


def _stack(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        parts, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
