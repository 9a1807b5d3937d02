"""The conflict screen as pure functions: the sheets, the editor of both, and the calm end.

Follows the conflict-two-versions picture of design page 06.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.conflicts import Conflict, Suggestion
from app.services.conflicts import Version as Written
from app.services.undoing import Settled
from app.views import dates
from app.views.screens.conflict.naming import FREE, Holds, holds, where_words
from app.views.screens.conflict.taking_back import BringBack, decided
from app.views.screens.conflict.together import together
from app.views.screens.conflict.values import Known, value_words
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.conflict import (
    Version,
    compare_words,
    conflict_foot,
    conflict_pair,
    version_sheet,
)
from app.views.widgets.face import Kind, mark
from app.views.widgets.fields import field, note_line
from app.views.widgets.header import header
from app.views.widgets.pressable import Act, bind
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

_TWO = 2
_LARGE = 1.3


@dataclass(frozen=True)
class ConflictLook:
    """One conflict as it is shown.

    Attributes:
        conflict: what has more than one version.
        number: its place among the open ones, from 1.
        total: how many there were.
        title: which record it is ("Make the car playlist"), "" when the words say it themselves.
        known: names for ids, and the present.
        trouble: what could not be done, in words.
        busy: a decision is being saved.
    """

    conflict: Conflict
    number: int
    total: int
    title: str
    known: Known
    trouble: str = ""
    busy: bool = False
    made: Suggestion | None = None
    """All versions in one, if that can be said."""
    last: Settled | None = None
    """The decision before this one, which can be taken back."""


@dataclass(frozen=True)
class ConflictActs:
    """The ways out. keep: called with the index of the version."""

    keep: Callable[[int], object]
    both: Act
    later: Act
    back: Act
    cover: Act
    write: Callable[[str], object]
    save_both: Act
    to_sheets: Act
    keep_made: Act
    back_again: BringBack


def first_name(ui: Ui, version: Written) -> str:
    """The author as one says it at the table."""
    return version.author.split()[0] if version.author.strip() else ui.say("conflict.somebody")


def is_free(conflict: Conflict) -> bool:
    """Two versions of it can be made into one by writing."""
    return holds(conflict.type, conflict.field) in FREE


def versions_of(ui: Ui, look: ConflictLook) -> tuple[Version, ...]:
    """All versions in words, yours first."""
    conflict = look.conflict
    labels = Counter(_whose(ui, one) for one in conflict.versions)
    times = Counter(_when(ui, one, look.known) for one in conflict.versions)
    raw = [one.value for one in conflict.versions]
    made: list[Version] = []
    for place, one in enumerate(conflict.versions, start=1):
        when = _when(ui, one, look.known)
        name = first_name(ui, one)
        # Yours is here, sent or not; only two of your own are told apart by what the server has.
        far = one.on_server and not (one.mine and labels[_whose(ui, one)] == 1)
        where = "server" if far else "tablet"
        if labels[_whose(ui, one)] > 1:
            # Two versions of one person: the time tells them apart, or, within a minute, the place.
            keep = (
                ui.say("conflict.keep_of", when=when)
                if times[when] == 1
                else ui.say("conflict.keep_number", number=place)
            )
        else:
            keep = ui.say("conflict.keep_yours") if one.mine else ui.say("conflict.keep_theirs", name=name)
        said = value_words(ui, conflict.type, conflict.field, one.value, look.known, raw)
        made.append(
            Version(
                title=ui.say(f"conflict.{'yours' if one.mine else 'theirs'}_{where}", name=name),
                line=ui.say("conflict.line", name=_whose(ui, one), when=when),
                words=said,
                keep=keep,
                spoken=_spoken(conflict, one),
                on_server=far,
            )
        )
    return tuple(made)


def _spoken(conflict: Conflict, one: Written) -> bool:
    return bool(one.value) and holds(conflict.type, conflict.field) in (Holds.TEXT, Holds.SIGNED)


def _whose(ui: Ui, version: Written) -> str:
    if version.mine:
        return ui.say("conflict.you")
    return version.author or ui.say("conflict.somebody")


def _when(ui: Ui, version: Written, known: Known) -> str:
    return dates.moment(ui.settings.language, version.at_ms, known.now_ms)


def who_line(ui: Ui, conflict: Conflict) -> str:
    """One sentence: who changed the same words."""
    if len(conflict.versions) > _TWO:
        return ui.say("conflict.many")
    first, second = conflict.versions
    suffix = "" if is_free(conflict) else "_value"
    if first.mine and second.mine:
        return ui.say("conflict.yours_twice")
    if first.mine or second.mine:
        other = second if first.mine else first
        return ui.say(f"conflict.you_and{suffix}", name=first_name(ui, other))
    return ui.say(
        f"conflict.two{suffix}", first=first_name(ui, first), second=first_name(ui, second)
    )


def conflict_page(ui: Ui, look: ConflictLook, acts: ConflictActs) -> ft.Control:
    """All versions of one field, and the ways out."""
    conflict = look.conflict
    count = len(conflict.versions)
    # Large words on a small window: what can scroll away scrolls, so that the sheets have room.
    narrow, large = ui.layout.narrow, ui.layout.stacked and ui.scale >= _LARGE
    head = header(
        ui,
        ui.say("conflict.title") if count <= _TWO else ui.say("conflict.title_many", count=count),
        key="conflict",
        line=None if narrow else who_line(ui, conflict),
        on_back=acts.back,
        on_cover=acts.cover,
        acts=[] if narrow else [_counter(ui, look)],
    )
    subject: list[ft.Control] = []
    if narrow:
        subject.append(text(ui, who_line(ui, conflict), ui.type.body, SOFT))
    subject.append(
        ft.Row(
            [
                mark(ui, Kind.NATURAL),
                text(
                    ui,
                    where_words(ui, conflict.type, conflict.field, conflict.family_name),
                    ui.type.strong,
                    expand=True,
                    key="conflict.where",
                ),
                *([_counter(ui, look)] if narrow and not large else []),
            ],
            spacing=12,
        )
    )
    if large and narrow:
        subject.append(ft.Row([_counter(ui, look)]))
    if look.title:
        subject.append(
            text(ui, ui.say("conflict.about", title=look.title), ui.type.body, SOFT,
                 key="conflict.about")
        )  # fmt: skip
    parts: list[ft.Control] = [
        *_last(ui, look.last, look.known.now_ms, acts.back_again, busy=look.busy),
        ft.Column(
            subject, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    ]
    if look.trouble:
        parts.append(note_line(ui, look.trouble, error=True, key="conflict.problem"))
    parts += _sheets(ui, look, acts)
    parts.append(ft.Container(height=16))
    return _place(head, parts)


def _last(
    ui: Ui, last: Settled | None, now_ms: int, on_back: BringBack, *, busy: bool = False
) -> list[ft.Control]:
    if last is None:
        return []
    return [decided(ui, last, "", now_ms, on_back, key="conflict.last", busy=busy)]


def _sheets(ui: Ui, look: ConflictLook, acts: ConflictActs) -> list[ft.Control]:
    versions = versions_of(ui, look)
    suggested: list[ft.Control] = []
    if look.made is not None:
        suggested.append(
            together(ui, look.conflict, look.made, look.known, busy=look.busy, on_keep=acts.keep_made,
                     on_edit=acts.both)
        )  # fmt: skip
    # With a suggestion its own words are edited; without one all versions, one after the other.
    both = acts.both if is_free(look.conflict) and look.made is None else None
    foot = conflict_foot(ui, both, acts.later, key="conflict")
    if len(versions) == _TWO:
        pair = conflict_pair(
            ui, versions[0], versions[1],
            on_keep_mine=bind(acts.keep, 0), on_keep_theirs=bind(acts.keep, 1), key="conflict",
        )  # fmt: skip
        return [pair, *suggested, foot]
    sheets: list[ft.Control] = []
    for place, one in enumerate(versions):
        # Each is held against the first, and the first against the second.
        other = versions[1 if place == 0 else 0]
        sheets.append(
            version_sheet(
                ui, one, compare_words(one.words, other.words)[0], place > 0,
                bind(acts.keep, place), f"conflict.keep.{place}",
            )
        )  # fmt: skip
    return [*sheets, *suggested, foot]


def _counter(ui: Ui, look: ConflictLook) -> ft.Control:
    return ft.Container(
        text(
            ui, ui.say("conflict.counter", number=look.number, total=look.total), ui.type.chip,
            key="conflict.counter",
        ),
        padding=ft.Padding.symmetric(horizontal=18, vertical=14),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=Radius.ROUND,
    )  # fmt: skip


def both_texts(versions: Sequence[Written]) -> str:
    """All versions one after the other, a blank line between."""
    return "\n\n".join(str(one.value) for one in versions if str(one.value).strip())


def both_page(
    ui: Ui, look: ConflictLook, words: str, error: str, acts: ConflictActs
) -> ft.Control:
    """The editor that holds both texts until one is made of them."""
    conflict = look.conflict
    where = where_words(ui, conflict.type, conflict.field, conflict.family_name)
    head = header(
        ui, ui.say("conflict.edit_title"), key="conflict", line=where, on_back=acts.to_sheets,
        on_cover=acts.cover,
    )  # fmt: skip
    return _place(
        head,
        [
            field(
                ui, where, words, acts.write, key="conflict.words",
                help=ui.say(f"conflict.edit_help{'' if look.made is None else '_made'}"),
                error=error or None, lines=6, show_label=False,
                autofocus=True,
                style=ui.type.words_s
                if holds(conflict.type, conflict.field) is Holds.TEXT
                else None,
            ),
            ft.Row(
                [
                    quiet(ui, ui.say("conflict.edit_back"), acts.to_sheets, key="conflict.to_sheets"),
                    filled(
                        ui, ui.say("conflict.edit_save"), acts.save_both, key="conflict.save",
                        symbol=ft.Icons.CHECK, disabled=look.busy,
                    ),
                ],
                wrap=True,
                spacing=12,
                run_spacing=8,
                alignment=ft.MainAxisAlignment.END,
            ),
            ft.Container(height=16),
        ],
    )  # fmt: skip


def done_page(
    ui: Ui, left: int, trouble: str, on_back: Act, on_cover: Act, undo: Sequence[ft.Control] = ()
) -> ft.Control:
    """Nothing is left to decide, or what is left was put off.

    trouble: what to tell first. undo: the last decision, which can be taken back.
    """
    title, line = ui.say("conflict.done_title"), ui.say("conflict.done_line")
    if left:
        title = ui.say("conflict.done_later")
        line = ui.say("conflict.left_one" if left == 1 else "conflict.left", count=left)
    return _place(
        header(ui, ui.say("nav.sync"), key="conflict", on_back=on_back, on_cover=on_cover),
        [
            *([note_line(ui, trouble, error=True, key="conflict.problem")] if trouble else []),
            empty_state(
                ui, title, line, key="conflict.done",
                act=ui.say("conflict.done_back"), on_act=on_back,
            ),
            *undo,
        ],
    )  # fmt: skip


def _place(head: ft.Control, parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        [
            head,
            ft.Column(
                parts,
                spacing=16,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
        ],
        spacing=20,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
