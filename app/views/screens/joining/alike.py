"""The lines above the list of families that tell of two which may be one."""

from __future__ import annotations

import flet as ft

from app.services.joining import Proposal
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon
from app.views.widgets.ui import use_ui

_MARK = 26
_WATCHED = frozenset({"family", "person", "family_link"})


@component
def AlikeLines() -> ft.Control:
    """One line for each pair; nothing where no two families are alike."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    asked = use_query(lambda: tablet.open.joining.proposals(), (), types=_WATCHED)

    def go(pair: Proposal) -> None:
        nav.go(Place("same_family", pair.keep.family_id, record_id=pair.other.family_id))

    pairs = asked.value or ()
    lines = ft.Column(
        [
            list_row(
                ui, ui.say("joining.alike", name=pair.keep.name), bind(go, pair),
                key=f"families.alike.{pair.other.family_id}",
                lead=icon(ui, ft.Icons.JOIN_INNER, _MARK, SOFT), lead_size=_MARK,
                line=ui.say("joining.alike_line"), chevron=True,
            )
            for pair in pairs
        ],
        spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return ft.Container(lines, padding=ft.Padding.only(bottom=Space.M if pairs else 0))
