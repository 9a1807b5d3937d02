"""Who may decide for whom: the list, and the form of one adult's authority over one child."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.authorities import AuthorityDraft, AuthorityView
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import use_record_form
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row, text_edge
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import AUTHORITY_BASES, CONSENT_AREAS

_TYPES = frozenset({"authority", "person"})
_DAYS = ("seen_on", "from_on", "ends_on")
_ICON = 28


@component
def AuthoritiesPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.authorities.of_family(family_id), (family_id, tries), types=_TYPES,
        family_id=family_id,
    )  # fmt: skip
    title = ui.say("more.authority")

    def opened(record: str = "") -> None:
        nav.go(Place("authority_editor", family_id, record_id=record))

    if answer.value is None:
        part = waiting(ui, answer, "authority", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="authority")
    may = allows(tablet.open.desk.me, "authority.write")
    add = ui.say("authority.add")
    if not answer.value:
        empty = empty_state(
            ui, ui.say("authority.none"), ui.say("authority.teach"), key="authority.add",
            act=add if may else None, on_act=lambda: opened(),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="authority")
    rows: list[ft.Control] = [text(ui, ui.say("authority.line"), ui.type.body, SOFT)]
    rows += [
        _row(ui, one, today, bind(opened, one.draft.authority_id) if may else None) for one in answer.value
    ]
    button = filled(
        ui, add, lambda: opened(), key="authority.add", symbol=ft.Icons.ADD, expand=ui.layout.narrow or None
    )
    foot = ft.Row([button]) if may else None
    return frame(ui, nav, family_id, title, rows, key="authority", foot=foot, sticky=True, spacing=6)


def standing_words(ui: Ui, one: AuthorityView, today: date) -> str:
    """About whom, on what ground, about what, and until when."""
    draft = one.draft
    about = ui.say("authority.about", child=one.child or ui.say("authority.somebody"))
    parts = [about, ui.say(f"practice.basis.{draft.basis}")]
    if draft.may_consent:
        said = ", ".join(ui.say(f"practice.consent.{code}").lower() for code in draft.may_consent)
        parts.append(ui.say("authority.decides", areas=said))
    if one.standing == "ended":
        parts.append(ui.say("authority.ended", day=iso_day(ui, draft.ends_on, today)))
    elif one.standing == "ahead":
        parts.append(ui.say("authority.ahead", day=iso_day(ui, draft.from_on, today)))
    elif draft.ends_on:
        parts.append(ui.say("authority.until", day=iso_day(ui, draft.ends_on, today)))
    return ". ".join(parts)


def _row(ui: Ui, one: AuthorityView, today: date, on_open: object) -> ft.Control:
    draft = one.draft
    barred = draft.no_contact and one.standing != "ended"
    row = list_row(
        ui, draft.adult_name, on_open if callable(on_open) else None,
        key=f"authority.row.{draft.authority_id}",
        lead=icon(ui, ft.Icons.BLOCK if barred else ft.Icons.GAVEL_OUTLINED, _ICON,
                  ft.Colors.ERROR if barred else SOFT),
        lead_size=_ICON, line=standing_words(ui, one, today), chevron=on_open is not None, ruled=False,
    )  # fmt: skip
    notes: list[ft.Control] = []
    if barred:
        said = ui.say("authority.no_contact_line")
        notes.append(fact_line(ui, ft.Icons.BLOCK, said, color=ft.Colors.ERROR))
    if one.unseen and one.standing != "ended":
        notes.append(fact_line(ui, ft.Icons.HELP_OUTLINE, ui.say("authority.unseen"), soft=True))
    elif draft.seen:
        day = iso_day(ui, draft.seen_on, today)
        said = ui.say("authority.seen_line" if day else "authority.seen_plain", paper=draft.seen, day=day)
        notes.append(fact_line(ui, ft.Icons.DESCRIPTION_OUTLINED, said, soft=True))
    edge = text_edge(ui, _ICON)
    inset = ft.Padding.only(left=edge)
    under = [ft.Container(note, padding=inset) for note in notes]
    rule = ft.Container(hairline(), padding=ft.Padding.only(top=6, left=edge))
    parts: list[ft.Control] = [row, *under, rule]
    return ft.Column(parts, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


@component
def AuthorityEditorPlace(place: Place) -> ft.Control:
    """One authority of place.family_id: place.record_id, or a new one."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    nobody: tuple[tuple[str, str, bool], ...] = ()
    people, set_people = ft.use_state(nobody)

    async def load() -> AuthorityDraft:
        family = await tablet.open.care.of_family(family_id)
        set_people(tuple((one.person_id, one.name, one.is_youth) for one in family))
        for one in await tablet.open.authorities.of_family(family_id):
            if one.draft.authority_id == place.record_id:
                return one.draft
        youths = [one.person_id for one in family if one.is_youth]
        return AuthorityDraft(family_id, person_id=youths[0] if len(youths) == 1 else "")

    form = use_record_form(
        "authority", f"authority.{family_id}.{place.record_id or 'new'}", load,
        lambda draft: tablet.open.authorities.save(draft), nav.back, _DAYS,
    )  # fmt: skip
    ui = form.ui
    title = ui.say("authority.form_title")

    async def remove() -> None:
        authorities = tablet.open.authorities
        await authorities.remove(family_id, place.record_id)
        await tablet.open.form_drafts.drop(f"authority.{family_id}.{place.record_id}")

        async def undo() -> None:
            await authorities.put_back(family_id, place.record_id)

        ft.context.page.show_dialog(
            undo_bar(ui, ui.say("authority.removed"), guarded(undo, lambda _error: None))
        )
        nav.back()

    trouble, set_trouble = ft.use_state("")
    if form.failed or form.draft is None:
        return frame(ui, nav, family_id, title, [form.not_there()], key="authority_form")
    adults = [(who, name) for who, name, youth in people if not youth] + [("", ui.say("authority.else"))]
    children = [(who, name) for who, name, youth in people if youth]
    parts: list[ft.Control] = [
        *form.notices(),
        form.somebody("person_id", children),
        form.somebody("adult_id", adults),
        *([] if form.draft.adult_id else [form.line("adult_name")]),
        form.one_of("basis", AUTHORITY_BASES, "practice.basis"),
        form.some_of("may_consent", CONSENT_AREAS, "practice.consent"),
        form.yes("no_contact"),
        form.line("seen", help=ui.say("authority.seen_help")),
        form.line("seen_on", help=ui.say("details.day_help")),
        form.line("from_on"),
        form.line("ends_on"),
        form.line("note", lines=2),
    ]
    if trouble:
        parts.append(text(ui, trouble, ui.type.body, ft.Colors.ERROR))
    more: list[ft.Control] = []
    if place.record_id:
        act = guarded(remove, lambda error: set_trouble(words_for(ui, error)))
        more.append(quiet(ui, ui.say("authority.remove"), act, key="authority.remove"))
    return frame(
        ui, nav, family_id, title, parts, key="authority_form", foot=form.foot(*more), sticky=True
    )
