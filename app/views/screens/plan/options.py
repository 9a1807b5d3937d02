"""Thinking of ways without judging, then choosing: the options of one outcome, in place of the plan.

Pure. Every idea is written down first; a tick makes it one that the team does. Source: design 01,
Meeting mode; design 02, Four phases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.plan import OutcomeView
from app.views.screens.plan.sheet import framed
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class OptionsActs:
    """What can be done. choose: (strategy id, chosen)."""

    type: Callable[[str], object]
    add: Act
    choose: Callable[[str, bool], object]
    open: Callable[[str], object]
    close: Act


def options_sheet(
    ui: Ui, outcome: OutcomeView, typed: str, trouble: str, acts: OptionsActs
) -> ft.Control:
    """All ways that were thought of for one outcome."""
    parts: list[ft.Control] = [
        text(ui, outcome.text, ui.type.h3),
        text(ui, ui.say("plan.options_help"), ui.type.body, SOFT),
        field(
            ui, ui.say("plan.options_another"), typed, acts.type, key="plan.option", on_submit=acts.add,
            error=trouble or None, autofocus=True,
        ),
        ft.Row(
            [
                outlined(ui, ui.say("plan.options_add"), acts.add, key="plan.option.add", small=True,
                         symbol=ft.Icons.ADD)
            ],
            wrap=True,
        ),
    ]  # fmt: skip
    ways = [one for one in outcome.strategies if one.status == "open"]
    if ways:
        parts.append(
            ft.Column(
                [
                    text(ui, ui.say("plan.options_choose"), ui.type.label, heading=3),
                    *(
                        ft.Row(
                            [
                                tick_row(
                                    ui, one.text, one.chosen, bind_choose(acts, one.strategy_id),
                                    key=f"plan.choose.{one.strategy_id}",
                                    # Who carries an idea is not asked before it is chosen.
                                    line=ui.say("plan.chosen") if one.chosen else None,
                                    expand=True,
                                ),
                                quiet(
                                    ui, ui.say("plan.detail.change"), bind(acts.open, one.strategy_id),
                                    key=f"plan.option.open.{one.strategy_id}",
                                ),
                            ],
                            spacing=4,
                        )
                        for one in ways
                    ),
                ],
                spacing=4,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )  # fmt: skip
    else:
        parts.append(note_line(ui, ui.say("plan.options_none")))
    return framed(
        ui, ui.say("plan.options_title"), parts,
        [outlined(ui, ui.say("plan.options_close"), acts.close, key="plan.options.close")],
        key="plan.options",
    )  # fmt: skip


def bind_choose(acts: OptionsActs, strategy_id: str) -> Callable[[bool], object]:
    """The tick of one way."""
    return lambda chosen: acts.choose(strategy_id, chosen)
