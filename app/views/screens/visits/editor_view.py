"""How the form of a visit looks, and the families to choose from. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from app.services.casebook import FamilyRow
from app.services.today_views import Going
from app.services.visits import VISIT_KINDS, VisitDraft
from app.views import dates
from app.views.screens.meeting.step_last import HOURS, MINUTES
from app.views.screens.more.frame import COLUMN
from app.views.screens.more.record_form import restored_notice
from app.views.screens.notes.wording import kind_words, place_words
from app.views.screens.today.wording import what_words
from app.views.screens.visits.one import clash_panel
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.day_picker import month_grid
from app.views.widgets.face import face
from app.views.widgets.fields import field, note_line, said_again, search_field
from app.views.widgets.header import header
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import list_row
from app.views.widgets.shell import room_for
from app.views.widgets.states import nothing_found, wide_act
from app.views.widgets.text import section_header
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import PLACES

LENGTHS = (15, 30, 45, 60, 90, 120)
_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class EditorLook:
    """The form as it stands. at: the field of the trouble, "" for the whole. restored: it goes on where it
    was left."""

    draft: VisitDraft
    today: date
    month: date
    clashes: tuple[Going, ...] = ()
    trouble: str = ""
    at: str = ""
    restored: bool = False


@dataclass(frozen=True)
class EditorActs:
    """What can be done."""

    back: Act
    crisis: Act
    cover: Act
    change: Callable[..., object]
    day: Callable[[date], object]
    month: Callable[[date], object]
    time: Callable[[int, int], object]
    save: Act
    fresh: Act


def editor_view(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    """The whole form."""
    draft = look.draft
    left = [_when(ui, look, acts)]
    right = [_what(ui, look, acts), _who(ui, look, acts), _about(ui, look, acts)]
    body: ft.Control = (
        ft.Row(
            [ft.Container(_column(left), expand=True), ft.Container(_column(right), expand=True)],
            spacing=Space.XXL,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        if ui.layout.wide
        else _column([*right[:1], *left, *right[1:]])
    )
    title = ui.say("visits.change_title" if draft.visit_id else "today.plan")
    words = ui.say("visits.save")
    save = (
        wide_act(ui, words, acts.save, key="visit.save")
        if ui.layout.narrow
        else ft.Row([filled(ui, words, acts.save, key="visit.save")])
    )
    again = [restored_notice(ui, acts.fresh, key="visit")] if look.restored else []
    foot = [said_again(ui, look.trouble, key="visit.problem_again")] if look.trouble else []
    tight = ui.scale >= _LARGE_TEXT
    return ft.Column(
        [
            header(ui, title, key="visit", line=draft.family_name or None, on_back=acts.back,
                   on_crisis=acts.crisis, on_cover=acts.cover),
            ft.Column(
                [*again, body, *([*foot, save] if tight else []), ft.Container(height=Space.XL)],
                scroll=ft.ScrollMode.AUTO, expand=True, spacing=Space.L, key="visit.scroll",
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            *([] if tight else [*foot, ft.Container(save, padding=ft.Padding.only(bottom=Space.S))]),
        ],
        spacing=Space.S, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _column(parts: Sequence[ft.Control], spacing: float = Space.XL) -> ft.Control:
    return ft.Column(
        list(parts), spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _trouble(ui: Ui, look: EditorLook, *fields: str) -> list[ft.Control]:
    if not look.trouble or look.at not in fields:
        return []
    return [note_line(ui, look.trouble, error=True, key="visit.problem")]


def _what(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    draft = look.draft
    kinds = VISIT_KINDS if draft.kind in VISIT_KINDS else (*VISIT_KINDS, draft.kind)
    places = PLACES if draft.place in PLACES else (*PLACES, draft.place)

    def chosen(kind: str) -> object:
        # A call has no address, and a visit at home has one.
        usual = {"phone": "phone", "home_visit": "home", "school": "school"}
        return acts.change(kind=kind, place=usual.get(kind, draft.place))

    return _column(
        [
            section_header(ui, ui.say("visits.what")),
            choice_chips(ui, [Choice(one, kind_words(ui, one)) for one in kinds], draft.kind, chosen,
                         key="visit.kind"),
            section_header(ui, ui.say("visits.where")),
            choice_chips(ui, [Choice(one, place_words(ui, one)) for one in places], draft.place,
                         lambda place: acts.change(place=place), key="visit.place"),
            *_trouble(ui, look, "kind", "place", ""),
        ],
        Space.S,
    )  # fmt: skip


def _when(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    draft = look.draft
    at = datetime.fromtimestamp(draft.starts_at_ms / 1000) if draft.starts_at_ms else None
    said = ui.say("visits.when")
    if at is not None:
        day = dates.day(ui.language, at.date(), look.today)
        time = dates.time_of_day(ui.language, draft.starts_at_ms)
        said = dates.begin(ui.say("dates.moment", day=day, time=time))
    hour, minute = (f"{at.hour:02d}", f"{at.minute:02d}") if at else ("10", "00")
    return _column(
        [
            section_header(ui, said, large=True),
            month_grid(ui, look.month, at.date() if at else None, look.today, acts.day, acts.month,
                       key="visit.month"),
            choice_chips(
                ui, [Choice(f"{one:02d}", dates.hour_words(ui.language, one)) for one in HOURS],
                hour if at else None, lambda one: acts.time(int(one), int(minute)), key="visit.hour",
            ),
            choice_chips(
                ui, [Choice(one, f":{one}") for one in MINUTES], minute if at else None,
                lambda one: acts.time(int(hour), int(one)), key="visit.minute",
            ),
            section_header(ui, ui.say("visits.length")),
            choice_chips(
                ui, [Choice(str(one), ui.say("visits.minutes", count=one)) for one in LENGTHS],
                str(draft.minutes), lambda one: acts.change(minutes=int(one)), key="visit.minutes",
            ),
            *_trouble(ui, look, "starts", "minutes"),
            *([clash_panel(ui, [_clash(ui, one) for one in look.clashes])] if look.clashes else []),
        ],
        Space.S,
    )  # fmt: skip


def _clash(ui: Ui, one: Going) -> str:
    time = dates.time_of_day(ui.language, one.starts_at_ms)
    return ui.say("visits.clash", time=time, name=one.name, what=what_words(ui, one))


def _who(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    people = [
        Choice(one.id, f"{one.name}, {one.role}" if one.role else one.name) for one in look.draft.people
    ]
    return _column(
        [
            section_header(ui, ui.say("visits.who")),
            many_chips(ui, people, look.draft.with_whom, lambda chosen: acts.change(with_whom=chosen),
                       key="visit.who"),
        ],
        Space.S,
    )  # fmt: skip


def _about(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    return field(
        ui, ui.say("visits.about"), look.draft.about, lambda words: acts.change(about=words),
        key="visit.about", lines=2, most_lines=6, help=ui.say("visits.about_help"),
        error=look.trouble if look.at == "about" else None,
    )  # fmt: skip


def choose_family(
    ui: Ui,
    rows: Sequence[FamilyRow],
    words: str,
    on_type: Callable[[str], object],
    on_choose: Callable[[str], object],
) -> ft.Control:
    """A search and the families, my own first."""
    found: list[ft.Control] = [
        list_row(
            ui, row.title, bind(on_choose, row.family_id), key=f"visit_family.{row.family_id}",
            lead=face(ui, row.initials), line=row.with_whom or None, chevron=True, tall=72,
        )
        for row in rows
    ]  # fmt: skip
    search = search_field(ui, ui.say("visits.search"), words, on_type, key="visit_family.search")
    width = None if ui.layout.narrow else room_for(ui, COLUMN)
    column = ft.Container(
        ft.ListView([*(found or [nothing_found(ui)]), ft.Container(height=Space.XL)], expand=True, spacing=0),
        expand=True,
    )
    return ft.Row(
        [
            ft.Container(
                ft.Column([search, column], spacing=Space.M, expand=True,
                          horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                width=width, expand=width is None or None,
            )
        ],
        expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
