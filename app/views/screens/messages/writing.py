"""A message as it is written: for whom, about whom, the question; whether a release covers it; sending it."""

from __future__ import annotations

import inspect
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.provider_message_views import AboutPerson, MessageDraft, Recipient, message_form
from app.services.releases import ReleaseView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.documents.saving import save as save_paper
from app.views.screens.more.frame import frame
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import Form, use_record_form
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.states import error_state
from app.views.widgets.text import SOFT, text
from app.views.words import catalogue
from app.wraparound.labels import PLAN_LABELS, offered


@component
def MessageForm(place: Place) -> ft.Control:
    """A new message of place.family_id, or the draft place.record_id."""
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    family_id = place.family_id
    nobody: tuple[Recipient, ...] = ()
    noone: tuple[AboutPerson, ...] = ()
    team, set_team = ft.use_state(nobody)
    people, set_people = ft.use_state(noone)
    trouble, set_trouble = ft.use_state("")
    sending: Any = ft.use_ref(False)
    messages = tablet.open.messages

    async def load() -> MessageDraft:
        set_team(await messages.recipients(family_id))
        known = await messages.people(family_id)
        set_people(known)
        if place.record_id:
            return message_form(await messages.one(place.record_id))
        return MessageDraft(family_id, about_id=known[0].id if known else "")

    async def save(draft: MessageDraft) -> None:
        kept = await messages.save(draft)
        if not sending.current:
            nav.back()
            return
        await tablet.open.form_drafts.drop(name)
        try:
            made = await messages.send(kept, "file", catalogue("en").__getitem__)
        except AppError as error:
            set_trouble(words_for(ui, error))
            nav.swap(Place("message", family_id, record_id=kept))
            return
        done = await save_paper(tablet, made, bool(page.web))
        nav.swap(Place("message", family_id, record_id=kept, detail=done))

    name = f"message.{family_id}.{place.record_id or 'new'}"
    form = use_record_form("message", name, load, save, lambda: None, ("due_on",))
    ui = form.ui
    title = ui.say("messages.title" if place.record_id else "message.new")
    draft: MessageDraft | None = form.draft
    key = (draft.to_name, draft.to_organisation, draft.label) if draft is not None else ("", "", "")

    async def covering() -> tuple[ReleaseView, ...]:
        return await messages.covering(form.draft) if form.draft is not None else ()

    covered = use_query(covering, key, types=frozenset({"release"}), family_id=family_id)

    async def remove() -> None:
        await messages.remove(place.record_id)
        await tablet.open.form_drafts.drop(name)
        nav.back()

    async def send() -> None:
        sending.current = True
        try:
            # `guarded` says by itself what is wrong; a later *Keep* must not send.
            kept = form.save()
            if inspect.isawaitable(kept):
                await kept
        finally:
            sending.current = False

    if form.failed:
        part = error_state(ui, form.failed, key="message.failed", act=ui.say("nav.back"), on_act=nav.back)
        return frame(ui, nav, family_id, title, [part], key="message")
    if draft is None:
        said = text(ui, ui.say("message.opening"), ui.type.body)
        return frame(ui, nav, family_id, title, [said], key="message")
    labels = offered(PLAN_LABELS, tablet.open.desk.me.roles)
    parts: list[ft.Control] = [
        text(ui, ui.say("message.send_line"), ui.type.body, SOFT),
        *form.notices(),
        *_recipient(form, team),
        form.somebody("about_id", [(one.id, one.name) for one in people]),
        form.line("reason", lines=2),
        form.line("question", lines=3, help=ui.say("message.question_help")),
        *_medication(form, people),
        form.line("co_management", lines=2),
        form.line("due_on", help=ui.say("details.day_help")),
        form.one_of("label", labels, "note.label"),
        _cover(form, covered.value or (), tablet.open.desk.now_ms(), lambda: nav.go(
            Place("documents", family_id)
        )),
    ]  # fmt: skip
    if trouble:
        parts.append(fact_line(ui, ft.Icons.ERROR_OUTLINE, trouble, color=ft.Colors.ERROR))
    more: list[ft.Control] = []
    if covered.value:
        more.append(
            outlined(ui, ui.say("message.send"), send, key="message.send", symbol=ft.Icons.OUTBOX_OUTLINED)
        )
    if place.record_id:
        act = guarded(remove, lambda error: set_trouble(words_for(ui, error)))
        more.append(quiet(ui, ui.say("message.remove"), act, key="message.remove"))
    return frame(ui, nav, family_id, title, parts, key="message", foot=form.foot(*more), sticky=True)


def _recipient(form: Form, team: tuple[Recipient, ...]) -> list[ft.Control]:
    """Somebody of the team, or typed."""
    ui, draft = form.ui, form.draft

    def choose(who: str) -> None:
        known = next((one for one in team if one.id == who), None)
        if known is None:
            form.change(to_id="", to_name="", to_organisation="", release_id="")
        else:
            form.change(to_id=known.id, to_name=known.name, to_organisation=known.organisation,
                        release_id=known.release_id)  # fmt: skip

    parts: list[ft.Control] = []
    if team:
        chips = [Choice(one.id, one.name) for one in team] + [Choice("", ui.say("message.typed"))]
        chosen = choice_chips(ui, chips, draft.to_id, choose, key="message.to_id")
        parts.append(form.asked("to_id", chosen))
    if not draft.to_id:
        parts += [form.line("to_name"), form.line("to_organisation")]
    return parts


def _medication(form: Form, people: tuple[AboutPerson, ...]) -> list[ft.Control]:
    """What is known of medicines; the care facts are offered, never taken over by themselves."""
    ui = form.ui
    known = next((one.medicines.strip() for one in people if one.id == form.draft.about_id), "")
    parts: list[ft.Control] = [form.line("medication", lines=2)]
    if known and known not in form.draft.medication:
        take = quiet(
            ui, ui.say("message.medication_take"),
            lambda: form.change(medication="\n".join(
                part for part in (form.draft.medication.strip(), known) if part
            )),
            key="message.medication_take",
        )  # fmt: skip
        said = text(ui, ui.say("message.medication_known", words=known), ui.type.body, SOFT)
        parts.append(ft.Row([said, take], wrap=True, spacing=Space.M))
    return parts


def _cover(form: Form, releases: tuple[ReleaseView, ...], now_ms: int, to_releases: Any) -> ft.Control:
    """Whether it may leave today, and under what; else the way to where releases are written."""
    ui = form.ui
    if not form.draft.to_name.strip():
        return ft.Container()
    if not releases:
        line = fact_line(ui, ft.Icons.LOCK_OUTLINE, ui.say("message.not_covered"), key="message.not_covered")
        way = outlined(ui, ui.say("message.to_releases"), to_releases, key="message.releases", small=True)
        return quiet_panel(ft.Column([line, ft.Row([way], wrap=True)], spacing=Space.M, tight=True))
    best = releases[0]
    today = dates.local(now_ms).date()
    day = iso_day(ui, best.until_on, today)
    until = ui.say("message.until_day", day=day) if day else ui.say("message.until_event")
    lines: list[ft.Control] = [
        fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINED,
                  ui.say("message.covered", name=best.recipient, until=until), key="message.covered")
    ]  # fmt: skip
    if best.terms.direction == "out":
        lines.append(fact_line(ui, ft.Icons.INFO_OUTLINE, ui.say("message.only_out"), soft=True))
    return quiet_panel(ft.Column(lines, spacing=Space.S, tight=True))
