"""My tablets: everybody sees their own, and may report one that is lost."""

from __future__ import annotations

import flet as ft

from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.staff.frame import frame
from app.views.screens.staff.person import tablet_row
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import use_ui


@component
def MyTablets(_place: Place) -> ft.Control:
    """One's own tablets."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    found = use_query(lambda: tablet.open.staff.my_tablets(), (turn,))
    say, me = ui.say, tablet.open.desk.me
    now = tablet.open.desk.now_ms()
    parts: list[ft.Control] = [text(ui, say("staff.mine_line"), ui.type.body_l)]
    if found.error:
        parts.append(error_state(ui, found.error, key="tablets.failed", act=say("state.try_again"),
                                 on_act=lambda: set_turn(turn + 1)))
    elif found.value is None:
        parts.append(Loading(control="tablets.loading"))
    for number, one in enumerate(found.value or (), 1):
        act = None
        if one.state == "in_use" and not one.here:
            act = outlined(ui, say("staff.report_lost"),
                           bind(nav.go, Place("staff_remove", record_id=me.person, detail=one.device_id)),
                           key=f"tablet.lost.{one.device_id}", small=True)
        parts.append(tablet_row(ui, one, number, now, act))
    parts += [
        text(ui, say("staff.mine_all_lost"), ui.type.body, SOFT),
        ft.Row([outlined(ui, say("staff.change_name"),
                         bind(nav.go, Place("staff_name", record_id=me.person)),
                         key="tablets.name", symbol=ft.Icons.EDIT_OUTLINED)], wrap=True),
    ]
    return frame(ui, nav, say("staff.my_tablets"), parts, key="tablets")
