"""Planning a visit or a call: the family when none was chosen, then when, where, with whom, and why.

Owns the form's state. A time that is over is asked about; another visit at that time is only told.
What was typed stays, whatever goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.casebook import FamilyRow
from app.services.today_views import Going
from app.services.visits import VisitDraft
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.once import use_once
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.screens.visits.editor_view import EditorActs, EditorLook, choose_family, editor_view
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

_FIRST_HOUR = 10


@dataclass(frozen=True)
class HalfPlanned:
    """What of a visit was chosen and typed so far, as it is sealed on this tablet."""

    kind: str
    starts_at_ms: int
    minutes: int
    place: str
    with_whom: tuple[str, ...]
    about: str
    shown: HalfPlanned | None = None

    @classmethod
    def of(cls, draft: VisitDraft) -> HalfPlanned:
        """Of the form as it stands."""
        return cls(draft.kind, draft.starts_at_ms, draft.minutes, draft.place,
                   tuple(sorted(draft.with_whom)), draft.about)  # fmt: skip

    def onto(self, draft: VisitDraft) -> VisitDraft:
        """The form with these in it; nobody in it whom one may not visit any more."""
        whom = frozenset(self.with_whom) & {one.id for one in draft.people}
        return replace(draft, kind=self.kind, starts_at_ms=self.starts_at_ms, minutes=self.minutes,
                       place=self.place, with_whom=whom, about=self.about)  # fmt: skip


@component
def VisitEditorPlace(place: Place) -> ft.Control:
    """The form of a visit; without place.family_id, the families to choose from."""
    return ft.Container(
        _Form(place) if place.family_id else _Families(), expand=True, key=f"visit_editor.{place.family_id}"
    )


@component
def _Families() -> ft.Control:
    """Whom to visit: my families first."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    words, set_words = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    asked = use_query(lambda: tablet.open.casebook.families(), (tries,), types=frozenset({"family"}))
    if asked.value is None or asked.error:
        body = waiting(ui, asked, "visit_family", lambda: set_tries(lambda now: now + 1))
    else:
        me = tablet.open.desk.me.name
        typed = words.strip().casefold()

        def matches(row: FamilyRow) -> bool:
            return row.status == "open" and typed in f"{row.title} {row.with_whom}".casefold()

        rows = sorted(filter(matches, asked.value), key=lambda row: row.lead != me)
        body = choose_family(
            ui, rows, words, set_words, lambda one: nav.swap(Place("visit_editor", one))
        )
    return ft.Column(
        [
            header(ui, ui.say("visits.whom"), key="visit_family", on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover"))),
            body,
        ],
        spacing=18, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


@component
def _Form(place: Place) -> ft.Control:
    """The form. place.record_id: a planned visit; empty for a new one."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    nothing: VisitDraft | None = None
    draft, put, newest = use_newest(nothing)
    failed, set_failed = ft.use_state("")
    trouble, set_trouble = ft.use_state(("", ""))
    clashes_none: tuple[Going, ...] = ()
    clashes, set_clashes = ft.use_state(clashes_none)
    month: Any
    month, set_month = ft.use_state(None)
    past, ask_past = ft.use_state(False)
    restored, set_restored = ft.use_state(False)
    keeper: Any = ft.use_ref(None)
    visits, drafts = tablet.open.visits, tablet.open.form_drafts
    name = f"visit.{place.family_id}.{place.record_id or 'new'}"
    if keeper.current is None:
        keeper.current = FormKeeping(lambda half: drafts.keep(name, half), lambda _error: None)
    use_sealing(tablet, keeper)

    async def load() -> None:
        found = await visits.form(place.family_id, place.record_id)
        half = await drafts.kept(name, HalfPlanned)
        if half is not None:
            set_restored(half != HalfPlanned.of(found))
            found = half.onto(found)
        await show(found)

    async def show(found: VisitDraft) -> None:
        at = _local(found.starts_at_ms)
        set_month(at.date() if at else tablet.open.desk.today())
        put(found)
        set_clashes(await visits.clashes(found))

    def fail(error: AppError) -> None:
        set_failed(words_for(ui, error))

    async def again() -> None:
        set_failed("")
        await load()

    ft.use_effect(guarded(load, fail), [])

    async def fresh() -> None:
        await keeper.current.forget()
        await drafts.drop(name)
        set_restored(False)
        set_trouble(("", ""))
        await show(await visits.form(place.family_id, place.record_id))

    def tell(error: AppError) -> None:
        if error.code == "visit_past":
            ask_past(True)
            return
        field = error.field if isinstance(error, InvalidInput) else ""
        set_trouble((words_for(ui, error), field))

    async def look_for_clashes() -> None:
        now = newest()
        if now is not None:
            set_clashes(await visits.clashes(now))

    def change(**values: Any) -> None:
        now = newest()
        if now is None:
            return
        after = replace(now, **values)
        put(after)
        keeper.current.later(HalfPlanned.of(after))
        if trouble[0]:
            set_trouble(("", ""))
        if values.keys() & {"starts_at_ms", "minutes"}:
            start(guarded(look_for_clashes, tell))

    def on_day(day: date) -> None:
        now = newest()
        at = _local(now.starts_at_ms) if now else None
        when = datetime(day.year, day.month, day.day, at.hour if at else _FIRST_HOUR, at.minute if at else 0)
        change(starts_at_ms=int(when.timestamp() * 1000))

    def on_time(hour: int, minute: int) -> None:
        now = newest()
        at = _local(now.starts_at_ms) if now else None
        day = at.date() if at else tablet.open.desk.today()
        # From the parts of the wall clock: an hour that a change of time skips stays on its day.
        when = datetime(day.year, day.month, day.day, hour, minute)
        change(starts_at_ms=int(when.timestamp() * 1000))

    async def save() -> None:
        now = newest()
        if now is None:
            return
        await visits.save(now)
        await keeper.current.forget()
        await drafts.drop(name)
        nav.back()

    save_once = use_once(save)

    async def save_past() -> None:
        ask_past(False)
        change(past=True)
        await save_once()

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("visits.past_title"), ui.say("visits.past_line"), key="visit.past",
            act=ui.say("visits.past_act"), on_act=guarded(save_past, tell),
            keep=ui.say("visits.past_keep"), on_keep=lambda: ask_past(False),
        )
        if past
        else None
    )  # fmt: skip
    if failed:
        part = error_state(
            ui, failed, key="visit.failed", act=ui.say("state.try_again"), on_act=guarded(again, fail)
        )
        return frame(ui, nav, place.family_id, ui.say("today.plan"), [part], key="visit")
    if draft is None:
        return Loading(control="visit.loading")
    today = tablet.open.desk.today()
    return editor_view(
        ui,
        EditorLook(draft, today, month or today, clashes, *trouble, restored=restored),
        EditorActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            change=change,
            day=on_day,
            month=set_month,
            time=on_time,
            save=guarded(save_once, tell),
            fresh=guarded(fresh, tell),
        ),
    )


def _local(at_ms: int) -> datetime | None:
    return datetime.fromtimestamp(at_ms / 1000) if at_ms else None
