"""The Plan tab as a function of the plan: vision, what it stands on, the tree, and what stands beside.

Pure. Only what is built is shown, and a number only with its words. Follows the family-plan picture
of design page 06 and its "Layout".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.plan import Adrift, Flag, KeptForm, PlanView
from app.services.versions import SinceMeeting
from app.views.screens.plan.folds import FoldActs, FoldLook, folds
from app.views.screens.plan.side import SideActs, coach_panel, since_panel, steps_panel
from app.views.screens.plan.tree import TreeActs, TreeLook, conflict_chip, needs_tree
from app.views.screens.plan.wording import is_empty
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.states import empty_state, wide_act
from app.views.widgets.text import SOFT, text, words
from app.views.widgets.ui import Ui

SIDE = 252
_GAP = 28
_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class PageActs:
    """What can be done on the tab. meet: None where there is no meeting to start."""

    tree: TreeActs
    folds: FoldActs
    side: SideActs
    vision: Act
    settle_vision: Act
    add_need: Act
    order: Act
    change: Act
    meet: Act | None
    go_on: Callable[[KeptForm], object]
    throw_away: Callable[[KeptForm], object]
    bring_back: Callable[[Adrift], object]
    table: Act | None = None
    """Turn the tablet to the family."""


@dataclass(frozen=True)
class PageLook:
    """What the tab shows.

    trouble: what could not be done, in words. flag: the one thing the coach says. left: forms that
    were not saved.
    """

    plan: PlanView
    tree: TreeLook
    folds: FoldLook
    flag: Flag | None = None
    since: SinceMeeting | None = None
    left: Sequence[KeptForm] = ()
    trouble: str = ""


def plan_page(ui: Ui, look: PageLook, acts: PageActs) -> ft.Control:
    """The whole tab."""
    if is_empty(look.plan) and not look.plan.vision_conflict and not look.left:
        if "vision" not in look.tree.writes:
            return empty_state(ui, ui.say("plan.empty"), "", key="plan.empty")
        return empty_state(
            ui, ui.say("plan.empty"), ui.say("plan.empty_do"), key="plan.write_vision",
            act=ui.say("plan.write_vision"), on_act=acts.vision,
        )  # fmt: skip
    main, beside = _main(ui, look, acts), _beside(ui, look, acts)
    act, label, key = _main_act(ui, look, acts)
    body: ft.Control
    if ui.layout.wide:
        body = ft.Row(
            [
                ft.Container(main, expand=True),
                ft.Container(beside, width=ui.grow(SIDE)),
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
    if not _at_foot(ui):
        return scrolled
    return ft.Column(
        [
            scrolled,
            ft.Container(
                wide_act(ui, label, act, key=key), padding=ft.Padding.only(bottom=Space.S)
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _at_foot(ui: Ui) -> bool:
    return ui.layout.narrow and ui.scale < _LARGE_TEXT


def _main_act(ui: Ui, look: PageLook, acts: PageActs) -> tuple[Act, str, str]:
    """The one filled button: start the meeting; done while the plan is being changed."""
    if look.tree.changing:
        return acts.change, ui.say("plan.change_done"), "plan.change"
    if acts.meet is not None:
        return acts.meet, ui.say("plan.meet"), "plan.meet"
    return acts.change, ui.say("plan.change"), "plan.change"


def _beside(ui: Ui, look: PageLook, acts: PageActs) -> ft.Control:
    parts: list[ft.Control] = []
    if look.flag is not None and not look.tree.changing and "need" in look.tree.writes:
        parts.append(coach_panel(ui, look.flag, acts.side))
    if look.since is not None:
        parts.append(since_panel(ui, look.since, look.tree.today, acts.side))
    else:
        steps = steps_panel(ui, look.plan)
        if steps is not None:
            parts.append(steps)
    act, label, key = _main_act(ui, look, acts)
    if not _at_foot(ui):
        symbol = {"plan.meet": ft.Icons.PLAY_ARROW_OUTLINED}.get(key, ft.Icons.EDIT_OUTLINED)
        if look.tree.changing:
            symbol = ft.Icons.CHECK
        parts.append(_in_line(ui, filled(ui, label, act, key=key, symbol=symbol, fill=ui.layout.wide)))
    if key == "plan.meet" and ui.layout.wide:
        parts.append(
            outlined(ui, ui.say("plan.change"), acts.change, key="plan.change",
                     symbol=ft.Icons.EDIT_OUTLINED, fill=True)
        )  # fmt: skip
        if acts.table is not None:
            parts.append(_turn(ui, acts.table))
    return ft.Column(
        parts, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _turn(ui: Ui, act: Act) -> ft.Control:
    return quiet(
        ui, ui.say("plan.table"), act, key="plan.table", symbol=ft.Icons.TABLE_RESTAURANT_OUTLINED
    )


def _in_line(ui: Ui, button: ft.Control) -> ft.Control:
    return button if ui.layout.wide else ft.Row([button], wrap=True)


def _main(ui: Ui, look: PageLook, acts: PageActs) -> ft.Control:
    parts: list[ft.Control] = []
    if look.trouble:
        parts.append(note_line(ui, look.trouble, error=True, key="plan.problem"))
    parts += [_left(ui, form, acts) for form in look.left]
    parts.append(_vision(ui, look.plan, acts, "vision" in look.tree.writes))
    if not ui.layout.wide and not look.tree.changing and acts.meet is not None:
        parts.append(
            ft.Row(
                [
                    quiet(ui, ui.say("plan.change"), acts.change, key="plan.change",
                          symbol=ft.Icons.EDIT_OUTLINED),
                    *([_turn(ui, acts.table)] if acts.table is not None else []),
                ],
                wrap=True,
            )
        )  # fmt: skip
    folded = folds(ui, look.plan, look.folds, acts.folds)
    if folded:
        parts.append(
            ft.Column(
                folded, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
            )
        )
    needs = needs_tree(ui, look.plan.needs, look.tree, acts.tree)
    if not needs:
        parts.append(text(ui, ui.say("plan.no_needs"), ui.type.body, SOFT))
    whole = "need" in look.tree.writes
    if look.tree.changing and len(needs) > 1 and whole:
        parts.append(
            ft.Row(
                [
                    quiet(ui, ui.say("plan.order"), acts.order, key="plan.order",
                          symbol=ft.Icons.SWAP_VERT)
                ],
                wrap=True,
            )
        )  # fmt: skip
    parts += needs
    if whole and (look.tree.changing or not needs):
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
    parts += _adrift(ui, look.plan, acts) if whole else []
    return ft.Column(
        parts,
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _left(ui: Ui, form: KeptForm, acts: PageActs) -> ft.Control:
    """What was being written when the tablet was locked, closed or stopped."""
    main = "what" if form.kind == "step" else "text"
    said = form.values.get(main, "").strip()
    key = "plan.left" if said else "plan.left_blank"
    return quiet_panel(
        ft.Column(
            [
                text(ui, ui.say(key, what=ui.say(f"plan.edit.{form.kind}"), words=said), ui.type.body),
                ft.Row(
                    [
                        outlined(ui, ui.say("plan.left_go_on"), bind(acts.go_on, form),
                                 key=f"plan.left.go_on.{form.kind}", small=True),
                        quiet(ui, ui.say("plan.left_drop"), bind(acts.throw_away, form),
                              key=f"plan.left.drop.{form.kind}"),
                    ],
                    wrap=True,
                    spacing=4,
                    run_spacing=8,
                ),
            ],
            spacing=8,
            tight=True,
        ),
        key=f"plan.left.{form.kind}",
    )  # fmt: skip


def _adrift(ui: Ui, plan: PlanView, acts: PageActs) -> list[ft.Control]:
    """What somebody wrote below something that was taken off at the same time."""
    if not plan.adrift:
        return []
    rows: list[ft.Control] = [
        text(ui, ui.say("plan.adrift"), ui.type.h3, heading=2),
        text(ui, ui.say("plan.adrift_help"), ui.type.body, SOFT),
    ]
    for one in plan.adrift:
        rows.append(
            ft.Row(
                [
                    text(ui, f"{ui.say(f'words.{one.kind}')}: {one.text}", ui.type.body),
                    quiet(ui, ui.say("plan.bring_back"), bind(acts.bring_back, one),
                          key=f"plan.bring_back.{one.record_id}"),
                ],
                wrap=True,
                spacing=8,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            )
        )  # fmt: skip
    return [ft.Column(rows, spacing=4, tight=True)]


def _vision(ui: Ui, plan: PlanView, acts: PageActs, may: bool) -> ft.Control:
    """The family's words on the tint, with a pencil that opens them for who may write them."""
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
    pencil: ft.Control = icon_button(
        ui, ft.Icons.EDIT_OUTLINED,
        ui.say("plan.edit_vision" if plan.vision.strip() else "plan.write_vision"),
        acts.vision, key="plan.vision", color=ink,
    ) if may else ft.Container(width=0)  # fmt: skip
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
