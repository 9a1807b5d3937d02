"""From tablet to tablet: make a file of sealed work, or read in one that a colleague made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import flet as ft

from app.services.carrying import MadeFile, TakenFile
from app.services.tablet import Tablet
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.screens.staff.frame import frame
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips, choose_sheet, picker
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Form:
    """What was chosen, and what came of it. said: after making; error: after trying to read."""

    what: str = "new"
    family: str = ""
    choosing: bool = False
    busy: bool = False
    said: str = ""
    make_error: str = ""
    taken: TakenFile | None = field(default=None, repr=False)
    read_error: str = ""


def taken_lines(ui: Ui, taken: TakenFile) -> tuple[str, ...]:
    """What reading a file has done, a sentence each."""
    say = ui.say
    lines = [_counted(ui, "taken", taken.changes, families=", ".join(taken.families))
             if taken.changes else say("carrying.taken_none")]  # fmt: skip
    if taken.waiting:
        lines.append(say("carrying.waiting", count=taken.waiting))
    if taken.set_aside:
        lines.append(say("carrying.set_aside", count=taken.set_aside))
    if taken.not_yours:
        lines.append(_counted(ui, "not_yours", taken.not_yours))
    if taken.changes:
        lines.append(say("carrying.carried_on"))
    return tuple(lines)


def _counted(ui: Ui, key: str, count: int, **more: object) -> str:
    return ui.say(f"carrying.{key}_one" if count == 1 else f"carrying.{key}", count=count, **more)


def carrying_parts(
    ui: Ui,
    form: Form,
    families: tuple[tuple[str, str], ...],
    *,
    on_what: Callable[[str], object],
    on_choosing: Callable[[], object],
    on_make: Callable[[], object],
    on_read: Callable[[], object],
) -> list[ft.Control]:
    """Both halves of the screen; `form` says where a person stands."""
    say = ui.say
    whose = dict(families).get(form.family) or say("carrying.all")
    kinds = [Choice("new", say("carrying.new")), Choice("everything", say("carrying.everything"))]
    make: list[ft.Control] = [
        section_header(ui, say("carrying.make"), large=True),
        text(ui, say("carrying.what"), ui.type.label, SOFT),
        choice_chips(ui, kinds, form.what, on_what, key="carrying.what"),
        *([text(ui, say("carrying.everything_line"), ui.type.body, SOFT)] if form.what != "new" else []),
        picker(ui, say("carrying.whose"), whose, on_choosing, key="carrying.whose"),
        ft.Row([filled(ui, say("carrying.make_now"), on_make, key="carrying.make",
                       symbol=ft.Icons.SAVE_ALT_OUTLINED, disabled=form.busy)], wrap=True),
        *_told(ui, (form.said,) if form.said else (), form.make_error, "made"),
    ]  # fmt: skip
    read: list[ft.Control] = [
        section_header(ui, say("carrying.read"), large=True),
        text(ui, say("carrying.read_line"), ui.type.body, SOFT),
        ft.Row([outlined(ui, say("carrying.read_now"), on_read, key="carrying.read",
                         symbol=ft.Icons.FILE_OPEN_OUTLINED, disabled=form.busy)], wrap=True),
        *_told(ui, taken_lines(ui, form.taken) if form.taken else (), form.read_error, "taken"),
    ]  # fmt: skip
    return [
        text(ui, say("carrying.how"), ui.type.body),
        _column(make),
        _column(read),
    ]


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        parts, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _told(ui: Ui, lines: tuple[str, ...], error: str, key: str) -> list[ft.Control]:
    """What has come of it, read out by screen readers."""
    if error:
        shown: list[ft.Control] = [
            fact_line(ui, ft.Icons.WARNING_AMBER_OUTLINED, error, icon_color=ft.Colors.ERROR)
        ]
    elif lines:
        shown = [
            fact_line(ui, ft.Icons.CHECK if number == 0 else ft.Icons.INFO_OUTLINE, line)
            for number, line in enumerate(lines)
        ]
    else:
        return []
    inside = ft.Column(shown, spacing=Space.S, tight=True)
    return [ft.Semantics(live_region=True, content=sheet(inside, key=f"carrying.{key}"))]


async def save(tablet: Tablet, page: Any, made: MadeFile) -> bool:
    """Ask where the file goes, and save it; what is in it is sealed already."""
    tablet.excursion()
    try:
        where = await ft.FilePicker().save_file(file_name=made.file_name, src_bytes=made.content)
    except Exception as error:  # whatever a platform's dialog does
        log.error("save failed: %s", type(error).__name__)
        return False
    return bool(where) or bool(page.web)  # a browser takes the download and tells nothing


async def pick(tablet: Tablet, page: Any) -> bytes | None:
    """A file's bytes; None when nobody chose one. Raises OSError."""
    tablet.excursion()
    chosen = await ft.FilePicker().pick_files(with_data=bool(page.web))
    if not chosen:
        return None
    if chosen[0].bytes is not None:
        return chosen[0].bytes
    if not chosen[0].path:
        raise OSError("no path")
    return await asyncio.to_thread(Path(chosen[0].path).read_bytes)


@component
def CarryingPlace(_place: Place) -> ft.Control:
    """Make a file for a colleague's tablet, or read one in."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    window = ft.context.page
    form, change = ft.use_state(Form())
    turn, set_turn = ft.use_state(0)
    asked = use_query(lambda: tablet.open.carrying.families(), (turn,), types=frozenset({"family"}))
    families = asked.value or ()

    async def make() -> None:
        change(lambda now: replace(now, busy=True, said="", make_error=""))
        made = await tablet.open.carrying.make(form.family, everything=form.what == "everything")
        saved = await save(tablet, window, made)
        said = _counted(ui, "made", made.changes) if saved else ""
        error = "" if saved else ui.say("carrying.not_saved")
        change(lambda now: replace(now, busy=False, said=said, make_error=error))

    async def read() -> None:
        change(lambda now: replace(now, taken=None, read_error=""))
        try:
            content = await pick(tablet, window)
        except Exception as error:  # whatever a platform's dialog or disk does
            log.error("not read: %s", type(error).__name__)
            change(lambda now: replace(now, read_error=ui.say("carrying.not_read")))
            return
        if content is None:
            return
        change(lambda now: replace(now, busy=True))
        taken = await tablet.open.carrying.take(content)
        change(lambda now: replace(now, busy=False, taken=taken))

    def chosen(family: str) -> None:
        change(lambda now: replace(now, family=family, choosing=False, said="", make_error=""))

    every = [Choice("", ui.say("carrying.all")), *(Choice(one, name) for one, name in families)]
    ft.use_dialog(
        choose_sheet(
            ui, ui.say("carrying.whose"), every, form.family, chosen,
            lambda: change(lambda now: replace(now, choosing=False)), key="carrying.choose",
        )
        if form.choosing
        else None
    )  # fmt: skip
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "carrying", lambda: set_turn(turn + 1))]
    else:
        parts = carrying_parts(
            ui, form, families,
            on_what=lambda what: change(lambda now: replace(now, what=what, said="", make_error="")),
            on_choosing=lambda: change(lambda now: replace(now, choosing=True)),
            on_make=guarded(
                make, lambda error: change(
                    lambda now: replace(now, busy=False, make_error=words_for(ui, error))
                )
            ),
            on_read=guarded(
                read, lambda error: change(
                    lambda now: replace(now, busy=False, read_error=words_for(ui, error))
                )
            ),
        )  # fmt: skip
    return frame(
        ui, nav, ui.say("carrying.title"), parts, key="carrying", line=ui.say("carrying.line"),
        spacing=Space.XL,
    )  # fmt: skip
