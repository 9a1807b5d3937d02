"""The note editor: loads a draft, keeps it after every pause, saves and signs it.

Owns the editor's state and its calls to the services; how it looks is `editor_view`. Whatever goes
wrong, the words stay in the field. Follows design page 06, "Autosave" and "Error".
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.note_counting import SUGGESTED
from app.services.notes import NoteDraft, NoteView
from app.services.open_tablet import OpenTablet
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.keeping.label_dialog import offered
from app.views.screens.notes.editor_dialogs import OpenDialog, note_dialog, opening
from app.views.screens.notes.editor_look import EditorActs, EditorLook
from app.views.screens.notes.editor_view import editor_view, fills
from app.views.screens.notes.following import JUST_SAVED, UNSENT, use_note_chip
from app.views.screens.notes.gathering import Around, around
from app.views.screens.notes.keeper import DraftKeeper
from app.views.screens.notes.paper import Pen, note_field, with_their_words
from app.views.screens.notes.wording import names_joined
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

SAVED_SHOWN_SECONDS = 1.2
"""How long "Saved on this tablet" stays, so that it can be read before the server answers."""
CURSOR_AFTER_SECONDS = 0.12
NEW = "new"
"""`Place.detail` of a note that does not exist yet; its id is already given."""


@dataclass(frozen=True)
class _Trouble:
    """What could not be done. field: which part of the note, "" for the note as a whole."""

    words: str = ""
    field: str = ""


def new_note_place(opened: OpenTablet, family_id: str) -> Place:
    """The editor of a note that does not exist yet. Raises PermissionRefused.

    Its id is given here, so that coming back from elsewhere finds the draft again.
    """
    return Place(
        "note_editor", family_id, record_id=opened.notes.begin(family_id).note_id, detail=NEW
    )


@component
def NoteEditorPlace(place: Place) -> ft.Control:
    """The editor of one note. place.record_id: the note; empty, or detail "new", for a new one."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    on_offer = use_offer("labels")
    keeper: Any = ft.use_ref(None)
    pen: Any = ft.use_ref(Pen())
    put: Any = ft.use_ref(None)
    nothing_yet: Around | None = None
    ready, set_ready = ft.use_state(nothing_yet)
    failed, set_failed = ft.use_state("")
    trouble, set_trouble = ft.use_state(_Trouble())
    kept_at, set_kept_at = ft.use_state(0)
    saved, set_saved = ft.use_state("")
    saves, set_saves = ft.use_state(0)
    holding, set_holding = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    now_open, show = ft.use_state(OpenDialog())
    _turn, set_turn = ft.use_state(0)

    def tell(error: AppError) -> None:
        set_busy(False)
        field = error.field if isinstance(error, InvalidInput) else ""
        set_trouble(_Trouble(words_for(ui, error), field))

    def again() -> None:
        set_turn(lambda now: now + 1)

    async def load() -> None:
        opened = tablet.open
        draft = await _draft_for(opened, place)
        keeper.current = DraftKeeper(
            draft, opened.notes.keep_draft, lambda kept: set_kept_at(kept.saved_at_ms), tell
        )
        set_kept_at(draft.saved_at_ms)
        set_ready(await around(opened, place.family_id))

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])

    locking: Any = ft.use_ref(None)

    def watch_lock() -> None:
        # The words are sealed before the keys go. (After a pause they are already.) Whoever locks,
        # perhaps another window, does not bring this window's context.
        window = contextvars.copy_context()

        async def seal() -> None:
            if keeper.current is not None:
                loop = asyncio.get_running_loop()
                await loop.create_task(keeper.current.flush(), context=window.copy())

        locking.current = tablet.before_lock(seal)

    async def leave() -> None:
        if locking.current is not None:
            locking.current()
            locking.current = None
        if keeper.current is not None:
            await keeper.current.flush()

    ft.use_effect(watch_lock, [], leave)
    chip = use_note_chip(saved, saves)

    def change(**values: Any) -> None:
        was_dirty = keeper.current.dirty
        if ready is not None and set(values) != {"body"}:
            values = ready.counting.followed(keeper.current.draft, values)
        keeper.current.change(**values)
        if trouble.words:
            set_trouble(_Trouble())
        if not was_dirty or set(values) != {"body"}:
            again()

    async def go(target: Place | None) -> None:
        if keeper.current is None or await keeper.current.flush():
            if target is None:
                nav.back()
            else:
                nav.go(target)

    def count() -> None:
        """What is saved and signed says how it counts, as it was shown."""
        draft = keeper.current.draft
        filled = ready.counting.filled(draft) if ready is not None else draft
        keeper.current.change(**{name: getattr(filled, name) for name in SUGGESTED})

    async def save() -> None:
        set_busy(True)
        set_trouble(_Trouble())
        count()
        view: NoteView = await keeper.current.save_with(tablet.open.notes.save)
        set_busy(False)
        if view.note_id != keeper.current.draft.note_id:
            # Its readers changed: it was written anew, and what is typed from here on belongs there.
            keeper.current.draft = replace(keeper.current.draft, note_id=view.note_id)
        set_kept_at(0)
        set_holding(True)
        set_saved(view.note_id)
        set_saves(lambda now: now + 1)
        await asyncio.sleep(SAVED_SHOWN_SECONDS)
        set_holding(False)

    async def sign() -> None:
        set_busy(True)
        set_trouble(_Trouble())
        count()
        view: NoteView = await keeper.current.save_with(tablet.open.notes.sign)
        nav.swap(Place("note", place.family_id, record_id=view.note_id))

    async def their_words() -> None:
        here: Pen = pen.current
        body = here.text(keeper.current.draft.body)
        words, cursor = with_their_words(body, here.start, here.end)
        put.current = (words, None)
        change(body=words)
        again()
        # The client moves the cursor to the end when the text changes, and places it only in a
        # field that has the focus: so both come first.
        asyncio.get_running_loop().create_task(_focus(here.field))
        await asyncio.sleep(CURSOR_AFTER_SECONDS)
        put.current = (here.text(words), cursor)
        again()

    def looking() -> EditorLook | None:
        if keeper.current is None or ready is None:
            return None
        sync = UNSENT
        # A newer draft is on this tablet alone, whatever the server has of the note.
        if saved and not keeper.current.dirty and not kept_at:
            sync = JUST_SAVED if holding else chip
        words = ""
        if kept_at:
            key = "note.draft_kept_short" if ui.layout.narrow else "note.draft_kept"
            words = ui.say(
                key, time=dates.time_of_day(ui.settings.language, kept_at, short=True)
            )
        header = ready.header
        return EditorLook(
            draft=keeper.current.draft,
            family_name=header.list_name if ui.layout.narrow else header.name,
            now_ms=ready.now_ms(),
            people=ready.people(ui),
            subjects=ready.subjects(ui),
            sync=sync,
            draft_words=words,
            problem=trouble.words,
            problem_field=trouble.field,
            saving=busy,
            labels=offered(on_offer, tablet.open.desk.me.roles, keeper.current.draft.label),
            counted=ready.counted(ui, keeper.current.draft),
            kinds=ready.kinds(ui),
        )

    look = looking()

    def tick(person: str, on: bool) -> None:
        if look is None:
            return
        there = [one for one in look.there if one != person] + ([person] if on else [])
        names = [one.name for one in look.people if one.person_id in there]
        change(with_whom=",".join(there), with_whom_words=names_joined(ui, names))

    ft.use_dialog(
        None
        if look is None
        else note_dialog(
            ui, look, now_open, show, change, tick,
            lambda: start(guarded(lambda: go(Place("support_editor", place.family_id)), tell)),
            lambda: start(guarded(sign, tell)),
        )
    )
    if failed:
        return error_state(
            ui, failed, key="note.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    if look is None:
        return Loading(control="note.loading")

    draft: NoteDraft = look.draft
    body, cursor = pen.current.text(draft.body), None
    if put.current is not None:
        body, cursor = put.current
        put.current = None

    def opens(name: str) -> Callable[[], None]:
        return lambda: show(opening(ui, name, look))

    acts = EditorActs(
        back=guarded(lambda: go(None), tell),
        crisis=guarded(lambda: go(Place("crisis", place.family_id)), tell),
        sync=guarded(lambda: go(Place("sync")), tell),
        cover=lambda: nav.go(Place("cover")),
        kind=opens("kind"),
        when=opens("when"),
        length=opens("length"),
        where=opens("where"),
        readers=opens("readers"),
        people=opens("people"),
        links=opens("links"),
        counts=opens("counts"),
        sign=opens("sign"),
        tick=tick,
        their_words=guarded(their_words, tell),
        close=guarded(lambda: go(None), tell),
        save=guarded(save, tell),
    )
    field = note_field(
        ui,
        pen.current,
        body,
        lambda typed: change(body=typed),
        guarded(lambda: keeper.current.flush(), tell),
        fill=fills(ui),
        cursor=cursor,
        autofocus=not draft.body,
    )
    return editor_view(ui, look, acts, field)


async def _focus(field: ft.TextField | None) -> None:
    if field is not None:
        # A client that is gone does not answer; the words are in the note all the same.
        with contextlib.suppress(TimeoutError, RuntimeError):
            await field.focus()  # type: ignore[no-untyped-call]


async def _draft_for(opened: OpenTablet, place: Place) -> NoteDraft:
    if not place.record_id:
        return opened.notes.begin(place.family_id)
    kept = await opened.notes.draft(place.record_id)
    if kept is not None:
        return kept
    if place.detail == NEW and await opened.notes.note(place.record_id) is None:
        return replace(opened.notes.begin(place.family_id), note_id=place.record_id)
    return await opened.notes.edit(place.record_id)
