"""The crisis card in the family's hands: what those present may see of it, and the public numbers."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.crisis import with_originals
from app.views.screens.crisis.card import CardLook, columns_for, crisis_card
from app.views.screens.crisis.numbers import number_strip
from app.views.screens.table.look import HeadActs, head, inset, page_of
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import FamilyPage


def crisis_page(
    ui: Ui,
    page: FamilyPage,
    acts: HeadActs,
    back: Act,
    call: Callable[[str], None],
    message: Callable[[str], None],
    whose: str = "table",
) -> ft.Control:
    """The whole page. whose: see `head`."""
    originals = {gap.item_id: gap.text for gap in page.gaps if gap.field == "text"}
    lines, others = with_originals(page.crisis, originals)
    width = ui.layout.width - 2 * inset(ui)
    body: list[ft.Control] = []
    if lines:
        body.append(
            crisis_card(ui, CardLook(lines, others), call, columns=columns_for(ui, width))
        )
    else:
        body.append(text(ui, ui.say("crisis.table_no_plan"), ui.type.body_l, SOFT))
    foot = ft.Container(
        number_strip(ui, call, message),
        padding=ft.Padding.symmetric(vertical=14),
    )
    top = head(ui, ui.say("table.crisis"), "", acts, back=back, whose=whose)
    return page_of(ui, top, body, foot, "table.crisis_page")
