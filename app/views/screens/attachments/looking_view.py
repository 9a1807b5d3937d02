"""How one photo or paper is looked at: pure functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.services.attachments import AttachmentView
from app.views import dates
from app.views.screens.attachments.wording import ICONS, added_words, size_words, state_words, title_of
from app.views.screens.more.places import iso_day
from app.views.screens.notes.wording import label_icon, label_words
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act, named
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

_HIGH = 460
_LOW = 300
_ZOOM = 6.0
_SIDE = 250


@dataclass(frozen=True)
class Looking:
    """What is shown. data: the picture, empty when it is not here. share: of a fetch, -1 when none."""

    view: AttachmentView
    data: bytes = field(repr=False)
    now_ms: int = 0
    share: float = -1.0
    trouble: str = ""
    may_change: bool = False
    may_remove: bool = False


@dataclass(frozen=True)
class LookingActs:
    """What can be done."""

    fetch: Act
    stop: Act
    words: Act
    readers: Act
    remove: Act
    again: Act
    note: Act


def looking_parts(ui: Ui, look: Looking, acts: LookingActs) -> list[ft.Control]:
    """The picture or the way to it, then what is said of it."""
    parts: list[ft.Control] = []
    if look.trouble:
        parts.append(note_line(ui, look.trouble, error=True, key="attachment.trouble"))
    facts, row = _facts(ui, look, acts), _acts(ui, look, acts)
    if ui.layout.wide and not ui.layout.stacked:
        side = ft.Column([facts, *row], spacing=Space.M, tight=True)
        parts.append(
            ft.Row(
                [
                    ft.Container(_picture(ui, look, acts), expand=True),
                    ft.Container(side, width=ui.grow(_SIDE)),
                ],
                spacing=28,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
        return parts
    parts += [_picture(ui, look, acts), facts]
    if row:
        parts.append(ft.Row(row, spacing=12, run_spacing=12, wrap=True))
    return parts


def _picture(ui: Ui, look: Looking, acts: LookingActs) -> ft.Control:
    view = look.view
    if look.data:
        shown = ft.InteractiveViewer(
            ft.Image(look.data, fit=ft.BoxFit.CONTAIN, gapless_playback=True, exclude_from_semantics=True),
            min_scale=1.0,
            max_scale=_ZOOM,
            key="attachment.picture",
        )
        return named(
            ft.Container(
                shown,
                height=_LOW if ui.layout.narrow else _HIGH,
                bgcolor=ft.Colors.SURFACE_CONTAINER,
                border_radius=Radius.SHEET,
                clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
                alignment=ft.Alignment.CENTER,
            ),
            ui.say("attachments.picture_of", name=title_of(ui, view)),
        )
    inside: list[ft.Control] = []
    if view.thumb:
        inside.append(
            ft.Image(
                view.thumb, width=160, fit=ft.BoxFit.CONTAIN, border_radius=Radius.FIELD,
                exclude_from_semantics=True,
            )
        )  # fmt: skip
    else:
        inside.append(icon(ui, ft.Icons.DESCRIPTION_OUTLINED, 44, SOFT))
    if view.state.kind == "not_here":
        inside.append(text(ui, ui.say("attachments.not_here_means"), ui.type.body))
        if look.share >= 0:
            words = ui.say("attachments.fetching", percent=round(look.share * 100))
            inside.append(progress(ui, words, look.share, key="attachment.fetching", on_stop=acts.stop))
        else:
            inside.append(
                ft.Row(
                    [
                        filled(
                            ui, ui.say("attachments.fetch", size=size_words(ui, view.size)), acts.fetch,
                            key="attachment.fetch", symbol=ft.Icons.CLOUD_DOWNLOAD_OUTLINED,
                        )
                    ],
                    wrap=True,
                )
            )  # fmt: skip
    else:
        inside.append(text(ui, ui.say("attachments.pdf_means"), ui.type.body))
    return sheet(
        ft.Column(inside, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key="attachment.elsewhere",
    )


def _facts(ui: Ui, look: Looking, acts: LookingActs) -> ft.Control:
    view = look.view
    today = dates.local(look.now_ms).date()
    bad = view.state.kind == "refused"
    lines: list[ft.Control] = [
        fact_line(
            ui, ICONS[view.state.kind], state_words(ui, view.state), key="attachment.state",
            icon_color=ft.Colors.ERROR if bad else None,
        ),
        fact_line(ui, ft.Icons.PERSON_OUTLINE, added_words(ui, view, look.now_ms), key="attachment.added"),
    ]  # fmt: skip
    if view.person:
        lines.append(fact_line(ui, ft.Icons.FACE_OUTLINED, view.person))
    if view.taken_on:
        said = ui.say("attachments.taken", day=iso_day(ui, view.taken_on, today))
        lines.append(fact_line(ui, ft.Icons.EVENT_OUTLINED, said))
    lines.append(
        fact_line(
            ui, label_icon(view.label),
            f"{ui.say('note.readers')}: {label_words(ui, view.label)}", key="attachment.readers_line",
        )
    )  # fmt: skip
    kind = ui.say(f"attachments.kind.{view.kind}")
    lines.append(fact_line(ui, ft.Icons.INFO_OUTLINE, f"{kind}, {size_words(ui, view.size)}", soft=True))
    return ft.Semantics(
        live_region=True, content=ft.Column(lines, spacing=10, tight=True, key="attachment.facts")
    )


def _acts(ui: Ui, look: Looking, acts: LookingActs) -> list[ft.Control]:
    view = look.view
    found: list[ft.Control] = []
    if view.state.kind == "refused":
        found.append(outlined(ui, ui.say("state.try_again"), acts.again, key="attachment.again"))
    if look.may_change:
        found.append(
            outlined(ui, ui.say("attachments.change"), acts.words, key="attachment.change",
                     symbol=ft.Icons.EDIT_OUTLINED)
        )  # fmt: skip
        found.append(
            outlined(ui, ui.say("note.readers"), acts.readers, key="attachment.readers",
                     symbol=ft.Icons.VISIBILITY_OUTLINED)
        )  # fmt: skip
    if view.note_id:
        found.append(quiet(ui, ui.say("attachments.open_note"), acts.note, key="attachment.note"))
    if look.may_remove:
        found.append(quiet(ui, ui.say("attachments.remove"), acts.remove, key="attachment.remove"))
    return found


def words_dialog(
    ui: Ui,
    form: tuple[str, str, str],
    set_form: Callable[[tuple[str, str, str]], object],
    on_act: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """Change what is said of it. form: caption, day as typed, what is wrong with the day."""
    caption, day, error = form
    return form_dialog(
        ui,
        ui.say("attachments.change"),
        ft.Column(
            [
                text_field(
                    ui, ui.say("attachments.caption"), caption,
                    lambda words: set_form((words, day, error)), key="attachment.caption",
                ),
                text_field(
                    ui, ui.say("attachments.day"), day, lambda words: set_form((caption, words, "")),
                    key="attachment.day", help=ui.say("attachments.day_help"), error=error or None,
                ),
            ],
            spacing=20,
            tight=True,
        ),
        key="attachment.words",
        act=ui.say("attachments.save"),
        on_act=on_act,
        close=ui.say("attachments.leave"),
        on_close=on_close,
    )  # fmt: skip
