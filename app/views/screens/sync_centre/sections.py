"""The parts of the sync centre below its first sheet: pure, each nothing when there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable

import flet as ft

from app.services.sync_story import Amiss
from app.views.screens.conflict.taking_back import decided
from app.views.screens.sync_centre.opening import place_of
from app.views.screens.sync_centre.values import SyncCentreActs, SyncCentreView
from app.views.screens.sync_centre.wording import (
    amiss_title,
    aside_title,
    aside_why,
    conflict_words,
    counted,
    passed_line,
    record_title,
    size_words,
    waiting_line,
    when,
)
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui

FEW = 4
"""Rows of a kind that are shown before somebody asks for all."""
_MARK = 26


def family_of(ui: Ui, view: SyncCentreView, family_id: str) -> str:
    """A family's name; the agency's own list, or one that is not here, in words."""
    if not family_id:
        return ui.say("sync_centre.agency")
    return view.families.get(family_id) or ui.say("sync_centre.family_unnamed")


def amiss(ui: Ui, view: SyncCentreView, acts: SyncCentreActs) -> list[ft.Control]:
    """What it means, since when, what to do, whom to ask."""
    return [_amiss(ui, view, acts, one) for one in view.amiss]


def _amiss(ui: Ui, view: SyncCentreView, acts: SyncCentreActs, one: Amiss) -> ft.Control:
    say, key = ui.say, f"sync_centre.amiss.{one.kind}.{one.stream}"
    parts: list[ft.Control] = [
        ft.Row(
            [
                icon(ui, ft.Icons.HELP_OUTLINE if one.kind == "missing" else ft.Icons.CALL_SPLIT, _MARK),
                text(ui, amiss_title(ui, one, family_of(ui, view, one.family_id)), ui.type.strong,
                     expand=True),
            ],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        text(ui, say(f"sync_centre.amiss.{one.kind}_then"), ui.type.body),
        text(ui, say("sync_centre.amiss.since", when=when(ui, one.since_ms, view.now_ms)), ui.type.body,
             SOFT),
    ]  # fmt: skip
    if one.kind in ("own_fork", "damaged"):
        words = "understood" if one.kind == "own_fork" else "damaged_read"
        parts.append(ft.Row([outlined(ui, say(f"sync_centre.amiss.{words}"), bind(acts.understood, one),
                                      key=f"{key}.understood", small=True)], wrap=True))  # fmt: skip
    return ft.Container(
        ft.Column(parts, spacing=8, tight=True),
        padding=20,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=Radius.SHEET,
        key=key,
    )


def conflicts(ui: Ui, view: SyncCentreView, acts: SyncCentreActs) -> list[ft.Control]:
    """What has two versions, and what was decided lately."""
    parts: list[ft.Control] = []
    if view.conflicts:
        parts += [section_header(ui, ui.say("sync_centre.conflicts"), large=True),
                  text(ui, ui.say("conflict.nothing_lost"), ui.type.body, SOFT)]  # fmt: skip
    parts += [
        list_row(
            ui, one.family_name or ui.say("sync_centre.agency"), bind(acts.conflict, one),
            key=f"sync_centre.conflict.{one.record_id}.{one.field}",
            lead=icon(ui, ft.Icons.CALL_SPLIT, _MARK, ft.Colors.PRIMARY), lead_size=_MARK,
            line=conflict_words(ui, one), chevron=True,
        )
        for one in view.conflicts
    ]  # fmt: skip
    if view.settled:
        parts.append(section_header(ui, ui.say("sync_centre.settled"), large=True))
    parts += [
        decided(ui, one, view.families.get(one.family_id, ""), view.now_ms, acts.bring_back,
                key=f"sync_centre.settled.{one.record_id}.{one.field}")
        for one in view.settled[:FEW]
    ]  # fmt: skip
    return parts


def only_here(
    ui: Ui, view: SyncCentreView, acts: SyncCentreActs, unfolded: frozenset[str]
) -> list[ft.Control]:
    """What is only on this tablet: each family, and below it each record, which opens."""
    if not view.unsent:
        return []
    parts: list[ft.Control] = [section_header(ui, ui.say("sync_centre.only_here_title"), large=True)]
    for family, count in view.unsent:
        name = family_of(ui, view, family)
        opens = bind(acts.open_family, family) if family else None
        parts.append(
            list_row(ui, name, opens, key=f"sync_centre.unsent.{family or 'agency'}", ruled=False,
                     line=counted(ui, "change", count), tall=64, chevron=opens is not None)
        )  # fmt: skip
        mine = [one for one in view.waiting if one.family_id == family]
        shown = mine if family in unfolded else mine[:FEW]
        rows = [
            list_row(
                ui, record_title(ui, one, view.now_ms),
                bind(acts.open_record, one) if place_of(one.type, family, one.record_id) else None,
                key=f"sync_centre.record.{one.record_id}", line=waiting_line(ui, one, view.now_ms),
                ruled=at < len(shown) - 1, tall=64,
            )
            for at, one in enumerate(shown)
        ]  # fmt: skip
        if len(shown) < len(mine):
            key = f"sync_centre.all.{family or 'agency'}"
            rows.append(_all(ui, acts, family, len(mine) - len(shown), key))
        if rows:
            parts.append(
                ft.Container(
                    ft.Column(rows, spacing=0, tight=True),
                    padding=ft.Padding.only(left=4 if ui.layout.narrow else 12),
                    margin=ft.Margin.only(left=4 if ui.layout.narrow else 12, bottom=8),
                    border=ft.Border.only(left=ft.BorderSide(2, ft.Colors.TERTIARY)),
                )
            )
    return parts


def _all(ui: Ui, acts: SyncCentreActs, part: str, count: int, key: str) -> ft.Control:
    more = quiet(ui, counted(ui, "more", count), bind(acts.more, part), key=key)
    return ft.Row([more], wrap=True)


def set_aside(ui: Ui, view: SyncCentreView, acts: SyncCentreActs, unfolded: bool) -> list[ft.Control]:
    """What came and was not accepted: from whom, when, which family, why, and what can be done."""
    if not view.aside:
        return []
    parts: list[ft.Control] = [
        section_header(ui, ui.say("sync_centre.aside_title"), large=True),
        text(ui, ui.say("sync_centre.aside_line"), ui.type.body, SOFT),
    ]
    shown = view.aside if unfolded else view.aside[:FEW]
    for at, one in enumerate(shown):
        where = family_of(ui, view, one.family_id)
        if one.at_ms:
            where = f"{where} · {when(ui, one.at_ms, view.now_ms)}"
        parts.append(
            ft.Row(
                [
                    icon(ui, ft.Icons.INBOX_OUTLINED if one.by or one.mine else ft.Icons.SHIELD_OUTLINED,
                         _MARK, SOFT),
                    ft.Column(
                        [text(ui, aside_title(ui, one), ui.type.strong), text(ui, where, ui.type.body, SOFT),
                         text(ui, aside_why(ui, one), ui.type.body)],
                        spacing=2,
                        tight=True,
                        expand=True,
                    ),
                ],
                spacing=14,
                vertical_alignment=ft.CrossAxisAlignment.START,
                key=f"sync_centre.aside.{at}",
            )
        )  # fmt: skip
    if len(shown) < len(view.aside):
        parts.append(_all(ui, acts, "aside", len(view.aside) - len(shown), "sync_centre.all.aside"))
    return parts


def passed(ui: Ui, view: SyncCentreView, acts: SyncCentreActs, unfolded: bool) -> list[ft.Control]:
    """What went out and came in last, by family."""
    if not view.passed:
        return []
    shown = view.passed if unfolded else view.passed[:FEW]
    parts: list[ft.Control] = [section_header(ui, ui.say("sync_centre.passed"))]
    for one in shown:
        parts.append(
            ft.Column(
                [text(ui, family_of(ui, view, one.family_id), ui.type.strong),
                 text(ui, passed_line(ui, one, view.now_ms), ui.type.body, SOFT)],
                spacing=1,
                tight=True,
                key=f"sync_centre.passed.{one.family_id or 'agency'}",
            )
        )  # fmt: skip
    if len(shown) < len(view.passed):
        parts.append(_all(ui, acts, "passed", len(view.passed) - len(shown), "sync_centre.all.passed"))
    return parts


def server(ui: Ui, view: SyncCentreView, acts: SyncCentreActs) -> list[ft.Control]:
    """Which server, and the way without one."""
    parts: list[ft.Control] = []
    if view.server_url:
        parts += [
            section_header(ui, ui.say("sync_centre.server")),
            text(ui, view.server_url, ui.type.body, key="sync_centre.address"),
            text(ui, ui.say("sync_centre.sealed"), ui.type.body, SOFT),
        ]
    carry = outlined(ui, ui.say("sync_centre.carry"), acts.carry, key="sync_centre.carry", small=True)
    parts.append(ft.Row([carry], wrap=True))
    return parts


def room(ui: Ui, view: SyncCentreView) -> list[ft.Control]:
    """What the files of this app take, and what is free."""
    held = view.room
    if held is None:
        return []
    lines: Iterable[tuple[str, int | None]] = (
        ("room_records", held.log + held.image), ("room_photos", held.attachments), ("room_free", held.free),
    )  # fmt: skip
    return [
        section_header(ui, ui.say("sync_centre.room")),
        ft.Column(
            [
                text(ui, ui.say(f"sync_centre.{name}", size=size_words(ui, count)), ui.type.body, SOFT)
                for name, count in lines
                if count is not None
            ],
            spacing=2,
            tight=True,
            key="sync_centre.room",
        ),
    ]


def nothing_waits(ui: Ui, view: SyncCentreView) -> list[ft.Control]:
    """What to expect, while there is nothing to do."""
    if view.unsent or view.photos or view.conflicts or view.amiss or not view.server_url:
        return []
    return [
        quiet_panel(
            ft.Column(
                [
                    text(ui, ui.say("sync_centre.empty"), ui.type.words_s),
                    fact_line(ui, ft.Icons.TABLET_ANDROID, ui.say("sync_centre.empty_saved"), soft=True),
                    fact_line(ui, ft.Icons.CLOUD_DONE_OUTLINED, ui.say("sync_centre.empty_sent"), soft=True),
                    fact_line(ui, ft.Icons.CALL_SPLIT, ui.say("sync_centre.empty_two"), soft=True),
                ],
                spacing=10,
                tight=True,
            ),
            key="sync_centre.empty",
        )
    ]
