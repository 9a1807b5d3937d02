"""Who did what, for a reader of the family: choose who reads, on paper or as a file that can be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.audience import Reader
from app.services.audit_copies import AuditCopyWish
from app.services.audit_family import FamilyAudit
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.audit.saving import save
from app.views.screens.audit.wording import sayer, sentence
from app.views.screens.more.frame import frame, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.chips import Choice, choice_chips, switch_of
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import quiet_panel
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.views.words import catalogue

_SHOWN = 12


@dataclass(frozen=True)
class _Form:
    reader: str = ""
    as_file: bool = False
    names: bool = True
    error: str = ""
    done: str = ""
    busy: bool = False


@component
def AuditCopyPlace(place: Place) -> ft.Control:
    """A copy of the record of place.family_id for one reader."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    form, set_form, newest = use_newest(_Form())
    turn, set_turn = ft.use_state(0)

    async def read() -> tuple[tuple[Reader, ...], str, str]:
        opened = tablet.open
        name = (await opened.casebook.header(place.family_id)).name
        language = await opened.sharing.language(place.family_id)
        return await opened.sharing.readers(place.family_id), language, name

    asked = use_query(
        read, (place.family_id, turn), types=frozenset({"person", "natural_support", "team_member"}),
        family_id=place.family_id,
    )  # fmt: skip
    language = asked.value[1] if asked.value else "en"

    def wish_of(now: _Form) -> AuditCopyWish:
        return AuditCopyWish(place.family_id, now.reader, language, now.as_file, now.names)

    async def look() -> tuple[str, FamilyAudit] | None:
        if not form.reader:
            return None
        opened = tablet.open
        copies = opened.audit.copies(opened.sharing.gate)
        return form.reader, await copies.preview(wish_of(form), catalogue(language).__getitem__)

    seen = use_query(
        look, (form.reader, language), types=frozenset({"not_for"}), family_id=place.family_id
    )
    preview = seen.value[1] if seen.value is not None and seen.value[0] == form.reader else None

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", done="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def make() -> None:
        now = newest()
        if now.busy or not now.reader:
            return
        set_form(lambda now: replace(now, error="", done="", busy=True))
        opened = tablet.open
        phrase = catalogue(language).__getitem__
        copies = opened.audit.copies(opened.sharing.gate)
        names = dict(preview.names) if preview and now.names else {}
        made = await copies.copy_for(
            wish_of(now), phrase, lambda line: sentence(sayer(phrase), line, names)
        )
        said = ui.say(await save(tablet, page, made.file_name, made.content))
        set_form(lambda now: replace(now, busy=False, done=said))

    title = ui.say("audit.copy_title")
    if asked.value is None or asked.error:
        body = [waiting(ui, asked, "audit_copy", lambda: set_turn(turn + 1))]
        return frame(ui, nav, place.family_id, title, body, key="audit_copy")
    readers, _, name = asked.value
    parts: list[ft.Control] = [text(ui, ui.say("audit.copy_line"), ui.type.body, SOFT)]
    if not readers:
        parts.append(text(ui, ui.say("audit.copy_none"), ui.type.body))
        return frame(ui, nav, place.family_id, title, parts, key="audit_copy", line=name)
    choices = [Choice(one.id, one.name) for one in readers]
    parts += [
        _part(ui, "audit.copy_readers", choice_chips(
            ui, choices, form.reader, lambda value: change(reader=value), key="audit_copy.reader")),
        _part(ui, "audit.copy_how", _how(ui, form, change)),
    ]  # fmt: skip
    if preview is not None:
        parts.append(_preview(ui, preview, form.names))
    if form.error or seen.error:
        words = text(ui, form.error or seen.error, ui.type.strong, ft.Colors.ERROR)
        parts.append(ft.Semantics(live_region=True, content=words))
    if form.done:
        parts.append(ft.Semantics(live_region=True, content=text(ui, form.done, ui.type.strong)))
    ready = preview is not None and not form.busy
    foot = ft.Row(
        [
            filled(
                ui, ui.say("audit.make"), guarded(make, tell) if ready else None, key="audit_copy.make",
                symbol=ft.Icons.DOWNLOAD_OUTLINED,
            )
        ],
        wrap=True,
    )  # fmt: skip
    return frame(ui, nav, place.family_id, title, parts, key="audit_copy", line=name, foot=foot)


def _part(ui: Ui, key: str, content: ft.Control) -> ft.Control:
    return ft.Column([section_header(ui, ui.say(key), large=True), content], spacing=Space.S, tight=True)


def _how(ui: Ui, form: _Form, change: Any) -> ft.Control:
    ways = [Choice("paper", ui.say("audit.copy_paper")), Choice("file", ui.say("audit.copy_file"))]
    named = [Choice("names", ui.say("audit.copy_names")), Choice("none", ui.say("audit.copy_no_names"))]
    return ft.Column(
        [
            switch_of(
                ui, ways, "file" if form.as_file else "paper",
                lambda value: change(as_file=value == "file"), key="audit_copy.how",
            ),
            *([text(ui, ui.say("audit.copy_file_line"), ui.type.body, SOFT)] if form.as_file else []),
            switch_of(
                ui, named, "names" if form.names else "none",
                lambda value: change(names=value == "names"), key="audit_copy.names",
            ),
        ],
        spacing=Space.M,
        tight=True,
    )  # fmt: skip


def _preview(ui: Ui, shown: FamilyAudit, named: bool) -> ft.Control:
    count = len(shown.lines)
    head = ui.say("audit.copy_preview_one") if count == 1 else ui.say("audit.copy_preview", count=count)
    names = shown.names if named else {}
    said = [text(ui, sentence(ui.say, line, names), ui.type.body) for line in shown.lines[:_SHOWN]]
    return quiet_panel(
        ft.Column([text(ui, head, ui.type.strong), *said], spacing=Space.XS, tight=True),
        key="audit_copy.preview",
    )
