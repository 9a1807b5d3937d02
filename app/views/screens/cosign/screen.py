"""Co-signing one note after the other: which one is shown, what is decided, and taking it back.

Owns the order of reading: notes that were put off come again only when asked for. How it looks is `view`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.notes import NoteView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.cosign.view import CosignActs, CosignLook, cosign_view
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import UNDO_SECONDS, form_dialog
from app.views.widgets.fields import field
from app.views.widgets.guarded import guarded
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import use_ui

_TYPES = frozenset({"note", "addendum", "co_signature", "entered_in_error", "moved_item"})

_NONE: frozenset[str] = frozenset()
BREATH_SECONDS = 0.7
"""How long a note stands before it can be answered: the second tap on the last one never answers it."""


@dataclass(frozen=True)
class _Page:
    """The note to read now, and where in the row it stands. view: None when nothing is left."""

    view: NoteView | None
    family: str
    waiting: int
    later: int


@dataclass(frozen=True)
class _Decided:
    """What was decided a moment ago: in words, and the decision's id."""

    words: str
    decision: str


_NOTHING = _Decided("", "")


@component
def CosignPlace(_place: Place) -> ft.Control:
    """The queue."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    done, set_done = ft.use_state(0)
    put_off, set_put_off = ft.use_state(_NONE)
    asking, set_asking = ft.use_state(False)
    no_comments: dict[str, str] = {}
    comments, set_comments = ft.use_state(no_comments)
    refused, set_refused = ft.use_state("")
    trouble, set_trouble = ft.use_state("")
    ready, set_ready, ready_now = use_newest("")
    decided, set_decided = ft.use_state(_NOTHING)

    async def ask() -> _Page:
        opened = tablet.open
        waiting = await opened.cosigning.waiting()
        left = [one for one in waiting if one.note_id not in put_off]
        for one in left:
            view = await opened.notes.note(one.note_id)
            if view is not None:
                header = await opened.casebook.header(one.family_id)
                return _Page(view, header.list_name, len(waiting), len(waiting) - len(left))
        return _Page(None, "", len(waiting), len(waiting))

    answer = use_query(ask, (put_off, done), types=_TYPES)
    page = answer.value
    view = page.view if page is not None else None
    note_id = view.note_id if view is not None else ""
    busy = ready != note_id
    comment = comments.get(note_id, "")

    async def stand() -> None:
        await asyncio.sleep(BREATH_SECONDS)
        set_ready(note_id)

    ft.use_effect(stand, [note_id, done])

    async def seen() -> None:
        if view is not None:
            await tablet.open.audit.saw(view.family_id, "note", view.note_id)

    # Whose note was looked at is noted as for every note (docs/audit.md): this place is of no one family.
    ft.use_effect(guarded(seen, lambda _error: None), [note_id])

    def tell(error: AppError) -> None:
        set_ready(note_id)
        if asking:
            set_refused(words_for(ui, error))
        else:
            set_trouble(words_for(ui, error))

    async def undo() -> None:
        await tablet.open.cosigning.take_back(decided.decision)
        set_decided(_NOTHING)
        set_done(lambda now: max(0, now - 1))

    async def forget() -> None:
        if decided.decision:
            await asyncio.sleep(UNDO_SECONDS)
            set_decided(lambda now: _NOTHING if now == decided else now)

    ft.use_effect(forget, [decided.decision])

    def settled(words: str, decision: str) -> None:
        set_trouble("")
        set_done(lambda now: now + 1)
        set_decided(_Decided(words, decision))

    def take() -> bool:
        """Whether this note may be answered now; then it may not be answered once more."""
        if ready_now() != note_id:
            return False
        set_ready("")
        return True

    async def co_sign() -> None:
        if view is None or not take():
            return
        decision = await tablet.open.cosigning.co_sign(view.note_id, view.co_sign.digest)
        settled(ui.say("cosign.done_co_signed", name=page.family if page else ""), decision)

    async def give_back() -> None:
        if view is None or not take():
            return
        decision = await tablet.open.cosigning.give_back(view.note_id, view.co_sign.digest, comment)
        set_asking(False)
        set_comments(lambda now: {**now, note_id: ""})
        settled(ui.say("cosign.done_returned", name=page.family if page else ""), decision)

    def typed(words: str) -> None:
        set_comments(lambda now: {**now, note_id: words})
        set_refused("")

    def dialog() -> ft.AlertDialog | None:
        if not asking or view is None:
            return None
        name = view.author.split(" ")[0]
        content = ft.Column(
            [
                field(
                    ui, ui.say("cosign.comment_label", name=name), comment, typed, key="cosign.comment",
                    error=refused or None, lines=4,
                ),
                text(ui, ui.say("cosign.comment_help", name=name), ui.type.body, SOFT),
            ],
            spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )  # fmt: skip
        return form_dialog(
            ui, ui.say("cosign.give_back"), content, key="cosign.return", act=ui.say("cosign.send_back"),
            on_act=guarded(give_back, tell), close=ui.say("cosign.keep_reading"),
            on_close=lambda: set_asking(False), disabled=busy,
        )  # fmt: skip

    ft.use_dialog(dialog())

    def later() -> None:
        if view is not None and take():
            set_put_off(put_off | {view.note_id})

    acts = CosignActs(
        back=nav.back,
        cover=lambda: nav.go(Place("cover")),
        co_sign=guarded(co_sign, tell),
        give_back=lambda: set_asking(True),
        put_off=later,
        again=lambda: set_put_off(frozenset()),
        undo=guarded(undo, tell),
        open_note=lambda: nav.go(Place("note", view.family_id, record_id=view.note_id)) if view else None,
    )
    skipped = page.later if page is not None else 0
    look = CosignLook(
        view=view,
        family=page.family if page is not None else "",
        now_ms=tablet.open.desk.now_ms(),
        at=done + skipped + 1,
        total=done + (page.waiting if page is not None else 0),
        later=skipped,
        over=page is not None and view is None,
        busy=busy,
        trouble=trouble,
        error=answer.error,
        decided=decided.words,
    )
    return cosign_view(ui, look, acts)
