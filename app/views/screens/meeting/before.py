"""Before a meeting, for the worker alone: when and where, who is asked, and what is settled privately.

Owns the form of a planned meeting. Nothing on it comes to the table but what the youth wants shared.
Follows design page 01, Meeting mode, *Before*.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.meeting_plans import MeetingPlan
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.meeting.before_view import BeforeActs, BeforeLook, before_view
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui


@component
def MeetingBefore(place: Place) -> ft.Control:
    """The form. place.record_id: a planned meeting; empty for a new one."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    nothing: MeetingPlan | None = None
    plan, put, newest = use_newest(nothing)
    nothing_typed: dict[str, str] = {}
    words, put_words, newest_words = use_newest(nothing_typed)
    failed, set_failed = ft.use_state("")
    trouble, set_trouble = ft.use_state(("", ""))
    month: Any
    month, set_month = ft.use_state(None)
    meetings = tablet.open.meetings

    async def load() -> None:
        found = await meetings.plans.form(place.family_id, place.record_id)
        if not found.starts_at_ms:
            today = tablet.open.desk.today()
            found = replace(found, starts_at_ms=0, place=found.place or "home")
            set_month(today)
        else:
            set_month(datetime.fromtimestamp(found.starts_at_ms / 1000).date())
        put(found)

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])

    def tell(error: AppError) -> None:
        field = error.field if isinstance(error, InvalidInput) else ""
        set_trouble((words_for(ui, error), field))

    def change(**values: Any) -> None:
        now = newest()
        if now is not None:
            put(replace(now, **values))
        if trouble[0]:
            set_trouble(("", ""))

    def on_day(day: date) -> None:
        now = newest()
        at = datetime.fromtimestamp(now.starts_at_ms / 1000) if now and now.starts_at_ms else None
        when = datetime(day.year, day.month, day.day, at.hour if at else 16, at.minute if at else 0)
        change(starts_at_ms=int(when.timestamp() * 1000))

    def on_time(hour: int, minute: int) -> None:
        now = newest()
        if now is None:
            return
        at = (
            datetime.fromtimestamp(now.starts_at_ms / 1000)
            if now.starts_at_ms
            else datetime.combine(tablet.open.desk.today(), datetime.min.time())
        )
        change(starts_at_ms=int(at.replace(hour=hour, minute=minute).timestamp() * 1000))

    async def keep() -> str:
        now = newest()
        assert now is not None
        meeting = await meetings.plans.save(now)
        for kind, said in tuple(newest_words().items()):
            if said.strip():
                await meetings.plans.prepare(place.family_id, meeting, kind, said)
                put_words({other: typed for other, typed in newest_words().items() if other != kind})
        return meeting

    async def save() -> None:
        await keep()
        nav.back()

    async def begin() -> None:
        meeting = await keep()
        draft = await meetings.begin(place.family_id, meeting)
        nav.swap(Place("meeting", place.family_id, record_id=draft.meeting_id))

    async def add(kind: str) -> None:
        meeting = await keep()
        fresh = await meetings.plans.form(place.family_id, meeting)
        change(meeting_id=meeting, prepared=fresh.prepared)

    async def share(preparation_id: str, shared: bool) -> None:
        now = newest()
        one = next((p for p in now.prepared if p.preparation_id == preparation_id), None) if now else None
        if now is None or one is None:
            return
        await meetings.plans.prepare(
            place.family_id, now.meeting_id, one.kind, one.text, shared=shared,
            preparation_id=preparation_id,
        )  # fmt: skip
        fresh = await meetings.plans.form(place.family_id, now.meeting_id)
        change(prepared=fresh.prepared)

    async def remove(preparation_id: str) -> None:
        now = newest()
        if now is None:
            return
        await meetings.plans.unprepare(place.family_id, preparation_id)
        fresh = await meetings.plans.form(place.family_id, now.meeting_id)
        change(prepared=fresh.prepared)

    async def cancel() -> None:
        now = newest()
        if now is not None and now.meeting_id:
            await meetings.plans.cancel(place.family_id, now.meeting_id)
        nav.back()

    if failed:
        return error_state(ui, failed, key="before.failed", act=ui.say("nav.back"), on_act=nav.back)
    if plan is None:
        return Loading(control="before.loading")
    return before_view(
        ui,
        BeforeLook(plan, words, tablet.open.desk.today(), month or tablet.open.desk.today(), *trouble),
        BeforeActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            change=change,
            type=lambda kind, value: put_words({**newest_words(), kind: value}),
            day=on_day,
            month=set_month,
            time=on_time,
            add=lambda kind: start(guarded(lambda: add(kind), tell)),
            share=lambda one, on: start(guarded(lambda: share(one, on), tell)),
            remove=lambda one: start(guarded(lambda: remove(one), tell)),
            save=guarded(save, tell),
            begin=guarded(begin, tell),
            cancel=guarded(cancel, tell),
        ),
    )
