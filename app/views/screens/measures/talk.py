"""A talk in private: what the agency does, whom to call, and who was told, and when.

For the worker alone; a line of Today, of Worker details or of the measures' own leads here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flet as ft

from app.errors import InvalidInput
from app.services.contacts_views import ContactView
from app.services.private_talks import TalkView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import use_reach
from app.views.screens.measures.wording import ruled
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import Form, use_record_form
from app.views.screens.notes.clock_words import read_time
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.fields import field
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.rules.measures import Measures

_NOW = "now"


@dataclass(frozen=True)
class ToldDraft:
    """What is written down about the telling. told_at: a time of day as typed, _NOW for when it is opened."""

    told_whom: str = ""
    told_at: str = _NOW
    told_how: str = ""
    shown: ToldDraft | None = None


@component
def PrivateTalkPlace(place: Place) -> ft.Control:
    """place.record_id of place.family_id."""
    nav = use_nav()
    tablet = use_tablet()
    reach = use_reach()
    tries, set_tries = ft.use_state(0)
    opened_at: Any = ft.use_ref(tablet.open.desk.now_ms())
    family_id = place.family_id

    async def ask() -> tuple[tuple[TalkView, ...], Measures]:
        opened = tablet.open
        rules: Measures = await opened.rules.today("measures")
        return await opened.private_talks.of_family(family_id), rules

    answer = use_query(
        ask, (family_id, tries), types=frozenset({"private_talk", "practice_rules"}), family_id=family_id
    )

    async def load() -> ToldDraft:
        return ToldDraft()

    async def save(draft: ToldDraft) -> None:
        now = tablet.open.desk.now_ms()
        at = opened_at.current if draft.told_at == _NOW else moment_of(draft.told_at, now)
        await tablet.open.private_talks.tell(place.record_id, draft.told_whom, draft.told_how, at)

    form = use_record_form("talk", f"talk.{place.record_id}", load, save, nav.back)
    ui = form.ui
    title = ui.say("talk.title")
    if answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "talk", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, title, [part], key="talk")
    talks, rules = answer.value
    talk = next((one for one in talks if one.talk_id == place.record_id), None)
    if talk is None:
        gone = text(ui, ui.say("talk.gone"), ui.type.body, key="talk.gone")
        return frame(ui, nav, family_id, title, [gone], key="talk")
    now_ms = tablet.open.desk.now_ms()
    parts = _protocol(ui, talk, rules, now_ms, lambda name, number: reach.call(name, number, ContactView("")))
    foot: ft.Control | None = None
    if talk.held:
        parts += _form(form, dates.time_of_day(ui.language, opened_at.current))
        foot = form.foot()
    else:
        moment = dates.moment(ui.language, talk.told_at_ms, now_ms)
        told = ui.say("talk.told", whom=talk.told_whom, moment=moment)
        parts.append(fact_line(ui, ft.Icons.CHECK, told, key="talk.told"))
        if talk.told_how:
            parts.append(text(ui, talk.told_how, ui.type.body))
    return frame(ui, nav, family_id, title, parts, key="talk", foot=foot, sticky=True, spacing=18)


def moment_of(typed: str, now_ms: int) -> int:
    """The last time that the clock on the wall showed this. Raises InvalidInput. UTC milliseconds."""
    found = read_time(typed.strip())
    if found is None:
        raise InvalidInput(
            "Write when they were told, not later than now.", field="told_at", code="told_when"
        )
    now = datetime.fromtimestamp(now_ms / 1000)
    at = now.replace(hour=found[0], minute=found[1], second=0, microsecond=0)
    if at > now:
        at -= timedelta(days=1)
    return int(at.timestamp() * 1000)


def _protocol(ui: Ui, talk: TalkView, rules: Measures, now_ms: int, call: Any) -> list[ft.Control]:
    moment = dates.moment(ui.language, talk.raised_at_ms, now_ms)
    kind = ui.say(f"practice.private.{talk.kind}")
    who = talk.whom or ui.say("talk.somebody")
    lines: list[ft.Control] = []
    for at, (name, number) in enumerate(rules.lines):
        said = ruled(ui, name)
        button = outlined(
            ui, ui.say("talk.call", number=number), _bound(call, said, number), key=f"talk.call.{at}",
            symbol=ft.Icons.CALL_OUTLINED,
        )  # fmt: skip
        words = ft.Container(text(ui, said, ui.type.body), expand=not ui.layout.narrow or None)
        lines.append(
            ft.Column([words, button], spacing=6, tight=True)
            if ui.layout.narrow
            else ft.Row([words, button], spacing=12)
        )
    return [
        text(ui, ui.say("talk.about", kind=kind, who=who, moment=moment), ui.type.body, SOFT),
        quiet_panel(text(ui, ruled(ui, rules.protocol), ui.type.body_l)),
        ft.Column(lines, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
    ]


def _bound(call: Any, name: str, number: str) -> Any:
    return lambda: call(name, number)


def _form(form: Form, now: str) -> list[ft.Control]:
    """Whom, when, and what was agreed. now: the time of day that stands there until another is typed."""
    ui, typed = form.ui, form.draft.told_at
    return [
        section_header(ui, ui.say("talk.record")),
        *form.notices(),
        form.line("told_whom", help=ui.say("talk.told_whom_help")),
        field(
            ui, ui.say("talk.told_at"), now if typed == _NOW else typed,
            lambda words: form.write("told_at", words), key="talk.told_at", help=ui.say("talk.told_at_help"),
            error=form.errors.get("told_at") or None, disabled=form.saving,
        ),
        form.line("told_how", lines=3, help=ui.say("talk.told_how_help")),
    ]  # fmt: skip
