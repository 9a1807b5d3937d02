"""The contact log's place: which month, whose, and its calls; how it looks is `view`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.activity_counts import by_person
from app.services.contact_log import TYPES, LogLine, LogMonth
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.audit.saving import save
from app.views.screens.contacts_log.view import LogActs, LogLook, log_parts
from app.views.screens.contacts_log.wording import cell_words, heads
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.editor import new_note_place
from app.views.screens.staff.frame import frame as staff_frame
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.wraparound.contacts import first_of_month, month_after

ALL = "all"
"""`Place.record_id` of everybody's log; a person's id (hex) for one member of staff's."""


@dataclass(frozen=True)
class _Read:
    found: LogMonth
    funders: dict[str, str]
    name: str


@component
def ContactLogPlace(place: Place) -> ft.Control:
    """Of place.family_id; without one, of place.record_id: a person's id, or "all"."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    window = ft.context.page
    today = dates.local(tablet.open.desk.now_ms()).date()
    month, show = ft.use_state(first_of_month(today))
    tries, set_tries = ft.use_state(0)
    every, set_every = ft.use_state(False)
    said, tell = ft.use_state("")
    me = tablet.open.desk.me
    family_id = place.family_id
    person = "" if family_id or place.record_id == ALL else place.record_id or me.person
    whose = "family" if family_id else "person" if person else "all"

    async def ask() -> _Read:
        opened = tablet.open
        found = await opened.contact_log.month(month, family_id, person)
        rules = (await opened.rules.book("contacts")).on(month)
        funders = {one.name: one.called(ui.language) for one in rules.funders}
        if family_id:
            header = await opened.casebook.header(family_id)
            return _Read(found, funders, header.list_name or header.name)
        mine = person == me.person
        name = me.name if mine else next((one.who for one in found.lines if one.contact.by == person), "")
        return _Read(found, funders, name)

    asked = use_query(ask, (family_id, person, month, tries, ui.language), types=TYPES, family_id=family_id)

    def turn(to: date) -> None:
        set_every(False)
        tell("")
        show(to)

    async def file() -> None:
        tell("")
        made = await tablet.open.contact_log.file(
            month, person, heads(ui), lambda what, code: cell_words(ui, what, code)
        )
        tell(ui.say(f"log.{(await save(tablet, window, made.file_name, made.content)).split('.')[1]}"))

    def note(line: LogLine) -> None:
        one = line.contact
        nav.go(Place("note", one.family_id, record_id=one.note_id))

    title = ui.say("log.title_all" if whose == "all" else "more.contacts_log")
    name: str | None = None
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "log", lambda: set_tries(lambda now: now + 1))]
    else:
        read = asked.value
        name = read.name or None
        look = LogLook(
            read.found, whose, read.funders, by_person(read.found.lines) if whose == "all" else (), today,
            tablet.open.desk.now_ms(), allows(me, "copy.make"), allows(me, "cover.give"),
            allows(me, "episode.edit"), every, said,
        )  # fmt: skip
        parts = log_parts(ui, look, LogActs(
            earlier=lambda: turn(month_after(month, -1)),
            later=lambda: turn(month_after(month)),
            note=note,
            family=lambda family: nav.go(Place("contacts_log", family)),
            episodes=lambda: nav.go(Place("episodes", family_id)),
            write=lambda: nav.go(new_note_place(tablet.open, family_id)),
            mine=lambda: nav.go(Place("contacts_log", record_id=me.person)),
            everybody=lambda: nav.go(Place("contacts_log", record_id=ALL)),
            file=guarded(file, lambda error: tell(words_for(ui, error))),
            more=lambda: set_every(True),
        ))  # fmt: skip
    if family_id:
        return frame(ui, nav, family_id, title, parts, key="log", line=name)
    return staff_frame(ui, nav, title, parts, key="log", line=name, spacing=32)
