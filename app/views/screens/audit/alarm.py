"""The alarm of the sync centre: something is missing from the record of a family, or of the agency."""

from __future__ import annotations

import flet as ft

from app.services.audit_lines import Alarm
from app.views.hooks import use_query, use_tablet
from app.views.screens.audit.view import alarm_panel
from app.views.widgets.boundary import component
from app.views.widgets.ui import use_ui


@component
def AuditAlarm() -> ft.Control:
    """Nothing, as long as nothing is missing. Asked anew whenever something has come in."""
    ui = use_ui()
    tablet = use_tablet()

    async def read() -> tuple[tuple[Alarm, ...], dict[str, str]]:
        alarms = await tablet.open.audit.lines.missing()
        if not alarms:
            return (), {}
        return alarms, {row.family_id: row.title for row in await tablet.open.casebook.families()}

    asked = use_query(read, ())
    alarms, families = asked.value or ((), {})
    return ft.Column(alarm_panel(ui, alarms, families, key="sync_centre.audit"), tight=True)
