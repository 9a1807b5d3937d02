"""Taking somebody, or one tablet, out of the agency: what will happen, in plain words, and one act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.staff_views import Colleague
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.staff.frame import frame, main_act, points
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.wording import name_of, tablet_name
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.states import Loading, progress
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui

WHY_PERSON = ("left", "other")
WHY_DEVICE = ("lost", "replaced", "returned")
_SYMBOLS = {
    "server": ft.Icons.CLOUD_OFF_OUTLINED,
    "wipe": ft.Icons.TABLET_ANDROID,
    "wipe_lost": ft.Icons.TABLET_ANDROID,
    "kept": ft.Icons.HISTORY_EDU,
    "late": ft.Icons.INBOX_OUTLINED,
    "late_lost": ft.Icons.INBOX_OUTLINED,
    "keys": ft.Icons.KEY_OUTLINED,
    "final": ft.Icons.LOCK_OUTLINE,
    "final_device": ft.Icons.LOCK_OUTLINE,
    "paper": ft.Icons.PRINT_OUTLINED,
}


@dataclass(frozen=True)
class RemoveForm:
    """Why; "" while nobody has chosen."""

    reason: str = ""
    error: str = ""
    busy: bool = False


def what_happens(device: bool, lost: bool) -> tuple[str, ...]:
    """Codes of the sentences that say what a removal does, in their order."""
    return (
        "server",
        "wipe_lost" if lost else "wipe",
        "kept",
        "late_lost" if lost else "late",
        "keys",
        "paper",
        "final_device" if device else "final",
    )


def remove_parts(
    ui: Ui, who: str, form: RemoveForm, reasons: tuple[str, ...], device: bool, *,
    change: Any, on_go: Any, on_leave: Any,
) -> list[ft.Control]:
    """Why, what will happen, and the act."""
    say = ui.say
    chosen = form.reason or reasons[0]
    lost = chosen == "lost"
    parts: list[ft.Control] = []
    if len(reasons) > 1:
        parts += [
            text(ui, say("removal.why_device" if device else "removal.why"), ui.type.label),
            choice_chips(ui, [Choice(one, say(f"removal.reason.{one}")) for one in reasons], chosen,
                         lambda reason: change(reason=reason), key="remove.reason"),
        ]
    facts = [
        fact_line(ui, _SYMBOLS[code], say(f"removal.will.{code}", name=who))
        for code in what_happens(device, lost)
    ]
    parts += [
        text(ui, say("removal.what_happens"), ui.type.h2, heading=2),
        sheet(points(ui, facts), key="remove.facts"),
        text(ui, say("removal.needs_network"), ui.type.body),
    ]
    if form.error:
        parts.append(note_line(ui, form.error, error=True, key="remove.error"))
    if form.busy:
        parts.append(progress(ui, say("removal.working"), None, key="remove.progress"))
    go = say("removal.go_lost" if lost and device else "removal.go_device" if device else "removal.go",
             name=who)
    return [
        *parts,
        main_act(ui, go, on_go, key="remove.go", off=form.busy),
        ft.Row([quiet(ui, say("removal.leave"), on_leave, key="remove.leave", disabled=form.busy)],
               wrap=True),
    ]


@component
def RemovePlace(place: Place) -> ft.Control:
    """Take out a person (record_id), or one tablet of theirs (detail)."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(RemoveForm())
    person_id, device_id = place.record_id, place.detail
    mine = person_id == tablet.open.desk.me.person
    found = use_query(lambda: tablet.open.staff.person(person_id), (person_id,), types=TYPES)
    reasons: tuple[str, ...] = (("lost",) if mine else WHY_DEVICE) if device_id else WHY_PERSON

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def go() -> None:
        chosen = newest()
        if chosen.busy:
            return
        change(busy=True)
        reason = chosen.reason or reasons[0]
        if device_id:
            await tablet.open.removal.remove_device(device_id, reason == "lost", reason)
        else:
            await tablet.open.removal.remove_person(person_id, reason)
        nav.swap(Place("removal", record_id=person_id, detail=device_id))

    one = found.value
    if one is None:
        parts: list[ft.Control] = [
            note_line(ui, found.error, error=True, key="remove.failed") if found.error
            else Loading(control="remove.loading")
        ]
    else:
        parts = remove_parts(ui, _who(ui, one, device_id), form, reasons, bool(device_id),
                             change=change, on_go=guarded(go, tell), on_leave=nav.back)
    title = ui.say("removal.title_device" if device_id else "removal.title")
    return frame(ui, nav, title, parts, key="remove", line=name_of(ui, one) if one else None)


def _who(ui: Ui, one: Colleague, device_id: str) -> str:
    for number, tab in enumerate(one.tablets, 1):
        if tab.device_id == device_id:
            return tablet_name(ui, tab, number)
    return name_of(ui, one)
