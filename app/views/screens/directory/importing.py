"""Bringing a directory in: choose a file, see what could be read, use it. Owns the steps and the calls."""

from __future__ import annotations

import asyncio
import contextvars
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.directory_import import Imported, Problem, report_csv
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.attachments.listing import pick
from app.views.screens.audit.saving import save
from app.views.screens.directory.framing import framed
from app.views.screens.directory.importing_view import ImportActs, import_parts, problem_words
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui

_TYPES = frozenset({"directory_edition", "attachment"})
REPORT_NAME = "directory-report.csv"


@dataclass(frozen=True)
class ImportForm:
    """Where a person stands. read: what came in, before it is used. done: of how many services so far."""

    busy: str = ""
    done: int = 0
    total: int = 0
    read: Imported | None = None
    name: str = ""
    source: str = ""
    licence: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    said: str = ""


@component
def ImportPlace(place: Place) -> ft.Control:
    """The place of administrators and supervisors."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    form, set_form, newest = use_newest(ImportForm())
    asked, ask_for = ft.use_state("")
    work: Any = ft.use_ref(None)
    imports = tablet.open.directory.imports
    answer = use_query(tablet.open.directory.shelf.editions, (), types=_TYPES)

    def tell(error: AppError) -> None:
        where = getattr(error, "field", "")
        known = where if where in ("name", "source", "licence") else ""
        set_form(lambda now: replace(now, busy="", errors=((known, words_for(ui, error)),)))

    async def choose() -> None:
        set_form(ImportForm())
        try:
            data = await pick(tablet)
        except OSError:
            set_form(ImportForm(errors=(("", ui.say("directory_import.not_opened")),)))
            return
        if data is None:
            return
        set_form(ImportForm(busy="reading"))
        window = contextvars.copy_context()

        def progress(done: int, total: int) -> None:
            window.copy().run(set_form, lambda now: replace(now, done=done, total=total))

        work.current = asyncio.ensure_future(imports.read(data, progress))
        try:
            read = await work.current
        except asyncio.CancelledError:
            set_form(ImportForm(said=ui.say("directory_import.stopped")))
            return
        finally:
            work.current = None
        set_form(ImportForm(read=read))

    def stop() -> None:
        if work.current is not None:
            work.current.cancel()

    async def use() -> None:
        now = newest()
        if now.read is None or now.busy:
            return
        set_form(lambda one: replace(one, busy="keeping", errors=()))
        await imports.use(now.read, now.name, now.source, now.licence)
        set_form(ImportForm(said=ui.say("directory_import.used", count=f"{now.read.report.services:,}")))

    async def export() -> None:
        read = newest().read
        if read is None:
            return
        names = ("file", "row", "field", "what", "value")
        heads = tuple(ui.say(f"directory_import.{name}") for name in names)

        def words(one: Problem) -> str:
            return problem_words(ui, one.code)

        said = await save(tablet, page, REPORT_NAME, report_csv(read.report, heads, words))
        set_form(lambda now: replace(now, said=ui.say(said)))

    async def withdraw() -> None:
        which = asked
        ask_for("")
        await imports.withdraw(which)

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("directory_import.withdraw_title"), ui.say("directory_import.withdraw_means"),
            key="directory_import.withdraw", act=ui.say("directory_import.withdraw"),
            on_act=guarded(withdraw, tell), keep=ui.say("directory_import.keep"), on_keep=lambda: ask_for(""),
        )
        if asked
        else None
    )  # fmt: skip

    def write(name: str, typed: str) -> None:
        values: dict[str, Any] = {name: typed}
        set_form(lambda now: replace(now, **values))

    acts = ImportActs(
        choose=guarded(choose, tell),
        stop=stop,
        use=guarded(use, tell),
        drop=lambda: set_form(ImportForm()),
        export=guarded(export, tell),
        write=write,
        withdraw=ask_for,
    )
    return framed(
        ui, nav, place, ui.say("directory_import.title"), import_parts(ui, form, answer.value or (), acts),
        key="directory_import", line=ui.say("directory_import.line"),
    )  # fmt: skip
