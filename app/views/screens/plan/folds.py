"""What a plan stands on, folded to one line each: strengths by person, and the ground rules. Pure.

Strengths are the family's words, so they are set as such; the part of life stands small beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import flet as ft

from app.services.plan import PlanView, StrengthView
from app.views.screens.plan.tree import conflict_chip
from app.views.screens.plan.wording import domain_words
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import icon_button, quiet
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text, words
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class FoldLook:
    """How the folds are shown. open: names of those unfolded; names: id to name of people."""

    open: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    changing: bool = False
    conflicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FoldActs:
    """What can be done in the folds."""

    toggle: Callable[[str], object]
    open: Callable[[str, str], object]
    """(kind, id)"""
    add: Act
    move: Callable[[str, int], object]
    """(strength id, new position)"""
    settle: Callable[[str, str], object]
    rules: Act | None


def folds(ui: Ui, plan: PlanView, look: FoldLook, acts: FoldActs) -> list[ft.Control]:
    """Strengths and ground rules; what is empty shows only while the plan is being changed."""
    parts: list[ft.Control] = []
    if plan.strengths or look.changing or not plan.needs:
        parts.append(_strengths(ui, plan.strengths, look, acts))
    rules = [line.strip() for line in plan.ground_rules.splitlines() if line.strip()]
    if rules:
        parts.append(_rules(ui, rules, look, acts))
    return parts


def by_person(
    strengths: Sequence[StrengthView], names: Mapping[str, str]
) -> list[tuple[str, list[StrengthView]]]:
    """(name, strengths) in the order in which the people first come; "" is the whole family."""
    groups: dict[str, list[StrengthView]] = {}
    for one in strengths:
        groups.setdefault(names.get(one.whose, ""), []).append(one)
    return sorted(groups.items(), key=lambda group: group[0] == "")


def _strengths(
    ui: Ui, strengths: Sequence[StrengthView], look: FoldLook, acts: FoldActs
) -> ft.Control:
    groups = by_person(strengths, look.names)
    family = ui.say("plan.whole_family")
    line = ", ".join(
        ui.say("plan.strengths_of", name=name or family, count=len(held)) for name, held in groups
    )
    inside: list[ft.Control] = []
    for name, held in groups:
        person = text(ui, name or family, ui.type.label, ft.Colors.TERTIARY, heading=3)
        inside.append(ft.Container(person, padding=ft.Padding.only(top=Space.XS)))
        inside += [_strength(ui, one, strengths, look, acts) for one in held]
    inside.append(
        ft.Row(
            [
                quiet(ui, ui.say("plan.add.strength"), acts.add, key="plan.add_strength",
                      symbol=ft.Icons.ADD)
            ],
            wrap=True,
        )
    )  # fmt: skip
    if not strengths:
        return ft.Column(
            [text(ui, ui.say("plan.no_strengths_yet"), ui.type.body, SOFT), inside[-1]],
            spacing=0,
            tight=True,
        )
    return _fold(ui, "strengths", ui.say("plan.strengths"), line, inside, look, acts)


def _strength(
    ui: Ui, one: StrengthView, all_of_them: Sequence[StrengthView], look: FoldLook, acts: FoldActs
) -> ft.Control:
    said: ft.Control = words(ui, one.text, "words_s", quoted=False)
    if one.life_domain:
        domain = text(ui, domain_words(ui, one.life_domain), ui.type.cap, SOFT)
        said = (
            ft.Column([said, domain], spacing=0, tight=True)
            if ui.layout.stacked
            else ft.Row([ft.Container(said, expand=True), domain], spacing=Space.M)
        )
    row: list[ft.Control] = [
        pressable(
            ui,
            said,
            bind(acts.open, "strength", one.strength_id),
            key=f"plan.strength.{one.strength_id}",
            radius=Radius.TICK,
            padding=ft.Padding.symmetric(vertical=11),
            expand=True,
        )
    ]
    if look.changing:
        at = [other.strength_id for other in all_of_them].index(one.strength_id)
        for way, to, symbol, there in (
            ("up", at - 1, ft.Icons.ARROW_UPWARD, at > 0),
            ("down", at + 1, ft.Icons.ARROW_DOWNWARD, at < len(all_of_them) - 1),
        ):
            if there:
                row.append(
                    icon_button(
                        ui, symbol, ui.say(f"plan.move_{way}_name", what=one.text),
                        bind(acts.move, one.strength_id, to), key=f"plan.move_{way}.{one.strength_id}",
                        color=ft.Colors.PRIMARY,
                    )
                )  # fmt: skip
    parts: list[ft.Control] = [ft.Row(row, spacing=4)]
    if one.has_conflict:
        parts.append(
            conflict_chip(
                ui,
                bind(acts.settle, one.strength_id, look.conflicts.get(one.strength_id, "")),
                key=f"plan.conflict.{one.strength_id}",
            )
        )
    return ft.Column(parts, spacing=4, tight=True)


def _rules(ui: Ui, rules: list[str], look: FoldLook, acts: FoldActs) -> ft.Control:
    count = ui.say("plan.rules_one" if len(rules) == 1 else "plan.rules_many", count=len(rules))
    inside: list[ft.Control] = [
        ft.Container(
            ft.Row(
                [
                    text(ui, f"{number}", ui.type.strong, ft.Colors.TERTIARY),
                    words(ui, rule, "words_s", quoted=False, expand=True),
                ],
                spacing=14,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            padding=ft.Padding.symmetric(vertical=Space.XXS),
        )
        for number, rule in enumerate(rules, start=1)
    ]
    if look.changing and acts.rules is not None:
        inside.append(
            ft.Row(
                [
                    quiet(ui, ui.say("plan.edit_rules"), acts.rules, key="plan.edit_rules",
                          symbol=ft.Icons.EDIT_OUTLINED)
                ],
                wrap=True,
            )
        )  # fmt: skip
    return _fold(ui, "rules", ui.say("plan.rules"), count, inside, look, acts)


def _fold(
    ui: Ui, name: str, title: str, line: str, inside: list[ft.Control], look: FoldLook, acts: FoldActs
) -> ft.Control:
    """One line that opens; what is inside stands below it."""
    unfolded = name in look.open
    said: list[ft.Control] = [text(ui, title, ui.type.strong)]
    if not unfolded:
        said.append(text(ui, line, ui.type.body, SOFT, expand=not ui.layout.stacked))
    words_part: ft.Control = (
        ft.Column(said, spacing=0, tight=True, expand=True)
        if ui.layout.stacked
        else ft.Row(said, spacing=Space.S, expand=True)
    )
    symbol = ft.Icons.EXPAND_LESS if unfolded else ft.Icons.EXPAND_MORE
    head = pressable(
        ui,
        ft.Semantics(
            expanded=unfolded,
            content=ft.Row([words_part, icon(ui, symbol, 22, SOFT)], spacing=Space.S),
        ),
        bind(acts.toggle, name),
        key=f"plan.fold.{name}",
        radius=Radius.TICK,
        padding=ft.Padding.symmetric(vertical=12),
    )
    below = [ft.Column(inside, spacing=2, tight=True,
                       horizontal_alignment=ft.CrossAxisAlignment.STRETCH)] if unfolded else []  # fmt: skip
    return ft.Column(
        [head, *below],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
