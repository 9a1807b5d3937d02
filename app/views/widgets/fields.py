"""Fields: a label above that stays, help below, an error in words with an icon.

Owns the accessible name of a field, its edges, and the privacy switches: the keyboard must not
learn, correct or suggest what is typed about a family. No field has a fixed height, so large text
is never clipped. Follows design page 06, "Field" and trap 9; design page 03, "Flet 1.0.5".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import flet as ft

from app.views.theme.tokens import TARGET, Radius
from app.views.widgets.buttons import icon_button
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui

Change = Callable[[str], object]
"""Called with the field's new text."""

_FOCUS_WIDTH = 2.5


def _borders(error: bool, radius: float) -> dict[ft.ControlState, ft.InputBorder]:
    """Edges at rest and in focus; an error keeps its colour in both."""
    rest = ft.Colors.ERROR if error else ft.Colors.OUTLINE
    focus = ft.Colors.ERROR if error else ft.Colors.PRIMARY
    return {
        ft.ControlState.FOCUSED: ft.OutlineInputBorder(
            side=ft.BorderSide(_FOCUS_WIDTH, focus), border_radius=radius
        ),
        ft.ControlState.DEFAULT: ft.OutlineInputBorder(
            side=ft.BorderSide(2 if error else 1, rest), border_radius=radius
        ),
    }


def note_line(ui: Ui, words: str, *, error: bool = False, key: str | None = None) -> ft.Control:
    """A line below a field: help in soft ink, or an error with its icon, said aloud at once."""
    color = ft.Colors.ERROR if error else SOFT
    line = ft.Row(
        [
            *([icon(ui, ft.Icons.ERROR_OUTLINE, 20, color)] if error else []),
            text(ui, words, ui.type.strong if error else ui.type.body, color, expand=True),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
        key=key,
    )
    return ft.Semantics(content=line, live_region=True) if error else line


def said_again(ui: Ui, words: str, *, key: str) -> ft.Control:
    """A field's error once more beside the button that found it: the field may be out of sight.

    Only for the eye; it was said aloud at the field.
    """
    line = ft.Row(
        [
            icon(ui, ft.Icons.ERROR_OUTLINE, 20, ft.Colors.ERROR),
            text(ui, words, ui.type.strong, ft.Colors.ERROR, expand=True),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(content=line, exclude_semantics=True, key=key)


def _labelled(entry: ft.TextField, label: str) -> ft.Control:
    """Give a field its name. Only merging makes field and name one node; a plain `Semantics`
    around it would be a named group with a nameless field inside."""
    return ft.MergeSemantics(content=ft.Semantics(label=label, content=entry))


@ft.component
def Secret(make: Callable[[bool], ft.TextField], label: str, control: str) -> ft.Control:
    """A field whose letters are hidden, with an eye of our own.

    Flet's eye sits inside the field and has no name; merged with the field it could not be tapped.
    """
    ui = use_ui()
    shown, show = ft.use_state(False)
    eye = icon_button(
        ui,
        ft.Icons.VISIBILITY_OFF_OUTLINED if shown else ft.Icons.VISIBILITY_OUTLINED,
        ui.say("field.hide" if shown else "field.show"),
        lambda: show(not shown),
        key=f"{control}.eye",
    )
    return ft.Stack(
        [
            ft.Row([ft.Container(_labelled(make(not shown), label), expand=True)]),
            ft.Row(
                [ft.Container(eye, padding=ft.Padding.only(right=8))],
                right=0,
                top=0,
                bottom=0,
                tight=True,
            ),
        ]
    )


def _without_event(change: Change | None) -> Callable[[ft.Event[ft.TextField]], object] | None:
    """Pass on the text alone; a coroutine function stays one, as Flet awaits only those."""
    if change is None:
        return None
    handler = change
    if inspect.iscoroutinefunction(handler):

        async def wait(event: ft.Event[ft.TextField]) -> object:
            return await handler(event.control.value or "")

        return wait

    def changed(event: ft.Event[ft.TextField]) -> object:
        return handler(event.control.value or "")

    return changed


def field(
    ui: Ui,
    label: str,
    value: str,
    on_change: Change | None,
    *,
    key: str,
    help: str | None = None,
    error: str | None = None,
    hint: str | None = None,
    secret: bool = False,
    lines: int = 1,
    most_lines: int | None = None,
    keyboard: ft.KeyboardType | None = None,
    on_submit: Act | None = None,
    on_blur: Act | None = None,
    autofocus: bool = False,
    disabled: bool = False,
    show_label: bool = True,
    style: ft.TextStyle | None = None,
    expand: bool | int | None = None,
    most_letters: int | None = None,
) -> ft.Control:
    """One labelled text field.

    Args:
        ui: settings in force.
        label: the visible label and the accessible name.
        value: what stands in it; prefill when the app knows.
        on_change: called with the new text.
        key: key of the `ft.TextField`, "<screen>.<control>".
        help: one line below.
        error: in words, in place of the help.
        hint: an example inside the empty field.
        secret: hide the letters, with an eye to show them.
        lines: smallest number of lines; more than one makes it a paragraph field.
        most_lines: largest number of lines, None for as many as are written.
        keyboard: which keyboard to offer.
        on_submit: called on Enter (one-line fields).
        on_blur: called when the field is left.
        autofocus: take the focus when shown.
        disabled: not editable now.
        show_label: False only where a heading right above says the same words.
        style: text style inside, body-l by default.
        expand: take the room left in a row.
        most_letters: the largest number of letters taken.
    """
    inside = style or ui.type.body_l
    long = lines > 1 or most_lines is not None
    def make(hidden: bool) -> ft.TextField:
        return ft.TextField(
            key=key,
            value=value,
            on_change=_without_event(on_change),
            on_submit=on_submit,
            on_blur=on_blur,
            text_style=inside,
            color=ft.Colors.ON_SURFACE,
            hint_text=hint,
            hint_style=inside.copy(color=SOFT),
            border=_borders(error is not None, Radius.FIELD),
            filled=True,
            fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
            hover_color=ft.Colors.TRANSPARENT,
            cursor_color=ft.Colors.PRIMARY,
            content_padding=ft.Padding.symmetric(horizontal=18, vertical=16 if not secret else 20),
            suffix_icon=ft.Container(width=TARGET, height=1) if secret else None,
            password=hidden,
            multiline=long,
            min_lines=lines if long else None,
            max_lines=most_lines,
            max_length=most_letters,
            keyboard_type=keyboard
            or (ft.KeyboardType.MULTILINE if long else ft.KeyboardType.TEXT),
            autofocus=autofocus,
            disabled=disabled,
            autocorrect=False,
            enable_suggestions=False,
            enable_ime_personalized_learning=False,
            smart_dashes_type=False,
            smart_quotes_type=False,
        )

    parts: list[ft.Control] = []
    if show_label:
        # The words above are seen; the field itself carries the same words as its name, so a
        # screen reader hears them once.
        parts.append(
            ft.Semantics(exclude_semantics=True, content=text(ui, label, ui.type.label))
        )
    parts.append(Secret(make, label, key) if secret else _labelled(make(False), label))
    if error is not None:
        parts.append(note_line(ui, error, error=True, key=f"{key}.error"))
    elif help is not None:
        parts.append(note_line(ui, help, key=f"{key}.help"))
    return ft.Column(
        parts,
        spacing=6,
        tight=True,
        expand=expand,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def search_field(
    ui: Ui,
    label: str,
    value: str,
    on_change: Change | None,
    *,
    key: str,
    on_submit: Act | None = None,
    autofocus: bool = False,
    expand: bool | int | None = None,
) -> ft.Control:
    """The rounded search field; its label stands inside as an example and as accessible name."""
    style = ui.type.body_l
    entry = ft.TextField(
        key=key,
        value=value,
        on_change=_without_event(on_change),
        on_submit=on_submit,
        autofocus=autofocus,
        text_style=style,
        color=ft.Colors.ON_SURFACE,
        hint_text=label,
        hint_style=style.copy(color=SOFT),
        border=_borders(False, 28 * ui.scale),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        hover_color=ft.Colors.TRANSPARENT,
        cursor_color=ft.Colors.PRIMARY,
        prefix_icon=ft.Container(
            icon(ui, ft.Icons.SEARCH, 24),
            padding=ft.Padding.only(left=14, right=12),
        ),
        content_padding=ft.Padding.only(left=4, right=20, top=15, bottom=15),
        autocorrect=False,
        enable_suggestions=False,
        enable_ime_personalized_learning=False,
        smart_dashes_type=False,
        smart_quotes_type=False,
    )
    # The example inside names the empty field; once something is typed it is gone.
    return ft.MergeSemantics(
        expand=expand, content=ft.Semantics(label=label if value else None, content=entry)
    )
