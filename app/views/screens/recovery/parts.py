"""What the screens of recovery share: a secret's sheet, the question for its words, saving the file.

Words and pictures are drawn and never kept; the file goes straight into the system's own dialog.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date

import flet as ft

from app.services.recovery import SeedUseView
from app.services.recovery_papers import FILE_NAME, SecretPage, papers_file
from app.services.tablet import Tablet
from app.views import dates
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined
from app.views.widgets.fields import field
from app.views.widgets.panels import sheet
from app.views.widgets.qr import LARGEST, qr_picture
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui
from app.views.words import catalogue

log = logging.getLogger(__name__)

ASKED = 3
"""How many words of a sheet are asked for."""
USES_SHOWN = 5
TOLD = frozenset({"SetRoles", "CertifyPerson", "CertifyDevice"})
"""Operations of the root that have words of their own."""
_TWO_FROM, _THREE_FROM = 320, 640
_COLUMN = 620


def framed(ui: Ui, head: ft.Control, body: ft.Control, *, key: str) -> ft.Control:
    """Header, and a column of a readable width that scrolls.

    key: another one for each step of a screen, so that each begins at its top.
    """
    narrow = ui.layout.narrow
    inside = ft.Container(
        body, width=None if narrow else room_for(ui, _COLUMN), expand=True if narrow else None
    )
    return ft.Column(
        [
            head,
            ft.ListView(
                [ft.Row([inside]), ft.Container(height=Space.XXL)],
                expand=True,
                key=key,
                padding=ft.Padding.only(top=18),
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def stack(parts: Sequence[ft.Control], spacing: float = Space.L) -> ft.Column:
    """Parts under each other, as wide as the column."""
    return ft.Column(
        list(parts), spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def uses_list(ui: Ui, uses: tuple[SeedUseView, ...], now_ms: int) -> list[ft.Control]:
    """When the seed was used, as everybody in the agency sees it."""
    say = ui.say
    def line(one: SeedUseView) -> ft.Control:
        key = one.kind if one.kind in TOLD else "other"
        when = dates.begin(dates.moment(ui.settings.language, one.at_ms, now_ms))
        name = one.name or say("recovery.use.somebody")
        return text(ui, say(f"recovery.use.{key}", name=name, when=when), ui.type.body)

    lines = [line(one) for one in uses[:USES_SHOWN]] or [
        text(ui, say("recovery.use.never"), ui.type.body, SOFT)
    ]
    return [
        section_header(ui, say("recovery.use.title")),
        ft.Column(lines, spacing=8, tight=True, key="seed.uses"),
    ]


def words_grid(ui: Ui, words: tuple[str, ...], room: float | None = None) -> ft.Control:
    """The words in columns, numbered as on paper: down the first column, then the next."""
    width = (room if room is not None else ui.layout.width) / ui.scale
    columns = 1 if width < _TWO_FROM else 2 if width < _THREE_FROM else 3
    rows = -(-len(words) // columns)

    def cell(place: int) -> ft.Control:
        number = text(ui, str(place + 1), ui.type.body, SOFT, align=ft.TextAlign.END)
        return ft.Row(
            [ft.Container(number, width=ui.grow(26)), text(ui, words[place], ui.type.body_l, expand=True)],
            spacing=10,
        )

    return ft.Semantics(
        label=ui.say("first_run.sheet.list", count=len(words)),
        container=True,
        content=ft.Row(
            [
                ft.Column(
                    [cell(n) for n in range(c * rows, min((c + 1) * rows, len(words)))],
                    spacing=6, tight=True, expand=True,
                )
                for c in range(columns)
            ],
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    )  # fmt: skip


def secret_sheet(
    ui: Ui,
    page: SecretPage,
    *,
    key: str,
    on_save: Callable[[], object],
    saved: str = "",
    busy: bool = False,
    width: float | None = None,
) -> list[ft.Control]:
    """One secret to be written down or printed.

    Args:
        ui: settings in force.
        page: the secret.
        key: key stem: `<key>.words`, `<key>.picture`, `<key>.save`.
        on_save: make the file for the printer and ask where to put it.
        saved: what became of the file.
        busy: the file is being made.
        width: of the column, in pixels.
    """
    say = ui.say
    room = min(width or ui.layout.width, ui.layout.width)
    grid: ft.Control = words_grid(ui, page.words, min(room, 560))
    mark = (
        [text(ui, say("recovery.fingerprint"), ui.type.label), text(ui, page.fingerprint, ui.type.h3)]
        if page.fingerprint
        else []
    )
    picture = qr_picture(
        ui, page.picture, name=say("recovery.picture"), key=f"{key}.picture",
        room=min(LARGEST, room - (40 if ui.layout.narrow else 2 * Space.XL)),
    )  # fmt: skip
    return [
        sheet(grid, key=f"{key}.words", padding=Space.M if ui.layout.narrow else Space.XL),
        *([ft.Column(mark, spacing=4, tight=True)] if mark else []),
        text(ui, say("recovery.picture_line"), ui.type.body, SOFT),
        picture,
        ft.Row(
            [
                outlined(ui, say("recovery.save"), on_save, key=f"{key}.save",
                         symbol=ft.Icons.PRINT_OUTLINED, disabled=busy),
                *([text(ui, saved, ui.type.body, SOFT)] if saved else []),
            ],
            wrap=True, spacing=16, run_spacing=8, vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        text(ui, say("recovery.save_line"), ui.type.body, SOFT),
    ]  # fmt: skip


def asked_words(
    ui: Ui,
    asked: tuple[int, ...],
    answers: tuple[str, ...],
    on_change: Callable[[tuple[str, ...]], object],
    *,
    key: str,
    wrong: int = -1,
    error: str = "",
    busy: bool = False,
    on_submit: Callable[[], object] | None = None,
) -> list[ft.Control]:
    """A field for each word asked for; all 24 may be pasted into the first.

    asked: positions from 0. wrong: which of the answers `error` is about.
    """

    def answer(place: int) -> Callable[[str], object]:
        def typed(words: str) -> object:
            return on_change(tuple(words if n == place else kept for n, kept in enumerate(answers)))

        return typed

    return [
        field(
            ui, ui.say("first_run.sheet.word", number=position + 1), answers[place], answer(place),
            key=f"{key}{place}", error=error if wrong == place else None, disabled=busy,
            autofocus=place == 0, on_submit=on_submit if place == len(asked) - 1 else None,
        )
        for place, position in enumerate(asked)
    ]  # fmt: skip


def first_wrong(page: SecretPage, asked: tuple[int, ...], answers: tuple[str, ...]) -> int:
    """Which answer is not the sheet's word, or -1. The whole sheet in the first answer is right."""
    first = answers[0] if answers else ""
    if _letters(first) == _letters(" ".join(page.words)) or _letters(first) == _letters(page.picture):
        return -1
    for place, (position, given) in enumerate(zip(asked, answers, strict=True)):
        if given.strip().casefold() != page.words[position].casefold():
            return place
    return -1


def _letters(typed: str) -> str:
    return " ".join("".join(one if one.isalnum() else " " for one in typed.casefold()).split())


async def save_pages(ui: Ui, tablet: Tablet, pages: Sequence[SecretPage], web: bool) -> str:
    """Make the file and let the system ask where it goes. Returns words for what became of it.

    web: a browser takes the download and tells nothing.
    """
    language = ui.settings.language
    content = await papers_file(pages, catalogue(language).__getitem__, language, date.today())
    tablet.excursion()
    try:
        where = await ft.FilePicker().save_file(file_name=FILE_NAME, src_bytes=content)
    except Exception as error:  # Whatever a platform's dialog does: the words can still be copied by hand.
        log.error("save failed: %s", type(error).__name__)
        return ui.say("recovery.no_save")
    return ui.say("recovery.saved" if where or web else "recovery.not_saved")
