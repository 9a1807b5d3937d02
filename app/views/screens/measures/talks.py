"""What only a worker sees beside the measures: talks in private that are held. Folded until asked for.

The line that opens it looks the same whether something is held or not: a family may be looking.
"""

from __future__ import annotations

import flet as ft

from app.services.private_talks import TalkView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

TYPES = frozenset({"private_talk"})


@component
def WorkerTalks(family_id: str) -> ft.Control:
    """Worker details of the measures of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    shown, show = ft.use_state(False)
    tries, set_tries = ft.use_state(0)
    answer = use_query(
        lambda: tablet.open.private_talks.of_family(family_id), (family_id, tries), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    fold = quiet(
        ui, ui.say("talk.details"), lambda: show(not shown), key="talks.details",
        symbol=ft.Icons.EXPAND_LESS if shown else ft.Icons.EXPAND_MORE, ink=True,
    )  # fmt: skip
    parts: list[ft.Control] = [ft.Row([fold], wrap=True)]
    if shown:
        # What could not be read is not "nothing": somebody may be waiting to be heard.
        rows = (
            waiting(ui, answer, "talks", lambda: set_tries(lambda now: now + 1))
            if answer.value is None
            else talks_view(
                ui, answer.value, tablet.open.desk.now_ms(),
                lambda talk: nav.go(Place("private_talk", family_id, record_id=talk)),
            )
        )  # fmt: skip
        parts.append(quiet_panel(rows, key="talks.panel"))
    return ft.Column(parts, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


@component
def HeldTalks(family_id: str) -> ft.Control:
    """The held talks of one family, for Worker details of its home; nothing when none is held."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    answer = use_query(
        lambda: tablet.open.private_talks.of_family(family_id), (family_id,), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    if answer.error:
        return note_line(ui, answer.error, error=True, key="talks.failed")
    held = tuple(one for one in answer.value or () if one.held)
    if not held:
        return ft.Container(height=0)
    return talks_view(
        ui, held, tablet.open.desk.now_ms(),
        lambda talk: nav.go(Place("private_talk", family_id, record_id=talk)),
    )  # fmt: skip


def talks_view(ui: Ui, talks: tuple[TalkView, ...], now_ms: int, on_open: object) -> ft.Control:
    """Held talks, each with its button; those that were told in one line."""
    rows: list[ft.Control] = []
    for one in talks:
        if one.held:
            said = ui.say(
                "talk.held", kind=ui.say(f"practice.private.{one.kind}"),
                who=one.whom or ui.say("talk.somebody"),
                moment=dates.moment(ui.language, one.raised_at_ms, now_ms),
            )  # fmt: skip
            rows += [
                fact_line(ui, ft.Icons.PRIVACY_TIP_OUTLINED, said),
                ft.Row(
                    [
                        outlined(
                            ui, ui.say("talk.now"), bind(on_open, one.talk_id) if callable(on_open) else None,
                            key=f"talks.open.{one.talk_id}",
                        )
                    ],
                    wrap=True,
                ),
            ]  # fmt: skip
        else:
            said = ui.say(
                "talk.done", kind=ui.say(f"practice.private.{one.kind}"), whom=one.told_whom,
                moment=dates.moment(ui.language, one.told_at_ms, now_ms),
            )  # fmt: skip
            rows.append(fact_line(ui, ft.Icons.CHECK, said, soft=True))
    if not rows:
        rows.append(text(ui, ui.say("talk.none"), ui.type.body, SOFT, key="talks.none"))
    return ft.Column(rows, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
