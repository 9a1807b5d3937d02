"""The Plan tab as a function of the plan: vision, tree, and how the steps stand.

Pure. Only what is built is shown, and a number only with its words. Follows the family-plan picture
of design page 06 and its "Layout".
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.services.plan import PlanView
from app.views.screens.plan.tree import TreeActs, TreeLook, conflict_chip, needs_tree
from app.views.screens.plan.wording import is_empty, steps_of
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, icon_button, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act
from app.views.widgets.states import empty_state, wide_act
from app.views.widgets.text import SOFT, text, words
from app.views.widgets.ui import Ui

SIDE = 252
_GAP = 28
_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class PageActs:
    """What can be done on the tab."""

    tree: TreeActs
    vision: Act
    settle_vision: Act
    add_need: Act
    change: Act


@dataclass(frozen=True)
class PageLook:
    """What the tab shows. trouble: what could not be done, in words."""

    plan: PlanView
    tree: TreeLook
    trouble: str = ""


def plan_page(ui: Ui, look: PageLook, acts: PageActs) -> ft.Control:
    """The whole tab."""
    if is_empty(look.plan) and not look.plan.vision_conflict:
        return empty_state(
            ui, ui.say("plan.empty"), ui.say("plan.empty_do"), key="plan.write_vision",
            act=ui.say("plan.write_vision"), on_act=acts.vision,
        )  # fmt: skip
    changing = look.tree.changing
    main = _main(ui, look, acts)
    foot = ui.layout.narrow and ui.scale < _LARGE_TEXT
    label = ui.say("plan.change_done" if changing else "plan.change")
    symbol = ft.Icons.CHECK if changing else ft.Icons.EDIT_OUTLINED
    facts = _facts(ui, look)
    side: list[ft.Control] = [facts] if facts is not None else []
    if not foot:
        change = filled(
            ui, label, acts.change, key="plan.change", symbol=symbol, fill=ui.layout.wide
        )
        side.append(change if ui.layout.wide else ft.Row([change], wrap=True))
    beside = ft.Column(
        side, spacing=22, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    body: ft.Control
    if ui.layout.wide:
        body = ft.Row(
            [
                ft.Container(main, expand=True),
                ft.Container(beside, width=ui.grow(SIDE), padding=ft.Padding.only(top=8)),
            ],
            spacing=_GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    else:
        body = ft.Column(
            [main, beside],
            spacing=28,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    scrolled = ft.Column(
        [body, ft.Container(height=28)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key="plan.scroll",
    )
    if not foot:
        return scrolled
    return ft.Column(
        [
            scrolled,
            ft.Container(
                wide_act(ui, label, acts.change, key="plan.change"),
                padding=ft.Padding.only(bottom=12),
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _main(ui: Ui, look: PageLook, acts: PageActs) -> ft.Control:
    parts: list[ft.Control] = []
    if look.trouble:
        parts.append(note_line(ui, look.trouble, error=True, key="plan.problem"))
    parts.append(_vision(ui, look.plan, acts))
    needs = needs_tree(ui, look.plan.needs, look.tree, acts.tree)
    if not needs:
        parts.append(text(ui, ui.say("plan.no_needs"), ui.type.body, SOFT))
    parts += needs
    if look.tree.changing or not needs:
        parts.append(
            ft.Row(
                [
                    quiet(
                        ui, ui.say("plan.add.need"), acts.add_need, key="plan.add_need",
                        symbol=ft.Icons.ADD,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    return ft.Column(
        parts,
        spacing=22,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _vision(ui: Ui, plan: PlanView, acts: PageActs) -> ft.Control:
    """The family's words on the tint, with a pencil that opens them."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    caption = text(ui, ui.say("words.vision"), ui.type.cap, ink, heading=2, expand=True)
    said: list[ft.Control] = [
        words(ui, plan.vision, "words", ink, key="plan.vision_words")
        if plan.vision.strip()
        else text(ui, ui.say("plan.no_vision"), ui.type.body_l, ink)
    ]
    if plan.team_mission.strip():
        said += [
            ft.Container(height=4),
            text(ui, ui.say("plan.mission"), ui.type.cap, ink),
            text(ui, plan.team_mission, ui.type.body, ink, key="plan.mission_words"),
        ]
    if plan.vision_conflict:
        said.append(
            ft.Container(
                conflict_chip(ui, acts.settle_vision, key="plan.conflict.vision"),
                padding=ft.Padding.only(top=6),
            )
        )
    pencil = icon_button(
        ui, ft.Icons.EDIT_OUTLINED,
        ui.say("plan.edit_vision" if plan.vision.strip() else "plan.write_vision"),
        acts.vision, key="plan.vision", color=ink,
    )  # fmt: skip
    inside: ft.Control
    if ui.layout.stacked:
        # The words take the whole width; the pencil shares the line of the caption.
        inside = ft.Column(
            [
                ft.Row([caption, pencil], spacing=8),
                ft.Container(_column(said), padding=ft.Padding.only(right=10, bottom=8)),
            ],
            spacing=0,
            tight=True,
        )
    else:
        inside = ft.Row(
            [
                ft.Container(
                    _column([ft.Row([caption]), *said]),
                    expand=True,
                    padding=ft.Padding.symmetric(vertical=8),
                ),
                pencil,
            ],
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Container(
        inside,
        padding=ft.Padding.only(left=24 if not ui.layout.narrow else 18, right=10, top=10, bottom=10),
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=Radius.SHEET,
        key="plan.vision_panel",
    )


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(parts, spacing=4, tight=True)


def _facts(ui: Ui, look: PageLook) -> ft.Control | None:
    """How the steps stand, in words; nothing while there are none."""
    steps = steps_of(look.plan)
    rows: list[ft.Control] = []
    for name, states, symbol, color in (
        ("done", ("done",), ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.TERTIARY),
        ("open", ("open", "overdue", "no_date"), ft.Icons.RADIO_BUTTON_UNCHECKED,
         ft.Colors.TERTIARY),
        ("late", ("overdue",), ft.Icons.HISTORY, ft.Colors.ERROR),
        ("undated", ("no_date",), ft.Icons.EVENT_OUTLINED, ft.Colors.PRIMARY),
    ):  # fmt: skip
        count = sum(step.state in states for step in steps)
        if count:
            key = f"plan.steps_{name}_one" if count == 1 else f"plan.steps_{name}"
            rows.append(
                fact_line(
                    ui, symbol, ui.say(key, count=count), icon_color=color,
                    key=f"plan.steps_{name}",
                )
            )  # fmt: skip
    if not rows:
        return None
    return ft.Column(
        [text(ui, ui.say("plan.steps"), ui.type.h3, heading=2), *rows],
        spacing=10,
        tight=True,
    )
