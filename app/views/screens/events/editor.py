"""The form of one life event: what happened, when, to whom, and where they live since."""

from __future__ import annotations

import flet as ft

from app.services.life_events import EventDraft
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame
from app.views.screens.more.record_form import use_record_form
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.wraparound.practice_codes import EVENT_KINDS, SETTINGS
from app.wraparound.vocabulary import OPEN_LABELS


@component
def EventEditorPlace(place: Place) -> ft.Control:
    """place.record_id of place.family_id, or a new one."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    nobody: tuple[tuple[str, str], ...] = ()
    people, set_people = ft.use_state(nobody)
    trouble, set_trouble = ft.use_state("")

    async def load() -> EventDraft:
        found = await tablet.open.life_events.of_family(family_id)
        set_people(found.people)
        for one in found.events:
            if one.draft.event_id == place.record_id:
                return one.draft
        first = found.people[0][0] if found.people else ""
        today = tablet.open.desk.today().isoformat()
        return EventDraft(family_id, on_day=today, person_id=first)

    name = f"event.{family_id}.{place.record_id or 'new'}"
    form = use_record_form(
        "event", name, load, lambda draft: tablet.open.life_events.save(draft), nav.back,
        ("on_day", "until_on"),
    )  # fmt: skip
    ui = form.ui
    title = ui.say("event.form_title")

    async def remove() -> None:
        events = tablet.open.life_events
        await events.remove(family_id, place.record_id)
        await tablet.open.form_drafts.drop(name)

        async def undo() -> None:
            await events.put_back(family_id, place.record_id)

        ft.context.page.show_dialog(undo_bar(ui, ui.say("event.removed"), guarded(undo, lambda _error: None)))
        nav.back()

    if form.failed or form.draft is None:
        return frame(ui, nav, family_id, title, [form.not_there()], key="event_form")
    settings = [Choice("", ui.say("event.same_home"))]
    settings += [Choice(one, ui.say(f"practice.setting.{one}")) for one in SETTINGS]
    parts: list[ft.Control] = [
        *form.notices(),
        form.one_of("kind", EVENT_KINDS, "practice.event"),
        form.line("on_day", help=ui.say("event.day_help")),
        form.line("until_on", help=ui.say("event.until_help")),
        *([form.somebody("person_id", people)] if len(people) > 1 else []),
        form.asked(
            "setting",
            choice_chips(
                ui, settings, form.draft.setting, lambda code: form.change(setting=code), key="event.setting"
            ),
        ),
        form.line("words", lines=3),
        form.one_of("label", OPEN_LABELS, "note.label"),
    ]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="event.trouble"))
    more: list[ft.Control] = []
    if place.record_id:
        act = guarded(remove, lambda error: set_trouble(words_for(ui, error)))
        more.append(quiet(ui, ui.say("event.remove"), act, key="event.remove"))
    return frame(
        ui, nav, family_id, title, parts, key="event_form", foot=form.foot(*more), sticky=True, spacing=20
    )
