"""Two versions of the same words, side by side: whose, where, when, and what differs.

Owns the comparison by words and its look: only differing words are tinted *and* underlined *and*
heavier. The two sheets and their buttons are equal in size. Follows design page 06, "Conflict".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class Piece:
    """A run of words that is the same in both versions, or not."""

    words: str
    differs: bool


def compare_words(mine: str, theirs: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Split both texts into runs that agree and runs that differ, word by word.

    Spaces between two differing words belong to the difference; joining the pieces gives the
    texts back unchanged.
    """
    left, right = re.findall(r"\S+|\s+", mine), re.findall(r"\S+|\s+", theirs)
    ours: list[Piece] = []
    others: list[Piece] = []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for tag, a, b, c, d in blocks:
        same = tag == "equal"
        if b > a:
            ours.append(Piece("".join(left[a:b]), not same))
        if d > c:
            others.append(Piece("".join(right[c:d]), not same))
    return _bridge(ours), _bridge(others)


def _bridge(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Join neighbours; a lone space between two differences is part of them."""
    joined: list[Piece] = []
    for index, piece in enumerate(pieces):
        between = (
            not piece.differs
            and not piece.words.strip()
            and 0 < index < len(pieces) - 1
            and pieces[index - 1].differs
            and pieces[index + 1].differs
        )
        now = Piece(piece.words, True) if between else piece
        if joined and joined[-1].differs == now.differs:
            joined[-1] = Piece(joined[-1].words + now.words, now.differs)
        else:
            joined.append(now)
    return tuple(joined)


@dataclass(frozen=True)
class Version:
    """One of the two versions.

    Attributes:
        title: "Yours, on this tablet".
        line: "You, Mon 30 Nov, 7:41 pm".
        words: the text.
        keep: words of the button, "Keep yours".
        spoken: words that somebody wrote, in the serif; False for a date, a choice, a number.
        on_server: the icon says server; None for the tablet at the left and the server at the right.
    """

    title: str
    line: str
    words: str
    keep: str
    spoken: bool = True
    on_server: bool | None = None


def _spans(
    ui: Ui, pieces: tuple[Piece, ...], leaf: bool, spoken: bool
) -> list[ft.TextSpan]:
    plain = ui.type.words if spoken else ui.type.sans(20, 1.4, 400)
    tint = ft.Colors.TERTIARY_CONTAINER if leaf else ft.Colors.PRIMARY_CONTAINER
    line = ft.Colors.TERTIARY if leaf else ft.Colors.PRIMARY
    heavy = ui.type.serif(22, 1.4, 600) if spoken else ui.type.sans(20, 1.4, 600)
    marked = heavy.copy(
        bgcolor=tint,
        decoration=ft.TextDecoration.UNDERLINE,
        decoration_color=line,
        decoration_thickness=1.5,
    )
    spans: list[ft.TextSpan] = []
    for piece in pieces:
        if not piece.differs:
            spans.append(ft.TextSpan(piece.words, style=plain))
            continue
        # Spaces at the rim stay plain: a tint that begins with a gap looks like an accident.
        core = piece.words.strip()
        lead = piece.words[: len(piece.words) - len(piece.words.lstrip())]
        tail = piece.words[len(piece.words.rstrip()) :] if core else ""
        if lead:
            spans.append(ft.TextSpan(lead, style=plain))
        if core:
            spans.append(ft.TextSpan(core, style=marked))
        if tail:
            spans.append(ft.TextSpan(tail, style=plain))
    return spans


def version_sheet(
    ui: Ui, version: Version, pieces: tuple[Piece, ...], leaf: bool, on_keep: Act, key: str
) -> ft.Container:
    """One version on its sheet. leaf: green, as the second of two. key: of its button."""
    edge = ft.Colors.TERTIARY if leaf else ft.Colors.PRIMARY
    on_edge = ft.Colors.ON_TERTIARY if leaf else ft.Colors.ON_PRIMARY
    far = leaf if version.on_server is None else version.on_server
    symbol = ft.Icons.CLOUD_OUTLINED if far else ft.Icons.TABLET_ANDROID
    side = ui.grow(48)
    return ft.Container(
        ft.Column(
            [
                ft.Column(
                    [
                        ft.Row(
                            [
                                ft.Container(
                                    icon(ui, symbol, 26, on_edge),
                                    width=side,
                                    height=side,
                                    border_radius=side / 2,
                                    bgcolor=edge,
                                    alignment=ft.Alignment.CENTER,
                                ),
                                ft.Column(
                                    [
                                        text(ui, version.title, ui.type.h3, heading=2),
                                        text(ui, version.line, ui.type.body, SOFT),
                                    ],
                                    spacing=1,
                                    tight=True,
                                    expand=True,
                                ),
                            ],
                            spacing=14,
                        ),
                        ft.Text(
                            spans=_spans(ui, pieces, leaf, version.spoken),
                            style=ui.type.words,
                            color=ft.Colors.ON_SURFACE,
                        ),
                    ],
                    spacing=20,
                    tight=True,
                ),
                ft.Row([filled(ui, version.keep, on_keep, key=key, leaf=leaf, expand=True)]),
            ],
            spacing=32,
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        ),
        padding=26 if not ui.layout.narrow else 20,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(2, edge),
        border_radius=Radius.SHEET,
    )


def conflict_pair(
    ui: Ui, mine: Version, theirs: Version, *, on_keep_mine: Act, on_keep_theirs: Act, key: str
) -> ft.Control:
    """Both versions, side by side where there is room.

    Args:
        ui: settings in force.
        mine: this tablet's version.
        theirs: the server's version.
        on_keep_mine: keeps it.
        on_keep_theirs: keeps it.
        key: key stem of the buttons: `.mine`, `.theirs`.
    """
    ours, others = compare_words(mine.words, theirs.words)
    left = version_sheet(ui, mine, ours, False, on_keep_mine, f"{key}.mine")
    right = version_sheet(ui, theirs, others, True, on_keep_theirs, f"{key}.theirs")
    if not ui.layout.wide:
        return ft.Column(
            [left, right],
            spacing=20,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    # Equal heights: both columns stretch to the taller one.
    left.expand = True
    right.expand = True
    return ft.Row(
        [left, right],
        spacing=24,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        intrinsic_height=True,
    )


def conflict_foot(
    ui: Ui, on_keep_both: Act | None, on_later: Act, *, key: str
) -> ft.Control:
    """What is safe, and the two ways out that keep no single version: `.both`, `.later`."""
    safe = fact_line(ui, ft.Icons.HISTORY, ui.say("conflict.nothing_lost"))
    acts: list[ft.Control] = [
        quiet(ui, ui.say("conflict.later"), on_later, key=f"{key}.later")
    ]
    if on_keep_both is not None:
        acts.append(
            outlined(
                ui,
                ui.say("conflict.keep_both"),
                on_keep_both,
                key=f"{key}.both",
                symbol=ft.Icons.EDIT_OUTLINED,
                main=True,
            )
        )
    row = ft.Row(acts, spacing=12, wrap=True, run_spacing=8)
    if not ui.layout.wide:
        return ft.Column(
            [safe, row],
            spacing=20,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row([ft.Container(safe, expand=True), row], spacing=16)
