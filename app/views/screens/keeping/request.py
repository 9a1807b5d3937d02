"""One request for the record: written down, answered, and read later.

The form is sealed on the tablet after every pause, so that a lock loses nothing. place.record_id:
a request that was kept; empty for a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.keeping_requests import Delivery, GivenSince, RequestDraft, RequestView
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.keeping.request_view import (
    Answering,
    RequestActs,
    answer_dialog,
    answered_parts,
    form_parts,
    open_parts,
)
from app.views.screens.keeping.wording import kind_words
from app.views.screens.more.frame import frame
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.day_picker import read_day
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

_DAYS = ("received_on", "due_on")
_KNOWN = frozenset(
    {"requester", "authority_words", "asked_for", "received_on", "due_on", "withheld", "withheld_why"}
)


@dataclass(frozen=True)
class _Page:
    """What the place holds. draft: the form, None while the request is read. typed: days as typed."""

    loaded: bool = False
    view: RequestView | None = None
    given: tuple[GivenSince, ...] = ()
    draft: RequestDraft | None = None
    typed: dict[str, str] = field(default_factory=dict)
    answering: Answering | None = None
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False
    restored: bool = False


@component
def RequestPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page, put, newest = use_newest(_Page())
    failed, set_failed = ft.use_state("")
    keeper: Any = ft.use_ref(None)
    family_id, today = place.family_id, tablet.open.desk.today()
    requests = tablet.open.keeping.requests

    def tell(error: AppError) -> None:
        where = error.field if isinstance(error, InvalidInput) else ""
        words = {where if where in _KNOWN else "": words_for(ui, error)}
        form = newest().answering
        if form is not None:
            put(lambda now: replace(now, busy=False, answering=replace(form, error=words_for(ui, error))))
        else:
            put(lambda now: replace(now, busy=False, errors=words))

    if keeper.current is None:
        keeper.current = FormKeeping(requests.keep_draft, lambda _error: None)
    use_sealing(tablet, keeper)

    async def load() -> None:
        kept = await requests.draft(family_id, place.record_id)
        if not place.record_id:
            begun = requests.begin(family_id)
            restored = kept is not None and kept != begun
            put(_Page(True, draft=kept or begun, restored=restored))
            return
        view = await requests.one(place.record_id)
        given = await requests.given_since(place.record_id)
        put(_Page(True, view, given, kept, restored=kept is not None))

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [place.record_id])

    def change(**values: Any) -> None:
        draft = newest().draft
        if draft is not None:
            after = replace(draft, **values)
            keeper.current.later(after)
            put(lambda now: replace(now, draft=after, errors={}))

    def write(name: str, words: str) -> None:
        if name in _DAYS:
            put(lambda now: replace(now, typed={**now.typed, name: words}))
            day = read_day(ui.language, words, today)
            change(**{name: day.isoformat() if day is not None else words})
        else:
            change(**{name: words})

    def edit() -> None:
        view = newest().view
        if view is not None:
            known = {one.name for one in fields(RequestDraft)}
            values = {name: getattr(view, name) for name in known}
            put(lambda now: replace(now, draft=RequestDraft(**values), typed={}, errors={}))

    async def save() -> None:
        draft = newest().draft
        if draft is None:
            return
        put(lambda now: replace(now, busy=True, errors={}))
        await keeper.current.forget()
        request_id = await requests.save(draft)
        if place.record_id:
            await load()
        else:
            nav.swap(Place("request", family_id, record_id=request_id))

    async def fresh() -> None:
        await keeper.current.forget()
        await requests.drop_draft(family_id, place.record_id)
        await load()

    def answer(form: Answering | None) -> None:
        put(lambda now: replace(now, answering=form, errors={}))

    async def answered() -> None:
        form = newest().answering
        if form is None:
            return
        request_id = place.record_id
        if form.what == "delivered":
            day = read_day(ui.language, form.day, today) if form.day.strip() else today
            if day is None:
                raise InvalidInput(ui.say("request.bad_day"))
            await requests.deliver(Delivery(request_id, form.how, form.chosen, day.isoformat()))
        elif form.what == "disagree":
            await requests.disagree(request_id, form.words)
        else:
            await requests.decide(request_id, form.what, form.words)
        put(lambda now: replace(now, answering=None))
        await load()

    ft.use_dialog(
        None
        if page.answering is None
        else answer_dialog(
            ui, page.answering, page.given, today, answer, guarded(answered, tell), lambda: answer(None)
        )
    )
    title = ui.say("request.title") if page.view is None else kind_words(ui, page.view.kind)
    foot: ft.Control | None = None
    if failed:
        parts: list[ft.Control] = [
            error_state(ui, failed, key="request.failed", act=ui.say("nav.back"), on_act=nav.back)
        ]
    elif not page.loaded:
        parts = [Loading(control="request.loading")]
    elif page.draft is not None:
        parts = form_parts(
            ui, page.draft, page.typed, page.errors, today, page.restored, change, write,
            guarded(fresh, tell),
        )  # fmt: skip
        foot = ft.Row(
            [filled(ui, ui.say("request.save"), guarded(save, tell), key="request.save", disabled=page.busy)],
            wrap=True,
        )
    elif page.view is not None:
        acts = RequestActs(
            edit=edit, answer=answer, copy=lambda: nav.go(Place("documents", family_id)),
            may=allows(tablet.open.desk.me, "request.write"),
        )  # fmt: skip
        shown = open_parts if page.view.open else answered_parts
        parts = shown(ui, page.view, today, acts, page.errors.get("", ""))
    else:
        parts = []
    return frame(
        ui, nav, family_id, title, parts, key="request",
        line=page.view.requester if page.view is not None else None, foot=foot, sticky=True, spacing=20,
    )  # fmt: skip



